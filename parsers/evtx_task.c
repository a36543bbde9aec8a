/* The task definition inside of an event (audit of created and updated tasks): what it starts. */
#include "base/alloc.h"
#include "evtx_parts.h"
#include "task_xml.h"

#include <string.h>

struct catcher {
    struct ac_sink sink; /* first */
    struct ac_record *task;
};

static enum ac_rc take(struct ac_sink *sink, struct ac_record *r, struct ac_err *err)
{
    struct catcher *c = (struct catcher *)sink;

    (void)err;
    if (ac_record_kind(r) == AC_KIND_TASK && !c->task)
        c->task = r;
    else
        ac_record_free(r); /* damage of the XML shows in the text, which the event keeps */
    return AC_OK;
}

static const char *text_of(const json_t *o, const char *name)
{
    const char *z = json_string_value(json_object_get(o, name));

    return z ? z : "";
}

static void set_command(struct ac_record *event, const json_t *actions)
{
    struct ac_buf command = {0};

    for (size_t i = 0; command.n == 0 && i < json_array_size(actions); i++) {
        const json_t *a = json_array_get(actions, i);

        if (text_of(a, "command")[0])
            ac_buf_addf(&command, "%s%s%s", text_of(a, "command"),
                        text_of(a, "arguments")[0] ? " " : "", text_of(a, "arguments"));
    }
    if (command.n)
        ac_record_text(event, "command", ac_buf_str(&command));
    ac_buf_free(&command);
}

void ac_evtx_task_actions(struct ac_record *event, struct ac_str xml)
{
    struct catcher c = {.sink = {take}};
    struct ac_budget budget = {AC_MAX_EVTX_TOKENS};
    struct ac_artefact a = {
        .bytes = {(const uint8_t *)xml.p, xml.n, 0}, .path = "task", .user = ""};
    const json_t *actions;

    ac_parser_task_xml.parse(&a, &budget, &c.sink, NULL);
    actions = c.task ? ac_record_get_json(c.task, "actions") : NULL;
    for (size_t i = 0; i < json_array_size(actions); i++)
        ac_record_add_object(event, "actions", json_deep_copy(json_array_get(actions, i)));
    if (actions)
        set_command(event, actions);
    ac_record_free(c.task);
}
