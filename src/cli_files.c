/* ls and cat: the file tree as aftercheck sees it, and the content of one file. */
#include "cli.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "collect/item.h"
#include "records/record.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK (1 * AC_MIB)

struct listing {
    bool raw, details, deleted, json;
    struct ac_str below; /* only paths in this folder, or this path */
    bool partial;
    uint64_t shown;
};

/* What is wrong with the container and the partition table. */
static void tell_container(const char *path, const struct ac_item *item, bool *ret_partial)
{
    if (item->image && item->image->facts.segment_problem.n) {
        ac_cli_message("%s: %s", path, ac_buf_text(&item->image->facts.segment_problem));
        *ret_partial = true;
    }
    if (item->table.problem[0]) {
        ac_cli_message("%s: %s", path, item->table.problem);
        *ret_partial = true;
    }
    for (size_t i = 0; item->image && i < item->n; i++) {
        const struct ac_volume *v = &item->volumes[i].facts;

        if (v->available == v->length)
            continue;
        ac_cli_message("%s: %s%sthe volume has %" PRIu64 " bytes, but the image ends after %" PRIu64
                       " of them",
                       path, v->name, v->name[0] ? ": " : "", v->length, v->available);
        *ret_partial = true;
    }
}

/* Opens all volumes that can be opened. 0: at least one; otherwise an exit status. */
static int open_item(const char *path, struct ac_item *item, bool *ret_partial)
{
    struct ac_err err = {0};
    size_t opened = 0;
    int status = ac_cli_confine();

    if (status >= 0)
        return status;
    if (ac_item_open(path, item, &err) != AC_OK || ac_item_confine(item, &err) != AC_OK) {
        ac_cli_complain(path, &err);
        return AC_STATUS_UNUSABLE;
    }
    tell_container(path, item, ret_partial);
    for (size_t i = 0; i < item->n; i++) {
        struct ac_item_volume *v = &item->volumes[i];

        if (!ac_item_is_readable(item, i)) {
            ac_cli_message("%s: %s%s%s: %s", path, v->facts.name, v->facts.name[0] ? ": " : "",
                           v->facts.file_system ? v->facts.file_system : "unknown",
                           v->facts.reason ? v->facts.reason : "holds no file system");
            *ret_partial |= v->facts.kind != AC_VOLUME_RESERVED;
        } else if (ac_item_open_tree(item, i, &err) != AC_OK) {
            ac_cli_complain(path, &err);
            *ret_partial = true;
        } else {
            const struct ac_tree_problem *p = ac_tree_facts(v->tree)->problems;

            for (; p && p->what; p++)
                ac_cli_message("%s: %s: %s", path, p->where, p->what);
            *ret_partial |= !ac_tree_facts(v->tree)->complete;
            opened++;
        }
    }
    if (opened)
        return 0;
    ac_item_close(item);
    return AC_STATUS_UNUSABLE;
}

static bool is_below(struct ac_str path, struct ac_str folder)
{
    if (folder.n == 0)
        return true;
    if (!ac_str_istarts(path, folder))
        return false;
    return path.n == folder.n || path.p[folder.n] == '/' || path.p[folder.n] == ':';
}

static void print_details(const struct ac_node_info *info)
{
    char text[AC_TIME_TEXT];

    printf("%c%c %12" PRIu64 " %-28s %" PRIu64 "-%u  ",
           info->flags & AC_NODE_DIRECTORY ? 'd'
           : info->flags & AC_NODE_STREAM  ? 's'
                                           : '-',
           info->flags & AC_NODE_DELETED ? '*' : ' ', info->size,
           info->modified.ticks ? ac_time_print(info->modified, text) : "-", info->entry,
           info->sequence);
}

static void print_json(const struct ac_node_info *info, struct ac_str path)
{
    json_t *o = json_object();
    char *line, mft[40];

    ac_json_text(o, "path", path);
    ac_json_int(o, "size", (int64_t)info->size);
    ac_json_bool(o, "directory", (info->flags & AC_NODE_DIRECTORY) != 0);
    ac_json_bool(o, "deleted", (info->flags & AC_NODE_DELETED) != 0);
    ac_json_bool(o, "orphan", (info->flags & AC_NODE_ORPHAN) != 0);
    ac_json_bool(o, "stream", (info->flags & AC_NODE_STREAM) != 0);
    ac_json_time(o, "created", info->created);
    ac_json_time(o, "modified", info->modified);
    if (info->sequence) {
        snprintf(mft, sizeof(mft), "%" PRIu64 "-%u", info->entry, info->sequence);
        ac_json_textz(o, "mft", mft);
    }
    line = json_dumps(o, JSON_COMPACT | JSON_ENSURE_ASCII);
    puts(line ? line : "");
    free(line);
    json_decref(o);
}

static void list_node(struct listing *l, const struct ac_item_volume *v, ac_node node)
{
    struct ac_buf path = {0};
    struct ac_node_info info;

    ac_tree_info(v->tree, node, &info);
    if (node == ac_tree_root(v->tree) || (info.flags & (AC_NODE_SHORT_NAME | AC_NODE_VIRTUAL)) ||
        ((info.flags & AC_NODE_DELETED) != 0) != l->deleted)
        return;
    ac_buf_addz(&path, v->prefix);
    ac_tree_path(v->tree, node, &path);
    l->partial |= (info.flags & AC_NODE_PARTIAL) != 0;
    if (is_below(ac_buf_str(&path), l->below)) {
        l->shown++;
        if (l->json) {
            print_json(&info, ac_buf_str(&path));
        } else {
            if (l->details)
                print_details(&info);
            if (l->raw) {
                fwrite(ac_buf_text(&path), 1, path.n, stdout);
                putchar('\0');
            } else {
                ac_cli_put_safe(ac_buf_text(&path), path.n, true);
            }
        }
    }
    ac_buf_free(&path);
}

static struct ac_str without_slashes(const char *path)
{
    struct ac_str s = ac_str_of(path);

    while (s.n && s.p[0] == '/')
        s = (struct ac_str){s.p + 1, s.n - 1};
    while (s.n && s.p[s.n - 1] == '/')
        s.n--;
    return s;
}

int ac_cli_ls(int argc, char **argv)
{
    static const struct option options[] = {
        {"deleted", no_argument, NULL, 'd'}, {"json", no_argument, NULL, 'j'},
        {"null", no_argument, NULL, '0'},    {"long", no_argument, NULL, 'l'},
        {"help", no_argument, NULL, 'h'},    {NULL, 0, NULL, 0}};
    struct listing l = {0};
    struct ac_item item;
    int c, status;

    while ((c = getopt_long(argc, argv, "0l", options, NULL)) != -1) {
        l.raw |= c == '0';
        l.details |= c == 'l';
        l.deleted |= c == 'd';
        l.json |= c == 'j';
        if (c == 'h')
            return ac_cli_help(
                "ls", "  -l, --long             type, size, last write and MFT entry-sequence "
                      "before the path\n"
                      "      --deleted          deleted entries instead of allocated ones\n"
                      "  -0, --null             paths as they are, NUL-separated, instead of "
                      "escaped lines\n"
                      "      --json             one JSON object a line\n"
                      "      --help             this text\n\n"
                      "Exit status: 0, 2 if something could not be listed, 3 evidence unusable or "
                      "no such PATH.\n");
        if (c == '?')
            return AC_STATUS_USAGE;
    }
    if (argc - optind < 1 || argc - optind > 2)
        return ac_cli_usage("ls", "ls takes EVIDENCE and perhaps a PATH");
    if (argc - optind == 2)
        l.below = without_slashes(argv[optind + 1]);
    status = open_item(argv[optind], &item, &l.partial);
    if (status)
        return status;
    for (size_t i = 0; i < item.n; i++) {
        const struct ac_item_volume *v = &item.volumes[i];

        for (ac_node node = 0; v->tree && node < ac_tree_count(v->tree); node++)
            list_node(&l, v, node);
    }
    ac_item_close(&item);
    if (fflush(stdout) != 0)
        return AC_STATUS_INTERNAL;
    if (l.below.n && l.shown == 0) {
        ac_cli_message("%s: there is no %s in it", argv[optind], argv[optind + 1]);
        return AC_STATUS_UNUSABLE;
    }
    return l.partial ? AC_STATUS_INCOMPLETE : AC_STATUS_OK;
}

/* A path as ls prints it: \\u{1B} and \\x{FF} stand for what a terminal must not get. */
static void unescape(struct ac_str path, struct ac_buf *out)
{
    for (size_t i = 0; i < path.n; i++) {
        unsigned code = 0;
        int used = 0;
        char kind = 0;

        if (path.p[i] == '\\' && sscanf(path.p + i, "\\%c{%6x}%n", &kind, &code, &used) == 2 &&
            used > 0 && (kind == 'u' || kind == 'x') && code > 0 && code < 0x110000 &&
            i + (size_t)used <= path.n) {
            if (kind == 'u')
                ac_buf_addu(out, code);
            else
                ac_buf_addc(out, (char)code);
            i += (size_t)used - 1;
        } else {
            ac_buf_addc(out, path.p[i]);
        }
    }
}

/* The node of a path, allocated ones first; *ret_volume where it lies. */
static ac_node find(const struct ac_item *item, struct ac_str path, size_t *ret_volume)
{
    for (int deleted = 0; deleted < 2; deleted++) {
        for (size_t i = 0; i < item->n; i++) {
            const struct ac_item_volume *v = &item->volumes[i];
            struct ac_str prefix = ac_str_of(v->prefix), rest = path;
            ac_node node;

            if (!v->tree || !ac_str_istarts(path, prefix))
                continue;
            rest = (struct ac_str){path.p + prefix.n, path.n - prefix.n};
            node = ac_tree_lookup(v->tree, ac_tree_root(v->tree), rest, deleted);
            *ret_volume = i;
            if (node != AC_NODE_NONE)
                return node;
        }
    }
    return AC_NODE_NONE;
}

static int write_content(struct ac_tree *t, ac_node node, const char *name)
{
    struct ac_node_info info;
    struct ac_err err = {0};
    uint8_t *block = ac_malloc(BLOCK);
    int status = block ? AC_STATUS_OK : AC_STATUS_INTERNAL;

    ac_tree_info(t, node, &info);
    if (info.flags & AC_NODE_DIRECTORY) {
        ac_cli_message("%s: is a folder", name);
        ac_free(block);
        return AC_STATUS_UNUSABLE;
    }
    for (uint64_t off = 0; status != AC_STATUS_INTERNAL && off < info.size; off += BLOCK) {
        size_t n = info.size - off < BLOCK ? (size_t)(info.size - off) : BLOCK;
        enum ac_rc rc = ac_tree_read(t, node, off, block, n, NULL, &err);

        if (rc != AC_OK && status == AC_STATUS_OK) {
            ac_cli_complain(name, &err);
            status = AC_STATUS_INCOMPLETE;
        }
        if (rc != AC_OK && rc != AC_IO)
            break;
        if (fwrite(block, 1, n, stdout) != n)
            status = AC_STATUS_INTERNAL;
    }
    ac_free(block);
    return fflush(stdout) == 0 ? status : AC_STATUS_INTERNAL;
}

int ac_cli_cat(int argc, char **argv)
{
    struct ac_item item;
    bool partial = false;
    size_t volume = 0;
    ac_node node;
    int status;

    if (argc > 1 && strcmp(argv[1], "--help") == 0)
        return ac_cli_help("cat", "      --help             this text\n\nPATH is as ls prints it; "
                                  "path:stream names a stream. Missing "
                                  "bytes are written as zeros\nand said. Exit status: 0, 2 if "
                                  "bytes are missing, 3 if there is "
                                  "no such file.\n");
    if (argc != 3)
        return ac_cli_usage("cat", "cat takes EVIDENCE and a PATH in it");
    status = open_item(argv[1], &item, &partial);
    if (status)
        return status;
    node = find(&item, without_slashes(argv[2]), &volume);
    if (node == AC_NODE_NONE) {
        struct ac_buf raw = {0};

        unescape(without_slashes(argv[2]), &raw);
        node = find(&item, ac_buf_str(&raw), &volume);
        ac_buf_free(&raw);
    }
    if (node == AC_NODE_NONE) {
        ac_cli_message("%s: there is no %s in it", argv[1], argv[2]);
        status = AC_STATUS_UNUSABLE;
    } else {
        status = write_content(item.volumes[volume].tree, node, argv[2]);
    }
    ac_item_close(&item);
    return status;
}
