#include "cli.h"

#include "base/buf.h"
#include "base/text.h"
#include "collect/confine.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void put_line(FILE *f, const char *prefix, struct ac_str text)
{
    struct ac_buf clean = {0}, safe = {0};

    ac_text_from_utf8((struct ac_view){(const uint8_t *)text.p, text.n, 0}, &clean, NULL);
    ac_text_safe(ac_buf_str(&clean), &safe);
    fprintf(f, "%s%s\n", prefix, ac_buf_text(&safe));
    ac_buf_free(&clean);
    ac_buf_free(&safe);
}

void ac_cli_message(const char *fmt, ...)
{
    struct ac_buf text = {0};
    va_list ap;

    va_start(ap, fmt);
    ac_buf_addv(&text, fmt, ap);
    va_end(ap);
    put_line(stderr, "aftercheck: ", ac_buf_str(&text));
    ac_buf_free(&text);
}

void ac_cli_complain(const char *subject, const struct ac_err *err)
{
    char text[2048];

    ac_cli_message("%s: %s", subject, ac_err_text(err, text, sizeof(text)));
}

int ac_cli_usage(const char *command, const char *fmt, ...)
{
    struct ac_buf text = {0};
    va_list ap;

    va_start(ap, fmt);
    ac_buf_addv(&text, fmt, ap);
    va_end(ap);
    put_line(stderr, "aftercheck: ", ac_buf_str(&text));
    fprintf(stderr, "Try \"aftercheck%s%s --help\".\n", command ? " " : "", command ? command : "");
    ac_buf_free(&text);
    return AC_STATUS_USAGE;
}

int ac_cli_confine(void)
{
    struct ac_err err = {0};

    if (ac_confine(&err) == AC_OK)
        return -1;
    ac_cli_complain("this process", &err);
    return AC_STATUS_INTERNAL;
}

int ac_cli_help(const char *command, const char *options)
{
    for (const struct ac_command *c = ac_commands; c->name; c++) {
        if (strcmp(c->name, command) == 0)
            printf("Usage: aftercheck %s [OPTION]... %s\n%c%s.\n\n%s", c->name, c->arguments,
                   c->summary[0] - 32, c->summary + 1, options);
    }
    return AC_STATUS_OK;
}

void ac_cli_put_safe(const char *text, size_t n, bool line_feed)
{
    struct ac_buf safe = {0};

    ac_text_safe((struct ac_str){text, n}, &safe);
    fwrite(ac_buf_text(&safe), 1, safe.n, stdout);
    if (line_feed)
        putchar('\n');
    ac_buf_free(&safe);
}
