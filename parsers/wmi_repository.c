#include "wmi_repository.h"

#include "base/alloc.h"
#include "wmi_parts.h"

static void read_repository(struct ac_wmi_job *j)
{
    bool *taken;

    if (j->v.n % AC_WMI_PAGE)
        ac_wmi_complain(j, AC_TRUNCATED, j->v.n, "content may be missing",
                        "the last page of the repository is cut");
    if (!j->maps.objects.known)
        ac_wmi_complain(j, AC_NOT_FOUND, AC_NO_OFFSET,
                        "which event filters, consumers and bindings are in use cannot be told; "
                        "all are marked as unlinked",
                        "no usable mapping file (MAPPING1.MAP, MAPPING2.MAP, MAPPING3.MAP) lies "
                        "beside it");
    if (j->rc == AC_OK)
        ac_wmi_objects_find(j);
    if (j->rc == AC_OK)
        ac_wmi_index_read(j);
    taken = ac_calloc(j->n + 1, sizeof(*taken));
    if (!taken && j->rc == AC_OK)
        j->rc = AC_FAIL(j->err, AC_NOMEM, AC_NO_OFFSET, "no memory for a list");
    if (j->rc == AC_OK)
        ac_wmi_emit(j, taken);
    ac_free(taken);
}

static enum ac_rc parse(const struct ac_artefact *a, struct ac_budget *budget, struct ac_sink *sink,
                        struct ac_err *err)
{
    struct ac_wmi_job j = {
        .artefact = a, .v = a->bytes, .budget = budget, .sink = sink, .err = err};

    if (a->bytes.n < AC_WMI_PAGE)
        return AC_FAIL(err, AC_TRUNCATED, a->bytes.n, "the repository has not one whole page");
    if (!ac_wmi_digests_make(&j.digests))
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for digests");
    j.rc = ac_wmi_maps_load(a, budget, &j.maps);
    if (j.rc == AC_OK)
        read_repository(&j);
    ac_wmi_maps_free(&j.maps);
    for (size_t i = 0; i < j.n; i++)
        ac_wmi_object_clear(&j.items[i]);
    ac_free(j.items);
    if (j.rc != AC_OK && (!err || err->rc == AC_OK))
        return AC_FAIL(err, j.rc, AC_NO_OFFSET, "the repository was not read to its end");
    return j.rc;
}

/* The file has no signature; its name is always the same. */
static bool recognise(const struct ac_artefact *a)
{
    return ac_str_iends(ac_str_of(a->path), AC_STR("OBJECTS.DATA"));
}

static const char *const companions[] = {
    "INDEX.BTR", "MAPPING1.MAP", "MAPPING2.MAP", "MAPPING3.MAP", "OBJECTS.MAP", "INDEX.MAP", NULL};

const struct ac_parser ac_parser_wmi = {
    .name = "wmi-repository",
    .source = "wmi",
    .recognise = recognise,
    .parse = parse,
    .companions = companions,
};
