/* Emotet until February 2020: a name of two words, derived from the volume serial number (EmoCheck v1). */
#include "assess/emocheck.h"
#include "assess/facts.h"

#include "base/alloc.h"

#include <stdio.h>
#include <string.h>

#define REFERENCE "JPCERTCC/EmoCheck 36f2ec6, scan_v1.cpp"

struct hunt {
    struct ac_assessment *a;
    const struct ac_rule *rule;
    struct ac_str name; /* with extension */
    struct ac_finding *finding;
    const struct ac_serial *serial;
    const char *list;
    bool emocheck_only;
    bool failed; /* no memory for a path */
};

static bool in_home(const char *path)
{
    struct ac_where w = ac_where_is(path);

    return w.home == AC_HOME_LOCAL || (w.home == AC_HOME_SYSTEM && w.folder.n == 0) ||
           ac_str_ifind(ac_str_of(path), AC_STR("/AppData/Local/Microsoft/Windows/")) >= 0;
}

static bool listing_has(const struct ac_record *r, struct ac_str name)
{
    static const char *const roles[] = {"system32", "syswow64", "local-appdata",
                                        "local-appdata-child"};
    const json_t *entries = ac_record_get_json(r, "entries");
    bool right_role = false;

    for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
        right_role |= strcmp(ac_record_get(r, "role"), roles[i]) == 0;
    for (size_t i = 0; right_role && i < json_array_size(entries); i++) {
        const json_t *e = json_array_get(entries, i);

        if (!json_is_true(json_object_get(e, "directory")) &&
            ac_str_ieq(ac_str_of(json_string_value(json_object_get(e, "name"))), name))
            return true;
    }
    return false;
}

/* Lists of programs that tell the path must tell one of Emotet's homes; prefetch is taken by its name. */
static bool execution_has(struct hunt *h, const struct ac_record *r)
{
    const char *path = ac_record_get(r, "program_path");
    struct ac_buf slashes = {0};
    bool at_home;

    if (!ac_str_ieq(ac_str_of(ac_record_get(r, "program")), h->name))
        return false;
    if (strcmp(ac_record_get(r, "artefact"), "prefetch") == 0)
        return true;
    for (; *path; path++)
        ac_buf_addc(&slashes, *path == '\\' ? '/' : *path);
    at_home = in_home(ac_buf_text(&slashes));
    h->failed |= slashes.failed;
    ac_buf_free(&slashes);
    return at_home;
}

static bool shows_name(struct hunt *h, const struct ac_record *r)
{
    struct ac_str name = h->name;

    switch (ac_record_kind(r)) {
    case AC_KIND_FILE:
        return ac_str_ieq(ac_str_of(ac_record_get(r, "name")), name) &&
               in_home(ac_record_get(r, "path"));
    case AC_KIND_AUTOSTART:
        return ac_str_ieq(ac_last_component(ac_record_get(r, "target")), name);
    case AC_KIND_EXECUTION:
        return execution_has(h, r);
    case AC_KIND_LISTING:
        return listing_has(r, name);
    default:
        return false;
    }
}

/* The file, or what an autostart has as its path. */
static void set_subject(struct ac_finding *f, const struct ac_record *r)
{
    const char *path = ac_record_kind(r) == AC_KIND_FILE        ? ac_record_get(r, "path")
                       : ac_record_kind(r) == AC_KIND_AUTOSTART ? ac_record_get(r, "target")
                                                                : "";

    if (!f->subject[0])
        f->subject = path;
}

static enum ac_rc add(struct hunt *h, const struct ac_record *r)
{
    char serial[9];
    struct ac_buf name = {0};

    if (h->finding) {
        set_subject(h->finding, r);
        return ac_finding_add_record(h->finding, r);
    }
    snprintf(serial, sizeof(serial), "%08X", h->serial->number);
    ac_buf_adds(&name, h->name);
    if (name.failed)
        return AC_NOMEM;
    h->finding =
        ac_finding_add(h->a, h->rule, AC_STRONG, r,
                       h->emocheck_only ? N_("The file name %1$s is recorded. EmoCheck derives it "
                                             "from the volume serial number %2$s (word "
                                             "list %3$s); Emotet itself would not, see the rule.")
                                        : N_("The file name %1$s is recorded. Emotet derives "
                                             "exactly this name from the volume serial number "
                                             "%2$s (word list %3$s)."),
                       ac_buf_text(&name), serial, h->list, NULL);
    ac_buf_free(&name);
    if (!h->finding)
        return AC_NOMEM;
    h->finding->generation = "E1";
    set_subject(h->finding, r);
    return ac_finding_add_record(h->finding, h->serial->record);
}

static enum ac_rc hunt_name(struct hunt *h)
{
    enum ac_rc rc = AC_OK;

    h->finding = NULL;
    for (size_t i = 0; rc == AC_OK && i < h->a->n_records; i++) {
        if (shows_name(h, h->a->records[i]))
            rc = add(h, h->a->records[i]);
    }
    return h->failed ? AC_NOMEM : rc;
}

static enum ac_rc hunt_serial(struct ac_assessment *a, const struct ac_rule *rule,
                              const struct ac_serial *serial)
{
    enum ac_rc rc = AC_OK;

    for (const struct ac_word_list *list = ac_word_lists; rc == AC_OK && list->id; list++) {
        char genuine[AC_V1_NAME], emocheck[AC_V1_NAME];
        struct hunt h = {.a = a, .rule = rule, .serial = serial, .list = list->id};

        if (!list->names)
            continue;
        ac_v1_name(list, serial->number, false, genuine);
        ac_v1_name(list, serial->number, true, emocheck);
        h.name = ac_str_of(genuine);
        rc = hunt_name(&h);
        if (rc == AC_OK && strcmp(genuine, emocheck) != 0) {
            h.name = ac_str_of(emocheck);
            h.emocheck_only = true;
            rc = hunt_name(&h);
        }
    }
    return rc;
}

static enum ac_rc detect_v1(struct ac_assessment *a, const struct ac_rule *rule)
{
    struct ac_serials serials;
    enum ac_rc rc = ac_serials_find(a, &serials);

    for (size_t i = 0; rc == AC_OK && i < serials.n; i++)
        rc = hunt_serial(a, rule, &serials.items[i]);
    ac_free(serials.items);
    return rc;
}

const struct ac_rule ac_rule_emotet_v1 = {
    .id = "EMO-V1",
    .family = "emotet",
    .title = N_("Emotet file name derived from the volume serial number (EmoCheck v1)"),
    .tests = N_("For every volume serial number that the image shows and four word lists: whether "
                "the name of two words that "
                "Emotet derives from it is a file in AppData\\Local, System32 or SysWOW64, an "
                "autostart target or an executed "
                "program. The form that EmoCheck derives is tested too where it differs."),
    .benign = "",
    .reference = REFERENCE,
    .attack = "T1036.005",
    .needs =
        AC_NEED_FILES | AC_NEED_USER_HIVES | AC_NEED_SYSTEM | AC_NEED_PREFETCH | AC_NEED_SERIAL,
    .detect = detect_v1,
};

/* ---- two words of a list, whatever the serial: an older serial, or another infection */

static const struct ac_word_list *list_of(struct ac_str base)
{
    for (const struct ac_word_list *list = ac_word_lists; list->id; list++) {
        if (ac_v1_is_word_pair(list, base))
            return list;
    }
    return NULL;
}

static bool has_finding_with(const struct ac_assessment *a, const struct ac_record *r)
{
    for (size_t i = 0; i < a->n_findings; i++) {
        for (size_t k = 0; k < a->findings[i]->n_records; k++) {
            if (a->findings[i]->records[k] == r)
                return true;
        }
    }
    return false;
}

static enum ac_rc detect_words(struct ac_assessment *a, const struct ac_rule *rule)
{
    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];
        const char *target =
            ac_record_kind(r) == AC_KIND_AUTOSTART ? ac_record_get(r, "target") : "";
        struct ac_str file = ac_last_component(target), base = ac_without_extension(file);
        const struct ac_word_list *list;
        struct ac_finding *f;

        if (!in_home(target) || !ac_str_iends(file, AC_STR(".exe")) || has_finding_with(a, r))
            continue;
        list = list_of(base);
        if (!list)
            continue;
        f = ac_finding_add(a, rule, AC_SUPPORTING, r,
                           N_("The autostart %1$s starts %2$s, whose name is two words of Emotet's "
                              "list %3$s but does not belong to a "
                              "volume serial number seen on the image."),
                           ac_record_get(r, "name"), target, list->id, NULL);
        if (!f)
            return AC_NOMEM;
        f->generation = "E1";
    }
    return AC_OK;
}

const struct ac_rule ac_rule_emotet_words = {
    .id = "EMO-E1",
    .family = "emotet",
    .title = N_("Autostart of a program named with two words of an Emotet list"),
    .tests = N_("Run values and services whose target in AppData\\Local, System32 or SysWOW64 is "
                "named with two words of one of "
                "four Emotet word lists, without belonging to a known serial number."),
    .benign = N_("A program of another maker whose name happens to consist of two such words."),
    .reference = REFERENCE "; public ports of the routine with other lists",
    .attack = "T1036.005 T1547.001 T1543.003",
    .needs = AC_NEED_USER_HIVES | AC_NEED_SOFTWARE | AC_NEED_SYSTEM,
    .detect = detect_words,
};
