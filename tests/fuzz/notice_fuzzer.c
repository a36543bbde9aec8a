/*
 * libFuzzer target of lists of notified machines: the file, its times, and the rows against one machine.
 * Build with clang -fsanitize=fuzzer,address,undefined; the corpus lies in corpus/notice/.
 */
#include "notice_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct ac_record *machine(void)
{
    struct ac_record *r = ac_record_new(AC_KIND_SYSTEM);
    json_t *rules = json_object();

    ac_json_int(rules, "bias", -540);
    ac_record_object(r, "zone_rules", rules);
    ac_record_textz(r, "computer_name", "LAPTOP-01");
    ac_record_add_text(r, "addresses", AC_STR("192.0.2.17"));
    ac_record_time(r, "installed", (struct ac_filetime){UINT64_C(131986620000000000)});
    ac_record_time(r, "last_shutdown", (struct ac_filetime){UINT64_C(132557208702500000)});
    ac_record_prov_textz(r, "evidence", "E1");
    ac_record_prov_textz(r, "system", "Windows");
    return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ac_record *records[1];
    struct ac_assessment a = {.records = records, .n_records = 1};
    struct ac_notice_list list;
    struct ac_notice_matches matches;
    struct ac_err err = {0};

    if (!records[0])
        records[0] = machine();
    if (ac_notice_parse((struct ac_view){data, size, 0}, &list, &err) == AC_OK &&
        ac_notices_match(&a, &list, &matches, &err) == AC_OK)
        ac_notices_free(&matches);
    ac_notice_list_free(&list);
    return 0;
}
