#include "assess/uninstaller.h"

#include "assess/conclude.h"
#include "assess/coverage.h"
#include "assess/facts.h"
#include "assess/notice_facts.h"
#include "base/alloc.h"
#include "base/set.h"
#include "base/text.h"

#include <string.h>

static const struct {
    const char *word, *sentence;
} verdicts[] = {
    [AC_UNINSTALLER_CLEANED] =
        {"removed-by-uninstaller",
         N_("Removed by the uninstaller: the module of law enforcement is there, no autostart "
            "leads to it any more, and the computer was used after the day. Emotet was installed "
            "on this computer; what it did until then is not undone.")},
    [AC_UNINSTALLER_NOT_RUN] =
        {"not-executed",
         N_("The module of law enforcement is there and its autostart too: the uninstaller was not "
            "executed. Emotet was installed on this computer.")},
    [AC_UNINSTALLER_NOT_YET] =
        {"module-not-due",
         N_("The module of law enforcement is there without an autostart; no trace shows that the "
            "computer was used after the day. Who removed the autostart is not recorded. Emotet "
            "was installed on this computer.")},
    [AC_UNINSTALLER_NOT_HERE] =
        {"not-reached", N_("Emotet in the form of the time before the day is still configured, and "
                           "the computer was used after the day: the uninstaller did not reach it. "
                           "Emotet was installed on this computer.")},
    [AC_UNINSTALLER_NO_OCCASION] =
        {"no-occasion", N_("Emotet in the form of the time before the day is still configured; no "
                           "trace shows that the computer was used after the day, so that the "
                           "uninstaller had no occasion. Emotet was installed on this computer.")},
    [AC_UNINSTALLER_OTHERWISE] =
        {"removed-otherwise",
         N_("A file in the form of Emotet of that time is there, it is not the module of law "
            "enforcement, and no autostart leads to it: made harmless in another way, for example "
            "by security software. Emotet was installed on this computer.")},
    [AC_UNINSTALLER_TRACES] = {"traces",
                               N_("Traces of Emotet in the form of that time, whose file is not "
                                  "there any more: removed; by whom is not recorded.")},
    [AC_UNINSTALLER_OPEN] =
        {"traces-not-all-read",
         N_("Traces of Emotet in the form of that time, or the module of law enforcement, are "
            "there, and no autostart that leads to them was found; but not everything that could "
            "hold one, or the file itself, was read or collected: whether the uninstaller ran "
            "cannot be decided. Emotet was installed on this computer.")},
    [AC_UNINSTALLER_OTHER_TIME] =
        {"other-time", N_("Only traces in forms of other times were found (before December 2020, "
                          "or after November 2021): the uninstaller has no bearing on them.")},
    [AC_UNINSTALLER_NO_TRACE] = {"no-trace",
                                 N_("No trace of Emotet in the form of that time, and none of the "
                                    "module, in what this installation kept; see the window below. "
                                    "That is not the statement that Emotet was never there.")},
    [AC_UNINSTALLER_LATER_WINDOWS] = {"later-installation",
                                      N_("This Windows was installed after the day; what was on "
                                         "the computer before is not in this installation.")},
    [AC_UNINSTALLER_UNDECIDED] =
        {"cannot-be-decided",
         N_("No trace of Emotet in the form of that time was found, but not everything that could "
            "hold one was read completely: it cannot be decided.")},
};

const char *ac_uninstaller_word(enum ac_uninstaller_verdict v)
{
    return verdicts[v].word;
}

const char *ac_uninstaller_sentence(enum ac_uninstaller_verdict v)
{
    return verdicts[v].sentence;
}

/* ---- what is there */

struct traces {
    bool module, file, configured; /* of the form of that time */
    bool gone;                     /* its file is known not to be there */
    bool all_read;                 /* all that could hold an autostart */
    bool any, other;               /* of that time; of other times */
    struct ac_set files;           /* that findings of that time speak of; folded */
    struct ac_set kept;            /* records of the answer */
};

static bool is_of(const struct ac_record *r, const struct ac_machine *m)
{
    return strcmp(ac_record_prov(r, "evidence"), m->evidence) == 0 &&
           strcmp(ac_record_prov(r, "system"), m->system) == 0;
}

static enum ac_rc keep(struct traces *t, struct ac_uninstaller_answer *x, const struct ac_record *r)
{
    struct ac_str key = {(const char *)&r, sizeof(r)};

    if (ac_set_has(&t->kept, key))
        return AC_OK;
    if (ac_set_put(&t->kept, key, 1) != AC_OK ||
        ac_grow((void **)&x->records, &x->cap_records, x->n_records + 1, sizeof(*x->records)) != 0)
        return AC_NOMEM;
    x->records[x->n_records++] = r;
    return AC_OK;
}

static struct ac_str fold(const char *path, struct ac_buf *folded)
{
    struct ac_str s = ac_str_of(path);

    ac_buf_clear(folded);
    for (size_t i = 0; i < s.n;)
        ac_buf_addu(folded, ac_fold_char(ac_utf8_next(s, &i)));
    return ac_buf_str(folded);
}

static enum ac_rc note_file(struct traces *t, const char *path)
{
    struct ac_buf folded = {0};
    struct ac_str key = fold(path, &folded);
    enum ac_rc rc = folded.failed                                          ? AC_NOMEM
                    : key.n == 0 || ac_set_put(&t->files, key, 1) == AC_OK ? AC_OK
                                                                           : AC_NOMEM;

    ac_buf_free(&folded);
    return rc;
}

static bool is_one_of(const struct ac_set *paths, const char *path, struct ac_buf *folded)
{
    return path && path[0] && ac_set_has(paths, fold(path, folded));
}

static bool starts(const struct ac_record *r, const struct ac_set *paths, struct ac_buf *folded)
{
    const json_t *actions = ac_record_get_json(r, "actions");
    bool is = false;

    if (!ac_is_configured(r))
        return false;
    is = is_one_of(paths, ac_record_get(r, "target"), folded);
    for (size_t i = 0; !is && i < json_array_size(actions); i++)
        is = is_one_of(paths,
                       json_string_value(json_object_get(json_array_get(actions, i), "target")),
                       folded);
    return is;
}

/* Autostarts of the installation that lead to a file of the findings. */
static enum ac_rc look_for_autostarts(const struct ac_assessment *a, const struct ac_machine *m,
                                      struct traces *t, struct ac_uninstaller_answer *x)
{
    struct ac_buf folded = {0};
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && t->files.n > 0 && i < a->n_records; i++) {
        if (is_of(a->records[i], m) && starts(a->records[i], &t->files, &folded)) {
            t->configured = true;
            rc = keep(t, x, a->records[i]);
        }
        rc = folded.failed ? AC_NOMEM : rc;
    }
    ac_buf_free(&folded);
    return rc;
}

static bool shows_absence(const struct ac_record *r)
{
    return ac_record_get_bool(r, "deleted") ||
           strcmp(ac_record_get(r, "target_state"), "absent") == 0 ||
           strcmp(ac_record_get(r, "target_state"), "deleted") == 0;
}

static enum ac_rc look_at(const struct ac_machine *m, const struct ac_finding *f, struct traces *t,
                          struct ac_uninstaller_answer *x)
{
    enum ac_rc rc = AC_OK;

    if (strcmp(f->rule->family, "emotet") != 0 || f->strength < AC_STRONG || f->n_records == 0 ||
        !is_of(f->records[0], m))
        return AC_OK;
    if (strcmp(f->generation, "E4") != 0) {
        t->other |= f->generation[0] == 'E';
        return AC_OK;
    }
    t->any = true;
    t->module |= strcmp(f->rule->id, "EMO-LEA") == 0;
    for (size_t i = 0; rc == AC_OK && i < f->n_records; i++) {
        t->file |= ac_shows_file(f->records[i]);
        t->gone |= shows_absence(f->records[i]);
        rc = keep(t, x, f->records[i]);
    }
    return rc == AC_OK ? note_file(t, f->subject) : rc;
}

/* ---- the day */

/* The moment, by the clock of the computer; without a known zone the last at which it was that time anywhere. */
static uint64_t day_of(const struct ac_machine *m)
{
    struct ac_filetime t = {0};

    if (m->has_zone && ac_zone_to_utc(&m->zone, "2021-04-25T12:00:00", &t) != AC_LOCAL_NO_TIME)
        return t.ticks;
    ac_time_parse("2021-04-26T00:00:00Z", &t);
    return t.ticks;
}

static enum ac_uninstaller_verdict decide(const struct traces *t, const struct ac_machine *m,
                                          uint64_t day)
{
    bool used_after = m->last >= day;

    if (t->any && !t->configured && (!t->all_read || (!t->file && !t->gone)))
        return AC_UNINSTALLER_OPEN;
    if (t->module)
        return t->configured ? AC_UNINSTALLER_NOT_RUN
               : used_after  ? AC_UNINSTALLER_CLEANED
                             : AC_UNINSTALLER_NOT_YET;
    if (t->any && t->configured)
        return used_after ? AC_UNINSTALLER_NOT_HERE : AC_UNINSTALLER_NO_OCCASION;
    if (t->any)
        return t->file ? AC_UNINSTALLER_OTHERWISE : AC_UNINSTALLER_TRACES;
    if (m->installed > day && !m->older)
        return AC_UNINSTALLER_LATER_WINDOWS;
    if (t->other)
        return AC_UNINSTALLER_OTHER_TIME;
    return m->complete ? AC_UNINSTALLER_NO_TRACE : AC_UNINSTALLER_UNDECIDED;
}

/* The oldest start of a program or event that is kept: older ones have been overwritten. */
static struct ac_filetime oldest_trace(const struct ac_machine *m)
{
    for (size_t i = 0; i < m->n_traces; i++) {
        enum ac_kind kind = ac_record_kind(m->traces[i].record);

        if (kind == AC_KIND_EXECUTION || kind == AC_KIND_EVENT)
            return (struct ac_filetime){m->traces[i].ticks};
    }
    return (struct ac_filetime){0};
}

static enum ac_rc ask(const struct ac_assessment *a, const struct ac_machine *m, void *context)
{
    struct ac_uninstaller_answers *ret = context;
    struct ac_uninstaller_answer *x;
    static const unsigned where_autostarts_are =
        AC_NEED_USER_HIVES | AC_NEED_SYSTEM | AC_NEED_SOFTWARE;
    struct traces t = {.any = false};
    struct ac_buf why = {0};
    enum ac_rc rc = AC_OK;

    if (ac_grow((void **)&ret->items, &ret->cap, ret->n + 1, sizeof(*ret->items)) != 0)
        return AC_NOMEM;
    x = &ret->items[ret->n++];
    *x = (struct ac_uninstaller_answer){.evidence = m->evidence,
                                        .system = m->system,
                                        .installed = {m->installed},
                                        .first_trace = oldest_trace(m),
                                        .last_trace = {m->last}};
    for (size_t i = 0; rc == AC_OK && i < a->n_findings; i++)
        rc = look_at(m, a->findings[i], &t, x);
    if (rc == AC_OK)
        rc = look_for_autostarts(a, m, &t, x);
    t.all_read = m->complete || ac_coverage_has(a, where_autostarts_are, &why);
    x->verdict = decide(&t, m, day_of(m));
    rc = why.failed ? AC_NOMEM : rc;
    ac_buf_free(&why);
    ac_set_free(&t.files);
    ac_set_free(&t.kept);
    return rc;
}

enum ac_rc ac_uninstaller_ask(const struct ac_assessment *a, struct ac_uninstaller_answers *ret)
{
    enum ac_rc rc = ac_machines_ask(a, ask, ret);

    if (rc != AC_OK)
        ac_uninstaller_free(ret);
    return rc;
}

void ac_uninstaller_free(struct ac_uninstaller_answers *answers)
{
    for (size_t i = 0; i < answers->n; i++)
        ac_free(answers->items[i].records);
    ac_free(answers->items);
    *answers = (struct ac_uninstaller_answers){.n = 0};
}
