#include "regf_replay.h"

#include "base/alloc.h"
#include "regf_inner.h"
#include "regf_log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MOST_LOGS 3 /* .LOG, .LOG1, .LOG2 */

struct job {
    const struct ac_artefact *a;
    const struct ac_replay_watch *watch;
    struct ac_budget *budget;
    struct ac_hive_replay *out;
    struct ac_hive_base base; /* of the hive as it lies */
    struct ac_log logs[MOST_LOGS];
    const char *names[MOST_LOGS];
    size_t n;
    enum ac_rc rc;
};

static const char not_applied[] =
    "changes that stand in this log only are not in the report; values may be older than the last "
    "state";
static const char applied_in_part[] =
    "the entries before this place were applied, later changes are not in the report";

static void tell(struct job *j, const char *where, enum ac_rc class, uint64_t offset,
                 const char *effect, const char *fmt, ...) __attribute__((format(printf, 6, 7)));

static void tell(struct job *j, const char *where, enum ac_rc class, uint64_t offset,
                 const char *effect, const char *fmt, ...)
{
    char what[AC_ERR_TEXT];
    va_list ap;

    if (j->rc != AC_OK)
        return;
    va_start(ap, fmt);
    vsnprintf(what, sizeof(what), fmt, ap);
    va_end(ap);
    j->rc = j->watch->tell(j->watch->context, where, class, offset, effect, what);
}

static void tell_err(struct job *j, const char *where, const char *effect, const struct ac_err *e)
{
    tell(j, where, e->rc, e->n ? e->ctx[0].off : AC_NO_OFFSET, effect, "%s",
         e->n ? e->ctx[0].msg : ac_rc_name(e->rc));
}

/* ---- is the log one of this hive? */

/* The file name without what only says how Windows reached it: "\??\C:", "\SystemRoot". */
static struct ac_str bare_name(struct ac_view stored, struct ac_buf *out)
{
    struct ac_str s;

    stored.n = ac_utf16_length(stored);
    ac_text_from_utf16(stored, out, NULL);
    s = ac_buf_str(out);
    if (ac_str_istarts(s, AC_STR("\\??\\")) && s.n > 6 && s.p[5] == ':')
        return (struct ac_str){s.p + 6, s.n - 6};
    if (ac_str_istarts(s, AC_STR("\\SystemRoot")))
        return (struct ac_str){s.p + 11, s.n - 11};
    return s;
}

/* The field keeps the end of a path: as much as both hold must be equal. */
static bool same_name(const struct ac_hive_base *hive, const struct ac_log *log, enum ac_rc *rc)
{
    struct ac_buf ours = {0}, theirs = {0};
    struct ac_str a = bare_name(hive->file_name, &ours);
    struct ac_str b = bare_name(log->base.file_name, &theirs);
    size_t n = a.n < b.n ? a.n : b.n;
    bool same =
        ac_fold_eq((struct ac_str){a.p + (a.n - n), n}, (struct ac_str){b.p + (b.n - n), n});

    if (ours.failed || theirs.failed)
        *rc = AC_NOMEM;
    ac_buf_free(&ours);
    ac_buf_free(&theirs);
    return same;
}

/* The identifier of the resource manager (Windows Vista and later), where both have one. */
static bool same_manager(struct ac_view hive, const struct ac_log *log)
{
    static const uint8_t none[16] = {0};
    const uint8_t *ours = hive.p, *theirs = log->bytes.p;

    if (memcmp(ours + 164, "rmtm", 4) != 0 || memcmp(theirs + 164, "rmtm", 4) != 0 ||
        memcmp(ours + 112, none, 16) == 0 || memcmp(theirs + 112, none, 16) == 0)
        return true;
    return memcmp(ours + 112, theirs + 112, 16) == 0;
}

static bool is_of_this_hive(struct job *j, const struct ac_log *log)
{
    uint64_t ours = j->base.last_written.ticks, theirs = log->base.last_written.ticks;

    if (!j->base.checksum_ok) /* nothing to compare with */
        return true;
    return same_name(&j->base, log, &j->rc) && same_manager(j->a->bytes, log) &&
           (log->kind == AC_LOG_OLD || ours == 0 || theirs == 0 || ours == theirs);
}

bool ac_hive_log_belongs(struct ac_view hive, const struct ac_log *log)
{
    struct ac_hive_base base;
    enum ac_rc rc = AC_OK;

    if (hive.n < AC_HIVE_BASE_BLOCK)
        return false;
    ac_hive_read_base(hive, &base);
    return base.checksum_ok && same_name(&base, log, &rc) && same_manager(hive, log) && rc == AC_OK;
}

/* Is the companion called "....LOG", and not ".LOG1" or ".LOG2"? */
static bool is_single(const char *name)
{
    return ac_str_iends(ac_str_of(name), AC_STR(".LOG"));
}

/* Opens the logs: LOG1 and LOG2 in this order, or LOG alone. False: none is usable. */
static bool open_logs(struct job *j, bool single, bool loud)
{
    j->n = 0;
    for (size_t i = 0; i < j->a->n_logs && j->n < MOST_LOGS && j->rc == AC_OK; i++) {
        const struct ac_companion *c = &j->a->logs[i];
        struct ac_err err = {0};
        enum ac_rc rc;

        if (is_single(c->name) != single)
            continue;
        rc = ac_log_open(c->bytes, &j->logs[j->n], &err);
        if (rc != AC_OK) {
            if (loud && rc != AC_NOT_FOUND)
                tell_err(j, c->name, not_applied, &err);
        } else if (!is_of_this_hive(j, &j->logs[j->n])) {
            if (loud)
                tell(j, c->name, AC_CORRUPT, 48, not_applied,
                     "this is the log of another hive: file name, resource manager or time differ");
        } else {
            j->names[j->n++] = c->name;
        }
    }
    return j->n > 0 && j->rc == AC_OK;
}

/* ---- the copy */

static bool spend(struct job *j, uint64_t steps)
{
    if (j->rc == AC_OK && !ac_budget_spend(j->budget, steps))
        j->rc = AC_LIMIT;
    return j->rc == AC_OK;
}

/* A copy of the hive with room for `n` bytes. The base block comes from `log` if it is damaged. */
static bool make_copy(struct job *j, uint64_t n, const struct ac_log *log)
{
    struct ac_hive_replay *r = j->out;
    size_t have = r->before.n;

    if (n < have)
        n = have;
    r->n_pages = (size_t)(n / AC_LOG_SECTOR + 1);
    r->own = ac_malloc((size_t)n);
    r->pages = ac_calloc(r->n_pages, sizeof(*r->pages));
    if (!r->own || !r->pages) {
        j->rc = AC_NOMEM;
        return false;
    }
    memcpy(r->own, r->before.p, have);
    memset(r->own + have, 0, (size_t)n - have);
    if (!j->base.checksum_ok)
        memcpy(r->own, log->bytes.p, AC_LOG_SECTOR);
    r->bytes = (struct ac_view){r->own, (size_t)n, 0};
    return true;
}

static void apply_page(struct job *j, const struct ac_log_page *page, const char *log,
                       uint32_t sequence)
{
    struct ac_hive_replay *r = j->out;
    uint64_t at = (uint64_t)page->place + AC_HIVE_BASE_BLOCK, last;
    struct ac_hive_patch *p;

    if (!spend(j, 1 + page->bytes.n / 256))
        return;
    if (ac_grow((void **)&r->patches, &r->cap, r->n + 1, sizeof(*r->patches)) != 0) {
        j->rc = AC_NOMEM;
        return;
    }
    memcpy(r->own + at, page->bytes.p, page->bytes.n);
    p = &r->patches[r->n++];
    *p = (struct ac_hive_patch){at, page->bytes.n, log, sequence};
    last = (at + page->bytes.n - 1) / AC_LOG_SECTOR;
    for (uint64_t i = at / AC_LOG_SECTOR; i <= last; i++)
        r->pages[i] = (uint32_t)r->n;
}

/* The base block of a hive that was written to its end. */
static void finish_base(struct job *j, uint32_t sequence, uint32_t bins_size)
{
    uint8_t *p = j->out->own;
    const uint32_t words[][2] = {
        {4, sequence}, {8, sequence}, {28, 0}, {40, bins_size}}; /* 28: file type, primary */

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        for (unsigned k = 0; k < 4; k++)
            p[words[i][0] + k] = (uint8_t)(words[i][1] >> 8 * k);
    }
    for (unsigned k = 0; k < 4; k++)
        p[508 + k] = (uint8_t)(ac_hive_checksum(p) >> 8 * k);
}

/* ---- new format */

struct chain {
    struct ac_log_entry *items; /* Owned */
    const char **names;         /* Owned: of the log of each */
    size_t n, cap, names_cap;
    uint64_t end; /* bytes that the hive must have */
};

static void add_entry(struct job *j, struct chain *c, const struct ac_log_entry *e,
                      const char *name)
{
    struct ac_log_page page;
    uint32_t at = 0;
    size_t used = 0;

    if (ac_grow((void **)&c->items, &c->cap, c->n + 1, sizeof(*c->items)) != 0 ||
        ac_grow((void **)&c->names, &c->names_cap, c->n + 1, sizeof(*c->names)) != 0) {
        j->rc = AC_NOMEM;
        return;
    }
    c->items[c->n] = *e;
    c->names[c->n++] = name;
    while (spend(j, 1) && ac_log_entry_page(e, &at, &used, &page)) {
        uint64_t end = (uint64_t)page.place + page.bytes.n + AC_HIVE_BASE_BLOCK;

        c->end = end > c->end ? end : c->end;
    }
}

/* Takes the entries of one log, up to its end or the first bad one (which is told). */
static bool chain_log(struct job *j, struct chain *c, const struct ac_log *log, const char *name)
{
    uint64_t offset = AC_LOG_SECTOR;
    uint32_t expected = log->base.primary;
    struct ac_log_entry e;
    struct ac_err err = {0};
    enum ac_rc rc = AC_OK;

    while (j->rc == AC_OK) {
        rc = ac_log_entry_at(log, offset, expected, &e, &err);
        if (rc != AC_OK)
            break;
        if (!spend(j, 1 + e.size / 256)) /* hashing costs */
            break;
        add_entry(j, c, &e, name);
        offset += e.size;
        expected++;
    }
    if (rc == AC_NOT_FOUND && offset == AC_LOG_SECTOR)
        tell(j, name, AC_CORRUPT, offset, not_applied,
             "the log has no entry %u, with which it should begin", expected);
    else if (rc != AC_OK && rc != AC_NOT_FOUND)
        tell_err(j, name, c->n ? applied_in_part : not_applied, &err);
    return rc == AC_NOT_FOUND && offset > AC_LOG_SECTOR && j->rc == AC_OK;
}

static void drop_log(struct job *j, size_t i)
{
    j->n--;
    memmove(&j->logs[i], &j->logs[i + 1], (j->n - i) * sizeof(j->logs[0]));
    memmove(&j->names[i], &j->names[i + 1], (j->n - i) * sizeof(j->names[0]));
}

/* Keeps the logs of the new format that go on from the hive, the earlier one first. */
static void order_new(struct job *j)
{
    for (size_t i = 0; i < j->n;) {
        uint32_t first = j->logs[i].base.primary;

        if (j->logs[i].kind != AC_LOG_NEW ||
            (j->base.checksum_ok && ac_sequence_after(j->base.secondary, first)))
            drop_log(j, i); /* older than the hive: nothing in it is missing there */
        else
            i++;
    }
    if (j->n == 2 && ac_sequence_after(j->logs[0].base.primary, j->logs[1].base.primary)) {
        struct ac_log log = j->logs[0];
        const char *name = j->names[0];

        drop_log(j, 0);
        j->logs[1] = log;
        j->names[1] = name;
        j->n = 2;
    }
    if (!j->base.checksum_ok && j->n == 2)
        drop_log(j, 0); /* as Windows: the later one alone */
}

static void apply_chain(struct job *j, const struct chain *c, const struct ac_log *log)
{
    const struct ac_log_entry *last = &c->items[c->n - 1];

    if (c->end > AC_MAX_ARTEFACT) {
        tell(j, c->names[0], AC_LIMIT, AC_NO_OFFSET, not_applied,
             "the log lets the hive grow to %llu bytes, more than are read",
             (unsigned long long)c->end);
        return;
    }
    if (!make_copy(j, c->end, log))
        return;
    for (size_t i = 0; i < c->n && j->rc == AC_OK; i++) {
        struct ac_log_page page;
        uint32_t at = 0;
        size_t used = 0;

        while (j->rc == AC_OK && ac_log_entry_page(&c->items[i], &at, &used, &page))
            apply_page(j, &page, c->names[i], c->items[i].sequence);
        j->out->entries++;
        j->out->logs += i == 0 || c->names[i] != c->names[i - 1];
    }
    finish_base(j, last->sequence + 1, last->bins_size);
}

static void replay_new(struct job *j)
{
    struct chain c = {0};
    bool whole = true;

    order_new(j);
    for (size_t i = 0; i < j->n && whole; i++) {
        uint32_t first = j->logs[i].base.primary;

        if (c.n > 0 && first != c.items[c.n - 1].sequence + 1) {
            tell(j, j->names[i], AC_CORRUPT, 4, not_applied,
                 "a gap between the logs: this one begins with entry %u, the other ends with %u",
                 first, c.items[c.n - 1].sequence);
            break;
        }
        whole = chain_log(j, &c, &j->logs[i], j->names[i]);
        if (!whole && i + 1 < j->n)
            tell(j, j->names[i + 1], AC_CORRUPT, 4, not_applied,
                 "not applied, because the log before it is damaged");
    }
    if (c.n > 0 && j->rc == AC_OK)
        apply_chain(j, &c, &j->logs[0]);
    ac_free(c.items);
    ac_free(c.names);
}

/* ---- old format */

/* The newest log that is not older than the hive, or NULL. */
static const struct ac_log *choose_old(struct job *j, const char **ret_name)
{
    const struct ac_log *best = NULL;

    for (size_t i = 0; i < j->n; i++) {
        const struct ac_log *log = &j->logs[i];

        if (log->kind != AC_LOG_OLD)
            continue;
        if (j->base.checksum_ok && log->base.last_written.ticks < j->base.last_written.ticks) {
            tell(j, j->names[i], AC_CORRUPT, 12, not_applied, "the log is older than the hive");
        } else if (!best || log->base.last_written.ticks > best->base.last_written.ticks) {
            best = log;
            *ret_name = j->names[i];
        }
    }
    return best;
}

/* Bytes of the hive that all pages of the log need; false (and told) if one is not there. */
static bool measure_old(struct job *j, const struct ac_log *log, const char *name, uint64_t *ret)
{
    uint32_t bit = 0, used = 0;
    struct ac_log_page page = {0};
    enum ac_rc rc;

    *ret = 0;
    do {
        rc = ac_log_old_page(log, &bit, &used, &page);
        if (rc == AC_OK)
            *ret = (uint64_t)page.place + AC_LOG_SECTOR + AC_HIVE_BASE_BLOCK;
    } while (rc == AC_OK && spend(j, 1));
    if (rc == AC_TRUNCATED)
        tell(j, name, rc, log->bytes.n, not_applied,
             "the log ends before its dirty page %u; none of its pages was applied", used);
    return rc == AC_NOT_FOUND && used > 0 && j->rc == AC_OK;
}

static void replay_old(struct job *j)
{
    const char *name = NULL;
    const struct ac_log *log = choose_old(j, &name);
    struct ac_log_page page;
    uint32_t bit = 0, used = 0;
    uint64_t end;

    if (!log || !measure_old(j, log, name, &end) || !make_copy(j, end, log))
        return;
    while (j->rc == AC_OK && ac_log_old_page(log, &bit, &used, &page) == AC_OK)
        apply_page(j, &page, name, log->base.primary);
    j->out->entries = j->out->logs = 1;
    memcpy(j->out->own + 12, log->bytes.p + 12, 16); /* time, version */
    memcpy(j->out->own + 36, log->bytes.p + 36, 4);  /* root */
    finish_base(j, log->base.primary, log->base.bins_size);
}

/* ---- */

/* Is there an entry that the hive does not have yet? Its number. */
static bool newer_entry(struct job *j, const struct ac_log *log, uint32_t *ret)
{
    uint64_t offset = AC_LOG_SECTOR;
    uint32_t expected = log->base.primary;
    struct ac_log_entry e;

    while (spend(j, 1) && ac_log_entry_at(log, offset, expected, &e, NULL) == AC_OK) {
        if (!ac_sequence_after(j->base.secondary, expected)) {
            *ret = expected;
            return true;
        }
        if (!spend(j, e.size / 256))
            break;
        offset += e.size;
        expected++;
    }
    return false;
}

/* Windows ignores the logs of a clean hive; what is newer than it must not be kept quiet. */
static void look_at_logs_of_clean(struct job *j)
{
    for (int single = 0; single < 2; single++) {
        open_logs(j, single, false);
        for (size_t i = 0; i < j->n && j->rc == AC_OK; i++) {
            uint32_t entry;

            if (j->logs[i].kind == AC_LOG_NEW && newer_entry(j, &j->logs[i], &entry))
                tell(j, j->names[i], AC_UNSUPPORTED, AC_LOG_SECTOR,
                     "shown is the hive as Windows would load it; the newer changes in this log "
                     "are not in the report",
                     "by its header the hive holds all changes (sequence number %u), but this log "
                     "has "
                     "entry %u and "
                     "possibly more",
                     j->base.secondary, entry);
        }
    }
}

static void replay_dirty(struct job *j)
{
    for (int single = 0; single < 2 && j->out->own == NULL && j->rc == AC_OK; single++) {
        if (open_logs(j, single, true))
            replay_new(j);
        if (j->out->own == NULL && open_logs(j, single, false))
            replay_old(j);
    }
    if (j->out->own == NULL && j->base.dirty)
        tell(j, NULL, AC_UNSUPPORTED, 4,
             "changes may stand in transaction logs, but no usable transaction log lies beside it; "
             "values may be older than the last state",
             "the hive is dirty: sequence numbers %u and %u differ", j->base.primary,
             j->base.secondary);
}

enum ac_rc ac_hive_replay(const struct ac_artefact *a, const struct ac_replay_watch *watch,
                          struct ac_budget *budget, struct ac_hive_replay *ret, struct ac_err *err)
{
    struct job j = {.a = a, .watch = watch, .budget = budget, .out = ret};

    *ret = (struct ac_hive_replay){.bytes = a->bytes, .before = a->bytes};
    if (a->bytes.n < AC_HIVE_BASE_BLOCK)
        return AC_OK; /* no hive; opening it says so */
    ac_hive_read_base(a->bytes, &j.base);
    if (!j.base.checksum_ok)
        j.base.dirty = j.base.dirty && memcmp(a->bytes.p, "regf", 4) == 0;
    if (j.base.dirty || !j.base.checksum_ok)
        replay_dirty(&j);
    else
        look_at_logs_of_clean(&j);
    if (j.rc == AC_OK)
        return AC_OK;
    ac_hive_replay_free(ret);
    return AC_FAIL(err, j.rc, AC_NO_OFFSET, "replaying the transaction logs ended early");
}

void ac_hive_replay_free(struct ac_hive_replay *r)
{
    ac_free(r->own);
    ac_free(r->patches);
    ac_free(r->pages);
    *r = (struct ac_hive_replay){.bytes = r->before, .before = r->before};
}

const struct ac_hive_patch *ac_hive_replay_patch(const struct ac_hive_replay *r, uint64_t offset,
                                                 uint64_t n)
{
    uint32_t patch = 0;

    if (!r->own || n == 0 || offset > r->bytes.n || n > r->bytes.n - offset)
        return NULL;
    for (uint64_t i = offset / 512; i <= (offset + n - 1) / 512; i++)
        patch = r->pages[i] > patch ? r->pages[i] : patch;
    if (patch == 0)
        return NULL;
    if (offset + n <= r->before.n && memcmp(r->own + offset, r->before.p + offset, (size_t)n) == 0)
        return NULL;
    return &r->patches[patch - 1];
}
