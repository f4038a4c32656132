#include "protocol/mesh/seen.h"

#include <string.h>

void pc_seen_init(struct pc_seen *seen, pc_time now, pc_time period, uint8_t buckets)
{
    g_assert(buckets >= 1 && buckets <= PC_SEEN_MAX_BUCKETS);
    *seen = (struct pc_seen){.start = now, .period = period, .buckets = buckets};
}

void pc_seen_clear(struct pc_seen *seen, struct pc_ids *ids)
{
    for (uint32_t i = 0; i < seen->capacity; i++)
        if (seen->slots[i])
            pc_ids_unref(ids, seen->slots[i] >> 3);
    g_free(seen->slots);
    seen->slots = NULL;
    seen->capacity = seen->count = 0;
}

/* Multiplicative hashing onto any capacity, so that the table can grow by less than doubling. */
static uint32_t home_of(const struct pc_seen *seen, uint32_t number)
{
    return (uint32_t)(((uint64_t)(number * UINT32_C(2654435769)) * seen->capacity) >> 32);
}

static void put(struct pc_seen *seen, uint32_t slot_value)
{
    uint32_t i = home_of(seen, slot_value >> 3);
    while (seen->slots[i])
        i = i + 1 == seen->capacity ? 0 : i + 1;
    seen->slots[i] = slot_value;
}

static void rebuild(struct pc_seen *seen, uint32_t capacity)
{
    uint32_t *old = seen->slots, old_capacity = seen->capacity;
    seen->slots = g_new0(uint32_t, capacity);
    seen->capacity = capacity;
    for (uint32_t i = 0; i < old_capacity; i++)
        if (old[i])
            put(seen, old[i]);
    g_free(old);
}

/* Rotations that are due: in each, the next bucket becomes the active one and is emptied. PC-13.1-1 */
static void rotate(struct pc_seen *seen, struct pc_ids *ids, pc_time now)
{
    uint32_t due = (uint32_t)((now - seen->start) / seen->period);
    if (due == seen->turn)
        return;
    uint32_t steps = due - seen->turn < seen->buckets ? due - seen->turn : seen->buckets;
    bool emptied[PC_SEEN_MAX_BUCKETS] = {false};
    for (uint32_t s = 0; s < steps; s++)
        emptied[(due - s) % seen->buckets] = true;
    seen->turn = due;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < seen->capacity; i++) {
        if (!seen->slots[i])
            continue;
        if (emptied[(seen->slots[i] & 7) - 1]) {
            pc_ids_unref(ids, seen->slots[i] >> 3);
            seen->slots[i] = 0;
        } else {
            kept++;
        }
    }
    if (kept == seen->count)
        return;
    seen->count = kept;
    if (kept)
        rebuild(seen, kept + kept / 3 + 8); /* removed entries leave gaps in the probing sequence */
    else
        pc_seen_clear(seen, ids);
}

bool pc_seen_test_and_add(struct pc_seen *seen, struct pc_ids *ids, uint32_t number, pc_time now, /* PC-13.1-2 */
                          uint32_t *age_periods)
{
    rotate(seen, ids, now);
    uint32_t active = seen->turn % seen->buckets;
    if (seen->capacity) {
        for (uint32_t i = home_of(seen, number); seen->slots[i]; i = i + 1 == seen->capacity ? 0 : i + 1) {
            if (seen->slots[i] >> 3 != number)
                continue;
            uint32_t bucket = (seen->slots[i] & 7) - 1;
            if (age_periods)
                *age_periods = (active + seen->buckets - bucket) % seen->buckets;
            return true;
        }
    }
    /* Between 5.3 and 6.7 octets for each remembered id. LIM-5 */
    if ((uint64_t)seen->count * 4 >= (uint64_t)seen->capacity * 3)
        rebuild(seen, seen->capacity + seen->capacity / 4 + 8);
    pc_ids_ref(ids, number);
    put(seen, number << 3 | (active + 1));
    seen->count++;
    return false;
}
