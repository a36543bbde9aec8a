/* Which files belong to the evidence, and that a change of any of them shows. */
#include "fixture.h"

#include "collect/evidence_state.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[4096];

static void start(void)
{
    snprintf(dir, sizeof(dir), "%s", fx_tmpdir());
}

static void stop(void)
{
    fx_rmtree(dir);
}

TestSuite(evidence_state, .init = start, .fini = stop);

static const char *place(const char *name)
{
    static char path[5000];

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    return path;
}

static void expect_files(const char *first, const char *const *others, size_t n, size_t expected)
{
    json_t *state;

    cr_assert(fx_write(place(first), "a", 1));
    for (size_t i = 0; i < n; i++)
        cr_assert(fx_write(place(others[i]), "b", 1));
    state = ac_evidence_state(place(first));
    cr_expect_eq(json_object_size(state), expected, "%s: %zu", first, json_object_size(state));
    json_decref(state);
    fx_rmtree(dir);
    cr_assert_eq(mkdir(dir, 0700), 0);
}

Test(evidence_state, pieces_belong_to_an_image_and_other_neighbours_do_not)
{
    static const char *const ewf[] = {"x.E02", "x.EZZ", "x.FAA", "x.e03", "x.jsonl",
                                      "x.txt", "y.E02", "x",     "x.E0",  "x.D01"};
    static const char *const raw[] = {"x.002", "x.010", "x.log", "x.raw", "y.002"};
    static const char *const other[] = {"x.jsonl", "x.001", "x.E01"};

    expect_files("x.E01", ewf, sizeof(ewf) / sizeof(ewf[0]), 5);
    expect_files("x.001", raw, sizeof(raw) / sizeof(raw[0]), 3);
    expect_files("x.raw", other, sizeof(other) / sizeof(other[0]), 1);
    expect_files("EXE", other, sizeof(other) / sizeof(other[0]), 1);
}

/* Every change that shows in size or times. */
Test(evidence_state, a_change_shows)
{
    json_t *before, *after;
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = 1600000000}};

    cr_assert(fx_write(place("x.E01"), "a", 1));
    cr_assert(fx_write(place("x.E02"), "a", 1));
    before = ac_evidence_state(place("x.E01"));
    after = ac_evidence_state(place("x.E01"));
    cr_expect(json_equal(before, after));
    json_decref(after);
    cr_assert_eq(utimensat(AT_FDCWD, place("x.E02"), times, 0), 0);
    after = ac_evidence_state(place("x.E01"));
    cr_expect_not(json_equal(before, after));
    json_decref(after);
    json_decref(before);
    before = ac_evidence_state(place("x.E01"));
    cr_assert_eq(unlink(place("x.E02")), 0);
    after = ac_evidence_state(place("x.E01"));
    cr_expect_not(json_equal(before, after));
    json_decref(after);
    json_decref(before);
}

Test(evidence_state, folders_and_what_is_not_there_have_none)
{
    json_t *state = ac_evidence_state(dir);

    cr_expect_eq(json_object_size(state), 0);
    json_decref(state);
    state = ac_evidence_state(place("nothing"));
    cr_expect_eq(json_object_size(state), 0);
    json_decref(state);
}
