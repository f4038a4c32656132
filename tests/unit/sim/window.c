#include "tests/unit/sim/rig.h"

#include <criterion/criterion.h>

/* The line of the accepting host is so busy that handshake and first data of a new connection queue up together: the end opens
 * while its data waits. What is counted for the receive window must come out even, or the sender is stopped for ever. */
Test(window, stays_open_for_data_that_waited_with_its_handshake)
{
    static struct rig rig;
    const struct sim_dist slow = {.kind = SIM_DIST_CONSTANT, .a = 200000}; /* bit/s */
    const struct sim_profile_changes changes = {.down = &slow};
    rig_open(&rig, SIM_PROFILE_NULL, &changes, 3, NULL);
    rig_connect(&rig, 0, 1);
    for (int tenth = 1; tenth <= 30; tenth++) { /* two trains of 58 ms each tenth of a second: more than the line can take */
        rig_run(&rig, sim_now(rig.world) + 100 * MS);
        rig_write(&rig, 0, 1400);
        rig_write(&rig, 0, 1400);
        if (tenth != 10)
            continue;
        rig.nodes[2].conn = sim_connect(rig.world, 2, sim_host_address(1), 101);
        rig_write(&rig, 2, 300); /* leaves with the last packet of the handshake */
    }
    rig_run(&rig, 20 * SECOND);
    cr_assert_eq(rig.nodes[1].received->len, 300 + 60 * 1400);
    rig_write(&rig, 2, 100);
    rig_run(&rig, 40 * SECOND);
    cr_assert_eq(rig.nodes[1].received->len, 300 + 60 * 1400 + 100, "octets written later were held back for ever");
    rig_check_balance(&rig);
    rig_close(&rig);
}

/* More waits for the line of the receiver than its buffer takes: its window closes although the node reads. It opens again when
 * the line has caught up. */
Test(window, closed_by_a_busy_line_opens_again)
{
    static struct rig rig;
    const struct sim_dist slow = {.kind = SIM_DIST_CONSTANT, .a = 800000}; /* 1000 octets: 10 ms */
    const struct sim_profile_changes changes = {.down = &slow};
    rig_open(&rig, SIM_PROFILE_NULL, &changes, 4, &(struct sim_config){.seed = 1, .receive_buffer = 3000});
    for (uint32_t i = 0; i < 3; i++)
        rig_connect(&rig, i, 3);
    for (int round = 0; round < 20; round++) {
        for (uint32_t i = 0; i < 3; i++)
            rig_write(&rig, i, 960);
        rig_run(&rig, sim_now(rig.world) + 10 * MS); /* three times what the line can take */
    }
    rig_run(&rig, sim_now(rig.world) + 10 * SECOND);
    cr_assert_eq(rig.nodes[3].received->len, 3 * 20 * 960);
    rig_check_balance(&rig);
    rig_close(&rig);
}
