#include "evidence/reader.h"

#include "base/alloc.h"
#include "base/limits.h"

#include <inttypes.h>

void ac_gaps_add(struct ac_gaps *g, uint64_t off, uint64_t len, const char *why)
{
    struct ac_gap *last = g->n ? &g->items[g->n - 1] : NULL;

    if (len == 0)
        return;
    if (last && off >= last->off && off <= last->off + last->len && last->why == why) {
        if (off + len > last->off + last->len)
            last->len = off + len - last->off;
        return;
    }
    if (g->n == AC_MAX_GAPS ||
        ac_grow((void **)&g->items, &g->cap, g->n + 1, sizeof(*g->items)) != 0) {
        uint64_t begin, end;

        if (!last)
            return;
        begin = off < last->off ? off : last->off;
        end = off + len > last->off + last->len ? off + len : last->off + last->len;
        *last = (struct ac_gap){begin, end - begin, last->why};
        return;
    }
    g->items[g->n++] = (struct ac_gap){off, len, why};
}

bool ac_gaps_overlap(const struct ac_gaps *g, uint64_t off, uint64_t len)
{
    for (size_t i = 0; i < g->n; i++) {
        if (off < g->items[i].off + g->items[i].len && g->items[i].off < off + len)
            return true;
    }
    return false;
}

uint64_t ac_gaps_bytes(const struct ac_gaps *g)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < g->n; i++)
        sum += g->items[i].len;
    return sum;
}

void ac_gaps_free(struct ac_gaps *g)
{
    ac_free(g->items);
    *g = (struct ac_gaps){0};
}

enum ac_rc ac_read(struct ac_reader *r, uint64_t off, void *buf, size_t n, struct ac_gaps *gaps,
                   struct ac_err *err)
{
    if (off > r->size || n > r->size - off)
        return AC_FAIL(err, AC_TRUNCATED, r->origin + off,
                       "%zu bytes asked for, %" PRIu64 " are there", n,
                       off > r->size ? 0 : r->size - off);
    return n == 0 ? AC_OK : r->read(r, off, buf, n, gaps, err);
}

void ac_reader_close(struct ac_reader *r)
{
    if (r && r->close)
        r->close(r);
}

struct window {
    struct ac_reader base;
    struct ac_reader *of;
    uint64_t off;
};

static enum ac_rc window_read(struct ac_reader *r, uint64_t off, void *buf, size_t n,
                              struct ac_gaps *gaps, struct ac_err *err)
{
    struct window *w = (struct window *)r;
    struct ac_gaps inner = {0};
    enum ac_rc rc = ac_read(w->of, w->off + off, buf, n, &inner, err);

    for (size_t i = 0; gaps && i < inner.n; i++)
        ac_gaps_add(gaps, inner.items[i].off - w->off, inner.items[i].len, inner.items[i].why);
    ac_gaps_free(&inner);
    return rc;
}

static void window_close(struct ac_reader *r)
{
    ac_free(r);
}

enum ac_rc ac_window_open(struct ac_reader *of, uint64_t off, uint64_t len, struct ac_reader **ret,
                          struct ac_err *err)
{
    struct window *w;

    if (off > of->size)
        return AC_FAIL(err, AC_TRUNCATED, off, "the volume begins behind the end of the image");
    w = ac_calloc(1, sizeof(*w));
    if (!w)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a volume");
    w->base.size = len < of->size - off ? len : of->size - off;
    w->base.origin = of->origin + off;
    w->base.read = window_read;
    w->base.close = window_close;
    w->of = of;
    w->off = off;
    *ret = &w->base;
    return AC_OK;
}
