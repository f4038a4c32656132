/* Operations that make something go wrong and later undo it: cut and impair. scenario-api, 5. */
#include "scenarios/engine/run_private.h"
#include "sim/fault.h"

/* What one operation did to one host, for its undo. */
struct scn_fault {
    struct sim_trouble *trouble;
    struct sim_cut *cut;
    uint32_t stale; /* ppm */
    bool asleep, refuses;
};

static gint64 key_of(int operation, uint32_t peer)
{
    return (gint64)operation << 32 | peer;
}

static struct scn_fault *remember(struct scn_run *run, int operation, uint32_t peer)
{
    if (!run->faults)
        run->faults = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    gint64 key = key_of(operation, peer);
    struct scn_fault *fault = g_new0(struct scn_fault, 1);
    g_hash_table_insert(run->faults, g_memdup2(&key, sizeof key), fault);
    return fault;
}

static int64_t draw(struct scn_run *run, const struct scn_plan_operation *op, const struct scn_dist *dist, const char *what,
                    const struct scn_peer *peer)
{
    if (!dist)
        return 0;
    g_autofree char *name = g_strdup_printf("%s %s", op->key, what);
    struct scn_sampler *sampler = scn_sampler_new(run, dist, name, peer->key);
    int64_t value = scn_sampler_next(sampler);
    scn_sampler_free(sampler);
    return MAX(value, 0);
}

/* ---- the resolver's answers: several operations may spoil them at once ---- */

static void stale_by(struct scn_run *run, uint32_t ppm, int sign)
{
    if (!ppm)
        return;
    if (!run->stale)
        run->stale = g_array_new(FALSE, FALSE, sizeof ppm);
    if (sign > 0)
        g_array_append_val(run->stale, ppm);
    uint64_t fresh = 1000000;
    for (guint i = 0; i < run->stale->len; i++) {
        uint32_t one = g_array_index(run->stale, uint32_t, i);
        if (sign < 0 && one == ppm) {
            g_array_remove_index(run->stale, i--);
            sign = 0;
            continue;
        }
        fresh = fresh * (1000000 - MIN(one, 1000000)) / 1000000;
    }
    scn_net_resolver_stale(run->net, (uint32_t)(1000000 - fresh));
}

/* ---- impair ---- */

void scn_run_impair(struct scn_run *run, int operation, struct scn_peer *peer)
{
    const struct scn_plan_operation *op = scn_plan_operations(run->plan, operation);
    const struct scn_impair *how = &op->impair;
    struct scn_fault *fault = remember(run, operation, peer->number);
    struct sim_impairment impairment = {
        .down = how->off && !how->refuses,
        .asleep = how->asleep,
        .deaf = how->deaf,
        .loss_ppm = (uint32_t)MIN(draw(run, op, how->loss, "loss", peer), 1000000),
        .delay = draw(run, op, how->delay, "delay", peer),
        .up = (uint64_t)draw(run, op, how->up, "up", peer),
        .down_rate = (uint64_t)draw(run, op, how->down, "down", peer),
        .read = (uint64_t)draw(run, op, how->read, "read", peer),
    };
    /* The clock of a machine (F12) is read by nobody: neither node nor network knows any but virtual time. */
    fault->trouble = sim_impair(scn_net_world(run->net), peer->host, &impairment);
    scn_net_faults_changed(run->net);
    fault->asleep = how->asleep;
    if (how->refuses) {
        fault->refuses = true;
        scn_net_resolver_crash(run->net);
    }
    fault->stale = (uint32_t)MIN(draw(run, op, how->stale, "stale", peer), 1000000);
    stale_by(run, fault->stale, 1);
    if (how->new_address)
        scn_peer_moved(peer);
}

/* ---- cut ---- */

/* Which side everybody is on: the first part that names a peer has it; the rest are those that no other part has. */
static uint8_t *sides_of(struct scn_run *run, const struct scn_plan_operation *op, uint32_t *hosts, GArray *named)
{
    *hosts = sim_world_hosts(scn_net_world(run->net));
    uint8_t *side = g_new0(uint8_t, *hosts);
    uint8_t rest = 0;
    for (unsigned part = 0; part < op->part_count; part++) {
        if (scn_plan_selections(run->plan, op->parts[part])->kind == SCN_SELECT_REST) {
            rest = rest ? rest : (uint8_t)(part + 1);
            continue;
        }
        g_autoptr(GArray) whom = scn_run_select(run, op->parts[part]);
        for (guint i = 0; i < whom->len; i++) {
            uint32_t number = g_array_index(whom, uint32_t, i), host = scn_net_peer_at(run->net, number)->host;
            if (side[host])
                continue;
            side[host] = (uint8_t)(part + 1);
            g_array_append_val(named, number);
        }
        uint32_t service = scn_net_resolver_peer(run->net)->host;
        if (scn_plan_selects_resolver(run->plan, op->parts[part]) && !side[service])
            side[service] = (uint8_t)(part + 1);
    }
    for (uint32_t i = 0; rest && i < run->plan->peers; i++) {
        uint32_t host = scn_net_peer_at(run->net, i)->host;
        if (!side[host])
            side[host] = rest;
    }
    return side;
}

static gint by_number(gconstpointer a, gconstpointer b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

GArray *scn_run_cut(struct scn_run *run, int operation)
{
    const struct scn_plan_operation *op = scn_plan_operations(run->plan, operation);
    GArray *named = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    uint32_t hosts;
    g_autofree uint8_t *side = sides_of(run, op, &hosts, named);
    if (!op->left_out)
        remember(run, operation, AN_NONE)->cut = sim_cut_begin(scn_net_world(run->net), side, hosts, op->oneway);
    scn_net_faults_changed(run->net);
    g_array_sort(named, by_number);
    return named;
}

/* ---- undo ---- */

void scn_run_repair(struct scn_run *run, int operation, uint32_t number)
{
    gint64 key = key_of(operation, number);
    const struct scn_fault *fault = run->faults ? g_hash_table_lookup(run->faults, &key) : NULL;
    if (!fault)
        return;
    if (fault->cut)
        sim_cut_heal(scn_net_world(run->net), fault->cut);
    if (fault->trouble)
        sim_repair(scn_net_world(run->net), fault->trouble);
    scn_net_faults_changed(run->net);
    if (fault->asleep) {
        struct scn_peer *peer = scn_net_peer_at(run->net, number);
        if (!sim_host_asleep(scn_net_world(run->net), peer->host))
            scn_peer_resumed(peer);
    }
    if (fault->refuses)
        scn_net_resolver_restart(run->net);
    stale_by(run, fault->stale, -1);
    g_hash_table_remove(run->faults, &key);
}

void scn_run_faults_free(struct scn_run *run)
{
    if (run->faults)
        g_hash_table_unref(run->faults);
    if (run->stale)
        g_array_unref(run->stale);
}
