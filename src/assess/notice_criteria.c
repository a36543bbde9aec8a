/* Computer name, address and user of a notice. */
#include "assess/notice_parts.h"
#include "base/text.h"

#include <string.h>

#define NETBIOS_NAME 15 /* characters of a computer name that NetBIOS has room for */
#define MOST_QUOTED 8   /* stored names or addresses that one sentence quotes */

/* The stored texts, each once, ", " between them. */
static void quote(struct ac_question *q, const struct ac_known_list *list, struct ac_buf *out)
{
    size_t n = 0;

    for (size_t i = 0; i < list->n && n <= MOST_QUOTED; i++) {
        bool said = false;

        for (size_t k = 0; k < i && !said; k++)
            said = ac_fold_eq(ac_str_of(list->items[k].text), ac_str_of(list->items[i].text));
        if (said)
            continue;
        if (n++ < MOST_QUOTED)
            ac_buf_addf(out, "%s%s", out->n ? ", " : "", list->items[i].text);
        else
            ac_buf_addz(out, " ...");
    }
    if (out->failed)
        q->rc = AC_NOMEM;
}

/* The same list as an answer: none of these is it. */
static void none_of(struct ac_question *q, enum ac_notice_criterion_id id,
                    enum ac_notice_answer what, const char *msgid, const struct ac_known_list *list)
{
    struct ac_buf stored = {0};
    struct ac_notice_criterion *c;

    if (list->capped) { /* none of those that were compared */
        what = AC_ANSWER_UNDECIDED;
        msgid =
            N_("more is stored than a notice is compared with; what was compared (%1$s) does not "
               "agree with it");
    }
    quote(q, list, &stored);
    c = ac_answer(q, id, what, msgid, (const char *[]){ac_buf_text(&stored)}, 1);
    for (size_t i = 0; i < list->n && c->n_records < AC_NOTICE_RECORDS; i++)
        ac_answer_show(c, list->items[i].record);
    ac_buf_free(&stored);
}

/* ---- computer name */

static struct ac_str first_label(const char *name)
{
    return (struct ac_str){name, strcspn(name, ".")};
}

/* The first 15 characters; *ret_whole: there are no more. */
static struct ac_str netbios(struct ac_str name, bool *ret_whole)
{
    size_t at = 0;

    for (unsigned n = 0; n < NETBIOS_NAME && at < name.n; n++)
        ac_utf8_next(name, &at);
    *ret_whole = at == name.n;
    return (struct ac_str){name.p, at};
}

static bool same_name(const char *noticed, const char *stored)
{
    struct ac_str a = first_label(noticed), b = first_label(stored), short_a, short_b;
    bool whole_a, whole_b;

    if (a.n == 0 || b.n == 0)
        return false;
    short_a = netbios(a, &whole_a);
    short_b = netbios(b, &whole_b);
    /* two long names must be the same in full; a short one may be the NetBIOS form of the other */
    return whole_a || whole_b ? ac_fold_eq(short_a, short_b) : ac_fold_eq(a, b);
}

static void match_names(struct ac_question *q, bool former, struct ac_notice_criterion **ret)
{
    const struct ac_known_list *list = &q->machine->names;
    const char *noticed = q->notice->fields[AC_NOTICE_NAME];

    for (size_t i = 0; i < list->n; i++) {
        const struct ac_known *k = &list->items[i];

        if (k->former != former || !same_name(noticed, k->text))
            continue;
        if (!*ret)
            *ret =
                ac_answer(q, AC_CRITERION_NAME, former ? AC_ANSWER_MATCH_FORMER : AC_ANSWER_MATCH,
                          former ? N_("a former computer name, or one of another control set, of a "
                                      "backup or of an event log (%1$s), agrees with that of the "
                                      "notice")
                                 : N_("the stored computer name %1$s agrees with that of the "
                                      "notice"),
                          &k->text, 1);
        ac_answer_show(*ret, k->record);
    }
}

void ac_ask_name(struct ac_question *q)
{
    struct ac_notice_criterion *c = NULL;

    if (q->notice->fields[AC_NOTICE_NAME][0] == '\0') {
        ac_answer_not_given(q, AC_CRITERION_NAME);
        return;
    }
    match_names(q, false, &c);
    if (!c)
        match_names(q, true, &c);
    if (c)
        return;
    if (q->machine->names.n == 0)
        ac_answer(q, AC_CRITERION_NAME, AC_ANSWER_NOT_KNOWN,
                  N_("what was read stores no computer name"), NULL, 0);
    else
        none_of(q, AC_CRITERION_NAME, AC_ANSWER_DIFFERS,
                N_("no stored computer name (%1$s) agrees with that of the notice"),
                &q->machine->names);
}

/* ---- address */

static bool all_private(const struct ac_known_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        if (!ac_ip_is_private(&list->items[i].ip))
            return false;
    }
    return true;
}

static void address_undecided(struct ac_question *q, const struct ac_ip *ip)
{
    const struct ac_known_list *list = &q->machine->addresses;

    if (list->n == 0)
        ac_answer(q, AC_CRITERION_ADDRESS, AC_ANSWER_UNDECIDED,
                  N_("what was read stores no address of the computer"), NULL, 0);
    else if (!ac_ip_is_private(ip) && all_private(list))
        none_of(q, AC_CRITERION_ADDRESS, AC_ANSWER_UNDECIDED,
                N_("the address of the notice is a public one and all stored ones (%1$s) are "
                   "private: from outside, only the address of the router in between is seen"),
                list);
    else
        none_of(q, AC_CRITERION_ADDRESS, AC_ANSWER_UNDECIDED,
                N_("no stored address (%1$s) is that of the notice, but Windows keeps only fixed "
                   "addresses and the last lease of each network"),
                list);
}

void ac_ask_address(struct ac_question *q)
{
    const struct ac_known_list *list = &q->machine->addresses;
    const char *text = q->notice->fields[AC_NOTICE_IP];
    struct ac_notice_criterion *c = NULL;
    struct ac_ip ip;

    if (text[0] == '\0') {
        ac_answer_not_given(q, AC_CRITERION_ADDRESS);
        return;
    }
    if (!ac_ip_parse(text, &ip)) {
        ac_answer(q, AC_CRITERION_ADDRESS, AC_ANSWER_UNDECIDED,
                  N_("what the notice gives is no IP address: %1$s"), &text, 1);
        return;
    }
    for (size_t i = 0; i < list->n; i++) {
        const struct ac_known *k = &list->items[i];

        if (!ac_ip_equal(&ip, &k->ip))
            continue;
        if (!c)
            c = ac_answer(q, AC_CRITERION_ADDRESS, AC_ANSWER_MATCH,
                          ac_ip_is_private(&ip)
                              ? N_("the stored address %1$s is that of the notice; it is a private "
                                   "one, which many networks use")
                              : N_("the stored address %1$s is that of the notice"),
                          &k->text, 1);
        ac_answer_show(c, k->record);
    }
    if (!c)
        address_undecided(q, &ip);
}

/* ---- user */

/* DOMAIN\user, user@domain */
static struct ac_str bare_user(const char *text)
{
    const char *backslash = strrchr(text, '\\');

    text = backslash ? backslash + 1 : text;
    return (struct ac_str){text, strcspn(text, "@")};
}

void ac_ask_user(struct ac_question *q)
{
    const struct ac_known_list *list = &q->machine->users;
    struct ac_str noticed = bare_user(q->notice->fields[AC_NOTICE_USER]);
    struct ac_notice_criterion *c = NULL;

    if (q->notice->fields[AC_NOTICE_USER][0] == '\0') {
        ac_answer_not_given(q, AC_CRITERION_USER);
        return;
    }
    for (size_t i = 0; i < list->n; i++) {
        const struct ac_known *k = &list->items[i];

        if (!ac_fold_eq(noticed, ac_str_of(k->text)))
            continue;
        if (!c)
            c = ac_answer(q, AC_CRITERION_USER, AC_ANSWER_MATCH,
                          N_("an account or profile of that name is stored: %1$s"), &k->text, 1);
        ac_answer_show(c, k->record);
    }
    if (c)
        return;
    if (list->n == 0)
        ac_answer(q, AC_CRITERION_USER, AC_ANSWER_NOT_KNOWN, N_("what was read stores no account"),
                  NULL, 0);
    else
        none_of(q, AC_CRITERION_USER, AC_ANSWER_DIFFERS,
                N_("no stored account or profile (%1$s) has that name"), list);
}
