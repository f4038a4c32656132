/* Shared by the writer and the reader of the trace file; the format is told in analysis/trace.h. */
#ifndef AN_TRACE_FORMAT_H
#define AN_TRACE_FORMAT_H

#include <glib.h>
#include <stdint.h>
#include <string.h>

#define AN_TRACE_MAGIC "peermesh trace\n"

enum {
    AN_TRACE_HEADER = 40,
    AN_TRACE_BLOCK_HEADER = 16,
    AN_TRACE_FULL = 1,
    AN_TRACE_LONGEST_CAST = 1 << 30, /* octets: about 10 million peers */
    AN_TRACE_LONGEST_NAME = 1 << 16,
};

#define AN_MARK(a, b, c, d) ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)
#define AN_MARK_CAST        AN_MARK('C', 'A', 'S', 'T')
#define AN_MARK_PEER        AN_MARK('P', 'E', 'E', 'R')
#define AN_MARK_NAME        AN_MARK('N', 'A', 'M', 'E')
#define AN_MARK_EVNT        AN_MARK('E', 'V', 'N', 'T')
#define AN_MARK_LAST        AN_MARK('L', 'A', 'S', 'T')

static inline uint8_t *an_put32(uint8_t *p, uint32_t value)
{
    value = GUINT32_TO_LE(value);
    memcpy(p, &value, sizeof value);
    return p + sizeof value;
}

static inline uint8_t *an_put64(uint8_t *p, uint64_t value)
{
    value = GUINT64_TO_LE(value);
    memcpy(p, &value, sizeof value);
    return p + sizeof value;
}

static inline uint32_t an_get32(const uint8_t *p)
{
    uint32_t value;
    memcpy(&value, p, sizeof value);
    return GUINT32_FROM_LE(value);
}

static inline uint64_t an_get64(const uint8_t *p)
{
    uint64_t value;
    memcpy(&value, p, sizeof value);
    return GUINT64_FROM_LE(value);
}

#endif
