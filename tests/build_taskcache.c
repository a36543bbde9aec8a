#include "build_taskcache.h"

#include <string.h>

static void filler(struct ac_buf *b, size_t from)
{
    while ((b->n - from) % 8)
        fx_u8(b, 0x48); /* what Windows leaves there */
}

static size_t utf16_bytes(const char *text, bool nul)
{
    struct ac_buf b = {0};
    size_t n;

    if (nul)
        fx_utf16z(&b, text);
    else
        fx_utf16(&b, text);
    n = b.n;
    ac_buf_free(&b);
    return n;
}

void fx_tc_text(struct ac_buf *b, const char *text)
{
    fx_le32(b, (uint32_t)utf16_bytes(text, false));
    fx_utf16(b, text);
}

void fx_tc_actions(struct ac_buf *b, unsigned version, const char *context)
{
    fx_le16(b, version);
    if (version >= 2)
        fx_tc_text(b, context);
}

void fx_tc_exec(struct ac_buf *b, unsigned version, const char *command, const char *arguments,
                const char *directory)
{
    fx_le16(b, 0x6666);
    fx_tc_text(b, "");
    fx_tc_text(b, command);
    fx_tc_text(b, arguments);
    fx_tc_text(b, directory);
    if (version >= 3)
        fx_le16(b, 0);
}

void fx_tc_com(struct ac_buf *b, const uint8_t class_id[16], const char *data)
{
    fx_le16(b, 0x7777);
    fx_tc_text(b, "");
    ac_buf_add(b, class_id, 16);
    fx_tc_text(b, data);
}

void fx_tc_block32(struct ac_buf *b, uint32_t n)
{
    fx_le32(b, n);
    fx_le32(b, 0x48484848);
}

static void block8(struct ac_buf *b, unsigned n)
{
    fx_u8(b, n);
    for (int i = 0; i < 7; i++)
        fx_u8(b, 0x48);
}

static void block_text(struct ac_buf *b, const char *text)
{
    size_t n = text && text[0] ? utf16_bytes(text, true) : 0, from;

    fx_tc_block32(b, (uint32_t)n);
    from = b->n;
    if (n)
        fx_utf16z(b, text);
    filler(b, from);
}

static void tstime(struct ac_buf *b, const char *time, bool utc)
{
    block8(b, time && !utc ? 1 : 0);
    fx_le64(b, time ? fx_time(time) : UINT64_MAX);
}

static void settings(struct ac_buf *b, unsigned n)
{
    size_t from;

    fx_tc_block32(b, n);
    from = b->n;
    if (n >= 0x2c) {
        fx_le32(b, 600);    /* idle duration */
        fx_le32(b, 3600);   /* idle wait */
        fx_le32(b, 259200); /* execution time limit */
        fx_le32(b, 86400);  /* delete after */
        fx_le32(b, 7);
    }
    fx_pad_to(b, from + n);
    filler(b, from);
}

void fx_tc_bucket(struct ac_buf *b, const struct fx_tc_bucket *k)
{
    size_t from;

    block8(b, k->version);
    tstime(b, NULL, false);
    tstime(b, NULL, false);
    fx_tc_block32(b, k->flags);
    fx_tc_block32(b, 0x11223344);
    if (k->version >= 0x16)
        block_text(b, k->principal);
    if (k->version >= 0x17)
        block_text(b, k->display);
    block8(b, 0);
    block8(b, k->sid ? 0 : 1);
    if (k->sid) {
        fx_tc_block32(b, k->sid_type);
        fx_tc_block32(b, (uint32_t)k->sid_n);
        from = b->n;
        ac_buf_add(b, k->sid, k->sid_n);
        filler(b, from);
    }
    block_text(b, k->account);
    settings(b, k->settings);
}

static void trigger_id(struct ac_buf *b, unsigned version, const char *id)
{
    size_t from = b->n;

    if (version < 0x16)
        return;
    fx_tc_text(b, id ? id : "");
    filler(b, from);
}

void fx_tc_trigger(struct ac_buf *b, unsigned version, uint32_t magic, const struct fx_tc_when *w)
{
    fx_tc_block32(b, magic);
    tstime(b, w->start, w->utc);
    tstime(b, w->end, w->utc);
    fx_le32(b, w->delay);
    fx_le32(b, w->limit ? w->limit : UINT32_MAX);
    fx_le32(b, w->interval);
    fx_le32(b, w->duration);
    fx_le32(b, w->duration);
    fx_u8(b, w->stop);
    fx_zero(b, 3);
    block8(b, !w->disabled);
    fx_zero(b, 8);
    trigger_id(b, version, w->id);
}

void fx_tc_time(struct ac_buf *b, unsigned version, const struct fx_tc_when *w, uint32_t mode,
                unsigned d1, unsigned d2, unsigned d3)
{
    fx_tc_block32(b, 0xDDDD);
    tstime(b, w->start, w->utc);
    tstime(b, w->end, w->utc);
    tstime(b, NULL, false);
    fx_le32(b, w->interval);
    fx_le32(b, w->duration);
    fx_le32(b, w->limit ? w->limit : UINT32_MAX);
    fx_le32(b, mode);
    fx_le16(b, d1);
    fx_le16(b, d2);
    fx_le16(b, d3);
    fx_le16(b, 0);
    fx_u8(b, w->stop);
    fx_u8(b, !w->disabled);
    fx_le16(b, 0x1504);
    fx_le32(b, 1);
    fx_le32(b, w->delay);
    fx_le32(b, 0);
    trigger_id(b, version, w->id);
}

void fx_tc_no_user(struct ac_buf *b)
{
    block8(b, 1);
}

void fx_tc_counted(struct ac_buf *b, const char *text)
{
    size_t n = utf16_bytes(text, false) / 2, from;

    fx_tc_block32(b, (uint32_t)n);
    from = b->n;
    if (n)
        fx_utf16z(b, text);
    filler(b, from);
}

void fx_tc_dynamic(struct ac_buf *b, const char *created, const char *last_run, uint32_t error,
                   const char *last_success)
{
    fx_le32(b, 3);
    fx_le64(b, created ? fx_time(created) : 0);
    fx_le64(b, last_run ? fx_time(last_run) : 0);
    fx_le32(b, 0);
    fx_le32(b, error);
    fx_le64(b, last_success ? fx_time(last_success) : 0);
}
