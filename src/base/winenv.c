#include "base/winenv.h"

#include "base/alloc.h"

#include <string.h>

enum ac_rc ac_winenv_set(struct ac_winenv *e, const char *name, struct ac_str value)
{
    char *copy = ac_malloc(value.n + 1);
    size_t i = 0;

    if (!copy)
        return AC_NOMEM;
    memcpy(copy, value.p, value.n);
    copy[value.n] = '\0';
    while (i < e->n && !ac_str_ieq(ac_str_of(e->vars[i].name), ac_str_of(name)))
        i++;
    if (i == AC_WINENV_MAX) {
        ac_free(copy);
        return AC_LIMIT;
    }
    if (i == e->n)
        e->n++;
    else
        ac_free(e->vars[i].value);
    e->vars[i].name = name;
    e->vars[i].value = copy;
    return AC_OK;
}

struct ac_str ac_winenv_get(const struct ac_winenv *e, struct ac_str name)
{
    for (size_t i = 0; i < e->n; i++) {
        if (ac_str_ieq(ac_str_of(e->vars[i].name), name))
            return ac_str_of(e->vars[i].value);
    }
    return AC_STR("");
}

void ac_winenv_free(struct ac_winenv *e)
{
    for (size_t i = 0; i < e->n; i++)
        ac_free(e->vars[i].value);
    e->n = 0;
}

/* Where a variable of a default installation points: one of the known places and what follows
 * it. */
enum place { DRIVE, ROOT, PROFILE };
struct standard {
    const char *name;
    enum place place;
    const char *rest;
};

static const struct standard of_machine[] = {
    {"SystemDrive", DRIVE, ""},
    {"SystemRoot", ROOT, ""},
    {"windir", ROOT, ""},
    {"ComSpec", ROOT, "\\system32\\cmd.exe"},
    {"ProgramFiles", DRIVE, "\\Program Files"},
    {"ProgramFiles(x86)", DRIVE, "\\Program Files (x86)"},
    {"ProgramW6432", DRIVE, "\\Program Files"},
    {"CommonProgramFiles", DRIVE, "\\Program Files\\Common Files"},
    {"CommonProgramFiles(x86)", DRIVE, "\\Program Files (x86)\\Common Files"},
    {"ProgramData", DRIVE, "\\ProgramData"},
    {"ALLUSERSPROFILE", DRIVE, "\\ProgramData"},
    {"PUBLIC", DRIVE, "\\Users\\Public"},
    {"USERPROFILE", PROFILE, ""},
    {"APPDATA", PROFILE, "\\AppData\\Roaming"},
    {"LOCALAPPDATA", PROFILE, "\\AppData\\Local"},
    {"TEMP", PROFILE, "\\AppData\\Local\\Temp"},
    {"TMP", PROFILE, "\\AppData\\Local\\Temp"},
};
static const struct standard of_xp[] = {
    {"ALLUSERSPROFILE", DRIVE, "\\Documents and Settings\\All Users"},
    {"APPDATA", PROFILE, "\\Application Data"},
    {"LOCALAPPDATA", PROFILE, "\\Local Settings\\Application Data"},
    {"TEMP", PROFILE, "\\Local Settings\\Temp"},
    {"TMP", PROFILE, "\\Local Settings\\Temp"},
};
static const struct standard without_user[] = {
    {"TEMP", ROOT, "\\Temp"},
    {"TMP", ROOT, "\\Temp"},
};

static enum ac_rc set_all(struct ac_winenv *e, const struct standard *s, size_t n,
                          const struct ac_str places[3])
{
    struct ac_buf value = {0};
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < n; i++) {
        ac_buf_clear(&value);
        ac_buf_adds(&value, places[s[i].place]);
        ac_buf_addz(&value, s[i].rest);
        rc = value.failed ? AC_NOMEM : ac_winenv_set(e, s[i].name, ac_buf_str(&value));
    }
    ac_buf_free(&value);
    return rc;
}

static enum ac_rc set_user(struct ac_winenv *e, struct ac_str profile)
{
    size_t name = profile.n;
    enum ac_rc rc;

    if (profile.n < 2)
        return AC_OK;
    while (name > 0 && profile.p[name - 1] != '\\')
        name--;
    rc = ac_winenv_set(e, "HOMEDRIVE", (struct ac_str){profile.p, 2});
    if (rc == AC_OK)
        rc = ac_winenv_set(e, "HOMEPATH", (struct ac_str){profile.p + 2, profile.n - 2});
    if (rc == AC_OK)
        rc = ac_winenv_set(e, "USERNAME", (struct ac_str){profile.p + name, profile.n - name});
    return rc;
}

enum ac_rc ac_winenv_standard(struct ac_winenv *e, struct ac_str system_root, struct ac_str profile)
{
    struct ac_str root = system_root.n > 0 ? system_root : AC_STR("C:\\Windows");
    struct ac_str drive = {root.p, root.n < 2 ? root.n : 2};
    struct ac_buf machine = {0};
    enum ac_rc rc;

    ac_buf_adds(&machine, root);
    ac_buf_addz(&machine, "\\system32\\config\\systemprofile");
    if (machine.failed)
        return AC_NOMEM;
    {
        const struct ac_str places[3] = {drive, root,
                                         profile.n > 0 ? profile : ac_buf_str(&machine)};

        rc = set_all(e, of_machine, sizeof(of_machine) / sizeof(of_machine[0]), places);
        if (rc == AC_OK && ac_str_ifind(profile, AC_STR("\\Documents and Settings\\")) >= 0)
            rc = set_all(e, of_xp, sizeof(of_xp) / sizeof(of_xp[0]), places);
        if (rc == AC_OK && profile.n == 0)
            rc = set_all(e, without_user, sizeof(without_user) / sizeof(without_user[0]), places);
    }
    if (rc == AC_OK)
        rc = set_user(e, profile);
    ac_buf_free(&machine);
    return rc;
}

void ac_winenv_expand(const struct ac_winenv *e, struct ac_str text, struct ac_buf *out)
{
    for (size_t i = 0; i < text.n;) {
        struct ac_str rest = {text.p + i, text.n - i}, value;
        const char *end = rest.p[0] == '%' ? memchr(rest.p + 1, '%', rest.n - 1) : NULL;
        size_t n = end ? (size_t)(end - rest.p) + 1 : 0;

        value = n > 2 ? ac_winenv_get(e, (struct ac_str){rest.p + 1, n - 2}) : AC_STR("");
        if (value.n > 0) {
            ac_buf_adds(out, value);
            i += n;
        } else {
            ac_buf_addc(out, text.p[i++]);
        }
    }
}
