#include "base/cmdline_inner.h"

#include "base/alloc.h"

#include <string.h>

static const struct {
    const char *name; /* of the program, without ".exe" */
    enum ac_cmdline_kind kind;
    void (*read)(struct scan *s, struct ac_str rest);
} interpreters[] = {
    {"rundll32", AC_CMDLINE_RUNDLL32, ac_cl_rundll32},
    {"regsvr32", AC_CMDLINE_REGSVR32, ac_cl_regsvr32},
    {"mshta", AC_CMDLINE_MSHTA, ac_cl_mshta},
    {"wscript", AC_CMDLINE_SCRIPT, ac_cl_script},
    {"cscript", AC_CMDLINE_SCRIPT, ac_cl_script},
    {"cmd", AC_CMDLINE_CMD, ac_cl_cmd},
    {"powershell", AC_CMDLINE_POWERSHELL, ac_cl_powershell},
    {"pwsh", AC_CMDLINE_POWERSHELL, ac_cl_powershell},
    {"msiexec", AC_CMDLINE_MSIEXEC, ac_cl_msiexec},
    {"explorer", AC_CMDLINE_EXPLORER, ac_cl_explorer},
    {"conhost", AC_CMDLINE_CONHOST, ac_cl_conhost},
};
#define INTERPRETERS (sizeof(interpreters) / sizeof(interpreters[0]))

void ac_cl_free_list(struct ac_cmdline_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        ac_free(list->items[i].path);
        ac_free(list->items[i].rest);
    }
    ac_free(list->items);
    *list = (struct ac_cmdline_list){0};
}

void ac_cmdline_free(struct ac_cmdline *c)
{
    ac_cl_free_list(&c->programs);
    ac_cl_free_list(&c->targets);
    ac_free(c->argument);
    ac_free(c->decoded);
    *c = (struct ac_cmdline){0};
}

const char *ac_cmdline_kind_name(enum ac_cmdline_kind kind)
{
    static const char *const names[AC_CMDLINE_KINDS] = {
        "program", "rundll32",   "regsvr32", "mshta",    "script",
        "cmd",     "powershell", "msiexec",  "explorer", "conhost"};

    return names[kind];
}

static size_t interpreter_of(const char *path)
{
    struct ac_str base = ac_cl_base(ac_str_of(path));
    size_t i = 0;

    while (i < INTERPRETERS && !ac_str_ieq(base, ac_str_of(interpreters[i].name)))
        i++;
    return i;
}

static void copy_list(struct scan *s, const struct ac_cmdline_list *from,
                      struct ac_cmdline_list *to)
{
    for (size_t i = 0; i < from->n; i++)
        ac_cl_add(s, to, ac_str_of(from->items[i].path), "", ac_str_of(from->items[i].rest));
    to->preferred = from->preferred;
}

/* Finds the interpreter among the programs and lets it fill the targets; otherwise the programs are
 * the targets. Readings after the preferred one are not considered: their last word is an
 * argument. */
static void interpret(struct scan *s, const struct ac_cmdline_list *programs)
{
    for (size_t i = 0; i < programs->n && i <= programs->preferred; i++) {
        size_t k = interpreter_of(programs->items[i].path);

        if (k == INTERPRETERS)
            continue;
        s->ret->kind = interpreters[k].kind;
        s->ret->depth++;
        interpreters[k].read(s, ac_str_of(programs->items[i].rest));
        if (s->ret->targets.n == 0 && !s->ret->argument[0] && !s->ret->decoded[0])
            ac_cl_add(s, &s->ret->targets, ac_str_of(programs->items[i].path), "",
                      ac_str_of(programs->items[i].rest));
        return;
    }
    copy_list(s, programs, &s->ret->targets);
}

bool ac_cl_nested(struct scan *s, struct ac_str command)
{
    struct ac_cmdline_list programs = {0};

    if (s->depth >= AC_MAX_COMMAND_DEPTH) {
        s->ret->cut = true;
        return false;
    }
    ac_cl_add_paths(s, &programs, command, ".exe", "");
    if (programs.n == 0)
        return false;
    s->depth++;
    interpret(s, &programs);
    s->depth--;
    ac_cl_free_list(&programs);
    return true;
}

static enum ac_rc finish(struct scan *s, struct ac_cmdline *ret)
{
    if (!s->failed)
        interpret(s, &s->ret->programs);
    if (s->failed) {
        ac_cmdline_free(s->ret);
        return AC_NOMEM;
    }
    *ret = *s->ret;
    return AC_OK;
}

static struct ac_str limited(struct scan *s, struct ac_str text)
{
    if (text.n > AC_MAX_COMMAND) {
        text.n = AC_MAX_COMMAND;
        s->ret->cut = true;
    }
    return ac_cl_trim(text);
}

enum ac_rc ac_cmdline_parse(struct ac_str command, struct ac_cmdline *ret)
{
    struct ac_cmdline c = {0};
    struct scan s = {.ret = &c};

    ac_cl_set(&s, &c.argument, AC_STR(""));
    ac_cl_set(&s, &c.decoded, AC_STR(""));
    ac_cl_add_paths(&s, &c.programs, limited(&s, command), ".exe", "");
    return finish(&s, ret);
}

enum ac_rc ac_cmdline_parse_pair(struct ac_str program, struct ac_str arguments,
                                 struct ac_cmdline *ret)
{
    struct ac_cmdline c = {0};
    struct scan s = {.ret = &c};
    struct ac_str path = limited(&s, program);

    while (path.n > 0 && path.p[0] == '"')
        path = ac_cl_from(path, 1);
    while (path.n > 0 && path.p[path.n - 1] == '"')
        path.n--;
    ac_cl_set(&s, &c.argument, AC_STR(""));
    ac_cl_set(&s, &c.decoded, AC_STR(""));
    ac_cl_add(&s, &c.programs, path, ".exe", limited(&s, arguments));
    return finish(&s, ret);
}
