/* findings.csv and autostarts.csv, read with a reader of RFC 4180 that is written here. */
#include "report_case.h"

#include "base/alloc.h"
#include "report/csv.h"
#include "report/tables.h"

#include <criterion/criterion.h>
#include <string.h>

#define COLUMNS 40
#define ROWS 300

typedef enum ac_rc make_table(const struct ac_report_input *, struct ac_buf *, struct ac_err *);

struct table {
    struct ac_buf cells[ROWS][COLUMNS];
    size_t columns[ROWS], rows;
};

/* One quoted or bare cell at p; returns what follows its comma or line end. */
static const char *read_cell(struct table *t, const char *p)
{
    struct ac_buf *cell;

    cr_assert_lt(t->rows, ROWS);
    cr_assert_lt(t->columns[t->rows], COLUMNS);
    cell = &t->cells[t->rows][t->columns[t->rows]++];
    if (*p == '"') {
        for (p++; *p != '"' || p[1] == '"'; p += *p == '"' ? 2 : 1) {
            cr_assert(*p, "a cell has no end");
            ac_buf_addc(cell, *p);
        }
        p++;
    } else {
        for (; *p && *p != ',' && *p != '\r'; p++)
            ac_buf_addc(cell, *p);
    }
    if (*p == ',')
        return p + 1;
    cr_assert_eq(strncmp(p, "\r\n", 2), 0, "what follows a cell: %.20s", p);
    t->rows++;
    return p + 2;
}

static struct table *read_table(const struct report_case *c, make_table *make)
{
    struct table *t = ac_calloc(1, sizeof(*t));
    struct ac_buf text = {0};
    const char *p;

    cr_assert_eq(make(&c->in, &text, NULL), AC_OK);
    p = ac_buf_text(&text);
    cr_assert_eq(strncmp(p, "\xEF\xBB\xBF", 3), 0, "no byte order mark");
    for (p += 3; *p;)
        p = read_cell(t, p);
    cr_assert_gt(t->rows, 1);
    for (size_t i = 1; i < t->rows; i++)
        cr_expect_eq(t->columns[i], t->columns[0], "row %zu", i);
    ac_buf_free(&text);
    return t;
}

static void free_table(struct table *t)
{
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t k = 0; k < COLUMNS; k++)
            ac_buf_free(&t->cells[i][k]);
    }
    ac_free(t);
}

static const char *cell(const struct table *t, size_t row, const char *column)
{
    for (size_t k = 0; k < t->columns[0]; k++) {
        if (strcmp(ac_buf_text(&t->cells[0][k]), column) == 0)
            return ac_buf_text(&t->cells[row][k]);
    }
    cr_assert_fail("there is no column %s", column);
    return "";
}

Test(tables, findings_have_a_row_each)
{
    struct report_case c;
    struct table *t;

    rc_init(&c);
    t = read_table(&c, ac_tables_findings);
    cr_expect_eq(t->rows, c.assessment.n_findings + 1);
    for (size_t i = 1; i < t->rows; i++) {
        const struct ac_finding *f = c.assessment.findings[i - 1];

        cr_expect_str_eq(cell(t, i, "finding"), f->id);
        cr_expect_str_eq(cell(t, i, "rule"), f->rule->id);
        cr_expect_str_eq(cell(t, i, "strength"), ac_strength_name(f->strength));
        cr_expect_not_null(strstr(cell(t, i, "records"), ac_record_id(f->records[0])));
        cr_expect_str_neq(cell(t, i, "summary_en"), cell(t, i, "summary_ja"));
    }
    free_table(t);
    rc_free(&c);
}

Test(tables, autostarts_and_actions_have_a_row_each)
{
    struct report_case c;
    struct table *t;
    size_t n = 0;

    rc_init(&c);
    t = read_table(&c, ac_tables_autostarts);
    for (size_t i = 0; i < c.n; i++) {
        const struct ac_record *r = c.records[i];
        size_t actions = json_array_size(ac_record_get_json(r, "actions"));

        if (ac_record_kind(r) != AC_KIND_AUTOSTART && ac_record_kind(r) != AC_KIND_TASK)
            continue;
        n++;
        cr_assert_lt(n, t->rows);
        cr_expect_str_eq(cell(t, n, "record"), ac_record_id(r));
        cr_expect_str_eq(cell(t, n, "path"), ac_record_prov(r, "path"));
        if (ac_record_kind(r) == AC_KIND_AUTOSTART)
            cr_expect_str_eq(cell(t, n, "mechanism"), ac_record_get(r, "mechanism"));
        n += actions > 1 ? actions - 1 : 0;
    }
    cr_expect_eq(n + 1, t->rows);
    free_table(t);
    rc_free(&c);
}

/* Values of a Run key that a spreadsheet would calculate. */
Test(tables, no_cell_is_a_formula)
{
    static const char *const formulas[] = {"=cmd|' /C calc'!A0",
                                           "+1+1",
                                           "-2+3",
                                           "@SUM(1)",
                                           "\t=1",
                                           "\r=1",
                                           "＝1+1",
                                           "＋1",
                                           "－1",
                                           "＠A1",
                                           "=HYPERLINK(\"http://hostile.invalid\",\"a\"\",b\")"};
    struct report_case c;
    size_t n = 0;

    rc_init(&c);
    for (size_t k = 0; k < sizeof(formulas) / sizeof(formulas[0]); k++) {
        make_table *const makers[] = {ac_tables_findings, ac_tables_autostarts};

        for (size_t i = 0; i < c.n; i++) {
            if (ac_record_kind(c.records[i]) == AC_KIND_AUTOSTART)
                ac_record_textz(c.records[i], "name", formulas[k]);
        }
        for (size_t m = 0; m < 2; m++) {
            struct table *t = read_table(&c, makers[m]);

            for (size_t i = 1; i < t->rows; i++) {
                for (size_t j = 0; j < t->columns[i]; j++) {
                    const char *text = ac_buf_text(&t->cells[i][j]);

                    cr_expect(!text[0] || !strchr("=+-@\t\r", text[0]), "%s", text);
                    cr_expect_neq(strncmp(text, "\xEF\xBC\x9D", 3), 0, "%s", text);
                    n += text[0] == '\'' &&
                         (formulas[k][0] < ' ' || strcmp(text + 1, formulas[k]) == 0);
                }
            }
            free_table(t);
        }
    }
    cr_expect_gt(n, 8);
    rc_free(&c);
}

Test(tables, cells_are_quoted_and_safe)
{
    struct ac_buf out = {0};

    ac_csv_cell(&out, AC_STR("=a \"b\", c\n"), false);
    ac_csv_inert_cell(&out, AC_STR("=a"), false);
    ac_csv_inert_cell(&out, AC_STR("a=b"), false);
    ac_csv_inert_cell(&out, AC_STR("\t1"), false);
    ac_csv_inert_cell(&out, AC_STR(""), true);
    cr_expect_str_eq(ac_buf_text(&out),
                     "\"=a \"\"b\"\", c\\u{A}\",\"'=a\",\"a=b\",\"'\\u{9}1\",\"\"\r\n");
    ac_buf_free(&out);
}

Test(tables, no_memory_is_an_error_never_a_shorter_table)
{
    static make_table *const makers[] = {ac_tables_findings, ac_tables_autostarts};
    struct report_case c;

    rc_init(&c);
    for (size_t m = 0; m < 2; m++) {
        struct ac_buf whole = {0};
        unsigned failures = 0;

        cr_assert_eq(makers[m](&c.in, &whole, NULL), AC_OK);
        for (unsigned long n = 1; n < 2000; n++) {
            struct ac_buf text = {0};
            enum ac_rc rc;

            ac_alloc_fail_at(n);
            rc = makers[m](&c.in, &text, NULL);
            if (rc == AC_OK)
                cr_expect_str_eq(ac_buf_text(&text), ac_buf_text(&whole), "allocation %lu", n);
            failures += rc == AC_NOMEM;
            ac_buf_free(&text);
        }
        ac_alloc_fail_at(0);
        cr_expect_gt(failures, 20);
        ac_buf_free(&whole);
    }
    rc_free(&c);
}
