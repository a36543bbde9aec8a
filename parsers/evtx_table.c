/*
 * The events that become records, by provider and number: what each tells, and which of its data
 * fill the fields of the record. All data of the event are kept in `data` beside that.
 *
 * Sources: the event manifests of Windows as Microsoft's documentation shows them (security
 * auditing 4624 to 4732, Defender 1006 to 5013, Sysmon), and events in the logs that the tests use.
 */
#include "evtx_parts.h"

#define FIELDS(name, ...) static const struct ac_event_field name[] = {__VA_ARGS__, {.field = NULL}}

static const struct ac_event_field no_fields[] = {{.field = NULL}};

#define SUBJECT                                                                                    \
    {                                                                                              \
        .field = "account", .data = "SubjectUserName", .before = "SubjectDomainName"               \
    }

FIELDS(task_user, {.field = "task", .data = "TaskName"},
       {.field = "account", .data = "UserContext"}, {.field = "account", .data = "UserName"});
FIELDS(task_process, {.field = "task", .data = "TaskName"}, {.field = "program", .data = "Path"});
FIELDS(task_action, {.field = "task", .data = "TaskName"},
       {.field = "program", .data = "ActionName"});
FIELDS(process, SUBJECT, {.field = "program", .data = "NewProcessName"},
       {.field = "command", .data = "CommandLine"});
FIELDS(audited_service, SUBJECT, {.field = "service", .data = "ServiceName"},
       {.field = "command", .data = "ServiceFileName"});
FIELDS(audited_task, SUBJECT, {.field = "task", .data = "TaskName"},
       {.field = "task_xml", .data = "TaskContent"},
       {.field = "task_xml", .data = "TaskContentNew"});
FIELDS(cleared, SUBJECT, {.field = "cleared_log", .data = "Channel"},
       {.field = "path", .data = "BackupPath"});
FIELDS(time_set, SUBJECT, {.field = "old_time", .data = "PreviousTime"},
       {.field = "new_time", .data = "NewTime"}, {.field = "program", .data = "ProcessName"});
FIELDS(logon, {.field = "account", .data = "TargetUserName", .before = "TargetDomainName"},
       {.field = "logon_type", .data = "LogonType"}, {.field = "address", .data = "IpAddress"},
       {.field = "program", .data = "ProcessName"});
FIELDS(new_account, {.field = "account", .data = "TargetUserName", .before = "TargetDomainName"});
FIELDS(new_member, {.field = "account", .data = "MemberSid"});
FIELDS(new_service, {.field = "service", .data = "ServiceName"},
       {.field = "command", .data = "ImagePath"}, {.field = "account", .data = "AccountName"});
FIELDS(service_state, {.field = "service", .data = "param1"});
FIELDS(shutdown, {.field = "program", .data = "param1"}, {.field = "account", .data = "param7"});
FIELDS(clock_set, {.field = "old_time", .data = "OldTime"},
       {.field = "new_time", .data = "NewTime"});
FIELDS(threat, {.field = "threat", .data = "Threat Name"}, {.field = "path", .data = "Path"},
       {.field = "program", .data = "Process Name"}, {.field = "account", .data = "Detection User"},
       {.field = "account", .data = "User"});
FIELDS(setting, {.field = "path", .data = "New Value"});
FIELDS(engine, {.field = "command", .data = "#3", .within = "HostApplication="});
FIELDS(pipeline, {.field = "script", .data = "#1"},
       {.field = "command", .data = "#2", .within = "HostApplication="},
       {.field = "account", .data = "#2", .within = "UserId="});
FIELDS(module, {.field = "script", .data = "Payload"},
       {.field = "command", .data = "ContextInfo", .within = "Host Application = "});
FIELDS(script, {.field = "script", .data = "ScriptBlockText"}, {.field = "path", .data = "Path"});
FIELDS(product, {.field = "program", .data = "#1"});
FIELDS(transfer_job, {.field = "program", .data = "processPath"},
       {.field = "account", .data = "jobOwner"});
FIELDS(transfer, {.field = "url", .data = "url"});
FIELDS(wmi_provider, {.field = "path", .data = "ProviderPath"});
FIELDS(wmi_query, {.field = "script", .data = "Query"}, {.field = "account", .data = "User"});
FIELDS(wmi_consumer, {.field = "script", .data = "PossibleCause"});
FIELDS(sysmon_process, {.field = "program", .data = "Image"},
       {.field = "command", .data = "CommandLine"}, {.field = "account", .data = "User"});
FIELDS(sysmon_file, {.field = "program", .data = "Image"},
       {.field = "path", .data = "TargetFilename"});
FIELDS(sysmon_value, {.field = "program", .data = "Image"},
       {.field = "path", .data = "TargetObject"});
FIELDS(sysmon_filter, {.field = "script", .data = "Query"}, {.field = "account", .data = "User"});
FIELDS(sysmon_consumer, {.field = "command", .data = "Destination"},
       {.field = "account", .data = "User"});
FIELDS(sysmon_binding, {.field = "account", .data = "User"});

#define TASKS "Microsoft-Windows-TaskScheduler"
#define AUDIT "Microsoft-Windows-Security-Auditing"
#define CLEARED "Microsoft-Windows-Eventlog"
#define SERVICES "Service Control Manager"
#define KERNEL "Microsoft-Windows-Kernel-General"
#define DEFENDER "Microsoft-Windows-Windows Defender"
#define POWERSHELL "Microsoft-Windows-PowerShell"
#define BITS "Microsoft-Windows-Bits-Client"
#define WMI "Microsoft-Windows-WMI-Activity"
#define SYSMON "Microsoft-Windows-Sysmon"

const struct ac_event_kind ac_event_kinds[] = {
    {TASKS, 106, 107, 0, task_user},    /* task registered; started by its time trigger */
    {TASKS, 110, 110, 0, task_user},    /* started by a user */
    {TASKS, 118, 119, 0, task_user},    /* started by the boot of the machine; by a logon */
    {TASKS, 129, 129, 0, task_process}, /* process of a task created */
    {TASKS, 140, 141, 0, task_user},    /* task updated; deleted */
    {TASKS, 200, 201, 0, task_action},  /* action started; completed */
    {CLEARED, 1102, 1102, 0, cleared},  /* the Security log was cleared */
    {CLEARED, 104, 104, 0, cleared},    /* another log was cleared */
    {AUDIT, 4616, 4616, 0, time_set},   /* system time changed */
    {AUDIT, 4624, 4624, AC_EVENT_FREQUENT | AC_EVENT_LOGON, logon}, /* logon */
    {AUDIT, 4688, 4688, 0, process},                                /* process created */
    {AUDIT, 4697, 4697, 0, audited_service},                        /* service installed */
    {AUDIT, 4698, 4702, 0, audited_task}, /* task created, deleted, enabled, disabled, updated */
    {AUDIT, 4720, 4720, 0, new_account},  /* account created */
    {AUDIT, 4732, 4732, 0, new_member},   /* account added to a local group */
    {SERVICES, 7034, 7034, 0, service_state},                 /* service ended unexpectedly */
    {SERVICES, 7036, 7036, AC_EVENT_FREQUENT, service_state}, /* service started or stopped */
    {SERVICES, 7040, 7040, 0, service_state},                 /* start type of a service changed */
    {SERVICES, 7045, 7045, 0, new_service},                   /* service installed */
    {"EventLog", 6005, 6006, 0, no_fields}, /* the event log service started; stopped */
    {"EventLog", 6008, 6009, 0, no_fields}, /* unexpected end before; version of Windows */
    {"EventLog", 6011, 6011, AC_EVENT_RENAMED, no_fields}, /* computer name changed */
    {"EventLog", 6013, 6013, 0, no_fields},                /* seconds since the start */
    {"User32", 1074, 1074, 0, shutdown},                   /* a program asked for the shutdown */
    {KERNEL, 1, 1, 0, clock_set},                          /* system time changed */
    {KERNEL, 12, 13, 0, no_fields},                        /* system started; shut down */
    {DEFENDER, 1006, 1009, 0, threat},          /* found, acted on, failed to act, restored */
    {DEFENDER, 1116, 1119, 0, threat},          /* detected, acted on, failed, failed critically */
    {DEFENDER, 5001, 5001, 0, no_fields},       /* real-time protection switched off */
    {DEFENDER, 5004, 5004, 0, no_fields},       /* its settings changed */
    {DEFENDER, 5007, 5007, 0, setting},         /* settings changed */
    {DEFENDER, 5010, 5010, 0, no_fields},       /* scanning for spyware switched off */
    {DEFENDER, 5012, 5013, 0, no_fields},       /* scanning for viruses off; tampering blocked */
    {POWERSHELL, 4103, 4103, 0, module},        /* commands that were run */
    {POWERSHELL, 4104, 4104, 0, script},        /* text of a script, in parts */
    {"PowerShell", 400, 400, 0, engine},        /* engine started */
    {"PowerShell", 403, 403, 0, engine},        /* engine stopped */
    {"PowerShell", 800, 800, 0, pipeline},      /* pipeline executed */
    {"MsiInstaller", 1033, 1033, 0, product},   /* product installed, with result */
    {"MsiInstaller", 11707, 11707, 0, product}, /* installation completed */
    {"Microsoft Office*", 300, 300, 0, no_fields},      /* a message box of Office was shown */
    {BITS, 3, 3, 0, transfer_job},                      /* job created */
    {BITS, 59, 60, 0, transfer},                        /* transfer started; ended */
    {WMI, 5857, 5857, AC_EVENT_FREQUENT, wmi_provider}, /* provider loaded */
    {WMI, 5858, 5858, AC_EVENT_FREQUENT, no_fields},    /* operation failed */
    {WMI, 5859, 5860, 0, wmi_query},                    /* filter activated; temporary consumer */
    {WMI, 5861, 5861, 0, wmi_consumer},                 /* permanent consumer bound */
    {SYSMON, 1, 1, 0, sysmon_process},                  /* process created */
    {SYSMON, 11, 11, 0, sysmon_file},                   /* file created */
    {SYSMON, 13, 13, 0, sysmon_value},                  /* registry value set */
    {SYSMON, 19, 19, 0, sysmon_filter},                 /* WMI filter */
    {SYSMON, 20, 20, 0, sysmon_consumer},               /* WMI consumer */
    {SYSMON, 21, 21, 0, sysmon_binding},                /* WMI filter bound to a consumer */
    {"Microsoft-Windows-NetworkProfile", 10000, 10001, 0, no_fields}, /* connected; disconnected */
};

const size_t ac_event_kinds_n = sizeof(ac_event_kinds) / sizeof(ac_event_kinds[0]);
