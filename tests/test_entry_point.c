/* What came in before the first trace: which records count, whose they are, and when. */
#include "fixture.h"

#include "assess/entry_point.h"
#include "base/alloc.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#define DLL "Users/user2/AppData/Local/Ckninfwzsiy/ialkquzoobki.czi"

static struct fx_records all;
static struct ac_assessment result;
static struct ac_entry_points found;

static void begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    fx_records_init(&all);
}

static void end(void)
{
    ac_entry_points_free(&found);
    ac_assessment_free(&result);
    fx_records_free(&all);
}

TestSuite(entry_point, .init = begin, .fini = end);

static struct ac_record *add(enum ac_kind kind)
{
    struct ac_record *r = ac_record_new(kind);
    char id[24];

    snprintf(id, sizeof(id), "R-%06zu", all.n + 1);
    ac_record_set_id(r, id);
    ac_record_prov_textz(r, "evidence", "E1");
    ac_record_prov_textz(r, "system", "Windows");
    cr_assert_eq(all.sink.emit(&all.sink, r, NULL), AC_OK);
    return r;
}

static void time_of(struct ac_record *r, const char *field, const char *time)
{
    ac_record_time(r, field, (struct ac_filetime){fx_time(time)});
}

/* Emotet in the profile user2: its Run key was written on 5 January 2021, 08:30. */
static void emotet(void)
{
    struct ac_record *r = add(AC_KIND_AUTOSTART);

    ac_record_textz(r, "location", "HKU\\user2\\Software\\Microsoft\\Windows\\CurrentVersion\\Run");
    ac_record_textz(r, "name", "ialkquzoobki.czi");
    ac_record_textz(r, "mechanism", "run");
    ac_record_textz(r, "user", "user2");
    ac_record_int(r, "value_type", 1);
    ac_record_textz(r, "command",
                    "rundll32.exe C:\\Users\\user2\\AppData\\Local\\Ckninfwzsiy\\ialkquzoobki.czi,"
                    "Control_RunDLL");
    ac_record_textz(r, "target", DLL);
    ac_record_textz(r, "target_state", "absent");
    ac_record_prov_time(r, "key_last_written",
                        (struct ac_filetime){fx_time("2021-01-05T08:30:00Z")});
}

static struct ac_record *trusted(const char *user, const char *document, const char *time)
{
    struct ac_record *r = add(AC_KIND_DELIVERY);

    ac_record_textz(r, "artefact", "trust-record");
    ac_record_textz(r, "user", user);
    ac_record_textz(r, "document", document);
    ac_record_bool(r, "macros_enabled", true);
    time_of(r, "time", time);
    return r;
}

static struct ac_record *change(const char *path, const char *reason, const char *time)
{
    struct ac_record *r = add(AC_KIND_CHANGE);

    ac_record_textz(r, "path", path);
    ac_record_add_text(r, "reasons", ac_str_of(reason));
    time_of(r, "time", time);
    return r;
}

static const struct ac_entry_points *find(const char *user)
{
    cr_assert_eq(ac_assess(all.items, all.n, &result, NULL), AC_OK);
    cr_assert_gt(result.n_findings, 0);
    cr_assert_eq(ac_entry_points_find(&result, all.items[0], user, &found), AC_OK);
    return &found;
}

Test(entry_point, every_way_the_nearest_first)
{
    struct ac_record *r;

    emotet();
    trusted("user2", "INV.doc", "2021-01-05T08:29:00Z");
    r = add(AC_KIND_DELIVERY);
    ac_record_textz(r, "artefact", "zone-mark");
    ac_record_textz(r, "document", "Users/user2/Downloads/INV.zip");
    ac_record_int(r, "zone", 3);
    time_of(r, "document_created", "2021-01-05T08:20:00Z");
    r = add(AC_KIND_ACTIVITY);
    ac_record_textz(r, "artefact", "recent-docs");
    ac_record_textz(r, "user", "user2");
    ac_record_textz(r, "text", "INV.doc");
    time_of(r, "time", "2021-01-05T08:28:00Z");
    change("Users/user2/AppData/Local/Microsoft/Windows/INetCache/Content.Outlook/AB12CD34/INV.zip",
           "file-create", "2021-01-05T08:10:00Z");
    change("Users/user2/Desktop/scan.iso", "file-create", "2021-01-04T00:00:00Z");
    find("user2");
    cr_expect_eq(found.first.time.ticks, fx_time("2021-01-05T08:30:00Z"));
    cr_assert_eq(found.n, 5);
    cr_expect_eq(found.items[0].way, AC_ENTRY_MACROS);
    cr_expect_eq(found.items[1].way, AC_ENTRY_OPENED);
    cr_expect_eq(found.items[2].way, AC_ENTRY_DOWNLOADED);
    cr_expect_eq(found.items[3].way, AC_ENTRY_ATTACHMENT);
    cr_expect_eq(found.items[4].way, AC_ENTRY_CREATED);
}

Test(entry_point, what_is_no_candidate)
{
    emotet();
    ac_record_bool(trusted("user2", "edit.doc", "2021-01-05T08:00:00Z"), "macros_enabled", false);
    change("Users/user2/Desktop/notes.txt", "file-create", "2021-01-05T08:00:00Z");
    change("Users/user2/Desktop/a.doc", "file-delete", "2021-01-05T08:00:00Z");
    trusted("user2", "early.doc", "2020-12-06T08:29:59Z"); /* 30 days and a second */
    trusted("user2", "late.doc", "2021-01-05T09:30:01Z");  /* an hour and a second */
    trusted("user1", "other.doc", "2021-01-05T08:00:00Z"); /* another profile */
    change("Users/user1/Desktop/b.doc", "file-create", "2021-01-05T08:00:00Z");
    ac_record_prov_textz(trusted("user2", "old.doc", "2021-01-05T08:00:00Z"), "system",
                         "Windows.old/Windows");
    cr_expect_eq(find("user2")->n, 0);
}

Test(entry_point, the_edges_of_the_time)
{
    emotet();
    trusted("user2", "first.doc", "2020-12-06T08:30:00Z");
    trusted("user2", "last.doc", "2021-01-05T09:30:00Z");
    trusted("user2", "last.doc", "2021-01-05T09:30:00Z"); /* said twice, told once */
    cr_expect_eq(find("user2")->n, 2);
}

Test(entry_point, a_file_that_was_set_back_counts_by_its_folder)
{
    struct ac_record *r;

    emotet();
    r = add(AC_KIND_FILE);
    ac_record_textz(r, "path", DLL);
    ac_record_textz(r, "name", "ialkquzoobki.czi");
    ac_record_textz(r, "magic", "4d5a");
    time_of(r, "modified", "2020-12-29T08:29:00Z");
    time_of(r, "fn_created", "2020-12-29T08:29:00Z");
    time_of(r, "parent_modified", "2021-01-05T08:29:00Z");
    find("user2");
    cr_expect_eq(found.first.time.ticks, fx_time("2021-01-05T08:29:00Z"));
}

Test(entry_point, without_findings_there_is_no_first_trace)
{
    trusted("user2", "INV.doc", "2021-01-05T08:29:00Z");
    cr_assert_eq(ac_assess(all.items, all.n, &result, NULL), AC_OK);
    cr_assert_eq(ac_entry_points_find(&result, all.items[0], "user2", &found), AC_OK);
    cr_expect_null(found.first.record);
    cr_expect_eq(found.n, 0);
}

Test(entry_point, no_memory_is_an_error)
{
    emotet();
    trusted("user2", "INV.doc", "2021-01-05T08:29:00Z");
    find("user2");
    ac_entry_points_free(&found);
    ac_alloc_fail_at(1);
    cr_expect_eq(ac_entry_points_find(&result, all.items[0], "user2", &found), AC_NOMEM);
    ac_alloc_fail_at(0);
}
