/* What differs from run to run, and what the program is built of: for run.json, --version and section R4. */
#include "cli.h"

#include "assess/rule_set.h"
#include "base/text.h"
#include "collect/confine.h"
#include "config.h"
#include "evidence/image.h"
#include "evidence/volumes.h"
#include "records/record.h"
#include "sqlite_store.h"

#include <libdeflate.h>
#include <libxml/xmlversion.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

const char *ac_tool_name(void)
{
    return PACKAGE_NAME " " PACKAGE_VERSION;
}

const char *ac_data_directory(void)
{
    static char dir[PATH_MAX + 16];
    const char *named = getenv("AFTERCHECK_DATADIR");
    char exe[PATH_MAX];
    ssize_t n;

    if (named)
        return named;
    n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
    if (n > 0) {
        exe[n] = '\0';
        *(strrchr(exe, '/') ? strrchr(exe, '/') : exe) = '\0';
        snprintf(dir, sizeof(dir), "%s/locale", exe);
        if (access(dir, R_OK) == 0) { /* a build tree */
            snprintf(dir, sizeof(dir), "%s", exe);
            return dir;
        }
    }
    return AC_PKGDATADIR;
}

static json_t *tool_object(void)
{
    json_t *o = json_object();

    ac_json_textz(o, "name", PACKAGE_NAME);
    ac_json_textz(o, "version", PACKAGE_VERSION);
    ac_json_textz(o, "commit", AC_COMMIT);
    ac_json_textz(o, "flags", AC_BUILD_FLAGS);
    ac_json_textz(o, "compiler", "gcc " __VERSION__);
    return o;
}

static json_t *libraries_object(void)
{
    json_t *o = json_object();

    ac_json_textz(o, "libtsk", ac_volumes_library());
    ac_json_textz(o, "libewf", ac_image_ewf_library());
    ac_json_textz(o, "libxml2", LIBXML_DOTTED_VERSION);
    ac_json_textz(o, "jansson", JANSSON_VERSION);
    ac_json_textz(o, "libcrypto", OpenSSL_version(OPENSSL_VERSION_STRING));
    ac_json_textz(o, "libdeflate", LIBDEFLATE_VERSION_STRING);
    ac_json_textz(o, "libyara", ac_rule_library());
    ac_json_textz(o, "sqlite", ac_sqlite_library());
    return o;
}

/* Now, or the moment that SOURCE_DATE_EPOCH fixes for reproducible documents. */
void ac_run_info_now(json_t *o, const char *name)
{
    const char *fixed = getenv("SOURCE_DATE_EPOCH");
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (fixed)
        now = (struct timespec){.tv_sec = strtoll(fixed, NULL, 10)};
    ac_json_time(o, name, ac_time_from_unix(now.tv_sec, 0));
}

static json_t *command_line(int argc, char **argv)
{
    json_t *a = json_array();

    for (int i = 0; i < argc; i++) {
        struct ac_buf clean = {0};

        ac_text_from_utf8((struct ac_view){(const uint8_t *)argv[i], strlen(argv[i]), 0}, &clean,
                          NULL);
        json_array_append_new(a, json_stringn(ac_buf_text(&clean), clean.n));
        ac_buf_free(&clean);
    }
    return a;
}

/* What holds the processes that parse evidence, on this host. */
static json_t *confinement(void)
{
    unsigned offered = ac_confinement_offered();
    json_t *list = json_array();

    if (offered & AC_CONFINED_FILES)
        json_array_append_new(list, json_string("Landlock"));
    if (offered & AC_CONFINED_CALLS)
        json_array_append_new(list, json_string("seccomp"));
    return list;
}

json_t *ac_run_info(int argc, char **argv)
{
    json_t *run = json_object();
    struct utsname u;
    char text[PATH_MAX + 64];

    if (!run)
        return NULL;
    json_object_set_new(run, "tool", tool_object());
    json_object_set_new(run, "libraries", libraries_object());
    if (getenv("SOURCE_DATE_EPOCH")) {
        ac_run_info_now(run, "started");
        return run; /* nothing that differs between two runs */
    }
    json_object_set_new(run, "command_line", command_line(argc, argv));
    ac_run_info_now(run, "started");
    if (uname(&u) == 0) {
        ac_json_bytes(run, "host", u.nodename);
        snprintf(text, sizeof(text), "%s %s %s", u.sysname, u.release, u.machine);
        ac_json_bytes(run, "system", text);
    }
    ac_json_bytes(run, "directory", getcwd(text, sizeof(text)) ? text : "");
    ac_json_bytes(run, "data_directory", ac_data_directory());
    json_object_set_new(run, "confinement", confinement());
    ac_json_bytes(run, "locale",
                  getenv("LC_ALL") ? getenv("LC_ALL")
                  : getenv("LANG") ? getenv("LANG")
                                   : "");
    return run;
}
