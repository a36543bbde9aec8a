#include "report_case.h"

#include "base/alloc.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOFT                                                                                       \
    "\"provenance\":{\"evidence\":\"E1\",\"system\":\"Windows\",\"volume_offset\":1048576,"        \
    "\"path\":\"Windows/System32/config/SOFTWARE\",\"mft\":\"141-1\",\"artefact_offset\":4096,"    \
    "\"sha256\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"key\":"     \
    "\"HKLM\\\\SOFTWARE\\\\Microsoft\\\\Windows NT\\\\CurrentVersion\",\"value\":\"ProductName\"," \
    "\"cell_offset\":4416,\"key_last_written\":\"2021-01-20T02:00:00Z\",\"state\":\"live\"}"
#define USER(value)                                                                                \
    "\"provenance\":{\"evidence\":\"E1\",\"system\":\"Windows\",\"volume_offset\":1048576,"        \
    "\"path\":\"Users/user2/NTUSER.DAT\",\"mft\":\"120-1\",\"artefact_offset\":8192,"              \
    "\"sha256\":\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\",\"key\":"     \
    "\"HKU\\\\user2\\\\Software\\\\Microsoft\\\\Windows\\\\CurrentVersion\\\\Run\",\"value\":"     \
    "\"" value                                                                                     \
    "\",\"cell_offset\":5160,\"key_last_written\":\"2021-01-05T08:30:15.75Z\",\"state\":\"live\"}"
#define PLACE(path)                                                                                \
    "\"provenance\":{\"evidence\":\"E1\",\"system\":\"Windows\",\"volume_offset\":1048576,"        \
    "\"path\":\"" path "\",\"mft\":\"117-1\",\"state\":\"live\"}"
#define VOLUME                                                                                     \
    "\"provenance\":{\"evidence\":\"E1\",\"volume_offset\":1048576,\"path\":\"p1: NTFS\","         \
    "\"state\":\"live\"}"
#define RUN_KEY "HKU\\\\user2\\\\Software\\\\Microsoft\\\\Windows\\\\CurrentVersion\\\\Run"
#define LIBRARY "Users/user2/AppData/Local/Ckninfwzsiy/ialkquzoobki.czi"
#define COMPLETE(kind, name)                                                                       \
    "{\"kind\":\"source\",\"fields\":{\"source\":\"" kind "\",\"name\":\"" name                    \
    "\",\"present\":true,\"read\":\"complete\",\"size\":8192,\"sha256\":"                          \
    "\"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc\",\"entries\":4}," PLACE(  \
        name) "}"

/* What is always there: an image, a Windows, sources that were read completely. */
static const char *const common[] = {
    "{\"kind\":\"integrity\",\"fields\":{\"format\":\"E01\",\"media_size\":26214400,"
    "\"sector_size\":512,\"segments\":[{\"name\":\"laptop.E01\",\"size\":209198,\"state\":"
    "\"present\"}],\"segment_state\":\"complete\",\"chunk_state\":\"all checksums correct\","
    "\"hashes\":[{\"algorithm\":\"MD5\",\"stored\":\"590e778ea594c6bd3673053a4e85a5e9\","
    "\"computed\":\"590e778ea594c6bd3673053a4e85a5e9\",\"result\":\"MATCH\"},{\"algorithm\":"
    "\"SHA-256\",\"stored\":\"\",\"computed\":"
    "\"0d585de4e82d74d3b7b5936b391fef34d3d586ccce543bf21cd540a4c5eec4c1\",\"result\":"
    "\"NOT STORED\"}],\"bytes_hashed\":26214400,\"header\":[{\"name\":\"case number\",\"value\":"
    "\"2021-17\"},{\"name\":\"examiner\",\"value\":\"検査 太郎\"}]},\"provenance\":{\"evidence\":"
    "\"E1\",\"path\":\"laptop.E01\",\"state\":\"live\"}}",
    "{\"kind\":\"source\",\"fields\":{\"source\":\"mft\",\"name\":\"p1: NTFS\",\"present\":true,"
    "\"read\":\"complete\",\"size\":25165824,\"entries\":180}," VOLUME "}",
    "{\"kind\":\"system\",\"fields\":{\"volume_serials\":[{\"serial\":\"E42F18A6\",\"full\":"
    "\"52D0A1C3E42F18A6\",\"source\":\"boot sector\",\"volume_offset\":1048576}],"
    "\"file_system\":\"NTFS\",\"label\":\"Windows\"}," VOLUME "}",
    "{\"kind\":\"system\",\"fields\":{\"product\":\"Windows 10 Pro\",\"build\":\"19042.746\","
    "\"installed\":\"2019-04-02T07:00:00Z\",\"computer_name\":\"LAPTOP-01\",\"time_zone\":"
    "\"Tokyo Standard Time\",\"time_zone_bias\":-540}," SOFT "}",
    "{\"kind\":\"account\",\"fields\":{\"name\":\"user2\",\"sid\":\"S-1-5-21-1-2-3-1002\","
    "\"profile\":\"C:\\\\Users\\\\user2\"}," SOFT "}",
    COMPLETE("hive", "Windows/System32/config/SYSTEM"),
    COMPLETE("hive", "Windows/System32/config/SOFTWARE"),
    COMPLETE("hive", "Users/user2/NTUSER.DAT"),
    COMPLETE("task", "Windows/System32/Tasks/Updater"),
    COMPLETE("prefetch", "Windows/Prefetch/RUNDLL32.EXE-8A2D61F4.pf"),
    COMPLETE("event-log", "Windows/System32/winevt/Logs/Security.evtx"),
    COMPLETE("event-log", "Windows/System32/winevt/Logs/System.evtx"),
    "{\"kind\":\"source\",\"fields\":{\"source\":\"prefetch\",\"name\":\"Windows/Prefetch\","
    "\"present\":true,\"read\":\"complete\",\"entries\":1}," PLACE("Windows/Prefetch") "}",
};

/* Findings of several strengths, hostile text, problems, volumes that were not read. */
static const char *const more[] = {
    "{\"kind\":\"file\",\"fields\":{\"path\":\"" LIBRARY "\",\"name\":\"ialkquzoobki.czi\","
    "\"size\":14336,\"deleted\":false,\"created\":\"2020-12-29T08:30:14.5Z\",\"modified\":"
    "\"2020-12-29T08:30:14.5Z\",\"changed\":\"FILETIME 0x7fffffffffffffff (out of range)\","
    "\"fn_created\":\"2021-01-05T08:30:14.5Z\",\"parent_modified\":\"2021-01-05T08:30:14.5Z\","
    "\"md5\":\"70f2502aed8c1ed6a9fb7346a5869d45\",\"sha256\":"
    "\"3040158f50f342b5c95eac54ef5b9afd192c9598b3a3439139080abf7422ceaa\",\"magic\":\"4d5a\","
    "\"pe\":{\"machine\":\"i386\",\"dll\":true,\"timestamp\":\"2020-12-21T08:00:00Z\","
    "\"export_name\":\"demo.dll\",\"exports\":[\"Control_RunDLL\"],\"signature_directory\":false},"
    "\"why\":[\"target\"]}," PLACE(LIBRARY) "}",
    "{\"kind\":\"autostart\",\"fields\":{\"location\":\"" RUN_KEY
    "\",\"name\":\"ialkquzoobki.czi\","
    "\"command\":\"C:\\\\Windows\\\\SysWOW64\\\\rundll32.exe "
    "\\\"C:\\\\Users\\\\user2\\\\AppData\\\\"
    "Local\\\\Ckninfwzsiy\\\\ialkquzoobki.czi\\\",Control_RunDLL\",\"value_type\":1,\"user\":"
    "\"user2\",\"mechanism\":\"run\",\"target\":\"" LIBRARY "\",\"target_argument\":"
    "\"Control_RunDLL\",\"target_state\":\"exists\",\"target_file\":\"R-000014\","
    "\"user_writable\":true}," USER("ialkquzoobki.czi") "}",
    "{\"kind\":\"execution\",\"fields\":{\"artefact\":\"prefetch\",\"program\":\"RUNDLL32.EXE\","
    "\"run_count\":12,\"run_times\":[\"2021-01-21T00:02:33.5Z\"],\"files\":["
    "\"\\\\VOLUME{01d4e91d12345678-e42f18a6}"
    "\\\\USERS\\\\USER2\\\\APPDATA\\\\LOCAL\\\\CKNINFWZSIY\\\\"
    "IALKQUZOOBKI.CZI\"],\"volumes\":[{\"device\":\"\\\\VOLUME{01d4e91d12345678-e42f18a6}\","
    "\"serial\":\"E42F18A6\",\"created\":\"2019-04-02T06:11:42.1234567Z\"}],\"hash\":\"8A2D61F4\","
    "\"format_version\":30,\"compressed\":true}," PLACE(
        "Windows/Prefetch/RUNDLL32.EXE-8A2D61F4.pf") "}",
    "{\"kind\":\"autostart\",\"fields\":{\"location\":\"" RUN_KEY "\",\"name\":"
    "\"\\u001b[31mred\\u202etxt\\\\u{0}%1$s%n\",\"command\":\"C:\\\\Users\\\\user2\\\\AppData\\\\"
    "Local\\\\日本語、のフォルダー。\\\\更新プログラム.exe\",\"value_type\":1,\"user\":\"user2\","
    "\"mechanism\":\"run\",\"target\":\"Users/user2/AppData/Local/日本語、のフォルダー。/"
    "更新プログラム.exe\",\"target_state\":\"absent\",\"user_writable\":true}," USER("odd") "}",
    "{\"kind\":\"task\",\"fields\":{\"path\":\"\\\\Updater\",\"store\":\"xml\",\"actions\":["
    "{\"type\":\"exec\",\"command\":\"%LOCALAPPDATA%\\\\u.exe\",\"arguments\":\"/c\",\"target\":"
    "\"Users/user2/AppData/Local/u.exe\",\"target_state\":\"deleted\",\"user_writable\":true}],"
    "\"triggers\":[{\"type\":\"LogonTrigger\",\"enabled\":true}],\"principal\":{\"user\":"
    "\"user2\"},\"hidden\":false,\"enabled\":true}," PLACE("Windows/System32/Tasks/Updater") "}",
    "{\"kind\":\"source\",\"fields\":{\"source\":\"volume\",\"name\":\"p2: BitLocker\",\"present\":"
    "true,\"read\":\"no\",\"reason\":\"the volume is encrypted with BitLocker; unlock it with its "
    "recovery key, image the unlocked volume, and examine that image\",\"size\":524288000},"
    "\"provenance\":{\"evidence\":\"E1\",\"path\":\"p2: BitLocker\",\"state\":\"live\"}}",
    "{\"kind\":\"source\",\"fields\":{\"source\":\"hive\",\"name\":\"Users/user3/NTUSER.DAT\","
    "\"present\":true,\"read\":\"partial\",\"reason\":\"2 problem(s) while reading\",\"size\":8192,"
    "\"entries\":1}," PLACE("Users/user3/NTUSER.DAT") "}",
    "{\"kind\":\"problem\",\"fields\":{\"where\":\"Users/user3/NTUSER.DAT\",\"what\":\"a key lies "
    "beyond the hive bins (0x1220 of 0x1000)\",\"effect\":\"what this place leads to was not read, "
    "or only in part; what "
    "lies elsewhere in the hive was\",\"class\":\"corrupt\",\"offset\":4640}," PLACE(
        "Users/user3/NTUSER.DAT") "}",
    "{\"kind\":\"problem\",\"fields\":{\"where\":\"Users/user3/NTUSER.DAT\",\"what\":\"another "
    "cell "
    "lies outside its bin\",\"effect\":\"what this place leads to was not read, or only in part; "
    "what lies elsewhere in the hive was\",\"class\":\"corrupt\",\"offset\":4744}," PLACE(
        "Users/user3/NTUSER.DAT") "}",
    "{\"kind\":\"problem\",\"fields\":{\"where\":\"Windows/odd.bin\",\"what\":\"nobody knows\","
    "\"effect\":\"an effect without a translation\",\"class\":\"limit reached\"}," PLACE(
        "Windows/odd.bin") "}",
};

/* The name that Emotet derives from the serial number, as other lists than prefetch tell it. */
#define PROGRAM                                                                                    \
    "\"program\":\"bidptr.exe\",\"program_path\":\"C:"                                             \
    "\\\\Users\\\\user2\\\\AppData\\\\Local\\\\bidptr"                                             \
    "\\\\bidptr.exe\""
#define KEYED(path, key, value)                                                                    \
    "\"provenance\":{\"evidence\":\"E1\",\"system\":\"Windows\",\"volume_offset\":1048576,"        \
    "\"path\":\"" path "\",\"mft\":\"117-1\",\"key\":\"" key "\"," value                           \
    "\"cell_offset\":4416,\"key_last_written\":\"2021-01-20T02:00:00Z\",\"state\":\"live\"}"
#define CONTROL "HKLM\\\\SYSTEM\\\\ControlSet001\\\\"

static const char *const traces[] = {
    "{\"kind\":\"execution\",\"fields\":{\"artefact\":\"shimcache\"," PROGRAM
    ",\"position\":3,\"file_modified\":\"2021-01-04T08:30:14Z\",\"executed_flag\":false,"
    "\"entry_offset\":300}," KEYED("Windows/System32/config/SYSTEM",
                                   CONTROL "Control\\\\Session Manager\\\\AppCompatCache",
                                   "\"value\":\"AppCompatCache\",") "}",
    "{\"kind\":\"execution\",\"fields\":{\"artefact\":\"amcache\"," PROGRAM
    ",\"sha1\":\"6c7ea8bbd435163ae3945cbef30ef6b9872a4591\",\"file_size\":16384,\"publisher\":"
    "\"nobody\",\"original_name\":\"x.exe\"}," KEYED(
        "Windows/appcompat/Programs/Amcache.hve",
        "Amcache\\\\Root\\\\InventoryApplicationFile\\\\bidptr.exe|1", "") "}",
    "{\"kind\":\"execution\",\"fields\":{\"artefact\":\"bam\"," PROGRAM
    ",\"user\":\"S-1-5-21-1-2-3-1002\",\"last_run\":\"2021-01-06T07:08:09Z\"}," KEYED(
        "Windows/System32/config/SYSTEM",
        CONTROL "Services\\\\bam\\\\State\\\\UserSettings\\\\S-1-5-21-1-2-3-1002",
        "\"value\":\"x\",") "}",
};

static void add(struct report_case *c, const char *line)
{
    char id[24];
    struct ac_err err = {0};

    cr_assert_eq(ac_record_parse(line, strlen(line), &c->records[c->n], &err), AC_OK, "%s: %s",
                 err.n ? err.ctx[0].msg : "", line);
    snprintf(id, sizeof(id), "R-%06zu", c->n + 1);
    ac_record_set_id(c->records[c->n++], id);
}

/* A command line of RC_LONG letters. */
static void add_long(struct report_case *c)
{
    static const char start[] = "{\"kind\":\"autostart\",\"fields\":{\"location\":\"" RUN_KEY
                                "\",\"name\":\"long\",\"command\":\"",
                      end[] = "\",\"user\":\"user2\",\"mechanism\":\"run\",\"target\":\"" LIBRARY
                              "\",\"target_state\":\"exists\",\"user_writable\":false}," USER(
                                  "long") "}";
    struct ac_buf line = {0};

    ac_buf_addz(&line, start);
    ac_buf_addz(&line, "regsvr32 ");
    for (int i = 0; i < RC_LONG; i++)
        ac_buf_addc(&line, 'q');
    ac_buf_addz(&line, end);
    add(c, ac_buf_text(&line));
    ac_buf_free(&line);
}

static void finish(struct report_case *c)
{
    cr_assert_eq(ac_assess(c->records, c->n, &c->assessment, NULL), AC_OK);
    /* a change of any rule's text is no change of the report's form */
    memset(c->assessment.rules_sha256, 'b', sizeof(c->assessment.rules_sha256) - 1);
    c->header = json_loads("{\"schema\":\"aftercheck-records/1\",\"tool\":\"aftercheck 0\","
                           "\"rules_sha256\":\"dddddddddddddddddddddddddddddddddddddddddddddddddddd"
                           "dddddddddddd\",\"options\":{\"verify\":true,\"evidence\":[{\"id\":"
                           "\"E1\",\"name\":\"laptop.E01\"}]}}",
                           0, NULL);
    c->human = json_loads("{\"case_id\":\"2021-17\",\"examiner\":\"検査 太郎\",\"custody\":"
                          "\"2021-02-01 seized\\n2021-02-02 imaged\"}",
                          0, NULL);
    c->run = json_loads("{\"tool\":{\"commit\":\"0123456789ab\"},\"libraries\":{\"libtsk\":"
                        "\"4.11.1\"},\"command_line\":[\"scan\",\"laptop.E01\"],\"started\":"
                        "\"2021-03-01T00:00:00Z\",\"ended\":\"2021-03-01T00:00:09Z\"}",
                        0, NULL);
    cr_assert(c->header && c->human && c->run);
    c->in = (struct ac_report_input){
        .assessment = &c->assessment, .header = c->header, .human = c->human, .run = c->run};
}

enum content { FULL, EMPTY, TRACES };

static void init(struct report_case *c, enum content what)
{
    size_t n = sizeof(common) / sizeof(common[0]) + sizeof(more) / sizeof(more[0]) + 1;
    struct ac_buf dir = {0};

    ac_buf_addz(&dir, getenv("AC_BUILDDIR") ? getenv("AC_BUILDDIR") : ".");
    ac_language_init(ac_buf_text(&dir));
    ac_buf_free(&dir);
    setlocale(LC_CTYPE, "C.UTF-8");
    *c = (struct report_case){.records = ac_calloc(n, sizeof(*c->records))};
    cr_assert_not_null(c->records);
    for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++)
        add(c, common[i]);
    for (size_t i = 0; what == FULL && i < sizeof(more) / sizeof(more[0]); i++)
        add(c, more[i]);
    for (size_t i = 0; what == TRACES && i < sizeof(traces) / sizeof(traces[0]); i++)
        add(c, traces[i]);
    if (what == FULL)
        add_long(c);
    finish(c);
}

void rc_init(struct report_case *c)
{
    init(c, FULL);
}

void rc_init_empty(struct report_case *c)
{
    init(c, EMPTY);
}

void rc_init_traces(struct report_case *c)
{
    init(c, TRACES);
}

void rc_free(struct report_case *c)
{
    ac_assessment_free(&c->assessment);
    for (size_t i = 0; i < c->n; i++)
        ac_record_free(c->records[i]);
    ac_free(c->records);
    json_decref(c->header);
    json_decref(c->human);
    json_decref(c->run);
}

void rc_print(const struct report_case *c, const char *language, struct ac_buf *out)
{
    struct ac_err err = {0};

    cr_assert_eq(ac_report_text(&c->in, language, out, &err), AC_OK);
}

void rc_without_memory(rc_document *make, unsigned long most)
{
    struct report_case c;
    struct ac_buf whole = {0};
    unsigned failures = 0;

    rc_init(&c);
    cr_assert_eq(make(&c.in, &whole, NULL), AC_OK);
    for (unsigned long n = 1; n < most; n++) {
        struct ac_buf text = {0};
        enum ac_rc rc;

        ac_alloc_fail_at(n);
        rc = make(&c.in, &text, NULL);
        if (rc == AC_OK)
            cr_expect_str_eq(ac_buf_text(&text), ac_buf_text(&whole), "allocation %lu", n);
        failures += rc == AC_NOMEM;
        ac_buf_free(&text);
    }
    ac_alloc_fail_at(0);
    cr_expect_gt(failures, 20);
    ac_buf_free(&whole);
    rc_free(&c);
}
