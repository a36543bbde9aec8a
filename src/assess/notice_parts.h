/* One row of a notice asked of one installation. Private to src/assess/. */
#ifndef AC_ASSESS_NOTICE_PARTS_H
#define AC_ASSESS_NOTICE_PARTS_H

#include "assess/notice_facts.h"

/* A row with its times parsed, and the answer that is being made for one installation. */
struct ac_question {
    const struct ac_notice *notice;
    struct ac_notice_time first, last;
    const struct ac_machine *machine;
    struct ac_notice_match *match;
    enum ac_rc rc;
};

/* Sets the answer to one criterion; arguments of the sentence are copied. */
struct ac_notice_criterion *ac_answer(struct ac_question *q, enum ac_notice_criterion_id id,
                                      enum ac_notice_answer answer, const char *msgid,
                                      const char *const args[], unsigned n);
void ac_answer_not_given(struct ac_question *q, enum ac_notice_criterion_id id);
/* A record that shows it; each once, as many as there is room for. */
void ac_answer_show(struct ac_notice_criterion *c, const struct ac_record *r);

void ac_ask_name(struct ac_question *q);    /* notice_criteria.c */
void ac_ask_address(struct ac_question *q); /* notice_criteria.c */
void ac_ask_user(struct ac_question *q);    /* notice_criteria.c */
void ac_ask_time(struct ac_question *q);    /* notice_when.c */

#endif
