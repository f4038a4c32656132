/* Arrays: `count` elements with one name and attributes. binary-xml.md 6. */
#include "protocol/wire/nbfx_reader_private.h"

static uint32_t array_value_size(uint8_t type)
{
    switch (type) {
    case 0xB5:
        return 1;
    case 0x8B:
        return 2;
    case 0x8D: case 0x91:
        return 4;
    case 0x8F: case 0x93: case 0x97: case 0xAF:
        return 8;
    case 0x95: case 0xB1:
        return 16;
    default:
        return 0;
    }
}

/* Up to the values; the start tag is then that of the first element. */
bool pc_reader_array(struct pc_nbfx_reader *r)
{
    const uint8_t *type = pc_reader_take(r, 1);
    if (!type)
        return false;
    if (*type < FIRST_ELEMENT || *type > LAST_ELEMENT)
        return pc_reader_fail(r, PC_WIRE_BAD_RECORD, "an array must begin with an element");
    if (!pc_reader_start(r, *type))
        return false;
    uint32_t count;
    if (!(type = pc_reader_take(r, 2)))
        return false;
    if (type[0] != END_ELEMENT)
        return pc_reader_fail(r, PC_WIRE_BAD_RECORD, "an array's element must be empty");
    r->array_size = array_value_size(type[1]);
    if (!r->array_size)
        return pc_reader_fail(r, PC_WIRE_BAD_RECORD, "an array of a type that cannot be one");
    r->array_type = (uint8_t)(type[1] & 0xFE);
    if (!pc_reader_mb31(r, &count))
        return false;
    if (count == 0)
        return pc_reader_fail(r, PC_WIRE_BAD_LENGTH, "an array of no values");
    if (count > (size_t)(r->end - r->p) / r->array_size) /* before anything is produced */
        return pc_reader_fail(r, PC_WIRE_TRUNCATED, "an array that is longer than the document");
    r->array_values = r->p;
    r->array_bindings = r->binding_count;
    r->array_left = count;
    return true;
}

/* The value of the current element, or the next element. Its start tag is not read again: name and attributes are still
 * those of the array, and its declarations still lie behind binding_count. */
enum pc_nbfx_node pc_reader_array_node(struct pc_nbfx_reader *r)
{
    if (r->node == PC_NBFX_START) {
        r->p = r->array_values;
        bool ok = pc_reader_value(r, r->array_type, &r->value);
        r->array_values = r->p;
        r->end_due = true;
        return ok ? PC_NBFX_TEXT : PC_NBFX_ERROR;
    }
    r->depth++;
    r->binding_count = r->array_bindings;
    return PC_NBFX_START;
}

bool pc_nbfx_take_array(struct pc_nbfx_reader *r, struct pc_nbfx_array *array)
{
    if (r->node != PC_NBFX_START || !r->array_left)
        return false;
    *array = (struct pc_nbfx_array){.type = r->array_type | 1,
                                    .count = r->array_left,
                                    .size = r->array_left * r->array_size,
                                    .values = r->array_values};
    for (r->p = r->array_values; r->array_left; r->array_left--)
        if (!pc_reader_value(r, r->array_type, &r->value)) {
            r->node = PC_NBFX_ERROR;
            return false;
        }
    r->node = PC_NBFX_END;
    return true;
}
