/*
 * libFuzzer target of the JSON, XML and text files that keep credentials: the first byte chooses
 * the name of the file. Build with clang -fsanitize=fuzzer,address,undefined; the corpus lies in
 * corpus/credentials/.
 */
#include "credentials.h"

#include "drop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {
        "logins.json",         "Local State", "sitemanager.xml", "a.oeaccount",  "WinSCP.ini",
        "a.mb/Mailbox.ini",    "a.rdp",       "a.ovpn",          "UltraVNC.ini", "rasphone.pbk",
        "Thunderbird/prefs.js"};
    struct ac_sink sink = {drop};
    struct ac_budget budget = {200000};
    struct ac_err err = {0};
    struct ac_artefact a = {.user = "", .list_accounts = true};
    const struct ac_parser *p;

    if (size == 0)
        return 0;
    a.path = names[(uint8_t)(data[0] - 'a') % (sizeof(names) / sizeof(names[0]))];
    a.bytes = (struct ac_view){data + 1, size - 1, 0};
    p = ac_parser_for(&a);
    if (p)
        p->parse(&a, &budget, &sink, &err);
    return 0;
}
