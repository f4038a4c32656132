/* Validity of text octets. */
#ifndef PC_WIRE_UTF8_H
#define PC_WIRE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool pc_utf8_valid(const uint8_t *s, size_t n);          /* RFC 3629: no overlong forms, no surrogates */
bool pc_utf16le_valid(const uint8_t *s, size_t octets);  /* surrogates in pairs */
size_t pc_utf8_units(const uint8_t *s, size_t n);        /* UTF-16 code units of valid UTF-8 */

#endif
