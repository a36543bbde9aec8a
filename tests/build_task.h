/*
 * Task definitions as Windows writes them: XML in UTF-16LE with byte order mark, CR LF, the
 * elements of [MS-TSCH] 2.5 in Windows' order. For tests and for the demo image.
 */
#ifndef AC_TESTS_BUILD_TASK_H
#define AC_TESTS_BUILD_TASK_H

#include "fixture.h"

struct fx_task {
    const char *uri;                         /* "\\Name" */
    const char *author, *date, *description; /* NULL: the element is left out, here and below */
    const char *triggers; /* XML between <Triggers> and </Triggers>: fx_task_logon() and the like */
    const char *user, *group, *run_level, *logon_type;
    const char *command, *arguments, *working_directory;
    const char *class_id, *data; /* a COM action instead */
    bool hidden, disabled;
    const char *delete_expired_after;
};

/* A <LogonTrigger> (user may be NULL) and a <TimeTrigger> (end, interval may be NULL). Static
 * buffers. */
const char *fx_task_logon(const char *user);
const char *fx_task_time(const char *start, const char *end, const char *interval);

/* The text in UTF-8; values are escaped for XML. */
void fx_task_text(struct ac_buf *out, const struct fx_task *t);
/* The file. */
void fx_task(struct ac_buf *out, const struct fx_task *t);
/* UTF-8 text to UTF-16LE with byte order mark. */
void fx_task_encode(struct ac_buf *out, const char *utf8);

#endif
