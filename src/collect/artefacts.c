/* Which artefacts are read of a Windows installation, and where they lie. */
#include "collect/collector.h"

#include "collect/companions.h"

#include <string.h>

/* Hives of the machine, below the Windows folder. The coverage table lists them present or not. */
static const char *const machine_hives[] = {
    "System32/config/SYSTEM",
    "System32/config/SOFTWARE",
    "System32/config/SAM",
    "System32/config/DEFAULT",
};

/* Copies of hives that Windows itself made: of a few days ago, or of the installation (Windows XP). */
static const struct {
    const char *path, *name;
} hive_backups[] = {
    {"System32/config/RegBack/SYSTEM", "RegBack"},
    {"System32/config/RegBack/SOFTWARE", "RegBack"},
    {"System32/config/RegBack/SAM", "RegBack"},
    {"System32/config/RegBack/DEFAULT", "RegBack"},
    {"repair/system", "repair"},
    {"repair/software", "repair"},
    {"repair/sam", "repair"},
    {"repair/default", "repair"},
};

/* Event logs below winevt/Logs; the first ones exist on every Windows from Vista on, others are read
 * where they are. */
#define EVERY_LOGS 4
static const char *const event_logs[] = {
    "Security.evtx",
    "System.evtx",
    "Application.evtx",
    "Microsoft-Windows-TaskScheduler%4Operational.evtx",
    "Windows PowerShell.evtx",
    "Microsoft-Windows-PowerShell%4Operational.evtx",
    "Microsoft-Windows-Windows Defender%4Operational.evtx",
    "Microsoft-Windows-Bits-Client%4Operational.evtx",
    "Microsoft-Windows-WMI-Activity%4Operational.evtx",
    "Microsoft-Windows-Sysmon%4Operational.evtx",
    "Microsoft-Windows-NetworkProfile%4Operational.evtx",
    "OAlerts.evtx",
};
/* Those of Windows XP and 2003, below System32/config. */
static const char *const old_event_logs[] = {"SecEvent.Evt", "SysEvent.Evt", "AppEvent.Evt"};

static enum ac_rc collect_node(struct ac_collector *c, const struct ac_system *s, ac_node node,
                               const char *source, const char *user)
{
    struct ac_buf path = {0};
    struct ac_place p = {.system = s,
                         .volume = s->volume,
                         .node = node,
                         .user = user,
                         .artefact_offset = AC_NO_OFFSET};
    enum ac_rc rc = AC_OK;

    ac_tree_path(ac_system_tree(c, s), node, &path);
    p.path = ac_buf_text(&path);
    if (ac_collector_begin(c, &p, source)) {
        rc = ac_artefact_read(c, &p, source);
        ac_collector_end(c, &p, source);
    }
    ac_buf_free(&path);
    return rc == AC_OK ? c->err.rc : rc;
}

/* Windows 10 from version 1803 on leaves empty files where the backups were. */
static enum ac_rc send_empty(struct ac_collector *c, const struct ac_place *p, const char *source)
{
    struct ac_record *r = ac_record_new(AC_KIND_SOURCE);

    ac_record_textz(r, "source", source);
    ac_record_textz(r, "name", p->path);
    ac_record_bool(r, "present", true);
    ac_record_textz(r, "read", "complete");
    ac_record_textz(r, "reason", "the file is empty, as newer versions of Windows leave it");
    ac_record_int(r, "size", 0);
    ac_record_int(r, "entries", 0);
    return ac_collector_emit(c, p, r, &c->err);
}

static enum ac_rc collect_backup(struct ac_collector *c, const struct ac_system *s, ac_node node,
                                 const char *name)
{
    struct ac_buf path = {0};
    struct ac_node_info info;
    struct ac_place p = {.system = s,
                         .volume = s->volume,
                         .node = node,
                         .user = "",
                         .snapshot = name,
                         .artefact_offset = AC_NO_OFFSET};
    enum ac_rc rc = AC_OK;

    ac_tree_path(ac_system_tree(c, s), node, &path);
    ac_tree_info(ac_system_tree(c, s), node, &info);
    p.path = ac_buf_text(&path);
    if (ac_collector_begin(c, &p, "hive-backup")) {
        rc = info.size == 0 ? send_empty(c, &p, "hive-backup")
                            : ac_artefact_read(c, &p, "hive-backup");
        ac_collector_end(c, &p, "hive-backup");
    }
    ac_buf_free(&path);
    return rc == AC_OK ? c->err.rc : rc;
}

/* No row for one that is not there: Windows does not need them. */
static enum ac_rc collect_backups(struct ac_collector *c, const struct ac_system *s)
{
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < sizeof(hive_backups) / sizeof(hive_backups[0]); i++) {
        ac_node node = ac_lookup(ac_system_tree(c, s), s->windows, hive_backups[i].path);

        if (node != AC_NODE_NONE)
            rc = collect_backup(c, s, node, hive_backups[i].name);
    }
    return rc;
}

/* Path of what is expected below a folder, for the row of something absent. */
static void expected_path(struct ac_collector *c, const struct ac_system *s, ac_node folder,
                          const char *name, struct ac_buf *out)
{
    ac_tree_path(ac_system_tree(c, s), folder, out);
    ac_buf_addf(out, "%s%s", out->n ? "/" : "", name);
}

static enum ac_rc collect_or_absent(struct ac_collector *c, const struct ac_system *s,
                                    ac_node folder, const char *name, const char *source,
                                    const char *user)
{
    ac_node node = ac_lookup(ac_system_tree(c, s), folder, name);
    struct ac_buf path = {0};
    enum ac_rc rc;

    if (node != AC_NODE_NONE)
        return collect_node(c, s, node, source, user);
    expected_path(c, s, folder, name, &path);
    rc = ac_artefact_absent(c, s, source, ac_buf_text(&path), user);
    ac_buf_free(&path);
    return rc;
}

static enum ac_rc collect_user_hive(struct ac_collector *c, const struct ac_system *s,
                                    ac_node profile, const char *user, void *context)
{
    struct ac_tree *t = ac_system_tree(c, s);
    ac_node mandatory = ac_lookup(t, profile, "NTUSER.MAN");
    ac_node classes = ac_lookup(t, profile, "AppData/Local/Microsoft/Windows/UsrClass.dat");
    enum ac_rc rc = AC_OK;

    (void)context;
    /* All Users, Public and the like have no hive and need none */
    if (ac_lookup(t, profile, "NTUSER.DAT") != AC_NODE_NONE ||
        ac_lookup(t, profile, "AppData") != AC_NODE_NONE)
        rc = collect_or_absent(c, s, profile, "NTUSER.DAT", "hive", user);
    if (rc == AC_OK && mandatory != AC_NODE_NONE)
        rc = collect_node(c, s, mandatory, "hive", user);
    if (rc == AC_OK && classes != AC_NODE_NONE)
        rc = collect_node(c, s, classes, "hive", user);
    return rc;
}

/* All files below a folder (any depth when `deep`) whose names end so; counts them. */
static enum ac_rc collect_below(struct ac_collector *c, const struct ac_system *s, ac_node folder,
                                const char *source, const char *ending, bool deep, unsigned depth,
                                uint64_t *files)
{
    struct ac_children it = ac_children_of(ac_system_tree(c, s), folder);
    enum ac_rc rc = AC_OK;

    while (rc == AC_OK && ac_children_next(&it)) {
        if (it.directory) {
            if (deep && depth < AC_MAX_PATH_DEPTH)
                rc = collect_below(c, s, it.node, source, ending, deep, depth + 1, files);
        } else if (ac_str_iends(it.info.name, ac_str_of(ending)) &&
                   !ac_companions_is_one(ac_system_tree(c, s), it.node)) {
            ++*files;
            rc = collect_node(c, s, it.node, source, "");
        }
    }
    return rc;
}

static enum ac_rc collect_folder(struct ac_collector *c, const struct ac_system *s,
                                 const char *path, const char *source, const char *ending,
                                 bool deep)
{
    ac_node folder = ac_lookup(ac_system_tree(c, s), s->windows, path);
    struct ac_buf full = {0};
    struct ac_place p = {.system = s,
                         .volume = s->volume,
                         .node = folder,
                         .user = "",
                         .artefact_offset = AC_NO_OFFSET};
    struct ac_record *r;
    uint64_t files = 0;
    enum ac_rc rc;

    expected_path(c, s, s->windows, path, &full);
    p.path = ac_buf_text(&full);
    if (folder == AC_NODE_NONE) {
        rc = ac_artefact_absent(c, s, source, p.path, "");
    } else {
        rc = collect_below(c, s, folder, source, ending, deep, 0, &files);
        r = ac_record_new(AC_KIND_SOURCE);
        ac_record_textz(r, "source", source);
        ac_record_textz(r, "name", p.path);
        ac_record_bool(r, "present", true);
        ac_record_textz(r, "read", "complete");
        ac_record_int(r, "entries", (int64_t)files);
        if (rc == AC_OK && ac_collector_begin(c, &p, source)) {
            rc = ac_collector_emit(c, &p, r, &c->err);
            ac_collector_end(c, &p, source);
        } else {
            ac_record_free(r);
        }
    }
    ac_buf_free(&full);
    return rc;
}

/* Inventory of programs: Amcache.hve, on Windows 7 before its updates RecentFileCache.bcf. Earlier
 * systems have not even the folder; that is no gap. A folder without either is. */
static enum ac_rc collect_inventory(struct ac_collector *c, const struct ac_system *s)
{
    struct ac_tree *t = ac_system_tree(c, s);
    ac_node folder = ac_lookup(t, s->windows, "appcompat/Programs");
    ac_node recent =
        folder == AC_NODE_NONE ? AC_NODE_NONE : ac_lookup(t, folder, "RecentFileCache.bcf");
    enum ac_rc rc = AC_OK;

    if (folder == AC_NODE_NONE)
        return AC_OK;
    if (recent == AC_NODE_NONE || ac_lookup(t, folder, "Amcache.hve") != AC_NODE_NONE)
        rc = collect_or_absent(c, s, folder, "Amcache.hve", "hive", "");
    if (rc == AC_OK && recent != AC_NODE_NONE)
        rc = collect_node(c, s, recent, "recent-file-cache", "");
    return rc;
}

/* Windows Defender's history and its protection logs; a machine with other security software has none. */
static enum ac_rc collect_defender(struct ac_collector *c, const struct ac_system *s)
{
    static const char path[] =
        "ProgramData/Microsoft/Windows Defender/Scans/History/Service/DetectionHistory";
    static const char logs[] = "ProgramData/Microsoft/Windows Defender/Support";
    struct ac_tree *t = ac_system_tree(c, s);
    struct ac_children it = ac_children_of(t, ac_lookup(t, s->root, logs));
    uint64_t files = 0;
    enum ac_rc rc =
        collect_below(c, s, ac_lookup(t, s->root, path), "defender-history", "", true, 0, &files);

    while (rc == AC_OK && ac_children_next(&it)) {
        if (!it.directory && ac_str_istarts(it.info.name, AC_STR("MPLog-")))
            rc = collect_node(c, s, it.node, "mplog", "");
    }
    return rc;
}

/* The folders of the Recycle Bin, one an account. Not every Windows has used it. */
static enum ac_rc collect_bin(struct ac_collector *c, const struct ac_system *s, const char *name)
{
    struct ac_tree *t = ac_system_tree(c, s);
    struct ac_children accounts = ac_children_of(t, ac_lookup(t, s->root, name));
    enum ac_rc rc = AC_OK;

    while (rc == AC_OK && ac_children_next(&accounts)) {
        struct ac_children files = ac_children_of(t, accounts.node);

        while (rc == AC_OK && accounts.directory && ac_children_next(&files)) {
            if (!files.directory && (ac_str_istarts(files.info.name, AC_STR("$I")) ||
                                     ac_str_ieq(files.info.name, AC_STR("INFO2"))))
                rc = collect_node(c, s, files.node, "recycle-bin", "");
        }
    }
    return rc;
}

/* Windows before Vista has no such folder and the logs of the registry's folder instead. */
static enum ac_rc collect_event_logs(struct ac_collector *c, const struct ac_system *s)
{
    struct ac_tree *t = ac_system_tree(c, s);
    ac_node logs = ac_lookup(t, s->windows, "System32/winevt/Logs");
    ac_node config = ac_lookup(t, s->windows, "System32/config");
    enum ac_rc rc = AC_OK;

    for (size_t i = 0;
         rc == AC_OK && logs != AC_NODE_NONE && i < sizeof(event_logs) / sizeof(event_logs[0]);
         i++) {
        if (i < EVERY_LOGS || ac_lookup(t, logs, event_logs[i]) != AC_NODE_NONE)
            rc = collect_or_absent(c, s, logs, event_logs[i], "event-log", "");
    }
    for (size_t i = 0; rc == AC_OK && config != AC_NODE_NONE &&
                       i < sizeof(old_event_logs) / sizeof(old_event_logs[0]);
         i++) {
        ac_node node = ac_lookup(t, config, old_event_logs[i]);

        if (node != AC_NODE_NONE)
            rc = collect_node(c, s, node, "event-log", "");
    }
    return rc;
}

/* Evidence without a Windows folder: every file that a parser recognises. */
static enum ac_rc collect_loose(struct ac_collector *c, const struct ac_system *s)
{
    uint64_t files = 0;

    return collect_below(c, s, s->root, "artefact", "", true, 0, &files);
}

/* The first of these paths that is there, below `from`; `paths[0]` if none is. */
static enum ac_rc collect_one_of(struct ac_collector *c, const struct ac_system *s, ac_node from,
                                 const char *const *paths, const char *source)
{
    const char *const *path = paths;

    while (*path && ac_lookup(ac_system_tree(c, s), from, *path) == AC_NODE_NONE)
        path++;
    return collect_or_absent(c, s, from, *path ? *path : paths[0], source, "");
}

/* Every Windows since XP has a repository. */
static enum ac_rc collect_wmi(struct ac_collector *c, const struct ac_system *s)
{
    static const char *const paths[] = {"System32/wbem/Repository/OBJECTS.DATA",
                                        "System32/wbem/Repository/FS/OBJECTS.DATA", NULL};

    return collect_one_of(c, s, s->windows, paths, "wmi");
}

/* A database, or two queue files that are written in turns; upgraded systems may have all. */
static enum ac_rc collect_bits(struct ac_collector *c, const struct ac_system *s)
{
    static const char *const paths[] = {
        "ProgramData/Microsoft/Network/Downloader/qmgr.db",
        "ProgramData/Microsoft/Network/Downloader/qmgr0.dat",
        "ProgramData/Microsoft/Network/Downloader/qmgr1.dat",
        "Documents and Settings/All Users/Application Data/Microsoft/Network/Downloader/qmgr0.dat",
        "Documents and Settings/All Users/Application Data/Microsoft/Network/Downloader/qmgr1.dat",
    };
    bool any = false;
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < sizeof(paths) / sizeof(paths[0]); i++) {
        ac_node node = ac_lookup(ac_system_tree(c, s), s->root, paths[i]);

        if (node == AC_NODE_NONE)
            continue;
        any = true;
        rc = collect_node(c, s, node, "bits", "");
    }
    /* a Windows that never had a job has no store; of collected files that can not be told */
    if (rc == AC_OK && !any && c->item.kind != AC_ITEM_IMAGE)
        rc = collect_or_absent(c, s, s->root, paths[0], "bits", "");
    return rc;
}

/* Local policies: of the machine, of all users, and of single ones by their identifiers. Most machines have none. */
static enum ac_rc collect_policy(struct ac_collector *c, const struct ac_system *s, ac_node folder,
                                 const char *user)
{
    static const char *const paths[] = {"Machine/Scripts/scripts.ini",
                                        "Machine/Scripts/psscripts.ini", "User/Scripts/scripts.ini",
                                        "User/Scripts/psscripts.ini"};
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < sizeof(paths) / sizeof(paths[0]); i++) {
        ac_node node = ac_lookup(ac_system_tree(c, s), folder, paths[i]);

        if (node != AC_NODE_NONE)
            rc = collect_node(c, s, node, "policy-script", user);
    }
    return rc;
}

static enum ac_rc collect_policies(struct ac_collector *c, const struct ac_system *s)
{
    struct ac_tree *t = ac_system_tree(c, s);
    ac_node all = ac_lookup(t, s->windows, "System32/GroupPolicy");
    struct ac_children users =
        ac_children_of(t, ac_lookup(t, s->windows, "System32/GroupPolicyUsers"));
    enum ac_rc rc = all == AC_NODE_NONE ? AC_OK : collect_policy(c, s, all, "");

    while (rc == AC_OK && ac_children_next(&users)) {
        struct ac_buf sid = {0};

        ac_buf_adds(&sid, users.info.name);
        if (users.directory)
            rc = collect_policy(c, s, users.node, ac_buf_text(&sid));
        ac_buf_free(&sid);
    }
    return rc;
}

/* Windows before 8 has no such folder. */
static enum ac_rc collect_usage(struct ac_collector *c, const struct ac_system *s)
{
    ac_node folder = ac_lookup(ac_system_tree(c, s), s->windows, "System32/sru");

    return folder == AC_NODE_NONE ? AC_OK
                                  : collect_or_absent(c, s, folder, "SRUDB.dat", "srum", "");
}

enum ac_rc ac_artefacts_collect(struct ac_collector *c, const struct ac_system *s)
{
    struct ac_tree *t = ac_system_tree(c, s);
    bool has_tasks = ac_lookup(t, s->windows, "System32/Tasks") != AC_NODE_NONE;
    /* Windows XP and 2003 have .job files and no folder of XML files: that is no gap */
    bool is_old = ac_lookup(t, s->windows, "Tasks") != AC_NODE_NONE &&
                  ac_lookup(t, s->root, "Users") == AC_NODE_NONE &&
                  ac_lookup(t, s->root, "Documents and Settings") != AC_NODE_NONE;
    enum ac_rc rc = AC_OK;

    if (s->loose)
        return collect_loose(c, s);
    for (size_t i = 0; rc == AC_OK && i < sizeof(machine_hives) / sizeof(machine_hives[0]); i++)
        rc = collect_or_absent(
            c, s, s->windows, machine_hives[i], "hive",
            ac_str_iends(ac_str_of(machine_hives[i]), AC_STR("DEFAULT")) ? ".DEFAULT" : "");
    if (rc == AC_OK)
        rc = collect_backups(c, s);
    if (rc == AC_OK)
        rc = ac_users_each(c, s, collect_user_hive, NULL);
    if (rc == AC_OK && (!is_old || has_tasks))
        rc = collect_folder(c, s, "System32/Tasks", "task", "", true);
    if (rc == AC_OK && ac_lookup(t, s->windows, "Tasks") != AC_NODE_NONE)
        rc = collect_folder(c, s, "Tasks", "task", ".job", false);
    if (rc == AC_OK &&
        ac_lookup(ac_system_tree(c, s), s->windows, "SysWOW64/Tasks") != AC_NODE_NONE)
        rc = collect_folder(c, s, "SysWOW64/Tasks", "task", "", true);
    if (rc == AC_OK)
        rc = collect_folder(c, s, "Prefetch", "prefetch", ".pf", false);
    if (rc == AC_OK &&
        ac_lookup(ac_system_tree(c, s), s->windows, "Prefetch/Layout.ini") != AC_NODE_NONE)
        rc = collect_or_absent(c, s, s->windows, "Prefetch/Layout.ini", "layout-ini", "");
    if (rc == AC_OK)
        rc = collect_policies(c, s);
    if (rc == AC_OK)
        rc = collect_inventory(c, s);
    if (rc == AC_OK)
        rc = collect_defender(c, s);
    if (rc == AC_OK)
        rc = collect_bin(c, s, "$Recycle.Bin");
    if (rc == AC_OK)
        rc = collect_bin(c, s, "RECYCLER"); /* Windows 2000 to 2003 */
    if (rc == AC_OK)
        rc = collect_wmi(c, s);
    if (rc == AC_OK)
        rc = collect_bits(c, s);
    if (rc == AC_OK)
        rc = collect_event_logs(c, s);
    if (rc == AC_OK)
        rc = collect_usage(c, s);
    if (rc == AC_OK)
        rc = ac_recent_collect(c, s);
    if (rc == AC_OK)
        rc = ac_credentials_collect(c, s);
    return rc == AC_OK ? ac_startup_collect(c, s) : rc;
}
