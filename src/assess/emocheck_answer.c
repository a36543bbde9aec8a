#include "assess/emocheck_answer.h"

#include "assess/facts.h"
#include "assess/notice_facts.h"
#include "base/alloc.h"
#include "base/set.h"

#include <string.h>

#define METHOD(n) (1U << (n))

const struct ac_emocheck_version ac_emocheck_versions[] = {
    {"v0.0.1", "2020-02-03", METHOD(1), true},
    {"v0.0.2", "2020-02-10", METHOD(1) | METHOD(2), true},
    {"v1.0.0", "2020-08-11", METHOD(1) | METHOD(2) | METHOD(3), true},
    {"v2.0.0", "2021-01-27", METHOD(1) | METHOD(2) | METHOD(3) | METHOD(4) | METHOD(5), true},
    {"v2.1.0 - v2.4.0", "2022-03-04 - 2023-03-19",
     METHOD(1) | METHOD(2) | METHOD(3) | METHOD(4) | METHOD(5), false},
    {.name = NULL},
};

/* The method that a rule has from EmoCheck; 0: none. */
static unsigned method_of(const struct ac_finding *f)
{
    const char *id = f->rule->id;
    bool is_method =
        strlen(id) == 6 && strncmp(id, "EMO-V", 5) == 0 && id[5] >= '1' && id[5] <= '5';

    /* loading by regsvr32 came after what is published; of the word lists EmoCheck has the one that is named K */
    if (!is_method || (id[5] == '4' && strcmp(f->generation, "E4") != 0) ||
        (id[5] == '1' && (f->summary.n < 3 || strcmp(f->summary.args[2], "K") != 0)))
        return 0;
    return (unsigned)(id[5] - '0');
}

static char *image_path(const char *subject)
{
    struct ac_buf path = {0};
    char *copy = NULL;

    ac_buf_addf(&path, "C:\\%s", subject);
    for (size_t i = 3; i < path.n; i++) {
        if (path.p[i] == '/')
            path.p[i] = '\\';
    }
    if (!path.failed)
        copy = strdup(ac_buf_text(&path));
    ac_buf_free(&path);
    return copy;
}

/* EmoCheck finds a library through the process that loads it. */
static const char *process_name(const struct ac_finding *f, unsigned method)
{
    struct ac_str name = ac_last_component(f->subject);

    return method == 4 || !ac_str_iends(name, AC_STR(".exe")) ? "rundll32.exe" : name.p;
}

/* Nothing runs whose file is gone. */
static bool could_run(const struct ac_finding *f)
{
    for (size_t i = 0; i < f->n_records; i++) {
        if (ac_shows_file(f->records[i]))
            return true;
    }
    return false;
}

/* methods: which ones have named a file already, by its folded path */
static enum ac_rc add_process(struct ac_emocheck_answer *x, const struct ac_finding *f,
                              unsigned method, struct ac_set *methods)
{
    struct ac_buf key = {0};
    uint64_t earlier = 0;
    enum ac_rc rc = AC_OK;
    char *path;

    ac_fold_path(f->subject, &key);
    ac_set_get(methods, ac_buf_str(&key), &earlier);
    if (!(earlier & METHOD(method)))
        rc =
            key.failed ? AC_NOMEM : ac_set_put(methods, ac_buf_str(&key), earlier | METHOD(method));
    ac_buf_free(&key);
    if (rc != AC_OK || earlier & METHOD(method))
        return rc;
    path = image_path(f->subject);
    if (!path || ac_grow((void **)&x->processes, &x->cap, x->n + 1, sizeof(*x->processes)) != 0) {
        ac_free(path);
        return AC_NOMEM;
    }
    x->processes[x->n++] =
        (struct ac_emocheck_process){f, method, (unsigned)earlier, process_name(f, method), path};
    return AC_OK;
}

static enum ac_rc add_unseen(struct ac_emocheck_answer *x, const struct ac_finding *f)
{
    if (ac_grow((void **)&x->unseen, &x->cap_unseen, x->n_unseen + 1, sizeof(*x->unseen)) != 0)
        return AC_NOMEM;
    x->unseen[x->n_unseen++] = f;
    return AC_OK;
}

static bool is_of(const struct ac_record *r, const struct ac_machine *m)
{
    return strcmp(ac_record_prov(r, "evidence"), m->evidence) == 0 &&
           strcmp(ac_record_prov(r, "system"), m->system) == 0;
}

static const char *hostname_of(const struct ac_machine *m)
{
    for (size_t i = 0; i < m->names.n; i++) {
        if (!m->names.items[i].former)
            return m->names.items[i].text;
    }
    return "";
}

static enum ac_rc ask(const struct ac_assessment *a, const struct ac_machine *m, void *context)
{
    struct ac_emocheck_answers *ret = context;
    struct ac_emocheck_answer *x;
    struct ac_set methods = {0};
    enum ac_rc rc = AC_OK;

    if (ac_grow((void **)&ret->items, &ret->cap, ret->n + 1, sizeof(*ret->items)) != 0)
        return AC_NOMEM;
    x = &ret->items[ret->n++];
    *x = (struct ac_emocheck_answer){.evidence = m->evidence,
                                     .system = m->system,
                                     .hostname = hostname_of(m),
                                     .last_trace = {m->last},
                                     .complete = m->complete};
    for (size_t i = 0; rc == AC_OK && i < a->n_findings; i++) {
        const struct ac_finding *f = a->findings[i];
        unsigned method = method_of(f);

        if (f->strength == AC_LISTED || f->n_records == 0 || !is_of(f->records[0], m))
            continue;
        if (method && f->subject[0] && could_run(f))
            rc = add_process(x, f, method, &methods);
        else
            rc = add_unseen(x, f);
    }
    ac_set_free(&methods);
    return rc;
}

enum ac_rc ac_emocheck_ask(const struct ac_assessment *a, struct ac_emocheck_answers *ret)
{
    enum ac_rc rc = ac_machines_ask(a, ask, ret);

    if (rc != AC_OK)
        ac_emocheck_free(ret);
    return rc;
}

void ac_emocheck_free(struct ac_emocheck_answers *answers)
{
    for (size_t i = 0; i < answers->n; i++) {
        for (size_t k = 0; k < answers->items[i].n; k++)
            ac_free(answers->items[i].processes[k].image_path);
        ac_free(answers->items[i].processes);
        ac_free(answers->items[i].unseen);
    }
    ac_free(answers->items);
    *answers = (struct ac_emocheck_answers){.n = 0};
}
