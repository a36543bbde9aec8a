/* R6: the question of 25 April 2021, answered for each installation. */
#include "report/text_parts.h"

#include "assess/uninstaller.h"

static void window(struct ac_text *t, const struct ac_uninstaller_answer *x)
{
    struct ac_doc *d = &t->doc;
    struct ac_buf installed = {0}, first = {0}, last = {0};

    ac_doc_say(
        d, 1,
        N_("Window: Windows installed %1$s; oldest start of a program or event that is kept: "
           "%2$s; last trace: %3$s. Older traces may have been overwritten."),
        ac_text_time(t, x->installed, &installed), ac_text_time(t, x->first_trace, &first),
        ac_text_time(t, x->last_trace, &last), NULL);
    ac_doc_release(d, &installed);
    ac_doc_release(d, &first);
    ac_doc_release(d, &last);
}

static void answer(struct ac_text *t, const struct ac_uninstaller_answer *x)
{
    struct ac_doc *d = &t->doc;
    struct ac_buf basis = {0};

    ac_doc_say(d, 0, N_("Evidence %1$s, installation \"%2$s\": %3$s"), x->evidence, x->system,
               ac_doc_word(d, ac_uninstaller_sentence(x->verdict)), NULL);
    for (size_t i = 0; i < x->n_records; i++)
        ac_buf_addf(&basis, "%s%s", i ? ", " : "", ac_record_id(x->records[i]));
    if (basis.n)
        ac_doc_row(d, 1, N_("Basis"), ac_buf_text(&basis));
    window(t, x);
    ac_doc_release(d, &basis);
}

void ac_text_uninstaller(struct ac_text *t)
{
    struct ac_uninstaller_answers answers = {.n = 0};
    struct ac_doc *d = &t->doc;

    if (ac_uninstaller_ask(t->a, &answers) != AC_OK) {
        d->failed = true;
        return;
    }
    if (answers.n) {
        ac_doc_heading(d, 1, N_("The uninstaller of 25 April 2021"), NULL);
        ac_doc_say(
            d, 0,
            N_("On 27 January 2021 the seized servers of Emotet began to send a module of "
               "law enforcement, which on 25 April 2021, 12:00 by the clock of the computer, "
               "removed the service and the Run value of Emotet. It left files, other "
               "malware, and what had been stolen before."),
            NULL);
    }
    for (size_t i = 0; i < answers.n; i++)
        answer(t, &answers.items[i]);
    ac_uninstaller_free(&answers);
}
