/*
 * The algorithms by which EmoCheck (JPCERT/CC) knows Emotet, offline: pure functions, no records.
 *
 * Source: JPCERTCC/EmoCheck at 36f2ec6, emocheck/modules/scan_v1.cpp to scan_v5.cpp (facts only; its
 * quirks are kept and named). EmoCheck looks at running processes; here names and bytes stand for them.
 */
#ifndef AC_ASSESS_EMOCHECK_H
#define AC_ASSESS_EMOCHECK_H

#include "base/buf.h"
#include "base/bytes.h"
#include "base/time.h"

/* ---- v1: a file name of two words, picked from a list by the volume serial number */

struct ac_word_list {
    const char *id;    /* "K" (EmoCheck's), "L375", ... */
    const char *words; /* comma-separated */
    bool names;        /* its length is known, so that names can be computed of a serial */
};
extern const struct ac_word_list ac_word_lists[]; /* ends with a NULL id */

#define AC_V1_NAME 48

/* "formatexce.exe". With `emocheck` the picking routine of EmoCheck, which cuts the first word at indices 1 to 3;
 * without it that of Emotet itself. */
void ac_v1_name(const struct ac_word_list *list, uint32_t serial, bool emocheck,
                char ret[AC_V1_NAME]);
/* Is this lower-case text (no extension) two words of the list, one after the other? */
bool ac_v1_is_word_pair(const struct ac_word_list *list, struct ac_str text);

/* ---- v2: the name in a registry value, XORed with the serial number */

enum ac_v2_kind {
    AC_V2_NAME, /* a plausible file name */
    AC_V2_VACCINE, /* empty, all zero, over 40 characters or one repeated: made by defenders, or tampered with */
    AC_V2_NOISE, /* anything else */
};

/* Is this value name the serial in hexadecimal, with or without leading zeros, in any case? */
bool ac_v2_is_serial(struct ac_str value_name, uint32_t serial);
/* Appends the decoded text (without ".exe", which EmoCheck adds). */
enum ac_v2_kind ac_v2_decode(struct ac_view data, uint32_t serial, struct ac_buf *out);

/* ---- v3: sizes of a file named like a program of System32 */

#define AC_V3_LEAST_SIZE 10000
/* same_size: System32 has a file of the same name and size (an untouched copy of a Windows tool). */
bool ac_v3_accepts(uint64_t size, bool same_size);

/* ---- v4: a DLL with a random extension in a random folder, started by rundll32 */

bool ac_v4_is_folder(struct ac_str name); /* ^[A-Za-z]{4,16}$ */
bool ac_v4_is_file(
    struct ac_str name); /* ^(?!.*\.(exe|dll)$)[A-Za-z]{3,15}\.[A-Za-z]{3}$, case-sensitive */
/* rundll32.exe ... , export of 4 to 15 letters (or RunDLL, ShowDialogA): EmoCheck's three patterns. */
bool ac_v4_is_command(struct ac_str command);
/* Value name: the file name with extension, or 7 to 16 letters. */
bool ac_v4_is_value_name(struct ac_str name, struct ac_str file);
/* The narrower shape of 64 installations of 2022: Xxxxx/xxxx.xyz. */
bool ac_v4_is_tight(struct ac_str folder, struct ac_str file);
/* The shape from May 2022: MixedCase/MixedCase.dll, two or more capitals inside both names. */
bool ac_e5_is_mixed(struct ac_str folder, struct ac_str file);

/* ---- v5: a file that is seven days older than its folder */

bool ac_v5_is_week(struct ac_filetime folder, struct ac_filetime file);

#endif
