#include "report/recipes.h"

#include <inttypes.h>
#include <string.h>

#define SECTOR 512 /* unit of the -o option of The Sleuth Kit's tools */

static const char *text_of(const json_t *o, const char *name)
{
    const char *z = json_string_value(json_object_get(o, name));

    return z ? z : "";
}

static const char *member_by_id(const json_t *list, const char *id, const char *member)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (strcmp(text_of(json_array_get(list, i), "id"), id) == 0)
            return text_of(json_array_get(list, i), member);
    }
    return "";
}

/* Where the evidence lay in the run that read it; its bare name when that is not known any more. */
static const char *evidence_path(const struct ac_report_input *in, const char *id)
{
    const char *path = member_by_id(json_object_get(in->run, "evidence"), id, "path");

    return path[0]
               ? path
               : member_by_id(json_object_get(json_object_get(in->header, "options"), "evidence"),
                              id, "name");
}

static void quote(struct ac_buf *out, struct ac_str s)
{
    ac_buf_addc(out, '\'');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\'')
            ac_buf_addz(out, "'\\''");
        else
            ac_buf_addc(out, s.p[i]);
    }
    ac_buf_addc(out, '\'');
}

static void quotez(struct ac_buf *out, const char *z)
{
    ac_buf_addc(out, ' ');
    quote(out, ac_str_of(z));
}

/* The name under which the artefact is saved: letters, digits, dots only. */
static void saved_name(const char *path, struct ac_buf *out)
{
    const char *slash = strrchr(path, '/');

    for (const char *p = slash ? slash + 1 : path; *p; p++) {
        bool plain = (*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z') ||
                     (*p >= 'A' && *p <= 'Z') || *p == '.';

        ac_buf_addc(out, plain ? *p : '_');
    }
}

/* "/Microsoft/Windows/..." as reglookup wants it, of "HKLM\SOFTWARE\Microsoft\Windows\...". */
static void hive_path(const char *key, struct ac_buf *out)
{
    struct ac_str s = ac_str_of(key);
    /* root name and hive (or user); Amcache.hve has no root of its own */
    unsigned skip = ac_str_istarts(s, AC_STR("Amcache\\")) ? 1 : 2;

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\\' && skip > 0)
            skip--;
        if (skip == 0)
            ac_buf_addc(out, s.p[i] == '\\' ? '/' : s.p[i]);
    }
}

/* Images have a record of their container; folders and single files have none. */
static bool is_image(const struct ac_report_input *in, const char *id)
{
    for (size_t i = 0; i < in->assessment->n_landmarks; i++) {
        const struct ac_record *r = in->assessment->landmarks[i];

        if (ac_record_kind(r) == AC_KIND_INTEGRITY &&
            strcmp(ac_record_prov(r, "evidence"), id) == 0)
            return true;
    }
    return false;
}

/* Bytes of an MFT entry, when the evidence is a $MFT without its volume; else 0. */
static int64_t entry_size_alone(const struct ac_report_input *in, const char *id)
{
    for (size_t i = 0; i < in->assessment->n_landmarks; i++) {
        const struct ac_record *r = in->assessment->landmarks[i];

        if (ac_record_kind(r) == AC_KIND_SOURCE && strcmp(ac_record_prov(r, "evidence"), id) == 0 &&
            strcmp(ac_record_get(r, "source"), "mft") == 0)
            return ac_record_get_int(r, "mft_entry_size");
    }
    return 0;
}

/* Is the evidence this very artefact, not a folder that holds it? */
static bool is_single_file(const char *evidence, const struct ac_record *r)
{
    const char *slash = strrchr(evidence, '/');

    return strcmp(ac_record_prov(r, "system"), "single artefacts") == 0 &&
           strcmp(slash ? slash + 1 : evidence, ac_record_prov(r, "path")) == 0;
}

/* "icat -o SECTOR IMAGE ENTRY > NAME", or a copy out of a folder, or nothing for a single file. */
static bool extract(const struct ac_report_input *in, const struct ac_record *r, const char *name,
                    struct ac_buf *out)
{
    const char *evidence = evidence_path(in, ac_record_prov(r, "evidence")),
               *mft = ac_record_prov(r, "mft");
    int64_t offset = json_integer_value(ac_record_prov_json(r, "volume_offset"));

    if (!evidence[0])
        return false;
    if (mft[0]) {
        ac_buf_addf(out, "icat -o %" PRId64, offset / SECTOR);
        quotez(out, evidence);
        ac_buf_addf(out, " %.*s > %s", (int)strcspn(mft, "-"), mft, name);
        return true;
    }
    if (ac_record_prov(r, "path")[0] == '\0')
        return false;
    if (is_image(in, ac_record_prov(r, "evidence"))) { /* FAT: by its path */
        ac_buf_addf(out, "fcat -o %" PRId64 " ", offset / SECTOR);
        quote(out, ac_str_of(ac_record_prov(r, "path")));
        quotez(out, evidence);
        ac_buf_addf(out, " > %s", name);
        return true;
    }
    ac_buf_addz(out, "cp");
    if (is_single_file(evidence, r)) {
        quotez(out, evidence);
    } else {
        ac_buf_addz(out, " ");
        quote(out, ac_str_of(evidence));
        ac_buf_addc(out, '/');
        quote(out, ac_str_of(ac_record_prov(r, "path")));
    }
    ac_buf_addf(out, " %s", name);
    return true;
}

/* The row of the log that a record came from; NULL: it came from none, or it is not known. */
static const struct ac_record *log_of(const struct ac_report_input *in, const struct ac_record *r)
{
    struct ac_str log = ac_str_of(ac_record_prov(r, "log"));

    for (size_t i = 0; log.n && i < in->assessment->n_landmarks; i++) {
        const struct ac_record *row = in->assessment->landmarks[i];

        if (ac_record_kind(row) == AC_KIND_SOURCE &&
            strcmp(ac_record_get(row, "source"), "hive-log") == 0 &&
            strcmp(ac_record_prov(row, "evidence"), ac_record_prov(r, "evidence")) == 0 &&
            strcmp(ac_record_prov(row, "system"), ac_record_prov(r, "system")) == 0 &&
            ac_str_iends(ac_str_of(ac_record_get(row, "name")), log))
            return row;
    }
    return NULL;
}

/* No tool of the packages that the recipes use applies transaction logs: the text itself is looked for in
 * the log. strings(1) finds what is printable ASCII. */
static void inspect_log(const struct ac_record *r, const char *name, struct ac_buf *out)
{
    const char *text = ac_record_get(r, "command");
    size_t n = 0;

    while (text[n] >= ' ' && text[n] <= '~')
        n++;
    ac_buf_addf(out, " && strings -n 4 -e l %s", name);
    if (n >= 4) {
        ac_buf_addz(out, " | grep -F -e ");
        quote(out, (struct ac_str){text, n});
    }
}

static void inspect_key(const struct ac_record *r, const char *name, struct ac_buf *out)
{
    struct ac_buf key = {0};

    hive_path(ac_record_prov(r, "key"), &key);
    ac_buf_addz(out, " && reglookup -p");
    quotez(out, ac_buf_text(&key));
    ac_buf_addf(out, " %s", name);
    out->failed |= key.failed;
    ac_buf_free(&key);
}

/* Prefetch, or what stands in a hive or a file of another format. */
static void inspect_execution(const struct ac_record *r, const char *name, struct ac_buf *out)
{
    if (ac_record_prov(r, "key")[0])
        inspect_key(r, name, out);
    else if (ac_str_istarts(ac_str_of(ac_record_get(r, "artefact")), AC_STR("prefetch")))
        ac_buf_addf(out, " && sccainfo %s", name);
    else
        ac_buf_addf(out, " && strings -e l %s", name);
}

static void inspect(const struct ac_record *r, const char *name, struct ac_buf *out)
{
    switch (ac_record_kind(r)) {
    case AC_KIND_EXECUTION:
        inspect_execution(r, name, out);
        break;
    case AC_KIND_TASK:
        if (ac_record_prov(r, "key")[0])
            inspect_key(r, name, out);
        else if (strcmp(ac_record_get(r, "store"), "job") == 0)
            ac_buf_addf(out, " && strings -e l %s", name);
        else
            ac_buf_addf(out, " && iconv -f UTF-16 -t UTF-8 %s", name);
        break;
    case AC_KIND_EVENT: /* the logs of Windows XP have another format, and another tool */
        ac_buf_addf(out, " && %s -m all %s",
                    ac_str_iends(ac_str_of(name), AC_STR(".evt")) ? "evtexport"
                                                                  : "evtxexport -f xml",
                    name);
        break;
    case AC_KIND_MATCH: /* offsets in decimal, as the report has them */
        ac_buf_addf(out, " && od -A d -t x1z -j %" PRId64 " -N %" PRId64 " %s",
                    ac_record_get_int(r, "offset"), ac_record_get_int(r, "length"), name);
        break;
    default:
        if (ac_record_prov(r, "key")[0])
            inspect_key(r, name, out);
        else
            ac_buf_addf(out, " && sha256sum %s", name);
        break;
    }
}

/* A folder's listing, or the boot sector with the serial number. */
static void inspect_volume(const struct ac_report_input *in, const struct ac_record *r,
                           struct ac_buf *out)
{
    const char *evidence = evidence_path(in, ac_record_prov(r, "evidence")),
               *mft = ac_record_prov(r, "mft");
    int64_t offset = json_integer_value(ac_record_prov_json(r, "volume_offset"));

    if (ac_record_kind(r) == AC_KIND_SYSTEM &&
        json_array_size(ac_record_get_json(r, "volume_serials")) && evidence[0]) {
        ac_buf_addf(out, "fsstat -o %" PRId64, offset / SECTOR);
        quotez(out, evidence);
    } else if (ac_record_kind(r) == AC_KIND_LISTING && mft[0]) {
        ac_buf_addf(out, "fls -o %" PRId64, offset / SECTOR);
        quotez(out, evidence);
        ac_buf_addf(out, " %.*s", (int)strcspn(mft, "-"), mft);
    }
}

/* The entry's bytes: no tool of Debian opens a $MFT without its volume. */
static void inspect_entry(const struct ac_report_input *in, const struct ac_record *r, int64_t size,
                          struct ac_buf *out)
{
    const char *mft = ac_record_prov(r, "mft");

    if (mft[0] == '\0')
        return;
    ac_buf_addf(out, "dd status=none bs=%" PRId64 " skip=%.*s count=1 if=", size,
                (int)strcspn(mft, "-"), mft);
    quote(out, ac_str_of(evidence_path(in, ac_record_prov(r, "evidence"))));
    ac_buf_addz(out, " | xxd");
}

void ac_recipe_for(const struct ac_report_input *in, const struct ac_record *r, struct ac_buf *out)
{
    const struct ac_record *log = log_of(in, r);
    int64_t entry_size = entry_size_alone(in, ac_record_prov(r, "evidence"));
    struct ac_buf name = {0};

    if (entry_size) {
        inspect_entry(in, r, entry_size, out);
        return;
    }
    switch (ac_record_kind(r)) {
    case AC_KIND_AUTOSTART:
    case AC_KIND_VALUE:
    case AC_KIND_EXECUTION:
    case AC_KIND_TASK:
    case AC_KIND_FILE:
    case AC_KIND_ACCOUNT:
    case AC_KIND_KEY:
    case AC_KIND_ACTIVITY:
    case AC_KIND_DELIVERY:
    case AC_KIND_USAGE:
    case AC_KIND_SHORTCUT:
    case AC_KIND_CHANGE:
    case AC_KIND_DETECTION:
    case AC_KIND_EVENT:
    case AC_KIND_MATCH:
    case AC_KIND_CREDENTIAL_STORE:
        saved_name(log ? ac_record_get(log, "name") : ac_record_prov(r, "path"), &name);
        if (extract(in, log ? log : r, ac_buf_text(&name), out))
            (log ? inspect_log : inspect)(r, ac_buf_text(&name), out);
        break;
    default:
        inspect_volume(in, r, out);
        break;
    }
    out->failed |= name.failed;
    ac_buf_free(&name);
}
