/* R6: what EmoCheck would have said, version by version, image path first, and what it cannot see. */
#include "report/text_parts.h"

#include "assess/emocheck_answer.h"

static void of_version(struct ac_text *t, const struct ac_emocheck_answer *x,
                       const struct ac_emocheck_version *v)
{
    struct ac_doc *d = &t->doc;
    unsigned told = 0;

    for (size_t i = 0; i < x->n; i++) {
        const struct ac_emocheck_process *p = &x->processes[i];

        if (!(v->methods & 1U << p->method) || v->methods & p->earlier)
            continue;
        told++;
        ac_doc_say(d, 1, N_("%1$s (%2$s): %3$s; process name %4$s; finding %5$s"), v->name, v->date,
                   p->image_path, p->name, p->finding->id, NULL);
    }
    if (!told)
        ac_doc_say(d, 1, N_("%1$s (%2$s): no process named by its published methods"), v->name,
                   v->date, NULL);
    if (!v->published)
        ac_doc_say(d, 1,
                   N_("%1$s: its further methods are not published; what they would have found is "
                      "not known."),
                   v->name, NULL);
}

static void answer(struct ac_text *t, const struct ac_emocheck_answer *x)
{
    struct ac_doc *d = &t->doc;
    struct ac_buf unseen = {0};

    ac_doc_say(d, 0, N_("Evidence %1$s, installation \"%2$s\", image path first:"), x->evidence,
               x->system, NULL);
    for (const struct ac_emocheck_version *v = ac_emocheck_versions; v->name; v++)
        of_version(t, x, v);
    if (!x->complete)
        ac_doc_say(d, 1,
                   N_("Not everything of this installation was read (R7, R8): that no process is "
                      "named does not mean that EmoCheck would have named none."),
                   NULL);
    for (size_t i = 0; i < x->n_unseen; i++)
        ac_buf_addf(&unseen, "%s%s", i ? ", " : "", x->unseen[i]->id);
    if (unseen.n)
        ac_doc_row(d, 1, N_("Findings that no published method of EmoCheck can see"),
                   ac_buf_text(&unseen));
    ac_doc_release(d, &unseen);
}

void ac_text_emocheck(struct ac_text *t)
{
    struct ac_emocheck_answers answers = {.n = 0};
    struct ac_doc *d = &t->doc;

    if (ac_emocheck_ask(t->a, &answers) != AC_OK) {
        d->failed = true;
        return;
    }
    if (answers.n) {
        ac_doc_heading(d, 1, N_("What EmoCheck would have said"), NULL);
        ac_doc_say(d, 0,
                   N_("EmoCheck (JPCERT/CC) names running processes, in the session of one user. "
                      "On a disk nothing runs: this is what its published methods give for the "
                      "files and values found here, had the process been running. It does not see "
                      "other families, autostarts whose file is gone, deleted values, or the "
                      "registry and folders of other users. The drive letter is taken to be C."),
                   NULL);
    }
    for (size_t i = 0; i < answers.n; i++)
        answer(t, &answers.items[i]);
    ac_emocheck_free(&answers);
}
