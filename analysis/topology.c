#include "analysis/topology.h"
#include "analysis/query.h"

void an_topology_init(struct an_topology *t, const struct an_cast *cast)
{
    *t = (struct an_topology){.cast = cast, .epoch = 1, .members_epoch = 1};
    t->peers = g_array_new(FALSE, FALSE, sizeof(struct an_presence));
    t->meshes = g_array_new(FALSE, TRUE, sizeof(struct an_mesh_state));
}

void an_topology_clear(struct an_topology *t)
{
    for (uint32_t i = 0; i < t->peers->len; i++) {
        struct an_presence *p = &g_array_index(t->peers, struct an_presence, i);
        if (p->capacity)
            g_free(p->more);
    }
    g_array_free(t->peers, TRUE);
    g_array_free(t->meshes, TRUE);
    g_free(t->labels);
    g_free(t->queue);
}

static void grow(struct an_topology *t)
{
    while (t->peers->len < an_cast_count(t->cast)) {
        struct an_presence p = {.started = -1, .stopped = -1, .online_since = AN_OFFLINE, .last_down = -1};
        p.mesh = an_cast_peer(t->cast, t->peers->len)->mesh;
        g_array_append_val(t->peers, p);
        t->epoch++;
    }
}

struct an_presence *an_topology_peer(struct an_topology *t, uint32_t peer)
{
    if (peer >= t->peers->len)
        grow(t);
    g_assert(peer < t->peers->len);
    return &g_array_index(t->peers, struct an_presence, peer);
}

struct an_mesh_state *an_topology_mesh(struct an_topology *t, uint32_t mesh)
{
    if (mesh >= t->meshes->len)
        g_array_set_size(t->meshes, mesh + 1);
    return &g_array_index(t->meshes, struct an_mesh_state, mesh);
}

static struct an_end *ends_of(struct an_presence *p)
{
    return p->capacity ? p->more : p->few;
}

const struct an_end *an_topology_ends(const struct an_presence *p)
{
    return p->capacity ? p->more : p->few;
}

static struct an_end *find_end(struct an_presence *p, uint32_t link)
{
    struct an_end *ends = ends_of(p);
    for (uint32_t i = 0; i < p->degree; i++)
        if (ends[i].link == link)
            return &ends[i];
    return NULL;
}

int64_t an_topology_alone(struct an_topology *t, uint32_t peer, uint32_t link)
{
    const struct an_end *end = find_end(an_topology_peer(t, peer), link);
    return end && end->alone ? (int64_t)end->since * AN_SECOND : -1;
}

static void append_end(struct an_presence *p, struct an_end end)
{
    if (!p->capacity && p->degree == AN_FEW_ENDS) {
        struct an_end *more = g_new(struct an_end, 4 * AN_FEW_ENDS);
        memcpy(more, p->few, sizeof p->few);
        p->more = more;
        p->capacity = 4 * AN_FEW_ENDS;
    } else if (p->capacity && p->degree == p->capacity) {
        g_assert(p->capacity <= UINT16_MAX / 2); /* a peer with 32,767 neighbors is no peer */
        p->capacity = (uint16_t)(p->capacity * 2);
        p->more = g_renew(struct an_end, p->more, p->capacity);
    }
    ends_of(p)[p->degree++] = end;
}

static void changed(struct an_topology *t, uint32_t mesh, int64_t time)
{
    t->epoch++;
    t->last_change = time;
    an_topology_mesh(t, mesh)->epoch++;
}

/* The end that remains at the other peer: half open until that peer notices, or stale if this one stopped. */
static bool leave_other(struct an_topology *t, uint32_t mesh, const struct an_end *end, bool stopped, int64_t time)
{
    if (!end->mutual) {
        if (!end->stale)
            an_topology_mesh(t, mesh)->half_open--;
        return false;
    }
    struct an_end *mate = find_end(an_topology_peer(t, end->other), end->link);
    g_assert(mate && mate->mutual);
    mate->mutual = false;
    mate->stale = stopped;
    mate->alone = true;
    mate->since = (uint32_t)(time / AN_SECOND);
    if (!stopped)
        an_topology_mesh(t, mesh)->half_open++;
    return true;
}

static enum an_change started(struct an_topology *t, const struct an_event *event)
{
    struct an_presence *p = an_topology_peer(t, event->peer);
    if (p->running)
        return AN_CHANGE_NONE;
    p->running = true;
    p->joined = p->valued = false;
    p->started = event->time;
    t->members_epoch++;
    t->epoch++;
    return AN_CHANGE_STARTED;
}

static enum an_change link_up(struct an_topology *t, const struct an_event *event)
{
    an_topology_peer(t, MAX(event->peer, event->other)); /* so that the pointers below stay */
    struct an_presence *p = an_topology_peer(t, event->peer);
    if (event->peer == event->other || find_end(p, event->link))
        return AN_CHANGE_NONE;
    if (!p->running) /* a capture that began later */
        started(t, event);
    struct an_end end = {.link = event->link, .other = event->other, .since = (uint32_t)(event->time / AN_SECOND)};
    struct an_end *mate = find_end(an_topology_peer(t, event->other), event->link);
    if (mate && mate->other == event->peer) {
        if (!mate->stale)
            an_topology_mesh(t, p->mesh)->half_open--;
        mate->mutual = end.mutual = true;
        mate->since = end.since;
        mate->stale = mate->alone = false;
    } else {
        an_topology_mesh(t, p->mesh)->half_open++;
    }
    if (p->degree == 0)
        p->online_since = event->time;
    append_end(p, end);
    changed(t, p->mesh, event->time);
    return AN_CHANGE_UP;
}

static enum an_change link_down(struct an_topology *t, const struct an_event *event)
{
    struct an_presence *p = an_topology_peer(t, event->peer);
    struct an_end *end = find_end(p, event->link);
    if (!end)
        return AN_CHANGE_NONE;
    bool first = !end->stale && leave_other(t, p->mesh, end, false, event->time);
    bool silent =
        end->stale; /* its mate stopped and said nothing of the link: this is the first word of it */
    *end = ends_of(p)[--p->degree];
    p->last_down = event->time;
    if (p->degree == 0)
        p->online_since = AN_OFFLINE;
    changed(t, p->mesh, event->time);
    return first || silent ? AN_CHANGE_CLOSED : AN_CHANGE_DOWN;
}

/* Links that a stopped peer still had are gone at its end; the other ends learn of it in their own time. */
static enum an_change stopped(struct an_topology *t, const struct an_event *event)
{
    struct an_presence *p = an_topology_peer(t, event->peer);
    if (!p->running)
        return AN_CHANGE_NONE;
    const struct an_end *ends = ends_of(p);
    for (uint32_t i = 0; i < p->degree; i++)
        leave_other(t, p->mesh, &ends[i], true, event->time);
    if (p->degree) {
        p->last_down = event->time;
        changed(t, p->mesh, event->time);
    }
    p->degree = 0;
    p->running = false;
    p->stopped = event->time;
    p->online_since = AN_OFFLINE;
    t->members_epoch++;
    t->epoch++;
    return AN_CHANGE_STOPPED;
}

enum an_change an_topology_event(struct an_topology *t, const struct an_event *event)
{
    switch (event->kind) {
    case AN_STARTED:
        return started(t, event);
    case AN_STOPPED:
        return stopped(t, event);
    case AN_LINK_UP:
        return link_up(t, event);
    case AN_LINK_DOWN:
        return link_down(t, event);
    default:
        return AN_CHANGE_NONE;
    }
}

/* Breadth first from one peer over the links that are up at both ends. → how many it reached. */
static uint32_t flood_label(struct an_topology *t, uint32_t start)
{
    uint32_t head = 0, tail = 0;
    t->queue[tail++] = start;
    t->labels[start] = start;
    while (head < tail) {
        const struct an_presence *p = an_topology_peer(t, t->queue[head++]);
        const struct an_end *ends = an_topology_ends(p);
        for (uint32_t i = 0; i < p->degree; i++)
            if (ends[i].mutual && t->labels[ends[i].other] == AN_NONE) {
                t->labels[ends[i].other] = start;
                t->queue[tail++] = ends[i].other;
            }
    }
    return tail;
}

void an_topology_components(struct an_topology *t)
{
    grow(t);
    if (t->labelled == t->epoch)
        return;
    uint32_t count = t->peers->len;
    if (count > t->room) {
        t->labels = g_renew(uint32_t, t->labels, count);
        t->queue = g_renew(uint32_t, t->queue, count);
        t->room = count;
    }
    for (uint32_t i = 0; i < t->meshes->len; i++) {
        struct an_mesh_state *mesh = an_topology_mesh(t, i);
        mesh->components = mesh->largest = mesh->running = mesh->online = 0;
    }
    for (uint32_t i = 0; i < count; i++)
        t->labels[i] = AN_NONE;
    for (uint32_t i = 0; i < count; i++) {
        const struct an_presence *p = an_topology_peer(t, i);
        if (!p->running)
            continue;
        struct an_mesh_state *mesh = an_topology_mesh(t, p->mesh);
        mesh->running++;
        mesh->online += p->degree > 0;
        if (t->labels[i] != AN_NONE)
            continue;
        uint32_t size = flood_label(t, i);
        mesh->components++;
        mesh->largest = MAX(mesh->largest, size);
    }
    t->labelled = t->epoch;
}

struct an_shared_bits *an_topology_members(struct an_topology *t, uint32_t mesh)
{
    grow(t);
    struct an_shared_bits *set = an_shared_bits_new(t->peers->len);
    for (uint32_t i = 0; i < t->peers->len; i++) {
        const struct an_presence *p = an_topology_peer(t, i);
        if (p->running && p->mesh == mesh)
            an_bit_set(set->bits, i);
    }
    set->count = an_bits_count(set->bits, an_bits_words(set->peers));
    return set;
}

struct an_shared_bits *an_topology_component(struct an_topology *t, uint32_t peer)
{
    an_topology_components(t);
    struct an_shared_bits *set = an_shared_bits_new(t->peers->len);
    uint32_t label = t->labels[peer];
    if (label == AN_NONE) /* a peer that does not run: alone */
        an_bit_set(set->bits, peer);
    else
        for (uint32_t i = 0; i < t->peers->len; i++)
            if (t->labels[i] == label)
                an_bit_set(set->bits, i);
    set->count = an_bits_count(set->bits, an_bits_words(set->peers));
    return set;
}
