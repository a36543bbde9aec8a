/* Persistence stores outside of hives in a folder of collected files: found where they lie, with
 * their companions, their commands resolved. */
#include "build_bits.h"
#include "build_ese.h"
#include "build_ole.h"
#include "build_wmi.h"

#include "collect/collect.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define REPOSITORY "Windows/System32/wbem/Repository/"
#define DOWNLOADER "ProgramData/Microsoft/Network/Downloader/"

static char dir[4096];
static struct fx_records records;

static void start(void)
{
    snprintf(dir, sizeof(dir), "%s", fx_tmpdir());
    fx_records_init(&records);
}

static void stop(void)
{
    fx_records_free(&records);
    fx_rmtree(dir);
}

TestSuite(stores, .init = start, .fini = stop);

/* Writes a file and the folders on its way. */
static void put(const char *name, const void *bytes, size_t n)
{
    char path[8192];

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    for (char *slash = strchr(path + strlen(dir) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
    cr_assert(fx_write(path, bytes, n), "%s", path);
}

static void put_buf(const char *name, const struct ac_buf *b)
{
    put(name, b->p, b->n);
}

static void collect(void)
{
    struct ac_collect_options o = {.path = dir, .evidence_id = "E1", .name = "folder"};
    struct ac_collect_result result;
    uint64_t next = 1;

    put("Windows/System32/config/SAM", "none", 4); /* what makes it a Windows folder */
    cr_assert_eq(ac_collect(&o, &next, &records.sink, &result, NULL), AC_OK);
    cr_expect_eq(result.deaths, 0);
}

static void expect_row(const char *name, const char *source, const char *read, bool present)
{
    const struct ac_record *r = fx_find(&records, AC_KIND_SOURCE, "name", name);

    cr_assert(r, "no coverage row for %s", name);
    cr_expect_str_eq(ac_record_get(r, "source"), source, "%s", name);
    cr_expect_str_eq(ac_record_get(r, "read"), read, "%s", name);
    cr_expect_eq(ac_record_get_bool(r, "present"), present, "%s", name);
}

static const struct ac_record *entry(const char *name)
{
    const struct ac_record *r = fx_find(&records, AC_KIND_AUTOSTART, "name", name);

    cr_assert(r, "no record %s", name);
    return r;
}

static void expect_target(const char *name, const char *target, const char *state)
{
    const struct ac_record *r = entry(name);

    cr_expect_str_eq(ac_record_get(r, "target"), target, "%s: %s", name,
                     ac_record_get(r, "target"));
    cr_expect_str_eq(ac_record_get(r, "target_state"), state, "%s: %s", name,
                     ac_record_get(r, "target_state"));
}

/* Consumers whose program stands alone, in a command line, apart from it, and a script's file. */
static void put_repository(const char *folder)
{
    static const uint32_t map[] = {0}, one[] = {0};
    static const char *const classes[] = {"CommandLineEventConsumer", "CommandLineEventConsumer",
                                          "CommandLineEventConsumer", "ActiveScriptEventConsumer"};
    struct ac_buf r[4] = {{0}}, objects = {0}, mapping = {0}, index = {0};
    char text[4][400], path[300];
    const char *keys[4];

    fx_wmi_command(&r[0], false, "line", NULL, "\"C:\\Users\\user1\\a.exe\" /x");
    fx_wmi_command(&r[1], false, "apart", "C:\\Windows\\System32\\rundll32.exe",
                   "whatever C:\\Users\\user1\\b.dll,Start");
    fx_wmi_command(&r[2], false, "program", "C:\\Users\\user1\\a.exe", NULL);
    fx_wmi_script(&r[3], false, "script", "VBScript", NULL, "C:\\Users\\user1\\c.vbs");
    for (int i = 0; i < 4; i++) {
        snprintf(text[i], sizeof(text[i]), "NS_%s\\CI_%s\\IL_A.0.%d.%zu",
                 fx_wmi_digest("root\\subscription", false), fx_wmi_digest(classes[i], false),
                 10 + i, r[i].n);
        keys[i] = text[i];
    }
    fx_wmi_page(&objects, r, 4, 10);
    fx_wmi_mapping(&mapping, false, 1, map, 1, one, 1);
    fx_wmi_index_page(&index, keys, 4);
    snprintf(path, sizeof(path), "%sOBJECTS.DATA", folder);
    put_buf(path, &objects);
    snprintf(path, sizeof(path), "%sMAPPING1.MAP", folder);
    put_buf(path, &mapping);
    snprintf(path, sizeof(path), "%sINDEX.BTR", folder);
    put_buf(path, &index);
    for (int i = 0; i < 4; i++)
        ac_buf_free(&r[i]);
    ac_buf_free(&objects);
    ac_buf_free(&mapping);
    ac_buf_free(&index);
}

static void put_programs(void)
{
    put("Users/user1/a.exe", "MZ", 2);
    put("Users/user1/b.dll", "MZ", 2);
    put("Users/user1/c.vbs", "x", 1);
    put("Windows/System32/rundll32.exe", "MZ", 2);
}

Test(stores, consumers_are_found_and_resolved)
{
    put_repository(REPOSITORY);
    put_programs();
    collect();
    expect_row(REPOSITORY "OBJECTS.DATA", "wmi", "complete", true);
    expect_row(REPOSITORY "MAPPING1.MAP", "wmi", "complete", true);
    expect_row(REPOSITORY "INDEX.BTR", "wmi", "complete", true);
    cr_expect_str_eq(ac_record_prov(entry("line"), "state"), "live");
    cr_expect_str_eq(ac_record_get(entry("line"), "location"), "WMI:root\\subscription");
    expect_target("line", "Users/user1/a.exe", "exists");
    cr_expect(ac_record_get_bool(entry("line"), "user_writable"));
    expect_target("apart", "Users/user1/b.dll", "exists");
    cr_expect_str_eq(ac_record_get(entry("apart"), "target_argument"), "Start");
    expect_target("program", "Users/user1/a.exe", "exists");
    expect_target("script", "Users/user1/c.vbs", "exists");
}

Test(stores, the_repository_of_windows_xp_lies_deeper)
{
    put_repository("WINDOWS/system32/wbem/Repository/FS/");
    put("WINDOWS/system32/config/SAM", "none", 4);
    collect();
    cr_expect_str_eq(ac_record_prov(entry("line"), "state"), "live");
}

Test(stores, what_is_not_there_is_said_once)
{
    collect();
    expect_row(REPOSITORY "OBJECTS.DATA", "wmi", "no", false);
    expect_row(DOWNLOADER "qmgr.db", "bits", "no", false);
    cr_expect_null(fx_find(&records, AC_KIND_SOURCE, "name", DOWNLOADER "qmgr0.dat"));
}

Test(stores, jobs_are_found_and_resolved)
{
    static const struct fx_bits_file file = {"http://a.test/b.dll", "C:\\Users\\user1\\b.dll", NULL,
                                             1, 1};
    struct fx_bits_job job = {.id = "abcdefghijklmnop",
                              .name = "job",
                              .program = "C:\\Windows\\System32\\rundll32.exe",
                              .parameters = "rundll32.exe C:\\Users\\user1\\b.dll,Go",
                              .sid = "S-1-5-21-1-2-3-1001",
                              .files = &file,
                              .n_files = 1,
                              .created = "2021-01-02T03:04:05Z",
                              .modified = "2021-01-02T03:04:05Z"};
    struct ac_buf queue = {0};
    static const char xp[] = "Documents and Settings/All Users/Application Data/Microsoft/Network/"
                             "Downloader/qmgr1.dat";

    fx_bits_queue(&queue, &job, 1, NULL);
    put_buf(DOWNLOADER "qmgr0.dat", &queue);
    put_buf(xp, &queue);
    put_programs();
    collect();
    expect_row(DOWNLOADER "qmgr0.dat", "bits", "complete", true);
    expect_row(xp, "bits", "complete", true);
    cr_expect_null(fx_find(&records, AC_KIND_SOURCE, "name", DOWNLOADER "qmgr.db"));
    expect_target("job", "Users/user1/b.dll", "exists");
    cr_expect_str_eq(ac_record_get(entry("job"), "target_argument"), "Go");
    ac_buf_free(&queue);
}

#define RECENT "Users/user1/AppData/Roaming/Microsoft/Windows/Recent"
#define NOTEPAD "9b9cdc69c1c24e2b.automaticDestinations-ms"

static void put_recent(void)
{
    static const struct fx_dest entry = {"C:\\a.txt", "laptop-01", 1, 0xFFFFFFFF, 1, 1};
    struct fx_ole_stream streams[2];
    struct ac_buf link = {0}, list = {0}, file = {0};

    fx_link(&link, ".\\a.txt", "laptop-01");
    fx_dest_list(&list, 4, &entry, 1);
    streams[0] = (struct fx_ole_stream){"DestList", fx_view(&list)};
    streams[1] = (struct fx_ole_stream){"1", fx_view(&link)};
    fx_ole(&file, streams, 2, 512);
    put_buf(RECENT "/AutomaticDestinations/" NOTEPAD, &file);
    put_buf(RECENT "/a.lnk", &link);
    put_buf(RECENT "/cut.lnk", &(struct ac_buf){.p = link.p, .n = 40});
    put(RECENT "/desktop.ini", "x", 1);
    put_buf("Documents and Settings/user2/Recent/b.lnk", &link);
    ac_buf_free(&link);
    ac_buf_free(&list);
    ac_buf_free(&file);
}

/* A row for each folder with the number of files, and one for each file. */
Test(stores, what_users_opened_is_found)
{
    const struct ac_record *r;

    put_recent();
    collect();
    expect_row(RECENT, "shortcut", "complete", true);
    r = fx_find(&records, AC_KIND_SOURCE, "name", RECENT);
    cr_expect_eq(ac_record_get_int(r, "entries"), 2);
    cr_expect_str_eq(ac_record_get(r, "user"), "user1");
    expect_row(RECENT "/a.lnk", "shortcut", "complete", true);
    expect_row(RECENT "/cut.lnk", "shortcut", "no", true);
    expect_row(RECENT "/AutomaticDestinations", "jump-list", "complete", true);
    expect_row(RECENT "/AutomaticDestinations/" NOTEPAD, "jump-list", "complete", true);
    expect_row("Documents and Settings/user2/Recent/b.lnk", "shortcut", "complete", true);
    cr_expect_null(fx_find(&records, AC_KIND_SOURCE, "name", RECENT "/CustomDestinations"));
    r = fx_find(&records, AC_KIND_ACTIVITY, "text", "C:\\a.txt");
    cr_assert(r);
    cr_expect_str_eq(ac_record_get(r, "user"), "user1");
    cr_expect_str_eq(ac_record_get(r, "program"), "Notepad (64-bit)");
    cr_expect_str_eq(ac_record_prov(r, "state"), "live");
    cr_expect_eq(fx_count(&records, AC_KIND_SHORTCUT), 3);
}

Test(stores, usage_is_found_where_windows_keeps_it)
{
    static const struct fx_ese_column columns[] = {{"AppId", 1, 4, 4}};
    static const struct fx_ese_raw tables[] = {
        {"SruDbIdMapTable", columns, 1, NULL, 0, 0},
        {"{973F5D5C-1D90-4944-BE8E-24B94231A174}", columns, 1, NULL, 0, 0}};
    struct ac_buf db = {0};

    fx_ese_raw(&db, tables, 2, true);
    put_buf("Windows/System32/sru/SRUDB.dat", &db);
    collect();
    expect_row("Windows/System32/sru/SRUDB.dat", "srum", "partial",
               true); /* its map lacks columns */
    ac_buf_free(&db);
}

Test(stores, a_folder_of_usage_without_database_is_told)
{
    put("Windows/System32/sru/SRU.log", "x", 1);
    collect();
    expect_row("Windows/System32/sru/SRUDB.dat", "srum", "no", false);
}
