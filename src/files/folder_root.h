/*
 * Where collectors put a volume into a folder: "C", "C%3A" (Velociraptor), "C:" , "[root]" (FTK),
 * also below "uploads/auto" and "uploads/ntfs".
 */
#ifndef AC_FILES_FOLDER_ROOT_H
#define AC_FILES_FOLDER_ROOT_H

#include "files/tree_impl.h"

/* Is this the name of a drive with percent-encoded characters ("C%3A", "%5C%5C.%5CC%3A")? */
bool ac_folder_is_encoded_drive(const char *name);
/* If `name` has percent-encoded characters, adds the decoded name as another one of the node: found by
 * lookup, not listed. AC_NOMEM, AC_LIMIT. */
enum ac_rc ac_folder_add_decoded(struct ac_index *x, ac_node node, const char *name);
/* The node of the volume's root; the root of the tree if no such part is recognised. */
ac_node ac_folder_volume_root(const struct ac_tree *t);

#endif
