/*
 * libFuzzer target of the task parser: decoding, XML, fields.
 * Build with clang -fsanitize=fuzzer,address,undefined; the corpus lies in corpus/task_xml/.
 */
#include "task_xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum ac_rc drop(struct ac_sink *sink, struct ac_record *r, struct ac_err *err)
{
    (void)sink;
    (void)err;
    ac_record_free(r);
    return AC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ac_sink sink = {drop};
    struct ac_artefact a = {
        .bytes = {data, size, 0}, .path = "Windows/System32/Tasks/A", .user = ""};
    struct ac_budget budget = {200000};
    struct ac_err err = {0};

    ac_parser_task_xml.recognise(&a);
    ac_parser_task_xml.parse(&a, &budget, &sink, &err);
    return 0;
}
