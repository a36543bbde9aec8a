/* One drawing of the timeline of report.html, as SVG. */
#include "report/html_draw.h"

#include <inttypes.h>
#include <string.h>

#define DAY (86400 * AC_TICKS_PER_SECOND)
#define HOUR (3600 * AC_TICKS_PER_SECOND)

/* Units of the drawing. */
enum { WIDTH = 960, LEFT = 150, RIGHT = 40, PLOT = WIDTH - LEFT - RIGHT, LANE = 34, APART = 20 };
enum { TOP = 16, WAVES = 44, AXIS = 34, MOST_TICKS = 24, MOST_NAMED = 3 };

static const char *const lane_names[] = {N_("Findings"), N_("Only listed"), N_("Executions"),
                                         N_("Starts and shutdowns")};

static int x_of(const struct ac_drawing *g, uint64_t ticks)
{
    uint64_t span = (g->to - g->from) / AC_TICKS_PER_SECOND;
    uint64_t at = (ticks - g->from) / AC_TICKS_PER_SECOND;

    return LEFT + (int)(span ? at * PLOT / span : 0);
}

static int y_of(unsigned lane)
{
    return TOP + WAVES + (int)lane * LANE;
}

/* ---- backdrop */

/* A wave as far as it is drawn; false: not at all. */
static bool span_of(const struct ac_drawing *g, const struct ac_wave *w, int *ret_x, int *ret_width)
{
    uint64_t from = ac_wave_ticks(w->from, false), to = ac_wave_ticks(w->to, true);

    if (to <= g->from || from >= g->to)
        return false;
    *ret_x = x_of(g, from < g->from ? g->from : from);
    *ret_width = x_of(g, to > g->to ? g->to : to) - *ret_x;
    return true;
}

/* All names above all grounds; waves that follow each other have theirs in different rows. */
static void waves(struct ac_drawing *g)
{
    int x, width;

    for (size_t i = 0; i < ac_waves_count; i++) {
        if (!span_of(g, &ac_waves[i], &x, &width))
            continue;
        ac_buf_addf(g->h->out,
                    "<rect class=\"wave\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\">"
                    "<title>%s: %s</title></rect>\n",
                    x, TOP, width > 1 ? width : 1, WAVES + AC_LANES * LANE, ac_waves[i].label,
                    ac_waves[i].said);
    }
    for (size_t i = 0; i < ac_waves_count; i++) {
        if (span_of(g, &ac_waves[i], &x, &width))
            ac_buf_addf(g->h->out, "<text class=\"wave\" x=\"%d\" y=\"%d\">%s</text>\n", x + 3,
                        TOP + 12 + (int)(i % 3) * 14, ac_waves[i].label);
    }
}

static void label(struct ac_html *h, int x, int y, const char *msgid)
{
    for (unsigned l = 0; l < AC_HTML_LANGUAGES; l++) {
        const char *lang = h->text[l].doc.language;

        ac_buf_addf(h->out, "<text lang=\"%s\" xml:lang=\"%s\" class=\"lane\" x=\"%d\" y=\"%d\">",
                    lang, lang, x, y);
        ac_html_textz(h, ac_translate(lang, msgid));
        ac_html_raw(h, "</text>");
    }
    ac_html_raw(h, "\n");
}

static void lanes(struct ac_drawing *g)
{
    label(g->h, 4, TOP + 14, N_("Waves (context,"));
    label(g->h, 4, TOP + 29, N_("not evidence)"));
    for (unsigned lane = 0; lane <= AC_LANES; lane++) {
        ac_buf_addf(g->h->out, "<line class=\"rule\" x1=\"0\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n",
                    y_of(lane), WIDTH, y_of(lane));
        if (lane < AC_LANES)
            label(g->h, 4, y_of(lane) + LANE / 2 + 5, lane_names[lane]);
    }
}

/* Steps of the axis: so wide that at most nine fall into the span. */
static uint64_t step_of(uint64_t span)
{
    static const uint64_t hours[] = {1, 3, 6, 12, 24, 48, 96, 120, 240, 480, 720, 1440, 2880, 4380};

    for (size_t i = 0; i < sizeof(hours) / sizeof(hours[0]); i++) {
        if (span / (hours[i] * HOUR) < 9)
            return hours[i] * HOUR;
    }
    return 0; /* whole years */
}

static void tick(struct ac_drawing *g, uint64_t ticks, bool days, bool years)
{
    int x = x_of(g, ticks), y = y_of(AC_LANES);
    char text[AC_TIME_TEXT];

    ac_time_print((struct ac_filetime){ticks}, text);
    text[years ? 4 : days ? 10 : 16] = '\0';
    if (!years && !days)
        memmove(text, text + 5, strlen(text + 5) + 1); /* month, day, hour */
    ac_buf_addf(g->h->out,
                "<line class=\"tick\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>"
                "<text class=\"axis\" x=\"%d\" y=\"%d\">%s</text>\n",
                x, TOP, x, y + 5, x, y + 20, text);
}

static void axis(struct ac_drawing *g)
{
    uint64_t step = step_of(g->to - g->from);
    unsigned n = 0;

    if (step) {
        for (uint64_t at = g->from / step * step + step; at < g->to && n < MOST_TICKS; at += step)
            tick(g, at, step >= DAY, false), n++;
        return;
    }
    for (unsigned year = 1601; year < 9999 && n < MOST_TICKS; year++) {
        char day[12];
        uint64_t at;

        day[0] = (char)('0' + year / 1000);
        day[1] = (char)('0' + year / 100 % 10);
        day[2] = (char)('0' + year / 10 % 10);
        day[3] = (char)('0' + year % 10);
        memcpy(day + 4, "-01-01", 7);
        at = ac_wave_ticks(day, false);
        if (at >= g->to)
            break;
        if (at >= g->from) {
            tick(g, at, true, true);
            n++;
        }
    }
}

/* ---- marks */

/* A lane's shape; of starts and shutdowns that lie together, both. */
static const char *shape_of(enum ac_lane lane, const struct ac_mark *first, size_t n)
{
    size_t starts = 0;

    switch (lane) {
    case AC_LANE_FINDINGS:
        return "m0 -8 8 8 -8 8 -8 -8z"; /* diamond */
    case AC_LANE_LISTED:
        return "m0 -6 6 6 -6 6 -6 -6z";
    case AC_LANE_RUNS:
        return "m-5 -5h10v10h-10z";
    default:
        for (size_t i = 0; i < n; i++)
            starts += ac_mark_is_start(first[i].row->record);
        if (starts > 0 && starts < n)
            return "m-6 -7h12l-12 14h12z"; /* hourglass */
        return starts ? "m-6 5h12l-6 -11z" : "m-6 -5h12l-6 11z";
    }
}

/* Times, finding or record of the first few, and how many more. */
static void mark_title(struct ac_html *h, const struct ac_mark *first, size_t n)
{
    char time[AC_TIME_TEXT];

    ac_html_raw(h, "<title>");
    for (size_t i = 0; i < n && i < MOST_NAMED; i++) {
        struct ac_buf ids = {0};

        ac_finding_index_ids(&h->index, first[i].row->record, &ids);
        ac_html_raw(h, i ? "; " : "");
        ac_html_textz(h, ac_time_print((struct ac_filetime){first[i].ticks}, time));
        ac_html_raw(h, " ");
        ac_html_textz(h, ac_record_id(first[i].row->record));
        ac_html_raw(h, ids.n ? " " : "");
        ac_html_text(h, ac_buf_str(&ids));
        h->out->failed |= ids.failed;
        ac_buf_free(&ids);
    }
    if (n > MOST_NAMED)
        ac_buf_addf(h->out, "; + %zu", n - MOST_NAMED);
    ac_html_raw(h, "</title>");
}

static void marks(struct ac_drawing *g, enum ac_lane lane)
{
    const struct ac_marks *m = &g->lanes[lane];
    int y = y_of(lane) + LANE / 2;

    for (size_t i = 0; i < m->n;) {
        size_t n = 1;
        int x;

        if (m->items[i].ticks < g->from || m->items[i].ticks >= g->to) {
            i++;
            continue;
        }
        x = x_of(g, m->items[i].ticks);
        while (i + n < m->n && m->items[i + n].ticks < g->to &&
               x_of(g, m->items[i + n].ticks) - x < APART)
            n++;
        ac_buf_addf(g->h->out, "<path class=\"lane%d\" d=\"M%d %d%s\">", lane, x, y,
                    shape_of(lane, &m->items[i], n));
        mark_title(g->h, &m->items[i], n);
        ac_html_raw(g->h, "</path>\n");
        if (n > 1)
            ac_buf_addf(g->h->out, "<text class=\"count\" x=\"%d\" y=\"%d\">%zu</text>\n", x + 7,
                        y - 5, n);
        i += n;
    }
}

static size_t outside(const struct ac_drawing *g)
{
    size_t n = 0;

    for (unsigned lane = 0; lane < AC_LANES; lane++) {
        for (size_t i = 0; i < g->lanes[lane].n; i++) {
            uint64_t at = g->lanes[lane].items[i].ticks;

            n += at < g->from || at >= g->to;
        }
    }
    return n;
}

static void caption(struct ac_drawing *g)
{
    struct ac_html *h = g->h;
    char from[AC_TIME_TEXT], to[AC_TIME_TEXT], n[AC_DOC_NUMBER];

    ac_time_print((struct ac_filetime){g->from}, from);
    ac_time_print((struct ac_filetime){g->to}, to);
    from[10] = to[10] = '\0';
    ac_html_raw(h, "<figcaption>");
    ac_html_say(h,
                N_("From %1$s to %2$s, UTC. Times outside of this stretch: %3$s; they stand in "
                   "timeline.csv. A number beside a mark: so many times lie there."),
                from, to, ac_doc_number(n, outside(g)), NULL);
    ac_html_raw(h, "</figcaption>\n");
}

static void both(struct ac_html *h, const char *msgid)
{
    ac_html_textz(h, msgid);
    ac_html_raw(h, " / ");
    ac_html_textz(h, ac_translate("ja", msgid));
}

void ac_html_draw(struct ac_drawing *g)
{
    struct ac_html *h = g->h;
    int height = y_of(AC_LANES) + AXIS;

    ac_buf_addf(h->out,
                "<figure>\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
                "role=\"img\" aria-labelledby=\"%s-title %s-desc\">\n<title id=\"%s-title\">",
                WIDTH, height, g->id, g->id, g->id);
    both(h, g->title);
    ac_buf_addf(h->out, "</title>\n<desc id=\"%s-desc\">", g->id);
    both(h,
         N_("Four lanes of marks over time: findings, findings that are only listed, executions, "
            "starts and shutdowns. The table below lists the times of the findings."));
    ac_html_raw(h, "</desc>\n");
    waves(g);
    axis(g);
    lanes(g);
    for (unsigned lane = 0; lane < AC_LANES; lane++)
        marks(g, (enum ac_lane)lane);
    ac_html_raw(h, "</svg>\n");
    caption(g);
    ac_html_raw(h, "</figure>\n");
}
