/*
 * Facts of Windows programs and libraries (Portable Executable) that tell what a file is: nothing
 * is unpacked, disassembled or believed. Format: Microsoft's PE specification.
 */
#ifndef AC_PARSERS_PE_H
#define AC_PARSERS_PE_H

#include "parser.h"

#include <jansson.h>

/* Makes the object of the field `pe` of a `file` record: machine, dll, timestamp, export_name,
 * exports (the first AC_MAX_PE_EXPORTS), export_count (named ones in all), signature_directory,
 * subsystem, sections, entry_point (an RVA).
 *
 * `bytes` are the first bytes of a file of `file_size` bytes, as many as the caller cares to read
 * (a few MiB hold the export directory of nearly every file). What lies outside of them, or outside
 * of the file, is left out of the object and named in `missing` (may be NULL): plain sentences with
 * semicolons between them.
 *
 * *ret: Owned (json_decref()), set on AC_OK. AC_NOT_FOUND: does not begin with "MZ"; AC_CORRUPT: MZ
 * without PE header, or an impossible one; AC_TRUNCATED: the header does not lie in `bytes`. */
enum ac_rc ac_pe_facts(struct ac_view bytes, uint64_t file_size, json_t **ret,
                       struct ac_buf *missing, struct ac_err *err);

/* For `show FILE`: one `file` record with size, magic, digests and `pe`. Recognises MZ; not in
 * parsers.def, since a triage asks for the facts of candidates and does not look for programs. */
extern const struct ac_parser ac_parser_pe;

#endif
