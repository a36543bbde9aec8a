/* The command line: one function per command, options they share. */
#ifndef AC_CLI_H
#define AC_CLI_H

#include "base/error.h"

#include <jansson.h>
#include <stdbool.h>

/* Exit statuses, see aftercheck(1). */
enum ac_status {
    AC_STATUS_OK = 0,
    AC_STATUS_FOUND = 1,
    AC_STATUS_INCOMPLETE = 2,
    AC_STATUS_UNUSABLE = 3,
    AC_STATUS_USAGE = 64,
    AC_STATUS_INTERNAL = 70,
};

struct ac_command {
    const char *name;
    const char *arguments; /* for the usage line */
    const char *summary;
    int (*run)(int argc, char **argv); /* argv[0] is the command's name; returns an exit status */
};

extern const struct ac_command ac_commands[]; /* ends with a NULL name */

int ac_cli_scan(int argc, char **argv);
int ac_cli_collect(int argc, char **argv);
int ac_cli_report(int argc, char **argv);
int ac_cli_redact(int argc, char **argv);
int ac_cli_verify(int argc, char **argv);
int ac_cli_show(int argc, char **argv);
int ac_cli_ls(int argc, char **argv);
int ac_cli_cat(int argc, char **argv);
int ac_cli_rules(int argc, char **argv);

/* "aftercheck: SUBJECT: chain of reasons" on standard error, safe for a terminal. */
void ac_cli_complain(const char *subject, const struct ac_err *err);
void ac_cli_message(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Usage error: message, hint at --help, returns AC_STATUS_USAGE. */
int ac_cli_usage(const char *command, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Prints the help of one command. */
int ac_cli_help(const char *command, const char *options);
/* Before evidence is parsed in this very process, see collect/confine.h. -1: go on; otherwise the exit status. */
int ac_cli_confine(void);
/* Prints text of the evidence safely, with a line feed if there is none. */
void ac_cli_put_safe(const char *text, size_t n, bool line_feed);

/* run_info.c: what differs from run to run (see report.h); Owned (json_decref). */
json_t *ac_run_info(int argc, char **argv);
/* The present time as a member; what SOURCE_DATE_EPOCH says, if it is set. */
void ac_run_info_now(json_t *o, const char *name);
/* The folder with locale/ (and rules/), as DESIGN says: AFTERCHECK_DATADIR, beside the program, installed. */
const char *ac_data_directory(void);
const char *ac_tool_name(void); /* "aftercheck 0.1.0" */

#endif
