/*
 * Joining a prefetch file with the tree of today: is the program still there, and what did programs that
 * load code for others (rundll32, regsvr32, mshta ...) load out of folders where an ordinary user may
 * write?
 *
 * Names in prefetch files begin with a device or volume, "\VOLUME{01d4e91d12345678-e42f18a6}\...". The
 * volume of Windows is the one that ntdll.dll was loaded from: every program loads it.
 */
#include "collect/collector.h"

#include "base/winpath.h"

#include <stdio.h>
#include <string.h>

struct loaded {
    struct ac_buf path; /* on the volume, / between components, as the tree has it if it is there */
    ac_node node;       /* AC_NODE_NONE: not there */
    bool deleted;
};

static const char *item(const json_t *list, size_t i)
{
    const char *z = json_string_value(json_array_get(list, i));

    return z ? z : "";
}

/* Length of the device before the path of ntdll.dll; 0: it is not among the files. */
static size_t device_of_windows(const json_t *files, const char **ret_name)
{
    for (size_t i = 0; i < json_array_size(files); i++) {
        struct ac_str s = ac_str_of(item(files, i));
        long at = ac_str_ifind(s, AC_STR("\\SYSTEM32\\NTDLL.DLL"));

        if (at <= 0)
            continue;
        while (at > 0 && s.p[at - 1] != '\\') /* the Windows folder */
            at--;
        *ret_name = s.p;
        return at > 0 ? (size_t)at - 1 : 0;
    }
    return 0;
}

/* The path below the volume of Windows; an empty one for files of other volumes. */
static struct ac_str below_volume(const char *name, const char *device, size_t n)
{
    struct ac_str s = ac_str_of(name);

    if (n == 0 || s.n <= n + 1 || strncmp(name, device, n) != 0 || s.p[n] != '\\')
        return (struct ac_str){"", 0};
    return (struct ac_str){s.p + n + 1, s.n - n - 1};
}

static void with_slashes(struct ac_str path, struct ac_buf *out)
{
    for (size_t i = 0; i < path.n; i++)
        ac_buf_addc(out, path.p[i] == '\\' ? '/' : path.p[i]);
}

static void find(const struct ac_collector *c, const struct ac_system *s, struct ac_str path,
                 struct loaded *ret)
{
    const struct ac_tree *t = ac_system_tree(c, s);

    *ret = (struct loaded){.node = AC_NODE_NONE};
    with_slashes(path, &ret->path);
    for (int deleted = 0; deleted < 2 && ret->node == AC_NODE_NONE; deleted++) {
        ret->node = ac_tree_lookup(t, s->root, ac_buf_str(&ret->path), deleted);
        ret->deleted = ret->node != AC_NODE_NONE && deleted;
    }
    if (ret->node != AC_NODE_NONE) {
        ac_buf_clear(&ret->path);
        ac_tree_path(t, ret->node, &ret->path);
    }
}

/* A file that is there now but was made after the program last ran is another one. */
static const char *state_of(const struct ac_collector *c, const struct ac_system *s,
                            const struct loaded *l, const char *last_run)
{
    const struct ac_tree *t = ac_system_tree(c, s);
    struct ac_node_info info;
    struct ac_filetime run = {0};

    if (l->node == AC_NODE_NONE)
        return c->item.kind == AC_ITEM_IMAGE ? "absent" : "not collected";
    if (l->deleted)
        return "deleted";
    ac_tree_info(t, l->node, &info);
    if (ac_keeps_times(t) && ac_time_parse(last_run, &run) && info.created.ticks > run.ticks)
        return "replaced";
    return "exists";
}

static enum ac_rc put_target(struct ac_collector *c, const struct ac_place *place,
                             struct ac_record *r, const struct loaded *l, const char *last_run,
                             struct ac_err *err)
{
    bool writable = ac_path_user_writable(ac_buf_str(&l->path));

    ac_record_text(r, "target", ac_buf_str(&l->path));
    ac_record_textz(r, "target_state", state_of(c, place->system, l, last_run));
    ac_record_bool(r, "user_writable", writable);
    if (writable || l->node == AC_NODE_NONE)
        ac_collector_want(c, ac_buf_str(&l->path));
    if (l->path.failed)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a path");
    if (l->node == AC_NODE_NONE || !writable)
        return AC_OK;
    return ac_file_record_send(c, place->system, l->node,
                               (struct ac_file_why){"target", !l->deleted, false}, err);
}

/* ---- what loaders loaded */

static bool is_loader(const char *program)
{
    static const char *const names[] = {"RUNDLL32.EXE",   "REGSVR32.EXE", "MSHTA.EXE",
                                        "POWERSHELL.EXE", "PWSH.EXE",     "WSCRIPT.EXE",
                                        "CSCRIPT.EXE",    "MSIEXEC.EXE",  "ODBCCONF.EXE"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (ac_str_ieq(ac_str_of(program), ac_str_of(names[i])))
            return true;
    }
    return false;
}

/* Files that Windows opens for any program that shows a dialog or reads a folder, and those that PowerShell and
 * the installer make for themselves at every start. */
static bool is_bookkeeping(struct ac_str path)
{
    static const char *const endings[] = {"\\DESKTOP.INI", ".LNK", ".DB",
                                          ".MUI",          ".NLS", "\\CONSOLEHOST_HISTORY.TXT"};
    static const char *const parts[] = {"\\CUSTOMDESTINATIONS\\", "\\__PSSCRIPTPOLICYTEST_",
                                        "\\POWERSHELL\\STARTUPPROFILEDATA",
                                        "\\POWERSHELL\\MODULEANALYSISCACHE", "\\TEMP\\~DF"};

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        if (ac_str_iends(path, ac_str_of(endings[i])))
            return true;
    }
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (ac_str_ifind(path, ac_str_of(parts[i])) >= 0)
            return true;
    }
    return false;
}

static enum ac_rc send_loaded(struct ac_collector *c, const struct ac_place *place,
                              const struct ac_record *prefetch, struct ac_str path,
                              const char *last_run, struct ac_err *err)
{
    struct ac_record *r = ac_record_new(AC_KIND_EXECUTION);
    struct loaded l;
    enum ac_rc rc;

    find(c, place->system, path, &l);
    ac_record_textz(r, "artefact", "prefetch-load");
    ac_record_textz(r, "program", ac_record_get(prefetch, "program"));
    ac_record_textz(r, "program_path", ac_record_get(prefetch, "program_path"));
    rc = put_target(c, place, r, &l, last_run, err);
    ac_buf_free(&l.path);
    if (rc != AC_OK) {
        ac_record_free(r);
        return rc;
    }
    return ac_collector_emit(c, place, r, err);
}

static enum ac_rc tell_loaded(struct ac_collector *c, const struct ac_place *place,
                              const struct ac_record *r, const char *device, size_t n,
                              const char *last_run, struct ac_err *err)
{
    const json_t *files = ac_record_get_json(r, "files");
    enum ac_rc rc = AC_OK;

    if (!is_loader(ac_record_get(r, "program")))
        return AC_OK;
    for (size_t i = 0; rc == AC_OK && i < json_array_size(files); i++) {
        struct ac_str path = below_volume(item(files, i), device, n);
        struct ac_buf slashes = {0};

        with_slashes(path, &slashes);
        if (path.n && !is_bookkeeping(path) && ac_path_user_writable(ac_buf_str(&slashes)))
            rc = send_loaded(c, place, r, path, last_run, err);
        ac_buf_free(&slashes);
    }
    return rc;
}

enum ac_rc ac_prefetch_resolve(struct ac_collector *c, const struct ac_place *place,
                               struct ac_record *r, struct ac_err *err)
{
    const char *device = "", *last_run = item(ac_record_get_json(r, "run_times"), 0);
    size_t n = device_of_windows(ac_record_get_json(r, "files"), &device);
    struct ac_str program = below_volume(ac_record_get(r, "program_path"), device, n);
    enum ac_rc rc = AC_OK;

    if (program.n > 0) {
        struct loaded l;

        find(c, place->system, program, &l);
        rc = put_target(c, place, r, &l, last_run, err);
        ac_buf_free(&l.path);
    }
    return rc == AC_OK ? tell_loaded(c, place, r, device, n, last_run, err) : rc;
}
