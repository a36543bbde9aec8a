/*
 * Puts the files of the demo laptop below one folder, with their times. Every function ends the
 * program with a message when it fails.
 */
#ifndef AC_TESTS_DEMO_TREE_H
#define AC_TESTS_DEMO_TREE_H

#include "build_regf.h"
#include "fixture.h"

#define PLAIN_TIME "2019-04-02T07:00:00Z"

extern const char *demo_top; /* Borrowed: the folder, set before anything is put */

/* Writes a file and frees its content; times are RFC 3339. */
void demo_put(const char *path, struct ac_buf *content, const char *time);
void demo_put_text(const char *path, const char *text, const char *time);
/* Builds the hive, writes it and frees it. */
void demo_put_hive(struct fx_hive *h, const char *path, const char *time);
/* A program that is only a PE header and filling; is_signed: with room for a signature. */
void demo_program(const char *path, size_t size, bool is_signed, const char *time);
void demo_library(const char *path, const char *export_name, const char *export, const char *time);
/* Bytes without a pattern, as encrypted files have; the same in every build. */
void demo_noise(const char *path, size_t n, uint32_t seed, const char *time);
/* A folder with a time of its own (path and time borrowed to the end). */
void demo_folder_time(const char *path, const char *time);
/* At the end: all other folders get PLAIN_TIME. */
void demo_set_folder_times(void);

/* build_demo_logs.c: event logs of the machine. */
void demo_event_logs(void);
/* build_demo_stores.c: an account of Outlook into the hive; the other stores of credentials. */
void demo_outlook(struct fx_hive *h);
void demo_credential_stores(void);

#endif
