/*
 * Where programs keep credentials: the files of each profile that parsers read, and those of which
 * only number, size and times matter. What stands in the registry comes with the hives.
 */
#include "collect/collector.h"

#include "base/limits.h"
#include "credentials.h"

#include <ctype.h>
#include <string.h>

#define SOURCE "credentials"
#define SEARCHED "credential-stores"
/* Files of one kind that a profile's folders may add: a flood of them tells nothing more. */
#define MOST_FILES 500

struct search {
    struct ac_collector *c;
    const struct ac_system *s;
    const char *user;
    ac_node profile;
    int64_t stores; /* found so far */
    unsigned files; /* of the free search */
    enum ac_rc rc;
};

static struct ac_tree *tree_of(const struct search *q)
{
    return ac_system_tree(q->c, q->s);
}

static bool going(struct search *q)
{
    if (q->rc == AC_OK)
        q->rc = q->c->err.rc;
    return q->rc == AC_OK;
}

static struct ac_place place_of(const struct search *q, ac_node node, const struct ac_buf *path)
{
    return (struct ac_place){.system = q->s,
                             .volume = q->s->volume,
                             .node = node,
                             .path = ac_buf_text(path),
                             .user = q->user,
                             .artefact_offset = AC_NO_OFFSET};
}

/* A file that a parser reads. */
static void read_file(struct search *q, ac_node node)
{
    struct ac_buf path = {0};
    struct ac_place p;

    ac_tree_path(tree_of(q), node, &path);
    p = place_of(q, node, &path);
    if (going(q) && ac_collector_begin(q->c, &p, SOURCE)) {
        q->rc = ac_artefact_read(q->c, &p, SOURCE);
        ac_collector_end(q->c, &p, SOURCE);
        q->stores++;
    }
    ac_buf_free(&path);
}

/* ---- stores of which the files are counted */

struct counted {
    const char *content, *protection; /* protection NULL: none is known */
    bool entries;                     /* each file is an entry with a secret */
    const char *program, *group;      /* when the path tells none */
};

struct tally {
    int64_t files, bytes;
    struct ac_time_span created, modified;
};

/* The record of a file, or of all files of a folder. */
static void send_counted(struct search *q, ac_node node, const struct counted *about,
                         const struct tally *t)
{
    struct ac_buf path = {0};
    struct ac_artefact a = {.user = q->user};
    struct ac_place p;
    struct ac_record *r;

    ac_tree_path(tree_of(q), node, &path);
    p = place_of(q, node, &path);
    if (!going(q) || !ac_collector_begin(q->c, &p, SOURCE)) {
        ac_buf_free(&path);
        return;
    }
    a.path = p.path;
    r = ac_credential_record(&a, about->content, about->program, about->group);
    if (about->entries) {
        ac_record_int(r, "accounts", t->files);
        ac_record_int(r, "saved", t->files);
    }
    if (about->protection)
        ac_record_add_text(r, "protection", ac_str_of(about->protection));
    ac_record_int(r, "size", t->bytes);
    if (ac_keeps_times(tree_of(q))) {
        if (about->entries) {
            ac_record_time(r, "first_created", t->created.first);
            ac_record_time(r, "last_created", t->created.last);
        }
        ac_record_time(r, "modified", t->modified.last);
    }
    q->rc = ac_collector_emit(q->c, &p, r, &q->c->err);
    ac_collector_end(q->c, &p, SOURCE);
    q->stores++;
    ac_buf_free(&path);
}

static void add_to_tally(struct tally *t, const struct ac_node_info *info)
{
    t->files++;
    t->bytes += (int64_t)(info->size < INT64_MAX / 1000000 ? info->size : INT64_MAX / 1000000);
    ac_time_span_add(&t->created, info->created);
    ac_time_span_add(&t->modified, info->modified);
}

static void send_file(struct search *q, ac_node node, const struct counted *about)
{
    struct tally t = {0};
    struct ac_node_info info;

    ac_tree_info(tree_of(q), node, &info);
    add_to_tally(&t, &info);
    send_counted(q, node, about, &t);
}

static bool is_hex_name(struct ac_str name)
{
    return ac_str_is(name, 32, 32, isxdigit);
}

static bool is_vault_entry(struct ac_str name)
{
    return ac_str_iends(name, AC_STR(".vcrd"));
}

/* "a1b2c3d4-0123-...": 36 characters with four hyphens. */
static bool is_guid_name(struct ac_str name)
{
    return name.n == 36 && name.p[8] == '-' && name.p[13] == '-' && name.p[18] == '-' &&
           name.p[23] == '-';
}

static void count_folder(struct search *q, ac_node folder, const struct counted *about,
                         bool (*is)(struct ac_str))
{
    struct ac_children it = ac_children_of(tree_of(q), folder);
    struct tally t = {0};

    while (ac_children_next(&it)) {
        if (!it.directory && is(it.info.name))
            add_to_tally(&t, &it.info);
    }
    if (t.files > 0)
        send_counted(q, folder, about, &t);
}

static void count_subfolders(struct search *q, ac_node folder, const struct counted *about,
                             bool (*is)(struct ac_str))
{
    struct ac_children it = ac_children_of(tree_of(q), folder);

    while (going(q) && ac_children_next(&it)) {
        if (it.directory)
            count_folder(q, it.node, about, is);
    }
}

static const struct counted credentials = {"passwords", "dpapi", true, "", "windows"};
static const struct counted master_keys = {"key", NULL, false, "", "windows"};
static const struct counted mail_bodies = {"mail-bodies", NULL, false, "Microsoft Outlook", "mail"};
static const struct counted mail_app = {"mail-bodies", NULL, false, "Windows Mail (app)", "mail"};
static const struct counted mozilla_key = {"key", "primary-password-unknown", false,
                                           "Mozilla program", "browser"};
static const struct counted key_pass = {"passwords", "master-password", false, "KeePass",
                                        "manager"};
static const struct counted ssh_key = {"key", "unknown", false, "SSH or PuTTY key", "access"};

/* ---- places in a profile */

/* Files of browser profiles, below the folder of a profile. */
static const char *const chrome_files[] = {
    "Login Data", "Login Data For Account", "Cookies", "Network/Cookies", "Web Data", NULL};
static const char *const mozilla_files[] = {"logins.json", "signons.sqlite", "cookies.sqlite",
                                            "prefs.js", NULL};

static void read_named(struct search *q, ac_node folder, const char *const *names)
{
    for (; *names && going(q); names++) {
        ac_node node = ac_lookup(tree_of(q), folder, *names);

        if (node != AC_NODE_NONE)
            read_file(q, node);
    }
}

static void chrome(struct search *q, ac_node data)
{
    struct ac_children it = ac_children_of(tree_of(q), data);
    static const char *const own[] = {"Local State", NULL};

    read_named(q, data, own);
    read_named(q, data, chrome_files); /* Opera has its one profile here */
    while (going(q) && ac_children_next(&it)) {
        if (it.directory)
            read_named(q, it.node, chrome_files);
    }
}

static void mozilla(struct search *q, ac_node profiles)
{
    static const char *const keys[] = {"key4.db", "key3.db"};
    struct ac_children it = ac_children_of(tree_of(q), profiles);

    while (going(q) && ac_children_next(&it)) {
        struct ac_buf path = {0};
        bool is_mail;

        if (!it.directory)
            continue;
        ac_tree_path(tree_of(q), it.node, &path);
        is_mail = ac_str_ifind(ac_buf_str(&path), AC_STR("Thunderbird")) >= 0;
        ac_buf_free(&path);
        for (const char *const *name = mozilla_files; *name && going(q); name++) {
            ac_node node = ac_lookup(tree_of(q), it.node, *name);

            if (node != AC_NODE_NONE && (is_mail || strcmp(*name, "prefs.js") != 0))
                read_file(q, node);
        }
        for (size_t i = 0; i < 2 && going(q); i++) {
            ac_node node = ac_lookup(tree_of(q), it.node, keys[i]);

            if (node != AC_NODE_NONE)
                send_file(q, node, &mozilla_key);
        }
    }
}

/* All files with one of these endings, at any depth. */
static void read_below(struct search *q, ac_node folder, const char *const *endings, unsigned depth)
{
    struct ac_children it = ac_children_of(tree_of(q), folder);

    while (going(q) && depth < AC_MAX_PATH_DEPTH && ac_children_next(&it)) {
        if (it.directory)
            read_below(q, it.node, endings, depth + 1);
        for (const char *const *e = endings; *e && !it.directory; e++) {
            if (ac_str_iends(it.info.name, ac_str_of(*e))) {
                read_file(q, it.node);
                break;
            }
        }
    }
}

static void mail_accounts(struct search *q, ac_node folder)
{
    static const char *const endings[] = {".oeaccount", ".account", NULL};

    read_below(q, folder, endings, 0);
}

static void file_zilla(struct search *q, ac_node folder)
{
    static const char *const names[] = {"sitemanager.xml", "recentservers.xml", NULL};

    read_named(q, folder, names);
}

static void read_itself(struct search *q, ac_node file)
{
    read_file(q, file);
}

static void vault(struct search *q, ac_node folder)
{
    count_subfolders(q, folder, &credentials, is_vault_entry);
}

static void credential_manager(struct search *q, ac_node folder)
{
    count_folder(q, folder, &credentials, is_hex_name);
}

static void data_protection(struct search *q, ac_node folder)
{
    count_subfolders(q, folder, &master_keys, is_guid_name);
}

static void mail_store(struct search *q, ac_node file)
{
    send_file(q, file, &mail_app);
}

#define LOCAL "AppData/Local/"
#define ROAMING "AppData/Roaming/"
#define XP_LOCAL "Local Settings/Application Data/"
#define XP_ROAMING "Application Data/"

static const struct place {
    const char *path;
    void (*look)(struct search *q, ac_node node);
} places[] = {
    {LOCAL "Google/Chrome/User Data", chrome},
    {LOCAL "Google/Chrome Beta/User Data", chrome},
    {LOCAL "Google/Chrome SxS/User Data", chrome},
    {XP_LOCAL "Google/Chrome/User Data", chrome},
    {LOCAL "Microsoft/Edge/User Data", chrome},
    {LOCAL "Microsoft/Edge Beta/User Data", chrome},
    {LOCAL "BraveSoftware/Brave-Browser/User Data", chrome},
    {LOCAL "Vivaldi/User Data", chrome},
    {LOCAL "Chromium/User Data", chrome},
    {LOCAL "Yandex/YandexBrowser/User Data", chrome},
    {ROAMING "Opera Software/Opera Stable", chrome},
    {ROAMING "Opera Software/Opera GX Stable", chrome},
    {ROAMING "Mozilla/Firefox/Profiles", mozilla},
    {ROAMING "Thunderbird/Profiles", mozilla},
    {XP_ROAMING "Mozilla/Firefox/Profiles", mozilla},
    {XP_ROAMING "Thunderbird/Profiles", mozilla},
    {LOCAL "Microsoft/Windows Live Mail", mail_accounts},
    {LOCAL "Microsoft/Windows Mail", mail_accounts},
    {LOCAL "Comms/UnistoreDB/store.vol", mail_store},
    {ROAMING "FileZilla", file_zilla},
    {XP_ROAMING "FileZilla", file_zilla},
    {ROAMING "KeePass/KeePass.config.xml", read_itself},
    {XP_ROAMING "KeePass/KeePass.config.xml", read_itself},
    {ROAMING "WinSCP.ini", read_itself},
    {XP_ROAMING "WinSCP.ini", read_itself},
    {ROAMING "Microsoft/Network/Connections/Pbk/rasphone.pbk", read_itself},
    {LOCAL "Microsoft/Vault", vault},
    {ROAMING "Microsoft/Vault", vault},
    {LOCAL "Microsoft/Credentials", credential_manager},
    {ROAMING "Microsoft/Credentials", credential_manager},
    {XP_LOCAL "Microsoft/Credentials", credential_manager},
    {XP_ROAMING "Microsoft/Credentials", credential_manager},
    {ROAMING "Microsoft/Protect", data_protection},
    {XP_ROAMING "Microsoft/Protect", data_protection},
};

/* ---- files that may lie anywhere in a profile */

static const struct free_file {
    const char *ending;
    const struct counted *about; /* NULL: a parser reads it */
} free_files[] = {
    {".pst", &mail_bodies}, {".ost", &mail_bodies},   {".nst", &mail_bodies},
    {".kdbx", &key_pass},   {".ppk", &ssh_key},       {"id_rsa", &ssh_key},
    {"id_ecdsa", &ssh_key}, {"id_ed25519", &ssh_key}, {".rdp", NULL},
    {".ovpn", NULL},        {"UltraVNC.ini", NULL},
};

static bool is_becky(struct search *q, const struct ac_children *it)
{
    return ac_str_iends(it->info.name, AC_STR(".mb")) &&
           ac_lookup(tree_of(q), it->node, "Mailbox.ini") != AC_NODE_NONE;
}

static void free_file(struct search *q, const struct ac_children *it)
{
    for (size_t i = 0; i < sizeof(free_files) / sizeof(free_files[0]); i++) {
        if (!ac_str_iends(it->info.name, ac_str_of(free_files[i].ending)))
            continue;
        q->files++;
        if (free_files[i].about)
            send_file(q, it->node, free_files[i].about);
        else
            read_file(q, it->node);
        return;
    }
}

static void search_freely(struct search *q, ac_node folder, unsigned depth)
{
    struct ac_children it = ac_children_of(tree_of(q), folder);

    while (going(q) && depth < AC_MAX_PATH_DEPTH && q->files < MOST_FILES &&
           ac_children_next(&it)) {
        if (!it.directory) {
            free_file(q, &it);
        } else if (is_becky(q, &it)) {
            q->files++;
            read_file(q, ac_lookup(tree_of(q), it.node, "Mailbox.ini"));
        } else {
            search_freely(q, it.node, depth + 1);
        }
    }
}

/* ---- one profile, then the machine */

/* The row that tells that these places were searched, and how many stores there were. */
static void send_row(struct search *q)
{
    struct ac_buf path = {0};
    struct ac_place p;
    struct ac_record *r;

    ac_tree_path(tree_of(q), q->profile, &path);
    p = place_of(q, q->profile, &path);
    if (going(q) && ac_collector_begin(q->c, &p, SEARCHED)) {
        r = ac_record_new(AC_KIND_SOURCE);
        ac_record_textz(r, "source", SEARCHED);
        ac_record_textz(r, "name", p.path);
        ac_record_bool(r, "present", true);
        ac_record_textz(r, "read", q->files < MOST_FILES ? "complete" : "partial");
        if (q->files >= MOST_FILES)
            ac_record_textz(r, "reason",
                            "more files of the kinds that hold credentials than are listed");
        ac_record_int(r, "entries", q->stores);
        if (q->user[0])
            ac_record_textz(r, "user", q->user);
        q->rc = ac_collector_emit(q->c, &p, r, &q->c->err);
        ac_collector_end(q->c, &p, SEARCHED);
    }
    ac_buf_free(&path);
}

static enum ac_rc collect_profile(struct ac_collector *c, const struct ac_system *s,
                                  ac_node profile, const char *user, void *context)
{
    struct search q = {.c = c, .s = s, .user = user, .profile = profile};

    (void)context;
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && going(&q); i++) {
        ac_node node = ac_lookup(tree_of(&q), profile, places[i].path);

        if (node != AC_NODE_NONE)
            places[i].look(&q, node);
    }
    search_freely(&q, profile, 0);
    send_row(&q);
    return q.rc;
}

static void vpn(struct search *q, ac_node folder)
{
    static const char *const endings[] = {".ovpn", NULL};

    read_below(q, folder, endings, 0);
}

static void wifi(struct search *q)
{
    static const char *const endings[] = {".xml", NULL};
    ac_node node =
        ac_lookup(tree_of(q), q->s->root, "ProgramData/Microsoft/Wlansvc/Profiles/Interfaces");

    if (node != AC_NODE_NONE)
        read_below(q, node, endings, 0);
}

enum ac_rc ac_credentials_collect(struct ac_collector *c, const struct ac_system *s)
{
    static const struct place machine[] = {
        {"ProgramData/Microsoft/Vault", vault},
        {"ProgramData/Microsoft/Network/Connections/Pbk/rasphone.pbk", read_itself},
        {"Program Files/OpenVPN/config", vpn},
        {"Program Files (x86)/OpenVPN/config", vpn},
        {"Program Files/uvnc bvba/UltraVNC/ultravnc.ini", read_itself},
        {"Program Files (x86)/uvnc bvba/UltraVNC/ultravnc.ini", read_itself},
        {"Program Files/UltraVNC/ultravnc.ini", read_itself},
        {"Program Files (x86)/UltraVNC/ultravnc.ini", read_itself},
    };
    struct search q = {.c = c,
                       .s = s,
                       .user = "",
                       .profile = ac_lookup(ac_system_tree(c, s), s->root, "ProgramData")};

    for (size_t i = 0; i < sizeof(machine) / sizeof(machine[0]) && going(&q); i++) {
        ac_node node = ac_lookup(tree_of(&q), s->root, machine[i].path);

        if (node != AC_NODE_NONE)
            machine[i].look(&q, node);
    }
    if (going(&q))
        wifi(&q);
    if (q.profile != AC_NODE_NONE)
        send_row(&q);
    return q.rc == AC_OK ? ac_users_each(c, s, collect_profile, NULL) : q.rc;
}
