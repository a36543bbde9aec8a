/*
 * case.jsonld: evidence, examination and findings above "listed" in the vocabulary of CASE 1.4 and UCO 1.4
 * (caseontology.org, unifiedcyberontology.org), for case management and for other tools. Private to src/report/.
 *
 * Investigation             of this report: leads to all that follows
 * AnalyticTool              aftercheck with its version
 * Image, File               evidence items: segments, digests of the medium
 * InvestigativeAction       collection, then assessment (also an Analysis)
 * ProvenanceRecord          what was collected from an item (exhibit number: its id), and what the assessment gave
 * File, Directory, WindowsRegistryKey, WindowsTask, WindowsPrefetch, EventRecord, ObservableObject
 *                           one for each record of a finding; Contained_Within the artefact, and that the item,
 *                           with paths and byte offsets
 * AnalyticResult            a finding (statement: its summary), a conclusion (resultContent: its findings)
 *
 * Every node is named urn:uuid: with a UUID of version 5 over report, rules, and what it is: the same records and rules
 * give the same bytes. No time of the run stands in it, so the actions have none; run.json has them. Times in it are
 * those of records. core:confidence as in stix.json.
 */
#ifndef AC_REPORT_CASE_UCO_H
#define AC_REPORT_CASE_UCO_H

#include "report/report.h"

/* Appends the document; AC_OK or AC_NOMEM with err. */
enum ac_rc ac_report_case(const struct ac_report_input *in, struct ac_buf *out, struct ac_err *err);

#endif
