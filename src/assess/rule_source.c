#include "assess/rule_source.h"

#include "base/alloc.h"
#include "records/schema.h"

#include <ctype.h>
#include <string.h>

enum token_type { TOKEN_END, TOKEN_WORD, TOKEN_TEXT, TOKEN_OTHER };

struct token {
    enum token_type type;
    struct ac_str text; /* of a TOKEN_TEXT without its quotes */
    unsigned line;
};

struct lexer {
    struct ac_str in;
    size_t at;
    unsigned line;
};

static char peek(const struct lexer *l, size_t ahead)
{
    return l->at + ahead < l->in.n ? l->in.p[l->at + ahead] : '\0';
}

static void step(struct lexer *l)
{
    l->line += peek(l, 0) == '\n';
    l->at += l->at < l->in.n;
}

static bool skip_comment(struct lexer *l)
{
    if (peek(l, 0) != '/' || (peek(l, 1) != '/' && peek(l, 1) != '*'))
        return false;
    if (peek(l, 1) == '/') {
        while (l->at < l->in.n && peek(l, 0) != '\n')
            step(l);
        return true;
    }
    step(l);
    step(l);
    while (l->at < l->in.n && !(peek(l, 0) == '*' && peek(l, 1) == '/'))
        step(l);
    step(l);
    step(l);
    return true;
}

/* What stands between two quotes or slashes: a slash that begins no comment begins a regular
 * expression. */
static struct ac_str quoted(struct lexer *l, char end)
{
    size_t from;

    step(l);
    from = l->at;
    while (l->at < l->in.n && peek(l, 0) != end) {
        if (peek(l, 0) == '\\')
            step(l);
        step(l);
    }
    step(l);
    return (struct ac_str){l->in.p + from, l->at > from ? l->at - from - 1 : 0};
}

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static struct token next(struct lexer *l)
{
    struct token t = {0};
    size_t from;

    while (isspace((unsigned char)peek(l, 0)) || skip_comment(l)) {
        if (isspace((unsigned char)peek(l, 0)))
            step(l);
    }
    t.line = l->line;
    from = l->at;
    if (l->at >= l->in.n)
        return t;
    if (peek(l, 0) == '"' || peek(l, 0) == '/') {
        t.type = peek(l, 0) == '"' ? TOKEN_TEXT : TOKEN_OTHER;
        t.text = quoted(l, peek(l, 0));
        if (t.type == TOKEN_OTHER)
            t.text = AC_STR("//");
        return t;
    }
    t.type = is_word_char(peek(l, 0)) ? TOKEN_WORD : TOKEN_OTHER;
    if (t.type == TOKEN_OTHER)
        l->at += peek(l, 0) == '=' && peek(l, 1) == '=' ? 2 : 1;
    while (t.type == TOKEN_WORD && is_word_char(peek(l, 0)))
        l->at++;
    t.text = (struct ac_str){l->in.p + from, l->at - from};
    return t;
}

static bool is(struct token t, const char *text)
{
    return (t.type == TOKEN_WORD || t.type == TOKEN_OTHER) && ac_str_eq(t.text, ac_str_of(text));
}

/* ---- the beginning of a condition */

/* kind == "...": its bit; 0 and *wrong if it reads otherwise. `t` is its first token. */
static uint32_t one_kind(struct lexer *l, struct token t, const char **wrong)
{
    char name[32];
    enum ac_kind kind;

    *wrong = "the condition does not begin with kind == \"...\"";
    if (!is(t, "kind") || !is(next(l), "=="))
        return 0;
    t = next(l);
    if (t.type != TOKEN_TEXT || t.text.n >= sizeof(name))
        return 0;
    memcpy(name, t.text.p, t.text.n);
    name[t.text.n] = '\0';
    kind = ac_kind_of(name);
    *wrong = "the condition begins with a kind of record that does not exist";
    if (kind == AC_KINDS)
        return 0;
    *wrong = NULL;
    return UINT32_C(1) << kind;
}

/* (kind == "..." or kind == "..."), the opening parenthesis read. */
static uint32_t several_kinds(struct lexer *l, const char **wrong)
{
    uint32_t kinds = 0;

    for (;;) {
        uint32_t kind = one_kind(l, next(l), wrong);
        struct token t;

        if (!kind)
            return 0;
        kinds |= kind;
        t = next(l);
        if (is(t, ")"))
            return kinds;
        if (!is(t, "or")) {
            *wrong = "the parenthesis that the condition begins with holds more than kinds";
            return 0;
        }
    }
}

/* Reads the condition from behind its colon to the brace that ends the rule. */
static void read_condition(struct lexer *l, struct ac_source_rule *rule)
{
    struct lexer ahead = *l;
    struct token t = next(&ahead);
    size_t parentheses = 0;

    rule->kinds =
        is(t, "(") ? several_kinds(&ahead, &rule->wrong) : one_kind(&ahead, t, &rule->wrong);
    if (rule->kinds) {
        *l = ahead;
        t = next(l);
        if (!is(t, "and") && !is(t, "}")) {
            rule->kinds = 0;
            rule->wrong = "behind the kind that the condition begins with, \"and\" is missing";
        }
    } else {
        t = next(l);
    }
    while (t.type != TOKEN_END && !is(t, "}")) {
        parentheses += is(t, "(");
        parentheses -= is(t, ")") && parentheses > 0;
        if (is(t, "or") && parentheses == 0 && rule->kinds) {
            rule->kinds = 0;
            rule->wrong = "an \"or\" outside of parentheses leads around the kind that the "
                          "condition begins with";
        }
        t = next(l);
    }
}

/* ---- rules */

/* From behind the name of a rule to its end. */
static void read_body(struct lexer *l, struct ac_source_rule *rule)
{
    struct token before = {0}, t = next(l);
    size_t braces = 0;

    for (; t.type != TOKEN_END; before = t, t = next(l)) {
        braces += is(t, "{");
        if (is(t, "}") && --braces == 0)
            return;
        if (braces == 1 && is(t, ":") && is(before, "condition")) {
            read_condition(l, rule);
            return;
        }
    }
}

enum ac_rc ac_source_rules_find(struct ac_str text, struct ac_source_rules *ret)
{
    struct lexer l = {.in = text, .line = 1};
    bool global = false;

    for (struct token t = next(&l); t.type != TOKEN_END; t = next(&l)) {
        struct ac_source_rule *rule;

        if (!is(t, "rule")) {
            global |= is(t, "global"); /* "private" may stand before or behind it */
            continue;
        }
        if (ac_grow((void **)&ret->items, &ret->cap, ret->n + 1, sizeof(*ret->items)) != 0)
            return AC_NOMEM;
        rule = &ret->items[ret->n++];
        t = next(&l);
        *rule = (struct ac_source_rule){.name = t.text, .line = t.line, .global = global};
        global = false;
        read_body(&l, rule);
    }
    return AC_OK;
}
