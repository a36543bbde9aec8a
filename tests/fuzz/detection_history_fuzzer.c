/*
 * libFuzzer target of Windows Defender's history of detections.
 * Build with clang -fsanitize=fuzzer,address,undefined; the corpus lies in corpus/detection_history/.
 */
#include "detection_history.h"

#include "drop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ac_sink sink = {drop};
    struct ac_artefact a = {.bytes = {data, size, 0}, .path = "x/DetectionHistory/x", .user = ""};
    struct ac_budget budget = {20000};
    struct ac_err err = {0};

    if (ac_parser_detection_history.recognise(&a))
        ac_parser_detection_history.parse(&a, &budget, &sink, &err);
    return 0;
}
