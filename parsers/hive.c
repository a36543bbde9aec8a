#include "hive.h"

#include "base/alloc.h"
#include "hive_autostart.h"
#include "hive_parts.h"

#include <string.h>

enum kind { SYSTEM = 1, SOFTWARE = 2, SAM = 4, USER = 8, CLASSES = 16, AMCACHE = 32 };

static struct ac_str file_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return ac_str_of(slash ? slash + 1 : path);
}

/* Names of hives on a Windows volume: asked only when the signature is gone. */
static bool hive_name(struct ac_str name)
{
    static const char *const names[] = {"SYSTEM",       "SOFTWARE",    "SAM",         "SECURITY",
                                        "DEFAULT",      "NTUSER.DAT",  "BCD",         "NTUSER.MAN",
                                        "UsrClass.dat", "Amcache.hve", "ELAM",        "COMPONENTS",
                                        "DRIVERS",      "BBI",         "BCD-Template"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (ac_str_ieq(name, ac_str_of(names[i])))
            return true;
    }
    return false;
}

/* A hive whose base block is gone: the first bin, which says that it is the first. */
static bool begins_with_bin(struct ac_view v)
{
    return v.n >= AC_HIVE_BASE_BLOCK && memcmp(v.p, "hbin", 4) == 0 && ac_le32(v.p + 4) == 0;
}

static bool recognise(const struct ac_artefact *a)
{
    if (a->bytes.n >= 4 && memcmp(a->bytes.p, "regf", 4) == 0)
        return true;
    if (begins_with_bin(a->bytes))
        return true;
    return hive_name(file_name(a->path));
}

static enum ac_rc problem(void *context, enum ac_rc class, uint64_t offset, const char *what)
{
    struct ac_hive_job *j = context;

    return ac_sink_problem(j->sink, ac_str_of(j->artefact->path), class,
                           offset - (offset >= j->shift ? j->shift : 0),
                           "what this place leads to was not read, or only in part; what lies "
                           "elsewhere in the hive was",
                           "%s", what);
}

static bool has(struct ac_hive_job *j, const char *path)
{
    struct ac_hive_key k;

    return ac_hive_find(j->hive, &j->root, path, &k, NULL);
}

static unsigned kinds_of(struct ac_hive_job *j)
{
    static const struct {
        const char *path;
        unsigned kind;
    } marks[] = {
        {"Select", SYSTEM},
        {"ControlSet001", SYSTEM},
        {"ControlSet002", SYSTEM},
        {"Microsoft\\Windows NT\\CurrentVersion", SOFTWARE},
        {"SAM\\Domains", SAM},
        /* SYSTEM has a Software of its own, so the name is not enough */
        {"Software\\Microsoft\\Windows\\CurrentVersion", USER},
        {"Software\\WOW6432Node\\Microsoft\\Windows\\CurrentVersion", USER},
        {"Local Settings\\Software\\Microsoft", CLASSES}, /* UsrClass.dat */
        {"Root\\InventoryApplicationFile", AMCACHE},
        {"Root\\InventoryApplication", AMCACHE},
        {"Root\\InventoryDriverBinary", AMCACHE},
        {"Root\\File", AMCACHE},
        {"Root\\Programs", AMCACHE},
        {"InventoryApplicationFile", AMCACHE},
        {"InventoryDriverBinary", AMCACHE},
    };
    unsigned kinds = 0;

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (!(kinds & marks[i].kind) && has(j, marks[i].path))
            kinds |= marks[i].kind;
    }
    /* some default profiles have this key at their root as well */
    if (kinds == 0 && (has(j, "Microsoft\\Windows\\CurrentVersion") ||
                       has(j, "WOW6432Node\\Microsoft\\Windows\\CurrentVersion")))
        kinds = SOFTWARE;
    return kinds;
}

/* The folder of the profile that a hive lies in: its own folder, or for UsrClass.dat, which lies in
 * AppData\Local\Microsoft\Windows (XP: Local Settings\Application Data\...), that above. */
static struct ac_str profile_of(struct ac_str path, char sep)
{
    static const char *const inner[] = {"Windows", "Microsoft", "Local", "AppData",
                                        "Application Data", "Local Settings"};

    while (path.n > 0 && path.p[path.n - 1] != sep)
        path.n--;
    path.n -= path.n > 0;
    for (size_t i = 0; i < sizeof(inner) / sizeof(inner[0]); i++) {
        size_t n = strlen(inner[i]);

        if (path.n > n && path.p[path.n - n - 1] == sep && ac_str_iends(path, ac_str_of(inner[i])))
            path.n -= n + 1;
    }
    return path;
}

/* Whose hive it is: told by the caller, else by the path, else by the base block. */
static void find_user(const struct ac_hive_job *j, struct ac_buf *out)
{
    struct ac_str path = ac_str_of(j->artefact->path), name = file_name(j->artefact->path);
    struct ac_view stored = ac_hive_base(j->hive)->file_name;
    struct ac_buf own = {0};
    const char *sep = "/";

    if (j->artefact->user[0]) {
        ac_buf_addz(out, j->artefact->user);
        return;
    }
    if (ac_str_ieq(name, AC_STR("DEFAULT"))) {
        ac_buf_addz(out, ".DEFAULT");
        return;
    }
    if (name.n == path.n) { /* a file alone: its base block may hold the end of its path */
        stored.n = ac_utf16_length(stored);
        ac_text_from_utf16(stored, &own, NULL);
        path = ac_buf_str(&own);
        sep = "\\";
    }
    path = profile_of(path, *sep);
    for (size_t i = path.n; i > 0 && out->n == 0; i--) {
        if (path.p[i - 1] == *sep)
            ac_buf_add(out, path.p + i, path.n - i);
        else if (i == 1 && *sep == '/')
            ac_buf_add(out, path.p, path.n);
    }
    if (out->n == 0)
        ac_buf_addz(out, "(unknown)");
    out->failed = out->failed || own.failed;
    ac_buf_free(&own);
}

static void user_software(struct ac_hive_job *j)
{
    ac_hive_run_keys(j, "Software");
    ac_hive_points(j, AC_HIVE_POINTS_USER, "Software");
    ac_hive_points(j, AC_HIVE_POINTS_USER, "Software\\WOW6432Node");
    ac_hive_points(j, AC_HIVE_POINTS_CLASSES, "Software\\Classes");
    ac_hive_points(j, AC_HIVE_POINTS_PROFILE, "");
    ac_hive_userassist(j);
    ac_hive_mru(j);
    ac_hive_typed(j);
    ac_hive_typed_in_edge(j, "Software\\Classes");
    ac_hive_muicache(j, "Software\\Classes");
    ac_hive_compat(j, "Software");
    ac_hive_trust(j);
    ac_hive_outlook(j);
    ac_hive_credentials(j, "Software", false);
}

static void user_classes(struct ac_hive_job *j)
{
    ac_hive_points(j, AC_HIVE_POINTS_CLASSES, "");
    ac_hive_typed_in_edge(j, "");
    ac_hive_muicache(j, "");
}

static void user_hive(struct ac_hive_job *j, const char *ending,
                      void (*part)(struct ac_hive_job *j))
{
    struct ac_buf user = {0}, prefix = {0};

    find_user(j, &user);
    ac_buf_addz(&prefix, "HKU\\");
    ac_buf_adds(&prefix, ac_buf_str(&user));
    ac_buf_addz(&prefix, ending);
    ac_hive_check(j, &user);
    ac_hive_check(j, &prefix);
    j->user = ac_buf_text(&user);
    j->prefix = ac_buf_text(&prefix);
    if (ac_hive_going(j))
        part(j);
    ac_buf_free(&user);
    ac_buf_free(&prefix);
}

static void machine_hive(struct ac_hive_job *j, unsigned kinds, unsigned kind, const char *name,
                         const char *prefix, void (*part)(struct ac_hive_job *j))
{
    if (!(kinds & kind) || !ac_hive_going(j))
        return;
    j->facts = kinds == kind || ac_str_istarts(file_name(j->artefact->path), ac_str_of(name));
    j->prefix = prefix;
    j->user = "";
    part(j);
}

/* What stands before the paths of dead keys. */
static void dead_prefix(struct ac_hive_job *j, unsigned kinds, struct ac_buf *user,
                        struct ac_buf *prefix)
{
    static const struct {
        unsigned kind;
        const char *name, *prefix;
    } machine[] = {{SYSTEM, "SYSTEM", "HKLM\\SYSTEM"},
                   {SOFTWARE, "SOFTWARE", "HKLM\\SOFTWARE"},
                   {SAM, "SAM", "HKLM\\SAM"},
                   {AMCACHE, "Amcache", "Amcache"}};

    for (size_t i = 0; i < sizeof(machine) / sizeof(machine[0]); i++) {
        if (kinds ? !(kinds & machine[i].kind)
                  : !ac_str_istarts(file_name(j->artefact->path), ac_str_of(machine[i].name)))
            continue;
        j->prefix = machine[i].prefix;
        j->user = "";
        return;
    }
    find_user(j, user);
    ac_buf_addz(prefix, "HKU\\");
    ac_buf_adds(prefix, ac_buf_str(user));
    if (kinds == CLASSES)
        ac_buf_addz(prefix, "_Classes");
    ac_hive_check(j, user);
    ac_hive_check(j, prefix);
    j->user = ac_buf_text(user);
    j->prefix = ac_buf_text(prefix);
}

static void dead_ones(struct ac_hive_job *j, unsigned kinds)
{
    struct ac_buf user = {0}, prefix = {0};

    if (!ac_hive_going(j))
        return;
    dead_prefix(j, kinds, &user, &prefix);
    if (ac_hive_going(j))
        ac_hive_dead(j);
    if (ac_hive_going(j) && !j->no_root)
        ac_hive_remnants(j);
    ac_buf_free(&user);
    ac_buf_free(&prefix);
}

void ac_hive_interpret(struct ac_hive_job *j)
{
    unsigned kinds = kinds_of(j);

    j->kinds = kinds;
    if (!ac_hive_going(j))
        return;
    if (kinds & (kinds - 1))
        j->rc = ac_sink_problem(j->sink, ac_str_of(j->artefact->path), AC_CORRUPT, AC_NO_OFFSET,
                                "autostart entries of each were taken, names and accounts only "
                                "of the one that the file's name tells",
                                "the root has keys of more than one kind of hive");
    machine_hive(j, kinds, SYSTEM, "SYSTEM", "HKLM\\SYSTEM", ac_hive_system);
    machine_hive(j, kinds, SOFTWARE, "SOFTWARE", "HKLM\\SOFTWARE", ac_hive_software);
    machine_hive(j, kinds, SAM, "SAM", "HKLM\\SAM", ac_hive_sam);
    machine_hive(j, kinds, AMCACHE, "Amcache", "Amcache", ac_hive_amcache);
    if ((kinds & USER) && ac_hive_going(j))
        user_hive(j, "", user_software);
    if ((kinds & CLASSES) && ac_hive_going(j))
        user_hive(j, "_Classes", user_classes);
}

/* Live keys, with the state before the replay beside them; then what the logs removed. */
static void live_ones(struct ac_hive_job *j)
{
    if (j->replay->own)
        j->before = ac_hive_before_new(j);
    if (ac_hive_going(j))
        ac_hive_interpret(j);
    if (j->before && ac_hive_going(j))
        ac_hive_before_removed(j);
}

static void all_keys(struct ac_hive_job *j)
{
    if (ac_hive_mark(j->hive) == AC_OK && !j->no_root)
        ac_hive_dump(j);
    if (ac_hive_going(j))
        ac_hive_dead(j);
}

static enum ac_rc tell_of_logs(void *context, const char *where, enum ac_rc class, uint64_t offset,
                               const char *effect, const char *what)
{
    struct ac_hive_job *j = context;

    return ac_sink_problem(j->sink, ac_str_of(where ? where : j->artefact->path), class, offset,
                           effect, "%s", what);
}

/* Does a hive bin begin anywhere? */
static bool has_bins(struct ac_view v)
{
    for (size_t at = AC_HIVE_BASE_BLOCK; at + 32 <= v.n; at += AC_HIVE_BASE_BLOCK) {
        if (memcmp(v.p + at, "hbin", 4) == 0)
            return true;
    }
    return false;
}

/* Opens the hive; one without a root that can be reached is opened for scanning. */
static enum ac_rc open_hive(struct ac_hive_job *j, const struct ac_hive_watch *watch,
                            struct ac_view bytes)
{
    enum ac_rc why = ac_hive_open(bytes, watch, j->budget, &j->hive, j->err), rc;

    if ((why != AC_CORRUPT && why != AC_TRUNCATED) || !has_bins(bytes))
        return why;
    rc = ac_hive_open_bins(bytes, watch, j->budget, &j->hive, j->err);
    if (rc != AC_OK)
        return rc;
    j->no_root = true;
    return ac_sink_problem(j->sink, ac_str_of(j->artefact->path), why, AC_NO_OFFSET,
                           "its hive bins were searched one by one; keys and values found so are "
                           "marked as unlinked or deleted",
                           "no root key can be reached");
}

static enum ac_rc read_hive(struct ac_hive_job *j, struct ac_view bytes)
{
    struct ac_hive_watch watch = {problem, j};
    enum ac_rc rc = open_hive(j, &watch, bytes);

    if (rc != AC_OK)
        return rc;
    if (!j->no_root)
        ac_hive_root(j->hive, &j->root);
    if (ac_hive_going(j)) {
        if (j->artefact->all_keys) {
            all_keys(j);
        } else {
            if (!j->no_root)
                live_ones(j);
            dead_ones(j, j->kinds);
        }
    }
    ac_hive_going(j);
    return j->rc == AC_OK ? AC_OK
                          : AC_FAIL(j->err, j->rc, AC_NO_OFFSET,
                                    "reading the hive ended early; what had been read until then "
                                    "was kept");
}

/* The file with zeros where its base block was. */
static enum ac_rc read_without_base(struct ac_hive_job *j)
{
    struct ac_view v = j->artefact->bytes;
    uint8_t *copy = v.n < AC_MAX_ARTEFACT ? ac_malloc(v.n + AC_HIVE_BASE_BLOCK) : NULL;
    enum ac_rc rc;

    if (!copy)
        return AC_FAIL(j->err, AC_NOMEM, AC_NO_OFFSET, "no memory for a copy of the hive");
    memset(copy, 0, AC_HIVE_BASE_BLOCK);
    memcpy(copy + AC_HIVE_BASE_BLOCK, v.p, v.n);
    j->shift = AC_HIVE_BASE_BLOCK;
    rc = read_hive(j, (struct ac_view){copy, v.n + AC_HIVE_BASE_BLOCK, 0});
    ac_hive_close(j->hive);
    j->hive = NULL;
    ac_free(copy);
    return rc;
}

static enum ac_rc parse(const struct ac_artefact *a, struct ac_budget *budget, struct ac_sink *sink,
                        struct ac_err *err)
{
    struct ac_hive_replay replay = {.before = a->bytes};
    struct ac_hive_job j = {.artefact = a,
                            .budget = budget,
                            .sink = sink,
                            .err = err,
                            .prefix = "",
                            .user = "",
                            .facts = true,
                            .replay = &replay};
    struct ac_replay_watch watch = {tell_of_logs, &j};
    struct ac_set told = {0};
    enum ac_rc rc;

    if (a->n_logs > 0 && !a->all_keys)
        j.told = &told;

    if (begins_with_bin(a->bytes)) {
        rc = read_without_base(&j);
    } else {
        rc = ac_hive_replay(a, &watch, budget, &replay, err);
        if (rc == AC_OK)
            rc = read_hive(&j, replay.bytes);
    }
    ac_hive_before_free(j.before);
    ac_set_free(&told);
    ac_buf_free(&j.pieces);
    ac_hive_close(j.hive);
    ac_hive_replay_free(&replay);
    return rc;
}

static const char *const companions[] = {".LOG", ".LOG1", ".LOG2", NULL};

const struct ac_parser ac_parser_hive = {
    .name = "hive",
    .source = "hive",
    .recognise = recognise,
    .parse = parse,
    .companions = companions,
};
