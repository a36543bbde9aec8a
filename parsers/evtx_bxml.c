#include "evtx_bxml.h"

#include <string.h>

#define MORE 0x40 /* flag of a token: attributes, or more of the same, follow */
#define DEFINITION_HEADER 24
#define TOKENS_PER_STEP 16 /* of the budget: they are small */

enum token {
    END = 0x00,
    OPEN = 0x01,
    CLOSE_START = 0x02,
    CLOSE_EMPTY = 0x03,
    CLOSE = 0x04,
    TEXT = 0x05,
    ATTRIBUTE = 0x06,
    CDATA = 0x07,
    CHARACTER = 0x08,
    ENTITY = 0x09,
    PI_TARGET = 0x0A,
    PI_DATA = 0x0B,
    TEMPLATE = 0x0C,
    SUBSTITUTION = 0x0D,
    OPTIONAL = 0x0E,
    FRAGMENT = 0x0F,
};

static bool wrong(struct ac_bxml *w, size_t at, const char *why)
{
    if (!w->why) {
        w->why = why;
        w->at = at;
    }
    return false;
}

static bool has(const struct ac_bxml *w, size_t at, size_t end, size_t n)
{
    return end <= w->chunk.n && at <= end && n <= end - at;
}

static struct ac_view view(const struct ac_bxml *w, size_t at, size_t n)
{
    return (struct ac_view){w->chunk.p + at, n, w->chunk.base + at};
}

static uint32_t u32(const struct ac_bxml *w, size_t at)
{
    return ac_le32(w->chunk.p + at);
}

static uint16_t u16(const struct ac_bxml *w, size_t at)
{
    return ac_le16(w->chunk.p + at);
}

bool ac_bxml_is(struct ac_view utf16, const char *ascii)
{
    size_t i = 0;

    for (; i + 2 <= utf16.n && ascii[i / 2]; i += 2) {
        if (ac_le16(utf16.p + i) != (unsigned char)ascii[i / 2])
            return false;
    }
    return i == utf16.n && !ascii[i / 2];
}

/* ---- names: next offset, hash, number of characters, characters, a NUL */

static bool hash_fits(const struct ac_bxml *w, struct ac_view name, uint16_t stored)
{
    uint32_t hash = 0;

    if (!w->strict_names)
        return true;
    for (size_t i = 0; i + 2 <= name.n; i += 2)
        hash = hash * 65599 + ac_le16(name.p + i);
    return (uint16_t)hash == stored;
}

static bool name_at(struct ac_bxml *w, size_t at, struct ac_view *ret)
{
    size_t n;

    if (!has(w, at, w->chunk.n, 8))
        return false;
    n = (size_t)u16(w, at + 6) * 2;
    if (n == 0 || !has(w, at + 8, w->chunk.n, n + 2) || u16(w, at + 8 + n) != 0)
        return false;
    if (n > 2 * AC_MAX_EVTX_NAME)
        return false;
    *ret = view(w, at + 8, n);
    w->tokens += (unsigned)n / 64;
    return hash_fits(w, *ret, u16(w, at + 4));
}

/* Reads the offset of a name at *at; a name that stands right there is passed over. */
static bool read_name(struct ac_bxml *w, size_t *at, size_t end, struct ac_view *ret)
{
    size_t where, after = *at + 4;

    if (!has(w, *at, end, 4))
        return wrong(w, *at, "binary XML ends inside of a name");
    where = u32(w, *at);
    if (!name_at(w, where, ret))
        return wrong(w, *at, "binary XML names an element or attribute that is not there");
    if (where == after)
        after += 8 + ret->n + 2;
    if (after > end)
        return wrong(w, *at, "a name does not lie wholly in its binary XML");
    *at = after;
    return true;
}

/* ---- templates */

static bool read_definition(struct ac_bxml *w, size_t at, uint32_t id, struct ac_bxml_instance *ret)
{
    size_t n;

    if (!has(w, at, w->chunk.n, DEFINITION_HEADER))
        return wrong(w, at, "a template lies outside of its chunk");
    n = u32(w, at + 20);
    /* the instance repeats the first four bytes of the template's GUID */
    if (u32(w, at + 4) != id)
        return wrong(w, at, "the template that an event names is not there");
    if (!has(w, at + DEFINITION_HEADER, w->chunk.n, n))
        return wrong(w, at, "a template does not lie wholly in its chunk");
    ret->definition = at;
    ret->body = at + DEFINITION_HEADER;
    ret->body_end = ret->body + n;
    return true;
}

/* Number of values, u16 size and type of each, their data. */
static bool read_values(struct ac_bxml *w, size_t at, size_t end, struct ac_bxml_instance *ret)
{
    size_t size = 0;

    if (!has(w, at, end, 4) || u32(w, at) > (end - at - 4) / 4)
        return wrong(w, at, "binary XML ends inside of a template's values");
    ret->n = u32(w, at);
    ret->descriptors = at + 4;
    ret->data = ret->descriptors + 4 * ret->n;
    for (size_t i = 0; i < ret->n; i++)
        size += u16(w, ret->descriptors + 4 * i);
    if (!has(w, ret->data, end, size))
        return wrong(w, at, "the values of an event do not lie wholly in it");
    ret->end = ret->data + size;
    ret->last = 0;
    ret->last_data = ret->data;
    return true;
}

bool ac_bxml_instance(struct ac_bxml *w, size_t at, size_t end, struct ac_bxml_instance *ret)
{
    if (!has(w, at, end, 10))
        return wrong(w, at, "binary XML ends inside of a template");
    if (!read_definition(w, u32(w, at + 6), u32(w, at + 2), ret))
        return false;
    at += 10;
    return read_values(w, ret->definition == at ? ret->body_end : at, end, ret);
}

bool ac_bxml_value_of(struct ac_bxml *w, struct ac_bxml_instance *i, unsigned number,
                      struct ac_bxml_value *ret)
{
    size_t steps;

    if (number >= i->n)
        return false;
    if (number < i->last) {
        i->last = 0;
        i->last_data = i->data;
    }
    steps = number - i->last;
    if (steps > 64 && !ac_budget_spend(w->budget, steps / 64))
        return false;
    for (; i->last < number; i->last++)
        i->last_data += u16(w, i->descriptors + 4 * i->last);
    ret->type = w->chunk.p[i->descriptors + 4 * (size_t)number + 2];
    ret->bytes = view(w, i->last_data, u16(w, i->descriptors + 4 * (size_t)number));
    return true;
}

/* ---- tokens */

static enum ac_rc walk(struct ac_bxml *w, size_t at, size_t end, struct ac_bxml_instance *values,
                       bool dependency, bool definition);

static void tell_text(struct ac_bxml *w, uint8_t type, struct ac_view bytes)
{
    struct ac_bxml_value v = {type, bytes};

    w->visitor->text(w->context, &v);
}

/* An element begins with the size of the rest and its name; in templates a number of the value it
 * depends on stands before. Which of the two it is shows in what follows, where it is not as
 * documented. */
static bool open_element(struct ac_bxml *w, size_t *at, size_t end, bool dependency,
                         bool attributes)
{
    struct ac_view name;

    for (unsigned attempt = 0; attempt < 2; attempt++, dependency = !dependency) {
        size_t next = *at + (dependency ? 7 : 5);

        if (!has(w, *at, end, (dependency ? 7 : 5) + 4) || !name_at(w, u32(w, next), &name) ||
            u32(w, next - 4) > end - next)
            continue;
        if (!read_name(w, &next, end, &name))
            return false;
        if (attributes && !has(w, next, end, 4))
            return wrong(w, next, "binary XML ends inside of an element");
        if (w->elements >= AC_MAX_EVTX_ELEMENTS)
            return wrong(w, *at, "elements inside of each other without end");
        w->elements++;
        *at = next + (attributes ? 4 : 0);
        w->visitor->open(w->context, name);
        return true;
    }
    return wrong(w, *at, "binary XML holds an element without a name");
}

/* u16 number of characters, and they. */
static bool counted_text(struct ac_bxml *w, size_t *at, size_t end, bool tell)
{
    size_t n;

    if (!has(w, *at, end, 2) || !has(w, *at + 2, end, n = (size_t)u16(w, *at) * 2))
        return wrong(w, *at, "binary XML ends inside of a text");
    if (tell)
        tell_text(w, AC_BXML_STRING, view(w, *at + 2, n));
    *at += 2 + n;
    return true;
}

static bool value_text(struct ac_bxml *w, size_t *at, size_t end)
{
    if (!has(w, *at, end, 2) || w->chunk.p[*at + 1] != AC_BXML_STRING)
        return wrong(w, *at, "binary XML holds a text of unknown form");
    *at += 2;
    return counted_text(w, at, end, true);
}

static bool entity(struct ac_bxml *w, size_t *at, size_t end)
{
    static const struct {
        const char *name;
        uint8_t character[2];
    } known[] = {
        {"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"},
    };
    struct ac_view name;

    ++*at;
    if (!read_name(w, at, end, &name))
        return false;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (ac_bxml_is(name, known[i].name)) {
            tell_text(w, AC_BXML_STRING, (struct ac_view){known[i].character, 2, name.base});
            return true;
        }
    }
    return wrong(w, *at, "binary XML names a character that is not known");
}

static enum ac_rc nested(struct ac_bxml *w, struct ac_view xml)
{
    size_t at = (size_t)(xml.base - w->chunk.base);
    enum ac_rc rc;

    if (xml.n == 0)
        return AC_OK;
    if (w->depth >= AC_MAX_EVTX_DEPTH) {
        wrong(w, at, "templates inside of each other without end");
        return AC_CORRUPT;
    }
    w->depth++;
    rc = walk(w, at, at + xml.n, NULL, false, false);
    w->depth--;
    return rc;
}

static enum ac_rc substitute(struct ac_bxml *w, size_t *at, size_t end,
                             struct ac_bxml_instance *values, bool definition)
{
    struct ac_bxml_value v;
    unsigned number;

    if (!has(w, *at, end, 4)) {
        wrong(w, *at, "binary XML ends inside of a value's number");
        return AC_CORRUPT;
    }
    number = u16(w, *at + 1);
    *at += 4;
    if (definition) {
        w->visitor->placeholder(w->context, number);
        return AC_OK;
    }
    if (!values || !ac_bxml_value_of(w, values, number, &v)) {
        wrong(w, *at - 4, "a template asks for a value that the event does not have");
        return w->budget->steps == 0 ? AC_LIMIT : AC_CORRUPT;
    }
    if (v.type == AC_BXML_XML)
        return nested(w, v.bytes);
    if (v.type != AC_BXML_NULL)
        w->visitor->text(w->context, &v);
    return AC_OK;
}

/* The values of a recovered event whose template is overwritten: they have no names, and are told
 * as they stand. */
static bool loose_values(struct ac_bxml *w, size_t *at, size_t end)
{
    struct ac_bxml_instance i = {0};
    struct ac_bxml_value v;

    if (!w->strict_names || !w->visitor->loose || !has(w, *at, end, 10) ||
        u32(w, *at + 6) == *at + 10 || !read_values(w, *at + 10, end, &i))
        return false;
    for (unsigned k = 0; k < i.n && ac_bxml_value_of(w, &i, k, &v); k++) {
        if (v.type != AC_BXML_XML && v.type != AC_BXML_NULL)
            w->visitor->loose(w->context, &v);
        w->tokens++;
    }
    w->why = NULL;
    w->lost = true;
    *at = i.end;
    return true;
}

static enum ac_rc template(struct ac_bxml *w, size_t *at, size_t end) {
    struct ac_bxml_instance i; enum ac_rc rc;

    if (w->depth >= AC_MAX_EVTX_DEPTH){wrong(w, *at, "templates inside of each other without end");
                                       return AC_CORRUPT;}
if (!ac_bxml_instance(w, *at, end, &i)) return loose_values(w, at, end) ? AC_OK : AC_CORRUPT;
w->depth++;
rc = walk(w, i.body, i.body_end, &i, true, false);
w->depth--;
*at = i.end;
return rc;
}

static bool close_element(struct ac_bxml *w, size_t at)
{
    if (w->elements == 0)
        return wrong(w, at, "binary XML closes an element that was not opened");
    w->elements--;
    w->visitor->close(w->context);
    return true;
}

/* Everything but values and templates. */
static bool plain_token(struct ac_bxml *w, unsigned token, size_t *at, size_t end, bool dependency)
{
    struct ac_view name;
    size_t begin = *at;

    switch (token & ~(unsigned)MORE) {
    case OPEN:
        return open_element(w, at, end, dependency, token & MORE);
    case CLOSE_START:
        ++*at;
        w->visitor->content(w->context);
        return true;
    case CLOSE_EMPTY:
        ++*at;
        w->visitor->content(w->context);
        return close_element(w, begin);
    case CLOSE:
        ++*at;
        return close_element(w, begin);
    case TEXT:
        return value_text(w, at, end);
    case ATTRIBUTE:
        ++*at;
        if (!read_name(w, at, end, &name))
            return false;
        w->visitor->attribute(w->context, name);
        return true;
    case CDATA:
        ++*at;
        return counted_text(w, at, end, true);
    case CHARACTER:
        if (!has(w, begin, end, 3))
            return wrong(w, begin, "binary XML ends inside of a character");
        *at += 3;
        tell_text(w, AC_BXML_STRING, view(w, begin + 1, 2));
        return true;
    case ENTITY:
        return entity(w, at, end);
    case PI_TARGET:
        ++*at;
        return read_name(w, at, end, &name);
    case PI_DATA:
        ++*at;
        return counted_text(w, at, end, false);
    case FRAGMENT:
        *at += 4;
        return true;
    default:
        return wrong(w, begin, "binary XML holds a token that is not known");
    }
}

static bool may_go_on(struct ac_bxml *w, size_t at)
{
    unsigned due = (++w->tokens - w->paid) / TOKENS_PER_STEP;

    if (w->tokens > AC_MAX_EVTX_TOKENS)
        return wrong(w, at, "one event has more tokens than fit into a chunk");
    w->paid += due * TOKENS_PER_STEP;
    return due == 0 || ac_budget_spend(w->budget, due);
}

static enum ac_rc walk(struct ac_bxml *w, size_t at, size_t end, struct ac_bxml_instance *values,
                       bool dependency, bool definition)
{
    unsigned outer = w->elements;
    enum ac_rc rc = AC_OK;

    while (rc == AC_OK && at < end && !w->stop) {
        unsigned token = w->chunk.p[at];

        if (!may_go_on(w, at))
            return w->why ? AC_CORRUPT : AC_LIMIT;
        if (token == END)
            break;
        if (token == SUBSTITUTION || token == OPTIONAL)
            rc = substitute(w, &at, end, values, definition);
        else if (token == TEMPLATE)
            rc = template(w, &at, end);
        else if (!plain_token(w, token, &at, end, dependency))
            rc = AC_CORRUPT;
        if (rc == AC_OK && w->elements < outer) {
            wrong(w, at, "binary XML closes an element that was not opened");
            rc = AC_CORRUPT;
        }
    }
    if (rc == AC_OK && !w->stop && w->elements != outer) {
        wrong(w, at, "binary XML ends inside of an element");
        rc = AC_CORRUPT;
    }
    return rc;
}

enum ac_rc ac_bxml_walk(struct ac_bxml *w, size_t at, size_t end)
{
    if (!has(w, at, end, 0)) {
        wrong(w, at, "an event lies outside of its chunk");
        return AC_CORRUPT;
    }
    return walk(w, at, end, NULL, false, false);
}

enum ac_rc ac_bxml_walk_definition(struct ac_bxml *w, const struct ac_bxml_instance *i)
{
    return walk(w, i->body, i->body_end, NULL, true, true);
}
