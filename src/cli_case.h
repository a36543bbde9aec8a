/* What only a human can say: options and the case file. */
#ifndef AC_CLI_CASE_H
#define AC_CLI_CASE_H

#include <jansson.h>

struct ac_case_options {
    const char *case_id, *examiner;
    const char *case_file; /* JSON object of texts, members as in report/report.h */
};

/* The object for struct ac_report_input; Owned (json_decref). A case file that cannot be read or has unknown members is
 * named in member `case_file_error`, and nothing of it is used. */
json_t *ac_case_load(const struct ac_case_options *o);

#endif
