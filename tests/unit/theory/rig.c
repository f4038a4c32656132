#include "tests/unit/theory/rig.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { TAG_JOIN = 1, TAG_DIAL, TAG_PUBLISH, TAG_END };

/* ---- what is counted ---- */

struct rig_flood *rig_flood(const struct rig *rig, uint32_t number)
{
    cr_assert_lt(number, rig->floods->len, "there is no message %u", number);
    return g_ptr_array_index(rig->floods, number);
}

static void free_flood(gpointer data)
{
    struct rig_flood *flood = data;
    g_free(flood->first);
    g_free(flood->hops);
    g_free(flood->sent);
    g_free(flood->copies);
    g_free(flood->addressed);
    g_free(flood->delivered);
    g_free(flood->lost);
    g_free(flood);
}

static void published(struct rig *rig, const struct an_event *event)
{
    struct rig_flood *flood = g_new0(struct rig_flood, 1);
    cr_assert_eq(event->message, rig->floods->len, "messages are numbered in order of publication");
    flood->origin = event->peer;
    flood->published = event->time;
    flood->first = g_new(int64_t, rig->peers);
    for (uint32_t i = 0; i < rig->peers; i++)
        flood->first[i] = NEVER;
    flood->first[event->peer] = event->time;
    flood->hops = g_new0(uint32_t, rig->peers);
    flood->sent = g_new0(uint32_t, rig->peers);
    flood->copies = g_new0(uint32_t, rig->peers);
    flood->addressed = g_new0(uint32_t, rig->peers);
    flood->delivered = g_new0(uint32_t, rig->peers);
    flood->lost = g_new0(uint32_t, rig->peers);
    g_ptr_array_add(rig->floods, flood);
}

static void processed(struct rig_flood *flood, const struct an_event *event)
{
    cr_assert_eq(flood->first[event->peer], NEVER, "peer %u processed message %u twice", event->peer, event->message);
    cr_assert_neq(flood->first[event->other], NEVER, "a copy came from a peer that has none");
    flood->first[event->peer] = event->time;
    flood->hops[event->peer] = flood->hops[event->other] + 1;
    flood->copies[event->peer]++;
}

static void heard(void *user, const struct an_event *event)
{
    struct rig *rig = user;
    struct rig_flood *flood = event->message < rig->floods->len ? rig_flood(rig, event->message) : NULL;
    cr_assert(flood || event->message == AN_NONE || event->kind == AN_PUBLISHED, "message %u was never published", event->message);
    switch ((enum an_kind)event->kind) {
    case AN_LINK_UP:
    case AN_LINK_DOWN:
        g_array_append_val(rig->changes, event->time);
        return;
    case AN_PUBLISHED:
        published(rig, event);
        return;
    case AN_SENT:
        flood->sent[event->peer]++;
        flood->addressed[event->other]++;
        break;
    case AN_FIRST:
        processed(flood, event);
        break;
    case AN_DUPLICATE:
        flood->copies[event->peer]++;
        break;
    case AN_DELIVERED:
        flood->delivered[event->peer]++;
        break;
    case AN_LOST:
        flood->lost[event->other]++;
        break;
    default:
        return;
    }
    flood->last = event->time;
}

bool rig_calm(const struct rig *rig, const struct rig_flood *flood)
{
    for (guint i = 0; i < rig->changes->len; i++) {
        int64_t time = g_array_index(rig->changes, int64_t, i);
        if (flood->published <= time && time <= flood->last)
            return false;
    }
    return true;
}

/* ---- the mesh ---- */

static void publish(struct rig *rig, uint64_t number)
{
    struct scn_body body = {.seq = number, .topic = 1, .time = scn_net_now(rig->net), .size = 100};
    uint32_t origin = g_array_index(rig->origins, uint32_t, number);
    struct pc_node_view view = {.closing = true};
    if (scn_peer_running(scn_net_peer_at(rig->net, origin)))
        pc_node_view(scn_net_peer_at(rig->net, origin)->node, &view);
    if (view.closing)
        return;
    const char *refused = scn_peer_publish(scn_net_peer_at(rig->net, origin), "quote", &body, true, rig->hops > 0, rig->hops);
    cr_assert_null(refused, "peer %u may not publish: %s", origin, refused);
}

static void director(void *user, uint16_t tag, uint64_t argument)
{
    struct rig *rig = user;
    if (tag == TAG_JOIN) {
        scn_peer_start(scn_net_peer_at(rig->net, (uint32_t)argument));
    } else if (tag == TAG_DIAL) {
        const struct rig_edge *edge = &rig->edges[argument];
        scn_peer_dial(scn_net_peer_at(rig->net, edge->a), scn_net_peer_at(rig->net, edge->b));
    } else if (tag == TAG_END) {
        struct scn_peer *peer = scn_net_peer_at(rig->net, (uint32_t)(argument / 4));
        enum rig_end how = (enum rig_end)(argument % 4);
        if (how == RIG_LEAVES)
            scn_peer_leave(peer);
        else
            scn_peer_crash(peer, how == RIG_RESETS ? SIM_DEATH_RESET : SIM_DEATH_SILENT);
    } else {
        publish(rig, argument);
    }
}

struct sim_profile *rig_unloaded(enum sim_profile_id id, uint64_t seed)
{
    static const struct sim_dist nothing = {.kind = SIM_DIST_CONSTANT, .a = 0};
    struct sim_profile_changes changes = {.up = &nothing, .down = &nothing, .jitter = &nothing};
    GError *error = NULL;
    struct sim_profile *profile = sim_profile_new(id, seed, &changes, &error);
    cr_assert_not_null(profile, "%s", error ? error->message : "");
    return profile;
}

void rig_open(struct rig *rig, uint32_t n, uint64_t seed, const struct sim_profile *profile, const struct pc_rules *rules,
              bool resolver)
{
    struct scn_net_options options = {.seed = seed, .director = director, .listener = {heard, rig}, .user = rig};
    *rig = (struct rig){.peers = n};
    rig->floods = g_ptr_array_new_with_free_func(free_flood);
    rig->origins = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    rig->changes = g_array_new(FALSE, FALSE, sizeof(int64_t));
    rig->neighbors = g_new0(GArray *, n);
    rig->net = scn_net_new(&options);
    rig->mesh = scn_net_mesh(rig->net, "theory", "data", rules);
    if (resolver)
        cr_assert_not_null(scn_net_resolver(rig->net, profile, &pc_resolver_defaults, NULL));
    for (uint32_t i = 0; i < n; i++) {
        char name[32];
        snprintf(name, sizeof name, "peer[%u]", i + 1);
        scn_net_peer(rig->net, rig->mesh, profile, name, i, SIM_REGION_DRAWN);
        rig->neighbors[i] = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    }
}

void rig_close(struct rig *rig)
{
    scn_net_free(rig->net);
    for (uint32_t i = 0; i < rig->peers; i++)
        g_array_unref(rig->neighbors[i]);
    g_free(rig->neighbors);
    g_ptr_array_unref(rig->floods);
    g_array_unref(rig->origins);
    g_array_unref(rig->changes);
}

void rig_grow(struct rig *rig, int64_t period, int64_t until)
{
    struct sim_world *world = scn_net_world(rig->net);
    for (uint32_t i = 0; i < rig->peers; i++)
        sim_call_at(world, SIM_NONE, SECOND + period * i / rig->peers, TAG_JOIN, i);
    sim_run_until(world, until, NULL);
}

void rig_dial(struct rig *rig, const struct rig_edge *edges, size_t count)
{
    struct sim_world *world = scn_net_world(rig->net);
    rig->edges = edges;
    for (uint32_t i = 0; i < rig->peers; i++)
        sim_call_at(world, SIM_NONE, 0, TAG_JOIN, i);
    for (size_t i = 0; i < count; i++)
        sim_call_at(world, SIM_NONE, SECOND + (int64_t)i * MS, TAG_DIAL, i);
    sim_run_until(world, 10 * SECOND + (int64_t)count * MS, NULL);
    rig_look(rig);
    cr_assert_eq(rig->links, count, "%u links instead of the %zu dialled", rig->links, count);
}

void rig_publish(struct rig *rig, uint32_t count, int64_t interval)
{
    struct sim_world *world = scn_net_world(rig->net);
    int64_t now = scn_net_now(rig->net);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t number = rig->origins->len;
        uint32_t origin = rig->one_origin ? 0 : (uint32_t)((uint64_t)i * rig->peers / count);
        g_array_append_val(rig->origins, origin);
        sim_call_at(world, SIM_NONE, now + interval * (i + 1), TAG_PUBLISH, number);
    }
    sim_run_until(world, now + interval * count + 5 * SECOND, NULL);
}

void rig_end_at(struct rig *rig, int64_t time, uint32_t peer, enum rig_end how)
{
    sim_call_at(scn_net_world(rig->net), SIM_NONE, time, TAG_END, (uint64_t)peer * 4 + how);
}

/* ---- the judges ---- */

/* The peer whose node id this is. */
static uint32_t peer_of_node(const struct rig *rig, uint64_t node_id)
{
    struct pc_node_view view;
    for (uint32_t i = 0; i < rig->peers; i++) {
        if (!scn_peer_running(scn_net_peer_at(rig->net, i)))
            continue;
        pc_node_view(scn_net_peer_at(rig->net, i)->node, &view);
        if (view.node_id == node_id)
            return i;
    }
    cr_assert_fail("no peer has the node id %lx", node_id);
    return 0;
}

static bool knows(const struct rig *rig, uint32_t a, uint32_t b)
{
    for (guint i = 0; i < rig->neighbors[a]->len; i++)
        if (g_array_index(rig->neighbors[a], uint32_t, i) == b)
            return true;
    return false;
}

void rig_look(struct rig *rig)
{
    uint32_t ends = 0;
    for (uint32_t p = 0; p < rig->peers; p++) {
        const struct pc_node *node = scn_net_peer_at(rig->net, p)->node;
        struct pc_link_view view;
        g_array_set_size(rig->neighbors[p], 0);
        for (uint32_t i = 0; node && pc_node_link(node, i, &view); i++) {
            if (view.state != PC_LINK_CONNECTED)
                continue;
            uint32_t other = peer_of_node(rig, view.remote_id);
            cr_assert(!knows(rig, p, other) && other != p, "two links between peers %u and %u", p, other);
            g_array_append_val(rig->neighbors[p], other);
            ends++;
        }
    }
    for (uint32_t p = 0; p < rig->peers; p++)
        for (guint i = 0; i < rig->neighbors[p]->len; i++) {
            uint32_t other = g_array_index(rig->neighbors[p], uint32_t, i);
            cr_assert(knows(rig, other, p), "only peer %u thinks that it is connected with %u", p, other);
        }
    rig->links = ends / 2;
}

int64_t *rig_distances(const struct rig *rig, uint32_t origin)
{
    const struct sim_world *world = scn_net_world(rig->net);
    int64_t *distance = g_new(int64_t, rig->peers);
    bool *done = g_new0(bool, rig->peers);
    for (uint32_t i = 0; i < rig->peers; i++)
        distance[i] = NEVER;
    distance[origin] = 0;
    for (;;) {
        uint32_t nearest = UINT32_MAX;
        for (uint32_t i = 0; i < rig->peers; i++)
            if (!done[i] && distance[i] != NEVER && (nearest == UINT32_MAX || distance[i] < distance[nearest]))
                nearest = i;
        if (nearest == UINT32_MAX)
            break;
        done[nearest] = true;
        uint32_t host = scn_net_peer_at(rig->net, nearest)->host;
        for (guint i = 0; i < rig->neighbors[nearest]->len; i++) {
            uint32_t other = g_array_index(rig->neighbors[nearest], uint32_t, i);
            int64_t way = distance[nearest] + sim_base_delay(world, host, scn_net_peer_at(rig->net, other)->host);
            if (distance[other] == NEVER || way < distance[other])
                distance[other] = way;
        }
    }
    g_free(done);
    return distance;
}
