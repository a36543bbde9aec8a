/* One event of an event log: what its number means, its data, and what an event proves. */
#include "report/text_parts.h"

#include <string.h>

#define MOST_SHOWN 1000 /* bytes of one value; records.jsonl has all */

/* By provider and number. The events are those that become records (parsers/evtx_table.c, evt.c). */
static const struct {
    const char *provider;
    int first, last;
    const char *meaning;
} meanings[] = {
    {"Microsoft-Windows-TaskScheduler", 106, 106, N_("a scheduled task was registered")},
    {"Microsoft-Windows-TaskScheduler", 107, 107, N_("a scheduled task was started by its time")},
    {"Microsoft-Windows-TaskScheduler", 110, 110, N_("a scheduled task was started by a user")},
    {"Microsoft-Windows-TaskScheduler", 118, 118,
     N_("a scheduled task was started by the start of the computer")},
    {"Microsoft-Windows-TaskScheduler", 119, 119, N_("a scheduled task was started by a logon")},
    {"Microsoft-Windows-TaskScheduler", 129, 129,
     N_("the process of a scheduled task was created")},
    {"Microsoft-Windows-TaskScheduler", 140, 140, N_("a scheduled task was changed")},
    {"Microsoft-Windows-TaskScheduler", 141, 141, N_("a scheduled task was deleted")},
    {"Microsoft-Windows-TaskScheduler", 200, 200, N_("the action of a scheduled task was started")},
    {"Microsoft-Windows-TaskScheduler", 201, 201, N_("the action of a scheduled task ended")},
    {"Microsoft-Windows-Eventlog", 1102, 1102, N_("the Security log was cleared")},
    {"Microsoft-Windows-Eventlog", 104, 104, N_("an event log was cleared")},
    {"Microsoft-Windows-Security-Auditing", 4616, 4616, N_("the system time was changed")},
    {"Microsoft-Windows-Security-Auditing", 4624, 4624, N_("an account logged on")},
    {"Microsoft-Windows-Security-Auditing", 4688, 4688, N_("a process was created")},
    {"Microsoft-Windows-Security-Auditing", 4697, 4697, N_("a service was installed")},
    {"Microsoft-Windows-Security-Auditing", 4698, 4698, N_("a scheduled task was registered")},
    {"Microsoft-Windows-Security-Auditing", 4699, 4699, N_("a scheduled task was deleted")},
    {"Microsoft-Windows-Security-Auditing", 4700, 4700, N_("a scheduled task was switched on")},
    {"Microsoft-Windows-Security-Auditing", 4701, 4701, N_("a scheduled task was switched off")},
    {"Microsoft-Windows-Security-Auditing", 4702, 4702, N_("a scheduled task was changed")},
    {"Microsoft-Windows-Security-Auditing", 4720, 4720, N_("an account was created")},
    {"Microsoft-Windows-Security-Auditing", 4732, 4732,
     N_("an account was added to a local group")},
    {"Service Control Manager", 7034, 7034, N_("a service ended unexpectedly")},
    {"Service Control Manager", 7035, 7035, N_("a service was told to start or stop")},
    {"Service Control Manager", 7036, 7036, N_("a service was started or stopped")},
    {"Service Control Manager", 7040, 7040, N_("the start type of a service was changed")},
    {"Service Control Manager", 7045, 7045, N_("a service was installed")},
    {"EventLog", 6005, 6005, N_("the event log service was started (start of the computer)")},
    {"EventLog", 6006, 6006, N_("the event log service was stopped (shutdown)")},
    {"EventLog", 6008, 6008, N_("the shutdown before was unexpected")},
    {"EventLog", 6009, 6009, N_("version of Windows at the start of the computer")},
    {"EventLog", 6011, 6011, N_("the name of the computer was changed")},
    {"EventLog", 6013, 6013, N_("seconds since the start of the computer")},
    {"User32", 1074, 1074, N_("a program asked for a shutdown or restart")},
    {"Microsoft-Windows-Kernel-General", 1, 1, N_("the system time was changed")},
    {"Microsoft-Windows-Kernel-General", 12, 12, N_("Windows was started")},
    {"Microsoft-Windows-Kernel-General", 13, 13, N_("Windows was shut down")},
    {"Microsoft-Windows-Windows Defender", 1006, 1006, N_("Defender reported a threat")},
    {"Microsoft-Windows-Windows Defender", 1007, 1007, N_("Defender acted on a threat")},
    {"Microsoft-Windows-Windows Defender", 1008, 1008, N_("Defender failed to act on a threat")},
    {"Microsoft-Windows-Windows Defender", 1009, 1009, N_("an item was restored from quarantine")},
    {"Microsoft-Windows-Windows Defender", 1116, 1116, N_("Defender reported a threat")},
    {"Microsoft-Windows-Windows Defender", 1117, 1117, N_("Defender acted on a threat")},
    {"Microsoft-Windows-Windows Defender", 1118, 1119, N_("Defender failed to act on a threat")},
    {"Microsoft-Windows-Windows Defender", 5001, 5001,
     N_("the real-time protection of Defender was switched off")},
    {"Microsoft-Windows-Windows Defender", 5004, 5004,
     N_("the real-time protection of Defender was set differently")},
    {"Microsoft-Windows-Windows Defender", 5007, 5007, N_("a setting of Defender was changed")},
    {"Microsoft-Windows-Windows Defender", 5010, 5012,
     N_("a kind of scanning by Defender was switched off")},
    {"Microsoft-Windows-Windows Defender", 5013, 5013,
     N_("Defender prevented a change of its settings")},
    {"Microsoft-Windows-PowerShell", 4103, 4103, N_("commands that PowerShell ran")},
    {"Microsoft-Windows-PowerShell", 4104, 4104,
     N_("text of a script that PowerShell compiled, or a part of it")},
    {"PowerShell", 400, 400, N_("PowerShell was started")},
    {"PowerShell", 403, 403, N_("PowerShell ended")},
    {"PowerShell", 800, 800, N_("commands that PowerShell ran")},
    {"MsiInstaller", 1033, 1033, N_("Windows Installer ended an installation")},
    {"MsiInstaller", 11707, 11707, N_("Windows Installer installed a product")},
    {"Microsoft-Windows-Bits-Client", 3, 3, N_("a BITS job was created")},
    {"Microsoft-Windows-Bits-Client", 59, 59, N_("BITS started a transfer")},
    {"Microsoft-Windows-Bits-Client", 60, 60, N_("BITS ended a transfer")},
    {"Microsoft-Windows-WMI-Activity", 5857, 5857, N_("a WMI provider was loaded")},
    {"Microsoft-Windows-WMI-Activity", 5858, 5858, N_("a WMI operation failed")},
    {"Microsoft-Windows-WMI-Activity", 5859, 5859, N_("a WMI event filter was activated")},
    {"Microsoft-Windows-WMI-Activity", 5860, 5860, N_("a temporary WMI consumer was registered")},
    {"Microsoft-Windows-WMI-Activity", 5861, 5861, N_("a permanent WMI consumer was registered")},
    {"Microsoft-Windows-Sysmon", 1, 1, N_("a process was created")},
    {"Microsoft-Windows-Sysmon", 11, 11, N_("a file was created")},
    {"Microsoft-Windows-Sysmon", 13, 13, N_("a registry value was set")},
    {"Microsoft-Windows-Sysmon", 19, 19, N_("a WMI event filter was registered")},
    {"Microsoft-Windows-Sysmon", 20, 20, N_("a permanent WMI consumer was registered")},
    {"Microsoft-Windows-Sysmon", 21, 21, N_("a WMI event filter was bound to a consumer")},
    {"Microsoft-Windows-NetworkProfile", 10000, 10000, N_("a network was connected")},
    {"Microsoft-Windows-NetworkProfile", 10001, 10001, N_("a network was disconnected")},
    {"Security", 517, 517, N_("the Security log was cleared")},
    {"Security", 520, 520, N_("the system time was changed")},
    {"Security", 528, 540, N_("an account logged on")},
    {"Security", 592, 592, N_("a process was created")},
    {"Security", 601, 601, N_("a service was installed")},
    {"Security", 602, 602, N_("a scheduled task was registered")},
    {"Security", 624, 624, N_("an account was created")},
    {"Security", 636, 636, N_("an account was added to a local group")},
};

static const char *meaning_of(const struct ac_record *r)
{
    struct ac_str provider = ac_str_of(ac_record_get(r, "provider"));
    int64_t id = ac_record_get_int(r, "event_id");

    for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
        if (id >= meanings[i].first && id <= meanings[i].last &&
            ac_str_ieq(provider, ac_str_of(meanings[i].provider)))
            return meanings[i].meaning;
    }
    return ac_str_istarts(provider, AC_STR("Microsoft Office")) && id == 300
               ? N_("Microsoft Office showed a message")
               : NULL;
}

/* Not through the middle of a character. */
static void shorten(const char *value, struct ac_buf *out)
{
    size_t n = strnlen(value, MOST_SHOWN + 1);

    if (n > MOST_SHOWN) {
        n = MOST_SHOWN;
        while (n > 0 && ((unsigned char)value[n] & 0xC0) == 0x80)
            n--;
    }
    ac_buf_add(out, value, n);
    if (value[n])
        ac_buf_addz(out, " ...");
}

static void datum(struct ac_text *t, const json_t *item)
{
    struct ac_doc *d = &t->doc;
    const char *name = ac_text_of(item, "name");
    struct ac_buf value = {0};

    if (ac_text_of(item, "value")[0] == '\0')
        return;
    shorten(ac_text_of(item, "value"), &value);
    ac_doc_say(d, 2, N_("Data of the event as stored: %1$s: %2$s"),
               name[0] ? name : ac_doc_word(d, N_("(without name)")), ac_buf_text(&value), NULL);
    ac_doc_release(d, &value);
}

void ac_text_event(struct ac_text *t, const struct ac_record *r)
{
    struct ac_doc *d = &t->doc;
    const char *meaning = meaning_of(r);
    const json_t *data = ac_record_get_json(r, "data");

    if (meaning)
        ac_doc_row(d, 2, N_("Meaning of an event of this number"), ac_doc_word(d, meaning));
    for (size_t i = 0; i < json_array_size(data); i++)
        datum(t, json_array_get(data, i));
    if (ac_record_get_bool(r, "incomplete"))
        ac_doc_say(d, 2,
                   N_("Parts that this recovered event needs are overwritten: its data have lost "
                      "their names, or are not all there."),
                   NULL);
    ac_doc_say(d, 2,
               N_("An event log records what Windows or a program reported. The time is that of "
                  "the computer's clock; the account is the one that Windows recorded, which is "
                  "not necessarily the person who acted. Logs can be cleared, switched off, "
                  "overwritten when they are full, and altered: a missing event does not prove "
                  "that nothing happened."),
               NULL);
}
