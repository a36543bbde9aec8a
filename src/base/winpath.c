#include "base/winpath.h"

#include "base/limits.h"

#include <string.h>

const char *const ac_winpath_search[] = {
    "System32", "SysWOW64", "System", "", "System32/Wbem", "System32/WindowsPowerShell/v1.0", NULL,
};

static struct ac_str skip(struct ac_str s, size_t n)
{
    return (struct ac_str){s.p + n, s.n - n};
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Trimmed, without quotes, '\' for '/'. */
static void clean(struct ac_str text, struct ac_buf *out)
{
    while (text.n > 0 && strchr(" \t\"", text.p[0]))
        text = skip(text, 1);
    while (text.n > 0 && strchr(" \t\"", text.p[text.n - 1]))
        text.n--;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != '"')
            ac_buf_addc(out, text.p[i] == '/' ? '\\' : text.p[i]);
    }
}

/* Takes a prefix off; false if it is not there. */
static bool take(struct ac_str *s, const char *prefix)
{
    if (!ac_str_istarts(*s, ac_str_of(prefix)))
        return false;
    *s = skip(*s, strlen(prefix));
    return true;
}

static bool take_drive(struct ac_str *s, struct ac_winpath *ret)
{
    if (s->n < 2 || !is_letter(s->p[0]) || s->p[1] != ':')
        return false;
    ret->drive = (char)(s->p[0] & ~0x20);
    *s = skip(*s, 2);
    return true;
}

static void take_component(struct ac_str *s)
{
    size_t n = 0;

    while (n < s->n && s->p[n] != '\\')
        n++;
    *s = skip(*s, n);
}

/* "\Device\HarddiskVolume3\x", "Volume{...}\x": what stands for a volume. */
static bool take_volume(struct ac_str *s, struct ac_winpath *ret)
{
    if (take(s, "\\Device\\HarddiskVolume")) {
        while (s->n > 0 && s->p[0] >= '0' && s->p[0] <= '9' && ret->volume < 100000) {
            ret->volume = ret->volume * 10 + (unsigned)(s->p[0] - '0');
            *s = skip(*s, 1);
        }
        take_component(s);
        return true;
    }
    if (ac_str_istarts(*s, AC_STR("Volume{")) || ac_str_istarts(*s, AC_STR("\\VOLUME{"))) {
        *s = skip(*s, 1);
        take_component(s);
        return true;
    }
    return false;
}

/* Takes off whatever says on which volume the path lies; true if it begins at the system root. */
static bool take_prefix(struct ac_str *s, struct ac_winpath *ret, bool *ret_literal)
{
    static const char *const literal[] = {"\\\\?\\", "\\??\\", "\\\\.\\", "\\DosDevices\\",
                                          "\\GLOBAL??\\"};

    *ret_literal = false;
    if (take(s, "file:\\\\\\") && take_drive(s, ret))
        return false;
    if (take(s, "\\\\?\\GLOBALROOT")) {
        *ret_literal = true;
    } else {
        for (size_t i = 0; i < 5 && !*ret_literal; i++)
            *ret_literal = take(s, literal[i]);
    }
    if (take_drive(s, ret) || take_volume(s, ret))
        return false;
    if (take(s, "\\SystemRoot\\") || take(s, "SystemRoot\\"))
        return true;
    if ((*ret_literal && take(s, "UNC\\")) || ac_str_istarts(*s, AC_STR("\\\\")) ||
        ac_str_ifind(*s, AC_STR(":\\\\")) > 0) {
        ret->kind = AC_WINPATH_REMOTE;
        return false;
    }
    if (ac_str_istarts(*s, AC_STR("System32\\")) || ac_str_istarts(*s, AC_STR("SysWOW64\\")) ||
        ac_str_istarts(*s, AC_STR("SysNative\\")))
        return true;
    if (s->n == 0 || s->p[0] != '\\')
        ret->kind = AC_WINPATH_RELATIVE;
    return false;
}

/* Removes the last component of what `from` onwards holds. */
static void go_up(struct ac_buf *out, size_t from)
{
    while (out->n > from && out->p[--out->n] != '/')
        ;
    if (out->p)
        out->p[out->n] = '\0';
}

/* Appends the components of s; "." and ".." are resolved, never above offset `from` of out. */
static void add_components(struct ac_str s, size_t from, bool literal, struct ac_buf *out)
{
    while (s.n > 0) {
        struct ac_str c = s;

        take_component(&s);
        c.n -= s.n;
        if (s.n > 0)
            s = skip(s, 1);
        if (ac_str_eq(c, AC_STR("..")) && !literal) {
            go_up(out, from);
            continue;
        }
        while (!literal && s.n == 0 && c.n > 0 && strchr(". ", c.p[c.n - 1]))
            c.n--;
        if (c.n == 0 || (ac_str_eq(c, AC_STR(".")) && !literal))
            continue;
        if (out->n > 0)
            ac_buf_addc(out, '/');
        ac_buf_adds(out, c);
    }
}

static void add_system_root(const struct ac_winenv *env, struct ac_winpath *ret)
{
    struct ac_str root = env ? ac_winenv_get(env, AC_STR("SystemRoot")) : AC_STR("");

    if (root.n == 0)
        root = AC_STR("Windows");
    take_drive(&root, ret);
    add_components(root, 0, false, &ret->path);
}

/* A 32-bit program's name for the real System32. */
static void resolve_sysnative(struct ac_buf *path)
{
    struct ac_str name = AC_STR("/SysNative/"), real = AC_STR("/System32/");
    long at = ac_str_ifind(ac_buf_str(path), name);

    if (at < 0 || memchr(path->p, '/', (size_t)at)) /* right below the system root only */
        return;
    memmove(path->p + at + real.n, path->p + at + name.n, path->n - (size_t)at - name.n + 1);
    memcpy(path->p + at, real.p, real.n);
    path->n -= name.n - real.n;
}

enum ac_rc ac_winpath_parse(struct ac_str text, const struct ac_winenv *env, struct ac_winpath *ret)
{
    struct ac_winpath w = {.kind = AC_WINPATH_ABSOLUTE};
    struct ac_buf cleaned = {0};
    struct ac_str s;
    bool literal;

    if (text.n > AC_MAX_PATH_BYTES)
        text.n = AC_MAX_PATH_BYTES;
    clean(text, &cleaned);
    s = ac_buf_str(&cleaned);
    if (take_prefix(&s, &w, &literal))
        add_system_root(env, &w);
    add_components(s, 0, literal, &w.path);
    resolve_sysnative(&w.path);
    if (cleaned.failed || w.path.failed) {
        ac_buf_free(&cleaned);
        ac_buf_free(&w.path);
        return AC_NOMEM;
    }
    ac_buf_free(&cleaned);
    *ret = w;
    return AC_OK;
}

/* ---- who may write where */

/* True if path is `folder` or lies below it. */
static bool below(struct ac_str path, const char *folder)
{
    size_t n = strlen(folder);

    return ac_str_istarts(path, ac_str_of(folder)) && (path.n == n || path.p[n] == '/');
}

static bool below_any(struct ac_str path, const char *const *folders)
{
    for (; *folders; folders++) {
        if (below(path, *folders))
            return true;
    }
    return false;
}

static bool writable_in_windows(struct ac_str s)
{
    static const char *const in_windows[] = {
        "Temp", "Tasks", "tracing", "debug/WIA", "Registration/CRMLog", NULL};
    static const char *const in_system32[] = {"Tasks",
                                              "Tasks_Migrated",
                                              "spool/drivers/color",
                                              "spool/PRINTERS",
                                              "spool/SERVERS",
                                              "com/dmp",
                                              "FxsTmp",
                                              "Microsoft/Crypto/RSA/MachineKeys",
                                              NULL};

    if (below(s, "System32") || below(s, "SysWOW64"))
        return s.n > 9 && below_any(skip(s, 9), in_system32);
    return below_any(s, in_windows);
}

bool ac_path_user_writable(struct ac_str path)
{
    static const char *const of_the_system[] = {"Program Files",
                                                "Program Files (x86)",
                                                "Program Files (Arm)",
                                                "PROGRA~1",
                                                "PROGRA~2",
                                                "Recovery",
                                                "System Volume Information",
                                                "Boot",
                                                "EFI",
                                                "$Extend",
                                                "$WinREAgent",
                                                "$Windows.~BT",
                                                "Config.Msi",
                                                NULL};

    if (below(path, "Windows.old") && path.n > 12)
        path = skip(path, 12);
    if (below(path, "Windows") || below(path, "WINNT")) {
        size_t n = below(path, "WINNT") ? 6 : 8;

        return path.n > n && writable_in_windows(skip(path, n));
    }
    if (below_any(path, of_the_system))
        return false;
    return memchr(path.p, '/', path.n) != NULL;
}
