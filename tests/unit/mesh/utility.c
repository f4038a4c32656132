/* The check values of peer-channel.md 12.2. The inside of the folder is looked at here, since a link's index is nowhere else. */
#include "protocol/mesh/node_private.h"

#include <criterion/criterion.h>

struct bench {
    struct pc_mesh mesh;
    struct pc_node *node;
    struct pc_actions actions;
    struct pc_link link;
};

static struct bench *bench_new(enum pc_dialect dialect)
{
    struct bench *b = g_new0(struct bench, 1);
    b->mesh.codec = pc_codec_new(NULL);
    b->mesh.rules = *pc_rules_of(dialect);
    b->node = pc_node_new(&b->mesh, NULL);
    b->node->io.out = &b->actions;
    b->link.state = PC_LINK_CONNECTED;
    b->link.session.phase = PC_SESSION_OPEN;
    b->link.session.out = pc_table_empty(b->mesh.codec);
    pc_utility_reset(b->node, &b->link);
    return b;
}

static uint32_t reports(struct bench *b)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < b->actions.count; i++)
        if (b->actions.items[i].kind == PC_ACTION_WRITE) {
            pc_buf_unref(b->actions.items[i].u.write);
            count++;
        }
    b->actions.count = 0;
    return count;
}

static void bench_free(struct bench *b)
{
    reports(b);
    pc_table_unref(b->mesh.codec, b->link.session.out);
    b->node->io.out = NULL;
    pc_node_free(b->node);
    pc_actions_clear(&b->actions);
    pc_codec_free(b->mesh.codec);
    g_free(b);
}

/* PC-12.2-1 */
Test(utility, useful_steps_have_the_published_values)
{
    static const uint16_t first[] = {128, 252, 372, 488, 600};
    struct bench *b = bench_new(PC_DIALECT_NET);
    for (unsigned i = 0; i < 5; i++) {
        pc_utility_received(b->node, &b->link, true);
        cr_assert_eq(b->link.utility, first[i], "step %u", i + 1);
    }
    for (unsigned i = 5; i < 31; i++)
        pc_utility_received(b->node, &b->link, true);
    cr_assert_not(pc_utility_accurate(b->node, &b->link));
    cr_assert_eq(reports(b), 0u);
    pc_utility_received(b->node, &b->link, true);
    cr_assert_eq(b->link.utility, 2604);
    cr_assert(pc_utility_accurate(b->node, &b->link));
    cr_assert_eq(reports(b), 1u, "the 32nd copy is reported");
    for (unsigned i = 0; i < 1000; i++)
        pc_utility_received(b->node, &b->link, true);
    cr_assert_eq(b->link.utility, 4065, "the fixpoint");
    bench_free(b);
}

Test(utility, useless_steps_take_172_from_the_bound_to_zero)
{
    struct bench *b = bench_new(PC_DIALECT_NET);
    b->link.utility = 4096;
    unsigned steps = 0;
    for (; b->link.utility; steps++)
        pc_utility_received(b->node, &b->link, false);
    cr_assert_eq(steps, 172u);
    bench_free(b);
}

/* PC-12.3-2 */
Test(utility, a_report_counts_useful_steps_first)
{
    struct bench *b = bench_new(PC_DIALECT_NET);
    b->link.unacknowledged = 5;
    struct pc_message report = {.kind = PC_KIND_LINK_UTILITY};
    report.u.link_utility.total = 3;
    report.u.link_utility.useful = 2;
    pc_utility_report(b->node, &b->link, &report);
    cr_assert_eq(b->link.utility, 252 * 31 / 32);
    cr_assert_eq(b->link.updates, 3);
    cr_assert_eq(b->link.unacknowledged, 2u);
    cr_assert_eq(b->link.state, PC_LINK_CONNECTED);
    bench_free(b);
}

Test(utility, ticks_are_multiples_of_the_interval_from_connected)
{
    struct bench *b = bench_new(PC_DIALECT_NET);
    b->link.connected_at = PC_SECONDS(7);
    static const struct {
        int64_t now, tick;
    } rows[] = {{7, 37}, {36, 37}, {37, 67}, {100, 127}};
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        b->node->now = PC_SECONDS(rows[i].now);
        b->link.report_at = PC_TIME_NEVER;
        pc_utility_received(b->node, &b->link, true);
        cr_assert_eq(b->link.report_at, PC_SECONDS(rows[i].tick), "received at %d s", (int)rows[i].now);
    }
    bench_free(b);
}

/* 12.5: .NET takes the number of the active bucket for the age; the others the age. */
/* PC-12.5-1 */
Test(utility, late_duplicates_cost_as_the_dialect_has_it)
{
    for (uint32_t turn = 0; turn < 5; turn++) {
        struct bench *b = bench_new(PC_DIALECT_NET);
        b->node->seen.turn = turn;
        b->node->seen.buckets = 5;
        pc_utility_late(b->node, &b->link, 4);
        cr_assert_eq(b->link.updates, turn > 2 ? turn : 0, "turn %u", turn);
        bench_free(b);
        b = bench_new(PC_DIALECT_PROFILE);
        pc_utility_late(b->node, &b->link, turn);
        cr_assert_eq(b->link.updates, turn > 2 ? turn : 0, "age %u", turn);
        bench_free(b);
    }
}
