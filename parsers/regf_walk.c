/* The walk over all keys: explicit stack, each key cell once. */
#include "regf_inner.h"

#include "base/alloc.h"

struct level {
    struct ac_hive_subkeys list;
    size_t path_n; /* length of the path of the key whose subkeys these are */
};

struct walk {
    struct ac_hive *h;
    enum ac_rc (*visit)(void *context, const struct ac_hive_key *key, struct ac_str path);
    void *context;
    struct level *levels; /* Owned */
    size_t depth, cap;
    uint8_t *seen; /* Owned: one bit for each 8 bytes of the file */
    struct ac_buf path;
};

enum reached { FIRST_TIME, AGAIN, LOOP };

/* Remembers the key; says what it means when it was reached before. */
static enum reached reach(struct walk *w, const struct ac_hive_key *key)
{
    size_t place = key->cell / 8;
    uint8_t bit = (uint8_t)(1U << (place % 8));

    if (!(w->seen[place / 8] & bit)) {
        w->seen[place / 8] |= bit;
        return FIRST_TIME;
    }
    ac_hive_spend(w->h, w->depth / 16);
    for (size_t i = 0; i < w->depth; i++) {
        if (w->levels[i].list.owner == key->cell) {
            ac_hive_tell(w->h, AC_CORRUPT, key->offset,
                         "key loop: this key is listed among its own descendants");
            return LOOP;
        }
    }
    ac_hive_tell(w->h, AC_CORRUPT, key->offset,
                 "this key is listed more than once; its subkeys were read the first time only");
    return AGAIN;
}

static enum ac_rc enter(struct walk *w, const struct ac_hive_key *key, enum reached reached)
{
    enum ac_rc rc = w->visit(w->context, key, ac_buf_str(&w->path));

    if (rc != AC_OK || key->subkeys == 0 || reached == AGAIN)
        return rc;
    if (w->depth > AC_MAX_HIVE_DEPTH || w->path.n > AC_MAX_PATH_BYTES) {
        ac_hive_tell(w->h, AC_LIMIT, key->offset,
                     "keys are nested deeper than %d levels (or %d bytes of path); those below "
                     "this one were not read",
                     AC_MAX_HIVE_DEPTH, AC_MAX_PATH_BYTES);
        return w->h->rc;
    }
    if (ac_grow((void **)&w->levels, &w->cap, w->depth + 1, sizeof(*w->levels)) != 0)
        return AC_NOMEM;
    ac_hive_subkeys(w->h, key, &w->levels[w->depth].list);
    w->levels[w->depth++].path_n = w->path.n;
    return AC_OK;
}

static void cut_path(struct ac_buf *path, size_t n)
{
    if (path->n > n) {
        path->n = n;
        path->p[n] = '\0';
    }
}

static enum ac_rc run(struct walk *w, const struct ac_hive_key *from)
{
    enum ac_rc rc = enter(w, from, reach(w, from));
    struct ac_hive_key k;
    enum reached reached;

    while (rc == AC_OK && w->depth > 0) {
        struct level *top = &w->levels[w->depth - 1];

        cut_path(&w->path, top->path_n);
        if (!ac_hive_next_subkey(w->h, &top->list, &k)) {
            w->depth--;
            rc = w->h->rc;
            continue;
        }
        reached = reach(w, &k);
        if (reached == LOOP)
            continue;
        if (w->path.n > 0)
            ac_buf_addc(&w->path, '\\');
        ac_hive_name(k.name, k.latin1, &w->path, NULL);
        /* long paths cost what they are long */
        if (w->path.failed || !ac_hive_spend(w->h, w->path.n / 64))
            rc = w->path.failed ? AC_NOMEM : w->h->rc;
        else
            rc = enter(w, &k, reached);
    }
    return rc;
}

enum ac_rc ac_hive_walk(struct ac_hive *h, const struct ac_hive_key *from,
                        enum ac_rc (*visit)(void *context, const struct ac_hive_key *key,
                                            struct ac_str path),
                        void *context, struct ac_err *err)
{
    struct walk w = {.h = h, .visit = visit, .context = context};
    enum ac_rc rc = AC_NOMEM;

    w.seen = ac_calloc(h->bytes.n / 64 + 1, 1);
    if (w.seen)
        rc = run(&w, from);
    if (rc == AC_OK)
        rc = h->rc;
    ac_free(w.seen);
    ac_free(w.levels);
    ac_buf_free(&w.path);
    return rc == AC_OK ? AC_OK
                       : AC_FAIL(err, rc, AC_NO_OFFSET, "the walk over the keys ended early");
}
