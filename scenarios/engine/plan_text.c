/* The plan as text: plan.tsv, of which the hash is made, and what --dry-run prints. */
#include "scenarios/engine/plan.h"

#include <string.h>

/* --- plan.tsv ------------------------------------------------------------------------------------------- */

static void row(GString *out, const char *key, const char *moment, const char *verb, const char *selection)
{
    g_string_append_printf(out, "%s%s\t%s\t%s\t%s\t", out->len > 0 ? "\n" : "", key, moment, verb, selection);
}

/* One argument behind others; blanks in texts are quoted. */
static void argument(GString *out, const char *name, const char *text)
{
    if (text == NULL)
        return;
    char last = out->str[out->len - 1];
    g_string_append_printf(
        out, strpbrk(text, " \"") != NULL && *text != '"' && *text != '{' ? "%s%s=\"%s\"" : "%s%s=%s",
        last == '\t' ? "" : " ", name, text);
}

static void number(GString *out, const char *name, int64_t value, int64_t none)
{
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, value);

    argument(out, name, value == none ? NULL : text);
}

static void quantity(GString *out, const char *name, enum scn_kind kind, int64_t value, int64_t none)
{
    g_autofree char *text = scn_quantity_text((struct scn_quantity){kind, value});

    argument(out, name, value == none ? NULL : text);
}

static void dist(GString *out, const char *name, const struct scn_dist *d)
{
    argument(out, name, d == NULL ? NULL : d->text);
    if (d != NULL)
        argument(out, "digest", d->digest);
}

static void chain_arguments(GString *out, const struct scn_plan_network *n)
{
    for (int i = 0; n->has_chain && i < SIM_LOSS_STATES; i++) {
        quantity(out, "loss", SCN_SHARE, n->chain.loss_ppm[i], -1);
        if (i + 1 < SIM_LOSS_STATES) {
            quantity(out, "worse", SCN_SHARE, n->chain.worse_ppm[i], -1);
            quantity(out, "better", SCN_SHARE, n->chain.better_ppm[i], -1);
        }
    }
}

static void network_rows(GString *out, const struct scn_plan *plan)
{
    for (guint i = 0; i < plan->networks->len; i++) {
        const struct scn_plan_network *n = scn_plan_networks(plan, (int)i);
        g_autofree char *key = g_strdup_printf("network %u", i);
        row(out, key, "", "network", "");
        argument(out, "profile", n->profile);
        argument(out, "file", n->file);
        dist(out, "delay", n->delay);
        dist(out, "up", n->up);
        dist(out, "down", n->down);
        dist(out, "jitter", n->jitter);
        dist(out, "link_rate", n->link_rate);
        quantity(out, "loss", SCN_SHARE, n->loss, -1);
        quantity(out, "nat", SCN_SHARE, n->nat, -1);
        quantity(out, "teredo", SCN_SHARE, n->teredo, -1);
        quantity(out, "ipv6", SCN_SHARE, n->ipv6, -1);
        argument(out, "tcp", n->tcp == SCN_TCP_FULL ? "full" : n->tcp == SCN_TCP_STREAM ? "stream" : NULL);
        number(out, "loss_burst", n->loss_burst, -1);
        argument(out, "loss_trace", n->loss_trace);
        argument(out, "digest", n->loss_trace_digest);
        chain_arguments(out, n);
        argument(out, "matrix", n->matrix);
        quantity(out, "matrix_unit", SCN_TIME, n->matrix_unit, 0);
        argument(out, "digest", n->matrix_digest);
        number(out, "stations", n->stations, -1);
    }
}

static void mesh_rows(GString *out, const struct scn_plan *plan)
{
    for (guint i = 0; i < plan->meshes->len; i++) {
        const struct scn_plan_mesh *m = scn_plan_meshes(plan, (int)i);
        g_autofree char *channels = m->channels == NULL ? NULL : g_strjoinv(",", m->channels);
        row(out, m->name, "", "mesh", "");
        number(out, "min", m->min, -1);
        number(out, "ideal", m->ideal, -1);
        number(out, "max", m->max, -1);
        number(out, "referrals", m->referrals, -1);
        quantity(out, "maintenance", SCN_TIME, m->maintenance, -1);
        quantity(out, "remember", SCN_TIME, m->remember, -1);
        quantity(out, "message_size", SCN_SIZE, m->message_size, -1);
        argument(out, "dialect", m->dialect);
        argument(out, "resolver", m->resolver);
        argument(out, "security", m->security);
        argument(out, "password", m->password);
        argument(out, "links", m->links);
        argument(out, "wire_name", m->wire_name);
        argument(out, "channels", channels);
    }
}

static void intruder_arguments(GString *out, const struct scn_intruder *intruder)
{
    char after[32];

    argument(out, intruder->after < 0 ? "forges" : "replays", intruder->target);
    if (intruder->after < 0)
        return;
    g_snprintf(after, sizeof after, "%" G_GINT64_FORMAT "ns", intruder->after);
    argument(out, "after", after);
}

static void publisher_arguments(GString *out, const struct scn_plan *plan, const struct scn_publisher *p)
{
    dist(out, "rate", p->rate);
    dist(out, "size", p->size);
    argument(out, "kind", p->message);
    dist(out, "topic", p->topic);
    argument(out, "topic", p->topic_name);
    argument(out, "start", scn_plan_moments(plan, p->start)->text);
    dist(out, "lasts", p->lasts);
    number(out, "count", p->count, -1);
    argument(out, "number", p->by_clock ? "by clock" : NULL);
    dist(out, "bursts.rate", p->burst_rate);
    dist(out, "bursts.lasts", p->burst_lasts);
    for (unsigned i = 0; i < p->bursts; i++)
        argument(out, "bursts.at", scn_plan_moments(plan, p->burst_at[i])->text);
}

static void draw_arguments(GString *out, const char *what, const struct scn_draw *draw)
{
    static const char *const by[] = {"even", "zipf", "turns"};
    g_autofree char *text = draw->given ? g_strdup_printf("%u by %s %u as %s", draw->n, by[draw->by], draw->exponent_ppm, draw->as)
                                        : NULL;
    g_autofree char *name = g_strdup_printf("%s.draw", what);

    argument(out, name, text);
}

static void role_rows(GString *out, const struct scn_plan *plan)
{
    static const char *const asks[] = {"nobody", "neighbors", "everyone"}, *const others[] = {"show", "relay",
                                                                                              "drop"};

    for (guint i = 0; i < plan->roles->len; i++) {
        const struct scn_plan_role *r = scn_plan_roles(plan, (int)i);
        g_autofree char *key = g_strdup_printf("role %u", i), *args = scn_data_text(r->args);
        row(out, key, "", "role", "");
        argument(out, "name", r->name);
        if (r->kind == SCN_ROLE_PUBLISHER)
            publisher_arguments(out, plan, &r->native.publisher);
        if (r->kind == SCN_ROLE_INTRUDER)
            intruder_arguments(out, &r->native.intruder);
        if (r->kind == SCN_ROLE_SUBSCRIBER) {
            argument(out, "keep", r->native.subscriber.newest_per_topic ? "newest per topic" : "all");
            argument(out, "ask", asks[r->native.subscriber.ask]);
            argument(out, "other", others[r->native.subscriber.other]);
            for (char **topic = r->native.subscriber.only; topic != NULL && *topic != NULL; topic++)
                argument(out, "only", *topic);
            draw_arguments(out, "only", &r->native.subscriber.only_draw);
        }
        if (r->kind == SCN_ROLE_LUA) {
            gsize size;
            const guchar *code = g_bytes_get_data(r->code, &size);
            g_autofree char *digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, code, size);
            argument(out, "code", digest);
            argument(out, "arguments", r->args == NULL ? NULL : args);
        }
    }
}

static void group_rows(GString *out, const struct scn_plan *plan)
{
    for (guint i = 0; i < plan->groups->len; i++) {
        const struct scn_plan_group *g = scn_plan_groups(plan, (int)i);
        row(out, g->name, scn_plan_moments(plan, g->join)->text, "peers", g->name);
        number(out, "count", g->count, -1);
        for (unsigned k = 0; k < g->mesh_count; k++)
            argument(out, "mesh", scn_plan_meshes(plan, g->meshes[k])->name);
        draw_arguments(out, "mesh", &g->mesh_draw);
        draw_arguments(out, "network", &g->network_draw);
        for (unsigned k = 0; k < g->network_count; k++)
            number(out, "network", g->networks[k], -1);
        for (unsigned k = 0; k < g->role_count; k++)
            number(out, "role", g->roles[k], -1);
        argument(out, "churn", g->churn_text);
        argument(out, "digest", g->churn_digest);
        number(out, "network", g->network, -1);
        dist(out, "up", g->up);
        dist(out, "down", g->down);
        argument(out, "region", g->region);
        argument(out, "identity", g->identity);
        argument(out, "recorded", g->recorded ? g->recorded->name : NULL);
        argument(out, "digest", g->recorded ? g->recording->digest : NULL);
        number(out, "nat", g->nat, -1);
        dist(out, "zone", g->zone);
    }
}

static void operation_arguments(GString *out, const struct scn_plan_operation *o)
{
    g_autofree char *body = scn_data_text(o->body);

    argument(out, "how", o->verb != SCN_CRASH ? NULL : o->silent ? "silent" : "reset");
    argument(out, "oneway", o->oneway ? "true" : NULL);
    argument(out, o->verb == SCN_TELL ? "what" : "kind", o->message);
    argument(out, "body", o->body == NULL ? NULL : body);
    dist(out, "size", o->size);
    number(out, "hops", o->hops, -1);
    argument(out, "channel", o->channel);
    if (o->changes != NULL)
        g_string_append_printf(out, "%s", o->changes);
    dist(out, "lasts", o->lasts);
}

static void operation_rows(GString *out, const struct scn_plan *plan)
{
    for (guint i = 0; i < plan->operations->len; i++) {
        const struct scn_plan_operation *o = scn_plan_operations(plan, (int)i);
        if (o->left_out)
            continue;
        g_autoptr(GString) whom = g_string_new(scn_plan_selections(plan, o->whom)->text);
        for (unsigned k = 1; k < o->part_count; k++)
            g_string_append_printf(whom, " | %s", scn_plan_selections(plan, o->parts[k])->text);
        row(out, o->key, scn_plan_moments(plan, o->at)->text, scn_verb_name(o->verb), whom->str);
        operation_arguments(out, o);
    }
    row(out, "finish", scn_plan_moments(plan, plan->finish)->text, "finish", "");
}

static void check_text(GString *out, const struct scn_plan *plan, const struct scn_check *c)
{
    g_string_append(out, scn_plan_values(plan, c->value)->text);
    if (c->limit >= 0)
        g_string_append_printf(out, " %s %s", scn_op_text(c->op), scn_plan_values(plan, c->limit)->text);
    if (c->within.value >= 0) {
        g_autofree char *within = scn_quantity_text(c->within);
        g_string_append_printf(out, " within %s", within);
    }
    if (c->ci != 0) {
        g_autofree char *ci = scn_quantity_text((struct scn_quantity){SCN_SHARE, c->ci});
        g_string_append_printf(out, " ci %s", ci);
    }
    if (c->by >= 0)
        g_string_append_printf(out, " by %s", scn_plan_moments(plan, c->by)->text);
}

static void plot_text(GString *out, const struct scn_plan *plan, const struct scn_plot *p)
{
    argument(out, "kind", scn_plot_kind_name(p->kind));
    for (unsigned i = 0; i < p->count; i++)
        argument(out, p->series[i].label, scn_plan_values(plan, p->series[i].value)->text);
    argument(out, "x", p->x_value >= 0 ? scn_plan_values(plan, p->x_value)->text : p->x);
    argument(out, "y", p->y);
    argument(out, "by", p->by);
    argument(out, "log", p->log_x && p->log_y ? "xy" : p->log_x ? "x" : p->log_y ? "y" : NULL);
    argument(out, "tail", p->log_tail ? "log" : NULL);
    quantity(out, "every", SCN_TIME, p->every.value, 0);
    for (unsigned i = 0; i < p->at_count; i++)
        argument(out, "at", scn_plan_moments(plan, p->at[i])->text);
}

static void judging_rows(GString *out, const struct scn_plan *plan)
{
    for (guint i = 0; i < plan->conditions->len; i++)
        row(out, scn_plan_conditions(plan, (int)i)->text, "", "when", "");
    for (guint i = 0; i < plan->checks->len; i++) {
        const struct scn_check *c = scn_plan_checks(plan, (int)i);
        if (c->left_out)
            continue;
        row(out, c->sentence, "", scn_check_sort_name(c->sort), "");
        check_text(out, plan, c);
    }
    for (guint i = 0; i < plan->plots->len; i++) {
        const struct scn_plot *p = scn_plan_plots(plan, (int)i);
        if (p->left_out)
            continue;
        row(out, p->name, "", "plot", "");
        plot_text(out, plan, p);
    }
}

/* What roles may require: another text is another run. */
static void module_rows(GString *out, const struct scn_plan *plan)
{
    for (guint i = 0; i < plan->modules->len; i++) {
        const struct scn_plan_module *module = g_ptr_array_index(plan->modules, i);
        g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, module->text, -1);
        row(out, module->name, "", "module", "");
        argument(out, "digest", digest);
    }
}

char *scn_plan_tsv(const struct scn_plan *plan)
{
    GString *out = g_string_new("key\tmoment\tverb\tselection\targuments");

    row(out, "seed", "", "seed", "");
    g_string_append_printf(out, "%" G_GUINT64_FORMAT, plan->seed);
    row(out, "scenario", "", "scenario", "");
    argument(out, "title", plan->title);
    for (guint i = 0; i < plan->params->len; i++) {
        const struct scn_param *p = scn_plan_params(plan, (int)i);
        row(out, p->name, "", "param", "");
        g_string_append(out, p->value);
    }
    network_rows(out, plan);
    mesh_rows(out, plan);
    role_rows(out, plan);
    module_rows(out, plan);
    group_rows(out, plan);
    operation_rows(out, plan);
    judging_rows(out, plan);
    for (uint32_t peer = 0; plan->peer_left_out != NULL && peer < plan->peers; peer++) {
        if (!plan->peer_left_out[peer])
            continue;
        g_autofree char *name = scn_plan_peer_name(plan, peer);
        row(out, name, "", "without", name);
    }
    for (guint i = 0; i < plan->without->len; i++)
        row(out, g_ptr_array_index(plan->without, i), "", "without", "");
    g_string_append_c(out, '\n');
    return g_string_free(out, FALSE);
}

void scn_plan_seal(struct scn_plan *plan)
{
    g_autofree char *text = scn_plan_tsv(plan);
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);

    g_strlcpy(plan->hash, digest, sizeof plan->hash);
}

/* --- dry run -------------------------------------------------------------------------------------------- */

/* Messages a second that publishers send into a mesh while all of them do, in thousandths. */
static int64_t published(const struct scn_plan *plan, int mesh)
{
    int64_t sum = 0;

    for (guint i = 0; i < plan->groups->len; i++) {
        const struct scn_plan_group *g = scn_plan_groups(plan, (int)i);
        for (unsigned k = 0; k < g->role_count && g->meshes[0] == mesh; k++) {
            const struct scn_plan_role *r = scn_plan_roles(plan, g->roles[k]);
            const struct scn_dist *rate = r->kind == SCN_ROLE_PUBLISHER ? r->native.publisher.rate : NULL;
            if (rate != NULL && (rate->kind == SCN_DIST_CONSTANT || rate->kind == SCN_DIST_POISSON))
                sum += (int64_t)((double)rate->a / 1e6 * g->count);
        }
    }
    return sum;
}

static void group_lines(GString *out, const struct scn_plan *plan)
{
    enum { KIB_EACH = 8 }; /* the budget of a peer with its neighbors */

    for (guint i = 0; i < plan->groups->len; i++) {
        const struct scn_plan_group *g = scn_plan_groups(plan, (int)i);
        g_autoptr(GString) roles = g_string_new(NULL);
        bool lua = false;
        for (unsigned k = 0; k < g->role_count; k++) {
            const struct scn_plan_role *r = scn_plan_roles(plan, g->roles[k]);
            lua |= r->kind == SCN_ROLE_LUA;
            g_string_append_printf(roles, "%s%s", k > 0 ? ", " : "", r->name);
        }
        g_autofree char *rate =
            scn_quantity_nice(SCN_COUNT, (double)published(plan, g->meshes[0]) / 1000 * g->count);
        g_autofree char *memory = scn_quantity_nice(SCN_SIZE, (double)g->count * KIB_EACH * 1024);
        g_autofree char *count = scn_quantity_nice(SCN_COUNT, g->count);
        g_string_append_printf(out, "  %-16s %9s  %s %-24s deliveries %s/s, at most %s, join %s\n", g->name,
                               count, lua ? "Lua   " : "native", g->role_count > 0 ? roles->str : "member",
                               rate, memory, scn_plan_moments(plan, g->join)->text);
    }
}

static int by_time(const void *a, const void *b, void *data)
{
    const struct scn_plan *plan = data;
    const struct scn_plan_operation *x = *(struct scn_plan_operation *const *)a,
                                    *y = *(struct scn_plan_operation *const *)b;
    const struct scn_plan_moment *mx = scn_plan_moments(plan, x->at), *my = scn_plan_moments(plan, y->at);
    bool fixed_x = mx->base <= SCN_AT_SETTLED, fixed_y = my->base <= SCN_AT_SETTLED;

    if (mx->base != my->base && (fixed_x || fixed_y))
        return mx->base < my->base ? -1 : 1;
    if (fixed_x && mx->offset != my->offset)
        return mx->offset < my->offset ? -1 : 1;
    return x->line < y->line ? -1 : x->line > y->line;
}

static void operation_lines(GString *out, const struct scn_plan *plan)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();

    for (guint i = 0; i < plan->operations->len; i++)
        g_ptr_array_add(sorted, g_ptr_array_index(plan->operations, i));
    g_ptr_array_sort_with_data(sorted, by_time, (void *)(uintptr_t)plan);
    for (guint i = 0; i < sorted->len; i++) {
        const struct scn_plan_operation *o = g_ptr_array_index(sorted, i);
        g_autoptr(GString) arguments = g_string_new("\t");
        operation_arguments(arguments, o);
        g_string_append_printf(out, "  %-24s %s%s  %s\n", scn_plan_moments(plan, o->at)->text,
                               o->left_out ? "(left out) " : "", o->key, arguments->str + 1);
    }
    g_string_append_printf(out, "  %-24s finish\n", scn_plan_moments(plan, plan->finish)->text);
}

char *scn_plan_dry_run(const struct scn_plan *plan)
{
    GString *out = g_string_new(NULL);

    g_string_append_printf(out, "%s%s%s\nParameters (seed %" G_GUINT64_FORMAT ")\n", plan->title,
                           plan->story != NULL ? ": " : "", plan->story != NULL ? plan->story : "",
                           plan->seed);
    for (guint i = 0; i < plan->params->len; i++) {
        const struct scn_param *p = scn_plan_params(plan, (int)i);
        g_string_append_printf(out, "  %-14s %s%s\n", p->name, p->value, p->changed ? "*" : "");
    }
    g_string_append_printf(out, "Groups (network %s)\n", scn_plan_networks(plan, plan->network)->profile);
    group_lines(out, plan);
    g_string_append(out, "Plan\n");
    operation_lines(out, plan);
    g_string_append(out, "Checks\n");
    for (guint i = 0; i < plan->checks->len; i++) {
        const struct scn_check *c = scn_plan_checks(plan, (int)i);
        g_string_append_printf(out, "  %-10s %s%s\n             ", scn_check_sort_name(c->sort),
                               c->left_out ? "(left out) " : "", c->sentence);
        check_text(out, plan, c);
        g_string_append_c(out, '\n');
    }
    g_string_append(out, plan->plots->len > 0 ? "Plots\n" : "");
    for (guint i = 0; i < plan->plots->len; i++)
        g_string_append_printf(out, "  %-10s %s\n", scn_plot_kind_name(scn_plan_plots(plan, (int)i)->kind),
                               scn_plan_plots(plan, (int)i)->name);
    for (guint i = 0; i < plan->lacks->len; i++) {
        const struct scn_lack *lack = scn_plan_lacks(plan, (int)i);
        g_string_append_printf(out, "%sline %d: %s\n", i == 0 ? "Not built yet\n  " : "  ", lack->line,
                               lack->what);
    }
    g_string_append_printf(out, "Plan hash %s\n", plan->hash);
    return g_string_free(out, FALSE);
}
