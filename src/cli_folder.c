/* The report folder: what may be written over, and what is never written to. */
#include "cli_job.h"

#include "report/report.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

FILE *ac_job_open(const char *dir, const char *name, const char *mode, struct ac_err *err)
{
    struct ac_buf path = {0};
    FILE *f;

    ac_buf_addf(&path, "%s/%s", dir, name);
    f = fopen(ac_buf_text(&path), mode);
    if (!f)
        AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s: %s", ac_buf_text(&path), strerrordesc_np(errno));
    ac_buf_free(&path);
    return f;
}

static bool has_report_name(const char *name)
{
    static const char *const names[] = {"records.jsonl", "run.json",          "report.en.txt",
                                        "report.ja.txt", "report.html",       "findings.json",
                                        "emocheck.json", "next-steps.en.txt", "next-steps.ja.txt",
                                        "findings.csv",  "autostarts.csv",    "stix.json",
                                        "case.jsonld",   "timeline.csv",      "timeline.jsonl",
                                        "timeline.body", "manifest.sha256"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        size_t n = strlen(names[i]);

        if (strncmp(name, names[i], n) == 0 &&
            (name[n] == '\0' || strcmp(name + n, AC_REPORT_PART) == 0))
            return true;
    }
    return strncmp(name, "manifest.sha256.", 16) == 0;
}

/* Names that a report folder has: what an earlier or an interrupted run left may be written over. A link leads to what is
 * none of the report. */
static bool is_report_file(const char *dir, int fd, const char *name)
{
    struct stat st;

    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return true;
    if (strcmp(name, AC_ARTEFACTS) == 0)
        return ac_job_is_artefacts(dir);
    return has_report_name(name) && fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISREG(st.st_mode);
}

static bool holds_a_report_only(const char *dir)
{
    DIR *d = opendir(dir);
    bool only = d != NULL;

    for (struct dirent *e; only && (e = readdir(d));)
        only = is_report_file(dir, dirfd(d), e->d_name);
    if (d)
        closedir(d);
    return only;
}

/* The real place of a file that may not be there yet: then of the folder it will be made in. Owned. */
static char *place_of(const char *path)
{
    char *copy = strdup(path), *slash, *place;

    while (copy && (slash = strrchr(copy, '/')) && slash[1] == '\0' && slash != copy)
        *slash = '\0';
    place = copy ? realpath(copy, NULL) : NULL;
    if (!place && copy) {
        slash = strrchr(copy, '/');
        if (slash)
            slash[slash == copy] = '\0';
        place = realpath(slash ? copy : ".", NULL);
    }
    free(copy);
    return place;
}

bool ac_job_is_evidence(const char *output, char **items, int n)
{
    char *place = place_of(output);
    bool is = false;

    for (int i = 0; place && i < n && !is; i++) {
        char *item = realpath(items[i], NULL);
        size_t len = item ? strlen(item) : 0;

        while (len > 0 && item[len - 1] == '/') /* the root of everything */
            len--;
        is = item && strncmp(place, item, len) == 0 && (place[len] == '\0' || place[len] == '/');
        free(item);
    }
    free(place);
    return is;
}

bool ac_job_may_overwrite(const char *path)
{
    static const char start[] = "{\"schema\":\"aftercheck-records/";
    char head[sizeof(start) - 1];
    struct stat st;
    size_t n;
    FILE *f;

    if (stat(path, &st) != 0 || (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode)) ||
        (S_ISREG(st.st_mode) && st.st_size == 0))
        return true;
    f = fopen(path, "rb");
    n = f ? fread(head, 1, sizeof(head), f) : 0;
    if (f)
        fclose(f);
    return n == sizeof(head) && memcmp(head, start, n) == 0;
}

/* Signatures over the manifest that is about to be replaced: they would be wrong. */
static void remove_signatures(const char *dir)
{
    DIR *d = opendir(dir);

    for (struct dirent *e; d && (e = readdir(d));) {
        if (strncmp(e->d_name, "manifest.sha256.", 16) == 0)
            unlinkat(dirfd(d), e->d_name, 0);
    }
    if (d)
        closedir(d);
}

enum ac_rc ac_job_make_folder(const char *dir, struct ac_err *err)
{
    int why;

    if (mkdir(dir, 0777) == 0)
        return AC_OK;
    why = errno;
    if (why == EEXIST && holds_a_report_only(dir)) {
        remove_signatures(dir);
        return AC_OK;
    }
    return why == EEXIST ? AC_FAIL(err, AC_USAGE, AC_NO_OFFSET,
                                   "there is something that is no report folder; name another one")
                         : AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s", strerrordesc_np(why));
}
