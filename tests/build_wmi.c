#include "build_wmi.h"

#include "base/hash.h"
#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

const char *fx_wmi_digest(const char *name, bool xp)
{
    static char results[4][AC_HASH_TEXT];
    static unsigned next;
    char *result = results[next++ % 4], upper[200] = "";
    struct ac_buf wide = {0};

    for (size_t i = 0; name[i] && i + 1 < sizeof(upper); i++)
        upper[i] = (char)toupper((unsigned char)name[i]);
    fx_utf16(&wide, upper);
    ac_hash_hex(xp ? AC_MD5 : AC_SHA256, wide.p, wide.n, result);
    for (char *c = result; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    ac_buf_free(&wide);
    return result;
}

/* ---- instances */

/* Appends a string to the heap; the place where it begins. */
static uint32_t heap_text(struct ac_buf *heap, const char *z)
{
    uint32_t at = (uint32_t)heap->n;

    if (z[0] == '\x01') {
        fx_u8(heap, 1);
        fx_utf16z(heap, z + 1);
    } else {
        fx_u8(heap, 0);
        ac_buf_add(heap, z, strlen(z) + 1);
    }
    return at;
}

/* S-1-5-21-1-2-3-500 */
static uint32_t heap_sid(struct ac_buf *heap)
{
    uint32_t at = (uint32_t)heap->n;
    static const uint32_t numbers[] = {21, 1, 2, 3, 500};

    fx_le32(heap, 28);
    ac_buf_add(heap, "\x01\x05\0\0\0\0\0\x05", 8);
    for (size_t i = 0; i < 5; i++)
        fx_le32(heap, numbers[i]);
    return at;
}

static void value(struct ac_buf *values, struct ac_buf *heap, char type, const char *z)
{
    bool none = !z || strcmp(z, "default") == 0;

    switch (type) {
    case 's':
        fx_le32(values, none ? 0xFFFFFFFF : heap_text(heap, z));
        break;
    case 'a':
        fx_le32(values, none ? 0xFFFFFFFF : heap_sid(heap));
        break;
    case 'u':
        fx_le32(values, none ? 0 : (uint32_t)atol(z));
        break;
    case 'w':
        fx_le16(values, none ? 0 : (unsigned)atol(z));
        break;
    default:
        fx_le64(values, none ? 0 : (uint64_t)atol(z));
        break;
    }
}

void fx_wmi_instance(struct ac_buf *out, bool xp, const char *class, const char *types,
                     const char *const *values)
{
    struct ac_buf numbers = {0}, heap = {0};
    uint8_t states[16] = {0};
    size_t n = strlen(types), n_states = (n * 2 + 7) / 8, size_at;

    heap_text(&heap, class);
    for (size_t i = 0; i < n; i++) {
        unsigned state = !values[i] ? 1 : strcmp(values[i], "default") == 0 ? 2 : 0;

        states[i / 4] = (uint8_t)(states[i / 4] | state << 2 * (i % 4));
        value(&numbers, &heap, types[i], values[i]);
    }
    fx_utf16(out, fx_wmi_digest(class, xp));
    fx_le64(out, fx_time("2021-03-04T05:06:07Z"));
    fx_le64(out, fx_time("2009-07-14T04:54:10Z"));
    size_at = out->n;
    fx_le32(out, 0);
    fx_le32(out, 0); /* the class's name is the first in the heap */
    fx_u8(out, 0);
    ac_buf_add(out, states, n_states);
    ac_buf_add(out, numbers.p, numbers.n);
    fx_le32(out, 4); /* no qualifiers */
    fx_u8(out, 1);   /* none of properties either */
    fx_le32(out, (uint32_t)heap.n | 0x80000000);
    ac_buf_add(out, heap.p, heap.n);
    fx_put_le32(out, size_at, (uint32_t)(out->n - size_at));
    ac_buf_free(&numbers);
    ac_buf_free(&heap);
}

void fx_wmi_filter(struct ac_buf *out, bool xp, const char *name, const char *query)
{
    const char *values[] = {name, "sid", "WQL", query, "root\\cimv2", NULL};

    fx_wmi_instance(out, xp, "__EventFilter", "sasssu", values);
}

void fx_wmi_binding(struct ac_buf *out, bool xp, const char *filter, const char *consumer)
{
    const char *values[] = {filter, consumer, NULL, "default", "default", "default", "sid"};

    fx_wmi_instance(out, xp, "__FilterToConsumerBinding", "ssuwwwa", values);
}

void fx_wmi_command(struct ac_buf *out, bool xp, const char *name, const char *executable,
                    const char *command)
{
    const char *values[27] = {NULL, NULL, "sid", name, executable, command};

    values[12] = "C:\\\\tools\\\\kernrate";
    values[26] = "0";
    fx_wmi_instance(out, xp, "CommandLineEventConsumer", "suassswwwwwusssuuuuuuuuwwwu", values);
}

void fx_wmi_script(struct ac_buf *out, bool xp, const char *name, const char *engine,
                   const char *text, const char *file)
{
    const char *values[] = {NULL, NULL, "sid", name, engine, text, file, "default"};

    fx_wmi_instance(out, xp, "ActiveScriptEventConsumer", "suassssu", values);
}

/* ---- pages */

size_t fx_wmi_page(struct ac_buf *objects, const struct ac_buf *records, size_t n,
                   uint32_t first_id)
{
    size_t begin = objects->n, at = (n + 1) * 16, first = at;

    for (size_t i = 0; i < n; i++) {
        fx_le32(objects, first_id + (uint32_t)i);
        fx_le32(objects, (uint32_t)at);
        fx_le32(objects, (uint32_t)records[i].n);
        fx_le32(objects, 0);
        at += records[i].n;
    }
    fx_zero(objects, 16);
    for (size_t i = 0; i < n; i++)
        ac_buf_add(objects, records[i].p, records[i].n);
    fx_pad_to(objects, begin + (objects->n - begin + FX_WMI_PAGE - 1) / FX_WMI_PAGE * FX_WMI_PAGE);
    return first;
}

void fx_wmi_swap_pages(struct ac_buf *objects, size_t a, size_t b)
{
    char page[FX_WMI_PAGE];

    memcpy(page, objects->p + a * FX_WMI_PAGE, FX_WMI_PAGE);
    memcpy(objects->p + a * FX_WMI_PAGE, objects->p + b * FX_WMI_PAGE, FX_WMI_PAGE);
    memcpy(objects->p + b * FX_WMI_PAGE, page, FX_WMI_PAGE);
}

/* ---- mapping files */

static void table(struct ac_buf *out, bool xp, uint32_t sequence, const uint32_t *pages, size_t n)
{
    fx_le32(out, 0xABCD);
    fx_le32(out, sequence);
    if (!xp) {
        fx_le32(out, 0x2CC);
        fx_le32(out, 0x2CB);
    }
    fx_le32(out, (uint32_t)n + 1);
    fx_le32(out, (uint32_t)n);
    for (size_t i = 0; i < n; i++) {
        fx_le32(out, pages[i]);
        if (!xp)
            fx_zero(out, 20);
    }
    fx_le32(out, 2); /* free pages */
    fx_le32(out, 77);
    fx_le32(out, 78);
    fx_le32(out, 0xDCBA);
}

void fx_wmi_mapping(struct ac_buf *out, bool xp, uint32_t sequence, const uint32_t *objects,
                    size_t n_objects, const uint32_t *index, size_t n_index)
{
    table(out, xp, sequence, objects, n_objects);
    table(out, xp, sequence, index, n_index);
    fx_le32(out, 0);
}

/* ---- index */

static size_t count_parts(const char *key)
{
    size_t n = 1;

    for (; *key; key++)
        n += *key == '\\';
    return n;
}

void fx_wmi_index_page(struct ac_buf *out, const char *const *keys, size_t n)
{
    size_t begin = out->n, n_parts = 0, n_values = 0, at = 0, value = 0;
    struct ac_buf text = {0}, offsets = {0};

    for (size_t i = 0; i < n; i++)
        n_values += count_parts(keys[i]);
    n_parts = n_values + n;
    fx_le32(out, 0xACCC);
    fx_le32(out, 0);
    fx_le32(out, 0);
    fx_le32(out, 1);
    fx_le32(out, (uint32_t)n);
    fx_zero(out, n * 4);
    fx_zero(out, (n + 1) * 4);
    for (size_t i = 0; i < n; i++) {
        fx_le16(out, (unsigned)at);
        at += 1 + count_parts(keys[i]);
    }
    fx_le16(out, (unsigned)n_parts);
    for (size_t i = 0; i < n; i++) {
        fx_le16(out, (unsigned)count_parts(keys[i]));
        for (size_t k = count_parts(keys[i]); k > 0; k--)
            fx_le16(out, (unsigned)value++);
    }
    for (size_t i = 0; i < n; i++) {
        for (const char *p = keys[i]; p; p = strchr(p, '\\') ? strchr(p, '\\') + 1 : NULL) {
            fx_le16(&offsets, (unsigned)text.n);
            ac_buf_add(&text, p, strcspn(p, "\\"));
            ac_buf_addc(&text, '\0');
        }
    }
    fx_le16(&offsets, (unsigned)text.n);
    fx_le16(out, (unsigned)n_values);
    ac_buf_add(out, offsets.p, offsets.n);
    ac_buf_add(out, text.p, text.n);
    fx_pad_to(out, begin + FX_WMI_PAGE);
    ac_buf_free(&text);
    ac_buf_free(&offsets);
}
