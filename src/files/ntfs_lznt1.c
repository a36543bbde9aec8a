#include "files/ntfs.h"

#include <string.h>

#define CHUNK 4096U

/* One compressed chunk: groups of a flag byte and eight items, each a literal or a match. How many
 * bits of a match are its distance depends on how far the chunk has come. Bytes written, or
 * SIZE_MAX if the chunk is damaged. */
static size_t chunk(struct ac_view in, uint8_t *out, size_t room)
{
    size_t i = 0, n = 0;

    while (i < in.n && n < room) {
        unsigned flags = in.p[i++];

        for (unsigned bit = 0; bit < 8 && i < in.n && n < room; bit++) {
            unsigned shift = 12, match, distance;
            size_t len;

            if (!(flags >> bit & 1)) {
                out[n++] = in.p[i++];
                continue;
            }
            if (in.n - i < 2 || n == 0)
                return SIZE_MAX;
            match = ac_le16(in.p + i);
            i += 2;
            for (size_t reach = n - 1; reach >= 0x10; reach >>= 1)
                shift--;
            distance = (match >> shift) + 1;
            len = (match & ((1U << shift) - 1)) + 3;
            if (distance > n || len > room - n)
                return SIZE_MAX;
            for (; len > 0; len--, n++)
                out[n] = out[n - distance];
        }
    }
    return n;
}

bool ac_ntfs_lznt1(struct ac_view in, uint8_t *out, size_t n)
{
    size_t i = 0, done = 0;
    bool ok = true;

    while (ok && done < n && in.n - i >= 2) {
        unsigned head = ac_le16(in.p + i);
        size_t len = (head & 0xFFFU) + 1;
        size_t room = n - done < CHUNK ? n - done : CHUNK, got;

        if (head == 0)
            break;
        i += 2;
        if (len > in.n - i) {
            ok = false;
            break;
        }
        if (head & 0x8000U) {
            got = chunk((struct ac_view){in.p + i, len, in.base + i}, out + done, room);
            ok = got != SIZE_MAX;
        } else {
            got = len < room ? len : room;
            memcpy(out + done, in.p + i, got);
        }
        if (!ok)
            break;
        memset(out + done + got, 0, room - got);
        done += room;
        i += len;
    }
    memset(out + done, 0, n - done);
    return ok;
}
