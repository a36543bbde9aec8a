/* What a YARA rule says of itself becomes a rule like those in C. */
#include "assess/rule_set_inner.h"

#include <ctype.h>
#include <string.h>

/* Texts that each rule has; where they go. */
static const struct {
    const char *name;
    size_t offset;
    bool may_be_empty;
    size_t most; /* bytes */
} texts[] = {
    {"id", offsetof(struct ac_rule, id), false, 24},
    {"family", offsetof(struct ac_rule, family), false, 40},
    {"title", offsetof(struct ac_rule, title), false, 200},
    {"tests", offsetof(struct ac_rule, tests), false, 1000},
    {"benign", offsetof(struct ac_rule, benign), true, 1000},
    {"reference", offsetof(struct ac_rule, reference), false, 1000},
    {"attack", offsetof(struct ac_rule, attack), true, 200},
};

static const struct {
    enum ac_kind kind;
    unsigned needs;
} needs_of[] = {
    {AC_KIND_AUTOSTART, AC_NEED_USER_HIVES | AC_NEED_SOFTWARE | AC_NEED_SYSTEM},
    {AC_KIND_TASK, AC_NEED_TASKS},
    {AC_KIND_EXECUTION, AC_NEED_PREFETCH | AC_NEED_SYSTEM | AC_NEED_USER_HIVES},
    {AC_KIND_EVENT, AC_NEED_SECURITY_LOG | AC_NEED_SYSTEM_LOG},
    {AC_KIND_FILE, AC_NEED_FILES},
    {AC_KIND_LISTING, AC_NEED_FILES},
    {AC_KIND_MATCH, AC_NEED_FILES},
    {AC_KIND_CHANGE, AC_NEED_FILES},
    {AC_KIND_DETECTION, AC_NEED_DETECTIONS},
    {AC_KIND_SHORTCUT, AC_NEED_FILES},
    {AC_KIND_USAGE, AC_NEED_FILES},
    {AC_KIND_CREDENTIAL_STORE, AC_NEED_USER_HIVES | AC_NEED_FILES},
    {AC_KIND_ACTIVITY, AC_NEED_USER_HIVES | AC_NEED_FILES},
    {AC_KIND_DELIVERY, AC_NEED_USER_HIVES | AC_NEED_FILES},
    {AC_KIND_KEY, AC_NEED_USER_HIVES | AC_NEED_SOFTWARE | AC_NEED_SYSTEM},
    {AC_KIND_VALUE, AC_NEED_USER_HIVES | AC_NEED_SOFTWARE | AC_NEED_SYSTEM},
    {AC_KIND_SYSTEM, AC_NEED_SOFTWARE | AC_NEED_SYSTEM},
    {AC_KIND_ACCOUNT, AC_NEED_SOFTWARE},
};

static const YR_META *find(const YR_RULE *rule, const char *name)
{
    const YR_META *m;

    yr_rule_metas_foreach(rule, m)
    {
        if (strcmp(m->identifier, name) == 0)
            return m;
    }
    return NULL;
}

/* Rule files are written by people for people: text is UTF-8 without control characters. AC_OK,
 * AC_USAGE, AC_NOMEM. */
static enum ac_rc check_plain(const char *z)
{
    struct ac_buf clean = {0}, safe = {0};
    bool exact = true;
    enum ac_rc rc;

    ac_text_from_utf8((struct ac_view){(const uint8_t *)z, strlen(z), 0}, &clean, &exact);
    ac_text_safe(ac_buf_str(&clean), &safe);
    rc = clean.failed || safe.failed                   ? AC_NOMEM
         : exact && strcmp(ac_buf_text(&safe), z) == 0 ? AC_OK
                                                       : AC_USAGE;
    ac_buf_free(&clean);
    ac_buf_free(&safe);
    return rc;
}

static enum ac_rc text_of(const YR_RULE *rule, const char *name, bool may_be_empty, size_t most,
                          const char **ret, struct ac_err *err)
{
    const YR_META *m = find(rule, name);
    enum ac_rc rc;

    if (!m)
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "meta %s is missing", name);
    if (m->type != META_TYPE_STRING)
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "meta %s is no text", name);
    rc = (!m->string[0] && !may_be_empty) || strlen(m->string) > most ? AC_USAGE
                                                                      : check_plain(m->string);
    if (rc == AC_NOMEM)
        return rc;
    if (rc != AC_OK)
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET,
                       "meta %s is empty, longer than %zu bytes or no plain text", name, most);
    *ret = m->string;
    return AC_OK;
}

/* Families of the conclusions; what a responder calls otherwise is assigned to none. */
static const char *family_of(const char *name)
{
    static const char *const known[] = {
        "emotet",  "ursnif",    "trickbot", "qakbot",
        "zloader", "emulation", "vaccine",  "law-enforcement-uninstaller"};

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(name, known[i]) == 0)
            return known[i];
    }
    return "unassigned";
}

static bool is_id(const char *id)
{
    for (const char *c = id; *c; c++) {
        if (!isupper((unsigned char)*c) && !isdigit((unsigned char)*c) && *c != '-')
            return false;
    }
    return isupper((unsigned char)id[0]);
}

/* "T1053.005 T1547.001" */
static bool are_techniques(const char *z)
{
    while (*z) {
        size_t n = strcspn(z, " ");

        if ((n != 5 && n != 9) || z[0] != 'T' || strspn(z + 1, "0123456789") != 4 ||
            (n == 9 && (z[5] != '.' || strspn(z + 6, "0123456789") != 3)))
            return false;
        z += n + strspn(z + n, " ");
    }
    return true;
}

static bool read_strength(const char *word, enum ac_strength *ret)
{
    for (int s = AC_LISTED; s <= AC_DECISIVE; s++) {
        if (strcmp(word, ac_strength_name((enum ac_strength)s)) == 0) {
            *ret = (enum ac_strength)s;
            return true;
        }
    }
    return false;
}

enum ac_rc ac_yara_scope(const YR_RULE *compiled, struct ac_yara_rule *ret, struct ac_err *err)
{
    const YR_META *scope = find(compiled, "scope");

    if (scope && (scope->type != META_TYPE_STRING ||
                  (strcmp(scope->string, "records") != 0 && strcmp(scope->string, "content") != 0)))
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET,
                       "meta scope is neither \"records\" nor \"content\"");
    ret->content = scope && strcmp(scope->string, "content") == 0;
    if (ret->content && ret->kinds)
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET,
                       "a rule over contents cannot ask for a kind of record");
    return ret->content || ret->kinds ? AC_OK
                                      : AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "%s", ret->wrong);
}

enum ac_rc ac_yara_meta(const YR_RULE *compiled, struct ac_yara_rule *ret, struct ac_err *err)
{
    const char *strength;
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < sizeof(texts) / sizeof(texts[0]); i++) {
        const char *text = "";

        rc = text_of(compiled, texts[i].name, texts[i].may_be_empty, texts[i].most, &text, err);
        memcpy((char *)&ret->rule + texts[i].offset, &text, sizeof(text));
    }
    if (rc == AC_OK)
        rc = text_of(compiled, "strength", false, 20, &strength, err);
    if (rc != AC_OK)
        return rc;
    if (!is_id(ret->rule.id))
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET,
                       "meta id is not made of upper-case letters, digits and hyphens");
    if (!read_strength(strength, &ret->strength))
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET,
                       "meta strength is none of listed, supporting, strong, decisive");
    if (!are_techniques(ret->rule.attack))
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET,
                       "meta attack is no list of techniques like T1053.005");
    ret->rule.family = family_of(ret->rule.family);
    ret->rule.needs = ret->content ? AC_NEED_FILES : 0;
    for (size_t i = 0; i < sizeof(needs_of) / sizeof(needs_of[0]); i++) {
        if (ret->kinds & UINT32_C(1) << needs_of[i].kind)
            ret->rule.needs |= needs_of[i].needs;
    }
    return AC_OK;
}
