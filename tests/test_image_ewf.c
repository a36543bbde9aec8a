/*
 * E01 images, whole and damaged. ewfacquire makes them, tests damage them; what is read with AC_OK must
 * be the disk's bytes whatever was done to the segments.
 */
#include "image_fixture.h"

#include "evidence/ewf_segments.h"
#include "evidence/verify.h"

#include <libdeflate.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(ewf, .init = image_start, .fini = image_stop);

static bool have(const char *tool)
{
    char command[200];

    snprintf(command, sizeof(command), "command -v %s > /dev/null 2>&1", tool);
    return system(command) == 0;
}

/* NAME.E01 ... of disk.raw. */
static void acquire(const char *name, const char *options)
{
    char command[9000];

    if (!have("ewfacquire"))
        cr_skip_test("ewfacquire is missing");
    snprintf(command, sizeof(command),
             "ewfacquire -u -q -t '%s/%s' -f encase6 %s '%s/disk.raw' > /dev/null 2>&1", image_dir,
             name, options, image_dir);
    cr_assert_eq(system(command), 0, "%s", command);
}

#define SPLIT "-c none -b 64 -S 1048576" /* four segments, 31 chunks in each full one */
#define CHUNK 32768
#define FULL ((uint64_t)31 * CHUNK)

static char *path_of(const char *name)
{
    static char path[4200];

    snprintf(path, sizeof(path), "%s/%s", image_dir, name);
    return path;
}

static void flip(const char *name, uint64_t off)
{
    FILE *f = fopen(path_of(name), "r+b");
    int c = EOF;

    cr_assert(f && fseek(f, (long)off, SEEK_SET) == 0, "%s", name);
    c = getc(f);
    cr_assert_neq(c, EOF, "%s", name);
    cr_assert(fseek(f, (long)off, SEEK_SET) == 0 && putc(c ^ 1, f) != EOF);
    fclose(f);
}

/* Offset of the descriptor of the n-th section of a type; 0: there is none. */
static uint64_t section(const char *name, const char *type, unsigned nth)
{
    struct ac_buf b = {0};
    uint64_t off = 13, found = 0;

    cr_assert(fx_load(path_of(name), &b));
    while (found == 0 && off + 76 <= b.n) {
        const uint8_t *d = (const uint8_t *)b.p + off;

        if (strncmp((const char *)d, type, 16) == 0 && nth-- == 0)
            found = off;
        if (ac_le64(d + 16) <= off)
            break;
        off = ac_le64(d + 16);
    }
    ac_buf_free(&b);
    cr_assert_neq(found, 0, "no section %s in %s", type, name);
    return found;
}

static void cut(const char *name, long size)
{
    cr_assert_eq(truncate(path_of(name), size), 0);
}

static void change_names(const char *from, const char *to)
{
    char old[4200];

    snprintf(old, sizeof(old), "%s", path_of(from));
    cr_assert_eq(rename(old, path_of(to)), 0);
}

static void expect_whole(const char *name, const char *format, uint32_t chunk)
{
    struct ac_image *img = image_open(name, AC_OK);

    cr_expect_str_eq(img->facts.format, format);
    cr_expect_eq(img->facts.chunk_size, chunk);
    cr_expect_eq(img->facts.media_size, IMAGE_BYTES);
    cr_expect_eq(img->facts.segment_problem.n, 0, "%s", ac_buf_text(&img->facts.segment_problem));
    cr_expect_eq(image_missing(img), 0);
    image_close(img);
}

/* ---- whole images */

Test(ewf, all_compressions_and_chunk_sizes)
{
    acquire("best", "-c deflate:best -b 64 -S 1GiB");
    expect_whole("best.E01", "E01", 32768);
    acquire("fast", "-c deflate:fast -b 16 -S 1GiB");
    expect_whole("fast.E01", "E01", 8192);
    acquire("empty", "-c deflate:empty-block -b 128 -S 1GiB");
    expect_whole("empty.E01", "E01", 65536);
    acquire("none", "-c none -b 64 -S 1GiB");
    expect_whole("none.E01", "E01", 32768);
    acquire("large", "-c deflate:fast -b 32768 -S 1GiB");
    expect_whole("large.E01", "E01", 16 * 1048576);
}

Test(ewf, split_images)
{
    acquire("split", SPLIT);
    expect_whole("split.E01", "split E01", CHUNK);
    acquire("two", "-c deflate:fast -b 64 -S 2097152");
    expect_whole("two.E01", "split E01", CHUNK);
}

Test(ewf, many_segments_are_named_with_letters)
{
    struct ac_ewf_segments set = {0};
    char from[16], to[16], ext[4];

    acquire("m", SPLIT);
    change_names("m.E01", "n.E01"); /* a set of 120 by name, of which 2 to 119 are not there */
    for (unsigned n = 2; n <= 4; n++) {
        cr_assert(ac_ewf_extension(n, 'E', ext));
        snprintf(from, sizeof(from), "m.%s", ext);
        cr_assert(ac_ewf_extension(n == 4 ? 120 : n, 'E', ext));
        snprintf(to, sizeof(to), "n.%s", ext);
        change_names(from, to);
    }
    cr_assert_eq(ac_ewf_segments_find(path_of("n.E01"), &set, NULL), AC_OK);
    cr_expect_eq(set.n, 120);
    cr_expect_eq(set.n_usable, 4); /* by its content the last one is number 4 */
    cr_expect_str_eq(set.items[119].state, "misplaced");
    cr_expect(strstr(set.items[119].path, "n.EAU"));
    ac_ewf_segments_free(&set);
}

Test(ewf, files_beside_that_are_no_segments)
{
    acquire("one", "-c deflate:fast -b 64 -S 1GiB");
    image_write("one.EXE", "MZ", 2);
    image_write("one.Exx", "text", 4);
    expect_whole("one.E01", "E01", CHUNK);
}

Test(ewf, names_of_any_kind)
{
    static const char *const names[] = {"disk.img", "disk", "disk.ewf", "d.e", "x.e01", "y.s01"};

    acquire("one", "-c deflate:fast -b 64 -S 1GiB");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        change_names(i ? names[i - 1] : "one.E01", names[i]);
        expect_whole(names[i], "E01", CHUNK);
    }
}

Test(ewf, extensions)
{
    static const struct {
        unsigned n;
        const char *ext;
    } cases[] = {{1, "E01"},   {9, "E09"},   {99, "E99"},  {100, "EAA"}, {101, "EAB"},
                 {125, "EAZ"}, {126, "EBA"}, {775, "EZZ"}, {776, "FAA"}, {14971, "ZZZ"}};
    char ext[4];

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        cr_expect(ac_ewf_extension(cases[i].n, 'E', ext));
        cr_expect_str_eq(ext, cases[i].ext);
    }
    cr_expect(ac_ewf_extension(126, 'e', ext));
    cr_expect_str_eq(ext, "eba");
    cr_expect_not(ac_ewf_extension(0, 'E', ext));
    cr_expect_not(ac_ewf_extension(14972, 'E', ext));
    cr_expect_not(ac_ewf_extension(15001, 'A', ext));
}

/* ---- segments that are not as they must be */

Test(ewf, middle_segment_missing)
{
    struct ac_image *img;

    acquire("s", SPLIT);
    image_unlink("s.E02");
    img = image_open("s.E01", AC_OK);
    image_expect_problem(img, "segment s.E02 is missing");
    image_expect_one_gap(img, FULL, IMAGE_BYTES - FULL); /* where E03 lies cannot be known */
    cr_expect_eq(img->facts.n_segments, 4);
    image_close(img);
}

Test(ewf, last_segment_missing)
{
    struct ac_image *img;

    acquire("s", SPLIT);
    image_unlink("s.E04");
    img = image_open("s.E01", AC_OK);
    image_expect_problem(img, "segment s.E04 is missing");
    cr_expect_str_eq(img->facts.segments[3].state, "missing");
    image_expect_one_gap(img, 3 * FULL, IMAGE_BYTES - 3 * FULL);
    image_close(img);
}

Test(ewf, segments_cut_at_every_kind_of_place)
{
    struct ac_buf whole = {0};

    acquire("s", SPLIT);
    cr_assert(fx_load(path_of("s.E02"), &whole));
    for (unsigned i = 0; i < 5; i++) {
        struct ac_image *img;
        const uint64_t at[] = {section("s.E02", "next", 0) + 40,
                               section("s.E02", "table2", 0) + 100,
                               section("s.E02", "table", 0) + 10, 200000, 5};

        cut("s.E02", (long)at[i]);
        img = image_open("s.E01", AC_OK);
        image_expect_problem(img, "segment s.E02 is truncated");
        cr_expect_str_eq(img->facts.segments[1].state, "truncated");
        cr_expect_geq(image_missing(img), IMAGE_BYTES - 2 * FULL);
        image_close(img);
        image_write("s.E02", whole.p, whole.n);
    }
    ac_buf_free(&whole);
}

Test(ewf, single_image_cut)
{
    struct ac_image *img;

    acquire("one", "-c none -b 64 -S 1GiB");
    cut("one.E01", 2000000);
    img = image_open("one.E01", AC_OK);
    image_expect_problem(img, "segment one.E01 is truncated");
    cr_expect_eq(image_missing(img), IMAGE_BYTES); /* the only chunk table lay behind the cut */
    image_close(img);
}

Test(ewf, segment_of_zero_length)
{
    struct ac_image *img;

    acquire("s", SPLIT);
    cut("s.E02", 0);
    img = image_open("s.E01", AC_OK);
    image_expect_problem(img, "segment s.E02 is truncated or damaged: it has no header (0 bytes");
    image_expect_one_gap(img, FULL, IMAGE_BYTES - FULL);
    image_close(img);
}

Test(ewf, segment_that_is_a_folder_or_a_pipe)
{
    struct ac_image *img;

    acquire("s", SPLIT);
    image_unlink("s.E02");
    cr_assert_eq(mkfifo(path_of("s.E02"), 0600), 0);
    image_unlink("s.E03");
    cr_assert_eq(mkdir(path_of("s.E03"), 0700), 0);
    img = image_open("s.E01", AC_OK);
    image_expect_problem(img, "segment s.E02 is missing");
    image_expect_problem(img, "segment s.E03 is missing");
    image_expect_one_gap(img, FULL, IMAGE_BYTES - FULL);
    image_close(img);
}

Test(ewf, swapped_names_are_said_and_read_right)
{
    struct ac_image *img;

    acquire("s", SPLIT);
    change_names("s.E02", "x");
    change_names("s.E03", "s.E02");
    change_names("x", "s.E03");
    img = image_open("s.E01", AC_OK);
    image_expect_problem(img, "segment s.E02 is misplaced: its name says 2, its header says 3");
    image_expect_problem(img, "segment s.E03 is misplaced: its name says 3, its header says 2");
    cr_expect_eq(image_missing(img), 0);
    image_close(img);
}

Test(ewf, later_segment_instead_of_the_first)
{
    struct ac_err err = {0};
    struct ac_image *img;
    char text[500];

    acquire("s", SPLIT);
    cr_expect_eq(ac_image_open(path_of("s.E02"), &img, &err), AC_USAGE);
    cr_expect(strstr(ac_err_text(&err, text, sizeof(text)), "is segment 2 of a split image"), "%s",
              text);
}

Test(ewf, a_copy_of_another_segment_adds_nothing)
{
    struct ac_buf b = {0};
    struct ac_image *img;

    acquire("s", SPLIT);
    cr_assert(fx_load(path_of("s.E02"), &b));
    image_write("s.E03", b.p, b.n); /* number 2 twice, number 3 never */
    img = image_open("s.E01", AC_OK);
    image_expect_problem(img, "segment s.E03 is misplaced");
    image_expect_one_gap(img, 2 * FULL, IMAGE_BYTES - 2 * FULL);
    image_close(img);
    ac_buf_free(&b);
}

Test(ewf, segments_behind_the_last_one)
{
    struct ac_image *img;

    acquire("s", SPLIT);
    acquire("one", "-c deflate:fast -b 64 -S 1GiB");
    change_names("s.E02", "one.E02");
    img = image_open("one.E01", AC_OK);
    image_expect_problem(img, "is the last one by its content");
    cr_expect_eq(image_missing(img), 0);
    image_close(img);
}

/* Puts a set identifier into the volume section of a segment, with its checksum. */
static void set_identifier(const char *name, const char *type, uint8_t value)
{
    uint64_t at = section(name, type, 0) + 76;
    struct ac_buf b = {0};
    uint32_t sum;

    cr_assert(fx_load(path_of(name), &b));
    memset(b.p + at + 64, value, 16);
    sum = libdeflate_adler32(1, b.p + at, 1048);
    fx_put_le32(&b, at + 1048, sum);
    image_write(name, b.p, b.n);
    ac_buf_free(&b);
}

Test(ewf, a_segment_of_another_acquisition_is_not_used)
{
    struct ac_image *img;

    acquire("s", SPLIT);
    set_identifier("s.E01", "volume", 1);
    set_identifier("s.E02", "data", 1);
    set_identifier("s.E03", "data", 2);
    img = image_open("s.E01", AC_OK);
    image_expect_problem(img, "segment s.E03 belongs to another acquisition");
    image_expect_one_gap(img, 2 * FULL, IMAGE_BYTES - 2 * FULL);
    image_close(img);
}

/* ---- wrong bytes */

Test(ewf, one_byte_in_a_compressed_chunk_costs_that_chunk)
{
    struct ac_verification v = {0};
    struct ac_image *img;

    acquire("one", "-c deflate:best -b 64 -S 1GiB");
    flip("one.E01", section("one.E01", "sectors", 0) + 76 + 5 * CHUNK);
    img = image_open("one.E01", AC_OK);
    cr_expect_eq(img->facts.segment_problem.n, 0);
    cr_expect_eq(image_missing(img), CHUNK);
    cr_assert_eq(ac_verify_image(img, 0, NULL, NULL, &v, NULL), AC_OK);
    cr_assert_eq(v.gaps.n, 1);
    cr_expect_eq(v.gaps.items[0].len, CHUNK);
    cr_expect_eq(v.gaps.items[0].off % CHUNK, 0);
    cr_expect_str_eq(ac_verify_word(img->facts.stored[AC_MD5], v.computed[AC_MD5]), "NOT COMPUTED");
    cr_expect_lt(v.bytes, IMAGE_BYTES);
    ac_gaps_free(&v.gaps);
    image_close(img);
}

Test(ewf, one_byte_in_a_plain_chunk_costs_that_chunk)
{
    struct ac_image *img;

    acquire("one", "-c none -b 64 -S 1GiB");
    flip("one.E01", section("one.E01", "sectors", 0) + 76 + 5 * (CHUNK + 4) + 100);
    flip("one.E01",
         section("one.E01", "sectors", 0) + 76 + 7 * (CHUNK + 4) - 1); /* checksum of 6 */
    img = image_open("one.E01", AC_OK);
    image_expect_one_gap(img, 5 * CHUNK, 2 * CHUNK);
    image_close(img);
    acquire("two", "-c none -b 64 -S 1GiB");
    flip("two.E01", section("two.E01", "table", 0) - 2); /* checksum of the last, short chunk */
    img = image_open("two.E01", AC_OK);
    image_expect_one_gap(img, IMAGE_BYTES / CHUNK * CHUNK, IMAGE_BYTES % CHUNK);
    image_close(img);
}

/* libewf would give the chunks of E03 in the place of those of E02. */
Test(ewf, a_lost_table_does_not_move_later_chunks)
{
    static const char *const types[] = {"table", "sectors", "data"};

    for (size_t i = 0; i < 3; i++) {
        struct ac_image *img;
        char name[16];

        snprintf(name, sizeof(name), "s%zu", i);
        acquire(name, SPLIT);
        strcat(name, ".E02");
        flip(name, section(name, types[i], 0)); /* its type: the descriptor fails its checksum */
        name[strlen(name) - 1] = '1';
        img = image_open(name, AC_OK);
        image_expect_problem(img, "a section descriptor fails its checksum");
        cr_expect_str_eq(img->facts.segments[1].state, "damaged");
        image_expect_one_gap(img, FULL, IMAGE_BYTES - FULL);
        image_close(img);
    }
}

Test(ewf, a_table_and_its_copy_stand_in_for_each_other)
{
    struct ac_image *img;

    acquire("s", SPLIT);
    flip("s.E02", section("s.E02", "table", 0) + 76);
    flip("s.E03", section("s.E03", "table2", 0) + 76 + 8);
    flip("s.E01", section("s.E01", "table", 0) + 76 + 24 + 8); /* an entry */
    img = image_open("s.E01", AC_OK);
    image_expect_problem(img, "segment s.E02 is damaged: a chunk table fails its checksum");
    image_expect_problem(img, "segment s.E03 is damaged: the copy of a chunk table fails its");
    image_expect_problem(img, "segment s.E01 is damaged: the entries of a chunk table fail");
    cr_expect_eq(image_missing(img), 0);
    image_close(img);
}

Test(ewf, a_table_and_its_copy_damaged)
{
    struct ac_image *img;

    acquire("s", SPLIT);
    flip("s.E02", section("s.E02", "table", 0) + 76);
    flip("s.E02", section("s.E02", "table2", 0) + 76);
    img = image_open("s.E01", AC_OK);
    image_expect_one_gap(img, FULL, IMAGE_BYTES - FULL);
    image_close(img);
    acquire("one", "-c deflate:fast -b 64 -S 1GiB");
    flip("one.E01", section("one.E01", "table", 0) + 76);
    flip("one.E01", section("one.E01", "table2", 0) + 76);
    image_open("one.E01", AC_CORRUPT);
    acquire("e", SPLIT);
    flip("e.E02", section("e.E02", "table", 0) + 76 + 24 + 8);
    flip("e.E02", section("e.E02", "table2", 0) + 76 + 24 + 8);
    img = image_open("e.E01", AC_OK);
    cr_expect_gt(image_missing(img), 0);
    cr_expect_leq(image_missing(img), 4 * CHUNK);
    image_close(img);
}

/* libewf refuses the whole set for any of these. */
Test(ewf, damage_that_concerns_no_chunk_costs_no_chunk)
{
    static const struct {
        const char *file, *type, *say;
        unsigned nth, at;
    } cases[] = {
        {"E01", "header2", "a header section does not inflate", 0, 20},
        {"E01", "header2", "a header section does not inflate", 1, 20},
        {"E01", "header", "a header section does not inflate", 0, 20},
        {"E02", "data", "the data section fails its checksum", 0, 30},
        {"E04", "hash", "the hash section fails its checksum", 0, 3},
        {"E04", "digest", "the digest section fails its checksum", 0, 3},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ac_image *img;
        char name[16], damaged[32];

        snprintf(name, sizeof(name), "s%zu", i);
        acquire(name, SPLIT " -d sha1");
        snprintf(damaged, sizeof(damaged), "%s.%s", name, cases[i].file);
        flip(damaged, section(damaged, cases[i].type, cases[i].nth) + 76 + cases[i].at);
        strcat(name, ".E01");
        img = image_open(name, AC_OK);
        image_expect_problem(img, cases[i].say);
        cr_expect_eq(image_missing(img), 0, "%s", cases[i].type);
        image_close(img);
    }
}

Test(ewf, a_damaged_volume_section_is_named)
{
    struct ac_err err = {0};
    struct ac_image *img;
    char text[1000];

    acquire("one", "-c deflate:fast -b 64 -S 1GiB");
    flip("one.E01", section("one.E01", "volume", 0) + 76 + 4);
    cr_expect_eq(ac_image_open(path_of("one.E01"), &img, &err), AC_CORRUPT);
    cr_expect(strstr(ac_err_text(&err, text, sizeof(text)), "the volume section fails"), "%s",
              text);
}

/* ---- what the container says */

static const char *header_value(const struct ac_image *img, const char *name)
{
    for (size_t i = 0; i < img->facts.n_headers; i++) {
        if (strcmp(img->facts.headers[i].name, name) == 0)
            return img->facts.headers[i].value;
    }
    return "";
}

/* "label: value" as ewfinfo prints it. */
static void ewfinfo(const char *name, const char *label, char *value, size_t n)
{
    char command[4400], line[4096];
    FILE *f;

    snprintf(command, sizeof(command), "LC_ALL=C.UTF-8 ewfinfo '%s' 2>/dev/null", path_of(name));
    f = popen(command, "r");
    value[0] = '\0';
    while (f && fgets(line, sizeof(line), f)) {
        char *at = strstr(line, label), *colon = at ? strchr(at, ':') : NULL;

        if (colon) {
            colon += 1 + strspn(colon + 1, "\t ");
            colon[strcspn(colon, "\n")] = '\0';
            snprintf(value, n, "%s", colon);
        }
    }
    cr_assert(f && pclose(f) == 0);
}

Test(ewf, header_values_and_hashes_are_those_of_ewfinfo)
{
    static const struct {
        const char *ours, *label;
    } values[] = {{"case number", "Case number"},
                  {"evidence number", "Evidence number"},
                  {"description", "Description"},
                  {"examiner", "Examiner name"},
                  {"notes", "Notes"}};
    static const struct {
        enum ac_hash_kind kind;
        const char *label;
    } hashes[] = {{AC_MD5, "MD5"}, {AC_SHA1, "SHA1"}};
    struct ac_verification v = {0};
    struct ac_image *img;
    char want[4096];

    acquire("h", "-c deflate:fast -S 1GiB -d sha1 -C 'CASE-7' -E 'E1' -N 'two words; \"quoted\"' "
                 "-e '\xE5\xB1\xB1\xE7\x94\xB0' -D '\xE8\xA8\xBC\xE6\x8B\xA0 1'");
    if (!have("ewfinfo"))
        cr_skip_test("ewfinfo is missing");
    img = image_open("h.E01", AC_OK);
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        ewfinfo("h.E01", values[i].label, want, sizeof(want));
        cr_expect_str_eq(header_value(img, values[i].ours), want, "%s", values[i].label);
        cr_expect_neq(want[0], '\0');
    }
    cr_assert_eq(ac_verify_image(img, 0, NULL, NULL, &v, NULL), AC_OK);
    cr_expect_eq(v.bytes, IMAGE_BYTES);
    for (size_t i = 0; i < 2; i++) {
        enum ac_hash_kind kind = hashes[i].kind;
        char digest[AC_HASH_TEXT];

        ewfinfo("h.E01", hashes[i].label, want, sizeof(want));
        ac_hash_hex(kind, image_bytes, IMAGE_BYTES, digest);
        cr_expect_str_eq(img->facts.stored[kind], want);
        cr_expect_str_eq(v.computed[kind], digest);
        cr_expect_str_eq(ac_verify_word(img->facts.stored[kind], v.computed[kind]), "MATCH");
    }
    cr_expect_str_eq(ac_verify_word(img->facts.stored[AC_SHA256], v.computed[AC_SHA256]),
                     "NOT STORED");
    ac_gaps_free(&v.gaps);
    image_close(img);
}

Test(ewf, header_values_of_any_length)
{
    struct ac_image *img;
    char options[5000] = "-c deflate:fast -S 1GiB -N '";

    for (size_t i = strlen(options), end = i + 3000; i < end; i++)
        options[i] = (char)('a' + i % 26);
    strcat(options, "'");
    acquire("h", options);
    img = image_open("h.E01", AC_OK);
    cr_expect_eq(strlen(header_value(img, "notes")), 3000);
    image_close(img);
}

Test(ewf, another_stored_hash_is_a_mismatch)
{
    struct ac_verification v = {0};
    struct ac_buf b = {0};
    struct ac_image *img;
    uint64_t at;

    acquire("one", "-c deflate:fast -b 64 -S 1GiB");
    at = section("one.E01", "hash", 0) + 76;
    cr_assert(fx_load(path_of("one.E01"), &b));
    b.p[at] = (char)(b.p[at] ^ 1);
    fx_put_le32(&b, at + 32, libdeflate_adler32(1, b.p + at, 32));
    image_write("one.E01", b.p, b.n);
    img = image_open("one.E01", AC_OK);
    cr_expect_eq(img->facts.segment_problem.n, 0);
    cr_assert_eq(ac_verify_image(img, 0, NULL, NULL, &v, NULL), AC_OK);
    cr_expect_str_eq(ac_verify_word(img->facts.stored[AC_MD5], v.computed[AC_MD5]), "MISMATCH");
    ac_gaps_free(&v.gaps);
    image_close(img);
    ac_buf_free(&b);
}

Test(ewf, every_allocation_may_fail)
{
    acquire("s", SPLIT);
    image_every_allocation_fails("s.E01");
}

/* Any byte outside the chunks flipped: refused with a reason, or right bytes. */
Test(ewf, a_byte_anywhere_outside_the_chunks)
{
    struct ac_buf b = {0};
    uint64_t seed = 3, from, end;

    acquire("one", "-c deflate:best -b 64 -S 1GiB");
    from = section("one.E01", "table", 0);
    end = section("one.E01", "done", 0) + 76;
    cr_assert(fx_load(path_of("one.E01"), &b));
    for (unsigned i = 0; i < 60; i++) {
        struct ac_image *img = NULL;
        struct ac_err err = {0};
        uint64_t at;

        seed = seed * 6364136223846793005U + 1442695040888963407U;
        at = i % 2 ? from + (seed >> 33) % (end - from) : 13 + (seed >> 33) % 1700;
        b.p[at] = (char)(b.p[at] ^ 0x40);
        image_write("x.E01", b.p, b.n);
        b.p[at] = (char)(b.p[at] ^ 0x40);
        if (ac_image_open(path_of("x.E01"), &img, &err) == AC_OK) {
            uint8_t *buf = malloc(IMAGE_BYTES);
            struct ac_gaps gaps = {0};
            enum ac_rc rc = ac_read(&img->reader, 0, buf, IMAGE_BYTES, &gaps, NULL);

            cr_expect(rc == AC_OK ? memcmp(buf, image_bytes, IMAGE_BYTES) == 0 : gaps.n > 0,
                      "byte %llu", (unsigned long long)at);
            cr_expect(gaps.n || img->facts.segment_problem.n, "byte %llu goes unnoticed",
                      (unsigned long long)at);
            ac_gaps_free(&gaps);
            free(buf);
        } else {
            cr_expect_neq(err.rc, AC_OK);
        }
        ac_image_close(img);
    }
    ac_buf_free(&b);
}
