#include "assess/coverage.h"

#include <string.h>

#define MOST_NAMED 4 /* sources named in one reason; the coverage table has them all */

static bool is_source(const struct ac_record *r, const char *source)
{
    return ac_record_kind(r) == AC_KIND_SOURCE && strcmp(ac_record_get(r, "source"), source) == 0;
}

/* Is the last component of the source's path this name? */
static bool is_named(const struct ac_record *r, const char *name)
{
    const char *path = ac_record_get(r, "name"), *slash = strrchr(path, '/');

    return ac_str_ieq(ac_str_of(slash ? slash + 1 : path), ac_str_of(name));
}

/* Shadow copies are a limitation of their own: they never make an examination incomplete. */
static bool is_limitation(const struct ac_record *r)
{
    return is_source(r, "shadow-copies");
}

/* An index of files that is damaged or cut, or a volume that is not read, may hold the very artefact that a rule
 * asks for, and a collection that ended early may not have come to it: no row of its own says so. */
static bool hides_others(const struct ac_record *r)
{
    return is_source(r, "collection") || ((is_source(r, "mft") || is_source(r, "volume")) &&
                                          strcmp(ac_record_get(r, "read"), "complete") != 0);
}

/* A loose hive may have any name: what it is shows in the keys of the records that it gave. */
static bool gave_keys_of(const struct ac_assessment *a, const struct ac_record *row,
                         const char *prefix)
{
    if (!is_source(row, "hive") || strcmp(ac_record_prov(row, "system"), "single artefacts") != 0)
        return false;
    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];

        if (ac_str_istarts(ac_str_of(ac_record_prov(r, "key")), ac_str_of(prefix)) &&
            strcmp(ac_record_prov(r, "path"), ac_record_prov(row, "path")) == 0)
            return true;
    }
    return false;
}

/* A folder of collected files: its times are those of the copies. */
static bool keeps_no_times(const struct ac_record *r)
{
    return is_source(r, "volume") && (is_named(r, "folder") || is_named(r, "file"));
}

/* Is this row one that `need` is about? */
static bool concerns(const struct ac_assessment *a, const struct ac_record *r, enum ac_need need)
{
    if (hides_others(r))
        return true;
    switch (need) {
    case AC_NEED_SYSTEM:
        return is_source(r, "hive") &&
               (is_named(r, "SYSTEM") || gave_keys_of(a, r, "HKLM\\SYSTEM"));
    case AC_NEED_SOFTWARE:
        return is_source(r, "hive") &&
               (is_named(r, "SOFTWARE") || gave_keys_of(a, r, "HKLM\\SOFTWARE"));
    case AC_NEED_USER_HIVES:
        return is_source(r, "hive") && (is_named(r, "NTUSER.DAT") || is_named(r, "NTUSER.MAN") ||
                                        is_named(r, "DEFAULT") || gave_keys_of(a, r, "HKU\\"));
    case AC_NEED_TIMES:
        return is_source(r, "mft") || is_source(r, "volume");
    case AC_NEED_TASKS:
        return is_source(r, "task");
    case AC_NEED_PREFETCH:
        return is_source(r, "prefetch");
    case AC_NEED_FILES:
        return is_source(r, "mft") || is_source(r, "volume") || is_source(r, "folders") ||
               is_source(r, "candidates");
    case AC_NEED_SECURITY_LOG:
        return is_source(r, "event-log") &&
               (is_named(r, "Security.evtx") || is_named(r, "SecEvent.Evt"));
    case AC_NEED_SYSTEM_LOG:
        return is_source(r, "event-log") &&
               (is_named(r, "System.evtx") || is_named(r, "SysEvent.Evt"));
    case AC_NEED_DETECTIONS:
        return is_source(r, "mft") || is_source(r, "volume") || is_source(r, "mplog") ||
               is_source(r, "defender-history") ||
               (is_source(r, "event-log") &&
                is_named(r, "Microsoft-Windows-Windows Defender%4Operational.evtx"));
    case AC_NEED_SERIAL:
    case AC_NEEDS_END:
        return false;
    }
    return false;
}

static const char *need_name(enum ac_need need)
{
    switch (need) {
    case AC_NEED_SYSTEM:
        return "hive SYSTEM";
    case AC_NEED_SOFTWARE:
        return "hive SOFTWARE";
    case AC_NEED_USER_HIVES:
        return "user hives";
    case AC_NEED_TASKS:
        return "scheduled tasks";
    case AC_NEED_PREFETCH:
        return "prefetch";
    case AC_NEED_FILES:
        return "file index";
    case AC_NEED_SERIAL:
        return "volume serial number";
    case AC_NEED_TIMES:
        return "file times";
    case AC_NEED_SECURITY_LOG:
        return "event log Security";
    case AC_NEED_SYSTEM_LOG:
        return "event log System";
    case AC_NEED_DETECTIONS:
        return "records of Windows Defender";
    case AC_NEEDS_END:
        break;
    }
    return "";
}

static void name_it(struct ac_buf *why, size_t *named, const char *name, const char *state)
{
    if (++*named <= MOST_NAMED)
        ac_buf_addf(why, "%s%s: %s", why->n ? "; " : "", name, state);
}

static bool has_serial(const struct ac_assessment *a)
{
    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];

        if (ac_record_kind(r) == AC_KIND_SYSTEM &&
            json_array_size(ac_record_get_json(r, "volume_serials")) > 0)
            return true;
        if (ac_record_kind(r) == AC_KIND_EXECUTION &&
            json_array_size(ac_record_get_json(r, "volumes")) > 0)
            return true;
    }
    return false;
}

/* Was there a Windows whose folders could be looked at? */
static bool has_windows(const struct ac_assessment *a)
{
    for (size_t i = 0; i < a->n_records; i++) {
        const char *system = ac_record_prov(a->records[i], "system");

        if (system[0] && strcmp(system, "single artefacts") != 0)
            return true;
    }
    return false;
}

static bool need_is_met(const struct ac_assessment *a, enum ac_need need, struct ac_buf *why,
                        size_t *named)
{
    bool any = false, all = true;

    if (need == AC_NEED_SERIAL) {
        if (!has_serial(a))
            name_it(why, named, need_name(need), "none found");
        return has_serial(a);
    }
    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];
        const char *read;

        if (!concerns(a, r, need) || is_limitation(r))
            continue;
        any = true;
        read = ac_record_get(r, "read");
        if (need == AC_NEED_TIMES && keeps_no_times(r)) {
            all = false;
            name_it(why, named, ac_record_get(r, "name"),
                    "copies do not keep the times of the files");
        } else if (strcmp(read, "complete") != 0) {
            all = false;
            name_it(why, named, ac_record_get(r, "name"),
                    !ac_record_get_bool(r, "present") ? "not there"
                    : strcmp(read, "partial") == 0    ? "read in part"
                                                      : "not read");
        }
    }
    if (need == AC_NEED_FILES && any && !has_windows(a)) {
        name_it(why, named, need_name(need), "no Windows installation in it");
        return false;
    }
    if (!any)
        name_it(why, named, need_name(need), "none found");
    return any && all;
}

bool ac_coverage_has(const struct ac_assessment *a, unsigned needs, struct ac_buf *ret_why)
{
    size_t named = 0;
    bool all = true;

    for (unsigned need = 1; need < AC_NEEDS_END; need <<= 1) {
        if (needs & need)
            all &= need_is_met(a, (enum ac_need)need, ret_why, &named);
    }
    if (named > MOST_NAMED)
        ac_buf_addf(ret_why, "; +%zu", named - MOST_NAMED);
    return all;
}

static bool has_mismatch(const json_t *hashes)
{
    for (size_t i = 0; i < json_array_size(hashes); i++) {
        const char *result =
            json_string_value(json_object_get(json_array_get(hashes, i), "result"));

        if (result && strcmp(result, "MISMATCH") == 0)
            return true;
    }
    return false;
}

static bool verification_failed(const struct ac_record *r)
{
    if (json_array_size(ac_record_get_json(r, "unreadable")) > 0 ||
        (strcmp(ac_record_get(r, "segment_state"), "complete") != 0 &&
         ac_record_get(r, "segment_state")[0]))
        return true;
    return has_mismatch(ac_record_get_json(r, "hashes")) ||
           has_mismatch(ac_record_get_json(r, "expected"));
}

bool ac_coverage_incomplete(const struct ac_assessment *a, bool *ret_verification_failed)
{
    bool incomplete = false, any_system = false;

    *ret_verification_failed = false;
    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];

        if (ac_record_kind(r) == AC_KIND_PROBLEM)
            incomplete = true;
        else if (ac_record_kind(r) == AC_KIND_SOURCE && !is_limitation(r)) {
            incomplete |= strcmp(ac_record_get(r, "read"), "complete") != 0;
            any_system |= ac_record_prov(r, "system")[0] != '\0';
        } else if (ac_record_kind(r) == AC_KIND_INTEGRITY && verification_failed(r))
            *ret_verification_failed = incomplete = true;
    }
    /* an image without any Windows: nothing that was asked for could be looked at */
    return incomplete || !any_system;
}
