/* WMI repositories: every version, what is in use and what is left, and what damage leaves of
 * it. */
#include "build_wmi.h"

#include "wmi_parts.h"
#include "wmi_repository.h"

#include "base/alloc.h"
#include "base/limits.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define QUERY "SELECT * FROM __InstanceModificationEvent WITHIN 60 WHERE x = 'y'"
#define COMMAND "C:\\Users\\user1\\AppData\\Roaming\\a.exe /x"
#define MANY_IDS 100

/* A repository with all that belongs to it. */
struct repository {
    bool xp;
    struct ac_buf objects, mapping, index;
    struct ac_buf records[8]; /* of the page at hand */
    size_t n;
    char *keys[16];
    size_t n_keys;
};

static void done(struct repository *r)
{
    ac_buf_free(&r->objects);
    ac_buf_free(&r->mapping);
    ac_buf_free(&r->index);
    for (size_t i = 0; i < 8; i++)
        ac_buf_free(&r->records[i]);
    for (size_t i = 0; i < r->n_keys; i++)
        free(r->keys[i]);
}

static struct ac_buf *next(struct repository *r)
{
    return &r->records[r->n++];
}

/* An index key that leads to an object. */
static void lead_to(struct repository *r, const char *class, uint32_t page, uint32_t id,
                    size_t size)
{
    char *key = malloc(400);

    cr_assert(key);
    snprintf(key, 400, "NS_%s\\CI_%s\\IL_%s.%u.%u.%zu", fx_wmi_digest("root\\subscription", r->xp),
             fx_wmi_digest(class, r->xp), fx_wmi_digest("x", r->xp), page, id, size);
    r->keys[r->n_keys++] = key;
}

/* Ends a page: its records are those that were added with next(). */
static void end_page(struct repository *r, const char *const *classes, uint32_t logical)
{
    uint32_t first = MANY_IDS * (logical + 1);

    for (size_t i = 0; i < r->n && classes; i++)
        lead_to(r, classes[i], logical, first + (uint32_t)i, r->records[i].n);
    fx_wmi_page(&r->objects, r->records, r->n, first);
    for (size_t i = 0; i < r->n; i++)
        ac_buf_clear(&r->records[i]);
    r->n = 0;
}

static void end_files(struct repository *r, const uint32_t *map, size_t n)
{
    static const uint32_t one[] = {0};

    fx_wmi_mapping(&r->mapping, r->xp, 7, map, n, one, 1);
    fx_wmi_index_page(&r->index, (const char *const *)r->keys, r->n_keys);
}

static enum ac_rc parse(const struct repository *r, struct fx_records *out, struct ac_err *err)
{
    struct ac_companion beside[2];
    struct ac_artefact a = {.bytes = fx_view(&r->objects),
                            .path = "Windows/System32/wbem/Repository/OBJECTS.DATA",
                            .user = "",
                            .logs = beside};
    struct ac_budget budget = {AC_BUDGET_STEPS};

    if (r->mapping.n)
        beside[a.n_logs++] = (struct ac_companion){"Windows/x/MAPPING2.MAP", fx_view(&r->mapping)};
    if (r->index.n)
        beside[a.n_logs++] = (struct ac_companion){"Windows/x/INDEX.BTR", fx_view(&r->index)};
    fx_records_init(out);
    return ac_parser_wmi.parse(&a, &budget, &out->sink, err);
}

static const char *const classes[] = {"__EventFilter", "CommandLineEventConsumer",
                                      "__FilterToConsumerBinding"};

/* A filter, a command consumer and their binding on logical page 1, which lies in place 0. */
static void usual(struct repository *r)
{
    static const uint32_t map[] = {0xFFFFFFFF, 0};

    fx_wmi_filter(next(r), r->xp, "Updater", QUERY);
    fx_wmi_command(next(r), r->xp, "Updater Consumer", NULL, COMMAND);
    fx_wmi_binding(next(r), r->xp, "__EventFilter.Name=\"Updater\"",
                   "CommandLineEventConsumer.Name=\"Updater Consumer\"");
    end_page(r, classes, 1);
    end_files(r, map, 2);
}

static void expect(const struct ac_record *r, const char *field, const char *value)
{
    cr_expect_str_eq(ac_record_get(r, field), value, "%s: %s", field, ac_record_get(r, field));
}

static int64_t offset_of(const struct ac_record *r)
{
    return json_integer_value(ac_record_prov_json(r, "offset"));
}

Test(wmi, a_consumer_with_its_filter_in_both_versions)
{
    for (int xp = 0; xp < 2; xp++) {
        struct repository r = {.xp = xp};
        struct ac_buf filter = {0};
        struct fx_records out;
        const struct ac_record *a;
        const json_t *times;

        usual(&r);
        cr_expect_eq(parse(&r, &out, NULL), AC_OK);
        cr_assert_eq(out.n, 1, "xp %d: %zu", xp, out.n);
        a = out.items[0];
        expect(a, "location", "WMI:root\\subscription");
        expect(a, "name", "Updater Consumer");
        expect(a, "command", COMMAND);
        expect(a, "mechanism", "wmi-command");
        expect(a, "consumer_class", "CommandLineEventConsumer");
        expect(a, "filter", "Updater");
        expect(a, "trigger", QUERY);
        expect(a, "event_namespace", "root\\cimv2");
        expect(a, "creator", "S-1-5-21-1-2-3-500");
        expect(a, "working_directory", "C:\\\\tools\\\\kernrate");
        cr_expect(ac_record_get_bool(a, "bound"));
        cr_expect_not(ac_record_get_bool(a, "windows_default"));
        cr_expect_str_eq(ac_record_prov(a, "state"), "live");
        fx_wmi_filter(&filter, xp, "Updater", QUERY);
        cr_expect_eq(ac_record_get_int(a, "filter_offset"), 64); /* behind 4 descriptors */
        cr_expect_eq(offset_of(a), 64 + (int64_t)filter.n);
        cr_expect_gt(ac_record_get_int(a, "binding_offset"), offset_of(a));
        ac_buf_free(&filter);
        times = ac_record_get_json(a, "object_times");
        cr_assert_eq(json_array_size(times), 2);
        cr_expect_str_eq(json_string_value(json_array_get(times, 0)), "2021-03-04T05:06:07Z");
        fx_records_free(&out);
        done(&r);
    }
}

/* The digests that libyal/dtformats and mandiant/flare-wmi give as examples, and those of the keys
 * in the index of a real Windows XP (libyal/dtformats, test_data/cim/INDEX.BTR). */
Test(wmi, digests_of_names)
{
    static const struct {
        const char *name, *digest;
        bool sha256;
    } cases[] = {
        {"__thisNAMESPACE", "41C53E6DB1ACF2453CEFD41398198E613F10DFF47709ECAB1D7F037756AC8CE7",
         true},
        {"root\\CIMV2", "68577372C66A7B20658487FBD959AA154EF54B5F935DCC5663E9228B44322805", true},
        {"testClass", "92128A4E1ADC48BA9AA4C2DD8352632FEB34D1735315ACF5FDF17AE02CA83513", true},
        {"SCM Event Log Filter", "6805C306D7D1614586171EAE06EEFCFD", false},
        {"SCM Event Log Consumer", "14D63F22477F748CCCDE0489BD661188", false},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char hex[65];

        ac_wmi_name_digest(cases[i].name, cases[i].sha256, hex);
        cr_expect_str_eq(hex, cases[i].digest);
    }
}

/* The three objects that every Windows has. Their sizes are those of the keys in the real index:
 * filter 527.680981.215, consumer 527.700295.231, binding 527.686618.247; with another layout of
 * the classes they would be others. */
Test(wmi, what_windows_itself_has_is_no_surprise)
{
    static const char *const of[] = {"__EventFilter", "NTEventLogEventConsumer",
                                     "__FilterToConsumerBinding"};
    static const char *const filter[] = {
        "SCM Event Log Filter", NULL, "WQL", "select * from MSFT_SCMEventLogEvent",
        "root\\cimv2",          NULL};
    static const char *const consumer[13] = {NULL,      NULL,
                                             NULL,      "SCM Event Log Consumer",
                                             NULL,      "Service Control Manager",
                                             "default", NULL,
                                             NULL,      NULL,
                                             NULL,      NULL,
                                             "sid"};
    static const char *const binding[] = {"__EventFilter.Name=\"SCM Event Log Filter\"",
                                          "NTEventLogEventConsumer.Name=\"SCM Event Log Consumer\"",
                                          NULL,
                                          NULL,
                                          NULL,
                                          NULL,
                                          NULL};
    static const uint32_t map[] = {0};

    for (int forged = 0; forged < 2; forged++) {
        struct repository r = {.xp = true};
        struct fx_records out;

        fx_wmi_instance(next(&r), true, of[0], "sasssu", filter);
        if (forged) { /* the same names, another query */
            const char *other[6];

            memcpy(other, filter, sizeof(filter));
            other[3] = "select * from Win32_ProcessStartTrace";
            ac_buf_clear(&r.records[0]);
            fx_wmi_instance(&r.records[0], true, of[0], "sasssu", other);
        }
        fx_wmi_instance(next(&r), true, of[1], "suasssuuwusss", consumer);
        fx_wmi_instance(next(&r), true, of[2], "ssuwwwa", binding);
        if (!forged)
            cr_expect_eq(r.records[0].n, 215);
        cr_expect_eq(r.records[1].n, 231);
        cr_expect_eq(r.records[2].n, 247);
        end_page(&r, of, 0);
        end_files(&r, map, 1);
        cr_expect_eq(parse(&r, &out, NULL), AC_OK);
        cr_assert_eq(out.n, 1);
        expect(out.items[0], "mechanism", "wmi-other");
        expect(out.items[0], "command", "");
        cr_expect_eq(ac_record_get_bool(out.items[0], "windows_default"), !forged);
        fx_records_free(&out);
        done(&r);
    }
}

Test(wmi, the_test_consumer_of_windows_7_by_all_that_it_says)
{
    static const char query[] = "SELECT * FROM __InstanceModificationEvent WITHIN 60 WHERE "
                                "TargetInstance ISA \"Win32_Processor\" AND "
                                "TargetInstance.LoadPercentage > 99";
    static const char *const commands[] = {"cscript KernCap.vbs", "cscript C:\\a\\KernCap.vbs"};
    static const uint32_t map[] = {0};

    for (int i = 0; i < 2; i++) {
        struct repository r = {0};
        struct fx_records out;

        fx_wmi_filter(next(&r), false, "BVTFilter", query);
        fx_wmi_command(next(&r), false, "BVTConsumer", NULL, commands[i]);
        fx_wmi_binding(next(&r), false, "__EventFilter.Name=\"BVTFilter\"",
                       "CommandLineEventConsumer.Name=\"BVTConsumer\"");
        end_page(&r, classes, 0);
        end_files(&r, map, 1);
        cr_expect_eq(parse(&r, &out, NULL), AC_OK);
        cr_assert_eq(out.n, 1);
        cr_expect_eq(ac_record_get_bool(out.items[0], "windows_default"), i == 0);
        fx_records_free(&out);
        done(&r);
    }
}

/* A script longer than a page goes on where the mapping says, not on the next page of the file. */
Test(wmi, a_long_script_over_scattered_pages)
{
    static const char *const of[] = {"ActiveScriptEventConsumer"};
    static const uint32_t map[] = {0, 2, 1, 4, 3};
    struct repository r = {0};
    struct ac_buf text = {0};
    struct fx_records out;

    for (int i = 0; i < 3000; i++)
        ac_buf_addf(&text, "line %05d\n", i);
    fx_wmi_script(next(&r), false, "Long", "VBScript", ac_buf_text(&text), NULL);
    end_page(&r, of, 0);
    cr_assert_eq(r.objects.n, 5 * FX_WMI_PAGE);
    fx_wmi_swap_pages(&r.objects, 1, 2);
    fx_wmi_swap_pages(&r.objects, 3, 4);
    end_files(&r, map, 5);
    cr_expect_eq(parse(&r, &out, NULL), AC_OK);
    cr_assert_eq(out.n, 1);
    expect(out.items[0], "mechanism", "wmi-script");
    expect(out.items[0], "script", ac_buf_text(&text));
    expect(out.items[0], "script_language", "VBScript");
    expect(out.items[0], "command", "");
    cr_expect_not(ac_record_get_bool(out.items[0], "bound"));
    cr_expect_not(ac_record_get_bool(out.items[0], "incomplete"));
    fx_records_free(&out);
    ac_buf_clear(&r.mapping); /* without it, what follows the first page is not known */
    cr_expect_eq(parse(&r, &out, NULL), AC_OK);
    cr_assert_eq(fx_count(&out, AC_KIND_AUTOSTART), 1);
    cr_expect(ac_record_get_bool(fx_nth(&out, AC_KIND_AUTOSTART, 0), "incomplete"));
    fx_records_free(&out);
    ac_buf_free(&text);
    done(&r);
}

Test(wmi, script_files_and_texts_that_do_not_convert)
{
    static const char *const of[] = {"ActiveScriptEventConsumer", "CommandLineEventConsumer"};
    static const uint32_t map[] = {0};
    struct repository r = {0};
    struct fx_records out;
    char *line;

    fx_wmi_script(next(&r), false,
                  "\x01"
                  "b@d",
                  "JScript", NULL, "C:\\a\\b.js");
    fx_wmi_command(next(&r), false, "Apart", "C:\\Windows\\System32\\cmd.exe", "cmd /c a.bat");
    end_page(&r, of, 0);
    for (size_t i = 0; i + 2 <= r.objects.n; i++) {
        if (r.objects.p[i] == '@' && r.objects.p[i + 1] == 0)
            memcpy(r.objects.p + i, "\x3D\xD8", 2);
    }
    end_files(&r, map, 1);
    cr_expect_eq(parse(&r, &out, NULL), AC_OK);
    cr_assert_eq(out.n, 2);
    expect(out.items[0], "command", "C:\\a\\b.js");
    expect(out.items[0], "script", "");
    line = ac_record_print(out.items[0]);
    cr_expect(strstr(line, "b\\\\u{D83D}d"), "%s", line);
    cr_expect(strstr(line, "\"name\":\"62003dd86400\""), "%s", line);
    free(line);
    expect(out.items[1], "executable", "C:\\Windows\\System32\\cmd.exe");
    expect(out.items[1], "command", "cmd /c a.bat");
    fx_records_free(&out);
    done(&r);
}

/* ---- what is not bound, and how paths lead */

Test(wmi, halves_without_the_other_are_records_too)
{
    static const char *const of[] = {"__EventFilter", "CommandLineEventConsumer",
                                     "__FilterToConsumerBinding"};
    static const uint32_t map[] = {0};
    struct repository r = {0};
    struct fx_records out;
    const struct ac_record *a;

    fx_wmi_filter(next(&r), false, "Lonely", QUERY);
    fx_wmi_command(next(&r), false, "Waiting", NULL, COMMAND);
    fx_wmi_binding(next(&r), false, "__EventFilter.Name=\"Gone\"",
                   "VendorEventConsumer.Name=\"Own class\"");
    end_page(&r, of, 0);
    end_files(&r, map, 1);
    cr_expect_eq(parse(&r, &out, NULL), AC_OK);
    cr_assert_eq(out.n, 3);
    a = fx_find(&out, AC_KIND_AUTOSTART, "mechanism", "wmi-filter");
    cr_assert(a);
    expect(a, "name", "Lonely");
    expect(a, "trigger", QUERY);
    cr_expect_not(ac_record_get_bool(a, "bound"));
    a = fx_find(&out, AC_KIND_AUTOSTART, "mechanism", "wmi-command");
    cr_assert(a);
    expect(a, "command", COMMAND);
    expect(a, "trigger", "");
    cr_expect_not(ac_record_get_bool(a, "bound"));
    a = fx_find(&out, AC_KIND_AUTOSTART, "mechanism", "wmi-binding");
    cr_assert(a);
    expect(a, "name", "VendorEventConsumer.Name=\"Own class\"");
    expect(a, "filter", "__EventFilter.Name=\"Gone\"");
    cr_expect(ac_record_get_bool(a, "bound"));
    fx_records_free(&out);
    done(&r);
}

Test(wmi, paths_with_namespace_case_and_escapes)
{
    static const uint32_t map[] = {0};
    struct repository r = {0};
    struct fx_records out;

    fx_wmi_filter(next(&r), false, "a \"b\" \\c", QUERY);
    fx_wmi_command(next(&r), false, "Consumer: x=y", NULL, COMMAND);
    fx_wmi_binding(next(&r), false,
                   "\\\\LAPTOP-01\\ROOT\\subscription:__EVENTFILTER.Name=\"a \\\"B\\\" \\\\c\"",
                   "\\\\.\\root\\subscription:CommandLineEventConsumer.Name=\"consumer: x=y\"");
    end_page(&r, classes, 0);
    end_files(&r, map, 1);
    cr_expect_eq(parse(&r, &out, NULL), AC_OK);
    cr_assert_eq(out.n, 1);
    expect(out.items[0], "trigger", QUERY);
    cr_expect(ac_record_get_bool(out.items[0], "bound"));
    fx_records_free(&out);
    done(&r);
}

Test(wmi, one_consumer_of_two_filters_is_two_records)
{
    static const char *const of[] = {"__EventFilter", "__EventFilter", "CommandLineEventConsumer",
                                     "__FilterToConsumerBinding", "__FilterToConsumerBinding"};
    static const uint32_t map[] = {0};
    struct repository r = {0};
    struct fx_records out;

    fx_wmi_filter(next(&r), false, "f1", QUERY);
    fx_wmi_filter(next(&r), false, "f2", "SELECT 2");
    fx_wmi_command(next(&r), false, "c", NULL, COMMAND);
    fx_wmi_binding(next(&r), false, "__EventFilter.Name=\"f1\"",
                   "CommandLineEventConsumer.Name=\"c\"");
    fx_wmi_binding(next(&r), false, "__EventFilter.Name=\"f2\"",
                   "CommandLineEventConsumer.Name=\"c\"");
    end_page(&r, of, 0);
    end_files(&r, map, 1);
    cr_expect_eq(parse(&r, &out, NULL), AC_OK);
    cr_assert_eq(out.n, 2);
    expect(out.items[0], "trigger", QUERY);
    expect(out.items[1], "trigger", "SELECT 2");
    fx_records_free(&out);
    done(&r);
}

/* ---- what is in use and what is not */

Test(wmi, earlier_states_of_pages_are_deleted_and_copies_are_silent)
{
    static const char *const of[] = {"__EventFilter", "CommandLineEventConsumer",
                                     "__FilterToConsumerBinding"};
    static const uint32_t map[] = {2};
    struct repository r = {0};
    struct fx_records out;
    const struct ac_record *a;

    for (int page = 0; page < 3; page++) { /* 0: another command; 1: a copy; 2: the one in use */
        fx_wmi_filter(next(&r), false, "f", QUERY);
        fx_wmi_command(next(&r), false, "c", NULL, page ? COMMAND : "C:\\old.exe");
        fx_wmi_binding(next(&r), false, "__EventFilter.Name=\"f\"",
                       "CommandLineEventConsumer.Name=\"c\"");
        end_page(&r, page == 2 ? of : NULL, 0);
    }
    end_files(&r, map, 1);
    cr_expect_eq(parse(&r, &out, NULL), AC_OK);
    cr_assert_eq(out.n, 2);
    a = fx_find(&out, AC_KIND_AUTOSTART, "command", COMMAND);
    cr_assert(a);
    cr_expect_str_eq(ac_record_prov(a, "state"), "live");
    a = fx_find(&out, AC_KIND_AUTOSTART, "command", "C:\\old.exe");
    cr_assert(a);
    cr_expect_str_eq(ac_record_prov(a, "state"), "deleted");
    cr_expect_lt(offset_of(a), FX_WMI_PAGE);
    fx_records_free(&out);
    done(&r);
}

Test(wmi, the_free_end_of_a_page_keeps_objects)
{
    static const char *const of[] = {"__EventFilter"};
    static const uint32_t map[] = {0};
    struct repository r = {0};
    struct ac_buf gone = {0}, key = {0};
    struct fx_records out;

    fx_wmi_filter(next(&r), false, "f", QUERY);
    end_page(&r, of, 0);
    fx_wmi_command(&gone, false, "gone", NULL, COMMAND);
    memcpy(r.objects.p + 4000, gone.p, gone.n);
    memcpy(r.objects.p + FX_WMI_PAGE - 300, gone.p, 300); /* cut by the end of the page */
    /* a key path with the digest of a class is no object */
    fx_utf16(&key, "KI_");
    ac_buf_add(&key, gone.p, gone.n);
    memcpy(r.objects.p + 6000, key.p, key.n);
    end_files(&r, map, 1);
    cr_expect_eq(parse(&r, &out, NULL), AC_OK);
    cr_assert_eq(out.n, 2);
    expect(out.items[0], "name", "f");
    expect(out.items[1], "command", COMMAND);
    cr_expect_str_eq(ac_record_prov(out.items[1], "state"), "deleted");
    cr_expect_eq(offset_of(out.items[1]), 4000);
    fx_records_free(&out);
    ac_buf_free(&gone);
    ac_buf_free(&key);
    done(&r);
}

Test(wmi, without_its_maps_nothing_is_called_live)
{
    struct repository r = {0};
    struct fx_records out;

    usual(&r);
    ac_buf_clear(&r.mapping);
    cr_expect_eq(parse(&r, &out, NULL), AC_OK);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 1);
    cr_assert_eq(fx_count(&out, AC_KIND_AUTOSTART), 1);
    cr_expect_str_eq(ac_record_prov(fx_nth(&out, AC_KIND_AUTOSTART, 0), "state"), "unlinked");
    expect(fx_nth(&out, AC_KIND_AUTOSTART, 0), "location", "WMI:(namespace not known)");
    fx_records_free(&out);
    done(&r);
}

Test(wmi, an_object_that_no_key_leads_to_is_unlinked)
{
    static const uint32_t map[] = {0};
    struct repository r = {0};
    struct fx_records out;

    fx_wmi_command(next(&r), false, "c", NULL, COMMAND);
    end_page(&r, NULL, 0);
    lead_to(&r, "__EventFilter", 0, 9999, 100);
    end_files(&r, map, 1);
    cr_expect_eq(parse(&r, &out, NULL), AC_OK);
    cr_assert_eq(out.n, 1);
    cr_expect_str_eq(ac_record_prov(out.items[0], "state"), "unlinked");
    fx_records_free(&out);
    ac_buf_clear(&r.index); /* and without an index that is not known */
    cr_expect_eq(parse(&r, &out, NULL), AC_OK);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 1);
    cr_expect_str_eq(ac_record_prov(fx_nth(&out, AC_KIND_AUTOSTART, 0), "state"), "live");
    fx_records_free(&out);
    done(&r);
}

Test(wmi, the_newest_whole_mapping_file_counts)
{
    static const uint32_t none[] = {5}, map[] = {0}, one[] = {0};
    struct repository r = {0};
    struct ac_buf old = {0}, broken = {0};
    struct ac_companion beside[4];
    struct ac_artefact a = {.path = "OBJECTS.DATA", .user = "", .logs = beside, .n_logs = 4};
    struct ac_budget budget = {AC_BUDGET_STEPS};
    struct fx_records out;

    fx_wmi_command(next(&r), false, "c", NULL, COMMAND);
    end_page(&r, (const char *const[]){"CommandLineEventConsumer"}, 0);
    end_files(&r, map, 1);
    fx_wmi_mapping(&old, false, 6, none, 1, one, 1);
    fx_wmi_mapping(&broken, false, 9, none, 1, one, 1);
    broken.n = 60; /* the newest, but cut */
    a.bytes = fx_view(&r.objects);
    beside[0] = (struct ac_companion){"MAPPING1.MAP", fx_view(&old)};
    beside[1] = (struct ac_companion){"mapping2.map", fx_view(&r.mapping)};
    beside[2] = (struct ac_companion){"MAPPING3.MAP", fx_view(&broken)};
    beside[3] = (struct ac_companion){"INDEX.BTR", fx_view(&r.index)};
    fx_records_init(&out);
    cr_expect_eq(ac_parser_wmi.parse(&a, &budget, &out.sink, NULL), AC_OK);
    cr_assert_eq(out.n, 1);
    cr_expect_str_eq(ac_record_prov(out.items[0], "state"), "live");
    fx_records_free(&out);
    ac_buf_free(&old);
    ac_buf_free(&broken);
    done(&r);
}

/* ---- damage */

/* Whatever length is left: a problem, or an error; never "complete". */
Test(wmi, every_truncation_is_noticed)
{
    struct repository r = {0};
    size_t whole;

    usual(&r);
    whole = r.objects.n;
    for (size_t n = 0; n < whole; n += n < 900 ? 1 : 97) {
        struct fx_records out;
        enum ac_rc rc;

        r.objects.n = n;
        rc = parse(&r, &out, NULL);
        cr_assert(rc != AC_OK || fx_count(&out, AC_KIND_PROBLEM) > 0, "%zu of %zu bytes", n, whole);
        fx_records_free(&out);
    }
    r.objects.n = whole;
    done(&r);
}

static void cut_every(struct repository *r, struct ac_buf *file, size_t slack)
{
    size_t whole = file->n;

    for (size_t n = 1; n + slack < whole; n += n < 400 ? 1 : 61) {
        struct fx_records out;
        enum ac_rc rc;

        file->n = n;
        rc = parse(r, &out, NULL);
        cr_assert(rc != AC_OK || fx_count(&out, AC_KIND_PROBLEM) > 0, "%zu of %zu bytes", n, whole);
        fx_records_free(&out);
    }
    file->n = whole;
}

Test(wmi, cut_maps_and_indexes_are_noticed)
{
    struct repository r = {0};

    usual(&r);
    cut_every(&r, &r.mapping, 4); /* the last number belongs to nothing */
    cut_every(&r, &r.index, 0);
    done(&r);
}

static void change_every(struct repository *r, struct ac_buf *file, size_t n)
{
    for (size_t i = 0; i < n && i < file->n; i++) {
        char kept = file->p[i];
        struct fx_records out;

        file->p[i] = (char)(kept ^ (i % 2 ? 0xFF : 0x81));
        parse(r, &out, NULL);
        fx_records_free(&out);
        file->p[i] = kept;
    }
}

Test(wmi, every_changed_byte_ends_well)
{
    for (int xp = 0; xp < 2; xp++) {
        struct repository r = {.xp = xp};

        usual(&r);
        change_every(&r, &r.objects, 1200);
        change_every(&r, &r.mapping, 500);
        change_every(&r, &r.index, 900);
        done(&r);
    }
}

Test(wmi, hostile_sizes_cost_little)
{
    static const uint32_t values[] = {0xFFFFFFFF, 0x7FFFFFFF, 0x80000000, 0x10000, 0x2000};
    struct repository r = {0};

    usual(&r);
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        for (size_t at = 0; at + 4 <= 700; at += 4) {
            struct fx_records out;
            uint32_t kept = ac_le32((const uint8_t *)r.objects.p + at);

            fx_put_le32(&r.objects, at, values[i]);
            parse(&r, &out, NULL);
            fx_records_free(&out);
            fx_put_le32(&r.objects, at, kept);
        }
        for (size_t at = 0; at + 4 <= r.mapping.n; at += 4) {
            struct fx_records out;
            uint32_t kept = ac_le32((const uint8_t *)r.mapping.p + at);

            fx_put_le32(&r.mapping, at, values[i]);
            parse(&r, &out, NULL);
            fx_records_free(&out);
            fx_put_le32(&r.mapping, at, kept);
        }
    }
    done(&r);
}

Test(wmi, a_damaged_object_in_use_is_told_and_the_rest_is_kept)
{
    struct repository r = {0};
    struct fx_records out;
    struct ac_buf filter = {0};

    usual(&r);
    fx_wmi_filter(&filter, false, "Updater", QUERY);
    /* the qualifiers of the consumer: behind digest, times, sizes, 7 and 90 bytes of values */
    fx_put_le32(&r.objects, 64 + filter.n + 128 + 16 + 9 + 7 + 90, 0x7777);
    cr_expect_eq(parse(&r, &out, NULL), AC_OK);
    cr_expect_eq(fx_count(&out, AC_KIND_PROBLEM), 1);
    cr_expect_eq(ac_record_get_int(fx_nth(&out, AC_KIND_PROBLEM, 0), "offset"),
                 64 + (int64_t)filter.n);
    cr_assert_eq(fx_count(&out, AC_KIND_AUTOSTART), 1);
    expect(fx_nth(&out, AC_KIND_AUTOSTART, 0), "mechanism", "wmi-binding");
    expect(fx_nth(&out, AC_KIND_AUTOSTART, 0), "trigger", QUERY);
    fx_records_free(&out);
    ac_buf_free(&filter);
    done(&r);
}

Test(wmi, every_allocation_may_fail)
{
    struct repository r = {0};
    bool finished = false;

    usual(&r);
    for (unsigned long n = 1; !finished; n++) {
        struct fx_records out;
        enum ac_rc rc;

        ac_alloc_fail_at(n);
        rc = parse(&r, &out, NULL);
        ac_alloc_fail_at(0);
        cr_assert(rc == AC_OK || rc == AC_NOMEM, "%lu: %s", n, ac_rc_name(rc));
        finished = rc == AC_OK;
        if (finished)
            cr_expect_eq(out.n, 1);
        fx_records_free(&out);
        cr_assert_lt(n, 10000);
    }
    done(&r);
}

Test(wmi, a_spent_budget_is_a_limit)
{
    struct repository r = {0};
    struct ac_artefact a = {.path = "OBJECTS.DATA", .user = ""};
    struct fx_records out;

    usual(&r);
    a.bytes = fx_view(&r.objects);
    for (uint64_t steps = 0; steps < 12; steps++) {
        struct ac_budget budget = {steps};

        fx_records_init(&out);
        cr_expect_eq(ac_parser_wmi.parse(&a, &budget, &out.sink, NULL), AC_LIMIT);
        fx_records_free(&out);
    }
    done(&r);
}
