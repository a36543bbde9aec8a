/* Scheduled tasks of which the file says something else than the registry: listed, no family is meant. */
#include "assess/task_stores.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define SHA256_HEX 64
#define NONE_MATCHES 4 /* so many files and no hash that fits: told once, not of each */

static const char *text_of(const json_t *o, const char *name)
{
    const char *z = json_string_value(json_object_get(o, name));

    return z ? z : "";
}

/* ---- TSK-DIFF */

static struct ac_str trimmed(const char *z)
{
    struct ac_str s = ac_str_of(z);

    while (s.n > 0 && strchr(" \t\r\n", s.p[0]))
        s = (struct ac_str){s.p + 1, s.n - 1};
    while (s.n > 0 && strchr(" \t\r\n", s.p[s.n - 1]))
        s.n--;
    return s;
}

static bool same_action(const json_t *a, const json_t *b)
{
    static const char *const members[] = {"type", "command", "arguments", "class_id"};

    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        if (!ac_fold_eq(trimmed(text_of(a, members[i])), trimmed(text_of(b, members[i]))))
            return false;
    }
    return a && b;
}

/* The file of a cached task, if both were read whole; NULL: nothing to compare with. */
static const struct ac_record *whole_file(const struct ac_assessment *a,
                                          const struct ac_task_stores *s, const struct ac_record *r,
                                          enum ac_rc *rc)
{
    struct ac_str path = ac_str_of(ac_record_get(r, "path"));
    const struct ac_record *xml = ac_task_of(a, &s->xml, r, path, rc),
                           *row = ac_task_of(a, &s->files, r, path, rc);

    if (ac_task_is_loose(r) || !xml || !row || strcmp(ac_record_get(row, "read"), "complete") != 0)
        return NULL;
    return xml;
}

static enum ac_rc each_other_action(struct ac_assessment *a, const struct ac_rule *rule,
                                    const struct ac_task_stores *s, const struct ac_record *r)
{
    enum ac_rc rc = AC_OK;
    const struct ac_record *xml = whole_file(a, s, r, &rc);
    const json_t *here = ac_record_get_json(r, "actions"),
                 *there = xml ? ac_record_get_json(xml, "actions") : NULL;
    struct ac_buf in_cache = {0}, in_file = {0};
    struct ac_finding *f = NULL;
    size_t i = 0;

    if (rc != AC_OK || !xml || !here || ac_record_get_bool(r, "incomplete"))
        return rc;
    while (i < json_array_size(here) &&
           same_action(json_array_get(here, i), json_array_get(there, i)))
        i++;
    if (i == json_array_size(here) && i == json_array_size(there))
        return AC_OK;
    ac_task_describe(json_array_get(here, i), &in_cache);
    ac_task_describe(json_array_get(there, i), &in_file);
    if (!in_cache.failed && !in_file.failed)
        f = ac_finding_add(a, rule, AC_LISTED, r,
                           N_("The scheduled task %1$s starts %2$s by the registry, which Windows "
                              "goes by, and %3$s by its file."),
                           ac_record_get(r, "path"), ac_buf_text(&in_cache), ac_buf_text(&in_file),
                           NULL);
    ac_buf_free(&in_cache);
    ac_buf_free(&in_file);
    return ac_task_join(f, xml);
}

static enum ac_rc detect_other_action(struct ac_assessment *a, const struct ac_rule *rule)
{
    return ac_task_stores_each(a, rule, false, each_other_action);
}

const struct ac_rule ac_rule_task_differs = {
    .id = "TSK-DIFF",
    .family = "unassigned",
    .title = N_("Task that does something else by the registry than by its file"),
    .tests = N_("Tasks whose actions (kind, command, arguments, COM class, their number and order) "
                "differ between TaskCache and the file in System32\\Tasks, where both were read "
                "completely. No family is meant by it."),
    .benign = N_("A file that was edited by hand, or restored from another state of the machine, "
                 "without registering the task anew."),
    .reference = AC_TASK_REFERENCE,
    .attack = "T1053.005 T1036.004",
    .needs = AC_NEED_SOFTWARE | AC_NEED_TASKS,
    .detect = detect_other_action,
};

/* ---- TSK-HASH */

/* 1: the file has the hash that the registry keeps, -1: it has another one, 0: not to be told. */
static int compare_hash(const struct ac_assessment *a, const struct ac_task_stores *s,
                        const struct ac_record *r, const struct ac_record **ret_xml, enum ac_rc *rc)
{
    const char *kept = ac_record_get(r, "xml_hash"), *plain, *whole;

    *ret_xml = whole_file(a, s, r, rc);
    if (!*ret_xml || strlen(kept) != SHA256_HEX)
        return 0;
    plain = ac_record_get(*ret_xml, "xml_hash");
    whole = ac_record_prov(*ret_xml, "sha256");
    if (!plain[0])
        return 0;
    return strcmp(kept, plain) == 0 || strcmp(kept, whole) == 0 ? 1 : -1;
}

static enum ac_rc each_other_hash(struct ac_assessment *a, const struct ac_rule *rule,
                                  const struct ac_task_stores *s, const struct ac_record *r)
{
    const struct ac_record *xml;
    enum ac_rc rc = AC_OK;

    if (compare_hash(a, s, r, &xml, &rc) >= 0)
        return rc;
    return ac_task_join(
        ac_finding_add(a, rule, AC_LISTED, r,
                       N_("The file of the scheduled task %1$s is not the one that was "
                          "registered: the registry keeps the SHA-256 %2$s of it, the file "
                          "has %3$s."),
                       ac_record_get(r, "path"), ac_record_get(r, "xml_hash"),
                       ac_record_get(xml, "xml_hash"), NULL),
        xml);
}

/* All of them differ: something other than single files. */
static enum ac_rc list_all(struct ac_assessment *a, const struct ac_rule *rule,
                           const struct ac_task_stores *s, size_t n)
{
    struct ac_finding *f = NULL;
    enum ac_rc rc = AC_OK;
    char count[24];

    snprintf(count, sizeof(count), "%zu", n);
    for (size_t i = 0; rc == AC_OK && i < a->n_records; i++) {
        const struct ac_record *xml;

        if (!ac_task_is_cached(a->records[i]) || compare_hash(a, s, a->records[i], &xml, &rc) == 0)
            continue;
        if (!f)
            f = ac_finding_add(a, rule, AC_LISTED, a->records[i],
                               N_("None of the %1$s task files that were compared has the SHA-256 "
                                  "that the registry keeps of it: the folder is of another state "
                                  "of the machine than the hive, or the hash is made in another "
                                  "way there."),
                               count, NULL);
        else if (rc == AC_OK)
            rc = ac_finding_add_record(f, a->records[i]);
        if (rc == AC_OK)
            rc = ac_task_join(f, xml);
    }
    return rc;
}

static enum ac_rc detect_other_hash(struct ac_assessment *a, const struct ac_rule *rule)
{
    struct ac_task_stores s;
    enum ac_rc rc = ac_task_stores_gather(a, &s);
    size_t same = 0, other = 0;

    for (size_t i = 0; rc == AC_OK && i < a->n_records; i++) {
        const struct ac_record *xml;
        int result =
            ac_task_is_cached(a->records[i]) ? compare_hash(a, &s, a->records[i], &xml, &rc) : 0;

        same += result > 0;
        other += result < 0;
    }
    if (rc == AC_OK && same == 0 && other >= NONE_MATCHES)
        rc = list_all(a, rule, &s, other);
    else if (rc == AC_OK)
        rc = ac_task_stores_each(a, rule, false, each_other_hash);
    ac_task_stores_free(&s);
    return rc;
}

const struct ac_rule ac_rule_task_hash = {
    .id = "TSK-HASH",
    .family = "unassigned",
    .title = N_("Task file that is not the one that was registered"),
    .tests = N_("Tasks whose file in System32\\Tasks has another SHA-256 (without its byte order "
                "mark) than the value Hash in TaskCache keeps, where both were read completely. "
                "Hashes that are no SHA-256 (Windows Vista, early Windows 7) are not compared. No "
                "family is meant by it."),
    .benign = N_("A file that was edited by hand, or restored from another state of the machine, "
                 "without registering the task anew."),
    .reference = AC_TASK_REFERENCE,
    .attack = "T1053.005 T1565.001",
    .needs = AC_NEED_SOFTWARE | AC_NEED_TASKS,
    .detect = detect_other_hash,
};
