/* Queries: what a metric is asked for; made, copied, written as text. scenario-api, 7. */
#include "scenarios/engine/inventory.h"
#include "scenarios/engine/lua_private.h"

#include <string.h>

static void add_filter(luaL_Buffer *out, bool *any, const char *name, const char *text)
{
    luaL_addstring(out, *any ? ", " : "{");
    luaL_addstring(out, name);
    luaL_addstring(out, text);
    *any = true;
}

static void add_condition(luaL_Buffer *out, bool *any, const char *name, const struct scn_condition *c)
{
    char number[96];

    if (c->op == SCN_OP_NONE)
        return;
    char *limit = scn_quantity_text(c->limit);
    g_snprintf(number, sizeof number, "%s%s", scn_op_text(c->op), limit);
    g_free(limit);
    add_filter(out, any, name, number);
}

static void add_window(const struct scn_plan *plan, luaL_Buffer *out, bool *any, const struct scn_query *q)
{
    if (q->at >= 0) {
        add_filter(out, any, "at=", scn_plan_moments(plan, q->at)->text);
        return;
    }
    if (q->during >= 0) {
        add_filter(out, any, "during=", scn_plan_operations(plan, q->during)->key);
        return;
    }
    if (q->begin >= 0)
        add_filter(out, any, q->end >= 0 ? "during=[" : "after=", scn_plan_moments(plan, q->begin)->text);
    if (q->end >= 0) {
        luaL_addstring(out, " .. ");
        luaL_addstring(out, scn_plan_moments(plan, q->end)->text);
        luaL_addchar(out, ']');
    }
}

const char *const scn_pers[] = {"sample", "message", "peer",   "link", "second",
                                   "minute", "key",     "return", NULL};

/* Pushes the query as it is written. */
static const char *query_text(lua_State *L, const struct scn_query *q)
{
    const struct scn_plan *plan = scn_script_of(L)->plan;
    bool any = false;
    luaL_Buffer out;

    luaL_buffinit(L, &out);
    luaL_addstring(&out, q->theory ? "theory." : "metric.");
    luaL_addstring(&out, q->metric);
    if (q->name != NULL) {
        add_filter(&out, &any, "\"", q->name);
        luaL_addchar(&out, '"');
    }
    const int selections[] = {q->of, q->from, q->to};
    static const char *const names[] = {"of=", "from=", "to="};
    for (unsigned i = 0; i < 3; i++)
        if (selections[i] >= 0)
            add_filter(&out, &any, names[i], scn_plan_selections(plan, selections[i])->text);
    if (q->mesh >= 0)
        add_filter(&out, &any, "mesh=", scn_plan_meshes(plan, q->mesh)->name);
    const char *const texts[] = {q->channel, q->message, q->reason, q->last, q->rest};
    static const char *const text_names[] = {"channel=", "kind=", "reason=", "last=", ""};
    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++)
        if (texts[i] != NULL)
            add_filter(&out, &any, text_names[i], texts[i]);
    add_condition(&out, &any, "neighbors", &q->neighbors);
    add_condition(&out, &any, "value", &q->value);
    add_window(plan, &out, &any, q);
    if (q->per != SCN_PER_SAMPLE)
        add_filter(&out, &any, "per=", scn_pers[q->per]);
    const struct {
        const char *name;
        bool given;
        struct scn_quantity is;
    } numbers[] = {{"share", q->share.value >= 0, q->share}, {"up", q->up.value >= 0, q->up},
                   {"gap", q->gap.value >= 0, q->gap},       {"size", q->size.value >= 0, q->size},
                   {"turn", q->turn.value >= 0, q->turn},    {"ahead", q->ahead > 0, {SCN_COUNT, q->ahead}}};
    for (unsigned i = 0; i < G_N_ELEMENTS(numbers); i++) {
        const struct scn_condition equal = {numbers[i].given ? SCN_OP_EQ : SCN_OP_NONE, numbers[i].is};
        add_condition(&out, &any, numbers[i].name, &equal);
    }
    luaL_addstring(&out, any ? "}" : "");
    luaL_pushresult(&out);
    return lua_tostring(L, -1);
}

/* Stores the query, makes the value "all its samples" of it, and pushes that. The query's texts are the
 * plan's from now on. */
int scn_push_query(lua_State *L, struct scn_query *query, const char *lacks)
{
    const struct scn_plan *plan = scn_script_of(L)->plan;
    struct scn_value v = scn_blank_value(SCN_VALUE_QUERY);
    struct scn_inventory about;

    g_assert(scn_inventory_find(query->theory, query->metric, &about));
    const char *text = query_text(L, query);
    v.query = (int)plan->queries->len - 1;
    v.known = about.known && query->name == NULL;
    v.unit = about.unit;
    if (query->name != NULL && strcmp(query->metric, "shape") == 0)
        v.known = scn_inventory_shape(query->name, &v.unit);
    v.set = true;
    const char *missing =
        about.built ? lacks : lua_pushfstring(L, "%s.%s", query->theory ? "theory" : "metric", query->metric);
    v.lacks = (char *)(uintptr_t)missing; /* copied by store_value() */
    return scn_push_value(L, &v, text);
}

struct scn_query *scn_new_query(lua_State *L, const struct scn_query *from)
{
    struct scn_plan *plan = scn_script_of(L)->plan;

    scn_bound(L, plan->queries, SCN_MOST_NODES, "queries");
    struct scn_query *q = g_memdup2(from, sizeof *from);
    q->metric = g_strdup(from->metric);
    q->name = g_strdup(from->name);
    q->channel = g_strdup(from->channel);
    q->message = g_strdup(from->message);
    q->reason = g_strdup(from->reason);
    q->last = g_strdup(from->last);
    q->rest = g_strdup(from->rest);
    g_ptr_array_add(plan->queries, q);
    return q;
}

struct scn_query scn_blank_query(bool theory, char *metric)
{
    return (struct scn_query){.theory = theory,
                              .metric = metric,
                              .of = -1,
                              .from = -1,
                              .to = -1,
                              .mesh = -1,
                              .during = -1,
                              .begin = -1,
                              .end = -1,
                              .at = -1,
                              .share = {SCN_SHARE, -1},
                              .up = {SCN_BANDWIDTH, -1},
                              .gap = {SCN_TIME, -1},
                              .size = {SCN_SIZE, -1},
                              .turn = {SCN_TIME, -1}};
}
