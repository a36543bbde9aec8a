/*
 * UserAssist: what a user started through Explorer.
 *
 * Format: libyal/winreg-kb, "User Assist key". Names are ROT13 (plain when NoEncrypt was set). The
 * Vigenere cipher of a beta of Windows 7 is not decoded: its names come out as ROT13 makes them.
 */
#include "hive_parts.h"

#include "known_folders.h"

#include <string.h>

#define USERASSIST "Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\UserAssist"

enum {
    DATA_3 = 16,      /* Windows 2000 to Vista */
    DATA_5 = 72,      /* Windows 7 and later */
    COUNT_BEGINS = 5, /* version 3: the first start makes it 6 */
};

/* ---- names */

static uint8_t rot13(uint8_t c)
{
    uint8_t lower = c | 0x20;

    if (lower >= 'a' && lower <= 'z')
        return (uint8_t)(lower <= 'm' ? c + 13 : c - 13);
    return c;
}

static bool is_plain(struct ac_str name)
{
    struct ac_str guid = {name.p, name.n < AC_GUID_TEXT ? name.n : AC_GUID_TEXT};

    return ac_str_istarts(name, AC_STR("UEME_")) || ac_str_iends(name, AC_STR(".exe")) ||
           ac_str_iends(name, AC_STR(".lnk")) || ac_known_folder(guid);
}

/* ROT13 is undone before anything is escaped: escapes have letters of their own. */
static void decode(struct ac_hive_job *j, const struct ac_hive_value *v, struct ac_buf *out,
                   bool *ret_exact)
{
    struct ac_buf bytes = {0};
    size_t unit = v->latin1 ? 1 : 2;

    ac_hive_value_name(j, v, out, ret_exact);
    if (!is_plain(ac_buf_str(out))) {
        ac_buf_add(&bytes, v->name.p, v->name.n);
        for (size_t i = 0; !bytes.failed && i + unit <= bytes.n; i += unit) {
            if (unit == 1 || bytes.p[i + 1] == 0)
                bytes.p[i] = (char)rot13((uint8_t)bytes.p[i]);
        }
        ac_buf_clear(out);
        *ret_exact = true;
        ac_hive_name((struct ac_view){(const uint8_t *)ac_buf_text(&bytes), bytes.n, 0}, v->latin1,
                     out, ret_exact);
    }
    ac_hive_check(j, &bytes);
    ac_hive_check(j, out);
    ac_buf_free(&bytes);
}

/* Version 3 says before the path how the program was started ("UEME_RUNPATH:C:\..."); a name without
 * a path ("UEME_UISCUT") is the sum of that way. */
static struct ac_str path_of(struct ac_str name)
{
    const char *colon;

    if (!ac_str_istarts(name, AC_STR("UEME_")))
        return name;
    colon = memchr(name.p, ':', name.n);
    if (!colon)
        return (struct ac_str){name.p, 0};
    return (struct ac_str){colon + 1, name.n - (size_t)(colon + 1 - name.p)};
}

static void put_path(struct ac_hive_job *j, struct ac_record *r, struct ac_str path)
{
    struct ac_str guid = {path.p, path.n < AC_GUID_TEXT ? path.n : AC_GUID_TEXT};
    const char *folder = ac_known_folder(guid);
    struct ac_buf full = {0};
    size_t last = path.n;

    while (last > 0 && path.p[last - 1] != '\\')
        last--;
    if (path.n == 0)
        return;
    ac_record_text(r, "program", (struct ac_str){path.p + last, path.n - last});
    if (last == 0) /* a packaged application, known by its identifier */
        return;
    if (folder) {
        ac_buf_addz(&full, folder);
        path = (struct ac_str){path.p + guid.n, path.n - guid.n};
    }
    ac_buf_adds(&full, path);
    ac_hive_check(j, &full);
    ac_record_text(r, "program_path", ac_buf_str(&full));
    ac_buf_free(&full);
}

/* ---- data */

static void put_version_3(struct ac_hive_job *j, struct ac_record *r, const struct ac_hive_value *v,
                          struct ac_view data)
{
    uint32_t count = ac_le32(data.p + 4);

    if (count >= COUNT_BEGINS)
        ac_record_int(r, "run_count", count - COUNT_BEGINS);
    else
        ac_hive_bad_entry(j, v, AC_CORRUPT,
                          "the run count of a UserAssist entry is below the number at which "
                          "counting begins");
    ac_record_time(r, "last_run", (struct ac_filetime){ac_le64(data.p + 8)});
}

/* The size of the data tells the version, also where the key's value Version is missing or says
 * something else. */
static void put_data(struct ac_hive_job *j, struct ac_record *r, const struct ac_hive_value *v)
{
    struct ac_view data;

    if (!ac_hive_data(j->hive, v, &j->pieces, &data))
        return;
    if (data.n == DATA_5) {
        ac_record_int(r, "run_count", ac_le32(data.p + 4));
        ac_record_int(r, "focus_count", ac_le32(data.p + 8));
        ac_record_int(r, "focus_time", ac_le32(data.p + 12));
        ac_record_time(r, "last_run", (struct ac_filetime){ac_le64(data.p + 60)});
    } else if (data.n == DATA_3) {
        put_version_3(j, r, v, data);
    } else {
        ac_hive_bad_entry(j, v, AC_UNSUPPORTED,
                          "the data of a UserAssist entry has neither 16 nor 72 bytes");
    }
}

/* UEME_CTLSESSION and UEME_CTLCUACount:ctor hold the state of the counting itself and name no program. */
static void entry(struct ac_hive_job *j, const struct ac_hive_place *place,
                  const struct ac_hive_value *v)
{
    struct ac_buf name = {0};
    struct ac_record *r;
    bool exact = true;

    decode(j, v, &name, &exact);
    if (ac_str_istarts(ac_buf_str(&name), AC_STR("UEME_CTL"))) {
        ac_buf_free(&name);
        return;
    }
    r = ac_record_new(AC_KIND_EXECUTION);
    ac_record_textz(r, "artefact", "userassist");
    ac_record_text(r, "stored_name", ac_buf_str(&name));
    if (!exact)
        ac_record_raw(r, "stored_name", v->name);
    put_path(j, r, path_of(ac_buf_str(&name)));
    ac_record_textz(r, "user", j->user);
    put_data(j, r, v);
    ac_hive_prov(j, r, place, v);
    ac_hive_emit(j, r);
    ac_buf_free(&name);
}

void ac_hive_userassist(struct ac_hive_job *j)
{
    struct ac_hive_place top, group, count;
    struct ac_hive_subkeys list;
    struct ac_hive_values values;
    struct ac_hive_value v;
    struct ac_hive_key key;

    if (ac_hive_open_key(j, USERASSIST, &top)) {
        ac_hive_subkeys(j->hive, &top.key, &list);
        while (ac_hive_going(j) && ac_hive_next_subkey(j->hive, &list, &key)) {
            ac_hive_enter_key(j, &top, &key, &group);
            if (ac_hive_open_below(j, &group, "Count", &count)) {
                ac_hive_values(j->hive, &count.key, &values);
                while (ac_hive_going(j) && ac_hive_next_value(j->hive, &values, &v))
                    entry(j, &count, &v);
            }
            ac_buf_free(&count.path);
            ac_buf_free(&group.path);
        }
    }
    ac_buf_free(&top.path);
}
