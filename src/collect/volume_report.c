#include "collect/volume_report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static struct ac_item_volume *volume_of(struct ac_collector *c, const struct ac_place *p)
{
    return &c->item.volumes[p->volume];
}

static struct ac_record *new_row(const char *source, const char *name, const char *read,
                                 const char *reason, uint64_t size, int64_t entries)
{
    struct ac_record *r = ac_record_new(AC_KIND_SOURCE);

    ac_record_textz(r, "source", source);
    ac_record_textz(r, "name", name);
    ac_record_bool(r, "present", true);
    ac_record_textz(r, "read", read);
    if (reason)
        ac_record_textz(r, "reason", reason);
    ac_record_int(r, "size", (int64_t)size);
    if (entries >= 0)
        ac_record_int(r, "entries", entries);
    return r;
}

static enum ac_rc send_row(struct ac_collector *c, const struct ac_place *p, const char *source,
                           const char *name, const char *read, const char *reason, uint64_t size,
                           int64_t entries)
{
    return ac_collector_emit(c, p, new_row(source, name, read, reason, size, entries), &c->err);
}

static enum ac_rc send_problem(struct ac_collector *c, const struct ac_place *p, const char *where,
                               enum ac_rc class, uint64_t offset, const char *effect,
                               const char *what)
{
    struct ac_place_sink sink;

    ac_place_sink_init(&sink, c, p);
    return ac_sink_problem(&sink.sink, ac_str_of(where), class, offset, effect, "%s", what);
}

enum ac_rc ac_volume_report_unread(struct ac_collector *c, const struct ac_place *p)
{
    const struct ac_volume *v = &volume_of(c, p)->facts;
    struct ac_buf reason = {0};
    enum ac_rc rc;

    /* nothing is lost with a partition that holds no file system by design */
    if (v->kind == AC_VOLUME_RESERVED)
        return send_row(c, p, "volume", p->path, "complete", NULL, v->length, 0);
    ac_buf_addf(&reason, "%s; %s", v->reason ? v->reason : "it is not read",
                v->advice ? v->advice : "");
    rc = send_row(c, p, "volume", p->path, "no", ac_buf_text(&reason), v->length, -1);
    ac_buf_free(&reason);
    return rc;
}

static enum ac_rc check_end(struct ac_collector *c, const struct ac_place *p, bool *ret_cut)
{
    const struct ac_volume *v = &volume_of(c, p)->facts;
    char what[200];

    *ret_cut = c->item.kind == AC_ITEM_IMAGE && v->available < v->length;
    if (!*ret_cut)
        return AC_OK;
    snprintf(what, sizeof(what),
             "the volume has %" PRIu64 " bytes, but the image ends after %" PRIu64 " of them",
             v->length, v->available);
    return send_problem(c, p, p->path, AC_TRUNCATED, v->offset + v->available,
                        "what lies behind the end was not examined", what);
}

enum ac_rc ac_volume_report_failed(struct ac_collector *c, const struct ac_place *p,
                                   const struct ac_err *why)
{
    char text[1024];
    bool cut;
    enum ac_rc rc = check_end(c, p, &cut);

    ac_err_text(why, text, sizeof(text));
    if (rc == AC_OK)
        rc = send_problem(c, p, p->path, why->rc, AC_NO_OFFSET,
                          "no file of this volume was examined", text);
    return rc == AC_OK
               ? send_row(c, p, "volume", p->path, "no", text, volume_of(c, p)->facts.length, -1)
               : rc;
}

static uint32_t low_serial(uint64_t serial)
{
    return (uint32_t)serial;
}

static enum ac_rc send_serial(struct ac_collector *c, const struct ac_place *p, const char *source,
                              uint64_t serial, bool is_64)
{
    const struct ac_tree_facts *f = ac_tree_facts(volume_of(c, p)->tree);
    struct ac_record *r = ac_record_new(AC_KIND_SYSTEM);
    json_t *o = json_object();
    char hex[20];

    snprintf(hex, sizeof(hex), "%08" PRIX32, low_serial(serial));
    ac_json_textz(o, "serial", hex);
    if (is_64) {
        snprintf(hex, sizeof(hex), "%016" PRIX64, serial);
        ac_json_textz(o, "full", hex);
    }
    ac_json_textz(o, "source", source);
    ac_json_int(o, "volume_offset", (int64_t)volume_of(c, p)->facts.offset);
    ac_record_add_object(r, "volume_serials", o);
    ac_record_textz(r, "file_system", f->file_system);
    if (f->label[0])
        ac_record_textz(r, "label", f->label);
    return ac_collector_emit(c, p, r, &c->err);
}

/* Collectors of files bring the boot sector along as the file $Boot. */
static enum ac_rc send_collected_serial(struct ac_collector *c, const struct ac_place *p)
{
    struct ac_tree *t = volume_of(c, p)->tree;
    ac_node node = ac_lookup(t, ac_tree_volume_root(t), "$Boot");
    uint8_t boot[512];

    if (node == AC_NODE_NONE || ac_tree_read(t, node, 0, boot, sizeof(boot), NULL, NULL) != AC_OK ||
        memcmp(boot + 3, "NTFS    ", 8) != 0)
        return AC_OK;
    return send_serial(c, p, "collected boot sector ($Boot)", ac_le64(boot + 0x48), true);
}

static enum ac_rc send_problems(struct ac_collector *c, const struct ac_place *p)
{
    const struct ac_tree_problem *problem = ac_tree_facts(volume_of(c, p)->tree)->problems;
    enum ac_rc rc = AC_OK;

    for (; rc == AC_OK && problem && problem->what; problem++)
        rc = send_problem(c, p, problem->where && problem->where[0] ? problem->where : p->path,
                          problem->class, problem->offset,
                          "files concerned by this may be missing from the report", problem->what);
    return rc;
}

static enum ac_rc send_shadow_copies(struct ac_collector *c, const struct ac_place *p)
{
    uint32_t n = volume_of(c, p)->facts.shadow_copies;

    if (n == 0)
        return AC_OK;
    return send_row(
        c, p, "shadow-copies", p->path, "no",
        "volume shadow copies are not read by this version; libvshadow (vshadowmount) makes them "
        "available as images of their own",
        0, n);
}

/* The row of the coverage table for the index of the volume. */
static enum ac_rc send_index(struct ac_collector *c, const struct ac_place *p, bool cut)
{
    const struct ac_tree_facts *f = ac_tree_facts(volume_of(c, p)->tree);
    struct ac_record *r = new_row(f->kind == AC_TREE_NTFS ? "mft" : "volume", p->path,
                                  f->complete && !cut ? "complete" : "partial",
                                  cut           ? "the image ends before the volume does"
                                  : f->complete ? NULL
                                                : "parts of the file system are damaged or missing",
                                  volume_of(c, p)->facts.length, (int64_t)f->entries);

    if (c->item.is_mft)
        ac_record_int(r, "mft_entry_size", f->entry_size);
    return ac_collector_emit(c, p, r, &c->err);
}

static enum ac_rc tell_mft_alone(struct ac_collector *c, const struct ac_place *p)
{
    return send_problem(c, p, p->path, AC_IO, AC_NO_OFFSET,
                        "content of files was examined only where it lies within $MFT itself",
                        "the evidence is a $MFT without its volume");
}

enum ac_rc ac_volume_report_opened(struct ac_collector *c, const struct ac_place *p)
{
    const struct ac_tree_facts *f = ac_tree_facts(volume_of(c, p)->tree);
    bool cut = false;
    enum ac_rc rc = check_end(c, p, &cut);

    if (rc == AC_OK)
        rc = send_problems(c, p);
    if (rc == AC_OK && c->item.is_mft)
        rc = tell_mft_alone(c, p);
    if (rc == AC_OK)
        rc = send_index(c, p, cut);
    if (rc == AC_OK && f->serial != 0)
        rc = send_serial(c, p, "boot sector", f->serial, f->kind == AC_TREE_NTFS);
    if (rc == AC_OK && c->item.kind == AC_ITEM_FOLDER)
        rc = send_collected_serial(c, p);
    return rc == AC_OK ? send_shadow_copies(c, p) : rc;
}

enum ac_rc ac_volume_report_image(struct ac_collector *c, const struct ac_place *p)
{
    const struct ac_image *img = c->item.image;
    enum ac_rc rc = AC_OK;

    if (img && img->facts.segment_problem.n)
        rc = send_problem(c, p, p->path, AC_IO, AC_NO_OFFSET,
                          "everything whose bytes lie there was not examined",
                          ac_buf_text(&img->facts.segment_problem));
    if (rc == AC_OK && c->item.table.problem[0])
        rc = send_problem(c, p, p->path, AC_CORRUPT, 0, "partitions may be missing from the list",
                          c->item.table.problem);
    if (rc == AC_OK && img && !c->worker->options->verify) {
        struct ac_record *r = ac_integrity_record(c->worker->options, img, NULL);

        rc = ac_collector_emit(c, p, r, &c->err);
    }
    return rc;
}
