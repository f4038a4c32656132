/* Gaps of mobile bearers (N7): the link of a host is down for seconds, and afterwards it may have another address. Each host's gaps
 * come from a stream of its own. */
#include "scenarios/engine/run_private.h"
#include "sim/fault.h"

struct scn_bearer {
    struct sim_profile_gaps gaps;
    struct sim_dist every;
    struct sim_stream stream;
    struct sim_trouble *gap; /* NULL: it is connected */
    uint32_t peer;
};

void scn_run_bearers_begin(struct scn_run *run)
{
    struct sim_profile_gaps gaps;
    for (uint32_t i = 0; i < scn_net_peers(run->net); i++) {
        const struct scn_peer *peer = scn_net_peer_at(run->net, i);
        if (!sim_profile_gaps(peer->profile, &gaps))
            continue;
        if (!run->bearers)
            run->bearers = g_ptr_array_new_with_free_func(g_free);
        struct scn_bearer *bearer = g_new0(struct scn_bearer, 1);
        *bearer = (struct scn_bearer){.gaps = gaps, .every = {.kind = SIM_DIST_EXPONENTIAL, .a = gaps.every}, .peer = i};
        if (!sim_dist_prepare(&bearer->every, NULL))
            g_assert_not_reached();
        sim_stream_init(&bearer->stream, run->plan->seed, SIM_PURPOSE_USER + 12288, peer->key, 0);
        sim_call_at(scn_net_world(run->net), SIM_NONE, sim_dist_draw(&bearer->every, &bearer->stream), SCN_TAG_BEARER,
                    run->bearers->len);
        g_ptr_array_add(run->bearers, bearer);
    }
}

void scn_run_bearer(struct scn_run *run, uint32_t number)
{
    struct scn_bearer *bearer = g_ptr_array_index(run->bearers, number);
    struct scn_peer *peer = scn_net_peer_at(run->net, bearer->peer);
    struct sim_world *world = scn_net_world(run->net);
    int64_t next;
    if (!bearer->gap) {
        bearer->gap = sim_impair(world, peer->host, &(struct sim_impairment){.down = true});
        next = bearer->gaps.shortest + (int64_t)sim_below(&bearer->stream, (uint64_t)(bearer->gaps.longest - bearer->gaps.shortest) + 1);
    } else {
        sim_repair(world, bearer->gap);
        bearer->gap = NULL;
        if (sim_below(&bearer->stream, 1000000) < bearer->gaps.moves_ppm && !sim_host_asleep(world, peer->host))
            scn_peer_moved(peer);
        next = sim_dist_draw(&bearer->every, &bearer->stream);
    }
    sim_call_at(world, SIM_NONE, sim_now(world) + MAX(next, 1), SCN_TAG_BEARER, number);
}
