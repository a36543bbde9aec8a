/*
 * Ursnif (Gozi): commands of its loaders and of its reconnaissance.
 * Form of the rules: aftercheck-rules(5). Each has three fixtures in tests/test_shipped_rules.c.
 */

rule script_from_storage
{
    meta:
        id = "URS-EVENT"
        family = "ursnif"
        strength = "decisive"
        title = "Event or shortcut that reads a script out of Ursnif's storage key"
        tests = "Events (process, PowerShell) and shortcuts whose command or script reads, with Get-ItemProperty, gp or RegRead, a key named with a GUID below HKCU\\Software\\AppDataLow\\Software\\Microsoft."
        benign = ""
        attack = "T1059.001 T1059.007 T1112"
        reference = "public analyses of Ursnif, 2020 to 2023; The DFIR Report, 9 January 2023"
    condition:
        (kind == "event" or kind == "shortcut") and
        (command icontains "AppDataLow" or script icontains "AppDataLow") and
        (command matches /(gp|Get-ItemProperty|regread).{0,16}HKCU:?\\+Software\\+AppDataLow\\+Software\\+Microsoft\\+[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i or
         script matches /(gp|Get-ItemProperty|regread).{0,16}HKCU:?\\+Software\\+AppDataLow\\+Software\\+Microsoft\\+[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i)
}

rule picture_registered
{
    meta:
        id = "URS-JPG"
        family = "ursnif"
        strength = "strong"
        title = "Picture in ProgramData that is loaded with regsvr32"
        tests = "Commands that load, with regsvr32, a file of four or five digits with the extension jpg right below ProgramData."
        benign = ""
        attack = "T1218.010 T1036"
        reference = "pan-unit42/iocs 315464d, TA551, July 2020"
    condition:
        (kind == "event" or kind == "autostart" or kind == "task" or kind == "shortcut") and
        command icontains "regsvr32" and
        command matches /regsvr32(\.exe)?"? .{0,40}\\programdata\\[0-9]{4,5}\.jpg/i
}

rule copied_mshta
{
    meta:
        id = "URS-MSHTA"
        family = "ursnif"
        strength = "strong"
        title = "Copy of mshta with the name Microsof.com"
        tests = "Commands, programs and files ProgramData\\Microsof.com: a copy of mshta under this name started scripts in March 2020."
        benign = ""
        attack = "T1218.005 T1036.003"
        reference = "jstrosch/malware-samples 1b3add9, maldocs/ursnif/2020/March"
    condition:
        (kind == "event" or kind == "execution" or kind == "file" or kind == "autostart" or kind == "task" or
         kind == "shortcut") and
        (command icontains "microsof.com" or path icontains "microsof.com") and
        (command matches /\\programdata\\microsof\.com/i or path matches /programdata[\\\/]microsof\.com$/i)
}

rule collected_output
{
    meta:
        id = "URS-BIN"
        family = "ursnif"
        strength = "supporting"
        title = "Output of commands collected in a .bin file of four digits"
        tests = "Events with a command cmd /c that appends its output to a file of four hexadecimal digits with the extension bin in a Temp folder."
        benign = "A script of an administrator that collects output in this way."
        attack = "T1087 T1082"
        reference = "SigmaHQ/sigma 8eaafff, rules for Ursnif of 2023"
    condition:
        kind == "event" and command icontains ".bin" and command icontains ">>" and
        command matches /cmd(\.exe)?"? +\/c .*>> *"?[^|<>"]*\\temp\\[0-9a-f]{4}\.bin/i
}

rule three_sevens
{
    meta:
        id = "URS-SEVEN"
        family = "ursnif"
        strength = "supporting"
        title = "Library in two folders of seven letters"
        tests = "Commands that load, with rundll32 and DllRegisterServer, a library of seven letters in two folders of seven letters at the root of a drive."
        benign = "Software in folders that happen to have such names."
        attack = "T1218.011"
        reference = "pan-unit42/tweets 7283e92, 2020-12-10"
    condition:
        (kind == "event" or kind == "autostart" or kind == "task" or kind == "shortcut") and
        command icontains ",DllRegisterServer" and
        command matches /rundll32(\.exe)?"? +"?[a-z]:\\[a-z]{7}\\[a-z]{7}\\[a-z]{7}\.dll"?,DllRegisterServer/i
}
