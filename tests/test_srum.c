/* SRUM: built databases, and three real ones beside esedbexport. */
#include "build_ese.h"

#include "srum.h"
#include "srum_parts.h"

#include "base/alloc.h"
#include "base/limits.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#define NETWORK "{973F5D5C-1D90-4944-BE8E-24B94231A174}"
#define RESOURCE "{D10CA2FE-6FCF-4F6D-848E-B2E99266FA89}"
#define CONNECTED "{DD6636C4-8929-4683-974E-22C046A43763}"
#define WIRED 1689399632855040 /* LUID: type 6, index 0x8000 */

/* libyal/esedb-kb: identifiers, types (JET_coltyp) and sizes of the columns. */
static const struct fx_ese_column map_columns[] = {
    {"IdType", 1, 2, 1}, {"IdIndex", 2, 4, 4}, {"IdBlob", 256, 11, 0}};
static const struct fx_ese_column network_columns[] = {
    {"AutoIncId", 1, 4, 4},      {"TimeStamp", 2, 8, 8},      {"AppId", 3, 4, 4},
    {"UserId", 4, 4, 4},         {"InterfaceLuid", 5, 15, 8}, {"L2ProfileId", 6, 4, 4},
    {"L2ProfileFlags", 7, 4, 4}, {"BytesSent", 8, 15, 8},     {"BytesRecvd", 9, 15, 8}};
static const struct fx_ese_column connected_columns[] = {
    {"AutoIncId", 1, 4, 4},     {"TimeStamp", 2, 8, 8},         {"AppId", 3, 4, 4},
    {"UserId", 4, 4, 4},        {"InterfaceLuid", 5, 15, 8},    {"L2ProfileId", 6, 4, 4},
    {"ConnectedTime", 7, 4, 4}, {"ConnectStartTime", 8, 15, 8}, {"L2ProfileFlags", 9, 4, 4}};

static struct fx_records out;
static struct ac_buf db, map_rows[16], network_rows[64], connected_rows[16];
static unsigned blob_at; /* where blobs begin; small pages say that flags stand before a value */
static size_t n_map, n_network, n_connected, network_deleted;

static void begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    fx_records_init(&out);
    n_map = n_network = n_connected = 0;
    network_deleted = SIZE_MAX;
    blob_at = 4;
}

static void end(void)
{
    for (size_t i = 0; i < n_map; i++)
        ac_buf_free(&map_rows[i]);
    for (size_t i = 0; i < n_network; i++)
        ac_buf_free(&network_rows[i]);
    for (size_t i = 0; i < n_connected; i++)
        ac_buf_free(&connected_rows[i]);
    ac_buf_free(&db);
    fx_records_free(&out);
}

TestSuite(srum, .init = begin, .fini = end);

/* Last fixed column, no variable ones, where those would begin. */
static void row_head(struct ac_buf *row, unsigned columns, size_t bytes)
{
    fx_u8(row, columns);
    fx_u8(row, 127);
    fx_le16(row, (unsigned)(4 + bytes + (columns + 7) / 8));
}

static void row_nulls(struct ac_buf *row, unsigned columns, unsigned nulls)
{
    for (unsigned i = 0; i < (columns + 7) / 8; i++)
        fx_u8(row, nulls >> 8 * i & 0xFF);
}

static void name(unsigned type, uint32_t index, const void *blob, size_t n)
{
    struct ac_buf *row = &map_rows[n_map++];

    row_head(row, 2, 5);
    fx_u8(row, type);
    fx_le32(row, index);
    row_nulls(row, 2, 0);
    if (n == 0)
        return;
    fx_le16(row, 256);
    fx_le16(row, blob_at);
    fx_u8(row, 1);
    ac_buf_add(row, blob, n);
}

static void name_text(unsigned type, uint32_t index, const char *text)
{
    struct ac_buf utf16 = {0};

    fx_utf16z(&utf16, text);
    name(type, index, utf16.p, utf16.n);
    ac_buf_free(&utf16);
}

static uint64_t bits_of(double d)
{
    uint64_t bits;

    memcpy(&bits, &d, 8);
    return bits;
}

/* Days since 1899-12-30, as Windows stores the time. */
static uint64_t ole(const char *time)
{
    double ticks = (double)(fx_time(time) - fx_time("1899-12-30T00:00:00Z"));

    return bits_of(ticks / 864e9);
}

static void network(uint64_t time, uint32_t program, uint32_t user, uint32_t profile, int64_t sent,
                    int64_t received)
{
    struct ac_buf *row = &network_rows[n_network++];

    row_head(row, 9, 4 * 5 + 8 * 4);
    fx_le32(row, (uint32_t)n_network);
    fx_le64(row, time);
    fx_le32(row, program);
    fx_le32(row, user);
    fx_le64(row, WIRED);
    fx_le32(row, profile);
    fx_le32(row, 0);
    fx_le64(row, (uint64_t)sent);
    fx_le64(row, (uint64_t)received);
    row_nulls(row, 9, 0);
}

static void connected(const char *time, const char *start, uint32_t seconds)
{
    struct ac_buf *row = &connected_rows[n_connected++];

    row_head(row, 9, 4 * 6 + 8 * 3);
    fx_le32(row, (uint32_t)n_connected);
    fx_le64(row, ole(time));
    fx_le32(row, 1);
    fx_le32(row, 2);
    fx_le64(row, UINT64_C(71) << 48 | 0x8000);
    fx_le32(row, 268435457);
    fx_le32(row, seconds);
    fx_le64(row, start ? fx_time(start) : 0);
    fx_le32(row, 0);
    row_nulls(row, 9, start ? 0 : 1 << 7);
}

static void build(bool clean)
{
    const struct fx_ese_raw tables[] = {
        {NETWORK, network_columns, 9, network_rows, n_network, network_deleted},
        {"SruDbIdMapTable", map_columns, 3, map_rows, n_map, SIZE_MAX},
        {CONNECTED, connected_columns, 9, connected_rows, n_connected, SIZE_MAX},
    };

    ac_buf_clear(&db);
    fx_ese_raw(&db, tables, n_connected ? 3 : 2, clean);
}

/* Pages of 4 KiB, as real databases have. */
static void build_small(void)
{
    const struct fx_ese_raw tables[] = {
        {NETWORK, network_columns, 9, network_rows, n_network, SIZE_MAX},
        {"SruDbIdMapTable", map_columns, 3, map_rows, n_map, SIZE_MAX},
        {CONNECTED, connected_columns, 9, connected_rows, n_connected, SIZE_MAX},
    };

    ac_buf_clear(&db);
    fx_ese_raw_small(&db, tables, 3);
}

static enum ac_rc parse(struct ac_err *err)
{
    struct ac_artefact a = {
        .bytes = fx_view(&db), .path = "Windows/System32/sru/SRUDB.dat", .user = ""};
    struct ac_budget budget = {AC_BUDGET_STEPS};

    fx_records_free(&out);
    return ac_parser_srum.parse(&a, &budget, &out.sink, err);
}

static const struct ac_record *nth(size_t i)
{
    const struct ac_record *r = fx_nth(&out, AC_KIND_USAGE, i);

    cr_assert_not_null(r, "no record %zu", i);
    return r;
}

static void expect_time(const struct ac_record *r, const char *field, const char *time)
{
    cr_expect_str_eq(ac_record_get(r, field), time, "%s: %s", field, ac_record_get(r, field));
}

static const uint8_t sid[] = {1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0};

static void sample(void)
{
    name(0, 1, NULL, 0);
    name(3, 2, NULL, 0);
    name_text(0, 10, "\\Device\\HarddiskVolume2\\Users\\user1\\a.exe");
    name(3, 20, sid, sizeof(sid));
    network(ole("2021-01-05T08:30:00Z"), 10, 20, 0, 100, 1000);
    network(ole("2021-01-05T09:31:00Z"), 10, 20, 0, 20, 200);
    network(ole("2021-01-06T00:01:00Z"), 10, 20, 0, 3, 30);
}

Test(srum, rows_of_a_day_become_one_record)
{
    const struct ac_record *r;

    sample();
    build(true);
    cr_assert_eq(parse(NULL), AC_OK);
    cr_assert_eq(out.n, 2);
    r = nth(0);
    cr_expect_str_eq(ac_record_get(r, "artefact"), "network-usage");
    cr_expect_str_eq(ac_record_get(r, "program"), "\\Device\\HarddiskVolume2\\Users\\user1\\a.exe");
    cr_expect_str_eq(ac_record_get(r, "name"), "a.exe");
    cr_expect_str_eq(ac_record_get(r, "program_type"), "program");
    cr_expect_str_eq(ac_record_get(r, "user"), "S-1-5-32-544");
    cr_expect_eq(ac_record_get_int(r, "program_id"), 10);
    cr_expect_eq(ac_record_get_int(r, "user_id"), 20);
    expect_time(r, "from", "2021-01-05T08:30:00Z");
    expect_time(r, "to", "2021-01-05T09:31:00Z");
    cr_expect_eq(ac_record_get_int(r, "rows"), 2);
    cr_expect_eq(ac_record_get_int(r, "bytes_sent"), 120);
    cr_expect_eq(ac_record_get_int(r, "bytes_received"), 1200);
    cr_expect_eq(ac_record_get_int(r, "interface_number"), WIRED);
    cr_expect_str_eq(ac_record_get(r, "interface_type"), "wired");
    cr_expect_eq(memcmp(db.p + json_integer_value(ac_record_prov_json(r, "offset")),
                        network_rows[0].p, network_rows[0].n),
                 0);
    expect_time(nth(1), "from", "2021-01-06T00:01:00Z");
    cr_expect_eq(ac_record_get_int(nth(1), "bytes_sent"), 3);
}

Test(srum, small_pages_say_the_same)
{
    blob_at = 0x4004;
    sample();
    connected("2021-01-05T08:30:00Z", "2021-01-05T08:00:00.5Z", 1800);
    build_small();
    cr_assert_eq(parse(NULL), AC_OK);
    cr_assert_eq(out.n, 3);
    cr_expect_eq(ac_record_get_int(nth(0), "bytes_sent"), 120);
    cr_expect_str_eq(ac_record_get(nth(0), "name"), "a.exe");
    cr_expect_str_eq(ac_record_get(nth(0), "user"), "S-1-5-32-544");
    cr_expect_eq(ac_record_get_int(nth(2), "connected_seconds"), 1800);
}

/* The double that is nearest to 2022-03-10 16:35 lies 0.28 us before it (a row of a real
 * database). */
Test(srum, times_are_doubles_or_filetimes)
{
    sample();
    end();
    begin();
    network(UINT64_C(0x40E5CAD61C71C71C), 10, 20, 0, 1, 1);
    network(bits_of(44630.0), 10, 21, 0, 1, 1);
    network(fx_time("2024-01-02T03:04:05.6Z"), 10, 22, 0, 1, 1);
    network(0, 10, 23, 0, 1, 1);
    network(UINT64_C(0xC0E5CAD61C71C71C), 10, 24, 0, 1, 1); /* negative */
    network(bits_of(INFINITY), 10, 25, 0, 1, 1);
    build(true);
    cr_assert_eq(parse(NULL), AC_OK);
    cr_assert_eq(fx_count(&out, AC_KIND_USAGE), 6);
    expect_time(nth(0), "from", "2022-03-10T16:35:00Z");
    expect_time(nth(1), "from", "2022-03-10T00:00:00Z");
    expect_time(nth(2), "from", "2024-01-02T03:04:05.6Z");
    for (size_t i = 3; i < 6; i++)
        expect_time(nth(i), "from", "");
}

Test(srum, what_programs_are_called)
{
    static const struct {
        unsigned type;
        const char *stored, *name, *kind;
    } cases[] = {
        {0, "!!svchost.exe!1972/12/14:16:22:50!1c364![netsvcs] [BITS]", "svchost.exe", "program"},
        {0, "System", "System", "program"},
        {1, "BITS", "BITS", "service"},
        {2, "Vendor.App_1.0_x64__abc!App!App.exe!2019/07/26:03:32:46!0!", "App.exe", "package"},
        {2, "Vendor.App_1.0_neutral__abc", "", "package"},
        {4, "Total", "", ""},
        {0, "C:/x/y.exe", "y.exe", "program"},
        {0, "\\Device\\", "", "program"},
    };

    for (uint32_t i = 0; i < 8; i++) {
        name_text(cases[i].type, 100 + i, cases[i].stored);
        network(ole("2021-01-05T08:30:00Z"), 100 + i, 2, 0, 1, 1);
    }
    network(ole("2021-01-05T08:30:00Z"), 999, 2, 0, 1, 1);
    build(true);
    cr_assert_eq(parse(NULL), AC_OK);
    for (size_t i = 0; i < 8; i++) {
        cr_expect_str_eq(ac_record_get(nth(i), "program"), cases[i].stored);
        cr_expect_str_eq(ac_record_get(nth(i), "name"), cases[i].name, "%s", cases[i].stored);
        cr_expect_str_eq(ac_record_get(nth(i), "program_type"), cases[i].kind);
    }
    cr_expect_null(ac_record_get_json(nth(8), "program"));
    cr_expect_eq(ac_record_get_int(nth(8), "program_id"), 999);
}

Test(srum, odd_names_and_sids_lose_nothing)
{
    static const uint8_t odd[] = {'a', 0, 0, 0, 0x3D, 0xD8, 'b', 0, 0, 0};
    uint8_t long_sid[8 + 16 * 4] = {1, 16, 0, 0, 0, 0, 0, 5};

    name(0, 10, odd, sizeof(odd));
    name(3, 20, sid, sizeof(sid) - 1);
    name(3, 21, long_sid, sizeof(long_sid));
    name(0, 22, odd, sizeof(odd)); /* not an account */
    for (uint32_t i = 0; i < 3; i++)
        network(ole("2021-01-05T08:30:00Z"), 10, 20 + i, 0, 1, 1);
    build(true);
    cr_assert_eq(parse(NULL), AC_OK);
    cr_assert_eq(fx_count(&out, AC_KIND_USAGE), 3);
    cr_expect_str_eq(ac_record_get(nth(0), "program"), "a\\u{0}\\u{D83D}b");
    for (size_t i = 0; i < 3; i++) {
        char *line = ac_record_print(nth(i));

        cr_expect_str_eq(ac_record_get(nth(i), "user"), "");
        cr_expect(strstr(line, "\"raw\":{") && strstr(line, "\"user\":"), "%s", line);
        ac_free(line);
    }
}

Test(srum, of_a_connection_the_longest_duration_counts)
{
    connected("2021-01-05T08:30:00Z", "2021-01-05T08:00:00.5Z", 1800);
    connected("2021-01-06T09:30:00Z", "2021-01-05T08:00:00.5Z", 5400);
    connected("2021-01-06T09:30:00Z", "2021-01-05T09:00:00Z", 60);
    connected("2021-01-06T09:30:00Z", NULL, 7);
    build(true);
    cr_assert_eq(parse(NULL), AC_OK);
    cr_assert_eq(fx_count(&out, AC_KIND_USAGE), 3);
    cr_expect_str_eq(ac_record_get(nth(0), "artefact"), "network-connectivity");
    expect_time(nth(0), "connected", "2021-01-05T08:00:00.5Z");
    expect_time(nth(0), "to", "2021-01-06T09:30:00Z");
    cr_expect_eq(ac_record_get_int(nth(0), "connected_seconds"), 5400);
    cr_expect_eq(ac_record_get_int(nth(0), "rows"), 2);
    cr_expect_str_eq(ac_record_get(nth(0), "interface_type"), "wireless");
    cr_expect_eq(ac_record_get_int(nth(0), "profile_id"), 268435457);
    expect_time(nth(2), "connected", "");
    cr_expect_eq(ac_record_get_int(nth(2), "connected_seconds"), 7);
}

Test(srum, impossible_amounts_are_told)
{
    network(ole("2021-01-05T08:30:00Z"), 10, 20, 0, -1, 5);
    network(ole("2021-01-05T08:30:00Z"), 11, 20, 0, INT64_MAX, 5);
    network(ole("2021-01-05T09:30:00Z"), 11, 20, 0, 1, 5);
    build(true);
    cr_assert_eq(parse(NULL), AC_OK);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 1);
    for (size_t i = 0; i < 2; i++)
        cr_expect_null(ac_record_get_json(nth(i), "bytes_sent"));
    cr_expect_eq(ac_record_get_int(nth(1), "bytes_received"), 10);
}

Test(srum, deleted_rows_stand_apart)
{
    sample();
    network_deleted = 1;
    build(true);
    cr_assert_eq(parse(NULL), AC_OK);
    cr_assert_eq(fx_count(&out, AC_KIND_USAGE), 3);
    cr_expect_str_eq(ac_record_prov(nth(0), "state"), ""); /* the caller says live */
    cr_expect_eq(ac_record_get_int(nth(0), "bytes_sent"), 100);
    cr_expect_str_eq(ac_record_prov(nth(1), "state"), "deleted");
    cr_expect_eq(ac_record_get_int(nth(1), "bytes_sent"), 20);
}

Test(srum, what_is_missing_is_told)
{
    static const struct fx_ese_raw network_only[] = {
        {NETWORK, network_columns, 9, network_rows, 1, SIZE_MAX}};
    static const struct fx_ese_raw nothing[] = {{"SruDbIdMapTable", map_columns, 3, NULL, 0, 0}};

    sample();
    build(false);
    cr_assert_eq(parse(NULL), AC_OK);
    cr_expect(fx_find(&out, AC_KIND_PROBLEM, "what", "the database was not closed properly"));
    cr_expect_eq(fx_count(&out, AC_KIND_USAGE), 2);
    ac_buf_clear(&db);
    fx_ese_raw(&db, network_only, 1, true);
    cr_assert_eq(parse(NULL), AC_OK);
    cr_expect(fx_find(&out, AC_KIND_PROBLEM, "effect",
                      "programs and accounts may be told by their numbers only"));
    cr_expect_eq(fx_count(&out, AC_KIND_USAGE), 1);
    ac_buf_clear(&db);
    fx_ese_raw(&db, nothing, 1, true);
    cr_expect_eq(parse(NULL), AC_UNSUPPORTED);
}

Test(srum, a_row_that_is_cut_is_told_and_the_others_read)
{
    sample();
    network_rows[1].n = 30;
    build(true);
    cr_assert_eq(parse(NULL), AC_OK);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 1);
    cr_expect_eq(fx_count(&out, AC_KIND_USAGE), 2);
    cr_expect_eq(ac_record_get_int(nth(0), "bytes_sent"), 100);
}

Test(srum, cut_anywhere_it_ends_with_a_reason)
{
    size_t whole;

    sample();
    build(true);
    whole = db.n;
    for (size_t n = 0; n < whole; n += n < 600 || n % FX_ESE_PAGE == 0 ? 1 : 509) {
        enum ac_rc rc;

        db.n = n;
        rc = parse(NULL);
        cr_assert(rc != AC_OK || fx_count(&out, AC_KIND_PROBLEM) > 0 || n > FX_ESE_AT(7), "%zu: %s",
                  n, ac_rc_name(rc));
    }
    db.n = whole;
}

Test(srum, every_byte_changed_does_no_harm)
{
    sample();
    build(true);
    for (size_t page = FX_ESE_FIRST - 1; page < FX_ESE_FIRST + 2; page++) {
        for (size_t i = 0; i < 700; i++) {
            size_t at = FX_ESE_AT(page) + (i < 600 ? i : FX_ESE_PAGE - 1 - (i - 600));
            char kept = db.p[at];

            db.p[at] = (char)(kept ^ 0xFF);
            parse(NULL);
            db.p[at] = kept;
        }
    }
}

Test(srum, every_allocation_may_fail)
{
    bool finished = false;

    sample();
    build(false);
    for (unsigned long n = 1; !finished; n++) {
        enum ac_rc rc;

        ac_alloc_fail_at(n);
        rc = parse(NULL);
        ac_alloc_fail_at(0);
        cr_assert(rc == AC_OK || rc == AC_NOMEM, "%lu: %s", n, ac_rc_name(rc));
        finished = rc == AC_OK;
        if (finished)
            cr_expect_eq(out.n, 3);
        cr_assert_lt(n, 10000);
    }
}

Test(srum, more_records_than_are_kept_are_counted)
{
    struct ac_srum_groups g = {0};

    for (uint32_t i = 0; i < AC_MAX_USAGE + 7; i++) {
        struct ac_srum_row row = {.key.program = i};

        cr_assert_eq(ac_srum_groups_add(&g, &row, false), AC_OK);
    }
    cr_expect_eq(g.n, AC_MAX_USAGE);
    cr_expect_eq(g.dropped, 7);
    ac_srum_groups_free(&g);
}
