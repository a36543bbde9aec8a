/* manifest.sha256: every file of the report folder with its digest, in the form of sha256sum(1). */
#include "report/report.h"

#include "base/alloc.h"
#include "base/hash.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MANIFEST "manifest.sha256"
#define MOST_FOLDERS 2 /* one in the other; what lies deeper is no report of ours */

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

struct names {
    char **items;
    size_t n, cap;
};

static void names_free(struct names *names)
{
    for (size_t i = 0; i < names->n; i++)
        ac_free(names->items[i]);
    ac_free(names->items);
}

static bool is_folder(const char *dir, const char *name)
{
    struct ac_buf path = {0};
    struct stat st;
    bool is;

    ac_buf_addf(&path, "%s/%s", dir, name);
    is = lstat(ac_buf_text(&path), &st) == 0 && S_ISDIR(st.st_mode);
    ac_buf_free(&path);
    return is;
}

/* A signature over the manifest: manifest.sha256.minisig, ... */
static bool is_signature(const char *dir, const char *name)
{
    return strncmp(name, MANIFEST ".", sizeof(MANIFEST)) == 0 && !is_folder(dir, name);
}

static enum ac_rc add_name(struct names *ret, const char *name, struct ac_err *err)
{
    if (ac_grow((void **)&ret->items, &ret->cap, ret->n + 1, sizeof(*ret->items)) == 0 &&
        (ret->items[ret->n] = strdup(name))) {
        ret->n++;
        return AC_OK;
    }
    return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for the list of files");
}

/* Everything in the folder, and in folders in it: a report has one, with files of the evidence. `below` is "" or
 * "folder/". */
static enum ac_rc list_below(const char *dir, const char *below, unsigned depth, struct names *ret,
                             struct ac_err *err)
{
    struct ac_buf path = {0}, name = {0};
    enum ac_rc rc = AC_OK;
    DIR *d;

    ac_buf_addf(&path, "%s/%s", dir, below);
    d = opendir(ac_buf_text(&path));
    if (!d)
        rc =
            AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s: %s", ac_buf_text(&path), strerrordesc_np(errno));
    for (struct dirent *e; rc == AC_OK && (e = readdir(d));) {
        if (is_dots(e->d_name) ||
            (depth == 0 && (strcmp(e->d_name, MANIFEST) == 0 || is_signature(dir, e->d_name))))
            continue;
        ac_buf_clear(&name);
        ac_buf_addf(&name, "%s%s", below, e->d_name);
        if (depth < MOST_FOLDERS && is_folder(dir, ac_buf_text(&name))) {
            ac_buf_addc(&name, '/');
            rc = list_below(dir, ac_buf_text(&name), depth + 1, ret, err);
        } else {
            rc = add_name(ret, ac_buf_text(&name), err);
        }
    }
    if (d)
        closedir(d);
    ac_buf_free(&path);
    ac_buf_free(&name);
    return rc;
}

static enum ac_rc list(const char *dir, struct names *ret, struct ac_err *err)
{
    enum ac_rc rc = list_below(dir, "", 0, ret, err);

    if (ret->n)
        qsort(ret->items, ret->n, sizeof(*ret->items), by_name);
    return rc;
}

static enum ac_rc digest(const char *dir, const char *name, char ret_hex[AC_HASH_TEXT],
                         struct ac_err *err)
{
    struct ac_buf path = {0};
    struct ac_hash *h = NULL;
    char piece[65536];
    enum ac_rc rc;
    size_t n;
    FILE *f;

    ac_buf_addf(&path, "%s/%s", dir, name);
    f = fopen(ac_buf_text(&path), "rb");
    ac_buf_free(&path);
    if (!f)
        return AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s: %s", name, strerrordesc_np(errno));
    rc = ac_hash_new(AC_SHA256, &h, err);
    while (rc == AC_OK && (n = fread(piece, 1, sizeof(piece), f)) > 0)
        rc = ac_hash_add(h, piece, n);
    if (rc == AC_OK && ferror(f))
        rc = AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s: cannot be read", name);
    if (rc == AC_OK)
        rc = ac_hash_end(h, ret_hex);
    ac_hash_free(h);
    fclose(f);
    return rc;
}

enum ac_rc ac_manifest_write(const char *dir, struct ac_err *err)
{
    struct names names = {0};
    struct ac_buf text = {0}, path = {0};
    enum ac_rc rc = list(dir, &names, err);
    FILE *f = NULL;

    for (size_t i = 0; rc == AC_OK && i < names.n; i++) {
        char hex[AC_HASH_TEXT];

        rc = digest(dir, names.items[i], hex, err);
        if (rc == AC_OK)
            ac_buf_addf(&text, "%s  %s\n", hex, names.items[i]);
    }
    ac_buf_addf(&path, "%s/" MANIFEST, dir);
    if (rc == AC_OK &&
        (text.failed || !(f = fopen(ac_buf_text(&path), "w")) || fputs(ac_buf_text(&text), f) < 0))
        rc = AC_FAIL(err, AC_IO, AC_NO_OFFSET, MANIFEST ": %s", strerrordesc_np(errno));
    if (f && fclose(f) != 0 && rc == AC_OK)
        rc = AC_FAIL(err, AC_IO, AC_NO_OFFSET, MANIFEST ": %s", strerrordesc_np(errno));
    names_free(&names);
    ac_buf_free(&text);
    ac_buf_free(&path);
    return rc;
}

/* ---- verifying */

/* Detached signatures: whose they are only the examiner's own tools and keys can say. */
static enum ac_rc tell_signatures(const char *dir, ac_manifest_each *each, void *context,
                                  struct ac_err *err)
{
    struct names found = {0};
    DIR *d = opendir(dir);
    enum ac_rc rc = AC_OK;

    for (struct dirent *e; rc == AC_OK && d && (e = readdir(d));) {
        if (is_signature(dir, e->d_name))
            rc = add_name(&found, e->d_name, err);
    }
    if (d)
        closedir(d);
    if (found.n)
        qsort(found.items, found.n, sizeof(*found.items), by_name);
    for (size_t i = 0; rc == AC_OK && each && i < found.n; i++)
        each(context, found.items[i], "signature file present, not checked");
    names_free(&found);
    return rc;
}

struct comparison {
    const char *dir;
    struct names present;
    bool *seen;
    size_t differences;
    ac_manifest_each *each;
    void *context;
};

static void differ(struct comparison *c, const char *file, const char *state)
{
    c->differences++;
    if (c->each)
        c->each(c->context, file, state);
}

/* One line "hex  name". */
static void compare_line(struct comparison *c, char *line)
{
    char *name = strstr(line, "  "), hex[AC_HASH_TEXT];

    line[strcspn(line, "\n")] = '\0';
    if (!name || name - line != 64) {
        differ(c, line, "no line of a manifest");
        return;
    }
    *name = '\0';
    name += 2;
    for (size_t i = 0; i < c->present.n; i++) {
        if (strcmp(c->present.items[i], name) != 0)
            continue;
        c->seen[i] = true;
        if (digest(c->dir, name, hex, NULL) != AC_OK)
            differ(c, name, "cannot be read");
        else if (strcmp(hex, line) != 0)
            differ(c, name, "changed");
        return;
    }
    differ(c, name, "missing");
}

enum ac_rc ac_manifest_verify(const char *dir, ac_manifest_each *each, void *context,
                              struct ac_err *err)
{
    struct comparison c = {.dir = dir, .each = each, .context = context};
    struct ac_buf path = {0};
    char *line = NULL;
    size_t cap = 0;
    enum ac_rc rc = list(dir, &c.present, err);
    FILE *f;

    ac_buf_addf(&path, "%s/" MANIFEST, dir);
    f = fopen(ac_buf_text(&path), "r");
    ac_buf_free(&path);
    if (rc == AC_OK && !f)
        rc = AC_FAIL(err, AC_NOT_FOUND, AC_NO_OFFSET,
                     "there is no " MANIFEST " in it: no report folder");
    c.seen = ac_calloc(c.present.n + 1, sizeof(*c.seen));
    if (rc == AC_OK && !c.seen)
        rc = AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory to compare");
    while (rc == AC_OK && getline(&line, &cap, f) > 0)
        compare_line(&c, line);
    for (size_t i = 0; rc == AC_OK && i < c.present.n; i++) {
        if (!c.seen[i])
            differ(&c, c.present.items[i], "not listed");
    }
    if (rc == AC_OK)
        rc = tell_signatures(dir, each, context, err);
    if (rc == AC_OK && c.differences)
        rc = AC_FAIL(err, AC_CORRUPT, AC_NO_OFFSET, "%zu difference(s) from the manifest",
                     c.differences);
    free(line);
    if (f)
        fclose(f);
    ac_free(c.seen);
    names_free(&c.present);
    return rc;
}
