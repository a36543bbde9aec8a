/* What an execution artefact proves, and what it does not. */
#include "report/text_parts.h"

#include <string.h>

/* One sentence an artefact, by the word in the records' field `artefact`. */
static const struct {
    const char *artefact, *sentence;
} proof_of[] = {
    {"prefetch", N_("Prefetch records run count and last run times of a program; it does not "
                    "identify the user.")},
    {"shimcache",
     N_("ShimCache (AppCompatCache) records that Windows looked at the compatibility of this file; "
        "this alone does not prove that it was executed. No time of execution is stored: the times "
        "shown are the last write of the file itself and, on Windows XP, the last update of the "
        "entry. From Windows 2003 on the newest entry stands first; Windows writes the list when "
        "it shuts down. Windows Vista to 8.1 keep a flag that is set when a program is about to be "
        "started; without it, an execution is not excluded. Windows 10 and 11 keep none.")},
    {"amcache",
     N_("Amcache records that this file was present on the machine when Windows made its "
        "inventory, or when a program was installed or started; this alone does not prove that it "
        "was executed. The time of the key is that of the inventory, not of an execution. The "
        "SHA-1 is that of the first 31,457,280 bytes of the file at that time.")},
    {"amcache-driver",
     N_("Amcache records that this driver was present on the machine when Windows made its "
        "inventory; this alone does not prove that it was loaded. The time of the key is that of "
        "the inventory.")},
    {"amcache-application",
     N_("Amcache records that this application was installed when Windows made its inventory; "
        "this does not prove that it was started.")},
    {"recent-file-cache",
     N_("RecentFileCache.bcf lists programs that Windows saw for the first time, copied or "
        "started, since its last inventory; it holds no times and does not name the user, and an "
        "entry alone does not prove that the program was executed.")},
    {"bam",
     N_("The Background Activity Moderator records when a program last ran under the account "
        "with this SID. Entries older than about a week are removed when Windows starts, so that "
        "a missing entry means nothing; who used the account was not examined.")},
    {"dam",
     N_("The Desktop Activity Moderator records when a program last ran under the account with "
        "this SID, on devices that it manages; a missing entry means nothing, and who used the "
        "account was not examined.")},
};

const char *ac_text_proof(const char *artefact)
{
    for (size_t i = 0; i < sizeof(proof_of) / sizeof(proof_of[0]); i++) {
        if (strcmp(proof_of[i].artefact, artefact) == 0)
            return proof_of[i].sentence;
    }
    return NULL;
}
