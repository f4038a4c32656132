#include "protocol/wire/nbfs.h"

#include <string.h>

static const struct pc_text strings[PC_NBFS_IDS / 2] = {
#define S(literal) {(literal), (uint32_t)sizeof(literal) - 1},
#include "protocol/wire/nbfs_strings.inc"
#undef S
};

struct pc_text pc_nbfs_text(uint32_t id)
{
    if (id >= PC_NBFS_IDS || id % 2)
        return (struct pc_text){0};
    return strings[id / 2];
}

int pc_nbfs_find(struct pc_text text)
{
    for (uint32_t i = 0; i < PC_NBFS_IDS / 2; i++)
        if (strings[i].n == text.n && memcmp(strings[i].s, text.s, text.n) == 0)
            return (int)(2 * i);
    return -1;
}
