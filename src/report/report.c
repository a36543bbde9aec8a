#include "report/report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static enum ac_rc write_file(const char *dir, const char *name, const struct ac_buf *text,
                             struct ac_err *err)
{
    struct ac_buf path = {0};
    FILE *f;
    bool ok;

    ac_buf_addf(&path, "%s/%s", dir, name);
    f = fopen(ac_buf_text(&path), "wb");
    ac_buf_free(&path);
    ok = f && !text->failed && fwrite(ac_buf_text(text), 1, text->n, f) == text->n;
    if (f)
        ok = fclose(f) == 0 && ok;
    return ok ? AC_OK
              : AC_FAIL(err, AC_IO, AC_NO_OFFSET, "%s could not be written: %s", name,
                        strerrordesc_np(errno));
}

static enum ac_rc write_text(const struct ac_report_input *in, const char *dir,
                             const char *language, struct ac_err *err)
{
    struct ac_buf text = {0}, name = {0};
    enum ac_rc rc = ac_report_text(in, language, &text, err);

    ac_buf_addf(&name, "report.%s.txt", language);
    if (rc == AC_OK)
        rc = write_file(dir, ac_buf_text(&name), &text, err);
    ac_buf_free(&text);
    ac_buf_free(&name);
    return rc;
}

enum ac_rc ac_report_write(const struct ac_report_input *in, const char *dir, struct ac_err *err)
{
    struct ac_buf findings = {0};
    enum ac_rc rc = write_text(in, dir, "en", err);

    if (rc == AC_OK)
        rc = write_text(in, dir, "ja", err);
    if (rc == AC_OK)
        rc = ac_report_findings(in, &findings, err);
    if (rc == AC_OK)
        rc = write_file(dir, "findings.json", &findings, err);
    ac_buf_free(&findings);
    return rc == AC_OK ? ac_manifest_write(dir, err) : rc;
}
