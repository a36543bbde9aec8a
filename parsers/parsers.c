#include "parser.h"

#include <string.h>

#define AC_PARSER(symbol) extern const struct ac_parser symbol;
#include "parsers.def"
#undef AC_PARSER

static const struct ac_parser *const table[] = {
#define AC_PARSER(symbol) &symbol,
#include "parsers.def"
#undef AC_PARSER
    NULL,
};

const struct ac_parser *const *ac_parsers(void)
{
    return table;
}

const struct ac_parser *ac_parser_for(const struct ac_artefact *a)
{
    for (const struct ac_parser *const *p = table; *p; p++) {
        if ((*p)->recognise(a))
            return *p;
    }
    return NULL;
}

const struct ac_parser *ac_parser_named(const char *name)
{
    for (const struct ac_parser *const *p = table; *p; p++) {
        if (strcmp((*p)->name, name) == 0)
            return *p;
    }
    return NULL;
}
