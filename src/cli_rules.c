#include "cli.h"

#include "assess/assess.h"

#include <stdio.h>
#include <string.h>

int ac_cli_rules(int argc, char **argv)
{
    char digest[65];

    if (argc > 1 && strcmp(argv[1], "--help") == 0)
        return ac_cli_help("rules", "      --help             this text\n");
    if (argc > 1)
        return ac_cli_usage("rules", "unexpected argument \"%s\"", argv[1]);
    for (const struct ac_rule *const *r = ac_rules(); *r; r++) {
        printf("%-8s %-12s %s\n         tests: %s\n", (*r)->id, (*r)->family, (*r)->title,
               (*r)->tests);
        if ((*r)->benign[0])
            printf("         also matches: %s\n", (*r)->benign);
        printf("         source: %s%s%s\n", (*r)->reference, (*r)->attack[0] ? "; ATT&CK " : "",
               (*r)->attack);
    }
    ac_rules_digest(digest);
    printf("\nrule set SHA-256 %s\n", digest);
    return AC_STATUS_OK;
}
