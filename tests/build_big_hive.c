/*
 * Writes a hive of many keys, as bench/hive reads it: build_big_hive FILE KEYS. Three values a key, one of
 * them of 64 bytes; a twentieth of the values is deleted, a few thousand services stand among the keys.
 */
#include "build_regf_log.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

static void add_key(struct fx_hive *h, unsigned i, char path[200])
{
    static const char data[64] = "a value of middling size, as most are in SOFTWARE and SYSTEM";

    snprintf(path, 200, "ControlSet001\\Control\\Class\\%03u\\%04u", i / 1000, i % 1000);
    if (i % 64 == 0)
        snprintf(path, 200, "ControlSet001\\Services\\service%06u", i);
    fx_hive_sz(h, path, i % 64 == 0 ? "ImagePath" : "Name",
               "%SystemRoot%\\System32\\svchost.exe -k netsvcs");
    fx_hive_dword(h, path, "Type", 0x20);
    fx_hive_binary(h, path, "Data", data, sizeof(data));
}

int main(int argc, char **argv)
{
    struct fx_hive *h = fx_hive_new("ROOT");
    struct ac_buf file = {0};
    unsigned keys = argc == 3 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
    char path[200];

    setlocale(LC_CTYPE, "C.UTF-8");
    if (keys == 0) {
        fprintf(stderr, "usage: build_big_hive FILE KEYS\n");
        return 64;
    }
    fx_hive_dword(h, "Select", "Current", 1);
    for (unsigned i = 0; i < keys; i++)
        add_key(h, i, path);
    fx_hive_build(h, &file);
    for (unsigned i = 1; i < keys; i += 20) {
        snprintf(path, sizeof(path), "ControlSet001\\Control\\Class\\%03u\\%04u", i / 1000,
                 i % 1000);
        if (i % 64 != 0)
            fx_delete_value(&file, fx_hive_key_at(h, path), fx_hive_value_at(h, path, "Data"));
    }
    if (!fx_write(argv[1], file.p, file.n)) {
        perror(argv[1]);
        return 1;
    }
    printf("%s: %zu bytes\n", argv[1], file.n);
    ac_buf_free(&file);
    fx_hive_free(h);
    return 0;
}
