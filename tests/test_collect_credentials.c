/* Stores of credentials of a whole profile: which are found, where, and that nobody is named
 * unasked. */
#include "build_sqlite.h"

#include "collect/collect.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PROFILE "Users/user1/"

static char dir[4096];
static struct fx_records records;

static void put(const char *path, const void *bytes, size_t n)
{
    char full[5000];

    snprintf(full, sizeof(full), "%s/%s", dir, path);
    for (char *slash = full + strlen(dir) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(full, 0777);
        *slash = '/';
    }
    cr_assert(fx_write(full, bytes, n), "%s", full);
}

static void put_text(const char *path, const char *text)
{
    put(path, text, strlen(text));
}

static void start(void)
{
    struct fx_sqlite made;

    snprintf(dir, sizeof(dir), "%s", fx_tmpdir());
    fx_records_init(&records);
    fx_sqlite_build(
        &made, FX_LOGINS,
        FX_LOGIN("https://a.example", "alice", "x'763130AA'", "13240000000000000", "0"));
    put(PROFILE "AppData/Local/Google/Chrome/User Data/Default/Login Data", made.db.p, made.db.n);
    put(PROFILE "AppData/Local/Google/Chrome/User Data/Default/Login Data-wal", made.wal.p,
        made.wal.n);
    fx_sqlite_free(&made);
    put_text(PROFILE "AppData/Local/Google/Chrome/User Data/Default/Login Data-shm", "x");
    put_text(PROFILE "AppData/Local/Google/Chrome/User Data/Local State", "{\"os_crypt\":{}}");
    put_text(PROFILE "AppData/Roaming/Thunderbird/Profiles/a.default/logins.json",
             "{\"logins\":[{\"hostname\":\"imap://m\",\"encryptedPassword\":\"x\"}]}");
    put_text(PROFILE "AppData/Roaming/Thunderbird/Profiles/a.default/key4.db", "x");
    put_text(PROFILE "AppData/Roaming/Mozilla/Firefox/Profiles/b/logins.json", "{broken");
    put_text(PROFILE "AppData/Local/Microsoft/Outlook/alice@mail.example.ost", "0123456789");
    put_text(PROFILE "AppData/Roaming/Microsoft/Credentials/0123456789ABCDEF0123456789ABCDEF", "x");
    put_text(PROFILE "AppData/Roaming/Microsoft/Credentials/desktop.ini", "x");
    put_text(PROFILE "AppData/Local/Microsoft/Vault/4BF4C442-9B8A-41A0-B380-DD4A704DDB28/a.vcrd",
             "x");
    put_text(PROFILE "Documents/Becky/1a.mb/Mailbox.ini", "[Account]\nMailServer=m\n");
    put_text(PROFILE "Documents/safe.kdbx", "x");
    put_text(PROFILE "Desktop/srv.rdp", "password 51:b:01\n");
    put_text("ProgramData/Microsoft/Wlansvc/Profiles/Interfaces/{1}/{2}.xml",
             "<WLANProfile><name>net1</name></WLANProfile>");
    put_text("Program Files/OpenVPN/config/a.ovpn", "auth-user-pass p.txt\n");
    put_text("Windows/System32/config/x", "");
}

static void stop(void)
{
    fx_records_free(&records);
    fx_rmtree(dir);
}

TestSuite(collect_credentials, .init = start, .fini = stop);

static void collect(bool list)
{
    struct ac_collect_options o = {.path = dir, .evidence_id = "E1", .list_accounts = list};
    struct ac_collect_result result;
    uint64_t id = 1;

    cr_assert_eq(ac_collect(&o, &id, &records.sink, &result, NULL), AC_OK);
    cr_assert(result.usable);
}

static const struct ac_record *store(const char *program, const char *content)
{
    for (size_t i = 0; i < records.n; i++) {
        const struct ac_record *r = records.items[i];

        if (ac_record_kind(r) == AC_KIND_CREDENTIAL_STORE &&
            strcmp(ac_record_get(r, "program"), program) == 0 &&
            strcmp(ac_record_get(r, "content"), content) == 0)
            return r;
    }
    cr_assert_fail("no %s of %s", content, program);
    return NULL;
}

Test(collect_credentials, all_of_a_profile)
{
    const struct ac_record *r;

    collect(false);
    r = store("Google Chrome", "passwords");
    cr_expect_eq(ac_record_get_int(r, "saved"), 1, "it stands in the log only");
    cr_expect_str_eq(ac_record_get(r, "user"), "user1");
    cr_expect_gt(ac_record_get_int(r, "size"), 0);
    cr_expect_null(ac_record_get_json(r, "modified"), "times of copies say nothing");
    cr_expect_eq(strlen(ac_record_prov(r, "sha256")), 64);
    store("Google Chrome", "key");
    cr_expect_eq(ac_record_get_int(store("Mozilla Thunderbird", "passwords"), "saved"), 1);
    store("Mozilla Thunderbird", "key");
    r = store("Mozilla Firefox", "passwords");
    cr_expect(ac_record_get(r, "unreadable")[0]);
    cr_expect_null(ac_record_get_json(r, "saved"));
    cr_expect_eq(ac_record_get_int(store("Microsoft Outlook", "mail-bodies"), "size"), 10);
    cr_expect_eq(ac_record_get_int(store("Windows Credential Manager", "passwords"), "saved"), 1);
    cr_expect_eq(ac_record_get_int(store("Windows Vault", "passwords"), "saved"), 1);
    store("Becky!", "accounts");
    store("KeePass", "passwords");
    cr_expect_eq(ac_record_get_int(store("Remote Desktop", "passwords"), "saved"), 1);
    store("Windows Wi-Fi", "network-keys");
    r = fx_find(&records, AC_KIND_SOURCE, "source", "credential-stores");
    cr_assert(r);
    cr_expect_str_eq(ac_record_get(r, "name"), "ProgramData");
    cr_expect_eq(ac_record_get_int(r, "entries"), 2);
    cr_expect_str_eq(ac_record_get(store("OpenVPN", "passwords"), "user"), "");
    r = fx_find(&records, AC_KIND_SOURCE, "name", "Users/user1");
    cr_assert(r);
    cr_expect_str_eq(ac_record_get(r, "source"), "credential-stores");
    cr_expect_eq(ac_record_get_int(r, "entries"), 11);
    cr_expect_eq(fx_count(&records, AC_KIND_PROBLEM), 1, "the broken one");
}

Test(collect_credentials, nobody_is_named_unasked)
{
    collect(false);
    for (size_t i = 0; i < records.n; i++)
        cr_expect_null(ac_record_get_json(records.items[i], "origins") &&
                               ac_record_kind(records.items[i]) == AC_KIND_CREDENTIAL_STORE
                           ? "named"
                           : NULL);
}

Test(collect_credentials, named_when_asked_for)
{
    collect(true);
    cr_expect_eq(
        json_array_size(ac_record_get_json(store("Google Chrome", "passwords"), "origins")), 1);
}
