/*
 * What scan, collect and report share: their options, the header of the records, the report folder.
 */
#ifndef AC_CLI_JOB_H
#define AC_CLI_JOB_H

#include "assess/notice.h"
#include "cli.h"
#include "cli_case.h"
#include "cli_rule_options.h"
#include "collect/collect.h"
#include "records/jsonl.h"

#include <stdio.h>

#define AC_COMMON_HELP                                                                             \
    "  -q, --quiet            no progress and no summary\n"                                        \
    "      --help             this text\n"
#define AC_COLLECT_HELP                                                                            \
    "      --no-verify        do not read the whole image to verify its hashes\n"                  \
    "      --list-accounts    name the sites and accounts of stored credentials\n"                 \
    "      --deep             look through the contents of all files, with rules that do so\n"
#define AC_EXPECT_HELP                                                                             \
    "      --expect-hash [ID:]ALGORITHM:HEX\n"                                                     \
    "                         digest recorded elsewhere (md5, sha1, sha256); repeatable\n"
#define AC_CASE_HELP                                                                               \
    "      --case ID          case number for the report\n"                                        \
    "      --examiner NAME    who examines\n"                                                      \
    "      --case-file FILE   fields of the case: what only a human can say (see aftercheck(1))\n" \
    "      --case-field FIELD=TEXT\n"                                                              \
    "                         one of these fields; repeatable\n"                                   \
    "      --notice FILE      CSV or JSON list of notified machines: is this one of them?\n"       \
    "      --sign-with COMMAND\n"                                                                  \
    "                         run COMMAND MANIFEST when the report is written\n"                   \
    "      --lang en|ja       language of the summary on the screen (default en)\n"

/* A digest of --expect-hash: as given, and as understood. */
struct ac_expectation {
    const char *text;
    size_t item; /* of the evidence items */
    struct ac_expected_hash hash;
};

struct ac_job {
    const char *output, *lang;
    bool quiet, verify, deep, list_accounts;
    struct ac_case_options human;
    json_t *fields; /* Owned: what these say, ac_job_read_human() */
    const char *evidence_id;
    const char *notice; /* NULL: none is given */
    struct ac_notice_list notices;
    struct ac_expectation expected[AC_MAX_EXPECTED_HASHES];
    size_t n_expected;
    const char *sign_with; /* command of the user's, NULL: none */
    bool extract;
    char **items; /* Borrowed: the evidence, for --extract */
    int n_items;
    json_t *run; /* Owned by the command; NULL: not known */
    struct ac_rule_arguments rules;
    struct ac_rule_set *set; /* Owned: ac_job_end() */
};

/* -1: go on, the items stand from optind on and the rules are loaded; otherwise the exit status. ac_job_end() in both
 * cases. */
int ac_job_options(struct ac_job *j, int argc, char **argv, const char *help);
/* Reads the files of --case-file and --notice, before anything is written. -1: go on; otherwise the exit status. */
int ac_job_read_human(struct ac_job *j, const char *command);
/* Releases what the job owns but `run`. */
void ac_job_end(struct ac_job *j);

/* cli_expect.c: understands --expect-hash, before anything is read or written. -1: go on; otherwise the exit
 * status. */
int ac_job_read_expected(struct ac_job *j, const char *command, char **items, int n);
/* The digests of one evidence item into `ret` (room for all); how many. */
size_t ac_job_expected_of(const struct ac_job *j, size_t item, struct ac_expected_hash *ret);

/* The first line of records.jsonl for these evidence items; Owned (json_decref()). */
json_t *ac_job_header(const struct ac_job *j, char **items, int n);
/* The items by id: with their places (for the run) or their names only. */
json_t *ac_job_evidence(const struct ac_job *j, char **items, int n, bool places);

/* ---- cli_folder.c */

/* Is `output` one of the evidence items, or inside one that is a folder? Evidence is never written. */
bool ac_job_is_evidence(const char *output, char **items, int n);
/* True if there is nothing to lose at this path: no file, an empty one, a pipe, or records. */
bool ac_job_may_overwrite(const char *path);
/* Makes the report folder; an earlier report in it is written over, and signatures of that one are removed. AC_USAGE: it holds anything else. */
enum ac_rc ac_job_make_folder(const char *dir, struct ac_err *err);
/* A file in it; NULL: err says why. */
FILE *ac_job_open(const char *dir, const char *name, const char *mode, struct ac_err *err);
/* ---- cli_run.c */

/* Puts digest and places of the rules into the run. */
void ac_job_note_rules(const struct ac_job *j);
/* run.json beside a records file of `collect`; one that belongs to other records is left alone. */
void ac_job_write_run_beside(const char *records_path, json_t *run);
/* The run.json that belongs to this records file; NULL: there is none. Owned. */
json_t *ac_job_read_run_beside(const char *records_path);
/* run.json in the report folder. */
enum ac_rc ac_job_write_run(const char *dir, const json_t *run, struct ac_err *err);

/* cli_extract.c: the files of the evidence that --extract writes, in a folder of the report folder. */
#define AC_ARTEFACTS "artefacts"
/* Is there such a folder, with nothing in it but what --extract writes? */
bool ac_job_is_artefacts(const char *dir);
void ac_job_clear_artefacts(const char *dir);
/* Copies them and says so in j->run and run.json. */
enum ac_rc ac_job_extract(const struct ac_job *j, const struct ac_assessment *a,
                          struct ac_err *err);

/* cli_sign.c: -1: there is no command of --sign-with, or it can be understood; otherwise the exit status. */
int ac_job_check_signing(const struct ac_job *j, const char *command);
/* Runs it with the absolute path of the manifest as last argument. Nothing of it comes from the evidence. */
enum ac_rc ac_job_sign(const struct ac_job *j, struct ac_err *err);

/* Assesses the records and writes the documents; the exit status. unusable: evidence items of which
 * nothing could be examined. */
int ac_job_finish(struct ac_job *j, struct ac_records *records, const json_t *header, int unusable);

#endif
