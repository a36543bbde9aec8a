/*
 * Emotet: commands, services and files that public reports name and the rules in C do not cover.
 * Form of the rules: aftercheck-rules(5). Each has three fixtures in tests/test_shipped_rules.c.
 */

rule numeric_service
{
    meta:
        id = "EMO-SVCNUM"
        family = "emotet"
        strength = "strong"
        title = "Service named with digits only"
        tests = "Services, and events about services, whose name is 6 to 20 digits and nothing else: a clean-up script of 2019 removes Emotet's spreader by that name."
        benign = "A service of other software that is named with a number only; services with digits in front of a word are not matched."
        attack = "T1543.003 T1569.002"
        reference = "public clean-up script emotet_trickbot_finder.ps1, revision 13 February 2019"
    condition:
        (kind == "autostart" or kind == "event") and
        ((mechanism == "service" and name matches /^[0-9]{6,20}$/) or
         (service != "" and service matches /^[0-9]{6,20}$/))
}

rule wifi_spreader
{
    meta:
        id = "EMO-WIFI"
        family = "emotet"
        strength = "supporting"
        title = "Service of Emotet's Wi-Fi spreader"
        tests = "Services, and events about services, with the name WinDefService or the display name Windows Defender System Service."
        benign = "Windows Defender itself uses WinDefend and other names; another program could use this one."
        attack = "T1036.004 T1543.003"
        reference = "mitre/cti 421deac, S0367"
    condition:
        (kind == "autostart" or kind == "event") and
        ((mechanism == "service" and
          (name iequals "WinDefService" or display_name iequals "Windows Defender System Service")) or
         service iequals "WinDefService" or service iequals "Windows Defender System Service")
}

rule eight_digits
{
    meta:
        id = "EMO-ARG8"
        family = "emotet"
        strength = "supporting"
        title = "Program started with two hyphens and eight hexadecimal digits"
        tests = "Commands that start a program named with letters only right in System32 or SysWOW64, or up to one folder below AppData\\Local, whose only argument is -- and eight hexadecimal digits, as Emotet started its second instance in 2018 to 2020."
        benign = "A program of Windows or of a vendor that takes such an argument."
        attack = "T1036.005"
        reference = "public sample reports of 18 September 2019 (paladin316)"
    condition:
        (kind == "autostart" or kind == "event" or kind == "shortcut" or kind == "task") and
        command contains " --" and command matches
        /\\(windows\\(syswow64|system32)|appdata\\local(\\[a-z]{4,24})?)\\[a-z]{4,24}\.exe"? --[0-9a-f]{8}"?$/i
}

rule geodo_name
{
    meta:
        id = "EMO-E0"
        family = "emotet"
        strength = "supporting"
        title = "Autostart with a file name of Emotet's first years"
        tests = "Autostarts of a program right below Roaming\\Microsoft whose name is three letters and one of 20 words (api32, audio, bios ... windows), as in 2014 and 2015."
        benign = "A program of a vendor that keeps its files right below Roaming\\Microsoft."
        attack = "T1547.001 T1036.005"
        reference = "CAPESandbox/community 846b07f, banker_geodo"
    condition:
        kind == "autostart" and command icontains "\\AppData\\Roaming\\Microsoft\\" and command matches
        /\\roaming\\microsoft\\[a-z]{3}(api32|audio|bios|boot|cap32|common|config|crypt|edit32|error|mgr32|serial|setup|share|sock|system|update|video|windows)\.exe"?$/i
}

rule loaded_from_system_folder
{
    meta:
        id = "EMO-EVENT"
        family = "emotet"
        strength = "strong"
        title = "Event about a library of Emotet's form in a folder of System32"
        tests = "Events (process, service, task) with a command that loads, with rundll32 or regsvr32, a file <lower...>.<three letters> in a folder <Upper><lower...> right below System32 or SysWOW64, with an extension that libraries do not have."
        benign = ""
        attack = "T1218.010 T1218.011 T1543.003"
        reference = "pr0xylife/Emotet 6fb5cc0, command lines of 2022"
    condition:
        kind == "event" and (command icontains "regsvr32" or command icontains "rundll32") and
        command matches /(rundll32|regsvr32|RUNDLL32|REGSVR32)(\.exe|\.EXE)?"?( +\/s)? +"?[A-Za-z]:\\[Ww][Ii][Nn][Dd][Oo][Ww][Ss]\\([Ss][Yy][Ss][Ww][Oo][Ww]64|[Ss][Yy][Ss][Tt][Ee][Mm]32)\\[A-Z][a-z]{4,15}\\[a-z]{4,15}\.[a-z]{3}(["\s,]|$)/ and
        not command matches /\\[a-z]{5,16}\\[a-z]{4,15}\.(dll|ocx|cpl|exe|sys|drv|tlb|inf)(["\s,]|$)/i
}

rule staged_beside_document
{
    meta:
        id = "EMO-STAGE"
        family = "emotet"
        strength = "supporting"
        title = "Library loaded from the folder above with regsvr32"
        tests = "Commands that register, with regsvr32, a file of 3 to 6 letters with the extension ocx or dll, or a distorted ocx, in the folder above the current one (..\\name.ocx), as macros of 2021 and 2022 did."
        benign = "A programmer who registers a library by hand."
        attack = "T1218.010 T1204.002"
        reference = "pan-unit42/tweets 7283e92, 2022; executemalware/Malware-IOCs c33d454"
    condition:
        (kind == "event" or kind == "task" or kind == "autostart" or kind == "shortcut") and
        command icontains "regsvr32" and command matches
        /regsvr32(\.exe)?"?( +[\/-][a-z:]+)* +"?\.\.\\[a-z]{3,6}[0-9]?\.(ocx|dll|ooccxx|ooocccxxx)/i
}

rule onenote_script
{
    meta:
        id = "EMO-ONENOTE"
        family = "emotet"
        strength = "supporting"
        title = "Script that was opened out of a OneNote page"
        tests = "Events, programs and changes of files that name click.wsf in the folder into which OneNote unpacks attachments, as in the wave of March 2023."
        benign = "A harmless attachment of that name."
        attack = "T1204.002 T1059.005"
        reference = "pan-unit42/tweets 7283e92, March 2023"
    condition:
        (kind == "event" or kind == "execution" or kind == "change" or kind == "file") and
        (command icontains "click.wsf" or path icontains "click.wsf" or files icontains "click.wsf") and
        (command matches /[\\\/]OneNote[\\\/]16\.0[\\\/].{1,80}[\\\/]click\.wsf/i or
         path matches /[\\\/]OneNote[\\\/]16\.0[\\\/].{1,80}[\\\/]click\.wsf/i or
         files matches /[\\\/]OneNote[\\\/]16\.0[\\\/].{1,80}[\\\/]click\.wsf/i)
}
