/*
 * libFuzzer target of the reader of shell item lists.
 * Build with clang -fsanitize=fuzzer,address,undefined; the corpus lies in corpus/shell_items/.
 */
#include "shell_items.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ac_buf path = {0};
    bool exact = true;
    size_t at = 0;
    enum ac_rc rc = ac_shell_path((struct ac_view){data, size, 0}, &path, &exact, &at);

    if (at > size || (rc != AC_OK && exact))
        abort();
    ac_buf_free(&path);
    return 0;
}
