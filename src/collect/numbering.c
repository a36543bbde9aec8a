#include "collect/numbering.h"

#include <inttypes.h>
#include <stdio.h>

static void file_key(const struct ac_record *r, const char *path, struct ac_buf *out)
{
    ac_buf_addf(out, "%" JSON_INTEGER_FORMAT ":%s",
                json_integer_value(ac_record_prov_json(r, "volume_offset")), path);
}

static bool file_id(struct ac_numbering *n, const struct ac_record *r, const char *target,
                    char ret[24])
{
    struct ac_buf key = {0};
    uint64_t number;
    bool found;

    file_key(r, target, &key);
    found = target[0] && ac_set_get(&n->files, ac_buf_str(&key), &number);
    if (found)
        snprintf(ret, 24, "R-%06" PRIu64, number);
    ac_buf_free(&key);
    return found;
}

/* Puts the id of the target's file record beside the target; it has arrived before. */
static void link_targets(struct ac_numbering *n, struct ac_record *r)
{
    char id[24];
    const json_t *actions = ac_record_get_json(r, "actions");

    if (ac_schema_field(ac_schema_of(ac_record_kind(r)), "target_file") &&
        file_id(n, r, ac_record_get(r, "target"), id))
        ac_record_textz(r, "target_file", id);
    for (size_t i = 0; ac_record_kind(r) == AC_KIND_TASK && i < json_array_size(actions); i++) {
        json_t *action = json_array_get(actions, i);
        const char *target = json_string_value(json_object_get(action, "target"));

        if (target && file_id(n, r, target, id))
            ac_json_textz(action, "target_file", id);
    }
}

/* True if a record of this file has come before. */
static bool is_repeated(struct ac_numbering *n, const struct ac_record *r)
{
    struct ac_buf key = {0};
    bool is;

    if (ac_record_kind(r) != AC_KIND_FILE)
        return false;
    file_key(r, ac_record_get(r, "path"), &key);
    ac_buf_addf(&key, "|%s", ac_record_prov(r, "mft"));
    is = ac_set_has(&n->sent, ac_buf_str(&key));
    if (!is)
        ac_set_put(&n->sent, ac_buf_str(&key), 0);
    ac_buf_free(&key);
    return is;
}

static void remember_file(struct ac_numbering *n, const struct ac_record *r, uint64_t number)
{
    struct ac_buf key = {0};

    file_key(r, ac_record_get(r, "path"), &key);
    ac_set_put(&n->files, ac_buf_str(&key), number);
    ac_buf_free(&key);
}

enum ac_rc ac_numbering_accept(struct ac_numbering *n, struct ac_record *r, bool once,
                               struct ac_err *err)
{
    char id[24];
    uint64_t number;

    if (ac_record_rc(r) != AC_OK) {
        ac_record_free(r);
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a record");
    }
    if (is_repeated(n, r) && once) {
        ac_record_free(r);
        return AC_OK;
    }
    number = (*n->next_id)++;
    snprintf(id, sizeof(id), "R-%06" PRIu64, number);
    ac_record_set_id(r, id);
    if (!ac_record_prov_has(r, "evidence"))
        ac_record_prov_textz(r, "evidence", n->evidence_id);
    if (ac_record_kind(r) == AC_KIND_FILE)
        remember_file(n, r, number);
    link_targets(n, r);
    n->records++;
    return ac_sink_emit(n->out, r, err);
}

void ac_numbering_free(struct ac_numbering *n)
{
    ac_set_free(&n->files);
    ac_set_free(&n->sent);
}
