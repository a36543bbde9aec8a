#include "assess/notice_facts.h"

#include "assess/local_time.h"
#include "base/alloc.h"
#include "base/limits.h"
#include "base/set.h"
#include "base/text.h"
#include "records/jsonl.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

/* ---- addresses */

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

bool ac_ip_parse(const char *text, struct ac_ip *ret)
{
    static const uint8_t zero[16];

    memcpy(ret->bytes, mapped, sizeof(mapped));
    if (inet_pton(AF_INET, text, ret->bytes + 12) == 1)
        return memcmp(ret->bytes + 12, zero, 4) != 0;
    return inet_pton(AF_INET6, text, ret->bytes) == 1 && memcmp(ret->bytes, zero, 16) != 0;
}

bool ac_ip_equal(const struct ac_ip *a, const struct ac_ip *b)
{
    return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

bool ac_ip_is_private(const struct ac_ip *ip)
{
    const uint8_t *v4 = ip->bytes + 12;

    if (memcmp(ip->bytes, mapped, sizeof(mapped)) != 0) /* unique local, link-local, loopback */
        return (ip->bytes[0] & 0xFE) == 0xFC ||
               (ip->bytes[0] == 0xFE && (ip->bytes[1] & 0xC0) == 0x80) ||
               (memcmp(ip->bytes, (const uint8_t[15]){0}, 15) == 0 && ip->bytes[15] == 1);
    return v4[0] == 10 || v4[0] == 127 || (v4[0] == 172 && (v4[1] & 0xF0) == 16) ||
           (v4[0] == 192 && v4[1] == 168) || (v4[0] == 169 && v4[1] == 254) ||
           (v4[0] == 100 && (v4[1] & 0xC0) == 64); /* the provider's own, RFC 6598 */
}

/* ---- names, addresses, users */

static bool is_backup(const struct ac_record *r)
{
    const char *state = ac_record_prov(r, "state");

    return strcmp(state, "snapshot") == 0 || strcmp(state, "deleted") == 0 ||
           strcmp(state, "unlinked") == 0;
}

/* As many records as one answer names say the same already. */
static bool is_well_known(const struct ac_known_list *list, const char *text, bool former)
{
    size_t same = 0;

    for (size_t i = 0; i < list->n && same < AC_NOTICE_RECORDS; i++)
        same += list->items[i].former == former &&
                ac_fold_eq(ac_str_of(list->items[i].text), ac_str_of(text));
    return same == AC_NOTICE_RECORDS;
}

static enum ac_rc know(struct ac_known_list *list, struct ac_known k)
{
    if (k.text[0] == '\0' || list->capped || is_well_known(list, k.text, k.former))
        return AC_OK;
    if (list->n == AC_MAX_NOTICE_FACTS) {
        list->capped = true;
        return AC_OK;
    }
    if (ac_grow((void **)&list->items, &list->cap, list->n + 1, sizeof(k)) != 0)
        return AC_NOMEM;
    list->items[list->n++] = k;
    return AC_OK;
}

static enum ac_rc know_addresses(struct ac_machine *m, const struct ac_record *r)
{
    const json_t *list = ac_record_get_json(r, "addresses");
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < json_array_size(list); i++) {
        struct ac_known k = {.text = json_string_value(json_array_get(list, i)), .record = r};

        if (k.text && ac_ip_parse(k.text, &k.ip))
            rc = know(&m->addresses, k);
    }
    return rc;
}

static enum ac_rc know_facts(struct ac_machine *m, const struct ac_record *r)
{
    static const char *const names[] = {"computer_name", "hostname"};
    enum ac_rc rc = AC_OK;

    if (ac_record_kind(r) == AC_KIND_ACCOUNT)
        return know(&m->users, (struct ac_known){.text = ac_record_get(r, "name"), .record = r});
    if (ac_record_kind(r) == AC_KIND_EVENT) /* the name that the machine had then */
        return know(
            &m->names,
            (struct ac_known){.text = ac_record_get(r, "computer"), .record = r, .former = true});
    if (ac_record_kind(r) != AC_KIND_SYSTEM)
        return AC_OK;
    for (size_t i = 0; rc == AC_OK && i < 2; i++)
        rc = know(&m->names, (struct ac_known){.text = ac_record_get(r, names[i]),
                                               .record = r,
                                               .former = is_backup(r)});
    if (rc == AC_OK)
        rc = know(&m->names, (struct ac_known){.text = ac_record_get(r, "former_computer_name"),
                                               .record = r,
                                               .former = true});
    return rc == AC_OK ? know_addresses(m, r) : rc;
}

/* ---- times */

/* Fields that tell of a moment at which Windows was running, by kind of record. */
static const struct {
    const char *kind, *field;
} running[] = {
    {"execution", "run_times"},
    {"execution", "last_run"},
    {"event", "time"},
    {"usage", "from"},
    {"usage", "to"},
    {"change", "time"},
    {"activity", "time"},
    {"task", "last_run"},
    {"task", "last_success"},
    {"account", "last_logon"},
    {"account", "failed_logon"},
    {"account", "profile_loaded"},
    {"account", "profile_unloaded"},
    {"system", "last_shutdown"},
    {"system", "installed"},
    {"system", "lease_obtained"},
};

static void note_last(struct ac_machine *m, const struct ac_record *r, uint64_t ticks)
{
    if (ticks > m->last) {
        m->last = ticks;
        m->last_record = r;
    }
}

static enum ac_rc add_trace(struct ac_machine *m, const struct ac_record *r, const char *text)
{
    struct ac_filetime t = {0};

    if (!text || !ac_time_parse(text, &t) || t.ticks == 0)
        return AC_OK;
    if (ac_grow((void **)&m->traces, &m->cap_traces, m->n_traces + 1, sizeof(*m->traces)) != 0)
        return AC_NOMEM;
    m->traces[m->n_traces++] = (struct ac_trace){t.ticks, r};
    note_last(m, r, t.ticks);
    return AC_OK;
}

static enum ac_rc add_traces(struct ac_machine *m, const struct ac_record *r)
{
    const char *kind = ac_schema_of(ac_record_kind(r))->name;
    enum ac_rc rc = AC_OK;

    for (size_t i = 0; rc == AC_OK && i < sizeof(running) / sizeof(running[0]); i++) {
        const json_t *value =
            strcmp(running[i].kind, kind) == 0 ? ac_record_get_json(r, running[i].field) : NULL;

        if (json_is_string(value))
            rc = add_trace(m, r, json_string_value(value));
        for (size_t k = 0; rc == AC_OK && k < json_array_size(value); k++)
            rc = add_trace(m, r, json_string_value(json_array_get(value, k)));
    }
    return rc;
}

static void note_installed(struct ac_machine *m, const struct ac_record *r, const char *text)
{
    struct ac_filetime t = {0};

    if (text && ac_time_parse(text, &t) && t.ticks &&
        (m->installed == 0 || t.ticks < m->installed)) {
        m->installed = t.ticks;
        m->installed_record = r;
    }
}

static void note_times(struct ac_machine *m, const struct ac_record *r)
{
    struct ac_filetime t = {0};
    const json_t *former;

    if (ac_time_parse(ac_record_prov(r, "key_last_written"), &t))
        note_last(m, r, t.ticks);
    if (ac_record_kind(r) != AC_KIND_SYSTEM)
        return;
    t = ac_record_get_time(r, "last_shutdown");
    if (t.ticks > m->shutdown) {
        m->shutdown = t.ticks;
        m->shutdown_record = r;
    }
    note_installed(m, r, ac_record_get(r, "installed"));
    former = ac_record_get_json(r, "former");
    if (former) {
        const char *installed = json_string_value(json_object_get(former, "installed"));

        m->older |= !installed || installed[0] == '\0';
        note_installed(m, r, installed);
    }
}

/* ---- completeness */

static bool has_image(const struct ac_assessment *a, const char *evidence)
{
    for (size_t i = 0; i < a->n_records; i++) {
        if (ac_record_kind(a->records[i]) == AC_KIND_INTEGRITY &&
            strcmp(ac_record_prov(a->records[i], "evidence"), evidence) == 0)
            return true;
    }
    return false;
}

/* What is not on a disk image is not there; what is not in a folder may not have been collected. */
static bool is_complete(const struct ac_assessment *a, const struct ac_machine *m)
{
    bool image = has_image(a, m->evidence);

    if (strcmp(m->system, "single artefacts") == 0)
        return false;
    for (size_t i = 0; i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];
        const char *system = ac_record_prov(r, "system");

        if (strcmp(ac_record_prov(r, "evidence"), m->evidence) != 0 ||
            (system[0] && strcmp(system, m->system) != 0))
            continue;
        if (ac_record_kind(r) == AC_KIND_PROBLEM)
            return false;
        if (ac_record_kind(r) == AC_KIND_SOURCE && !ac_is_records_count(r) &&
            strcmp(ac_record_get(r, "source"), "shadow-copies") != 0 &&
            strcmp(ac_record_get(r, "read"), "complete") != 0 &&
            (ac_record_get_bool(r, "present") || !image))
            return false;
    }
    return true;
}

/* ---- all of it */

static struct ac_machine *machine_of(struct ac_machines *all, struct ac_set *index,
                                     const struct ac_record *r)
{
    struct ac_buf key = {0};
    uint64_t at = all->n;
    bool known;

    ac_buf_addf(&key, "%s|%s", ac_record_prov(r, "evidence"), ac_record_prov(r, "system"));
    known = ac_set_get(index, ac_buf_str(&key), &at);
    if (!known && !key.failed && ac_set_put(index, ac_buf_str(&key), at) == AC_OK &&
        ac_grow((void **)&all->items, &all->cap, all->n + 1, sizeof(*all->items)) == 0) {
        all->items[all->n++] = (struct ac_machine){.evidence = ac_record_prov(r, "evidence"),
                                                   .system = ac_record_prov(r, "system"),
                                                   .first = r};
        known = true;
    }
    ac_buf_free(&key);
    return known ? &all->items[at] : NULL;
}

static int by_time(const void *a, const void *b)
{
    const struct ac_trace *x = a, *y = b;

    if (x->ticks != y->ticks)
        return x->ticks < y->ticks ? -1 : 1;
    return strcmp(ac_record_id(x->record), ac_record_id(y->record));
}

enum ac_rc ac_machines_find(const struct ac_assessment *a, struct ac_machines *ret)
{
    struct ac_set index = {0};
    enum ac_rc rc = AC_OK;

    *ret = (struct ac_machines){0};
    for (size_t i = 0; rc == AC_OK && i < a->n_records; i++) {
        const struct ac_record *r = a->records[i];
        struct ac_machine *m;

        if (ac_record_prov(r, "system")[0] == '\0')
            continue;
        m = machine_of(ret, &index, r);
        rc = m ? know_facts(m, r) : AC_NOMEM;
        if (rc == AC_OK)
            rc = add_traces(m, r);
        if (rc == AC_OK)
            note_times(m, r);
    }
    for (size_t i = 0; rc == AC_OK && i < ret->n; i++) {
        struct ac_machine *m = &ret->items[i];

        if (m->n_traces)
            qsort(m->traces, m->n_traces, sizeof(*m->traces), by_time);
        m->has_zone = ac_zone_of(a, m->first, &m->zone);
        m->complete = is_complete(a, m);
    }
    ac_set_free(&index);
    if (rc != AC_OK)
        ac_machines_free(ret);
    return rc;
}

void ac_machines_free(struct ac_machines *m)
{
    for (size_t i = 0; i < m->n; i++) {
        ac_free(m->items[i].names.items);
        ac_free(m->items[i].addresses.items);
        ac_free(m->items[i].users.items);
        ac_free(m->items[i].traces);
    }
    ac_free(m->items);
    *m = (struct ac_machines){0};
}

size_t ac_machine_first_trace(const struct ac_machine *m, uint64_t ticks)
{
    size_t low = 0, high = m->n_traces;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (m->traces[middle].ticks < ticks)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

enum ac_rc ac_machines_ask(const struct ac_assessment *a, ac_machine_question *ask, void *context)
{
    struct ac_machines machines = {.n = 0};
    enum ac_rc rc = ac_machines_find(a, &machines);

    for (size_t i = 0; rc == AC_OK && i < machines.n; i++) {
        if (strcmp(machines.items[i].system, "single artefacts") != 0)
            rc = ask(a, &machines.items[i], context);
    }
    ac_machines_free(&machines);
    return rc;
}
