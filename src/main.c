/* aftercheck: what Emotet left on this disk, and what came in behind it. */
#include "cli.h"

#include "base/hash.h"
#include "report/report.h"

#include <libxml/parser.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct ac_command ac_commands[] = {
    {"scan", "EVIDENCE... -o DIR", "examine images, hives or folders and write a report folder",
     ac_cli_scan},
    {"collect", "EVIDENCE... -o FILE", "examine evidence and write its records only",
     ac_cli_collect},
    {"report", "RECORDS... -o DIR", "write a report folder from records", ac_cli_report},
    {"verify", "EVIDENCE | DIR",
     "verify an image's hashes, or a report folder against its manifest", ac_cli_verify},
    {"redact", "REPORT -o DIR", "copy a report folder with names replaced by labels",
     ac_cli_redact},
    {"show", "FILE", "print one artefact, parsed", ac_cli_show},
    {"ls", "EVIDENCE [PATH]", "list the files of an evidence item", ac_cli_ls},
    {"cat", "EVIDENCE PATH", "write the content of one file or stream to standard output",
     ac_cli_cat},
    {"rules", "", "list the rules and what each tests, or check some", ac_cli_rules},
    {NULL, NULL, NULL, NULL},
};

static int print_help(void)
{
    printf(
        "Usage: aftercheck COMMAND [OPTION]... [ARGUMENT]...\n"
        "Tells from a disk image, registry hives or a folder of collected files what Emotet left "
        "on a\n"
        "Windows computer, and what came in behind it. Evidence is only ever read.\n\nCommands:\n");
    for (const struct ac_command *c = ac_commands; c->name; c++)
        printf("  %-8s %-22s %s\n", c->name, c->arguments, c->summary);
    printf("\n  --help     this text; with a command: its options\n"
           "  --version  version, build and libraries\n\n"
           "Exit status of scan and report: 0 nothing above \"listed\" found and all examined, 1 "
           "found,\n"
           "2 nothing found but not all examined (or verification failed), 3 evidence unusable,\n"
           "64 usage, 70 internal error. See aftercheck(1).\n");
    return AC_STATUS_OK;
}

static int print_version(int argc, char **argv)
{
    json_t *run = ac_run_info(argc, argv), *tool = json_object_get(run, "tool"), *value;
    const char *name;

    printf("%s (commit %s)\nbuilt with %s, flags \"%s\"\n", ac_tool_name(),
           json_string_value(json_object_get(tool, "commit")),
           json_string_value(json_object_get(tool, "compiler")),
           json_string_value(json_object_get(tool, "flags")));
    json_object_foreach (json_object_get(run, "libraries"), name, value)
        printf("  %s %s\n", name, json_string_value(value));
    json_decref(run);
    return AC_STATUS_OK;
}

static int run_command(int argc, char **argv)
{
    for (const struct ac_command *c = ac_commands; c->name; c++) {
        if (strcmp(argv[1], c->name) == 0)
            return c->run(argc - 1, argv + 1);
    }
    return ac_cli_usage(NULL, "unknown command \"%s\"", argv[1]);
}

int main(int argc, char **argv)
{
    struct ac_err err = {0};

    setlocale(LC_CTYPE, "C.UTF-8");
    setenv("TZ", "UTC",
           1); /* libraries that print local time must not depend on where the examiner sits */
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is a write error like any other, */
    signal(SIGXFSZ, SIG_IGN); /* and so is a file that reaches the limit for sizes */
    xmlInitParser();
    ac_language_init(ac_data_directory());
    if (ac_hash_init(&err) != AC_OK) {
        ac_cli_complain("start", &err);
        return AC_STATUS_INTERNAL;
    }
    if (argc < 2)
        return ac_cli_usage(NULL, "a command is missing");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0)
        return print_help();
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
        return print_version(argc, argv);
    return run_command(argc, argv);
}
