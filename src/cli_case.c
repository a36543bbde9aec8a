#include "cli_case.h"

#include "base/hash.h"
#include "records/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CASE_FILE 1048576

static const char *const members[] = {
    "case_id",   "report_id",     "examiner", "organisation", "qualification",
    "requester", "request_date",  "question", "scope",        "out_of_scope",
    "authority", "external_hash", "custody",  "disposition",
};

static bool is_member(const char *name)
{
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        if (strcmp(members[i], name) == 0)
            return true;
    }
    return false;
}

static void put_text(json_t *o, const char *name, const char *text)
{
    struct ac_buf clean = {0};

    ac_text_from_utf8((struct ac_view){(const uint8_t *)text, strlen(text), 0}, &clean, NULL);
    ac_json_text(o, name, ac_buf_str(&clean));
    ac_buf_free(&clean);
}

/* All or nothing: a file that is wrong in one place is not half-used. */
static const char *check(json_t *file)
{
    const char *name;
    json_t *value;

    if (!json_is_object(file))
        return "is no JSON object";
    json_object_foreach (file, name, value) {
        if (!is_member(name))
            return "has a member that is not known";
        if (!json_is_string(value))
            return "has a member that is no text";
    }
    return NULL;
}

static void load_file(json_t *human, const char *path)
{
    struct ac_buf text = {0};
    FILE *f = fopen(path, "rb");
    char piece[65536], digest[AC_HASH_TEXT];
    const char *wrong = f ? NULL : "cannot be opened";
    json_t *file = NULL;
    size_t n;

    while (f && text.n < MAX_CASE_FILE && (n = fread(piece, 1, sizeof(piece), f)) > 0)
        ac_buf_add(&text, piece, n);
    if (f)
        fclose(f);
    put_text(human, "case_file", path);
    if (!wrong) {
        ac_hash_hex(AC_SHA256, ac_buf_text(&text), text.n, digest);
        ac_json_textz(human, "case_file_sha256", digest);
        file = json_loadb(ac_buf_text(&text), text.n, JSON_REJECT_DUPLICATES, NULL);
        wrong = file ? check(file) : "is not JSON";
    }
    if (wrong)
        ac_json_textz(human, "case_file_error", wrong);
    else
        json_object_update(human, file);
    json_decref(file);
    ac_buf_free(&text);
}

json_t *ac_case_load(const struct ac_case_options *o)
{
    json_t *human = json_object();

    if (o->case_file)
        load_file(human, o->case_file);
    if (o->case_id)
        put_text(human, "case_id", o->case_id);
    if (o->examiner)
        put_text(human, "examiner", o->examiner);
    return human;
}
