/*
 * What the files of the command line module share. Not for others.
 *
 * A struct scan is one parse. Functions of the interpreters take what stands behind the program and
 * fill scan->ret; memory failure is sticky in scan->failed.
 */
#ifndef AC_BASE_CMDLINE_INNER_H
#define AC_BASE_CMDLINE_INNER_H

#include "base/cmdline.h"
#include "base/limits.h"

struct scan {
    struct ac_cmdline *ret;
    unsigned depth; /* of nesting now */
    bool failed;
};

/* ---- cmdline_text.c: pieces of text */
struct ac_str ac_cl_trim(struct ac_str s);
struct ac_str ac_cl_from(struct ac_str s, size_t n); /* without the first n bytes */
bool ac_cl_is_space(char c);
/* The first word and what follows it (trimmed left). Quotes hold a word together and are kept off
 * it. */
struct ac_str ac_cl_word(struct ac_str s, struct ac_str *ret_rest);
/* Last component of a path; without ".exe" in ac_cl_base(). */
struct ac_str ac_cl_name(struct ac_str path);
struct ac_str ac_cl_base(struct ac_str path);
bool ac_cl_has_extension(struct ac_str path);
/* Ends in an extension of what Windows starts or loads. */
bool ac_cl_is_startable(struct ac_str path);
bool ac_cl_is_remote(struct ac_str s); /* http:, https:, ftp: */
/* Adds path (with `extension` if it has none; may be "") and rest to a list. */
void ac_cl_add(struct scan *s, struct ac_cmdline_list *list, struct ac_str path,
               const char *extension, struct ac_str rest);
/* Replaces a text of the result. */
void ac_cl_set(struct scan *s, char **text, struct ac_str value);
/* All ways to read an unquoted path with spaces at the beginning of `text`, shortest first, or the
 * one quoted path. Reading ends at a quote and at the first character of `stop`. Preferred is the
 * first that ends in the extension of a program, else what stands before the first switch, else the
 * longest. */
void ac_cl_add_paths(struct scan *s, struct ac_cmdline_list *list, struct ac_str text,
                     const char *extension, const char *stop);

/* ---- cmdline_tools.c: interpreters that load something */
void ac_cl_rundll32(struct scan *s, struct ac_str rest);
void ac_cl_regsvr32(struct scan *s, struct ac_str rest);
void ac_cl_mshta(struct scan *s, struct ac_str rest);
void ac_cl_script(struct scan *s, struct ac_str rest);
void ac_cl_msiexec(struct scan *s, struct ac_str rest);
void ac_cl_explorer(struct scan *s, struct ac_str rest);

/* ---- cmdline_nest.c: interpreters that read another command line */
void ac_cl_cmd(struct scan *s, struct ac_str rest);
void ac_cl_powershell(struct scan *s, struct ac_str rest);
void ac_cl_conhost(struct scan *s, struct ac_str rest);

/* ---- cmdline.c */
void ac_cl_free_list(struct ac_cmdline_list *list);
/* Reads `command` as a command line of its own, one level deeper, and makes its targets those of
 * the result. False (and nothing changed) if there is nothing in it or it is nested too deep. */
bool ac_cl_nested(struct scan *s, struct ac_str command);

#endif
