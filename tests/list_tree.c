/*
 * Prints what a tree holds, for comparison with other tools (check_fls.sh) and for measuring.
 *
 *   list_tree [-t KIND] [-o BYTES] [-d | -s | -c | -p | -q] FILE
 *
 * KIND: ntfs (default), fat, folder, file. Default: "ENTRY<TAB>PATH" of allocated nodes; -d of deleted
 * and orphaned ones; -s: the facts; -c: "SIZE GAPS CRC PATH" of every content; -p: problems; -q: nothing.
 */
#include "base/alloc.h"
#include "base/hash.h"
#include "files/tree.h"

#include <fcntl.h>
#include <inttypes.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct file_reader {
    struct ac_reader base;
    int fd;
};

static enum ac_rc file_read(struct ac_reader *r, uint64_t off, void *buf, size_t n,
                            struct ac_gaps *gaps, struct ac_err *err)
{
    int fd = ((struct file_reader *)r)->fd;

    for (size_t done = 0; done < n;) {
        ssize_t got = pread(fd, (char *)buf + done, n - done, (off_t)(off + done));

        if (got <= 0) {
            memset((char *)buf + done, 0, n - done);
            if (gaps)
                ac_gaps_add(gaps, off + done, n - done, "read error");
            return AC_FAIL(err, AC_IO, off + done, "read error");
        }
        done += (size_t)got;
    }
    return AC_OK;
}

static void print_contents(struct ac_tree *t, ac_node node, const char *path)
{
    struct ac_node_info info;
    struct ac_content c = {0};
    struct ac_err err = {0};
    char hex[AC_HASH_TEXT], text[600];
    enum ac_rc rc;

    ac_tree_info(t, node, &info);
    if (info.flags & (AC_NODE_VIRTUAL | AC_NODE_SHORT_NAME) ||
        (info.flags & AC_NODE_DIRECTORY && !(info.flags & AC_NODE_STREAM)))
        return;
    rc = ac_tree_load(t, node, UINT64_C(1) << 29, &c, &err);
    if (rc != AC_OK) {
        printf("%s\t%s\n", path, ac_err_text(&err, text, sizeof(text)));
        return;
    }
    ac_hash_hex(AC_MD5, c.p, c.n, hex);
    printf("%" PRIu64 "\t%zu\t%" PRIu64 "\t%s\t%s\n", info.entry, c.n, ac_gaps_bytes(&c.gaps), hex,
           path);
    ac_content_free(&c);
}

static void print_nodes(struct ac_tree *t, int mode)
{
    struct ac_buf path = {0};

    for (ac_node i = 0; i < ac_tree_count(t); i++) {
        struct ac_node_info info;
        bool gone;

        ac_tree_info(t, i, &info);
        gone = info.flags & (AC_NODE_DELETED | AC_NODE_ORPHAN);
        if (i == ac_tree_root(t) || info.flags & (AC_NODE_SHORT_NAME | AC_NODE_VIRTUAL))
            continue;
        ac_buf_clear(&path);
        ac_tree_path(t, i, &path);
        if (mode == 'c')
            print_contents(t, i, ac_buf_text(&path));
        else if (gone == (mode == 'd'))
            printf("%" PRIu64 "\t%s\n", info.entry, ac_buf_text(&path));
    }
    ac_buf_free(&path);
}

static void print_facts(const struct ac_tree *t)
{
    const struct ac_tree_facts *f = ac_tree_facts(t);

    printf("%s serial %" PRIX64 " label \"%s\" entries %" PRIu64 " damaged %" PRIu64
           " nodes %u complete %d\n",
           f->file_system, f->serial, f->label, f->entries, f->damaged, ac_tree_count(t),
           f->complete);
}

static void print_problems(const struct ac_tree *t)
{
    for (const struct ac_tree_problem *p = ac_tree_facts(t)->problems; p->what; p++)
        printf("%s\t%s\t%s\n", ac_rc_name(p->class), p->where, p->what);
}

static enum ac_rc open_tree(const char *kind, struct ac_reader *r, const char *path,
                            struct ac_tree **ret, struct ac_err *err)
{
    if (strcmp(kind, "folder") == 0)
        return ac_tree_open_folder(path, ret, err);
    if (strcmp(kind, "file") == 0)
        return ac_tree_open_file(path, ret, err);
    if (strcmp(kind, "fat") == 0)
        return ac_tree_open_fat(r, ret, err);
    return ac_tree_open_ntfs(r, ret, err);
}

int main(int argc, char **argv)
{
    struct file_reader file = {.base = {.read = file_read}};
    struct ac_reader *volume = NULL;
    const char *kind = "ntfs";
    struct ac_tree *t = NULL;
    struct ac_err err = {0};
    uint64_t offset = 0;
    struct stat st;
    char text[1000];
    int mode = 'u', c;

    setlocale(LC_CTYPE, "C.UTF-8");
    while ((c = getopt(argc, argv, "t:o:dscpq")) != -1) {
        if (c == 't')
            kind = optarg;
        else if (c == 'o')
            offset = strtoull(optarg, NULL, 10);
        else
            mode = c;
    }
    file.fd = optind < argc ? open(argv[optind], O_RDONLY | O_CLOEXEC) : -1;
    if (mode == '?' || file.fd < 0 || fstat(file.fd, &st) != 0)
        return 64;
    file.base.size = (uint64_t)st.st_size;
    if (ac_window_open(&file.base, offset, UINT64_MAX, &volume, &err) != AC_OK ||
        open_tree(kind, volume, argv[optind], &t, &err) != AC_OK) {
        fprintf(stderr, "%s: %s\n", argv[optind], ac_err_text(&err, text, sizeof(text)));
        ac_reader_close(volume);
        close(file.fd);
        return 3;
    }
    if (mode == 's')
        print_facts(t);
    else if (mode == 'p')
        print_problems(t);
    else if (mode != 'q')
        print_nodes(t, mode);
    ac_tree_close(t);
    ac_reader_close(volume);
    close(file.fd);
    return 0;
}
