/*
 * Addresses and networks: the interfaces of SYSTEM with their DHCP leases, the network profiles of
 * SOFTWARE.
 *
 * Sources: Microsoft, "TCP/IP and NBT configuration parameters for Windows"; libyal/winreg-kb,
 * docs/sources (network list); for the names of the keys of wireless leases, see ssid_of().
 */
#include "hive_parts.h"

#include <stdio.h>

/* Texts of a REG_MULTI_SZ, or of a REG_SZ that separates by comma or blank. 0.0.0.0 stands for none. */
static void add_list(struct ac_hive_job *j, struct ac_record *r, const char *field,
                     const struct ac_hive_key *key, const char *name)
{
    struct ac_hive_value v;
    struct ac_view data;
    struct ac_buf text = {0};

    if (!ac_hive_find_value(j->hive, key, name, &v) ||
        !ac_hive_data(j->hive, &v, &j->pieces, &data))
        return;
    for (size_t at = 0; at + 1 < data.n && ac_hive_going(j);) {
        size_t n = 0;

        while (at + n + 1 < data.n && ac_le16(data.p + at + n) != 0 &&
               ac_le16(data.p + at + n) != ',' && ac_le16(data.p + at + n) != ' ')
            n += 2;
        ac_buf_clear(&text);
        ac_text_from_utf16((struct ac_view){data.p + at, n, 0}, &text, NULL);
        ac_hive_check(j, &text);
        if (n > 0 && !ac_str_eq(ac_buf_str(&text), AC_STR("0.0.0.0")))
            ac_record_add_text(r, field, ac_buf_str(&text));
        if (n > 0 && !ac_budget_spend(j->budget, 1))
            j->rc = AC_LIMIT;
        at += n + 2;
    }
    ac_buf_free(&text);
}

static void put_unix_time(struct ac_hive_job *j, struct ac_record *r, const char *field,
                          const struct ac_hive_key *key, const char *name)
{
    uint32_t seconds;

    if (ac_hive_get_dword(j, key, name, &seconds) && seconds != 0 && seconds != UINT32_MAX)
        ac_record_time(r, field, ac_time_from_unix(seconds, 0));
}

/* ---- interfaces */

/* The name that people see ("Wi-Fi"), kept with the network class. */
static void put_interface_name(struct ac_hive_job *j, struct ac_record *r, const char *set,
                               struct ac_str guid)
{
    struct ac_hive_key key;
    struct ac_buf path = {0};

    ac_buf_addf(&path,
                "%s\\Control\\Network\\{4D36E972-E325-11CE-BFC1-08002BE10318}\\%.*s\\Connection",
                set, (int)guid.n, guid.p);
    ac_hive_check(j, &path);
    if (ac_hive_going(j) && ac_hive_find(j->hive, &j->root, ac_buf_text(&path), &key, NULL))
        ac_hive_put_text(j, r, "interface_name", &key, "Name");
    ac_buf_free(&path);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Leases of wireless networks stand in keys named by the SSID: two digits a byte, the low one first
 * ("A4" is 'J'). False: the name is no such. */
static bool ssid_of(struct ac_str name, struct ac_buf *out)
{
    struct ac_buf bytes = {0};
    bool fits = name.n > 0 && name.n % 2 == 0 && name.n <= 64;

    for (size_t i = 0; fits && i < name.n; i += 2) {
        int low = hex_digit(name.p[i]), high = hex_digit(name.p[i + 1]);

        fits = low >= 0 && high >= 0;
        ac_buf_addc(&bytes, (char)(high << 4 | low));
    }
    if (fits)
        ac_text_from_utf8((struct ac_view){(const uint8_t *)bytes.p, bytes.n, 0}, out, NULL);
    out->failed |= bytes.failed;
    ac_buf_free(&bytes);
    return fits;
}

static void put_addresses(struct ac_hive_job *j, struct ac_record *r, const struct ac_hive_key *key)
{
    uint32_t dhcp = 0;

    if (ac_hive_get_dword(j, key, "EnableDHCP", &dhcp))
        ac_record_bool(r, "dhcp", dhcp != 0);
    add_list(j, r, "addresses", key, "IPAddress");
    add_list(j, r, "addresses", key, "DhcpIPAddress");
    add_list(j, r, "gateways", key, "DefaultGateway");
    add_list(j, r, "gateways", key, "DhcpDefaultGateway");
    add_list(j, r, "name_servers", key, "NameServer");
    add_list(j, r, "name_servers", key, "DhcpNameServer");
    ac_hive_put_text(j, r, "dhcp_server", key, "DhcpServer");
    ac_hive_put_text(j, r, "dhcp_domain", key, "DhcpDomain");
    put_unix_time(j, r, "lease_obtained", key, "LeaseObtainedTime");
    put_unix_time(j, r, "lease_expires", key, "LeaseTerminatesTime");
}

/* The network of the lease, as the hint names it, unless the key does. */
static void put_network(struct ac_hive_job *j, struct ac_record *r, const struct ac_hive_key *key,
                        const char *ssid)
{
    struct ac_hive_value v;
    struct ac_view data;
    struct ac_buf hint = {0}, name = {0};

    if (ssid[0]) {
        ac_record_textz(r, "network", ssid);
        return;
    }
    if (!ac_hive_find_value(j->hive, key, "DhcpNetworkHint", &v) ||
        !ac_hive_data(j->hive, &v, &j->pieces, &data))
        return;
    data.n = ac_utf16_length(data);
    ac_text_from_utf16(data, &hint, NULL);
    if (ssid_of(ac_buf_str(&hint), &name))
        ac_record_text(r, "network", ac_buf_str(&name));
    ac_hive_check(j, &hint);
    ac_hive_check(j, &name);
    ac_buf_free(&hint);
    ac_buf_free(&name);
}

static void put_mac(struct ac_record *r, const uint8_t *p)
{
    char text[24];

    snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", p[0], p[1], p[2], p[3], p[4],
             p[5]);
    ac_record_textz(r, "network_gateway_mac", text);
}

/* DhcpGatewayHardware: the address of the gateway (4 bytes), length, hardware address. */
static void put_gateway_mac(struct ac_hive_job *j, struct ac_record *r,
                            const struct ac_hive_key *key)
{
    struct ac_hive_value v;
    struct ac_view data;

    if (ac_hive_find_value(j->hive, key, "DhcpGatewayHardware", &v) &&
        ac_hive_data(j->hive, &v, &j->pieces, &data) && data.n >= 14 && ac_le32(data.p + 4) == 6)
        put_mac(r, data.p + 8);
}

/* An interface that never had an address is not told. `ssid` ("": none) is the wireless network. */
static void interface(struct ac_hive_job *j, const struct ac_hive_place *place, const char *set,
                      struct ac_str guid, const char *ssid)
{
    struct ac_record *r = ac_record_new(AC_KIND_SYSTEM);

    put_addresses(j, r, &place->key);
    if (!r || json_array_size(ac_record_get_json(r, "addresses")) > 0 ||
        ac_record_get_json(r, "lease_obtained")) {
        ac_record_text(r, "interface", guid);
        put_interface_name(j, r, set, guid);
        put_network(j, r, &place->key, ssid);
        put_gateway_mac(j, r, &place->key);
        ac_hive_prov(j, r, place, NULL);
        ac_hive_emit(j, r);
    } else {
        ac_record_free(r);
    }
}

static void wireless_leases(struct ac_hive_job *j, const struct ac_hive_place *of, const char *set,
                            struct ac_str guid)
{
    struct ac_hive_subkeys list;
    struct ac_hive_key key;
    struct ac_buf name = {0}, ssid = {0};

    ac_hive_subkeys(j->hive, &of->key, &list);
    while (ac_hive_going(j) && ac_hive_next_subkey(j->hive, &list, &key)) {
        struct ac_hive_place place;

        ac_buf_clear(&name);
        ac_buf_clear(&ssid);
        ac_hive_name(key.name, key.latin1, &name, NULL);
        if (!ssid_of(ac_buf_str(&name), &ssid))
            continue;
        ac_hive_enter_key(j, of, &key, &place);
        interface(j, &place, set, guid, ac_buf_text(&ssid));
        ac_buf_free(&place.path);
    }
    ac_hive_check(j, &name);
    ac_hive_check(j, &ssid);
    ac_buf_free(&name);
    ac_buf_free(&ssid);
}

void ac_hive_interfaces(struct ac_hive_job *j, const char *control_set)
{
    struct ac_hive_place all, place;
    struct ac_hive_subkeys list;
    struct ac_hive_key key;
    struct ac_buf guid = {0};
    char path[96];

    snprintf(path, sizeof(path), "%s\\Services\\Tcpip\\Parameters\\Interfaces", control_set);
    if (ac_hive_open_key(j, path, &all)) {
        ac_hive_subkeys(j->hive, &all.key, &list);
        while (ac_hive_going(j) && ac_hive_next_subkey(j->hive, &list, &key)) {
            ac_buf_clear(&guid);
            ac_hive_name(key.name, key.latin1, &guid, NULL);
            ac_hive_check(j, &guid);
            ac_hive_enter_key(j, &all, &key, &place);
            interface(j, &place, control_set, ac_buf_str(&guid), "");
            wireless_leases(j, &place, control_set, ac_buf_str(&guid));
            ac_buf_free(&place.path);
        }
    }
    ac_buf_free(&guid);
    ac_buf_free(&all.path);
}

/* ---- network profiles */

#define NETWORK_LIST "Microsoft\\Windows NT\\CurrentVersion\\NetworkList\\"

/* A SYSTEMTIME in the machine's local time, as the report prints local times: without a zone. */
static void put_local_time(struct ac_hive_job *j, struct ac_record *r, const char *field,
                           const struct ac_hive_key *key, const char *name)
{
    struct ac_hive_value v;
    struct ac_view d;
    char text[80];

    if (!ac_hive_find_value(j->hive, key, name, &v) || !ac_hive_data(j->hive, &v, &j->pieces, &d) ||
        d.n < 16)
        return;
    snprintf(text, sizeof(text), "%04u-%02u-%02uT%02u:%02u:%02u.%03u", ac_le16(d.p),
             ac_le16(d.p + 2), ac_le16(d.p + 6), ac_le16(d.p + 8), ac_le16(d.p + 10),
             ac_le16(d.p + 12), ac_le16(d.p + 14));
    ac_record_textz(r, field, text);
}

static void put_kind_of_network(struct ac_hive_job *j, struct ac_record *r,
                                const struct ac_hive_key *key)
{
    static const char *const categories[] = {"public", "private", "domain"};
    static const struct {
        uint32_t number; /* interface types of the Internet Assigned Numbers Authority, mostly */
        const char *name;
    } types[] = {{6, "wired"}, {23, "broadband"}, {71, "wireless"}, {243, "mobile"}};
    uint32_t n;

    if (ac_hive_get_dword(j, key, "Category", &n) && n < 3)
        ac_record_textz(r, "network_category", categories[n]);
    if (!ac_hive_get_dword(j, key, "NameType", &n))
        return;
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (types[i].number == n)
            ac_record_textz(r, "network_type", types[i].name);
    }
}

static bool names_profile(struct ac_hive_job *j, const struct ac_hive_key *key,
                          struct ac_view profile, bool latin1)
{
    struct ac_hive_value v;
    struct ac_view data;
    struct ac_buf guid = {0}, name = {0};
    bool is = ac_hive_find_value(j->hive, key, "ProfileGuid", &v) &&
              ac_hive_data(j->hive, &v, &j->pieces, &data);

    if (is) {
        data.n = ac_utf16_length(data);
        ac_text_from_utf16(data, &guid, NULL);
        ac_hive_name(profile, latin1, &name, NULL);
        is = ac_str_ieq(ac_buf_str(&guid), ac_buf_str(&name));
    }
    ac_hive_check(j, &guid);
    ac_hive_check(j, &name);
    ac_buf_free(&guid);
    ac_buf_free(&name);
    return is;
}

static void put_signature(struct ac_hive_job *j, struct ac_record *r, const struct ac_hive_key *key)
{
    struct ac_hive_value v;
    struct ac_view mac;

    ac_hive_put_text(j, r, "network_dns_suffix", key, "DnsSuffix");
    if (ac_hive_find_value(j->hive, key, "DefaultGatewayMac", &v) &&
        ac_hive_data(j->hive, &v, &j->pieces, &mac) && mac.n == 6)
        put_mac(r, mac.p);
}

/* What Windows recognised the network by. */
static void find_signature(struct ac_hive_job *j, struct ac_record *r,
                           const struct ac_hive_key *profile)
{
    static const char *const kinds[] = {NETWORK_LIST "Signatures\\Unmanaged",
                                        NETWORK_LIST "Signatures\\Managed"};

    for (size_t i = 0; i < 2; i++) {
        struct ac_hive_subkeys list;
        struct ac_hive_key all, key;

        if (!ac_hive_find(j->hive, &j->root, kinds[i], &all, NULL))
            continue;
        ac_hive_subkeys(j->hive, &all, &list);
        while (ac_hive_going(j) && ac_hive_next_subkey(j->hive, &list, &key)) {
            if (names_profile(j, &key, profile->name, profile->latin1)) {
                put_signature(j, r, &key);
                return;
            }
        }
    }
}

static void profile(struct ac_hive_job *j, const struct ac_hive_place *place)
{
    struct ac_record *r = ac_record_new(AC_KIND_SYSTEM);

    if (!ac_hive_put_text(j, r, "network", &place->key, "ProfileName"))
        ac_record_textz(r, "network", "");
    put_kind_of_network(j, r, &place->key);
    put_local_time(j, r, "first_connected_local", &place->key, "DateCreated");
    put_local_time(j, r, "last_connected_local", &place->key, "DateLastConnected");
    find_signature(j, r, &place->key);
    ac_hive_prov(j, r, place, NULL);
    ac_hive_emit(j, r);
}

void ac_hive_network_profiles(struct ac_hive_job *j)
{
    struct ac_hive_place all, place;
    struct ac_hive_subkeys list;
    struct ac_hive_key key;

    if (ac_hive_open_key(j, NETWORK_LIST "Profiles", &all)) {
        ac_hive_subkeys(j->hive, &all.key, &list);
        while (ac_hive_going(j) && ac_hive_next_subkey(j->hive, &list, &key)) {
            ac_hive_enter_key(j, &all, &key, &place);
            profile(j, &place);
            ac_buf_free(&place.path);
        }
    }
    ac_buf_free(&all.path);
}
