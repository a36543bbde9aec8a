/*
 * Event logs of the demo laptop: when it ran, who logged on, which task was registered and started.
 */
#include "build_evtx.h"
#include "demo_tree.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define LOGS "Windows/System32/winevt/Logs/"
#define WRITTEN "2021-01-21T16:41:10Z"

/* From the start of Windows to its shutdown; what the other traces need lies inside. */
static const struct {
    const char *start, *end;
    const char *user;
} sessions[] = {
    {"2020-01-29T04:58:12Z", "2020-01-29T12:03:44Z", "user1"},
    {"2020-02-03T22:41:02Z", "2020-02-04T01:12:30Z", "user1"},
    {"2021-01-05T07:55:31Z", "2021-01-05T10:20:09Z", "user2"},
    {"2021-01-12T22:50:18Z", "2021-01-13T02:31:57Z", "user3"},
    {"2021-01-18T09:41:00Z", "2021-01-18T11:15:26Z", "user3"},
    {"2021-01-20T04:55:40Z", "2021-01-20T08:10:01Z", "user1"},
    {"2021-01-20T23:58:46Z", "2021-01-21T16:41:08Z", "user3"},
};

static void add(struct fx_evtx *e, const char *channel, const char *provider, uint16_t id,
                const char *time, const struct fx_datum *data, size_t n)
{
    fx_evtx_add(e, &(struct fx_event){.provider = provider,
                                      .channel = channel,
                                      .computer = "LAPTOP-01",
                                      .id = id,
                                      .time = time,
                                      .data = data,
                                      .n_data = n,
                                      .form = n == 0 ? FX_EVENT_PLAIN : FX_EVENT_TEMPLATES});
}

static void finish(struct fx_evtx *e, const char *name)
{
    struct ac_buf file = {0};

    fx_evtx_build(e, &file);
    demo_put(name, &file, WRITTEN);
}

static void system_log(void)
{
    static const struct fx_datum service[] = {
        {.name = "ServiceName", .value = "Google Update Service (gupdate)"},
        {.name = "ImagePath",
         .value = "\"C:\\Program Files (x86)\\Google\\Update\\GoogleUpdate.exe\" /svc"},
        {.name = "ServiceType", .value = "user mode service"},
        {.name = "StartType", .value = "auto start"},
        {.name = "AccountName", .value = "LocalSystem"}};
    struct fx_evtx *e = fx_evtx_new(1);

    for (size_t i = 0; i < COUNT(sessions); i++) {
        const struct fx_datum started[] = {
            {.name = "StartTime", .value = sessions[i].start, .type = 0x11}};
        const struct fx_datum stopped[] = {
            {.name = "StopTime", .value = sessions[i].end, .type = 0x11}};

        add(e, "System", "Microsoft-Windows-Kernel-General", 12, sessions[i].start, started, 1);
        add(e, "System", "EventLog", 6005, sessions[i].start, NULL, 0);
        if (i == 1)
            add(e, "System", "Service Control Manager", 7045, "2020-02-03T22:50:00Z", service,
                COUNT(service));
        add(e, "System", "EventLog", 6006, sessions[i].end, NULL, 0);
        add(e, "System", "Microsoft-Windows-Kernel-General", 13, sessions[i].end, stopped, 1);
    }
    finish(e, LOGS "System.evtx");
}

static void security_log(void)
{
    struct fx_evtx *e = fx_evtx_new(1);

    for (size_t i = 0; i < COUNT(sessions); i++) {
        const struct fx_datum logon[] = {
            {.name = "TargetUserName", .value = sessions[i].user},
            {.name = "TargetDomainName", .value = "LAPTOP-01"},
            {.name = "LogonType", .value = "2", .type = 0x08},
            {.name = "IpAddress", .value = "127.0.0.1"},
            {.name = "ProcessName", .value = "C:\\Windows\\System32\\svchost.exe"}};

        add(e, "Security", "Microsoft-Windows-Security-Auditing", 4624, sessions[i].start, logon,
            COUNT(logon));
    }
    finish(e, LOGS "Security.evtx");
}

static void application_log(void)
{
    static const struct fx_datum product[] = {
        {.value = "Product: Example Editor -- Installation completed successfully."}};
    struct fx_evtx *e = fx_evtx_new(1);

    fx_evtx_add(e, &(struct fx_event){.provider = "MsiInstaller",
                                      .channel = "Application",
                                      .computer = "LAPTOP-01",
                                      .id = 11707,
                                      .time = "2020-02-11T09:30:00Z",
                                      .data = product,
                                      .n_data = 1,
                                      .form = FX_EVENT_ARRAY});
    finish(e, LOGS "Application.evtx");
}

/* The task of the TrickBot example: registered, and started for the last time that prefetch knows. */
static void task_log(void)
{
    static const struct fx_datum registered[] = {
        {.name = "TaskName", .value = "\\MsSystemWatcher"},
        {.name = "UserContext", .value = "LAPTOP-01\\user3"}};
    static const struct fx_datum action[] = {
        {.name = "TaskName", .value = "\\MsSystemWatcher"},
        {.name = "TaskInstanceId", .value = "{6C1F3D4E-8B52-4B0E-9D3E-5A7C11E0B2F4}"},
        {.name = "ActionName",
         .value = "C:\\Users\\user3\\AppData\\Roaming\\Identities1159371911\\sfc8b4.exe"}};
    const char *channel = "Microsoft-Windows-TaskScheduler/Operational",
               *provider = "Microsoft-Windows-TaskScheduler";
    struct fx_evtx *e = fx_evtx_new(1);

    add(e, channel, provider, 106, "2021-01-12T23:15:45Z", registered, COUNT(registered));
    add(e, channel, provider, 200, "2021-01-21T15:59:03.5Z", action, COUNT(action));
    finish(e, LOGS "Microsoft-Windows-TaskScheduler%4Operational.evtx");
}

void demo_event_logs(void)
{
    system_log();
    security_log();
    application_log();
    task_log();
}
