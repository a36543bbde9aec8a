/*
 * What stix.json and case.jsonld share: both tell other programs of the findings above "listed", in the forms of
 * others. Private to src/report/.
 *
 * Both are the same bytes for the same records and rules: ids are of version 5, and no time of the run stands in them.
 * Memory failure is sticky (`failed`), so that a document is made in one go and checked once.
 */
#ifndef AC_REPORT_EXCHANGE_H
#define AC_REPORT_EXCHANGE_H

#include "report/text_parts.h"
#include "report/uuid5.h"

struct ac_exchange {
    struct ac_text t;       /* report id, evidence items */
    struct ac_set records;  /* id -> index + 1 */
    struct ac_set accounts; /* evidence, system and name -> index + 1 */
    struct ac_buf scope;    /* of ids: report and rules */
    bool failed;
};

struct ac_span { /* ticks 0: no time is known */
    struct ac_filetime first, last;
};

/* To be freed either way; AC_OK or AC_NOMEM. */
enum ac_rc ac_exchange_init(struct ac_exchange *x, const struct ac_report_input *in);
void ac_exchange_free(struct ac_exchange *x);

/* Is it told at all? */
bool ac_exchange_wants(const struct ac_finding *f);
/* Is this a family of malware: none of a vaccine, an exercise, an uninstaller, and not "unassigned"? */
bool ac_exchange_is_malware(const char *family);

/* The id of an object that only this report with these rules has: `name` says which, "finding F-001". */
void ac_exchange_id(struct ac_exchange *x, const char *name, char ret[AC_UUID_TEXT]);
/* The same of one that is in every report: the tool, a technique. */
void ac_exchange_common_id(struct ac_exchange *x, const char *name, char ret[AC_UUID_TEXT]);

/* NULL: there is none of that id. */
const struct ac_record *ac_exchange_record(const struct ac_exchange *x, const char *id);
/* The account of that name in the installation of r, NULL: not known. */
const struct ac_record *ac_exchange_account(struct ac_exchange *x, const struct ac_record *r,
                                            const char *name);

/* Times at which something was done, not those that programs can set. */
void ac_exchange_span(const struct ac_finding *f, struct ac_span *span);

/* Sets a member; `value` is stolen, and NULL means that there was no memory for it. When it fails, the value is gone:
 * give it last, or look at `failed`. */
void ac_exchange_put(struct ac_exchange *x, json_t *o, const char *name, json_t *value);
void ac_exchange_add(struct ac_exchange *x, json_t *array, json_t *value);
/* The text as every other document shows it (ac_text_safe()). */
json_t *ac_exchange_text(struct ac_exchange *x, struct ac_str text);
json_t *ac_exchange_textz(struct ac_exchange *x, const char *text);
/* A sentence in English. */
json_t *ac_exchange_sentence(struct ac_exchange *x, const struct ac_sentence *s);

/* "Users/user1/x" of a volume as "\Users\user1\x": no record tells the letter of a volume. Appends. */
void ac_exchange_path(struct ac_str path, struct ac_buf *out);
/* "HKLM\SOFTWARE" with the whole name of its root. Appends. */
void ac_exchange_key(const char *key, struct ac_buf *out);
/* "REG_SZ" ..., NULL: a type that has no name. */
const char *ac_exchange_value_type(int64_t type);

#endif
