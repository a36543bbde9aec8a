/* Lists: reading them, and asking them. What is asked about records stands in list_rules.c. */
#include "assess/lists.h"

#include "assess/rule_set.h"
#include "base/alloc.h"
#include "base/limits.h"
#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* ---- names as they are compared */

/* What the volume is called in front of a path: C:, \VOLUME{...}, \Device\HarddiskVolume1. */
static struct ac_str without_volume(struct ac_str path, bool *ret_whole)
{
    static const struct ac_str device = {"DEVICE/HARDDISKVOLUME", 21}, volume = {"VOLUME{", 7};
    size_t at = 0;

    *ret_whole = false;
    if (path.n >= 2 && path.p[1] == ':' && isalpha((unsigned char)path.p[0])) {
        *ret_whole = true;
        at = 2;
    }
    while (at < path.n && path.p[at] == '/') {
        *ret_whole = true;
        at++;
    }
    path = (struct ac_str){path.p + at, path.n - at};
    if (ac_str_istarts(path, device) || ac_str_istarts(path, volume)) {
        at = ac_str_istarts(path, device) ? device.n : volume.n;
        while (at < path.n && path.p[at] != '/')
            at++;
        while (at < path.n && path.p[at] == '/')
            at++;
        path = (struct ac_str){path.p + at, path.n - at};
    }
    return path;
}

/* Folded as NTFS compares names, with / between components. */
static void fold(struct ac_str path, struct ac_buf *out)
{
    for (size_t at = 0; at < path.n;) {
        unsigned c = ac_utf8_next(path, &at);

        ac_buf_addu(out, c == '\\' ? '/' : ac_fold_char(c));
    }
}

static struct ac_str last_component(struct ac_str path)
{
    size_t at = path.n;

    while (at > 0 && path.p[at - 1] != '/')
        at--;
    return (struct ac_str){path.p + at, path.n - at};
}

/* Whole text against a pattern with *; linear but for the last star, never exponential. */
static bool fits(struct ac_str pattern, struct ac_str text)
{
    size_t p = 0, t = 0, star = SIZE_MAX, mark = 0;

    while (t < text.n) {
        if (p < pattern.n && pattern.p[p] == '*') {
            star = p++;
            mark = t;
        } else if (p < pattern.n && pattern.p[p] == text.p[t]) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.n && pattern.p[p] == '*')
        p++;
    return p == pattern.n;
}

static bool name_fits(const struct ac_list_name *n, struct ac_str path)
{
    struct ac_str pattern = ac_str_of(n->pattern);

    if (!n->folder)
        return fits(pattern, last_component(path));
    if (fits(pattern, path))
        return true;
    for (size_t i = 0; !n->whole && i < path.n; i++) {
        if (path.p[i] == '/' && fits(pattern, (struct ac_str){path.p + i + 1, path.n - i - 1}))
            return true;
    }
    return false;
}

/* ---- reading */

static size_t hash_length(struct ac_str line)
{
    size_t n = 0;

    while (n < line.n && isxdigit((unsigned char)line.p[n]))
        n++;
    if ((n != 32 && n != 40 && n != 64) ||
        (n < line.n && !isspace((unsigned char)line.p[n]) && line.p[n] != ',' && line.p[n] != ';'))
        return 0;
    return n;
}

static enum ac_rc add_hash(struct ac_lists *l, struct ac_list *list, struct ac_str hex,
                           unsigned line)
{
    char key[64];

    for (size_t i = 0; i < hex.n; i++)
        key[i] = (char)tolower((unsigned char)hex.p[i]);
    return ac_set_put(&list->hashes, (struct ac_str){key, hex.n},
                      (uint64_t)(l->n_files - 1) << 32 | line);
}

/* More than * and separators: a pattern that matches everything is a mistake. */
static bool says_something(struct ac_str pattern)
{
    for (size_t i = 0; i < pattern.n; i++) {
        if (!strchr("*/\\. ", pattern.p[i]))
            return true;
    }
    return false;
}

static enum ac_rc index_name(struct ac_list *list)
{
    size_t i = list->n_names - 1;
    struct ac_str last = last_component(ac_str_of(list->names[i].pattern));
    uint64_t other = 0;

    if (memchr(last.p, '*', last.n)) {
        if (ac_grow((void **)&list->wild, &list->cap_wild, list->n_wild + 1, sizeof(*list->wild)) !=
            0)
            return AC_NOMEM;
        list->wild[list->n_wild++] = i;
        return AC_OK;
    }
    ac_set_get(&list->plain, last, &other);
    list->next[i] = (size_t)other;
    return ac_set_put(&list->plain, last, i + 1);
}

static enum ac_rc add_name(struct ac_lists *l, struct ac_list *list, struct ac_str text,
                           unsigned line)
{
    struct ac_buf folded = {0};
    struct ac_list_name n = {.file = l->files[l->n_files - 1], .line = line};
    struct ac_str rest;

    fold(text, &folded);
    if (folded.failed ||
        ac_grow((void **)&list->names, &list->cap_names, list->n_names + 1, sizeof(*list->names)) !=
            0 ||
        ac_grow((void **)&list->next, &list->cap_next, list->n_names + 1, sizeof(*list->next)) !=
            0) {
        ac_buf_free(&folded);
        return AC_NOMEM;
    }
    n.folder = memchr(ac_buf_text(&folded), '/', folded.n) != NULL;
    rest = without_volume(ac_buf_str(&folded), &n.whole);
    n.pattern = strndup(rest.p, rest.n);
    ac_buf_free(&folded);
    if (!n.pattern)
        return AC_NOMEM;
    list->next[list->n_names] = 0;
    list->names[list->n_names++] = n;
    return index_name(list);
}

/* AC_OK, AC_USAGE or AC_NOMEM. */
static enum ac_rc check_text(struct ac_str line)
{
    struct ac_buf clean = {0};
    bool exact = true, failed;

    ac_text_from_utf8((struct ac_view){(const uint8_t *)line.p, line.n, 0}, &clean, &exact);
    failed = clean.failed;
    ac_buf_free(&clean);
    for (size_t i = 0; i < line.n; i++)
        exact &= (unsigned char)line.p[i] >= 0x20 || line.p[i] == '\t';
    return failed ? AC_NOMEM : exact ? AC_OK : AC_USAGE;
}

static enum ac_rc add_line(struct ac_lists *l, enum ac_list_use use, const char *path,
                           struct ac_str line, unsigned number, struct ac_err *err)
{
    struct ac_list *list = &l->items[use];
    size_t n = hash_length(line);
    enum ac_rc rc;

    if (use == AC_LIST_HASHES && !n)
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET,
                       "%s:%u: begins with no MD5, SHA-1 or SHA-256 in hexadecimal", path, number);
    if (n && use != AC_LIST_NAMES)
        return add_hash(l, list, (struct ac_str){line.p, n}, number);
    rc = line.n > AC_MAX_LIST_NAME ? AC_USAGE : check_text(line);
    if (rc == AC_NOMEM)
        return rc;
    if (rc != AC_OK)
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET,
                       "%s:%u: is longer than %d bytes, or no UTF-8 text", path, number,
                       AC_MAX_LIST_NAME);
    if (!says_something(line))
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "%s:%u: would match every file", path, number);
    if (use == AC_LIST_KNOWN_GOOD && !memchr(line.p, '/', line.n) && !memchr(line.p, '\\', line.n))
        return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET,
                       "%s:%u: is neither a digest nor a path: a name alone makes no file known",
                       path, number);
    return add_name(l, list, line, number);
}

static struct ac_str trimmed(struct ac_str s)
{
    while (s.n && isspace((unsigned char)s.p[s.n - 1]))
        s.n--;
    while (s.n && isspace((unsigned char)s.p[0])) {
        s.p++;
        s.n--;
    }
    return s;
}

enum ac_rc ac_list_add(struct ac_lists *l, enum ac_list_use use, const char *path,
                       struct ac_rule_file *file, struct ac_str text, struct ac_err *err)
{
    unsigned number = 0;
    enum ac_rc rc = AC_OK;

    if (ac_grow((void **)&l->files, &l->cap_files, l->n_files + 1, sizeof(*l->files)) != 0)
        return AC_NOMEM;
    l->files[l->n_files++] = file->name;
    if (text.n >= 3 && memcmp(text.p, "\xEF\xBB\xBF", 3) == 0) /* as editors of Windows write it */
        text = (struct ac_str){text.p + 3, text.n - 3};
    for (size_t at = 0, end; rc == AC_OK && at < text.n; at = end + 1) {
        const char *feed = memchr(text.p + at, '\n', text.n - at);
        struct ac_str line;

        end = feed ? (size_t)(feed - text.p) : text.n;
        line = trimmed((struct ac_str){text.p + at, end - at});
        number++;
        if (line.n == 0 || line.p[0] == '#')
            continue;
        if (++file->entries > AC_MAX_LIST_ENTRIES)
            return AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "%s:%u: more than %d entries", path, number,
                           AC_MAX_LIST_ENTRIES);
        rc = add_line(l, use, path, line, number, err);
    }
    if (rc == AC_OK && file->entries == 0)
        rc = AC_FAIL(err, AC_USAGE, AC_NO_OFFSET, "%s: has no entry", path);
    return rc;
}

void ac_lists_free(struct ac_lists *l)
{
    for (size_t u = 0; u < sizeof(l->items) / sizeof(l->items[0]); u++) {
        struct ac_list *list = &l->items[u];

        for (size_t i = 0; i < list->n_names; i++)
            ac_free(list->names[i].pattern);
        ac_free(list->names);
        ac_free(list->next);
        ac_free(list->wild);
        ac_set_free(&list->plain);
        ac_set_free(&list->hashes);
    }
    ac_free(l->files);
}

/* ---- asking */

bool ac_list_is_empty(const struct ac_lists *l, enum ac_list_use use)
{
    return l->items[use].hashes.n == 0 && l->items[use].n_names == 0;
}

bool ac_list_has_hash(const struct ac_lists *l, enum ac_list_use use, const char *hex,
                      char ret[300])
{
    uint64_t place;

    if (!hex || !hex[0] || !ac_set_get(&l->items[use].hashes, ac_str_of(hex), &place))
        return false;
    snprintf(ret, 300, "%s:%u", l->files[place >> 32], (unsigned)(place & UINT32_MAX));
    return true;
}

static const struct ac_list_name *find_name(const struct ac_list *list, struct ac_str path)
{
    uint64_t at = 0;

    ac_set_get(&list->plain, last_component(path), &at);
    for (; at; at = list->next[at - 1]) {
        if (name_fits(&list->names[at - 1], path))
            return &list->names[at - 1];
    }
    for (size_t i = 0; i < list->n_wild; i++) {
        if (name_fits(&list->names[list->wild[i]], path))
            return &list->names[list->wild[i]];
    }
    return NULL;
}

enum ac_rc ac_list_find_path(const struct ac_lists *l, enum ac_list_use use, const char *path,
                             char ret[300])
{
    const struct ac_list *list = &l->items[use];
    const struct ac_list_name *n = NULL;
    struct ac_buf folded = {0};
    bool whole, failed;

    if (!path || !path[0] || list->n_names == 0)
        return AC_NOT_FOUND;
    fold(ac_str_of(path), &folded);
    failed = folded.failed;
    if (!failed)
        n = find_name(list, without_volume(ac_buf_str(&folded), &whole));
    ac_buf_free(&folded);
    if (n)
        snprintf(ret, 300, "%s:%u", n->file, n->line);
    return failed ? AC_NOMEM : n ? AC_OK : AC_NOT_FOUND;
}
