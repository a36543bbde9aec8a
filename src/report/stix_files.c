/* Files and folders as observables. Times are left out: one file on two images is one object, with times of its own on
 * each; they stand in the records. */
#include "report/stix_parts.h"

#include <string.h>

static const char *const file_names[] = {"hashes", "name", "parent_directory_ref", "extensions",
                                         NULL};
static const char *const directory_names[] = {"path", NULL};

static const char *directory(struct ac_stix *s, const struct ac_buf *path)
{
    json_t *o = ac_stix_new_observable(s, "directory");

    s->x.failed |= path->failed;
    ac_exchange_put(&s->x, o, "path", ac_exchange_text(&s->x, ac_buf_str(path)));
    return ac_stix_observable(s, o, directory_names);
}

const char *ac_stix_directory(struct ac_stix *s, struct ac_str path)
{
    struct ac_buf text = {0};
    const char *id;

    ac_exchange_path(path, &text);
    id = directory(s, &text);
    ac_buf_free(&text);
    return id;
}

static json_t *new_file(struct ac_stix *s, struct ac_str name, const char *folder)
{
    json_t *o = ac_stix_new_observable(s, "file");

    ac_exchange_put(&s->x, o, "name", ac_exchange_text(&s->x, name));
    if (folder[0])
        ac_exchange_put(&s->x, o, "parent_directory_ref", json_string(folder));
    return o;
}

/* Where the last component begins. */
static size_t last_part(struct ac_str path, char separator)
{
    size_t n = path.n;

    while (n && path.p[n - 1] != separator)
        n--;
    return n;
}

/* A file of a volume, path with / between components. */
static json_t *on_volume(struct ac_stix *s, const char *path)
{
    struct ac_str whole = ac_str_of(path);
    size_t n = last_part(whole, '/');
    const char *folder = ac_stix_directory(s, (struct ac_str){path, n ? n - 1 : 0});

    return new_file(s, (struct ac_str){path + n, whole.n - n}, folder);
}

static const char *put_file(struct ac_stix *s, json_t *o)
{
    if (ac_text_of(o, "name")[0])
        return ac_stix_observable(s, o, file_names);
    json_decref(o);
    return "";
}

static void put_hash(struct ac_stix *s, json_t *o, const char *name, const char *hex)
{
    json_t *hashes = json_object_get(o, "hashes");

    if (!hex[0])
        return;
    if (!hashes) {
        hashes = json_object();
        ac_exchange_put(&s->x, o, "hashes", hashes);
    }
    if (!s->x.failed)
        ac_exchange_put(&s->x, hashes, name, ac_exchange_textz(&s->x, hex));
}

const char *ac_stix_file(struct ac_stix *s, const struct ac_record *r)
{
    json_t *o = on_volume(s, ac_record_get(r, "path"));

    put_hash(s, o, "MD5", ac_record_get(r, "md5"));
    put_hash(s, o, "SHA-1", ac_record_get(r, "sha1"));
    put_hash(s, o, "SHA-256", ac_record_get(r, "sha256"));
    if (json_object_get(o, "hashes") && ac_record_get_int(r, "size") >= 0)
        ac_exchange_put(&s->x, o, "size", json_integer(ac_record_get_int(r, "size")));
    return put_file(s, o);
}

const char *ac_stix_target(struct ac_stix *s, const char *file_record, const char *path)
{
    const struct ac_record *r = ac_exchange_record(&s->x, file_record);

    if (r && ac_record_kind(r) == AC_KIND_FILE)
        return ac_stix_file(s, r);
    return path[0] ? put_file(s, on_volume(s, path)) : "";
}

const char *ac_stix_stored_path(struct ac_stix *s, const char *path)
{
    struct ac_str whole = ac_str_of(path);
    size_t n = last_part(whole, '\\');
    struct ac_buf folder = {0};
    const char *id = "";

    if (n)
        ac_buf_add(&folder, path, n > 1 ? n - 1 : n);
    if (folder.n)
        id = directory(s, &folder);
    id = put_file(s, new_file(s, (struct ac_str){path + n, whole.n - n}, id));
    s->x.failed |= folder.failed;
    ac_buf_free(&folder);
    return id;
}

const char *ac_stix_artefact(struct ac_stix *s, const struct ac_record *r)
{
    const char *path = ac_record_prov(r, "path");
    json_t *o;

    if (!path[0])
        return "";
    o = on_volume(s, path);
    put_hash(s, o, "SHA-256", ac_record_prov(r, "sha256"));
    return put_file(s, o);
}
