/*
 * Times one artefact without its output: time_parse FILE. Prints the seconds for reading it into memory, and for making
 * its records, as bench/evtx shows them.
 */
#include "fixture.h"

#include "fuzz/drop.h"
#include "parser.h"

#include <locale.h>
#include <stdio.h>
#include <time.h>

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct counter {
    struct ac_sink sink;
    size_t n;
};

static enum ac_rc count(struct ac_sink *sink, struct ac_record *r, struct ac_err *err)
{
    ((struct counter *)sink)->n++;
    return drop(sink, r, err);
}

int main(int argc, char **argv)
{
    struct counter c = {.sink.emit = count};
    struct ac_budget budget = {AC_BUDGET_STEPS};
    struct ac_artefact a = {.path = argc == 2 ? argv[1] : "", .user = ""};
    struct ac_buf file = {0};
    const struct ac_parser *p;
    double start = now(), loaded, parsed;
    enum ac_rc rc;

    setlocale(LC_CTYPE, "C.UTF-8");
    if (argc != 2 || !fx_load(argv[1], &file)) {
        fprintf(stderr, "usage: time_parse FILE\n");
        return 64;
    }
    loaded = now();
    a.bytes = fx_view(&file);
    p = ac_parser_for(&a);
    rc = p ? p->parse(&a, &budget, &c.sink, NULL) : AC_UNSUPPORTED;
    parsed = now();
    printf("%.3f %.3f %zu\n", loaded - start, parsed - loaded, c.n);
    ac_buf_free(&file);
    return rc == AC_OK ? 0 : 1;
}
