/* Finding event filters, consumers and bindings in the pages of OBJECTS.DATA. */
#include "wmi_parts.h"

#include "base/alloc.h"
#include "base/limits.h"

#include <string.h>

#define DESCRIPTOR 16
#define MOST_DESCRIPTORS (AC_WMI_PAGE / DESCRIPTOR)

struct descriptor {
    uint32_t id, offset, size;
};

struct search {
    struct ac_wmi_job *j;
    uint32_t n_pages;  /* whole ones; a cut last page counts as one */
    uint16_t *carried; /* Owned: bytes at a page's beginning that go on with an object before it */
    bool full;         /* the limit of objects was told */
};

void ac_wmi_complain(struct ac_wmi_job *j, enum ac_rc class, uint64_t offset, const char *effect,
                     const char *what)
{
    if (j->rc == AC_OK)
        j->rc = ac_sink_problem(j->sink, ac_str_of(j->artefact->path), class, offset, effect, "%s",
                                what);
}

bool ac_wmi_spend(struct ac_wmi_job *j, uint64_t steps)
{
    if (j->rc == AC_OK && !ac_budget_spend(j->budget, steps))
        j->rc = AC_FAIL(j->err, AC_LIMIT, AC_NO_OFFSET,
                        "the repository takes more steps than one artefact may");
    return j->rc == AC_OK;
}

static struct ac_view page_of(const struct ac_wmi_job *j, uint32_t page)
{
    size_t at = (size_t)page * AC_WMI_PAGE, n;

    if (at >= j->v.n)
        return (struct ac_view){0};
    n = j->v.n - at < AC_WMI_PAGE ? j->v.n - at : AC_WMI_PAGE;
    return (struct ac_view){j->v.p + at, n, at};
}

/* The descriptors of a page up to the empty one; 0 if it has none that make sense. */
static size_t descriptors(struct ac_view page, struct descriptor out[MOST_DESCRIPTORS])
{
    for (size_t n = 0; ac_view_has(page, n * DESCRIPTOR, DESCRIPTOR); n++) {
        const uint8_t *p = page.p + n * DESCRIPTOR;
        struct descriptor d = {ac_le32(p), ac_le32(p + 4), ac_le32(p + 8)};

        if (d.id == 0 && d.offset == 0 && d.size == 0)
            return n;
        if (d.id == 0 || d.size == 0 || d.offset == 0 || d.offset >= AC_WMI_PAGE)
            return 0;
        out[n] = d;
    }
    return 0;
}

/* ---- one object */

static bool same_text(const struct ac_wmi_text *a, const struct ac_wmi_text *b)
{
    return ac_str_eq(ac_buf_str(&a->text), ac_buf_str(&b->text));
}

/* Says `o` nothing that one found before does not say? */
static bool is_known(struct ac_wmi_job *j, const struct ac_wmi_object *o)
{
    for (size_t i = 0; i < j->n && ac_wmi_spend(j, 1); i++) {
        const struct ac_wmi_object *k = &j->items[i];
        bool same = k->class == o->class;

        for (size_t p = 0; same && p < AC_WMI_PROPERTIES; p++) {
            if (o->texts[p].set || !o->incomplete)
                same = o->texts[p].set == k->texts[p].set && same_text(&o->texts[p], &k->texts[p]);
        }
        if (same)
            return true;
    }
    return false;
}

static bool says_nothing(const struct ac_wmi_object *o)
{
    for (size_t p = 0; p < AC_WMI_PROPERTIES; p++) {
        if (p != AC_WMI_CREATOR && o->texts[p].set && o->texts[p].text.n)
            return false;
    }
    return true;
}

static void keep(struct search *s, struct ac_wmi_object *o)
{
    struct ac_wmi_job *j = s->j;

    if (j->n >= AC_MAX_WMI_OBJECTS) {
        if (!s->full)
            ac_wmi_complain(j, AC_LIMIT, o->offset,
                            "event filters and consumers are missing from the report",
                            "more event filters, consumers and bindings than are read");
        s->full = true;
        ac_wmi_object_clear(o);
        return;
    }
    if (ac_grow((void **)&j->items, &j->cap, j->n + 1, sizeof(*j->items)) != 0) {
        ac_wmi_object_clear(o);
        j->rc = AC_FAIL(j->err, AC_NOMEM, o->offset, "no memory for an object");
        return;
    }
    j->items[j->n++] = *o;
}

/* Takes o, whose bytes are there. A remnant that makes no sense is none; an object in use that
 * makes none is told. */
static void take(struct search *s, struct ac_wmi_object *o, size_t digest)
{
    struct ac_wmi_job *j = s->j;
    bool found = o->page != AC_WMI_NO_PAGE;
    enum ac_rc rc = o->bytes.failed ? AC_NOMEM : ac_wmi_instance_decode(o, digest);

    if (rc == AC_NOMEM)
        j->rc = AC_FAIL(j->err, AC_NOMEM, o->offset, "no memory for an object");
    else if (found && (rc != AC_OK || (o->incomplete && o->state != AC_WMI_DELETED)))
        ac_wmi_complain(j, AC_CORRUPT, o->offset,
                        "what this event filter, consumer or binding says is not in the report, or "
                        "only in part",
                        "an object of the repository is damaged or not wholly there");
    if (j->rc != AC_OK || rc != AC_OK ||
        (o->state != AC_WMI_LIVE && (says_nothing(o) || is_known(j, o))) || j->rc != AC_OK) {
        ac_wmi_object_clear(o);
        return;
    }
    keep(s, o);
}

/* The bytes of an object that begins at `offset` of a page; what does not fit into it stands on the
 * logical pages that follow. */
static void gather(struct search *s, uint32_t page, struct descriptor d, struct ac_wmi_object *o)
{
    struct ac_wmi_job *j = s->j;
    const struct ac_wmi_map *map = &j->maps.objects;
    uint32_t logical = ac_wmi_map_logical(map, page), left = d.size, at = d.offset;

    while (left > 0) {
        struct ac_view v = page_of(j, page);
        size_t n = v.n > at ? v.n - at : 0;

        if (n > left)
            n = left;
        if (n > 0)
            ac_buf_add(&o->bytes, v.p + at, n);
        left -= (uint32_t)n;
        if (left == 0 || logical == AC_WMI_NO_PAGE || ++logical >= map->n ||
            map->pages[logical] == AC_WMI_NO_PAGE || n + at < AC_WMI_PAGE ||
            !ac_wmi_spend(j, AC_WMI_PAGE / 64)) /* copying costs too */
            break;
        page = map->pages[logical];
        at = 0;
    }
    o->incomplete = left > 0;
}

/* ---- pages */

static enum ac_wmi_state state_on(const struct ac_wmi_job *j, uint32_t page)
{
    if (!j->maps.objects.known)
        return AC_WMI_UNLINKED;
    return ac_wmi_map_logical(&j->maps.objects, page) != AC_WMI_NO_PAGE ? AC_WMI_LIVE
                                                                        : AC_WMI_DELETED;
}

/* The class of the object at a descriptor, 0 if it is none of ours. */
static size_t class_at(struct search *s, uint32_t page, struct descriptor d, enum ac_wmi_class *ret)
{
    struct ac_wmi_job *j = s->j;
    struct ac_wmi_object head = {0};
    struct ac_view v = page_of(j, page);
    size_t digest;

    d.size = d.size < AC_WMI_SHA256_BYTES ? d.size : AC_WMI_SHA256_BYTES;
    if (ac_view_cut(v, d.offset, d.size, &v) == AC_OK)
        return ac_wmi_class_of(&j->digests, v, ret);
    gather(s, page, d, &head);
    if (head.bytes.failed)
        j->rc = AC_FAIL(j->err, AC_NOMEM, d.offset, "no memory for an object");
    v = (struct ac_view){(const uint8_t *)head.bytes.p, head.bytes.n, 0};
    digest = ac_wmi_class_of(&j->digests, v, ret);
    ac_buf_free(&head.bytes);
    return digest;
}

static void read_object(struct search *s, uint32_t page, struct descriptor d)
{
    struct ac_wmi_job *j = s->j;
    struct ac_wmi_object o = {.state = state_on(j, page),
                              .offset = (uint64_t)page * AC_WMI_PAGE + d.offset,
                              .page = ac_wmi_map_logical(&j->maps.objects, page),
                              .id = d.id,
                              .size = d.size};
    size_t digest = class_at(s, page, d, &o.class);

    if (digest == 0 || j->rc != AC_OK)
        return;
    if (d.size > AC_MAX_WMI_OBJECT) {
        ac_wmi_complain(j, AC_LIMIT, o.offset,
                        "what this event filter, consumer or binding says is not in the report, or "
                        "only in part",
                        "an object is larger than objects are read");
        d.size = (uint32_t)AC_MAX_WMI_OBJECT;
    }
    gather(s, page, d, &o);
    take(s, &o, digest);
}

/* Pages that an object goes on to have no descriptors. */
static void mark_carried(struct search *s, uint32_t logical, struct descriptor d)
{
    const struct ac_wmi_map *map = &s->j->maps.objects;
    uint64_t left = (uint64_t)d.offset + d.size;

    for (left = left > AC_WMI_PAGE ? left - AC_WMI_PAGE : 0; left > 0 && ++logical < map->n;) {
        uint16_t n = left < AC_WMI_PAGE ? (uint16_t)left : AC_WMI_PAGE;

        if (!ac_wmi_spend(s->j, 1))
            return;
        if (map->pages[logical] < s->n_pages)
            s->carried[map->pages[logical]] = n;
        left -= n;
    }
}

static void read_page(struct search *s, uint32_t page, bool used)
{
    struct descriptor d[MOST_DESCRIPTORS];
    uint32_t logical = ac_wmi_map_logical(&s->j->maps.objects, page);
    size_t n = s->carried[page] ? 0 : descriptors(page_of(s->j, page), d);

    for (size_t i = 0; i < n && ac_wmi_spend(s->j, 1); i++) {
        if (used)
            mark_carried(s, logical, d[i]);
        read_object(s, page, d[i]);
    }
}

static void read_used_pages(struct search *s)
{
    const struct ac_wmi_map *map = &s->j->maps.objects;
    uint32_t behind = 0;

    for (uint32_t i = 0; i < map->n && ac_wmi_spend(s->j, 1); i++) {
        if (map->pages[i] == AC_WMI_NO_PAGE)
            continue;
        if (map->pages[i] < s->n_pages)
            read_page(s, map->pages[i], true);
        else
            behind++;
    }
    if (behind)
        ac_wmi_complain(s->j, AC_TRUNCATED, s->j->v.n,
                        "event filters and consumers are missing from the report",
                        "pages that are in use lie behind the end of the file");
}

/* ---- what no descriptor leads to */

static bool is_described(const struct search *s, uint32_t page, size_t at)
{
    struct descriptor d[MOST_DESCRIPTORS];
    size_t n;

    if (s->carried[page])
        return at < s->carried[page];
    n = descriptors(page_of(s->j, page), d);
    for (size_t i = 0; i < n; i++) {
        if (at >= d[i].offset && at - d[i].offset < d[i].size)
            return true;
    }
    return false;
}

/* Key paths of other objects contain the digests too: behind "CI_" or "KI_". */
static bool is_in_key(struct ac_view v, size_t at)
{
    return at >= 2 && v.p[at - 2] == '_' && v.p[at - 1] == 0;
}

static void carve(struct search *s, uint32_t page, size_t at, enum ac_wmi_class class,
                  size_t digest)
{
    struct ac_wmi_job *j = s->j;
    struct ac_view v = page_of(j, page);
    struct ac_wmi_object o = {.class = class,
                              .state = j->maps.objects.known ? AC_WMI_DELETED : AC_WMI_UNLINKED,
                              .offset = v.base + at,
                              .page = AC_WMI_NO_PAGE};
    uint32_t block;

    if (ac_rd_le32(v, at + digest + 16, &block) != AC_OK)
        return;
    block &= 0x3FFFFFFF;
    if (block > v.n - at - digest - 16) {
        block = (uint32_t)(v.n - at - digest - 16);
        o.incomplete = true;
    }
    ac_buf_add(&o.bytes, v.p + at, digest + 16 + block);
    take(s, &o, digest);
}

static void carve_page(struct search *s, uint32_t page, const uint8_t *digest, size_t n,
                       enum ac_wmi_class class)
{
    struct ac_view v = page_of(s->j, page);

    for (size_t at = 0; at < v.n && ac_wmi_spend(s->j, 1); at++) {
        const uint8_t *hit = memmem(v.p + at, v.n - at, digest, n);

        if (!hit)
            return;
        at = (size_t)(hit - v.p);
        if (!is_in_key(v, at) && !is_described(s, page, at))
            carve(s, page, at, class, n);
    }
}

void ac_wmi_objects_find(struct ac_wmi_job *j)
{
    struct search s = {.j = j, .n_pages = (uint32_t)((j->v.n + AC_WMI_PAGE - 1) / AC_WMI_PAGE)};

    s.carried = ac_calloc((size_t)s.n_pages + 1, sizeof(*s.carried));
    if (!s.carried) {
        j->rc = AC_FAIL(j->err, AC_NOMEM, AC_NO_OFFSET, "no memory for a table of pages");
        return;
    }
    read_used_pages(&s);
    for (uint32_t i = 0; i < s.n_pages && ac_wmi_spend(j, 1); i++) {
        if (ac_wmi_map_logical(&j->maps.objects, i) == AC_WMI_NO_PAGE)
            read_page(&s, i, false);
    }
    for (uint32_t i = 0; i < s.n_pages && ac_wmi_spend(j, 1); i++) {
        for (int c = 0; c < AC_WMI_CLASSES; c++) {
            carve_page(&s, i, j->digests.sha256[c], AC_WMI_SHA256_BYTES, (enum ac_wmi_class)c);
            carve_page(&s, i, j->digests.md5[c], AC_WMI_MD5_BYTES, (enum ac_wmi_class)c);
        }
    }
    ac_free(s.carried);
}
