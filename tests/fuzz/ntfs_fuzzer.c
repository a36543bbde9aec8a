/*
 * libFuzzer target of NTFS: opens the volume, and asks every node for its path, times and content.
 * Build with clang -fsanitize=fuzzer,address,undefined; the corpus lies in corpus/ntfs/.
 */
#include "fixture.h"

#include "files/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(struct ac_tree *t, ac_node node, struct ac_buf *path)
{
    struct ac_filetime modified;
    struct ac_node_times times;
    struct ac_content c = {0};
    struct ac_node_info info;
    const ac_node *children;
    char piece[32];

    ac_tree_info(t, node, &info);
    ac_buf_clear(path);
    ac_tree_path(t, node, path);
    (void)ac_tree_lookup(t, ac_tree_root(t), ac_buf_str(path), true);
    (void)ac_tree_children(t, node, &children);
    (void)ac_tree_times(t, node, &times, NULL);
    if (info.flags & AC_NODE_DIRECTORY)
        (void)ac_tree_index_modified(t, node, &modified, NULL);
    (void)ac_tree_read(t, node, info.size / 2, piece, sizeof(piece), NULL, NULL);
    if (ac_tree_load(t, node, 1 << 18, &c, NULL) == AC_OK)
        ac_content_free(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ac_tree *t = NULL;
    struct ac_buf path = {0};
    struct fx_reader reader;

    fx_reader_init(&reader, (struct ac_view){data, size, 0});
    if (ac_tree_open_ntfs(&reader.base, &t, NULL) != AC_OK)
        return 0;
    for (ac_node i = 0; i < ac_tree_count(t); i++)
        ask(t, i, &path);
    ac_tree_close(t);
    ac_buf_free(&path);
    return 0;
}
