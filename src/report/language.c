/* English is the message id itself; Japanese comes from a catalogue that is opened by hand, so that both can be written
 * in one process, whatever locales the computer has. */
#include "report/report.h"

#include <libintl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#define DOMAIN "aftercheck"

void ac_language_init(const char *dir)
{
    struct ac_buf path = {0};

    /* glibc ignores catalogues in the "C" locale; C.UTF-8 is always there, LANGUAGE then chooses */
    setenv("LANGUAGE", "ja", 1);
    bindtextdomain("libc", "/nonexistent"); /* or getopt would speak Japanese to everybody */
    setlocale(LC_MESSAGES, "C.UTF-8");
    ac_buf_addf(&path, "%s/locale", dir);
    bindtextdomain(DOMAIN, ac_buf_text(&path));
    bind_textdomain_codeset(DOMAIN, "UTF-8");
    dgettext(DOMAIN,
             "aftercheck"); /* opens the catalogue now: later a confined process could not */
    ac_buf_free(&path);
}

const char *ac_translate(const char *language, const char *msgid)
{
    if (strcmp(language, "ja") != 0 || msgid[0] == '\0')
        return msgid;
    return dgettext(DOMAIN, msgid);
}
