#include "analysis/sort.h"
#include <glib.h>
#include <string.h>

enum { FEW = 64 };

static void insertion_sort(int64_t *values, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        int64_t value = values[i];
        size_t j = i;
        for (; j > 0 && values[j - 1] > value; j--)
            values[j] = values[j - 1];
        values[j] = value;
    }
}

/* Negative numbers come first when the sign is flipped. */
static unsigned octet(int64_t value, unsigned shift)
{
    return (unsigned)(((uint64_t)value ^ (UINT64_C(1) << 63)) >> shift & 0xFF);
}

void an_sort_int64(int64_t *values, size_t count)
{
    if (count <= FEW) {
        insertion_sort(values, count);
        return;
    }
    uint64_t differ = 0;
    for (size_t i = 1; i < count; i++)
        differ |= (uint64_t)(values[i] ^ values[0]);
    int64_t *other = g_new(int64_t, count), *from = values, *to = other;
    for (unsigned shift = 0; shift < 64; shift += 8) {
        if ((differ >> shift & 0xFF) == 0)
            continue;
        size_t start[256] = {0}, sum = 0;
        for (size_t i = 0; i < count; i++)
            start[octet(from[i], shift)]++;
        for (unsigned o = 0; o < 256; o++) {
            size_t here = start[o];
            start[o] = sum;
            sum += here;
        }
        for (size_t i = 0; i < count; i++)
            to[start[octet(from[i], shift)]++] = from[i];
        int64_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != values)
        memcpy(values, from, count * sizeof *values);
    g_free(other);
}
