/*
 * Marks of the web: the stream Zone.Identifier that browsers, mail programs and archivers put on files
 * that came from elsewhere, often with the address they came from.
 *
 * Source: Microsoft, MS-FSCC 5.6.1 (Zone.Identifier); ReferrerUrl and HostUrl as browsers write them.
 */
#include "collect/collector.h"

#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct mark {
    struct ac_buf text; /* of the stream, UTF-8 */
    bool damaged;       /* it could not be read */
};

static bool is_mark(const struct ac_node_info *info)
{
    return (info->flags & AC_NODE_STREAM) && ac_str_ieq(info->name, AC_STR("Zone.Identifier"));
}

/* The stream is ANSI or UTF-16 text of a few lines. */
static enum ac_rc load(struct ac_tree *t, ac_node node, struct mark *ret)
{
    struct ac_content content = {0};
    enum ac_rc rc = ac_tree_load(t, node, AC_MAX_ZONE_MARK, &content, NULL);

    *ret = (struct mark){.damaged = rc != AC_OK || content.gaps.n > 0};
    if (rc == AC_OK && content.n >= 2 && content.p[0] == 0xFF && content.p[1] == 0xFE)
        ac_text_from_utf16((struct ac_view){content.p + 2, content.n - 2, 0}, &ret->text, NULL);
    else if (rc == AC_OK)
        ac_text_from_utf8((struct ac_view){content.p, content.n, 0}, &ret->text, NULL);
    ac_content_free(&content);
    return ret->text.failed ? AC_NOMEM : AC_OK;
}

/* "Name=value" at the beginning of a line; empty if there is none. */
static struct ac_str value_of(const struct mark *m, const char *name)
{
    struct ac_str rest = ac_buf_str(&m->text);
    size_t n = strlen(name);

    while (rest.n > 0) {
        size_t line = 0;

        while (line < rest.n && rest.p[line] != '\n' && rest.p[line] != '\r')
            line++;
        if (line > n && rest.p[n] == '=' && ac_str_ieq((struct ac_str){rest.p, n}, ac_str_of(name)))
            return (struct ac_str){rest.p + n + 1, line - n - 1};
        line += line < rest.n;
        rest = (struct ac_str){rest.p + line, rest.n - line};
    }
    return (struct ac_str){"", 0};
}

static void put(struct ac_record *r, const struct mark *m)
{
    struct ac_str zone = value_of(m, "ZoneId"), referrer = value_of(m, "ReferrerUrl"),
                  host = value_of(m, "HostUrl");

    if (zone.n == 1 && zone.p[0] >= '0' && zone.p[0] <= '4')
        ac_record_int(r, "zone", zone.p[0] - '0');
    if (referrer.n)
        ac_record_text(r, "referrer", referrer);
    if (host.n)
        ac_record_text(r, "host", host);
}

/* ---- of one file */

enum ac_rc ac_zone_put(struct ac_tree *t, ac_node file, struct ac_record *r)
{
    const ac_node *streams;
    size_t n = ac_tree_children(t, file, &streams);
    struct ac_node_info info;
    struct mark m;
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < n; i++) {
        ac_tree_info(t, streams[i], &info);
        if (!is_mark(&info))
            continue;
        rc = load(t, streams[i], &m);
        put(r, &m);
        ac_buf_free(&m.text);
    }
    return rc;
}

/* ---- of all documents, archives and programs of a volume */

static bool may_deliver(struct ac_str name)
{
    static const char *const endings[] = {
        ".doc", ".docx", ".docm", ".dot",  ".dotm", ".rtf", ".xls", ".xlsx", ".xlsm", ".xlsb",
        ".xlt", ".xll",  ".ppt",  ".pptm", ".one",  ".pdf", ".htm", ".html", ".mht",  ".zip",
        ".7z",  ".rar",  ".cab",  ".gz",   ".tar",  ".iso", ".img", ".vhd",  ".vhdx", ".exe",
        ".dll", ".scr",  ".msi",  ".com",  ".cpl",  ".js",  ".jse", ".vbs",  ".vbe",  ".wsf",
        ".hta", ".ps1",  ".bat",  ".cmd",  ".lnk",  ".url", ".chm", ".eml",  ".msg",  ".jar"};

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        if (ac_str_iends(name, ac_str_of(endings[i])))
            return true;
    }
    return false;
}

/* "user1" of "Users/user1/Downloads/x.doc". */
static struct ac_str profile_of(struct ac_str path)
{
    static const char *const homes[] = {"Users/", "Documents and Settings/"};

    for (size_t i = 0; i < 2; i++) {
        size_t n = strlen(homes[i]), end = n;

        if (!ac_str_istarts(path, ac_str_of(homes[i])))
            continue;
        while (end < path.n && path.p[end] != '/')
            end++;
        return (struct ac_str){path.p + n, end < path.n ? end - n : 0};
    }
    return (struct ac_str){"", 0};
}

struct zones {
    struct ac_collector *c;
    const struct ac_system *s;
    uint64_t seen, damaged;
};

static enum ac_rc send(struct zones *z, ac_node stream, const struct ac_node_info *file,
                       ac_node node)
{
    struct ac_tree *t = ac_system_tree(z->c, z->s);
    struct ac_place p = {.system = z->s,
                         .volume = z->s->volume,
                         .node = node,
                         .user = "",
                         .artefact_offset = AC_NO_OFFSET};
    struct ac_record *r = ac_record_new(AC_KIND_DELIVERY);
    struct ac_buf path = {0};
    struct mark m;
    enum ac_rc rc = load(t, stream, &m);

    z->damaged += m.damaged;
    ac_tree_path(t, node, &path);
    p.path = ac_buf_text(&path);
    ac_record_textz(r, "artefact", "zone-mark");
    ac_record_text(r, "user", profile_of(ac_buf_str(&path)));
    ac_record_text(r, "document", ac_buf_str(&path));
    if (ac_keeps_times(t))
        ac_record_time(r, "document_created", file->created);
    put(r, &m);
    if (file->flags & AC_NODE_DELETED)
        ac_record_prov_textz(r, "state", "deleted");
    ac_buf_free(&m.text);
    if (rc != AC_OK || path.failed) {
        ac_record_free(r);
        ac_buf_free(&path);
        return AC_FAIL(&z->c->err, AC_NOMEM, AC_NO_OFFSET, "no memory for a mark");
    }
    rc = ac_collector_emit(z->c, &p, r, &z->c->err);
    ac_buf_free(&path);
    return rc;
}

static enum ac_rc send_all(struct zones *z)
{
    struct ac_tree *t = ac_system_tree(z->c, z->s);
    enum ac_rc rc = AC_OK;

    for (ac_node n = 0; rc == AC_OK && n < ac_tree_count(t) && z->seen <= AC_MAX_ZONE_MARKS; n++) {
        struct ac_node_info info, file;

        ac_tree_info(t, n, &info);
        if (!is_mark(&info) || info.parent == AC_NODE_NONE)
            continue;
        ac_tree_info(t, info.parent, &file);
        if (may_deliver(file.name) && ++z->seen <= AC_MAX_ZONE_MARKS)
            rc = send(z, n, &file, info.parent);
    }
    return rc;
}

static enum ac_rc finish(struct zones *z, struct ac_place *p)
{
    struct ac_record *row;
    struct ac_place_sink sink;
    bool capped = z->seen > AC_MAX_ZONE_MARKS;
    enum ac_rc rc = AC_OK;

    ac_place_sink_init(&sink, z->c, p);
    if (z->damaged)
        rc = ac_sink_problem(&sink.sink, ac_str_of(p->path), AC_IO, AC_NO_OFFSET,
                             "where some files came from is not in the report",
                             "%llu mark(s) of the web could not be read",
                             (unsigned long long)z->damaged);
    if (rc == AC_OK && capped)
        rc = ac_sink_problem(&sink.sink, ac_str_of(p->path), AC_LIMIT, AC_NO_OFFSET,
                             "where some files came from is not in the report",
                             "more marks of the web than are read (%u)", AC_MAX_ZONE_MARKS);
    if (rc != AC_OK)
        return rc;
    row = ac_record_new(AC_KIND_SOURCE);
    ac_record_textz(row, "source", "zone-marks");
    ac_record_textz(row, "name", p->path);
    ac_record_bool(row, "present", true);
    ac_record_textz(row, "read", z->damaged || capped ? "partial" : "complete");
    ac_record_int(row, "entries", (int64_t)(capped ? AC_MAX_ZONE_MARKS : z->seen));
    return ac_collector_emit(z->c, p, row, &z->c->err);
}

enum ac_rc ac_zones_collect(struct ac_collector *c, const struct ac_system *s)
{
    struct ac_place p = {.system = s,
                         .volume = s->volume,
                         .node = AC_NODE_NONE,
                         .user = "",
                         .path = "Zone.Identifier",
                         .artefact_offset = AC_NO_OFFSET};
    struct zones z = {c, s, 0, 0};
    enum ac_rc rc = AC_OK;

    if (s->loose || ac_tree_facts(ac_system_tree(c, s))->kind != AC_TREE_NTFS)
        return AC_OK; /* other file systems have no streams; of copied files they are gone */
    if (ac_collector_begin(c, &p, "zone-marks")) {
        rc = send_all(&z);
        if (rc == AC_OK)
            rc = finish(&z, &p);
        ac_collector_end(c, &p, "zone-marks");
    }
    return rc == AC_OK ? c->err.rc : rc;
}
