#include "base/cmdline_inner.h"

#include "base/alloc.h"

#include <string.h>

#define MAX_CANDIDATES 32 /* readings of one unquoted path */

bool ac_cl_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct ac_str ac_cl_from(struct ac_str s, size_t n)
{
    return n < s.n ? (struct ac_str){s.p + n, s.n - n} : AC_STR("");
}

struct ac_str ac_cl_trim(struct ac_str s)
{
    while (s.n > 0 && ac_cl_is_space(s.p[0]))
        s = ac_cl_from(s, 1);
    while (s.n > 0 && ac_cl_is_space(s.p[s.n - 1]))
        s.n--;
    return s;
}

struct ac_str ac_cl_word(struct ac_str s, struct ac_str *ret_rest)
{
    bool quoted = false;
    size_t n = 0;
    struct ac_str word;

    s = ac_cl_trim(s);
    while (n < s.n && (quoted || !ac_cl_is_space(s.p[n]))) {
        if (s.p[n] == '"')
            quoted = !quoted;
        n++;
    }
    word = (struct ac_str){s.p, n};
    *ret_rest = ac_cl_trim(ac_cl_from(s, n));
    if (word.n >= 2 && word.p[0] == '"' && word.p[word.n - 1] == '"')
        word = (struct ac_str){word.p + 1, word.n - 2};
    return word;
}

struct ac_str ac_cl_name(struct ac_str path)
{
    for (size_t i = path.n; i > 0; i--) {
        if (path.p[i - 1] == '\\' || path.p[i - 1] == '/' || path.p[i - 1] == ':')
            return ac_cl_from(path, i);
    }
    return path;
}

struct ac_str ac_cl_base(struct ac_str path)
{
    struct ac_str name = ac_cl_trim(ac_cl_name(path));

    if (ac_str_iends(name, AC_STR(".exe")))
        name.n -= 4;
    return name;
}

bool ac_cl_has_extension(struct ac_str path)
{
    struct ac_str name = ac_cl_name(path);

    return name.n > 0 && memchr(name.p, '.', name.n) != NULL;
}

bool ac_cl_is_startable(struct ac_str path)
{
    static const char *const endings[] = {".exe", ".com", ".scr", ".bat", ".cmd", ".pif", ".cpl",
                                          ".msc", ".lnk", ".js",  ".jse", ".vbs", ".vbe", ".wsf",
                                          ".hta", ".ps1", ".msi", ".sys", ".dll", ".ocx"};

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        if (ac_str_iends(path, ac_str_of(endings[i])))
            return true;
    }
    return false;
}

bool ac_cl_is_remote(struct ac_str s)
{
    return ac_str_istarts(s, AC_STR("http:")) || ac_str_istarts(s, AC_STR("https:")) ||
           ac_str_istarts(s, AC_STR("ftp:"));
}

static char *copy(struct scan *s, struct ac_str a, struct ac_str b)
{
    char *z = ac_malloc(a.n + b.n + 1);

    if (!z) {
        s->failed = true;
        return NULL;
    }
    memcpy(z, a.p, a.n);
    memcpy(z + a.n, b.p, b.n);
    z[a.n + b.n] = '\0';
    return z;
}

void ac_cl_set(struct scan *s, char **text, struct ac_str value)
{
    char *z = copy(s, value, AC_STR(""));

    if (!z)
        return;
    ac_free(*text);
    *text = z;
}

void ac_cl_add(struct scan *s, struct ac_cmdline_list *list, struct ac_str path,
               const char *extension, struct ac_str rest)
{
    struct ac_cmdline_candidate c = {0};

    path = ac_cl_trim(path);
    if (path.n == 0 || s->failed)
        return;
    c.path = copy(s, path, ac_cl_has_extension(path) ? AC_STR("") : ac_str_of(extension));
    c.rest = copy(s, ac_cl_trim(rest), AC_STR(""));
    if (!s->failed && ac_grow((void **)&list->items, &list->cap, list->n + 1, sizeof(c)) != 0)
        s->failed = true;
    if (s->failed) {
        ac_free(c.path);
        ac_free(c.rest);
        return;
    }
    list->items[list->n++] = c;
}

/* True if a word beginning at p[i] looks like a switch. */
static bool is_switch(struct ac_str text, size_t i)
{
    while (i < text.n && ac_cl_is_space(text.p[i]))
        i++;
    return i < text.n && (text.p[i] == '-' || text.p[i] == '/');
}

static void add_quoted(struct scan *s, struct ac_cmdline_list *list, struct ac_str text,
                       const char *extension)
{
    const char *end = memchr(text.p + 1, '"', text.n - 1);
    size_t n = end ? (size_t)(end - text.p) : text.n;

    ac_cl_add(s, list, (struct ac_str){text.p + 1, n - 1}, extension, ac_cl_from(text, n + 1));
}

void ac_cl_add_paths(struct scan *s, struct ac_cmdline_list *list, struct ac_str text,
                     const char *extension, const char *stop)
{
    bool found = false; /* a preferred one */
    size_t before_switch = 0;

    text = ac_cl_trim(text);
    if (text.n > 1 && text.p[0] == '"') {
        add_quoted(s, list, text, extension);
        return;
    }
    for (size_t i = 0; i <= text.n && list->n < MAX_CANDIDATES; i++) {
        bool end =
            i == text.n || text.p[i] == '"' || strchr(stop, text.p[i]); /* no path has quotes */

        if (!end && (!ac_cl_is_space(text.p[i]) || (i > 0 && ac_cl_is_space(text.p[i - 1]))))
            continue;
        if (!end || i == 0 || !ac_cl_is_space(text.p[i - 1])) /* else it is there already */
            ac_cl_add(s, list, (struct ac_str){text.p, i}, extension, ac_cl_from(text, i));
        if (!found && list->n > 0 && ac_cl_is_startable((struct ac_str){text.p, i})) {
            list->preferred = list->n - 1;
            found = true;
        }
        if (before_switch == 0 && (end || is_switch(text, i)))
            before_switch = list->n;
        if (end)
            break;
    }
    if (!found && before_switch > 0)
        list->preferred = before_switch - 1;
}
