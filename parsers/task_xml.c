#include "task_xml.h"

#include "task_text.h"

#include "base/hash.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <string.h>

#define NAMESPACE "http://schemas.microsoft.com/windows/2004/02/mit/task"
#define HEAD_BYTES 4096 /* looked at to recognise a task */

struct job {
    const struct ac_artefact *a;
    struct ac_budget *budget;
    struct ac_sink *sink;
    struct ac_record *record; /* Owned until emitted */
    bool failed;              /* no memory for some text */
    bool capped;
};

/* ---- reading elements */

static bool is_element(const xmlNode *n, const char *name)
{
    if (n->type != XML_ELEMENT_NODE || (name && strcmp((const char *)n->name, name) != 0))
        return false;
    return !n->ns || strcmp((const char *)n->ns->href, NAMESPACE) == 0;
}

static const xmlNode *child(const xmlNode *parent, const char *name)
{
    for (const xmlNode *n = parent ? parent->children : NULL; n; n = n->next) {
        if (is_element(n, name))
            return n;
    }
    return NULL;
}

static const xmlNode *next_element(const xmlNode *n)
{
    for (n = n ? n->next : NULL; n && !is_element(n, NULL); n = n->next)
        ;
    return n;
}

/* The text right below a node. Entity references stay as they were written: expanding them is how
 * XML bombs work. */
static void text_below(const xmlNode *parent, struct ac_buf *out)
{
    for (const xmlNode *n = parent ? parent->children : NULL; n; n = n->next) {
        if ((n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE) && n->content)
            ac_buf_addz(out, (const char *)n->content);
        else if (n->type == XML_ENTITY_REF_NODE)
            ac_buf_addf(out, "&%s;", (const char *)n->name);
    }
}

static const xmlNode *attribute(const xmlNode *element, const char *name)
{
    for (const xmlAttr *a = element ? element->properties : NULL; a; a = a->next) {
        if (strcmp((const char *)a->name, name) == 0)
            return (const xmlNode *)a; /* libxml2: attributes are nodes */
    }
    return NULL;
}

/* Sets a text member if the node is there. */
static void put_text(struct job *j, json_t *object, const char *member, const xmlNode *node)
{
    struct ac_buf text = {0};

    if (!node)
        return;
    text_below(node, &text);
    ac_json_text(object, member, ac_buf_str(&text));
    j->failed |= text.failed;
    ac_buf_free(&text);
}

static void put_field(struct job *j, const char *field, const xmlNode *node)
{
    struct ac_buf text = {0};

    if (!node)
        return;
    text_below(node, &text);
    ac_record_text(j->record, field, ac_buf_str(&text));
    j->failed |= text.failed;
    ac_buf_free(&text);
}

/* An xs:boolean; `absent` when the node is not there or is none. */
static bool truth(struct job *j, const xmlNode *node, bool absent)
{
    struct ac_buf text = {0};
    struct ac_str s;
    bool value = absent;

    text_below(node, &text);
    s = ac_buf_str(&text);
    while (s.n > 0 && strchr(" \t\r\n", s.p[0]))
        s = (struct ac_str){s.p + 1, s.n - 1};
    while (s.n > 0 && strchr(" \t\r\n", s.p[s.n - 1]))
        s.n--;
    if (ac_str_ieq(s, AC_STR("true")) || ac_str_eq(s, AC_STR("1")))
        value = true;
    else if (ac_str_ieq(s, AC_STR("false")) || ac_str_eq(s, AC_STR("0")))
        value = false;
    j->failed |= text.failed;
    ac_buf_free(&text);
    return value;
}

/* True while another entry of a list may be read. */
static bool may_go_on(struct job *j, size_t n)
{
    if (n < AC_MAX_TASK_ENTRIES && ac_budget_spend(j->budget, 1))
        return true;
    j->capped = true;
    return false;
}

/* ---- actions */

/* SendEmail, ShowMessage and what is not known: "Name=text; ..." of everything in it. */
static void describe(struct job *j, json_t *object, const char *member, const xmlNode *parent)
{
    struct ac_buf all = {0};
    size_t n = 0;

    for (const xmlNode *e = child(parent, NULL); e && may_go_on(j, n++); e = next_element(e)) {
        ac_buf_addf(&all, "%s%s=", all.n ? "; " : "", (const char *)e->name);
        text_below(e, &all);
    }
    ac_json_text(object, member, ac_buf_str(&all));
    j->failed |= all.failed;
    ac_buf_free(&all);
}

static json_t *action(struct job *j, const xmlNode *e)
{
    static const struct {
        const char *element, *type;
    } others[] = {{"SendEmail", "send-email"}, {"ShowMessage", "show-message"}};
    json_t *object = json_object();
    const char *type = (const char *)e->name;

    if (is_element(e, "Exec")) {
        ac_json_textz(object, "type", "exec");
        put_text(j, object, "command", child(e, "Command"));
        put_text(j, object, "arguments", child(e, "Arguments"));
        put_text(j, object, "working_directory", child(e, "WorkingDirectory"));
    } else if (is_element(e, "ComHandler")) {
        ac_json_textz(object, "type", "com");
        put_text(j, object, "class_id", child(e, "ClassId"));
        put_text(j, object, "data", child(e, "Data"));
    } else {
        for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
            if (is_element(e, others[i].element))
                type = others[i].type;
        }
        ac_json_textz(object, "type", type);
        describe(j, object, "data", e);
    }
    return object;
}

static void read_actions(struct job *j, const xmlNode *task)
{
    size_t n = 0;

    ac_record_empty(j->record, "actions");
    for (const xmlNode *list = child(task, "Actions"); list; list = next_element(list)) {
        if (!is_element(list, "Actions"))
            continue;
        for (const xmlNode *e = child(list, NULL); e && may_go_on(j, n++); e = next_element(e))
            ac_record_add_object(j->record, "actions", action(j, e));
    }
}

/* ---- triggers */

/* "ScheduleByWeek WeeksInterval=1 DaysOfWeek=Monday,Friday" */
static void put_schedule(struct job *j, json_t *object, const xmlNode *schedule)
{
    struct ac_buf text = {0};
    size_t n = 0;

    ac_buf_addz(&text, (const char *)schedule->name);
    for (const xmlNode *e = child(schedule, NULL); e && may_go_on(j, n++); e = next_element(e)) {
        const char *comma = "";

        ac_buf_addf(&text, " %s=", (const char *)e->name);
        if (!child(e, NULL))
            text_below(e, &text);
        for (const xmlNode *d = child(e, NULL); d && may_go_on(j, n++); d = next_element(d)) {
            ac_buf_addf(&text, "%s%s", comma, d->children ? "" : (const char *)d->name);
            text_below(d, &text);
            comma = ",";
        }
    }
    ac_json_text(object, "schedule", ac_buf_str(&text));
    j->failed |= text.failed;
    ac_buf_free(&text);
}

static json_t *trigger(struct job *j, const xmlNode *e)
{
    static const struct {
        const char *member, *element;
    } texts[] = {
        {"start", "StartBoundary"},
        {"end", "EndBoundary"},
        {"delay", "Delay"},
        {"random_delay", "RandomDelay"},
        {"user", "UserId"},
        {"subscription", "Subscription"},
        {"state_change", "StateChange"},
        {"state_name", "StateName"},
        {"data", "Data"},
        {"limit", "ExecutionTimeLimit"},
    };
    json_t *object = json_object();
    const xmlNode *repetition = child(e, "Repetition");

    ac_json_textz(object, "type", (const char *)e->name);
    ac_json_bool(object, "enabled", truth(j, child(e, "Enabled"), true));
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        put_text(j, object, texts[i].member, child(e, texts[i].element));
    put_text(j, object, "interval", child(repetition, "Interval"));
    put_text(j, object, "duration", child(repetition, "Duration"));
    if (child(repetition, "StopAtDurationEnd"))
        ac_json_bool(object, "stop_at_end",
                     truth(j, child(repetition, "StopAtDurationEnd"), false));
    for (const xmlNode *s = child(e, NULL); s; s = next_element(s)) {
        if (strncmp((const char *)s->name, "ScheduleBy", 10) == 0) {
            put_schedule(j, object, s);
            break;
        }
    }
    return object;
}

static void read_triggers(struct job *j, const xmlNode *task)
{
    size_t n = 0;

    ac_record_empty(j->record, "triggers");
    for (const xmlNode *e = child(child(task, "Triggers"), NULL); e && may_go_on(j, n++);
         e = next_element(e))
        ac_record_add_object(j->record, "triggers", trigger(j, e));
}

/* ---- the rest */

static bool same_text(const xmlNode *a, const xmlNode *b)
{
    struct ac_buf x = {0}, y = {0};
    bool same;

    text_below(a, &x);
    text_below(b, &y);
    same = x.n > 0 && ac_str_eq(ac_buf_str(&x), ac_buf_str(&y));
    ac_buf_free(&x);
    ac_buf_free(&y);
    return same;
}

/* The principal that the actions name by its id, else the first. */
static void read_principal(struct job *j, const xmlNode *task)
{
    const xmlNode *list = child(task, "Principals"), *chosen = child(list, "Principal");
    const xmlNode *context = attribute(child(task, "Actions"), "Context");
    json_t *object;
    size_t n = 0;

    for (const xmlNode *e = chosen; e && may_go_on(j, n++); e = next_element(e)) {
        if (is_element(e, "Principal") && same_text(attribute(e, "id"), context)) {
            chosen = e;
            break;
        }
    }
    if (!chosen)
        return;
    object = json_object();
    put_text(j, object, "user", child(chosen, "UserId"));
    put_text(j, object, "group", child(chosen, "GroupId"));
    put_text(j, object, "run_level", child(chosen, "RunLevel"));
    put_text(j, object, "logon_type", child(chosen, "LogonType"));
    put_text(j, object, "id", attribute(chosen, "id"));
    ac_record_object(j->record, "principal", object);
}

/* Where the artefact's path goes on below the tasks folder; empty if it does not lie there. */
static struct ac_str below_tasks(struct ac_str path)
{
    static const char *const folders[] = {"System32/Tasks/", "SysWOW64/Tasks/"};

    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        struct ac_str folder = ac_str_of(folders[i]);
        long at = ac_str_ifind(path, folder);

        if (at == 0 || (at > 0 && path.p[at - 1] == '/'))
            return (struct ac_str){path.p + at + folder.n, path.n - (size_t)at - folder.n};
    }
    return AC_STR("");
}

static void put_path(struct job *j, const xmlNode *uri)
{
    struct ac_str path = ac_str_of(j->a->path), below = below_tasks(path);
    struct ac_buf text = {0};

    if (below.n == 0)
        text_below(uri, &text);
    for (size_t i = path.n; below.n == 0 && text.n == 0 && i > 0; i--) {
        if (i == 1 || path.p[i - 1] == '/')
            below = i == 1 && path.p[0] != '/' ? path : (struct ac_str){path.p + i, path.n - i};
    }
    if (text.n == 0 || text.p[0] != '\\') {
        struct ac_buf rooted = {0};

        ac_buf_addc(&rooted, '\\');
        ac_buf_adds(&rooted, text.n ? ac_buf_str(&text) : below);
        for (size_t i = 0; text.n == 0 && i < rooted.n; i++) {
            if (rooted.p[i] == '/')
                rooted.p[i] = '\\';
        }
        rooted.failed |= text.failed;
        ac_buf_free(&text);
        text = rooted;
    }
    ac_record_text(j->record, "path", ac_buf_str(&text));
    j->failed |= text.failed;
    ac_buf_free(&text);
}

/* What Windows keeps of the file in the registry (Hash of TaskCache): the byte order mark is left out. */
static void put_hash(struct job *j)
{
    struct ac_view v = j->a->bytes;
    char hex[AC_HASH_TEXT];

    if (v.n >= 2 && v.p[0] == 0xFF && v.p[1] == 0xFE)
        v = (struct ac_view){v.p + 2, v.n - 2, v.base + 2};
    ac_hash_hex(AC_SHA256, v.p, v.n, hex);
    if (hex[0])
        ac_record_textz(j->record, "xml_hash", hex);
}

static void read_task(struct job *j, const xmlNode *task)
{
    const xmlNode *info = child(task, "RegistrationInfo"), *settings = child(task, "Settings");

    put_path(j, child(info, "URI"));
    ac_record_textz(j->record, "store", "xml");
    read_actions(j, task);
    read_triggers(j, task);
    read_principal(j, task);
    put_field(j, "author", child(info, "Author"));
    put_field(j, "date", child(info, "Date"));
    put_field(j, "description", child(info, "Description"));
    put_field(j, "source", child(info, "Source"));
    put_field(j, "uri", child(info, "URI"));
    put_field(j, "version", attribute(task, "version"));
    ac_record_bool(j->record, "hidden", truth(j, child(settings, "Hidden"), false));
    ac_record_bool(j->record, "enabled", truth(j, child(settings, "Enabled"), true));
    put_field(j, "delete_expired_after", child(settings, "DeleteExpiredTaskAfter"));
    put_hash(j);
}

static enum ac_rc complain(const struct job *j, enum ac_rc class, const char *effect,
                           const char *what)
{
    return ac_sink_problem(j->sink, ac_str_of(j->a->path), class, AC_NO_OFFSET, effect, "%s", what);
}

static enum ac_rc take_document(struct job *j, const xmlDoc *doc, struct ac_err *err)
{
    const xmlNode *root = doc->children;
    struct ac_record *r;
    enum ac_rc rc = AC_OK;

    while (root && !is_element(root, "Task"))
        root = root->next;
    if (!root)
        return AC_FAIL(err, AC_CORRUPT, AC_NO_OFFSET, "the XML is no task definition");
    j->record = ac_record_new(AC_KIND_TASK);
    if (!j->record)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a record");
    read_task(j, root);
    if (doc->intSubset) {
        ac_record_bool(j->record, "document_type", true);
        rc = complain(j, AC_CORRUPT, "entities in the task's text are shown unexpanded",
                      "the task has a document type declaration, which Windows never writes");
    }
    if (rc == AC_OK && j->capped)
        rc = complain(j, AC_LIMIT, "actions or triggers are missing",
                      "the task has more entries than Windows allows");
    if (rc != AC_OK || j->failed)
        return AC_FAIL(err, rc != AC_OK ? rc : AC_NOMEM, AC_NO_OFFSET, "a task could not be kept");
    r = j->record;
    j->record = NULL;
    return ac_sink_emit(j->sink, r, err);
}

/* libxml2's last message, as plain ASCII without its line feed. */
static void plain_message(const xmlError *e, char *text, size_t n)
{
    const char *message = e && e->message ? e->message : "not well-formed";
    size_t k = 0;

    for (; k + 1 < n && message[k] && message[k] != '\n'; k++)
        text[k] = message[k] >= 0x20 && message[k] < 0x7F ? message[k] : '?';
    text[k] = '\0';
}

static enum ac_rc parse_xml(struct job *j, const struct ac_buf *text, struct ac_err *err)
{
    /* RECOVER hides nothing: characters that it would drop have been escaped before, and
     * `wellFormed` tells of everything else. It keeps what stands before the damage. */
    const int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                        XML_PARSE_NOCDATA | XML_PARSE_RECOVER;
    xmlParserCtxt *context = xmlNewParserCtxt();
    xmlDoc *doc = NULL;
    char message[160];
    enum ac_rc rc = AC_OK;

    if (!context)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for an XML reader");
    doc = xmlCtxtReadMemory(context, ac_buf_text(text), (int)text->n, NULL, "UTF-8", options);
    if (doc)
        rc = take_document(j, doc, err);
    if ((!doc || !context->wellFormed) && (rc == AC_OK || rc == AC_CORRUPT)) {
        const xmlError *e = xmlCtxtGetLastError(context);

        plain_message(e, message, sizeof(message));
        rc = AC_FAIL(err, AC_CORRUPT, AC_NO_OFFSET, "line %d: %s", e ? e->line : 1, message);
    }
    xmlFreeDoc(doc);
    xmlFreeParserCtxt(context);
    return rc;
}

static enum ac_rc parse(const struct ac_artefact *a, struct ac_budget *budget, struct ac_sink *sink,
                        struct ac_err *err)
{
    struct job j = {.a = a, .budget = budget, .sink = sink};
    struct ac_buf text = {0};
    bool exact = true;
    enum ac_rc rc = AC_OK;

    if (a->bytes.n == 0)
        return AC_FAIL(err, AC_TRUNCATED, 0, "the task file is empty");
    if (a->bytes.n > AC_MAX_TASK_XML)
        return AC_FAIL(err, AC_LIMIT, AC_NO_OFFSET, "a task file of %zu bytes", a->bytes.n);
    ac_task_decode(a->bytes, &text, &exact);
    if (text.failed)
        rc = AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for the text of a task");
    else
        rc = parse_xml(&j, &text, err);
    if (!exact && (rc == AC_OK || rc == AC_CORRUPT)) {
        enum ac_rc told = complain(&j, AC_CORRUPT, "such characters are shown as escapes",
                                   "the task file holds characters that XML does not allow");

        rc = told == AC_OK ? rc : AC_FAIL(err, told, AC_NO_OFFSET, "a problem was not reported");
    }
    ac_record_free(j.record);
    ac_buf_free(&text);
    return rc;
}

/* ---- recognising */

static struct ac_str after(struct ac_str s, struct ac_str end)
{
    long at = ac_str_ifind(s, end);

    return at < 0 ? AC_STR("") : (struct ac_str){s.p + at + end.n, s.n - (size_t)at - end.n};
}

static bool begins_with_task(struct ac_str s)
{
    size_t prefix = 1;

    for (;;) {
        while (s.n > 0 && strchr(" \t\r\n", s.p[0]))
            s = (struct ac_str){s.p + 1, s.n - 1};
        if (ac_str_istarts(s, AC_STR("<?")))
            s = after(s, AC_STR("?>"));
        else if (ac_str_istarts(s, AC_STR("<!--")))
            s = after(s, AC_STR("-->"));
        else if (ac_str_istarts(s, AC_STR("<!DOCTYPE")))
            s = after(s, AC_STR("<Task")).n ? AC_STR("<Task>") : AC_STR("");
        else
            break;
    }
    while (prefix < s.n && prefix < 64 && !strchr(" \t\r\n>/:", s.p[prefix]))
        prefix++;
    if (s.n > 0 && s.p[0] == '<' && prefix < s.n && s.p[prefix] == ':')
        s = (struct ac_str){s.p + prefix, s.n - prefix};
    else if (s.n == 0 || s.p[0] != '<')
        return false;
    s = (struct ac_str){s.p + 1, s.n - 1};
    return ac_str_istarts(s, AC_STR("Task")) && (s.n == 4 || strchr(" \t\r\n>/", s.p[4]));
}

static bool recognise(const struct ac_artefact *a)
{
    struct ac_view head = {a->bytes.p, a->bytes.n < HEAD_BYTES ? a->bytes.n : HEAD_BYTES, 0};
    struct ac_buf text = {0};
    bool is;

    ac_task_decode(head, &text, NULL);
    is = begins_with_task(ac_buf_str(&text));
    ac_buf_free(&text);
    return is || below_tasks(ac_str_of(a->path)).n > 0;
}

const struct ac_parser ac_parser_task_xml = {
    .name = "task-xml", .source = "task", .recognise = recognise, .parse = parse};
