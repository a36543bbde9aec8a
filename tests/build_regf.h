/*
 * Builds registry hives from the format's specification (M. Suhanov, "Windows registry file format
 * specification"), independent of the reader in parsers/: used by tests and by the builder of the
 * demo image. Aborts when memory fails or a name is impossible.
 *
 * A hive is a tree of keys; fx_hive_build() lays it out: base block, hive bins of multiples of 4096
 * bytes, key, value, data, list and security cells, sorted lists of subkeys with correct hashes.
 * Paths use '\', names are UTF-8 (stored 8-bit when every character is below U+0100, else UTF-16),
 * lookups of existing keys ignore case. The locale should be C.UTF-8 for non-ASCII sort order.
 */
#ifndef AC_TESTS_BUILD_REGF_H
#define AC_TESTS_BUILD_REGF_H

#include "fixture.h"

enum fx_reg_type {
    FX_REG_NONE,
    FX_REG_SZ,
    FX_REG_EXPAND_SZ,
    FX_REG_BINARY,
    FX_REG_DWORD,
    FX_REG_DWORD_BE,
    FX_REG_LINK,
    FX_REG_MULTI_SZ,
    FX_REG_RESOURCE_LIST,
    FX_REG_FULL_RESOURCE,
    FX_REG_REQUIREMENTS,
    FX_REG_QWORD,
};

enum fx_list { FX_LIST_AUTO, FX_LIST_LI, FX_LIST_LF, FX_LIST_LH };

struct fx_hive;
struct fx_key;

/* Change before fx_hive_build(); fx_hive_new() sets version 1.5, sequence 1/1, `ticks`. */
struct fx_hive_options {
    uint32_t minor;              /* 3 .. 6; big data only from 4 on */
    uint32_t primary, secondary; /* different: dirty */
    uint64_t ticks;              /* base block, and keys made without a time of their own */
    const char *file_name; /* Borrowed: base block's, UTF-8, its last 31 characters are kept */
    enum fx_list list;     /* AUTO: lf up to 1.4, lh from 1.5 on */
    size_t leaf_max;       /* entries of a leaf before an index (ri) is used; 0: 507 */
};

struct fx_hive *fx_hive_new(const char *root_name);
void fx_hive_free(struct fx_hive *h);
struct fx_hive_options *fx_hive_options(struct fx_hive *h);

struct fx_key *fx_hive_root(struct fx_hive *h);
/* The key at path, made with all its parents when it is not there. ticks 0: the hive's. A time
 * given is set on the last component, also when that was there already. */
struct fx_key *fx_hive_key(struct fx_hive *h, const char *path, uint64_t ticks);
/* A new subkey whose name is n bytes of UTF-16LE as they are (NUL, lone surrogates). */
struct fx_key *fx_key_raw(struct fx_key *parent, const void *utf16, size_t n, uint64_t ticks);

/* Values keep the order in which they were added. Several of one name are possible. */
void fx_key_value(struct fx_key *k, const char *name, uint32_t type, const void *data, size_t n);
void fx_key_value_raw(struct fx_key *k, const void *utf16, size_t name_n, uint32_t type,
                      const void *data, size_t n);
void fx_hive_value(struct fx_hive *h, const char *path, const char *name, uint32_t type,
                   const void *data, size_t n);
void fx_hive_sz(struct fx_hive *h, const char *path, const char *name, const char *text);
void fx_hive_expand_sz(struct fx_hive *h, const char *path, const char *name, const char *text);
void fx_hive_dword(struct fx_hive *h, const char *path, const char *name, uint32_t n);
void fx_hive_qword(struct fx_hive *h, const char *path, const char *name, uint64_t n);
void fx_hive_binary(struct fx_hive *h, const char *path, const char *name, const void *data,
                    size_t n);

/* Appends the file (out must be empty). May be called again after changes, into another buffer. */
void fx_hive_build(struct fx_hive *h, struct ac_buf *out);
/* Sets the checksum of a base block that was changed by hand. */
void fx_hive_checksum(struct ac_buf *file);

/* After building: file offsets of cells (of their size field); 0: there is none. */
size_t fx_hive_key_at(struct fx_hive *h, const char *path);
size_t fx_hive_subkeys_at(struct fx_hive *h, const char *path); /* the list, ri if there is one */
size_t fx_hive_values_at(struct fx_hive *h, const char *path);  /* the list */
size_t fx_hive_value_at(struct fx_hive *h, const char *path, const char *name);
size_t fx_hive_data_at(struct fx_hive *h, const char *path, const char *name);
/* Number of keys (root included) and values. */
size_t fx_hive_keys(const struct fx_hive *h);
size_t fx_hive_values(const struct fx_hive *h);

#endif
