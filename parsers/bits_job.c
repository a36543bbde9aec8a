/* BITS jobs and files as they are stored, and their records. */
#include "bits_parts.h"

#include "base/limits.h"
#include "base/set.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MOST_CHARACTERS 32768
#define ERROR_BYTES_OLD 25 /* of one entry in the list of errors */
#define ERROR_BYTES 21
#define TIMES_LEAST UINT64_C(116444736000000000) /* 1970 */
#define TIMES_MOST UINT64_C(157469184000000000)  /* 2100 */

const uint8_t ac_bits_mark_queue_file[AC_BITS_GUID] = {
    0x13, 0xF7, 0x2B, 0xC8, 0x40, 0x99, 0x12, 0x4A, 0x9F, 0x1A, 0x3A, 0xAE, 0xBD, 0x89, 0x4E, 0xEA};
const uint8_t ac_bits_mark_queue[AC_BITS_GUID] = {0x47, 0x44, 0x5F, 0x00, 0xA9, 0xBD, 0xBA, 0x44,
                                                  0x98, 0x51, 0xC4, 0x7B, 0xB6, 0xC0, 0x7A, 0xCE};
const uint8_t ac_bits_mark_transfers[AC_BITS_GUID] = {
    0x36, 0xDA, 0x56, 0x77, 0x6F, 0x51, 0x5A, 0x43, 0xAC, 0xAC, 0x44, 0xA2, 0x48, 0xFF, 0xF3, 0x4D};
const uint8_t ac_bits_mark_file[AC_BITS_GUID] = {0xE4, 0xCF, 0x9E, 0x51, 0x46, 0xD9, 0x97, 0x43,
                                                 0xB7, 0x3E, 0x26, 0x85, 0x13, 0x05, 0x1A, 0xB2};
/* Windows 2003 to 8.1, then 10. */
const uint8_t ac_bits_marks_job[][AC_BITS_GUID] = {
    {0x93, 0x36, 0x20, 0x35, 0xA0, 0x0C, 0x10, 0x4A, 0x84, 0xF3, 0xB1, 0x7E, 0x7B, 0x49, 0x9C,
     0xD7},
    {0x10, 0x13, 0x70, 0xC8, 0x36, 0x53, 0xB3, 0x41, 0x83, 0xE5, 0x81, 0x55, 0x7F, 0x36, 0x1B,
     0x87},
    {0x8C, 0x93, 0xEA, 0x64, 0x03, 0x0F, 0x68, 0x40, 0xB4, 0x6F, 0xF9, 0x7F, 0xE5, 0x1D, 0x4D,
     0xCD},
    {0xB3, 0x46, 0xED, 0x3D, 0x3B, 0x10, 0xF9, 0x44, 0xBC, 0x2F, 0xE8, 0x37, 0x8B, 0xD3, 0x19,
     0x86},
    {0x74, 0xE7, 0x0C, 0x81, 0xD2, 0xBB, 0xCC, 0x48, 0x9E, 0x47, 0x86, 0x2E, 0x8D, 0x58, 0xF3,
     0xC6},
    {0xA1, 0x56, 0x09, 0xE1, 0x43, 0xAF, 0xC9, 0x42, 0x92, 0xE6, 0x6F, 0x98, 0x56, 0xEB, 0xA7,
     0xF6},
    {0x9F, 0x95, 0xD4, 0x4C, 0x64, 0x70, 0xF2, 0x4B, 0x84, 0xD7, 0x47, 0x6A, 0x7E, 0x62, 0x69,
     0x9F},
    {0xF1, 0x19, 0x26, 0xA9, 0x32, 0x03, 0xBF, 0x4C, 0x94, 0x27, 0x89, 0x88, 0x18, 0x95, 0x88,
     0x31},
    {0xC1, 0x33, 0xBC, 0xDD, 0xFB, 0x5A, 0xAF, 0x4D, 0xB8, 0xA1, 0x22, 0x68, 0xB3, 0x9D, 0x01,
     0xAD},
    {0xD0, 0x57, 0x56, 0x8F, 0x2C, 0x01, 0x3E, 0x4E, 0xAD, 0x2C, 0xF4, 0xA5, 0xD7, 0x65, 0x6F,
     0xAF},
    {0x50, 0x67, 0x41, 0x94, 0x57, 0x03, 0x1D, 0x46, 0xA4, 0xCC, 0x5D, 0xD9, 0x99, 0x07, 0x06,
     0xE4},
};
const size_t ac_bits_n_marks_job = sizeof(ac_bits_marks_job) / sizeof(ac_bits_marks_job[0]);

size_t ac_bits_find(struct ac_view v, size_t from, const uint8_t mark[AC_BITS_GUID])
{
    const uint8_t *hit = from < v.n ? memmem(v.p + from, v.n - from, mark, AC_BITS_GUID) : NULL;

    return hit ? (size_t)(hit - v.p) : v.n;
}

/* ---- reading */

/* A counted text, its last NUL dropped; moves *at behind it. */
static bool read_text(struct ac_view v, size_t *at, struct ac_view *ret)
{
    uint32_t n;

    if (ac_rd_le32(v, *at, &n) != AC_OK || n > MOST_CHARACTERS ||
        ac_view_cut(v, *at + 4, (size_t)n * 2, ret) != AC_OK)
        return false;
    *at += 4 + (size_t)n * 2;
    if (n > 0 && ac_le16(ret->p + ret->n - 2) == 0)
        ret->n -= 2;
    return true;
}

static bool begins(struct ac_view text, const char *ascii)
{
    size_t n = strlen(ascii);

    if (text.n < n * 2)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (ac_le16(text.p + i * 2) != (uint8_t)ascii[i])
            return false;
    }
    return true;
}

bool ac_bits_job_read(struct ac_view v, size_t at, struct ac_bits_job *ret, size_t *ret_end)
{
    *ret = (struct ac_bits_job){0};
    if (!ac_view_has(v, at, 32))
        return false;
    ret->type = ac_le32(v.p + at);
    ret->priority = ac_le32(v.p + at + 4);
    ret->state = ac_le32(v.p + at + 8);
    ret->id = v.p + at + 16;
    at += 32;
    if (ret->type > 255 || ret->priority > 255 || ret->state > 255 ||
        !read_text(v, &at, &ret->name) || !read_text(v, &at, &ret->description) ||
        !read_text(v, &at, &ret->program) || !read_text(v, &at, &ret->parameters) ||
        !read_text(v, &at, &ret->sid) || !begins(ret->sid, "S-1-") ||
        ac_rd_le32(v, at, &ret->flags) != AC_OK)
        return false;
    *ret_end = at + 4;
    return true;
}

/* Where a file is written to: "C:\..." or "\\...", no folder. */
static bool is_local(struct ac_view text)
{
    return text.n >= 8 && (ac_le16(text.p + 2) == ':' || begins(text, "\\\\")) &&
           ac_le16(text.p + text.n - 2) != '\\';
}

bool ac_bits_file_read(struct ac_view v, size_t at, struct ac_bits_file *ret, size_t *ret_end)
{
    struct ac_view drive, volume;
    size_t end;

    if (!read_text(v, &at, &ret->local) || !is_local(ret->local) ||
        !read_text(v, &at, &ret->remote) || ret->remote.n == 0 ||
        !read_text(v, &at, &ret->temporary) || !ac_view_has(v, at, 17))
        return false;
    ret->size = ac_le64(v.p + at);
    ret->transferred = ac_le64(v.p + at + 8);
    at += 17;
    end = at;
    *ret_end = read_text(v, &end, &drive) && read_text(v, &end, &volume) ? end : at;
    return true;
}

static bool is_time(uint64_t ticks)
{
    return ticks >= TIMES_LEAST && ticks <= TIMES_MOST;
}

void ac_bits_times_read(struct ac_view v, size_t at, struct ac_bits_job *job)
{
    static const size_t sizes[] = {ERROR_BYTES_OLD, ERROR_BYTES};
    uint32_t errors;
    unsigned fits = 0;

    if (ac_rd_le32(v, at, &errors) != AC_OK || errors > AC_MAX_BITS_FILES)
        return;
    /* with errors stored, the only sign of their size is where times make sense */
    for (size_t i = errors ? 0 : 1; i < 2; i++) {
        size_t times = at + 4 + errors * sizes[i] + 12;

        if (!ac_view_has(v, times, 16) ||
            (errors && (!is_time(ac_le64(v.p + times)) || !is_time(ac_le64(v.p + times + 8)))))
            continue;
        job->created.ticks = ac_le64(v.p + times);
        job->modified.ticks = ac_le64(v.p + times + 8);
        fits++;
    }
    if (fits > 1)
        job->created.ticks = job->modified.ticks = 0;
}

/* ---- records */

bool ac_bits_spend(struct ac_bits_store *s, uint64_t steps)
{
    if (s->rc == AC_OK && !ac_budget_spend(s->budget, steps))
        s->rc = AC_FAIL(s->err, AC_LIMIT, AC_NO_OFFSET,
                        "the store takes more steps than one artefact may");
    return s->rc == AC_OK;
}

size_t ac_bits_transfers(struct ac_bits_store *s, struct ac_view v, size_t from)
{
    size_t end = from, mark;

    if (from < v.n)
        end = v.n - from < AC_MAX_BITS_GAP ? v.n : from + AC_MAX_BITS_GAP;
    mark = ac_bits_find((struct ac_view){v.p, end, v.base}, from, ac_bits_mark_transfers);
    ac_bits_spend(s, 1 + (mark > from ? mark - from : 0) / 64);
    return mark < end ? mark + AC_BITS_GUID : 0;
}

void ac_bits_complain(struct ac_bits_store *s, enum ac_rc class, uint64_t offset,
                      const char *effect, const char *what)
{
    if (s->rc == AC_OK)
        s->rc = ac_sink_problem(s->sink, ac_str_of(s->artefact->path), class, offset, effect, "%s",
                                what);
}

/* A number of a closed list, by name; one that the list does not have, as a number. */
static void put_word(struct ac_record *r, const char *field, const char *const *words, size_t n,
                     uint32_t value)
{
    char number[16];

    snprintf(number, sizeof(number), "%" PRIu32, value);
    ac_record_textz(r, field, value < n ? words[value] : number);
}

static void put_states(struct ac_record *r, const struct ac_bits_job *job)
{
    static const char *const types[] = {"download", "upload", "upload-reply"};
    static const char *const priorities[] = {"foreground", "high", "normal", "low"};
    static const char *const states[] = {"queued",      "connecting",   "transferring",
                                         "suspended",   "error",        "transient-error",
                                         "transferred", "acknowledged", "cancelled"};

    put_word(r, "job_type", types, 3, job->type);
    put_word(r, "job_state", states, 9, job->state);
    put_word(r, "priority", priorities, 4, job->priority);
    ac_record_int(r, "notify_flags", job->flags);
}

static void put_id(struct ac_record *r, const uint8_t *id)
{
    char text[40];

    snprintf(text, sizeof(text), "{%08" PRIX32 "-%04X-%04X-%02X%02X-%02X%02X%02X%02X%02X%02X}",
             ac_le32(id), ac_le16(id + 4), ac_le16(id + 6), id[8], id[9], id[10], id[11], id[12],
             id[13], id[14], id[15]);
    ac_record_textz(r, "job_id", text);
}

static void put_optional(struct ac_record *r, const char *field, struct ac_view text)
{
    if (text.n > 0)
        ac_record_utf16(r, field, text);
}

static void put_job(struct ac_bits_store *s, struct ac_record *r, const struct ac_bits_job *job)
{
    struct ac_buf command = {0};

    ac_buf_add(&command, job->program.p, job->program.n);
    if (job->parameters.n > 0) {
        if (command.n > 0)
            ac_buf_add(&command, " \0", 2);
        ac_buf_add(&command, job->parameters.p, job->parameters.n);
    }
    ac_record_utf16(r, "name", job->name);
    ac_record_utf16(r, "command", (struct ac_view){(const uint8_t *)command.p, command.n, 0});
    ac_record_utf16(r, "user", job->sid);
    put_optional(r, "executable", job->program);
    put_optional(r, "arguments", job->parameters);
    put_optional(r, "description", job->description);
    put_states(r, job);
    put_id(r, job->id);
    ac_record_time(r, "created", job->created);
    ac_record_time(r, "modified", job->modified);
    if (command.failed && s->rc == AC_OK)
        s->rc = AC_FAIL(s->err, AC_NOMEM, AC_NO_OFFSET, "no memory for a command");
    ac_buf_free(&command);
}

static void put_member(struct ac_bits_store *s, struct ac_record *r, json_t *o, size_t index,
                       const char *name, struct ac_view stored)
{
    struct ac_buf text = {0};
    bool exact = true;

    ac_text_from_utf16(stored, &text, &exact);
    ac_json_text(o, name, ac_buf_str(&text));
    if (!exact) {
        char field[64];

        snprintf(field, sizeof(field), "transfers[%zu].%s", index, name);
        ac_record_raw(r, field, stored);
    }
    if (text.failed && s->rc == AC_OK)
        s->rc = AC_FAIL(s->err, AC_NOMEM, AC_NO_OFFSET, "no memory for a name");
    ac_buf_free(&text);
}

static void put_file(struct ac_bits_store *s, struct ac_record *r, size_t index,
                     const struct ac_bits_file *f)
{
    json_t *o = json_object();

    put_member(s, r, o, index, "remote", f->remote);
    put_member(s, r, o, index, "local", f->local);
    if (f->temporary.n > 0)
        put_member(s, r, o, index, "temporary", f->temporary);
    if (f->size <= INT64_MAX)
        ac_json_int(o, "size", (int64_t)f->size);
    if (f->transferred <= INT64_MAX)
        ac_json_int(o, "transferred", (int64_t)f->transferred);
    ac_record_add_object(r, "transfers", o);
}

static void add_key(struct ac_buf *key, struct ac_view v)
{
    ac_buf_addf(key, "%zu:", v.n);
    ac_buf_add(key, v.p, v.n);
}

/* Was a job that says the same emitted? Its states and times may differ: older copies of a job are
 * everywhere in free space. */
static bool is_known(struct ac_bits_store *s, const struct ac_bits_job *job,
                     const struct ac_bits_file *files, size_t n)
{
    struct ac_buf key = {0};
    bool known = false;

    if (job) {
        add_key(&key, (struct ac_view){job->id, AC_BITS_GUID, 0});
        add_key(&key, job->name);
        add_key(&key, job->program);
        add_key(&key, job->parameters);
        add_key(&key, job->sid);
    }
    for (size_t i = 0; i < n; i++) {
        add_key(&key, files[i].remote);
        add_key(&key, files[i].local);
    }
    ac_bits_spend(s, key.n / 64);
    known = ac_set_has(s->seen, ac_buf_str(&key));
    if (s->rc == AC_OK && (key.failed || ac_set_put(s->seen, ac_buf_str(&key), 1) != AC_OK))
        s->rc = AC_FAIL(s->err, AC_NOMEM, AC_NO_OFFSET, "no memory for a list of jobs");
    ac_buf_free(&key);
    return known;
}

void ac_bits_emit(struct ac_bits_store *s, const struct ac_bits_job *job,
                  const struct ac_bits_file *files, size_t n, const char *state, uint64_t offset)
{
    struct ac_record *r;

    if (!ac_bits_spend(s, 4 + n))
        return;
    if (is_known(s, job, files, n) && strcmp(state, "live") != 0)
        return;
    r = ac_record_new(AC_KIND_AUTOSTART);
    ac_record_textz(r, "location", s->artefact->path);
    ac_record_textz(r, "mechanism", "bits-job");
    if (job) {
        put_job(s, r, job);
    } else {
        ac_record_textz(r, "name", "");
        ac_record_textz(r, "command", "");
        ac_record_textz(r, "user", "");
    }
    ac_record_empty(r, "transfers");
    for (size_t i = 0; i < n; i++)
        put_file(s, r, i, &files[i]);
    ac_record_prov_textz(r, "state", state);
    if (offset != AC_NO_OFFSET)
        ac_record_prov_int(r, "offset", (int64_t)offset);
    if (s->rc != AC_OK)
        ac_record_free(r);
    else
        s->rc = ac_sink_emit(s->sink, r, s->err);
}
