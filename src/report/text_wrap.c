#include "report/text_wrap.h"

#include <string.h>

/* Sorted by nothing: two short lists. No line begins with one of these, */
static const char not_first[] = "、。，．・：；？！）］｝」』】〕〉》”’ー々ゝゞヽヾ〜～…‥％℃／"
                                "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ｡､｣･)]},.:;!?%";
/* and none ends with one of these. */
static const char not_last[] = "（［｛「『【〔〈《“‘｢([{";

#define MOST_STEPS_BACK 8

static bool is_one_of(const char *list, unsigned c)
{
    struct ac_str s = ac_str_of(list);

    for (size_t i = 0; i < s.n;) {
        if (ac_utf8_next(s, &i) == c)
            return true;
    }
    return false;
}

static bool may_break(unsigned before, unsigned after)
{
    if (ac_char_width(after) == 0 || before == ' ')
        return false;
    if (ac_char_width(before) < 2 && ac_char_width(after) < 2)
        return false;
    return !is_one_of(not_first, after) && !is_one_of(not_last, before);
}

/* May a line begin here, inside a word that has to be parted? ASCII marks inside paths may, those
 * that end a sentence may not. */
static bool may_begin(struct ac_str s, size_t at)
{
    size_t i = at;
    unsigned c = ac_utf8_next(s, &i);

    if (c < 0x80)
        return !strchr(".,;:)!?\"", (int)c) || (i < s.n && s.p[i] != ' ');
    return ac_char_width(c) && !is_one_of(not_first, c);
}

/* A word longer than the line is parted at `at`; a few characters earlier if a mark would begin the
 * next line there. */
static size_t part_word(struct ac_str s, size_t from, size_t at)
{
    size_t end = at;

    for (unsigned tries = 0; end > from && tries < MOST_STEPS_BACK; tries++) {
        if (may_begin(s, end))
            return end;
        do
            end--;
        while (end > from && ((unsigned char)s.p[end] & 0xC0) == 0x80);
    }
    return at;
}

size_t ac_wrap_fit(struct ac_str s, size_t from, unsigned columns, size_t *ret_next)
{
    size_t end = 0, next = 0; /* the last place where the line may end; 0: none yet */
    unsigned width = 0, before = 0;

    for (size_t i = from; i < s.n;) {
        size_t at = i;
        unsigned c = ac_utf8_next(s, &i);

        if (at > from && c == ' ') {
            end = at;
            next = i;
        } else if (at > from && may_break(before, c)) {
            end = next = at;
        }
        width += ac_char_width(c);
        if (width > columns) {
            if (end == 0)
                end = next = part_word(s, from, at);
            *ret_next = next;
            return end - from;
        }
        before = c;
    }
    *ret_next = s.n;
    return s.n - from;
}
