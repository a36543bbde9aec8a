/* The first worker: from the container to the last candidate, in the order of the volumes. */
#include "collect/collector.h"

#include "base/alloc.h"
#include "collect/volume_report.h"
#include "collect/wire.h"

#include <stdio.h>
#include <string.h>

static struct ac_place place_of_volume(const struct ac_collector *c, size_t volume, char name[96])
{
    const struct ac_volume *v = &c->item.volumes[volume].facts;

    if (c->item.kind != AC_ITEM_IMAGE)
        snprintf(name, 96, "%s", c->item.kind == AC_ITEM_FOLDER ? "folder" : "file");
    else
        snprintf(name, 96, "%s%s%s", v->name, v->name[0] ? ": " : "",
                 v->file_system ? v->file_system : "unknown");
    return (struct ac_place){.volume = volume,
                             .node = AC_NODE_NONE,
                             .path = name,
                             .user = "",
                             .artefact_offset = AC_NO_OFFSET};
}

static enum ac_rc open_volume(struct ac_collector *c, size_t volume)
{
    char name[96];
    struct ac_place p = place_of_volume(c, volume, name);
    struct ac_err why = {0};
    enum ac_rc rc;

    if (!ac_collector_begin(c, &p, "volume"))
        return c->err.rc;
    if (!ac_item_is_readable(&c->item, volume))
        rc = ac_volume_report_unread(c, &p);
    else if (ac_item_open_tree(&c->item, volume, &why) != AC_OK)
        rc = ac_volume_report_failed(c, &p, &why);
    else
        rc = ac_volume_report_opened(c, &p);
    if (rc == AC_OK && c->item.volumes[volume].tree)
        rc = ac_systems_find(c, volume);
    ac_collector_end(c, &p, "volume");
    return rc;
}

static enum ac_rc examine(struct ac_collector *c)
{
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < c->item.n; i++)
        rc = open_volume(c, i);
    for (size_t i = 0; rc == AC_OK && i < c->n_systems; i++) {
        rc = ac_artefacts_collect(c, &c->systems[i]);
        if (rc == AC_OK)
            rc = ac_listings_collect(c, &c->systems[i]);
        if (rc == AC_OK)
            rc = ac_candidates_collect(c, &c->systems[i]);
        if (rc == AC_OK)
            rc = ac_content_collect(c, &c->systems[i]);
        if (rc == AC_OK)
            rc = ac_journal_collect(c, &c->systems[i]);
        if (rc == AC_OK)
            rc = ac_log_file_collect(c, &c->systems[i]);
        if (rc == AC_OK)
            rc = ac_zones_collect(c, &c->systems[i]);
    }
    return rc;
}

static bool any_tree(const struct ac_item *item)
{
    for (size_t i = 0; i < item->n; i++) {
        if (item->volumes[i].tree)
            return true;
    }
    return false;
}

/* The evidence's own step: container and partition table. The text of DONE, "" if all went well. */
static enum ac_rc open_evidence(struct ac_collector *c, struct ac_buf *done)
{
    struct ac_place p = {
        .volume = SIZE_MAX, .node = AC_NODE_NONE, .user = "", .artefact_offset = AC_NO_OFFSET};
    struct ac_err why = {0};
    char text[1024];
    enum ac_rc rc = AC_OK;

    p.path = c->worker->options->name;
    if (!ac_collector_begin(c, &p, "evidence")) {
        ac_buf_addz(done, "its container or partition table could not be read");
        return c->err.rc;
    }
    if (ac_item_open(c->worker->options->path, &c->item, &why) != AC_OK ||
        ac_item_confine(&c->item, &why) != AC_OK) {
        ac_buf_addz(done, ac_err_text(&why, text, sizeof(text)));
    } else {
        p.volume = 0;
        rc = c->item.n ? ac_volume_report_image(c, &p) : AC_OK;
        p.volume = SIZE_MAX;
    }
    ac_collector_end(c, &p, "evidence");
    return rc;
}

void ac_worker_triage(struct ac_worker *w)
{
    struct ac_collector c = {.worker = w};
    struct ac_buf done = {0};
    enum ac_rc rc = open_evidence(&c, &done);
    enum ac_frame_type last = AC_FRAME_DONE;
    char text[1024];

    if (rc == AC_OK && !done.n) {
        rc = examine(&c);
        if (rc == AC_OK && !any_tree(&c.item))
            ac_buf_addz(&done, "no volume of it could be examined");
        else if (rc == AC_OK && c.item.kind == AC_ITEM_FILE && c.read == 0)
            ac_buf_addz(&done, "it could not be read as what it seems to be");
    }
    if (rc != AC_OK) {
        last = AC_FRAME_STOPPED;
        ac_buf_clear(&done);
        ac_buf_addf(&done, "the examination ended early: %s",
                    ac_err_text(&c.err, text, sizeof(text)));
    }
    for (size_t i = 0; i < c.n_systems; i++)
        ac_free(c.systems[i].id);
    ac_free(c.systems);
    ac_set_free(&c.wanted);
    ac_set_free(&c.files_sent);
    ac_free(c.read_nodes);
    if (c.item.path)
        ac_item_close(&c.item);
    ac_frame_write(w->fd, last, ac_buf_str(&done), NULL);
    ac_buf_free(&done);
}
