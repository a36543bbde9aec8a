/* One record in the layer of observations: where its bytes stand, and what they say. */
#include "report/text_parts.h"

#include "base/text.h"

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

    if (ac_record_prov(r, "mft")[0])
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
    ac_text_fields(t, r);
    more(t, r, subject);
}
