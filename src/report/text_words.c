/* Words of closed lists, and the English that comes with records. */
#include "report/text_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Values of record fields that are no evidence but our own words. */
static const char *const vocabulary[] = {
    N_("exists"),
    N_("deleted"),
    N_("absent"),
    N_("not resolved"),
    N_("not collected"),
    N_("replaced"),
    N_("prefetch-load"),
    /* strength, result, reading */
    N_("listed"),
    N_("supporting"),
    N_("strong"),
    N_("decisive"),
    N_("complete"),
    N_("partial"),
    N_("no"),
    N_("yes"),
    /* kinds of record */
    N_("system"),
    N_("account"),
    N_("autostart"),
    N_("task"),
    N_("execution"),
    N_("activity"),
    N_("delivery"),
    N_("usage of resources"),
    N_("change"),
    N_("detection"),
    N_("defender-history"),
    N_("mplog"),
    N_("mplog-impact"),
    N_("mplog-query"),
    N_("programs and files that this log names are missing from the report"),
    N_("file"),
    N_("listing"),
    N_("value"),
    N_("key"),
    N_("event"),
    N_("credential-store"),
    /* state of a record */
    N_("live"),
    N_("from-log"),
    N_("added"),
    N_("changed"),
    N_("removed"),
    N_("unchanged"),
    N_("unlinked"),
    N_("snapshot"),
    /* sources */
    N_("hive"),
    N_("hive-log"),
    N_("hive-backup"),
    N_("startup"),
    N_("prefetch"),
    N_("usn"),
    N_("ntfs-log"),
    N_("layout-ini"),
    N_("zone-marks"),
    N_("zone-mark"),
    N_("recycle-bin"),
    N_("jump-list"),
    N_("srum"),
    N_("mft"),
    N_("volume"),
    N_("folders"),
    N_("candidates"),
    N_("wmi"),
    N_("bits"),
    N_("artefact"),
    N_("shadow-copies"),
    N_("single artefacts"),
    N_("folder"),
    N_("recent-file-cache"),
    N_("event-log"),
    N_("credentials"),
    N_("credential-stores"),
    /* execution artefacts */
    N_("shimcache"),
    N_("amcache"),
    N_("amcache-driver"),
    N_("amcache-application"),
    N_("bam"),
    N_("dam"),
    /* autostart mechanisms */
    N_("run"),
    N_("run-once"),
    N_("policies-run"),
    N_("service"),
    N_("driver"),
    N_("startup-folder"),
    N_("startup-approved"),
    N_("run-once-ex"),
    N_("run-services"),
    N_("policies-shell"),
    N_("startup-redirect"),
    N_("policy-script"),
    N_("policy-script"),
    N_("winlogon"),
    N_("winlogon-notify"),
    N_("windows-load"),
    N_("appinit"),
    N_("appcert"),
    N_("ifeo-debugger"),
    N_("silent-process-exit"),
    N_("active-setup"),
    N_("command-autorun"),
    N_("office-test"),
    N_("office-addin"),
    N_("logon-script"),
    N_("screen-saver"),
    N_("com-server"),
    N_("boot-execute"),
    N_("lsa-package"),
    N_("print-monitor"),
    N_("rdp-startup"),
    N_("service-failure"),
    N_("shortcut"),
    N_("wmi-command"),
    N_("wmi-script"),
    N_("wmi-other"),
    N_("wmi-filter"),
    N_("wmi-binding"),
    N_("bits-job"),
    /* BITS jobs */
    N_("download"),
    N_("upload"),
    N_("upload-reply"),
    N_("queued"),
    N_("connecting"),
    N_("transferring"),
    N_("suspended"),
    N_("error"),
    N_("transient-error"),
    N_("transferred"),
    N_("acknowledged"),
    N_("cancelled"),
    N_("collection"),
    N_("records"),
    /* SRUM */
    N_("network-usage"),
    N_("resource-usage"),
    N_("network-connectivity"),
    N_("program"),
    N_("package"),
    N_("ppp"),
    N_("tunnel"),
    /* networks */
    N_("wired"),
    N_("wireless"),
    N_("broadband"),
    N_("mobile"),
    N_("public"),
    N_("private"),
    N_("domain"),
    /* traces in users' hives, and what their times are */
    N_("run-mru"),
    N_("typed-paths"),
    N_("typed-urls"),
    N_("recent-docs"),
    N_("open-save-mru"),
    N_("last-visited-mru"),
    N_("word-wheel"),
    N_("trust-record"),
    N_("stored with the entry"),
    N_("last written time of the key"),
    /* integrity */
    N_("MATCH"),
    N_("MISMATCH"),
    N_("NOT STORED"),
    N_("NOT COMPUTED"),
    N_("all checksums correct"),
    N_("not applicable"),
    N_("present"),
    N_("missing"),
    N_("truncated"),
    N_("damaged"),
    N_("misplaced"),
    N_("segment missing"),
    N_("read error"),
    N_("chunk fails its checksum or does not inflate"),
    N_("chunk is shorter than it must be"),
    N_("chunk fails its checksum"),
    N_("chunk is not in the segments that are there"),
    N_("boot sector"),
    N_("collected boot sector ($Boot)"),
    /* names of statements in a container */
    N_("case number"),
    N_("evidence number"),
    N_("description"),
    N_("examiner"),
    N_("notes"),
    N_("acquisition date"),
    N_("system date"),
    N_("acquisition system"),
    N_("software version"),
    N_("acquisition software"),
    N_("model"),
    N_("serial number"),
    /* classes of problems */
    N_("corrupt"),
    N_("unsupported"),
    N_("limit reached"),
    N_("unreadable"),
    N_("not found"),
    N_("out of memory"),
    N_("usage"),
    N_("internal error"),
    N_("crash"),
    N_("unusable"),
    /* reasons in checks and in the coverage table */
    N_("not there"),
    N_("read in part"),
    N_("not read"),
    N_("none found"),
    N_("hive SYSTEM"),
    N_("hive SOFTWARE"),
    N_("user hives"),
    N_("scheduled tasks"),
    N_("file index"),
    N_("no Windows installation in it"),
    N_("copies do not keep the times of the files"),
    N_("volume serial number"),
    N_("event log Security"),
    N_("event log System"),
    N_("records of Windows Defender"),
    N_("it is not read"),
    N_("its format is not known"),
    N_("the file is empty, as newer versions of Windows leave it"),
    N_("parts of it are missing on the evidence"),
    N_("the image ends before the volume does"),
    N_("+%1$s"),
    N_("%1$s problem(s) while reading"),
    N_("%1$s of %2$s bytes are missing on the evidence"),
    N_("%1$s bytes in %2$s range(s) are absent or fail their checksum"),
    N_("parts of the file system are damaged or missing"),
    N_("volume shadow copies are not read by this version"),
    N_("libvshadow (vshadowmount) makes them available as images of their own"),
    N_("its beginning cannot be read"),
    N_("read the medium again, or use another copy of the image"),
    N_("it begins behind the end of the image"),
    N_("obtain the complete image"),
    N_("the volume is encrypted with BitLocker"),
    N_("unlock it with its recovery key, image the unlocked volume, and examine that image"),
    N_("the file system ReFS is not read by this version"),
    N_("copy the files to a folder with a system that reads ReFS, and examine the folder"),
    N_("the volume is encrypted with LUKS"),
    N_("unlock it with its passphrase, image the unlocked volume, and examine that image"),
    N_("the volume belongs to a dynamic disk (LDM)"),
    N_("assemble the dynamic volume from all its disks, image it, and examine that image"),
    N_("the volume belongs to a storage pool (Storage Spaces)"),
    N_("assemble the pool from all its disks, image the virtual disk, and examine that image"),
    N_("the volume holds no Windows file system"),
    N_("examine it with a tool for that file system if it matters"),
    N_("no known file system begins here"),
    N_("find out what the volume holds (encrypted as a whole, overwritten, empty?)"),
    /* effects of problems */
    N_("this part was not examined; what stood in it is not in the report"),
    N_("this artefact was not read to its end"),
    N_("the content of this file was not examined; its digests are not known"),
    N_("the first control set that is there was taken instead"),
    N_("facts of the program are missing"),
    N_("what this place leads to was not read, or only in part; what lies elsewhere in the hive "
       "was"),
    N_("autostart entries of each were taken, names and accounts only of the one that the file's "
       "name tells"),
    N_("changes may stand in transaction logs, but no usable transaction log lies beside it; "
       "values may be older than the last state"),
    N_("changes that stand in this log only are not in the report; values may be older than the "
       "last state"),
    N_("the entries before this place were applied, later changes are not in the report"),
    N_("shown is the hive as Windows would load it; the newer changes in this log are not in the "
       "report"),
    N_("its hive bins were searched one by one; keys and values found so are marked as unlinked or "
       "deleted"),
    N_("entities in the task's text are shown unexpanded"),
    N_("actions or triggers are missing"),
    N_("what this field of the task says is not in the report, or only as stored; its other "
       "fields were read"),
    N_("such characters are shown as escapes"),
    N_("files loaded by the program are missing"),
    N_("entries of the compatibility cache (ShimCache) may be missing"),
    N_("the time of this run is missing"),
    N_("such times are missing"),
    N_("the name of a volume is missing"),
    N_("volumes are missing"),
    N_("content may be missing"),
    N_("the content may be altered"),
    N_("one observation is not in the report"),
    N_("the examination may have ended early"),
    N_("the image was not verified"),
    N_("everything that is not listed as read was not examined"),
    N_("nothing of this evidence was examined"),
    N_("no file of this volume was examined"),
    N_("files concerned by this may be missing from the report"),
    N_("what lies behind the end was not examined"),
    N_("everything whose bytes lie there was not examined"),
    N_("partitions may be missing from the list"),
    N_("what follows in this shortcut was not read"),
    N_("entries of the change journal may be missing"),
    N_("content of files was examined only where it lies within $MFT itself"),
    N_("entries of the file system's log may be missing"),
    N_("what was deleted here is not in the report"),
    N_("where some files came from is not in the report"),
    N_("names of deleted files may be missing from the report"),
    N_("a part of what the security software detected is not in the report"),
    N_("events may be missing"),
    N_("events may be missing; those that were found behind this place are marked as unlinked"),
    N_("events of this chunk may be altered"),
    N_("events of this chunk were searched one by one and are marked as unlinked; others may be "
       "missing"),
    N_("this event was not read"),
    N_("the chunks of the log were read as they lie"),
    N_("events that no longer belong to the log may be among those shown"),
    N_("older states of keys that stand in the rest of the logs are not in the report"),
    N_("what this entry says is not in the report, or only in part; the other entries of its key "
       "were read"),
    N_("event filters and consumers are missing from the report"),
    N_("what this event filter, consumer or binding says is not in the report, or only in part"),
    N_("which event filters, consumers and bindings are in use cannot be told; all are marked as "
       "unlinked"),
    N_("of some event filters and consumers the namespace is not known, nor whether the index "
       "still leads to them"),
    N_("BITS jobs are missing from the report"),
    N_("files of a BITS job are missing"),
    N_("the newest changes may stand in its transaction logs, which are not read"),
    N_("usage of network and resources may be missing from the report"),
    N_("programs and accounts may be told by their numbers only"),
    N_("amounts that make no sense are left out"),
    N_("entries of a jump list may be missing from the report"),
    N_("rules looked at the beginning of a text only"),
    N_("not all rules were matched with a record"),
    N_("what the rules in it know was not looked for"),
    N_("records could not be matched completely, see the problems"),
    N_("rules for contents may not have seen all of this file"),
    N_("contents of files were not looked through"),
    N_("contents of files were not looked through completely"),
    N_("contents of files were looked through with another set of rules"),
    N_("there are more files than are looked through"),
    N_("not all files could be looked through completely"),
    N_("content"),
    N_("match"),
    /* files of rules and lists */
    N_("rules"),
    N_("hashes"),
    N_("names"),
    N_("known-good"),
    N_("entries that were added, changed or removed last may be missing in the counts, or be in "
       "them"),
    /* why stores of credentials were not counted */
    N_("a table that is expected is not there"),
    N_("a column that is expected is not there"),
    N_("the database is larger than is read"),
    N_("the file is larger than is read"),
    N_("reading it takes more steps than are allowed"),
    N_("a part of it is larger than is read"),
    N_("it does not begin as an SQLite database does (at byte %1$s)"),
    N_("SQLite says: database disk image is malformed"),
    N_("SQLite says: file is not a database"),
    N_("SQLite says: SQL logic error"),
    N_("it is no JSON object (at byte %1$s)"),
    N_("it has no list of logins"),
    N_("it is no whole XML file of a known form"),
    N_("more files of the kinds that hold credentials than are listed"),
};

static const char *find(const char *value)
{
    for (size_t i = 0; i < sizeof(vocabulary) / sizeof(vocabulary[0]); i++) {
        if (strcmp(vocabulary[i], value) == 0)
            return vocabulary[i];
    }
    return NULL;
}

const char *ac_text_word(const struct ac_text *t, const char *value)
{
    const char *msgid = find(value);

    return msgid ? ac_doc_word(&t->doc, msgid) : value;
}

const char *ac_text_family(const struct ac_text *t, const char *family)
{
    static const struct {
        const char *name, *shown;
    } names[] = {
        {"emotet", N_("Emotet")},
        {"ursnif", N_("Ursnif (Gozi)")},
        {"trickbot", N_("TrickBot")},
        {"qakbot", N_("Qakbot (Qbot)")},
        {"zloader", N_("Zloader")},
        {"vaccine", N_("the vaccine EmoCrash")},
        {"unassigned", N_("no family")},
        {"emulation", N_("exercises (emulation of an adversary)")},
        {"law-enforcement-uninstaller", N_("the uninstallers of law enforcement")},
        {"security-software", N_("detections by security software")},
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(names[i].name, family) == 0)
            return ac_doc_word(&t->doc, names[i].shown);
    }
    return family;
}

const char *ac_text_scale(const struct ac_text *t, enum ac_scale s)
{
    static const char *const words[] = {
        [AC_S0] = N_("no support found"),    [AC_S1] = N_("limited support"),
        [AC_S2] = N_("moderate support"),    [AC_S3] = N_("strong support"),
        [AC_S4] = N_("very strong support"), [AC_SX] = N_("not assessable"),
    };

    return ac_doc_word(&t->doc, words[s]);
}

const char *ac_text_criterion(enum ac_scale s)
{
    static const char *const criteria[] = {
        [AC_S0] = N_("no rule of the family matched, and the sources that its rules need were read "
                     "completely"),
        [AC_S1] = N_("one weak, non-specific observation"),
        [AC_S2] = N_("two or more weak observations from independent source types, or one specific "
                     "observation in one source type"),
        [AC_S3] = N_("specific observations in two or more independent source types"),
        [AC_S4] = N_("a cryptographic or structural agreement (for example a decoded name that is "
                     "the name of an installed file) together with a persistence or execution "
                     "record"),
        [AC_SX] = N_("a source is missing, damaged or encrypted, or the rule set has no rule for "
                     "the family"),
    };

    return criteria[s];
}

/* "path: state": the state is a word of ours. True if something was appended. */
static bool add_state(const struct ac_text *t, struct ac_str piece, struct ac_buf *out)
{
    for (size_t i = piece.n; i-- > 1;) {
        struct ac_buf state = {0}, name = {0};
        const char *known;

        if (piece.p[i] != ' ' || piece.p[i - 1] != ':')
            continue;
        ac_buf_add(&state, piece.p + i + 1, piece.n - i - 1);
        ac_buf_add(&name, piece.p, i - 1);
        known = find(ac_buf_text(&state));
        if (known)
            ac_buf_addf(out, "%s: %s", ac_text_word(t, ac_buf_text(&name)),
                        ac_doc_word(&t->doc, known));
        out->failed |= state.failed;
        ac_buf_free(&state);
        out->failed |= name.failed;
        ac_buf_free(&name);
        return known != NULL;
    }
    return false;
}

/* Sentences of ours with numbers in them: each run of digits is an argument. */
static bool add_numbered(const struct ac_text *t, struct ac_str piece, struct ac_buf *out)
{
    struct ac_buf id = {0};
    char numbers[AC_SENTENCE_ARGS][AC_DOC_NUMBER];
    struct ac_sentence s = {0};
    const char *known = NULL;
    size_t i = 0;

    while (i < piece.n && s.n < AC_SENTENCE_ARGS) {
        size_t n = strspn(piece.p + i, "0123456789");

        if (i + n > piece.n)
            n = piece.n - i;
        if (n == 0) {
            ac_buf_addc(&id, piece.p[i++]);
            continue;
        }
        snprintf(numbers[s.n], AC_DOC_NUMBER, "%.*s", n < AC_DOC_NUMBER ? (int)n : 0, piece.p + i);
        s.args[s.n] = numbers[s.n];
        ac_buf_addf(&id, "%%%u$s", ++s.n);
        i += n;
    }
    known = s.n && i == piece.n ? find(ac_buf_text(&id)) : NULL;
    if (known)
        ac_sentence_print(&s, ac_doc_word(&t->doc, known), out);
    out->failed |= id.failed;
    ac_buf_free(&id);
    return known != NULL;
}

/* A word or sentence of the vocabulary, with numbers or without. */
static bool add_known(const struct ac_text *t, struct ac_str piece, struct ac_buf *out)
{
    struct ac_buf text = {0};
    const char *known;

    ac_buf_adds(&text, piece);
    known = find(ac_buf_text(&text));
    if (known)
        ac_buf_addz(out, ac_doc_word(&t->doc, known));
    out->failed |= text.failed;
    ac_buf_free(&text);
    return known || add_numbered(t, piece, out);
}

void ac_text_foreign(const struct ac_text *t, const char *english, struct ac_buf *out)
{
    if (strcmp(t->doc.language, "en") == 0 || english[0] == '\0') {
        ac_buf_addz(out, english);
        return;
    }
    /* whole sentences may hold "; " themselves */
    if (add_known(t, ac_str_of(english), out) || ac_text_problem(t, ac_str_of(english), out))
        return;
    for (const char *p = english; *p;) {
        const char *end = strstr(p, "; ");
        size_t n = end ? (size_t)(end - p) : strlen(p);

        if (p != english)
            ac_buf_addz(out, ac_doc_word(&t->doc, N_("; ")));
        if (n && !add_known(t, (struct ac_str){p, n}, out) &&
            !add_state(t, (struct ac_str){p, n}, out) &&
            !ac_text_problem(t, (struct ac_str){p, n}, out)) {
            ac_buf_addz(out, ac_doc_word(&t->doc, N_("(in English) ")));
            ac_buf_add(out, p, n);
        }
        p += n + (end ? 2 : 0);
    }
}

const char *ac_text_time(const struct ac_text *t, struct ac_filetime time, struct ac_buf *out)
{
    char text[AC_TIME_TEXT];

    ac_buf_clear(out);
    if (time.ticks == 0)
        ac_buf_addz(out, ac_doc_word(&t->doc, N_("Not supplied")));
    else
        ac_buf_addf(out, "%s (FILETIME %" PRIu64 ")", ac_time_print(time, text), time.ticks);
    return ac_buf_text(out);
}
