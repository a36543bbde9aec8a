/* Emotet of 2020: its name in a value of the Explorer key, XORed with the volume serial (EmoCheck v2). */
#include "assess/emocheck.h"
#include "assess/facts.h"

#include "base/alloc.h"
#include "base/set.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define REFERENCE "JPCERTCC/EmoCheck 36f2ec6, scan_v2.cpp"
#define REG_BINARY 3

static bool is_explorer_value(const struct ac_record *r)
{
    return ac_record_kind(r) == AC_KIND_VALUE && ac_record_get_int(r, "type") == REG_BINARY &&
           ac_str_iends(ac_str_of(ac_record_get(r, "path")), AC_STR("\\CurrentVersion\\Explorer"));
}

static bool looks_like_serial(const char *name)
{
    size_t n = strlen(name);

    for (size_t i = 0; i < n; i++) {
        if (!isxdigit((unsigned char)name[i]))
            return false;
    }
    return n >= 6 && n <= 8;
}

/* The value's data, from hexadecimal. */
static void data_of(const struct ac_record *r, struct ac_buf *out)
{
    const char *hex = ac_record_get(r, "data");

    for (unsigned byte; hex[0] && hex[1] && sscanf(hex, "%2x", &byte) == 1; hex += 2)
        ac_buf_addc(out, (char)byte);
}

static const struct ac_serial *serial_of(const struct ac_serials *s, const struct ac_record *r)
{
    for (size_t i = 0; i < s->n; i++) {
        if (ac_v2_is_serial(ac_str_of(ac_record_get(r, "name")), s->items[i].number))
            return &s->items[i];
    }
    return NULL;
}

static struct ac_finding *add_name(struct ac_assessment *a, const struct ac_rule *rule,
                                   const struct ac_record *r, const char *text, bool in_system32)
{
    if (in_system32)
        return ac_finding_add(
            a, rule, AC_DECISIVE, r,
            N_("The value %1$s in %2$s is named like the volume serial number and decodes with it "
               "to \"%3$s\", the "
               "name of a program or library of System32, as Emotet stores its own file name."),
            ac_record_get(r, "name"), ac_record_prov(r, "key"), text, NULL);
    return ac_finding_add(a, rule, AC_STRONG, r,
                          N_("The value %1$s in %2$s is named like the volume serial number and "
                             "decodes with it to \"%3$s\"; System32 on "
                             "this volume has no program or library of that name."),
                          ac_record_get(r, "name"), ac_record_prov(r, "key"), text, NULL);
}

static enum ac_rc judge(struct ac_assessment *a, const struct ac_rule *rule,
                        const struct ac_record *r, const struct ac_serial *serial, bool vaccine)
{
    struct ac_buf data = {0}, text = {0};
    struct ac_set names = {0};
    struct ac_finding *f = NULL;
    enum ac_v2_kind kind;
    char count[24];
    enum ac_rc rc = AC_OK;

    data_of(r, &data);
    if (data.failed) {
        rc = AC_NOMEM;
        goto out;
    }
    kind = ac_v2_decode((struct ac_view){(const uint8_t *)ac_buf_text(&data), data.n, 0},
                        serial->number, &text);
    if (vaccine != (kind == AC_V2_VACCINE))
        goto out;
    if (vaccine) {
        snprintf(count, sizeof(count), "%zu", data.n);
        f = ac_finding_add(
            a, rule, AC_STRONG, r,
            N_("The value %1$s in %2$s is named like the volume serial number, but its data (%3$s "
               "bytes) decodes to no file "
               "name: the vaccine EmoCrash, or tampering; not a residue of an infection."),
            ac_record_get(r, "name"), ac_record_prov(r, "key"), count, NULL);
    } else if (kind == AC_V2_NAME) {
        rc = ac_system_names(a, r, &names);
        f = rc == AC_OK
                ? add_name(a, rule, r, ac_buf_text(&text), ac_set_has(&names, ac_buf_str(&text)))
                : NULL;
    } else {
        f = ac_finding_add(a, rule, AC_SUPPORTING, r,
                           N_("The value %1$s in %2$s is named like the volume serial number; it "
                              "decodes to \"%3$s\", which is no plausible "
                              "file name."),
                           ac_record_get(r, "name"), ac_record_prov(r, "key"), ac_buf_text(&text),
                           NULL);
    }
    if (!f)
        rc = AC_NOMEM;
    else if (!vaccine)
        f->generation = "E2";
    if (rc == AC_OK)
        rc = ac_finding_add_record(f, serial->record);
out:
    if (text.failed)
        rc = AC_NOMEM;
    ac_set_free(&names);
    ac_buf_free(&data);
    ac_buf_free(&text);
    return rc;
}

static enum ac_rc list_unknown(struct ac_assessment *a, const struct ac_rule *rule,
                               const struct ac_record *r)
{
    return ac_finding_add(a, rule, AC_LISTED, r,
                          N_("The value %1$s in %2$s has the shape of a serial number, but of none "
                             "that the image shows; it may belong to "
                             "an earlier formatting of the volume."),
                          ac_record_get(r, "name"), ac_record_prov(r, "key"), NULL)
               ? AC_OK
               : AC_NOMEM;
}

static enum ac_rc detect(struct ac_assessment *a, const struct ac_rule *rule, bool vaccine)
{
    struct ac_serials serials;
    enum ac_rc rc = ac_serials_find(a, &serials);

    for (size_t i = 0; rc == AC_OK && i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];
        const struct ac_serial *serial = is_explorer_value(r) ? serial_of(&serials, r) : NULL;

        if (serial)
            rc = judge(a, rule, r, serial, vaccine);
        else if (!vaccine && is_explorer_value(r) && looks_like_serial(ac_record_get(r, "name")))
            rc = list_unknown(a, rule, r);
    }
    ac_free(serials.items);
    return rc;
}

static enum ac_rc detect_v2(struct ac_assessment *a, const struct ac_rule *rule)
{
    return detect(a, rule, false);
}

static enum ac_rc detect_vaccine(struct ac_assessment *a, const struct ac_rule *rule)
{
    return detect(a, rule, true);
}

const struct ac_rule ac_rule_emotet_v2 = {
    .id = "EMO-V2",
    .family = "emotet",
    .title = N_("Emotet's name stored in the Explorer key (EmoCheck v2)"),
    .tests = N_("REG_BINARY values of the Explorer key of every user, of the machine and of its "
                "32-bit view, named like a volume "
                "serial number in either spelling; their data is decoded with that number."),
    .benign = "",
    .reference = REFERENCE,
    .attack = "T1112 T1027.011",
    .needs = AC_NEED_USER_HIVES | AC_NEED_SOFTWARE | AC_NEED_SERIAL,
    .detect = detect_v2,
};

const struct ac_rule ac_rule_vaccine = {
    .id = "VAC-EMO",
    .family = "vaccine",
    .title = N_("Value made by defenders against Emotet (EmoCrash)"),
    .tests = N_("The same values as EMO-V2 whose data is empty, all zero, over-long or one "
                "repeated character."),
    .benign = N_("Another tool that uses the volume serial number as a value name."),
    .reference = "Binary Defense, EmoCrash, August 2020 (press reports)",
    .attack = "",
    .needs = AC_NEED_USER_HIVES | AC_NEED_SOFTWARE | AC_NEED_SERIAL,
    .detect = detect_vaccine,
};
