#include "task_words.h"

#include "base/text.h"
#include "records/record.h"

#include <stdio.h>

static const char *const day_names[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                        "Thursday", "Friday", "Saturday"};
static const char *const month_names[] = {"January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December"};

void ac_task_duration(uint64_t seconds, struct ac_buf *out)
{
    static const struct {
        uint64_t seconds;
        char letter;
    } parts[] = {{3600, 'H'}, {60, 'M'}, {1, 'S'}};
    uint64_t days = seconds / 86400, rest = seconds % 86400;

    ac_buf_addc(out, 'P');
    if (days)
        ac_buf_addf(out, "%lluD", (unsigned long long)days);
    if (rest || !days)
        ac_buf_addc(out, 'T');
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (rest / parts[i].seconds || (i == 2 && seconds == 0))
            ac_buf_addf(out, "%llu%c", (unsigned long long)(rest / parts[i].seconds),
                        parts[i].letter);
        rest %= parts[i].seconds;
    }
}

void ac_task_put_duration(json_t *object, const char *member, uint64_t seconds, bool *failed)
{
    struct ac_buf text = {0};

    ac_task_duration(seconds, &text);
    ac_json_text(object, member, ac_buf_str(&text));
    *failed |= text.failed;
    ac_buf_free(&text);
}

/* " DaysOfWeek=Monday,Friday"; bits without a name as a number behind them. */
static void add_bits(const char *label, uint32_t bits, const char *const *names, unsigned n,
                     struct ac_buf *out)
{
    const char *comma = "";

    ac_buf_addf(out, " %s=", label);
    for (unsigned i = 0; i < n; i++) {
        if (!(bits >> i & 1))
            continue;
        if (names)
            ac_buf_addf(out, "%s%s", comma, names[i]);
        else
            ac_buf_addf(out, "%s%u", comma, i + 1);
        comma = ",";
    }
    if (n < 32 && bits >> n)
        ac_buf_addf(out, "%s0x%x", comma, bits >> n << n);
}

static void by_day(unsigned interval, struct ac_buf *out)
{
    ac_buf_addf(out, "ScheduleByDay DaysInterval=%u", interval);
}

static void by_week(unsigned interval, unsigned days, struct ac_buf *out)
{
    ac_buf_addf(out, "ScheduleByWeek WeeksInterval=%u", interval);
    add_bits("DaysOfWeek", days, day_names, 7, out);
}

static void by_month(uint32_t days, unsigned months, struct ac_buf *out)
{
    ac_buf_addz(out, "ScheduleByMonth");
    add_bits("DaysOfMonth", days & 0x7FFFFFFF, NULL, 31, out);
    if (days & 0x80000000U)
        ac_buf_addf(out, "%sLast", days & 0x7FFFFFFF ? "," : "");
    add_bits("Months", months, month_names, 12, out);
}

static void by_month_day(unsigned weeks, unsigned days, unsigned months, struct ac_buf *out)
{
    static const char *const week_names[] = {"1", "2", "3", "4", "Last"};

    ac_buf_addz(out, "ScheduleByMonthDayOfWeek");
    add_bits("Weeks", weeks, week_names, 5, out);
    add_bits("DaysOfWeek", days, day_names, 7, out);
    add_bits("Months", months, month_names, 12, out);
}

void ac_task_put_schedule(json_t *object, uint32_t kind, unsigned a, unsigned b, unsigned c,
                          bool *failed)
{
    struct ac_buf text = {0};

    if (kind == 1)
        by_day(a, &text);
    else if (kind == 2)
        by_week(a, b, &text);
    else if (kind == 3)
        by_month((uint32_t)b << 16 | a, c, &text);
    else if (kind == 4)
        by_month_day(a, b, c, &text);
    if (text.n)
        ac_json_text(object, "schedule", ac_buf_str(&text));
    *failed |= text.failed;
    ac_buf_free(&text);
}

struct ac_view ac_task_trim(struct ac_view v)
{
    while (v.n >= 2 && v.n % 2 == 0 && v.p[v.n - 1] == 0 && v.p[v.n - 2] == 0)
        v.n -= 2;
    return v;
}

void ac_task_put_utf16(json_t *object, const char *member, struct ac_view bytes, bool *failed)
{
    struct ac_buf text = {0}, hex = {0};
    bool exact = true;
    char name[64];

    bytes = ac_task_trim(bytes);
    ac_text_from_utf16(bytes, &text, &exact);
    ac_json_text(object, member, ac_buf_str(&text));
    if (!exact) {
        snprintf(name, sizeof(name), "%s_raw", member);
        ac_buf_addhex(&hex, bytes.p, bytes.n);
        ac_json_text(object, name, ac_buf_str(&hex));
    }
    *failed |= text.failed || hex.failed;
    ac_buf_free(&text);
    ac_buf_free(&hex);
}
