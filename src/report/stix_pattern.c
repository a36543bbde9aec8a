/*
 * The pattern of an indicator: what the records of a finding say lies on the disk, "or" between them.
 *
 * Left out is what would hit on other machines by chance: programs of Windows that an autostart starts a library
 * with (they do not lie where a user may write), whole folders, and files without content. A text that had to be
 * escaped to be shown would never be found as it stands, so it makes no term.
 */
#include "base/limits.h"
#include "report/stix_parts.h"

#include <string.h>

struct terms {
    struct ac_stix *s;
    struct ac_buf *out;
    struct ac_set seen;
    size_t n;
};

/* A string constant: quote and backslash are escaped. Appends; false: it cannot be one. */
static bool literal(struct ac_str text, const char *before, struct ac_buf *out)
{
    struct ac_buf safe = {0};
    bool same;

    ac_text_safe(text, &safe);
    same = !safe.failed && safe.n == text.n && memcmp(safe.p ? safe.p : "", text.p, text.n) == 0;
    out->failed |= safe.failed;
    ac_buf_free(&safe);
    if (!same)
        return false;
    ac_buf_addf(out, "'%s", before);
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\'' || text.p[i] == '\\')
            ac_buf_addc(out, '\\');
        ac_buf_addc(out, text.p[i]);
    }
    ac_buf_addc(out, '\'');
    return true;
}

/* A finished comparison, without its brackets. */
static void add(struct terms *t, const struct ac_buf *term)
{
    t->out->failed |= term->failed;
    if (term->failed || t->n == AC_MAX_STIX_TERMS || ac_set_has(&t->seen, ac_buf_str(term)))
        return;
    if (ac_set_put(&t->seen, ac_buf_str(term), 1) != AC_OK)
        t->out->failed = true;
    ac_buf_addf(t->out, "%s[%s]", t->n++ ? " OR " : "", ac_buf_text(term));
}

/* ---- files */

static void add_path(struct terms *t, const char *path)
{
    struct ac_str whole = ac_str_of(path);
    struct ac_buf term = {0}, folder = {0};
    size_t n = whole.n;

    while (n && path[n - 1] != '/')
        n--;
    ac_exchange_path((struct ac_str){path, n ? n - 1 : 0}, &folder);
    ac_buf_addz(&term, "file:name = ");
    if (n < whole.n && literal((struct ac_str){path + n, whole.n - n}, "", &term)) {
        ac_buf_addz(&term, " AND file:parent_directory_ref.path LIKE ");
        if (literal(ac_buf_str(&folder), "%", &term)) /* whatever the letter of the volume */
            add(t, &term);
    }
    t->out->failed |= term.failed || folder.failed;
    ac_buf_free(&term);
    ac_buf_free(&folder);
}

static void add_file(struct terms *t, const struct ac_record *r)
{
    static const char *const hashes[][2] = {
        {"sha256", "SHA-256"}, {"sha1", "SHA-1"}, {"md5", "MD5"}};
    struct ac_buf term = {0};

    for (size_t i = 0; !term.n && i < 3 && ac_record_get_int(r, "size") > 0; i++) {
        const char *hex = ac_record_get(r, hashes[i][0]);

        if (hex[0] && strspn(hex, "0123456789abcdef") == strlen(hex))
            ac_buf_addf(&term, "file:hashes.'%s' = '%s'", hashes[i][1], hex);
    }
    if (term.n || term.failed)
        add(t, &term);
    else
        add_path(t, ac_record_get(r, "path"));
    ac_buf_free(&term);
}

static void add_target(struct terms *t, const char *file_record, const char *path)
{
    const struct ac_record *r = ac_exchange_record(&t->s->x, file_record);

    if (r && ac_record_kind(r) == AC_KIND_FILE)
        add_file(t, r);
    else if (path[0])
        add_path(t, path);
}

/* ---- the registry */

/* The hive of a user has the name of the profile in its key, on other machines the SID of another account. */
static bool add_key(const char *key, struct ac_buf *term)
{
    const char *rest = strncmp(key, "HKU\\", 4) == 0 ? strchr(key + 4, '\\') : NULL;
    struct ac_buf full = {0};
    bool ok;

    if (rest) {
        ac_buf_addz(term, "windows-registry-key:key LIKE ");
        return literal(ac_str_of(rest), "HKEY_USERS\\\\%", term);
    }
    ac_exchange_key(key, &full);
    ac_buf_addz(term, "windows-registry-key:key = ");
    ok = literal(ac_buf_str(&full), "", term);
    term->failed |= full.failed;
    ac_buf_free(&full);
    return ok;
}

static void add_value(struct terms *t, const struct ac_record *r, const char *data)
{
    struct ac_buf term = {0};
    bool ok = add_key(ac_record_prov(r, "key"), &term);

    if (ok && ac_record_prov_has(r, "value")) {
        ac_buf_addz(&term, " AND windows-registry-key:values[*].name = ");
        ok = literal(ac_str_of(ac_record_prov(r, "value")), "", &term);
    }
    if (ok && data[0] && strlen(data) <= AC_MAX_STIX_DATA) {
        ac_buf_addz(&term, " AND windows-registry-key:values[*].data = ");
        ok = literal(ac_str_of(data), "", &term);
    }
    if (ok)
        add(t, &term);
    t->out->failed |= term.failed;
    ac_buf_free(&term);
}

/* ---- records */

static void add_autostart(struct terms *t, const struct ac_record *r)
{
    if (ac_record_prov(r, "key")[0])
        add_value(t, r, ac_record_get(r, "command"));
    if (ac_record_get_bool(r, "user_writable"))
        add_target(t, ac_record_get(r, "target_file"), ac_record_get(r, "target"));
}

static void add_task(struct terms *t, const struct ac_record *r)
{
    const json_t *actions = ac_record_get_json(r, "actions");

    if (ac_record_prov(r, "key")[0])
        add_value(t, r, "");
    else if (ac_record_prov(r, "path")[0])
        add_path(t, ac_record_prov(r, "path"));
    for (size_t i = 0; i < json_array_size(actions); i++) {
        const json_t *action = json_array_get(actions, i);

        if (json_is_true(json_object_get(action, "user_writable")))
            add_target(t, ac_text_of(action, "target_file"), ac_text_of(action, "target"));
    }
}

void ac_stix_pattern(struct ac_stix *s, const struct ac_finding *f, struct ac_buf *out)
{
    struct terms t = {.s = s, .out = out};

    for (size_t i = 0; i < f->n_records && t.n < AC_MAX_STIX_TERMS && !out->failed; i++) {
        const struct ac_record *r = f->records[i];

        if (ac_record_kind(r) == AC_KIND_FILE && !ac_record_get_bool(r, "directory"))
            add_file(&t, r);
        else if (ac_record_kind(r) == AC_KIND_MATCH)
            add_path(&t, ac_record_get(r, "path"));
        else if (ac_record_kind(r) == AC_KIND_AUTOSTART)
            add_autostart(&t, r);
        else if (ac_record_kind(r) == AC_KIND_TASK)
            add_task(&t, r);
        else if (ac_record_kind(r) == AC_KIND_VALUE && ac_record_prov(r, "key")[0])
            add_value(&t, r, "");
    }
    ac_set_free(&t.seen);
    s->x.failed |= out->failed;
}
