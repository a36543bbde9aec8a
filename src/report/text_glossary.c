/* R0: how to read the report, and the terms in it. */
#include "report/text_parts.h"

static const char *const how_to_read[] = {
    N_("Every statement has one number in the margin, the same in both languages. Findings are "
       "numbered F-001, records R-000001; records.jsonl holds each record in full."),
    N_("Three layers are kept apart: observations (R5: which bytes stand where), interpretation "
       "(R6: what the rules say they mean) and what only a human can say (R1 and R10)."),
    N_("A line ends at a space, which is left out, or within a long word, path, digest or command, "
       "which goes on in the next line without any sign; findings.json has them in one piece."),
    N_("Text from the evidence is quoted as stored. Control characters and characters that change "
       "the direction of writing are shown as \\u{...}, bytes that are no text as \\x{..}."),
    N_("Times are in UTC and end in Z; the raw value (ticks of 100 ns since 1601-01-01) stands "
       "beside them. Values that are no date between 1601 and 9999 are shown raw."),
    N_("Sentences about problems (R8) that could not be translated are marked in the Japanese "
       "report "
       "as English."),
};

static const char *const terms[] = {
    N_("residue: what software leaves on a disk: a file, a registry value, a scheduled task, a "
       "record of execution."),
    N_("finding: one observation, or several of the same thing, that matched a rule."),
    N_("decisive, strong, supporting, listed: how specific a finding is; \"supporting\" counts "
       "only in combination, \"listed\" is shown without weight."),
    N_("identity: two pieces of data having the same digest (MD5, SHA-1, SHA-256)."),
    N_("E01, raw: forms in which a copy of a disk is kept. E01 also keeps digests and statements "
       "of the person who acquired it."),
    N_("registry, hive: settings of Windows and of each user, kept in files called hives. A hive "
       "holds keys; keys hold values. Only keys have a last written time."),
    N_("autostart: an entry that makes Windows start a program: Run values, services, scheduled "
       "tasks."),
    N_("prefetch: files in which Windows notes that a program was started, how often, and when "
       "last. They do not say by whom."),
    N_("ShimCache, Amcache, BAM: lists that Windows keeps of programs. What follows from an "
       "entry of each, and what does not, is said with its records."),
    N_("$MFT, MFT entry-sequence: the table of all files of an NTFS volume, and the number of one "
       "entry with the count of its uses."),
    N_("$STANDARD_INFORMATION, $FILE_NAME: two sets of times that NTFS keeps of a file; programs "
       "can set the first one."),
    N_("volume serial number: a number that Windows gives a volume when it is formatted."),
    N_("SID: the number by which Windows knows an account."),
    N_("exists, deleted, absent: the file is there; its entry is there but no longer in use; no "
       "entry of it was found."),
    N_("not examined: nobody has looked, or not everything could be read; nothing follows from "
       "it."),
    N_("not supplied: only a human could say it, and nobody has."),
};

void ac_text_glossary(struct ac_text *t)
{
    ac_doc_heading(&t->doc, 1, N_("How to read this report"), NULL);
    for (size_t i = 0; i < sizeof(how_to_read) / sizeof(how_to_read[0]); i++)
        ac_doc_say(&t->doc, 0, how_to_read[i], NULL);
    ac_doc_heading(&t->doc, 1, N_("Terms"), NULL);
    for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]); i++)
        ac_doc_say(&t->doc, 0, terms[i], NULL);
}
