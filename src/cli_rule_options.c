#include "cli_rule_options.h"

#include "base/alloc.h"
#include "cli.h"

bool ac_argument_add(struct ac_argument_list *l, const char *text)
{
    if (ac_grow((void **)&l->items, &l->cap, l->n + 1, sizeof(*l->items)) != 0)
        return false;
    l->items[l->n++] = text;
    return true;
}

void ac_rule_arguments_free(struct ac_rule_arguments *a)
{
    ac_free(a->rules.items);
    ac_free(a->hashes.items);
    ac_free(a->names.items);
    ac_free(a->known_good.items);
    *a = (struct ac_rule_arguments){0};
}

int ac_rule_arguments_load(const struct ac_rule_arguments *a, bool shipped, const char *command,
                           struct ac_rule_set **ret)
{
    struct ac_buf folder = {0};
    struct ac_rule_options o = {
        .rules = a->rules.items,
        .n_rules = a->rules.n,
        .hashes = a->hashes.items,
        .n_hashes = a->hashes.n,
        .names = a->names.items,
        .n_names = a->names.n,
        .known_good = a->known_good.items,
        .n_known_good = a->known_good.n,
    };
    struct ac_err err = {0};
    enum ac_rc rc;

    ac_buf_addf(&folder, "%s/rules", ac_data_directory());
    o.shipped = shipped ? ac_buf_text(&folder) : NULL;
    rc = ac_rule_set_load(&o, ret, &err);
    ac_buf_free(&folder);
    if (rc == AC_OK)
        return -1;
    ac_cli_complain(command, &err);
    return rc == AC_USAGE ? AC_STATUS_USAGE : AC_STATUS_INTERNAL;
}
