/* What a node remembers of floods: interned ids, and the buckets of minutes they were seen in. */
#include "protocol/mesh/ids.h"
#include "protocol/mesh/seen.h"

#include <criterion/criterion.h>
#include <string.h>

static struct pc_guid guid(uint64_t number)
{
    struct pc_guid id = {.octets = {0}};
    memcpy(id.octets, &number, sizeof number);
    return id;
}

Test(ids, equal_ids_have_equal_numbers_while_a_reference_is_held)
{
    struct pc_ids *ids = pc_ids_new();
    struct pc_guid a = guid(1), b = guid(2);
    uint32_t first = pc_ids_intern(ids, &a);
    cr_assert_neq(first, 0u);
    cr_assert_neq(pc_ids_intern(ids, &b), first);
    cr_assert_eq(pc_ids_intern(ids, &a), first);
    pc_ids_unref(ids, first);
    cr_assert_eq(pc_ids_intern(ids, &a), first, "one reference is left");
    cr_assert_eq(memcmp(pc_ids_get(ids, first), &a, sizeof a), 0);
    pc_ids_free(ids);
    pc_ids_free(NULL);
}

Test(ids, numbers_are_used_again_and_never_mixed_up)
{
    enum { MANY = 20000, ROUNDS = 5 };
    struct pc_ids *ids = pc_ids_new();
    static uint32_t numbers[MANY];
    uint32_t largest = 0;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        for (uint64_t i = 0; i < MANY; i++) {
            struct pc_guid id = guid(round << 32 | i);
            numbers[i] = pc_ids_intern(ids, &id);
            largest = numbers[i] > largest ? numbers[i] : largest;
        }
        for (uint64_t i = 0; i < MANY; i++) { /* every one is found under its number, in the middle of removals */
            struct pc_guid id = guid(round << 32 | i);
            cr_assert_eq(pc_ids_intern(ids, &id), numbers[i], "round %d, id %d", (int)round, (int)i);
            pc_ids_unref(ids, numbers[i]);
            pc_ids_unref(ids, numbers[i]);
        }
    }
    cr_assert_leq(largest, (uint32_t)MANY, "a number that is free is given again");
    pc_ids_free(ids);
}

static bool seen_before(struct pc_seen *seen, struct pc_ids *ids, uint64_t number, pc_time now, uint32_t *age)
{
    struct pc_guid id = guid(number);
    uint32_t handle = pc_ids_intern(ids, &id);
    bool known = pc_seen_test_and_add(seen, ids, handle, now, age);
    pc_ids_unref(ids, handle);
    return known;
}

Test(seen, an_id_lives_from_its_bucket_to_the_turn_that_empties_it)
{
    for (uint8_t buckets = 1; buckets <= PC_SEEN_MAX_BUCKETS; buckets++)
        for (int at = 0; at < 200; at += 7) {
            struct pc_ids *ids = pc_ids_new();
            struct pc_seen seen;
            pc_seen_init(&seen, 0, PC_SECONDS(60), buckets);
            cr_assert_not(seen_before(&seen, ids, 1, PC_SECONDS(at), NULL));
            pc_time gone = PC_SECONDS(60) * (at / 60 + buckets);
            cr_assert(seen_before(&seen, ids, 1, gone - 1, NULL), "%u buckets, seen at %d s", buckets, at);
            cr_assert_not(seen_before(&seen, ids, 1, gone, NULL), "%u buckets, seen at %d s", buckets, at);
            pc_seen_clear(&seen, ids);
            pc_ids_free(ids);
        }
}

/* PC-13.1-2 */
Test(seen, a_hit_does_not_refresh_and_tells_the_age)
{
    struct pc_ids *ids = pc_ids_new();
    struct pc_seen seen;
    uint32_t age = 99;
    pc_seen_init(&seen, PC_SECONDS(1000), PC_SECONDS(60), 5);
    cr_assert_not(seen_before(&seen, ids, 1, PC_SECONDS(1010), &age));
    for (uint32_t minute = 0; minute < 5; minute++) {
        cr_assert(seen_before(&seen, ids, 1, PC_SECONDS(1015 + 60 * minute), &age));
        cr_assert_eq(age, minute);
    }
    cr_assert_not(seen_before(&seen, ids, 1, PC_SECONDS(1300), &age), "five minutes after the start of its bucket");
    pc_seen_clear(&seen, ids);
    pc_ids_free(ids);
}

Test(seen, a_long_silence_empties_all_buckets)
{
    struct pc_ids *ids = pc_ids_new();
    struct pc_seen seen;
    pc_seen_init(&seen, 0, PC_SECONDS(60), 5);
    for (uint64_t i = 0; i < 1000; i++)
        seen_before(&seen, ids, i, PC_SECONDS(i / 4), NULL);
    cr_assert_not(seen_before(&seen, ids, 5, PC_SECONDS(100000), NULL));
    cr_assert_eq(seen.count, 1u);
    pc_seen_clear(&seen, ids);
    pc_ids_free(ids);
}

Test(seen, agrees_with_a_plain_list_over_a_quarter_of_an_hour)
{
    enum { IDS = 3000 };
    struct pc_ids *ids = pc_ids_new();
    struct pc_seen seen;
    static int64_t turn_of[IDS]; /* turn in which it was stored + 1 */
    pc_seen_init(&seen, 0, PC_SECONDS(60), 5);
    uint64_t x = 88172645463325252u;
    for (int step = 0; step < 60000; step++) {
        pc_time now = PC_SECONDS(900) / 60000 * step;
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        uint64_t id = x % IDS;
        int64_t turn = now / PC_SECONDS(60);
        bool expected = turn_of[id] && turn - (turn_of[id] - 1) < 5;
        cr_assert_eq(seen_before(&seen, ids, id, now, NULL), expected, "step %d", step);
        if (!expected)
            turn_of[id] = turn + 1;
    }
    pc_seen_clear(&seen, ids);
    pc_ids_free(ids);
}

/* LIM-5 */
Test(seen, costs_less_than_eight_octets_an_id)
{
    struct pc_ids *ids = pc_ids_new();
    struct pc_seen seen;
    pc_seen_init(&seen, 0, PC_SECONDS(60), 5);
    for (uint32_t n = 1; n <= 100000; n++) {
        seen_before(&seen, ids, n, PC_SECONDS(n / 400), NULL);
        if (n >= 100)
            cr_assert_leq(seen.capacity * sizeof *seen.slots, 8 * (size_t)seen.count, "%u ids", n);
    }
    pc_seen_clear(&seen, ids);
    cr_assert_null(seen.slots);
    pc_ids_free(ids);
}
