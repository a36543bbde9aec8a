/* emocheck.json: the members of EmoCheck's own report, for those who collect such files. */
#include "report/emocheck_json.h"

#include "assess/emocheck_answer.h"

#include <stdlib.h>
#include <string.h>

/* "2021-01-21 16:41:10": the last trace of use, in UTC; EmoCheck has its own clock there. */
static void put_time(json_t *o, struct ac_filetime t)
{
    char text[AC_TIME_TEXT];

    if (t.ticks == 0) {
        ac_json_textz(o, "scan_time", "");
        return;
    }
    ac_time_print(t, text);
    if (text[10] == 'T')
        text[10] = ' ';
    text[strcspn(text, ".Z")] = '\0';
    ac_json_textz(o, "scan_time", text);
}

static json_t *process_object(const struct ac_emocheck_process *p)
{
    json_t *o = json_object();

    ac_json_textz(o, "process_name", p->name);
    ac_json_textz(o, "process_id", "");
    ac_json_textz(o, "image_path", p->image_path);
    return o;
}

static json_t *answer_object(const struct ac_report_input *in, const struct ac_emocheck_answer *x)
{
    json_t *o = json_object(), *list = json_array();
    const char *tool = json_string_value(json_object_get(in->header, "tool"));

    put_time(o, x->last_trace);
    ac_json_textz(o, "hostname", x->hostname);
    ac_json_textz(o, "emocheck_version", tool ? tool : "aftercheck");
    /* EmoCheck knows "yes" and "no" only; over what was not read nobody can say "no" */
    ac_json_textz(o, "is_infected", x->n ? "yes" : x->complete ? "no" : "unknown");
    for (size_t i = 0; i < x->n; i++) {
        if (!x->processes[i].earlier) /* the same file may be known to several methods */
            json_array_append_new(list, process_object(&x->processes[i]));
    }
    if (x->n)
        json_object_set_new(o, "emotet_processes", list);
    else
        json_decref(list);
    return o;
}

enum ac_rc ac_report_emocheck(const struct ac_report_input *in, struct ac_buf *out,
                              struct ac_err *err)
{
    struct ac_emocheck_answers answers = {.n = 0};
    json_t *o;
    char *text;

    if (ac_emocheck_ask(in->assessment, &answers) != AC_OK)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for emocheck.json");
    o = answers.n == 1 ? answer_object(in, &answers.items[0]) : json_array();
    for (size_t i = 0; answers.n != 1 && i < answers.n; i++)
        json_array_append_new(o, answer_object(in, &answers.items[i]));
    ac_emocheck_free(&answers);
    text = o ? json_dumps(o, JSON_INDENT(2)) : NULL;
    json_decref(o);
    if (!text)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for emocheck.json");
    ac_buf_addf(out, "%s\n", text);
    free(text);
    return out->failed ? AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for emocheck.json")
                       : AC_OK;
}
