#include "scenarios/conform/held.h"

#include <string.h>

struct hold {
    int64_t came, until;
};

struct cf_held {
    GHashTable *holds; /* what came → struct hold */
};

struct copy { /* of one flood, over one link */
    const struct cf_record *received;
    bool sent; /* the node sent it there, too */
};

struct flood {
    GArray *copies; /* of struct copy, in order of links */
};

static void free_flood(gpointer data)
{
    struct flood *flood = data;
    g_array_unref(flood->copies);
    g_free(flood);
}

struct cf_came cf_came_record(const struct cf_record *record)
{
    return (struct cf_came){record, record->time};
}

struct cf_came cf_came_call(const struct cf_call *call)
{
    return (struct cf_came){call, call->over};
}

int64_t cf_held_until(const struct cf_held *held, struct cf_came came)
{
    const struct hold *hold = g_hash_table_lookup(held->holds, came.what);
    return hold ? hold->until : came.time;
}

void cf_held_reset(struct cf_held *held, struct cf_came came, int64_t until)
{
    struct hold hold = {came.time, until};
    if (until <= came.time)
        g_hash_table_remove(held->holds, came.what);
    else
        g_hash_table_insert(held->holds, (gpointer)(gsize)came.what, g_memdup2(&hold, sizeof hold));
}

bool cf_held_hold(struct cf_held *held, struct cf_came came, int64_t until)
{
    if (cf_held_until(held, came) >= until)
        return false;
    cf_held_reset(held, came, until);
    return true;
}

int64_t cf_held_longest(const struct cf_held *held)
{
    GHashTableIter iter;
    gpointer what, value;
    int64_t longest = 0;
    g_hash_table_iter_init(&iter, held->holds); /* a maximum: the order does not matter */
    while (g_hash_table_iter_next(&iter, &what, &value))
        longest = MAX(longest, ((struct hold *)value)->until - ((struct hold *)value)->came);
    return longest;
}

static void judge(struct cf_held *held, const struct flood *flood)
{
    const struct cf_record *first = NULL;
    for (guint i = 0; i < flood->copies->len; i++) {
        const struct copy *copy = &g_array_index(flood->copies, struct copy, i);
        if (!copy->sent && (!first || copy->received->time < first->time))
            first = copy->received;
    }
    for (guint i = 0; first && i < flood->copies->len; i++) {
        const struct copy *copy = &g_array_index(flood->copies, struct copy, i);
        if (copy->sent && copy->received->time <= first->time)
            cf_held_hold(held, cf_came_record(copy->received), first->time + 1);
    }
}

static void learn_link(GHashTable *floods, GPtrArray *order, const struct cf_flow *in, const struct cf_flow *out)
{
    GHashTable *sent = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < out->records->len; i++) {
        const struct cf_record *record = out->records->pdata[i];
        if (record->kind == PC_KIND_FLOOD)
            g_hash_table_add(sent, record->name);
    }
    for (guint i = 0; i < in->records->len; i++) {
        const struct cf_record *record = in->records->pdata[i];
        if (record->kind != PC_KIND_FLOOD)
            continue;
        struct flood *flood = g_hash_table_lookup(floods, record->name);
        if (!flood) {
            flood = g_new0(struct flood, 1);
            flood->copies = g_array_new(FALSE, FALSE, sizeof(struct copy));
            g_hash_table_insert(floods, record->name, flood);
            g_ptr_array_add(order, flood);
        }
        struct copy copy = {record, g_hash_table_contains(sent, record->name)};
        g_array_append_val(flood->copies, copy);
    }
    g_hash_table_unref(sent);
}

/* ---- the order in which links came up ---- */

static const struct cf_record *last_of_kind(const struct cf_flow *flow, enum pc_kind kind, int64_t before)
{
    const struct cf_record *last = NULL;
    for (guint i = 0; i < flow->records->len; i++) {
        const struct cf_record *record = flow->records->pdata[i];
        if (record->kind == kind && record->time < before)
            last = record;
    }
    return last;
}

/* What made the link with the node at `uri` come up, the last time before `before`: its Welcome, or its Connect. */
static const struct cf_record *link_up(const struct cf_capture *capture, const struct cf_captured_node *node, const char *uri,
                                       int64_t before)
{
    const struct cf_record *up = NULL;
    for (guint i = 0; i < capture->connections->len; i++) {
        const struct cf_connection *c = capture->connections->pdata[i];
        for (int end = 0; end < 2; end++) {
            const struct cf_captured_node *other = c->peers[end] == node->number ? cf_captured_node_at(capture, c->peers[!end]) : NULL;
            if (!other || !other->uri || strcmp(other->uri, uri) != 0 || !last_of_kind(&c->flows[0], PC_KIND_WELCOME, before))
                continue;
            const struct cf_record *record = last_of_kind(&c->flows[!end], end ? PC_KIND_WELCOME : PC_KIND_CONNECT, before);
            if (record && (!up || record->time > up->time))
                up = record;
        }
    }
    return up;
}

static void judge_referrals(struct cf_held *held, const struct cf_capture *capture, const struct cf_captured_node *node)
{
    for (guint i = 0; i < node->referrals->len; i++) {
        const struct cf_referrals *list = node->referrals->pdata[i];
        const struct cf_record *previous = NULL;
        for (guint k = 0; k < list->uris->len; k++) {
            const struct cf_record *up = link_up(capture, node, list->uris->pdata[k], list->time);
            if (up && previous && up->time <= previous->time)
                cf_held_hold(held, cf_came_record(up), cf_held_until(held, cf_came_record(previous)) + 1);
            previous = up;
        }
    }
}

struct cf_held *cf_held_new(const struct cf_capture *capture, const struct cf_captured_node *node)
{
    struct cf_held *held = g_new0(struct cf_held, 1);
    GHashTable *floods = g_hash_table_new(g_str_hash, g_str_equal);
    GPtrArray *order = g_ptr_array_new_with_free_func(free_flood);
    held->holds = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    for (guint i = 0; i < capture->connections->len; i++) {
        const struct cf_connection *c = capture->connections->pdata[i];
        for (int end = 0; end < 2; end++)
            if (c->peers[end] == node->number)
                learn_link(floods, order, &c->flows[!end], &c->flows[end]);
    }
    for (guint i = 0; i < order->len; i++)
        judge(held, order->pdata[i]);
    judge_referrals(held, capture, node);
    g_hash_table_unref(floods);
    g_ptr_array_unref(order);
    return held;
}

void cf_held_free(struct cf_held *held)
{
    g_hash_table_unref(held->holds);
    g_free(held);
}
