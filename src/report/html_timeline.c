/*
 * The timeline of report.html: two drawings (the days of the findings; all years of the campaign) and the times of
 * the findings as a table.
 */
#include "base/limits.h"
#include "report/html_draw.h"

#include <string.h>

#define DAY (86400 * AC_TICKS_PER_SECOND)
#define HOUR (3600 * AC_TICKS_PER_SECOND)
#define AXIS_FIRST "2014-01-01" /* Emotet was first seen in 2014 */
#define AXIS_LAST "2035-12-31"  /* later times on a disk are clock errors or made up */
#define LEAST_YEARS_TO "2023-12-31"
#define CLOSE_UP (62 * DAY) /* longest stretch of the second drawing */

/* ---- which stretches are drawn */

static void years(struct ac_drawing *g)
{
    uint64_t last = ac_wave_ticks(AXIS_LAST, true);

    g->from = ac_wave_ticks(AXIS_FIRST, false);
    g->to = ac_wave_ticks(LEAST_YEARS_TO, true);
    for (unsigned lane = 0; lane < AC_LANES; lane++) {
        for (size_t i = 0; i < g->lanes[lane].n; i++) {
            uint64_t at = g->lanes[lane].items[i].ticks;

            if (at >= g->to && at < last - 31 * DAY)
                g->to = at + 31 * DAY;
        }
    }
}

/* Around the two months in which most times of the findings lie; the earliest if there are several. */
static bool close_up(struct ac_drawing *g)
{
    const struct ac_marks *m = &g->lanes[AC_LANE_FINDINGS];
    size_t best = 0, most = 0, end = 0;
    uint64_t margin;

    for (size_t i = 0; i < m->n; i++) {
        while (end < m->n && m->items[end].ticks - m->items[i].ticks <= CLOSE_UP)
            end++;
        if (end - i > most) {
            most = end - i;
            best = i;
        }
    }
    if (most == 0)
        return false;
    g->from = m->items[best].ticks;
    g->to = m->items[best + most - 1].ticks;
    margin = (g->to - g->from) / 16 + 6 * HOUR;
    g->from = g->from > margin ? g->from - margin : 0;
    g->to += margin;
    return true;
}

/* ---- the times of the findings as a table */

static const char *label_of_time(const struct ac_record *r, const char *field)
{
    if (strcmp(field, "key_last_written") == 0)
        return N_("Last written time of the key; values have no time of their own");
    if (strcmp(field, "run_times") == 0)
        return N_("Run time as stored (newest first)");
    return ac_text_label_of(r, field);
}

static void dated_row(struct ac_html *h, const struct ac_mark *m)
{
    const struct ac_record *r = m->row->record;
    const char *label_of = label_of_time(r, m->row->field);
    struct ac_buf ids = {0}, text = {0};
    char time[AC_TIME_TEXT];

    ac_finding_index_ids(&h->index, r, &ids);
    ac_timeline_message(m->row, &text);
    ac_html_raw(h, "<tr><td>");
    ac_html_textz(h, ac_time_print((struct ac_filetime){m->ticks}, time));
    ac_html_raw(h, "</td><td>");
    if (label_of)
        ac_html_say(h, label_of, NULL);
    else
        ac_html_textz(h, m->row->field);
    ac_html_raw(h, "</td><td>");
    ac_html_text(h, ac_buf_str(&text));
    ac_html_raw(h, "</td><td>");
    ac_html_pair_linked(h, ac_str_of(ac_record_id(r)), ac_str_of(ac_record_id(r)));
    ac_html_raw(h, "</td><td>");
    ac_html_pair_linked(h, ac_buf_str(&ids), ac_buf_str(&ids));
    ac_html_raw(h, "</td></tr>\n");
    h->out->failed |= ids.failed || text.failed;
    ac_buf_free(&ids);
    ac_buf_free(&text);
}

static void dated(struct ac_html *h, const struct ac_marks *m)
{
    static const char *const heads[] = {N_("Time (UTC)"), N_("What this time is"),
                                        N_("Record in short"), N_("Record"), N_("Findings")};
    char n[AC_DOC_NUMBER], shown[AC_DOC_NUMBER];

    ac_html_raw(h, "<h3>");
    ac_html_say(h, N_("Times in the records of the findings"), NULL);
    ac_html_raw(
        h, "</h3>\n<div class=\"wide\" tabindex=\"0\"><table class=\"sort dated\"><thead><tr>");
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        ac_html_raw(h, "<th scope=\"col\">");
        ac_html_say(h, heads[i], NULL);
        ac_html_raw(h, "</th>");
    }
    ac_html_raw(h, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < m->n && i < AC_MAX_HTML_ROWS; i++)
        dated_row(h, &m->items[i]);
    ac_html_raw(h, "</tbody></table></div>\n<p class=\"note\">");
    ac_html_say(h, N_("Shown: %1$s of %2$s. All of them stand in timeline.csv."),
                ac_doc_number(shown, m->n < AC_MAX_HTML_ROWS ? m->n : AC_MAX_HTML_ROWS),
                ac_doc_number(n, m->n), NULL);
    ac_html_raw(h, "</p>\n");
}

static void wave_list(struct ac_html *h)
{
    ac_html_raw(h, "<p class=\"note\">");
    ac_html_say(h,
                N_("Coloured behind the marks: when which form of Emotet was distributed, by "
                   "published analyses. That is context, not evidence: nothing follows from it for "
                   "this computer. Times are those of the computer's clock and can be altered. "
                   "Triangles that point up are starts, those that point down shutdowns, "
                   "hourglasses both."),
                NULL);
    for (size_t i = 0; i < ac_waves_count; i++)
        ac_buf_addf(h->out, "%s%s: %s", i ? "; " : " ", ac_waves[i].label, ac_waves[i].said);
    ac_html_raw(h, ".</p>\n");
}

void ac_html_timeline(struct ac_html *h, const struct ac_timeline *t)
{
    struct ac_marks m[AC_LANES] = {{0}};
    struct ac_drawing close = {
        .h = h, .lanes = m, .id = "days", .title = N_("The days of the findings")};
    struct ac_drawing all = {.h = h, .lanes = m, .id = "years", .title = N_("All years")};

    for (unsigned lane = 0; lane < AC_LANES; lane++)
        h->out->failed |= ac_marks_make(t, &h->index, (enum ac_lane)lane, &m[lane]) != AC_OK;
    ac_html_raw(h, "<section>\n<h2 id=\"timeline\">");
    ac_html_say(h, N_("Timeline"), NULL);
    ac_html_raw(h, "</h2>\n");
    if (close_up(&close)) {
        ac_html_raw(h, "<h3>");
        ac_html_say(h, close.title, NULL);
        ac_html_raw(h, "</h3>\n");
        ac_html_draw(&close);
    }
    ac_html_raw(h, "<h3>");
    ac_html_say(h, all.title, NULL);
    ac_html_raw(h, "</h3>\n");
    years(&all);
    ac_html_draw(&all);
    wave_list(h);
    dated(h, &m[AC_LANE_FINDINGS]);
    ac_html_raw(h, "</section>\n");
    for (unsigned lane = 0; lane < AC_LANES; lane++)
        ac_marks_free(&m[lane]);
}
