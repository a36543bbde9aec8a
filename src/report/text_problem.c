/*
 * The sentences of problems, in Japanese.
 *
 * A record has its sentence in English only: one or several formats of the program, filled in. po/ja.po has every one
 * of these formats (context "problem"), so the sentence is read back: which formats, with which arguments, give exactly
 * these bytes? Only a sentence that can be read in one way is translated; any other one stays English, and says so.
 * No text of a record is ever a format, and arguments come through as they are, unless the translation asks for
 * "%1$w": then the argument is a sentence or word of ours itself and is read in the same way.
 *
 *     chain  := frame | frame ": " chain | frame "; " chain
 *     frame  := format | format " (at byte " digits ")"
 *
 * Work is bounded: a sentence that takes more than MOST_STEPS is not read.
 */
#include "report/text_parts.h"

#include <string.h>

#define MOST_STEPS 400000 /* comparisons; an ordinary sentence takes some thousands */
#define MOST_BYTES 4096   /* longer sentences stay English */
#define MOST_DEPTH 8      /* sentences inside of sentences */
#define MOST_PARTS 32     /* pieces between ": " and "; " */
#define MOST_ARGS 8
#define CONTEXT "problem\004" /* as gettext writes a context before a message id */

/* "problem\004" and the format, for each format of the catalogue (made from po/ja.po) */
static const char *const formats[] = {
#include "report/problem_formats.inc"
};

struct reader {
    const struct ac_text *t;
    unsigned long steps;
};

/* The best of several readings: the one with most letters of ours in it. */
struct reading {
    struct ac_buf text; /* Owned: Japanese */
    size_t ours;        /* bytes of the sentence that are the program's own */
    bool any, several;  /* several: others are as good and say something else */
};

struct match {
    const char *id; /* one of `formats` */
    struct ac_str args[MOST_ARGS];
    size_t ours;
    struct reading *best;
};

static void read_chain(struct reader *r, struct ac_str s, unsigned depth, struct reading *best);

static void forget(struct reading *reading)
{
    ac_buf_free(&reading->text);
    *reading = (struct reading){0};
}

/* Takes over what `found` has, if it is better; empties it in any case. */
static void choose(struct reading *best, struct reading *found)
{
    bool failed = best->text.failed || found->text.failed;

    if (found->any && (!best->any || found->ours > best->ours)) {
        ac_buf_free(&best->text);
        *best = *found;
        found->text = (struct ac_buf){0};
    } else if (found->any && found->ours == best->ours &&
               strcmp(ac_buf_text(&found->text), ac_buf_text(&best->text)) != 0) {
        best->several = true;
    }
    best->text.failed |= failed;
    forget(found);
}

static bool spend(struct reader *r)
{
    return r->steps < MOST_STEPS && ++r->steps < MOST_STEPS;
}

/* ---- one format */

static bool is_conversion(const char *p)
{
    return p[0] == '%' && p[1] >= '1' && p[1] <= '8' && p[2] == '$' && p[3];
}

/* An argument that is a sentence or word of ours. False: it is not, so the format is another one. */
static bool add_read(struct reader *r, struct ac_str arg, unsigned depth, struct reading *to)
{
    struct reading inner = {0};
    bool good = arg.n == 0;

    if (!good) {
        read_chain(r, arg, depth + 1, &inner);
        good = inner.any;
        to->ours += inner.ours;
        to->several |= inner.several;
        ac_buf_adds(&to->text, ac_buf_str(&inner.text));
    }
    to->text.failed |= inner.text.failed;
    forget(&inner);
    return good;
}

static void fill_in(struct reader *r, const struct match *m, unsigned depth)
{
    const char *japanese = ac_doc_word(&r->t->doc, m->id);
    struct reading found = {.any = japanese != m->id, .ours = m->ours}; /* or no catalogue */

    for (const char *p = japanese; found.any && *p; p++) {
        if (p[0] == '%' && p[1] == '%') {
            ac_buf_addc(&found.text, *p++);
        } else if (is_conversion(p)) {
            struct ac_str arg = m->args[p[1] - '1'];

            if (p[3] == 'w')
                found.any = add_read(r, arg, depth, &found);
            else
                ac_buf_adds(&found.text, arg);
            p += 3;
        } else {
            ac_buf_addc(&found.text, *p);
        }
    }
    choose(m->best, &found);
}

/* How many bytes at the beginning of s a number of that conversion takes. */
static size_t number_length(struct ac_str s, char conversion)
{
    const char *digits = conversion == 'x'   ? "0123456789abcdef"
                         : conversion == 'X' ? "0123456789ABCDEF"
                                             : "0123456789";
    size_t sign = conversion == 'd' && s.n && s.p[0] == '-', n = sign;

    while (n < s.n && s.p[n] && strchr(digits, s.p[n]))
        n++;
    return n > sign ? n : 0;
}

/* All ways in which the format from p on gives exactly s. */
static void match_rest(struct reader *r, const char *p, struct ac_str s, struct match *m,
                       unsigned depth)
{
    size_t ours = m->ours, least, most;
    struct ac_str *arg;

    for (; *p && !is_conversion(p); p++) { /* literal text; "%%" is one character */
        p += p[0] == '%' && p[1] == '%';
        if (!spend(r) || s.n == 0 || s.p[0] != *p)
            goto out;
        s = (struct ac_str){s.p + 1, s.n - 1};
        m->ours++;
    }
    if (!*p) {
        if (s.n == 0)
            fill_in(r, m, depth);
        goto out;
    }
    arg = &m->args[p[1] - '1'];
    least = most = number_length(s, p[3]);
    if (p[3] == 's') {
        least = p[4] ? 0 : s.n;
        most = is_conversion(p + 4) ? 0 : s.n; /* of texts in a row the last one has it all */
    } else if (p[3] == 'c') {
        least = most = s.n > 0;
    }
    for (size_t n = least; n <= most && (n || p[3] == 's') && spend(r); n++) {
        *arg = (struct ac_str){s.p, n};
        if (!p[4] || is_conversion(p + 4) || (n < s.n && (s.p[n] == p[4] || p[4] == '%')))
            match_rest(r, p + 4, (struct ac_str){s.p + n, s.n - n}, m, depth);
    }
out:
    m->ours = ours;
}

/* ---- chains */

/* The number of bytes of " (at byte 123)" at the end of s; 0 if there is none. */
static size_t place_length(struct ac_str s, struct ac_str *ret_digits)
{
    static const char begin[] = " (at byte ";
    size_t n = s.n && s.p[s.n - 1] == ')' ? s.n - 1 : 0, end = n;

    while (n > 0 && s.p[n - 1] >= '0' && s.p[n - 1] <= '9')
        n--;
    if (n == end || n < sizeof(begin) - 1 ||
        memcmp(s.p + n - (sizeof(begin) - 1), begin, sizeof(begin) - 1) != 0)
        return 0;
    *ret_digits = (struct ac_str){s.p + n, end - n};
    return s.n - n + sizeof(begin) - 1;
}

/* One frame, which takes the whole of s. */
static void read_frame(struct reader *r, struct ac_str s, unsigned depth, struct reading *best)
{
    struct ac_str digits = {0};
    size_t place = place_length(s, &digits);
    struct ac_str said = {s.p, s.n - place};

    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        struct match m = {.id = formats[i], .best = best};

        match_rest(r, formats[i] + strlen(CONTEXT), said, &m, depth);
    }
    if (best->any && place) {
        struct ac_sentence at = {.n = 2};
        struct ac_buf whole = {0}, number = {0};

        ac_buf_adds(&number, digits);
        at.args[0] = best->text.p;
        at.args[1] = number.p;
        ac_sentence_print(&at, ac_doc_word(&r->t->doc, N_("%1$s (at byte %2$s)")), &whole);
        whole.failed |= number.failed || best->text.failed;
        ac_buf_free(&number);
        ac_buf_free(&best->text);
        best->text = whole;
        best->ours += place - digits.n;
    }
}

/* A frame, and behind its separator the best reading of what follows (NULL: nothing does). */
static void read_from_frame(struct reader *r, struct ac_str s, char separator,
                            const struct reading *rest, unsigned depth, struct reading *best)
{
    struct reading frame = {0};

    if (rest && !rest->any)
        return;
    read_frame(r, s, depth, &frame);
    if (frame.any && rest) {
        frame.several |= rest->several;
        frame.ours += rest->ours + 2;
        ac_buf_addz(&frame.text, separator == ':' ? ": " : ac_doc_word(&r->t->doc, N_("; ")));
        ac_buf_adds(&frame.text, ac_buf_str(&rest->text));
        frame.text.failed |= rest->text.failed;
    }
    choose(best, &frame);
}

/* Where the pieces begin, and two bytes behind the end; their number, 0 if they are too many. */
static size_t find_parts(struct ac_str s, size_t at[MOST_PARTS + 1])
{
    size_t n = 0;

    at[n++] = 0;
    for (size_t i = 1; i + 2 < s.n; i++) {
        if ((s.p[i] != ':' && s.p[i] != ';') || s.p[i + 1] != ' ')
            continue;
        if (n == MOST_PARTS)
            return 0;
        at[n++] = i + 2;
    }
    at[n] = s.n + 2;
    return n;
}

/* Backwards, so that what follows a frame is read once, wherever the frame begins. */
static void read_chain(struct reader *r, struct ac_str s, unsigned depth, struct reading *best)
{
    struct reading from[MOST_PARTS] = {0};
    size_t at[MOST_PARTS + 1], n = depth < MOST_DEPTH ? find_parts(s, at) : 0;

    for (size_t i = n; i-- > 0;) {
        for (size_t j = i + 1; j <= n && spend(r); j++)
            read_from_frame(r, (struct ac_str){s.p + at[i], at[j] - 2 - at[i]},
                            j < n ? s.p[at[j] - 2] : 0, j < n ? &from[j] : NULL, depth, &from[i]);
    }
    for (size_t i = 0; i < n; i++) {
        best->text.failed |= from[i].text.failed;
        if (i == 0)
            choose(best, &from[0]);
        else
            forget(&from[i]);
    }
}

bool ac_text_problem(const struct ac_text *t, struct ac_str english, struct ac_buf *out)
{
    struct reader r = {.t = t};
    struct reading best = {0};
    bool good;

    if (strcmp(t->doc.language, "en") == 0 || english.n == 0 || english.n > MOST_BYTES)
        return false;
    read_chain(&r, english, 0, &best);
    good = best.any && !best.several && spend(&r); /* not all ways were looked at: none is sure */
    if (good)
        ac_buf_adds(out, ac_buf_str(&best.text));
    out->failed |= best.text.failed;
    forget(&best);
    return good;
}
