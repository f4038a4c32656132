#include "protocol/wire/buf.h"

#include <glib.h>
#include <string.h>

struct pc_buf *pc_buf_new(size_t capacity)
{
    g_assert(capacity <= UINT32_MAX / 2);
    struct pc_buf *buf = g_malloc(sizeof *buf + capacity);
    *buf = (struct pc_buf){.refs = 1, .capacity = (uint32_t)capacity};
    return buf;
}

void pc_buf_append(struct pc_buf **buf, const void *octets, size_t size)
{
    struct pc_buf *b = *buf;
    g_assert(b->refs == 1 && size <= UINT32_MAX / 4);
    if (size > b->capacity - b->size) {
        size_t capacity = (size_t)b->capacity * 2 > b->size + size ? (size_t)b->capacity * 2 : b->size + size;
        g_assert(capacity <= UINT32_MAX / 2);
        b = *buf = g_realloc(b, sizeof *b + capacity);
        b->capacity = (uint32_t)capacity;
    }
    if (size)
        memcpy(b->data + b->size, octets, size);
    b->size += (uint32_t)size;
}

struct pc_buf *pc_buf_ref(struct pc_buf *buf)
{
    buf->refs++;
    return buf;
}

void pc_buf_unref(struct pc_buf *buf)
{
    if (buf && --buf->refs == 0)
        g_free(buf);
}
