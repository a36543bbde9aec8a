/* --expect-hash: digests that were recorded elsewhere, to be compared with those of the evidence. */
#include "cli_job.h"

#include "base/limits.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static bool kind_of(struct ac_str name, enum ac_hash_kind *ret)
{
    static const struct {
        const char *name;
        enum ac_hash_kind kind;
    } names[] = {{"md5", AC_MD5},
                 {"sha1", AC_SHA1},
                 {"sha-1", AC_SHA1},
                 {"sha256", AC_SHA256},
                 {"sha-256", AC_SHA256}};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (ac_str_ieq(name, ac_str_of(names[i].name))) {
            *ret = names[i].kind;
            return true;
        }
    }
    return false;
}

/* Exactly the digits of such a digest, in either case. */
static bool set_hex(struct ac_expected_hash *h, struct ac_str digits)
{
    static const char hex[] = "0123456789abcdef";

    if (digits.n != 2 * ac_hash_size(h->kind))
        return false;
    for (size_t i = 0; i < digits.n; i++) {
        char c = digits.p[i];

        if (c >= 'A' && c <= 'F')
            c = (char)(c - 'A' + 'a');
        if (!memchr(hex, c, 16))
            return false;
        h->hex[i] = c;
    }
    h->hex[digits.n] = '\0';
    return true;
}

/* Takes what stands behind the last colon off the end. False: there is no colon. */
static bool split(struct ac_str *left, struct ac_str *ret_last)
{
    const char *colon = memrchr(left->p, ':', left->n);

    if (!colon)
        return false;
    *ret_last = (struct ac_str){colon + 1, (size_t)(left->p + left->n - colon) - 1};
    left->n = (size_t)(colon - left->p);
    return true;
}

/* The item that the part before the algorithm names. With several items it must be there: the order of options is
 * too easily another one than that of the items. */
static int find_item(const struct ac_job *j, struct ac_expectation *e, struct ac_str id,
                     const char *command, int n)
{
    for (int i = 0; id.n && i < n; i++) {
        char name[24];

        snprintf(name, sizeof(name), "E%d", i + 1);
        if (!ac_str_eq(id, ac_str_of(j->evidence_id && n == 1 ? j->evidence_id : name)))
            continue;
        e->item = (size_t)i;
        return -1;
    }
    if (!id.n && n == 1)
        return -1;
    return id.n ? ac_cli_usage(command, "--expect-hash %s: there is no evidence item %.*s", e->text,
                               (int)id.n, id.p)
                : ac_cli_usage(command,
                               "--expect-hash %s: with several evidence items it begins with the "
                               "item's name (E1:%s)",
                               e->text, e->text);
}

/* Read from the end: the name of an item may hold a colon itself. */
static int understand(const struct ac_job *j, struct ac_expectation *e, const char *command, int n)
{
    struct ac_str rest = ac_str_of(e->text), digits, algorithm;
    bool good = split(&rest, &digits), named = good && split(&rest, &algorithm);

    if (!named)
        algorithm = rest;
    if (!good || (named && !rest.n) || !kind_of(algorithm, &e->hash.kind))
        return ac_cli_usage(command,
                            "--expect-hash takes [ID:]ALGORITHM:HEX with md5, sha1 or sha256, not "
                            "\"%s\"",
                            e->text);
    if (!set_hex(&e->hash, digits))
        return ac_cli_usage(command, "--expect-hash %s: %s has %zu hexadecimal digits", e->text,
                            ac_hash_name(e->hash.kind), 2 * ac_hash_size(e->hash.kind));
    return find_item(j, e, named ? rest : (struct ac_str){NULL, 0}, command, n);
}

/* Two different digests of one kind for one item cannot both be its digest: a slip, to be found now. */
static bool contradicts(const struct ac_job *j, size_t at)
{
    const struct ac_expectation *e = &j->expected[at];

    for (size_t i = 0; i < at; i++) {
        if (j->expected[i].item == e->item && j->expected[i].hash.kind == e->hash.kind &&
            strcmp(j->expected[i].hash.hex, e->hash.hex) != 0)
            return true;
    }
    return false;
}

int ac_job_read_expected(struct ac_job *j, const char *command, char **items, int n)
{
    int status = -1;

    for (size_t i = 0; status < 0 && i < j->n_expected; i++) {
        struct stat st;

        status = understand(j, &j->expected[i], command, n);
        if (status < 0 && contradicts(j, i))
            status = ac_cli_usage(command,
                                  "--expect-hash %s: another digest of this kind is given "
                                  "for the same item",
                                  j->expected[i].text);
        if (status < 0 && stat(items[j->expected[i].item], &st) == 0 && S_ISDIR(st.st_mode))
            status = ac_cli_usage(command, "--expect-hash %s: %s is a folder, which has no digest",
                                  j->expected[i].text, items[j->expected[i].item]);
    }
    return status;
}

size_t ac_job_expected_of(const struct ac_job *j, size_t item, struct ac_expected_hash *ret)
{
    size_t n = 0;

    for (size_t i = 0; i < j->n_expected; i++) {
        if (j->expected[i].item == item)
            ret[n++] = j->expected[i].hash;
    }
    return n;
}
