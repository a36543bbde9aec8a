/*
 * stix.json: what findings above "listed" tell, as a bundle of STIX 2.1 (OASIS Standard, 10 June 2021) for platforms
 * that exchange indicators. Private to src/report/.
 *
 * identity          aftercheck (identity_class "system"); the same object in every bundle
 * malware           a family with such findings; description: its conclusion
 * attack-pattern    a technique of ATT&CK that a rule with such a finding names; the same object in every bundle
 * observed-data     one a finding: the observables (SCOs) of its records
 * indicator         one a finding of malware whose records give files, registry values or tasks: a STIX pattern
 * relationship      indicator indicates malware, indicator based-on observed-data, malware uses attack-pattern
 * note              what was examined, all conclusions, how `confidence` is meant
 *
 * Ids are UUIDs of version 5. Observables: in the namespace of section 2.9 over their ID contributing properties as
 * canonical JSON; where they have none, or where that id is taken by an object with other properties, in ours over
 * report and record. The others: in ours over the report's id, the rules and the number of the finding.
 *
 * Times: `created` and `modified` are the latest time that the findings tell, not the time of the run. valid_from,
 * first_observed and last_observed are times that the finding tells. Where none is known it is AC_STIX_EPOCH.
 *
 * confidence (appendix A, None/Low/Med/High): supporting 15, strong 50, decisive 85; S1 15, S2 50, S3 70, S4 85.
 */
#ifndef AC_REPORT_STIX_H
#define AC_REPORT_STIX_H

#include "report/report.h"

#define AC_STIX_EPOCH "2020-01-01T00:00:00.000Z"

/* Appends the bundle; AC_OK or AC_NOMEM with err. */
enum ac_rc ac_report_stix(const struct ac_report_input *in, struct ac_buf *out, struct ac_err *err);

#endif
