/*
 * libFuzzer target of the parser of .job files.
 * Build with clang -fsanitize=fuzzer,address,undefined; the corpus lies in corpus/task_job/.
 */
#include "task_job.h"

#include "drop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ac_sink sink = {drop};
    struct ac_artefact a = {.bytes = {data, size, 0}, .path = "Windows/Tasks/A.job", .user = ""};
    struct ac_budget budget = {200000};
    struct ac_err err = {0};

    ac_parser_task_job.recognise(&a);
    ac_parser_task_job.parse(&a, &budget, &sink, &err);
    return 0;
}
