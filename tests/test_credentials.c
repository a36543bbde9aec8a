/* Stores of credentials in files: what is counted, what is never told. */
#include "build_sqlite.h"

#include "base/alloc.h"
#include "credentials.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define CHROME "Users/user1/AppData/Local/Google/Chrome/User Data/Profile 1/"
#define FIREFOX "Users/user1/AppData/Roaming/Mozilla/Firefox/Profiles/abcd1234.default/"

static struct fx_records out;

static void begin(void)
{
    fx_records_init(&out);
}

static void end(void)
{
    fx_records_free(&out);
}

TestSuite(credentials, .init = begin, .fini = end);

static enum ac_rc parse_as(struct ac_view bytes, const char *path, bool list)
{
    struct ac_budget budget = {5000000};
    struct ac_artefact a = {.bytes = bytes, .path = path, .user = "", .list_accounts = list};
    const struct ac_parser *p = ac_parser_for(&a);

    fx_records_free(&out);
    cr_assert(p, "%s", path);
    cr_assert_str_eq(p->source, "credentials", "%s", path);
    return p->parse(&a, &budget, &out.sink, NULL);
}

static enum ac_rc parse_text(const char *text, const char *path, bool list)
{
    return parse_as((struct ac_view){(const uint8_t *)text, strlen(text), 0}, path, list);
}

static struct ac_record *only(void)
{
    cr_assert_eq(out.n, 1);
    return out.items[0];
}

static void expect_words(const struct ac_record *r, const char *words)
{
    struct ac_buf all = {0};
    const json_t *list = ac_record_get_json(r, "protection");

    for (size_t i = 0; i < json_array_size(list); i++)
        ac_buf_addf(&all, "%s%s", i ? " " : "", json_string_value(json_array_get(list, i)));
    cr_expect_str_eq(ac_buf_text(&all), words);
    ac_buf_free(&all);
}

static void expect_time(const struct ac_record *r, const char *field, const char *want)
{
    char text[AC_TIME_TEXT];

    cr_expect_str_eq(ac_time_print(ac_record_get_time(r, field), text), want, "%s: %s", field,
                     text);
}

/* No record says any of it, whatever is asked for. */
static void expect_silent(const char *secret)
{
    for (size_t i = 0; i < out.n; i++) {
        char *line = ac_record_print(out.items[i]);

        cr_expect_null(strstr(line, secret), "%s", line);
        free(line);
    }
}

#define SECRETS                                                                                    \
    FX_LOGINS FX_LOGIN("https://a.example/", "alice", "x'763130536563726574'",                     \
                       "13240000000000000", "0")                                                   \
        FX_LOGIN("https://b.example/", "bob", "x'763230536563726574'", "13250000000000000", "0")   \
            FX_LOGIN("https://c.example/", "", "x''", "13230000000000000", "0")                    \
                FX_LOGIN("https://d.example/", "dan", "x'01000000D08C9DDF536563726574'",           \
                         "13255000000000000", "0")                                                 \
                    FX_LOGIN("https://no.example/", "", "x''", "13220000000000000", "1")

Test(credentials, chrome_logins)
{
    struct fx_sqlite made;
    const struct ac_record *r;
    const json_t *prefixes;

    fx_sqlite_build(&made, SECRETS, NULL);
    cr_assert_eq(parse_as(fx_view(&made.db), CHROME "Login Data", false), AC_OK);
    r = only();
    cr_expect_str_eq(ac_record_get(r, "program"), "Google Chrome");
    cr_expect_str_eq(ac_record_get(r, "group"), "browser");
    cr_expect_str_eq(ac_record_get(r, "content"), "passwords");
    cr_expect_str_eq(ac_record_get(r, "user"), "user1");
    cr_expect_str_eq(ac_record_get(r, "profile"), "Profile 1");
    cr_expect_eq(ac_record_get_int(r, "accounts"), 4);
    cr_expect_eq(ac_record_get_int(r, "saved"), 3);
    expect_words(r, "dpapi app-bound");
    prefixes = ac_record_get_json(r, "prefixes");
    cr_expect_eq(json_integer_value(json_object_get(prefixes, "v10")), 1);
    cr_expect_eq(json_integer_value(json_object_get(prefixes, "v20")), 1);
    cr_expect_eq(json_integer_value(json_object_get(prefixes, "dpapi")), 1);
    cr_expect_eq(json_integer_value(json_object_get(prefixes, "other")), 0);
    expect_time(r, "first_created", "2020-03-30T00:00:00Z");
    expect_time(r, "last_created", "2021-01-13T08:26:40Z");
    expect_time(r, "last_changed", "2021-01-13T08:26:41Z");
    expect_time(r, "last_used", "2021-01-13T08:26:45Z");
    cr_expect_null(ac_record_get_json(r, "origins"));
    expect_silent("example");
    expect_silent("alice");
    expect_silent("Secret");
    expect_silent("536563726574");
    fx_sqlite_free(&made);
}

Test(credentials, accounts_only_when_asked_for_and_secrets_never)
{
    struct fx_sqlite made;
    const json_t *origins;

    fx_sqlite_build(&made, SECRETS, NULL);
    cr_assert_eq(parse_as(fx_view(&made.db), CHROME "Login Data", true), AC_OK);
    origins = ac_record_get_json(only(), "origins");
    cr_assert_eq(json_array_size(origins), 4);
    cr_expect_str_eq(json_string_value(json_object_get(json_array_get(origins, 0), "origin")),
                     "https://a.example/");
    cr_expect_str_eq(json_string_value(json_object_get(json_array_get(origins, 0), "account")),
                     "alice");
    expect_silent("Secret");
    expect_silent("536563726574");
    fx_sqlite_free(&made);
}

Test(credentials, cookies_cards_and_forms)
{
    struct fx_sqlite made;
    const struct ac_record *r;

    fx_sqlite_build(&made,
                    "CREATE TABLE cookies(creation_utc INTEGER, host_key TEXT, name TEXT, value "
                    "TEXT, encrypted_value BLOB, last_access_utc INTEGER);"
                    "INSERT INTO cookies VALUES(13240000000000000,'.a.example','sid','',"
                    "x'76313041',13250000000000000);"
                    "INSERT INTO cookies VALUES(13230000000000000,'.a.example','s','plain',x'',0);"
                    "INSERT INTO cookies VALUES(13230000000000000,'.b.example','n','',x'',0);",
                    NULL);
    cr_assert_eq(parse_as(fx_view(&made.db), CHROME "Network/Cookies", false), AC_OK);
    r = only();
    cr_expect_str_eq(ac_record_get(r, "profile"), "Profile 1");
    cr_expect_str_eq(ac_record_get(r, "content"), "cookies");
    cr_expect_eq(ac_record_get_int(r, "accounts"), 3);
    cr_expect_eq(ac_record_get_int(r, "saved"), 2);
    expect_words(r, "dpapi unknown");
    fx_sqlite_free(&made);
    fx_sqlite_build(&made,
                    "CREATE TABLE credit_cards(guid, name_on_card, card_number_encrypted BLOB, "
                    "date_modified INTEGER, use_date INTEGER);"
                    "INSERT INTO credit_cards VALUES('g','N',x'76313041',1600000000,1610000000);"
                    "CREATE TABLE autofill(name, value, date_created INTEGER, date_last_used "
                    "INTEGER); INSERT INTO autofill VALUES('tel','0120',1500000000,1500000001);",
                    NULL);
    cr_assert_eq(parse_as(fx_view(&made.db), CHROME "Web Data", true), AC_OK);
    cr_assert_eq(out.n, 2);
    r = fx_find(&out, AC_KIND_CREDENTIAL_STORE, "content", "cards");
    cr_assert(r);
    cr_expect_eq(ac_record_get_int(r, "saved"), 1);
    expect_time(r, "last_changed", "2020-09-13T12:26:40Z");
    r = fx_find(&out, AC_KIND_CREDENTIAL_STORE, "content", "form-entries");
    cr_assert(r);
    cr_expect_eq(ac_record_get_int(r, "accounts"), 1);
    cr_expect_null(ac_record_get_json(r, "saved"));
    expect_silent("0120");
    fx_sqlite_free(&made);
}

Test(credentials, firefox_logins)
{
    static const char text[] =
        "{\"nextId\":3,\"logins\":[{\"id\":1,\"hostname\":\"https://a.example\","
        "\"encryptedUsername\":\"MDoEEUser\",\"encryptedPassword\":\"MDoESecret\","
        "\"timeCreated\":1600000000000,\"timeLastUsed\":1610000000123,"
        "\"timePasswordChanged\":1605000000000},{\"hostname\":\"imap://mail.example\","
        "\"encryptedPassword\":\"\",\"timeCreated\":-5}]}";
    const struct ac_record *r;

    cr_assert_eq(parse_text(text, FIREFOX "logins.json", true), AC_OK);
    r = only();
    cr_expect_str_eq(ac_record_get(r, "program"), "Mozilla Firefox");
    cr_expect_str_eq(ac_record_get(r, "profile"), "abcd1234.default");
    cr_expect_eq(ac_record_get_int(r, "accounts"), 2);
    cr_expect_eq(ac_record_get_int(r, "saved"), 1);
    expect_words(r, "primary-password-unknown");
    expect_time(r, "first_created", "2020-09-13T12:26:40Z");
    expect_time(r, "last_used", "2021-01-07T06:13:20.123Z");
    cr_expect_eq(json_array_size(ac_record_get_json(r, "origins")), 2);
    expect_silent("MDoE");
    for (size_t n = 0; n + 1 < sizeof(text) - 1; n += 7) {
        struct ac_view cut = {(const uint8_t *)text, n, 0};

        cr_expect_eq(parse_as(cut, FIREFOX "logins.json", false), AC_CORRUPT);
        cr_expect_null(ac_record_get_json(only(), "saved"));
        cr_expect(ac_record_get(only(), "unreadable")[0]);
    }
    cr_expect_eq(parse_text("{\"logins\":7}", FIREFOX "logins.json", false), AC_CORRUPT);
}

Test(credentials, deep_json_ends)
{
    struct ac_buf deep = {0};

    for (int i = 0; i < 100000; i++)
        ac_buf_addz(&deep, "{\"a\":");
    cr_expect_eq(parse_as(fx_view(&deep), FIREFOX "logins.json", false), AC_CORRUPT);
    ac_buf_free(&deep);
}

Test(credentials, chrome_keys)
{
    cr_assert_eq(parse_text("{\"os_crypt\":{\"encrypted_key\":\"RFBBUEk=\","
                            "\"app_bound_encrypted_key\":\"QVBQQg==\"}}",
                            "Users/user1/AppData/Local/Microsoft/Edge/User Data/Local State",
                            false),
                 AC_OK);
    cr_expect_str_eq(ac_record_get(only(), "program"), "Microsoft Edge");
    cr_expect_str_eq(ac_record_get(only(), "content"), "key");
    cr_expect_str_eq(ac_record_get(only(), "profile"), "");
    expect_words(only(), "dpapi app-bound");
    expect_silent("RFBB");
    cr_assert_eq(parse_text("{}", CHROME "../Local State", false), AC_OK);
    expect_words(only(), "");
}

/* ---- XML */

Test(credentials, file_zilla)
{
    static const char text[] =
        "<?xml version=\"1.0\"?><FileZilla3><Servers><Folder>x<Server><Host>ftp.example</Host>"
        "<User>u</User><Pass encoding=\"base64\">U2VjcmV0</Pass></Server></Folder>"
        "<Server><Host>b</Host><Pass>Secret</Pass></Server><Server><Host>c</Host>"
        "<Pass encoding=\"crypt\" pubkey=\"k\">U2VjcmV0</Pass></Server>"
        "<Server><Host>d</Host><Pass> </Pass></Server></Servers></FileZilla3>";
    const struct ac_record *r;

    cr_assert_eq(parse_text(text, "Users/user1/AppData/Roaming/FileZilla/sitemanager.xml", true),
                 AC_OK);
    r = only();
    cr_expect_str_eq(ac_record_get(r, "program"), "FileZilla");
    cr_expect_eq(ac_record_get_int(r, "accounts"), 4);
    cr_expect_eq(ac_record_get_int(r, "saved"), 3);
    expect_words(r, "obfuscated plain master-password");
    cr_expect_eq(json_array_size(ac_record_get_json(r, "origins")), 4);
    expect_silent("U2Vj");
    expect_silent("Secret");
    for (size_t n = 0; n + 1 < sizeof(text) - 1; n += 5) {
        struct ac_view cut = {(const uint8_t *)text, n, 0};

        cr_expect_eq(parse_as(cut, "FileZilla/sitemanager.xml", false), AC_CORRUPT);
        cr_expect_null(ac_record_get_json(only(), "saved"));
    }
}

Test(credentials, live_mail_in_utf16)
{
    struct ac_buf text = {0};
    const struct ac_record *r;

    fx_le16(&text, 0xFEFF);
    fx_utf16(&text, "<?xml version=\"1.0\" encoding=\"utf-16\"?><MessageAccount type=\"KEY\">"
                    "<IMAP_Server type=\"SZ\">imap.example</IMAP_Server><IMAP_User_Name>u"
                    "</IMAP_User_Name><IMAP_Password2 type=\"BINARY\">0100ABCD</IMAP_Password2>"
                    "<SMTP_Server>smtp.example</SMTP_Server><SMTP_Password2></SMTP_Password2>"
                    "</MessageAccount>");
    cr_assert_eq(parse_as(fx_view(&text),
                          "Users/user1/AppData/Local/Microsoft/Windows Live Mail/x/"
                          "account{1}.oeaccount",
                          false),
                 AC_OK);
    r = only();
    cr_expect_str_eq(ac_record_get(r, "program"), "Windows Live Mail");
    cr_expect_str_eq(ac_record_get(r, "group"), "mail");
    cr_expect_eq(ac_record_get_int(r, "accounts"), 1);
    cr_expect_eq(ac_record_get_int(r, "saved"), 1);
    expect_words(r, "dpapi");
    expect_silent("0100ABCD");
    ac_buf_free(&text);
}

Test(credentials, wifi)
{
    static const char text[] =
        "<WLANProfile xmlns=\"http://www.microsoft.com/networking/WLAN/profile/v1\"><name>net1"
        "</name><MSM><security><sharedKey><keyType>passPhrase</keyType><protected>%s</protected>"
        "<keyMaterial>01000000D08C</keyMaterial></sharedKey></security></MSM></WLANProfile>";
    char one[512];

    snprintf(one, sizeof(one), text, "true");
    cr_assert_eq(
        parse_text(one, "ProgramData/Microsoft/Wlansvc/Profiles/Interfaces/{1}/{2}.xml", false),
        AC_OK);
    cr_expect_eq(ac_record_get_int(only(), "saved"), 1);
    expect_words(only(), "dpapi");
    expect_silent("net1");
    snprintf(one, sizeof(one), text, "false");
    parse_text(one, "{2}.xml", true);
    expect_words(only(), "plain");
    cr_expect_str_eq(ac_record_get(only(), "content"), "network-keys");
    expect_silent("D08C");
}

Test(credentials, key_pass)
{
    parse_text("<?xml version=\"1.0\"?><Configuration><Defaults><KeySources><Association>"
               "<DatabasePath>..\\db.kdbx</DatabasePath><Password>true</Password><KeyFilePath>a.key"
               "</KeyFilePath></Association></KeySources></Defaults></Configuration>",
               "Users/user1/AppData/Roaming/KeePass/KeePass.config.xml", true);
    cr_expect_str_eq(ac_record_get(only(), "program"), "KeePass");
    cr_expect_str_eq(ac_record_get(only(), "group"), "manager");
    cr_expect_eq(ac_record_get_int(only(), "accounts"), 1);
    cr_expect_null(ac_record_get_json(only(), "saved"));
    expect_words(only(), "master-key-file master-password");
}

/* ---- text */

Test(credentials, winscp)
{
    cr_assert_eq(parse_text("[Configuration\\Security]\r\nUseMasterPassword=1\r\n"
                            "[Sessions\\a@host]\r\nHostName=host\r\nUserName=a\r\n"
                            "Password=A35C4B\r\n[Sessions\\b]\r\nHostName=b\r\n[SshHostKeys]\r\n",
                            "Users/user1/AppData/Roaming/WinSCP.ini", true),
                 AC_OK);
    cr_expect_eq(ac_record_get_int(only(), "accounts"), 2);
    cr_expect_eq(ac_record_get_int(only(), "saved"), 1);
    expect_words(only(), "obfuscated master-password");
    expect_silent("A35C");
    cr_expect_eq(json_array_size(ac_record_get_json(only(), "origins")), 2);
}

Test(credentials, remote_desktop_in_utf16)
{
    struct ac_buf text = {0};

    fx_le16(&text, 0xFEFF);
    fx_utf16(&text,
             "full address:s:host\r\nusername:s:\xE4\xB8\x8A\r\npassword 51:b:01000000D0\r\n");
    cr_assert_eq(parse_as(fx_view(&text), "Users/user1/Documents/a.rdp", true), AC_OK);
    cr_expect_eq(ac_record_get_int(only(), "saved"), 1);
    expect_words(only(), "dpapi");
    cr_expect_str_eq(json_string_value(json_object_get(
                         json_array_get(ac_record_get_json(only(), "origins"), 0), "account")),
                     "\xE4\xB8\x8A");
    expect_silent("D0");
    for (size_t n = 0; n < text.n; n++)
        cr_expect_eq(parse_as((struct ac_view){(const uint8_t *)text.p, n, 0}, "a.rdp", true),
                     AC_OK);
    ac_buf_free(&text);
}

Test(credentials, other_texts)
{
    parse_text("client\nremote vpn.example 1194\nauth-user-pass pass.txt\n", "x/a.ovpn", true);
    cr_expect_eq(ac_record_get_int(only(), "saved"), 1);
    expect_words(only(), "plain");
    parse_text("client\nauth-user-pass\n", "x/a.ovpn", false);
    cr_expect_eq(ac_record_get_int(only(), "saved"), 0);
    parse_text("<key>\n-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIE\n</key>\n", "x/a.ovpn", false);
    cr_expect_eq(ac_record_get_int(only(), "saved"), 1);
    expect_words(only(), "passphrase");
    parse_text("[ultravnc]\npasswd=AABBCC\npasswd2=\n", "x/UltraVNC.ini", false);
    cr_expect_eq(ac_record_get_int(only(), "saved"), 1);
    parse_text("[Account]\nMailServer=m.example\nUserID=u\n", "x/1a2b.mb/Mailbox.ini", false);
    cr_expect_str_eq(ac_record_get(only(), "program"), "Becky!");
    cr_expect_eq(ac_record_get_int(only(), "accounts"), 1);
    cr_expect_null(ac_record_get_json(only(), "saved"));
    parse_text("[VPN1]\nMEDIA=x\n[VPN2]\n", "x/rasphone.pbk", false);
    cr_expect_eq(ac_record_get_int(only(), "accounts"), 2);
    parse_text("user_pref(\"mail.server.server1.type\", \"imap\");\n"
               "user_pref(\"mail.server.server2.type\", \"none\");\n"
               "user_pref(\"mail.server.server3.type\", \"pop3\");\n",
               "x/Thunderbird/Profiles/a/prefs.js", false);
    cr_expect_eq(ac_record_get_int(only(), "accounts"), 2);
    cr_expect_str_eq(ac_record_get(only(), "group"), "mail");
}

Test(credentials, long_lines_and_other_bytes)
{
    struct ac_buf text = {0};

    ac_buf_addz(&text, "[Sessions\\");
    for (int i = 0; i < 5000; i++)
        ac_buf_addz(&text, "\xE4\xB8\x8A");
    ac_buf_addz(&text, "]\nHostName=\xFF\xFE\x80\nPassword=x\n");
    for (int i = 0; i < 200; i++)
        ac_buf_addz(&text, "UserName=\xE4\xB8\x8A\xE4\xB8\x8A");
    cr_expect_eq(parse_as(fx_view(&text), "WinSCP.ini", true), AC_OK);
    cr_expect_eq(out.n, 1);
    ac_buf_free(&text);
}

Test(credentials, every_allocation_may_fail)
{
    static const char *const files[][2] = {
        {"{\"logins\":[{\"hostname\":\"a\",\"encryptedPassword\":\"b\"}]}", "logins.json"},
        {"{\"os_crypt\":{\"encrypted_key\":\"a\"}}", "Local State"},
        {"<FileZilla3><Server><Host>a</Host><Pass>b</Pass></Server></FileZilla3>",
         "sitemanager.xml"},
        {"[Sessions\\a]\nHostName=a\nPassword=b\n", "WinSCP.ini"},
    };

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        for (unsigned long n = 1; n < 60; n++) {
            ac_alloc_fail_at(n);
            parse_text(files[i][0], files[i][1], true);
            ac_alloc_fail_at(0);
            for (size_t k = 0; k < out.n; k++)
                cr_expect_eq(ac_record_rc(out.items[k]), AC_OK);
        }
    }
}

/* ---- real stores, as the README of the real data says */

static void real(const char *file, const char *path, int64_t saved)
{
    struct ac_buf bytes = {0};

    if (!fx_load_realdata(file, &bytes))
        cr_skip_test("no real data");
    cr_expect_eq(parse_as(fx_view(&bytes), path, true), AC_OK, "%s", file);
    cr_expect_eq(ac_record_get_int(only(), "saved"), saved, "%s", file);
    ac_buf_free(&bytes);
}

Test(credentials, real_stores)
{
    real("browser/opera/Login Data", "a/Opera Software/Opera Stable/Login Data", 1);
    cr_expect_str_eq(ac_record_get(only(), "program"), "Opera");
    real("browser/chrome/plaso-Cookies-68.0.3440.106", "Cookies-68.0.3440.106", 5);
    real("browser/firefox/test_profile_firefox_20/signons.sqlite", "signons.sqlite", 4);
    real("browser/firefox/test_profile_firefox_59/logins.json", FIREFOX "logins.json", 4);
    expect_silent("MDoE");
    expect_time(only(), "first_created", "2018-01-14T03:58:34.887Z");
}
