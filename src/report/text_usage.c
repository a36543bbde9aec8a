/* R5: what programs sent and received, as SRUM counted it, from the first trace of the findings on. */
#include "report/text_parts.h"

#include "assess/first_trace.h"
#include "base/alloc.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_TOLD 20

struct user_of_network {            /* a program under an account */
    const struct ac_record *record; /* the first one */
    int64_t sent, received;
    struct ac_filetime from, to;
};

struct usage {
    struct user_of_network *items; /* Owned */
    size_t n, cap;
    struct ac_set seen; /* program and account, to the index in items */
};

static int64_t sum(int64_t a, int64_t b)
{
    int64_t s;

    return __builtin_add_overflow(a, b, &s) ? INT64_MAX : s;
}

static bool add(struct usage *u, const struct ac_record *r)
{
    struct ac_buf key = {0};
    struct user_of_network *x;
    uint64_t at = u->n;
    bool ok;

    ac_buf_addf(&key, "%s\n%s", ac_record_get(r, "program"), ac_record_get(r, "user"));
    ok = !key.failed;
    if (ok && !ac_set_get(&u->seen, ac_buf_str(&key), &at)) {
        ok = ac_grow((void **)&u->items, &u->cap, u->n + 1, sizeof(*u->items)) == 0 &&
             ac_set_put(&u->seen, ac_buf_str(&key), u->n) == AC_OK;
        if (ok)
            u->items[u->n++] = (struct user_of_network){.record = r,
                                                        .from = ac_record_get_time(r, "from"),
                                                        .to = ac_record_get_time(r, "to")};
    }
    ac_buf_free(&key);
    if (!ok)
        return false;
    x = &u->items[at];
    x->sent = sum(x->sent, ac_record_get_int(r, "bytes_sent"));
    x->received = sum(x->received, ac_record_get_int(r, "bytes_received"));
    if (ac_record_get_time(r, "from").ticks < x->from.ticks)
        x->from = ac_record_get_time(r, "from");
    if (ac_record_get_time(r, "to").ticks > x->to.ticks)
        x->to = ac_record_get_time(r, "to");
    return true;
}

static bool is_usage(const struct ac_record *r)
{
    return ac_record_kind(r) == AC_KIND_USAGE &&
           strcmp(ac_record_get(r, "artefact"), "network-usage") == 0;
}

static int by_sent(const void *a, const void *b)
{
    const struct user_of_network *x = a, *y = b;

    if (x->sent != y->sent)
        return x->sent < y->sent ? 1 : -1;
    return strcmp(ac_record_id(x->record), ac_record_id(y->record));
}

static void tell(struct ac_text *t, const struct user_of_network *x)
{
    struct ac_doc *d = &t->doc;
    struct ac_buf from = {0}, to = {0};
    char sent[24], received[24];

    snprintf(sent, sizeof(sent), "%" PRId64, x->sent);
    snprintf(received, sizeof(received), "%" PRId64, x->received);
    ac_doc_say(d, 1,
               N_("%1$s, account %2$s: bytes sent: %3$s, received: %4$s; from %5$s to %6$s; first "
                  "record %7$s"),
               ac_record_get(x->record, "program"), ac_record_get(x->record, "user"), sent,
               received, ac_text_time(t, x->from, &from), ac_text_time(t, x->to, &to),
               ac_record_id(x->record), NULL);
    ac_doc_release(d, &from);
    ac_doc_release(d, &to);
}

static void tell_all(struct ac_text *t, const struct ac_first_trace *first, struct usage *u)
{
    struct ac_doc *d = &t->doc;
    struct ac_buf since = {0};
    char number[AC_DOC_NUMBER];

    qsort(u->items, u->n, sizeof(*u->items), by_sent);
    ac_doc_heading(d, 1, N_("Network usage from the first trace on (no rule, no weight)"), NULL);
    ac_doc_say(d, 0, ac_text_proof("network-usage"), NULL);
    ac_doc_say(d, 0,
               N_("The first dated trace of the findings on this installation is record %1$s, "
                  "%2$s. Programs, those that sent most first:"),
               ac_record_id(first->record), ac_text_time(t, first->time, &since), NULL);
    ac_doc_release(d, &since);
    for (size_t i = 0; i < u->n && i < MOST_TOLD; i++)
        tell(t, &u->items[i]);
    if (u->n > MOST_TOLD)
        ac_doc_say(d, 0, N_("%1$s more of them stand in records.jsonl."),
                   ac_doc_number(number, u->n - MOST_TOLD), NULL);
}

static void of_system(struct ac_text *t, const struct ac_text_system *s)
{
    struct ac_first_trace first = {.record = NULL};
    struct usage u = {.n = 0};
    bool asked = false, ok = true;

    for (size_t i = 0; ok && i < t->a->n_records; i++) {
        const struct ac_record *r = t->a->records[i];

        if (!is_usage(r) || !ac_text_is_of(r, s))
            continue;
        if (!asked)
            first = ac_first_trace(t->a, r, NULL);
        asked = true;
        if (first.record && ac_record_get_time(r, "to").ticks >= first.time.ticks)
            ok = add(&u, r);
    }
    if (!ok)
        t->doc.failed = true;
    else if (u.n)
        tell_all(t, &first, &u);
    ac_set_free(&u.seen);
    ac_free(u.items);
}

void ac_text_usage(struct ac_text *t)
{
    for (size_t i = 0; i < t->n_systems; i++)
        of_system(t, &t->systems[i]);
}
