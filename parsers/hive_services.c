/* Services and drivers of one control set. */
#include "hive_parts.h"

#include <stdio.h>

/* The DLL that svchost loads: in Parameters, else in the service's own key. */
static bool service_dll(struct ac_hive_job *j, struct ac_record *r, const struct ac_hive_key *key)
{
    struct ac_hive_key parameters;

    if (ac_hive_find(j->hive, key, "Parameters", &parameters, NULL) &&
        ac_hive_put_text(j, r, "service_dll", &parameters, "ServiceDll"))
        return true;
    return ac_hive_put_text(j, r, "service_dll", key, "ServiceDll");
}

/* A key is a service when it has an image, a DLL or at least a type: Windows loads a driver without
 * an ImagePath from System32\drivers\<name>.sys. */
static void service(struct ac_hive_job *j, const struct ac_hive_place *services,
                    const struct ac_hive_key *key)
{
    struct ac_record *r = ac_record_new(AC_KIND_AUTOSTART);
    struct ac_hive_place place;
    struct ac_hive_value image;
    bool has_image = ac_hive_find_value(j->hive, key, "ImagePath", &image);
    bool has_dll = service_dll(j, r, key);
    uint32_t type = 0;
    bool has_type = ac_hive_get_dword(j, key, "Type", &type);

    if (!has_image && !has_dll && !has_type) {
        ac_record_free(r);
        return;
    }
    ac_hive_enter_key(j, services, key, &place);
    ac_record_text(r, "location", ac_buf_str(&services->path));
    ac_hive_put_name(j, r, "name", key->name, key->latin1);
    if (has_image) {
        ac_hive_put_data(j, r, "command", &image);
        ac_record_int(r, "value_type", image.type);
    } else {
        ac_record_textz(r, "command", "");
    }
    ac_record_textz(r, "user", "");
    if (j->other_set)
        ac_record_textz(r, "control_set", j->other_set);
    if (has_type)
        ac_record_int(r, "service_type", type);
    ac_record_textz(r, "mechanism", type & AC_HIVE_DRIVER_TYPES ? "driver" : "service");
    ac_hive_put_dword(j, r, "start", key, "Start");
    ac_hive_put_text(j, r, "account", key, "ObjectName");
    ac_hive_put_text(j, r, "display_name", key, "DisplayName");
    ac_hive_prov(j, r, &place, NULL);
    if (has_image || has_dll)
        ac_hive_prov_name(r, has_image ? "ImagePath" : "ServiceDll");
    ac_hive_emit(j, r);
    ac_buf_free(&place.path);
}

void ac_hive_services(struct ac_hive_job *j, const char *control_set)
{
    struct ac_hive_place services;
    struct ac_hive_subkeys list;
    struct ac_hive_key key;
    char path[64];

    snprintf(path, sizeof(path), "%s\\Services", control_set);
    if (ac_hive_open_key(j, path, &services)) {
        ac_hive_subkeys(j->hive, &services.key, &list);
        while (ac_hive_going(j) && ac_hive_next_subkey(j->hive, &list, &key))
            service(j, &services, &key);
    }
    ac_buf_free(&services.path);
}
