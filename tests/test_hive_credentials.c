/* Credentials in the registry: counted, never shown. */
#include "user_hive.h"

#include <stdio.h>
#include <stdlib.h>

#define OFFICE "Software\\Microsoft\\Office\\16.0\\Outlook\\Profiles\\Mail1\\"
#define OLDER                                                                                      \
    "Software\\Microsoft\\Windows NT\\CurrentVersion\\Windows Messaging Subsystem\\Profiles\\P\\"
#define ACCOUNTS "9375CFF0413111d3B88A00104B2A6676\\"

TestSuite(hive_credentials, .init = begin, .fini = end);

static const struct ac_record *of_program(const char *program)
{
    return fx_find(&out, AC_KIND_CREDENTIAL_STORE, "program", program);
}

static void expect_counts(const struct ac_record *r, int64_t accounts, int64_t saved)
{
    cr_assert(r);
    cr_expect_eq(ac_record_get_int(r, "accounts"), accounts);
    cr_expect_eq(ac_record_get_int(r, "saved"), saved);
}

static void expect_silent(const char *secret)
{
    for (size_t i = 0; i < out.n; i++) {
        char *line = ac_record_print(out.items[i]);

        cr_expect_null(strstr(line, secret), "%s", line);
        free(line);
    }
}

static void parse_listing(bool list)
{
    struct ac_buf bytes = {0};
    struct ac_budget budget = {AC_BUDGET_STEPS};
    struct ac_artefact a = {
        .path = "Users/user1/NTUSER.DAT", .user = "user1", .list_accounts = list};

    fx_hive_key(hive, "Software\\Microsoft\\Windows\\CurrentVersion", 0);
    fx_hive_build(hive, &bytes);
    a.bytes = fx_view(&bytes);
    cr_assert_eq(ac_parser_hive.parse(&a, &budget, &out.sink, NULL), AC_OK);
    ac_buf_free(&bytes);
}

static void binary_text(const char *path, const char *name, const char *text)
{
    struct ac_buf b = {0};

    fx_utf16z(&b, text);
    fx_hive_binary(hive, path, name, b.p, b.n);
    ac_buf_free(&b);
}

static void outlook(void)
{
    fx_hive_sz(hive, OFFICE ACCOUNTS "00000001", "clsid", "{ED475414-B0D6-11D2-8C3B-00104B2A6676}");
    fx_hive_sz(hive, OFFICE ACCOUNTS "00000001", "Service Name", "CONTAB");
    fx_hive_sz(hive, OFFICE ACCOUNTS "00000001", "Account Name", "Outlook Address Book");
    fx_hive_sz(hive, OFFICE ACCOUNTS "00000002", "clsid", "{ED475412-B0D6-11D2-8C3B-00104B2A6676}");
    fx_hive_sz(hive, OFFICE ACCOUNTS "00000002", "Email", "alice@mail.example");
    binary_text(OFFICE ACCOUNTS "00000002", "IMAP Server", "imap.example");
    fx_hive_binary(hive, OFFICE ACCOUNTS "00000002", "IMAP Password", "\2SECRET", 7);
    fx_hive_binary(hive, OFFICE ACCOUNTS "00000002", "SMTP Password", "\2SECRET", 7);
    fx_hive_sz(hive, OFFICE ACCOUNTS "00000003", "clsid", "{ED475414-B0D6-11D2-8C3B-00104B2A6676}");
    binary_text(OFFICE ACCOUNTS "00000003", "Service Name", "MSEMS");
    fx_hive_sz(hive, OFFICE ACCOUNTS "00000004", "clsid", "{ED475414-B0D6-11D2-8C3B-00104B2A6676}");
    fx_hive_sz(hive, OFFICE ACCOUNTS "00000004", "Service Name", "MSUPST MS");
}

Test(hive_credentials, outlook_accounts)
{
    const struct ac_record *r;

    outlook();
    parse_listing(false);
    r = of_program("Microsoft Outlook");
    expect_counts(r, 2, 2);
    cr_expect_str_eq(ac_record_get(r, "profile"), "Mail1");
    cr_expect_str_eq(ac_record_get(r, "group"), "mail");
    cr_expect_str_eq(ac_record_get(r, "user"), "user1");
    cr_expect_str_eq(ac_record_get(r, "store"),
                     "HKU\\user1\\" OFFICE "9375CFF0413111d3B88A00104B2A6676");
    cr_expect_str_eq(ac_record_prov(r, "key_last_written"), KEY_TIME);
    expect_silent("alice");
    expect_silent("53454352");
    expect_silent("SECRET");
}

Test(hive_credentials, outlook_names_accounts_when_asked)
{
    const json_t *origins;

    outlook();
    parse_listing(true);
    origins = ac_record_get_json(of_program("Microsoft Outlook"), "origins");
    cr_assert_eq(json_array_size(origins), 2);
    cr_expect_str_eq(json_string_value(json_object_get(json_array_get(origins, 0), "origin")),
                     "imap.example");
    cr_expect_str_eq(json_string_value(json_object_get(json_array_get(origins, 0), "account")),
                     "alice@mail.example");
    expect_silent("53454352");
}

Test(hive_credentials, outlook_before_2013_and_a_profile_without_accounts)
{
    fx_hive_sz(hive, OLDER ACCOUNTS "00000001", "POP3 Server", "pop.example");
    fx_hive_binary(hive, OLDER ACCOUNTS "00000001", "POP3 Password", "", 0);
    fx_hive_key(hive, OFFICE ACCOUNTS "00000001", 0);
    parse_listing(false);
    expect_counts(of_program("Microsoft Outlook"), 1, 0);
    cr_expect_eq(fx_count(&out, AC_KIND_CREDENTIAL_STORE), 1);
}

Test(hive_credentials, other_programs)
{
    static const char sessions[] = "Software\\Martin Prikryl\\WinSCP 2\\Sessions\\";
    static const char putty[] = "Software\\SimonTatham\\PuTTY\\Sessions\\host";
    const struct ac_record *r;
    char path[200];

    snprintf(path, sizeof(path), "%sa%%40host", sessions);
    fx_hive_sz(hive, path, "Password", "A35C4B");
    snprintf(path, sizeof(path), "%sb", sessions);
    fx_hive_sz(hive, path, "HostName", "b");
    snprintf(path, sizeof(path), "%sDefault%%20Settings", sessions);
    fx_hive_sz(hive, path, "HostName", "");
    fx_hive_dword(hive, "Software\\Martin Prikryl\\WinSCP 2\\Configuration\\Security",
                  "UseMasterPassword", 1);
    fx_hive_sz(hive, putty, "ProxyPassword", "");
    fx_hive_sz(hive, "Software\\Microsoft\\Terminal Server Client\\Servers\\srv1", "UsernameHint",
               "u");
    fx_hive_binary(hive, "Software\\Microsoft\\Internet Explorer\\IntelliForms\\Storage2", "0AB1",
                   "\1\0\0\0", 4);
    fx_hive_binary(hive, "Software\\TightVNC\\Server", "Password", "12345678", 8);
    fx_hive_key(hive, "Software\\RealVNC\\WinVNC4", 0);
    parse_listing(false);
    r = of_program("WinSCP");
    expect_counts(r, 2, 1);
    cr_expect_eq(json_array_size(ac_record_get_json(r, "protection")), 2);
    r = of_program("PuTTY");
    expect_counts(r, 1, 0);
    r = of_program("Remote Desktop");
    cr_assert(r);
    cr_expect_eq(ac_record_get_int(r, "accounts"), 1);
    cr_expect_null(ac_record_get_json(r, "saved"), "they lie elsewhere");
    expect_counts(of_program("Internet Explorer"), 1, 1);
    cr_expect_eq(ac_record_get_int(of_program("TightVNC"), "saved"), 1);
    cr_expect_null(of_program("RealVNC"), "a key without a password");
    expect_silent("A35C");
    expect_silent("3132333435363738");
}

Test(hive_credentials, of_the_machine)
{
    fx_hive_sz(hive, "Microsoft\\Windows NT\\CurrentVersion\\Winlogon", "DefaultPassword",
               "secret");
    fx_hive_binary(hive, "WOW6432Node\\ORL\\WinVNC3", "Password", "12345678", 8);
    fx_hive_key(hive, "Microsoft\\Windows\\CurrentVersion", 0);
    parse("Windows/System32/config/SOFTWARE", "");
    cr_expect_eq(ac_record_get_int(of_program("Windows automatic logon"), "saved"), 1);
    cr_expect_eq(ac_record_get_int(of_program("VNC"), "saved"), 1);
    cr_expect_str_eq(ac_record_get(of_program("VNC"), "user"), "");
}
