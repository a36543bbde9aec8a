/*
 * Stores of credentials on the demo laptop: an account of Outlook and passwords of Chrome of user2, a mail account
 * of Thunderbird of user1. What stands for secrets is filling.
 */
#include "build_sqlite.h"
#include "demo_tree.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#define OUTLOOK                                                                                    \
    "Software\\Microsoft\\Office\\16.0\\Outlook\\Profiles\\Outlook\\"                              \
    "9375CFF0413111d3B88A00104B2A6676\\00000002"
#define CHROME "Users/user2/AppData/Local/Google/Chrome/User Data/"

/* A database that SQLite makes in memory. */
static void put_database(const char *path, const char *sql, const char *time)
{
    struct ac_buf file = {0};
    sqlite3_int64 n = 0;
    unsigned char *bytes;
    sqlite3 *db;

    if (sqlite3_open(":memory:", &db) != SQLITE_OK ||
        sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK ||
        !(bytes = sqlite3_serialize(db, "main", &n, 0))) {
        fprintf(stderr, "build_demo: %s: SQLite failed\n", path);
        exit(1);
    }
    ac_buf_add(&file, bytes, (size_t)n);
    demo_put(path, &file, time);
    sqlite3_free(bytes);
    sqlite3_close(db);
}

void demo_outlook(struct fx_hive *h)
{
    fx_hive_sz(h, OUTLOOK, "clsid", "{ED475412-B0D6-11D2-8C3B-00104B2A6676}");
    fx_hive_sz(h, OUTLOOK, "Account Name", "user2@mail.example");
    fx_hive_sz(h, OUTLOOK, "Email", "user2@mail.example");
    fx_hive_binary(h, OUTLOOK, "IMAP Password", "\2filling", 8);
    fx_hive_key(h, OUTLOOK, fx_time("2020-06-10T01:00:00Z"));
}

void demo_credential_stores(void)
{
    /* microseconds since 1601: June and December 2020 */
    put_database(CHROME "Default/Login Data",
                 "PRAGMA page_size=1024;" FX_LOGINS FX_LOGIN("https://bank.example", "user2",
                                                             "x'76313066696C6C696E67'",
                                                             "13236473600000000", "0")
                     FX_LOGIN("https://shop.example", "user2", "x'76313066696C6C696E67'",
                              "13251945600000000", "0")
                         FX_LOGIN("https://never.example", "", "x''", "13251945600000000", "1"),
                 "2020-12-20T03:00:00Z");
    demo_put_text(CHROME "Local State", "{\"os_crypt\":{\"encrypted_key\":\"ZmlsbGluZw==\"}}",
                  "2020-12-20T03:00:00Z");
    demo_noise("Users/user2/AppData/Local/Microsoft/Outlook/user2@mail.example.ost", 24000, 29,
               "2021-01-21T08:00:00Z");
    demo_put_text("Users/user1/AppData/Roaming/Thunderbird/Profiles/a1b2c3d4.default/logins.json",
                  "{\"logins\":[{\"hostname\":\"imap://mail.example\",\"encryptedUsername\":\"x\","
                  "\"encryptedPassword\":\"x\",\"timeCreated\":1575000000000}]}",
                  "2019-11-29T04:00:00Z");
}
