/* Rows of a notice against each Windows installation, and the row as a whole. */
#include "assess/notice_parts.h"
#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

/* ---- answers */

struct ac_notice_criterion *ac_answer(struct ac_question *q, enum ac_notice_criterion_id id,
                                      enum ac_notice_answer answer, const char *msgid,
                                      const char *const args[], unsigned n)
{
    struct ac_notice_criterion *c = &q->match->criteria[id];

    c->answer = answer;
    c->reason.msgid = msgid;
    for (unsigned i = 0; i < n; i++) {
        c->reason.args[i] = strdup(args[i]);
        if (!c->reason.args[i])
            q->rc = AC_NOMEM;
    }
    c->reason.n = n;
    return c;
}

void ac_answer_show(struct ac_notice_criterion *c, const struct ac_record *r)
{
    for (size_t i = 0; i < c->n_records; i++) {
        if (c->records[i] == r)
            return;
    }
    if (r && c->n_records < AC_NOTICE_RECORDS)
        c->records[c->n_records++] = r;
}

void ac_answer_not_given(struct ac_question *q, enum ac_notice_criterion_id id)
{
    ac_answer(q, id, AC_ANSWER_NOT_GIVEN, N_("the notice does not give it"), NULL, 0);
}

/* ---- the row as a whole */

static void decide(struct ac_notice_match *m)
{
    enum ac_notice_answer name = m->criteria[AC_CRITERION_NAME].answer,
                          address = m->criteria[AC_CRITERION_ADDRESS].answer;

    m->result = AC_NOTICE_UNDECIDED;
    if (name == AC_ANSWER_DIFFERS) {
        m->result = AC_NOTICE_CONTRADICTS;
        m->reason = N_("the computer name of the notice is none of those stored");
    } else if (m->criteria[AC_CRITERION_TIME].answer == AC_ANSWER_CONTRADICTS) {
        m->result = AC_NOTICE_CONTRADICTS;
        m->reason = N_("the time of the notice does not fit the dates of this installation");
    } else if (name == AC_ANSWER_MATCH) {
        m->result = AC_NOTICE_MATCH;
        m->reason = N_("the computer name agrees, and no other fact of the notice contradicts");
    } else if (name == AC_ANSWER_MATCH_FORMER) {
        m->result = AC_NOTICE_MATCH;
        m->reason = N_("a former computer name agrees, and no other fact of the notice "
                       "contradicts");
    } else if (name == AC_ANSWER_NOT_KNOWN || name == AC_ANSWER_UNDECIDED) {
        m->reason = N_("the name of the computer is not known");
    } else if (address == AC_ANSWER_MATCH) {
        m->result = AC_NOTICE_MATCH;
        m->reason = N_("the address agrees, no computer name is given, and no other fact of the "
                       "notice contradicts");
    } else if (address == AC_ANSWER_UNDECIDED) {
        m->reason = N_("no computer name is given, and of the address it cannot be told");
    } else {
        m->reason = N_("the notice gives neither a computer name nor an address");
    }
}

static void forget(struct ac_notice_match *m)
{
    for (size_t i = 0; i < AC_CRITERIA; i++) {
        for (unsigned k = 0; k < m->criteria[i].reason.n; k++)
            free(m->criteria[i].reason.args[k]);
    }
    *m = (struct ac_notice_match){0};
}

/* How much agrees, for choosing between installations of the same result. */
static unsigned agreement(const struct ac_notice_match *m)
{
    static const unsigned weights[AC_CRITERIA] = {8, 4, 2, 1};
    unsigned sum = 0;

    for (size_t i = 0; i < AC_CRITERIA; i++) {
        if (m->criteria[i].answer == AC_ANSWER_MATCH)
            sum += 2 * weights[i];
        else if (m->criteria[i].answer == AC_ANSWER_MATCH_FORMER)
            sum += weights[i];
    }
    return sum;
}

static bool is_better(const struct ac_notice_match *a, const struct ac_notice_match *b)
{
    return !b->notice || a->result < b->result ||
           (a->result == b->result && agreement(a) > agreement(b));
}

static enum ac_rc ask(struct ac_question *q, struct ac_notice_match *best)
{
    struct ac_notice_match m = {
        .notice = q->notice, .evidence = q->machine->evidence, .system = q->machine->system};

    q->match = &m;
    ac_ask_name(q);
    ac_ask_address(q);
    ac_ask_time(q);
    ac_ask_user(q);
    decide(&m);
    if (q->rc == AC_OK && is_better(&m, best)) {
        forget(best);
        *best = m;
    } else {
        forget(&m);
    }
    return q->rc;
}

static void without_machine(const struct ac_notice *notice, struct ac_notice_match *m)
{
    *m = (struct ac_notice_match){.notice = notice,
                                  .result = AC_NOTICE_UNDECIDED,
                                  .reason = N_("no Windows installation was found"),
                                  .evidence = "",
                                  .system = ""};
    for (size_t i = 0; i < AC_CRITERIA; i++) {
        m->criteria[i].answer = AC_ANSWER_UNDECIDED;
        m->criteria[i].reason.msgid = m->reason;
    }
}

static enum ac_rc match_row(const struct ac_machines *machines, const struct ac_notice *notice,
                            struct ac_notice_match *ret)
{
    const char *zone = notice->fields[AC_NOTICE_ZONE];
    struct ac_question q = {.notice = notice,
                            .first = ac_notice_time_parse(notice->fields[AC_NOTICE_FIRST], zone),
                            .last = ac_notice_time_parse(notice->fields[AC_NOTICE_LAST], zone)};
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < machines->n; i++) {
        q.machine = &machines->items[i];
        rc = ask(&q, ret);
    }
    if (machines->n == 0)
        without_machine(notice, ret);
    return rc;
}

enum ac_rc ac_notices_match(const struct ac_assessment *a, const struct ac_notice_list *list,
                            struct ac_notice_matches *ret, struct ac_err *err)
{
    struct ac_machines machines;
    enum ac_rc rc = ac_machines_find(a, &machines);

    *ret = (struct ac_notice_matches){0};
    if (rc == AC_OK && list->n) {
        ret->items = ac_calloc(list->n, sizeof(*ret->items));
        rc = ret->items ? AC_OK : AC_NOMEM;
    }
    for (size_t i = 0; rc == AC_OK && i < list->n; i++)
        rc = match_row(&machines, &list->rows[i], &ret->items[ret->n++]);
    ac_machines_free(&machines);
    if (rc == AC_OK)
        return AC_OK;
    ac_notices_free(ret);
    return AC_FAIL(err, rc, AC_NO_OFFSET, "no memory for the notices");
}

void ac_notices_free(struct ac_notice_matches *m)
{
    for (size_t i = 0; i < m->n; i++)
        forget(&m->items[i]);
    ac_free(m->items);
    *m = (struct ac_notice_matches){0};
}

void ac_notice_list_free(struct ac_notice_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        for (size_t k = 0; k < AC_NOTICE_FIELDS; k++)
            ac_free(list->rows[i].fields[k]);
    }
    for (size_t i = 0; i < list->n_unused; i++)
        ac_free(list->unused[i]);
    ac_free(list->rows);
    ac_free(list->unused);
    ac_free(list->name);
    *list = (struct ac_notice_list){0};
}

/* ---- words */

const char *ac_notice_result_name(enum ac_notice_result r)
{
    static const char *const names[] = {"match", "cannot-be-decided", "contradicts"};

    return names[r];
}

const char *ac_notice_answer_name(enum ac_notice_answer a)
{
    static const char *const names[] = {"match",       "match-former",      "differs",
                                        "contradicts", "cannot-be-decided", "not-given",
                                        "not-known"};

    return names[a];
}

const char *ac_notice_criterion_name(enum ac_notice_criterion_id c)
{
    static const char *const names[] = {"computer-name", "address", "time", "user"};

    return names[c];
}
