#include "build_bits.h"

#include <stdio.h>
#include <string.h>

#define FILE_MARK "13F72BC84099124A9F1A3AAEBD894EEA"
#define QUEUE_MARK "47445F00A9BDBA449851C47BB6C07ACE"
#define TRANSFERS_MARK "36DA56776F515A43ACAC44A248FFF34D"
#define WINDOWS_7 "8C93EA64030F6840B46FF97FE51D4DCD"
#define DATABASE_FILE_MARK "E4CF9E5146D99743B73E268513051AB2"

void fx_bits_hex(struct ac_buf *out, const char *hex)
{
    unsigned byte;

    for (; sscanf(hex, "%2x", &byte) == 1; hex += 2)
        fx_u8(out, byte);
}

/* The number of characters with the NUL, then both; NULL is none at all. */
static void text(struct ac_buf *out, const char *utf8)
{
    struct ac_buf wide = {0};

    if (!utf8) {
        fx_le32(out, 0);
        return;
    }
    fx_utf16z(&wide, utf8);
    fx_le32(out, (uint32_t)wide.n / 2);
    ac_buf_add(out, wide.p, wide.n);
    ac_buf_free(&wide);
}

static void control(struct ac_buf *out, const struct fx_bits_job *j)
{
    fx_bits_hex(out, j->mark ? j->mark : WINDOWS_7);
    fx_le32(out, j->type);
    fx_le32(out, j->priority);
    fx_le32(out, j->state);
    fx_le32(out, 0);
    ac_buf_add(out, j->id, 16);
    text(out, j->name);
    text(out, j->description);
    text(out, j->program);
    text(out, j->parameters);
    text(out, j->sid);
    fx_le32(out, j->flags);
    for (int i = 0; i < 60; i++) /* an access token */
        fx_u8(out, (unsigned)i * 7);
    fx_bits_hex(out, TRANSFERS_MARK);
    fx_le32(out, (uint32_t)j->n_files);
}

static void metadata(struct ac_buf *out, const struct fx_bits_job *j)
{
    fx_bits_hex(out, TRANSFERS_MARK);
    fx_le32(out, j->errors);
    for (size_t i = 0; i < j->errors * j->error_bytes; i++)
        fx_u8(out, 0x80);
    fx_le32(out, 0);       /* transient errors */
    fx_le32(out, 600);     /* retry delay */
    fx_le32(out, 1209600); /* time-out */
    fx_le64(out, fx_time(j->created));
    fx_le64(out, fx_time(j->modified));
    fx_le64(out, 0);
    fx_zero(out, 14);
    fx_le64(out, 0);
    fx_le64(out, 0);
}

static void file(struct ac_buf *out, const struct fx_bits_file *f)
{
    text(out, f->local);
    text(out, f->remote);
    text(out, f->temporary);
    fx_le64(out, f->size);
    fx_le64(out, f->transferred);
    fx_u8(out, 1);
    text(out, "C:\\");
    text(out, "\\\\?\\Volume{00000000-0000-0000-0000-000000000001}\\");
}

void fx_bits_job(struct ac_buf *out, const struct fx_bits_job *j)
{
    control(out, j);
    for (size_t i = 0; i < j->n_files; i++) {
        file(out, &j->files[i]);
        fx_zero(out, 29); /* what the documents do not explain */
        fx_le32(out, 3);
    }
    metadata(out, j);
    fx_bits_hex(out, j->mark ? j->mark : WINDOWS_7);
}

void fx_bits_queue(struct ac_buf *out, const struct fx_bits_job *jobs, size_t n,
                   const struct ac_buf *rest)
{
    fx_bits_hex(out, "28132F4F1D3A6044A0F1F5D5E8B8A3C1");
    fx_bits_hex(out, FILE_MARK QUEUE_MARK);
    fx_le32(out, (uint32_t)n);
    for (size_t i = 0; i < n; i++)
        fx_bits_job(out, &jobs[i]);
    fx_bits_hex(out, QUEUE_MARK);
    fx_le32(out, 0);
    fx_bits_hex(out, FILE_MARK);
    if (rest)
        ac_buf_add(out, rest->p, rest->n);
    fx_zero(out, 64);
}

void fx_bits_job_blob(struct ac_buf *out, const struct fx_bits_job *j, const char *const *ids)
{
    control(out, j);
    for (size_t i = 0; i < j->n_files; i++)
        ac_buf_add(out, ids[i], 16);
    metadata(out, j);
}

void fx_bits_file_blob(struct ac_buf *out, const struct fx_bits_file *f)
{
    fx_bits_hex(out, DATABASE_FILE_MARK);
    file(out, f);
    fx_zero(out, 40);
}
