#include "scenarios/conform/replay_private.h"

#include <string.h>

#define MOST_TRIES 10000u
#define PARTS      64u /* a choice among at most so many addresses is looked for */

/* ---- what the node drew ---- */

static uint64_t draw(void *user, enum pc_draw purpose, uint32_t index)
{
    struct cf_play *p = user;
    const struct cf_captured_node *node = p->captured;
    switch (purpose) {
    case PC_DRAW_NODE_ID:
        return node->node_id;
    case PC_DRAW_LISTEN_GUID:
        return pc_draw_of_guid(&node->guid, index);
    case PC_DRAW_CLIENT_ID:
        return pc_draw_of_guid(&node->client_id, index);
    case PC_DRAW_CALL_ID:
        if (index / 2 < p->call_ids->len)
            return pc_draw_of_guid(&g_array_index(p->call_ids, struct pc_guid, index / 2), index);
        return index + 1;
    case PC_DRAW_CANDIDATE:
        p->drawn = MAX(p->drawn, index + 1);
        if (index >= p->choices->len)
            g_array_set_size(p->choices, index + 1);
        return (uint64_t)g_array_index(p->choices, uint32_t, index) << 58; /* so many 64ths of the range */
    default:
        return (uint64_t)1 << 63;
    }
}

/* ---- one replay, and the search for the node's choices ---- */

static pc_str intern(struct cf_play *p, const char *text)
{
    return text ? pc_str_intern(pc_codec_strings(p->capture->codec), text, strlen(text)) : 0;
}

static void free_conn(gpointer data)
{
    struct cf_conn *conn = data;
    cf_service_end_free(conn->service);
    g_free(conn);
}

static void free_due(gpointer data)
{
    struct cf_due *due = data;
    if (due->octets)
        g_bytes_unref(due->octets);
    g_free(due);
}

static void set_up(struct cf_play *p)
{
    const struct cf_captured_node *node = p->captured;
    char *uri = node->mesh_uri ? g_strdup(node->mesh_uri) : g_strdup_printf("net.p2p://%s/", node->mesh ? node->mesh : "");
    struct pc_ip ip = {.family = (uint8_t)node->resolver.family};
    memcpy(ip.octets, node->resolver.octets, sizeof ip.octets);
    p->mesh = (struct pc_mesh){.codec = p->capture->codec,
                               .ids = pc_ids_new(),
                               .rules = *p->rules,
                               .name = intern(p, node->mesh),
                               .uri = intern(p, uri),
                               .resolver_uri = intern(p, node->resolver_uri),
                               .resolver_ip = ip,
                               .resolver_port = node->resolver.port,
                               .random = draw};
    if (node->max_addresses > 0 && node->max_addresses <= UINT8_MAX) /* a setting of the node */
        p->mesh.rules.addresses_per_resolve = (uint8_t)node->max_addresses;
    p->mesh.rules.message_octets = MAX(p->rules->message_octets, 2 * node->largest) /* it is not lower */;
    p->mesh.framing.envelope = p->mesh.rules.message_octets;
    g_free(uri);
    p->node = pc_node_new(&p->mesh, p);
    p->conns = g_ptr_array_new_with_free_func(free_conn);
    p->of_theirs = g_hash_table_new(NULL, NULL);
    p->early = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_queue_free);
    p->drawn = p->accepted = 0;
    p->now = node->start;
    p->stray = p->claimed = false;
    p->out = g_new0(struct cf_replay, 1);
    p->out->service = cf_service_new(p->capture, node, p->held);
    g_queue_init(&p->dues);
    p->out->ends = g_ptr_array_new();
    p->out->missed = g_array_new(FALSE, FALSE, sizeof(struct cf_connection *));
    p->out->looked = g_array_new(FALSE, FALSE, sizeof(struct cf_looked));
    p->out->notes = g_ptr_array_new_with_free_func(g_free);
}

static void take_down(struct cf_play *p)
{
    struct pc_strings *pool = pc_codec_strings(p->capture->codec);
    pc_node_free(p->node);
    pc_actions_clear(&p->actions);
    p->actions = (struct pc_actions){0};
    pc_ids_free(p->mesh.ids);
    pc_str_unref(pool, p->mesh.name);
    pc_str_unref(pool, p->mesh.uri);
    pc_str_unref(pool, p->mesh.resolver_uri);
    g_queue_clear_full(&p->dues, free_due);
    g_ptr_array_unref(p->conns);
    g_hash_table_unref(p->of_theirs);
    g_hash_table_unref(p->early);
}

static void note_missed(struct cf_play *p)
{
    int64_t end = p->captured->gone >= 0 ? p->captured->gone : p->capture->end;
    for (guint i = 0; i < p->capture->connections->len; i++) {
        struct cf_connection *c = p->capture->connections->pdata[i];
        if (cf_play_is_own(p, c) && !cf_play_with_service(p, c) && !cf_play_with_itself(c) && cf_play_began(c) < end && !g_hash_table_contains(p->of_theirs, c))
            g_array_append_val(p->out->missed, c);
    }
}

/* The id of each call as the node drew it for its call of that kind. True: it is another than was used. */
static bool learn_call_ids(struct cf_play *p)
{
    const GPtrArray *calls = cf_service_calls(p->out->service);
    bool changed = false;
    for (guint i = 0; i < calls->len; i++) {
        const struct cf_called *call = calls->pdata[i];
        if (i >= p->call_ids->len)
            g_array_set_size(p->call_ids, i + 1);
        struct pc_guid *id = &g_array_index(p->call_ids, struct pc_guid, i);
        if (call->theirs && memcmp(id, &call->theirs->id, sizeof *id) != 0) {
            *id = call->theirs->id;
            changed = true;
        }
    }
    return changed;
}

/* The draw that led to a dial the node did not make takes the next value; one for which all are wrong keeps the first. */
static void choose_again(struct cf_play *p)
{
    uint32_t *wrong = &g_array_index(p->choices, uint32_t, p->wrong_draw);
    for (guint i = p->wrong_draw + 1; i < p->choices->len; i++)
        g_array_index(p->choices, uint32_t, i) = 0;
    if (++*wrong < PARTS)
        return;
    *wrong = 0;
    p->settled = p->wrong_draw + 1;
}

struct cf_replay *cf_replay_run(struct cf_capture *capture, const struct cf_captured_node *node,
                                const struct pc_rules *rules, struct cf_held *held)
{
    struct cf_play p = {.capture = capture, .captured = node, .rules = rules, .held = held,
                     .claims = g_ptr_array_new(),
                     .inputs = g_array_new(FALSE, TRUE, sizeof(struct cf_input)),
                     .choices = g_array_new(FALSE, TRUE, sizeof(uint32_t)),
                     .call_ids = g_array_new(FALSE, TRUE, sizeof(struct pc_guid))};
    uint32_t tries = 0;
    for (;;) {
        cf_play_collect(&p);
        set_up(&p);
        cf_play_run(&p);
        tries++;
        if (p.stray) {
            g_ptr_array_set_size(p.claims, 0);
            choose_again(&p);
        } else if (!p.claimed && (tries == MOST_TRIES || !learn_call_ids(&p))) {
            break;
        }
        take_down(&p);
        cf_replay_free(p.out, capture->codec);
    }
    note_missed(&p);
    cf_play_tell_looked(&p);
    take_down(&p);
    for (guint i = 0; i < p.out->ends->len; i++)
        cf_flow_read(&((struct cf_end *)p.out->ends->pdata[i])->sent, capture->codec, NULL, NULL);
    g_array_unref(p.inputs);
    g_array_unref(p.choices);
    g_array_unref(p.call_ids);
    p.out->claims = p.claims;
    return p.out;
}

void cf_replay_free(struct cf_replay *replay, struct pc_codec *codec)
{
    for (guint i = 0; i < replay->ends->len; i++) {
        struct cf_end *end = replay->ends->pdata[i];
        cf_flow_clear(&end->sent, codec);
        g_free(end);
    }
    if (replay->claims)
        g_ptr_array_unref(replay->claims);
    cf_service_free(replay->service);
    g_ptr_array_unref(replay->ends);
    g_array_unref(replay->missed);
    g_array_unref(replay->looked);
    g_ptr_array_unref(replay->notes);
    g_free(replay);
}
