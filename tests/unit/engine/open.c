/* What becomes of a peer whose open fails: scenarios.md S1.2. */
#include "scenarios/engine/net.h"

#include <criterion/criterion.h>

#define SECOND INT64_C(1000000000)

enum { TAG_START = 1, TAG_RESOLVER_DIES, TAG_LEAVE, TAG_CRASH };

struct seen {
    struct scn_net *net;
    struct scn_peer *resolver;
    uint32_t started, failed;
    int64_t start_times[8];
};

static void heard(void *user, const struct an_event *event)
{
    struct seen *seen = user;
    if (event->kind == AN_STARTED && seen->started < 8)
        seen->start_times[seen->started++] = event->time;
    if (event->kind == AN_STOPPED)
        seen->failed += event->what == AN_STOP_OPEN_FAILED;
}

static void director(void *user, uint16_t tag, uint64_t argument)
{
    struct seen *seen = user;
    struct scn_peer *peer = scn_net_peer_at(seen->net, (uint32_t)argument);
    if (tag == TAG_START)
        scn_peer_start(peer);
    else if (tag == TAG_LEAVE)
        scn_peer_leave(peer);
    else if (tag == TAG_CRASH)
        scn_peer_crash(peer, SIM_DEATH_RESET);
    else
        sim_kill_node(scn_net_world(seen->net), seen->resolver->sim_node, SIM_DEATH_RESET);
}

/* One peer that starts at 2 s, one second after the resolver died; until 30 s. */
static struct scn_peer *play(struct seen *seen, struct sim_profile **profile, const struct pc_rules *rules, uint16_t then,
                             int64_t when)
{
    struct scn_net_options options = {.seed = 1, .director = director, .listener = {heard, seen}, .user = seen};
    *seen = (struct seen){.net = scn_net_new(&options)};
    *profile = sim_profile_new(SIM_PROFILE_LAN, 1, NULL, NULL);
    struct scn_mesh *mesh = scn_net_mesh(seen->net, "open", "data", rules);
    seen->resolver = scn_net_resolver(seen->net, *profile, &pc_resolver_defaults, NULL);
    struct scn_peer *peer = scn_net_peer(seen->net, mesh, *profile, "peer", 0, SIM_REGION_DRAWN);
    struct sim_world *world = scn_net_world(seen->net);
    sim_call_at(world, SIM_NONE, SECOND, TAG_RESOLVER_DIES, 0);
    sim_call_at(world, SIM_NONE, 2 * SECOND, TAG_START, 0);
    if (then)
        sim_call_at(world, SIM_NONE, when, then, 0);
    sim_run_until(world, 30 * SECOND, NULL);
    return peer;
}

static void done(struct seen *seen, struct sim_profile *profile)
{
    scn_net_free(seen->net);
    sim_profile_free(profile);
}

Test(open, is_tried_again_every_five_seconds_while_the_resolver_is_dead)
{
    struct seen seen;
    struct sim_profile *profile;
    struct scn_peer *peer = play(&seen, &profile, pc_rules_of(PC_DIALECT_NET), 0, 0);
    cr_assert_eq(seen.started, 6u, "%u opens between 2 s and 30 s", seen.started);
    cr_assert_eq(seen.failed, 6u);
    cr_assert_not(scn_peer_running(peer));
    for (uint32_t i = 1; i < seen.started; i++) {
        int64_t apart = seen.start_times[i] - seen.start_times[i - 1];
        cr_assert(apart >= 5 * SECOND && apart < 5 * SECOND + SECOND / 10, "%" G_GINT64_FORMAT " ns apart", apart);
    }
    done(&seen, profile);
}

Test(open, does_not_fail_in_dialect_profile)
{
    struct seen seen;
    struct sim_profile *profile;
    struct scn_peer *peer = play(&seen, &profile, pc_rules_of(PC_DIALECT_PROFILE), 0, 0);
    cr_assert(seen.started == 1 && seen.failed == 0 && scn_peer_running(peer));
    done(&seen, profile);
}

Test(open, is_given_up_when_the_peer_is_told_to_leave_or_crashes)
{
    static const uint16_t ends[] = {TAG_LEAVE, TAG_CRASH};
    for (unsigned i = 0; i < 2; i++) {
        struct seen seen;
        struct sim_profile *profile;
        struct scn_peer *peer = play(&seen, &profile, pc_rules_of(PC_DIALECT_NET), ends[i], 5 * SECOND);
        cr_assert(seen.started == 1 && seen.failed == 1 && !scn_peer_running(peer));
        done(&seen, profile);
    }
}

Test(open, by_the_plan_meanwhile_does_not_make_a_second_one)
{
    struct seen seen;
    struct sim_profile *profile;
    play(&seen, &profile, pc_rules_of(PC_DIALECT_NET), TAG_START, 5 * SECOND);
    cr_assert_eq(seen.started, 6u, "at 2, 5, 10 … 25 s: %u", seen.started);
    done(&seen, profile);
}
