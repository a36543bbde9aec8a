/* Jump lists that a program makes itself: categories of shortcuts, one behind the other. */
#include "jump_list_parts.h"

#include "lnk.h"

#include <stdlib.h>
#include <string.h>

#define HEADER 12
#define CLASS 16
#define FOOTER 0xBABFFBABU

enum { CUSTOM = 0, KNOWN = 1, TASKS = 2 };
enum { FREQUENT = 1, RECENT = 2 };

struct job {
    const struct ac_artefact *artefact;
    struct ac_view v;
    struct ac_budget *budget;
    struct ac_sink *sink;
    struct ac_err *err;
    size_t at;
    struct ac_jump_list_link about; /* of the category at hand */
    enum ac_rc rc;
};

static void complain(struct job *j, const char *what)
{
    if (j->rc == AC_OK)
        j->rc =
            ac_sink_problem(j->sink, ac_str_of(j->artefact->path), AC_CORRUPT, j->at,
                            "entries of a jump list may be missing from the report", "%s", what);
}

static bool spend(struct job *j, uint64_t n)
{
    if (j->rc == AC_OK && !ac_budget_spend(j->budget, n))
        j->rc = AC_FAIL(j->err, AC_LIMIT, j->at, "more shortcuts than are read");
    return j->rc == AC_OK;
}

static struct ac_view rest(const struct job *j)
{
    return (struct ac_view){j->v.p + j->at, j->v.n - j->at, j->at};
}

/* The shortcut that begins at `at`; moves behind it. False: there is none. */
static bool emit_here(struct job *j)
{
    size_t end = 0;

    j->about.offset = j->at;
    if (ac_lnk_is(rest(j)) && spend(j, 64))
        j->rc = ac_jump_list_emit_link(j->artefact, rest(j), &j->about, j->sink, &end, j->err);
    j->at += end;
    j->about.entry += end != 0;
    return end != 0;
}

/* A class identifier stands before each. */
static bool take_link(struct job *j)
{
    if (!ac_view_has(j->v, j->at, CLASS) || memcmp(j->v.p + j->at, ac_lnk_class, CLASS) != 0)
        return false;
    j->at += CLASS;
    return emit_here(j);
}

/* `count` shortcuts. False: what follows could not be found by reading on. */
static bool take_links(struct job *j, uint32_t count)
{
    for (uint32_t i = 0; i < count && spend(j, 1); i++) {
        if (!take_link(j)) {
            complain(j, "a shortcut of the list is not where it should be");
            return false;
        }
    }
    return j->rc == AC_OK;
}

static bool take_category(struct job *j)
{
    static const char *const known[] = {[FREQUENT] = "frequent", [RECENT] = "recent"};
    uint32_t type = 0, number = 0;
    uint16_t chars = 0;

    j->about = (struct ac_jump_list_link){.entry = 0};
    if (ac_rd_le32(j->v, j->at, &type) != AC_OK || type > TASKS)
        return false;
    j->at += 4;
    if (type == CUSTOM) {
        if (ac_rd_le16(j->v, j->at, &chars) != AC_OK ||
            !ac_view_has(j->v, j->at + 2, 2 * (size_t)chars))
            return false;
        j->about.category = (struct ac_str){(const char *)j->v.p + j->at + 2, 2 * (size_t)chars};
        j->about.utf16 = true;
        j->at += 2 + 2 * (size_t)chars;
    }
    if (ac_rd_le32(j->v, j->at, &number) != AC_OK)
        return false;
    j->at += 4;
    if (type == TASKS)
        j->about.category = AC_STR("tasks");
    if (type == KNOWN && number >= FREQUENT && number <= RECENT)
        j->about.category = ac_str_of(known[number]);
    if (type != KNOWN && !take_links(j, number))
        return false;
    if (ac_rd_le32(j->v, j->at, &number) != AC_OK || number != FOOTER)
        return false;
    j->at += 4;
    return true;
}

/* Behind damage: shortcuts wherever they begin, of a category that is not known. The identifier
 * stands in their headers too, behind four bytes. */
static void search(struct job *j)
{
    uint32_t entry = j->about.entry;
    size_t from = j->at, next = j->at;

    j->about = (struct ac_jump_list_link){.entry = entry, .state = "unlinked"};
    while (next < j->v.n && spend(j, 1)) {
        const uint8_t *found = memmem(j->v.p + next, j->v.n - next, ac_lnk_class, CLASS);

        if (!found)
            return;
        next = (size_t)(found - j->v.p);
        j->at = next - (next >= from + 4 ? 4 : 0);
        next = emit_here(j) ? j->at : next + 1;
        from = next;
    }
}

static enum ac_rc parse(const struct ac_artefact *a, struct ac_budget *budget, struct ac_sink *sink,
                        struct ac_err *err)
{
    struct job j = {
        .artefact = a, .v = a->bytes, .budget = budget, .sink = sink, .err = err, .at = HEADER};
    bool damaged = false;
    uint32_t n;

    if (a->bytes.n < HEADER)
        return AC_FAIL(err, AC_TRUNCATED, 0, "the header of the jump list is cut");
    n = ac_le32(a->bytes.p + 4);
    for (uint32_t i = 0; i < n && j.rc == AC_OK && !damaged; i++)
        damaged = !take_category(&j);
    if (damaged && j.rc == AC_OK)
        complain(&j,
                 "a category of the jump list is damaged; shortcuts were searched for behind it");
    if (j.rc == AC_OK)
        search(&j); /* also behind the end that its header tells */
    return j.rc;
}

static bool recognise(const struct ac_artefact *a)
{
    return ac_str_iends(ac_str_of(a->path), AC_STR(".customDestinations-ms"));
}

const struct ac_parser ac_parser_jump_list_custom = {
    .name = "jump-list-custom", .source = "jump-list", .recognise = recognise, .parse = parse};
