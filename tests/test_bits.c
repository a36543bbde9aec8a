/* BITS queue files: jobs of every version, what is left of others, and damage. */
#include "build_bits.h"

#include "bits.h"

#include "base/alloc.h"
#include "base/limits.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define PATH "ProgramData/Microsoft/Network/Downloader/qmgr0.dat"

static const struct fx_bits_file files[] = {
    {"http://a.test/x.exe", "C:\\Users\\user1\\AppData\\Local\\Temp\\x.exe",
     "C:\\Users\\user1\\AppData\\Local\\Temp\\BIT1234.tmp", UINT64_MAX, 0},
    {"\\\\server\\share\\y", "\\\\?\\C:\\y", NULL, 5000000000, 4096},
};

static struct fx_bits_job sample(const char *id)
{
    return (struct fx_bits_job){
        .type = 0,
        .priority = 2,
        .state = 6,
        .flags = 3,
        .id = id,
        .name = "Update",
        .description = "of something",
        .program = "C:\\Windows\\System32\\regsvr32.exe",
        .parameters = "regsvr32.exe /s /i:a b.dll",
        .sid = "S-1-5-21-1-2-3-1001",
        .files = files,
        .n_files = 2,
        .created = "2021-01-02T03:04:05.5Z",
        .modified = "2021-01-02T04:00:00Z",
    };
}

static enum ac_rc parse(const struct ac_buf *bytes, struct fx_records *r, struct ac_err *err)
{
    struct ac_artefact a = {.bytes = fx_view(bytes), .path = PATH, .user = ""};
    struct ac_budget budget = {AC_BUDGET_STEPS};

    fx_records_init(r);
    return ac_parser_bits_queue.parse(&a, &budget, &r->sink, err);
}

static void expect(const struct ac_record *r, const char *field, const char *value)
{
    cr_expect_str_eq(ac_record_get(r, field), value, "%s: %s", field, ac_record_get(r, field));
}

static const char *member(const struct ac_record *r, size_t i, const char *name)
{
    const char *z = json_string_value(
        json_object_get(json_array_get(ac_record_get_json(r, "transfers"), i), name));

    return z ? z : "";
}

static void check_sample(const struct ac_record *r)
{
    const json_t *second = json_array_get(ac_record_get_json(r, "transfers"), 1);

    expect(r, "location", PATH);
    expect(r, "mechanism", "bits-job");
    expect(r, "name", "Update");
    expect(r, "description", "of something");
    expect(r, "command", "C:\\Windows\\System32\\regsvr32.exe regsvr32.exe /s /i:a b.dll");
    expect(r, "executable", "C:\\Windows\\System32\\regsvr32.exe");
    expect(r, "arguments", "regsvr32.exe /s /i:a b.dll");
    expect(r, "user", "S-1-5-21-1-2-3-1001");
    expect(r, "job_id", "{64636261-6665-6867-696A-6B6C6D6E6F70}"); /* abcdefghijklmnop */
    expect(r, "job_type", "download");
    expect(r, "job_state", "transferred");
    expect(r, "priority", "normal");
    cr_expect_eq(ac_record_get_int(r, "notify_flags"), 3);
    cr_expect_eq(ac_record_get_time(r, "created").ticks, fx_time("2021-01-02T03:04:05.5Z"));
    cr_expect_eq(ac_record_get_time(r, "modified").ticks, fx_time("2021-01-02T04:00:00Z"));
    cr_assert_eq(json_array_size(ac_record_get_json(r, "transfers")), 2);
    cr_expect_str_eq(member(r, 0, "remote"), files[0].remote);
    cr_expect_str_eq(member(r, 0, "local"), files[0].local);
    cr_expect_str_eq(member(r, 0, "temporary"), files[0].temporary);
    cr_expect_null(json_object_get(json_array_get(ac_record_get_json(r, "transfers"), 0), "size"));
    cr_expect_str_eq(member(r, 1, "remote"), files[1].remote);
    cr_expect_eq(json_integer_value(json_object_get(second, "size")), 5000000000);
    cr_expect_eq(json_integer_value(json_object_get(second, "transferred")), 4096);
}

/* The marks of all versions that ANSSI's and mandiant's parsers know, and one that nobody does: the
 * queue itself tells which mark its jobs have. */
Test(bits, jobs_of_every_version)
{
    static const char *const marks[] = {
        "93362035A00C104A84F3B17E7B499CD7", "101370C83653B34183E581557F361B87",
        "8C93EA64030F6840B46FF97FE51D4DCD", "B346ED3D3B10F944BC2FE8378BD31986",
        "74E70C81D2BBCC489E47862E8D58F3C6", "A15609E143AFC94292E66F9856EBA7F6",
        "9F95D44C6470F24B84D7476A7E62699F", "F11926A93203BF4C9427898818958831",
        "C133BCDDFB5AAF4DB8A12268B39D01AD", "D057568F2C013E4EAD2CF4A5D7656FAF",
        "5067419457031D46A4CC5DD9990706E4", "00112233445566778899AABBCCDDEEFF"};

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        struct fx_bits_job job = sample("abcdefghijklmnop");
        struct ac_buf queue = {0};
        struct fx_records r;

        job.mark = marks[i];
        fx_bits_queue(&queue, &job, 1, NULL);
        cr_expect_eq(parse(&queue, &r, NULL), AC_OK);
        cr_assert_eq(r.n, 1, "%s: %zu", marks[i], r.n);
        check_sample(r.items[0]);
        cr_expect_str_eq(ac_record_prov(r.items[0], "state"), "live");
        cr_expect_eq(json_integer_value(ac_record_prov_json(r.items[0], "offset")), 52);
        fx_records_free(&r);
        ac_buf_free(&queue);
    }
}

Test(bits, a_job_without_command_and_an_empty_queue)
{
    struct fx_bits_job job = sample("abcdefghijklmnop");
    struct ac_buf queue = {0};
    struct fx_records r;

    job.program = job.parameters = NULL;
    job.n_files = 0;
    fx_bits_queue(&queue, &job, 1, NULL);
    cr_expect_eq(parse(&queue, &r, NULL), AC_OK);
    cr_assert_eq(r.n, 1);
    expect(r.items[0], "command", "");
    cr_expect_null(ac_record_get_json(r.items[0], "executable"));
    cr_expect_eq(json_array_size(ac_record_get_json(r.items[0], "transfers")), 0);
    fx_records_free(&r);
    ac_buf_clear(&queue);
    fx_bits_queue(&queue, NULL, 0, NULL);
    cr_expect_eq(parse(&queue, &r, NULL), AC_OK);
    cr_expect_eq(r.n, 0);
    fx_records_free(&r);
    ac_buf_free(&queue);
}

/* Lists of errors have entries of 25 bytes, in newer versions of 21. */
Test(bits, times_behind_a_list_of_errors)
{
    static const size_t sizes[] = {25, 21};

    for (size_t i = 0; i < 2; i++) {
        struct fx_bits_job job = sample("abcdefghijklmnop");
        struct ac_buf queue = {0};
        struct fx_records r;

        job.errors = 3;
        job.error_bytes = sizes[i];
        fx_bits_queue(&queue, &job, 1, NULL);
        cr_expect_eq(parse(&queue, &r, NULL), AC_OK);
        cr_assert_eq(r.n, 1);
        check_sample(r.items[0]);
        fx_records_free(&r);
        ac_buf_free(&queue);
    }
}

Test(bits, what_is_left_behind_the_queue_is_deleted)
{
    struct fx_bits_job jobs[] = {sample("abcdefghijklmnop"), sample("bbbbbbbbbbbbbbbb")};
    struct fx_bits_job old = sample("cccccccccccccccc");
    struct ac_buf queue = {0}, rest = {0};
    struct fx_records r;
    const struct ac_record *a;

    old.mark = "74E70C81D2BBCC489E47862E8D58F3C6"; /* of another version */
    old.program = "C:\\old.exe";
    old.parameters = NULL;
    fx_zero(&rest, 33);
    fx_bits_job(&rest, &old);
    fx_bits_job(&rest, &jobs[0]); /* an older copy says nothing new */
    fx_bits_queue(&queue, jobs, 2, &rest);
    cr_expect_eq(parse(&queue, &r, NULL), AC_OK);
    cr_assert_eq(r.n, 3);
    check_sample(r.items[0]);
    cr_expect_str_eq(ac_record_prov(r.items[1], "state"), "live");
    a = fx_find(&r, AC_KIND_AUTOSTART, "command", "C:\\old.exe");
    cr_assert(a);
    cr_expect_str_eq(ac_record_prov(a, "state"), "deleted");
    fx_records_free(&r);
    ac_buf_free(&queue);
    ac_buf_free(&rest);
}

Test(bits, a_job_inside_a_text_of_a_job_is_none)
{
    struct fx_bits_job job = sample("abcdefghijklmnop"), inner = sample("dddddddddddddddd");
    struct ac_buf queue = {0}, bytes = {0};
    struct fx_records r;
    char filler[2000];

    memset(filler, '@', sizeof(filler) - 1);
    filler[sizeof(filler) - 1] = '\0';
    job.description = filler;
    inner.program = "C:\\inner.exe";
    fx_bits_job(&bytes, &inner);
    cr_assert_lt(bytes.n, sizeof(filler));
    fx_bits_queue(&queue, &job, 1, NULL);
    for (size_t i = 0; i + 2 <= queue.n; i++) {
        if (memcmp(queue.p + i, "@\0@", 3) == 0) {
            memcpy(queue.p + i, bytes.p, bytes.n);
            break;
        }
    }
    parse(&queue, &r, NULL);
    cr_assert_eq(fx_count(&r, AC_KIND_AUTOSTART), 1);
    expect(fx_nth(&r, AC_KIND_AUTOSTART, 0), "executable", job.program);
    fx_records_free(&r);
    ac_buf_free(&queue);
    ac_buf_free(&bytes);
}

Test(bits, texts_that_do_not_convert_carry_their_bytes)
{
    static const struct fx_bits_file odd[] = {{"http://a.test/@", "C:\\@x", NULL, 1, 1}};
    struct fx_bits_job job = sample("abcdefghijklmnop");
    struct ac_buf queue = {0};
    struct fx_records r;
    char *line;

    job.name = "a@b";
    job.files = odd;
    job.n_files = 1;
    fx_bits_queue(&queue, &job, 1, NULL);
    for (size_t i = 0, n = 0; i + 2 <= queue.n; i++) {
        if (queue.p[i] == '@' && queue.p[i + 1] == 0) /* a NUL, then lone surrogates */
            memcpy(queue.p + i, n++ ? "\x3D\xD8" : "\0", 2);
    }
    cr_expect_eq(parse(&queue, &r, NULL), AC_OK);
    cr_assert_eq(r.n, 1);
    line = ac_record_print(r.items[0]);
    cr_expect(strstr(line, "a\\\\u{0}b"), "%s", line);
    cr_expect(strstr(line, "\"name\":\"610000006200\""), "%s", line);
    cr_expect(strstr(line, "\"transfers[0].local\":\"43003a005c003dd87800\""), "%s", line);
    free(line);
    fx_records_free(&r);
    ac_buf_free(&queue);
}

/* ---- damage */

Test(bits, every_truncation_is_noticed)
{
    struct fx_bits_job job = sample("abcdefghijklmnop");
    struct ac_buf queue = {0};
    size_t end;

    fx_bits_queue(&queue, &job, 1, NULL);
    end = queue.n - 64 - 20; /* behind the mark that ends the queue nothing is needed */
    for (size_t n = 0; n < end; n++) {
        struct ac_buf cut = {.p = queue.p, .n = n};
        struct fx_records r;
        enum ac_rc rc = parse(&cut, &r, NULL);

        cr_assert(rc != AC_OK || fx_count(&r, AC_KIND_PROBLEM) > 0, "%zu of %zu bytes", n, queue.n);
        cr_assert_leq(fx_count(&r, AC_KIND_AUTOSTART), 1);
        fx_records_free(&r);
    }
    ac_buf_free(&queue);
}

Test(bits, every_changed_byte_and_hostile_count_ends_well)
{
    static const uint32_t values[] = {0xFFFFFFFF, 0x7FFFFFFF, 0x10000, 0x8000};
    struct fx_bits_job jobs[] = {sample("abcdefghijklmnop"), sample("bbbbbbbbbbbbbbbb")};
    struct ac_buf queue = {0};

    fx_bits_queue(&queue, jobs, 2, NULL);
    for (size_t i = 0; i < queue.n; i++) {
        char kept = queue.p[i];
        struct fx_records r;

        queue.p[i] = (char)(kept ^ (i % 2 ? 0xFF : 0x80));
        parse(&queue, &r, NULL);
        fx_records_free(&r);
        queue.p[i] = kept;
    }
    for (size_t v = 0; v < 4; v++) {
        for (size_t i = 0; i + 4 <= queue.n; i += 2) {
            uint32_t kept = ac_le32((const uint8_t *)queue.p + i);
            struct fx_records r;

            fx_put_le32(&queue, i, values[v]);
            parse(&queue, &r, NULL);
            fx_records_free(&r);
            fx_put_le32(&queue, i, kept);
        }
    }
    ac_buf_free(&queue);
}

Test(bits, missing_jobs_and_files_are_told)
{
    struct fx_bits_job job = sample("abcdefghijklmnop");
    struct ac_buf queue = {0};
    struct fx_records r;

    fx_bits_queue(&queue, &job, 1, NULL);
    fx_put_le32(&queue, 48, 2); /* two jobs, says the queue */
    cr_expect_eq(parse(&queue, &r, NULL), AC_OK);
    cr_expect_eq(fx_count(&r, AC_KIND_AUTOSTART), 1);
    cr_expect(fx_find(&r, AC_KIND_PROBLEM, "effect", "BITS jobs are missing from the report"));
    fx_records_free(&r);
    fx_put_le32(&queue, 48, 1);
    for (size_t i = 0; i + 4 < queue.n; i++) { /* the second file's local path is none any more */
        if (memcmp(queue.p + i, "\\\0\\\0?\0\\\0C", 9) == 0) {
            memcpy(queue.p + i, "xxxx", 4);
            break;
        }
    }
    cr_expect_eq(parse(&queue, &r, NULL), AC_OK);
    cr_expect_eq(fx_count(&r, AC_KIND_AUTOSTART), 1);
    cr_expect(fx_find(&r, AC_KIND_PROBLEM, "effect", "files of a BITS job are missing"));
    fx_records_free(&r);
    ac_buf_free(&queue);
}

Test(bits, without_the_mark_of_the_file_jobs_are_remnants)
{
    struct fx_bits_job job = sample("abcdefghijklmnop");
    struct ac_buf bytes = {0};
    struct fx_records r;

    fx_zero(&bytes, 77);
    fx_bits_job(&bytes, &job);
    cr_expect_eq(parse(&bytes, &r, NULL), AC_CORRUPT);
    cr_assert_eq(r.n, 1);
    check_sample(r.items[0]);
    cr_expect_str_eq(ac_record_prov(r.items[0], "state"), "deleted");
    fx_records_free(&r);
    ac_buf_free(&bytes);
}

Test(bits, recognised_by_content_and_by_name)
{
    struct ac_buf queue = {0};
    struct ac_artefact a = {.path = "x"};

    fx_bits_queue(&queue, NULL, 0, NULL);
    a.bytes = fx_view(&queue);
    cr_expect(ac_parser_bits_queue.recognise(&a));
    a.bytes.n = 31;
    cr_expect_not(ac_parser_bits_queue.recognise(&a));
    a.path = "Downloader/QMGR1.DAT";
    cr_expect(ac_parser_bits_queue.recognise(&a));
    cr_expect_not(ac_parser_bits_database.recognise(&a));
    ac_buf_free(&queue);
}

Test(bits, every_allocation_may_fail)
{
    struct fx_bits_job jobs[] = {sample("abcdefghijklmnop"), sample("bbbbbbbbbbbbbbbb")};
    struct ac_buf queue = {0};
    bool finished = false;

    fx_bits_queue(&queue, jobs, 2, NULL);
    for (unsigned long n = 1; !finished; n++) {
        struct fx_records r;
        enum ac_rc rc;

        ac_alloc_fail_at(n);
        rc = parse(&queue, &r, NULL);
        ac_alloc_fail_at(0);
        cr_assert(rc == AC_OK || rc == AC_NOMEM, "%lu: %s", n, ac_rc_name(rc));
        finished = rc == AC_OK;
        if (finished)
            cr_expect_eq(r.n, 2);
        fx_records_free(&r);
        cr_assert_lt(n, 10000);
    }
    ac_buf_free(&queue);
}
