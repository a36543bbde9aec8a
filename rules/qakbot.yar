/*
 * Qakbot (Qbot): commands of its installation, its spreading and its overwriting of itself.
 * Form of the rules: aftercheck-rules(5). Each has three fixtures in tests/test_shipped_rules.c.
 */

rule one_shot_task
{
    meta:
        id = "QAK-SCHTASKS"
        family = "qakbot"
        strength = "strong"
        title = "Command that makes Qakbot's one-time task"
        tests = "Events with a schtasks command in the order that Qakbot writes: /create, /ru SYSTEM, /tn with 6 to 12 letters, /tr, /sc once, /z, /st, /et. The task itself deletes itself."
        benign = "A script of an administrator that happens to write all of these in this order."
        attack = "T1053.005 T1070.009"
        reference = "pr0xylife/Qakbot 7aafe51, 18 command lines of 2022 and 2023; public sample report of 13 August 2020"
    condition:
        kind == "event" and command icontains "schtasks" and command icontains " /z " and
        command matches /schtasks(\.exe)?"? +\/create +\/ru +"?(nt authority\\)?system"? +\/tn +"?[a-z]{6,12}"? +\/tr .*\/sc +once +\/z +\/st +[0-9:]{5} +\/et +[0-9:]{5}/i
}

rule script_from_key
{
    meta:
        id = "QAK-EVENT"
        family = "qakbot"
        strength = "supporting"
        title = "Event with a script that is read, encoded, out of a key of the user"
        tests = "Events (process, PowerShell, task) whose text decodes Base64 from a value <lower...> of a key <Upper><lower...> right below HKCU\\Software."
        benign = "Other malware and test tools that keep scripts in the registry in the same way."
        attack = "T1059.001 T1027.011 T1053.005"
        reference = "SigmaHQ/sigma 8eaafff; The DFIR Report, 21 February 2022"
    condition:
        kind == "event" and
        (command icontains "FromBase64String" or script icontains "FromBase64String") and
        (command matches /FromBase64String\(\(Get-ItemProperty +-Path +HKCU:\\SOFTWARE\\[a-z]{5,14}\)\.[a-z]{5,14}\)/i or
         script matches /FromBase64String\(\(Get-ItemProperty +-Path +HKCU:\\SOFTWARE\\[a-z]{5,14}\)\.[a-z]{5,14}\)/i)
}

rule overwrites_itself
{
    meta:
        id = "QAK-CALC"
        family = "qakbot"
        strength = "strong"
        title = "Command that overwrites a file with a tool of Windows after a pause"
        tests = "Commands that wait with ping to 127.0.0.1 and then write calc.exe or autoconv.exe of System32 over another file: Qakbot replaces its dropper so."
        benign = ""
        attack = "T1070.004 T1036"
        reference = "SigmaHQ/sigma 8eaafff; MalwareMustDie, 26 January 2016"
    condition:
        (kind == "event" or kind == "autostart" or kind == "task" or kind == "shortcut") and
        command icontains "127.0.0.1" and
        command matches /ping(\.exe)?"? +-n +[0-9]{1,3} +127\.0\.0\.1 *& *type +"?[a-z]:\\windows\\system32\\(calc|autoconv)\.exe"? *>/i
}

rule lateral_service
{
    meta:
        id = "QAK-SVC"
        family = "qakbot"
        strength = "strong"
        title = "Service of seven characters that loads a library named with a date"
        tests = "Services, and events about services, with a name of seven lower-case letters and digits that run C:\\Windows\\n and five digits .dll."
        benign = ""
        attack = "T1543.003 T1569.002"
        reference = "hvs-consulting/ioc_signatures 51ed033, 2022-04-11"
    condition:
        (kind == "autostart" or kind == "event") and command icontains ".dll" and
        command matches /\\windows\\n[0-9]{5}\.dll/i and
        (name matches /^[a-z0-9]{7}$/ or service matches /^[a-z0-9]{7}$/)
}

rule drop_folder
{
    meta:
        id = "QAK-DROP"
        family = "qakbot"
        strength = "supporting"
        title = "Command about a folder into which Qakbot was dropped"
        tests = "Commands that name a file in one of the folders of published campaigns: Datop, Watdan, IntelCompany, VPNStors, Koltes or Yecgtrio at the root of a drive, ProgramData\\SNWSPinna, or n.dll, main.dll or a digit .dll in SetupTest, AdobeFontPack, AdobeAcrobatPDFBrowserPlugin or ZoomDesktopClient below AppData\\Local."
        benign = "Software that uses a folder of such a name."
        attack = "T1218.010 T1204.002"
        reference = "pan-unit42/tweets 7283e92; pr0xylife/Qakbot 7aafe51; hvs-consulting/ioc_signatures 51ed033"
    condition:
        (kind == "event" or kind == "autostart" or kind == "task" or kind == "shortcut") and
        (command icontains "\\Datop\\" or command icontains "\\Watdan\\" or
         command icontains "\\IntelCompany\\" or command icontains "\\VPNStors\\" or
         command icontains "\\Koltes\\" or command icontains "\\Yecgtrio\\" or
         command icontains "\\SNWSPinna\\" or command icontains "\\AppData\\Local\\") and
        command matches /[a-z]:\\(datop|watdan|intelcompany|vpnstors|koltes|yecgtrio|programdata\\snwspinna)\\[^\\\n]+|\\appdata\\local\\(setuptest|adobefontpack|adobeacrobatpdfbrowserplugin|zoomdesktopclient)\\(n|main|[0-9])\.dll/i
}

rule uninstaller
{
    meta:
        id = "QAK-LEA"
        family = "law-enforcement-uninstaller"
        strength = "supporting"
        title = "Uninstaller of August 2023 against Qakbot"
        tests = "Programs, files and changes of files named QbotUninstall.exe: law enforcement took Qakbot out of memory with it from 25 to 29 August 2023. It was sent to computers on which Qakbot was running; folders, registry keys and what other malware did remain."
        benign = "A copy of the uninstaller that was kept for analysis."
        attack = "T1070"
        reference = "Neo23x0/signature-base 8a89b3b; SigmaHQ/sigma 8eaafff"
    condition:
        (kind == "execution" or kind == "file" or kind == "change" or kind == "event") and
        (command icontains "qbotuninstall" or name icontains "qbotuninstall" or
         program icontains "qbotuninstall") and
        (command matches /(^|[\\\/"])qbotuninstall\.exe/i or name iequals "QbotUninstall.exe" or
         program matches /(^|[\\\/])qbotuninstall\.exe/i)
}
