/* YARA rules over records: the fields of each record are given to the rules of its kind. */
#include "assess/rule_set_inner.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "base/set.h"

#include <stdio.h>
#include <string.h>

/* One scanner a kind: what other kinds have is never set in it. */
struct kind_scanner {
    YR_SCANNER *scanner; /* NULL: no rule names this kind */
    struct ac_variables variables;
    bool was_empty[AC_MOST_VARIABLES]; /* text: the scanner holds "" */
};

struct matcher {
    struct ac_assessment *a;
    const struct ac_rule_set *set;
    struct kind_scanner kinds[AC_KINDS];
    struct ac_buf values[AC_MOST_VARIABLES];
    struct ac_set known; /* rule, place and text of a finding -> its number */
    struct ac_buf key;
    bool *hits; /* of the record that is looked at, one a rule */
    size_t failures;
    uint32_t unseen;
};

static int on_message(YR_SCAN_CONTEXT *scan, int message, void *data, void *context)
{
    struct matcher *m = context;

    (void)scan;
    if (message == CALLBACK_MSG_RULE_MATCHING)
        m->hits[(const YR_RULE *)data - m->set->compiled->rules_table] = true;
    return CALLBACK_CONTINUE;
}

static enum ac_rc begin(struct matcher *m)
{
    uint32_t kinds = 0;

    m->hits = ac_calloc(m->set->n + 1, sizeof(*m->hits));
    for (size_t i = 0; i < m->set->n; i++)
        kinds |= m->set->items[i].hidden ? 0 : m->set->items[i].kinds;
    for (int k = 0; m->hits && k < AC_KINDS; k++) {
        struct kind_scanner *s = &m->kinds[k];

        if (!(kinds & UINT32_C(1) << k) || !ac_variables_of((enum ac_kind)k, &s->variables))
            continue;
        if (yr_scanner_create(m->set->compiled, &s->scanner) != ERROR_SUCCESS)
            return AC_NOMEM;
        yr_scanner_set_callback(s->scanner, on_message, m);
        yr_scanner_set_flags(s->scanner, SCAN_FLAGS_REPORT_RULES_MATCHING);
        yr_scanner_set_timeout(s->scanner, AC_RULE_SECONDS);
        memset(s->was_empty, true, sizeof(s->was_empty));
    }
    return m->hits ? AC_OK : AC_NOMEM;
}

static void end(struct matcher *m)
{
    for (int k = 0; k < AC_KINDS; k++) {
        if (m->kinds[k].scanner)
            yr_scanner_destroy(m->kinds[k].scanner);
    }
    for (size_t i = 0; i < AC_MOST_VARIABLES; i++)
        ac_buf_free(&m->values[i]);
    ac_set_free(&m->known);
    ac_buf_free(&m->key);
    ac_free(m->hits);
}

/* ---- what could not be matched */

static enum ac_rc tell(struct matcher *m, const struct ac_record *r, enum ac_rc class,
                       const char *effect, const char *what, const char *name)
{
    const char *path = ac_record_prov(r, "path");
    struct ac_buf text = {0};
    enum ac_rc rc;

    m->unseen |= UINT32_C(1) << ac_record_kind(r);
    ac_buf_addf(&text, "%s: %s (%s)", ac_record_id(r), what, name);
    rc = text.failed ? AC_NOMEM
                     : ac_assessment_problem(m->a, r, path[0] ? path : ac_record_id(r), class,
                                             effect, ac_buf_text(&text));
    ac_buf_free(&text);
    return rc;
}

static enum ac_rc tell_too_long(struct matcher *m, const struct ac_record *r, const char *name)
{
    return tell(m, r, AC_LIMIT, N_("rules looked at the beginning of a text only"),
                "a text is longer than rules look at", name);
}

static enum ac_rc tell_failure(struct matcher *m, const struct ac_record *r, int result)
{
    char number[24];

    if (result == ERROR_INSUFFICIENT_MEMORY)
        return AC_NOMEM;
    snprintf(number, sizeof(number), "libyara %d", result);
    m->failures++;
    return tell(m, r, AC_LIMIT, N_("not all rules were matched with a record"),
                result == ERROR_SCAN_TIMEOUT ? "matching the rules with a record takes too long"
                                             : "the rules could not be matched with a record",
                number);
}

/* ---- one record */

static int set_text(struct kind_scanner *s, size_t i, const char *text)
{
    if (s->was_empty[i] && !text[0])
        return ERROR_SUCCESS;
    s->was_empty[i] = text[0] == '\0';
    return yr_scanner_define_string_variable(s->scanner, s->variables.items[i].name, text);
}

static int set_number(struct kind_scanner *s, size_t i, int64_t number)
{
    const struct ac_variable *v = &s->variables.items[i];

    return v->type == AC_VARIABLE_BOOLEAN
               ? yr_scanner_define_boolean_variable(s->scanner, v->name, (int)number)
               : yr_scanner_define_integer_variable(s->scanner, v->name, number);
}

static enum ac_rc set_values(struct matcher *m, struct kind_scanner *s, const struct ac_record *r)
{
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < s->variables.n; i++) {
        const struct ac_variable *v = &s->variables.items[i];
        struct ac_buf *text = &m->values[i];
        int result;

        ac_buf_clear(text);
        if (v->type == AC_VARIABLE_TEXT) {
            ac_variable_text(r, v, text);
            if (text->n > AC_MAX_RULE_TEXT) {
                text->n = AC_MAX_RULE_TEXT;
                text->p[text->n] = '\0';
                rc = tell_too_long(m, r, v->name);
            }
            result = set_text(s, i, ac_buf_text(text));
        } else {
            result = set_number(s, i, ac_variable_number(r, v));
        }
        if (text->failed || result == ERROR_INSUFFICIENT_MEMORY)
            return AC_NOMEM;
        if (result != ERROR_SUCCESS)
            return AC_BUG;
    }
    return rc;
}

static enum ac_rc scan(struct matcher *m, struct kind_scanner *s, const struct ac_record *r)
{
    static const uint8_t nothing[1]; /* YARA wants bytes; rules over records look at none */
    int result = yr_scanner_scan_mem(s->scanner, nothing, sizeof(nothing));

    return result == ERROR_SUCCESS ? AC_OK : tell_failure(m, r, result);
}

/* "matches" saw the beginning of the text of variable i only: its pieces, one after the other. */
static enum ac_rc scan_pieces(struct matcher *m, struct kind_scanner *s, const struct ac_record *r,
                              size_t i)
{
    struct ac_buf piece = {0};
    size_t at = 0, failures = m->failures;
    enum ac_rc rc = AC_OK;

    while (rc == AC_OK && m->failures == failures &&
           ac_variable_piece(ac_buf_str(&m->values[i]), &at, &piece)) {
        if (piece.failed || set_text(s, i, ac_buf_text(&piece)) != ERROR_SUCCESS)
            rc = AC_NOMEM;
        else
            rc = scan(m, s, r);
        ac_buf_clear(&piece);
    }
    ac_buf_free(&piece);
    if (rc == AC_OK && set_text(s, i, ac_buf_text(&m->values[i])) != ERROR_SUCCESS)
        rc = AC_NOMEM;
    return rc;
}

/* ---- findings */

/* One line, not too long, for a sentence. */
static const char *quote(struct ac_assessment *a, const char *text)
{
    struct ac_buf out = {0};
    const char *kept;
    size_t n = strlen(text);

    if (n > AC_MAX_RULE_QUOTE) {
        n = AC_MAX_RULE_QUOTE;
        while (((unsigned char)text[n] & 0xC0) == 0x80)
            n--;
    }
    for (size_t i = 0; i < n; i++) {
        if (text[i] == '\n')
            ac_buf_addz(&out, "; ");
        else
            ac_buf_addc(&out, text[i]);
    }
    if (text[n])
        ac_buf_addz(&out, " ...");
    kept = out.failed ? NULL : ac_assessment_keep(a, ac_buf_text(&out));
    ac_buf_free(&out);
    return kept;
}

static const char *value(const struct matcher *m, const struct kind_scanner *s, const char *name)
{
    for (size_t i = 0; i < s->variables.n; i++) {
        if (strcmp(s->variables.items[i].name, name) == 0)
            return ac_buf_text(&m->values[i]);
    }
    return "";
}

/* The first of these that is there. */
static const char *first_of(const struct matcher *m, const struct kind_scanner *s,
                            const char *const *names)
{
    for (; *names; names++) {
        if (value(m, s, *names)[0])
            return value(m, s, *names);
    }
    return "-";
}

/* What the record says, for the sentence of a finding. NULL: no memory. */
static const char *text_of(struct matcher *m, const struct kind_scanner *s,
                           const struct ac_record *r)
{
    static const char *const command[] = {"command", NULL};
    static const char *const event[] = {"command", "script",  "service", "task",
                                        "path",    "program", "data",    NULL};
    static const char *const program[] = {"command", "program", "files", NULL};
    static const char *const other[] = {"path",   "command", "target",   "name", "document",
                                        "threat", "text",    "prov_key", NULL};

    switch (ac_record_kind(r)) {
    case AC_KIND_AUTOSTART:
    case AC_KIND_TASK:
        return quote(m->a, first_of(m, s, command));
    case AC_KIND_EVENT:
        return quote(m->a, first_of(m, s, event));
    case AC_KIND_EXECUTION:
        return quote(m->a, first_of(m, s, program));
    default:
        return quote(m->a, first_of(m, s, other));
    }
}

static struct ac_finding *new_finding(struct matcher *m, const struct kind_scanner *s,
                                      const struct ac_yara_rule *rule, const struct ac_record *r,
                                      const char *text)
{
    struct ac_assessment *a = m->a;

    switch (ac_record_kind(r)) {
    case AC_KIND_AUTOSTART:
        return ac_finding_add(a, &rule->rule, rule->strength, r,
                              N_("The autostart %1$s in %2$s has the command: %3$s"),
                              value(m, s, "name"), value(m, s, "location"), text, NULL);
    case AC_KIND_TASK:
        return ac_finding_add(a, &rule->rule, rule->strength, r,
                              N_("The scheduled task %1$s starts: %2$s"), value(m, s, "path"), text,
                              NULL);
    case AC_KIND_EVENT:
        return ac_finding_add(a, &rule->rule, rule->strength, r,
                              N_("An event of the log %1$s, recorded at %2$s, says: %3$s"),
                              value(m, s, "log"), value(m, s, "time_"), text, NULL);
    case AC_KIND_EXECUTION:
        return ac_finding_add(a, &rule->rule, rule->strength, r,
                              N_("A record of programs (%1$s) fits the rule: %2$s"),
                              value(m, s, "artefact"), text, NULL);
    default:
        return ac_finding_add(a, &rule->rule, rule->strength, r,
                              N_("A record of the kind %1$s fits the rule: %2$s"),
                              value(m, s, "kind"), text, NULL);
    }
}

/* What joins findings about the same thing: the file, where there is one. */
static enum ac_rc set_subject(struct matcher *m, const struct kind_scanner *s, struct ac_finding *f,
                              const struct ac_record *r)
{
    const char *name = ac_record_kind(r) == AC_KIND_FILE || ac_record_kind(r) == AC_KIND_CHANGE
                           ? "path"
                           : "target";
    const char *subject = value(m, s, name);

    if (!subject[0] || strchr(subject, '\n'))
        return AC_OK;
    f->subject = ac_assessment_keep(m->a, subject);
    return f->subject ? AC_OK : AC_NOMEM;
}

/* Autostarts and tasks are one finding each; of what is recorded again and again (a task that runs every day, a
 * file that is written often) the first records that say the same are one. */
static bool may_repeat(const struct ac_record *r)
{
    return ac_record_kind(r) != AC_KIND_AUTOSTART && ac_record_kind(r) != AC_KIND_TASK;
}

static enum ac_rc report_hit(struct matcher *m, const struct kind_scanner *s,
                             const struct ac_yara_rule *rule, const struct ac_record *r)
{
    const char *text = text_of(m, s, r);
    struct ac_finding *f;
    uint64_t at;

    if (!text)
        return AC_NOMEM;
    ac_buf_clear(&m->key);
    ac_buf_addf(&m->key, "%s\n%d\n%s\n%s\n%s\n", rule->rule.id, (int)ac_record_kind(r),
                ac_record_prov(r, "evidence"), ac_record_prov(r, "system"), value(m, s, "log"));
    ac_buf_addz(&m->key, text);
    if (m->key.failed)
        return AC_NOMEM;
    if (may_repeat(r) && ac_set_get(&m->known, ac_buf_str(&m->key), &at)) {
        f = m->a->findings[at];
        return f->n_records < AC_MOST_RULE_RECORDS ? ac_finding_add_record(f, r) : AC_OK;
    }
    f = new_finding(m, s, rule, r, text);
    if (!f || ac_set_put(&m->known, ac_buf_str(&m->key), m->a->n_findings - 1) != AC_OK)
        return AC_NOMEM;
    return set_subject(m, s, f, r);
}

static enum ac_rc look_at(struct matcher *m, const struct ac_record *r)
{
    struct kind_scanner *s = &m->kinds[ac_record_kind(r)];
    enum ac_rc rc;

    memset(m->hits, 0, m->set->n * sizeof(*m->hits));
    rc = set_values(m, s, r);
    if (rc == AC_OK)
        rc = scan(m, s, r);
    for (size_t i = 0; rc == AC_OK && i < s->variables.n; i++) {
        if (m->values[i].n > AC_RULE_WINDOW && s->variables.items[i].type == AC_VARIABLE_TEXT)
            rc = scan_pieces(m, s, r, i);
    }
    for (size_t i = 0; rc == AC_OK && i < m->set->n; i++) {
        const struct ac_yara_rule *rule = &m->set->items[i];

        if (m->hits[i] && !rule->hidden && !rule->content)
            rc = report_hit(m, s, rule, r);
    }
    return rc;
}

enum ac_rc ac_record_rules_apply(struct ac_assessment *a, const struct ac_rule_set *s,
                                 uint32_t *ret_unseen)
{
    struct matcher m = {.a = a, .set = s};
    enum ac_rc rc = AC_OK;
    size_t n = a->n_records; /* problems that are added are not looked at */

    *ret_unseen = 0;
    if (!s->compiled)
        return AC_OK;
    rc = begin(&m);
    for (size_t i = 0; rc == AC_OK && i < n; i++) {
        if (!m.kinds[ac_record_kind(a->records[i])].scanner)
            continue;
        if (m.failures >= AC_MAX_RULE_FAILURES) {
            m.unseen = UINT32_MAX; /* the problems told why */
            break;
        }
        rc = look_at(&m, a->records[i]);
    }
    *ret_unseen = m.unseen;
    end(&m);
    return rc;
}
