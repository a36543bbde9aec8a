/* What the tests of execution traces in hives share: a hive to build, the records that it gives. */
#ifndef AC_TESTS_TRACES_H
#define AC_TESTS_TRACES_H

#include "build_regf.h"

extern struct fx_records tr_out;
extern struct fx_hive *tr_hive;

void tr_begin(void); /* for TestSuite(): a new hive, no records */
void tr_end(void);

/* Parses bytes as a hive of that path into tr_out. */
enum ac_rc tr_run(const struct ac_buf *bytes, const char *path);
/* Builds tr_hive and parses it, which must be AC_OK. */
void tr_parse(const char *path);
/* Parses a hive of the real data, with its logs (NULL: none); skips the test without them. */
enum ac_rc tr_real(const char *path, const char *log1, const char *log2);

/* Number of execution records of an artefact, and the n-th one; aborts when there are fewer. */
size_t tr_count(const char *artefact);
const struct ac_record *tr_nth(const char *artefact, size_t n);
void tr_expect_time(const struct ac_record *r, const char *field, const char *time);

#endif
