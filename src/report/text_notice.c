/* R3, with lines in R0 and R1: which rows of a list of notified machines agree with the evidence.
 */
#include "report/text_parts.h"

#define MOST_IN_SUMMARY 5
#define MOST_IN_DETAIL 100 /* rows with all criteria; findings.json has every row */
#define MOST_IN_TABLE 1000 /* rows in one line each */

static const char *given(const struct ac_text *t, const struct ac_notice *n,
                         enum ac_notice_field field)
{
    return n->fields[field][0] ? n->fields[field] : ac_doc_word(&t->doc, N_("not given"));
}

/* The matches in the order of what they tell: what agrees, what cannot be decided, what contradicts.
 * `each` is called for at most `most`; how many more there are. */
static size_t in_order(struct ac_text *t, size_t most,
                       void (*each)(struct ac_text *t, const struct ac_notice_match *m))
{
    const struct ac_notice_matches *all = t->in->matches;
    size_t n = 0;

    for (enum ac_notice_result r = AC_NOTICE_MATCH; r <= AC_NOTICE_CONTRADICTS; r++) {
        for (size_t i = 0; i < all->n && n < most; i++) {
            if (all->items[i].result != r)
                continue;
            each(t, &all->items[i]);
            n++;
        }
    }
    return all->n - n;
}

/* ---- R1 */

void ac_text_notice_source(struct ac_text *t)
{
    const struct ac_notice_list *list = t->in->notices;
    struct ac_buf unused = {0};
    char rows[AC_DOC_NUMBER];

    if (!list)
        return;
    ac_doc_say(&t->doc, 0,
               N_("Notice (list of machines that were observed elsewhere; a statement of others): "
                  "file %1$s, SHA-256 %2$s, %3$s in %4$s, rows: %5$s. What agrees with it stands "
                  "in R3."),
               list->name, list->sha256, list->form, list->encoding, ac_doc_number(rows, list->n),
               NULL);
    for (size_t i = 0; i < list->n_unused; i++)
        ac_buf_addf(&unused, "%s%s", i ? ", " : "", list->unused[i]);
    if (list->n_unused)
        ac_doc_row(&t->doc, 2, N_("Columns of the notice that are not used"), ac_buf_text(&unused));
    ac_doc_release(&t->doc, &unused);
}

/* ---- R0 */

static void summarize(struct ac_text *t, const struct ac_notice_match *m)
{
    static const char *const results[] = {
        [AC_NOTICE_MATCH] = N_("Row %1$s (computer name %2$s, address %3$s): match; %4$s. "
                               "Evidence %5$s, installation \"%6$s\"."),
        [AC_NOTICE_UNDECIDED] = N_("Row %1$s (computer name %2$s, address %3$s): cannot be decided "
                                   "because %4$s. Evidence %5$s, installation \"%6$s\"."),
        [AC_NOTICE_CONTRADICTS] = N_("Row %1$s (computer name %2$s, address %3$s): contradicts; "
                                     "%4$s. Evidence %5$s, installation \"%6$s\"."),
    };
    const char *none = ac_doc_word(&t->doc, N_("none"));
    char row[AC_DOC_NUMBER];

    ac_doc_say(&t->doc, 0, results[m->result], ac_doc_number(row, m->notice->row),
               given(t, m->notice, AC_NOTICE_NAME), given(t, m->notice, AC_NOTICE_IP),
               ac_doc_word(&t->doc, m->reason), m->evidence[0] ? m->evidence : none,
               m->system[0] ? ac_text_word(t, m->system) : none, NULL);
}

void ac_text_notice_summary(struct ac_text *t)
{
    char n[AC_DOC_NUMBER];
    size_t more;

    if (!t->in->notices)
        return;
    ac_doc_heading(&t->doc, 1, N_("Notice: is this the machine that was notified? (R3)"), NULL);
    more = in_order(t, MOST_IN_SUMMARY, summarize);
    if (t->in->matches->n == 0)
        ac_doc_say(&t->doc, 0, N_("The notice has no rows."), NULL);
    if (more)
        ac_doc_say(&t->doc, 0, N_("Further rows of the notice: %1$s; see R3."),
                   ac_doc_number(n, more), NULL);
}

/* ---- R3 */

static void criterion(struct ac_text *t, const char *label, const struct ac_notice_criterion *c)
{
    static const char *const answers[] = {
        [AC_ANSWER_MATCH] = N_("match"),
        [AC_ANSWER_MATCH_FORMER] = N_("match with a former name"),
        [AC_ANSWER_DIFFERS] = N_("differs"),
        [AC_ANSWER_CONTRADICTS] = N_("contradicts"),
        [AC_ANSWER_UNDECIDED] = N_("cannot be decided"),
        [AC_ANSWER_NOT_GIVEN] = N_("not given"),
        [AC_ANSWER_NOT_KNOWN] = N_("not known"),
    };
    struct ac_doc *d = &t->doc;
    struct ac_buf reason = {0}, records = {0};

    ac_sentence_print(&c->reason, ac_doc_word(d, c->reason.msgid), &reason);
    for (size_t i = 0; i < c->n_records; i++)
        ac_buf_addf(&records, "%s%s", i ? ", " : "", ac_record_id(c->records[i]));
    ac_doc_say(d, 2, N_("%1$s: %2$s; %3$s. Records: %4$s"), ac_doc_word(d, label),
               ac_doc_word(d, answers[c->answer]), ac_buf_text(&reason),
               records.n ? ac_buf_text(&records) : ac_doc_word(d, N_("none")), NULL);
    if (c->note)
        ac_doc_say(d, 4, c->note, NULL);
    ac_doc_release(d, &reason);
    ac_doc_release(d, &records);
}

static void result(struct ac_text *t, const struct ac_notice_match *m)
{
    static const char *const results[] = {
        [AC_NOTICE_MATCH] = N_("Result: match; %1$s. Evidence %2$s, installation \"%3$s\"."),
        [AC_NOTICE_UNDECIDED] = N_("Result: cannot be decided because %1$s. Evidence %2$s, "
                                   "installation \"%3$s\"."),
        [AC_NOTICE_CONTRADICTS] = N_("Result: contradicts; %1$s. Evidence %2$s, installation "
                                     "\"%3$s\"."),
    };
    const char *none = ac_doc_word(&t->doc, N_("none"));

    ac_doc_say(&t->doc, 2, results[m->result], ac_doc_word(&t->doc, m->reason),
               m->evidence[0] ? m->evidence : none,
               m->system[0] ? ac_text_word(t, m->system) : none, NULL);
}

static void detail(struct ac_text *t, const struct ac_notice_match *m)
{
    static const char *const labels[] = {
        [AC_CRITERION_NAME] = N_("Computer name"),
        [AC_CRITERION_ADDRESS] = N_("IP address"),
        [AC_CRITERION_TIME] = N_("Time"),
        [AC_CRITERION_USER] = N_("User name"),
    };
    const struct ac_notice *n = m->notice;
    char row[AC_DOC_NUMBER];

    ac_doc_say(&t->doc, 0,
               N_("Row %1$s of the notice states: computer name %2$s, address %3$s, first seen "
                  "%4$s, last seen %5$s, time zone %6$s, user %7$s."),
               ac_doc_number(row, n->row), given(t, n, AC_NOTICE_NAME), given(t, n, AC_NOTICE_IP),
               given(t, n, AC_NOTICE_FIRST), given(t, n, AC_NOTICE_LAST),
               given(t, n, AC_NOTICE_ZONE), given(t, n, AC_NOTICE_USER), NULL);
    result(t, m);
    for (size_t i = 0; i < AC_CRITERIA && m->system[0]; i++)
        criterion(t, labels[i], &m->criteria[i]);
}

static void table_row(struct ac_text *t, const struct ac_notice_match *m)
{
    static const char *const found[] = {
        [AC_NOTICE_MATCH] = N_("Row %1$s (%2$s, %3$s): found on evidence %4$s, installation "
                               "\"%5$s\""),
        [AC_NOTICE_UNDECIDED] = N_("Row %1$s (%2$s, %3$s): still missing; for evidence %4$s, "
                                   "installation \"%5$s\", it cannot be decided"),
        [AC_NOTICE_CONTRADICTS] = N_("Row %1$s (%2$s, %3$s): still missing"),
    };
    const char *none = ac_doc_word(&t->doc, N_("none"));
    char row[AC_DOC_NUMBER];

    ac_doc_say(&t->doc, 0, found[m->result], ac_doc_number(row, m->notice->row),
               given(t, m->notice, AC_NOTICE_NAME), given(t, m->notice, AC_NOTICE_IP),
               m->evidence[0] ? m->evidence : none,
               m->system[0] ? ac_text_word(t, m->system) : none, NULL);
}

static void table(struct ac_text *t)
{
    struct ac_doc *d = &t->doc;
    char n[4][AC_DOC_NUMBER];
    size_t counts[3] = {0}, more;

    for (size_t i = 0; i < t->in->matches->n; i++)
        counts[t->in->matches->items[i].result]++;
    ac_doc_heading(d, 1, N_("Rows of the notice: found, and still missing"), NULL);
    ac_doc_say(d, 0,
               N_("Rows: %1$s; found on the examined evidence: %2$s; cannot be decided: %3$s; "
                  "contradicting every examined installation: %4$s."),
               ac_doc_number(n[0], t->in->matches->n), ac_doc_number(n[1], counts[AC_NOTICE_MATCH]),
               ac_doc_number(n[2], counts[AC_NOTICE_UNDECIDED]),
               ac_doc_number(n[3], counts[AC_NOTICE_CONTRADICTS]), NULL);
    more = in_order(t, MOST_IN_TABLE, table_row);
    if (more)
        ac_doc_say(d, 0, N_("Further rows: %1$s; findings.json has them all."),
                   ac_doc_number(n[0], more), NULL);
}

void ac_text_notices(struct ac_text *t)
{
    struct ac_doc *d = &t->doc;
    char n[AC_DOC_NUMBER];
    size_t more;

    if (!t->in->notices)
        return;
    ac_doc_heading(d, 1, N_("Notice: is this the machine that was notified?"), NULL);
    ac_doc_say(d, 0,
               N_("Each row of the notice was compared with every examined Windows installation; "
                  "the one that agrees best is given. What is said is only which stated facts of "
                  "the notice agree with stored facts of the evidence. Computer names are not "
                  "unique, addresses change, clocks go wrong, and a notice can be in error; "
                  "whether the traffic that was observed came from this machine is not said."),
               NULL);
    more = in_order(t, MOST_IN_DETAIL, detail);
    if (more)
        ac_doc_say(d, 0, N_("Further rows: %1$s; findings.json has them all."),
                   ac_doc_number(n, more), NULL);
    table(t);
}
