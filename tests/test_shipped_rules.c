/*
 * The rules in rules/: each with a trace that a public report names, one that misses it by a hair, and one of ordinary
 * software that looks like it. And what all of them must have: fixtures, translations, places in the conclusions.
 */
#include "rules_case.h"

#include "report/report.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(shipped, .init = rc_begin, .fini = rc_end);

#define LA "C:\\Users\\user1\\AppData\\Local\\"
#define RA "C:\\Users\\user1\\AppData\\Roaming\\"
#define G "3863EAC4-374D-2AC9-81EC-5BFE45E0BF12"
#define SEVEN "C:\\yXPLXnD\\YMVsnRT\\LlwqJGc.dll"
#define NOTE                                                                                       \
    "/AppData/Local/Temp/OneNote/16.0/Exported/{5B243D7B-67ED-FC55-66E7-7A9F2353AE32}/NT/0/"

#define MOST_FIELDS 6
struct trace {
    const char *kind;
    const char *fields[MOST_FIELDS];
};

static const struct {
    const char *rule;
    struct trace positive, near_miss, benign;
} cases[] = {
    {"EMO-SVCNUM",
     {"autostart", {"mechanism=service", "name=0221201642290449"}},
     {"autostart", {"mechanism=service", "name=12345"}},
     {"autostart", {"mechanism=service", "name=0221201642290449mcinstcleanup"}}},
    {"EMO-SVCNUM",
     {"event", {"log=System", "service=1234567890"}},
     {"event", {"log=System", "service=1234567890x"}},
     {"autostart", {"mechanism=run", "name=1234567890"}}},
    {"EMO-WIFI",
     {"autostart", {"mechanism=service", "name=windefservice"}},
     {"autostart", {"mechanism=service", "name=WinDefServices"}},
     {"autostart",
      {"mechanism=service", "name=WinDefend", "display_name=Windows Defender Antivirus Service"}}},
    {"EMO-ARG8",
     {"event", {"command=C:\\Windows\\SysWOW64\\historymachine.exe --81d93c85"}},
     {"event", {"command=C:\\Windows\\SysWOW64\\historymachine.exe --81d93c8"}},
     {"autostart", {"command=\"" LA "Programs\\app.exe\" --autostart"}}},
    {"EMO-E0",
     {"autostart", {"command=" RA "Microsoft\\abcaudio.exe"}},
     {"autostart", {"command=" RA "Microsoft\\abcdaudio.exe"}},
     {"autostart", {"command=\"" RA "Microsoft\\Office\\abcupdate.exe\""}}},
    {"EMO-EVENT",
     {"event", {"command=regsvr32.exe /s \"C:\\Windows\\SysWOW64\\Dolxj\\dbqzxtpwyliqjya.bhn\""}},
     {"event", {"command=regsvr32.exe /s \"C:\\Windows\\SysWOW64\\Dolxj\\Dbqzxtpwyliqjya.bhn\""}},
     {"event", {"command=regsvr32 /s C:\\Windows\\System32\\Macromed\\flash.ocx"}}},
    {"EMO-EVENT",
     {"event",
      {"command=rundll32.exe "
       "C:\\Windows\\SysWOW64\\Eayrivwujhwqyyck\\eghzehtntkawqq.eqo,zWEeAQZvyy"}},
     {"event", {"command=rundll32.exe C:\\Windows\\SysWOW64\\eghzehtntkawqq.eqo,zWEeAQZvyy"}},
     {"event", {"command=rundll32.exe C:\\Windows\\System32\\Speech\\sapi.dll,Register"}}},
    {"EMO-STAGE",
     {"event", {"command=C:\\Windows\\SysWow64\\regsvr32.exe -s ..\\rfs.ooccxx"}},
     {"event", {"command=C:\\Windows\\SysWow64\\regsvr32.exe -s .\\rfs.ocx"}},
     {"event", {"command=regsvr32 /s C:\\Program Files\\Vendor\\control.ocx"}}},
    {"EMO-ONENOTE",
     {"file", {"path=Users/user1" NOTE "click.wsf"}},
     {"file", {"path=Users/user1" NOTE "clicks.wsf"}},
     {"file", {"path=Users/user1/Documents/click.wsf"}}},
    {"EMO-ONENOTE",
     {"event",
      {"command=wscript.exe \"" LA
       "Temp\\OneNote\\16.0\\Exported\\{5B243D7B}\\NT\\0\\click.wsf\""}},
     {"event", {"command=wscript.exe \"" LA "Temp\\OneNote\\15.0\\x\\click.wsf\""}},
     {"event", {"command=wscript.exe logon.wsf"}}},
    {"URS-EVENT",
     {"event",
      {"script=iex ([System.Text.Encoding]::ASCII.GetString((gp "
       "\"HKCU:\\Software\\AppDataLow\\Software\\Microsoft\\" G "\").apispSvc))"}},
     {"event", {"script=gp \"HKCU:\\Software\\AppDataLow\\Software\\Microsoft\\3863EAC4-374D\""}},
     {"event", {"script=gp HKCU:\\Software\\AppDataLow\\Software\\Microsoft\\IME\\15.0"}}},
    {"URS-EVENT",
     {"shortcut",
      {"target=C:\\Windows\\System32\\mshta.exe",
       "arguments=about:<hta:application><script>regread('HKCU\\\\Software\\\\AppDataLow\\\\"
       "Software\\\\Microsoft\\\\" G "\\\\ActiveDevice')</script>"}},
     {"shortcut", {"target=x", "arguments=HKCU\\Software\\AppDataLow\\Software\\Microsoft\\" G}},
     {"shortcut", {"target=C:\\Windows\\System32\\mshta.exe", "arguments=about:blank"}}},
    {"URS-JPG",
     {"event", {"command=regsvr32.exe C:\\ProgramData\\1249.jpg"}},
     {"event", {"command=regsvr32.exe C:\\ProgramData\\124.jpg"}},
     {"shortcut",
      {"target=C:\\Windows\\System32\\mspaint.exe", "arguments=C:\\ProgramData\\1249.jpg"}}},
    {"URS-MSHTA",
     {"execution", {"artefact=shimcache", "program=C:\\ProgramData\\microsof.com"}},
     {"execution", {"artefact=shimcache", "program=C:\\ProgramData\\microsoft.com"}},
     {"shortcut", {"target=https://www.microsoft.com"}}},
    {"URS-MSHTA",
     {"file", {"path=ProgramData/Microsof.com"}},
     {"file", {"path=Users/user1/Microsof.com"}},
     {"file", {"path=ProgramData/Microsoft/more.com"}}},
    {"URS-BIN",
     {"event", {"command=cmd /C \"systeminfo.exe >> " LA "Temp\\9A3F.bin\""}},
     {"event", {"command=cmd /C \"systeminfo.exe > " LA "Temp\\9A3F.bin\""}},
     {"event", {"command=cmd /c echo done >> C:\\Temp\\install.log"}}},
    {"URS-SEVEN",
     {"event", {"command=rundll32 " SEVEN ",DllRegisterServer"}},
     {"event", {"command=rundll32 C:\\yXPLXnD\\YMVsnR\\LlwqJGc.dll,DllRegisterServer"}},
     {"event", {"command=rundll32 C:\\Windows\\System32\\shell32.dll,DllRegisterServer"}}},
    {"TRB-SVC",
     {"autostart", {"mechanism=service", "name=qwertz", "display_name=Service-Log7"}},
     {"autostart", {"mechanism=service", "name=qwertz", "display_name=ServiceLog"}},
     {"autostart", {"mechanism=service", "name=EventLog", "display_name=Windows Event Log"}}},
    {"TRB-SVC",
     {"event", {"log=System", "service=NewService82"}},
     {"event", {"log=System", "service=MyNewService"}},
     {"event", {"log=System", "service=Windows Update"}}},
    {"TRB-ROOT",
     {"event", {"command=C:\\mswvc.exe"}},
     {"event", {"command=C:\\Tools\\mswvc.exe"}},
     {"event", {"command=C:\\Windows\\System32\\svchost.exe -k netsvcs"}}},
    {"TRB-ROOT",
     {"execution",
      {"artefact=prefetch", "program_path=\\VOLUME{01d4e91d12345678-e42f18a6}\\STSVC.EXE"}},
     {"execution",
      {"artefact=prefetch", "program_path=\\VOLUME{01d4e91d12345678-e42f18a6}\\A\\STSVC.EXE"}},
     {"execution", {"artefact=bam", "program=\\Device\\HarddiskVolume3\\Windows\\svchost.exe"}}},
    {"TRB-EVENT",
     {"event", {"task=\\msnetcs"}},
     {"event", {"task=\\msnetcs2"}},
     {"event", {"task=\\Microsoft\\Windows\\MemoryDiagnostic\\RunFullMemoryDiagnostic"}}},
    {"TRB-STARTW",
     {"task",
      {"path=\\x", "action=rundll32.exe|" RA "newyear\\a.xyz,StartW", "target=Users/a.xyz"}},
     {"task", {"path=\\x", "action=rundll32.exe|" RA "newyear\\a.xyz,StartWorker2", "target=a"}},
     {"task", {"path=\\x", "action=rundll32.exe|shell32.dll,Control_RunDLL", "target=a"}}},
    {"TRB-PUBLIC",
     {"event", {"command=regsvr32.exe C:\\Users\\Public\\repoRequestDocument.jpg"}},
     {"event", {"command=regsvr32.exe C:\\Users\\Public\\Pictures\\a.jpg"}},
     {"event", {"command=regsvr32.exe C:\\Users\\Public\\vendor.dll"}}},
    {"QAK-SCHTASKS",
     {"event",
      {"command=schtasks.exe /Create /RU \"NT AUTHORITY\\SYSTEM\" /tn zbshyrvgcx /tr "
       "\"regsvr32.exe -s \\\"C:\\a.dll\\\"\" /SC ONCE /Z /ST 19:59 /ET 20:11"}},
     {"event",
      {"command=schtasks.exe /Create /RU \"NT AUTHORITY\\SYSTEM\" /tn zbshyrvgcx /tr "
       "\"regsvr32.exe -s \\\"C:\\a.dll\\\"\" /SC ONCE /Z /ST 19:59"}},
     {"event", {"command=schtasks /create /tn Backup /tr C:\\backup.cmd /sc daily /st 03:00"}}},
    {"QAK-EVENT",
     {"event",
      {"command=powershell.exe -Command IEX([System.Text.Encoding]::Unicode.GetString([Convert]::"
       "FromBase64String((Get-ItemProperty -Path HKCU:\\SOFTWARE\\Pvoeooxf).yzbbvhhdypa)))"}},
     {"event",
      {"command=[Convert]::FromBase64String((Get-ItemProperty -Path "
       "HKCU:\\SOFTWARE\\Pvoeooxf\\Sub).yzbbvhhdypa)"}},
     {"event", {"script=[Convert]::FromBase64String((Get-Content C:\\cert.b64))"}}},
    {"QAK-CALC",
     {"event",
      {"command=cmd.exe /c ping.exe -n 6 127.0.0.1 & type \"C:\\Windows\\System32\\calc.exe\" > "
       "\"" LA "Temp\\a.exe\""}},
     {"event", {"command=cmd.exe /c ping.exe -n 6 127.0.0.1 & type C:\\Windows\\win.ini > a"}},
     {"event", {"command=cmd.exe /c ping -n 6 127.0.0.1 & del C:\\Temp\\setup.exe"}}},
    {"QAK-SVC",
     {"autostart",
      {"mechanism=service", "name=a1b2c3d", "command=regsvr32.exe -s C:\\Windows\\n15027.dll"}},
     {"autostart",
      {"mechanism=service", "name=a1b2c3d", "command=regsvr32.exe -s C:\\Windows\\n1502.dll"}},
     {"autostart",
      {"mechanism=service", "name=wuauserv", "command=C:\\Windows\\system32\\n12345.dll"}}},
    {"QAK-DROP",
     {"event", {"command=regsvr32 C:\\Datop\\good.test"}},
     {"event", {"command=regsvr32 C:\\Datops\\good.test"}},
     {"event", {"command=C:\\Intel\\Setup.exe"}}},
    {"QAK-DROP",
     {"task", {"path=\\x", "action=regsvr32.exe|-s \"" LA "SetupTest\\1.dll\"", "target=a"}},
     {"task", {"path=\\x", "action=regsvr32.exe|-s \"" LA "SetupTest\\one.dll\"", "target=a"}},
     {"autostart", {"command=\"" LA "Zoom\\bin\\Zoom.exe\""}}},
    {"QAK-LEA",
     {"execution", {"artefact=prefetch", "program=QBOTUNINSTALL.EXE"}},
     {"execution", {"artefact=prefetch", "program=NOQBOTUNINSTALL.EXE"}},
     {"execution", {"artefact=prefetch", "program=UNINSTALL.EXE"}}},
    {"QAK-LEA",
     {"change", {"name=QbotUninstall.exe"}},
     {"change", {"name=QbotUninstall.exe.txt"}},
     {"file", {"path=Users/user1/uninstall.exe", "name=uninstall.exe"}}},
    {"ZLO-NSUDO",
     {"event", {"command=" RA "adminpriv.exe -U:T -ShowWindowMode:Hide reg add HKLM"}},
     {"event", {"command=" RA "adminpriv.exe -U:T reg add HKLM"}},
     {"event", {"command=C:\\Tools\\NSudo.exe -U:T -ShowWindowMode:Hide cmd"}}},
    {"ZLO-MSHTA",
     {"event", {"command=cmd /c mshta.exe %APPDATA%\\appContast.dll"}},
     {"event", {"command=cmd /c del %APPDATA%\\appContast.dll"}},
     {"event", {"command=mshta.exe C:\\Program Files\\Vendor\\help.hta"}}},
    {"ZLO-REG",
     {"event",
      {"command=reg add HKCU\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run /f /t REG_SZ /v "
       "Rykyd /d \"regsvr32.exe /s " RA "Rykyd\\a.dll\""}},
     {"event",
      {"command=reg add HKCU\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run /v Rykyd /t REG_SZ "
       "/d \"regsvr32.exe /s a.dll\" /f"}},
     {"event",
      {"command=reg add HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v App /d "
       "app.exe"}}},
    {"ZLO-HTML",
     {"event", {"command=rundll32.exe " LA "Temp\\LIykZLDb.html,DllRegisterServer"}},
     {"event", {"command=rundll32.exe " LA "Temp\\LIykZLD.html,DllRegisterServer"}},
     {"event", {"command=rundll32.exe mshtml.dll,PrintHTML \"C:\\docs\\reportab.html\""}}},
};

static struct ac_rule_set *shipped(void)
{
    static char folder[5000];

    snprintf(folder, sizeof(folder), "%s/rules", fx_srcdir());
    return rc_load(&(struct ac_rule_options){.shipped = folder});
}

/* Is it the rule's own doing? All other rules may say of the trace what they like. */
static bool fits(const struct ac_rule_set *set, const struct trace *t, const char *rule)
{
    rc_forget_records();
    rc_record(ac_kind_of(t->kind), t->fields);
    return rc_findings(rc_assess(set), rule) > 0;
}

Test(shipped, every_rule_finds_its_trace_and_nothing_like_it)
{
    const struct ac_rule_set *set = shipped();

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        cr_expect(fits(set, &cases[i].positive, cases[i].rule), "%s misses %s", cases[i].rule,
                  cases[i].positive.fields[0]);
        cr_expect(!fits(set, &cases[i].near_miss, cases[i].rule), "%s finds %s", cases[i].rule,
                  cases[i].near_miss.fields[0]);
        cr_expect(!fits(set, &cases[i].benign, cases[i].rule), "%s finds %s", cases[i].rule,
                  cases[i].benign.fields[0]);
    }
}

/* Ordinary software is found by no rule in files. */
Test(shipped, ordinary_software_is_found_by_none)
{
    const struct ac_rule_set *set = shipped();

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        rc_record(ac_kind_of(cases[i].benign.kind), cases[i].benign.fields);
    rc_assess(set);
    for (const struct ac_rule *const *r = ac_rule_set_rules(set); *r; r++) {
        if (!(*r)->detect)
            cr_expect_eq(rc_findings(rc_assess(set), (*r)->id), 0, "%s", (*r)->id);
    }
}

static void expect_translation(const char *rule, const char *text)
{
    if (text[0])
        cr_expect(ac_translate("ja", text) != text, "%s is not in po/ja.po: %s", rule, text);
}

Test(shipped, every_rule_has_fixtures_and_translations)
{
    const struct ac_rule_set *set = shipped();
    size_t n = 0;

    cr_assert_not_null(getenv("AC_BUILDDIR"));
    ac_language_init(getenv("AC_BUILDDIR"));
    for (const struct ac_rule *const *r = ac_rule_set_rules(set); *r; r++) {
        bool has = (*r)->detect != NULL;

        for (size_t i = 0; !has && i < sizeof(cases) / sizeof(cases[0]); i++)
            has = strcmp(cases[i].rule, (*r)->id) == 0;
        cr_expect(has, "%s has no fixtures", (*r)->id);
        cr_expect_neq((*r)->needs, 0, "%s", (*r)->id);
        expect_translation((*r)->id, (*r)->title);
        expect_translation((*r)->id, (*r)->tests);
        expect_translation((*r)->id, (*r)->benign);
        cr_expect_str_neq((*r)->family, (*r)->detect ? "" : "unassigned", "%s", (*r)->id);
        n += (*r)->detect == NULL;
    }
    cr_expect_gt(n, 20);
    cr_expect_str_eq(ac_rule_set_warnings(set), "");
}
