/* A small made-up case for the tests of the report: records, run and human fields. */
#ifndef AC_TESTS_REPORT_CASE_H
#define AC_TESTS_REPORT_CASE_H

#include "fixture.h"
#include "report/report.h"

struct report_case {
    struct ac_record **records;
    size_t n;
    struct ac_assessment assessment;
    json_t *header, *human, *run;
    struct ac_report_input in;
};

/* One command line of the case; its name is RC_LONG characters of one letter. */
#define RC_LONG 5000

void rc_init(struct report_case *c);
/* Without findings above `listed`, problems or unread sources. */
void rc_init_empty(struct report_case *c);
/* With one finding of programs that ShimCache, Amcache and BAM tell, no prefetch. */
void rc_init_traces(struct report_case *c);
void rc_free(struct report_case *c);
/* The report; aborts the test when it fails. */
void rc_print(const struct report_case *c, const char *language, struct ac_buf *out);
/* Each of the first `most` allocations fails in turn: the document is whole, or there is none and AC_NOMEM; some fail. */
typedef enum ac_rc rc_document(const struct ac_report_input *in, struct ac_buf *out,
                               struct ac_err *err);
void rc_without_memory(rc_document *make, unsigned long most);

#endif
