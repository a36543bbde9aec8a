/* Rules for Ursnif, TrickBot, Qakbot and Zloader: positives from public reports, near misses, look-alikes. */
#include "fixture.h"

#include "assess/assess.h"
#include "assess/families.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

static struct fx_records all;
static struct ac_assessment result;

static void begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    fx_records_init(&all);
}

static void end(void)
{
    ac_assessment_free(&result);
    fx_records_free(&all);
}

TestSuite(families, .init = begin, .fini = end);

static struct ac_record *add(enum ac_kind kind)
{
    struct ac_record *r = ac_record_new(kind);

    ac_record_prov_textz(r, "evidence", "E1");
    ac_record_prov_textz(r, "system", "Windows");
    cr_assert_eq(all.sink.emit(&all.sink, r, NULL), AC_OK);
    return r;
}

static void run(const char *name, const char *command, const char *target)
{
    struct ac_record *r = add(AC_KIND_AUTOSTART);

    ac_record_textz(r, "name", name);
    ac_record_textz(r, "command", command);
    ac_record_textz(r, "mechanism", "run");
    ac_record_textz(r, "target", target);
    ac_record_textz(r, "target_state", "exists");
}

static void value(const char *path, const char *name, int64_t type, const char *hex)
{
    struct ac_record *r = add(AC_KIND_VALUE);

    ac_record_textz(r, "path", path);
    ac_record_textz(r, "name", name);
    ac_record_int(r, "type", type);
    ac_record_textz(r, "data", hex);
    ac_record_prov_textz(r, "key", path);
}

static void task(const char *path, const char *command, const char *target, const char *start,
                 const char *end_, const char *user)
{
    struct ac_record *r = add(AC_KIND_TASK);
    json_t *action = json_object(), *trigger = json_object(), *principal = json_object();

    ac_record_textz(r, "path", path);
    ac_json_textz(action, "command", command);
    ac_json_textz(action, "target", target);
    ac_record_add_object(r, "actions", action);
    ac_json_textz(trigger, "start", start);
    ac_json_textz(trigger, "end", end_);
    ac_record_add_object(r, "triggers", trigger);
    ac_json_textz(principal, "user", user);
    ac_record_object(r, "principal", principal);
}

/* names ending in '/' are folders */
static void listing(const char *path, const char *role, const char *const *names)
{
    struct ac_record *r = add(AC_KIND_LISTING);
    int64_t n = 0;

    ac_record_textz(r, "path", path);
    ac_record_textz(r, "role", role);
    ac_record_empty(r, "entries");
    for (; *names; names++, n++) {
        json_t *e = json_object();
        size_t len = strlen(*names);
        bool folder = (*names)[len - 1] == '/';

        ac_json_text(e, "name", (struct ac_str){*names, len - folder});
        if (folder)
            ac_json_bool(e, "directory", true);
        ac_record_add_object(r, "entries", e);
    }
    ac_record_int(r, "count", n);
}

static int strength(const char *rule)
{
    int best = -1;

    ac_assessment_free(&result);
    cr_assert_eq(ac_assess(all.items, all.n, &result, NULL), AC_OK);
    for (size_t i = 0; i < result.n_findings; i++) {
        if (strcmp(result.findings[i]->rule->id, rule) == 0 &&
            (int)result.findings[i]->strength > best)
            best = (int)result.findings[i]->strength;
    }
    return best;
}

/* ---- Ursnif */

Test(families, ursnif_guids_compute_themselves)
{
    static const char *const positive[] = {
        "3A861D62-51E0-7C9D-AB0E-15700F2219A4", "3863EAC4-374D-2AC9-81EC-5BFE45E0BF12",
        "472A62F9-FA62-1196-3C6B-CED530CFE2D9", "78563412-7727-6A5E-C12C-9B3E8520FF52",
        "00000000-5FF3-3229-E934-03862DA8E71A",
    };
    static const char *const negative[] = {
        "5B243D7B-67ED-FC55-66E7-7A9F2353AE32",
        "3A861D62-51E0-15700F2219A4",
        "3A861D62-51E0-7C9D-AB0E-15700F2219A5",
        "Internet Explorer",
        "IME",
        "",
        "3A861D62-51E0-7C9D-AB0E-15700F2219A",
    };

    for (size_t i = 0; i < sizeof(positive) / sizeof(positive[0]); i++)
        cr_expect(ac_ursnif_is_computed_guid(ac_str_of(positive[i])), "%s", positive[i]);
    for (size_t i = 0; i < sizeof(negative) / sizeof(negative[0]); i++)
        cr_expect_not(ac_ursnif_is_computed_guid(ac_str_of(negative[i])), "%s", negative[i]);
}

Test(families, ursnif_key_and_script)
{
    ac_record_textz(
        add(AC_KIND_KEY), "path",
        "Software\\AppDataLow\\Software\\Microsoft\\3863EAC4-374D-2AC9-81EC-5BFE45E0BF12");
    run("appvdata",
        "powershell iex (gp "
        "HKCU:\\Software\\AppDataLow\\Software\\Microsoft\\3863EAC4-374D-2AC9-81EC-5BFE45E0BF12)."
        "Autoprov",
        "");
    cr_expect_eq(strength("URS-GUID"), AC_DECISIVE);
    cr_expect_eq(strength("URS-RUN"), AC_DECISIVE);
}

Test(families, ursnif_look_alikes)
{
    ac_record_textz(add(AC_KIND_KEY), "path", "Software\\AppDataLow\\Software\\Microsoft\\IME");
    ac_record_textz(add(AC_KIND_KEY), "path",
                    "Software\\AppDataLow\\Software\\Microsoft\\Internet Explorer");
    run("x", "reg query HKCU\\Software\\AppDataLow\\Software\\Microsoft\\IME", "");
    cr_expect_eq(strength("URS-GUID"), -1);
    cr_expect_eq(strength("URS-RUN"), -1);
}

/* ---- Qakbot */

Test(families, qakbot_run_values)
{
    run("ruzvvyx",
        "regsvr32.exe -s "
        "\"C:\\Users\\u\\AppData\\Roaming\\Microsoft\\Bbbetedog\\naqhixfsvwhmw.dll\"",
        "Users/u/AppData/Roaming/Microsoft/Bbbetedog/naqhixfsvwhmw.dll");
    cr_expect_eq(strength("QAK-RUN"), AC_DECISIVE);
    fx_records_free(&all);
    run("x", "\"C:\\Users\\u\\AppData\\Roaming\\Microsoft\\Ouoenqud\\qyomfwmn.exe\"",
        "Users/u/AppData/Roaming/Microsoft/Ouoenqud/qyomfwmn.exe");
    cr_expect_eq(strength("QAK-RUN"), AC_STRONG);
}

Test(families, qakbot_look_alikes)
{
    run("Teams", "\"C:\\Users\\u\\AppData\\Roaming\\Microsoft\\Teams\\update.exe\"",
        "Users/u/AppData/Roaming/Microsoft/Teams/update.exe");
    run("x", "regsvr32.exe -s \"C:\\Users\\u\\AppData\\Roaming\\Vendor\\abcdefg.dll\"",
        "Users/u/AppData/Roaming/Vendor/abcdefg.dll");
    run("y", "notepad.exe C:\\Users\\u\\AppData\\Roaming\\Microsoft\\Bbbetedog\\naqhixf.dll",
        "Users/u/AppData/Roaming/Microsoft/Bbbetedog/naqhixf.dll");
    value("Microsoft\\Windows Defender\\Exclusions\\Paths",
          "C:\\Users\\u\\AppData\\Roaming\\Microsoft\\Teams", 4, "00000000");
    cr_expect_eq(strength("QAK-RUN"), -1);
    cr_expect_eq(strength("QAK-EXCL"), -1);
}

Test(families, qakbot_exclusions_are_strong_as_a_pair)
{
    value("Microsoft\\Windows Defender\\Exclusions\\Paths",
          "C:\\ProgramData\\Microsoft\\Djqyxkquei", 4, "00000000");
    cr_expect_eq(strength("QAK-EXCL"), AC_SUPPORTING);
    value("Microsoft\\Windows Defender\\Exclusions\\Paths",
          "C:\\Users\\u\\AppData\\Roaming\\Microsoft\\Eypqhosmv", 4, "00000000");
    cr_expect_eq(strength("QAK-EXCL"), AC_STRONG);
}

Test(families, qakbot_configuration_needs_four_values)
{
    for (int i = 0; i < 3; i++)
        value("Software\\Microsoft\\Abcdefg",
              (const char *[]){"1a2b3c4d", "00ff00ff", "deadbeef"}[i], 3, "00");
    cr_expect_eq(strength("QAK-CONF"), -1);
    value("Software\\Microsoft\\Abcdefg", "12345678", 3, "00");
    cr_expect_eq(strength("QAK-CONF"), AC_STRONG);
}

Test(families, qakbot_task_windows)
{
    task("\\zbshyrvgcx", "regsvr32.exe", "", "2022-03-01T19:59:00", "2022-03-01T20:11:00",
         "NT AUTHORITY\\SYSTEM");
    cr_expect_eq(strength("QAK-TASK"), AC_STRONG);
    fx_records_free(&all);
    task("\\a", "powershell.exe", "", "2022-06-30T23:55:00", "2022-07-01T00:06:00", "S-1-5-18");
    cr_expect_eq(strength("QAK-TASK"), AC_STRONG, "over midnight");
    fx_records_free(&all);
    task("\\b", "regsvr32.exe", "", "2022-03-01T19:59:00", "2022-03-01T20:12:00", "S-1-5-18");
    task("\\c", "regsvr32.exe", "", "2022-03-01T19:59:00", "2022-03-01T20:11:00",
         "S-1-5-21-1-2-3-1001");
    task("\\d", "C:\\Windows\\System32\\sc.exe", "", "2022-03-01T19:59:00", "2022-03-01T20:11:00",
         "S-1-5-18");
    cr_expect_eq(strength("QAK-TASK"), -1);
}

/* ---- TrickBot */

Test(families, trickbot_home_with_its_task)
{
    static const char *const names[] = {"pwgrab64", "injectDll64_configs/", NULL};

    listing("Users/u/AppData/Roaming/Identities1159371911/Data", "parts", names);
    task("\\MsSystemWatcher", "x", "Users/u/AppData/Roaming/Identities1159371911/sfc8b4.exe", "",
         "", "");
    cr_expect_eq(strength("TRB-HOME"), AC_DECISIVE);
    cr_expect_eq(strength("TRB-TASK"), AC_SUPPORTING);
    cr_expect_eq(result.findings[0]->n_records, 2, "the task joins");
}

/* A program of the home that is named like one of Windows: starts of the latter are not those of the former. */
Test(families, only_programs_of_trickbots_home_join)
{
    static const char *const names[] = {"pwgrab64", "injectDll64_configs/", NULL};
    static const char *const paths[] = {
        "\\VOLUME{01}\\WINDOWS\\SYSTEM32\\SVCHOST.EXE",
        "\\VOLUME{01}\\USERS\\U\\APPDATA\\ROAMING\\GPUDRIVER\\SVCHOST.EXE"};

    listing("Users/u/AppData/Roaming/GpuDriver/Data", "parts", names);
    task("\\a", "x", "Users/u/AppData/Roaming/GpuDriver/svchost.exe", "", "", "");
    for (size_t i = 0; i < 2; i++) {
        struct ac_record *r = add(AC_KIND_EXECUTION);

        ac_record_textz(r, "artefact", "prefetch");
        ac_record_textz(r, "program_path", paths[i]);
    }
    cr_expect_eq(strength("TRB-HOME"), AC_DECISIVE);
    cr_assert_eq(result.findings[0]->n_records, 3);
    cr_expect_str_eq(ac_record_get(result.findings[0]->records[2], "program_path"), paths[1]);
}

Test(families, trickbot_near_misses)
{
    static const char *const one[] = {"networkDll32", "a.txt", NULL};
    static const char *const none[] = {"pwgrab64.dll", "systeminfo", "data64", "settings.ini",
                                       NULL};

    listing("Users/u/AppData/Roaming/x/Modules", "parts", one);
    cr_expect_eq(strength("TRB-HOME"), AC_STRONG);
    fx_records_free(&all);
    listing("Users/u/AppData/Roaming/x/Modules", "parts", none);
    task("\\MsSystemWatcher", "x", "Windows/System32/a.exe", "", "", "");
    cr_expect_eq(strength("TRB-HOME"), -1);
    cr_expect_eq(strength("TRB-TASK"), -1);
}

/* ---- Zloader (Run names are synthetic: none is public) */

Test(families, zloader_names)
{
    cr_expect(ac_zloader_is_name(AC_STR("Kypoz")));
    cr_expect(ac_zloader_is_name(AC_STR("ewizu")));
    cr_expect_not(ac_zloader_is_name(AC_STR("Microsoft")));
    cr_expect(ac_zloader_is_name(AC_STR("Adobe")), "why the shape alone is only supporting");
    cr_expect_not(ac_zloader_is_name(AC_STR("Zoom")));
    cr_expect(ac_zloader_has_odd_guid(AC_STR("x {12345678-90AB-CDEF-0123456789ABCDEF} y")));
    cr_expect_not(ac_zloader_has_odd_guid(AC_STR("{12345678-90AB-CDEF-0123-456789ABCDEF}")));
}

Test(families, zloader_layout)
{
    static const char *const one[] = {"x.dat", NULL};

    run("kypoz", "regsvr32.exe /s C:\\Users\\u\\AppData\\Roaming\\Kypoz\\ewizu.dll",
        "Users/u/AppData/Roaming/Kypoz/ewizu.dll");
    cr_expect_eq(strength("ZLO-RUN"), AC_SUPPORTING);
    listing("Users/u/AppData/Roaming/Ubyl", "roaming-appdata-child", one);
    listing("Users/u/AppData/Roaming/Vapeg", "roaming-appdata-child", one);
    cr_expect_eq(strength("ZLO-RUN"), AC_STRONG);
}

Test(families, zloader_campaign_needs_a_file)
{
    static const char *const names[] = {"adminpriv.exe", "new1.bat", NULL};

    value("Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System", "DisableTaskMgr", 4,
          "01000000");
    value("Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\System", "DisableCMD", 4,
          "01000000");
    cr_expect_eq(strength("ZLO-MSI"), -1, "an administrator may set these");
    listing("Users/u/AppData/Roaming", "roaming-appdata", names);
    cr_expect_eq(strength("ZLO-MSI"), AC_STRONG);
}

/* ---- ordinary autostarts of many machines give nothing above "listed" */

Test(families, ordinary_autostarts)
{
    static const struct {
        const char *name, *command, *target;
    } v[] = {
        {"OneDrive",
         "\"C:\\Users\\u\\AppData\\Local\\Microsoft\\OneDrive\\OneDrive.exe\" /background",
         "Users/u/AppData/Local/Microsoft/OneDrive/OneDrive.exe"},
        {"com.squirrel.Teams.Teams",
         "C:\\Users\\u\\AppData\\Local\\Microsoft\\Teams\\Update.exe --processStart \"Teams.exe\"",
         "Users/u/AppData/Local/Microsoft/Teams/Update.exe"},
        {"Discord", "C:\\Users\\u\\AppData\\Local\\Discord\\Update.exe --processStart Discord.exe",
         "Users/u/AppData/Local/Discord/Update.exe"},
        {"Spotify", "C:\\Users\\u\\AppData\\Roaming\\Spotify\\Spotify.exe --autostart",
         "Users/u/AppData/Roaming/Spotify/Spotify.exe"},
        {"Zoom", "\"C:\\Users\\u\\AppData\\Roaming\\Zoom\\bin\\Zoom.exe\"",
         "Users/u/AppData/Roaming/Zoom/bin/Zoom.exe"},
        {"CiscoMeetingDaemon", "\"C:\\Users\\u\\AppData\\Local\\WebEx\\WebexHost.exe\" /daemon",
         "Users/u/AppData/Local/WebEx/WebexHost.exe"},
        {"LINE", "\"C:\\Users\\u\\AppData\\Local\\LINE\\bin\\LineLauncher.exe\" --updated",
         "Users/u/AppData/Local/LINE/bin/LineLauncher.exe"},
        {"Viber", "\"C:\\Users\\u\\AppData\\Local\\Viber\\Viber.exe\"",
         "Users/u/AppData/Local/Viber/Viber.exe"},
        {"Telegram", "C:\\Users\\u\\AppData\\Roaming\\Telegram Desktop\\Telegram.exe -autostart",
         "Users/u/AppData/Roaming/Telegram Desktop/Telegram.exe"},
        {"Logitech",
         "C:\\Windows\\system32\\rundll32.exe C:\\Windows\\System32\\LogiLDA.dll,LogiFetch",
         "Windows/System32/LogiLDA.dll"},
        {"NvMcTray", "RUNDLL32.EXE C:\\Windows\\system32\\NvMcTray.dll,NvTaskbarInit",
         "Windows/System32/NvMcTray.dll"},
        {"slack",
         "\"C:\\Users\\u\\AppData\\Local\\slack\\slack.exe\" --process-start-args --startup",
         "Users/u/AppData/Local/slack/slack.exe"},
    };

    for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++)
        run(v[i].name, v[i].command, v[i].target);
    strength("QAK-RUN");
    for (size_t i = 0; i < result.n_findings; i++)
        cr_expect_eq(result.findings[i]->strength, AC_LISTED, "%s: %s",
                     result.findings[i]->rule->id, result.findings[i]->summary.args[0]);
}

#define LOADER(key)                                                                                \
    "powershell.exe -Command IEX([Text.Encoding]::ASCII.GetString([Convert]::FromBase64String(("   \
    "Get-ItemProperty -Path HKCU:\\SOFTWARE\\" key ").abc)))"

Test(families, qakbot_script_in_the_registry)
{
    run("x", LOADER("Pvoeooxf"), "");
    cr_expect_eq(strength("QAK-REG"), AC_SUPPORTING);
}

Test(families, qakbot_script_in_the_registry_near_misses)
{
    run("x", LOADER("Microsoft"), "");
    run("y", LOADER("Vendor\\Product"), "");
    run("z", "powershell.exe (Get-ItemProperty -Path HKCU:\\SOFTWARE\\Pvoeooxf).abc", "");
    cr_expect_eq(strength("QAK-REG"), -1);
}

Test(families, trickbot_folder_with_ten_digits)
{
    run("x", "x", "Users/u/AppData/Roaming/Network1234567890/a.exe");
    cr_expect_eq(strength("TRB-DIR"), AC_SUPPORTING);
    fx_records_free(&all);
    run("x", "x", "Users/u/AppData/Network1234567890/a.exe");
    cr_expect_eq(strength("TRB-DIR"), AC_SUPPORTING);
    fx_records_free(&all);
    run("x", "x", "Users/u/AppData/Roaming/Network123456789/a.exe");
    run("x", "x", "Users/u/AppData/Roaming/Vendor/Network1234567890/a.exe");
    run("x", "x", "Users/u/AppData/Roaming/abc1234567890/a.exe");
    run("x", "x", "Program Files/Network1234567890/a.exe");
    cr_expect_eq(strength("TRB-DIR"), -1);
}
