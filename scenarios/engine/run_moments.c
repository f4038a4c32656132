/* When and whom: moments and selections of the plan, as far as they are known by now, and their numbers with analysis. */
#include "scenarios/engine/run_private.h"

/* ---- moments ---- */

bool scn_run_lasts(const struct scn_run *run, int operation, int64_t *lasts)
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
        if (!scn_run_time(run, scn_plan_operations(run->plan, m->of)->at, &base) || !scn_run_lasts(run, m->of, &lasts))
            return false;
        base += lasts;
        break;
    case SCN_AT_WHEN:
    case SCN_AT_CHECK:
        base = m->base == SCN_AT_WHEN ? scn_watch_condition(run, m->of) : scn_run_check_time(run, m->of);
        if (base < 0)
            return false;
        break;
    }
    *time = base + m->offset;
    return true;
}

int64_t scn_run_draws(struct scn_run *run, const struct scn_plan_moment *m, const char *whose, uint64_t key)
{
    int64_t sum = 0;
    for (unsigned i = 0; i < m->draw_count; i++) {
        char *name = g_strdup_printf("%s %s #%u", whose, m->text, i);
        struct scn_sampler *sampler = scn_sampler_new(run, m->draws[i].dist, name, key);
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
    struct scn_operation *op = &run->operations[operation];
    if (op->ends < 0)
        op->ends = an_moment_new(run->metrics);
    return op->ends;
}

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

static bool fact_nat(void *user, uint32_t peer)
{
    struct scn_run *run = user;
    return sim_host_place(scn_net_world(run->net), scn_net_peer_at(run->net, peer)->host)->nat;
}

static const char *fact_region(void *user, uint32_t peer)
{
    struct scn_run *run = user;
    const struct scn_peer *p = scn_net_peer_at(run->net, peer);
    return sim_profile_regions(p->profile) ? sim_profile_region_name(p->profile, an_cast_peer(run->cast, peer)->region) : NULL;
}

GArray *scn_run_select(struct scn_run *run, int selection)
{
    struct scn_facts facts = {.user = run, .online = fact_online, .neighbors = fact_neighbors, .nat = fact_nat, .region = fact_region, .hit = fact_hit};
    return scn_plan_select(run->plan, selection, &facts);
}

/* Analysis knows the further nodes of a peer as members of their own: whoever means the peer means them, too. */
static void add_members(struct scn_run *run, GArray *peers)
{
    for (guint i = 0, count = peers ? peers->len : 0; i < count; i++) {
        const struct scn_peer *peer = scn_net_peer_at(run->net, g_array_index(peers, uint32_t, i));
        for (guint k = 0; peer->beside && k < peer->beside->len; k++)
            g_array_append_val(peers, ((struct scn_peer *)peer->beside->pdata[k])->number);
    }
}

int scn_run_set(struct scn_run *run, int selection)
{
    if (selection < 0)
        return AN_SET_ALL;
    if (run->sets[selection] == G_MAXINT) {
        bool fixed = scn_plan_selections(run->plan, selection)->fixed;
        GArray *peers = fixed ? scn_plan_select(run->plan, selection, NULL) : NULL;
        add_members(run, peers);
        run->sets[selection] = an_set_new(run->metrics, peers ? (const uint32_t *)(const void *)peers->data : NULL,
                                          peers ? peers->len : 0);
        if (peers)
            g_array_unref(peers);
    }
    return run->sets[selection];
}

/* Of these nodes, or of all (NULL), those that are of the mesh. */
static GArray *of_mesh(const struct scn_run *run, const GArray *nodes, int mesh)
{
    GArray *kept = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    for (guint i = 0; i < (nodes ? nodes->len : an_cast_count(run->cast)); i++) {
        uint32_t node = nodes ? g_array_index(nodes, uint32_t, i) : i;
        if (an_cast_peer(run->cast, node)->mesh == (uint32_t)mesh)
            g_array_append_val(kept, node);
    }
    return kept;
}

static GArray *nodes_of(struct scn_run *run, int selection)
{
    GArray *nodes = scn_run_select(run, selection);
    add_members(run, nodes);
    return nodes;
}

int scn_run_mesh_set(struct scn_run *run, int selection, int mesh)
{
    int all = scn_run_set(run, selection); /* it is there when somebody's further node comes */
    if (mesh < 0 || run->plan->meshes->len == 1)
        return all;
    bool known = selection < 0 || scn_plan_selections(run->plan, selection)->fixed; /* else it is filled when it is */
    GArray *nodes = selection >= 0 && known ? nodes_of(run, selection) : NULL, *peers = known ? of_mesh(run, nodes, mesh) : NULL;
    struct scn_mesh_set set = {selection, mesh,
                               an_set_new(run->metrics, peers ? (const uint32_t *)(const void *)peers->data : NULL, peers ? peers->len : 0)};
    if (nodes)
        g_array_unref(nodes);
    if (peers)
        g_array_unref(peers);
    if (!run->mesh_sets)
        run->mesh_sets = g_array_new(FALSE, FALSE, sizeof(struct scn_mesh_set));
    g_array_append_val(run->mesh_sets, set);
    return set.set;
}

void scn_run_member_sets(struct scn_run *run, const struct scn_peer *first, const struct scn_peer *node)
{
    for (guint s = 0; s < run->plan->selections->len; s++)
        if (run->sets[s] != G_MAXINT && run->sets[s] >= 0 && scn_plan_selections(run->plan, (int)s)->fixed &&
            an_set_has(run->metrics, run->sets[s], first->number))
            an_set_add(run->metrics, run->sets[s], node->number);
    for (guint i = 0; run->mesh_sets && i < run->mesh_sets->len; i++) {
        const struct scn_mesh_set *of = &g_array_index(run->mesh_sets, struct scn_mesh_set, i);
        bool meant = of->selection < 0 || (run->sets[of->selection] != G_MAXINT && run->sets[of->selection] >= 0 &&
                                           an_set_has(run->metrics, run->sets[of->selection], first->number));
        if ((uint32_t)of->mesh == node->mesh->number && meant)
            an_set_add(run->metrics, of->set, node->number);
    }
}

/* Selections that are looked up when an operation fires: sets that name it are filled then. */
void scn_run_fill_sets(struct scn_run *run)
{
    for (guint s = 0; s < run->plan->selections->len; s++) {
        if (run->sets[s] == G_MAXINT || scn_plan_selections(run->plan, (int)s)->fixed)
            continue;
        GArray *peers = scn_run_select(run, (int)s);
        add_members(run, peers);
        if (peers->len)
            an_set_fill(run->metrics, run->sets[s], (const uint32_t *)(const void *)peers->data, peers->len);
        for (guint i = 0; run->mesh_sets && i < run->mesh_sets->len; i++) {
            const struct scn_mesh_set *of = &g_array_index(run->mesh_sets, struct scn_mesh_set, i);
            GArray *kept = of->selection == (int)s ? of_mesh(run, peers, of->mesh) : NULL;
            if (kept && kept->len)
                an_set_fill(run->metrics, of->set, (const uint32_t *)(const void *)kept->data, kept->len);
            if (kept)
                g_array_unref(kept);
        }
        g_array_unref(peers);
    }
}
