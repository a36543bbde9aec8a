/* verify: an image against the hashes it stores, or a report folder against its manifest. */
#include "cli.h"

#include "collect/confine.h"
#include "evidence/verify.h"
#include "report/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static void print_difference(void *context, const char *file, const char *state)
{
    (void)context;
    ac_cli_put_safe(file, strlen(file), false);
    printf(": %s\n", state);
}

static int verify_folder(const char *path)
{
    struct ac_err err = {0};
    enum ac_rc rc = ac_manifest_verify(path, print_difference, NULL, &err);

    if (rc == AC_OK) {
        puts("all files are as the manifest lists them, and nothing else is there");
        return AC_STATUS_OK;
    }
    ac_cli_complain(path, &err);
    return rc == AC_CORRUPT ? AC_STATUS_FOUND : AC_STATUS_INCOMPLETE;
}

static int print_hashes(const struct ac_image_facts *f, const struct ac_verification *v)
{
    bool stored = false, mismatch = false;

    for (int k = 0; k < AC_HASH_KINDS; k++) {
        const char *word = ac_verify_word(f->stored[k], v->computed[k]);

        if (!f->stored[k][0] && k != AC_SHA256)
            continue;
        printf("%-8s %s\n         stored   %s\n         computed %s\n",
               ac_hash_name((enum ac_hash_kind)k), word, f->stored[k][0] ? f->stored[k] : "-",
               v->computed[k][0] ? v->computed[k] : "-");
        stored |= f->stored[k][0] != '\0';
        mismatch |= strcmp(word, "MISMATCH") == 0;
    }
    if (f->segment_problem.n) {
        printf("segments: ");
        ac_cli_put_safe(ac_buf_text(&f->segment_problem), f->segment_problem.n, true);
    }
    for (size_t i = 0; i < v->gaps.n; i++)
        printf("not readable: %" PRIu64 " bytes at %" PRIu64 " (%s)\n", v->gaps.items[i].len,
               v->gaps.items[i].off, v->gaps.items[i].why);
    if (mismatch)
        return AC_STATUS_FOUND;
    return stored && v->gaps.n == 0 && f->segment_problem.n == 0 ? AC_STATUS_OK
                                                                 : AC_STATUS_INCOMPLETE;
}

static int verify_image(const char *path)
{
    struct ac_image *img = NULL;
    struct ac_verification v = {0};
    struct ac_err err = {0};
    int status = ac_cli_confine();
    enum ac_rc rc;

    if (status >= 0)
        return status;
    status = AC_STATUS_UNUSABLE;
    rc = ac_image_open(path, &img, &err);
    if (rc == AC_OK)
        rc = ac_confine_to(NULL, 0, &err);
    if (rc == AC_OK)
        rc = ac_verify_image(img, 0, NULL, NULL, &v, &err);
    if (rc == AC_OK)
        status = print_hashes(&img->facts, &v);
    else
        ac_cli_complain(path, &err);
    ac_gaps_free(&v.gaps);
    ac_image_close(img);
    return status;
}

int ac_cli_verify(int argc, char **argv)
{
    struct stat st;

    if (argc > 1 && strcmp(argv[1], "--help") == 0)
        return ac_cli_help("verify", "      --help             this text\n\nExit status: 0 all "
                                     "match, 1 mismatch, 2 nothing stored to "
                                     "compare with or not all readable, 3 unusable.\n");
    if (argc != 2)
        return ac_cli_usage("verify", "verify takes one image or one report folder");
    if (stat(argv[1], &st) == 0 && S_ISDIR(st.st_mode))
        return verify_folder(argv[1]);
    return verify_image(argv[1]);
}
