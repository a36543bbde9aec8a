/*
 * Builds the binary values of a task in TaskCache from GDATAAdvancedAnalytics/winreg-tasks, the .ksy files,
 * independent of the reader in parsers/. All functions append.
 */
#ifndef AC_TESTS_BUILD_TASKCACHE_H
#define AC_TESTS_BUILD_TASKCACHE_H

#include "fixture.h"

/* Actions: versions 1 (no context, no flags), 2 (context), 3 (both). */
void fx_tc_actions(struct ac_buf *b, unsigned version, const char *context);
void fx_tc_exec(struct ac_buf *b, unsigned version, const char *command, const char *arguments,
                const char *directory);
void fx_tc_com(struct ac_buf *b, const uint8_t class_id[16], const char *data);
void fx_tc_text(struct ac_buf *b, const char *text);

/* Triggers: 0x15 and before, 0x16 (ids), 0x17 (name for showing). */
struct fx_tc_bucket {
    unsigned version;
    uint32_t flags;
    const char *principal, *display; /* NULL: empty */
    const uint8_t *sid;              /* NULL: none */
    size_t sid_n;
    uint32_t sid_type;
    const char *account;
    unsigned settings; /* bytes of the optional settings: 0, 0x2c, 0x38, 0x58 */
};
void fx_tc_bucket(struct ac_buf *b, const struct fx_tc_bucket *bucket);

struct fx_tc_when {
    const char *start, *end; /* RFC 3339; NULL: not set */
    bool utc;                /* else local */
    uint32_t interval, duration, limit, delay;
    bool stop, disabled;
    const char *id;
};
/* A trigger of time; mode 0 .. 4 with its three numbers. */
void fx_tc_time(struct ac_buf *b, unsigned version, const struct fx_tc_when *when, uint32_t mode,
                unsigned d1, unsigned d2, unsigned d3);
/* What every other trigger begins with. */
void fx_tc_trigger(struct ac_buf *b, unsigned version, uint32_t magic,
                   const struct fx_tc_when *when);
void fx_tc_block32(struct ac_buf *b, uint32_t n);
/* An account that is not named: all users. */
void fx_tc_no_user(struct ac_buf *b);
/* A text by its number of characters, with its NUL; "": nothing but the number. */
void fx_tc_counted(struct ac_buf *b, const char *text);

/* DynamicInfo of 36 bytes. */
void fx_tc_dynamic(struct ac_buf *b, const char *created, const char *last_run, uint32_t error,
                   const char *last_success);

#endif
