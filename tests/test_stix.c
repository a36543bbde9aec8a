/* stix.json: ids by the standard's own examples, what becomes of hostile names, several items, no memory. */
#include "report_case.h"

#include "report/stix.h"
#include "report/uuid5.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static json_t *bundle_of(const struct report_case *c)
{
    struct ac_buf text = {0};
    json_t *bundle;

    cr_assert_eq(ac_report_stix(&c->in, &text, NULL), AC_OK);
    bundle = json_loadb(ac_buf_text(&text), text.n, 0, NULL);
    cr_assert_not_null(bundle);
    ac_buf_free(&text);
    return bundle;
}

static size_t count(const json_t *bundle, const char *type)
{
    json_t *o;
    size_t i, n = 0;

    json_array_foreach (json_object_get(bundle, "objects"), i, o)
        n += strcmp(json_string_value(json_object_get(o, "type")), type) == 0;
    return n;
}

/* The first of that type whose member has the text in it. */
static json_t *find(const json_t *bundle, const char *type, const char *member, const char *text)
{
    json_t *o;
    size_t i;

    json_array_foreach (json_object_get(bundle, "objects"), i, o) {
        const char *value = json_string_value(json_object_get(o, member));

        if (strcmp(json_string_value(json_object_get(o, "type")), type) == 0 && value &&
            strstr(value, text))
            return o;
    }
    return NULL;
}

static const char *text_of(const json_t *o, const char *member)
{
    const char *text = json_string_value(json_object_get(o, member));

    return text ? text : "";
}

/* RFC 9562, appendix A.4, and what python-stix2 (OASIS) gives to this domain-name. */
Test(stix, uuids_are_those_of_the_standards)
{
    static const uint8_t dns[16] = {0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1,
                                    0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};
    static const uint8_t stix[16] = {0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c,
                                     0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7};
    char id[AC_UUID_TEXT];

    cr_assert(ac_uuid5(dns, AC_STR("www.example.com"), id));
    cr_expect_str_eq(id, "2ed6657d-e927-568b-95e1-2665a8aea6a2");
    cr_assert(ac_uuid5(stix, AC_STR("{\"value\":\"example.com\"}"), id));
    cr_expect_str_eq(id, "bedb4899-d24b-5401-bc86-8f6b4cc18ec7");
}

Test(stix, a_finding_has_observed_data_and_an_indicator)
{
    struct report_case c;
    json_t *bundle, *o;
    size_t above = 0;

    rc_init(&c);
    bundle = bundle_of(&c);
    for (size_t i = 0; i < c.assessment.n_findings; i++)
        above += c.assessment.findings[i]->strength > AC_LISTED;
    cr_assert_gt(above, 0);
    cr_expect_eq(count(bundle, "observed-data"), above);
    cr_expect_eq(count(bundle, "indicator"), above);
    cr_expect_eq(count(bundle, "malware"), 1);
    o = find(bundle, "malware", "name", "Emotet");
    cr_expect_not_null(strstr(text_of(o, "description"), "Residues matching rules for emotet"));
    cr_expect(json_is_true(json_object_get(o, "is_family")));
    o = find(bundle, "file", "name", "ialkquzoobki.czi");
    cr_expect_str_eq(text_of(json_object_get(o, "hashes"), "MD5"),
                     "70f2502aed8c1ed6a9fb7346a5869d45");
    o = find(bundle, "windows-registry-key", "key", "Run");
    cr_expect_str_eq(text_of(o, "key"),
                     "HKEY_USERS\\user2\\Software\\Microsoft\\Windows\\CurrentVersion\\Run");
    o = find(bundle, "user-account", "account_login", "user2");
    cr_expect_str_eq(text_of(o, "user_id"), "S-1-5-21-1-2-3-1002");
    o = find(bundle, "attack-pattern", "name", "Rundll32");
    cr_expect_not_null(o);
    json_decref(bundle);
    rc_free(&c);
}

Test(stix, nothing_found_is_told_in_a_note)
{
    struct report_case c;
    json_t *bundle, *note;

    rc_init_empty(&c);
    bundle = bundle_of(&c);
    cr_expect_eq(json_array_size(json_object_get(bundle, "objects")), 2);
    note = find(bundle, "note", "content", "emotet S0: No residue of emotet");
    cr_assert_not_null(note);
    cr_expect_str_eq(text_of(note, "created"), AC_STIX_EPOCH);
    cr_expect_not_null(strstr(text_of(note, "content"), "590e778ea594c6bd3673053a4e85a5e9"));
    json_decref(bundle);
    rc_free(&c);
}

/* All texts of a value. */
static void expect_safe(json_t *value)
{
    const char *member, *text = json_string_value(value);
    json_t *item;
    size_t i;

    for (const char *p = text; p && *p; p++)
        cr_expect((unsigned char)*p >= ' ' || *p == '\n', "%s", text);
    if (text)
        cr_expect_null(strstr(text, "\xE2\x80\xAE"), "%s", text); /* right-to-left override */
    json_array_foreach (value, i, item)
        expect_safe(item);
    json_object_foreach (value, member, item)
        expect_safe(item);
}

static struct ac_record *autostart_of(const struct report_case *c, const char *name)
{
    for (size_t i = 0; i < c->n; i++) {
        if (ac_record_kind(c->records[i]) == AC_KIND_AUTOSTART &&
            strcmp(ac_record_get(c->records[i], "name"), name) == 0)
            return c->records[i];
    }
    return NULL;
}

/* A value and a file whose names end the string of a pattern, or the screen. */
Test(stix, hostile_names_are_escaped)
{
    struct report_case c;
    json_t *bundle, *o;
    struct ac_record *r;

    rc_init(&c);
    r = autostart_of(&c, "ialkquzoobki.czi");
    cr_assert_not_null(r);
    ac_record_prov_textz(r, "value", "a' OR b\\");
    ac_record_textz(r, "command", "x\x1B[31m\xE2\x80\xAE");
    bundle = bundle_of(&c);
    expect_safe(bundle);
    o = find(bundle, "indicator", "pattern", "values[*].name = 'a\\'");
    cr_expect_null(o, "the command is not to be found as it is shown: no term");
    ac_record_textz(r, "command", "c:\\a'b");
    json_decref(bundle);
    bundle = bundle_of(&c);
    o = find(bundle, "indicator", "pattern", "values[*].name = 'a\\'");
    cr_expect_not_null(strstr(text_of(o, "pattern"), "values[*].name = 'a\\' OR b\\\\' AND"), "%s",
                       text_of(o, "pattern"));
    cr_expect_not_null(strstr(text_of(o, "pattern"), "values[*].data = 'c:\\\\a\\'b']"), "%s",
                       text_of(o, "pattern"));
    json_decref(bundle);
    rc_free(&c);
}

/* Of the run nothing may stand in it, and other rules make other objects. */
Test(stix, it_depends_on_records_and_rules_only)
{
    struct report_case c;
    struct ac_buf with = {0}, without = {0}, other = {0};

    rc_init(&c);
    cr_assert_eq(ac_report_stix(&c.in, &with, NULL), AC_OK);
    c.in.run = NULL;
    cr_assert_eq(ac_report_stix(&c.in, &without, NULL), AC_OK);
    cr_expect_str_eq(ac_buf_text(&with), ac_buf_text(&without));
    c.assessment.rules_sha256[0] = 'c';
    cr_assert_eq(ac_report_stix(&c.in, &other, NULL), AC_OK);
    cr_expect_neq(strncmp(ac_buf_text(&with), ac_buf_text(&other), 100), 0);
    ac_buf_free(&with);
    ac_buf_free(&without);
    ac_buf_free(&other);
    rc_free(&c);
}

/* What Windows starts a library with is no indicator; an empty file has the digest of every empty file. */
Test(stix, patterns_leave_out_what_every_machine_has)
{
    struct report_case c;
    json_t *bundle;

    rc_init(&c);
    for (size_t i = 0; i < c.n; i++) {
        if (ac_record_kind(c.records[i]) == AC_KIND_FILE)
            ac_record_int(c.records[i], "size", 0);
    }
    bundle = bundle_of(&c);
    cr_expect_null(find(bundle, "indicator", "pattern", "file:hashes"));
    cr_expect_not_null(find(bundle, "indicator", "pattern",
                            "[file:name = 'ialkquzoobki.czi' AND file:parent_directory_ref.path "
                            "LIKE '%\\\\Users\\\\user2\\\\AppData\\\\Local\\\\Ckninfwzsiy']"));
    cr_expect_null(find(bundle, "indicator", "pattern", "file:name = 'rundll32"));
    json_decref(bundle);
    rc_free(&c);
}

Test(stix, no_memory_is_an_error_never_a_smaller_bundle)
{
    rc_without_memory(ac_report_stix, 3000);
}
