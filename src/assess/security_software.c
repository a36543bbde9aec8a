/* What Windows Defender recorded under the name of a family that this report is about. */
#include "assess/facts.h"

#include <ctype.h>
#include <string.h>

/* Names that security software gives the families; Microsoft's own first. */
static const char *const names[] = {"Emotet",   "Geodo", "Heodo",       "Ursnif",   "Gozi",
                                    "Dreambot", "ISFB",  "Trickbot",    "Totbrick", "Trickster",
                                    "Qakbot",   "Qbot",  "Pinkslipbot", "Zloader",  "Terdot"};

/* "Trojan:Win32/Emotet.A!ml": the name stands alone between signs that are no letters. */
static bool names_family(const char *threat)
{
    struct ac_str s = ac_str_of(threat);

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct ac_str name = ac_str_of(names[i]);
        ptrdiff_t at = ac_str_ifind(s, name);
        size_t end = (size_t)at + name.n;

        if (at >= 0 && (at == 0 || !isalpha((unsigned char)s.p[at - 1])) &&
            (end == s.n || !isalpha((unsigned char)s.p[end])))
            return true;
    }
    return false;
}

static bool is_detection(const struct ac_record *r)
{
    return ac_record_kind(r) == AC_KIND_DETECTION ||
           (ac_record_kind(r) == AC_KIND_EVENT && ac_record_get(r, "threat")[0]);
}

static enum ac_rc detect(struct ac_assessment *a, const struct ac_rule *rule)
{
    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];
        struct ac_finding *f;

        if (!is_detection(r) || !names_family(ac_record_get(r, "threat")))
            continue;
        f = ac_finding_add(a, rule, AC_SUPPORTING, r,
                           N_("Windows Defender recorded, at %1$s, something that it calls %2$s: "
                              "%3$s"),
                           ac_record_get(r, "time"), ac_record_get(r, "threat"),
                           ac_record_get(r, "path"), NULL);
        if (!f)
            return AC_NOMEM;
        f->subject = ac_record_get(r, "path");
    }
    return AC_OK;
}

const struct ac_rule ac_rule_security_software = {
    .id = "AVD-NAMED",
    .family = "security-software",
    .title = N_("Detection by security software under the name of one of the families"),
    .tests =
        N_("Windows Defender's history, protection log and events that name Emotet, Ursnif, "
           "TrickBot, Qakbot or Zloader, also by other names of theirs. What was removed by it "
           "is not on the disk any more, and no other rule can find it."),
    .benign =
        N_("A false alarm of the security software; something that was blocked before it ran; "
           "a test or a collection of samples."),
    .reference = "aftercheck",
    .attack = "T1204",
    .needs = AC_NEED_DETECTIONS | AC_NEED_FILES,
    .detect = detect,
};
