/* Maintainer: how many neighbours a node looks for, when, and where it takes addresses from. peer-channel.md 11;
 * [MC-PRCH] 3.1.6.4. One cycle at a time; a trigger that finds one running is dropped (11.2). */
#include "protocol/mesh/node_private.h"

/* Behind the candidates stand those that were dialled in this cycle and must not be again. */
static void add_candidate(struct pc_node *node, pc_str address)
{
    struct pc_maintainer *m = &node->maintainer;
    uint32_t count = m->candidate_count + m->tried_count;
    if (count == m->candidate_capacity) {
        m->candidate_capacity = m->candidate_capacity ? m->candidate_capacity * 2 : 8;
        m->candidates = g_renew(pc_str, m->candidates, m->candidate_capacity);
    }
    m->candidates[count] = m->candidates[m->candidate_count];
    m->candidates[m->candidate_count++] = pc_str_ref(pc_pool(node), address);
}

/* Takes out candidate i; the caller gets the reference that the list had. */
static pc_str take_candidate(struct pc_node *node, uint32_t i)
{
    struct pc_maintainer *m = &node->maintainer;
    pc_str address = m->candidates[i];
    m->candidates[i] = m->candidates[--m->candidate_count];
    if (pc_rules(node)->dial_once_a_cycle) { /* PC-11.8-4 */
        m->candidates[m->candidate_count] = pc_str_ref(pc_pool(node), address);
        m->tried_count++;
    }
    return address;
}

static void clear_candidates(struct pc_node *node)
{
    struct pc_maintainer *m = &node->maintainer;
    for (uint32_t i = 0; i < m->candidate_count + m->tried_count; i++)
        pc_str_unref(pc_pool(node), m->candidates[i]);
    g_free(m->candidates);
    m->candidates = NULL;
    m->candidate_count = m->candidate_capacity = m->tried_count = 0;
}

/* Neither this node, nor a neighbour, nor a candidate already, nor one that has had its dial. */
static bool usable(const struct pc_node *node, pc_str address) /* PC-11.3-8 */
{
    const struct pc_maintainer *m = &node->maintainer;
    if (pc_address_same_node(pc_pool(node), address, node->address) || pc_link_live_with(node, address))
        return false;
    for (uint32_t i = 0; i < m->candidate_count + m->tried_count; i++)
        if (pc_address_same_node(pc_pool(node), m->candidates[i], address))
            return false;
    return true;
}

/* ---- the referral cache (11.5): first come stays, no expiry; an entry leaves when it is dialled ---- */

static bool cache_has(const struct pc_node *node, pc_str address)
{
    const struct pc_maintainer *m = &node->maintainer;
    for (uint32_t i = 0; i < m->cache_count; i++)
        if (m->cache[i] == address)
            return true;
    return false;
}

static void cache_add(struct pc_node *node, pc_str address) /* PC-11.5-1 */
{
    struct pc_maintainer *m = &node->maintainer;
    if (m->cache_count == m->cache_capacity) {
        uint32_t wanted = m->cache_capacity ? m->cache_capacity * 2u : 4u;
        m->cache_capacity = (uint8_t)(wanted < pc_rules(node)->referral_cache ? wanted : pc_rules(node)->referral_cache);
        m->cache = g_renew(pc_str, m->cache, m->cache_capacity);
    }
    m->cache[m->cache_count++] = pc_str_ref(pc_pool(node), address);
}

static void cache_remove(struct pc_node *node, pc_str address)
{
    struct pc_maintainer *m = &node->maintainer;
    for (uint32_t i = 0; i < m->cache_count; i++) {
        if (m->cache[i] != address)
            continue;
        pc_str_unref(pc_pool(node), address);
        for (m->cache_count--; i < m->cache_count; i++)
            m->cache[i] = m->cache[i + 1];
        return;
    }
}

static void run(struct pc_node *node);

void pc_maintainer_referrals(struct pc_node *node, const struct pc_parked *parked)
{
    struct pc_maintainer *m = &node->maintainer;
    const pc_str *referrals = parked->referrals;
    uint32_t added = 0;
    for (uint32_t i = 0; i < parked->count; i++) {
        bool own = pc_address_same_node(pc_pool(node), referrals[i], node->address);
        if (m->cache_count < pc_rules(node)->referral_cache && !cache_has(node, referrals[i]) &&
            (!own || pc_rules(node)->cache_own_address)) { /* PC-11.6-1 */
            cache_add(node, referrals[i]);
            added++;
        }
        /* PC-11.5-3 */
        if (m->cycle != PC_CYCLE_NONE && usable(node, referrals[i])) { /* offered to the running algorithm, too */
            add_candidate(node, referrals[i]);
            if (node->connected < m->wanted)
                m->go = true;
        }
    }
    struct pc_note *note = pc_node_note(node, PC_NOTE_REFERRALS, NULL);
    note->a = parked->received;
    note->b = added;
    run(node);
}

/* ---- the connect algorithm (11.8) ---- */

static void count_dials(const struct pc_node *node, uint32_t *pending, uint32_t *opens)
{
    *pending = *opens = 0;
    for (uint32_t i = 0; i < node->link_count; i++) {
        if (!node->links[i]->of_cycle)
            continue;
        ++*pending;
        *opens += node->links[i]->state == PC_LINK_CREATED;
    }
}

static void end_cycle(struct pc_node *node)
{
    struct pc_maintainer *m = &node->maintainer;
    enum pc_cycle ended = (enum pc_cycle)m->cycle;
    struct pc_note *note = pc_node_note(node, PC_NOTE_CYCLE_ENDED, NULL);
    note->a = (uint32_t)ended;
    note->b = node->connected;
    m->cycle = PC_CYCLE_NONE;
    m->resolving = false;
    m->deadline = m->quiet = PC_TIME_NEVER;
    clear_candidates(node);
    bool alone = ended == PC_CYCLE_INITIAL && node->connected == 0; /* PC-11.3-2 */
    m->timer = node->now + (alone ? pc_rules(node)->first_retry : pc_rules(node)->maintenance_interval);
    node->stale = true;
    if (ended == PC_CYCLE_INITIAL)
        pc_client_register(node); /* at the latest now: 8.1 steps 5, 6; PC-8.1-4 */
}

static uint32_t choose(struct pc_node *node)
{
    const struct pc_maintainer *m = &node->maintainer;
    uint32_t i = node->mesh->choose ? node->mesh->choose(node->user, m->candidates, m->candidate_count) : m->candidate_count;
    return i < m->candidate_count ? i : pc_node_draw_below(node, PC_DRAW_CANDIDATE, m->candidate_count); /* PC-11.8-2 */
}

static void dial_candidates(struct pc_node *node)
{
    struct pc_maintainer *m = &node->maintainer;
    for (;;) {
        uint32_t pending, opens;
        count_dials(node, &pending, &opens);
        if (!m->candidate_count || pending + node->connected >= m->wanted) /* PC-11.8-1 */
            return;
        pc_str address = take_candidate(node, choose(node));
        if (!pc_link_live_with(node, address)) {
            cache_remove(node, address); /* PC-11.5-4 */
            pc_link_dial(node, address, true, m->deadline);
        }
        pc_str_unref(pc_pool(node), address);
    }
}

static void resolve(struct pc_node *node)
{
    struct pc_maintainer *m = &node->maintainer;
    m->resolves_left--;
    m->resolving = true;
    pc_client_call(node, PC_KIND_RESOLVE, 0);
}

static void run(struct pc_node *node)
{
    struct pc_maintainer *m = &node->maintainer;
    if (m->cycle == PC_CYCLE_NONE || m->resolving)
        return;
    m->quiet = node->now + pc_rules(node)->quiet_time;
    node->stale = true;
    if (m->go) {
        m->go = false;
        dial_candidates(node);
    }
    uint32_t pending, opens;
    count_dials(node, &pending, &opens);
    if (opens || ((m->candidate_count || pending) && node->connected < m->wanted))
        return;
    if (pc_rules(node)->resolve_when_exhausted && node->connected < m->wanted && m->resolves_left) { /* PC-11.3-5 */
        resolve(node); /* [MC-PRCH] 3.1.6.4.1: when the referrals are used up, ask the service */
        return;
    }
    end_cycle(node);
}

void pc_maintainer_resolved(struct pc_node *node, const pc_str *addresses, uint32_t count, bool failed)
{
    struct pc_maintainer *m = &node->maintainer;
    g_assert(m->cycle != PC_CYCLE_NONE && m->resolving); /* a call goes when its cycle does: pc_client_stop_asking() */
    if (failed) { /* an exception ends the cycle (11.3); PC-11.3-9 */
        end_cycle(node);
        return;
    }
    uint32_t before = m->candidate_count;
    for (uint32_t i = 0; i < count; i++)
        if (usable(node, addresses[i]))
            add_candidate(node, addresses[i]);
    struct pc_note *note = pc_node_note(node, PC_NOTE_RESOLVED, NULL);
    note->a = count;
    note->b = m->candidate_count - before;
    if (m->candidate_count < pc_rules(node)->addresses_per_resolve && m->resolves_left && /* PC-11.3-6 */
        !pc_rules(node)->resolve_when_exhausted) {
        resolve(node);
        return;
    }
    m->resolving = false;
    m->go = true;
    run(node);
}

/* 11.7: while over the ideal number, close the least useful of those whose utility is accurate. */
static void prune(struct pc_node *node) /* PC-11.7-1 */
{
    while (node->connected > pc_rules(node)->ideal_neighbors) {
        struct pc_link *least = NULL;
        for (uint32_t i = 0; i < node->link_count; i++) {
            struct pc_link *link = node->links[i];
            if (link->state == PC_LINK_CONNECTED && pc_utility_accurate(node, link) && /* PC-11.7-2 */
                (!least || link->utility < least->utility))
                least = link;
        }
        if (!least)
            return;
        pc_node_note(node, PC_NOTE_PRUNED, least)->value = least->utility;
        pc_link_close(node, least, PC_REASON_NOT_USEFUL_NEIGHBOR, PC_KIND_DISCONNECT);
    }
}

void pc_maintainer_begin(struct pc_node *node, enum pc_cycle cycle)
{
    struct pc_maintainer *m = &node->maintainer;
    const struct pc_rules *rules = pc_rules(node);
    /* PC-11.2-1 */
    if (m->cycle != PC_CYCLE_NONE || node->life != PC_LIFE_OPEN || (!rules->maintenance && cycle != PC_CYCLE_REFRESH))
        return;
    struct pc_note *note = pc_node_note(node, PC_NOTE_CYCLE, NULL);
    note->a = (uint32_t)cycle;
    note->b = node->connected;
    m->cycle = (uint8_t)cycle;
    m->timer = PC_TIME_NEVER;
    m->deadline = node->now + rules->cycle_budget;
    m->quiet = node->now + rules->quiet_time;
    m->go = true;
    m->resolves_left = cycle == PC_CYCLE_INITIAL ? 1 : 2; /* PC-11.3-1 */
    node->stale = true;
    bool ask;
    switch (cycle) {
    case PC_CYCLE_INITIAL:
        m->wanted = rules->min_neighbors;
        ask = true;
        break;
    case PC_CYCLE_REFRESH:
        m->wanted = (uint8_t)(node->connected + 1); /* PC-11.3-7 */
        ask = true;
        break;
    default:
        m->wanted = rules->ideal_neighbors;
        if (node->connected > rules->ideal_neighbors)
            prune(node);
        /* PC-11.3-3, PC-11.3-4 */
        ask = node->connected < rules->ideal_neighbors && m->cache_count == 0; /* an entry at all, usable or not */
        for (uint32_t i = 0; node->connected < rules->ideal_neighbors && i < m->cache_count; i++)
            if (usable(node, m->cache[i]))
                add_candidate(node, m->cache[i]);
    }
    if (ask)
        resolve(node);
    else
        run(node);
}

void pc_maintainer_open(struct pc_node *node)
{
    node->maintainer.timer = node->maintainer.deadline = node->maintainer.quiet = PC_TIME_NEVER;
    if (pc_rules(node)->maintenance)
        pc_maintainer_begin(node, PC_CYCLE_INITIAL);
    else
        pc_client_register(node);
}

void pc_maintainer_link_event(struct pc_node *node)
{
    run(node);
}

void pc_maintainer_link_closed(struct pc_node *node, bool had_opened)
{
    struct pc_maintainer *m = &node->maintainer;
    if (m->cycle != PC_CYCLE_NONE) {
        m->go = true;
        run(node);
    } else if (had_opened && node->connected < pc_rules(node)->min_neighbors) {
        pc_maintainer_begin(node, PC_CYCLE_MAINTENANCE); /* 11.4; PC-11.4-1 */
    }
}

void pc_maintainer_timer(struct pc_node *node)
{
    struct pc_maintainer *m = &node->maintainer;
    if (node->now >= m->timer) {
        pc_maintainer_begin(node, PC_CYCLE_MAINTENANCE);
    } else if (m->cycle != PC_CYCLE_NONE && node->now >= m->quiet && !m->resolving) {
        for (uint32_t i = 0; i < node->link_count; i++) /* forget all dials; they may still succeed (11.8); PC-11.8-3 */
            node->links[i]->of_cycle = false;
        m->go = true;
        run(node);
    }
}

pc_time pc_maintainer_deadline(const struct pc_node *node)
{
    const struct pc_maintainer *m = &node->maintainer;
    if (node->life != PC_LIFE_OPEN)
        return PC_TIME_NEVER;
    pc_time quiet = m->cycle != PC_CYCLE_NONE && !m->resolving ? m->quiet : PC_TIME_NEVER;
    return m->timer < quiet ? m->timer : quiet;
}

void pc_maintainer_close(struct pc_node *node)
{
    struct pc_maintainer *m = &node->maintainer;
    m->cycle = PC_CYCLE_NONE;
    m->resolving = false;
    m->timer = m->quiet = PC_TIME_NEVER;
    clear_candidates(node);
    while (m->cache_count)
        pc_str_unref(pc_pool(node), m->cache[--m->cache_count]);
    g_free(m->cache);
    m->cache = NULL;
    m->cache_capacity = 0;
    for (uint32_t i = 0; i < node->link_count; i++)
        node->links[i]->of_cycle = false;
}
