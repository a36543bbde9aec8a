/* R6: interpretation, kept apart from the observations, with its scale, its basis and what speaks
 * against it. */
#include "report/text_parts.h"

#include "assess/conclude.h"

#include <string.h>

static void scale(struct ac_text *t)
{
    static const enum ac_scale all[] = {AC_S0, AC_S1, AC_S2, AC_S3, AC_S4, AC_SX};
    struct ac_doc *d = &t->doc;

    ac_doc_heading(d, 1, N_("Scale"), NULL);
    ac_doc_say(d, 0,
               N_("Proposition H1: the image contains residues produced by the family. Against it "
                  "H2: they come from other software, tests, security products or an "
                  "administrator."),
               NULL);
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        ac_doc_say(d, 0, N_("%1$s  %2$s: %3$s"), ac_scale_name(all[i]), ac_text_scale(t, all[i]),
                   ac_doc_word(d, ac_text_criterion(all[i])), NULL);
    ac_doc_say(d, 0,
               N_("The scale is ordinal. No probabilities were assigned, and it is no likelihood "
                  "ratio. Sources are independent by type (registry, files, execution records, "
                  "scheduled tasks), not by the number of rows."),
               NULL);
}

static void id_list(const struct ac_text *t, const struct ac_conclusion *c, struct ac_buf *out)
{
    for (size_t i = 0; i < c->n_findings; i++)
        ac_buf_addf(out, "%s%s", i ? ", " : "", c->findings[i]->id);
    if (c->n_findings == 0)
        ac_buf_addz(out, ac_doc_word(&t->doc, N_("no findings")));
}

/* ---- the five distinctions */

enum aspect { PRESENCE, PERSISTENCE, EXECUTION, TIME, PERSON };

static bool has_time(const struct ac_record *r)
{
    return ac_record_prov(r, "key_last_written")[0] || ac_record_get_json(r, "modified") ||
           ac_record_get_json(r, "run_times") || ac_record_get_json(r, "last_run");
}

static bool exists(const char *target_state)
{
    return target_state && strcmp(target_state, "exists") == 0;
}

/* A file that is there: by its own record, as the target of an autostart or of a task, or in the
 * listing of a folder whose parts a rule speaks of. */
static bool shows_file(const struct ac_record *r)
{
    const json_t *actions = ac_record_get_json(r, "actions");

    switch (ac_record_kind(r)) {
    case AC_KIND_MATCH:
        return true;
    case AC_KIND_FILE:
        return !ac_record_get_bool(r, "deleted");
    case AC_KIND_AUTOSTART:
        return exists(ac_record_get(r, "target_state"));
    case AC_KIND_TASK:
        for (size_t i = 0; i < json_array_size(actions); i++) {
            const json_t *action = json_array_get(actions, i);

            if (exists(json_string_value(json_object_get(action, "target_state"))))
                return true;
        }
        return false;
    case AC_KIND_LISTING:
        return strcmp(ac_record_get(r, "role"), "parts") == 0 &&
               json_array_size(ac_record_get_json(r, "entries")) > 0;
    default:
        return false;
    }
}

static bool speaks_of(const struct ac_record *r, enum aspect aspect)
{
    switch (aspect) {
    case PRESENCE:
        return shows_file(r);
    case PERSISTENCE:
        return ac_is_configured(r);
    case EXECUTION:
        return ac_proves_execution(r);
    case TIME:
        return has_time(r);
    case PERSON:
        return false;
    }
    return false;
}

/* The ids of the records that speak of it, each once. */
static void records_for(const struct ac_conclusion *c, enum aspect aspect, struct ac_buf *out)
{
    struct ac_set seen = {0};

    for (size_t i = 0; i < c->n_findings; i++) {
        for (size_t k = 0; k < c->findings[i]->n_records; k++) {
            const struct ac_record *r = c->findings[i]->records[k];
            struct ac_str id = ac_str_of(ac_record_id(r));

            if (!speaks_of(r, aspect) || ac_set_has(&seen, id))
                continue;
            out->failed |= ac_set_put(&seen, id, 0) != AC_OK;
            ac_buf_addf(out, "%s%s", out->n ? ", " : "", id.p);
        }
    }
    ac_set_free(&seen);
}

static void users_of(const struct ac_text *t, const struct ac_conclusion *c, struct ac_buf *out)
{
    struct ac_set seen = {0};

    for (size_t i = 0; i < c->n_findings; i++)
        ac_text_users(c->findings[i], &seen, out);
    if (out->n == 0)
        ac_buf_addz(out, ac_doc_word(&t->doc, N_("none")));
    ac_set_free(&seen);
}

static void distinctions(struct ac_text *t, const struct ac_conclusion *c)
{
    static const struct {
        enum aspect aspect;
        const char *yes, *no;
    } table[] = {
        {PRESENCE,
         N_("Presence: files that the findings speak of are on the volume; records %1$s."),
         N_("Presence: no record of a file that exists is among the findings; whether one was "
            "there is open.")},
        {PERSISTENCE, N_("Persistence: an autostart is configured; records %1$s."),
         N_("Persistence: no configured autostart is among the findings.")},
        {EXECUTION, N_("Execution: starts of a program are recorded; records %1$s."),
         N_("Execution: no record of execution is among the findings; whether anything ran is "
            "open.")},
        {TIME,
         N_("Time: times are stored in records %1$s. A key's time is that of its last change, a "
            "file's time can be set; none alone is the time of an installation."),
         N_("Time: no time is stored in the records of the findings.")},
    };
    struct ac_buf text = {0};

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        ac_buf_clear(&text);
        records_for(c, table[i].aspect, &text);
        ac_doc_say(&t->doc, 2, text.n ? table[i].yes : table[i].no, ac_buf_text(&text), NULL);
    }
    ac_buf_clear(&text);
    users_of(t, c, &text);
    ac_doc_say(&t->doc, 2,
               N_("Person: profiles concerned: %1$s. A profile names an account, not a person; who "
                  "used it was not examined."),
               ac_buf_text(&text), NULL);
    ac_doc_release(&t->doc, &text);
}

static void source_types(struct ac_text *t, const struct ac_conclusion *c)
{
    static const struct {
        unsigned type;
        const char *name;
    } names[] = {
        {AC_SOURCE_REGISTRY, N_("registry")},
        {AC_SOURCE_FILES, N_("files")},
        {AC_SOURCE_EXECUTION, N_("execution records")},
        {AC_SOURCE_TASKS, N_("scheduled tasks")},
        {AC_SOURCE_EVENTS, N_("event logs")},
        {AC_SOURCE_WMI, N_("WMI repository")},
        {AC_SOURCE_BITS, N_("BITS jobs")},
    };
    struct ac_buf text = {0};
    unsigned types = 0;

    for (size_t i = 0; i < c->n_findings; i++) {
        for (size_t k = 0; k < c->findings[i]->n_records; k++)
            types |= ac_source_type_of(c->findings[i]->records[k]);
    }
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (types & names[i].type)
            ac_buf_addf(&text, "%s%s", text.n ? ", " : "", ac_doc_word(&t->doc, names[i].name));
    }
    ac_doc_row(&t->doc, 0, N_("Source types"),
               text.n ? ac_buf_text(&text) : ac_doc_word(&t->doc, N_("none")));
    ac_doc_release(&t->doc, &text);
}

static void family(struct ac_text *t, const struct ac_conclusion *c)
{
    struct ac_doc *d = &t->doc;
    struct ac_sentence s = c->statement;
    struct ac_buf text = {0}, name = {0};

    ac_buf_addz(&name, ac_text_family(t, c->family));
    ac_doc_anchor(d, c->family);
    ac_doc_heading(d, 1, N_("Family: %1$s"), ac_buf_text(&name), NULL);
    ac_doc_say(d, 0, N_("Scale: %1$s, %2$s (%3$s)"), ac_scale_name(c->scale),
               ac_text_scale(t, c->scale), ac_doc_word(d, ac_text_criterion(c->scale)), NULL);
    if (s.n > 0)
        s.args[0] = name.p; /* as in R0 */
    ac_doc_sentence(d, 0, &s);
    id_list(t, c, &text);
    ac_doc_row(d, 0, N_("Basis"), ac_buf_text(&text));
    if (c->n_findings) {
        source_types(t, c);
        distinctions(t, c);
    }
    for (size_t i = 0; i < c->n_against; i++) {
        ac_buf_clear(&text);
        ac_sentence_print(&c->against[i], ac_doc_word(d, c->against[i].msgid), &text);
        ac_doc_row(d, 0, N_("Against, or another explanation"), ac_buf_text(&text));
    }
    if (c->n_findings)
        ac_doc_say(
            d, 0,
            N_("What would change this: an explanation of a basis finding by other software; "
               "or sources that were not examined (mail, shadow copies, unallocated space)."),
            NULL);
    ac_doc_release(d, &text);
    ac_doc_release(d, &name);
}

void ac_text_conclusions(struct ac_text *t)
{
    ac_doc_heading(&t->doc, 0, N_("R6  Interpretation (layer B)"), NULL);
    ac_doc_say(
        &t->doc, 0,
        N_("This section can be separated from the rest. It applies the printed criteria to "
           "the findings; an examiner may judge otherwise. Presence, persistence, execution, "
           "time and person are five different questions."),
        NULL);
    scale(t);
    for (size_t i = 0; i < t->a->n_conclusions; i++)
        family(t, &t->a->conclusions[i]);
    ac_text_emocheck(t);
    ac_text_uninstaller(t);
    ac_text_exposure(t);
}
