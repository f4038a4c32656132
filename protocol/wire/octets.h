/* Octets that grow while something is written, and whose memory is used again. */
#ifndef PC_WIRE_OCTETS_H
#define PC_WIRE_OCTETS_H

#include <glib.h>
#include <stdint.h>
#include <string.h>

struct pc_octets { /* all 0: empty */
    uint8_t *data;
    uint32_t len, room;
};

static inline void pc_octets_append(struct pc_octets *octets, const void *data, uint32_t n)
{
    if (octets->room - octets->len < n) {
        uint64_t room = 2 * (uint64_t)octets->len + n + 256;
        g_assert(room < UINT32_MAX);
        octets->room = (uint32_t)room;
        octets->data = g_realloc(octets->data, octets->room);
    }
    if (n) /* else data may be NULL */
        memcpy(octets->data + octets->len, data, n);
    octets->len += n;
}

static inline void pc_octets_free(struct pc_octets *octets)
{
    g_free(octets->data);
    *octets = (struct pc_octets){0};
}

#endif
