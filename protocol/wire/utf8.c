#include "protocol/wire/utf8.h"

#include <string.h>

#define HIGH_BITS UINT64_C(0x8080808080808080)

/* Nearly all text is, and most strings are short: whole words, the last of them overlapping the one before. */
static inline bool is_ascii(const uint8_t *s, size_t n)
{
    uint64_t word, all = 0;
    uint32_t half[2];
    if (n >= 8) {
        for (size_t i = 0; i < n - 8; i += 8) {
            memcpy(&word, s + i, 8);
            all |= word;
        }
        memcpy(&word, s + n - 8, 8);
        return ((all | word) & HIGH_BITS) == 0;
    }
    if (n >= 4) {
        memcpy(&half[0], s, 4);
        memcpy(&half[1], s + n - 4, 4);
        return ((half[0] | half[1]) & (uint32_t)HIGH_BITS) == 0;
    }
    for (size_t i = 0; i < n; i++)
        all |= s[i];
    return all < 0x80;
}

static bool continues(const uint8_t *s, size_t n, uint32_t code, unsigned more, uint32_t least, uint32_t *out)
{
    if (more >= n)
        return false;
    for (unsigned i = 1; i <= more; i++) {
        if ((s[i] & 0xC0) != 0x80)
            return false;
        code = code << 6 | (s[i] & 0x3F);
    }
    *out = code;
    return code >= least && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
}

bool pc_utf8_valid(const uint8_t *s, size_t n)
{
    if (is_ascii(s, n))
        return true;
    while (n) {
        if (s[0] < 0x80) {
            s++;
            n--;
            continue;
        }
        unsigned more = s[0] >= 0xF0 ? 3 : s[0] >= 0xE0 ? 2 : 1;
        uint32_t code, least = more == 3 ? 0x10000 : more == 2 ? 0x800 : 0x80;
        uint32_t head = more == 3 ? s[0] & 0x07u : more == 2 ? s[0] & 0x0Fu : s[0] & 0x1Fu;
        if (s[0] < 0xC2 || s[0] > 0xF4 || !continues(s, n, head, more, least, &code))
            return false;
        s += more + 1;
        n -= more + 1;
    }
    return true;
}

bool pc_utf16le_valid(const uint8_t *s, size_t octets)
{
    for (size_t i = 0; i + 1 < octets; i += 2) {
        unsigned unit = s[i] | (unsigned)s[i + 1] << 8;
        if (unit < 0xD800 || unit > 0xDFFF)
            continue;
        if (unit > 0xDBFF || i + 3 >= octets)
            return false;
        unsigned low = s[i + 2] | (unsigned)s[i + 3] << 8;
        if (low < 0xDC00 || low > 0xDFFF)
            return false;
        i += 2;
    }
    return octets % 2 == 0;
}

size_t pc_utf8_units(const uint8_t *s, size_t n)
{
    if (is_ascii(s, n))
        return n;
    size_t units = 0;
    for (size_t i = 0; i < n; i++)
        units += (s[i] & 0xC0) != 0x80 ? (s[i] >= 0xF0 ? 2u : 1u) : 0u;
    return units;
}
