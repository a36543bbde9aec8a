/*
 * What the sections of the text report share. Private to src/report/.
 *
 * Three layers never mix: A observations (R5), B interpretation (R6), C what only a human can say
 * (R1, R10).
 */
#ifndef AC_REPORT_TEXT_PARTS_H
#define AC_REPORT_TEXT_PARTS_H

#include "base/set.h"
#include "report/text_layout.h"

struct ac_text_item { /* one evidence item */
    const char *id, *name;
    const struct ac_record *integrity; /* NULL: no disk image, or not known */
    const struct ac_record *expected;  /* with digests recorded elsewhere; NULL: none were given */
};
struct ac_text_system { /* one Windows installation, or loose artefacts */
    const char *evidence, *name;
};

struct ac_text {
    const struct ac_report_input *in;
    const struct ac_assessment *a;
    struct ac_doc doc;
    char report_id[AC_REPORT_ID];
    struct ac_text_item *items; /* Owned */
    size_t n_items, cap_items;
    struct ac_text_system *systems; /* Owned */
    size_t n_systems, cap_systems;
    struct ac_set told; /* record id -> number of the statement that describes it */
    size_t strengths[4];
    size_t complete, partial, absent, unread,
        problems; /* sources by how they were read; problems */
};

/* text.c: the whole report as a document of parts; to be freed with ac_text_free() in any case. AC_OK or
 * AC_NOMEM. */
enum ac_rc ac_text_make(struct ac_text *t, const struct ac_report_input *in, const char *language);

/* text_facts.c: gathers the above from the records. AC_OK or AC_NOMEM. */
enum ac_rc ac_text_gather(struct ac_text *t);
void ac_text_free(struct ac_text *t);
/* 0 to 3 as the command ends; see aftercheck(1). */
int ac_text_status(const struct ac_text *t);
/* The profiles that the records of a finding belong to, each once (not those in `seen`), ", "
 * between them. Appends. */
void ac_text_users(const struct ac_finding *f, struct ac_set *seen, struct ac_buf *out);
bool ac_text_is_of(const struct ac_record *r, const struct ac_text_system *s);

/* text_words.c: words of closed lists, in the report's language; other texts come back as they are.
 */
const char *ac_text_word(const struct ac_text *t, const char *value);
const char *ac_text_family(const struct ac_text *t, const char *family);
const char *ac_text_scale(const struct ac_text *t, enum ac_scale s);
const char *ac_text_criterion(enum ac_scale s); /* message id */
/* English sentences that come with records, "; " between them: ours are translated, others stay as
 * they are with a mark. Appends. */
void ac_text_foreign(const struct ac_text *t, const char *english, struct ac_buf *out);
/* text_problem.c: the sentence of a problem, or a reason made in the same way. Appends its translation; false, and
 * nothing appended: it cannot be translated with confidence, or the report is English. */
bool ac_text_problem(const struct ac_text *t, struct ac_str english, struct ac_buf *out);
/* "2021-01-05T08:30:14Z (FILETIME 132543090140000000)"; "Not supplied" for a time of 0. */
const char *ac_text_time(const struct ac_text *t, struct ac_filetime time, struct ac_buf *out);
const char *ac_text_of(const json_t *object, const char *member); /* "" if it is no text */
/* Name of the case file, without the folder: where it lay is no part of the report. */
const char *ac_text_case_file(const struct ac_text *t);
/* Text of a human field, or the words for why there is none. Borrowed until the next call with this
 * buffer. */
const char *ac_text_human(const struct ac_text *t, const char *member, struct ac_buf *out);
void ac_text_human_row(struct ac_text *t, const char *label, const char *member);

/* What an execution artefact proves and what it does not: message id, NULL if nothing is known of
 * it. text_proof.c */
const char *ac_text_proof(const char *artefact);

/* What is more than a field of an event. text_event.c */
void ac_text_event(struct ac_text *t, const struct ac_record *r);

/* The sections. */
void ac_text_summary(struct ac_text *t);     /* R0, text_summary.c */
void ac_text_glossary(struct ac_text *t);    /* R0, text_glossary.c */
void ac_text_request(struct ac_text *t);     /* R1, text_human.c */
void ac_text_evidence(struct ac_text *t);    /* R2, text_evidence.c */
void ac_text_systems(struct ac_text *t);     /* R3, text_systems.c */
void ac_text_method(struct ac_text *t);      /* R4, text_method.c */
void ac_text_findings(struct ac_text *t);    /* R5, text_findings.c */
void ac_text_conclusions(struct ac_text *t); /* R6, text_conclusions.c */
void ac_text_coverage(struct ac_text *t);    /* R7, text_coverage.c */
void ac_text_limits(struct ac_text *t);      /* R8, text_limits.c */
void ac_text_reproduce(struct ac_text *t);   /* R9, text_reproduce.c */
void ac_text_closing(struct ac_text *t);     /* R10, text_human.c */

/* The file of notices among what humans supplied; which rows agree, in short; the part of R3. Nothing
 * without notices. text_notice.c */
void ac_text_notice_source(struct ac_text *t);
void ac_text_notice_summary(struct ac_text *t);
void ac_text_notices(struct ac_text *t);
/* The volume serial numbers of a system record. text_systems.c */
void ac_text_serials(struct ac_text *t, unsigned indent, const struct ac_record *r);
/* A system record that tells of a network interface, a network or an earlier Windows; and the account of
 * the record at that index, unless it was told with an earlier one. text_identity.c */
void ac_text_identity(struct ac_text *t, const struct ac_record *r);
void ac_text_account(struct ac_text *t, size_t at);
/* R5: what was seen beside the findings. text_context.c */
void ac_text_context(struct ac_text *t);
/* text_emocheck.c */
void ac_text_emocheck(struct ac_text *t);
/* text_uninstaller.c */
void ac_text_uninstaller(struct ac_text *t);
/* text_entry.c */
void ac_text_entry(struct ac_text *t);
/* text_usage.c */
void ac_text_usage(struct ac_text *t);
/* R6: which stored credentials could be read; in R0 their number. text_exposure.c */
void ac_text_exposure(struct ac_text *t);
void ac_text_exposure_summary(struct ac_text *t);
/* R5: the autostart entries that transaction logs changed. text_replay.c */
void ac_text_replay(struct ac_text *t);
/* The sentence of a finding. Appends. text_findings.c */
void ac_text_finding(struct ac_text *t, const struct ac_finding *f, struct ac_buf *out);
/* text_fields.c: label (message id) of a field, of a kind in general and of one record (the times of a file that no
 * $MFT describes have other names), NULL if it has none; its value in the report's language, false if there is
 * none or it is no single value; all that are shown of a record, a row each. */
const char *ac_text_label(enum ac_kind kind, const char *field);
const char *ac_text_label_of(const struct ac_record *r, const char *field);
bool ac_text_field(const struct ac_text *t, const struct ac_record *r, const char *field,
                   struct ac_buf *out);
void ac_text_fields(struct ac_text *t, const struct ac_record *r);
/* text_record.c: where the bytes of a record stand. */
void ac_text_provenance(struct ac_text *t, const struct ac_record *r);
/* One record with all its provenance; `subject` (may be "") chooses which file names of a prefetch
 * file are shown. A record that was described before is only referred to. text_record.c */
void ac_text_record(struct ac_text *t, const struct ac_record *r, const char *subject);

#endif
