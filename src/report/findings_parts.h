/* Members of findings.json that have a file of their own. Private to src/report/. */
#ifndef AC_REPORT_FINDINGS_PARTS_H
#define AC_REPORT_FINDINGS_PARTS_H

#include "report/report.h"

/* {"examined", "first_sign", "items"}; Owned. NULL: no memory. */
json_t *ac_findings_exposure(const struct ac_assessment *a);

#endif
