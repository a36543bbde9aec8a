#include "base/cmdline_inner.h"

#include "base/text.h"

#include <string.h>

/* ---- cmd */

static bool is_switch_char(char c)
{
    return c == '/' || c == '-';
}

/* Commands of cmd itself: they start nothing. */
static bool is_builtin(struct ac_str word)
{
    static const char *const names[] = {
        "cd",    "chdir", "echo", "set",      "del",      "erase", "rd",     "rmdir", "md",
        "mkdir", "copy",  "move", "ren",      "type",     "title", "pushd",  "popd",  "exit",
        "cls",   "color", "ver",  "rem",      "prompt",   "path",  "verify", "assoc", "ftype",
        "if",    "for",   "goto", "setlocal", "endlocal", "pause", "mklink", "ping",  "timeout"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (ac_str_ieq(ac_cl_base(word), ac_str_of(names[i])))
            return true;
    }
    return false;
}

/* Bytes of the first command in s: up to an unquoted & or |. */
static size_t one_command(struct ac_str s)
{
    bool quoted = false;
    size_t n = 0;

    for (; n < s.n; n++) {
        if (s.p[n] == '"')
            quoted = !quoted;
        else if (s.p[n] == '^' && !quoted)
            n++;
        else if ((s.p[n] == '&' || s.p[n] == '|') && !quoted)
            break;
    }
    return n < s.n ? n : s.n;
}

/* What `start "title" [/d folder] [/min ...] command` starts. */
static struct ac_str after_start(struct ac_str s)
{
    struct ac_str after, word;

    if (s.n > 0 && s.p[0] == '"') /* the first quoted word is the window's title */
        ac_cl_word(s, &s);
    for (;;) {
        word = ac_cl_word(s, &after);
        if (word.n == 0 || word.p[0] != '/')
            break;
        if (ac_str_ieq(word, AC_STR("/d")) || ac_str_ieq(word, AC_STR("/node")) ||
            ac_str_ieq(word, AC_STR("/affinity")))
            ac_cl_word(after, &after);
        s = after;
    }
    if (s.n > 1 && s.p[0] == '"' && s.p[1] == '"') /* start /min "" x */
        s = ac_cl_trim(ac_cl_from(s, 2));
    return s;
}

/* As cmd does without /s: quotes around the whole go, those of a quoted program stay. */
static struct ac_str strip_quotes(struct ac_str s)
{
    size_t quotes = 0;
    const char *end;

    s = ac_cl_trim(s);
    if (s.n < 2 || s.p[0] != '"')
        return s;
    for (size_t i = 0; i < s.n; i++)
        quotes += s.p[i] == '"';
    end = memchr(s.p + 1, '"', s.n - 1);
    if (end && ac_cl_is_startable((struct ac_str){s.p + 1, (size_t)(end - s.p) - 1}) &&
        (quotes == 2 || s.p[s.n - 1] != '"' || quotes % 2 == 0))
        return s;
    s = ac_cl_from(s, 1);
    if (s.n > 0 && s.p[s.n - 1] == '"')
        s.n--;
    return s;
}

static bool run_one(struct scan *s, struct ac_str command)
{
    struct ac_str after, word;

    command = ac_cl_trim(command);
    while (command.n > 0 && (command.p[0] == '@' || command.p[0] == '('))
        command = ac_cl_trim(ac_cl_from(command, 1));
    word = ac_cl_word(command, &after);
    while (ac_str_ieq(word, AC_STR("start")) || ac_str_ieq(word, AC_STR("call"))) {
        command = ac_str_ieq(word, AC_STR("start")) ? after_start(after) : after;
        word = ac_cl_word(command, &after);
    }
    if (word.n == 0 || is_builtin(word))
        return false;
    return ac_cl_nested(s, command);
}

void ac_cl_cmd(struct scan *s, struct ac_str rest)
{
    bool run = false;

    rest = ac_cl_trim(rest);
    while (rest.n > 1 && is_switch_char(rest.p[0]) && !run) {
        size_t n = 2;

        run = strchr("ckrCKR", rest.p[1]) != NULL;
        while (!run && n < rest.n && !ac_cl_is_space(rest.p[n]) && rest.p[n] != '/')
            n++;
        rest = ac_cl_trim(ac_cl_from(rest, n));
    }
    if (!run)
        return;
    rest = strip_quotes(rest);
    while (rest.n > 0) {
        size_t n = one_command(rest);

        if (run_one(s, (struct ac_str){rest.p, n}))
            return;
        while (n < rest.n && (rest.p[n] == '&' || rest.p[n] == '|'))
            n++;
        rest = ac_cl_from(rest, n);
    }
}

/* ---- powershell */

enum parameter { NONE, COMMAND, ENCODED, FILE_NAME, VALUE, FLAG };

/* PowerShell takes any beginning of a parameter's name that is long enough. */
static enum parameter parameter_of(struct ac_str word)
{
    static const struct {
        const char *name;
        size_t least;
        enum parameter is;
    } names[] = {
        {"command", 1, COMMAND},
        {"encodedcommand", 1, ENCODED},
        {"ec", 2, ENCODED},
        {"file", 1, FILE_NAME},
        {"executionpolicy", 2, VALUE},
        {"ep", 2, VALUE},
        {"windowstyle", 1, VALUE},
        {"version", 1, VALUE},
        {"inputformat", 2, VALUE},
        {"outputformat", 1, VALUE},
        {"psconsolefile", 1, VALUE},
        {"configurationname", 2, VALUE},
        {"workingdirectory", 2, VALUE},
        {"encodedarguments", 8, VALUE},
        {"if", 2, VALUE},
        {"of", 2, VALUE},
        {"wd", 2, VALUE},
    };
    struct ac_str name = ac_cl_from(word, 1);

    if (word.n < 2 || !is_switch_char(word.p[0]))
        return NONE;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (name.n >= names[i].least && ac_str_istarts(ac_str_of(names[i].name), name))
            return names[i].is;
    }
    return FLAG;
}

static int base64_value(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;

    return at ? (int)(at - digits) : -1;
}

/* Base64 of UTF-16LE to text; empty if it is none. */
static void decode(struct scan *s, struct ac_str base64, struct ac_buf *out)
{
    struct ac_buf bytes = {0};
    unsigned bits = 0, n = 0;

    for (size_t i = 0; i < base64.n && base64.p[i] != '='; i++) {
        int value = base64_value(base64.p[i]);

        if (value < 0)
            continue;
        bits = bits << 6 | (unsigned)value;
        n += 6;
        if (n >= 8) {
            n -= 8;
            ac_buf_addc(&bytes, (char)(bits >> n & 0xFF));
        }
    }
    ac_text_from_utf16((struct ac_view){(const uint8_t *)bytes.p, bytes.n & ~(size_t)1, 0}, out,
                       NULL);
    s->failed |= bytes.failed || out->failed;
    ac_buf_free(&bytes);
}

/* A command text: kept, and read as a command line where it plainly is one. */
static void run_text(struct scan *s, struct ac_str text)
{
    static const char *const starters[] = {"&", ".", "start-process", "saps", "start", "iex"};
    struct ac_str after, word;

    text = ac_cl_trim(text);
    if (text.n > 1 && (text.p[0] == '"' || text.p[0] == '\'') && text.p[text.n - 1] == text.p[0])
        text = ac_cl_trim((struct ac_str){text.p + 1, text.n - 2});
    ac_cl_set(s, &s->ret->decoded, text);
    word = ac_cl_word(text, &after);
    for (size_t i = 0; i < sizeof(starters) / sizeof(starters[0]); i++) {
        if (ac_str_ieq(word, ac_str_of(starters[i]))) {
            text = after;
            word = ac_cl_word(text, &after);
            if (ac_str_ieq(word, AC_STR("-FilePath"))) {
                text = after;
                word = ac_cl_word(text, &after);
            }
            break;
        }
    }
    if (text.n > 1 && text.p[0] == '\'') { /* 'C:\a b.exe' */
        const char *end = memchr(text.p + 1, '\'', text.n - 1);

        word = (struct ac_str){text.p + 1, end ? (size_t)(end - text.p) - 1 : text.n - 1};
        if (ac_cl_is_startable(word))
            ac_cl_add(s, &s->ret->targets, word, "", ac_cl_from(text, word.n + 2));
    } else if (ac_cl_is_startable(word) || ac_str_ieq(word, AC_STR("rundll32")) ||
               ac_str_ieq(word, AC_STR("regsvr32")) || ac_str_ieq(word, AC_STR("mshta"))) {
        ac_cl_nested(s, text);
    }
}

static void run_encoded(struct scan *s, struct ac_str base64)
{
    struct ac_buf text = {0};

    decode(s, base64, &text);
    run_text(s, ac_buf_str(&text));
    ac_buf_free(&text);
}

void ac_cl_powershell(struct scan *s, struct ac_str rest)
{
    for (;;) {
        struct ac_str after, word = ac_cl_word(rest, &after);
        enum parameter is = parameter_of(word);

        if (word.n == 0)
            return;
        if (is == ENCODED) {
            run_encoded(s, ac_cl_word(after, &after));
            return;
        }
        if (is == FILE_NAME || (is == NONE && ac_str_iends(word, AC_STR(".ps1")))) {
            ac_cl_add_paths(s, &s->ret->targets, is == NONE ? rest : after, ".ps1", "");
            return;
        }
        if (is == COMMAND || is == NONE) {
            run_text(s, is == NONE ? rest : after);
            return;
        }
        if (is == VALUE)
            ac_cl_word(after, &after);
        rest = after;
    }
}

/* ---- conhost */

/* "conhost [--headless] [--width n] command"; the console driver starts it with "0xffffffff
 * -ForceV1". */
void ac_cl_conhost(struct scan *s, struct ac_str rest)
{
    for (;;) {
        struct ac_str after, word = ac_cl_word(rest, &after);

        if (word.n == 0 || ac_str_istarts(word, AC_STR("0x")))
            return;
        if (!is_switch_char(word.p[0])) {
            ac_cl_nested(s, rest);
            return;
        }
        if (ac_str_ieq(word, AC_STR("--width")) || ac_str_ieq(word, AC_STR("--height")))
            ac_cl_word(after, &after);
        rest = after;
    }
}
