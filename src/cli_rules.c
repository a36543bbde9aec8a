/* rules: what is tested and where it comes from; whether a file of rules is sound. */
#include "cli.h"
#include "cli_rule_options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

static void print_line(const char *label, const char *text)
{
    printf("         %s: ", label);
    ac_cli_put_safe(text, strlen(text), true);
}

static void print_rule(const struct ac_rule_set *s, const struct ac_rule *r)
{
    const char *strength = ac_rule_set_strength(s, r);

    printf("%-8s %-12s ", r->id, r->family);
    ac_cli_put_safe(r->title, strlen(r->title), true);
    print_line("tests", r->tests);
    if (r->benign[0])
        print_line("also matches", r->benign);
    printf("         source: ");
    ac_cli_put_safe(r->reference, strlen(r->reference), false);
    printf("%s%s\n", r->attack[0] ? "; ATT&CK " : "", r->attack);
    if (strength) {
        printf("         strength: %s; written at: ", strength);
        ac_cli_put_safe(ac_rule_set_place(s, r), strlen(ac_rule_set_place(s, r)), true);
    }
}

static int list(const struct ac_rule_set *s)
{
    size_t n;
    const struct ac_rule_file *files = ac_rule_set_files(s, &n);

    for (const struct ac_rule *const *r = ac_rule_set_rules(s); *r; r++)
        print_rule(s, *r);
    putchar('\n');
    for (size_t i = 0; i < n; i++) {
        printf("%-10s ", files[i].use);
        ac_cli_put_safe(files[i].name, strlen(files[i].name), false);
        printf(": %zu entries, SHA-256 %s\n", files[i].entries, files[i].sha256);
    }
    printf("rule set SHA-256 %s\n", ac_rule_set_digest(s));
    return fflush(stdout) == 0 ? AC_STATUS_OK : AC_STATUS_INTERNAL;
}

static int check(const struct ac_rule_set *s)
{
    const char *warnings = ac_rule_set_warnings(s);
    size_t n;
    const struct ac_rule_file *files = ac_rule_set_files(s, &n);

    for (size_t i = 0; i < n; i++) {
        ac_cli_put_safe(files[i].name, strlen(files[i].name), false);
        printf(": %zu rules, sound\n", files[i].entries);
    }
    while (*warnings) {
        size_t length = strcspn(warnings, "\n");

        fputs("warning: ", stdout);
        ac_cli_put_safe(warnings, length, true);
        warnings += length + (warnings[length] == '\n');
    }
    return fflush(stdout) == 0 ? AC_STATUS_OK : AC_STATUS_INTERNAL;
}

static int print_variables(void)
{
    struct ac_buf text = {0};

    ac_rule_variables_print(&text);
    fputs(ac_buf_text(&text), stdout);
    ac_buf_free(&text);
    return fflush(stdout) == 0 ? AC_STATUS_OK : AC_STATUS_INTERNAL;
}

static const char help[] =
    "      --check FILE|DIR   check rules in YARA and end; may be repeated\n"
    "      --variables        print what rules over records can ask, and end\n" AC_RULE_HELP
    "      --help             this text\n\n"
    "Exit status: 0, 64 a file is refused.\n";

/* -1: go on; otherwise the exit status. */
static int read_options(int argc, char **argv, struct ac_rule_arguments *a, bool *ret_check)
{
    static const struct option options[] = {
        {"check", required_argument, NULL, 'c'}, {"variables", no_argument, NULL, 'v'},
        {"rules", required_argument, NULL, 'r'}, {"hashes", required_argument, NULL, 'd'},
        {"names", required_argument, NULL, 'n'}, {"known-good", required_argument, NULL, 'g'},
        {"help", no_argument, NULL, 'h'},        {NULL, 0, NULL, 0}};
    bool ok = true, checks = false, others = false;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        checks |= c == 'c';
        others |= c != 'c';
        if (c == 'v')
            return print_variables();
        if (c == 'h')
            return ac_cli_help("rules", help);
        if (c == '?')
            return AC_STATUS_USAGE;
        ok &= ac_argument_add(c == 'c' || c == 'r' ? &a->rules
                              : c == 'd'           ? &a->hashes
                              : c == 'n'           ? &a->names
                                                   : &a->known_good,
                              optarg);
    }
    if (!ok)
        return AC_STATUS_INTERNAL;
    if (checks && others)
        return ac_cli_usage("rules", "--check goes with no other option");
    if (optind < argc)
        return ac_cli_usage("rules", "unexpected argument \"%s\"", argv[optind]);
    *ret_check = checks;
    return -1;
}

int ac_cli_rules(int argc, char **argv)
{
    struct ac_rule_arguments a = {0};
    struct ac_rule_set *set = NULL;
    bool check_only = false;
    int status = read_options(argc, argv, &a, &check_only);

    if (status < 0)
        status = ac_rule_arguments_load(&a, !check_only, "rules", &set);
    if (status < 0)
        status = check_only ? check(set) : list(set);
    ac_rule_set_free(set);
    ac_rule_arguments_free(&a);
    return status;
}
