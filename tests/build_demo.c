/*
 * Builds the file tree of the demo laptop: three users, what Emotet, TrickBot and Qakbot would have left
 * in the form of inert stubs, and ordinary software beside them. testdata/build-demo makes an image of it.
 *
 * Usage: build_demo FOLDER (must be empty). Names, places and times are fictional.
 */
#include "build_bits.h"
#include "build_ese.h"
#include "build_prefetch.h"
#include "build_regf_log.h"
#include "build_task.h"
#include "build_wmi.h"
#include "demo_tree.h"

#include "base/time.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VOLUME_SERIAL 0xE42F18A6U /* build-demo writes it into the boot sector */
#define VOLUME_CREATED "2019-04-02T06:11:42.1234567Z"
#define DEVICE "\\VOLUME{01d4e91d12345678-e42f18a6}"

/* ---- Windows itself */

static void system_files(void)
{
    static const char *const programs[] = {
        "svchost.exe", "rundll32.exe", "regsvr32.exe", "notepad.exe",  "explorer.exe",
        "cmd.exe",     "taskmgr.exe",  "certmgr.exe",  "spoolsv.exe",  "lsass.exe",
        "calc.exe",    "subst.exe",    "msiexec.exe",  "services.exe", "wermgr.exe"};
    static const char *const libraries[] = {"kernel32.dll", "ntdll.dll",    "mstask.dll",
                                            "shell32.dll",  "SyncHost.dll", "wmpclr.dll"};

    for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
        char path[128];

        snprintf(path, sizeof(path), "Windows/System32/%s", programs[i]);
        demo_program(path, 20480 + 512 * i, true, PLAIN_TIME);
        snprintf(path, sizeof(path), "Windows/SysWOW64/%s", programs[i]);
        demo_program(path, 18432 + 512 * i, true, PLAIN_TIME);
    }
    for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++) {
        char path[128];

        snprintf(path, sizeof(path), "Windows/System32/%s", libraries[i]);
        demo_library(path, libraries[i], "DllMain", PLAIN_TIME);
    }
    demo_program("Windows/System32/drivers/disk.sys", 9216, true, PLAIN_TIME);
    demo_program("Program Files/Example Editor/editor.exe", 30720, true, "2020-02-11T09:30:00Z");
    demo_program("Program Files (x86)/Google/Update/GoogleUpdate.exe", 15360, true,
                 "2020-03-01T08:00:00Z");
}

static struct fx_hive *new_hive(const char *root, const char *time)
{
    struct fx_hive *h = fx_hive_new(root);

    fx_hive_options(h)->ticks = fx_time(time);
    return h;
}

static void service(struct fx_hive *h, const char *name, const char *image, uint32_t type,
                    uint32_t start, const char *dll)
{
    char key[200];

    snprintf(key, sizeof(key), "ControlSet001\\Services\\%s", name);
    fx_hive_expand_sz(h, key, "ImagePath", image);
    fx_hive_dword(h, key, "Type", type);
    fx_hive_dword(h, key, "Start", start);
    if (type >= 0x10)
        fx_hive_sz(h, key, "ObjectName", "LocalSystem");
    if (dll) {
        strcat(key, "\\Parameters");
        fx_hive_expand_sz(h, key, "ServiceDll", dll);
    }
}

/* A wireless interface with the last lease of an address. */
static void addresses(struct fx_hive *h)
{
    const char *guid = "{4b0ae068-b350-4bd4-85ab-77e00e581863}";
    char key[300];

    snprintf(key, sizeof(key), "ControlSet001\\Services\\Tcpip\\Parameters\\Interfaces\\%s", guid);
    fx_hive_dword(h, key, "EnableDHCP", 1);
    fx_hive_sz(h, key, "DhcpIPAddress", "192.0.2.17");
    fx_hive_sz(h, key, "DhcpServer", "192.0.2.1");
    fx_hive_sz(h, key, "DhcpNameServer", "192.0.2.1");
    fx_hive_dword(h, key, "LeaseObtainedTime", 1611187200);   /* 2021-01-21T00:00:00Z */
    fx_hive_dword(h, key, "LeaseTerminatesTime", 1611273600); /* a day later */
    snprintf(
        key, sizeof(key),
        "ControlSet001\\Control\\Network\\{4D36E972-E325-11CE-BFC1-08002BE10318}\\%s\\Connection",
        guid);
    fx_hive_sz(h, key, "Name", "Wi-Fi");
}

/* Background Activity Moderator: the last start of a program under an account. */
static void last_runs(struct fx_hive *h)
{
    uint8_t data[24] = {0};
    uint64_t ticks = fx_time("2021-01-18T10:00:25.5Z");

    for (unsigned i = 0; i < 8; i++)
        data[i] = (uint8_t)(ticks >> 8 * i);
    fx_hive_binary(h,
                   "ControlSet001\\Services\\bam\\State\\UserSettings\\"
                   "S-1-5-21-1004336348-1177238915-682003330-1003",
                   "\\Device\\HarddiskVolume1\\Windows\\System32\\regsvr32.exe", data,
                   sizeof(data));
}

static void system_hive(void)
{
    struct fx_hive *h = new_hive("ROOT", "2021-01-21T16:40:02.5Z");
    uint64_t shutdown = fx_time("2021-01-21T16:41:10.25Z");
    const char *zone = "ControlSet001\\Control\\TimeZoneInformation";

    fx_hive_dword(h, "Select", "Current", 1);
    fx_hive_dword(h, "Select", "Default", 1);
    fx_hive_dword(h, "Select", "LastKnownGood", 1);
    fx_hive_sz(h, "ControlSet001\\Control\\ComputerName\\ComputerName", "ComputerName",
               "LAPTOP-01");
    fx_hive_sz(h, "ControlSet001\\Services\\Tcpip\\Parameters", "Hostname", "LAPTOP-01");
    fx_hive_sz(h, "ControlSet001\\Services\\Tcpip\\Parameters", "Domain", "");
    fx_hive_sz(h, zone, "TimeZoneKeyName", "Tokyo Standard Time");
    fx_hive_sz(h, zone, "StandardName", "@tzres.dll,-632");
    fx_hive_dword(h, zone, "Bias", (uint32_t)-540);
    fx_hive_dword(h, zone, "ActiveTimeBias", (uint32_t)-540);
    fx_hive_binary(h, "ControlSet001\\Control\\Windows", "ShutdownTime", &shutdown, 8);
    addresses(h);
    last_runs(h);
    service(h, "disk", "System32\\drivers\\disk.sys", 1, 0, NULL);
    service(h, "EventLog",
            "%SystemRoot%\\System32\\svchost.exe -k LocalServiceNetworkRestricted -p", 0x20, 2,
            NULL);
    service(h, "Spooler", "%SystemRoot%\\System32\\spoolsv.exe", 0x110, 2, NULL);
    service(h, "gupdate", "\"C:\\Program Files (x86)\\Google\\Update\\GoogleUpdate.exe\" /svc",
            0x10, 2, NULL);
    demo_put_hive(h, "Windows/System32/config/SYSTEM", "2021-01-21T16:41:11Z");
}

static void profile(struct fx_hive *h, const char *rid, const char *path)
{
    char key[200];

    snprintf(key, sizeof(key), "Microsoft\\Windows NT\\CurrentVersion\\ProfileList\\%s", rid);
    fx_hive_expand_sz(h, key, "ProfileImagePath", path);
}

/* SYSTEMTIME: year, month, day of week, day, hour, minute, second, millisecond; local time. */
static void network(struct fx_hive *h)
{
    static const uint16_t first[8] = {2020, 4, 3, 1, 18, 2, 11, 0},
                          last[8] = {2021, 1, 4, 21, 9, 0, 4, 250};
    const char *key = "Microsoft\\Windows NT\\CurrentVersion\\NetworkList\\Profiles\\"
                      "{7F6A7C4B-2B1A-4E0E-9C55-0D7C0D7A1A10}";

    fx_hive_sz(h, key, "ProfileName", "Home");
    fx_hive_dword(h, key, "Category", 1);
    fx_hive_dword(h, key, "NameType", 71);
    fx_hive_binary(h, key, "DateCreated", first, sizeof(first));
    fx_hive_binary(h, key, "DateLastConnected", last, sizeof(last));
}

static void software_hive(void)
{
    struct fx_hive *h = new_hive("ROOT", "2021-01-20T02:00:00Z");
    const char *nt = "Microsoft\\Windows NT\\CurrentVersion",
               *run = "Microsoft\\Windows\\CurrentVersion\\Run";

    fx_hive_sz(h, nt, "ProductName", "Windows 10 Pro");
    fx_hive_sz(h, nt, "EditionID", "Professional");
    fx_hive_sz(h, nt, "DisplayVersion", "20H2");
    fx_hive_sz(h, nt, "CurrentBuild", "19042");
    fx_hive_dword(h, nt, "UBR", 746);
    fx_hive_dword(h, nt, "InstallDate", 1554188400);
    fx_hive_qword(h, nt, "InstallTime", fx_time("2019-04-02T07:00:00Z"));
    fx_hive_sz(h, nt, "RegisteredOwner", "user1");
    fx_hive_sz(h, nt, "SystemRoot", "C:\\Windows");
    fx_hive_expand_sz(h, run, "SecurityHealth", "%windir%\\system32\\SecurityHealthSystray.exe");
    network(h);
    profile(h, "S-1-5-18", "%systemroot%\\system32\\config\\systemprofile");
    profile(h, "S-1-5-21-1004336348-1177238915-682003330-1001", "C:\\Users\\user1");
    profile(h, "S-1-5-21-1004336348-1177238915-682003330-1002", "C:\\Users\\user2");
    profile(h, "S-1-5-21-1004336348-1177238915-682003330-1003", "C:\\Users\\user3");
    demo_put_hive(h, "Windows/System32/config/SOFTWARE", "2021-01-21T16:41:11Z");
}

static void sam_hive(void)
{
    static const struct {
        const char *name;
        uint32_t rid;
    } users[] = {{"Administrator", 500}, {"user1", 1001}, {"user2", 1002}, {"user3", 1003}};
    struct fx_hive *h = new_hive("SAM", "2020-12-01T00:00:00Z");
    static const uint32_t machine[] = {1004336348, 1177238915, 682003330};
    uint64_t logon = fx_time("2021-01-21T00:01:30Z");
    uint8_t f[80] = {0};

    fx_hive_binary(h, "SAM\\Domains\\Account", "V", machine, sizeof(machine));
    for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
        char key[200];

        snprintf(key, sizeof(key), "SAM\\Domains\\Account\\Users\\Names\\%s", users[i].name);
        fx_hive_value(h, key, "", users[i].rid, NULL, 0);
        memset(f, 0, sizeof(f));
        if (users[i].rid > 1000) {
            for (unsigned k = 0; k < 8; k++)
                f[8 + k] = (uint8_t)(logon >> 8 * k);
            f[66] = 40;
        } else {
            f[56] = 1; /* disabled */
        }
        snprintf(key, sizeof(key), "SAM\\Domains\\Account\\Users\\%08X", users[i].rid);
        fx_hive_binary(h, key, "F", f, sizeof(f));
    }
    demo_put_hive(h, "Windows/System32/config/SAM", "2021-01-21T16:41:11Z");
}

/* ---- users */

#define RUN "Software\\Microsoft\\Windows\\CurrentVersion\\Run"

static struct fx_hive *user_hive(const char *time)
{
    struct fx_hive *h = new_hive("ROOT", time);

    fx_hive_key(h, "Software\\Microsoft\\Windows\\CurrentVersion\\Explorer", 0);
    return h;
}

static void onedrive(struct fx_hive *h, const char *user)
{
    char text[200], path[200];

    snprintf(text, sizeof(text),
             "\"C:\\Users\\%s\\AppData\\Local\\Microsoft\\OneDrive\\OneDrive.exe\" /background",
             user);
    fx_hive_sz(h, RUN, "OneDrive", text);
    snprintf(path, sizeof(path), "Users/%s/AppData/Local/Microsoft/OneDrive/OneDrive.exe", user);
    demo_program(path, 24576, true, "2020-11-10T04:20:00Z");
}

/* Emotet of before February 2020: name from the volume serial number, EmoCheck v1. */
static void user1(void)
{
    struct fx_hive *h = user_hive("2020-01-29T05:12:09.5Z");

    onedrive(h, "user1");
    fx_hive_sz(h, RUN, "bidptr", "\"C:\\Users\\user1\\AppData\\Local\\bidptr\\bidptr.exe\"");
    fx_hive_key(h, RUN, fx_time("2020-01-29T05:12:09.5Z"));
    demo_put_hive(h, "Users/user1/NTUSER.DAT", "2021-01-21T16:41:00Z");
    demo_program("Users/user1/AppData/Local/bidptr/bidptr.exe", 16384, false,
                 "2020-01-29T05:12:07Z");
    demo_folder_time("Users/user1/AppData/Local/bidptr", "2020-01-29T05:12:08Z");
    demo_put_text("Users/user1/Documents/\xE8\xAB\x8B\xE6\xB1\x82\xE6\x9B\xB8.txt",
                  "An ordinary document.\r\n", "2020-05-06T01:02:03Z");
}

/* Office remembers a document whose macros were enabled: creation time of the file, zone, minutes since
 * 1970 of the click, flags. */
static void trusted_document(struct fx_hive *h)
{
    struct ac_buf b = {0};

    fx_le64(&b, fx_time("2021-01-05T08:28:40Z"));
    fx_le64(&b, (uint64_t)-324000000000); /* nine hours */
    fx_le32(&b, (uint32_t)((fx_time("2021-01-05T08:29:00Z") - AC_TICKS_1601_TO_1970) / 600000000));
    fx_le32(&b, 0x7FFFFFFF);
    fx_hive_binary(
        h, "Software\\Microsoft\\Office\\16.0\\Word\\Security\\Trusted Documents\\TrustRecords",
        "%USERPROFILE%/Downloads/INV_2021-01-05.doc", b.p, b.n);
    ac_buf_free(&b);
}

/* Emotet of December 2020: random library, rundll32, file seven days older than its folder: v4 and v5. */
static void user2(void)
{
    struct fx_hive *h = user_hive("2021-01-05T08:30:15.75Z");

    onedrive(h, "user2");
    fx_hive_sz(
        h, RUN, "ialkquzoobki.czi",
        "C:\\Windows\\SysWOW64\\rundll32.exe "
        "\"C:\\Users\\user2\\AppData\\Local\\Ckninfwzsiy\\ialkquzoobki.czi\",Control_RunDLL");
    fx_hive_key(h, RUN, fx_time("2021-01-05T08:30:15.75Z"));
    trusted_document(h);
    demo_outlook(h);
    demo_put_hive(h, "Users/user2/NTUSER.DAT", "2021-01-21T16:41:00Z");
    demo_library("Users/user2/AppData/Local/Ckninfwzsiy/ialkquzoobki.czi", "demo.dll",
                 "Control_RunDLL", "2020-12-29T08:30:14.5Z");
    demo_folder_time("Users/user2/AppData/Local/Ckninfwzsiy", "2021-01-05T08:30:14.5Z");
    demo_program("Users/user2/AppData/Local/Programs/Example Chat/chat.exe", 28672, true,
                 "2020-10-01T03:00:00Z");
}

/* What came in behind it: a Run value as Qakbot writes it, at shutdown, so that only the transaction log has it;
 * a folder and task as TrickBot's. */
static void user3(void)
{
    struct fx_hive *h = user_hive("2021-01-18T10:00:30Z");
    const char *qakbot = "Users/user3/AppData/Roaming/Microsoft/Bbbetedog",
               *trick = "Users/user3/AppData/Roaming/Identities1159371911";
    struct ac_buf before = {0}, after = {0}, log = {0};
    char path[200];

    onedrive(h, "user3");
    fx_hive_options(h)->file_name = "\\??\\C:\\Users\\user3\\ntuser.dat";
    fx_hive_build(h, &before);
    fx_hive_sz(h, RUN, "ruzvvyx",
               "regsvr32.exe -s "
               "\"C:\\Users\\user3\\AppData\\Roaming\\Microsoft\\Bbbetedog\\naqhixfsvwhm.dll\"");
    fx_hive_key(h, RUN, fx_time("2021-01-18T10:00:30Z"));
    fx_hive_build(h, &after);
    fx_hive_free(h);
    fx_hive_dirty(&before, 12);
    fx_log_new(fx_view(&before), fx_view(&after), &(struct fx_log){.sequence = 12}, &log);
    demo_put("Users/user3/NTUSER.DAT", &before, "2021-01-21T16:40:00Z");
    demo_put("Users/user3/ntuser.dat.LOG1", &log, "2021-01-21T16:41:00Z");
    ac_buf_free(&after);
    snprintf(path, sizeof(path), "%s/naqhixfsvwhm.dll", qakbot);
    demo_library(path, "demo.dll", "DllRegisterServer", "2021-01-18T10:00:21Z");
    snprintf(path, sizeof(path), "%s/yxrrsq.oee", qakbot);
    demo_noise(path, 3000, 7, "2021-01-18T10:00:22Z");
    snprintf(path, sizeof(path), "%s/sfc8b4.exe", trick);
    demo_program(path, 13312, false, "2021-01-12T23:15:40Z");
    snprintf(path, sizeof(path), "%s/settings.ini", trick);
    demo_noise(path, 2500, 11, "2021-01-12T23:15:41Z");
    snprintf(path, sizeof(path), "%s/Data/pwgrab64", trick);
    demo_noise(path, 4000, 13, "2021-01-12T23:16:10Z");
    snprintf(path, sizeof(path), "%s/Data/injectDll64", trick);
    demo_noise(path, 4000, 17, "2021-01-12T23:16:20Z");
    snprintf(path, sizeof(path), "%s/Data/injectDll64_configs/dinj", trick);
    demo_noise(path, 700, 19, "2021-01-12T23:16:21Z");
}

static void machine_accounts(void)
{
    struct fx_hive *h = user_hive("2019-04-02T07:00:00Z");

    fx_hive_sz(h, RUN, "OneDriveSetup", "C:\\Windows\\SysWOW64\\OneDriveSetup.exe /thfirstsetup");
    demo_put_hive(h, "Windows/ServiceProfiles/LocalService/NTUSER.DAT", PLAIN_TIME);
    demo_put_hive(user_hive("2019-04-02T07:00:00Z"),
                  "Windows/ServiceProfiles/NetworkService/NTUSER.DAT", PLAIN_TIME);
    demo_put_hive(user_hive("2019-04-02T07:00:00Z"), "Windows/System32/config/DEFAULT", PLAIN_TIME);
    demo_put_hive(user_hive("2019-04-02T07:00:00Z"), "Users/Default/NTUSER.DAT", PLAIN_TIME);
}

/* ---- tasks and prefetch */

static void task(const char *path, const struct fx_task *t, const char *time)
{
    struct ac_buf b = {0};

    fx_task(&b, t);
    demo_put(path, &b, time);
}

static void tasks(void)
{
    task("Windows/System32/Tasks/MsSystemWatcher",
         &(struct fx_task){
             .uri = "\\MsSystemWatcher",
             .triggers = fx_task_time("2021-01-12T23:17:00", NULL, "PT11M"),
             .user = "S-1-5-21-1004336348-1177238915-682003330-1003",
             .run_level = "HighestAvailable",
             .logon_type = "InteractiveToken",
             .hidden = true,
             .command = "C:\\Users\\user3\\AppData\\Roaming\\Identities1159371911\\sfc8b4.exe"},
         "2021-01-12T23:15:45Z");
    task("Windows/System32/Tasks/GoogleUpdateTaskMachineCore",
         &(struct fx_task){.uri = "\\GoogleUpdateTaskMachineCore",
                           .triggers = fx_task_logon(NULL),
                           .user = "S-1-5-18",
                           .command = "C:\\Program Files (x86)\\Google\\Update\\GoogleUpdate.exe",
                           .arguments = "/c"},
         "2020-03-01T08:00:00Z");
    task("Windows/System32/Tasks/Microsoft/Windows/Maps/MapsToastTask",
         &(struct fx_task){.uri = "\\Microsoft\\Windows\\Maps\\MapsToastTask",
                           .author = "$(@%SystemRoot%\\system32\\mapstoasttask.dll,-600)",
                           .date = "2014-11-05T00:00:00",
                           .group = "S-1-5-4",
                           .hidden = true,
                           .class_id = "{9885AEF2-BD9F-41E0-B15E-B3141395E803}"},
         PLAIN_TIME);
}

static void prefetch(const char *name, const char *program_name, uint32_t hash, uint32_t runs,
                     const char *last, const char *const *files)
{
    static const struct fx_prefetch_volume volume = {DEVICE, VOLUME_SERIAL, VOLUME_CREATED};
    struct ac_buf plain = {0}, packed = {0};
    char path[128];

    fx_prefetch(&plain, &(struct fx_prefetch){.version = 30,
                                              .program = program_name,
                                              .hash = hash,
                                              .run_count = runs,
                                              .run_times = {last},
                                              .files = files,
                                              .volumes = &volume,
                                              .n_volumes = 1});
    fx_mam(&packed, fx_view(&plain), false);
    ac_buf_free(&plain);
    snprintf(path, sizeof(path), "Windows/Prefetch/%s", name);
    demo_put(path, &packed, last);
}

static void prefetches(void)
{
    static const char *const bidptr[] = {
        DEVICE "\\WINDOWS\\SYSTEM32\\NTDLL.DLL",
        DEVICE "\\USERS\\USER1\\APPDATA\\LOCAL\\BIDPTR\\BIDPTR.EXE", NULL};
    static const char *const rundll32[] = {
        DEVICE "\\WINDOWS\\SYSTEM32\\NTDLL.DLL", DEVICE "\\WINDOWS\\SYSWOW64\\RUNDLL32.EXE",
        DEVICE "\\USERS\\USER2\\APPDATA\\LOCAL\\CKNINFWZSIY\\IALKQUZOOBKI.CZI", NULL};
    static const char *const sfc[] = {
        DEVICE "\\WINDOWS\\SYSTEM32\\NTDLL.DLL",
        DEVICE "\\USERS\\USER3\\APPDATA\\ROAMING\\IDENTITIES1159371911\\SFC8B4.EXE", NULL};
    static const char *const notepad[] = {DEVICE "\\WINDOWS\\SYSTEM32\\NTDLL.DLL",
                                          DEVICE "\\WINDOWS\\SYSTEM32\\NOTEPAD.EXE", NULL};

    prefetch("BIDPTR.EXE-1C0F7A5B.pf", "BIDPTR.EXE", 0x1C0F7A5B, 31, "2020-02-03T23:51:18.125Z",
             bidptr);
    prefetch("RUNDLL32.EXE-8A2D61F4.pf", "RUNDLL32.EXE", 0x8A2D61F4, 12, "2021-01-21T00:02:33.5Z",
             rundll32);
    prefetch("SFC8B4.EXE-52E19C07.pf", "SFC8B4.EXE", 0x52E19C07, 44, "2021-01-21T15:59:03.75Z",
             sfc);
    prefetch("NOTEPAD.EXE-D8414F97.pf", "NOTEPAD.EXE", 0xD8414F97, 9, "2021-01-20T05:10:00Z",
             notepad);
}

/* ---- WMI and BITS: what every Windows has, and a download of its updates */

static void repository(void)
{
    static const char *const of[] = {"__EventFilter", "NTEventLogEventConsumer",
                                     "__FilterToConsumerBinding"};
    static const char *const consumer[13] = {NULL,      NULL,
                                             "sid",     "SCM Event Log Consumer",
                                             NULL,      "Service Control Manager",
                                             "default", NULL,
                                             NULL,      NULL,
                                             NULL,      NULL,
                                             "sid"};
    static const uint32_t objects_at[] = {0}, index_at[] = {0};
    struct ac_buf r[3] = {{0}}, objects = {0}, mapping = {0}, index = {0};
    char text[3][400];
    const char *keys[3];

    fx_wmi_filter(&r[0], false, "SCM Event Log Filter", "select * from MSFT_SCMEventLogEvent");
    fx_wmi_instance(&r[1], false, of[1], "suasssuuwusss", consumer);
    fx_wmi_binding(&r[2], false, "__EventFilter.Name=\"SCM Event Log Filter\"",
                   "NTEventLogEventConsumer.Name=\"SCM Event Log Consumer\"");
    for (int i = 0; i < 3; i++) {
        snprintf(text[i], sizeof(text[i]), "NS_%s\\CI_%s\\IL_%s.0.%d.%zu",
                 fx_wmi_digest("root\\subscription", false), fx_wmi_digest(of[i], false),
                 fx_wmi_digest("SCM", false), 100 + i, r[i].n);
        keys[i] = text[i];
    }
    fx_wmi_page(&objects, r, 3, 100);
    fx_wmi_mapping(&mapping, false, 1, objects_at, 1, index_at, 1);
    fx_wmi_index_page(&index, keys, 3);
    demo_put("Windows/System32/wbem/Repository/OBJECTS.DATA", &objects, PLAIN_TIME);
    demo_put("Windows/System32/wbem/Repository/MAPPING1.MAP", &mapping, PLAIN_TIME);
    demo_put("Windows/System32/wbem/Repository/INDEX.BTR", &index, PLAIN_TIME);
    for (int i = 0; i < 3; i++)
        ac_buf_free(&r[i]);
}

static void downloads(void)
{
    static const char *const ids[] = {"demo-file-id-001"};
    static const struct fx_bits_file file = {
        "http://download.windowsupdate.com/c/msdownload/update/software/demo.cab",
        "C:\\Windows\\SoftwareDistribution\\Download\\demo.cab",
        "C:\\Windows\\SoftwareDistribution\\Download\\BITD3A0.tmp", 4096, 4096};
    static const struct fx_bits_job job = {.mark = "A15609E143AFC94292E66F9856EBA7F6",
                                           .priority = 2,
                                           .state = 6,
                                           .id = "demo-job-id-0001",
                                           .name = "WU Client Download",
                                           .sid = "S-1-5-18",
                                           .files = &file,
                                           .n_files = 1,
                                           .created = "2021-01-20T04:00:00Z",
                                           .modified = "2021-01-20T04:01:00Z"};
    struct ac_buf job_blob = {0}, file_blob = {0}, db = {0};
    struct fx_ese_row jobs, files;
    struct fx_ese_table tables[] = {{"Jobs", &jobs, 1}, {"Files", &files, 1}};

    fx_bits_job_blob(&job_blob, &job, ids);
    fx_bits_file_blob(&file_blob, &file);
    jobs = (struct fx_ese_row){job.id, fx_view(&job_blob), false};
    files = (struct fx_ese_row){ids[0], fx_view(&file_blob), false};
    fx_ese(&db, tables, 2, true);
    demo_put("ProgramData/Microsoft/Network/Downloader/qmgr.db", &db, "2021-01-20T04:01:00Z");
    ac_buf_free(&job_blob);
    ac_buf_free(&file_blob);
}

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    if (argc != 2) {
        fprintf(stderr, "Usage: build_demo FOLDER\n");
        return 64;
    }
    demo_top = argv[1];
    system_files();
    system_hive();
    software_hive();
    sam_hive();
    user1();
    user2();
    user3();
    machine_accounts();
    tasks();
    prefetches();
    repository();
    downloads();
    demo_event_logs();
    demo_credential_stores();
    demo_set_folder_times();
    return 0;
}
