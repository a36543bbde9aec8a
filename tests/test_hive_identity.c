/* What tells one machine from another: names in all control sets, addresses and leases, networks, zone,
 * earlier systems, accounts and logons. Layouts from the published descriptions. */
#include "build_regf.h"

#include "base/alloc.h"
#include "hive.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <string.h>

static struct fx_records out;
static struct fx_hive *hive;

static void begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    fx_records_init(&out);
    hive = fx_hive_new("ROOT");
    fx_hive_options(hive)->ticks = fx_time("2021-01-05T08:30:14Z");
}

static void end(void)
{
    fx_hive_free(hive);
    fx_records_free(&out);
}

TestSuite(hive_identity, .init = begin, .fini = end);

static void parse(const char *path)
{
    struct ac_buf bytes = {0};
    struct ac_budget budget = {AC_BUDGET_STEPS};
    struct ac_artefact a = {.path = path, .user = ""};

    fx_hive_build(hive, &bytes);
    a.bytes = fx_view(&bytes);
    cr_assert_eq(ac_parser_hive.parse(&a, &budget, &out.sink, NULL), AC_OK);
    cr_assert_eq(fx_count(&out, AC_KIND_PROBLEM), 0);
    ac_buf_free(&bytes);
}

static struct ac_record *with(const char *field, const char *value)
{
    struct ac_record *r = fx_find(&out, AC_KIND_SYSTEM, field, value);

    cr_assert_not_null(r, "%s = %s", field, value);
    return r;
}

static const char *item(const struct ac_record *r, const char *field, size_t i)
{
    const char *z = json_string_value(json_array_get(ac_record_get_json(r, field), i));

    return z ? z : "";
}

static void multi(const char *path, const char *name, const char *ascii, size_t n)
{
    uint8_t wide[256] = {0};

    cr_assert_lt(2 * n, sizeof(wide));
    for (size_t i = 0; i < n; i++)
        wide[2 * i] = (uint8_t)ascii[i];
    fx_hive_value(hive, path, name, FX_REG_MULTI_SZ, wide, 2 * n);
}

#define SET "ControlSet001\\"
#define INTERFACES SET "Services\\Tcpip\\Parameters\\Interfaces\\"
#define GUID "{4b0ae068-b350-4bd4-85ab-77e00e581863}"

static void two_sets(void)
{
    fx_hive_dword(hive, "Select", "Current", 1);
    fx_hive_sz(hive, SET "Control\\ComputerName\\ComputerName", "ComputerName", "LAPTOP-01");
    fx_hive_sz(hive, SET "Control\\ComputerName\\ActiveComputerName", "ComputerName", "laptop-01");
    fx_hive_sz(hive, "ControlSet002\\Control\\ComputerName\\ComputerName", "ComputerName",
               "LAPTOP-OLD");
    fx_hive_sz(hive, SET "Services\\a", "ImagePath", "C:\\a.exe");
    fx_hive_sz(hive, "ControlSet002\\Services\\a", "ImagePath", "C:\\a.exe");
    fx_hive_sz(hive, "ControlSet002\\Services\\b", "ImagePath", "C:\\b.exe");
    fx_hive_sz(hive, "ControlSet002\\Control\\Print\\Monitors\\m", "Driver", "m.dll");
}

Test(hive_identity, services_and_points_of_every_control_set)
{
    struct ac_record *r;

    two_sets();
    parse("Windows/System32/config/SYSTEM");
    cr_assert_eq(fx_count(&out, AC_KIND_AUTOSTART), 4);
    r = fx_find(&out, AC_KIND_AUTOSTART, "name", "a"); /* the current set comes first */
    cr_expect_null(ac_record_get_json(r, "control_set"));
    r = fx_find(&out, AC_KIND_AUTOSTART, "name", "b");
    cr_expect_str_eq(ac_record_get(r, "control_set"), "ControlSet002");
    cr_expect_str_eq(ac_record_get(r, "location"), "HKLM\\SYSTEM\\ControlSet002\\Services");
    r = fx_find(&out, AC_KIND_AUTOSTART, "mechanism", "print-monitor");
    cr_expect_str_eq(ac_record_get(r, "control_set"), "ControlSet002");
}

Test(hive_identity, a_name_that_differs_in_another_set_is_a_former_one)
{
    struct ac_record *r;

    two_sets();
    parse("Windows/System32/config/SYSTEM");
    with("computer_name", "LAPTOP-01");
    r = with("former_computer_name", "LAPTOP-OLD");
    cr_expect_str_eq(ac_record_prov(r, "key"),
                     "HKLM\\SYSTEM\\ControlSet002\\Control\\ComputerName\\ComputerName");
    cr_expect_null(fx_find(&out, AC_KIND_SYSTEM, "former_computer_name", "laptop-01"),
                   "the same name in small letters");
}

Test(hive_identity, a_name_that_waits_for_a_restart)
{
    fx_hive_dword(hive, "Select", "Current", 1);
    fx_hive_sz(hive, SET "Control\\ComputerName\\ComputerName", "ComputerName", "LAPTOP-01");
    fx_hive_sz(hive, SET "Control\\ComputerName\\ActiveComputerName", "ComputerName", "OLD-NAME");
    parse("Windows/System32/config/SYSTEM");
    with("former_computer_name", "OLD-NAME");
}

Test(hive_identity, leases_of_an_interface_and_of_a_wireless_network)
{
    /* the address of the gateway, the length of its hardware address, that address */
    static const uint8_t hardware[] = {10, 0, 0, 1, 6, 0, 0, 0, 0x5c, 0x8f, 0xe0, 0x2a, 0x1c, 0x68};
    struct ac_record *r;

    two_sets();
    fx_hive_dword(hive, INTERFACES GUID, "EnableDHCP", 1);
    fx_hive_sz(hive, INTERFACES GUID, "DhcpIPAddress", "10.0.0.7");
    fx_hive_sz(hive, INTERFACES GUID, "DhcpNameServer", "10.0.0.2 10.0.0.3");
    multi(INTERFACES GUID, "DhcpDefaultGateway", "10.0.0.1\0", 10);
    fx_hive_sz(hive, INTERFACES GUID, "DhcpServer", "10.0.0.1");
    fx_hive_sz(hive, INTERFACES GUID, "DhcpDomain", "example.org");
    fx_hive_dword(hive, INTERFACES GUID, "LeaseObtainedTime",
                  1609835414); /* 2021-01-05T08:30:14Z */
    fx_hive_dword(hive, INTERFACES GUID, "LeaseTerminatesTime", 1609921814); /* a day later */
    fx_hive_binary(hive, INTERFACES GUID, "DhcpGatewayHardware", hardware, sizeof(hardware));
    fx_hive_sz(hive,
               SET "Control\\Network\\{4D36E972-E325-11CE-BFC1-08002BE10318}\\" GUID "\\Connection",
               "Name", "Wi-Fi");
    /* "Net 1": 4E 65 74 20 31 with the digits of each byte exchanged */
    fx_hive_sz(hive, INTERFACES GUID "\\E456470213", "DhcpIPAddress", "192.168.1.9");
    fx_hive_sz(hive, INTERFACES "{never-connected}", "DhcpIPAddress", "0.0.0.0");
    parse("Windows/System32/config/SYSTEM");

    r = with("interface", GUID);
    cr_expect_str_eq(ac_record_get(r, "interface_name"), "Wi-Fi");
    cr_expect(ac_record_get_bool(r, "dhcp"));
    cr_expect_eq(json_array_size(ac_record_get_json(r, "addresses")), 1);
    cr_expect_str_eq(item(r, "addresses", 0), "10.0.0.7");
    cr_expect_str_eq(item(r, "gateways", 0), "10.0.0.1");
    cr_expect_str_eq(item(r, "name_servers", 1), "10.0.0.3");
    cr_expect_str_eq(ac_record_get(r, "dhcp_domain"), "example.org");
    cr_expect_str_eq(ac_record_get(r, "network_gateway_mac"), "5c:8f:e0:2a:1c:68");
    cr_expect_eq(ac_record_get_time(r, "lease_obtained").ticks, fx_time("2021-01-05T08:30:14Z"));
    cr_expect_eq(ac_record_get_time(r, "lease_expires").ticks, fx_time("2021-01-06T08:30:14Z"));
    r = with("network", "Net 1");
    cr_expect_str_eq(item(r, "addresses", 0), "192.168.1.9");
    cr_expect_null(fx_find(&out, AC_KIND_SYSTEM, "interface", "{never-connected}"));
}

Test(hive_identity, static_addresses)
{
    struct ac_record *r;

    two_sets();
    fx_hive_dword(hive, INTERFACES GUID, "EnableDHCP", 0);
    multi(INTERFACES GUID, "IPAddress",
          "10.1.0.7\0"
          "10.1.0.8\0",
          19);
    fx_hive_sz(hive, INTERFACES GUID, "NameServer", "10.1.0.2,10.1.0.3");
    parse("Windows/System32/config/SYSTEM");
    r = with("interface", GUID);
    cr_expect_not(ac_record_get_bool(r, "dhcp"));
    cr_expect_str_eq(item(r, "addresses", 0), "10.1.0.7");
    cr_expect_str_eq(item(r, "addresses", 1), "10.1.0.8");
    cr_expect_str_eq(item(r, "name_servers", 1), "10.1.0.3");
}

Test(hive_identity, rules_of_the_zone)
{
    /* TIME_FIELDS: year, month, day, hour, minute, second, millisecond, day of week */
    static const uint16_t standard[8] = {0, 10, 5, 3, 0, 0, 0, 0};
    static const uint16_t daylight[8] = {2021, 3, 28, 2, 30, 0, 0, 0};
    const json_t *rules = NULL, *change;

    two_sets();
    fx_hive_dword(hive, SET "Control\\TimeZoneInformation", "Bias", (uint32_t)-60);
    fx_hive_dword(hive, SET "Control\\TimeZoneInformation", "DaylightBias", (uint32_t)-60);
    fx_hive_binary(hive, SET "Control\\TimeZoneInformation", "StandardStart", standard, 16);
    fx_hive_binary(hive, SET "Control\\TimeZoneInformation", "DaylightStart", daylight, 16);
    parse("Windows/System32/config/SYSTEM");
    for (size_t i = 0; i < out.n && !rules; i++)
        rules = ac_record_get_json(out.items[i], "zone_rules");
    cr_assert_not_null(rules);
    cr_expect_eq(json_integer_value(json_object_get(rules, "bias")), -60);
    cr_expect_eq(json_integer_value(json_object_get(rules, "daylight_bias")), -60);
    change = json_object_get(rules, "standard_start");
    cr_expect_eq(json_integer_value(json_object_get(change, "month")), 10);
    cr_expect_eq(json_integer_value(json_object_get(change, "week")), 5);
    cr_expect_eq(json_integer_value(json_object_get(change, "hour")), 3);
    change = json_object_get(rules, "daylight_start");
    cr_expect_eq(json_integer_value(json_object_get(change, "year")), 2021);
    cr_expect_eq(json_integer_value(json_object_get(change, "day")), 28);
    cr_expect_eq(json_integer_value(json_object_get(change, "minute")), 30);
}

Test(hive_identity, what_the_machine_ran_before)
{
    const json_t *former = NULL;

    two_sets();
    fx_hive_sz(hive, "Setup\\Source OS (Updated on 9/29/2019 06:45:11)", "ProductName",
               "Windows 7 Professional");
    fx_hive_sz(hive, "Setup\\Source OS (Updated on 9/29/2019 06:45:11)", "CurrentBuild", "7601");
    fx_hive_dword(hive, "Setup\\Source OS (Updated on 9/29/2019 06:45:11)", "InstallDate",
                  1400000000);
    fx_hive_sz(hive, "Setup\\Pid", "ProductName", "no system");
    parse("Windows/System32/config/SYSTEM");
    for (size_t i = 0; i < out.n && !former; i++)
        former = ac_record_get_json(out.items[i], "former");
    cr_assert_not_null(former);
    cr_expect_str_eq(json_string_value(json_object_get(former, "product")),
                     "Windows 7 Professional");
    cr_expect_str_eq(json_string_value(json_object_get(former, "build")), "7601");
    cr_expect_str_eq(json_string_value(json_object_get(former, "installed")),
                     "2014-05-13T16:53:20Z");
    cr_expect_str_eq(json_string_value(json_object_get(former, "replaced")), "9/29/2019 06:45:11");
}

#define NT "Microsoft\\Windows NT\\CurrentVersion\\"

Test(hive_identity, network_profiles_with_what_they_are_recognised_by)
{
    /* SYSTEMTIME: year, month, day of week, day, hour, minute, second, millisecond */
    static const uint16_t first[8] = {2020, 12, 4, 24, 9, 5, 7, 12},
                          last[8] = {2021, 1, 2, 5, 17, 30, 14, 500};
    static const uint8_t mac[] = {0xaa, 1, 2, 3, 4, 5};
    struct ac_record *r;

    fx_hive_sz(hive, NT "NetworkList\\Profiles\\{P1}", "ProfileName", "Home");
    fx_hive_dword(hive, NT "NetworkList\\Profiles\\{P1}", "Category", 1);
    fx_hive_dword(hive, NT "NetworkList\\Profiles\\{P1}", "NameType", 71);
    fx_hive_binary(hive, NT "NetworkList\\Profiles\\{P1}", "DateCreated", first, 16);
    fx_hive_binary(hive, NT "NetworkList\\Profiles\\{P1}", "DateLastConnected", last, 16);
    fx_hive_sz(hive, NT "NetworkList\\Profiles\\{P2}", "ProfileName", "Office");
    fx_hive_binary(hive, NT "NetworkList\\Profiles\\{P2}", "DateCreated", first, 15);
    fx_hive_sz(hive, NT "NetworkList\\Signatures\\Unmanaged\\0101", "ProfileGuid", "{other}");
    fx_hive_sz(hive, NT "NetworkList\\Signatures\\Unmanaged\\0102", "ProfileGuid", "{p1}");
    fx_hive_sz(hive, NT "NetworkList\\Signatures\\Unmanaged\\0102", "DnsSuffix", "example.org");
    fx_hive_binary(hive, NT "NetworkList\\Signatures\\Unmanaged\\0102", "DefaultGatewayMac", mac,
                   6);
    parse("Windows/System32/config/SOFTWARE");
    r = with("network", "Home");
    cr_expect_str_eq(ac_record_get(r, "network_category"), "private");
    cr_expect_str_eq(ac_record_get(r, "network_type"), "wireless");
    cr_expect_str_eq(ac_record_get(r, "first_connected_local"), "2020-12-24T09:05:07.012");
    cr_expect_str_eq(ac_record_get(r, "last_connected_local"), "2021-01-05T17:30:14.500");
    cr_expect_str_eq(ac_record_get(r, "network_dns_suffix"), "example.org");
    cr_expect_str_eq(ac_record_get(r, "network_gateway_mac"), "aa:01:02:03:04:05");
    r = with("network", "Office");
    cr_expect_null(ac_record_get_json(r, "first_connected_local"), "15 bytes are no time");
    cr_expect_null(ac_record_get_json(r, "network_gateway_mac"));
}

Test(hive_identity, who_logged_on_last)
{
    fx_hive_sz(hive, NT "Winlogon", "DefaultUserName", "user2");
    fx_hive_sz(hive, "Microsoft\\Windows\\CurrentVersion\\Authentication\\LogonUI",
               "LastLoggedOnSAMUser", "LAPTOP-01\\user1");
    parse("Windows/System32/config/SOFTWARE");
    with("last_user", "LAPTOP-01\\user1");
    cr_expect_null(fx_find(&out, AC_KIND_SYSTEM, "last_user", "user2"));
}

Test(hive_identity, accounts_with_their_logons)
{
    uint8_t f[80] = {0}, v[204 + 16] = {0};
    uint64_t logon = fx_time("2021-01-05T08:30:14Z"), never = INT64_MAX;
    struct ac_record *r;

    memcpy(f + 8, &logon, 8);
    memcpy(f + 24, &never, 8);
    f[56] = 0x11; /* disabled, normal account */
    f[66] = 7;
    v[24 + 4] = 8; /* full name: 8 bytes at 204 + 0 */
    memcpy(v + 204, "U\0s\0e\0r\0", 8);
    v[36] = 250; /* comment: begins behind the end */
    v[40] = 4;
    fx_hive_key(hive, "SAM\\Domains\\Account\\Users\\Names\\user1", 0);
    fx_hive_value(hive, "SAM\\Domains\\Account\\Users\\Names\\user1", "", 0x3e9, NULL, 0);
    fx_hive_binary(hive, "SAM\\Domains\\Account\\Users\\000003E9", "F", f, sizeof(f));
    fx_hive_binary(hive, "SAM\\Domains\\Account\\Users\\000003E9", "V", v, sizeof(v));
    parse("Windows/System32/config/SAM");
    r = fx_find(&out, AC_KIND_ACCOUNT, "name", "user1");
    cr_assert_not_null(r);
    cr_expect_eq(ac_record_get_time(r, "last_logon").ticks, logon);
    cr_expect_null(ac_record_get_json(r, "password_set"));
    cr_expect_eq(ac_record_get_int(r, "logon_count"), 7);
    cr_expect(ac_record_get_bool(r, "disabled"));
    cr_expect_str_eq(ac_record_get(r, "full_name"), "User");
    cr_expect_null(ac_record_get_json(r, "comment"));
}

Test(hive_identity, every_allocation_may_fail)
{
    struct ac_buf bytes = {0};
    enum ac_rc rc = AC_NOMEM;

    two_sets();
    fx_hive_sz(hive, INTERFACES GUID, "DhcpIPAddress", "10.0.0.7");
    fx_hive_sz(hive, INTERFACES GUID, "DhcpNetworkHint", "E456470213");
    fx_hive_sz(hive, INTERFACES GUID "\\E456470213", "DhcpIPAddress", "192.168.1.9");
    fx_hive_dword(hive, SET "Control\\TimeZoneInformation", "Bias", 60);
    fx_hive_sz(hive, "Setup\\Source OS (Updated on 1/2/2020 06:45:11)", "ProductName", "x");
    fx_hive_build(hive, &bytes);
    for (unsigned long n = 1; rc == AC_NOMEM && n < 5000; n++) {
        struct ac_budget budget = {AC_BUDGET_STEPS};
        struct ac_artefact a = {.bytes = fx_view(&bytes), .path = "SYSTEM", .user = ""};

        ac_alloc_fail_at(n);
        rc = ac_parser_hive.parse(&a, &budget, &out.sink, NULL);
        ac_alloc_fail_at(0);
    }
    cr_expect_eq(rc, AC_OK);
    ac_buf_free(&bytes);
}

/* Real hives. The numbers come from hivexsh and from the README of the real data. */
Test(hive_identity, real_system_hive)
{
    struct ac_buf bytes = {0};
    struct ac_budget budget = {AC_BUDGET_STEPS};
    struct ac_artefact a = {.path = "SYSTEM", .user = ""};
    struct ac_record *r;

    if (!fx_load_realdata("regf/system/regipy-SYSTEM_B/SYSTEM.xz", &bytes))
        cr_skip_test("real data is not here");
    a.bytes = fx_view(&bytes);
    cr_assert_eq(ac_parser_hive.parse(&a, &budget, &out.sink, NULL), AC_OK);
    r = with("interface", GUID);
    cr_expect_str_eq(item(r, "addresses", 0), "192.168.0.7");
    cr_expect_str_eq(ac_record_get(r, "network"), "Net 2.4"); /* DhcpNetworkHint E456470223E243 */
    cr_expect_str_eq(ac_record_get(r, "network_gateway_mac"), "5c:8f:e0:2a:1c:68");
    cr_expect_eq(ac_record_get_time(r, "lease_obtained").ticks,
                 ac_time_from_unix(0xc65a8, 0).ticks); /* a clock that stood at 1970, as stored */
    ac_buf_free(&bytes);
}

Test(hive_identity, real_accounts)
{
    struct ac_buf bytes = {0};
    struct ac_budget budget = {AC_BUDGET_STEPS};
    struct ac_artefact a = {.path = "SAM", .user = ""};
    struct ac_record *r;

    if (!fx_load_realdata("regf/sam/winreg-kb-SAM", &bytes))
        cr_skip_test("real data is not here");
    a.bytes = fx_view(&bytes);
    cr_assert_eq(ac_parser_hive.parse(&a, &budget, &out.sink, NULL), AC_OK);
    r = fx_find(&out, AC_KIND_ACCOUNT, "name", "gold_administrator");
    cr_assert_not_null(r);
    cr_expect_eq(ac_record_get_int(r, "logon_count"), 4);
    cr_expect_eq(ac_record_get_time(r, "last_logon").ticks,
                 fx_time("2016-10-11T19:52:35.9699859Z"));
    ac_buf_free(&bytes);
}
