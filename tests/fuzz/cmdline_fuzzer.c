/*
 * libFuzzer target of variables, command lines and Windows paths: what text leads to, and every
 * path in it. A line feed parts program and arguments, as tasks have them. Build with clang
 * -fsanitize=fuzzer,address,undefined; the corpus lies in corpus/cmdline/.
 */
#include "base/cmdline.h"
#include "base/winpath.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void paths_of(const struct ac_cmdline_list *list, const struct ac_winenv *env)
{
    if (list->n > 0 ? list->preferred >= list->n : list->preferred != 0)
        abort();
    for (size_t i = 0; i < list->n; i++) {
        struct ac_winpath w;

        if (ac_winpath_parse(ac_str_of(list->items[i].path), env, &w) != AC_OK)
            abort();
        ac_path_user_writable(ac_buf_str(&w.path));
        ac_buf_free(&w.path);
    }
}

static void use(struct ac_cmdline *c, const struct ac_winenv *env)
{
    if (!c->argument || !c->decoded || !ac_cmdline_kind_name(c->kind))
        abort();
    paths_of(&c->programs, env);
    paths_of(&c->targets, env);
    ac_cmdline_free(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ac_str text = {(const char *)data, size};
    const char *feed = size ? memchr(text.p, '\n', size) : NULL;
    struct ac_winenv env = {0};
    struct ac_buf expanded = {0};
    struct ac_cmdline c;

    ac_winenv_standard(&env, AC_STR("C:\\Windows"), AC_STR("C:\\Users\\user1"));
    ac_winenv_expand(&env, text, &expanded);
    if (ac_cmdline_parse(ac_buf_str(&expanded), &c) == AC_OK)
        use(&c, &env);
    if (feed && ac_cmdline_parse_pair((struct ac_str){text.p, (size_t)(feed - text.p)},
                                      (struct ac_str){feed + 1, size - (size_t)(feed - text.p) - 1},
                                      &c) == AC_OK)
        use(&c, &env);
    ac_buf_free(&expanded);
    ac_winenv_free(&env);
    return 0;
}
