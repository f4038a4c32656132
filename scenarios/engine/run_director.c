/* The director: lets the plan's operations happen at their moments, and says when the mesh has settled. */
#include "scenarios/engine/run_private.h"
#include "sim/fault.h"

#include <string.h>

#define QUIET    (60 * SCN_SECOND)        /* settled: no neighbor has changed for so long (scenarios.md 0) */
#define PATIENCE (30 * 60 * SCN_SECOND)   /* after the last join: then the mesh is said not to settle */

enum tag { TAG_JOIN = 1, TAG_LOOK, TAG_FIRE, TAG_UNDO, TAG_FINISH, TAG_ACT };

/* ---- operations ---- */

/* The channel of the mesh; the plan has checked that there is one of that name where it could. */
static bool find_channel(struct scn_run *run, const struct scn_plan_operation *op, const struct scn_peer *peer, unsigned *channel)
{
    *channel = 0;
    if (!op->channel)
        return true;
    for (; *channel < peer->mesh->channel_count; ++*channel)
        if (strcmp(peer->mesh->channels[*channel], op->channel) == 0)
            return true;
    if (!run->error)
        g_set_error(&run->error, SCN_ERROR, SCN_ERROR_BAD, "%s:%d: send: the mesh of %s has no channel '%s'", run->plan->file,
                    op->line, an_cast_peer(run->cast, peer->number)->name, op->channel);
    sim_stop(scn_net_world(run->net));
    return false;
}

static void send_message(struct scn_run *run, const struct scn_plan_operation *op, struct scn_peer *peer)
{
    struct scn_body body = {.seq = 0, .time = scn_net_now(run->net), .size = scn_data_octets(op->body)};
    if (!find_channel(run, op, peer, &body.channel))
        return;
    if (op->body && op->body->kind == SCN_DATA_TEXT)
        body.text = op->body->text;
    else
        body.tree = op->body;
    if (op->size) {
        struct scn_sampler *sampler = scn_sampler_new(run, op->size, "send size", peer->key);
        body.size = (uint32_t)scn_sampler_next(sampler);
        if (body.tree)
            body.size = MAX(body.size, scn_data_octets(body.tree));
        scn_sampler_free(sampler);
    }
    const char *kind = op->message ? op->message : "data";
    const char *refused = scn_peer_publish(peer, kind, &body, false, op->hops >= 0, op->hops >= 0 ? (uint64_t)op->hops : 0);
    if (refused) {
        char *name = scn_plan_peer_name(run->plan, peer->number);
        scn_log_say(run->options.log, scn_net_now(run->net), name, "%s: not sent: %s", op->key, refused);
        g_free(name);
    }
}

/* Does the peer's machine sleep? Then nobody can be asked to do anything there. */
static bool is_beyond_asking(struct scn_run *run, const struct scn_plan_operation *op, const struct scn_peer *peer)
{
    if (op->verb == SCN_CRASH || op->verb == SCN_IMPAIR || !sim_host_asleep(scn_net_world(run->net), peer->host))
        return false;
    scn_log_say(run->options.log, scn_net_now(run->net), an_cast_peer(run->cast, peer->number)->name, "%s: asleep, not asked", op->key);
    return true;
}

static void act(struct scn_run *run, int index, struct scn_peer *peer)
{
    const struct scn_plan_operation *op = scn_plan_operations(run->plan, index);
    if (is_beyond_asking(run, op, peer))
        return;
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
    case SCN_TELL:
        scn_peer_tell(peer, op->message, op->body);
        break;
    case SCN_REFRESH:
        scn_peer_refresh(peer);
        break;
    case SCN_IMPAIR:
        scn_run_impair(run, index, peer);
        break;
    default:
        g_assert_not_reached(); /* scn_plan_is_built() has refused them */
    }
}

/* Each peer that is hit has a duration of its own; AN_NONE: a cut, or the resolver. */
static void schedule_undo(struct scn_run *run, int index, uint32_t number, uint64_t key)
{
    const struct scn_plan_operation *op = scn_plan_operations(run->plan, index);
    if (!op->lasts)
        return;
    struct scn_sampler *lasts = scn_sampler_new(run, op->lasts, op->key, key);
    sim_call_at(scn_net_world(run->net), SIM_NONE, scn_net_now(run->net) + scn_sampler_next(lasts), TAG_UNDO,
                (uint64_t)index << 32 | number);
    scn_sampler_free(lasts);
}

/* One peer that is hit; until when is its own, too. */
static void hit_peer(struct scn_run *run, int index, struct scn_peer *peer)
{
    act(run, index, peer);
    schedule_undo(run, index, peer->number, peer->key);
}

/* Does it happen as a whole, and not to each peer for itself? */
static bool is_one(const struct scn_run *run, const struct scn_plan_operation *op)
{
    return op->verb == SCN_CUT || (op->verb == SCN_IMPAIR && scn_plan_selects_resolver(run->plan, op->whom));
}

static void fire(struct scn_run *run, int index)
{
    const struct scn_plan_operation *op = scn_plan_operations(run->plan, index);
    const struct scn_plan_moment *at = scn_plan_moments(run->plan, op->at);
    bool cut = op->verb == SCN_CUT;
    GArray *whom = cut ? scn_run_cut(run, index) : scn_run_select(run, op->whom);
    run->operations[index].hit = whom;
    int64_t now = scn_net_now(run->net);
    scn_log_say(run->options.log, now, "run", "%s%s: %u peer%s", op->key, op->left_out ? " (left out)" : "", whom->len,
                whom->len == 1 ? "" : "s");
    for (guint i = 0; i < whom->len && !op->left_out && !cut; i++) {
        struct scn_peer *peer = scn_net_peer_at(run->net, g_array_index(whom, uint32_t, i));
        if (at->draw_count && !is_one(run, op)) /* each at a time of its own; at the earliest now */
            sim_call_at(scn_net_world(run->net), SIM_NONE, now + MAX(scn_run_draws(run, at, op->key, peer->key), 0), TAG_ACT,
                        (uint64_t)index << 32 | peer->number);
        else
            hit_peer(run, index, peer);
    }
    if (!op->left_out && op->verb == SCN_IMPAIR && scn_plan_selects_resolver(run->plan, op->whom))
        scn_run_impair(run, index, scn_net_resolver_peer(run->net));
    if (!op->left_out && is_one(run, op))
        schedule_undo(run, index, AN_NONE, scn_net_resolver_peer(run->net)->key);
    scn_run_fill_sets(run);
}

static void undo(struct scn_run *run, int index, uint32_t number)
{
    const struct scn_plan_operation *op = scn_plan_operations(run->plan, index);
    if (op->verb == SCN_CUT || op->verb == SCN_IMPAIR) {
        scn_run_repair(run, index, number);
        return;
    }
    struct scn_peer *peer = scn_net_peer_at(run->net, number);
    if (!scn_peer_running(peer))
        scn_peer_start(peer);
}

static void schedule_operations(struct scn_run *run)
{
    for (guint i = 0; i < run->plan->operations->len; i++) {
        int64_t time;
        const struct scn_plan_operation *op = scn_plan_operations(run->plan, (int)i);
        const struct scn_plan_moment *at = scn_plan_moments(run->plan, op->at);
        if (run->operations[i].scheduled || !scn_run_time(run, op->at, &time))
            continue;
        run->operations[i].scheduled = true;
        int64_t now = scn_net_now(run->net);
        if (at->draw_count && is_one(run, op))
            time += scn_run_draws(run, at, op->key, 0); /* a cut, the resolver: one draw for all */
        sim_call_at(scn_net_world(run->net), SIM_NONE, time > now ? time : now, TAG_FIRE, i);
    }
}

/* Once, when the moment of its joins is known. */
static void schedule_joins(struct scn_run *run, guint number)
{
    const struct scn_plan_group *group = scn_plan_groups(run->plan, (int)number);
    const struct scn_plan_moment *join = scn_plan_moments(run->plan, group->join);
    bool arrivals = join->draw_count == 1 && join->draws[0].dist->kind == SCN_DIST_POISSON;
    int64_t base, at = 0;
    if (run->joins_known[number] || !scn_run_time(run, group->join, &base))
        return;
    run->joins_known[number] = true;
    struct scn_sampler *gaps = arrivals ? scn_sampler_new(run, join->draws[0].dist, group->name, 0) : NULL;
    for (uint32_t i = 0; i < group->count; i++) {
        struct scn_peer *peer = scn_net_peer_at(run->net, group->first + i);
        int64_t time = base;
        if (arrivals)
            time += at += scn_sampler_next(gaps);
        else
            time += scn_run_draws(run, join, "moment", peer->key);
        if (run->plan->peer_left_out && run->plan->peer_left_out[peer->number])
            continue;
        bool present = scn_run_churn_begin(run, peer, &time);
        run->last_join = MAX(run->last_join, time);
        if (!present)
            continue;
        sim_call_at(scn_net_world(run->net), SIM_NONE, MAX(time, scn_net_now(run->net)), TAG_JOIN, peer->number);
    }
    scn_sampler_free(gaps);
}

/* Tells everybody who waits for moments what is known by now, and schedules operations and the finish. */
void scn_run_moments_known(struct scn_run *run)
{
    int64_t time, lasts;
    for (guint i = 0; i < run->plan->groups->len; i++)
        schedule_joins(run, i);
    for (guint i = 0; i < run->plan->moments->len; i++)
        if (run->moments[i] != G_MAXINT && scn_run_time(run, (int)i, &time))
            an_moment_reached(run->metrics, run->moments[i], time);
    for (guint i = 0; i < run->plan->operations->len; i++)
        if (run->operations[i].ends >= 0 && scn_run_time(run, scn_plan_operations(run->plan, (int)i)->at, &time))
            an_moment_reached(run->metrics, run->operations[i].ends, time + (scn_run_lasts(run, (int)i, &lasts) ? lasts : 0));
    schedule_operations(run);
    for (guint i = 0; i < run->roles->len; i++)
        scn_role_moment_known(run->roles->pdata[i]);
    if (run->finish < 0 && scn_run_time(run, run->plan->finish, &time)) {
        run->finish = time;
        scn_run_churn_finish(run, time);
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

/* Does anybody send, or come and go, before the mesh has settled? Then traffic may keep neighbors changing for ever. */
static bool busy_before_settled(const struct scn_run *run)
{
    if (scn_run_churns(run) || run->bearers)
        return true;
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
        scn_log_say(run->options.log, now, "run", quiet ? "settled" : "settled: two maintenance intervals after the last join");
        an_moment_reached(run->metrics, AN_MOMENT_SETTLED, now);
        scn_run_moments_known(run);
    } else if (now > run->last_join + PATIENCE && run->finish < 0) {
        run->summary.outcome = SCN_NOT_SETTLED;
        explain_unsettled(run);
        scn_log_say(run->options.log, now, "run", "not settled: %s", run->summary.unsettled);
        sim_stop(scn_net_world(run->net));
    } else {
        sim_call_at(scn_net_world(run->net), SIM_NONE, now + SCN_GRID, TAG_LOOK, 0);
    }
}

void scn_run_director(void *user, uint16_t tag, uint64_t argument)
{
    struct scn_run *run = user;
    if (tag == SCN_TAG_WATCH) {
        scn_watch_look(run, argument);
        return;
    }
    if (tag == SCN_TAG_BEARER) {
        scn_run_bearer(run, (uint32_t)argument);
        return;
    }
    if (tag == SCN_TAG_CHURN) {
        scn_run_churn(run, (uint32_t)argument);
        return;
    }
    switch ((enum tag)tag) {
    case TAG_UNDO:
        undo(run, (int)(argument >> 32), (uint32_t)argument);
        break;
    case TAG_JOIN: {
        struct scn_peer *peer = scn_net_peer_at(run->net, (uint32_t)argument);
        if (!scn_peer_running(peer))
            scn_peer_start(peer);
        break;
    }
    case TAG_LOOK:
        look(run);
        break;
    case TAG_ACT:
        hit_peer(run, (int)(argument >> 32), scn_net_peer_at(run->net, (uint32_t)argument));
        break;
    case TAG_FIRE:
        fire(run, (int)argument);
        break;
    case TAG_FINISH:
        run->finished = true;
        scn_log_say(run->options.log, scn_net_now(run->net), "run", "finish");
        sim_stop(scn_net_world(run->net));
        break;
    }
}

void scn_run_begin(struct scn_run *run)
{
    scn_run_moments_known(run);
    scn_watch_begin(run);
    scn_run_bearers_begin(run);
    sim_call_at(scn_net_world(run->net), SIM_NONE, SCN_GRID, TAG_LOOK, 0);
}
