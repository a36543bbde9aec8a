#include "assess/exposure.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

static enum ac_urgency urgency_of(const char *group)
{
    static const struct {
        const char *group;
        enum ac_urgency urgency;
    } groups[] = {{"mail", AC_URGENT_MAIL},
                  {"browser", AC_URGENT_BROWSER},
                  {"access", AC_URGENT_ACCESS},
                  {"manager", AC_URGENT_MANAGER}};

    for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
        if (strcmp(group, groups[i].group) == 0)
            return groups[i].urgency;
    }
    return AC_URGENT_REST;
}

static int rank_of(const char *content)
{
    static const char *const order[] = {"passwords",    "accounts",     "cookies",
                                        "cards",        "network-keys", "mail-bodies",
                                        "form-entries", "connections",  "key"};
    int i = 0;

    while (i < (int)(sizeof(order) / sizeof(order[0])) && strcmp(order[i], content) != 0)
        i++;
    return i;
}

bool ac_exposed_is_to_change(const struct ac_exposed *x)
{
    return rank_of(x->content) <= rank_of("network-keys");
}

static void look_at_findings(const struct ac_assessment *a, struct ac_exposure *e)
{
    bool takes_domain = false;

    e->first = ac_first_trace(a, NULL, NULL);
    for (size_t i = 0; i < a->n_findings; i++) {
        const struct ac_finding *f = a->findings[i];

        if (!ac_tells_of_malware(f))
            continue;
        e->any_finding = true;
        takes_domain |=
            strcmp(f->rule->family, "trickbot") == 0 || strcmp(f->rule->family, "qakbot") == 0;
    }
    for (size_t i = 0; takes_domain && i < a->n_records && !e->domain; i++) {
        if (ac_record_kind(a->records[i]) == AC_KIND_SYSTEM &&
            ac_record_get(a->records[i], "domain")[0])
            e->domain = a->records[i];
    }
}

/* ---- items */

static bool belongs(const struct ac_exposed *x, const struct ac_record *r)
{
    return strcmp(x->program, ac_record_get(r, "program")) == 0 &&
           strcmp(x->content, ac_record_get(r, "content")) == 0 &&
           strcmp(x->user, ac_record_get(r, "user")) == 0 &&
           strcmp(x->evidence, ac_record_prov(r, "evidence")) == 0 &&
           strcmp(x->system, ac_record_prov(r, "system")) == 0;
}

static struct ac_exposed *item_of(struct ac_exposure *e, const struct ac_record *r)
{
    for (size_t i = e->n; i > 0; i--) {
        if (belongs(&e->items[i - 1], r))
            return &e->items[i - 1];
    }
    if (ac_grow((void **)&e->items, &e->cap, e->n + 1, sizeof(*e->items)) != 0)
        return NULL;
    e->items[e->n] = (struct ac_exposed){.evidence = ac_record_prov(r, "evidence"),
                                         .system = ac_record_prov(r, "system"),
                                         .user = ac_record_get(r, "user"),
                                         .program = ac_record_get(r, "program"),
                                         .content = ac_record_get(r, "content"),
                                         .urgency = urgency_of(ac_record_get(r, "group")),
                                         .saved_known = true,
                                         .accounts_known = true};
    return &e->items[e->n++];
}

static void earliest(struct ac_filetime *all, struct ac_filetime t)
{
    if (t.ticks && (all->ticks == 0 || t.ticks < all->ticks))
        *all = t;
}

static void latest(struct ac_filetime *all, struct ac_filetime t)
{
    if (t.ticks > all->ticks)
        *all = t;
}

static void add_words(struct ac_exposed *x, const struct ac_record *r)
{
    const json_t *list = ac_record_get_json(r, "protection");

    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *word = json_string_value(json_array_get(list, i));
        size_t k = 0;

        while (word && k < x->n_protection && strcmp(x->protection[k], word) != 0)
            k++;
        if (word && k == x->n_protection && k < AC_EXPOSURE_WORDS)
            x->protection[x->n_protection++] = word;
    }
}

/* Evidence may state any number. */
static void add_count(int64_t *all, int64_t n)
{
    if (n < 0 || __builtin_add_overflow(*all, n, all))
        *all = INT64_MAX;
}

static bool add_record(struct ac_exposure *e, const struct ac_record *r)
{
    struct ac_exposed *x = item_of(e, r);

    if (!x ||
        ac_grow((void **)&x->records, &x->cap_records, x->n_records + 1, sizeof(*x->records)) != 0)
        return false;
    x->records[x->n_records++] = r;
    x->saved_known &= ac_record_get_json(r, "saved") != NULL;
    x->accounts_known &= ac_record_get_json(r, "accounts") != NULL;
    x->unreadable += ac_record_get(r, "unreadable")[0] != '\0';
    add_count(&x->saved, ac_record_get_int(r, "saved"));
    add_count(&x->accounts, ac_record_get_int(r, "accounts"));
    add_count(&x->size, ac_record_get_int(r, "size"));
    earliest(&x->first_created, ac_record_get_time(r, "first_created"));
    latest(&x->last_created, ac_record_get_time(r, "last_created"));
    latest(&x->last_used, ac_record_get_time(r, "last_used"));
    latest(&x->last_changed, ac_record_get_time(r, "last_changed"));
    latest(&x->modified, ac_record_get_time(r, "modified"));
    add_words(x, r);
    return true;
}

static int compare(const void *a, const void *b)
{
    const struct ac_exposed *x = a, *y = b;
    int order = strcmp(x->evidence, y->evidence);

    if (order == 0)
        order = strcmp(x->system, y->system);
    if (order == 0) /* the machine's own come last */
        order = (x->user[0] == '\0') - (y->user[0] == '\0');
    if (order == 0)
        order = strcmp(x->user, y->user);
    if (order == 0)
        order = (int)x->urgency - (int)y->urgency;
    if (order == 0)
        order = rank_of(x->content) - rank_of(y->content);
    return order ? order : strcmp(x->program, y->program);
}

enum ac_rc ac_exposure_make(const struct ac_assessment *a, struct ac_exposure *ret)
{
    *ret = (struct ac_exposure){0};
    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];

        ret->searched |= ac_record_kind(r) == AC_KIND_SOURCE &&
                         strcmp(ac_record_get(r, "source"), "credential-stores") == 0;
        if (ac_record_kind(r) != AC_KIND_CREDENTIAL_STORE || ac_record_prov(r, "snapshot")[0])
            continue;
        if (!add_record(ret, r)) {
            ac_exposure_free(ret);
            return AC_NOMEM;
        }
    }
    if (ret->n > 0)
        qsort(ret->items, ret->n, sizeof(*ret->items), compare);
    look_at_findings(a, ret);
    return AC_OK;
}

void ac_exposure_free(struct ac_exposure *e)
{
    for (size_t i = 0; i < e->n; i++)
        ac_free(e->items[i].records);
    ac_free(e->items);
    *e = (struct ac_exposure){0};
}
