/* Independent readers as witnesses: they accept what the builder makes, and on built and real hives
 * they find the same keys and values as our reader. Skipped where they are not installed. */
#include "build_regf.h"
#include "hive.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[4096], path[4200];

static void setup(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    snprintf(folder, sizeof(folder), "%s", fx_tmpdir());
    snprintf(path, sizeof(path), "%s/hive", folder);
}

static void teardown(void)
{
    fx_rmtree(folder);
}

TestSuite(regf_peers, .init = setup, .fini = teardown, .timeout = 120);

static void need(const char *program)
{
    char command[128];

    snprintf(command, sizeof(command), "command -v %s >/dev/null", program);
    if (system(command) != 0)
        cr_skip_test("the witness is not installed");
}

/* Output of `before HIVE after` in a shell; its exit status in *ret_status. */
static void run(const char *before, const char *after, struct ac_buf *out, int *ret_status)
{
    char command[9000];
    char piece[4096];
    size_t n;
    FILE *f;

    snprintf(command, sizeof(command), "export LC_ALL=C.UTF-8; %s %s %s", before, path, after);
    f = popen(command, "r");
    cr_assert(f);
    while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
        ac_buf_add(out, piece, n);
    *ret_status = pclose(f);
}

static struct fx_hive *sample(uint32_t minor)
{
    struct fx_hive *h = fx_hive_new("CMI-CreateHive{00000000-0000-0000-0000-000000000000}");
    struct ac_buf big = {0};
    char name[64];

    fx_hive_options(h)->minor = minor;
    for (unsigned i = 0; i < 100000; i++)
        fx_u8(&big, i * 31);
    fx_hive_sz(h, "Software\\Microsoft\\Windows\\CurrentVersion\\Run", "one", "C:\\one.exe /x");
    fx_hive_expand_sz(h, "Software\\Microsoft\\Windows\\CurrentVersion\\Run", "zwei ä", "%TEMP%");
    fx_hive_sz(h, "Software\\Microsoft", "", "default");
    fx_hive_dword(h, "Software\\Microsoft", "dword", 4711);
    fx_hive_qword(h, "Software\\Microsoft", "qword", 47114711);
    fx_hive_binary(h, "Software\\Microsoft", "empty", "", 0);
    fx_hive_binary(h, "Software\\big", "16344", big.p, 16344);
    fx_hive_binary(h, "Software\\big", "16345", big.p, 16345);
    fx_hive_binary(h, "Software\\big", "100000", big.p, 100000);
    fx_hive_key(h, "日本語\\キー", fx_time("2020-01-02T03:04:05Z"));
    for (int i = 0; i < 1500; i++) {
        snprintf(name, sizeof(name), "Many\\key %d", i);
        fx_hive_key(h, name, 0);
    }
    ac_buf_free(&big);
    return h;
}

static void build(uint32_t minor, enum fx_list list, size_t *ret_keys, size_t *ret_values)
{
    struct fx_hive *h = sample(minor);
    struct ac_buf file = {0};

    fx_hive_options(h)->list = list;
    fx_hive_build(h, &file);
    cr_assert(fx_write(path, file.p, file.n));
    *ret_keys = fx_hive_keys(h);
    *ret_values = fx_hive_values(h);
    ac_buf_free(&file);
    fx_hive_free(h);
}

static size_t lines_with(const struct ac_buf *out, const char *prefix)
{
    size_t n = 0;

    for (const char *at = out->p; at; at = strchr(at, '\n')) {
        at += *at == '\n';
        n += strncmp(at, prefix, strlen(prefix)) == 0;
    }
    return n;
}

Test(regf_peers, regfexport_reads_every_built_version)
{
    static const enum fx_list lists[] = {FX_LIST_AUTO, FX_LIST_LI, FX_LIST_LF, FX_LIST_LH};

    need("regfexport");
    for (uint32_t minor = 3; minor <= 5; minor++) {
        for (size_t i = 0; i < 4; i++) {
            struct ac_buf out = {0};
            size_t keys, values;
            int status;

            build(minor, lists[i], &keys, &values);
            run("regfexport", "2>&1", &out, &status);
            cr_expect_eq(status, 0);
            cr_expect_eq(lines_with(&out, "Key path: "), keys, "1.%u", minor);
            cr_expect_eq(lines_with(&out, "Value: "), values, "1.%u", minor);
            cr_expect_eq(lines_with(&out, "libregf"), 0);
            cr_expect(out.p && strstr(out.p, "\\日本語\\キー"));
            ac_buf_free(&out);
        }
    }
}

Test(regf_peers, regfinfo_calls_nothing_corrupt)
{
    struct ac_buf out = {0};
    size_t keys, values;
    int status;

    need("regfinfo");
    build(5, FX_LIST_AUTO, &keys, &values);
    run("regfinfo", "2>&1", &out, &status);
    cr_expect_eq(status, 0);
    cr_expect_not(strcasestr(ac_buf_text(&out), "corrupt"));
    cr_expect(strstr(ac_buf_text(&out), "Version:\t1.5"));
    ac_buf_free(&out);
}

Test(regf_peers, hivex_reads_values)
{
    struct ac_buf out = {0};
    size_t keys, values;
    int status;

    need("hivexget");
    for (uint32_t minor = 3; minor <= 5; minor += 2) {
        build(minor, FX_LIST_AUTO, &keys, &values);
        ac_buf_clear(&out);
        run("hivexget", "'Software\\Microsoft\\Windows\\CurrentVersion\\Run' 2>&1", &out, &status);
        cr_expect_eq(status, 0);
        cr_expect(strstr(ac_buf_text(&out), "\"one\"=\"C:\\\\one.exe /x\""), "%s", out.p);
        ac_buf_clear(&out);
        run("printf 'cd Many\\nls\\n' | hivexsh", "2>&1", &out, &status);
        cr_expect_eq(lines_with(&out, "key "), 1500);
    }
    ac_buf_free(&out);
}

Test(regf_peers, reglookup_reads_the_same_number_of_keys_and_values)
{
    struct ac_buf out = {0};
    size_t keys, values;
    int status;

    need("reglookup");
    build(5, FX_LIST_AUTO, &keys, &values);
    run("reglookup", "2>/dev/null", &out, &status);
    cr_expect_eq(status, 0);
    cr_expect_eq(lines_with(&out, "/"), keys + values);
    ac_buf_free(&out);
}

/* ---- our reader beside regfexport, key by key */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct lines {
    char **p;
    size_t n, cap;
};

static void add_line(struct lines *l, const char *text, size_t n)
{
    if (l->n == l->cap) {
        l->cap = l->cap ? 2 * l->cap : 1024;
        l->p = realloc(l->p, l->cap * sizeof(char *));
    }
    l->p[l->n++] = strndup(text, n);
}

static void free_lines(struct lines *l)
{
    for (size_t i = 0; i < l->n; i++)
        free(l->p[i]);
    free(l->p);
}

static const char *const type_names[] = {"REG_NONE",
                                         "REG_SZ",
                                         "REG_EXPAND_SZ",
                                         "REG_BINARY",
                                         "REG_DWORD_LITTLE_ENDIAN",
                                         "REG_DWORD_BIG_ENDIAN",
                                         "REG_LINK",
                                         "REG_MULTI_SZ",
                                         "REG_RESOURCE_LIST"};
#define TYPES (sizeof(type_names) / sizeof(type_names[0]))

/* The table's number for "string (REG_SZ)", TYPES for what is not in it. */
static size_t type_of(const char *text)
{
    const char *open = strchr(text, '(');
    size_t i = 0;

    while (i < TYPES && !(open && strncmp(open + 1, type_names[i], strlen(type_names[i])) == 0 &&
                          open[1 + strlen(type_names[i])] == ')'))
        i++;
    return i;
}

/* Of these regfexport prints the size of the text, not of the data. */
static bool is_string(size_t type)
{
    return type == 1 || type == 2 || type == 6 || type == 7;
}

/* "k PATH" for each key and "v PATH|NAME|TYPE|SIZE" for each value, as regfexport has them. */
static void peer_lines(struct lines *ret)
{
    struct ac_buf out = {0};
    char key[4096] = "", name[4096] = "", line[9000];
    size_t root = 0, type = 0;
    int status;

    run("regfexport", "2>/dev/null", &out, &status);
    cr_expect_eq(status, 0);
    for (char *at = out.p, *end; at && (end = strchr(at, '\n')); at = end + 1) {
        *end = '\0';
        if (strncmp(at, "Key path: ", 10) == 0) {
            root = ret->n == 0 ? strlen(at + 10) : root;
            snprintf(key, sizeof(key), "%s", at[10 + root] ? at + 10 + root + 1 : "");
            snprintf(line, sizeof(line), "k %s", key);
            add_line(ret, line, strlen(line));
        } else if (strncmp(at, "Value: ", 7) == 0) {
            const char *space = strchr(at + 7, ' ');

            snprintf(name, sizeof(name), "%s", space ? space + 1 : "");
            if (strcmp(name, "(default)") == 0)
                name[0] = '\0';
        } else if (strncmp(at, "Type: ", 6) == 0) {
            type = type_of(at);
        } else if (strncmp(at, "Data size: ", 11) == 0) {
            snprintf(line, sizeof(line), "v %s|%s|%zu|%s", key, name, type,
                     is_string(type) ? "" : at + 11);
            add_line(ret, line, strlen(line));
        }
    }
    ac_buf_free(&out);
}

static size_t known_type(int64_t type)
{
    return type >= 0 && (size_t)type < TYPES ? (size_t)type : TYPES;
}

static void our_value(const struct ac_record *r, char *line, size_t cap)
{
    size_t type = known_type(ac_record_get_int(r, "type"));
    char size[24] = "";

    if (!is_string(type))
        snprintf(size, sizeof(size), "%zu", strlen(ac_record_get(r, "data")) / 2);
    snprintf(line, cap, "v %s|%s|%zu|%s", ac_record_get(r, "path"), ac_record_get(r, "name"), type,
             size);
}

static void our_lines(struct ac_view bytes, struct lines *ret)
{
    struct fx_records records;
    struct ac_artefact a = {.bytes = bytes, .path = "hive", .user = "", .all_keys = true};
    struct ac_budget budget = {AC_BUDGET_STEPS};
    char line[9000];

    fx_records_init(&records);
    cr_expect_eq(ac_parser_hive.parse(&a, &budget, &records.sink, NULL), AC_OK);
    for (size_t i = 0; i < records.n; i++) {
        const struct ac_record *r = records.items[i];

        if (strcmp(ac_record_prov(r, "state"), "live") != 0)
            continue; /* deleted ones, which the peers do not show */
        if (ac_record_kind(r) == AC_KIND_KEY)
            snprintf(line, sizeof(line), "k %s", ac_record_get(r, "path"));
        else if (ac_record_kind(r) == AC_KIND_VALUE)
            our_value(r, line, sizeof(line));
        else
            continue;
        add_line(ret, line, strlen(line));
    }
    fx_records_free(&records);
}

static void compare(struct ac_view bytes, const char *what)
{
    struct lines ours = {0}, theirs = {0};
    size_t differ = 0;

    cr_assert(fx_write(path, bytes.p, bytes.n));
    our_lines(bytes, &ours);
    peer_lines(&theirs);
    qsort(ours.p, ours.n, sizeof(char *), by_text);
    qsort(theirs.p, theirs.n, sizeof(char *), by_text);
    cr_expect_eq(ours.n, theirs.n, "%s: %zu lines, regfexport %zu", what, ours.n, theirs.n);
    for (size_t i = 0; i < ours.n && i < theirs.n && differ < 5; i++) {
        if (strcmp(ours.p[i], theirs.p[i]) != 0) {
            differ++;
            cr_expect(false, "%s: ours '%s', regfexport's '%s'", what, ours.p[i], theirs.p[i]);
        }
    }
    printf("# %s: %zu keys and values beside regfexport\n", what, ours.n);
    free_lines(&ours);
    free_lines(&theirs);
}

Test(regf_peers, every_path_name_type_and_size_as_regfexport_has_it)
{
    static const char *const hives[] = {
        "regf/ntuser/notatin-NTUSER.DAT",
        "regf/ntuser/plaso-NTUSER-RunTests.DAT",
        "regf/ntuser/regipy-NTUSER.DAT.xz",
        "regf/amcache/plaso-win10-Amcache.hve",
        "regf/sam/winreg-kb-SAM",
        "regf/other/regipy-BCD.xz",
        "regf/usrclass/regipy-UsrClass/UsrClass.dat.xz",
        "regf/edge/yarp-UnicodeHive",
        "regf/edge/yarp-BigDataHive",
        "hosts/rathbun-win10/Windows/System32/config/DEFAULT",
        "hosts/rathbun-win10/Users/AndrewRathbun/NTUSER.DAT",
    };

    need("regfexport");
    if (!fx_realdata("regf/README.md"))
        cr_skip_test("the real data set is not there");
    for (size_t i = 0; i < sizeof(hives) / sizeof(hives[0]); i++) {
        struct ac_buf file = {0};

        cr_assert(fx_load_realdata(hives[i], &file), "%s", hives[i]);
        compare(fx_view(&file), hives[i]);
        ac_buf_free(&file);
    }
}
