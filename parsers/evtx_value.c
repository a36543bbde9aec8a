/* Values of binary XML as text, as numbers, as times. */
#include "base/text.h"
#include "evtx_bxml.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Bytes of one value of a type; 0: of any number. */
static size_t size_of(unsigned type)
{
    static const uint8_t sizes[] = {0, 0, 0, 1, 1,  2, 2, 4,  4, 8, 8,
                                    4, 8, 4, 0, 16, 0, 8, 16, 0, 4, 8};

    return type < sizeof(sizes) ? sizes[type] : 0;
}

static uint64_t number(struct ac_view v)
{
    uint64_t n = 0;

    for (size_t i = v.n < 8 ? v.n : 8; i-- > 0;)
        n = n << 8 | v.p[i];
    return n;
}

static int64_t signed_number(struct ac_view v)
{
    uint64_t n = number(v), sign = v.n < 8 ? UINT64_C(1) << (8 * v.n - 1) : 0;

    return (int64_t)((n ^ sign) - sign);
}

static void print_hex(struct ac_view v, struct ac_buf *out)
{
    ac_buf_addf(out, "0x%" PRIx64, number(v));
}

static void print_guid(struct ac_view v, struct ac_buf *out)
{
    const uint8_t *p = v.p;

    ac_buf_addf(out, "{%08" PRIX32 "-%04X-%04X-%02X%02X-", ac_le32(p), ac_le16(p + 4),
                ac_le16(p + 6), p[8], p[9]);
    for (unsigned i = 10; i < 16; i++)
        ac_buf_addf(out, "%02X", p[i]);
    ac_buf_addc(out, '}');
}

static bool print_sid(struct ac_view v, struct ac_buf *out)
{
    uint64_t authority = 0;

    if (v.n < 8 || v.n != 8 + 4 * (size_t)v.p[1])
        return false;
    for (unsigned i = 2; i < 8; i++)
        authority = authority << 8 | v.p[i];
    ac_buf_addf(out, "S-%u-%" PRIu64, v.p[0], authority);
    for (unsigned i = 0; i < v.p[1]; i++)
        ac_buf_addf(out, "-%" PRIu32, ac_le32(v.p + 8 + 4 * (size_t)i));
    return true;
}

static void print_real(struct ac_view v, struct ac_buf *out)
{
    float f = 0;
    double d = 0;

    if (v.n == 4) {
        memcpy(&f, v.p, 4);
        ac_buf_addf(out, "%.9g", (double)f);
    } else {
        memcpy(&d, v.p, 8);
        ac_buf_addf(out, "%.17g", d);
    }
}

/* Gregorian days since 1601-01-01; the format has no leap seconds. */
static uint64_t days_before(unsigned year, unsigned month, unsigned day)
{
    static const uint16_t before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    uint64_t y = year - 1601;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return y * 365 + y / 4 - y / 100 + y / 400 + before[month - 1] + (leap && month > 2) + day - 1;
}

struct ac_filetime ac_bxml_time(const struct ac_bxml_value *v)
{
    const uint8_t *p = v->bytes.p;
    struct ac_filetime t = {0};
    uint64_t seconds;

    if (v->type == AC_BXML_FILETIME && v->bytes.n == 8)
        t.ticks = ac_le64(p);
    if (v->type != AC_BXML_SYSTEMTIME || v->bytes.n != 16 || ac_le16(p) < 1601 ||
        ac_le16(p) > 9999 || ac_le16(p + 2) < 1 || ac_le16(p + 2) > 12 || ac_le16(p + 6) < 1 ||
        ac_le16(p + 6) > 31)
        return t;
    seconds = days_before(ac_le16(p), ac_le16(p + 2), ac_le16(p + 6)) * 86400 +
              ac_le16(p + 8) * UINT64_C(3600) + ac_le16(p + 10) * UINT64_C(60) + ac_le16(p + 12);
    t.ticks = seconds * AC_TICKS_PER_SECOND + ac_le16(p + 14) * UINT64_C(10000);
    return t;
}

/* Text without the NULs at its end: some writers store the terminator. */
static void print_string(struct ac_view v, struct ac_buf *out, bool *ret_exact)
{
    while (v.n >= 2 && v.n % 2 == 0 && ac_le16(v.p + v.n - 2) == 0)
        v.n -= 2;
    ac_text_from_utf16(v, out, ret_exact);
}

/* The code page is not stored: what is not ASCII is shown as in ISO 8859-1, and is not exact. */
static void print_ansi(struct ac_view v, struct ac_buf *out, bool *ret_exact)
{
    while (v.n > 0 && v.p[v.n - 1] == 0)
        v.n--;
    for (size_t i = 0; i < v.n; i++) {
        if (v.p[i] == 0)
            ac_buf_addz(out, "\\u{0}");
        else
            ac_buf_addu(out, v.p[i]);
        if (v.p[i] == 0 || v.p[i] >= 0x80)
            *ret_exact = false;
    }
}

/* Types of a fixed size. */
static void print_fixed(const struct ac_bxml_value *v, struct ac_buf *out)
{
    char time[AC_TIME_TEXT];

    switch (v->type) {
    case AC_BXML_INT8:
    case AC_BXML_INT16:
    case AC_BXML_INT32:
    case AC_BXML_INT64:
        ac_buf_addf(out, "%" PRId64, signed_number(v->bytes));
        break;
    case AC_BXML_REAL32:
    case AC_BXML_REAL64:
        print_real(v->bytes, out);
        break;
    case AC_BXML_BOOL:
        ac_buf_addz(out, number(v->bytes) ? "true" : "false");
        break;
    case AC_BXML_GUID:
        print_guid(v->bytes, out);
        break;
    case AC_BXML_FILETIME:
    case AC_BXML_SYSTEMTIME:
        ac_buf_addz(out, ac_time_print(ac_bxml_time(v), time));
        break;
    case AC_BXML_HEX32:
    case AC_BXML_HEX64:
        print_hex(v->bytes, out);
        break;
    default:
        ac_buf_addf(out, "%" PRIu64, number(v->bytes));
        break;
    }
}

void ac_bxml_print(const struct ac_bxml_value *v, struct ac_buf *out, bool *ret_exact)
{
    size_t size = size_of(v->type);

    if (v->type == AC_BXML_STRING) {
        print_string(v->bytes, out, ret_exact);
    } else if (v->type == AC_BXML_ANSI) {
        print_ansi(v->bytes, out, ret_exact);
    } else if (v->type == AC_BXML_SIZE && (v->bytes.n == 4 || v->bytes.n == 8)) {
        print_hex(v->bytes, out);
    } else if (v->type == AC_BXML_SID && print_sid(v->bytes, out)) {
        return;
    } else if (size && v->bytes.n == size) {
        print_fixed(v, out);
    } else {
        if (v->type != AC_BXML_BINARY && v->type != AC_BXML_NULL)
            *ret_exact = false;
        ac_buf_addhex(out, v->bytes.p, v->bytes.n);
    }
}

bool ac_bxml_next_item(const struct ac_bxml_value *array, size_t *at, struct ac_bxml_value *ret)
{
    struct ac_view v = array->bytes;
    unsigned type = array->type & ~(unsigned)AC_BXML_ARRAY;
    size_t size = size_of(type), n = 0;

    if (*at >= v.n)
        return false;
    ret->type = (uint8_t)type;
    if (type == AC_BXML_STRING) {
        n = ac_utf16_length((struct ac_view){v.p + *at, v.n - *at, 0});
    } else if (type == AC_BXML_ANSI) {
        const uint8_t *nul = memchr(v.p + *at, 0, v.n - *at);

        n = nul ? (size_t)(nul - v.p) - *at : v.n - *at;
    } else if (type == AC_BXML_SID && v.n - *at >= 8) {
        n = 8 + 4 * (size_t)v.p[*at + 1];
    } else {
        n = size;
    }
    if (n > v.n - *at || (n == 0 && type != AC_BXML_STRING && type != AC_BXML_ANSI))
        n = v.n - *at; /* what is left, in hexadecimal digits */
    ret->bytes = (struct ac_view){v.p + *at, n, v.base + *at};
    *at += n + (type == AC_BXML_STRING ? 2 : type == AC_BXML_ANSI ? 1 : 0);
    return true;
}

bool ac_bxml_number(const struct ac_bxml_value *v, uint64_t *ret)
{
    uint64_t n = 0;

    if (v->type >= AC_BXML_INT8 && v->type <= AC_BXML_UINT64 && v->bytes.n == size_of(v->type)) {
        *ret = number(v->bytes);
        return true;
    }
    if (v->type != AC_BXML_STRING || v->bytes.n == 0 || v->bytes.n > 38)
        return false;
    for (size_t i = 0; i + 2 <= v->bytes.n; i += 2) {
        unsigned c = ac_le16(v->bytes.p + i);

        if (c < '0' || c > '9')
            return false;
        n = n * 10 + (c - '0');
    }
    *ret = n;
    return true;
}
