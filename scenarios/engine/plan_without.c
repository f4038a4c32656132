/* --without: leaving lines of the plan out. Nothing moves: keys and draws stay as they were. scenario-api, 9.
 */
#include "scenarios/engine/plan.h"
#include "scenarios/engine/suggest.h"

#include <string.h>

static bool leave_out_lines(struct scn_plan *plan, const char *pattern)
{
    bool found = false;

    for (guint i = 0; i < plan->operations->len; i++) {
        struct scn_plan_operation *o = scn_plan_operations(plan, (int)i);
        bool matches = scn_plan_key_matches(pattern, o->key);
        o->left_out |= matches;
        found |= matches;
    }
    for (guint i = 0; i < plan->checks->len; i++) {
        struct scn_check *c = scn_plan_checks(plan, (int)i);
        bool matches = scn_plan_key_matches(pattern, c->sentence);
        c->left_out |= matches;
        found |= matches;
    }
    for (guint i = 0; i < plan->plots->len; i++) {
        struct scn_plot *p = scn_plan_plots(plan, (int)i);
        g_autofree char *key = g_strconcat("plot ", p->name, NULL);
        bool matches = scn_plan_key_matches(pattern, key);
        p->left_out |= matches;
        found |= matches;
    }
    return found;
}

static void leave_out_peer(struct scn_plan *plan, uint32_t peer)
{
    if (plan->peer_left_out == NULL)
        plan->peer_left_out = g_new0(bool, plan->peers);
    plan->peer_left_out[peer] = true;
}

static bool leave_out_peers(struct scn_plan *plan, const char *pattern)
{
    bool found = false;

    if (!g_str_has_suffix(pattern, "*")) {
        int64_t peer = scn_plan_peer_find(plan, pattern);
        if (peer >= 0)
            leave_out_peer(plan, (uint32_t)peer);
        return peer >= 0;
    }
    for (uint32_t peer = 0; peer < plan->peers; peer++) {
        g_autofree char *name = scn_plan_peer_name(plan, peer);
        if (!scn_plan_key_matches(pattern, name))
            continue;
        leave_out_peer(plan, peer);
        found = true;
    }
    return found;
}

/* "exchange publisher/1 #4711": can only be the key of a message if there is such a publisher. */
static bool is_generated(const struct scn_plan *plan, const char *pattern)
{
    const char *role = strstr(pattern, " publisher/");

    if (role == NULL)
        return false;
    g_autofree char *name = g_strndup(pattern, (gsize)(role - pattern));
    int64_t peer = scn_plan_peer_find(plan, name);
    return peer >= 0 && scn_plan_group_of(plan, (uint32_t)peer)->role_count > 0;
}

static bool no_such_key(const struct scn_plan *plan, const char *pattern, GError **error)
{
    g_autoptr(GPtrArray) keys = g_ptr_array_new();

    for (guint i = 0; i < plan->operations->len; i++)
        g_ptr_array_add(keys, scn_plan_operations(plan, (int)i)->key);
    for (guint i = 0; i < plan->checks->len; i++)
        g_ptr_array_add(keys, scn_plan_checks(plan, (int)i)->sentence);
    for (guint i = 0; i < plan->groups->len; i++)
        g_ptr_array_add(keys, scn_plan_groups(plan, (int)i)->name);
    g_ptr_array_add(keys, NULL);
    const char *near = scn_suggest(pattern, (const char *const *)keys->pdata);
    if (near != NULL)
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD,
                    "%s: --without '%s': there is no such key; did you mean '%s'?", plan->file, pattern,
                    near);
    else
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD,
                    "%s: --without '%s': there is no such key; --dry-run prints them.", plan->file, pattern);
    return false;
}

static bool hangs(const struct scn_plan *plan, int moment)
{
    const struct scn_plan_moment *m = scn_plan_moments(plan, moment);

    return (m->base == SCN_AT_OPERATION || m->base == SCN_AT_ENDS) &&
           scn_plan_operations(plan, m->of)->left_out;
}

bool scn_plan_leave_out(struct scn_plan *plan, const char *const *keys, GError **error)
{
    for (; keys != NULL && *keys != NULL; keys++) {
        bool found = leave_out_lines(plan, *keys);
        found |= leave_out_peers(plan, *keys);
        if (is_generated(plan, *keys)) {
            g_ptr_array_add(plan->without, g_strdup(*keys));
            found = true;
        }
        if (!found)
            return no_such_key(plan, *keys, error);
    }
    /* Operations hang on earlier ones only. */
    for (guint i = 0; i < plan->operations->len; i++) {
        struct scn_plan_operation *o = scn_plan_operations(plan, (int)i);
        o->left_out |= hangs(plan, o->at);
    }
    if (hangs(plan, plan->finish)) {
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "%s: --without: finish(%s) hangs on what is left out.",
                    plan->file, scn_plan_moments(plan, plan->finish)->text);
        return false;
    }
    return true;
}
