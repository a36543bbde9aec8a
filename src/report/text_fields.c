/* The fields of a record as rows: which are shown of each kind, by what label, in what words. */
#include "report/text_parts.h"

#include <inttypes.h>
#include <string.h>

struct shown {
    const char *field, *label;
};

static const struct shown autostart_shown[] = {
    {"location", N_("Autostart location")},
    {"name", N_("Name")},
    {"mechanism", N_("Mechanism")},
    {"user", N_("User whose hive it is")},
    {"command", N_("Command as stored")},
    {"account", N_("Service account")},
    {"service_dll", N_("Service library as stored")},
    {"target", N_("Target on the image")},
    {"target_argument", N_("Entry point or argument after the target")},
    {"target_state", N_("State of the target")},
    {"target_file", N_("Record of the target")},
    {"enabled", N_("Enabled")},
    {"disabled_at", N_("Disabled at")},
    {"control_set", N_("Control set, not the current one")},
    {"change", N_("Change by the replay of transaction logs")},
    {"before", N_("Command before the replay")},
    {"executable", N_("Program as stored, apart from the command line")},
    {"arguments", N_("Parameters as stored")},
    {"working_directory", N_("Working directory as stored")},
    {"consumer_class", N_("Class of the WMI consumer")},
    {"bound", N_("A binding connects the consumer to a filter")},
    {"filter", N_("Event filter")},
    {"trigger", N_("Query of the event filter (what triggers it)")},
    {"event_namespace", N_("Namespace of the events")},
    {"creator", N_("SID of the account that created it")},
    {"windows_default", N_("Windows itself comes with this entry")},
    {"script_language", N_("Scripting engine as stored")},
    {"job_id", N_("BITS job")},
    {"description", N_("Description as stored")},
    {"job_type", N_("Kind of the BITS job")},
    {"job_state", N_("State of the BITS job as stored")},
    {"created", N_("BITS job created")},
    {"modified", N_("BITS job modified")},
    {"incomplete", N_("Part of the data was overwritten")},
    {NULL, NULL},
};
static const struct shown task_shown[] = {
    {"path", N_("Task")},
    {"store", N_("Where it stands")},
    {"id", N_("Id of the task")},
    {"author", N_("Author as stored")},
    {"date", N_("Date as stored (local time unless it says otherwise)")},
    {"hidden", N_("Hidden")},
    {"enabled", N_("Enabled")},
    {"in_tree", N_("Named by the tree of tasks")},
    {"in_tasks", N_("Its entry below TaskCache\\Tasks is there")},
    {"has_security_descriptor", N_("The tree has a security descriptor for it")},
    {"tree_written", N_("Last written time of its key in the tree")},
    {"tasks_path", N_("Path by its own entry")},
    {"index", N_("Index in the tree as stored")},
    {"xml_hash", N_("Hash of its XML (cache: as kept; file: SHA-256 without byte order mark)")},
    {"created", N_("Registered, as stored")},
    {"last_run", N_("Last run as stored")},
    {"last_run_local", N_("Last run as stored (the machine's local time)")},
    {"last_success", N_("Last run that succeeded, as stored")},
    {"last_error", N_("Error of the last start as stored (0: none)")},
    {"exit_code", N_("Exit code of the last run as stored")},
    {"incomplete", N_("A part of it could not be read")},
    {NULL, NULL},
};
static const struct shown execution_shown[] = {
    {"artefact", N_("Artefact")},
    {"program", N_("Program as stored")},
    {"program_path", N_("Path of the program")},
    {"original_name", N_("Original file name as recorded")},
    {"package", N_("Package of the app as stored")},
    {"user", N_("Account whose entry it is")},
    {"target", N_("Target on the image")},
    {"target_state", N_("State of the target")},
    {"target_file", N_("Record of the target")},
    {"run_count", N_("Run count as stored")},
    {"last_run", N_("Last run as stored")},
    {"position", N_("Place in the list (0 is the newest)")},
    {"executed_flag", N_("Flag of execution is set")},
    {"entry_updated", N_("Last update of the entry")},
    {"file_created", N_("Creation of the file as recorded")},
    {"file_modified", N_("Last write of the file as recorded")},
    {"file_size", N_("Size of the file as recorded, in bytes")},
    {"sha1", N_("SHA-1 as recorded")},
    {"sha256", N_("SHA-256 as recorded")},
    {"file", N_("File of a user that it read, as stored")},
    {"first_seen", N_("First line that says so")},
    {"last_seen", N_("Last line that says so")},
    {"lines", N_("Lines that say so")},
    {"link_time", N_("Time stamp in the program's header as recorded")},
    {"publisher", N_("Publisher as recorded")},
    {"product", N_("Product as recorded")},
    {"version", N_("Version as recorded")},
    {"description", N_("Description as recorded")},
    {"signed", N_("Recorded as signed")},
    {"install_date", N_("Date of installation as recorded")},
    {"stored_name", N_("Name as stored, decoded")},
    {"focus_count", N_("How often it had the focus, as stored")},
    {"focus_time", N_("Milliseconds with the focus, as stored")},
    {"flags", N_("Compatibility settings as stored")},
    {"hash", N_("Hash of the path as stored")},
    {"format_version", N_("Prefetch format version")},
    {NULL, NULL},
};
static const struct shown change_shown[] = {
    {"name", N_("Name of the file as stored")},
    {"path", N_("Path, with the folder's path of today")},
    {"time", N_("Time")},
    {"file", N_("MFT entry-sequence of the file")},
    {"parent", N_("MFT entry-sequence of its folder")},
    {"lsn", N_("Log sequence number")},
    {"fn_created", N_("$FILE_NAME, created")},
    {"fn_modified", N_("$FILE_NAME, last written")},
    {NULL, NULL},
};
static const struct shown detection_shown[] = {
    {"threat", N_("Name that the security software gave")},
    {"resource_type", N_("Kind of thing, as stored")},
    {"path", N_("Place as stored")},
    {"time", N_("First detected, as stored")},
    {"user", N_("Account as stored")},
    {"process", N_("Program that had to do with it, as stored")},
    {"command", N_("Command line that was reported")},
    {"md5", N_("MD5 as recorded")},
    {"sha1", N_("SHA-1 as recorded")},
    {"sha256", N_("SHA-256 as recorded")},
    {NULL, NULL},
};
static const struct shown activity_shown[] = {
    {"artefact", N_("Kind of trace")},
    {"user", N_("User whose hive it is")},
    {"text", N_("Typed, opened, searched for or deleted, as stored")},
    {"program", N_("Program in whose dialog or list it was")},
    {"list", N_("List: file extension, or AppID of a program")},
    {"position", N_("Place in the list (0 is the newest)")},
    {"time", N_("Time")},
    {"time_source", N_("What this time is")},
    {"size", N_("Size in bytes")},
    {"machine", N_("Computer on which it lay, as stored")},
    {"pinned", N_("Pinned to the list")},
    {"access_count", N_("How often it was opened, as stored")},
    {NULL, NULL},
};
static const struct shown usage_shown[] = {
    {"artefact", N_("Kind of trace")},
    {"program", N_("Program as stored")},
    {"program_type", N_("What is named: program, service or package")},
    {"user", N_("Account whose entry it is")},
    {"from", N_("First entry written")},
    {"to", N_("Last entry written")},
    {"rows", N_("Entries that were added up")},
    {"bytes_sent", N_("Bytes sent")},
    {"bytes_received", N_("Bytes received")},
    {"connected", N_("Connected from")},
    {"connected_seconds", N_("Seconds connected, at least")},
    {"interface_type", N_("Kind of the network interface")},
    {"profile_id", N_("Number of the network profile")},
    {"foreground_cycles", N_("Processor cycles in the foreground")},
    {"background_cycles", N_("Processor cycles in the background")},
    {NULL, NULL},
};
static const struct shown delivery_shown[] = {
    {"artefact", N_("Kind of trace")},
    {"user", N_("User whose hive it is")},
    {"application", N_("Office program and version")},
    {"document", N_("Document as stored")},
    {"zone", N_("Zone (3: Internet, 4: restricted)")},
    {"referrer", N_("Referrer as stored")},
    {"host", N_("Address it came from, as stored")},
    {"macros_enabled", N_("Its macros were enabled")},
    {"flags", N_("Flags as stored")},
    {"time", N_("When it was trusted, as stored (to the minute)")},
    {"document_created", N_("Creation time of the document file, as stored")},
    {NULL, NULL},
};
static const struct shown file_shown[] = {
    {"path", N_("File")},
    {"size", N_("Size in bytes")},
    {"deleted", N_("Deleted (its MFT entry is not in use)")},
    {"created", N_("$STANDARD_INFORMATION, created")},
    {"modified", N_("$STANDARD_INFORMATION, last written")},
    {"changed", N_("$STANDARD_INFORMATION, entry changed")},
    {"accessed", N_("$STANDARD_INFORMATION, last accessed")},
    {"fn_created", N_("$FILE_NAME, created")},
    {"fn_modified", N_("$FILE_NAME, last written")},
    {"fn_changed", N_("$FILE_NAME, entry changed")},
    {"fn_accessed", N_("$FILE_NAME, last accessed")},
    {"parent_modified", N_("Folder, $STANDARD_INFORMATION, last written")},
    {"parent_index_modified", N_("Folder, index entry ($I30), last written")},
    {"md5", N_("MD5 of the content")},
    {"sha1", N_("SHA-1 of the content")},
    {"sha256", N_("SHA-256 of the content")},
    {"magic", N_("First two bytes")},
    {"zone", N_("Zone (3: Internet, 4: restricted)")},
    {"referrer", N_("Referrer as stored")},
    {"host", N_("Address it came from, as stored")},
    {NULL, NULL},
};
/* Of a file that no $MFT describes: FAT, exFAT, a folder of copies. */
static const struct shown other_file_shown[] = {
    {"path", N_("File")},
    {"size", N_("Size in bytes")},
    {"deleted", N_("Deleted")},
    {"created", N_("Created, as its file system keeps it")},
    {"modified", N_("Last written, as its file system keeps it")},
    {"changed", N_("Entry changed, as its file system keeps it")},
    {"accessed", N_("Last accessed, as its file system keeps it")},
    {"md5", N_("MD5 of the content")},
    {"sha1", N_("SHA-1 of the content")},
    {"sha256", N_("SHA-256 of the content")},
    {"magic", N_("First two bytes")},
    {NULL, NULL},
};
static const struct shown listing_shown[] = {
    {"path", N_("Folder that was listed")},
    {"role", N_("Role of the folder for the rules")},
    {"count", N_("Entries it has (records.jsonl lists them)")},
    {"capped", N_("Not all entries are in the record")},
    {NULL, NULL},
};
static const struct shown value_shown[] = {
    {"name", N_("Value")},
    {"type", N_("Type number as stored")},
    {"incomplete", N_("Part of the data was overwritten")},
    {NULL, NULL},
};
static const struct shown account_shown[] = {
    {"name", N_("Account")},
    {"sid", N_("SID")},
    {"profile", N_("Profile folder as stored")},
    {NULL, NULL},
};
static const struct shown shortcut_shown[] = {
    {"target", N_("Target as stored")},
    {"network_path", N_("Share as stored")},
    {"arguments", N_("Arguments as stored")},
    {"working_directory", N_("Working directory as stored")},
    {"volume_serial", N_("Serial number of the target's volume as stored")},
    {"machine", N_("Name of the computer that made it, as stored")},
    {"list", N_("List: file extension, or AppID of a program")},
    {NULL, NULL},
};
static const struct shown event_shown[] = {
    {"log", N_("Event log")},
    {"provider", N_("Written by (provider)")},
    {"event_id", N_("Number of the event (event ID)")},
    {"record_number", N_("Number of the record in the log")},
    {"time", N_("Written at (clock of the computer)")},
    {"computer", N_("Name of the computer as stored")},
    {"user", N_("Account under which it was written (SID)")},
    {"command", N_("Command as stored")},
    {"program", N_("Program as stored")},
    {"service", N_("Service")},
    {"task", N_("Task")},
    {"account", N_("Account as Windows recorded it")},
    {"address", N_("Network address as stored")},
    {"logon_type", N_("Type of logon (3 network, 10 remote desktop)")},
    {"target", N_("Target on the image")},
    {"target_state", N_("State of the target")},
    {"target_file", N_("Record of the target")},
    {"old_time", N_("Clock before the change")},
    {"new_time", N_("Clock after the change")},
    {"threat", N_("What was found, as the security software named it")},
    {"path", N_("File or setting concerned")},
    {"url", N_("Address of the transfer as stored")},
    {"cleared_log", N_("Log that was cleared")},
    {"recovered", N_("Recovered (not among the events in use)")},
    {NULL, NULL},
};
static const struct shown match_shown[] = {
    {"string", N_("String of the rule that was found first")},
    {"offset", N_("Byte in the file where it begins")},
    {"length", N_("Its length in bytes")},
    {"count", N_("Number of strings of the rule that were found")},
    {"rule_set", N_("Rules with which contents were looked through, SHA-256")},
    {NULL, NULL},
};
static const struct shown no_shown[] = {{NULL, NULL}};

static const struct shown *shown_of(enum ac_kind kind)
{
    switch (kind) {
    case AC_KIND_AUTOSTART:
        return autostart_shown;
    case AC_KIND_TASK:
        return task_shown;
    case AC_KIND_EXECUTION:
        return execution_shown;
    case AC_KIND_DETECTION:
        return detection_shown;
    case AC_KIND_CHANGE:
        return change_shown;
    case AC_KIND_ACTIVITY:
        return activity_shown;
    case AC_KIND_DELIVERY:
        return delivery_shown;
    case AC_KIND_USAGE:
        return usage_shown;
    case AC_KIND_FILE:
        return file_shown;
    case AC_KIND_LISTING:
        return listing_shown;
    case AC_KIND_MATCH:
        return match_shown;
    case AC_KIND_VALUE:
        return value_shown;
    case AC_KIND_ACCOUNT:
        return account_shown;
    case AC_KIND_SHORTCUT:
        return shortcut_shown;
    case AC_KIND_EVENT:
        return event_shown;
    default:
        return no_shown;
    }
}

/* Our own words are translated, evidence is not. */
static bool is_our_word(const char *field)
{
    return strcmp(field, "target_state") == 0 || strcmp(field, "mechanism") == 0 ||
           strcmp(field, "change") == 0 || strcmp(field, "artefact") == 0 ||
           strcmp(field, "time_source") == 0 || strcmp(field, "job_type") == 0 ||
           strcmp(field, "job_state") == 0 || strcmp(field, "interface_type") == 0 ||
           strcmp(field, "program_type") == 0;
}

/* Where a scheduled task stands. */
static const char *store_name(const char *store)
{
    static const struct {
        const char *store, *name;
    } names[] = {
        {"xml", N_("XML file")}, {"cache", N_("registry (TaskCache)")}, {"job", N_(".job file")}};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(store, names[i].store) == 0)
            return names[i].name;
    }
    return store;
}

static const char *label_in(const struct shown *s, const char *field)
{
    while (s->field && strcmp(s->field, field) != 0)
        s++;
    return s->label;
}

const char *ac_text_label(enum ac_kind kind, const char *field)
{
    return label_in(shown_of(kind), field);
}

static const struct shown *shown_of_record(const struct ac_record *r)
{
    bool other_file = ac_record_kind(r) == AC_KIND_FILE && ac_record_prov(r, "mft")[0] == '\0';

    return other_file ? other_file_shown : shown_of(ac_record_kind(r));
}

const char *ac_text_label_of(const struct ac_record *r, const char *field)
{
    return label_in(shown_of_record(r), field);
}

bool ac_text_field(const struct ac_text *t, const struct ac_record *r, const char *field,
                   struct ac_buf *out)
{
    const struct ac_field *f = ac_schema_field(ac_schema_of(ac_record_kind(r)), field);
    const char *text;

    ac_buf_clear(out);
    if (!f || !ac_record_get_json(r, field))
        return false;
    switch (f->type) {
    case AC_FIELD_TEXT:
        text = ac_record_get(r, field);
        if (strcmp(field, "store") == 0)
            ac_buf_addz(out, ac_doc_word(&t->doc, store_name(text)));
        else
            ac_buf_addz(out, is_our_word(field) ? ac_text_word(t, text) : text);
        return out->n > 0;
    case AC_FIELD_INT:
        ac_buf_addf(out, "%" PRId64, ac_record_get_int(r, field));
        return true;
    case AC_FIELD_BOOL:
        ac_buf_addz(out, ac_text_word(t, ac_record_get_bool(r, field) ? "yes" : "no"));
        return true;
    case AC_FIELD_TIME:
        ac_text_time(t, ac_record_get_time(r, field), out);
        return true;
    default:
        return false;
    }
}

void ac_text_fields(struct ac_text *t, const struct ac_record *r)
{
    struct ac_buf text = {0};

    for (const struct shown *s = shown_of_record(r); s->field; s++) {
        if (ac_text_field(t, r, s->field, &text))
            ac_doc_row(&t->doc, 2, s->label, ac_buf_text(&text));
    }
    ac_doc_release(&t->doc, &text);
}
