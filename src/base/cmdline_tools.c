#include "base/cmdline_inner.h"

#include <string.h>

/* Skips words that begin with '-' or '/'. */
static struct ac_str skip_switches(struct ac_str rest)
{
    for (;;) {
        struct ac_str after, word = ac_cl_word(rest, &after);

        if (word.n == 0 || (word.p[0] != '-' && word.p[0] != '/'))
            return rest;
        rest = after;
    }
}

/* ---- rundll32 */

/* Exports of Windows' own libraries that start or load what their argument names. */
static bool is_proxy(struct ac_str dll, struct ac_str export)
{
    static const struct {
        const char *dll, *export;
    } proxies[] = {
        {"shell32", "Control_RunDLL"},
        {"shell32", "Control_RunDLLA"},
        {"shell32", "Control_RunDLLW"},
        {"shell32", "Control_RunDLLAsUser"},
        {"shell32", "ShellExec_RunDLL"},
        {"shell32", "ShellExec_RunDLLA"},
        {"shell32", "ShellExec_RunDLLW"},
        {"advpack", "RegisterOCX"},
        {"ieadvpack", "RegisterOCX"},
        {"pcwutl", "LaunchApplication"},
        {"zipfldr", "RouteTheCall"},
        {"url", "FileProtocolHandler"},
        {"url", "OpenURL"},
        {"url", "OpenURLA"},
        {"ieframe", "OpenURL"},
        {"shdocvw", "OpenURL"},
    };
    struct ac_str base = ac_cl_name(dll);

    if (ac_str_iends(base, AC_STR(".dll")))
        base.n -= 4;
    for (size_t i = 0; i < sizeof(proxies) / sizeof(proxies[0]); i++) {
        if (ac_str_ieq(base, ac_str_of(proxies[i].dll)) &&
            ac_str_ieq(export, ac_str_of(proxies[i].export)))
            return true;
    }
    return false;
}

/* The export behind a library's path: ",Name args", " Name args". */
static struct ac_str export_of(struct ac_str rest, struct ac_str *ret_after)
{
    rest = ac_cl_trim(rest);
    while (rest.n > 0 && (rest.p[0] == ',' || ac_cl_is_space(rest.p[0])))
        rest = ac_cl_from(rest, 1);
    return ac_cl_word(rest, ret_after);
}

/* "rundll32 [/switch] library,export [arguments]". Of the readings of an unquoted path with spaces
 * the one that ends in .dll is preferred, else the one up to the comma, else the first word. */
void ac_cl_rundll32(struct scan *s, struct ac_str rest)
{
    struct ac_cmdline_list found = {0}, *targets = &s->ret->targets;
    struct ac_str export, after, best;

    rest = skip_switches(rest);
    ac_cl_add_paths(s, &found, rest, ".dll", ",");
    if (found.n == 0)
        return;
    best = ac_str_of(found.items[found.preferred].path);
    if (rest.p[0] != '"' && !(ac_cl_is_startable(best) && ac_str_istarts(rest, best))) {
        bool comma = memchr(rest.p, ',', rest.n) != NULL;

        found.preferred = comma ? found.n - 1 : 0;
    }
    export = export_of(ac_str_of(found.items[found.preferred].rest), &after);
    if (after.n > 0 && is_proxy(ac_str_of(found.items[found.preferred].path), export)) {
        while (after.n > 0 && (after.p[0] == '@' || after.p[0] == ',' || after.p[0] == ' '))
            after = ac_cl_from(after, 1);
        ac_cl_add_paths(s, targets, after, "", ",");
    }
    ac_cl_set(s, &s->ret->argument, export);
    for (size_t k = 0, first = targets->n; k < found.n; k++) {
        struct ac_str ignored, e = export_of(ac_str_of(found.items[k].rest), &ignored);

        if (k == found.preferred && first == 0)
            targets->preferred = targets->n;
        ac_cl_add(s, targets, ac_str_of(found.items[k].path), "", e);
    }
    ac_cl_free_list(&found);
}

/* ---- regsvr32 */

void ac_cl_regsvr32(struct scan *s, struct ac_str rest)
{
    for (;;) {
        struct ac_str after, word = ac_cl_word(rest, &after);

        if (word.n == 0 || (word.p[0] != '-' && word.p[0] != '/'))
            break;
        if (word.n > 3 && (word.p[1] == 'i' || word.p[1] == 'I') && word.p[2] == ':')
            ac_cl_set(s, &s->ret->argument, ac_cl_from(word, 3));
        rest = after;
    }
    ac_cl_add_paths(s, &s->ret->targets, rest, ".dll", "");
}

/* ---- mshta, scripts */

void ac_cl_mshta(struct scan *s, struct ac_str rest)
{
    struct ac_str text = ac_cl_trim(rest), bare = text;

    if (bare.n > 0 && bare.p[0] == '"')
        bare = ac_cl_from(bare, 1);
    if (ac_str_istarts(bare, AC_STR("javascript:")) || ac_str_istarts(bare, AC_STR("vbscript:")) ||
        ac_str_istarts(bare, AC_STR("about:"))) {
        if (bare.p != text.p && bare.n > 0 && bare.p[bare.n - 1] == '"')
            bare.n--;
        ac_cl_set(s, &s->ret->decoded, bare);
    } else if (ac_cl_is_remote(bare)) {
        struct ac_str ignored;

        ac_cl_set(s, &s->ret->argument, ac_cl_word(text, &ignored));
    } else {
        ac_cl_add_paths(s, &s->ret->targets, text, "", "");
    }
}

/* "wscript //B //E:jscript file arguments" */
void ac_cl_script(struct scan *s, struct ac_str rest)
{
    struct ac_cmdline_list *targets = &s->ret->targets;

    for (;;) {
        struct ac_str after, word = ac_cl_word(rest, &after);

        if (!ac_str_istarts(word, AC_STR("//")))
            break;
        rest = after;
    }
    ac_cl_add_paths(s, targets, rest, "", "");
    if (targets->n > 0)
        ac_cl_set(s, &s->ret->argument, ac_str_of(targets->items[targets->preferred].rest));
}

/* ---- msiexec, explorer */

/* Letters of the switches whose value is a package or a library. */
static bool names_package(struct ac_str word, size_t *ret_n)
{
    static const char *const longs[] = {"package", "uninstall", "update", "advertise"};
    size_t i = 2;

    for (size_t k = 0; k < sizeof(longs) / sizeof(longs[0]); k++) {
        if (ac_str_ieq(ac_cl_from(word, 1), ac_str_of(longs[k]))) {
            *ret_n = word.n;
            return true;
        }
    }
    if (word.n < 2 || !strchr("iaxfjpyzIAXFJPYZ", word.p[1]))
        return false;
    if (word.p[1] == 'f' || word.p[1] == 'F') { /* /fvomus */
        while (i < word.n && strchr("pocdeamusvPOCDEAMUSV", word.p[i]))
            i++;
    } else if ((word.p[1] == 'j' || word.p[1] == 'J') && word.n > 2 && strchr("umUM", word.p[2])) {
        i = 3;
    }
    *ret_n = i;
    return true;
}

void ac_cl_msiexec(struct scan *s, struct ac_str rest)
{
    while (rest.n > 0) {
        struct ac_str after, word = ac_cl_word(rest, &after), package;
        size_t n;

        if (word.n > 1 && (word.p[0] == '-' || word.p[0] == '/') && names_package(word, &n)) {
            package = n < word.n ? ac_cl_from(word, n) : after;
            if (package.n > 0 && (ac_cl_is_remote(package) || package.p[0] == '{')) {
                struct ac_str ignored;

                ac_cl_set(s, &s->ret->argument, ac_cl_word(package, &ignored));
            } else if (n < word.n) {
                ac_cl_add(s, &s->ret->targets, package, "", after);
            } else {
                ac_cl_add_paths(s, &s->ret->targets, package, "", "");
            }
            return;
        }
        rest = after;
    }
}

/* "explorer [/e,] [/root,] [/select,]path" */
void ac_cl_explorer(struct scan *s, struct ac_str rest)
{
    rest = ac_cl_trim(rest);
    while (rest.n > 0 && rest.p[0] == '/') {
        size_t n = 0;

        while (n < rest.n && rest.p[n] != ',' && !ac_cl_is_space(rest.p[n]))
            n++;
        rest = ac_cl_trim(ac_cl_from(rest, n < rest.n ? n + 1 : n));
    }
    if (rest.n > 0 && !ac_cl_is_remote(rest))
        ac_cl_add_paths(s, &s->ret->targets, rest, "", "");
    else
        ac_cl_set(s, &s->ret->argument, rest);
}
