/* INDEX.BTR: which namespace an object belongs to, and whether the index leads to it at all.
 *
 * A key is a path of names as digests: NS_<namespace>\CI_<class>\IL_<instance>.<page>.<id>.<size>.
 * The tree itself is not followed: every page in use is read. */
#include "wmi_parts.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define ACTIVE 0xACCCU
#define HEADER 20     /* with the number of keys */
#define MOST_PARTS 16 /* of one key */
#define LONGEST_PART 160

struct index {
    struct ac_wmi_job *j;
    struct ac_wmi_object **by_place; /* Owned: live objects, sorted */
    size_t n;
    bool *led_to; /* Owned: for each of them */
};

/* The arrays of one page. */
struct page {
    struct ac_view v;
    uint32_t n_keys;
    size_t keys_at; /* of each key the place of its parts */
    size_t parts_at;
    uint16_t n_parts;
    size_t values_at; /* of each value its offset */
    uint16_t n_values;
    size_t text_at;
};

static int compare_place(const struct ac_wmi_object *a, const struct ac_wmi_object *b)
{
    if (a->page != b->page)
        return a->page < b->page ? -1 : 1;
    if (a->id != b->id)
        return a->id < b->id ? -1 : 1;
    return a->size == b->size ? 0 : a->size < b->size ? -1 : 1;
}

static int compare(const void *a, const void *b)
{
    return compare_place(*(struct ac_wmi_object *const *)a, *(struct ac_wmi_object *const *)b);
}

static bool lay_out(struct ac_view v, struct page *p)
{
    size_t at;

    *p = (struct page){.v = v};
    if (ac_rd_le32(v, 16, &p->n_keys) != AC_OK || p->n_keys > AC_WMI_PAGE)
        return false;
    p->keys_at = HEADER + (size_t)p->n_keys * 8 + 4;
    at = p->keys_at + (size_t)p->n_keys * 2;
    if (ac_rd_le16(v, at, &p->n_parts) != AC_OK)
        return false;
    p->parts_at = at + 2;
    at = p->parts_at + (size_t)p->n_parts * 2;
    if (ac_rd_le16(v, at, &p->n_values) != AC_OK)
        return false;
    p->values_at = at + 2;
    p->text_at = p->values_at + ((size_t)p->n_values + 1) * 2;
    return p->text_at <= v.n;
}

/* Part `i` of the key whose parts begin at entry `first`. */
static bool part(const struct page *p, size_t first, size_t i, struct ac_str *ret)
{
    uint16_t value, at;
    const uint8_t *text, *end;

    if (ac_rd_le16(p->v, p->parts_at + (first + 1 + i) * 2, &value) != AC_OK ||
        value >= p->n_values || ac_rd_le16(p->v, p->values_at + (size_t)value * 2, &at) != AC_OK ||
        p->text_at + at >= p->v.n)
        return false;
    text = p->v.p + p->text_at + at;
    end = memchr(text, 0, p->v.n - p->text_at - at);
    if (!end)
        return false;
    *ret = (struct ac_str){(const char *)text, (size_t)(end - text)};
    return true;
}

/* The three numbers at the end of "IL_<digest>.<page>.<id>.<size>". */
static bool numbers(struct ac_str last, uint32_t ret[3])
{
    char text[LONGEST_PART], *at = text;

    if (last.n >= sizeof(text))
        return false;
    memcpy(text, last.p, last.n);
    text[last.n] = '\0';
    for (int i = 0; i < 3; i++) {
        unsigned long n;

        at = strchr(at, '.');
        if (!at || at[1] < '0' || at[1] > '9')
            return false;
        n = strtoul(++at, NULL, 10);
        if (n > UINT32_MAX)
            return false;
        ret[i] = (uint32_t)n;
    }
    return true;
}

static void note(struct index *x, struct ac_str space, const uint32_t place[3])
{
    struct ac_wmi_object wanted = {.page = place[0], .id = place[1], .size = place[2]};
    struct ac_wmi_object *key = &wanted, **hit;

    hit = x->n ? bsearch(&key, x->by_place, x->n, sizeof(key), compare) : NULL;
    if (!hit)
        return;
    x->led_to[hit - x->by_place] = true;
    if (!ac_str_istarts(space, AC_STR("NS_")) || space.n - 3 >= sizeof((*hit)->space))
        return;
    memcpy((*hit)->space, space.p + 3, space.n - 3);
    (*hit)->space[space.n - 3] = '\0';
}

static bool read_key(struct index *x, const struct page *p, uint32_t i)
{
    uint16_t first, count;
    struct ac_str space, last;
    uint32_t place[3];

    if (ac_rd_le16(p->v, p->keys_at + (size_t)i * 2, &first) != AC_OK ||
        ac_rd_le16(p->v, p->parts_at + (size_t)first * 2, &count) != AC_OK || count == 0 ||
        count > MOST_PARTS || !part(p, first, 0, &space) || !part(p, first, count - 1u, &last))
        return false;
    if (numbers(last, place))
        note(x, space, place);
    return true;
}

static bool read_page(struct index *x, struct ac_view v)
{
    struct page p;
    bool whole = lay_out(v, &p);

    for (uint32_t i = 0; whole && i < p.n_keys && ac_wmi_spend(x->j, 1); i++)
        whole = read_key(x, &p, i);
    return whole;
}

static void read_pages(struct index *x, struct ac_view file)
{
    struct ac_wmi_job *j = x->j;
    const struct ac_wmi_map *map = &j->maps.index;
    bool whole = map->known;

    for (uint64_t i = 0; i < file.n / AC_WMI_PAGE && ac_wmi_spend(j, 1); i++) {
        struct ac_view v = {file.p + i * AC_WMI_PAGE, AC_WMI_PAGE, i * AC_WMI_PAGE};

        if (map->known && ac_wmi_map_logical(map, i) == AC_WMI_NO_PAGE)
            continue;
        if (ac_le32(v.p) == ACTIVE && !read_page(x, v))
            whole = false;
    }
    for (uint32_t i = 0; i < map->n && whole; i++)
        whole = map->pages[i] == AC_WMI_NO_PAGE || map->pages[i] < file.n / AC_WMI_PAGE;
    for (size_t i = 0; i < x->n && whole; i++) {
        if (!x->led_to[i])
            x->by_place[i]->state = AC_WMI_UNLINKED;
    }
    if (!whole)
        ac_wmi_complain(j, AC_CORRUPT, AC_NO_OFFSET,
                        "of some event filters and consumers the namespace is not known, nor "
                        "whether the index still leads to them",
                        "INDEX.BTR is not wholly there, or which of its pages are in use is not "
                        "known");
}

void ac_wmi_index_read(struct ac_wmi_job *j)
{
    struct ac_view file = ac_wmi_companion(j->artefact, "INDEX.BTR");
    struct index x = {.j = j};

    if (!j->maps.objects.known || j->rc != AC_OK)
        return;
    if (file.n < AC_WMI_PAGE) {
        ac_wmi_complain(j, AC_NOT_FOUND, AC_NO_OFFSET,
                        "of some event filters and consumers the namespace is not known, nor "
                        "whether the index still leads to them",
                        "no INDEX.BTR lies beside it");
        return;
    }
    x.by_place = ac_malloc((j->n + 1) * sizeof(*x.by_place));
    x.led_to = ac_calloc(j->n + 1, sizeof(*x.led_to));
    if (!x.by_place || !x.led_to)
        j->rc = AC_FAIL(j->err, AC_NOMEM, AC_NO_OFFSET, "no memory for the index");
    for (size_t i = 0; i < j->n && j->rc == AC_OK; i++) {
        if (j->items[i].state == AC_WMI_LIVE)
            x.by_place[x.n++] = &j->items[i];
    }
    if (j->rc == AC_OK) {
        qsort(x.by_place, x.n, sizeof(*x.by_place), compare);
        read_pages(&x, file);
    }
    ac_free(x.by_place);
    ac_free(x.led_to);
}
