/* R3: the Windows installations, their accounts and volumes, and what is known of their clocks. */
#include "report/text_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct fact {
    const char *field, *label;
    bool expected; /* printed as not examined when no record has it */
} facts[] = {
    {"product", N_("Product"), true},
    {"edition", N_("Edition"), false},
    {"version", N_("Version"), true},
    {"build", N_("Build"), true},
    {"installed", N_("Installed"), true},
    {"owner", N_("Registered owner"), false},
    {"organization", N_("Registered organisation"), false},
    {"system_root", N_("Windows folder as stored"), false},
    {"computer_name", N_("Computer name"), true},
    {"hostname", N_("Host name"), true},
    {"domain", N_("Domain"), false},
    {"time_zone", N_("Time zone"), true},
    {"time_zone_bias", N_("Minutes to add to local time for UTC, standard time"), true},
    {"active_time_bias", N_("Minutes to add to local time for UTC when the hive was last written"),
     false},
    {"last_shutdown", N_("Last shutdown"), true},
    {"last_user", N_("User who logged on last"), false},
    {"former_computer_name", N_("Other computer name (former, or of another control set)"), false},
    {"control_set", N_("Current control set"), true},
};
#define FACTS (sizeof(facts) / sizeof(facts[0]))

/* The value as text; false if the record does not have it. */
static bool value_of(const struct ac_text *t, const struct ac_record *r, const char *field,
                     struct ac_buf *out)
{
    const struct ac_field *f = ac_schema_field(ac_schema_of(AC_KIND_SYSTEM), field);
    const json_t *value = ac_record_get_json(r, field);

    ac_buf_clear(out);
    if (!value)
        return false;
    if (f->type == AC_FIELD_TIME)
        ac_text_time(t, ac_record_get_time(r, field), out);
    else if (f->type == AC_FIELD_INT)
        ac_buf_addf(out, "%" PRId64, ac_record_get_int(r, field));
    else
        ac_buf_addz(out, ac_record_get(r, field));
    return out->n > 0;
}

static void source_of(struct ac_text *t, const struct ac_record *r)
{
    struct ac_buf time = {0};

    if (ac_record_prov(r, "key")[0]) {
        struct ac_filetime written = {0};

        ac_time_parse(ac_record_prov(r, "key_last_written"), &written);
        ac_doc_say(&t->doc, 2,
                   N_("Source: record %1$s, file %2$s, key %3$s; last written time of the key: "
                      "%4$s"),
                   ac_record_id(r), ac_record_prov(r, "path"), ac_record_prov(r, "key"),
                   ac_text_time(t, written, &time), NULL);
    } else {
        ac_doc_say(&t->doc, 2, N_("Source: record %1$s, %2$s"), ac_record_id(r),
                   ac_record_prov(r, "path"), NULL);
    }
    ac_doc_release(&t->doc, &time);
}

void ac_text_serials(struct ac_text *t, unsigned indent, const struct ac_record *r)
{
    const json_t *list = ac_record_get_json(r, "volume_serials");
    char offset[AC_DOC_NUMBER];

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *o = json_array_get(list, i);

        ac_doc_say(&t->doc, indent,
                   N_("Volume serial number %1$s (in full: %2$s), from: %3$s; volume at byte %4$s; "
                      "file system %5$s."),
                   ac_text_of(o, "serial"),
                   ac_text_of(o, "full")[0] ? ac_text_of(o, "full")
                                            : ac_doc_word(&t->doc, N_("none")),
                   ac_text_word(t, ac_text_of(o, "source")),
                   ac_doc_number(offset,
                                 (uint64_t)json_integer_value(json_object_get(o, "volume_offset"))),
                   ac_record_get(r, "file_system")[0] ? ac_record_get(r, "file_system")
                                                      : ac_doc_word(&t->doc, N_("not known")),
                   NULL);
    }
    if (ac_record_get(r, "label")[0])
        ac_doc_row(&t->doc, indent, N_("Volume label"), ac_record_get(r, "label"));
}

static void system_record(struct ac_text *t, const struct ac_record *r, bool seen[FACTS])
{
    struct ac_buf value = {0};
    unsigned before = t->doc.statements;

    if (ac_record_get_json(r, "interface") || ac_record_get_json(r, "network") ||
        ac_record_get_json(r, "former")) {
        ac_text_identity(t, r);
        return;
    }
    for (size_t k = 0; k < FACTS; k++) {
        if (value_of(t, r, facts[k].field, &value)) {
            ac_doc_row(&t->doc, 0, facts[k].label, ac_buf_text(&value));
            seen[k] = true;
        }
    }
    ac_text_serials(t, 0, r);
    if (t->doc.statements > before)
        source_of(t, r);
    ac_doc_release(&t->doc, &value);
}

static bool is_backup(const struct ac_record *r)
{
    return strcmp(ac_record_prov(r, "state"), "snapshot") == 0;
}

/* Does a hive in use say the same? */
static bool is_known(const struct ac_text *t, const struct ac_record *backup)
{
    for (size_t i = 0; i < t->a->n_records; i++) {
        const struct ac_record *r = t->a->records[i];
        bool same = ac_record_kind(r) == ac_record_kind(backup) && !is_backup(r) &&
                    strcmp(ac_record_prov(r, "system"), ac_record_prov(backup, "system")) == 0 &&
                    strcmp(ac_record_prov(r, "evidence"), ac_record_prov(backup, "evidence")) == 0;

        for (const struct ac_field *f = ac_schema_of(ac_record_kind(r))->fields; same && f->name;
             f++) {
            const json_t *value = ac_record_get_json(backup, f->name);

            same = !value || json_equal(value, ac_record_get_json(r, f->name));
        }
        if (same)
            return true;
    }
    return false;
}

/* What backups of hives say otherwise than the hives in use. */
static void from_backups(struct ac_text *t, const struct ac_text_system *s)
{
    bool seen[FACTS], any = false;

    for (size_t i = 0; i < t->a->n_records; i++) {
        const struct ac_record *r = t->a->records[i];
        bool account = ac_record_kind(r) == AC_KIND_ACCOUNT;

        if ((!account && ac_record_kind(r) != AC_KIND_SYSTEM) || !ac_text_is_of(r, s) ||
            !is_backup(r) || is_known(t, r))
            continue;
        if (!any)
            ac_doc_say(&t->doc, 0,
                       N_("What follows stands in backups of hives that Windows made, and not so "
                          "in the hives in use:"),
                       NULL);
        any = true;
        if (account)
            ac_text_account(t, i);
        else
            system_record(t, r, seen);
    }
}

static void one_system(struct ac_text *t, const struct ac_text_system *s)
{
    struct ac_doc *d = &t->doc;
    bool seen[FACTS] = {false};
    size_t accounts = 0;

    ac_doc_heading(d, 1, N_("Installation \"%1$s\" on evidence %2$s"), ac_text_word(t, s->name),
                   s->evidence, NULL);
    for (size_t i = 0; i < t->a->n_records; i++) {
        const struct ac_record *r = t->a->records[i];

        if (ac_record_kind(r) == AC_KIND_SYSTEM && ac_text_is_of(r, s) && !is_backup(r))
            system_record(t, r, seen);
    }
    for (size_t k = 0; k < FACTS; k++) {
        if (facts[k].expected && !seen[k])
            ac_doc_row(d, 0, facts[k].label,
                       ac_doc_word(d, N_("Not examined (no source for it was read)")));
    }
    for (size_t i = 0; i < t->a->n_records; i++) {
        const struct ac_record *r = t->a->records[i];

        if (ac_record_kind(r) == AC_KIND_ACCOUNT && ac_text_is_of(r, s) && !is_backup(r)) {
            ac_text_account(t, i);
            accounts++;
        }
    }
    if (accounts == 0)
        ac_doc_row(d, 0, N_("Accounts"),
                   ac_doc_word(d, N_("Not examined (no source for it was read)")));
    from_backups(t, s);
}

static void volumes(struct ac_text *t)
{
    bool seen[FACTS];

    ac_doc_heading(&t->doc, 1, N_("Volumes"), NULL);
    for (size_t i = 0; i < t->a->n_records; i++) {
        const struct ac_record *r = t->a->records[i];

        if (ac_record_kind(r) == AC_KIND_SYSTEM && ac_record_prov(r, "system")[0] == '\0')
            system_record(t, r, seen);
    }
    ac_doc_say(&t->doc, 0,
               N_("Further volume serial numbers stand in prefetch files; rules test them too, and "
                  "findings quote them."),
               NULL);
}

void ac_text_systems(struct ac_text *t)
{
    struct ac_doc *d = &t->doc;

    ac_doc_heading(d, 0, N_("R3  System context"), NULL);
    for (size_t i = 0; i < t->n_systems; i++)
        one_system(t, &t->systems[i]);
    if (t->n_systems == 0)
        ac_doc_say(d, 0, N_("No Windows installation was found: Not examined."), NULL);
    ac_text_notices(t);
    volumes(t);
    ac_doc_heading(d, 1, N_("Clocks"), NULL);
    ac_doc_say(
        d, 0,
        N_("All times are those of the examined computer's clock, in UTC (Z), with the "
           "resolution of 100 ns in which Windows keeps them (FAT: 10 ms to 2 s, local "
           "time taken as UTC). Windows keeps a few times in local time (networks above); "
           "those are given as stored, and in UTC by the rules of the machine's zone as they "
           "were last set."),
        NULL);
    ac_doc_say(d, 0,
               N_("Offset of that clock from the true time: Not examined. Clocks go wrong, can be "
                  "set, and times on a disk can be altered."),
               NULL);
    ac_doc_say(d, 0, N_("Clock offset noted at the acquisition: Not supplied"), NULL);
}
