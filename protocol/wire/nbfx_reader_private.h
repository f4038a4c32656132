/* Inside the reader of documents: what nbfx_reader.c and its arrays share. Each returns false or NULL when it has failed; the first
 * failure stays. */
#ifndef PC_NBFX_READER_PRIVATE_H
#define PC_NBFX_READER_PRIVATE_H

#include "protocol/wire/nbfx_reader.h"

enum { /* record types, binary-xml.md 3 */
    END_ELEMENT = 0x01,
    COMMENT = 0x02,
    ARRAY = 0x03,
    FIRST_ATTRIBUTE = 0x04,
    FIRST_XMLNS = 0x08,
    FIRST_LETTER_ATTRIBUTE = 0x0C,
    FIRST_ELEMENT = 0x40,
    LAST_ELEMENT = 0x77,
    FIRST_TEXT = 0x80,
    LAST_TEXT = 0xBD,
    START_LIST = 0xA4,
    END_LIST = 0xA6,
};

bool pc_reader_fail(struct pc_nbfx_reader *r, int error, const char *why); /* always false */
const uint8_t *pc_reader_take(struct pc_nbfx_reader *r, size_t n);         /* the next n octets, passed over */
bool pc_reader_mb31(struct pc_nbfx_reader *r, uint32_t *value);
bool pc_reader_value(struct pc_nbfx_reader *r, uint8_t type, struct pc_nbfx_value *value); /* of a text record whose even type was read */
bool pc_reader_start(struct pc_nbfx_reader *r, uint8_t type); /* a start tag whose record type was read, with its attributes */

/* nbfx_reader_array.c: an array up to its values; then the value of the current element, or the next element. */
bool pc_reader_array(struct pc_nbfx_reader *r);
enum pc_nbfx_node pc_reader_array_node(struct pc_nbfx_reader *r);

#endif
