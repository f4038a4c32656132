/* Sorts many integers: radix, one pass for each octet in which they differ. */
#ifndef AN_SORT_H
#define AN_SORT_H

#include <stddef.h>
#include <stdint.h>

void an_sort_int64(int64_t *values, size_t count);

#endif
