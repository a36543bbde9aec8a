/*
 * TrickBot: services, files and tasks of public clean-up lists, and commands of its loaders.
 * Form of the rules: aftercheck-rules(5). Each has three fixtures in tests/test_shipped_rules.c.
 */

rule worm_service
{
    meta:
        id = "TRB-SVC"
        family = "trickbot"
        strength = "supporting"
        title = "Service with a display name that TrickBot's spreader used"
        tests = "Services, and events about services, whose display name begins with NewService or Service-Log."
        benign = "Services that programmers make from a template."
        attack = "T1543.003 T1569.002"
        reference = "public clean-up script emotet_trickbot_finder.ps1, revision 13 February 2019"
    condition:
        (kind == "autostart" or kind == "event") and
        ((mechanism == "service" and
          (display_name istartswith "NewService" or display_name istartswith "Service-Log")) or
         service istartswith "NewService" or service istartswith "Service-Log")
}

rule worm_file
{
    meta:
        id = "TRB-ROOT"
        family = "trickbot"
        strength = "supporting"
        title = "Program at the root of the drive with a name that TrickBot's spreader used"
        tests = "Commands and programs stsvc.exe, mswvc.exe, mtwvc.exe or smver.exe at the root of a drive, and mssvca.exe anywhere."
        benign = "Another program of such a name."
        attack = "T1543.003 T1036.005"
        reference = "public clean-up script emotet_trickbot_finder.ps1, revision 13 February 2019"
    condition:
        (kind == "autostart" or kind == "event" or kind == "execution" or kind == "task") and
        (command icontains "vc" or command icontains "smver") and
        command matches /((^|[" ])[a-z]:|\})\\(stsvc|mswvc|mtwvc|smver)\.exe|\\mssvca\.exe/i
}

rule task_event
{
    meta:
        id = "TRB-EVENT"
        family = "trickbot"
        strength = "supporting"
        title = "Event about a task with a name that TrickBot used"
        tests = "Events (registered, changed, run, deleted) of scheduled tasks named msnetcs, msntcs, sysnetsf, MsSystemWatcher or CleanMemoryWinTask: what is left when the task itself is gone."
        benign = "A task of other software that happens to bear such a name."
        attack = "T1053.005 T1036.004"
        reference = "CAPESandbox/community 846b07f; public clean-up script of February 2019"
    condition:
        kind == "event" and task != "" and
        task matches /^\\(msnetcs|msntcs|sysnetsf|MsSystemWatcher|CleanMemoryWinTask)$/i
}

rule start_w
{
    meta:
        id = "TRB-STARTW"
        family = "trickbot"
        strength = "supporting"
        title = "Library in a profile loaded with the entry point StartW"
        tests = "Commands that load, with rundll32 and the entry point StartW, a file below AppData, ProgramData, Public or a Temp folder. Other loaders of the same group and Cobalt Strike have this entry point too."
        benign = "A test of security software."
        attack = "T1218.011 T1053.005"
        reference = "pan-unit42/tweets 7283e92, 2021"
    condition:
        (kind == "autostart" or kind == "event" or kind == "task" or kind == "shortcut") and
        command icontains ",StartW" and
        command matches /rundll32(\.exe)?"? .*\\(appdata|programdata|users\\public|temp)\\[^\n]*,StartW(["\s]|$)/i
}

rule public_picture
{
    meta:
        id = "TRB-PUBLIC"
        family = "trickbot"
        strength = "supporting"
        title = "Picture or HTML application in the public folder that is loaded with regsvr32"
        tests = "Commands that load, with regsvr32, a file jpg or hta right in C:\\Users\\Public, as installers of TrickBot and Bazar of 2021 did."
        benign = ""
        attack = "T1218.010 T1036"
        reference = "pan-unit42/tweets 7283e92, 2021-06-28"
    condition:
        (kind == "event" or kind == "autostart" or kind == "task" or kind == "shortcut") and
        command icontains "regsvr32" and
        command matches /regsvr32(\.exe)?"? .{0,40}\\users\\public\\[^\\]{1,60}\.(jpg|hta)/i
}
