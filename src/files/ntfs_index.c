/* One pass over $MFT: every record becomes nodes of the index. */
#include "files/ntfs_build.h"

#include "base/alloc.h"
#include "base/limits.h"

#include <inttypes.h>
#include <string.h>

#define BLOCK (1U << 19) /* fits a core's cache; larger ones were not faster */
#define DOS_ATTRIBUTE_REPARSE 0x400U

void ac_build_damage(struct ac_build *b, uint64_t entry, enum ac_rc class, const char *why)
{
    if (b->n_damaged < AC_TREE_MAX_PROBLEMS)
        b->damaged[b->n_damaged] = (struct ac_damaged){(uint32_t)entry, class, why};
    b->n_damaged++;
}

/* One record while its attributes are looked at. */
struct record {
    struct ac_ntfs_head head;
    struct ac_index_node info; /* what all nodes of the file share */
    bool is_base, bad;
    uint32_t names; /* of its own */
};

static enum ac_rc put_off(struct ac_build *b, const struct record *r, enum ac_late_kind kind,
                          const struct ac_index_node *node)
{
    if (ac_grow((void **)&b->late, &b->late_cap, b->n_late + 1, sizeof(*b->late)) != 0)
        return AC_NOMEM;
    b->late[b->n_late++] =
        (struct ac_late){*node, kind, (r->head.flags & AC_NTFS_RECORD_IN_USE) != 0};
    return AC_OK;
}

static enum ac_rc take_name(struct ac_build *b, struct record *r, const struct ac_ntfs_attr *a)
{
    struct ac_index_node node = r->info;
    struct ac_ntfs_name name;
    uint64_t parent;
    enum ac_rc rc;

    if (!a->resident || !ac_ntfs_name(a->value, &name)) {
        r->bad = true;
        return AC_OK;
    }
    if (r->is_base && node.entry == AC_NTFS_ROOT_ENTRY)
        return AC_OK; /* ".": the root is node 0 */
    parent = name.parent & AC_NTFS_ENTRY_MASK;
    node.parent = parent < b->v->records ? (uint32_t)parent : AC_NODE_NONE;
    node.entry_high = (uint16_t)(name.parent >> 48);
    if (name.name_space == AC_NTFS_SPACE_DOS)
        node.flags |= AC_NODE_SHORT_NAME;
    else if (name.name_space == 1)
        node.flags |= AC_INDEX_FLAG_WIN32;
    rc = ac_index_name_utf16(b->x, name.name, &node);
    if (rc != AC_OK)
        return rc;
    if (!r->is_base)
        return put_off(b, r, AC_LATE_NAME, &node);
    r->names++;
    return ac_build_add_name(b, &node);
}

static enum ac_rc take_data(struct ac_build *b, struct record *r, const struct ac_ntfs_attr *a)
{
    struct ac_index_node node = r->info;
    enum ac_rc rc;

    if (!a->resident && a->first_vcn != 0)
        return AC_OK; /* a later piece of a run list */
    node.size = a->resident ? a->value.n : a->size;
    if (a->name.n == 0 && a->type == AC_NTFS_DATA) {
        if (!r->is_base)
            return put_off(b, r, AC_LATE_SIZE, &node);
        r->info.size = node.size;
        return AC_OK;
    }
    rc = ac_index_name_utf16(b->x, a->name, &node);
    if (rc != AC_OK)
        return rc;
    node.flags = (uint16_t)((node.flags & ~(AC_NODE_DIRECTORY | AC_NODE_REPARSE)) | AC_NODE_STREAM);
    if (a->type == AC_NTFS_INDEX_ROOT)
        node.flags |= AC_INDEX_FLAG_ROOT_ATTR;
    if (!r->is_base || b->first[node.entry] >= AC_BUILD_BASE)
        return put_off(b, r, AC_LATE_STREAM, &node);
    return ac_build_add_stream(b, &node);
}

static bool is_i30(struct ac_view name)
{
    static const uint8_t i30[] = {'$', 0, 'I', 0, '3', 0, '0', 0};

    return name.n == sizeof(i30) && memcmp(name.p, i30, sizeof(i30)) == 0;
}

static enum ac_rc take_attribute(struct ac_build *b, struct record *r, const struct ac_ntfs_attr *a)
{
    switch (a->type) {
    case AC_NTFS_STANDARD_INFORMATION:
        if (!a->resident || a->value.n < 0x24) {
            r->bad = true;
            break;
        }
        r->info.created = ac_le64(a->value.p);
        r->info.modified = ac_le64(a->value.p + 8);
        if (ac_le32(a->value.p + 0x20) & DOS_ATTRIBUTE_REPARSE)
            r->info.flags |= AC_NODE_REPARSE;
        break;
    case AC_NTFS_FILE_NAME:
        return take_name(b, r, a);
    case AC_NTFS_DATA:
        return take_data(b, r, a);
    case AC_NTFS_INDEX_ROOT:
        return a->name.n == 0 || is_i30(a->name) ? AC_OK : take_data(b, r, a);
    case AC_NTFS_REPARSE_POINT:
        r->info.flags |= AC_NODE_REPARSE;
        break;
    default:
        break;
    }
    return AC_OK;
}

/* The names were added before size and flags were known. */
static enum ac_rc finish_base(struct ac_build *b, const struct record *r)
{
    uint32_t entry = r->info.entry;
    uint16_t shared =
        r->info.flags & (AC_NODE_REPARSE | AC_NODE_PARTIAL | AC_NODE_DIRECTORY | AC_NODE_DELETED);
    uint32_t node = b->first[entry];

    if (entry == AC_NTFS_ROOT_ENTRY) {
        struct ac_index_node *root = &b->x->nodes[0];

        root->entry = entry;
        root->sequence = r->info.sequence;
        root->flags = (uint16_t)(AC_NODE_DIRECTORY | (shared & AC_NODE_PARTIAL));
        root->created = r->info.created;
        root->modified = r->info.modified;
        return AC_OK;
    }
    if (r->names == 0) {
        if (ac_grow((void **)&b->bases, &b->bases_cap, b->n_bases + 1, sizeof(*b->bases)) != 0)
            return AC_NOMEM;
        b->bases[b->n_bases] = r->info;
        b->first[entry] = AC_BUILD_BASE | (uint32_t)b->n_bases++;
        return AC_OK;
    }
    for (uint32_t i = 0; i < r->names && node != AC_NODE_NONE; i++) {
        b->x->nodes[node].flags |= shared;
        b->x->nodes[node].size = r->info.flags & AC_NODE_DIRECTORY ? 0 : r->info.size;
        b->x->nodes[node].created = r->info.created;
        b->x->nodes[node].modified = r->info.modified;
        node = b->same[node];
    }
    return AC_OK;
}

static void describe(struct record *r, uint64_t entry, const char *damage)
{
    struct ac_index_node *n = &r->info;

    r->is_base = r->head.base == 0;
    n->entry = (uint32_t)(r->is_base ? entry : r->head.base & AC_NTFS_ENTRY_MASK);
    n->sequence = (uint16_t)(r->is_base ? r->head.sequence : r->head.base >> 48);
    if (!(r->head.flags & AC_NTFS_RECORD_IN_USE))
        n->flags |= AC_NODE_DELETED;
    if (r->head.flags & AC_NTFS_RECORD_DIRECTORY)
        n->flags |= AC_NODE_DIRECTORY;
    if (r->is_base && (entry < AC_NTFS_ROOT_ENTRY || (entry > AC_NTFS_ROOT_ENTRY && entry < 16)))
        n->flags |= AC_NODE_SYSTEM;
    if (damage)
        n->flags |= AC_NODE_PARTIAL;
}

static enum ac_rc take_record(struct ac_build *b, uint64_t entry, struct ac_view bytes,
                              const char *damage)
{
    struct record r = {0};
    struct ac_ntfs_attr a;
    enum ac_rc rc = AC_OK;

    if (!ac_ntfs_head(bytes, &r.head)) {
        ac_build_damage(b, entry, AC_CORRUPT, "the header of the MFT record is damaged");
        return AC_OK;
    }
    describe(&r, entry, damage);
    if (!r.is_base && (r.head.base & AC_NTFS_ENTRY_MASK) >= b->v->records) {
        ac_build_damage(b, entry, AC_CORRUPT, "the MFT record extends one that does not exist");
        return AC_OK;
    }
    for (size_t at = r.head.first_attr;
         rc == AC_OK && ac_ntfs_attr_next(bytes, r.head.used, &at, &a, &r.bad);)
        rc = take_attribute(b, &r, &a);
    if (r.bad) {
        r.info.flags |= AC_NODE_PARTIAL;
        damage = damage ? damage : "the attributes of the MFT record are damaged";
    }
    if (damage)
        ac_build_damage(b, entry, AC_CORRUPT, damage);
    return rc == AC_OK && r.is_base ? finish_base(b, &r) : rc;
}

static bool bitmap_says_in_use(const struct ac_build *b, uint64_t entry)
{
    return b->bitmap && entry < b->bitmap_bits && b->bitmap[entry / 8] >> (entry % 8) & 1;
}

/* One record as it lies in $MFT; `lost`: a part of it could not be read. */
static enum ac_rc raw_record(struct ac_build *b, uint64_t entry, uint8_t *bytes, bool lost)
{
    uint32_t n = b->v->boot.record;
    uint32_t magic = ac_le32(bytes);
    const char *damage = NULL;

    if (magic == 0x454C4946U) /* FILE */
        damage = ac_ntfs_fixup(bytes, n);
    if ((lost || damage || magic != 0x454C4946U) && entry < 4 && b->v->mirror_good >> entry & 1) {
        memcpy(bytes, b->v->mirror + entry * n, n);
        damage = NULL;
        if (entry > 0)
            ac_tree_problem(b->t, "$MFT", AC_CORRUPT, ac_ntfs_mft_place(b->v, entry * n),
                            "record %" PRIu64 " is damaged: its copy in $MFTMirr was used", entry);
    } else if (lost) {
        ac_build_damage(b, entry, AC_IO, "the MFT record is unreadable");
        return AC_OK;
    } else if (magic == 0x44414142U) { /* BAAD */
        (void)ac_ntfs_fixup(bytes, n);
        memcpy(bytes, "FILE", 4);
        damage = "the MFT record was marked as bad by Windows";
    } else if (magic != 0x454C4946U) {
        if (magic != 0 || bitmap_says_in_use(b, entry))
            ac_build_damage(b, entry, AC_CORRUPT, "there is no MFT record where one should be");
        return AC_OK;
    }
    b->t->facts.entries++;
    return take_record(b, entry, (struct ac_view){bytes, n, entry * n}, damage);
}

static enum ac_rc read_records(struct ac_build *b, struct ac_err *err)
{
    struct ac_ntfs *v = b->v;
    uint32_t per_block = BLOCK / v->boot.record;
    uint8_t *buf = ac_malloc(BLOCK);
    enum ac_rc rc = buf ? AC_OK : AC_NOMEM;

    for (uint64_t entry = 0; entry < v->records && rc == AC_OK; entry += per_block) {
        uint64_t left = v->records - entry;
        uint32_t n = left < per_block ? (uint32_t)left : per_block;
        struct ac_gaps gaps = {0};

        rc = ac_ntfs_mft_read(v, entry * v->boot.record, buf, (size_t)n * v->boot.record, &gaps,
                              err);
        if (rc == AC_IO)
            rc = AC_OK; /* the gaps say which records it concerns */
        for (uint32_t i = 0; i < n && rc == AC_OK; i++) {
            uint64_t at = (entry + i) * v->boot.record;

            rc = raw_record(b, entry + i, buf + (size_t)i * v->boot.record,
                            gaps.n > 0 && ac_gaps_overlap(&gaps, at, v->boot.record));
        }
        ac_gaps_free(&gaps);
    }
    ac_free(buf);
    return rc;
}

/* $MFT's own bitmap tells a destroyed record from one that was never used. */
static void load_bitmap(struct ac_build *b)
{
    struct ac_ntfs_stream s = {0};
    struct ac_ntfs_file f = {0};

    if (ac_ntfs_file_load(b->v, 0, &f, NULL) != AC_OK)
        return;
    if (ac_ntfs_file_stream(b->v, &f, AC_NTFS_BITMAP, AC_STR(""), &s, NULL) == AC_OK &&
        s.size <= AC_MAX_MFT_RECORDS / 8 + AC_MIB) {
        b->bitmap = ac_calloc(1, (size_t)s.size);
        if (b->bitmap && ac_ntfs_stream_read(b->v->volume, &s, 0, b->bitmap, (size_t)s.size, NULL,
                                             NULL) == AC_OK)
            b->bitmap_bits = s.size * 8;
    }
    ac_ntfs_stream_free(&s);
    ac_ntfs_file_free(&f);
}

/* Damage and oddities, now that paths can be told. */
static void tell(struct ac_build *b)
{
    struct ac_index *x = b->x;
    uint64_t shown = b->n_damaged < AC_TREE_MAX_PROBLEMS ? b->n_damaged : AC_TREE_MAX_PROBLEMS;

    b->t->facts.damaged = b->n_damaged;
    for (uint64_t i = 0; i < shown; i++) {
        const struct ac_damaged *d = &b->damaged[i];
        uint32_t node = b->first[d->entry];
        uint64_t place = ac_ntfs_mft_place(b->v, (uint64_t)d->entry * b->v->boot.record);

        if (node < AC_BUILD_BASE && node != 0)
            ac_tree_problem_at(b->t, node, d->class, place, "MFT entry %u: %s", d->entry, d->why);
        else
            ac_tree_problem(b->t, "$MFT", d->class, place, "entry %u: %s", d->entry, d->why);
    }
    b->t->more_problems += b->n_damaged - shown;
    if (x->looped > 0)
        ac_tree_problem(b->t, "$MFT", AC_CORRUPT, AC_NO_OFFSET,
                        "%u folders are their own ancestors: they are listed in $OrphanFiles",
                        x->looped);
    if (x->deep > 0)
        ac_tree_problem(
            b->t, "$MFT", AC_LIMIT, AC_NO_OFFSET,
            "%u paths have more than %d levels: they are cut and listed in $OrphanFiles", x->deep,
            AC_MAX_PATH_DEPTH);
    if (b->out_of_steps)
        ac_tree_problem(b->t, "$MFT", AC_LIMIT, AC_NO_OFFSET,
                        "files have so many names and streams that not all are listed");
    if (b->lost > 0)
        ac_tree_problem(b->t, "$MFT", AC_CORRUPT, AC_NO_OFFSET,
                        "%" PRIu64 " files in use have no folder: they are listed in $OrphanFiles",
                        b->lost);
}

enum ac_rc ac_ntfs_index(struct ac_ntfs *v, struct ac_tree *t, struct ac_err *err)
{
    struct ac_build *b = ac_calloc(1, sizeof(*b));
    enum ac_rc rc = b ? AC_OK : AC_NOMEM;

    if (rc == AC_OK) {
        b->v = v;
        b->t = t;
        b->x = &t->index;
        b->streams_left = v->records + 65536;
        b->steps_left = 64 * (v->records + 65536);
        b->first = ac_malloc((size_t)(v->records > 16 ? v->records : 16) * sizeof(*b->first));
        rc = b->first ? AC_OK : AC_NOMEM;
    }
    if (rc == AC_OK) {
        memset(b->first, 0xFF, (size_t)(v->records > 16 ? v->records : 16) * sizeof(*b->first));
        b->first[AC_NTFS_ROOT_ENTRY] = 0;
        t->index.nodes[0].flags |= AC_NODE_PARTIAL; /* until its record was seen */
        t->index.nodes[0].entry = AC_NTFS_ROOT_ENTRY;
        load_bitmap(b);
        rc = read_records(b, err);
    }
    if (rc == AC_OK)
        rc = ac_build_resolve(b);
    if (rc == AC_OK)
        rc = ac_index_finish(&t->index, err);
    if (rc == AC_OK) {
        tell(b);
        if (t->index.nodes[0].flags & AC_NODE_PARTIAL)
            ac_tree_problem(t, ".", AC_CORRUPT, AC_NO_OFFSET, "the record of the root is damaged");
    }
    if (b) {
        ac_free(b->first);
        ac_free(b->same);
        ac_free(b->late);
        ac_free(b->bases);
        ac_free(b->bitmap);
        ac_free(b);
    }
    if (rc == AC_NOMEM || rc == AC_LIMIT)
        return AC_FAIL(err, rc, AC_NO_OFFSET, "indexing $MFT: %s",
                       rc == AC_NOMEM ? "no memory" : "more names than the index holds");
    return rc;
}
