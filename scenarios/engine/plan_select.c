#include "scenarios/engine/plan.h"
#include "sim/random.h"

#include <stdlib.h>
#include <string.h>

uint64_t scn_plan_pick_rank(uint64_t seed, const char *pick, const char *peer)
{
    g_autofree char *purpose = g_strconcat("pick ", pick, NULL);

    return sim_draw(seed, sim_purpose_text(purpose, strlen(purpose)), sim_purpose_text(peer, strlen(peer)), 0,
                    0);
}

struct ranked {
    uint64_t rank;
    uint32_t peer;
};

static int by_rank(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;

    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return x->peer < y->peer ? -1 : x->peer > y->peer;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

GArray *scn_plan_pick(const struct scn_plan *plan, const GArray *among, uint32_t count, const char *name)
{
    struct ranked *all = g_new(struct ranked, among->len);
    GArray *picked = g_array_sized_new(FALSE, FALSE, sizeof(uint32_t), count);

    for (guint i = 0; i < among->len; i++) {
        uint32_t peer = g_array_index(among, uint32_t, i);
        g_autofree char *peer_name = scn_plan_peer_name(plan, peer);
        all[i] = (struct ranked){scn_plan_pick_rank(plan->seed, name, peer_name), peer};
    }
    if (among->len > 0)
        qsort(all, among->len, sizeof *all, by_rank);
    for (uint32_t i = 0; i < count && i < among->len; i++)
        g_array_append_val(picked, all[i].peer);
    g_free(all);
    g_array_sort(picked, by_number);
    return picked;
}

uint32_t scn_plan_pick_count(struct scn_quantity amount, uint32_t among)
{
    struct scn_quantity count = amount;

    if (amount.kind == SCN_SHARE)
        g_assert(scn_quantity_mul(amount, (struct scn_quantity){SCN_COUNT, among}, &count) == NULL);
    return count.value < 0 ? 0 : count.value > among ? among : (uint32_t)count.value;
}

static void add_range(GArray *out, uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t peer = first + i;
        g_array_append_val(out, peer);
    }
}

static bool is_member(const struct scn_plan_group *g, int mesh)
{
    for (unsigned i = 0; i < g->mesh_count; i++)
        if (g->meshes[i] == mesh)
            return true;
    return false;
}

static void add_members(const struct scn_plan *plan, int mesh, GArray *out)
{
    for (guint i = 0; i < plan->groups->len; i++) {
        const struct scn_plan_group *g = scn_plan_groups(plan, (int)i);
        if (is_member(g, mesh))
            add_range(out, g->first, g->count);
    }
}

/* Both are ascending. */
static void merge(const GArray *a, const GArray *b, bool plus, GArray *out)
{
    guint i = 0, j = 0;

    while (i < a->len || (plus && j < b->len)) {
        uint32_t x = i < a->len ? g_array_index(a, uint32_t, i) : UINT32_MAX;
        uint32_t y = j < b->len ? g_array_index(b, uint32_t, j) : UINT32_MAX;
        if (x < y || (x == y && plus))
            g_array_append_val(out, x);
        else if (plus)
            g_array_append_val(out, y);
        i += x <= y && i < a->len;
        j += y <= x && j < b->len;
    }
}

static bool holds(const struct scn_condition *c, int64_t value)
{
    switch (c->op) {
    case SCN_OP_EQ:
        return value == c->limit.value;
    case SCN_OP_LE:
        return value <= c->limit.value;
    case SCN_OP_GE:
        return value >= c->limit.value;
    case SCN_OP_LT:
        return value < c->limit.value;
    case SCN_OP_GT:
        return value > c->limit.value;
    default:
        return true;
    }
}

static bool fits(const struct scn_plan *plan, const struct scn_plan_selection *s, uint32_t peer,
                 const struct scn_facts *facts)
{
    if (s->mesh >= 0 && !is_member(scn_plan_group_of(plan, peer), s->mesh))
        return false;
    if (facts == NULL)
        return s->online < 0 && s->nat < 0 && s->region == NULL && s->neighbors.op == SCN_OP_NONE;
    if (s->online >= 0 && (facts->online == NULL || facts->online(facts->user, peer) != (s->online == 1)))
        return false;
    if (s->nat >= 0 && (facts->nat == NULL || facts->nat(facts->user, peer) != (s->nat == 1)))
        return false;
    if (s->region != NULL) {
        const char *region = facts->region == NULL ? NULL : facts->region(facts->user, peer);
        if (region == NULL || strcmp(region, s->region) != 0)
            return false;
    }
    return s->neighbors.op == SCN_OP_NONE ||
           (facts->neighbors != NULL && holds(&s->neighbors, facts->neighbors(facts->user, peer)));
}

/* Selections refer only to earlier ones and their weight is bounded (SCN_MOST_WEIGHT): the recursion ends
 * soon. */
static GArray *look_up(const struct scn_plan *plan, int selection, const struct scn_facts *facts)
{
    const struct scn_plan_selection *s = scn_plan_selections(plan, selection);
    GArray *out = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    g_autoptr(GArray) left = s->left >= 0 ? look_up(plan, s->left, facts) : NULL;

    switch (s->kind) {
    case SCN_SELECT_GROUP: {
        const struct scn_plan_group *g = scn_plan_groups(plan, s->of);
        add_range(out, g->first, g->count);
        break;
    }
    case SCN_SELECT_PEERS:
        g_array_append_vals(out, s->peers, s->count);
        break;
    case SCN_SELECT_SUM:
    case SCN_SELECT_DIFFERENCE: {
        g_autoptr(GArray) right = look_up(plan, s->right, facts);
        merge(left, right, s->kind == SCN_SELECT_SUM, out);
        break;
    }
    case SCN_SELECT_MESH:
        add_members(plan, s->of, out);
        break;
    case SCN_SELECT_OPERATION: {
        const GArray *hit = facts == NULL || facts->hit == NULL ? NULL : facts->hit(facts->user, s->of);
        if (hit != NULL)
            g_array_append_vals(out, hit->data, hit->len);
        g_array_sort(out, by_number);
        break;
    }
    case SCN_SELECT_WHERE:
        for (guint i = 0; i < left->len; i++) {
            uint32_t peer = g_array_index(left, uint32_t, i);
            if (fits(plan, s, peer, facts))
                g_array_append_val(out, peer);
        }
        break;
    case SCN_SELECT_PICK:
        g_array_unref(out);
        return scn_plan_pick(plan, left, scn_plan_pick_count(s->amount, left->len), s->name);
    case SCN_SELECT_RESOLVER:
    case SCN_SELECT_REST:
        break;
    }
    return out;
}

GArray *scn_plan_select(const struct scn_plan *plan, int selection, const struct scn_facts *facts)
{
    GArray *all = look_up(plan, selection, facts);
    guint kept = 0;

    if (plan->peer_left_out == NULL)
        return all;
    for (guint i = 0; i < all->len; i++) {
        uint32_t peer = g_array_index(all, uint32_t, i);
        if (!plan->peer_left_out[peer])
            g_array_index(all, uint32_t, kept++) = peer;
    }
    g_array_set_size(all, kept);
    return all;
}

bool scn_plan_selects_resolver(const struct scn_plan *plan, int selection)
{
    const struct scn_plan_selection *s = scn_plan_selections(plan, selection);

    switch (s->kind) {
    case SCN_SELECT_RESOLVER:
        return true;
    case SCN_SELECT_SUM:
        return scn_plan_selects_resolver(plan, s->left) || scn_plan_selects_resolver(plan, s->right);
    case SCN_SELECT_DIFFERENCE:
        return scn_plan_selects_resolver(plan, s->left) && !scn_plan_selects_resolver(plan, s->right);
    default:
        return false;
    }
}
