/* The records that a volume gives by itself: coverage rows, problems, serial number. Private to src/collect/. */
#ifndef AC_COLLECT_VOLUME_REPORT_H
#define AC_COLLECT_VOLUME_REPORT_H

#include "collect/collector.h"

/* A volume whose files are not read: a coverage row with the reason and what to do. */
enum ac_rc ac_volume_report_unread(struct ac_collector *c, const struct ac_place *p);
/* One whose tree could not be opened: the same, and a problem. */
enum ac_rc ac_volume_report_failed(struct ac_collector *c, const struct ac_place *p,
                                   const struct ac_err *why);
/* One that was indexed: coverage rows for its index and its shadow copies, its problems, its serial. */
enum ac_rc ac_volume_report_opened(struct ac_collector *c, const struct ac_place *p);
/* The container: missing segments, a partition table that cannot be right. */
enum ac_rc ac_volume_report_image(struct ac_collector *c, const struct ac_place *p);

#endif
