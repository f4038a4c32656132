#include "scenarios/engine/live_plan.h"

#include <string.h>
#include <sys/resource.h>

#define DESCRIPTORS 24 /* of a peer: its links at both ends, listener, calls, with room for those on their way */

static bool cannot(const struct scn_plan *plan, int line, GError **error, const char *what)
{
    g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "%s:%d: %s", plan->file, line, what);
    return false;
}

static bool network_can(const struct scn_plan *plan, const struct scn_plan_network *n, bool delays, GError **error)
{
    bool null = strcmp(n->profile, "null") == 0;
    if (n->nat > 0)
        return cannot(plan, n->line, error, "live: NAT cannot be had on loopback");
    if (n->loss > 0 || n->losses || n->has_chain)
        return cannot(plan, n->line, error, "live: loss cannot be had on loopback");
    if (n->up || n->down || n->link_rate || n->stations > 0)
        return cannot(plan, n->line, error, "live: rates of lines cannot be had on loopback");
    if (n->jitter)
        return cannot(plan, n->line, error, "live: jitter cannot be had on loopback");
    if (delays || (null && !n->delay))
        return true;
    char *what = g_strdup_printf("live: the delays of network \"%s\" are not those of loopback; --delay profile gives each pair its base delay, --delay 20ms "
                                 "one to all (no jitter, rates or loss with either), and network \"null\" has none",
                                 n->profile);
    cannot(plan, n->line, error, what);
    g_free(what);
    return false;
}

static bool operation_can(const struct scn_plan *plan, const struct scn_plan_operation *op, GError **error)
{
    if (op->left_out)
        return true;
    const struct scn_impair *how = &op->impair;
    if (op->verb == SCN_CUT && op->oneway)
        return cannot(plan, op->line, error, "live: a cut of one way cannot be had on loopback, where the system acknowledges; one of both ways can");
    if (op->verb == SCN_IMPAIR && (how->delay || how->loss || how->stale || how->up || how->down || how->clock || how->read || how->refuses || how->asleep ||
                                   how->deaf || how->new_address))
        return cannot(plan, op->line, error, "live: impair: of a line over loopback only down = true can be had");
    return true;
}

static bool group_can(const struct scn_plan *plan, const struct scn_plan_group *group, GError **error)
{
    if (group->nat > 0)
        return cannot(plan, group->line, error, "live: NAT cannot be had on loopback");
    if (group->up || group->down)
        return cannot(plan, group->line, error, "live: rates of lines cannot be had on loopback");
    if (group->recorded)
        return cannot(plan, group->line, error, "live: a recorded mesh has the addresses and ids of its capture; it plays in the simulator only");
    return true;
}

static bool enough_descriptors(const struct scn_plan *plan, GError **error)
{
    struct rlimit limit;
    uint64_t peers = 0;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    for (guint i = 0; i < plan->groups->len; i++)
        peers += scn_plan_groups(plan, (int)i)->count;
    if (peers * DESCRIPTORS + 64 <= limit.rlim_max)
        return true;
    g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "live: %" G_GUINT64_FORMAT " peers need %" G_GUINT64_FORMAT " descriptors, this process may have %" G_GUINT64_FORMAT,
                peers, peers * DESCRIPTORS, (guint64)limit.rlim_max);
    return false;
}

bool scn_live_plan_can(const struct scn_plan *plan, bool delays, GError **error)
{
    for (guint i = 0; i < plan->networks->len; i++)
        if (!network_can(plan, scn_plan_networks(plan, (int)i), delays, error))
            return false;
    for (guint i = 0; i < plan->groups->len; i++)
        if (!group_can(plan, scn_plan_groups(plan, (int)i), error))
            return false;
    for (guint i = 0; i < plan->operations->len; i++)
        if (!operation_can(plan, scn_plan_operations(plan, (int)i), error))
            return false;
    return enough_descriptors(plan, error);
}
