/* From a plan to a world: meshes, hosts on their networks, nodes, roles, the resolver, the timeline. */
#include "scenarios/engine/run_private.h"

#include <string.h>

/* ---- the timeline ---- */

static void event(void *user, const struct an_event *event)
{
    struct scn_run *run = user;
    if (event->kind == AN_PUBLISHED && an_now_degree(run->metrics, event->peer) == 0)
        run->summary.sent_alone++;
    an_metrics_event(run->metrics, event);
    if (run->trace)
        an_trace_event(run->trace, event);
    if (run->options.also)
        run->options.also->event(run->options.also->user, event);
}

static uint32_t label(void *user, const char *kind)
{
    struct scn_run *run = user;
    return an_cast_sample(run->cast, kind);
}

static void woken(void *user)
{
    struct scn_run *run = user;
    if (run->troupe)
        scn_troupe_woken(run->troupe);
}

static int64_t theory_delay(void *user, uint32_t from, uint32_t to, uint32_t octets)
{
    struct scn_run *run = user;
    uint32_t a = scn_net_peer_at(run->net, from)->host, b = scn_net_peer_at(run->net, to)->host;
    struct sim_world *world = scn_net_world(run->net);
    uint64_t wire = octets + (uint64_t)SIM_HEADERS * ((octets + SIM_MSS - 1) / SIM_MSS) + (octets ? 0 : SIM_HEADERS);
    uint64_t up = sim_host_place(world, a)->up, down = sim_host_place(world, b)->down;
    uint64_t slower = up && (!down || up < down) ? up : down; /* a train is as slow as the slower of the two lines */
    return sim_base_delay(world, a, b) + (slower ? (int64_t)((wire * UINT64_C(8000000000) + slower - 1) / slower) : 0);
}

/* ---- building the world ---- */

static const struct sim_dist *network_dist(struct scn_run *run, const struct scn_dist *dist)
{
    if (!dist)
        return NULL;
    struct sim_dist *out = scn_sampler_dist(dist);
    g_ptr_array_add(run->dists, out);
    return out;
}

/* Of those behind NAT, so many are reached all the same: by Teredo, or else by IPv6. */
static uint32_t open_share(const struct scn_plan_network *n)
{
    int64_t closed = 1000000 - MAX(n->teredo, 0);
    return (uint32_t)(1000000 - closed * (1000000 - MAX(n->ipv6, 0)) / 1000000);
}

/* The profile of a group: its network, with its own access rates. */
static struct sim_profile *profile_for(struct scn_run *run, int network, const struct scn_dist *up, const struct scn_dist *down,
                                       int64_t nat, GError **error)
{
    const struct scn_plan_network *n = scn_plan_networks(run->plan, network);
    enum sim_profile_id id;
    if (!sim_profile_find(n->profile, &id)) {
        g_set_error(error, SCN_ERROR, SCN_ERROR_NOT_BUILT, "%s: network \"%s\" is not built yet", run->plan->file, n->profile);
        return NULL;
    }
    struct sim_profile_changes changes = {.delay = network_dist(run, n->delay),
                                          .up = network_dist(run, up ? up : n->up),
                                          .down = network_dist(run, down ? down : n->down),
                                          .jitter = network_dist(run, n->jitter),
                                          .loss_ppm = n->loss > 0 ? (uint32_t)n->loss : 0,
                                          .loss_given = n->loss >= 0,
                                          .loss_trace = n->losses,
                                          .loss_chain = n->has_chain ? &n->chain : NULL,
                                          .matrix = n->sites,
                                          .stations = (uint32_t)MAX(n->stations, 0),
                                          .tcp_full = n->tcp == SCN_TCP_FULL,
                                          .tcp_stream = n->tcp == SCN_TCP_STREAM,
                                          .loss_burst = (uint32_t)MAX(n->loss_burst, 0),
                                          .nat_ppm = (uint32_t)MAX(nat >= 0 ? nat : n->nat, 0),
                                          .open_ppm = open_share(n)};
    struct sim_profile *profile = sim_profile_new(id, run->plan->seed, &changes, error);
    if (profile)
        g_ptr_array_add(run->profiles, profile);
    else
        g_prefix_error(error, "%s:%d: network \"%s\": ", run->plan->file, n->line, n->profile);
    return profile;
}

static bool rules_of(const struct scn_run *run, const struct scn_plan_mesh *mesh, struct pc_rules *rules, GError **error)
{
    enum pc_dialect dialect = PC_DIALECT_NET;
    pc_dialect_find(mesh->dialect, &dialect); /* the script has been told of other names */
    *rules = *pc_rules_of(dialect);
    if (mesh->min >= 0)
        rules->min_neighbors = (uint8_t)MIN(mesh->min, 255);
    if (mesh->ideal >= 0)
        rules->ideal_neighbors = (uint8_t)MIN(mesh->ideal, 255);
    if (mesh->max >= 0)
        rules->max_neighbors = (uint8_t)MIN(mesh->max, 255);
    if (mesh->referrals == 0)
        rules->referral_policy = PC_REFERRALS_DO_NOT_SHARE;
    else if (mesh->referrals > 0)
        rules->referrals_in_message = (uint8_t)MIN(mesh->referrals, 16);
    if (mesh->maintenance >= 0)
        rules->maintenance_interval = mesh->maintenance;
    if (mesh->remember > 0)
        rules->seen_period = MAX(mesh->remember / rules->seen_buckets, 1);
    if (mesh->recorded && mesh->recorded->max_addresses > 0) /* a setting of its nodes */
        rules->addresses_per_resolve = (uint8_t)MIN(mesh->recorded->max_addresses, 255);
    if (mesh->message_size >= 0)
        rules->message_octets = (uint32_t)MIN(mesh->message_size, INT32_MAX);
    const char *problem = pc_rules_problem(rules);
    if (!problem)
        return true;
    g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "%s:%d: mesh \"%s\": %s", run->plan->file, mesh->line, mesh->name, problem);
    return false;
}

static bool build_meshes(struct scn_run *run, GError **error)
{
    const struct scn_plan *plan = run->plan;
    run->meshes = g_new0(struct scn_mesh *, plan->meshes->len + 1);
    for (guint i = 0; i < plan->meshes->len; i++) {
        const struct scn_plan_mesh *mesh = scn_plan_meshes(plan, (int)i);
        struct pc_rules rules;
        if (!rules_of(run, mesh, &rules, error))
            return false;
        const char *channel = mesh->channels && mesh->channels[0] ? mesh->channels[0] : "data";
        run->meshes[i] = scn_net_mesh(run->net, mesh->wire_name ? mesh->wire_name : mesh->name, channel, &rules);
        for (char **more = mesh->channels; more && *more; more++)
            if (scn_net_channel(run->meshes[i], *more) < 0) {
                g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "%s:%d: mesh \"%s\": more than %d channels", run->plan->file,
                            mesh->line, mesh->name, PC_MAX_CHANNELS);
                return false;
            }
        /* I1, peer-channel.md 22: links whose Connect was under way when the limit was checked come on top. */
        uint32_t own = rules.connecting_counts ? 0 : rules.ideal_neighbors;
        an_metrics_degree_limit(run->metrics, i, (uint32_t)rules.max_neighbors + own);
        an_metrics_aims(run->metrics, i, rules.min_neighbors, rules.ideal_neighbors);
    }
    return true;
}

static void build_role(struct scn_run *run, int role, struct scn_peer *peer, const char *name, uint32_t index, unsigned turn)
{
    struct scn_peer *nodes[SCN_MOST_DRAWN + 1] = {peer};
    unsigned node_count = 1;
    for (guint i = 0; peer->beside && i < peer->beside->len; i++)
        nodes[node_count++] = peer->beside->pdata[i];
    const struct scn_plan_role *plan = scn_plan_roles(run->plan, role);
    if (plan->kind == SCN_ROLE_LUA) {
        scn_troupe_cast(run->troupe, role, nodes, node_count, index, turn);
        return;
    }
    void *native = scn_role_new(run, plan, peer, name, turn);
    g_ptr_array_add(run->roles, native);
    for (unsigned i = 0; i < (plan->kind == SCN_ROLE_SUBSCRIBER ? node_count : 1); i++) {
        scn_peer_play(nodes[i], scn_role_ops(), native);
        if (plan->kind == SCN_ROLE_SUBSCRIBER && plan->native.subscriber.only && plan->native.subscriber.other != SCN_OTHER_SHOW)
            scn_mesh_filter(nodes[i]->mesh);
    }
}

static uint32_t cast_peer(struct scn_run *run, const struct scn_peer *peer, const char *name, uint32_t group)
{
    const struct sim_place *place = sim_host_place(scn_net_world(run->net), peer->host);
    uint32_t ip = scn_net_here(run->net, sim_host_address(peer->host));
    char *address = g_strdup_printf("%u.%u.%u.%u:%u", ip >> 24, ip >> 16 & 255, ip >> 8 & 255, ip & 255, peer->port);
    uint32_t number = an_cast_add_peer(run->cast, &(struct an_peer){.name = name,
                                                                    .address = address,
                                                                    .group = group,
                                                                    .mesh = peer->mesh->number,
                                                                    .region = place->region,
                                                                    .up = (uint32_t)MIN(place->up, UINT32_MAX),
                                                                    .down = (uint32_t)MIN(place->down, UINT32_MAX)});
    g_free(address);
    return number;
}

struct scn_peer *scn_run_add_member(struct scn_run *run, struct scn_peer *first, int mesh)
{
    const struct an_peer *of = an_cast_peer(run->cast, first->number);
    uint32_t group = of->group;
    char *member = g_strdup_printf("%s@%s", of->name, scn_plan_meshes(run->plan, mesh)->name);
    struct scn_peer *node = scn_net_beside(first, run->meshes[mesh], member, an_cast_count(run->cast));
    node->on_demand = true;
    cast_peer(run, node, member, group);
    scn_run_member_sets(run, first, node);
    g_free(member);
    return node;
}

/* Which of the group's meshes: all, or those drawn for this peer. */
static unsigned meshes_of(const struct scn_run *run, const struct scn_plan_group *group, uint32_t i, const char *name,
                          int meshes[SCN_MOST_DRAWN])
{
    uint32_t places[SCN_MOST_DRAWN];
    unsigned count = group->mesh_draw.given ? group->mesh_draw.n : group->mesh_count;
    if (group->mesh_draw.given)
        scn_draw_places(&group->mesh_draw, run->plan->seed, sim_purpose_text(name, strlen(name)), i, group->mesh_count, places);
    unsigned kept = 0;
    for (unsigned k = 0; k < count; k++) {
        int mesh = group->meshes[group->mesh_draw.given ? places[k] : k];
        bool known = false; /* a list may name a mesh twice: one node in it is enough */
        for (unsigned j = 0; j < kept; j++)
            known |= meshes[j] == mesh;
        if (!known)
            meshes[kept++] = mesh;
    }
    return kept;
}

/* The profiles of a group: one, or those of which each peer draws one. */
static bool profiles_of(struct scn_run *run, const struct scn_plan_group *group, struct sim_profile **profiles, GError **error)
{
    unsigned count = group->network_draw.given ? group->network_count : 1;
    for (unsigned i = 0; i < count; i++) {
        int network = group->network_draw.given ? group->networks[i] : group->network >= 0 ? group->network : run->plan->network;
        profiles[i] = profile_for(run, network, group->up, group->down, group->nat, error);
        if (!profiles[i])
            return false;
    }
    return true;
}

static bool build_group(struct scn_run *run, const struct scn_plan_group *group, uint32_t number, GError **error)
{
    struct sim_profile *profiles[SCN_MOST_DRAWN];
    int meshes[SCN_MOST_DRAWN];
    if (!profiles_of(run, group, profiles, error))
        return false;
    uint8_t region = group->region ? (uint8_t)sim_region_find(group->region) : SIM_REGION_DRAWN;
    for (uint32_t i = 0; i < group->count; i++) {
        uint32_t at = group->first + i, which = 0;
        char *name = scn_plan_peer_name(run->plan, at);
        if (group->network_draw.given)
            scn_draw_places(&group->network_draw, run->plan->seed, sim_purpose_text(name, strlen(name)), i, group->network_count,
                            &which);
        meshes_of(run, group, i, name, meshes);
        struct scn_peer *peer = scn_net_peer(run->net, run->meshes[meshes[0]], profiles[which], name, at, region);
        if (group->identity)
            peer->identity = sim_purpose_text(group->identity, strlen(group->identity));
        if (group->recorded)
            scn_recorded_play(peer, group->recording->capture, group->recorded);
        uint32_t cast = cast_peer(run, peer, name, number);
        g_assert(cast == at);
        g_free(name);
    }
    return true;
}

/* Further nodes of peers in several meshes: members of their own in the timeline, behind all peers of the plan. Then the roles,
 * which may play on all of a peer's nodes. */
static void build_members(struct scn_run *run, const struct scn_plan_group *group, uint32_t number)
{
    int meshes[SCN_MOST_DRAWN];
    for (uint32_t i = 0; i < group->count; i++) {
        char *name = scn_plan_peer_name(run->plan, group->first + i);
        struct scn_peer *peer = scn_net_peer_at(run->net, group->first + i);
        unsigned count = meshes_of(run, group, i, name, meshes);
        for (unsigned k = 1; k < count; k++) {
            char *member = g_strdup_printf("%s@%s", name, scn_plan_meshes(run->plan, meshes[k])->name);
            struct scn_peer *node = scn_net_beside(peer, run->meshes[meshes[k]], member, an_cast_count(run->cast));
            cast_peer(run, node, member, number);
            g_free(member);
        }
        for (unsigned r = 0; r < group->role_count; r++)
            build_role(run, group->roles[r], peer, name, i + 1, r);
        g_free(name);
    }
}

static bool open_capture(struct scn_run *run, GError **error)
{
    static const struct sim_octets_ops ops = {scn_net_retain, scn_net_release};
    char *path = g_build_filename(run->options.folder, "run.pcapng", NULL);
    char *comment = g_strdup_printf("peermesh: %s, seed %" G_GUINT64_FORMAT "\n%s", run->plan->file, run->plan->seed,
                                    run->options.command ? run->options.command : "");
    run->pcapng = sim_pcapng_new(path, comment, &ops, error);
    g_free(comment);
    g_free(path);
    if (!run->pcapng)
        return false;
    for (uint32_t i = 0; i < an_cast_count(run->cast); i++) /* hosts in order: the peers, then the service */
        sim_pcapng_add_interface(run->pcapng, an_cast_peer(run->cast, i)->name);
    sim_pcapng_add_interface(run->pcapng, "resolver");
    scn_net_observe(run->net, sim_pcapng_observer(run->pcapng));
    return true;
}

/* May octets vanish so that neither end, or one only, ever hears of it? A silent crash is not meant: that end is no end any more. */
static bool may_swallow(const struct scn_run *run)
{
    struct sim_profile_gaps gaps;
    for (guint i = 0; i < run->plan->operations->len; i++) {
        const struct scn_plan_operation *op = scn_plan_operations(run->plan, (int)i);
        const struct scn_impair *how = &op->impair;
        if (op->verb == SCN_CUT || (op->verb == SCN_IMPAIR && (how->off || how->asleep || how->deaf || how->read || how->new_address || how->loss)))
            return true;
    }
    for (guint i = 0; i < run->profiles->len; i++)
        if (sim_profile_gaps(run->profiles->pdata[i], &gaps))
            return true;
    for (uint32_t i = 0; i < an_cast_count(run->cast); i++) {
        const struct scn_peer *peer = scn_net_peer_at(run->net, i);
        if (sim_profile_loss(peer->profile, sim_host_place(scn_net_world(run->net), peer->host)))
            return true;
    }
    return false;
}

/* .NET's, or those that a recorded service had. */
static struct pc_resolver_settings resolver_settings(const struct scn_plan *plan)
{
    struct pc_resolver_settings settings = pc_resolver_defaults;
    for (guint i = 0; i < plan->groups->len; i++) {
        const struct cf_captured_node *node = scn_plan_groups(plan, (int)i)->recorded;
        if (node && node->was_told)
            settings.control_shape = !node->shares;
        if (node && node->lifetime > 0)
            settings.refresh_interval = node->lifetime;
    }
    return settings;
}

bool scn_run_build(struct scn_run *run, GError **error)
{
    const struct scn_plan *plan = run->plan;
    struct scn_net_options options = {.seed = plan->seed, .director = scn_run_director, .listener = {event, run}, .label = label, .woken = woken, .octets = true, .user = run};
    options.live = run->options.live;
    options.hops = run->options.octets && run->options.octets->hops;
    run->net = scn_net_new(&options);
    run->cast = an_cast_new();
    run->metrics = an_metrics_new(run->cast);
    if (run->options.memo_off)
        pc_codec_set_memo(scn_net_codec(run->net), false);
    if (!build_meshes(run, error))
        return false;
    /* The service stands in a data centre: the network's delays, but a line that a mass start does not choke. */
    const struct scn_dist line = {.kind = SCN_DIST_CONSTANT, .unit = SCN_BANDWIDTH, .a = 1000000000, .text = (char *)"1Gbit/s"};
    struct sim_profile *profile = profile_for(run, plan->network, &line, &line, 0, error);
    if (!profile)
        return false;
    GError *broken = NULL;
    run->troupe = scn_troupe_new(run, run->options.lua_memory, &broken);
    if (broken) {
        g_propagate_error(error, broken);
        return false;
    }
    for (guint i = 0; i < plan->groups->len; i++) {
        uint32_t number = an_cast_add_group(run->cast, scn_plan_groups(plan, (int)i)->name);
        if (!build_group(run, scn_plan_groups(plan, (int)i), number, error))
            return false;
    }
    for (guint i = 0; i < plan->groups->len; i++)
        build_members(run, scn_plan_groups(plan, (int)i), i);
    scn_run_churn_build(run);
    struct pc_resolver_settings settings = resolver_settings(plan);
    if (!scn_net_resolver(run->net, profile, &settings, error))
        return false;
    scn_recorded_service(run->net);
    if (run->options.pcap && !open_capture(run, error))
        return false;
    if (!run->options.pcap && run->options.octets)
        scn_net_observe(run->net, run->options.octets);
    struct an_network network = {.delay = theory_delay, .user = run};
    scn_net_envelopes(run->net, run->meshes[0], &network.origin_envelope, &network.relay_envelope);
    an_metrics_network(run->metrics, &network);
    if (may_swallow(run))
        an_metrics_swallows(run->metrics);
    return true;
}
