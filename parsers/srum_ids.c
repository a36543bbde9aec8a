/* SruDbIdMapTable: the numbers of programs and accounts, and what they stand for. */
#include "srum_parts.h"

#include "base/alloc.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_NUMBERS 15 /* sub-authorities of a SID, [MS-DTYP] 2.4.2 */

enum { PROGRAM = 0, SERVICE = 1, PACKAGE = 2, ACCOUNT = 3 };

struct columns {
    struct ac_ese_column type, index, blob;
};

static int by_index(const void *a, const void *b)
{
    const struct ac_srum_id *x = a, *y = b;

    if (x->index != y->index)
        return x->index < y->index ? -1 : 1;
    if (x->deleted != y->deleted)
        return x->deleted ? 1 : -1;
    return x->at < y->at ? -1 : x->at > y->at;
}

/* Rows without a blob stand for "none". */
static enum ac_rc read_row(struct ac_srum_ids *ids, struct ac_ese_table *t, size_t i,
                           const struct columns *c, struct ac_buf *value, struct ac_err *err)
{
    struct ac_srum_id id = {.deleted = ac_ese_row_is_deleted(t, i), .at = ids->bytes.n};
    enum ac_rc rc = ac_ese_column_value(t, i, &c->type, 1, value, err);

    id.type = rc == AC_OK && value->n == 1 ? (uint8_t)value->p[0] : 0xFF;
    if (rc == AC_OK)
        rc = ac_ese_column_value(t, i, &c->index, 4, value, err);
    if (rc == AC_NOT_FOUND || (rc == AC_OK && value->n != 4))
        return AC_FAIL(err, AC_CORRUPT, ac_ese_row_offset(t, i), "a row without a number");
    if (rc != AC_OK)
        return rc;
    id.index = ac_le32((const uint8_t *)value->p);
    rc = ac_ese_column_value(t, i, &c->blob, AC_MAX_USAGE_ID, value, err);
    if (rc != AC_OK)
        return rc == AC_NOT_FOUND ? AC_OK : rc;
    id.n = value->n;
    ac_buf_add(&ids->bytes, value->p, value->n);
    if (ids->bytes.failed ||
        ac_grow((void **)&ids->items, &ids->cap, ids->n + 1, sizeof(*ids->items)) != 0)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for names of programs");
    ids->items[ids->n++] = id;
    return AC_OK;
}

static enum ac_rc read_rows(struct ac_srum_ids *ids, struct ac_ese_table *t,
                            const struct columns *c, struct ac_budget *budget, struct ac_err *err)
{
    struct ac_buf value = {0};
    enum ac_rc rc = AC_OK, first = AC_OK;

    for (size_t i = 0; i < ac_ese_table_rows(t) && rc != AC_NOMEM; i++) {
        if (!ac_budget_spend(budget, 2 + value.n)) { /* rows may share a long blob */
            first = AC_FAIL(err, AC_LIMIT, ac_ese_row_offset(t, i), "too many names of programs");
            break;
        }
        rc = read_row(ids, t, i, c, &value, first == AC_OK ? err : NULL);
        if (rc != AC_OK && first == AC_OK)
            first = rc;
    }
    if (ids->n > 0)
        qsort(ids->items, ids->n, sizeof(*ids->items), by_index);
    ac_buf_free(&value);
    return rc == AC_NOMEM ? rc : first;
}

enum ac_rc ac_srum_ids_read(struct ac_ese *e, struct ac_budget *budget, struct ac_srum_ids *ret,
                            struct ac_err *err)
{
    struct ac_ese_table *t = NULL;
    struct columns c;
    enum ac_rc tree = ac_ese_table_open(e, "SruDbIdMapTable", &t, err), rc;

    if (!t)
        return tree;
    if (!ac_ese_column_find(t, "IdType", &c.type) || !ac_ese_column_find(t, "IdIndex", &c.index) ||
        !ac_ese_column_find(t, "IdBlob", &c.blob))
        rc = AC_FAIL(err, AC_NOT_FOUND, AC_NO_OFFSET, "SruDbIdMapTable lacks a column");
    else
        rc = read_rows(ret, t, &c, budget, tree == AC_OK ? err : NULL);
    ac_ese_table_close(t);
    return rc == AC_OK ? tree : rc;
}

void ac_srum_ids_free(struct ac_srum_ids *ids)
{
    ac_free(ids->items);
    ac_buf_free(&ids->bytes);
}

static const struct ac_srum_id *find(const struct ac_srum_ids *ids, uint32_t index,
                                     struct ac_view *ret)
{
    size_t low = 0, high = ids->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (ids->items[middle].index < index)
            low = middle + 1;
        else
            high = middle;
    }
    if (low >= ids->n || ids->items[low].index != index)
        return NULL;
    *ret =
        (struct ac_view){(const uint8_t *)ids->bytes.p + ids->items[low].at, ids->items[low].n, 0};
    return &ids->items[low];
}

/* "!!name!time!size!more" of a program without path; package "package!app!name!time!size!"; else a
 * path. */
static struct ac_view name_of(struct ac_view text, unsigned type)
{
    size_t begin = 0, end, marks = type == PACKAGE ? 2 : 0;
    bool marked = text.n >= 4 && ac_le16(text.p) == '!' && ac_le16(text.p + 2) == '!';

    if (marked)
        marks = 2;
    for (size_t at = 0; at + 2 <= text.n; at += 2) {
        unsigned c = ac_le16(text.p + at);

        if (marks > 0 && c == '!' && --marks == 0)
            begin = at + 2;
        if (!marked && type == PROGRAM && (c == '\\' || c == '/'))
            begin = at + 2;
    }
    if (marks > 0)
        return (struct ac_view){0}; /* a package alone */
    for (end = begin; end + 2 <= text.n; end += 2) {
        if ((marked || type == PACKAGE) && ac_le16(text.p + end) == '!')
            break;
    }
    return (struct ac_view){text.p + begin, end - begin, 0};
}

void ac_srum_put_program(const struct ac_srum_ids *ids, uint32_t index, struct ac_record *r)
{
    static const char *const types[] = {"program", "service", "package"};
    struct ac_view text = {0}, name;
    const struct ac_srum_id *id = find(ids, index, &text);

    ac_record_int(r, "program_id", index);
    if (!id)
        return;
    while (text.n >= 2 && ac_le16(text.p + text.n - 2) == 0) /* one inside would be shown */
        text.n -= 2;
    if (text.n == 0)
        return;
    ac_record_utf16(r, "program", text);
    if (id->type <= PACKAGE)
        ac_record_textz(r, "program_type", types[id->type]);
    name = name_of(text, id->type);
    if (name.n && id->type <= PACKAGE)
        ac_record_utf16(r, "name", name);
}

void ac_srum_put_user(const struct ac_srum_ids *ids, uint32_t index, struct ac_record *r)
{
    char text[32 + MOST_NUMBERS * 11];
    struct ac_view sid = {0};
    const struct ac_srum_id *id = find(ids, index, &sid);
    uint64_t authority = 0;
    int n;

    ac_record_int(r, "user_id", index);
    if (!id || sid.n == 0)
        return;
    if (id->type != ACCOUNT || sid.n < 8 || sid.p[0] != 1 || sid.p[1] > MOST_NUMBERS ||
        sid.n != 8 + (size_t)sid.p[1] * 4) { /* it is no SID */
        ac_record_textz(r, "user", "");
        ac_record_raw(r, "user", sid);
        return;
    }
    for (size_t i = 2; i < 8; i++)
        authority = authority << 8 | sid.p[i];
    n = snprintf(text, sizeof(text), "S-1-%" PRIu64, authority);
    for (size_t i = 0; i < sid.p[1]; i++)
        n += snprintf(text + n, sizeof(text) - (size_t)n, "-%" PRIu32, ac_le32(sid.p + 8 + i * 4));
    ac_record_textz(r, "user", text);
}
