/* Prefetch against real files: what their README rows say, and what sccainfo says. */
#include "build_prefetch.h"

#include "prefetch.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum ac_rc parse_file(const char *path, struct fx_records *r, struct ac_err *err)
{
    struct ac_budget budget = {AC_BUDGET_STEPS};
    struct ac_buf bytes = {0};
    struct ac_artefact a = {.path = path, .user = ""};
    enum ac_rc rc;

    fx_records_init(r);
    cr_assert(fx_load(path, &bytes), "%s", path);
    a.bytes = fx_view(&bytes);
    rc = ac_parser_prefetch.parse(&a, &budget, &r->sink, err);
    ac_buf_free(&bytes);
    return rc;
}

static const char *item(const struct ac_record *r, const char *field, size_t i)
{
    const char *z = json_string_value(json_array_get(ac_record_get_json(r, field), i));

    return z ? z : "";
}

static size_t items(const struct ac_record *r, const char *field)
{
    return json_array_size(ac_record_get_json(r, field));
}

/* ---- README rows */

/* "v30 MAM, X.EXE hash 01234567, run count 8, 31 file names, 1 volume(s), last run 2022-..Z, 8
 * times kept, `\VOLUME{..}\X.EXE`; libscca agrees" */
struct row {
    unsigned version, count, files, volumes, kept;
    char name[128], hash[16], last[64], path[512];
    bool mam;
};

static bool read_row(const char *truth, struct row *ret)
{
    const char *hash = strstr(truth, " hash "), *begin = hash, *tail;
    struct row r = {0};
    int used = 0;

    while (begin && begin > truth && !(begin[0] == 'v' && begin[1] >= '1' && begin[1] <= '3'))
        begin--;
    if (!hash || sscanf(begin, "v%u%n", &r.version, &used) != 1)
        return false;
    r.mam = strncmp(begin + used, " MAM,", 5) == 0;
    begin = strchr(begin, ',') + 2;
    snprintf(r.name, sizeof(r.name), "%.*s", (int)(hash - begin), begin);
    if (sscanf(hash,
               " hash %8[0-9A-F], run count %u, %u file names, %u volume(s), last run %40[^,;]%n",
               r.hash, &r.count, &r.files, &r.volumes, r.last, &used) != 5)
        return false;
    tail = hash + used;
    if (sscanf(tail, ", %u times kept%n", &r.kept, &used) == 1)
        tail += used;
    sscanf(tail, ", `%500[^`]", r.path);
    *ret = r;
    return true;
}

/* The row names the first file that has the program's name, we the one whose path gives the hash:
 * another machine's file of the same hash (SPPEXTCOMOBJ, MSCORSVW) has only that one. */
static const char *expected_path(const struct row *row, const char *file)
{
    static const struct {
        const char *file, *first, *path;
    } better[] = {
        {"aptsim-win10/Windows/Prefetch/SPPEXTCOMOBJ.EXE-7D45A1AB.pf", "\\WINDOWS\\WINSXS\\",
         "\\VOLUME{01d834b54842fb73-1a484cb6}\\WINDOWS\\SYSTEM32\\SPPEXTCOMOBJ.EXE"},
        {"aptsim-win10/Windows/Prefetch/MSCORSVW.EXE-8CE1A322.pf", "\\WINDOWS\\WINSXS\\",
         "\\VOLUME{01d834b54842fb73-1a484cb6}\\WINDOWS\\MICROSOFT.NET\\FRAMEWORK\\V4.0.30319\\"
         "MSCORSVW.EXE"},
        {"aptsim-win10/Windows/Prefetch/MSCORSVW.EXE-16B291C4.pf", "\\WINDOWS\\WINSXS\\",
         "\\VOLUME{01d834b54842fb73-1a484cb6}\\WINDOWS\\MICROSOFT.NET\\FRAMEWORK64\\V4.0.30319\\"
         "MSCORSVW.EXE"},
        {"v30/artemis-win11__HELPER.EXE-347CAEFD.pf", "\\UPDATED\\",
         "\\VOLUME{01d6828290579d13-4290933e}\\PROGRAM FILES\\MOZILLA "
         "FIREFOX\\UNINSTALL\\HELPER.EXE"},
    };

    for (size_t i = 0; i < sizeof(better) / sizeof(better[0]); i++) {
        if (ac_str_iends(ac_str_of(file), ac_str_of(better[i].file)) &&
            strstr(row->path, better[i].first))
            return better[i].path;
    }
    return row->path;
}

static void check_row(const struct row *row, const char *path)
{
    struct fx_records r;
    const struct ac_record *e;

    cr_assert_eq(parse_file(path, &r, NULL), AC_OK, "%s", path);
    e = fx_nth(&r, AC_KIND_EXECUTION, 0);
    cr_assert(e, "%s", path);
    cr_expect_eq(r.n, 1, "%s: %s", path, ac_record_get(r.items[0], "what"));
    cr_expect_str_eq(ac_record_get(e, "program"), row->name, "%s", path);
    cr_expect_str_eq(ac_record_get(e, "hash"), row->hash, "%s", path);
    cr_expect_eq(ac_record_get_int(e, "format_version"), row->version, "%s", path);
    cr_expect_eq(ac_record_get_bool(e, "compressed"), row->mam, "%s", path);
    cr_expect_eq(ac_record_get_int(e, "run_count"), row->count, "%s", path);
    cr_expect_eq(items(e, "files"), row->files, "%s: %zu", path, items(e, "files"));
    cr_expect_eq(items(e, "volumes"), row->volumes, "%s", path);
    if (row->kept)
        cr_expect_eq(items(e, "run_times"), row->kept, "%s", path);
    /* rows have milliseconds, cut */
    cr_expect(strncmp(item(e, "run_times", 0), row->last, strlen(row->last) - 1) == 0 ||
                  strstr(row->last, ".000Z"),
              "%s: %s, not %s", path, item(e, "run_times", 0), row->last);
    if (row->path[0])
        cr_expect_str_eq(ac_record_get(e, "program_path"), expected_path(row, path), "%s: %s", path,
                         ac_record_get(e, "program_path"));
    fx_records_free(&r);
}

/* Checks the rows of one README; file names are relative to `folder`, or to the folder that the
 * last heading "### hosts/x" names. */
static size_t check_readme(const char *readme, const char *folder)
{
    struct ac_buf text = {0};
    char where[256];
    size_t checked = 0;

    snprintf(where, sizeof(where), "%s", folder);
    cr_assert(fx_load_realdata(readme, &text));
    for (char *save = NULL, *line = strtok_r(text.p, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        char name[512], relative[800];
        const char *path, *truth = strrchr(line, '|') ? line : NULL;
        struct row row;

        sscanf(line, "### %200[^ (]", where);
        if (!truth || sscanf(line, "| `%500[^`]`", name) != 1 ||
            !ac_str_iends(ac_str_of(name), AC_STR(".pf")) || !read_row(line, &row))
            continue;
        snprintf(relative, sizeof(relative), "%s/%s", where, name);
        path = fx_realdata(relative);
        cr_assert(path, "%s", relative);
        check_row(&row, path);
        checked++;
    }
    ac_buf_free(&text);
    return checked;
}

Test(prefetch_real, every_file_gives_what_its_row_says)
{
    size_t prefetch, hosts;

    if (!fx_realdata("prefetch/README.md") || !fx_realdata("hosts/README.md"))
        cr_skip_test("the real data set is not there");
    prefetch = check_readme("prefetch/README.md", "prefetch");
    hosts = check_readme("hosts/README.md", "hosts");
    fprintf(stderr, "# %zu + %zu prefetch files checked against their README rows\n", prefetch,
            hosts);
    cr_expect_geq(prefetch, 155);
    cr_expect_geq(hosts, 252);
}

Test(prefetch_real, the_malformed_file_is_reported)
{
    const char *path = fx_realdata("prefetch/bad/artemis-malformed.pf");
    struct fx_records r;
    struct ac_err err = {0};

    if (!path)
        cr_skip_test("the real data set is not there");
    cr_expect_eq(parse_file(path, &r, &err), AC_CORRUPT);
    cr_expect_eq(fx_count(&r, AC_KIND_EXECUTION), 0);
    cr_expect_gt(err.n, 0);
    fx_records_free(&r);
}

/* ---- sccainfo */

/* "Oct 27, 2022 02:56:36.385938400 UTC" to ticks; 0 for "Not set (0)". */
static uint64_t peer_time(const char *text)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char month[4], rfc[64];
    unsigned day, year;
    char clock[32];
    const char *at;

    if (sscanf(text, "%3s %u, %u %31s", month, &day, &year, clock) != 4 ||
        !(at = strstr(months, month)))
        return 0;
    snprintf(rfc, sizeof(rfc), "%04u-%02u-%02uT%sZ", year, (unsigned)(at - months) / 3 + 1, day,
             clock);
    return fx_time(rfc);
}

struct peer {
    const struct ac_record *e;
    const char *path;
    size_t files, times, volumes, lines;
};

static void check_peer_line(struct peer *p, const char *name, const char *value)
{
    const json_t *volume =
        json_array_get(ac_record_get_json(p->e, "volumes"), p->volumes ? p->volumes - 1 : 0);
    struct ac_filetime t = {0};

    p->lines++;
    if (strncmp(name, "Format version", 14) == 0) {
        cr_expect_eq(ac_record_get_int(p->e, "format_version"), atoi(value), "%s", p->path);
    } else if (strncmp(name, "Prefetch hash", 13) == 0) {
        cr_expect_eq(strtoul(ac_record_get(p->e, "hash"), NULL, 16), strtoul(value, NULL, 16), "%s",
                     p->path);
    } else if (strncmp(name, "Executable filename", 19) == 0) {
        cr_expect_str_eq(ac_record_get(p->e, "program"), value, "%s", p->path);
    } else if (strncmp(name, "Run count", 9) == 0) {
        cr_expect_eq(ac_record_get_int(p->e, "run_count"), atoi(value), "%s", p->path);
    } else if (strncmp(name, "Last run time", 13) == 0 && peer_time(value) != 0) {
        cr_expect(ac_time_parse(item(p->e, "run_times", p->times++), &t));
        cr_expect_eq(t.ticks, peer_time(value), "%s: %s", p->path, value);
    } else if (strncmp(name, "Number of filenames", 19) == 0) {
        cr_expect_eq(items(p->e, "files"), (size_t)atoi(value), "%s: %zu, not %s", p->path,
                     items(p->e, "files"), value);
    } else if (strncmp(name, "Filename:", 9) == 0) {
        cr_expect_str_eq(item(p->e, "files", p->files), value, "%s", p->path);
        p->files++;
    } else if (strncmp(name, "Volume:", 7) == 0) {
        p->volumes++;
    } else if (strncmp(name, "Device path", 11) == 0) {
        cr_expect_str_eq(json_string_value(json_object_get(volume, "device")), value, "%s",
                         p->path);
    } else if (strncmp(name, "Creation time", 13) == 0 && peer_time(value) != 0) {
        cr_expect(ac_time_parse(json_string_value(json_object_get(volume, "created")), &t));
        cr_expect_eq(t.ticks, peer_time(value), "%s: %s", p->path, value);
    } else if (strncmp(name, "Serial number", 13) == 0) {
        cr_expect_eq(strtoul(json_string_value(json_object_get(volume, "serial")), NULL, 16),
                     strtoul(value, NULL, 16), "%s", p->path);
    }
}

/* True if sccainfo opens the file; every line it prints is then checked. */
static bool check_peer(const char *path)
{
    char command[5000], *line = NULL;
    struct fx_records r;
    struct peer p = {.path = path};
    size_t cap = 0;
    FILE *f;

    parse_file(path, &r, NULL);
    p.e = fx_nth(&r, AC_KIND_EXECUTION, 0);
    snprintf(command, sizeof(command), "sccainfo '%s' 2>/dev/null", path);
    f = popen(command, "r");
    cr_assert(f);
    while (getline(&line, &cap, f) > 0) {
        char *colon = strstr(line, "\t: "), *name = line + strspn(line, " \t");

        line[strcspn(line, "\n")] = '\0';
        if (strncmp(name, "Volume: ", 8) == 0) /* a heading */
            colon = name;
        if (!colon)
            continue;
        cr_assert(p.e, "%s: sccainfo reads it, we do not", path);
        check_peer_line(&p, name, colon == name ? "" : colon + 3);
    }
    free(line);
    fx_records_free(&r);
    if (p.lines > 0) {
        cr_assert_eq(pclose(f), 0, "%s", path);
        return true;
    }
    pclose(f);
    return false;
}

static size_t check_peers_in(const char *relative, size_t *ret_refused)
{
    const char *found = fx_realdata(relative);
    char folder[4096], path[5000];
    size_t agreed = 0;
    DIR *d;

    cr_assert(found, "%s", relative);
    snprintf(folder, sizeof(folder), "%s", found);
    d = opendir(folder);
    cr_assert(d);
    for (struct dirent *e; (e = readdir(d));) {
        snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
        if (!ac_str_iends(ac_str_of(path), AC_STR(".pf")))
            continue;
        if (check_peer(path))
            agreed++;
        else
            ++*ret_refused;
    }
    closedir(d);
    return agreed;
}

static bool have_sccainfo(void)
{
    return system("sccainfo -V >/dev/null 2>&1") == 0;
}

Test(prefetch_real, sccainfo_says_the_same)
{
    static const char *const folders[] = {"prefetch/v17",
                                          "prefetch/v23",
                                          "prefetch/v26",
                                          "prefetch/v30",
                                          "prefetch/v31",
                                          "prefetch/bad",
                                          "hosts/aptsim-win10/Windows/Prefetch",
                                          "hosts/rathbun-win10/Windows/Prefetch"};
    size_t agreed = 0, refused = 0;

    if (!have_sccainfo())
        cr_skip_test("sccainfo is not installed");
    if (!fx_realdata("prefetch/README.md"))
        cr_skip_test("the real data set is not there");
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        agreed += check_peers_in(folders[i], &refused);
    fprintf(stderr, "# sccainfo agrees on %zu prefetch files, refuses %zu\n", agreed, refused);
    cr_expect_geq(agreed, 400);
}

/* The builder itself, so that tests over built files mean something. */
Test(prefetch_real, sccainfo_reads_what_the_builder_builds)
{
    /* libscca wants a compressed block to be smaller than what is in it, table included */
    static const char *const files[] = {
        "\\DEVICE\\HARDDISKVOLUME1\\WINDOWS\\SYSTEM32\\NTDLL.DLL",
        "\\DEVICE\\HARDDISKVOLUME1\\WINDOWS\\SYSTEM32\\KERNEL32.DLL",
        "\\DEVICE\\HARDDISKVOLUME1\\WINDOWS\\SYSTEM32\\KERNELBASE.DLL",
        "\\DEVICE\\HARDDISKVOLUME1\\WINDOWS\\SYSTEM32\\LOCALE.NLS",
        "\\DEVICE\\HARDDISKVOLUME1\\WINDOWS\\NOTEPAD.EXE",
        NULL};
    static const struct fx_prefetch_volume volumes[] = {
        {"\\DEVICE\\HARDDISKVOLUME1", 0x1234ABCD, "2019-01-02T03:04:05.0600000Z"}};
    static const unsigned versions[] = {17, 23, 26, 30};
    char path[4200];
    const char *dir;

    if (!have_sccainfo())
        cr_skip_test("sccainfo is not installed");
    dir = fx_tmpdir();
    snprintf(path, sizeof(path), "%s/x.pf", dir);
    for (size_t i = 0; i < 8; i++) {
        struct fx_prefetch p = {.version = versions[i % 4],
                                .program = "NOTEPAD.EXE",
                                .hash = 0x189578DA,
                                .run_count = 12,
                                .run_times = {"2021-01-05T10:11:12.3456789Z", NULL},
                                .files = files,
                                .volumes = volumes,
                                .n_volumes = 1};
        struct ac_buf plain = {0}, mam = {0};

        p.metrics_at = p.version == 30 ? 0x130 : 0;
        fx_prefetch(&plain, &p);
        fx_mam(&mam, fx_view(&plain), false);
        cr_assert(fx_write(path, i < 4 ? plain.p : mam.p, i < 4 ? plain.n : mam.n));
        cr_expect(check_peer(path), "version %u, %s", p.version, i < 4 ? "plain" : "MAM");
        ac_buf_free(&plain);
        ac_buf_free(&mam);
    }
    fx_rmtree(dir);
}
