#include "report/report.h"

#include "report/case_uco.h"
#include "report/emocheck_json.h"
#include "report/next_steps.h"
#include "report/stix.h"
#include "report/tables.h"
#include "report/timeline.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool write_all(const char *path, const struct ac_buf *text)
{
    FILE *f = fopen(path, "wb");
    bool ok = f && !text->failed && fwrite(ac_buf_text(text), 1, text->n, f) == text->n;

    if (f)
        ok = fclose(f) == 0 && ok;
    return ok;
}

/* Under another name first: a run that is interrupted leaves the document of the run before, or none, never a half
 * one. */
enum ac_rc ac_report_put(const char *dir, const char *name, const struct ac_buf *text,
                         struct ac_err *err)
{
    struct ac_buf path = {0}, part = {0};
    enum ac_rc rc = AC_OK;

    ac_buf_addf(&path, "%s/%s", dir, name);
    ac_buf_addf(&part, "%s" AC_REPORT_PART, ac_buf_text(&path));
    if (path.failed || part.failed)
        rc = AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory to write %s", name);
    else if (!write_all(ac_buf_text(&part), text) ||
             rename(ac_buf_text(&part), ac_buf_text(&path)) != 0) {
        rc = AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s could not be written: %s", name,
                     strerrordesc_np(errno));
        unlink(ac_buf_text(&part));
    }
    ac_buf_free(&path);
    ac_buf_free(&part);
    return rc;
}

static enum ac_rc write_text(const struct ac_report_input *in, const char *dir,
                             const char *language, struct ac_err *err)
{
    struct ac_buf text = {0}, name = {0};
    enum ac_rc rc = ac_report_text(in, language, &text, err);

    ac_buf_addf(&name, "report.%s.txt", language);
    if (rc == AC_OK)
        rc = ac_report_put(dir, ac_buf_text(&name), &text, err);
    ac_buf_free(&text);
    ac_buf_free(&name);
    return rc;
}

static enum ac_rc write_next_steps(const struct ac_report_input *in, const char *dir,
                                   struct ac_err *err)
{
    struct ac_buf en = {0}, ja = {0};
    enum ac_rc rc = ac_report_next_steps(in, "en", &en, err);

    if (rc == AC_OK)
        rc = ac_report_next_steps(in, "ja", &ja, err);
    if (rc == AC_OK)
        rc = ac_report_put(dir, "next-steps.en.txt", &en, err);
    if (rc == AC_OK)
        rc = ac_report_put(dir, "next-steps.ja.txt", &ja, err);
    ac_buf_free(&en);
    ac_buf_free(&ja);
    return rc;
}

/* A document that one function makes. */
static enum ac_rc
write_document(const struct ac_report_input *in, const char *dir, const char *name,
               enum ac_rc (*make)(const struct ac_report_input *, struct ac_buf *, struct ac_err *),
               struct ac_err *err)
{
    struct ac_buf text = {0};
    enum ac_rc rc = make(in, &text, err);

    if (rc == AC_OK)
        rc = ac_report_put(dir, name, &text, err);
    ac_buf_free(&text);
    return rc;
}

static enum ac_rc write_timeline(const struct ac_report_input *in, const char *dir,
                                 struct ac_err *err)
{
    struct ac_timeline t;
    struct ac_buf csv = {0}, jsonl = {0}, body = {0};
    enum ac_rc rc = ac_timeline_make(in->assessment, &t);

    if (rc != AC_OK)
        return AC_FAIL(err, rc, AC_NO_OFFSET, "no memory for the timeline");
    ac_timeline_csv(&t, in->assessment, &csv);
    ac_timeline_jsonl(&t, in->assessment, &jsonl);
    ac_timeline_body(&t, &body);
    rc = ac_report_put(dir, "timeline.csv", &csv, err);
    if (rc == AC_OK)
        rc = ac_report_put(dir, "timeline.jsonl", &jsonl, err);
    if (rc == AC_OK)
        rc = ac_report_put(dir, "timeline.body", &body, err);
    ac_buf_free(&csv);
    ac_buf_free(&jsonl);
    ac_buf_free(&body);
    ac_timeline_free(&t);
    return rc;
}

static enum ac_rc write_documents(const struct ac_report_input *in, const char *dir,
                                  struct ac_err *err)
{
    enum ac_rc rc = write_text(in, dir, "en", err);

    if (rc == AC_OK)
        rc = write_text(in, dir, "ja", err);
    if (rc == AC_OK)
        rc = write_next_steps(in, dir, err);
    if (rc == AC_OK)
        rc = write_document(in, dir, "report.html", ac_report_html, err);
    if (rc == AC_OK)
        rc = write_document(in, dir, "findings.json", ac_report_findings, err);
    if (rc == AC_OK)
        rc = write_document(in, dir, "findings.csv", ac_tables_findings, err);
    if (rc == AC_OK)
        rc = write_document(in, dir, "autostarts.csv", ac_tables_autostarts, err);
    if (rc == AC_OK)
        rc = write_document(in, dir, "emocheck.json", ac_report_emocheck, err);
    if (rc == AC_OK)
        rc = write_document(in, dir, "stix.json", ac_report_stix, err);
    if (rc == AC_OK)
        rc = write_document(in, dir, "case.jsonld", ac_report_case, err);
    if (rc == AC_OK)
        rc = write_timeline(in, dir, err);
    return rc == AC_OK ? ac_manifest_write(dir, err) : rc;
}

enum ac_rc ac_report_write(const struct ac_report_input *in, const char *dir, struct ac_err *err)
{
    struct ac_report_input with_id = *in;
    char id[AC_REPORT_ID];

    if (ac_report_id(in, id) != AC_OK)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for the id of the report");
    with_id.id = id;
    return write_documents(&with_id, dir, err);
}
