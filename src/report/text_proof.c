/* What an execution artefact proves, and what it does not. */
#include "report/text_parts.h"

#include <string.h>

/* One sentence an artefact, by the word in the records' field `artefact`. */
static const struct {
    const char *artefact, *sentence;
} proof_of[] = {
    {"prefetch", N_("Prefetch records run count and last run times of a program; it does not "
                    "identify the user.")},
    {"prefetch-load",
     N_("The program's prefetch file names this file among those that were read in the first "
        "seconds after a start. In which of the starts it was read is not recorded, nor whether "
        "its code ran.")},
    {"layout-ini",
     N_("Layout.ini lists files that were read when Windows or programs started, so that they can "
        "be "
        "stored close together; it holds no times, and an entry alone does not prove that the "
        "file was executed.")},
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
    /* of a user's hive */
    {"userassist",
     N_("UserAssist: under this account Explorer counted how often the program was started, and "
        "when "
        "last. Starts by services, tasks and other programs are not counted; with a run count of 0 "
        "it says only that a window of the program was in front. When a profile is made, Windows "
        "itself fills the list: entries that share one time to the fraction of a second and have "
        "counts that fall one by one are no starts.")},
    {"muicache",
     N_("MUICache: under this account Explorer read the name of this program from its file, "
        "mostly because it was started. It does not prove the start, and has no time.")},
    {"compatibility-store",
     N_("Compatibility store: the Program Compatibility Assistant saw this program run under this "
        "account. It says neither when nor how often.")},
    {"compatibility-layer",
     N_("Compatibility layer: a setting for this program, made by a user, an installer or Windows. "
        "It does not prove that the program was run.")},
    {"run-mru", N_("RunMRU: entered into the Run dialog under this account; the ending \\1 is put "
                   "there by Windows. A time is known of the newest entry only.")},
    {"typed-paths", N_("TypedPaths: entered into the address bar of Explorer under this account. A "
                       "time is known of the newest entry only.")},
    {"typed-urls",
     N_("TypedURLs: entered into the address bar of Internet Explorer, or of the first Edge, under "
        "this account. It does not prove that the page was shown. An address at go.microsoft.com "
        "is "
        "put there by Windows.")},
    {"recent-docs",
     N_("RecentDocs: a file or folder of this name was opened through Explorer under this account. "
        "In which folder it lay is not recorded here. A time is known of the newest entry only.")},
    {"open-save-mru",
     N_("OpenSaveMRU: chosen in a dialog for opening or saving files under this account; which of "
        "the two is not recorded. A time is known of the newest entry only.")},
    {"last-visited-mru",
     N_("LastVisitedMRU: the folder that was used last in this program's dialog for opening or "
        "saving files under this account. A time is known of the newest entry only.")},
    {"word-wheel", N_("WordWheelQuery: entered into the search box of Explorer under this account; "
                      "what was found is not recorded. A time is known of the newest entry only.")},
    {"recycle-bin", N_("Recycle Bin: a file of this path was put into the Recycle Bin of the "
                       "account with this SID "
                       "at the time shown; its content may still be in the bin.")},
    {"zone-mark",
     N_("Mark of the web: the program that saved this file noted that it came from another "
        "computer, and often from where. Copying to other file systems and some archivers "
        "remove the mark; a missing mark means nothing.")},
    {"mplog", N_("Windows Defender's protection log says that it detected, blocked or reported "
                 "this. Names are its own and may be wrong; \"lowfi\" is its word for a weak "
                 "suspicion.")},
    {"mplog-impact", N_("Windows Defender's protection log: a program of this name was running and "
                        "opened files, which were scanned; of the files the one is named that took "
                        "longest. From which folder the program came is not recorded.")},
    {"mplog-query", N_("Windows Defender's protection log: a file of this path and these digests "
                       "was there when Windows Defender asked its maker about it. That does not "
                       "prove that it was executed.")},
    {"defender-history", N_("Windows Defender recorded that it detected this. The name is its own "
                            "and may be wrong; that "
                            "something was detected does not say that it ran.")},
    {"jump-list",
     N_("Jump list: under this account the file or folder of this path was opened with the program "
        "whose list it is, or was put into its list; the time is that of the last change of the "
        "entry, mostly the last opening. Pinned entries stay although nothing was opened. Which "
        "program an AppID stands for "
        "is known only of some.")},
    /* SRUM */
    {"network-usage",
     N_("SRUM, network usage: Windows counted these bytes for the program and account, in rows "
        "that "
        "it writes about once an hour and when it shuts down; the times are those of writing. With "
        "whom data was exchanged, and what, is not recorded. Rows of one day (UTC) are added up "
        "here.")},
    {"resource-usage",
     N_("SRUM, resource usage: the program ran under this account before the rows were written, "
        "about once an hour; when it was started is not recorded. Foreground does not mean that "
        "somebody used it. Rows of one day (UTC) are added up here.")},
    {"network-connectivity",
     N_("SRUM, network connectivity: the machine was connected through this interface from the "
        "time shown on, for at least the seconds shown. To which network the profile number "
        "belongs is not told here.")},
    {"trust-record",
     N_("TrustRecords: under this account it was chosen in Office to enable editing or the content "
        "of this document. Microsoft does not document the two times. By published tests one is "
        "the "
        "creation "
        "time of the document file, the other that of the click; neither should stand without "
        "other traces.")},
};

const char *ac_text_proof(const char *artefact)
{
    for (size_t i = 0; i < sizeof(proof_of) / sizeof(proof_of[0]); i++) {
        if (strcmp(proof_of[i].artefact, artefact) == 0)
            return proof_of[i].sentence;
    }
    return NULL;
}
