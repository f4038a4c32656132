/* Memory of floods already decoded. In a simulated mesh the same octets arrive at thousands of nodes under
 * the same table; they are decoded once and compared afterwards. Off, or missed, everything is decoded as if
 * this were not here. */
#ifndef PC_WIRE_MEMO_H
#define PC_WIRE_MEMO_H

#include "protocol/wire/message.h"
#include "protocol/wire/octets.h"

#define PC_MEMO_ENTRIES 1024 /* a later one takes the place of an earlier one with the same hash */
#define PC_MEMO_OCTETS  4096 /* larger payloads are not kept */

struct pc_image;

struct pc_memo_entry {
    uint64_t hash;
    struct pc_table *table; /* NULL: a free entry */
    struct pc_octets payload;
    struct pc_message message; /* its texts point into `payload` and the table */
    struct {
        struct pc_image *image;
        uint64_t hops;
    } relayed[2]; /* by enum pc_relay_form: what relays made of it */
};

/* May these octets be in the memory? Only payloads that bring no new strings are. */
static inline bool pc_memo_fits(const uint8_t *payload, size_t size)
{
    return size > 1 && size <= PC_MEMO_OCTETS && payload[0] == 0;
}

/* The entry of exactly these octets under this table, or NULL. */
struct pc_memo_entry *pc_memo_find(struct pc_codec *codec, const struct pc_table *table,
                                   const uint8_t *payload, size_t size);

/* Keeps a decoded flood; `message` may point into `payload`, not into scratch memory. */
struct pc_memo_entry *pc_memo_keep(struct pc_codec *codec, struct pc_table *table, const uint8_t *payload,
                                   size_t size, const struct pc_message *message);

void pc_memo_clear(struct pc_codec *codec);

#endif
