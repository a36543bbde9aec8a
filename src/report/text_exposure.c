/* R6: what stored credentials could be read, and which passwords to change, by user and urgency. */
#include "report/text_parts.h"

#include "assess/exposure.h"

#include <string.h>

#define MOST_RECORDS 5    /* ids named of one item */
#define MOST_ORIGINS 1000 /* sites named of one item, when they were asked for */

struct word {
    const char *word, *msgid;
};

static const struct word contents[] = {
    {"passwords", N_("stored passwords")},
    {"accounts", N_("accounts")},
    {"cookies", N_("cookies (whoever has one may use the session without a password)")},
    {"cards", N_("payment cards")},
    {"form-entries", N_("entries of forms")},
    {"mail-bodies", N_("stored mail, with addresses of others")},
    {"network-keys", N_("keys of wireless networks")},
    {"connections", N_("connections to other computers")},
    {"key", N_("key that protects other entries")},
};
static const struct word protections[] = {
    {"dpapi", N_("Windows protection of the user (DPAPI)")},
    {"app-bound", N_("key bound to the program (app-bound)")},
    {"primary-password-unknown", N_("primary password: not known whether one was set")},
    {"master-password", N_("master password")},
    {"master-key-file", N_("key in a file beside it")},
    {"passphrase", N_("passphrase")},
    {"obfuscated", N_("obfuscated only")},
    {"plain", N_("none, readable as it is")},
    {"unknown", N_("not known")},
};
static const char *const urgencies[] = {
    [AC_URGENT_MAIL] = N_("1 mail"),
    [AC_URGENT_BROWSER] = N_("2 browser"),
    [AC_URGENT_ACCESS] = N_("3 remote access, VPN, file transfer"),
    [AC_URGENT_MANAGER] = N_("4 password manager"),
    [AC_URGENT_REST] = N_("5 Windows and the rest"),
};

static const char *say(const struct ac_text *t, const struct word *words, size_t n,
                       const char *word)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(words[i].word, word) == 0)
            return ac_doc_word(&t->doc, words[i].msgid);
    }
    return word;
}
#define SAY(t, words, word) say(t, words, sizeof(words) / sizeof(words[0]), word)

static const char *count(const struct ac_text *t, bool known, int64_t n, char buf[AC_DOC_NUMBER])
{
    return known ? ac_doc_number(buf, (uint64_t)n) : ac_doc_word(&t->doc, N_("not known"));
}

/* ---- one item */

static const char *ids(const struct ac_exposed *x, struct ac_buf *out)
{
    for (size_t i = 0; i < x->n_records && i < MOST_RECORDS; i++)
        ac_buf_addf(out, "%s%s", i ? ", " : "", ac_record_id(x->records[i]));
    if (x->n_records > MOST_RECORDS)
        ac_buf_addz(out, " ...");
    return ac_buf_text(out);
}

static void headline(struct ac_text *t, const struct ac_exposed *x)
{
    struct ac_doc *d = &t->doc;
    struct ac_buf words = {0}, records = {0};
    char n1[AC_DOC_NUMBER], n2[AC_DOC_NUMBER];
    const char *content = SAY(t, contents, x->content);

    for (size_t i = 0; i < x->n_protection; i++)
        ac_buf_addf(&words, "%s%s", i ? ", " : "", SAY(t, protections, x->protection[i]));
    ids(x, &records);
    if (ac_exposed_is_to_change(x))
        ac_doc_say(d, 0,
                   N_("[%1$s] %2$s: %3$s; entries with a stored secret: %4$s; entries in all: "
                      "%5$s; protection: %6$s; records %7$s"),
                   ac_doc_word(d, urgencies[x->urgency]), x->program, content,
                   count(t, x->saved_known, x->saved, n1),
                   count(t, x->accounts_known, x->accounts, n2),
                   words.n ? ac_buf_text(&words) : ac_doc_word(d, N_("not known")),
                   ac_buf_text(&records), NULL);
    else
        ac_doc_say(d, 0,
                   N_("[%1$s] %2$s: %3$s; entries: %4$s; bytes: %5$s; protection: %6$s; records "
                      "%7$s"),
                   ac_doc_word(d, urgencies[x->urgency]), x->program, content,
                   x->accounts_known ? ac_doc_number(n1, (uint64_t)x->accounts) : "-",
                   x->size ? ac_doc_number(n2, (uint64_t)x->size) : "-",
                   words.n ? ac_buf_text(&words) : "-", ac_buf_text(&records), NULL);
    ac_doc_release(d, &words);
    ac_doc_release(d, &records);
}

/* Times that are not known are left out of the line. Programs store them in units of their own. */
static void add_time(struct ac_text *t, struct ac_buf *out, const char *label,
                     struct ac_filetime time)
{
    char text[AC_TIME_TEXT];

    if (time.ticks)
        ac_buf_addf(out, "%s%s: %s", out->n ? "; " : "", ac_doc_word(&t->doc, label),
                    ac_time_print(time, text));
}

static void times(struct ac_text *t, const struct ac_exposed *x)
{
    struct ac_buf text = {0};

    add_time(t, &text, N_("first entry"), x->first_created);
    add_time(t, &text, N_("newest entry"), x->last_created);
    add_time(t, &text, N_("last used"), x->last_used);
    add_time(t, &text, N_("last change of a password"), x->last_changed);
    add_time(t, &text, N_("file last written"), x->modified);
    if (text.n)
        ac_doc_row(&t->doc, 2, N_("Times as stored"), ac_buf_text(&text));
    ac_doc_release(&t->doc, &text);
}

static void against_first_sign(struct ac_text *t, const struct ac_exposure *e,
                               const struct ac_exposed *x)
{
    struct ac_doc *d = &t->doc;

    if (e->first.time.ticks == 0 || x->first_created.ticks == 0)
        return;
    if (x->last_created.ticks < e->first.time.ticks)
        ac_doc_say(d, 2, N_("All entries were stored before the first sign."), NULL);
    else if (x->first_created.ticks >= e->first.time.ticks)
        ac_doc_say(d, 2,
                   N_("All entries were stored after the first sign; whether something was still "
                      "running then is not said by that."),
                   NULL);
    else
        ac_doc_say(d, 2, N_("Entries were stored before and after the first sign."), NULL);
    if (x->last_changed.ticks >= e->first.time.ticks)
        ac_doc_say(
            d, 2,
            N_("At least one password was changed after the first sign; it has to be changed "
               "again unless nothing was running any more by then."),
            NULL);
}

static void unreadable(struct ac_text *t, const struct ac_exposed *x)
{
    for (size_t i = 0; i < x->n_records && x->unreadable; i++) {
        const struct ac_record *r = x->records[i];
        struct ac_buf reason = {0};

        if (!ac_record_get(r, "unreadable")[0])
            continue;
        ac_text_foreign(t, ac_record_get(r, "unreadable"), &reason);
        ac_doc_say(&t->doc, 2,
                   ac_record_get_json(r, "saved") || ac_record_get_json(r, "accounts")
                       ? N_("Read only in part: %1$s: %2$s.")
                       : N_("Not examined, or only in part, because %1$s: %2$s. The number is not "
                            "known and may be any."),
                   ac_record_get(r, "store"), ac_buf_text(&reason), NULL);
        ac_doc_release(&t->doc, &reason);
    }
}

static void origins(struct ac_text *t, const struct ac_exposed *x)
{
    size_t n = 0;

    for (size_t i = 0; i < x->n_records; i++) {
        const json_t *list = ac_record_get_json(x->records[i], "origins");

        for (size_t k = 0; k < json_array_size(list) && n < MOST_ORIGINS; k++, n++) {
            const json_t *o = json_array_get(list, k);

            ac_doc_say(&t->doc, 4, N_("%1$s, account: %2$s"), ac_text_of(o, "origin"),
                       ac_text_of(o, "account")[0] ? ac_text_of(o, "account") : "-", NULL);
        }
    }
}

/* ---- all of it */

static void first_sign(struct ac_text *t, const struct ac_exposure *e)
{
    struct ac_doc *d = &t->doc;
    struct ac_buf time = {0};

    if (!e->any_finding)
        ac_doc_say(d, 0,
                   N_("There is no finding above \"listed\" that tells of malware: the list shows "
                      "what would be concerned if there had been any."),
                   NULL);
    else if (e->first.time.ticks == 0)
        ac_doc_say(d, 0,
                   N_("The records of the findings have no time: everything in the list is to be "
                      "taken as stored before or during the infection."),
                   NULL);
    else
        ac_doc_say(d, 0,
                   N_("First sign: the earliest time in the records of findings above \"listed\" "
                      "is %1$s (finding %2$s, record %3$s). It may have begun earlier; times can "
                      "be set."),
                   ac_text_time(t, e->first.time, &time), e->first.finding->id,
                   ac_record_id(e->first.record), NULL);
    ac_doc_release(d, &time);
}

/* What the words mean that occur. */
static void meanings(struct ac_text *t, const struct ac_exposure *e)
{
    static const struct word lines[] = {
        {"dpapi", N_("DPAPI: every program that runs as the user can have Windows decrypt it. "
                     "Against such programs it protects nothing.")},
        {"app-bound", N_("App-bound: programs of the user need further steps or rights; that such "
                         "steps were taken is not recorded either.")},
        {"primary-password-unknown",
         N_("Primary password: without one, programs of the user can read the entries; whether one "
            "was set was not tried.")},
        {"obfuscated", N_("Obfuscated: the way back is public; to be taken as readable.")},
    };

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        bool occurs = false;

        for (size_t k = 0; k < e->n && !occurs; k++) {
            for (size_t w = 0; w < e->items[k].n_protection; w++)
                occurs |= strcmp(e->items[k].protection[w], lines[i].word) == 0;
        }
        if (occurs)
            ac_doc_say(&t->doc, 0, lines[i].msgid, NULL);
    }
}

static bool same_user(const struct ac_exposed *x, const struct ac_exposed *y)
{
    return strcmp(x->evidence, y->evidence) == 0 && strcmp(x->system, y->system) == 0 &&
           strcmp(x->user, y->user) == 0;
}

static void items(struct ac_text *t, const struct ac_exposure *e)
{
    struct ac_doc *d = &t->doc;

    for (size_t i = 0; i < e->n; i++) {
        const struct ac_exposed *x = &e->items[i];

        if (i == 0 || !same_user(x, x - 1))
            ac_doc_heading(d, 2, N_("%1$s, installation \"%2$s\", user: %3$s"), x->evidence,
                           ac_text_word(t, x->system),
                           x->user[0] ? x->user : ac_doc_word(d, N_("the machine")), NULL);
        headline(t, x);
        times(t, x);
        against_first_sign(t, e, x);
        unreadable(t, x);
        origins(t, x);
    }
}

static void limits(struct ac_text *t)
{
    struct ac_doc *d = &t->doc;
    bool collected = false;

    for (size_t i = 0; i < t->n_items; i++)
        collected |= t->items[i].integrity == NULL;
    if (collected)
        ac_doc_say(d, 0,
                   N_("Evidence that is no disk image holds only what was collected: stores that "
                      "were not collected are not seen here."),
                   NULL);
    ac_doc_say(d, 0,
               N_("Not looked for: credentials in the secrets of Windows (SECURITY, SAM), in "
                  "programs that are not named here, in documents, and what was typed while "
                  "something was listening."),
               NULL);
}

static void body(struct ac_text *t, const struct ac_exposure *e)
{
    struct ac_doc *d = &t->doc;

    ac_doc_say(d, 0,
               N_("What stands in these stores could be read by anyone who ran programs as this "
                  "user; it is not recorded whether it was. Entries were counted, nothing was "
                  "decrypted."),
               NULL);
    first_sign(t, e);
    if (e->n == 0) {
        ac_doc_say(d, 0,
                   N_("No store of credentials was seen in the places that were searched (R7)."),
                   NULL);
        limits(t);
        return;
    }
    ac_doc_say(
        d, 0,
        N_("Passwords are changed from another, trusted device, in the order of the numbers: "
           "mail first, because other passwords can be reset through it. Then sessions are "
           "ended (\"sign out everywhere\"): a cookie outlives a change of password."),
        NULL);
    if (e->domain)
        ac_doc_say(d, 0,
                   N_("The machine belongs to the domain %1$s (record %2$s), and a family that "
                      "takes domain passwords was found: passwords of domain accounts that logged "
                      "on here are concerned too."),
                   ac_record_get(e->domain, "domain"), ac_record_id(e->domain), NULL);
    items(t, e);
    meanings(t, e);
    limits(t);
}

void ac_text_exposure(struct ac_text *t)
{
    struct ac_exposure e;

    if (ac_exposure_make(t->a, &e) != AC_OK) {
        t->doc.failed = true;
        return;
    }
    ac_doc_heading(&t->doc, 1, N_("What was exposed, and which passwords to change"), NULL);
    if (e.searched || e.n)
        body(t, &e);
    else
        ac_doc_say(&t->doc, 0,
                   N_("Stores of credentials were not looked for in this evidence: Not examined."),
                   NULL);
    ac_exposure_free(&e);
}

/* One line in R0. */
void ac_text_exposure_summary(struct ac_text *t)
{
    struct ac_exposure e;
    char n1[AC_DOC_NUMBER], n2[AC_DOC_NUMBER];
    uint64_t stores = 0, unknown = 0;

    if (ac_exposure_make(t->a, &e) != AC_OK) {
        t->doc.failed = true;
        return;
    }
    for (size_t i = 0; i < e.n; i++) {
        stores += ac_exposed_is_to_change(&e.items[i]);
        unknown += ac_exposed_is_to_change(&e.items[i]) && !e.items[i].saved_known;
    }
    if (stores)
        ac_doc_say(&t->doc, 0,
                   N_("Programs with stored credentials: %1$s (of these, with an unknown number of "
                      "entries: %2$s). Which passwords to change, and in what order: end of R6."),
                   ac_doc_number(n1, stores), ac_doc_number(n2, unknown), NULL);
    ac_exposure_free(&e);
}
