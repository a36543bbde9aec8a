/* Records of a WMI repository: each consumer with the filters that it is bound to, then filters and
 * bindings that no consumer took. */
#include "wmi_parts.h"

#include <string.h>

/* Namespaces whose digests are tried; consumers that run anything stand in root\subscription. */
static const char *const namespaces[] = {
    "root\\subscription",
    "root\\default",
    "root\\cimv2",
    "root",
    "root\\wmi",
    "root\\securitycenter",
    "root\\securitycenter2",
    "root\\ccm",
    "root\\ccm\\policy",
    "root\\microsoft",
    "root\\directory\\ldap",
    "root\\interop",
    "root\\standardcimv2",
    "root\\policy",
    "root\\rsop",
    "root\\hardware",
    "root\\msapps12",
    "root\\servicemodel",
};

/* What Windows itself puts there: XP and later, and the build verification test of Windows 7 and
 * Server 2008 R2. */
static const char scm_query[] = "select * from MSFT_SCMEventLogEvent";
static const char bvt_query[] =
    "SELECT * FROM __InstanceModificationEvent WITHIN 60 WHERE TargetInstance ISA "
    "\"Win32_Processor\" AND TargetInstance.LoadPercentage > 99";

static const char *text(const struct ac_wmi_object *o, enum ac_wmi_property p)
{
    return o ? ac_buf_text(&o->texts[p].text) : "";
}

static bool is_text(const struct ac_wmi_object *o, enum ac_wmi_property p, const char *z)
{
    return ac_str_ieq(ac_str_of(text(o, p)), ac_str_of(z));
}

/* ---- Windows' own */

static bool is_default_filter(const struct ac_wmi_object *f, const char *name, const char *query)
{
    return !f || (is_text(f, AC_WMI_NAME, name) && is_text(f, AC_WMI_QUERY, query));
}

static bool is_default(const struct ac_wmi_object *c, const struct ac_wmi_object *f)
{
    if (!c)
        return f && (is_default_filter(f, "SCM Event Log Filter", scm_query) ||
                     is_default_filter(f, "BVTFilter", bvt_query));
    if (c->class == AC_WMI_EVENT_LOG)
        return is_text(c, AC_WMI_NAME, "SCM Event Log Consumer") &&
               is_text(c, AC_WMI_SOURCE, "Service Control Manager") &&
               is_default_filter(f, "SCM Event Log Filter", scm_query);
    return c->class == AC_WMI_COMMAND && is_text(c, AC_WMI_NAME, "BVTConsumer") &&
           is_text(c, AC_WMI_TEMPLATE, "cscript KernCap.vbs") &&
           is_text(c, AC_WMI_EXECUTABLE, "") &&
           (is_text(c, AC_WMI_FOLDER, "C:\\\\tools\\\\kernrate") || /* as Windows 7 has it */
            is_text(c, AC_WMI_FOLDER, "C:\\tools\\kernrate")) &&
           is_default_filter(f, "BVTFilter", bvt_query);
}

/* ---- references: [\\server\namespace:]Class.Name="x" */

struct reference {
    struct ac_str space; /* with its server, "" if none */
    struct ac_str class;
    struct ac_buf name; /* Owned: without escapes */
};

/* False if it is no path of one key. The namespace ends at the last colon before the key. */
static bool parse_reference(const char *path, struct reference *ret)
{
    const char *quote = strchr(path, '"'), *class = path, *end;

    *ret = (struct reference){0};
    if (!quote || quote == path || quote[-1] != '=')
        return false;
    for (const char *p = path; p < quote; p++) {
        if (*p == ':')
            class = p + 1;
    }
    ret->space = (struct ac_str){path, class > path ? (size_t)(class - path - 1) : 0};
    end = class + strcspn(class, ".=");
    ret->class = (struct ac_str){class, (size_t)(end - class)};
    for (const char *p = quote + 1; *p && *p != '"'; p++) {
        if (*p == '\\' && p[1])
            p++;
        ac_buf_addc(&ret->name, *p);
    }
    return true;
}

static const char *namespace_of(struct ac_wmi_job *j, const struct ac_wmi_object *o)
{
    char digest[65];

    for (size_t i = 0; o->space[0] && i < sizeof(namespaces) / sizeof(namespaces[0]); i++) {
        ac_wmi_name_digest(namespaces[i], strlen(o->space) == 64, digest);
        if (!digest[0] && j->rc == AC_OK)
            j->rc = AC_FAIL(j->err, AC_NOMEM, AC_NO_OFFSET, "no memory for digests");
        if (strcmp(digest, o->space) == 0)
            return namespaces[i];
    }
    return NULL;
}

/* Can the path in a binding mean this object? A path without namespace means the binding's own. */
static bool leads_to(struct ac_wmi_job *j, const struct ac_wmi_object *binding,
                     const struct reference *r, const struct ac_wmi_object *o)
{
    const char *space;

    if (!ac_str_ieq(r->class, ac_str_of(ac_wmi_class_name(o->class))) ||
        !ac_fold_eq(ac_buf_str(&r->name), ac_buf_str(&o->texts[AC_WMI_NAME].text)))
        return false;
    if (!o->space[0])
        return true;
    if (r->space.n == 0)
        return !binding->space[0] || strcmp(binding->space, o->space) == 0;
    space = namespace_of(j, o);
    return !space || ac_str_iends(r->space, ac_str_of(space));
}

/* ---- one record */

static void put(struct ac_record *r, const char *field, const struct ac_wmi_object *o,
                enum ac_wmi_property p)
{
    const struct ac_wmi_text *t = &o->texts[p];

    if (!t->set)
        return;
    if (t->inexact)
        ac_record_utf16(r, field, t->stored);
    else
        ac_record_text(r, field, ac_buf_str(&t->text));
}

static const char *mechanism(const struct ac_wmi_object *c)
{
    switch (c->class) {
    case AC_WMI_FILTER:
        return "wmi-filter";
    case AC_WMI_BINDING:
        return "wmi-binding";
    case AC_WMI_COMMAND:
        return "wmi-command";
    case AC_WMI_SCRIPT:
        return "wmi-script";
    default:
        return "wmi-other";
    }
}

static void put_command(struct ac_record *r, const struct ac_wmi_object *c)
{
    switch (c->class) {
    case AC_WMI_COMMAND:
        put(r, "executable", c, AC_WMI_EXECUTABLE);
        put(r, "command", c,
            c->texts[AC_WMI_TEMPLATE].text.n ? AC_WMI_TEMPLATE : AC_WMI_EXECUTABLE);
        put(r, "working_directory", c, AC_WMI_FOLDER);
        break;
    case AC_WMI_SCRIPT:
        put(r, "command", c, AC_WMI_FILE);
        put(r, "script", c, AC_WMI_TEXT);
        put(r, "script_language", c, AC_WMI_ENGINE);
        break;
    default:
        break;
    }
    if (!ac_record_get_json(r, "command"))
        ac_record_textz(r, "command", "");
}

static void put_location(struct ac_wmi_job *j, struct ac_record *r, const struct ac_wmi_object *o)
{
    const char *space = namespace_of(j, o);
    struct ac_buf location = {0};

    ac_buf_addf(&location, "WMI:%s%s",
                space         ? ""
                : o->space[0] ? "NS_"
                              : "",
                space         ? space
                : o->space[0] ? o->space
                              : "(namespace not known)");
    ac_record_text(r, "location", ac_buf_str(&location));
    ac_buf_free(&location);
}

static enum ac_wmi_state worst(enum ac_wmi_state a, const struct ac_wmi_object *o)
{
    return o && o->state > a ? o->state : a;
}

/* `c` is what the record is of; `binding` and `filter` are NULL where there is none. */
static void emit(struct ac_wmi_job *j, const struct ac_wmi_object *c,
                 const struct ac_wmi_object *binding, const struct ac_wmi_object *filter)
{
    static const char *const states[] = {"live", "unlinked", "deleted"};
    struct ac_record *r;

    if (!ac_wmi_spend(j, 4))
        return;
    r = ac_record_new(AC_KIND_AUTOSTART);
    if (!r) {
        j->rc = AC_FAIL(j->err, AC_NOMEM, c->offset, "no memory for a record");
        return;
    }
    put_location(j, r, c);
    put(r, "name", c, c->class == AC_WMI_BINDING ? AC_WMI_CONSUMER_PATH : AC_WMI_NAME);
    ac_record_textz(r, "user", "");
    ac_record_textz(r, "mechanism", mechanism(c));
    ac_record_textz(
        r, "consumer_class",
        c->class == AC_WMI_FILTER || c->class == AC_WMI_BINDING ? "" : ac_wmi_class_name(c->class));
    put_command(r, c);
    put(r, "creator", c, AC_WMI_CREATOR);
    ac_record_bool(r, "bound", binding != NULL);
    if (filter) {
        put(r, "filter", filter, AC_WMI_NAME);
        put(r, "trigger", filter, AC_WMI_QUERY);
        put(r, "event_namespace", filter, AC_WMI_EVENT_NAMESPACE);
        ac_record_int(r, "filter_offset", (int64_t)filter->offset);
    } else if (binding) {
        put(r, "filter", binding, AC_WMI_FILTER_PATH);
    }
    if (binding)
        ac_record_int(r, "binding_offset", (int64_t)binding->offset);
    for (int i = 0; i < 2; i++) {
        if (c->times[i].ticks)
            ac_record_add_time(r, "object_times", c->times[i]);
    }
    if (is_default(c->class == AC_WMI_FILTER ? NULL : c, filter))
        ac_record_bool(r, "windows_default", true);
    if (c->incomplete)
        ac_record_bool(r, "incomplete", true);
    ac_record_prov_textz(r, "state", states[worst(worst(c->state, binding), filter)]);
    ac_record_prov_int(r, "offset", (int64_t)c->offset);
    if (ac_sink_emit(j->sink, r, j->err) != AC_OK)
        j->rc = j->err && j->err->rc != AC_OK ? j->err->rc : AC_NOMEM;
}

/* ---- what belongs together */

/* The best of the filters that a binding may mean, NULL if none. */
static const struct ac_wmi_object *filter_of(struct ac_wmi_job *j,
                                             const struct ac_wmi_object *binding)
{
    const struct ac_wmi_object *best = NULL;
    struct reference r;

    if (!parse_reference(text(binding, AC_WMI_FILTER_PATH), &r))
        return NULL;
    for (size_t i = 0; i < j->n && ac_wmi_spend(j, 1); i++) {
        const struct ac_wmi_object *f = &j->items[i];

        if (f->class == AC_WMI_FILTER && leads_to(j, binding, &r, f) &&
            (!best || f->state < best->state))
            best = f;
    }
    if (r.name.failed)
        j->rc = AC_FAIL(j->err, AC_NOMEM, AC_NO_OFFSET, "no memory for a path");
    ac_buf_free(&r.name);
    return best;
}

static bool is_consumer(const struct ac_wmi_object *o)
{
    return o->class != AC_WMI_FILTER && o->class != AC_WMI_BINDING;
}

/* A record for each consumer that the binding leads to. */
static void emit_bound(struct ac_wmi_job *j, const struct ac_wmi_object *binding, bool *taken)
{
    const struct ac_wmi_object *filter = filter_of(j, binding);
    struct reference r;
    bool any = false;

    if (parse_reference(text(binding, AC_WMI_CONSUMER_PATH), &r)) {
        for (size_t i = 0; i < j->n && ac_wmi_spend(j, 1); i++) {
            const struct ac_wmi_object *c = &j->items[i];

            if (!is_consumer(c) || !leads_to(j, binding, &r, c))
                continue;
            emit(j, c, binding, filter);
            /* what is in use is not bound by what is not */
            taken[i] |= worst(binding->state, filter) <= c->state;
            any = true;
        }
        if (r.name.failed)
            j->rc = AC_FAIL(j->err, AC_NOMEM, AC_NO_OFFSET, "no memory for a path");
        ac_buf_free(&r.name);
    }
    if (!any && j->rc == AC_OK)
        emit(j, binding, binding, filter);
    if (filter)
        taken[filter - j->items] |= binding->state <= filter->state;
}

void ac_wmi_emit(struct ac_wmi_job *j, bool *taken)
{
    for (size_t i = 0; i < j->n && ac_wmi_spend(j, 1); i++) {
        if (j->items[i].class == AC_WMI_BINDING)
            emit_bound(j, &j->items[i], taken);
    }
    for (size_t i = 0; i < j->n && ac_wmi_spend(j, 1); i++) {
        const struct ac_wmi_object *o = &j->items[i];

        if (o->class != AC_WMI_BINDING && !taken[i])
            emit(j, o, NULL, o->class == AC_WMI_FILTER ? o : NULL);
    }
}
