/* The tree of keys that build_regf.c keeps and build_regf_layout.c writes. */
#ifndef AC_TESTS_BUILD_REGF_INNER_H
#define AC_TESTS_BUILD_REGF_INNER_H

#include "build_regf.h"

struct fx_name {
    struct ac_buf bytes; /* Owned: 8-bit or UTF-16LE */
    bool latin1;
};

struct fx_value {
    struct fx_name name;
    uint32_t type;
    struct ac_buf data; /* Owned */
    size_t at, data_at; /* file offsets once built */
};

struct fx_key {
    struct fx_name name;
    uint64_t ticks;          /* 0: the hive's */
    struct fx_key **subkeys; /* Owned */
    size_t n, cap;
    struct fx_value *values; /* Owned */
    size_t values_n, values_cap;
    size_t at, list_at, values_at; /* file offsets once built */
};

struct fx_hive {
    struct fx_hive_options options;
    struct fx_key root;
};

size_t fx_name_chars(const struct fx_name *n);
unsigned fx_name_upper(const struct fx_name *n, size_t i); /* i-th UTF-16 unit, upper case */
int fx_name_compare(const struct fx_name *a, const struct fx_name *b);

#endif
