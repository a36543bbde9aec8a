/* Transaction logs: the formats, and which logs are applied to a hive and how far. */
#include "build_regf_log.h"
#include "regf_log.h"
#include "regf_replay.h"

#include "base/alloc.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct fx_hive *built;
static struct ac_buf before, after, logs[3];
static struct ac_companion companions[3];
static size_t n_companions;
static struct ac_hive_replay replay;
static unsigned told;
static char sentences[16][400];

static enum ac_rc on_tell(void *context, const char *where, enum ac_rc class, uint64_t offset,
                          const char *effect, const char *what)
{
    (void)context;
    (void)offset;
    (void)effect;
    snprintf(sentences[told++ % 16], sizeof(sentences[0]), "%s: %s: %s", where ? where : "hive",
             ac_rc_name(class), what);
    return AC_OK;
}

/* before: 40 keys in many pages; after: values in all of them, and the hive is longer. */
static void setup(void)
{
    char path[16], text[200];

    built = fx_hive_new("root");
    fx_hive_options(built)->file_name = "\\??\\C:\\Users\\user1\\NTUSER.DAT";
    for (int i = 0; i < 40; i++) {
        snprintf(path, sizeof(path), "key%d", i);
        memset(text, 'a' + i % 26, sizeof(text) - 1);
        text[sizeof(text) - 1] = '\0';
        fx_hive_sz(built, path, "v", text);
    }
    fx_hive_build(built, &before);
    for (int i = 0; i < 40; i++) {
        snprintf(path, sizeof(path), "key%d", i);
        fx_hive_sz(built, path, "new", "only in the log");
    }
    fx_hive_build(built, &after);
    fx_hive_dirty(&before, 8);
}

static void teardown(void)
{
    ac_alloc_fail_at(0);
    ac_hive_replay_free(&replay);
    for (int i = 0; i < 3; i++)
        ac_buf_free(&logs[i]);
    ac_buf_free(&before);
    ac_buf_free(&after);
    fx_hive_free(built);
    n_companions = 0;
}

TestSuite(regf_log, .init = setup, .fini = teardown);

static void lay(int i, const char *name)
{
    companions[n_companions++] = (struct ac_companion){name, fx_view(&logs[i])};
}

static enum ac_rc run_with(uint64_t steps)
{
    struct ac_artefact a = {.bytes = fx_view(&before),
                            .path = "NTUSER.DAT",
                            .user = "",
                            .logs = companions,
                            .n_logs = n_companions};
    struct ac_replay_watch watch = {on_tell, NULL};
    struct ac_budget budget = {steps};

    ac_hive_replay_free(&replay);
    told = 0;
    memset(sentences, 0, sizeof(sentences));
    return ac_hive_replay(&a, &watch, &budget, &replay, NULL);
}

/* Was it replayed to `after`? */
static bool replayed(void)
{
    cr_assert_eq(run_with(AC_BUDGET_STEPS), AC_OK);
    return replay.own && replay.bytes.n >= after.n &&
           memcmp(replay.bytes.p + 4096, after.p + 4096, after.n - 4096) == 0;
}

static void expect_refused(const char *word)
{
    char all[sizeof(sentences)] = "";

    cr_expect_not(replayed());
    cr_expect_null(replay.own);
    cr_expect_eq(replay.bytes.p, (const uint8_t *)before.p);
    for (unsigned i = 0; i < told && i < 16; i++)
        strncat(all, sentences[i], sizeof(all) - strlen(all) - 1);
    cr_expect(strstr(all, word), "'%s' in: %s", word, all);
    cr_expect(strstr(all, "hive: unsupported: the hive is dirty"), "%s", all);
}

static void make_log(int i, uint32_t sequence, uint32_t entries)
{
    struct fx_log how = {.sequence = sequence, .entries = entries};

    ac_buf_free(&logs[i]);
    fx_log_new(fx_view(&before), fx_view(&after), &how, &logs[i]);
}

Test(regf_log, marvin32_as_published)
{
    uint64_t empty = ac_marvin32((const uint8_t *)"", 0);

    cr_expect_eq((uint32_t)empty ^ (uint32_t)(empty >> 32), 0xB00892AC);
    for (size_t n = 0; n < 40; n++)
        cr_expect_eq(ac_marvin32((const uint8_t *)before.p + 7, n), fx_marvin32(before.p + 7, n));
}

Test(regf_log, one_new_log)
{
    struct ac_hive_base base;

    make_log(0, 7, 1);
    lay(0, "NTUSER.DAT.LOG1");
    cr_expect(replayed());
    cr_expect_eq(told, 0, "%s", sentences[0]);
    cr_expect_eq(replay.entries, 1);
    cr_expect_eq(ac_le32(replay.own + 4), 8, "clean, one after the entry");
    cr_expect_eq(ac_le32(replay.own + 8), 8);
    base.primary = ac_le32((const uint8_t *)before.p + 4);
    cr_expect_eq(base.primary, 8, "the hive's own bytes are as they were");
    cr_expect_eq(ac_le32((const uint8_t *)before.p + 8), 7);
}

Test(regf_log, several_entries_and_any_sequence_number_from_the_hives_on)
{
    static const uint32_t first[] = {7, 8, 200, 0xFFFFFFFE};

    for (size_t i = 0; i < 4; i++) {
        n_companions = 0;
        make_log(0, first[i], 5);
        lay(0, "a.LOG1");
        if (first[i] > 0x80000000) /* numbers wrap around: the hive's come from before that */
            fx_hive_dirty(&before, 0xFFFFFFFE);
        cr_expect(replayed(), "%u", first[i]);
        cr_expect_eq(replay.entries, 5);
        cr_expect_eq(told, 0, "%s", sentences[0]);
    }
}

/* LOG1 with pages 0-1, LOG2 with the rest, in both roles. */
Test(regf_log, two_logs_in_the_order_of_their_numbers)
{
    struct fx_log one = {.sequence = 20, .entries = 2, .pages = 2};
    struct fx_log two = {.sequence = 22, .entries = 3, .first_page = 2};

    for (int swapped = 0; swapped < 2; swapped++) {
        ac_buf_free(&logs[0]);
        ac_buf_free(&logs[1]);
        fx_log_new(fx_view(&before), fx_view(&after), swapped ? &two : &one, &logs[0]);
        fx_log_new(fx_view(&before), fx_view(&after), swapped ? &one : &two, &logs[1]);
        n_companions = 0;
        lay(0, "a.LOG1");
        lay(1, "a.LOG2");
        cr_expect(replayed());
        cr_expect_eq(replay.entries, 5);
        cr_expect_eq(replay.logs, 2);
        cr_expect_eq(told, 0, "%s", sentences[0]);
    }
}

Test(regf_log, an_older_log_is_passed_over_quietly)
{
    make_log(0, 3, 1); /* below the hive's secondary number 7 */
    logs[0].p[5000] ^= 1;
    make_log(1, 9, 1);
    lay(0, "a.LOG1");
    lay(1, "a.LOG2");
    cr_expect(replayed());
    cr_expect_eq(told, 0, "%s", sentences[0]);
    n_companions = 1;
    expect_refused("the hive is dirty");
    cr_expect_eq(told, 1);
}

Test(regf_log, a_gap_between_the_logs)
{
    struct fx_log one = {.sequence = 20, .pages = 2}, two = {.sequence = 22, .first_page = 2};

    fx_log_new(fx_view(&before), fx_view(&after), &one, &logs[0]);
    fx_log_new(fx_view(&before), fx_view(&after), &two, &logs[1]);
    lay(0, "a.LOG1");
    lay(1, "a.LOG2");
    cr_expect_not(replayed());
    cr_expect_not_null(replay.own);
    cr_expect_eq(replay.entries, 1);
    cr_expect_eq(told, 1);
    cr_expect(strstr(sentences[0], "a.LOG2: corrupt: a gap between the logs"), "%s", sentences[0]);
}

static size_t second_entry(int i)
{
    return 512 + ac_le32((const uint8_t *)logs[i].p + 512 + 4);
}

Test(regf_log, applied_up_to_the_first_bad_entry)
{
    static const struct {
        size_t at;
        const char *what;
    } places[] = {{24, "header"}, {5, "header"}, {100, "pages of log entry 21"}, {12, "header"}};

    for (size_t i = 0; i < 4; i++) {
        n_companions = 0;
        make_log(0, 20, 3);
        logs[0].p[second_entry(0) + places[i].at] ^= 1;
        lay(0, "a.LOG1");
        cr_expect_not(replayed());
        cr_expect_eq(replay.entries, 1);
        cr_expect_eq(told, 1);
        cr_expect(strstr(sentences[0], places[i].what), "%s", sentences[0]);
    }
}

Test(regf_log, a_sequence_gap_within_a_log)
{
    make_log(0, 20, 3);
    fx_put_le32(&logs[0], second_entry(0) + 12, 22);
    fx_log_rehash(&logs[0], second_entry(0));
    lay(0, "a.LOG1");
    cr_expect_not(replayed());
    cr_expect_eq(replay.entries, 1);
    cr_expect(strstr(sentences[0], "entry 22 where 21 was expected"), "%s", sentences[0]);
}

Test(regf_log, remains_of_older_entries_end_a_log)
{
    make_log(0, 20, 3);
    fx_put_le32(&logs[0], second_entry(0) + 12, 3);
    fx_log_rehash(&logs[0], second_entry(0));
    lay(0, "a.LOG1");
    cr_expect_not(replayed());
    cr_expect_eq(replay.entries, 1);
    cr_expect_eq(told, 0, "%s", sentences[0]);
}

Test(regf_log, pages_that_do_not_fit)
{
    static const struct {
        size_t at; /* in the entry */
        uint32_t n;
    } bad[] = {{40, 0xFFFFF000}, {44, 0x7FFFF000}, {44, 0},  {20, 0xFFFFFFFF},
               {16, 0},          {16, 4096},       {16, 100}};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        n_companions = 0;
        make_log(0, 20, 1);
        fx_put_le32(&logs[0], 512 + bad[i].at, bad[i].n);
        fx_log_rehash(&logs[0], 512);
        lay(0, "a.LOG1");
        expect_refused("log entry 20");
    }
}

Test(regf_log, logs_of_another_hive)
{
    make_log(0, 9, 1);
    lay(0, "a.LOG1");
    fx_put_le16(&logs[0], 48 + 2 * 14, 'X'); /* another user */
    fx_hive_checksum(&logs[0]);
    expect_refused("another hive");
    make_log(0, 9, 1);
    fx_put_le64(&logs[0], 12, 4711); /* another time of last writing */
    fx_hive_checksum(&logs[0]);
    companions[0].bytes = fx_view(&logs[0]);
    expect_refused("another hive");
    memcpy(before.p + 164, "rmtm", 4);
    memset(before.p + 112, 7, 16);
    fx_hive_checksum(&before);
    make_log(0, 9, 1);
    memset(logs[0].p + 112, 8, 16); /* another resource manager */
    fx_hive_checksum(&logs[0]);
    companions[0].bytes = fx_view(&logs[0]);
    expect_refused("another hive");
    memset(logs[0].p + 112, 7, 16);
    fx_hive_checksum(&logs[0]);
    cr_expect(replayed());
}

Test(regf_log, the_same_hive_reached_by_another_name)
{
    struct ac_buf name = {0};

    make_log(0, 9, 1);
    memset(logs[0].p + 48, 0, 64);
    fx_utf16(&name, "\\users\\USER1\\ntuser.dat");
    memcpy(logs[0].p + 48, name.p, name.n);
    fx_hive_checksum(&logs[0]);
    lay(0, "a.LOG1");
    cr_expect(replayed(), "%s", sentences[0]);
    ac_buf_free(&name);
}

Test(regf_log, unusable_base_blocks)
{
    lay(0, "a.LOG1");
    make_log(0, 9, 1);
    logs[0].p[200] ^= 1;
    companions[0].bytes = fx_view(&logs[0]);
    expect_refused("base block of the log is damaged");
    make_log(0, 9, 1);
    fx_put_le32(&logs[0], 8, 8);
    fx_hive_checksum(&logs[0]);
    companions[0].bytes = fx_view(&logs[0]);
    expect_refused("did not end");
    make_log(0, 9, 1);
    fx_put_le32(&logs[0], 28, 77);
    fx_hive_checksum(&logs[0]);
    companions[0].bytes = fx_view(&logs[0]);
    expect_refused("file type 77");
    companions[0].bytes.n = 300;
    expect_refused("ends within its base block");
    memset(logs[0].p, 0, logs[0].n);
    companions[0].bytes.n = logs[0].n;
    expect_refused("the hive is dirty");
    companions[0].bytes.n = 0;
    expect_refused("the hive is dirty");
    cr_expect_eq(told, 1, "an empty log is nothing to speak of");
}

Test(regf_log, a_damaged_first_log_is_told_and_the_other_applied)
{
    make_log(0, 9, 1);
    logs[0].p[200] ^= 1;
    make_log(1, 10, 2);
    lay(0, "a.LOG1");
    lay(1, "a.LOG2");
    cr_expect(replayed());
    cr_expect_eq(told, 1);
    /* but when its entries are bad, the other's would build on what is missing */
    make_log(0, 9, 1);
    logs[0].p[600] ^= 1;
    companions[0].bytes = fx_view(&logs[0]);
    expect_refused("the log before it is damaged");
}

Test(regf_log, a_damaged_base_block_comes_from_the_later_log)
{
    struct fx_log one = {.sequence = 20, .pages = 1}, all = {.sequence = 21};

    fx_log_new(fx_view(&before), fx_view(&after), &one, &logs[0]);
    fx_log_new(fx_view(&before), fx_view(&after), &all, &logs[1]);
    memset(before.p, 0xEE, 512);
    lay(0, "a.LOG1");
    lay(1, "a.LOG2");
    cr_expect(replayed());
    cr_expect_eq(replay.logs, 1);
    cr_expect_eq(memcmp(replay.own, "regf", 4), 0);
    cr_expect_eq(ac_le32(replay.own + 28), 0);
    cr_expect_eq(ac_le32(replay.own + 4), 22);
}

Test(regf_log, old_logs)
{
    struct fx_log how = {.sequence = 8};

    fx_log_old(fx_view(&before), fx_view(&after), &how, &logs[0]);
    lay(0, "a.LOG");
    cr_expect(replayed());
    cr_expect_eq(told, 0, "%s", sentences[0]);
    n_companions = 0;
    lay(0, "a.LOG1");
    cr_expect(replayed());
    companions[0].bytes.n -= 512;
    expect_refused("ends before its dirty page");
    companions[0].bytes.n += 512;
    fx_put_le64(&logs[0], 12, 1);
    fx_hive_checksum(&logs[0]);
    expect_refused("older than the hive");
}

Test(regf_log, the_newer_of_two_old_logs)
{
    struct fx_log how = {.sequence = 8};
    uint64_t t = ac_le64((const uint8_t *)before.p + 12);

    fx_log_old(fx_view(&before), fx_view(&after), &how, &logs[0]);
    fx_log_old(fx_view(&before), fx_view(&after), &how, &logs[1]);
    logs[0].p[logs[0].n - 1] ^= 1; /* what is applied shows which one it was */
    fx_put_le64(&logs[1], 12, t + 1);
    fx_hive_checksum(&logs[1]);
    lay(0, "a.LOG1");
    lay(1, "a.LOG2");
    cr_expect(replayed());
    fx_put_le64(&logs[1], 12, t);
    fx_hive_checksum(&logs[1]);
    cr_expect_not(replayed(), "LOG1 goes first");
    cr_expect_not_null(replay.own);
}

Test(regf_log, log1_and_log2_go_before_log)
{
    make_log(0, 9, 1);
    make_log(1, 9, 1);
    lay(0, "a.LOG");
    lay(1, "a.LOG1");
    cr_expect(replayed());
    cr_expect_str_eq(replay.patches[0].log, "a.LOG1");
    n_companions = 1;
    cr_expect(replayed());
    cr_expect_str_eq(replay.patches[0].log, "a.LOG");
}

Test(regf_log, a_clean_hive_ignores_its_logs_but_says_what_is_newer)
{
    fx_put_le32(&before, 4, 7);
    fx_hive_checksum(&before);
    make_log(0, 6, 1);
    make_log(1, 5, 2);
    lay(0, "a.LOG1");
    lay(1, "a.LOG2");
    cr_expect_not(replayed());
    cr_expect_null(replay.own);
    cr_expect_eq(told, 0, "%s", sentences[0]);
    make_log(0, 6, 2);
    companions[0].bytes = fx_view(&logs[0]);
    cr_expect_not(replayed());
    cr_expect_null(replay.own);
    cr_expect_eq(told, 1);
    cr_expect(strstr(sentences[0], "has entry 7"), "%s", sentences[0]);
}

Test(regf_log, patches_tell_where_bytes_come_from)
{
    const struct ac_hive_patch *p;
    size_t same = 4096, other;

    make_log(0, 30, 2);
    lay(0, "a.LOG1");
    cr_expect(replayed());
    for (other = 4096; before.p[other] == after.p[other]; other++)
        continue;
    p = ac_hive_replay_patch(&replay, other, 1);
    cr_assert(p);
    cr_expect_eq(p->sequence, 30);
    cr_expect_str_eq(p->log, "a.LOG1");
    cr_expect_null(ac_hive_replay_patch(&replay, same, 4), "unchanged bytes of a dirty page");
    cr_expect_null(ac_hive_replay_patch(&replay, replay.bytes.n, 8));
    p = ac_hive_replay_patch(&replay, before.n, 8);
    cr_assert(p, "bytes behind the old end");
    cr_expect_eq(p->sequence, 31);
}

Test(regf_log, every_byte_of_a_log_matters_or_does_no_harm)
{
    lay(0, "a.LOG1");
    make_log(0, 9, 2);
    companions[0].bytes = fx_view(&logs[0]);
    for (size_t at = 0; at < logs[0].n; at += at < 700 ? 1 : 97) {
        logs[0].p[at] ^= 0x55;
        cr_expect(!replayed() || (at >= 512 + 8 && told == 0), "byte %zu", at);
        cr_expect_geq(told, 1, "byte %zu", at);
        logs[0].p[at] ^= 0x55;
    }
    for (size_t n = 0; n < logs[0].n; n += n < 1024 ? 37 : 511) {
        companions[0].bytes.n = n;
        cr_expect_not(replayed(), "%zu bytes", n);
        cr_expect(told > 0 || replay.entries == 1, "%zu bytes", n);
    }
}

Test(regf_log, budget_and_memory_end_it)
{
    enum ac_rc rc = AC_NOMEM;
    unsigned long n = 0;

    make_log(0, 9, 3);
    lay(0, "a.LOG1");
    for (uint64_t steps = 0; steps < 200; steps++) {
        rc = run_with(steps);
        cr_expect(rc == AC_LIMIT || (rc == AC_OK && replay.own), "%lu", (unsigned long)steps);
        cr_expect(rc == AC_OK || replay.own == NULL);
    }
    for (rc = AC_NOMEM; rc == AC_NOMEM && n < 100;) {
        ac_alloc_fail_at(++n);
        rc = run_with(AC_BUDGET_STEPS);
        ac_alloc_fail_at(0);
        cr_expect(rc == AC_NOMEM || rc == AC_OK);
    }
    cr_expect_gt(n, 4);
    cr_expect(replay.own);
}
