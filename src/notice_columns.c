#include "notice_columns.h"

#include "base/alloc.h"
#include "base/text.h"

#include <string.h>

/* Names as ac_fold_char() leaves them, without blanks, '_' and '-'. Where a list has several
 * columns for one field, the name that stands first here is used. */
static const struct {
    enum ac_notice_field field;
    const char *name;
} known[] = {
    {AC_NOTICE_NAME, "COMPUTERNAME"},
    {AC_NOTICE_NAME, "PCNAME"},
    {AC_NOTICE_NAME, "MACHINENAME"},
    {AC_NOTICE_NAME, "NETBIOSNAME"},
    {AC_NOTICE_NAME, "PC名"},
    {AC_NOTICE_NAME, "コンピューター名"},
    {AC_NOTICE_NAME, "コンピュータ名"},
    {AC_NOTICE_NAME, "端末名"},
    {AC_NOTICE_NAME, "マシン名"},
    {AC_NOTICE_NAME, "COMPUTER"},
    {AC_NOTICE_NAME, "HOSTNAME"},
    {AC_NOTICE_NAME, "ホスト名"},
    {AC_NOTICE_NAME, "HOST"},
    {AC_NOTICE_IP, "IP"},
    {AC_NOTICE_IP, "IPADDRESS"},
    {AC_NOTICE_IP, "IPADDR"},
    {AC_NOTICE_IP, "IPアドレス"},
    {AC_NOTICE_IP, "SOURCEIP"},
    {AC_NOTICE_IP, "SRCIP"},
    {AC_NOTICE_IP, "送信元IPアドレス"},
    {AC_NOTICE_FIRST, "FIRSTSEEN"},
    {AC_NOTICE_FIRST, "初回検知日時"},
    {AC_NOTICE_FIRST, "初回検知"},
    {AC_NOTICE_FIRST, "初回日時"},
    {AC_NOTICE_FIRST, "初回"},
    {AC_NOTICE_FIRST, "検知日時"},
    {AC_NOTICE_FIRST, "TIMESTAMP"},
    {AC_NOTICE_FIRST, "DATETIME"},
    {AC_NOTICE_FIRST, "日時"},
    {AC_NOTICE_FIRST, "TIME"},
    {AC_NOTICE_LAST, "LASTSEEN"},
    {AC_NOTICE_LAST, "最終検知日時"},
    {AC_NOTICE_LAST, "最終検知"},
    {AC_NOTICE_LAST, "最終日時"},
    {AC_NOTICE_LAST, "最終"},
    {AC_NOTICE_ZONE, "TIMEZONE"},
    {AC_NOTICE_ZONE, "ZONE"},
    {AC_NOTICE_ZONE, "TZ"},
    {AC_NOTICE_ZONE, "タイムゾーン"},
    {AC_NOTICE_USER, "USERNAME"},
    {AC_NOTICE_USER, "USER"},
    {AC_NOTICE_USER, "ユーザー名"},
    {AC_NOTICE_USER, "ユーザ名"},
    {AC_NOTICE_USER, "アカウント名"},
    {AC_NOTICE_USER, "ACCOUNTNAME"},
    {AC_NOTICE_USER, "ACCOUNT"},
};
#define KNOWN (sizeof(known) / sizeof(known[0]))
#define IDEOGRAPHIC_SPACE 0x3000

/* Full-width letters, digits and signs count as the ordinary ones. */
static unsigned plain(unsigned c)
{
    if (c >= 0xFF01 && c <= 0xFF5E)
        c -= 0xFEE0;
    return ac_fold_char(c);
}

static bool is_blank(unsigned c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == 0xA0 || c == IDEOGRAPHIC_SPACE;
}

/* Place in the table, KNOWN if the name is not there. False: no memory. */
static bool find_rank(const char *name, size_t *ret)
{
    struct ac_str s = ac_str_of(name);
    struct ac_buf folded = {0};
    size_t i = 0;
    bool ok;

    for (size_t at = 0; at < s.n;) {
        unsigned c = plain(ac_utf8_next(s, &at));

        if (!is_blank(c) && c != '_' && c != '-')
            ac_buf_addu(&folded, c);
    }
    while (i < KNOWN && strcmp(known[i].name, ac_buf_text(&folded)) != 0)
        i++;
    *ret = i;
    ok = !folded.failed;
    ac_buf_free(&folded);
    return ok;
}

static struct ac_str trim(struct ac_str s)
{
    size_t begin = 0, end = 0;

    for (size_t at = 0; at < s.n;) {
        bool blank = is_blank(ac_utf8_next(s, &at));

        if (blank && end == 0)
            begin = at;
        if (!blank)
            end = at;
    }
    return end ? (struct ac_str){s.p + begin, end - begin} : (struct ac_str){"", 0};
}

static char *copy(struct ac_str s)
{
    char *z = ac_malloc(s.n + 1);

    if (z) {
        memcpy(z, s.p, s.n);
        z[s.n] = '\0';
    }
    return z;
}

static enum ac_rc no_memory(struct ac_err *err)
{
    return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for the notice");
}

enum ac_rc ac_notice_columns_add(struct ac_notice_columns *c, struct ac_str name,
                                 struct ac_err *err)
{
    if (c->n == AC_MAX_NOTICE_COLUMNS)
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "there are more than %d columns",
                       AC_MAX_NOTICE_COLUMNS);
    if (name.n > AC_MAX_NOTICE_FIELD)
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "the name of column %zu is too long", c->n + 1);
    c->names[c->n] = copy(name);
    if (!c->names[c->n])
        return no_memory(err);
    c->fields[c->n++] = AC_NOTICE_FIELDS;
    return AC_OK;
}

enum ac_rc ac_notice_unused_add(struct ac_notice_list *list, struct ac_str name, struct ac_err *err)
{
    name = trim(name);
    if (name.n == 0)
        return AC_OK;
    if (ac_grow((void **)&list->unused, &list->cap_unused, list->n_unused + 1,
                sizeof(*list->unused)) != 0 ||
        !(list->unused[list->n_unused] = copy(name)))
        return no_memory(err);
    list->n_unused++;
    return AC_OK;
}

enum ac_rc ac_notice_columns_map(struct ac_notice_columns *c, struct ac_notice_list *list,
                                 struct ac_err *err)
{
    size_t ranks[AC_NOTICE_FIELDS], columns[AC_NOTICE_FIELDS];
    enum ac_rc rc = AC_OK;
    bool any = false;

    for (size_t f = 0; f < AC_NOTICE_FIELDS; f++)
        ranks[f] = KNOWN;
    for (size_t i = 0; i < c->n; i++) {
        size_t rank;

        if (!find_rank(c->names[i], &rank))
            return no_memory(err);
        if (rank < KNOWN && rank < ranks[known[rank].field]) {
            ranks[known[rank].field] = rank;
            columns[known[rank].field] = i;
        }
    }
    for (size_t f = 0; f < AC_NOTICE_FIELDS; f++) {
        if (ranks[f] < KNOWN) {
            c->fields[columns[f]] = (enum ac_notice_field)f;
            any = true;
        }
    }
    if (!any)
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET,
                       "no column is known: there is neither a computer name nor an address");
    for (size_t i = 0; rc == AC_OK && i < c->n; i++) {
        if (c->fields[i] == AC_NOTICE_FIELDS)
            rc = ac_notice_unused_add(list, ac_str_of(c->names[i]), err);
    }
    return rc;
}

void ac_notice_columns_free(struct ac_notice_columns *c)
{
    for (size_t i = 0; i < c->n; i++)
        ac_free(c->names[i]);
    c->n = 0;
}

enum ac_rc ac_notice_row_add(struct ac_notice_list *list, unsigned line, struct ac_err *err)
{
    struct ac_notice *row;

    if (list->n == AC_MAX_NOTICES)
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "there are more than %d rows", AC_MAX_NOTICES);
    if (ac_grow((void **)&list->rows, &list->cap, list->n + 1, sizeof(*list->rows)) != 0)
        return no_memory(err);
    row = &list->rows[list->n++];
    *row = (struct ac_notice){.row = (unsigned)list->n, .line = line};
    for (size_t i = 0; i < AC_NOTICE_FIELDS; i++) {
        row->fields[i] = copy((struct ac_str){"", 0});
        if (!row->fields[i])
            return no_memory(err);
    }
    return AC_OK;
}

enum ac_rc ac_notice_row_put(struct ac_notice_list *list, enum ac_notice_field field,
                             struct ac_str text, struct ac_err *err)
{
    struct ac_notice *row = &list->rows[list->n - 1];
    char *z;

    text = trim(text);
    if (text.n > AC_MAX_NOTICE_FIELD)
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "row %u: a field has more than %d bytes",
                       row->row, (int)AC_MAX_NOTICE_FIELD);
    z = copy(text);
    if (!z)
        return no_memory(err);
    ac_free(row->fields[field]);
    row->fields[field] = z;
    return AC_OK;
}
