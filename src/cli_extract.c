/* --extract: which files are copied out of the evidence, the folder that they come into, and its list. */
#include "cli_job.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "base/set.h"
#include "collect/extract.h"
#include "collect/packed_file.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIST "list.jsonl"

/* ---- the folder */

/* "000001.bin.gz", list.jsonl, and what an interrupted run left of them. */
static bool is_ours(const char *name)
{
    static const char *const endings[] = {".bin.gz", ".bin.gz" AC_PACKED_PART};
    size_t digits = 0;

    if (strcmp(name, LIST) == 0 || strcmp(name, LIST AC_PACKED_PART) == 0)
        return true;
    while (isdigit((unsigned char)name[digits]))
        digits++;
    return digits >= 6 &&
           (strcmp(name + digits, endings[0]) == 0 || strcmp(name + digits, endings[1]) == 0);
}

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static DIR *open_folder(const char *dir)
{
    struct ac_buf path = {0};
    DIR *d;
    int fd;

    ac_buf_addf(&path, "%s/" AC_ARTEFACTS, dir);
    fd = open(ac_buf_text(&path), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    d = fd >= 0 ? fdopendir(fd) : NULL;
    ac_buf_free(&path);
    return d;
}

bool ac_job_is_artefacts(const char *dir)
{
    DIR *d = open_folder(dir);
    bool only = d != NULL;

    for (struct dirent *e; only && (e = readdir(d));)
        only = is_dots(e->d_name) || is_ours(e->d_name);
    if (d)
        closedir(d);
    return only;
}

void ac_job_clear_artefacts(const char *dir)
{
    struct ac_buf path = {0};
    DIR *d = open_folder(dir);

    for (struct dirent *e; d && (e = readdir(d));) {
        if (is_ours(e->d_name))
            unlinkat(dirfd(d), e->d_name, 0);
    }
    if (d)
        closedir(d);
    ac_buf_addf(&path, "%s/" AC_ARTEFACTS, dir);
    if (d)
        rmdir(ac_buf_text(&path));
    ac_buf_free(&path);
}

/* ---- what is copied */

struct wanted {
    struct ac_extract_file file;
    const struct ac_record *record; /* Borrowed */
    const char *evidence, *sha256;  /* Borrowed; as the examination has it, "" */
    json_t *findings;               /* Owned: ids of findings that name it */
};

struct choice {
    struct wanted *items;
    size_t n, cap;
    struct ac_set known; /* place of a file -> index */
    struct ac_set ids;   /* record id -> index of the record */
};

static void choice_free(struct choice *c)
{
    for (size_t i = 0; i < c->n; i++) {
        json_decref(c->items[i].findings);
        json_decref(c->items[i].file.ranges);
    }
    ac_free(c->items);
    ac_set_free(&c->known);
    ac_set_free(&c->ids);
}

/* Findings come one after the other: an id that is there already is the last one. */
static bool is_last(const json_t *list, const char *id)
{
    size_t n = json_array_size(list);

    return n && strcmp(json_string_value(json_array_get(list, n - 1)), id) == 0;
}

/* Once for each place; a finding's id is added to what is there. */
static enum ac_rc want(struct choice *c, const struct ac_record *r, const char *path,
                       const char *finding)
{
    struct ac_buf key = {0};
    int64_t offset = json_integer_value(ac_record_prov_json(r, "volume_offset"));
    uint64_t at = c->n;
    enum ac_rc rc = AC_OK;
    bool is_new;

    ac_buf_addf(&key, "%s|%" PRId64 "|%s|%s", ac_record_prov(r, "evidence"), offset, path,
                ac_record_prov(r, "mft"));
    is_new = !ac_set_get(&c->known, ac_buf_str(&key), &at);
    if (is_new && (ac_grow((void **)&c->items, &c->cap, c->n + 1, sizeof(*c->items)) != 0 ||
                   ac_set_put(&c->known, ac_buf_str(&key), at) != AC_OK))
        rc = AC_NOMEM;
    if (is_new && rc == AC_OK)
        c->items[c->n++] = (struct wanted){
            .file = {.path = path,
                     .mft = strcmp(path, "$MFT") == 0 ? "" : ac_record_prov(r, "mft"),
                     .volume_offset = (uint64_t)offset},
            .record = r,
            .evidence = ac_record_prov(r, "evidence"),
            .sha256 = ac_record_get(r, "sha256"),
            .findings = json_array()};
    if (rc == AC_OK && finding && !is_last(c->items[at].findings, finding))
        json_array_append_new(c->items[at].findings, json_string(finding));
    ac_buf_free(&key);
    return rc;
}

static enum ac_rc want_file(struct choice *c, const struct ac_assessment *a, const char *id,
                            const char *finding)
{
    const struct ac_record *r;
    uint64_t at;

    if (!id || !ac_set_get(&c->ids, ac_str_of(id), &at))
        return AC_OK;
    r = a->records[at];
    if (ac_record_kind(r) != AC_KIND_FILE || ac_record_get_bool(r, "directory"))
        return AC_OK;
    return want(c, r, ac_record_get(r, "path"), finding);
}

/* The files that a record of a finding is about: itself, or what its command starts. */
static enum ac_rc want_files_of(struct choice *c, const struct ac_assessment *a,
                                const struct ac_record *r, const char *finding)
{
    enum ac_kind kind = ac_record_kind(r);
    const json_t *actions = kind == AC_KIND_TASK ? ac_record_get_json(r, "actions") : NULL;
    enum ac_rc rc = want_file(c, a, ac_record_id(r), finding);

    if (rc == AC_OK && ac_schema_field(ac_schema_of(kind), "target_file"))
        rc = want_file(c, a, ac_record_get(r, "target_file"), finding);
    for (size_t i = 0; rc == AC_OK && i < json_array_size(actions); i++)
        rc = want_file(
            c, a, json_string_value(json_object_get(json_array_get(actions, i), "target_file")),
            finding);
    return rc;
}

/* Rows of the coverage table that stand for one file; others are about folders, volumes, the collection. */
static enum ac_rc want_artefact(struct choice *c, const struct ac_record *r)
{
    if (ac_record_kind(r) != AC_KIND_SOURCE || !ac_record_get_bool(r, "present"))
        return AC_OK;
    if (strcmp(ac_record_get(r, "source"), "mft") == 0)
        return want(c, r, "$MFT", NULL);
    if (strcmp(ac_record_get(r, "source"), "volume") == 0 || !ac_record_get_json(r, "size"))
        return AC_OK;
    return want(c, r, ac_record_prov(r, "path"), NULL);
}

/* First what findings name: it is not left out when a limit is reached. */
static enum ac_rc choose(struct choice *c, const struct ac_assessment *a)
{
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < a->n_records; i++)
        rc = ac_set_put(&c->ids, ac_str_of(ac_record_id(a->records[i])), i);
    for (size_t i = 0; rc == AC_OK && i < a->n_findings; i++) {
        const struct ac_finding *f = a->findings[i];

        for (size_t k = 0; rc == AC_OK && f->strength > AC_LISTED && k < f->n_records; k++)
            rc = want_files_of(c, a, f->records[k], f->id);
    }
    for (size_t i = 0; rc == AC_OK && i < a->n_records; i++)
        rc = want_artefact(c, a->records[i]);
    return rc;
}

/* ---- copying */

static enum ac_rc extract_item(const struct ac_collect_options *o, struct choice *c, int folder,
                               struct ac_extract_left *left, struct ac_err *err)
{
    struct ac_extract_file *files = ac_calloc(c->n + 1, sizeof(*files));
    size_t n = 0;
    enum ac_rc rc = files ? AC_OK : AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for files");

    for (size_t i = 0; files && i < c->n; i++) {
        if (strcmp(c->items[i].evidence, o->evidence_id) == 0)
            files[n++] = c->items[i].file;
    }
    if (rc == AC_OK && n)
        rc = ac_extract(o, folder, files, n, left, err);
    n = 0;
    for (size_t i = 0; files && i < c->n; i++) {
        if (strcmp(c->items[i].evidence, o->evidence_id) == 0)
            c->items[i].file = files[n++];
    }
    ac_free(files);
    return rc;
}

static enum ac_rc extract_all(const struct ac_job *j, struct choice *c, int folder,
                              struct ac_err *err)
{
    struct ac_extract_left left = {AC_MAX_EXTRACT_FILES, AC_MAX_EXTRACT_BYTES, 0};
    enum ac_rc rc = AC_OK;

    for (int i = 0; rc == AC_OK && i < j->n_items; i++) {
        char id[24];
        struct ac_collect_options o = {.path = j->items[i]};

        snprintf(id, sizeof(id), "E%d", i + 1);
        o.evidence_id = j->evidence_id && j->n_items == 1 ? j->evidence_id : id;
        o.name = o.evidence_id;
        rc = extract_item(&o, c, folder, &left, err);
    }
    return rc;
}

/* ---- the list */

struct sums {
    json_int_t files, bytes, left_out, incomplete, differ;
};

static bool differs(const struct wanted *w)
{
    return w->file.name[0] && !w->file.missing && w->sha256[0] &&
           strcmp(w->sha256, w->file.sha256) != 0;
}

static void add_up(struct sums *s, const struct wanted *w)
{
    s->left_out += !w->file.name[0];
    s->files += w->file.name[0] != '\0';
    s->bytes += (json_int_t)w->file.size;
    s->incomplete += w->file.missing > 0;
    s->differ += differs(w);
}

/* With missing bytes the digest is of zeros in their place: it has another name then, lest it be compared. */
static json_t *line_of(const struct wanted *w)
{
    const struct ac_extract_file *f = &w->file;
    json_t *o = json_object();

    json_object_set_new(o, "name", f->name[0] ? json_string(f->name) : json_null());
    ac_json_textz(o, "evidence", w->evidence);
    ac_json_int(o, "volume_offset", (int64_t)f->volume_offset);
    ac_json_textz(o, "path", f->path);
    ac_json_textz(o, "mft", f->mft);
    ac_json_textz(o, "record", ac_record_id(w->record));
    json_object_set(o, "findings", w->findings);
    if (!f->name[0]) {
        ac_json_textz(o, "reason", f->reason);
        return o;
    }
    ac_json_int(o, "size", (int64_t)f->size);
    ac_json_textz(o, f->missing ? "sha256_with_zeros" : "sha256", f->sha256);
    if (w->sha256[0] && !f->missing)
        ac_json_bool(o, "as_examined", !differs(w));
    ac_json_bool(o, "deleted", f->deleted);
    ac_json_int(o, "missing", (int64_t)f->missing);
    if (f->ranges)
        json_object_set(o, "missing_ranges", f->ranges);
    return o;
}

static bool put_line(FILE *f, json_t *o)
{
    char *text = o ? json_dumps(o, JSON_COMPACT) : NULL;
    bool ok = text && fprintf(f, "%s\n", text) > 0;

    free(text);
    json_decref(o);
    return ok;
}

static json_t *head_of(const struct sums *s)
{
    json_t *o = json_object();

    ac_json_textz(o, "schema", "aftercheck-artefacts/1");
    ac_json_textz(o, "form", "gzip (RFC 1952), to be unpacked with gunzip");
    ac_json_int(o, "files", s->files);
    ac_json_int(o, "bytes", s->bytes);
    ac_json_int(o, "left_out", s->left_out);
    ac_json_int(o, "incomplete", s->incomplete);
    ac_json_int(o, "differ", s->differ);
    return o;
}

static enum ac_rc write_list(const struct ac_job *j, const struct choice *c, const struct sums *s,
                             int folder, struct ac_err *err)
{
    FILE *f = ac_job_open(j->output, AC_ARTEFACTS "/" LIST AC_PACKED_PART, "w", err);
    bool ok = f && put_line(f, head_of(s));

    if (!f)
        return AC_IO;
    for (size_t i = 0; ok && i < c->n; i++)
        ok = put_line(f, line_of(&c->items[i]));
    ok = fclose(f) == 0 && ok;
    ok = ok && renameat(folder, LIST AC_PACKED_PART, folder, LIST) == 0;
    return ok ? AC_OK
              : AC_FAIL(err, AC_IO, AC_NO_OFFSET, AC_ARTEFACTS "/" LIST " could not be written");
}

static int make_folder(const char *dir, struct ac_err *err)
{
    struct ac_buf path = {0};
    int fd = -1;

    ac_buf_addf(&path, "%s/" AC_ARTEFACTS, dir);
    if (mkdir(ac_buf_text(&path), 0777) == 0)
        fd = open(ac_buf_text(&path), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s: %s", ac_buf_text(&path), strerrordesc_np(errno));
    ac_buf_free(&path);
    return fd;
}

static void tell(const struct ac_job *j, const struct sums *s)
{
    json_t *head = head_of(s);

    json_object_del(head, "schema");
    json_object_del(head, "form");
    json_object_set_new(j->run, "extracted", head);
    if (s->left_out || s->incomplete || s->differ)
        ac_cli_message("%s/" AC_ARTEFACTS "/" LIST ": %" PRId64 " file(s) left out, %" PRId64
                       " with missing bytes, %" PRId64 " not as examined",
                       j->output, (int64_t)s->left_out, (int64_t)s->incomplete, (int64_t)s->differ);
}

enum ac_rc ac_job_extract(const struct ac_job *j, const struct ac_assessment *a, struct ac_err *err)
{
    struct choice c = {0};
    struct sums s = {0};
    int folder = make_folder(j->output, err);
    enum ac_rc rc = folder < 0 ? AC_IO : choose(&c, a);

    if (rc == AC_NOMEM)
        AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for the list of files");
    if (rc == AC_OK)
        rc = extract_all(j, &c, folder, err);
    for (size_t i = 0; i < c.n; i++)
        add_up(&s, &c.items[i]);
    if (rc == AC_OK)
        rc = write_list(j, &c, &s, folder, err);
    if (rc == AC_OK) {
        tell(j, &s);
        ac_run_info_now(j->run, "ended");
        rc = ac_job_write_run(j->output, j->run, err);
    }
    if (folder >= 0)
        close(folder);
    choice_free(&c);
    return rc;
}
