#include "report/next_steps.h"

#include "assess/exposure.h"
#include "base/text.h"
#include "report/text_layout.h"
#include "report/text_wrap.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define COLUMNS 78
#define MOST_COMPUTERS 4
#define MOST_USERS 6
#define MOST_PROGRAMS 400 /* bytes of one user's list: names of programs are ours, in ASCII */

struct page {
    const struct ac_report_input *in;
    const struct ac_assessment *a;
    struct ac_doc words; /* only for its language */
    struct ac_buf *out;
    unsigned step;
};

/* ---- lines */

static void wrap(struct page *p, const char *lead, unsigned hang, const struct ac_buf *text)
{
    struct ac_str s = ac_buf_str(text);
    size_t at = 0, next;

    do {
        unsigned left = at == 0 ? (unsigned)ac_text_width(ac_str_of(lead)) : hang;
        size_t n = ac_wrap_fit(s, at, COLUMNS - left, &next);

        ac_buf_addf(p->out, "%*s", at == 0 ? 0 : (int)hang, "");
        ac_buf_addz(p->out, at == 0 ? lead : "");
        ac_buf_add(p->out, s.p + at, n);
        ac_buf_addc(p->out, '\n');
        at = next;
    } while (at < s.n);
    p->out->failed |= text->failed;
}

/* One paragraph; arguments (NULL-terminated) take the places %1$s ... and are made safe. */
static void say(struct page *p, const char *lead, unsigned hang, const char *msgid, va_list ap)
{
    struct ac_sentence s = {.msgid = msgid};
    struct ac_buf text = {0};
    char *arg;

    while (s.n < AC_SENTENCE_ARGS && (arg = va_arg(ap, char *)) != NULL)
        s.args[s.n++] = arg;
    ac_sentence_print(&s, ac_doc_word(&p->words, msgid), &text);
    wrap(p, lead, hang, &text);
    ac_buf_free(&text);
}

static void paragraph(struct page *p, const char *msgid, ...) __attribute__((sentinel));
static void paragraph(struct page *p, const char *msgid, ...)
{
    va_list ap;

    va_start(ap, msgid);
    say(p, "", 0, msgid, ap);
    va_end(ap);
}

static void point(struct page *p, const char *msgid, ...) __attribute__((sentinel));
static void point(struct page *p, const char *msgid, ...)
{
    va_list ap;

    va_start(ap, msgid);
    say(p, "  - ", 4, msgid, ap);
    va_end(ap);
}

/* A point below a step. */
static void part_of_step(struct page *p, const char *msgid, ...) __attribute__((sentinel));
static void part_of_step(struct page *p, const char *msgid, ...)
{
    va_list ap;

    va_start(ap, msgid);
    say(p, "      - ", 8, msgid, ap);
    va_end(ap);
}

static void step(struct page *p, const char *msgid, ...) __attribute__((sentinel));
static void step(struct page *p, const char *msgid, ...)
{
    char lead[AC_DOC_NUMBER + 4];
    va_list ap;

    snprintf(lead, sizeof(lead), "%2u. ", ++p->step);
    va_start(ap, msgid);
    say(p, lead, 4, msgid, ap);
    va_end(ap);
}

static void heading(struct page *p, const char *msgid)
{
    const char *text = ac_doc_word(&p->words, msgid);
    size_t width = ac_text_width(ac_str_of(text));

    ac_buf_addf(p->out, "\n%s\n", text);
    for (size_t i = 0; i < width; i++)
        ac_buf_addc(p->out, '-');
    ac_buf_addc(p->out, '\n');
}

/* ---- what was found */

static const struct {
    const char *family, *name, *does;
} families[] = {
    {"emotet", N_("Emotet"),
     N_("takes mail, address books and stored passwords, and lets other programs in")},
    {"ursnif", N_("Ursnif (Gozi)"), N_("takes what is typed into online banking, and passwords")},
    {"trickbot", N_("TrickBot"),
     N_("takes passwords of browsers and banks, and has opened the way for ransomware")},
    {"qakbot", N_("Qakbot (Qbot)"),
     N_("takes mail and passwords, and has opened the way for ransomware")},
    {"zloader", N_("Zloader"), N_("takes what is typed into online banking, and passwords")},
};

static const struct ac_conclusion *conclusion_of(const struct page *p, const char *family)
{
    for (size_t i = 0; i < p->a->n_conclusions; i++) {
        if (strcmp(p->a->conclusions[i].family, family) == 0)
            return &p->a->conclusions[i];
    }
    return NULL;
}

static bool is_found(const struct ac_conclusion *c)
{
    return c && c->scale >= AC_S1 && c->scale <= AC_S4;
}

static const char *sign_of(enum ac_scale s)
{
    switch (s) {
    case AC_S4:
        return N_("very strong signs");
    case AC_S3:
        return N_("strong signs");
    case AC_S2:
        return N_("signs");
    case AC_S1:
        return N_("weak signs");
    default:
        return "";
    }
}

/* Findings that carry weight and belong to none of the five: of security software, of a responder's rules and
 * lists. What defenders and exercises left is no sign of anything else. */
static size_t others(const struct page *p)
{
    size_t n = 0;

    for (size_t i = 0; i < p->a->n_findings; i++) {
        const struct ac_finding *f = p->a->findings[i];
        bool is_other = f->strength > AC_LISTED && strcmp(f->rule->family, "vaccine") != 0 &&
                        strcmp(f->rule->family, "emulation") != 0;

        for (size_t k = 0; k < sizeof(families) / sizeof(families[0]); k++)
            is_other &= strcmp(f->rule->family, families[k].family) != 0;
        n += is_other;
    }
    return n;
}

static bool tell_others(struct page *p)
{
    char n[AC_DOC_NUMBER];
    size_t count = others(p);

    if (count)
        point(
            p,
            N_("Other signs of harmful programs, or of what was done against them: %1$s. What they "
               "are stands in R5 of the report; have it explained to you."),
            ac_doc_number(n, count), NULL);
    return count > 0;
}

static bool tell_families(struct page *p)
{
    bool any = false;

    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        const struct ac_conclusion *c = conclusion_of(p, families[i].family);
        const char *name = ac_doc_word(&p->words, families[i].name);

        if (is_found(c))
            point(p, N_("%1$s: %2$s of it are on the disk. This program %3$s."), name,
                  ac_doc_word(&p->words, sign_of(c->scale)),
                  ac_doc_word(&p->words, families[i].does), NULL);
        else if (c && c->scale == AC_S0)
            point(p, N_("%1$s: nothing was found."), name, NULL);
        else
            point(p, N_("%1$s: cannot be said, because not everything could be read."), name, NULL);
        any |= is_found(c);
    }
    any |= tell_others(p);
    return any;
}

static const char *text_of_system(const struct ac_assessment *a, const char *field, size_t *at)
{
    for (; *at < a->n_records; ++*at) {
        const struct ac_record *r = a->records[*at];

        if (ac_record_kind(r) == AC_KIND_SYSTEM && ac_record_get(r, field)[0] &&
            strcmp(ac_record_prov(r, "state"), "live") == 0)
            return ac_record_get(a->records[(*at)++], field);
    }
    return NULL;
}

static void tell_computers(struct page *p)
{
    size_t at = 0;
    const char *name;

    for (unsigned i = 0; i < MOST_COMPUTERS && (name = text_of_system(p->a, "computer_name", &at));
         i++)
        paragraph(p, N_("Computer: %1$s"), name, NULL);
}

static void tell_notices(struct page *p)
{
    bool match = false;

    if (!p->in->matches)
        return;
    for (size_t i = 0; i < p->in->matches->n; i++)
        match |= p->in->matches->items[i].result == AC_NOTICE_MATCH;
    paragraph(p,
              match
                  ? N_("The notice that you received speaks of this computer: name and other facts "
                       "agree.")
                  : N_("Whether the notice that you received speaks of this computer could not be "
                       "shown; another computer in the same place may be meant. See R3 of the "
                       "report."),
              NULL);
}

/* ---- what to do */

static bool takes_bank(const struct page *p)
{
    return is_found(conclusion_of(p, "ursnif")) || is_found(conclusion_of(p, "trickbot")) ||
           is_found(conclusion_of(p, "qakbot")) || is_found(conclusion_of(p, "zloader"));
}

/* What one program of one user had stored, of all kinds together; false: nothing that is to change. */
static bool stored_by(const struct ac_exposure *e, const char *user, const char *program,
                      int64_t *ret_known, bool *ret_unknown)
{
    *ret_known = 0;
    *ret_unknown = false;
    for (size_t i = 0; i < e->n; i++) {
        const struct ac_exposed *x = &e->items[i];

        if (strcmp(x->user, user) != 0 || strcmp(x->program, program) != 0 ||
            !ac_exposed_is_to_change(x))
            continue;
        if (x->saved_known && x->saved >= 0 && x->saved <= INT64_MAX - *ret_known)
            *ret_known += x->saved;
        else
            *ret_unknown = true;
    }
    return *ret_known > 0 || *ret_unknown;
}

static bool is_first_of_program(const struct ac_exposure *e, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (strcmp(e->items[i].user, e->items[at].user) == 0 &&
            strcmp(e->items[i].program, e->items[at].program) == 0)
            return false;
    }
    return true;
}

/* "Microsoft Outlook (1), Google Chrome (2 + ?)": what one user's programs had stored. */
static void programs_of(const struct ac_exposure *e, const char *user, struct ac_buf *out)
{
    for (size_t i = 0; i < e->n; i++) {
        const struct ac_exposed *x = &e->items[i];
        int64_t known;
        bool unknown;

        if (strcmp(x->user, user) != 0 || !is_first_of_program(e, i) ||
            !stored_by(e, user, x->program, &known, &unknown))
            continue;
        ac_buf_addf(out, "%s%s (", out->n ? ", " : "", x->program);
        if (known)
            ac_buf_addf(out, "%" PRId64, known);
        ac_buf_addf(out, "%s%s)", known && unknown ? " + " : "", unknown ? "?" : "");
    }
}

static bool is_first_of_user(const struct ac_exposure *e, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (strcmp(e->items[i].user, e->items[at].user) == 0)
            return false;
    }
    return true;
}

/* What was stored here, user by user: the longest lists are cut, the report has them whole. */
static void stored(struct page *p)
{
    struct ac_exposure e;
    unsigned users = 0;

    if (ac_exposure_make(p->a, &e) != AC_OK) {
        p->out->failed = true;
        return;
    }
    for (size_t i = 0; i < e.n && users < MOST_USERS; i++) {
        struct ac_buf programs = {0};

        if (is_first_of_user(&e, i))
            programs_of(&e, e.items[i].user, &programs);
        if (programs.n > MOST_PROGRAMS) {
            programs.n = MOST_PROGRAMS;
            ac_buf_addz(&programs, " ...");
        }
        if (programs.n && users++ == 0)
            step(p,
                 N_("These programs on this computer had passwords or open sessions stored (how "
                    "many; ?: not known):"),
                 NULL);
        if (programs.n)
            part_of_step(p, N_("%1$s: %2$s"),
                         e.items[i].user[0] ? e.items[i].user
                                            : ac_doc_word(&p->words, N_("all users")),
                         ac_buf_text(&programs), NULL);
        p->out->failed |= programs.failed;
        ac_buf_free(&programs);
    }
    ac_exposure_free(&e);
}

static void passwords(struct page *p)
{
    step(p,
         N_("On another computer or a telephone, change the passwords that were used on this "
            "computer, in this order:"),
         NULL);
    part_of_step(p, N_("your mail: with it, all other passwords can be set anew"), NULL);
    part_of_step(p, N_("all that the browser had stored: banks, shops, cloud, social networks"),
                 NULL);
    part_of_step(p, N_("the network of your company or school, remote access, servers"), NULL);
    part_of_step(p, N_("this computer's own accounts, and the wireless network"), NULL);
    stored(p);
    step(p,
         N_("Where a service offers it, sign out everywhere and switch on the second step of "
            "signing in (a code on your telephone)."),
         NULL);
}

static void when_found(struct page *p)
{
    step(p,
         N_("Leave this computer switched off and its disk as it is. Do not delete files, do not "
            "run a virus scanner, do not install Windows anew until the person who examines it "
            "says so: the disk is evidence."),
         NULL);
    passwords(p);
    if (takes_bank(p))
        step(
            p,
            N_("Call your bank, ask for a look at the last payments, and have the access to online "
               "banking set anew."),
            NULL);
    step(p,
         N_("Tell the people in charge of computers where you work, and the people in your address "
            "book: mail in your name may not be from you, and its attachments must not be opened."),
         NULL);
    step(p,
         N_("Report it to the police (the desk for cybercrime of your prefecture or town), and, if "
            "your company has one, to the office that handles such incidents or to the national "
            "CERT (in Japan: JPCERT/CC)."),
         NULL);
    step(
        p,
        N_("Have the other computers in the same network looked at: these programs spread, and one "
           "brings in the next."),
        NULL);
    step(p,
         N_("When the disk has been released: have Windows installed anew on an empty disk, and "
            "bring back documents only, no programs."),
         NULL);
}

static void when_not_found(struct page *p)
{
    step(p,
         N_("Keep the computer and its disk as they are until the person who examines it says that "
            "nothing more is needed."),
         NULL);
    step(p,
         N_("If you received a notice, or if mail in your name was sent that is not from you: "
            "change "
            "the password of your mail on another computer, and have the other computers in the "
            "same network looked at."),
         NULL);
    step(p,
         N_("Keep Windows and your programs up to date, and do not allow macros in documents that "
            "come by mail."),
         NULL);
}

static void limits(struct page *p)
{
    point(p,
          N_("Traces of these five were looked for on a copy of the disk. That nothing was found "
             "does "
             "not show that nothing was ever there: traces wear away."),
          NULL);
    if (p->a->incomplete)
        point(p,
              N_("Not everything on the disk could be read. What that was stands in the report, in "
                 "R7 and R8."),
              NULL);
    point(p,
          N_("It cannot be told from the disk who did something, nor which of your data was really "
             "taken. Take it that all of it was."),
          NULL);
}

static void report_line(struct page *p)
{
    paragraph(p,
              N_("This page was written by a program (%1$s) from the same findings as the report, "
                 "which is meant for experts. Give both to the person who helps you."),
              json_string_value(json_object_get(p->in->header, "tool"))
                  ? json_string_value(json_object_get(p->in->header, "tool"))
                  : "aftercheck",
              NULL);
}

enum ac_rc ac_report_next_steps(const struct ac_report_input *in, const char *language,
                                struct ac_buf *out, struct ac_err *err)
{
    struct page p = {
        .in = in, .a = in->assessment, .words = {.language = language}, .out = out, .step = 0};
    bool any;

    ac_buf_addf(out, "%s\n\n",
                ac_doc_word(&p.words, N_("WHAT WAS FOUND ON THIS COMPUTER, AND WHAT TO DO NOW")));
    tell_computers(&p);
    report_line(&p);
    heading(&p, N_("What was found"));
    any = tell_families(&p);
    tell_notices(&p);
    heading(&p, N_("What to do, beginning tomorrow morning"));
    if (any)
        when_found(&p);
    else
        when_not_found(&p);
    heading(&p, N_("What this page cannot tell"));
    limits(&p);
    return out->failed ? AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for next-steps") : AC_OK;
}
