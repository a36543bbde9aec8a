#include "collect/evidence_state.h"

#include "base/buf.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* NULL: neither a file nor a device. */
static json_t *state_of(int folder, const char *name)
{
    struct stat st;
    char text[128];

    if (fstatat(folder, name, &st, 0) != 0 || !(S_ISREG(st.st_mode) || S_ISBLK(st.st_mode)))
        return NULL;
    snprintf(text, sizeof(text), "%jd %jd.%09ld %jd.%09ld", (intmax_t)st.st_size,
             (intmax_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec, (intmax_t)st.st_ctim.tv_sec,
             st.st_ctim.tv_nsec);
    return json_string(text);
}

/* The ending of a piece: of a raw image (001), or of an E01 (E01 ... EZZ, FAA ...). */
static bool is_number(const char *ending)
{
    return strlen(ending) >= 2 && ending[strspn(ending, "0123456789")] == '\0';
}

/* Two thousand pieces; endings of other kinds of files begin behind G. */
static bool is_ewf(const char *ending)
{
    int letter = toupper((unsigned char)ending[0]);

    return strlen(ending) == 3 && letter >= 'E' && letter <= 'G' &&
           isalnum((unsigned char)ending[1]) && isalnum((unsigned char)ending[2]);
}

static bool is_piece_of(const char *name, const char *first)
{
    const char *dot = strrchr(first, '.');
    size_t stem = dot ? (size_t)(dot - first) + 1 : 0;

    if (strcmp(name, first) == 0)
        return true;
    return stem > 1 && strncmp(name, first, stem) == 0 &&
           ((is_number(first + stem) && is_number(name + stem)) ||
            (is_ewf(first + stem) && is_ewf(name + stem) &&
             ac_str_iends(ac_str_of(first), AC_STR("01"))));
}

static void add_pieces(json_t *files, const char *folder, const char *first)
{
    DIR *d = opendir(folder);

    for (struct dirent *e; d && (e = readdir(d));) {
        json_t *state = is_piece_of(e->d_name, first) ? state_of(dirfd(d), e->d_name) : NULL;

        if (state) /* names need not be UTF-8: they are compared, never printed */
            json_object_set_new_nocheck(files, e->d_name, state);
    }
    if (d)
        closedir(d);
}

json_t *ac_evidence_state(const char *path)
{
    char *real = realpath(path, NULL), *slash = real ? strrchr(real, '/') : NULL;
    json_t *files = json_object();
    struct stat st;

    if (files && slash && slash[1] && stat(real, &st) == 0 && !S_ISDIR(st.st_mode)) {
        *slash = '\0';
        add_pieces(files, real[0] ? real : "/", slash + 1);
    }
    free(real);
    return files;
}
