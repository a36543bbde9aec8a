/*
 * WMI repositories for tests, from the format's documents (libyal/dtformats, mandiant/flare-wmi,
 * [MS-WMIO]): instances, pages of objects, mapping files, index pages.
 */
#ifndef AC_TESTS_BUILD_WMI_H
#define AC_TESTS_BUILD_WMI_H

#include "fixture.h"

#define FX_WMI_PAGE 8192

/* An instance. `types`: one letter a property, in the order in which they are stored: s string, a
 * SID (array of bytes), u 32 bits, w 16 bits (boolean too), q 64 bits. `values`: NULL has no value;
 * strings are stored with one byte a character, or as UTF-16LE when they begin with \x01; "default"
 * of an s means that the default of its class holds. */
void fx_wmi_instance(struct ac_buf *out, bool xp, const char *class, const char *types,
                     const char *const *values);
void fx_wmi_filter(struct ac_buf *out, bool xp, const char *name, const char *query);
void fx_wmi_binding(struct ac_buf *out, bool xp, const char *filter, const char *consumer);
void fx_wmi_command(struct ac_buf *out, bool xp, const char *name, const char *executable,
                    const char *command);
void fx_wmi_script(struct ac_buf *out, bool xp, const char *name, const char *engine,
                   const char *text, const char *file);

/* Appends a page with descriptors of these records (ids count up from first_id) and as many pages
 * as the last one goes on to. Returns the offset of the first record in the page. */
size_t fx_wmi_page(struct ac_buf *objects, const struct ac_buf *records, size_t n,
                   uint32_t first_id);
void fx_wmi_swap_pages(struct ac_buf *objects, size_t a, size_t b);

/* A mapping file: the places of the logical pages of objects and of the index. */
void fx_wmi_mapping(struct ac_buf *out, bool xp, uint32_t sequence, const uint32_t *objects,
                    size_t n_objects, const uint32_t *index, size_t n_index);
/* One page of the index with these keys (their parts separated by \). */
void fx_wmi_index_page(struct ac_buf *out, const char *const *keys, size_t n);
/* The digest of a name in upper case, as keys and instances have it. Static buffers, four in
 * turns. */
const char *fx_wmi_digest(const char *name, bool xp);

#endif
