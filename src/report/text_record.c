/* One record in the layer of observations: where its bytes stand, and what they say. */
#include "report/text_parts.h"

#include "base/text.h"

#include <inttypes.h>
#include <string.h>

#define SECTOR 512
#define MOST_DATA 128 /* hexadecimal digits of a value's data; records.jsonl has all */
#define MOST_TIMES 8  /* what a prefetch file can hold */
#define MOST_NAMES 16
#define MOST_SCRIPT 2048 /* bytes of a script */

/* ---- provenance */

/* NULL if it is not recorded. */
static const char *offset_text(const struct ac_record *r, const char *field,
                               char buf[AC_DOC_NUMBER])
{
    const json_t *value = ac_record_prov_json(r, field);

    return json_is_integer(value) ? ac_doc_number(buf, (uint64_t)json_integer_value(value)) : NULL;
}

static void place(struct ac_text *t, const struct ac_record *r)
{
    struct ac_doc *d = &t->doc;
    const char *none = ac_doc_word(d, N_("not recorded")), *volume, *content;
    char at[AC_DOC_NUMBER], sector[AC_DOC_NUMBER], from[AC_DOC_NUMBER];
    int64_t offset = json_integer_value(ac_record_prov_json(r, "volume_offset"));

    volume = offset_text(r, "volume_offset", at);
    content = offset_text(r, "artefact_offset", from);
    ac_doc_say(
        d, 2,
        N_("Place: evidence %1$s; volume at byte %2$s (sector %3$s of 512 bytes); path %4$s; "
           "MFT entry-sequence: %5$s; first byte of the content in the image: %6$s"),
        ac_record_prov(r, "evidence"), volume ? volume : none,
        ac_doc_number(sector, (uint64_t)offset / SECTOR), ac_record_prov(r, "path"),
        ac_record_prov(r, "mft")[0] ? ac_record_prov(r, "mft") : none, content ? content : none,
        NULL);
    if (ac_record_prov(r, "snapshot")[0])
        ac_doc_row(d, 2, N_("Backup or shadow copy that it is part of"),
                   ac_record_prov(r, "snapshot"));
    if (ac_record_prov(r, "sha256")[0])
        ac_doc_row(d, 2, N_("SHA-256 of this artefact"), ac_record_prov(r, "sha256"));
}

static void registry_place(struct ac_text *t, const struct ac_record *r)
{
    struct ac_doc *d = &t->doc;
    struct ac_filetime written = {0};
    struct ac_buf time = {0};
    char buf[AC_DOC_NUMBER], number[AC_DOC_NUMBER];
    const char *cell = offset_text(r, "cell_offset", buf),
               *entry = offset_text(r, "log_entry", number);

    if (ac_record_prov(r, "key")[0] == '\0')
        return;
    ac_doc_row(d, 2, N_("Registry key"), ac_record_prov(r, "key"));
    if (ac_record_prov_has(r, "value"))
        ac_doc_say(d, 2, N_("Value name: %1$s; cell at byte %2$s of the hive file"),
                   ac_record_prov(r, "value")[0] ? ac_record_prov(r, "value")
                                                 : ac_doc_word(d, N_("(default value)")),
                   cell ? cell : ac_doc_word(d, N_("not recorded")), NULL);
    if (ac_record_prov(r, "log")[0])
        ac_doc_say(d, 2, N_("From the transaction log %1$s, entry %2$s"), ac_record_prov(r, "log"),
                   entry ? entry : ac_doc_word(d, N_("not recorded")), NULL);
    ac_time_parse(ac_record_prov(r, "key_last_written"), &written);
    ac_doc_row(d, 2, N_("Last written time of the key; values have no time of their own"),
               ac_text_time(t, written, &time));
    ac_doc_release(d, &time);
}

/* ---- fields, by tables: name in the schema and label */

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

static bool is_in_mft(const struct ac_record *r)
{
    return ac_record_prov(r, "mft")[0] != '\0';
}

static const struct shown *shown_of_record(const struct ac_record *r)
{
    return ac_record_kind(r) == AC_KIND_FILE && !is_in_mft(r) ? other_file_shown
                                                              : shown_of(ac_record_kind(r));
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

static void fields(struct ac_text *t, const struct ac_record *r)
{
    struct ac_buf text = {0};

    for (const struct shown *s = shown_of_record(r); s->field; s++) {
        if (ac_text_field(t, r, s->field, &text))
            ac_doc_row(&t->doc, 2, s->label, ac_buf_text(&text));
    }
    ac_doc_release(&t->doc, &text);
}

/* ---- what is more than a field */

static void action(struct ac_text *t, const json_t *a)
{
    struct ac_doc *d = &t->doc;
    const char *state = ac_text_of(a, "target_state");

    if (ac_text_of(a, "class_id")[0])
        ac_doc_row(d, 2, N_("Action: COM class"), ac_text_of(a, "class_id"));
    if (ac_text_of(a, "command")[0])
        ac_doc_row(d, 2, N_("Action: command as stored"), ac_text_of(a, "command"));
    if (ac_text_of(a, "arguments")[0])
        ac_doc_row(d, 2, N_("Action: arguments as stored"), ac_text_of(a, "arguments"));
    if (ac_text_of(a, "target")[0])
        ac_doc_row(d, 2, N_("Target on the image"), ac_text_of(a, "target"));
    if (state[0])
        ac_doc_row(d, 2, N_("State of the target"), ac_text_word(t, state));
    if (ac_text_of(a, "target_file")[0])
        ac_doc_row(d, 2, N_("Record of the target"), ac_text_of(a, "target_file"));
}

/* Members of an object as stored: "type LogonTrigger, enabled true". */
static void members(const json_t *o, struct ac_buf *out)
{
    json_t *copy = json_deep_copy(o), *value; /* iterating wants it not const */
    const char *name;

    json_object_foreach (copy, name, value) {
        ac_buf_addf(out, "%s%s ", out->n ? ", " : "", name);
        if (json_is_string(value))
            ac_buf_addz(out, json_string_value(value));
        else if (json_is_boolean(value))
            ac_buf_addz(out, json_is_true(value) ? "true" : "false");
        else if (json_is_integer(value))
            ac_buf_addf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    }
    json_decref(copy);
}

static void member_row(struct ac_text *t, const char *label, const json_t *o)
{
    struct ac_buf text = {0};

    members(o, &text);
    if (text.n)
        ac_doc_row(&t->doc, 2, label, ac_buf_text(&text));
    ac_doc_release(&t->doc, &text);
}

static void names(struct ac_text *t, const char *label, const json_t *list)
{
    struct ac_buf text = {0};

    for (size_t i = 0; i < json_array_size(list) && i < MOST_NAMES; i++)
        ac_buf_addf(&text, "%s%s", i ? ", " : "",
                    json_string_value(json_array_get(list, i))
                        ? json_string_value(json_array_get(list, i))
                        : "");
    if (json_array_size(list) > MOST_NAMES)
        ac_buf_addz(&text, ", ...");
    if (text.n)
        ac_doc_row(&t->doc, 2, label, ac_buf_text(&text));
    ac_doc_release(&t->doc, &text);
}

static void task(struct ac_text *t, const struct ac_record *r)
{
    const json_t *actions = ac_record_get_json(r, "actions"),
                 *triggers = ac_record_get_json(r, "triggers");

    for (size_t i = 0; i < json_array_size(actions); i++)
        action(t, json_array_get(actions, i));
    for (size_t i = 0; i < json_array_size(triggers); i++)
        member_row(t, N_("Trigger"), json_array_get(triggers, i));
    member_row(t, N_("Principal"), ac_record_get_json(r, "principal"));
    names(t, N_("Lists of the registry that have it"), ac_record_get_json(r, "groups"));
    member_row(t, N_("Settings as stored"), ac_record_get_json(r, "settings"));
}

static struct ac_str last_component(const char *path)
{
    const char *at = path;

    for (const char *p = path; *p; p++) {
        if (*p == '/' || *p == '\\')
            at = p + 1;
    }
    return ac_str_of(at);
}

static void volume(struct ac_text *t, const json_t *o)
{
    struct ac_filetime created = {0};
    struct ac_buf time = {0};

    ac_time_parse(ac_text_of(o, "created"), &created);
    ac_doc_say(&t->doc, 2, N_("Volume named in it: device %1$s, serial number %2$s, created %3$s"),
               ac_text_of(o, "device"), ac_text_of(o, "serial"), ac_text_time(t, created, &time),
               NULL);
    ac_doc_release(&t->doc, &time);
}

/* A prefetch file alone names files that the program loaded. */
static void loaded(struct ac_text *t, const struct ac_record *r, const char *subject)
{
    const json_t *files = ac_record_get_json(r, "files");
    char n[AC_DOC_NUMBER];

    if (!files)
        return;
    ac_doc_row(&t->doc, 2,
               N_("Names of files loaded in the first seconds (records.jsonl lists them)"),
               ac_doc_number(n, json_array_size(files)));
    for (size_t i = 0; subject[0] && i < json_array_size(files); i++) {
        const char *name = json_string_value(json_array_get(files, i));

        if (name && ac_fold_eq(last_component(name), last_component(subject)))
            ac_doc_row(&t->doc, 2, N_("Among them"), name);
    }
}

static void script(struct ac_text *t, const char *stored)
{
    struct ac_buf text = {0};
    size_t n = strlen(stored), shown = n < MOST_SCRIPT ? n : MOST_SCRIPT;

    while (shown < n && shown > 0 && ((unsigned char)stored[shown] & 0xC0) == 0x80)
        shown--;
    ac_buf_add(&text, stored, shown);
    if (shown < n)
        ac_buf_addz(&text, " ...");
    if (n > 0)
        ac_doc_row(&t->doc, 2, N_("Script as stored (records.jsonl has all of it)"),
                   ac_buf_text(&text));
    ac_doc_release(&t->doc, &text);
}

static void autostart(struct ac_text *t, const struct ac_record *r)
{
    const json_t *transfers = ac_record_get_json(r, "transfers");
    char n[AC_DOC_NUMBER];

    script(t, ac_record_get(r, "script"));
    for (size_t i = 0; i < json_array_size(transfers) && i < MOST_NAMES; i++) {
        const json_t *o = json_array_get(transfers, i);

        ac_doc_say(&t->doc, 2, N_("File of the BITS job: remote %1$s, local %2$s"),
                   ac_text_of(o, "remote"), ac_text_of(o, "local"), NULL);
    }
    if (json_array_size(transfers) > MOST_NAMES)
        ac_doc_row(&t->doc, 2, N_("Files of the BITS job (records.jsonl lists them)"),
                   ac_doc_number(n, json_array_size(transfers)));
}

static void execution(struct ac_text *t, const struct ac_record *r, const char *subject)
{
    struct ac_doc *d = &t->doc;
    const json_t *times = ac_record_get_json(r, "run_times"), *volumes;
    struct ac_buf text = {0};

    for (size_t i = 0; i < json_array_size(times) && i < MOST_TIMES; i++) {
        struct ac_filetime time = {0};
        const char *value = json_string_value(json_array_get(times, i));

        ac_time_parse(value ? value : "", &time);
        ac_doc_row(d, 2, N_("Run time as stored (newest first)"), ac_text_time(t, time, &text));
    }
    loaded(t, r, subject);
    volumes = ac_record_get_json(r, "volumes");
    for (size_t i = 0; i < json_array_size(volumes); i++)
        volume(t, json_array_get(volumes, i));
    ac_doc_release(d, &text);
}

static void file(struct ac_text *t, const struct ac_record *r)
{
    struct ac_doc *d = &t->doc;
    const json_t *pe = ac_record_get_json(r, "pe");
    const char *yes = ac_text_word(t, "yes"), *no = ac_text_word(t, "no");
    struct ac_filetime time = {0};
    struct ac_buf text = {0};

    if (is_in_mft(r))
        ac_doc_say(
            d, 2,
            N_("Times in $STANDARD_INFORMATION can be set by programs; those in $FILE_NAME are "
               "copied from it when the name is made."),
            NULL);
    if (pe) {
        ac_time_parse(ac_text_of(pe, "timestamp"), &time);
        ac_doc_say(
            d, 2,
            N_("Program: machine %1$s; library: %2$s; signature directory present: %3$s (its "
               "validity was not examined); time stamp in the header: %4$s"),
            ac_text_of(pe, "machine"), json_is_true(json_object_get(pe, "dll")) ? yes : no,
            json_is_true(json_object_get(pe, "signature_directory")) ? yes : no,
            ac_text_time(t, time, &text), NULL);
        if (ac_text_of(pe, "export_name")[0])
            ac_doc_row(d, 2, N_("Name in the export directory"), ac_text_of(pe, "export_name"));
        names(t, N_("Exports"), json_object_get(pe, "exports"));
    }
    ac_doc_release(d, &text);
}

static void value(struct ac_text *t, const struct ac_record *r)
{
    const char *data = ac_record_get(r, "data");
    struct ac_buf text = {0};
    char n[AC_DOC_NUMBER];

    ac_buf_add(&text, data, strnlen(data, MOST_DATA));
    if (strlen(data) > MOST_DATA)
        ac_buf_addz(&text, " ...");
    ac_doc_say(&t->doc, 2, N_("Data (%1$s bytes, hexadecimal): %2$s"),
               ac_doc_number(n, strlen(data) / 2), ac_buf_text(&text), NULL);
    ac_doc_release(&t->doc, &text);
}

/* What such a trace proves, and what not. */
static void proof(struct ac_text *t, const char *artefact)
{
    const char *sentence = ac_text_proof(artefact);

    if (sentence)
        ac_doc_say(&t->doc, 2, sentence, NULL);
}

static void change_proof(struct ac_text *t, const struct ac_record *r)
{
    bool is_journal = ac_record_get_json(r, "usn") != NULL;

    ac_doc_say(&t->doc, 2,
               is_journal ? N_("The change journal records what was done to a file of this name, "
                               "not by which "
                               "program or account.")
                          : N_("The log of the file system ($LogFile) has this step; when it was "
                               "made, by which program or account, and whether it was completed, "
                               "is not in the entry. The times are those that the name had then."),
               NULL);
}

static void more(struct ac_text *t, const struct ac_record *r, const char *subject)
{
    switch (ac_record_kind(r)) {
    case AC_KIND_AUTOSTART:
        autostart(t, r);
        break;
    case AC_KIND_TASK:
        task(t, r);
        break;
    case AC_KIND_EXECUTION:
        execution(t, r, subject);
        break;
    case AC_KIND_CHANGE:
        names(t, N_("What happened, as stored"), ac_record_get_json(r, "reasons"));
        change_proof(t, r);
        break;
    case AC_KIND_FILE:
        file(t, r);
        break;
    case AC_KIND_VALUE:
        value(t, r);
        break;
    case AC_KIND_SYSTEM:
        ac_text_serials(t, 2, r);
        break;
    case AC_KIND_EVENT:
        ac_text_event(t, r);
        break;
    default:
        break;
    }
    if (ac_schema_field(ac_schema_of(ac_record_kind(r)), "artefact"))
        proof(t, ac_record_get(r, "artefact"));
}

void ac_text_provenance(struct ac_text *t, const struct ac_record *r)
{
    place(t, r);
    registry_place(t, r);
}

void ac_text_record(struct ac_text *t, const struct ac_record *r, const char *subject)
{
    struct ac_doc *d = &t->doc;
    struct ac_str id = ac_str_of(ac_record_id(r));
    /* "usage" is a class of problems as well, another word in other languages */
    const char *kind =
        ac_text_word(t, ac_record_kind(r) == AC_KIND_USAGE ? "usage of resources"
                                                           : ac_schema_of(ac_record_kind(r))->name);
    char number[AC_DOC_NUMBER];
    uint64_t before;

    if (id.n && ac_set_get(&t->told, id, &before)) {
        ac_doc_say(d, 0, N_("Record %1$s (%2$s): described from statement %3$s on."),
                   ac_record_id(r), kind, ac_doc_number(number, before), NULL);
        return;
    }
    ac_doc_anchor(d, ac_record_id(r));
    ac_doc_say(d, 0, N_("Record %1$s (%2$s), state: %3$s"), ac_record_id(r), kind,
               ac_text_word(t, ac_record_prov(r, "state")), NULL);
    if (id.n && ac_set_put(&t->told, id, d->statements) != AC_OK)
        d->failed = true;
    ac_text_provenance(t, r);
    fields(t, r);
    more(t, r, subject);
}
