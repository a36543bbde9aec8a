/*
 * One drawing of the timeline of report.html, as SVG: lanes of marks before the waves of the campaign.
 *
 * There is one mark for all times of a lane that are less than a mark's width from its first, so that the number of
 * marks is bounded by the width of the drawing; a number beside it, and its title, say how many they are. Times
 * outside of the stretch are counted in the caption. Private to src/report/.
 */
#ifndef AC_REPORT_HTML_DRAW_H
#define AC_REPORT_HTML_DRAW_H

#include "report/html.h"
#include "report/html_marks.h"

struct ac_drawing {
    struct ac_html *h;
    const struct ac_marks *lanes; /* AC_LANES of them */
    uint64_t from, to;            /* FILETIME; from < to */
    const char *id;               /* for the ids of its title and description */
    const char *title;            /* message id */
};

void ac_html_draw(struct ac_drawing *g);

#endif
