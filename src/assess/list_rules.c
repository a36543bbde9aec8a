/* A responder's lists, asked about the records: two rules, and what is known to be good. */
#include "assess/lists.h"

#include "base/alloc.h"

#include <string.h>

static const struct ac_rule rules[AC_LIST_RULES] = {
    {
        .id = "LST-HASH",
        .family = "unassigned",
        .title = N_("File whose digest is in a list of the responder"),
        .tests = N_("Digests of files against the lists given with --hashes: of those files of "
                    "which the collection computed digests, and digests that Amcache and security "
                    "software recorded."),
        .benign = N_("What the list itself wrongly contains."),
        .reference = "--hashes",
        .attack = "",
        .needs = AC_NEED_FILES,
    },
    {
        .id = "LST-NAME",
        .family = "unassigned",
        .title = N_("File whose name is in a list of the responder"),
        .tests =
            N_("Names and paths in records (files, folder listings, the change journal, targets "
               "of autostarts and tasks, execution records, shortcuts, events) against the "
               "lists given with --names."),
        .benign = N_("Another file of the same name."),
        .reference = "--names",
        .attack = "",
        .needs = AC_NEED_FILES,
    },
};

const struct ac_rule *ac_lists_rule(const struct ac_lists *l, size_t i)
{
    return ac_list_is_empty(l, i == 0 ? AC_LIST_HASHES : AC_LIST_NAMES) ? NULL : &rules[i];
}

/* ---- findings: one for each thing that the list names, in each installation */

struct search {
    struct ac_assessment *a;
    const struct ac_lists *lists;
    struct ac_set known; /* rule, place, system, subject -> number of the finding */
    struct ac_buf key;
};

static enum ac_rc found(struct search *s, const struct ac_rule *rule, const struct ac_record *r,
                        const char *subject, const char *place, const char *msgid)
{
    struct ac_assessment *a = s->a;
    struct ac_finding *f;
    uint64_t at;

    ac_buf_clear(&s->key);
    ac_buf_addf(&s->key, "%s\n%s\n%s\n%s\n", rule->id, place, ac_record_prov(r, "evidence"),
                ac_record_prov(r, "system"));
    ac_buf_addz(&s->key, subject);
    if (s->key.failed)
        return AC_NOMEM;
    if (ac_set_get(&s->known, ac_buf_str(&s->key), &at))
        return ac_finding_add_record(a->findings[at], r);
    f = ac_finding_add(a, rule, rule == &rules[0] ? AC_STRONG : AC_SUPPORTING, r, msgid, subject,
                       place, NULL);
    if (!f)
        return AC_NOMEM;
    f->subject = ac_assessment_keep(a, subject);
    return f->subject ? ac_set_put(&s->known, ac_buf_str(&s->key), a->n_findings - 1) : AC_NOMEM;
}

static const char *path_of(const struct ac_record *r)
{
    static const char *const fields[] = {"path", "program_path", "program"};
    const struct ac_schema *schema = ac_schema_of(ac_record_kind(r));

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (ac_schema_field(schema, fields[i]) && ac_record_get(r, fields[i])[0])
            return ac_record_get(r, fields[i]);
    }
    return "";
}

static enum ac_rc try_hashes(struct search *s, const struct ac_record *r)
{
    static const char *const fields[] = {"sha256", "sha1", "md5"};
    enum ac_kind kind = ac_record_kind(r);
    char place[300];

    if (kind != AC_KIND_FILE && kind != AC_KIND_EXECUTION && kind != AC_KIND_DETECTION)
        return AC_OK;
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (ac_schema_field(ac_schema_of(kind), fields[i]) &&
            ac_list_has_hash(s->lists, AC_LIST_HASHES, ac_record_get(r, fields[i]), place))
            return found(s, &rules[0], r, path_of(r), place,
                         N_("The digest of %1$s is in a list of the responder (%2$s)."));
    }
    return AC_OK;
}

static enum ac_rc try_name(struct search *s, const struct ac_record *r, const char *path)
{
    char place[300];
    enum ac_rc rc = ac_list_find_path(s->lists, AC_LIST_NAMES, path, place);

    if (rc != AC_OK)
        return rc == AC_NOT_FOUND ? AC_OK : rc;
    return found(s, &rules[1], r, path, place,
                 N_("The name of %1$s is in a list of the responder (%2$s)."));
}

static const struct {
    enum ac_kind kind;
    const char *field;
    const char *member; /* of the objects of a list; NULL: text, or a list of texts */
} named[] = {
    {AC_KIND_FILE, "path", NULL},         {AC_KIND_CHANGE, "path", NULL},
    {AC_KIND_CHANGE, "name", NULL},       {AC_KIND_AUTOSTART, "target", NULL},
    {AC_KIND_TASK, "actions", "target"},  {AC_KIND_EXECUTION, "program_path", NULL},
    {AC_KIND_EXECUTION, "program", NULL}, {AC_KIND_EXECUTION, "target", NULL},
    {AC_KIND_EXECUTION, "files", NULL},   {AC_KIND_SHORTCUT, "target", NULL},
    {AC_KIND_DETECTION, "path", NULL},    {AC_KIND_EVENT, "program", NULL},
    {AC_KIND_EVENT, "path", NULL},        {AC_KIND_ACTIVITY, "text", NULL},
    {AC_KIND_DELIVERY, "document", NULL},
};

static enum ac_rc try_list(struct search *s, const struct ac_record *r, const json_t *list,
                           const char *member)
{
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);

        if (member)
            item = json_object_get(item, member);
        rc = try_name(s, r, json_string_value(item));
    }
    return rc;
}

static enum ac_rc try_listing(struct search *s, const struct ac_record *r)
{
    const json_t *entries = ac_record_get_json(r, "entries");
    struct ac_buf path = {0};
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < json_array_size(entries); i++) {
        const char *name = json_string_value(json_object_get(json_array_get(entries, i), "name"));

        ac_buf_clear(&path);
        ac_buf_addf(&path, "%s/%s", ac_record_get(r, "path"), name ? name : "");
        rc = path.failed ? AC_NOMEM : try_name(s, r, ac_buf_text(&path));
    }
    ac_buf_free(&path);
    return rc;
}

static enum ac_rc try_names(struct search *s, const struct ac_record *r)
{
    enum ac_rc rc = AC_OK;

    if (ac_record_kind(r) == AC_KIND_LISTING)
        return try_listing(s, r);
    for (size_t i = 0; rc == AC_OK && i < sizeof(named) / sizeof(named[0]); i++) {
        const json_t *value;

        if (named[i].kind != ac_record_kind(r))
            continue;
        value = ac_record_get_json(r, named[i].field);
        rc = json_is_array(value) ? try_list(s, r, value, named[i].member)
                                  : try_name(s, r, json_string_value(value));
    }
    return rc;
}

enum ac_rc ac_lists_apply(struct ac_assessment *a, const struct ac_lists *l)
{
    struct search s = {.a = a, .lists = l};
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < a->n_records; i++) {
        if (!ac_list_is_empty(l, AC_LIST_HASHES))
            rc = try_hashes(&s, a->records[i]);
        if (rc == AC_OK && !ac_list_is_empty(l, AC_LIST_NAMES))
            rc = try_names(&s, a->records[i]);
    }
    ac_set_free(&s.known);
    ac_buf_free(&s.key);
    return rc;
}

/* ---- known to be good */

/* Is it a file record with such a digest, or the one of `file_id`? */
static bool is_known_good(const struct ac_assessment *a, const struct ac_lists *l,
                          const struct ac_set *ids, const struct ac_record *r, const char *file_id,
                          char ret[300])
{
    static const char *const fields[] = {"sha256", "sha1", "md5"};
    uint64_t at;

    if (file_id) {
        if (!ac_set_get(ids, ac_str_of(file_id), &at))
            return false;
        r = a->records[at];
    }
    for (size_t i = 0; ac_record_kind(r) == AC_KIND_FILE && i < sizeof(fields) / sizeof(fields[0]);
         i++) {
        if (ac_list_has_hash(l, AC_LIST_KNOWN_GOOD, ac_record_get(r, fields[i]), ret))
            return true;
    }
    return false;
}

/* AC_OK, AC_NOT_FOUND or AC_NOMEM. */
static enum ac_rc speaks_of_known_good(const struct ac_assessment *a, const struct ac_lists *l,
                                       const struct ac_set *ids, const struct ac_finding *f,
                                       char ret[300])
{
    enum ac_rc rc = ac_list_find_path(l, AC_LIST_KNOWN_GOOD, f->subject, ret);

    if (rc != AC_NOT_FOUND)
        return rc;
    for (size_t i = 0; i < f->n_records; i++) {
        const struct ac_record *r = f->records[i];
        const json_t *actions =
            ac_record_kind(r) == AC_KIND_TASK ? ac_record_get_json(r, "actions") : NULL;

        if (is_known_good(a, l, ids, r, NULL, ret))
            return AC_OK;
        if (ac_schema_field(ac_schema_of(ac_record_kind(r)), "target_file") &&
            is_known_good(a, l, ids, r, ac_record_get(r, "target_file"), ret))
            return AC_OK;
        for (size_t k = 0; k < json_array_size(actions); k++) {
            const char *id =
                json_string_value(json_object_get(json_array_get(actions, k), "target_file"));

            if (id && is_known_good(a, l, ids, r, id, ret))
                return AC_OK;
        }
    }
    return AC_NOT_FOUND;
}

enum ac_rc ac_lists_mark_known_good(struct ac_assessment *a, const struct ac_lists *l)
{
    struct ac_set ids = {0};
    enum ac_rc rc = AC_OK;
    char place[300];

    if (ac_list_is_empty(l, AC_LIST_KNOWN_GOOD))
        return AC_OK;
    for (size_t i = 0; rc == AC_OK && i < a->n_records; i++) {
        if (ac_record_kind(a->records[i]) == AC_KIND_FILE)
            rc = ac_set_put(&ids, ac_str_of(ac_record_id(a->records[i])), i);
    }
    for (size_t i = 0; rc == AC_OK && i < a->n_findings; i++) {
        struct ac_finding *f = a->findings[i];

        if (f->strength != AC_LISTED)
            continue;
        rc = speaks_of_known_good(a, l, &ids, f, place);
        if (rc == AC_OK) {
            const char *kept = ac_assessment_keep(a, place);

            f->known_good = kept ? kept : "";
            rc = kept ? AC_OK : AC_NOMEM;
        }
        rc = rc == AC_NOT_FOUND ? AC_OK : rc;
    }
    ac_set_free(&ids);
    return rc;
}
