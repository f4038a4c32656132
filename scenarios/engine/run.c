#include "scenarios/engine/run.h"

#include "sim/pcapng.h"

#include <stdio.h>
#include <string.h>

#define QUIET    (60 * SCN_SECOND)        /* settled: no neighbor has changed for so long (scenarios.md 0) */
#define PATIENCE (30 * 60 * SCN_SECOND)   /* after the last join: then the mesh is said not to settle */
#define GRID     (SCN_SECOND)             /* how often the director looks */

enum tag { TAG_JOIN = 1, TAG_LOOK, TAG_FIRE, TAG_UNDO, TAG_FINISH };

struct operation {
    GArray *hit;      /* uint32_t: whom it hit; NULL: has not fired */
    int ends;         /* analysis: its end */
    bool scheduled;
};

struct scn_run {
    const struct scn_plan *plan;
    struct scn_run_options options;
    struct an_cast *cast;
    struct an_metrics *metrics;
    struct an_trace *trace;
    struct sim_pcapng *pcapng;
    struct scn_net *net;
    struct scn_mesh **meshes;
    GPtrArray *profiles, *dists; /* of the networks and groups */
    void **roles;                /* by peer; NULL: plain member */
    struct operation *operations;
    int *moments, *sets;         /* analysis numbers by plan index; INT_MAX: not made yet */
    int64_t settled, last_join, finish;
    struct scn_summary summary;
    gint64 started, said;
    bool finished;
    GError *error;
};

/* ---- moments ---- */

static bool lasts_of(const struct scn_run *run, int operation, int64_t *lasts)
{
    const struct scn_plan_operation *op = scn_plan_operations(run->plan, operation);
    *lasts = 0;
    if (!op->lasts)
        return false;
    if (op->lasts->kind == SCN_DIST_CONSTANT)
        *lasts = op->lasts->a;
    return op->lasts->kind == SCN_DIST_CONSTANT;
}

bool scn_run_time(const struct scn_run *run, int moment, int64_t *time)
{
    const struct scn_plan_moment *m = scn_plan_moments(run->plan, moment);
    int64_t base = 0, lasts;
    switch (m->base) {
    case SCN_AT_START:
        break;
    case SCN_AT_SETTLED:
        if (run->settled < 0)
            return false;
        base = run->settled;
        break;
    case SCN_AT_OPERATION:
        if (!scn_run_time(run, scn_plan_operations(run->plan, m->of)->at, &base))
            return false;
        break;
    case SCN_AT_ENDS:
        if (!scn_run_time(run, scn_plan_operations(run->plan, m->of)->at, &base) || !lasts_of(run, m->of, &lasts))
            return false;
        base += lasts;
        break;
    default: /* conditions: scn_plan_is_built() has refused them */
        return false;
    }
    *time = base + m->offset;
    return true;
}

/* What the draws of a moment add for one peer. */
static int64_t draws_of(struct scn_run *run, const struct scn_plan_moment *m, const struct scn_peer *peer)
{
    int64_t sum = 0;
    for (unsigned i = 0; i < m->draw_count; i++) {
        char *name = g_strdup_printf("moment %s #%u", m->text, i);
        struct scn_sampler *sampler = scn_sampler_new(run, m->draws[i].dist, name, peer->key);
        int64_t value = scn_sampler_next(sampler);
        sum += m->draws[i].minus ? -value : value;
        scn_sampler_free(sampler);
        g_free(name);
    }
    return sum;
}

int scn_run_moment(struct scn_run *run, int moment)
{
    if (moment < 0)
        return AN_MOMENT_OPEN;
    const struct scn_plan_moment *m = scn_plan_moments(run->plan, moment);
    if (m->base == SCN_AT_SETTLED && m->offset == 0)
        return AN_MOMENT_SETTLED;
    if (run->moments[moment] == G_MAXINT) {
        int64_t time;
        run->moments[moment] = an_moment_new(run->metrics);
        if (scn_run_time(run, moment, &time))
            an_moment_reached(run->metrics, run->moments[moment], time);
    }
    return run->moments[moment];
}

int scn_run_ends(struct scn_run *run, int operation)
{
    struct operation *op = &run->operations[operation];
    if (op->ends < 0)
        op->ends = an_moment_new(run->metrics);
    return op->ends;
}

/* Tells everybody who waits for moments what is known by now, and schedules operations and the finish. */
static void moments_known(struct scn_run *run);

/* ---- selections ---- */

static bool fact_online(void *user, uint32_t peer)
{
    struct scn_run *run = user;
    return an_now_degree(run->metrics, peer) > 0;
}

static uint32_t fact_neighbors(void *user, uint32_t peer)
{
    struct scn_run *run = user;
    return an_now_degree(run->metrics, peer);
}

static const GArray *fact_hit(void *user, int operation)
{
    struct scn_run *run = user;
    return run->operations[operation].hit;
}

static GArray *select_now(struct scn_run *run, int selection)
{
    struct scn_facts facts = {.user = run, .online = fact_online, .neighbors = fact_neighbors, .hit = fact_hit};
    return scn_plan_select(run->plan, selection, &facts);
}

int scn_run_set(struct scn_run *run, int selection)
{
    if (selection < 0)
        return AN_SET_ALL;
    if (run->sets[selection] == G_MAXINT) {
        bool fixed = scn_plan_selections(run->plan, selection)->fixed;
        GArray *peers = fixed ? scn_plan_select(run->plan, selection, NULL) : NULL;
        run->sets[selection] = an_set_new(run->metrics, peers ? (const uint32_t *)(const void *)peers->data : NULL,
                                          peers ? peers->len : 0);
        if (peers)
            g_array_unref(peers);
    }
    return run->sets[selection];
}

int scn_run_mesh_set(struct scn_run *run, int mesh)
{
    if (mesh < 0 || run->plan->meshes->len == 1)
        return AN_SET_ALL;
    GArray *peers = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    for (guint i = 0; i < an_cast_count(run->cast); i++)
        if (an_cast_peer(run->cast, i)->mesh == (uint32_t)mesh)
            g_array_append_val(peers, i);
    int set = an_set_new(run->metrics, (const uint32_t *)(const void *)peers->data, peers->len);
    g_array_unref(peers);
    return set;
}

/* Selections that are looked up when an operation fires: sets that name it are filled then. */
static void fill_sets(struct scn_run *run)
{
    for (guint s = 0; s < run->plan->selections->len; s++) {
        if (run->sets[s] == G_MAXINT || scn_plan_selections(run->plan, (int)s)->fixed)
            continue;
        GArray *peers = select_now(run, (int)s);
        if (peers->len)
            an_set_fill(run->metrics, run->sets[s], (const uint32_t *)(const void *)peers->data, peers->len);
        g_array_unref(peers);
    }
}

/* ---- operations ---- */

static char *body_text(const struct scn_data *body)
{
    if (!body)
        return g_strdup("");
    return body->kind == SCN_DATA_TEXT ? g_strdup(body->text) : scn_data_text(body);
}

static void send_message(struct scn_run *run, const struct scn_plan_operation *op, struct scn_peer *peer)
{
    char *text = body_text(op->body);
    struct scn_body body = {.seq = 0, .time = scn_net_now(run->net), .size = (uint32_t)strlen(text), .text = text};
    if (op->size) {
        struct scn_sampler *sampler = scn_sampler_new(run, op->size, "send size", peer->key);
        body.size = (uint32_t)scn_sampler_next(sampler);
        scn_sampler_free(sampler);
    }
    const char *kind = op->message ? op->message : "data";
    const char *refused = scn_peer_publish(peer, kind, &body, false, op->hops >= 0, op->hops >= 0 ? (uint64_t)op->hops : 0);
    if (refused)
        g_message("%s: %s", op->key, refused);
    g_free(text);
}

static void act(struct scn_run *run, const struct scn_plan_operation *op, struct scn_peer *peer)
{
    switch (op->verb) {
    case SCN_CRASH:
        scn_peer_crash(peer, op->silent ? SIM_DEATH_SILENT : SIM_DEATH_RESET);
        break;
    case SCN_LEAVE:
        scn_peer_leave(peer);
        break;
    case SCN_SEND:
        send_message(run, op, peer);
        break;
    case SCN_REFRESH:
        scn_peer_refresh(peer);
        break;
    default:
        g_assert_not_reached(); /* scn_plan_is_built() has refused them */
    }
}

static void fire(struct scn_run *run, int index)
{
    const struct scn_plan_operation *op = scn_plan_operations(run->plan, index);
    GArray *whom = select_now(run, op->whom);
    run->operations[index].hit = whom;
    int64_t now = scn_net_now(run->net);
    for (guint i = 0; i < whom->len && !op->left_out; i++) {
        struct scn_peer *peer = scn_net_peer_at(run->net, g_array_index(whom, uint32_t, i));
        act(run, op, peer);
        if (!op->lasts)
            continue;
        struct scn_sampler *lasts = scn_sampler_new(run, op->lasts, op->key, peer->key);
        sim_call_at(scn_net_world(run->net), SIM_NONE, now + scn_sampler_next(lasts), TAG_UNDO, peer->number);
        scn_sampler_free(lasts);
    }
    fill_sets(run);
}

static void schedule_operations(struct scn_run *run)
{
    for (guint i = 0; i < run->plan->operations->len; i++) {
        int64_t time;
        if (run->operations[i].scheduled || !scn_run_time(run, scn_plan_operations(run->plan, (int)i)->at, &time))
            continue;
        run->operations[i].scheduled = true;
        int64_t now = scn_net_now(run->net);
        sim_call_at(scn_net_world(run->net), SIM_NONE, time > now ? time : now, TAG_FIRE, i);
    }
}

static void moments_known(struct scn_run *run)
{
    int64_t time, lasts;
    for (guint i = 0; i < run->plan->moments->len; i++)
        if (run->moments[i] != G_MAXINT && scn_run_time(run, (int)i, &time))
            an_moment_reached(run->metrics, run->moments[i], time);
    for (guint i = 0; i < run->plan->operations->len; i++)
        if (run->operations[i].ends >= 0 && scn_run_time(run, scn_plan_operations(run->plan, (int)i)->at, &time))
            an_moment_reached(run->metrics, run->operations[i].ends, time + (lasts_of(run, (int)i, &lasts) ? lasts : 0));
    schedule_operations(run);
    for (uint32_t i = 0; i < scn_net_peers(run->net); i++)
        if (run->roles[i])
            scn_role_moment_known(run->roles[i]);
    if (run->finish < 0 && scn_run_time(run, run->plan->finish, &time)) {
        run->finish = time;
        sim_call_at(scn_net_world(run->net), SIM_NONE, MAX(time, scn_net_now(run->net)), TAG_FINISH, 0);
    }
}

/* ---- settling ---- */

static bool one_component_each(struct scn_run *run)
{
    for (guint i = 0; i < run->plan->meshes->len; i++)
        if (an_now_components(run->metrics, i) > 1)
            return false;
    return true;
}

/* Does anybody send before the mesh has settled? Then traffic may keep neighbors changing for ever. */
static bool busy_before_settled(const struct scn_run *run)
{
    for (guint i = 0; i < run->plan->roles->len; i++) {
        const struct scn_plan_role *role = scn_plan_roles(run->plan, (int)i);
        int64_t start;
        if (role->kind == SCN_ROLE_PUBLISHER && scn_run_time(run, role->native.publisher.start, &start))
            return true;
    }
    return false;
}

static void explain_unsettled(struct scn_run *run)
{
    uint32_t mesh = 0;
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < run->plan->meshes->len; i++)
        if (an_now_components(run->metrics, i) > an_now_components(run->metrics, mesh))
            mesh = i;
    g_string_append_printf(text, "mesh %s has %u parts", scn_plan_meshes(run->plan, (int)mesh)->name,
                           an_now_components(run->metrics, mesh));
    unsigned named = 0;
    for (uint32_t i = 0; i < an_cast_count(run->cast) && named < 5; i++)
        if (an_now_degree(run->metrics, i) == 0)
            g_string_append_printf(text, "%s%s", named++ ? ", " : "; without a neighbor: ", an_cast_peer(run->cast, i)->name);
    g_string_append_printf(text, "; the last change of a neighbor was at %.3f s",
                           (double)an_now_last_change(run->metrics) / 1e9);
    run->summary.unsettled = g_string_free(text, FALSE);
}

static void look(struct scn_run *run)
{
    int64_t now = scn_net_now(run->net);
    if (run->settled >= 0)
        return;
    bool quiet = now >= run->last_join + QUIET && now - an_now_last_change(run->metrics) >= QUIET &&
                 one_component_each(run);
    const struct pc_rules *rules = &run->meshes[0]->pc.rules;
    bool long_enough = busy_before_settled(run) && now >= run->last_join + 2 * rules->maintenance_interval;
    if (quiet || long_enough) {
        run->settled = run->summary.settled = now;
        an_moment_reached(run->metrics, AN_MOMENT_SETTLED, now);
        moments_known(run);
    } else if (now > run->last_join + PATIENCE && run->finish < 0) {
        run->summary.outcome = SCN_NOT_SETTLED;
        explain_unsettled(run);
        sim_stop(scn_net_world(run->net));
    } else {
        sim_call_at(scn_net_world(run->net), SIM_NONE, now + GRID, TAG_LOOK, 0);
    }
}

static void director(void *user, uint16_t tag, uint64_t argument)
{
    struct scn_run *run = user;
    switch ((enum tag)tag) {
    case TAG_JOIN:
    case TAG_UNDO: {
        struct scn_peer *peer = scn_net_peer_at(run->net, (uint32_t)argument);
        if (!scn_peer_running(peer))
            scn_peer_start(peer);
        break;
    }
    case TAG_LOOK:
        look(run);
        break;
    case TAG_FIRE:
        fire(run, (int)argument);
        break;
    case TAG_FINISH:
        run->finished = true;
        sim_stop(scn_net_world(run->net));
        break;
    }
}

/* ---- the timeline ---- */

static void event(void *user, const struct an_event *event)
{
    struct scn_run *run = user;
    if (event->kind == AN_PUBLISHED && an_now_degree(run->metrics, event->peer) == 0)
        run->summary.sent_alone++;
    an_metrics_event(run->metrics, event);
    if (run->trace)
        an_trace_event(run->trace, event);
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

/* The profile of a group: its network, with its own access rates. */
static struct sim_profile *profile_for(struct scn_run *run, int network, const struct scn_dist *up, const struct scn_dist *down,
                                       GError **error)
{
    const struct scn_plan_network *n = scn_plan_networks(run->plan, network);
    enum sim_profile_id id;
    if (n->is_file || sim_profile_find(n->profile, &id) != SIM_PROFILE_READY) {
        g_set_error(error, SCN_ERROR, SCN_ERROR_NOT_BUILT, "%s: network \"%s\" is not built yet", run->plan->file, n->profile);
        return NULL;
    }
    struct sim_profile_changes changes = {.delay = network_dist(run, n->delay),
                                          .up = network_dist(run, up ? up : n->up),
                                          .down = network_dist(run, down ? down : n->down),
                                          .jitter = network_dist(run, n->jitter),
                                          .loss_ppm = n->loss > 0 ? (uint32_t)n->loss : 0,
                                          .nat_ppm = n->nat > 0 ? (uint32_t)n->nat : 0};
    struct sim_profile *profile = sim_profile_new(id, run->plan->seed, &changes, error);
    if (profile)
        g_ptr_array_add(run->profiles, profile);
    else
        g_prefix_error(error, "%s: network \"%s\": ", run->plan->file, n->profile);
    return profile;
}

static bool rules_of(const struct scn_run *run, const struct scn_plan_mesh *mesh, struct pc_rules *rules, GError **error)
{
    unsigned dialect = 0;
    while (dialect < PC_DIALECT_COUNT && strcmp(pc_dialect_name((enum pc_dialect)dialect), mesh->dialect) != 0)
        dialect++;
    *rules = *pc_rules_of((enum pc_dialect)(dialect < PC_DIALECT_COUNT ? dialect : PC_DIALECT_NET));
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
        run->meshes[i] = scn_net_mesh(run->net, mesh->name, channel, &rules);
        /* I1, peer-channel.md 22: links whose Connect was under way when the limit was checked come on top. */
        uint32_t own = rules.connecting_counts ? 0 : rules.ideal_neighbors;
        an_metrics_degree_limit(run->metrics, i, (uint32_t)rules.max_neighbors + own);
    }
    return true;
}

static bool build_group(struct scn_run *run, const struct scn_plan_group *group, uint32_t number, GError **error)
{
    struct sim_profile *profile = profile_for(run, group->network >= 0 ? group->network : run->plan->network, group->up,
                                              group->down, error);
    if (!profile)
        return false;
    struct scn_mesh *mesh = run->meshes[group->meshes[0]];
    for (uint32_t i = 0; i < group->count; i++) {
        uint32_t at = group->first + i;
        char *name = scn_plan_peer_name(run->plan, at);
        struct scn_peer *peer = scn_net_peer(run->net, mesh, profile, name, at);
        const struct sim_place *place = sim_host_place(scn_net_world(run->net), peer->host);
        uint32_t ip = sim_host_address(peer->host);
        char *address = g_strdup_printf("%u.%u.%u.%u:%u", ip >> 24, ip >> 16 & 255, ip >> 8 & 255, ip & 255, SCN_PORT);
        uint32_t cast = an_cast_add_peer(run->cast, &(struct an_peer){.name = name,
                                                                      .address = address,
                                                                      .group = number,
                                                                      .mesh = mesh->number,
                                                                      .region = place->region,
                                                                      .up = (uint32_t)MIN(place->up, UINT32_MAX),
                                                                      .down = (uint32_t)MIN(place->down, UINT32_MAX)});
        g_assert(cast == at);
        if (group->role_count) {
            run->roles[at] = scn_role_new(run, scn_plan_roles(run->plan, group->roles[0]), peer, name);
            peer->role = run->roles[at];
            peer->role_ops = scn_role_ops();
        }
        g_free(address);
        g_free(name);
    }
    return true;
}

static void schedule_joins(struct scn_run *run, const struct scn_plan_group *group)
{
    const struct scn_plan_moment *join = scn_plan_moments(run->plan, group->join);
    bool arrivals = join->draw_count == 1 && join->draws[0].dist->kind == SCN_DIST_POISSON;
    struct scn_sampler *gaps = arrivals ? scn_sampler_new(run, join->draws[0].dist, group->name, 0) : NULL;
    int64_t base, at = 0;
    if (!scn_run_time(run, group->join, &base))
        return; /* at a moment that is not known yet: scn_plan_is_built() has refused it */
    for (uint32_t i = 0; i < group->count; i++) {
        struct scn_peer *peer = scn_net_peer_at(run->net, group->first + i);
        int64_t time = base;
        if (arrivals)
            time += at += scn_sampler_next(gaps);
        else
            time += draws_of(run, join, peer);
        if (run->plan->peer_left_out && run->plan->peer_left_out[peer->number])
            continue;
        run->last_join = MAX(run->last_join, time);
        sim_call_at(scn_net_world(run->net), SIM_NONE, MAX(time, 0), TAG_JOIN, peer->number);
    }
    scn_sampler_free(gaps);
}

static bool needs(const struct scn_run *run, GError **error)
{
    for (guint i = 0; i < run->plan->groups->len; i++) {
        const struct scn_plan_group *group = scn_plan_groups(run->plan, (int)i);
        const char *what = group->mesh_count > 1                                  ? "a peer in several meshes"
                           : group->role_count > 1                                ? "several roles of one peer"
                           : scn_plan_moments(run->plan, group->join)->base != SCN_AT_START ? "a join at a moment of the run"
                                                                                  : NULL;
        if (what) {
            g_set_error(error, SCN_ERROR, SCN_ERROR_NOT_BUILT, "%s:%d: peers \"%s\": %s is not built yet", run->plan->file,
                        group->line, group->name, what);
            return false;
        }
    }
    return true;
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

static bool build(struct scn_run *run, GError **error)
{
    const struct scn_plan *plan = run->plan;
    struct scn_net_options options = {.seed = plan->seed, .director = director, .listener = {event, run}, .octets = true, .user = run};
    run->net = scn_net_new(&options);
    run->cast = an_cast_new();
    run->metrics = an_metrics_new(run->cast);
    if (run->options.memo_off)
        pc_codec_set_memo(scn_net_codec(run->net), false);
    if (!build_meshes(run, error))
        return false;
    /* The service stands in a data centre: the network's delays, but a line that a mass start does not choke. */
    const struct scn_dist line = {.kind = SCN_DIST_CONSTANT, .unit = SCN_BANDWIDTH, .a = 1000000000, .text = (char *)"1Gbit/s"};
    struct sim_profile *profile = profile_for(run, plan->network, &line, &line, error);
    if (!profile)
        return false;
    run->roles = g_new0(void *, plan->peers + 1);
    for (guint i = 0; i < plan->groups->len; i++) {
        uint32_t number = an_cast_add_group(run->cast, scn_plan_groups(plan, (int)i)->name);
        if (!build_group(run, scn_plan_groups(plan, (int)i), number, error))
            return false;
    }
    if (!scn_net_resolver(run->net, profile, &pc_resolver_defaults, error))
        return false;
    if (run->options.pcap && !open_capture(run, error))
        return false;
    struct an_network network = {.delay = theory_delay, .user = run};
    scn_net_envelopes(run->net, run->meshes[0], &network.origin_envelope, &network.relay_envelope);
    an_metrics_network(run->metrics, &network);
    return true;
}

static int *unset(guint count)
{
    int *numbers = g_new(int, count + 1);
    for (guint i = 0; i < count; i++)
        numbers[i] = G_MAXINT;
    return numbers;
}

struct scn_run *scn_run_new(const struct scn_plan *plan, const struct scn_run_options *options, GError **error)
{
    struct scn_run *run = g_new0(struct scn_run, 1);
    run->plan = plan;
    run->options = *options;
    run->settled = run->finish = -1;
    run->summary.settled = -1;
    run->profiles = g_ptr_array_new_with_free_func((GDestroyNotify)sim_profile_free);
    run->dists = g_ptr_array_new();
    run->moments = unset(plan->moments->len);
    run->sets = unset(plan->selections->len);
    run->operations = g_new0(struct operation, plan->operations->len + 1);
    for (guint i = 0; i < plan->operations->len; i++)
        run->operations[i].ends = -1;
    run->summary.never_fired = g_ptr_array_new_with_free_func(g_free);
    if (!scn_plan_is_built(plan, error) || !needs(run, error) || !build(run, error)) {
        scn_run_free(run);
        return NULL;
    }
    return run;
}

void scn_run_free(struct scn_run *run)
{
    if (!run)
        return;
    if (run->pcapng)
        sim_pcapng_close(run->pcapng, 0, true, NULL);
    if (run->trace)
        an_trace_close(run->trace, 0, NULL);
    for (uint32_t i = 0; run->roles && i < run->plan->peers; i++)
        scn_role_free(run->roles[i]);
    g_free(run->roles);
    scn_net_free(run->net);
    an_metrics_free(run->metrics);
    an_cast_free(run->cast);
    g_ptr_array_unref(run->profiles);
    for (guint i = 0; i < run->dists->len; i++)
        scn_sampler_dist_free(run->dists->pdata[i]);
    g_ptr_array_unref(run->dists);
    for (guint i = 0; i < run->plan->operations->len; i++)
        if (run->operations[i].hit)
            g_array_unref(run->operations[i].hit);
    g_free(run->operations);
    g_free(run->meshes);
    g_free(run->moments);
    g_free(run->sets);
    g_free(run->summary.unsettled);
    g_ptr_array_unref(run->summary.never_fired);
    g_clear_error(&run->error);
    g_free(run);
}

const struct scn_plan *scn_run_plan(const struct scn_run *run)
{
    return run->plan;
}

struct an_cast *scn_run_cast(struct scn_run *run)
{
    return run->cast;
}

struct an_metrics *scn_run_metrics(struct scn_run *run)
{
    return run->metrics;
}

const struct sim_profile *scn_run_profile(const struct scn_run *run)
{
    return run->profiles->pdata[0];
}

struct scn_net *scn_run_net(struct scn_run *run)
{
    return run->net;
}

const struct scn_summary *scn_run_summary(const struct scn_run *run)
{
    return &run->summary;
}

/* ---- running ---- */

static void say(struct scn_run *run, int64_t now, uint64_t events)
{
    gint64 wall = g_get_monotonic_time();
    if (wall - run->said < 500000)
        return;
    run->said = wall;
    double seconds = (double)(wall - run->started) / 1e6;
    int64_t end = run->finish >= 0 ? run->finish : -1;
    fprintf(stderr, "\r  %d:%02d", (int)(now / SCN_SECOND / 60), (int)(now / SCN_SECOND % 60));
    if (end > 0)
        fprintf(stderr, " of %d:%02d virtual", (int)(end / SCN_SECOND / 60), (int)(end / SCN_SECOND % 60));
    else
        fprintf(stderr, " virtual, settling");
    fprintf(stderr, "   %.0f k events/s", (double)events / seconds / 1000);
    if (end > 0 && now > 0)
        fprintf(stderr, "   done in about %d s", (int)(seconds * (double)(end - now) / (double)now));
    fputs("        ", stderr);
}

static bool progress(void *user, int64_t now, uint64_t events)
{
    struct scn_run *run = user;
    if (run->options.progress)
        say(run, now, events);
    if (run->trace && an_trace_failed(run->trace))
        return false;
    return !run->pcapng || sim_pcapng_check(run->pcapng, &run->error);
}

static bool open_trace(struct scn_run *run, GError **error)
{
    if (!run->options.folder || run->options.trace == SCN_TRACE_NONE)
        return true;
    char *path = g_build_filename(run->options.folder, "trace.bin", NULL);
    struct an_trace_options options = {.seed = run->plan->seed, .full = run->options.trace == SCN_TRACE_FULL};
    run->trace = an_trace_create(path, run->cast, &options, error);
    g_free(path);
    return run->trace != NULL;
}

static bool close_files(struct scn_run *run, GError **error)
{
    int64_t now = scn_net_now(run->net);
    bool ok = true;
    if (run->trace) {
        ok = an_trace_close(run->trace, now, error);
        run->trace = NULL;
    }
    if (run->pcapng) {
        ok = sim_pcapng_close(run->pcapng, now, !ok, ok ? error : NULL) && ok;
        run->pcapng = NULL;
    }
    return ok;
}

static void summarise(struct scn_run *run)
{
    struct sim_world *world = scn_net_world(run->net);
    struct sim_counters counters;
    struct sim_fingerprint fingerprint = sim_world_fingerprint(world);
    sim_world_counters(world, &counters);
    run->summary.ended = scn_net_now(run->net);
    run->summary.wall = (double)(g_get_monotonic_time() - run->started) / 1e6;
    run->summary.events = counters.events;
    run->summary.deliveries = counters.deliveries;
    g_snprintf(run->summary.fingerprint, sizeof run->summary.fingerprint, "%016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x",
               fingerprint.high, fingerprint.low);
    for (guint i = 0; i < run->plan->operations->len; i++)
        if (!run->operations[i].hit)
            g_ptr_array_add(run->summary.never_fired, g_strdup(scn_plan_operations(run->plan, (int)i)->key));
}

bool scn_run_go(struct scn_run *run, GError **error)
{
    struct sim_world *world = scn_net_world(run->net);
    struct sim_progress ask = {.progress = progress, .user = run, .every = 20000};
    if (!open_trace(run, error))
        return false;
    for (guint i = 0; i < run->plan->groups->len; i++)
        schedule_joins(run, scn_plan_groups(run->plan, (int)i));
    moments_known(run);
    sim_call_at(world, SIM_NONE, GRID, TAG_LOOK, 0);
    run->started = run->said = g_get_monotonic_time();
    sim_run_until(world, INT64_MAX / 2, &ask);
    if (run->options.progress)
        fputs("\r                                                                              \r", stderr);
    if (!run->finished && run->summary.outcome == SCN_ENDED)
        run->summary.outcome = SCN_INTERRUPTED;
    summarise(run);
    an_metrics_finish(run->metrics, run->summary.ended);
    if (run->error) {
        g_propagate_error(error, g_steal_pointer(&run->error));
        close_files(run, NULL);
        return false;
    }
    return close_files(run, error);
}
