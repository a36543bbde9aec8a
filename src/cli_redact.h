/* A copy of a report folder in which names are replaced by labels. Private to the command `redact`. */
#ifndef AC_CLI_REDACT_H
#define AC_CLI_REDACT_H

#include "cli_job.h"
#include "report/redact.h"

#define AC_REDACTION_COLUMNS 80 /* of a line of the text reports */

struct ac_redaction {
    char *from;
    const char *to, *names;
    bool accounts, quiet;
    struct ac_redact redact;
    char report_id[32];
    char manifest[AC_HASH_TEXT]; /* digest of the original's manifest */
    json_t *left_out;            /* Owned: names of files that are not copied */
};

/* A file of the folder, whole; dir NULL: the name is a path. AC_LIMIT: it is too large. */
enum ac_rc ac_redaction_load(const char *dir, const char *name, struct ac_buf *out,
                             struct ac_err *err);

/* cli_redact_names.c: the names of the list, and with x->accounts those of the records. AC_USAGE: one of them cannot be
 * replaced. */
enum ac_rc ac_redaction_names(struct ac_redaction *x, struct ac_err *err);
enum ac_rc ac_redaction_accounts(struct ac_redaction *x, struct ac_err *err);

/* cli_redact_note.c: what a copy says of itself: as members of JSON (Owned), before a text, in HTML. */
json_t *ac_redaction_statement(const struct ac_redaction *x);
void ac_redaction_cover(const struct ac_redaction *x, const char *language, struct ac_buf *out);
void ac_redaction_banner(const struct ac_redaction *x, struct ac_buf *out);

/* cli_redact_file.c: one file of the report into the copy, or its name into x->left_out. */
enum ac_rc ac_redaction_file(struct ac_redaction *x, const char *name, struct ac_err *err);

#endif
