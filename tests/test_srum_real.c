/* SRUM: three real databases beside libesedb's esedbexport. */
#include "fixture.h"

#include "srum.h"

#include <criterion/criterion.h>
#include <string.h>

static struct fx_records out;
static struct ac_buf db;

static void begin(void)
{
    fx_records_init(&out);
}

static void end(void)
{
    ac_buf_free(&db);
    fx_records_free(&out);
}

TestSuite(srum_real, .init = begin, .fini = end);

static enum ac_rc parse(void)
{
    struct ac_artefact a = {
        .bytes = fx_view(&db), .path = "Windows/System32/sru/SRUDB.dat", .user = ""};
    struct ac_budget budget = {AC_BUDGET_STEPS};

    fx_records_free(&out);
    return ac_parser_srum.parse(&a, &budget, &out.sink, NULL);
}

static const struct ac_record *nth(size_t i)
{
    const struct ac_record *r = fx_nth(&out, AC_KIND_USAGE, i);

    cr_assert_not_null(r, "no record %zu", i);
    return r;
}

/* Rows and sums over the columns of libesedb's esedbexport (20181229); sums
 * and numbers of rows of each program and account were compared by hand and are the same too.
 * Connections were counted in its output. */
struct real {
    const char *file;
    size_t network, resource, connections;
    int64_t sent, received, cycles, read;
};

static void check_real(const struct real *want)
{
    int64_t network = 0, resource = 0, sent = 0, received = 0, cycles = 0, read = 0;
    size_t connections = 0;

    cr_assert_eq(parse(), AC_OK, "%s", want->file);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 0, "%s", want->file);
    for (size_t i = 0; i < fx_count(&out, AC_KIND_USAGE); i++) {
        const char *artefact = ac_record_get(nth(i), "artefact");

        sent += ac_record_get_int(nth(i), "bytes_sent");
        received += ac_record_get_int(nth(i), "bytes_received");
        cycles += ac_record_get_int(nth(i), "foreground_cycles");
        read += ac_record_get_int(nth(i), "foreground_bytes_read");
        if (strcmp(artefact, "network-usage") == 0)
            network += ac_record_get_int(nth(i), "rows");
        else if (strcmp(artefact, "resource-usage") == 0)
            resource += ac_record_get_int(nth(i), "rows");
        else
            connections++;
    }
    cr_expect_eq(network, want->network, "%s", want->file);
    cr_expect_eq(resource, want->resource, "%s", want->file);
    cr_expect_eq(connections, want->connections, "%s", want->file);
    cr_expect_eq(sent, want->sent, "%s", want->file);
    cr_expect_eq(received, want->received, "%s", want->file);
    cr_expect_eq(cycles, want->cycles, "%s", want->file);
    cr_expect_eq(read, want->read, "%s", want->file);
}

Test(srum_real, sums_agree_with_esedbexport)
{
    static const struct real real[] = {
        {"hosts/aptsim-win10/Windows/System32/sru/SRUDB.dat", 96, 562, 5, 30915348, 2411566640,
         5146472909742, 6694781644},
        {"hosts/rathbun-win10/Windows/System32/sru/SRUDB.dat", 23, 118, 1, 1927275, 148739057,
         202999156439, 1257167872},
        {"srum/dissect-SRUDB.dat.gz", 0, 203, 2, 0, 0, 1152718157928, 0},
    };

    for (size_t i = 0; i < sizeof(real) / sizeof(real[0]); i++) {
        ac_buf_clear(&db);
        if (!fx_load_realdata(real[i].file, &db))
            cr_skip_test("no real data");
        check_real(&real[i]);
    }
}
