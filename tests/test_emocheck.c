/* EmoCheck's algorithms: every vector of the dossier, and the borders of each pattern. */
#include "fixture.h"

#include "assess/emocheck.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct ac_word_list *list(const char *id)
{
    const struct ac_word_list *l = ac_word_lists;

    while (strcmp(l->id, id) != 0)
        l++;
    return l;
}

Test(emocheck, word_lists_have_their_documented_lengths)
{
    cr_expect_eq(strlen(list("K")->words), 356);
    cr_expect_eq(strlen(list("L375")->words), 375);
    cr_expect_eq(strlen(list("L368")->words), 368);
    cr_expect_eq(strlen(list("L376")->words), 376);
}

Test(emocheck, v1_names_of_known_serials)
{
    static const struct {
        const char *list;
        uint32_t serial;
        const char *emocheck, *genuine;
    } v[] = {
        {"K", 0x00000000, "duckelem.exe", "duckelem.exe"},
        {"K", 0x00000001, "uckelem.exe", "duckelem.exe"},
        {"K", 0x00000002, "ckelem.exe", "duckelem.exe"},
        {"K", 0x00000003, "kelem.exe", "duckelem.exe"},
        {"K", 0x00000004, "mfidlelem.exe", "mfidlelem.exe"},
        {"K", 0x1A2B3C4D, "formatexce.exe", "formatexce.exe"},
        {"K", 0xA8F3C1D2, "metricsmetrics.exe", "metricsmetrics.exe"},
        {"K", 0xDEADBEEF, "etwwce.exe", "etwwce.exe"},
        {"K", 0xE42F18A6, "bidptr.exe", "bidptr.exe"},
        {"K", 0xFFFFFFFF, "elemvol.exe", "elemvol.exe"},
        {"L375", 0xEAA53FEC, "loadatangent.exe", "loadatangent.exe"},
        {"L368", 0xE42F18A6, "satavg.exe", "satavg.exe"},
        {"L376", 0xE42F18A6, "sonicredist.exe", "sonicredist.exe"},
    };

    for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
        char name[AC_V1_NAME];

        ac_v1_name(list(v[i].list), v[i].serial, true, name);
        cr_expect_str_eq(name, v[i].emocheck, "%08X", v[i].serial);
        ac_v1_name(list(v[i].list), v[i].serial, false, name);
        cr_expect_str_eq(name, v[i].genuine, "%08X", v[i].serial);
    }
}

Test(emocheck, v1_word_pairs)
{
    cr_expect(ac_v1_is_word_pair(list("K"), AC_STR("wmpclr")));
    cr_expect(ac_v1_is_word_pair(list("K"), AC_STR("metricsmetrics")));
    cr_expect(ac_v1_is_word_pair(list("L375"), AC_STR("loadatangent")));
    cr_expect_not(ac_v1_is_word_pair(list("K"), AC_STR("duck")));
    cr_expect_not(ac_v1_is_word_pair(list("K"), AC_STR("uckelem")));
    cr_expect_not(ac_v1_is_word_pair(list("K"), AC_STR("")));
}

Test(emocheck, v2_decodes_with_the_serial)
{
    static const struct {
        uint32_t serial;
        const char *bytes;
        size_t n;
        const char *text;
        enum ac_v2_kind kind;
    } v[] = {
        {0x1A2B3C4D, "\x20\x4F\x5F\x7B\x3E\x57", 6, "mstask", AC_V2_NAME},
        {0xC4E7B09F, "\xE8\xDD\x97\xA7\xF3\xC2", 6, "wmpclr", AC_V2_NAME},
        {0xDEADBEEF, "\x8B\x8D\xC9\xEF\xDE\xD1\xC3\xEF\xDD", 9, "d3d11on12", AC_V2_NAME},
        {0x0BADF00D, "\x6E\x95\xDF\x7F\x60\x97\xDF", 7, "certmgr", AC_V2_NAME},
        {0x1A2B3C4D, "\x20\x3C\x58\x1A\x39\x3C\x4A\x1A\x3E\x3C\x40\x1A\x4D\x3C", 14, "mstask",
         AC_V2_NAME},
        {0x01020304, "\x65\x7D\x60\x21\x67", 5, "abc", AC_V2_NAME}, /* plain "a~b c" */
        {0x1A2B3C4D, "", 0, "", AC_V2_VACCINE},
    };

    for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
        struct ac_buf out = {0};
        struct ac_view data = {(const uint8_t *)v[i].bytes, v[i].n, 0};

        cr_expect_eq(ac_v2_decode(data, v[i].serial, &out), v[i].kind, "vector %zu", i);
        cr_expect_str_eq(ac_buf_text(&out), v[i].text, "vector %zu", i);
        ac_buf_free(&out);
    }
}

Test(emocheck, v2_knows_the_vaccine)
{
    uint8_t data[64] = {0};
    struct ac_buf out = {0};

    cr_expect_eq(ac_v2_decode((struct ac_view){data, 16, 0}, 0x41414141, &out), AC_V2_VACCINE,
                 "all zero");
    ac_buf_clear(&out);
    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)("abcdefgh"[i % 8] ^ 0x11);
    cr_expect_eq(ac_v2_decode((struct ac_view){data, 41, 0}, 0x11111111, &out), AC_V2_VACCINE,
                 "over-long");
    ac_buf_clear(&out);
    cr_expect_eq(ac_v2_decode((struct ac_view){data, 30, 0}, 0x11111111, &out), AC_V2_NAME,
                 "30 characters");
    ac_buf_clear(&out);
    memset(data, 'A' ^ 0x11, sizeof(data));
    cr_expect_eq(ac_v2_decode((struct ac_view){data, 12, 0}, 0x11111111, &out), AC_V2_VACCINE,
                 "one character");
    ac_buf_free(&out);
}

Test(emocheck, v2_value_names_in_both_spellings)
{
    cr_expect(ac_v2_is_serial(AC_STR("badf00d"), 0x0BADF00D));
    cr_expect(ac_v2_is_serial(AC_STR("0badf00d"), 0x0BADF00D));
    cr_expect(ac_v2_is_serial(AC_STR("0BADF00D"), 0x0BADF00D));
    cr_expect_not(ac_v2_is_serial(AC_STR("00badf00d"), 0x0BADF00D));
    cr_expect_not(ac_v2_is_serial(AC_STR("badf00"), 0x0BADF00D));
}

Test(emocheck, v3_wants_size_and_difference)
{
    cr_expect(ac_v3_accepts(10000, false));
    cr_expect_not(ac_v3_accepts(9999, false));
    cr_expect_not(ac_v3_accepts(20000, true));
}

Test(emocheck, v4_shapes)
{
    cr_expect(ac_v4_is_folder(AC_STR("Ckninfwzsiyqxydc")));
    cr_expect_not(ac_v4_is_folder(AC_STR("Ckninfwzsiyqxydcx")), "17 letters");
    cr_expect_not(ac_v4_is_folder(AC_STR("abc")));
    cr_expect_not(ac_v4_is_folder(AC_STR("abc1")));
    cr_expect(ac_v4_is_file(AC_STR("ialkquzoobkioba.czi")));
    cr_expect_not(ac_v4_is_file(AC_STR("ialkquzoobkiobab.czi")), "16 letters");
    cr_expect(ac_v4_is_file(AC_STR("abc.DLL")), "the lookahead is case-sensitive");
    cr_expect_not(ac_v4_is_file(AC_STR("abc.dll")));
    cr_expect_not(ac_v4_is_file(AC_STR("abc.exe")));
    cr_expect_not(ac_v4_is_file(AC_STR("ab.czi")));
    cr_expect_not(ac_v4_is_file(AC_STR("abc.cz")));
    cr_expect_not(ac_v4_is_file(AC_STR("abc.c1i")));
    cr_expect(ac_v4_is_tight(AC_STR("Meajrcbavloy"), AC_STR("npuf.vya")));
    cr_expect_not(ac_v4_is_tight(AC_STR("meajrcbavloy"), AC_STR("npuf.vya")));
    cr_expect_not(ac_v4_is_tight(AC_STR("Meajrcbavloy"), AC_STR("Npuf.vya")));
    cr_expect(ac_e5_is_mixed(AC_STR("EEdafoGqJrPp"), AC_STR("pYvzqbuWqgBOj.dll")));
    cr_expect(ac_e5_is_mixed(AC_STR("QsznchRqcjKcPT"), AC_STR("dPusadEaxtdz.dll")));
    cr_expect_not(ac_e5_is_mixed(AC_STR("Programs"), AC_STR("helper.dll")));
}

Test(emocheck, v4_commands)
{
    cr_expect(ac_v4_is_command(
        AC_STR("C:\\Windows\\system32\\rundll32.exe \"C:\\a\\b.czi\",Control_RunDLL")));
    cr_expect(ac_v4_is_command(AC_STR("rundll32.exe C:\\x\\y.eqo,zWEeAQZvyy")));
    cr_expect(ac_v4_is_command(AC_STR("RUNDLL32.EXE a,ShowDialogA")));
    cr_expect_not(ac_v4_is_command(AC_STR("rundll32.exe C:\\Windows\\a.dll #1")));
    cr_expect_not(ac_v4_is_command(AC_STR("rundll32.exe a.dll,#1")));
    cr_expect_not(ac_v4_is_command(AC_STR("regsvr32.exe a.dll,DllMain")));
    cr_expect(ac_v4_is_value_name(AC_STR("ialkquzoobkioba.czi"), AC_STR("ialkquzoobkioba.czi")));
    cr_expect(ac_v4_is_value_name(AC_STR("abcdefg"), AC_STR("x.czi")));
    cr_expect_not(ac_v4_is_value_name(AC_STR("abcdef"), AC_STR("x.czi")));
}

static bool is_week(uint64_t gap)
{
    struct ac_filetime folder = {132500000000000000};

    return ac_v5_is_week(folder, (struct ac_filetime){folder.ticks - gap});
}

Test(emocheck, v5_window)
{
    cr_expect_not(is_week(6047996999999));
    cr_expect(is_week(6047997000000));
    cr_expect(is_week(6048000000000));
    cr_expect(is_week(6048002999999));
    cr_expect_not(is_week(6048003000000));
    cr_expect_not(is_week((uint64_t)-6048000000000), "a negative week");
}
