/* Mapping files of a WMI repository: which pages are in use, and as which logical page. */
#include "wmi_parts.h"

#include "base/alloc.h"
#include "base/limits.h"

#include <string.h>

#define BEGIN 0xABCDU
#define END 0xDCBAU
#define PAGE_MASK 0x3FFFFFFFU /* the upper bits are flags */

/* Windows XP and 2003 (2.1), and Windows Vista and later (2.2). */
struct layout {
    size_t header; /* up to and with the number of entries */
    size_t count_at, entry;
    size_t revision_at; /* 0: none */
};

static const struct layout layouts[] = {{24, 20, 24, 8}, {16, 12, 4, 0}};

static const char *const files[] = {"MAPPING1.MAP", "MAPPING2.MAP", "MAPPING3.MAP", "OBJECTS.MAP"};

struct table {
    struct ac_view entries;
    const struct layout *layout;
    uint32_t n;
    uint64_t age; /* sequence number, then revision: the greater the newer */
    size_t end;   /* behind its footer */
};

struct ac_view ac_wmi_companion(const struct ac_artefact *a, const char *name)
{
    for (size_t i = 0; i < a->n_logs; i++) {
        const char *path = a->logs[i].name, *slash = strrchr(path, '/');

        if (ac_str_ieq(ac_str_of(slash ? slash + 1 : path), ac_str_of(name)))
            return a->logs[i].bytes;
    }
    return (struct ac_view){0};
}

/* One table with header, free list and footer; the footer stands right only in the right layout. */
static bool read_as(const struct layout *l, struct ac_view v, size_t at, struct table *ret)
{
    uint32_t begin, sequence, revision = 0, n, free_pages, end;
    size_t table_at = at + l->header, bytes;

    if (ac_rd_le32(v, at, &begin) != AC_OK || begin != BEGIN ||
        ac_rd_le32(v, at + 4, &sequence) != AC_OK || ac_rd_le32(v, at + l->count_at, &n) != AC_OK ||
        n == 0 || n > AC_MAX_WMI_PAGES)
        return false;
    if (l->revision_at && ac_rd_le32(v, at + l->revision_at, &revision) != AC_OK)
        return false;
    bytes = (size_t)n * l->entry;
    if (!ac_view_has(v, table_at, bytes) || ac_rd_le32(v, table_at + bytes, &free_pages) != AC_OK ||
        !ac_view_has(v, table_at + bytes + 4, (size_t)free_pages * 4) ||
        ac_rd_le32(v, table_at + bytes + 4 + (size_t)free_pages * 4, &end) != AC_OK || end != END)
        return false;
    *ret = (struct table){
        .entries = {v.p + table_at, bytes, v.base + table_at},
        .layout = l,
        .n = n,
        .age = (uint64_t)sequence << 32 | revision,
        .end = table_at + bytes + 8 + (size_t)free_pages * 4,
    };
    return true;
}

static bool read_table(struct ac_view v, size_t at, struct table *ret)
{
    for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
        if (read_as(&layouts[i], v, at, ret))
            return true;
    }
    return false;
}

/* 0 also stands for "not set": only its first use is the first page. */
static enum ac_rc take(const struct table *t, struct ac_wmi_map *m)
{
    bool zero_used = false;

    m->pages = ac_malloc(((size_t)t->n + 1) * sizeof(*m->pages));
    if (!m->pages)
        return AC_NOMEM;
    for (m->n = 0; m->n < t->n; m->n++) {
        uint32_t page = ac_le32(t->entries.p + (size_t)m->n * t->layout->entry) & PAGE_MASK;

        if (page >= AC_MAX_WMI_PAGES || (page == 0 && zero_used))
            page = AC_WMI_NO_PAGE;
        zero_used |= page == 0;
        m->pages[m->n] = page;
        if (page != AC_WMI_NO_PAGE && page >= m->n_logical)
            m->n_logical = page + 1;
    }
    m->logical = ac_malloc(((size_t)m->n_logical + 1) * sizeof(*m->logical));
    if (!m->logical)
        return AC_NOMEM;
    memset(m->logical, 0xFF, (size_t)m->n_logical * sizeof(*m->logical));
    for (uint32_t i = m->n; i-- > 0;) { /* the first logical page of a page wins */
        if (m->pages[i] != AC_WMI_NO_PAGE)
            m->logical[m->pages[i]] = i;
    }
    m->known = true;
    return AC_OK;
}

uint32_t ac_wmi_map_logical(const struct ac_wmi_map *m, uint64_t page)
{
    return m->known && page < m->n_logical ? m->logical[page] : AC_WMI_NO_PAGE;
}

enum ac_rc ac_wmi_maps_load(const struct ac_artefact *a, struct ac_budget *budget,
                            struct ac_wmi_maps *ret)
{
    struct table objects = {0}, index = {0}, t, second;
    enum ac_rc rc = AC_OK;

    *ret = (struct ac_wmi_maps){0};
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct ac_view v = ac_wmi_companion(a, files[i]);

        if (!read_table(v, 0, &t) || !ac_budget_spend(budget, 1 + t.n) ||
            (objects.layout && t.age <= objects.age))
            continue;
        objects = t;
        /* the index's table follows, except in OBJECTS.MAP, which has INDEX.MAP beside it */
        index = read_table(v, t.end, &second) ? second : (struct table){0};
    }
    if (objects.layout && !index.layout && read_table(ac_wmi_companion(a, "INDEX.MAP"), 0, &second))
        index = second;
    if (objects.layout)
        rc = take(&objects, &ret->objects);
    if (rc == AC_OK && index.layout && ac_budget_spend(budget, 1 + index.n))
        rc = take(&index, &ret->index);
    return rc;
}

static void map_free(struct ac_wmi_map *m)
{
    ac_free(m->pages);
    ac_free(m->logical);
}

void ac_wmi_maps_free(struct ac_wmi_maps *m)
{
    map_free(&m->objects);
    map_free(&m->index);
    *m = (struct ac_wmi_maps){0};
}
