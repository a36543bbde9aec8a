#include "collect/step.h"

char *ac_step_print(const struct ac_step *s)
{
    json_t *o = json_object();
    char *text;

    ac_json_textz(o, "key", s->key);
    ac_json_textz(o, "source", s->source);
    ac_json_textz(o, "path", s->path);
    ac_json_textz(o, "user", s->user);
    ac_json_textz(o, "system", s->system);
    ac_json_int(o, "volume_offset", (int64_t)s->volume_offset);
    text = o ? json_dumps(o, JSON_COMPACT) : NULL;
    json_decref(o);
    return text;
}

static const char *text_of(const json_t *o, const char *member)
{
    const char *z = json_string_value(json_object_get(o, member));

    return z ? z : "";
}

struct ac_record *ac_step_unread(const char *step_json, size_t n, const char *reason)
{
    json_t *o = json_loadb(step_json, n, 0, NULL);
    struct ac_record *r = ac_record_new(AC_KIND_SOURCE);

    ac_record_textz(r, "source", text_of(o, "source"));
    ac_record_textz(r, "name", text_of(o, "path"));
    ac_record_bool(r, "present", true);
    ac_record_textz(r, "read", "no");
    ac_record_textz(r, "reason", reason);
    ac_record_textz(r, "user", text_of(o, "user"));
    ac_record_prov_textz(r, "system", text_of(o, "system"));
    ac_record_prov_textz(r, "path", text_of(o, "path"));
    ac_record_prov_int(r, "volume_offset", json_integer_value(json_object_get(o, "volume_offset")));
    json_decref(o);
    return r;
}

void ac_step_member(const char *step_json, size_t n, const char *member, struct ac_buf *out)
{
    json_t *o = json_loadb(step_json, n, 0, NULL);

    ac_buf_addz(out, text_of(o, member));
    json_decref(o);
}
