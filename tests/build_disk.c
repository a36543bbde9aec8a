#include "build_disk.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define CLUSTER 4096U
#define FIRST_ENTRY 24U
#define MOST_FILES 3000U
#define MFT_LCN 16U
#define MFT_CLUSTERS ((FIRST_ENTRY + MOST_FILES) * BN_RECORD / CLUSTER + 1)
#define RESIDENT 400U /* larger contents lie in clusters */

struct node {
    char *path;
    bool folder;
    struct ac_buf content;
    uint64_t time;
    uint32_t parent; /* MFT entry */
};

struct fx_disk {
    struct node *nodes;
    size_t n, cap;
    uint64_t serial;
};

struct fx_disk *fx_disk_new(uint64_t serial)
{
    struct fx_disk *d = calloc(1, sizeof(*d));

    if (!d)
        abort();
    d->serial = serial ? serial : BN_SERIAL;
    return d;
}

void fx_disk_free(struct fx_disk *d)
{
    for (size_t i = 0; i < d->n; i++) {
        free(d->nodes[i].path);
        ac_buf_free(&d->nodes[i].content);
    }
    free(d->nodes);
    free(d);
}

static struct node *find(struct fx_disk *d, struct ac_str path)
{
    for (size_t i = 0; i < d->n; i++) {
        if (ac_str_ieq(ac_str_of(d->nodes[i].path), path))
            return &d->nodes[i];
    }
    return NULL;
}

/* The MFT entry of a folder, which is made with its parents; 5: the root. */
static uint32_t folder_of(struct fx_disk *d, struct ac_str path, uint64_t time);

static struct node *new_node(struct fx_disk *d, struct ac_str path, uint64_t time)
{
    size_t slash = path.n;
    uint32_t parent;

    while (slash > 0 && path.p[slash - 1] != '/')
        slash--;
    parent = slash ? folder_of(d, (struct ac_str){path.p, slash - 1}, time) : 5;
    if (d->n >= MOST_FILES || ac_grow((void **)&d->nodes, &d->cap, d->n + 1, sizeof(*d->nodes)))
        abort();
    d->nodes[d->n] = (struct node){.path = strndup(path.p, path.n), .time = time, .parent = parent};
    return &d->nodes[d->n++];
}

static uint32_t folder_of(struct fx_disk *d, struct ac_str path, uint64_t time)
{
    struct node *node = find(d, path);

    if (!node) {
        node = new_node(d, path, time);
        node->folder = true;
    }
    return FIRST_ENTRY + (uint32_t)(node - d->nodes);
}

void fx_disk_add(struct fx_disk *d, const char *path, const void *bytes, size_t n, const char *time)
{
    struct ac_str s = ac_str_of(path);
    struct node *node;

    if (s.n && path[s.n - 1] == '/') {
        folder_of(d, (struct ac_str){path, s.n - 1}, fx_time(time));
        return;
    }
    node = find(d, s);
    if (!node)
        node = new_node(d, s, fx_time(time));
    node->time = fx_time(time);
    ac_buf_clear(&node->content);
    ac_buf_add(&node->content, bytes, n);
}

static uint64_t clusters_of(const struct node *n)
{
    return n->content.n > RESIDENT ? (n->content.n + CLUSTER - 1) / CLUSTER : 0;
}

static const char *last_component(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static void put_node(struct bn_volume *v, uint32_t number, const struct node *n, uint64_t *lcn)
{
    struct bn_record r;
    struct bn_run runs[] = {{*lcn, clusters_of(n)}, {0, 0}};

    bn_begin(&r, 1, n->folder ? 3 : 1, 0);
    bn_standard(&r, n->time, n->folder ? 0 : 0x20);
    bn_name(&r, n->parent == 5 ? BN_ROOT : BN_REF(n->parent, 1), last_component(n->path), 1,
            n->time);
    if (n->folder) {
        /* the index is not needed: names come from the records */
    } else if (runs[0].len == 0) {
        bn_resident(&r, 0x80, "", ac_buf_text(&n->content), n->content.n);
    } else {
        bn_non_resident(&r, 0x80, "", 0, 0, 0, runs, CLUSTER, n->content.n, n->content.n);
        memcpy(bn_cluster(v, *lcn), n->content.p, n->content.n);
        *lcn += runs[0].len;
    }
    bn_put(v, number, &r);
}

/* The serial number stands in both boot sectors. */
static void set_serial(struct bn_volume *v, uint64_t serial)
{
    for (unsigned i = 0; i < 8; i++) {
        v->bytes[0x48 + i] = (uint8_t)(serial >> 8 * i);
        v->bytes[v->size - 512 + 0x48 + i] = (uint8_t)(serial >> 8 * i);
    }
}

void fx_disk_write(struct fx_disk *d, const char *path)
{
    struct bn_run mft[] = {{MFT_LCN, MFT_CLUSTERS}, {0, 0}};
    uint64_t lcn = MFT_LCN + MFT_CLUSTERS + 16, need = lcn + 16;
    struct bn_volume v;

    for (size_t i = 0; i < d->n; i++)
        need += clusters_of(&d->nodes[i]);
    bn_init(&v, (size_t)(need * CLUSTER), CLUSTER, mft);
    set_serial(&v, d->serial);
    for (size_t i = 0; i < d->n; i++)
        put_node(&v, FIRST_ENTRY + (uint32_t)i, &d->nodes[i], &lcn);
    if (!fx_write(path, v.bytes, v.size))
        abort();
    bn_free(&v);
}
