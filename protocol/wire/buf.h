/* An octet buffer with a reference count: written once, then shared unchanged by links, network and trace. */
#ifndef PC_WIRE_BUF_H
#define PC_WIRE_BUF_H

#include <stddef.h>
#include <stdint.h>

struct pc_buf {
    uint32_t refs;
    uint32_t size;     /* octets in use */
    uint32_t capacity; /* octets allocated behind this header */
    uint32_t tag;      /* the driver's, 0 in a new buffer: what these octets are, for its own books */
    uint8_t data[];
};

/* A new buffer with one reference and room for `capacity` octets. Never NULL. */
struct pc_buf *pc_buf_new(size_t capacity);

/* Appends octets while the caller holds the only reference; may move the buffer, hence the double pointer. */
void pc_buf_append(struct pc_buf **buf, const void *octets, size_t size);

struct pc_buf *pc_buf_ref(struct pc_buf *buf);
void pc_buf_unref(struct pc_buf *buf); /* NULL is allowed */

#endif
