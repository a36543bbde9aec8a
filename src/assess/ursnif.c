/* Ursnif (Gozi, ISFB): storage below AppDataLow under a key whose name is a computed GUID. */
#include "assess/facts.h"
#include "assess/families.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STORAGE "\\AppDataLow\\Software\\Microsoft\\"
#define GUID_TEXT 36

/* 8-4-4-4-12 hexadecimal digits, without braces. */
static bool is_guid(struct ac_str s)
{
    for (size_t i = 0; i < s.n && i < GUID_TEXT; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;

        if (dash ? s.p[i] != '-' : !isxdigit((unsigned char)s.p[i]))
            return false;
    }
    return s.n >= GUID_TEXT && (s.n == GUID_TEXT || !isxdigit((unsigned char)s.p[GUID_TEXT]));
}

static uint32_t next(uint32_t *x)
{
    *x = *x * 1664525U + 1013904223U;
    return *x;
}

bool ac_ursnif_is_computed_guid(struct ac_str name)
{
    uint8_t b[16];
    size_t n = 0;
    uint32_t x;

    if (name.n != GUID_TEXT || !is_guid(name))
        return false;
    for (size_t i = 0; i < name.n; i++) {
        char pair[3] = {name.p[i], i + 1 < name.n ? name.p[i + 1] : 0, 0};

        if (name.p[i] == '-')
            continue;
        b[n++] = (uint8_t)strtoul(pair, NULL, 16);
        i++;
    }
    x = (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
    for (size_t i = 4; i < 8; i += 2) {
        if ((next(&x) & 0xFFFF) != (uint32_t)(b[i] | b[i + 1] << 8))
            return false;
    }
    for (size_t i = 8; i < 16; i++) {
        if ((next(&x) & 0xFF) != b[i])
            return false;
    }
    return true;
}

static enum ac_rc detect_guid(struct ac_assessment *a, const struct ac_rule *rule)
{
    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];
        struct ac_str name = {"", 0};
        struct ac_buf text = {0};
        struct ac_finding *f;

        if (ac_record_kind(r) == AC_KIND_KEY)
            name = ac_after(ac_str_of(ac_record_get(r, "path")), STORAGE);
        if (!ac_ursnif_is_computed_guid(name))
            continue;
        ac_buf_adds(&text, name);
        if (text.failed)
            return AC_NOMEM;
        f = ac_finding_add(a, rule, AC_DECISIVE, r,
                           N_("The key %1$s below AppDataLow\\Software\\Microsoft bears a GUID in "
                              "which the first four bytes determine "
                              "the other twelve, as Ursnif computes the name of its storage (ten "
                              "checks hold; by chance: once in 2^96)."),
                           ac_buf_text(&text), NULL);
        ac_buf_free(&text);
        if (!f)
            return AC_NOMEM;
        f->user = ac_record_get(r, "user");
    }
    return AC_OK;
}

const struct ac_rule ac_rule_ursnif_guid = {
    .id = "URS-GUID",
    .family = "ursnif",
    .title = N_("Ursnif's storage key: a GUID that computes itself"),
    .tests = N_("Keys of every user below Software\\AppDataLow\\Software\\Microsoft whose name is "
                "a GUID without braces that passes the "
                "ten checks of the generator x' = 1664525 x + 1013904223 (mod 2^32)."),
    .benign = "",
    .reference = "SigmaHQ and public analyses of 2019 to 2023; the generator was computed from "
                 "their ten examples",
    .attack = "T1112 T1027.011",
    .needs = AC_NEED_USER_HIVES,
    .detect = detect_guid,
};

/* ---- a command that reads its script out of that storage */

static bool reads_storage(const char *text)
{
    static const char *const readers[] = {"Get-ItemProperty", "gp ", "(gp", "regread", "iex"};
    struct ac_str whole = ac_str_of(text), rest = ac_after(whole, "AppDataLow\\");
    bool reader = false;

    if (rest.n == 0)
        return false;
    for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
        reader |= ac_str_ifind(whole, ac_str_of(readers[i])) >= 0;
    /* in scripts the separators are doubled */
    for (size_t i = 0; reader && i < rest.n; i++) {
        if (is_guid((struct ac_str){rest.p + i, rest.n - i}))
            return true;
    }
    return false;
}

static enum ac_rc try_text(struct ac_assessment *a, const struct ac_rule *rule,
                           const struct ac_record *r, const char *name, const char *text)
{
    if (!reads_storage(text))
        return AC_OK;
    return ac_finding_add(a, rule, AC_DECISIVE, r,
                          N_("%1$s runs a script out of a key named with a GUID below "
                             "AppDataLow\\Software\\Microsoft: %2$s"),
                          name, text, NULL)
               ? AC_OK
               : AC_NOMEM;
}

/* REG_SZ data of a value record, from hexadecimal. */
static void text_of_value(const struct ac_record *r, struct ac_buf *out)
{
    const char *hex = ac_record_get(r, "data");
    struct ac_buf bytes = {0};

    for (unsigned byte; hex[0] && hex[1] && sscanf(hex, "%2x", &byte) == 1 && bytes.n < 65536;
         hex += 2)
        ac_buf_addc(&bytes, (char)byte);
    ac_text_from_utf16((struct ac_view){(const uint8_t *)ac_buf_text(&bytes), bytes.n, 0}, out,
                       NULL);
    out->failed |= bytes.failed;
    ac_buf_free(&bytes);
}

static enum ac_rc detect_script(struct ac_assessment *a, const struct ac_rule *rule)
{
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];
        const json_t *actions = ac_record_get_json(r, "actions");

        if (ac_record_kind(r) == AC_KIND_AUTOSTART)
            rc = try_text(a, rule, r, ac_record_get(r, "name"), ac_record_get(r, "command"));
        for (size_t k = 0;
             ac_record_kind(r) == AC_KIND_TASK && rc == AC_OK && k < json_array_size(actions);
             k++) {
            const char *arguments =
                json_string_value(json_object_get(json_array_get(actions, k), "arguments"));

            rc = try_text(a, rule, r, ac_record_get(r, "path"), arguments ? arguments : "");
        }
        if (ac_record_kind(r) == AC_KIND_VALUE &&
            (ac_record_get_int(r, "type") == 1 || ac_record_get_int(r, "type") == 2)) {
            struct ac_buf text = {0};

            text_of_value(r, &text);
            rc = text.failed ? AC_NOMEM
                             : try_text(a, rule, r, ac_record_get(r, "name"), ac_buf_text(&text));
            ac_buf_free(&text);
        }
    }
    return rc;
}

const struct ac_rule ac_rule_ursnif_script = {
    .id = "URS-RUN",
    .family = "ursnif",
    .title = N_("Script that is read out of Ursnif's storage key"),
    .tests = N_("Commands of autostarts and tasks, and texts stored below AppDataLow, that read a "
                "value (Get-ItemProperty, gp, "
                "RegRead) of a key named with a GUID below AppDataLow."),
    .benign = "",
    .reference = "public analyses of Ursnif, 2020 to 2023",
    .attack = "T1059.001 T1059.007 T1547.001",
    .needs = AC_NEED_USER_HIVES | AC_NEED_TASKS,
    .detect = detect_script,
};
