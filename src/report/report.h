/*
 * From an assessment to documents: report.en.txt, report.ja.txt, report.html, findings.json, tables for
 * spreadsheets, the timeline in three forms, and the manifest.
 *
 * Sees records, findings and what the caller says of the run; nothing upstream. Both languages are
 * written from the same findings with the same numbers. What differs between two runs of the same
 * input comes from `run` only and stands in one marked block of each document.
 */
#ifndef AC_REPORT_REPORT_H
#define AC_REPORT_REPORT_H

#include "assess/notice.h"

/* Behind the name of a document that is being written: what an interrupted run may leave. */
#define AC_REPORT_PART ".part"

#define AC_REPORT_ID 24 /* "AC-", 16 hexadecimal digits */

struct ac_report_input {
    const struct ac_assessment *assessment;
    const json_t *header; /* first line of records.jsonl */
    /* What a human supplied (--case, --examiner, --case-file ...): an object of texts; absent members are printed
     * as "Not supplied". Members: case_id, report_id, examiner, organisation, qualification, requester,
     * request_date, question, scope, out_of_scope, authority, external_hash, custody, disposition,
     * case_file (name), case_file_sha256. */
    const json_t *human;
    /* The run: command_line (array), started, ended, host, system, user_locale, directory, data_directory, tool
     * {name, version, commit, flags, compiler}, libraries (object name -> version), evidence (array of
     * {id, path}). NULL
     * when a report is made from records without their run.json. */
    const json_t *run;
    /* Both NULL when no list of notified machines was given. */
    const struct ac_notice_list *notices;
    const struct ac_notice_matches *matches;
    const char *id; /* Borrowed: what ac_report_id() gave; NULL: every document computes it */
};

/* Every record goes into it: computed once for all documents of a report. AC_OK or AC_NOMEM. */
enum ac_rc ac_report_id(const struct ac_report_input *in, char ret[AC_REPORT_ID]);

/* Writes the documents into the existing folder `dir` and then the manifest over every regular file in
 * it. AC_IO with the file's name. */
enum ac_rc ac_report_write(const struct ac_report_input *in, const char *dir, struct ac_err *err);

/* One file of the folder, whole or not at all. */
enum ac_rc ac_report_put(const char *dir, const char *name, const struct ac_buf *text,
                         struct ac_err *err);

/* The text report in one language ("en", "ja") appended to `out`; pages end with form feeds. */
enum ac_rc ac_report_text(const struct ac_report_input *in, const char *language,
                          struct ac_buf *out, struct ac_err *err);
/* report.html: both languages in one file, with the same statements and numbers as the text reports. */
enum ac_rc ac_report_html(const struct ac_report_input *in, struct ac_buf *out, struct ac_err *err);
/* findings.json. */
enum ac_rc ac_report_findings(const struct ac_report_input *in, struct ac_buf *out,
                              struct ac_err *err);

/* The JSON Schema of findings.json. Owned: json_decref(); NULL: no memory. */
json_t *ac_report_findings_schema(void);

/* manifest.sha256 over all regular files of dir but itself and manifest.sha256.*, in the form of sha256sum(1). */
enum ac_rc ac_manifest_write(const char *dir, struct ac_err *err);
/* AC_OK: every listed file is unchanged and nothing unlisted is there. AC_CORRUPT: not so, err tells what; each
 * difference is also given to `each` (may be NULL), and each signature beside the manifest, which is not checked and no
 * difference. AC_NOT_FOUND: no manifest. */
typedef void ac_manifest_each(void *context, const char *file, const char *state);
enum ac_rc ac_manifest_verify(const char *dir, ac_manifest_each *each, void *context,
                              struct ac_err *err);

/* Message catalogues: `dir` holds ja/LC_MESSAGES/aftercheck.mo. Call once, before threads. */
void ac_language_init(const char *dir);
/* The text in that language; the English sentence itself for "en" or when there is no translation. */
const char *ac_translate(const char *language, const char *msgid);

#endif
