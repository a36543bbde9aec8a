/* R4: with what and how it was examined. What differs from run to run stands in one marked block.
 */
#include "assess/rule_set.h"
#include "report/text_parts.h"

#include <string.h>

static const char *const steps[] = {
    N_("Step 1, evidence: each item is opened for reading; partitions and file systems are "
       "recognised; those that are not read are listed (R7). Input: the items of R2. Output: "
       "volumes, or a problem (R8)."),
    N_("Step 2, files: the table of files of each volume is read ($MFT on NTFS, the folders on "
       "other file systems). Output: paths, times, sizes, places on the medium."),
    N_("Step 3, artefacts: hives, scheduled tasks and prefetch files of every Windows installation "
       "are read. Output: records with provenance, and one row of the coverage table for each."),
    N_("Step 4, targets: for every command line, the file that it starts or loads is looked up. "
       "Output: the target's path and state, and facts of the file."),
    N_("Step 5, candidates: files that a rule may ask for are described (times, digests, facts of "
       "programs), and folders that rules compare with are listed."),
    N_("Step 6, verification: the whole image is read once and its digests are computed, unless "
       "this was left out."),
    N_("Step 7, assessment: the rules (R7) are applied to the records; evidence is not read any "
       "more. Output: findings, results of rules, conclusions."),
    N_("Step 8, report: both texts, report.html and findings.json are written from the same "
       "findings."),
};

/* Files of rules and lists, with what makes each of them known again. */
static void rule_files(struct ac_text *t)
{
    struct ac_doc *d = &t->doc;
    size_t n = 0;
    const struct ac_rule_file *files = t->a->set ? ac_rule_set_files(t->a->set, &n) : NULL;
    char entries[AC_DOC_NUMBER];

    for (size_t i = 0; i < n; i++)
        ac_doc_say(d, 2,
                   files[i].shipped
                       ? N_("%1$s (%2$s), part of the tool: entries %3$s; SHA-256 %4$s")
                       : N_("%1$s (%2$s), given by the examiner: entries %3$s; SHA-256 %4$s"),
                   files[i].name, ac_text_word(t, files[i].use),
                   ac_doc_number(entries, files[i].entries), files[i].sha256, NULL);
}

static void tool(struct ac_text *t)
{
    struct ac_doc *d = &t->doc;

    ac_doc_heading(d, 1, N_("Tool"), NULL);
    ac_doc_row(d, 0, N_("Tool and version"), ac_text_of(t->in->header, "tool"));
    ac_doc_row(d, 0, N_("Form of the records"), ac_text_of(t->in->header, "schema"));
    ac_doc_row(d, 0, N_("Rule set at the collection, SHA-256"),
               ac_text_of(t->in->header, "rules_sha256"));
    ac_doc_row(d, 0, N_("Rule set of this assessment, SHA-256"), t->a->rules_sha256);
    rule_files(t);
    ac_doc_say(d, 0,
               N_("Commit, build flags, compiler and versions of libraries stand in the "
                  "run-specific block."),
               NULL);
}

static void method_steps(struct ac_text *t)
{
    struct ac_doc *d = &t->doc;
    char n1[AC_DOC_NUMBER], n2[AC_DOC_NUMBER], n3[AC_DOC_NUMBER];

    ac_doc_heading(d, 1, N_("Steps"), NULL);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
        ac_doc_say(d, 0, steps[i], NULL);
    ac_doc_say(d, 0,
               N_("Result: records %1$s, rules applied %2$s, findings %3$s. Start and end of "
                  "steps 1 to 6, which overlap, stand in the run-specific block; steps 7 and 8 "
                  "come after the end of the run that stands there."),
               ac_doc_number(n1, t->a->n_records), ac_doc_number(n2, t->a->n_checks),
               ac_doc_number(n3, t->a->n_findings), NULL);
}

static void validation(struct ac_text *t)
{
    struct ac_doc *d = &t->doc;
    const json_t *verify = json_object_get(json_object_get(t->in->header, "options"), "verify");

    ac_doc_heading(d, 1, N_("Validation and deviations"), NULL);
    ac_doc_say(d, 0,
               N_("The test suite of this version is part of its source (\"make check\"): parsers "
                  "on files built from the published formats, on damaged and on real files, and "
                  "agreement with independent tools. HACKING.md lists what does not succeed."),
               NULL);
    ac_doc_say(d, 0,
               N_("Outcome of the test suite on the computer that wrote this report: Not supplied. "
                  "Validation by the examiner's laboratory: Not supplied."),
               NULL);
    ac_doc_say(d, 0,
               json_is_false(verify)
                   ? N_("Deviation from the default procedure: the verification of the image was "
                        "left out (--no-verify).")
                   : N_("Deviations from the default procedure: none."),
               NULL);
}

/* ---- the block; always the same statements, whatever the run says */

static void run_row(struct ac_text *t, const char *label, const json_t *o, const char *member)
{
    const char *value = ac_text_of(o, member);

    ac_doc_row(&t->doc, 0, label, value[0] ? value : ac_doc_word(&t->doc, N_("Not supplied")));
}

static void command_line(const struct ac_text *t, struct ac_buf *out)
{
    const json_t *list = json_object_get(t->in->run, "command_line");

    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *word = json_string_value(json_array_get(list, i));

        ac_buf_addf(out, "%s%s", i ? " " : "", word ? word : "");
    }
    if (out->n == 0)
        ac_buf_addz(out, ac_doc_word(&t->doc, N_("Not supplied")));
}

static void libraries(const struct ac_text *t, struct ac_buf *out)
{
    json_t *list = json_object_get(t->in->run, "libraries"), *value;
    const char *name;

    json_object_foreach (list, name, value)
        ac_buf_addf(out, "%s%s %s", out->n ? ", " : "", name,
                    json_string_value(value) ? json_string_value(value) : "");
    if (out->n == 0)
        ac_buf_addz(out, ac_doc_word(&t->doc, N_("Not supplied")));
}

static void places(const struct ac_text *t, struct ac_buf *out)
{
    const json_t *list = json_object_get(t->in->run, "evidence");

    for (size_t i = 0; i < json_array_size(list); i++)
        ac_buf_addf(out, "%s%s = %s", i ? "; " : "", ac_text_of(json_array_get(list, i), "id"),
                    ac_text_of(json_array_get(list, i), "path"));
    if (out->n == 0)
        ac_buf_addz(out, ac_doc_word(&t->doc, N_("Not supplied")));
}

static void collections(const struct ac_text *t, struct ac_buf *out)
{
    const json_t *list = json_object_get(t->in->run, "evidence");

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *e = json_array_get(list, i);

        if (ac_text_of(e, "ended")[0])
            ac_buf_addf(out, "%s%s %s - %s", out->n ? "; " : "", ac_text_of(e, "id"),
                        ac_text_of(e, "started"), ac_text_of(e, "ended"));
    }
    if (out->n == 0)
        ac_buf_addz(out, ac_doc_word(&t->doc, N_("Not supplied")));
}

static void confinement(const struct ac_text *t, struct ac_buf *out)
{
    const json_t *list = json_object_get(t->in->run, "confinement");

    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *name = json_string_value(json_array_get(list, i));

        ac_buf_addf(out, "%s%s", i ? ", " : "", name ? name : "");
    }
    if (out->n == 0)
        ac_buf_addz(out,
                    ac_doc_word(&t->doc, list ? N_("none: the host offers neither Landlock nor "
                                                   "seccomp")
                                              : N_("Not supplied")));
}

/* What --extract wrote. */
static void extracted(const struct ac_text *t, struct ac_buf *out)
{
    const json_t *o = json_object_get(t->in->run, "extracted");
    static const char *const members[] = {"files", "bytes", "left_out", "incomplete"};
    struct ac_sentence s = {.msgid =
                                N_("%1$s file(s), %2$s bytes, in the folder \"artefacts\"; left "
                                   "out: %3$s; with missing bytes: %4$s. Its list.jsonl names "
                                   "each with place and SHA-256.")};
    char numbers[4][AC_DOC_NUMBER];

    if (!o) {
        ac_buf_addz(out, ac_doc_word(&t->doc, N_("none")));
        return;
    }
    for (s.n = 0; s.n < 4; s.n++) {
        ac_doc_number(numbers[s.n], (uint64_t)json_integer_value(json_object_get(o, members[s.n])));
        s.args[s.n] = numbers[s.n];
    }
    ac_sentence_print(&s, ac_doc_word(&t->doc, s.msgid), out);
}

static void row_from(struct ac_text *t, const char *label,
                     void (*make)(const struct ac_text *, struct ac_buf *))
{
    struct ac_buf text = {0};

    make(t, &text);
    ac_doc_row(&t->doc, 0, label, ac_buf_text(&text));
    ac_doc_release(&t->doc, &text);
}

static void run_block(struct ac_text *t)
{
    struct ac_doc *d = &t->doc;
    const json_t *run = t->in->run, *tool_facts = json_object_get(run, "tool");

    d->solid = true;
    ac_doc_mark(d, N_("---- begin of run-specific block ----"));
    row_from(t, N_("Command line"), command_line);
    row_from(t, N_("Places of the evidence"), places);
    run_row(t, N_("Started"), run, "started");
    row_from(t, N_("Steps 1 to 6, by evidence"), collections);
    run_row(t, N_("Ended"), run, "ended");
    run_row(t, N_("Host"), run, "host");
    run_row(t, N_("Operating system of the host"), run, "system");
    run_row(t, N_("Directory"), run, "directory");
    run_row(t, N_("Directory of rules and translations"), run, "data_directory");
    run_row(t, N_("Locale of the user (without effect on the report)"), run, "locale");
    run_row(t, N_("Commit"), tool_facts, "commit");
    run_row(t, N_("Build flags"), tool_facts, "flags");
    run_row(t, N_("Compiler"), tool_facts, "compiler");
    row_from(t, N_("Libraries"), libraries);
    row_from(t, N_("What confined the processes that read the evidence"), confinement);
    row_from(t, N_("Files of the evidence that were written beside this report"), extracted);
    ac_doc_mark(d, N_("---- end of run-specific block ----"));
    d->solid = false;
}

void ac_text_method(struct ac_text *t)
{
    ac_doc_heading(&t->doc, 0, N_("R4  Method"), NULL);
    tool(t);
    method_steps(t);
    validation(t);
    run_block(t);
}
