/* Duplicate memory of one node: which floods it has processed in the last minutes (peer-channel.md 13.1). */
#ifndef PC_MESH_SEEN_H
#define PC_MESH_SEEN_H

#include "protocol/mesh/ids.h"
#include "protocol/mesh/types.h"
#include <stdbool.h>

/* An open-addressing set of (number, bucket) pairs, four octets each; a bucket is a minute in which ids came. */
struct pc_seen {
    uint32_t *slots; /* 0: free; else number << 3 | bucket + 1 */
    uint32_t capacity, count;
    uint32_t turn;     /* rotations since the start */
    uint8_t buckets;   /* 5 in .NET, 6 to keep at least five minutes as [MC-PRCH] 3.1.1 asks */
    pc_time start, period;
};

#define PC_SEEN_MAX_BUCKETS 7

void pc_seen_init(struct pc_seen *seen, pc_time now, pc_time period, uint8_t buckets);
void pc_seen_clear(struct pc_seen *seen, struct pc_ids *ids);

/* Is the id remembered at `now`? If not, it is from now on (a reference is taken). A hit does not refresh its age. On a hit
 * *age_minutes, if wanted, tells how many whole periods ago it came. */
bool pc_seen_test_and_add(struct pc_seen *seen, struct pc_ids *ids, uint32_t number, pc_time now,
                          uint32_t *age_periods);

#endif
