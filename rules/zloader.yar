/*
 * Zloader: commands of its campaigns.
 * Form of the rules: aftercheck-rules(5). Each has three fixtures in tests/test_shipped_rules.c.
 */

rule nsudo
{
    meta:
        id = "ZLO-NSUDO"
        family = "zloader"
        strength = "strong"
        title = "Command that runs as TrustedInstaller, hidden, with the campaign's copy of NSudo"
        tests = "Commands adminpriv.exe with the options -U:T and -ShowWindowMode:Hide."
        benign = "An administrator's own copy of NSudo under this name."
        attack = "T1562.001 T1564.003"
        reference = "Check Point Research, January 2022, as reported by the press; campaign script"
    condition:
        (kind == "event" or kind == "autostart" or kind == "task" or kind == "shortcut") and
        command icontains "adminpriv" and
        command matches /adminpriv(\.exe)?"? .*-U:T .*-ShowWindowMode:Hide/i
}

rule script_in_library
{
    meta:
        id = "ZLO-MSHTA"
        family = "zloader"
        strength = "strong"
        title = "Script run by mshta out of appContast.dll"
        tests = "Events and shortcuts with a command that runs appContast.dll with mshta: a signed library to which the campaign of 2021 and 2022 appended a script."
        benign = ""
        attack = "T1218.005 T1553.002"
        reference = "Check Point Research, January 2022, as reported by the press; campaign script"
    condition:
        (kind == "event" or kind == "shortcut") and
        command icontains "appContast.dll" and command matches /mshta(\.exe)?"? .*appContast\.dll/i
}

rule run_value_by_reg
{
    meta:
        id = "ZLO-REG"
        family = "zloader"
        strength = "supporting"
        title = "Run value written with the command that stands in Zloader"
        tests = "Events with reg add of HKCU\\...\\CurrentVersion\\Run with the options in the order /f /t REG_SZ /v NAME /d, as the strings of a build of 2023 have them, for a command with regsvr32 /s."
        benign = "A script that writes Run values in this order."
        attack = "T1547.001 T1112"
        reference = "threatlabz/iocs 1b95876, decrypted strings"
    condition:
        kind == "event" and command icontains "CurrentVersion\\Run" and command icontains "regsvr32" and
        command matches /reg(\.exe)?"? +add +"?HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run"? +\/f +\/t +REG_SZ +\/v +[^ ]+ +\/d .*regsvr32(\.exe)? +\/s/i
}

rule library_as_page
{
    meta:
        id = "ZLO-HTML"
        family = "zloader"
        strength = "supporting"
        title = "Web page that is loaded as a library"
        tests = "Commands that load, with rundll32 or regsvr32, a file of eight letters with the extension html outside of Program Files."
        benign = ""
        attack = "T1218.011 T1036"
        reference = "public sample report of 9 October 2020 (Ord6691.xls)"
    condition:
        (kind == "event" or kind == "autostart" or kind == "task" or kind == "shortcut") and
        command icontains ".html" and
        command matches /(rundll32|regsvr32)(\.exe)?"?( +[\/-][a-z]+)* +"?([a-z]:\\|%[a-z]+%\\)[^",]*\\[a-z]{8}\.html("|,| |$)/i
}
