#include "report/csv.h"

#include "base/text.h"

#include <string.h>

static void quoted(struct ac_buf *out, const char *before, struct ac_str text, bool last)
{
    struct ac_buf safe = {0};

    ac_text_safe(text, &safe);
    ac_buf_addc(out, '"');
    ac_buf_addz(out, before);
    for (size_t i = 0; i < safe.n; i++) {
        if (safe.p[i] == '"')
            ac_buf_addc(out, '"');
        ac_buf_addc(out, safe.p[i]);
    }
    ac_buf_addz(out, last ? "\"\r\n" : "\",");
    out->failed |= safe.failed;
    ac_buf_free(&safe);
}

void ac_csv_cell(struct ac_buf *out, struct ac_str text, bool last)
{
    quoted(out, "", text, last);
}

void ac_csv_inert_cell(struct ac_buf *out, struct ac_str text, bool last)
{
    /* full-width forms begin formulas in Japanese and Chinese versions of spreadsheets */
    static const char *const marks[] = {"\t", "\r", "=", "+", "-", "@", "＝", "＋", "－", "＠"};
    const char *before = "";

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        size_t n = strlen(marks[i]);

        if (text.n >= n && memcmp(text.p, marks[i], n) == 0)
            before = "'";
    }
    quoted(out, before, text, last);
}
