/* The second worker: reads the whole image once and tells whether it is what the container says. */
#include "collect/worker.h"

#include "collect/confine.h"
#include "collect/wire.h"
#include "evidence/verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

struct progress {
    struct ac_worker *worker;
    uint64_t total;
    struct timespec last;
};

/* At most four a second: the frames are for a person to look at. */
static void tell(void *context, uint64_t done)
{
    struct progress *p = context;
    struct timespec now;
    char text[64];

    clock_gettime(CLOCK_MONOTONIC, &now);
    if (done < p->total &&
        (now.tv_sec - p->last.tv_sec) * 1000 + (now.tv_nsec - p->last.tv_nsec) / 1000000 < 250)
        return;
    p->last = now;
    snprintf(text, sizeof(text), "%" PRIu64 " %" PRIu64, done, p->total);
    if (ac_frame_write(p->worker->fd, AC_FRAME_PROGRESS, ac_str_of(text), NULL) != AC_OK)
        _exit(1);
}

static void set_container(struct ac_record *r, const struct ac_image_facts *f)
{
    ac_record_textz(r, "format", f->format);
    ac_record_int(r, "media_size", (int64_t)f->media_size);
    ac_record_int(r, "sector_size", f->sector_size);
    ac_record_empty(r, "segments");
    for (size_t i = 0; i < f->n_segments; i++) {
        json_t *o = json_object();
        struct ac_buf name = {0};

        ac_text_from_utf8((struct ac_view){(const uint8_t *)f->segments[i].name,
                                           ac_str_of(f->segments[i].name).n, 0},
                          &name, NULL);
        ac_json_text(o, "name", ac_buf_str(&name));
        ac_json_int(o, "size", (int64_t)f->segments[i].size);
        ac_json_textz(o, "state", f->segments[i].state);
        ac_record_add_object(r, "segments", o);
        ac_buf_free(&name);
    }
    if (f->segment_problem.n)
        ac_record_text(r, "segment_state", ac_buf_str(&f->segment_problem));
    else
        ac_record_textz(r, "segment_state", "complete");
    for (size_t i = 0; i < f->n_headers; i++) {
        json_t *o = json_object();
        struct ac_buf value = {0};

        ac_text_from_utf8((struct ac_view){(const uint8_t *)f->headers[i].value,
                                           ac_str_of(f->headers[i].value).n, 0},
                          &value, NULL);
        ac_json_textz(o, "name", f->headers[i].name);
        ac_json_text(o, "value", ac_buf_str(&value));
        ac_record_add_object(r, "header", o);
        ac_buf_free(&value);
    }
}

static void set_hashes(struct ac_record *r, const struct ac_image_facts *f,
                       const struct ac_verification *v)
{
    ac_record_empty(r, "hashes");
    for (int k = 0; k < AC_HASH_KINDS; k++) {
        json_t *o;

        if (!f->stored[k][0] && k != AC_SHA256)
            continue;
        o = json_object();
        ac_json_textz(o, "algorithm", ac_hash_name((enum ac_hash_kind)k));
        ac_json_textz(o, "stored", f->stored[k]);
        ac_json_textz(o, "computed", v->computed[k]);
        ac_json_textz(o, "result", ac_verify_word(f->stored[k], v->computed[k]));
        ac_record_add_object(r, "hashes", o);
    }
    ac_record_int(r, "bytes_hashed", (int64_t)v->bytes);
}

static void set_chunks(struct ac_record *r, const struct ac_image_facts *f,
                       const struct ac_verification *v, bool done)
{
    char text[120];

    if (!f->chunk_size)
        ac_record_textz(r, "chunk_state", "not applicable");
    else if (!done)
        ac_record_textz(r, "chunk_state", "NOT COMPUTED");
    else if (v->gaps.n == 0)
        ac_record_textz(r, "chunk_state", "all checksums correct");
    else {
        snprintf(text, sizeof(text),
                 "%" PRIu64 " bytes in %zu range(s) are absent or fail their checksum",
                 ac_gaps_bytes(&v->gaps), v->gaps.n);
        ac_record_textz(r, "chunk_state", text);
    }
    for (size_t i = 0; i < v->gaps.n; i++) {
        json_t *o = json_object();

        ac_json_int(o, "offset", (int64_t)v->gaps.items[i].off);
        ac_json_int(o, "length", (int64_t)v->gaps.items[i].len);
        ac_json_textz(o, "reason", v->gaps.items[i].why);
        ac_record_add_object(r, "unreadable", o);
    }
}

/* A digest that was not computed agrees with nothing: its word is NOT COMPUTED, never MATCH. */
static void set_expected(struct ac_record *r, const struct ac_collect_options *o,
                         const struct ac_verification *v)
{
    for (size_t i = 0; i < o->n_expected; i++) {
        const struct ac_expected_hash *e = &o->expected[i];
        json_t *item = json_object();

        ac_json_textz(item, "algorithm", ac_hash_name(e->kind));
        ac_json_textz(item, "expected", e->hex);
        ac_json_textz(item, "computed", v->computed[e->kind]);
        ac_json_textz(item, "result", ac_verify_word(e->hex, v->computed[e->kind]));
        ac_record_add_object(r, "expected", item);
    }
}

struct ac_record *ac_integrity_record(const struct ac_collect_options *o,
                                      const struct ac_image *img, const struct ac_verification *v)
{
    static const struct ac_verification none = {0};
    struct ac_record *r = ac_record_new(AC_KIND_INTEGRITY);

    if (img) {
        set_container(r, &img->facts);
        set_hashes(r, &img->facts, v ? v : &none);
        set_chunks(r, &img->facts, v ? v : &none, v != NULL);
    }
    set_expected(r, o, v ? v : &none);
    return r;
}

static unsigned expected_kinds(const struct ac_collect_options *o)
{
    unsigned kinds = 0;

    for (size_t i = 0; i < o->n_expected; i++)
        kinds |= 1U << o->expected[i].kind;
    return kinds;
}

static void send_failure(struct ac_worker *w, enum ac_rc rc, const struct ac_err *why)
{
    struct ac_record *r = ac_record_new(AC_KIND_PROBLEM);
    char text[1024];

    ac_record_textz(r, "where", w->options->name);
    ac_record_textz(r, "what", ac_err_text(why, text, sizeof(text)));
    ac_record_textz(r, "effect", "the image was not verified");
    ac_record_textz(r, "class", ac_rc_name(rc));
    ac_worker_send(w, r, NULL);
}

void ac_worker_verify(struct ac_worker *w)
{
    struct ac_image *img = NULL;
    struct ac_verification v = {0};
    struct progress p = {.worker = w};
    struct ac_err err = {0};
    enum ac_rc rc = ac_image_open(w->options->path, &img, &err);

    /* what cannot be opened is reported by the triage, with the reason */
    if (rc == AC_OK && (rc = ac_confine_to(NULL, 0, &err)) != AC_OK)
        send_failure(w, rc, &err);
    if (rc == AC_OK) {
        p.total = img->reader.size;
        rc = ac_verify_image(img, expected_kinds(w->options), tell, &p, &v, &err);
        if (rc == AC_OK)
            rc = ac_worker_send(w, ac_integrity_record(w->options, img, &v), &err);
        if (rc != AC_OK)
            send_failure(w, rc, &err);
    }
    ac_gaps_free(&v.gaps);
    ac_image_close(img);
    ac_frame_write(w->fd, AC_FRAME_DONE, AC_STR(""), NULL);
}
