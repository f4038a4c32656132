#include "scenarios/conform/replay_private.h"

bool cf_play_is_own(const struct cf_play *p, const struct cf_connection *c)
{
    return c->peers[1] == p->captured->number || g_ptr_array_find(p->claims, c, NULL);
}

int64_t cf_play_began(const struct cf_connection *c)
{
    return g_array_index(c->items, struct cf_item, 0).time;
}

static void add_input(struct cf_play *p, struct cf_input input)
{
    input.order = p->inputs->len;
    g_array_append_val(p->inputs, input);
}

static gint by_time(gconstpointer a, gconstpointer b)
{
    const struct cf_input *p = a, *q = b;
    if (p->time != q->time)
        return p->time < q->time ? -1 : 1;
    return p->order < q->order ? -1 : 1;
}

/* Octets that the other end sent, record by record; a record is not looked at before the one in front of it. */
static int64_t records_of(struct cf_play *p, struct cf_connection *c, bool from)
{
    const struct cf_flow *flow = &c->flows[from];
    int64_t looked = 0;
    uint32_t end = 0;
    for (guint i = 0; i < flow->records->len; i++) {
        const struct cf_record *record = flow->records->pdata[i];
        looked = MAX(looked, cf_held_until(p->held, cf_came_record(record)));
        end = record->offset + record->size;
        add_input(p, (struct cf_input){.time = looked, .kind = CF_IN_OCTETS, .connection = c, .record = record,
                                    .from_initiator = from, .offset = record->offset, .size = record->size});
    }
    if (end < flow->octets->len) {
        int64_t last = g_array_index(flow->marks, struct cf_mark, flow->marks->len - 1).time;
        looked = MAX(looked, last);
        add_input(p, (struct cf_input){.time = looked, .kind = CF_IN_OCTETS, .connection = c, .from_initiator = from,
                                    .offset = end, .size = flow->octets->len - end});
    }
    return looked;
}

/* One end of a connection: what came from the other end, and how its opening went. */
static void inputs_of(struct cf_play *p, struct cf_connection *c, bool initiator)
{
    bool made = false;
    int64_t looked = records_of(p, c, !initiator);
    for (guint i = 0; i < c->items->len; i++) {
        const struct cf_item *item = &g_array_index(c->items, struct cf_item, i);
        struct cf_input input = {.time = item->time, .connection = c, .from_initiator = item->from_initiator};
        if (!initiator && item->kind == CF_SYN && item->from_initiator)
            input.kind = CF_IN_ACCEPT;
        else if (item->from_initiator == initiator)
            continue;
        else if (item->kind == CF_SYN)
            input.kind = CF_IN_CONNECTED;
        else if (item->kind == CF_OCTETS)
            continue;
        else if (item->kind == CF_FIN)
            input.kind = CF_IN_EOF;
        else
            input.kind = initiator && !made ? CF_IN_REFUSED : CF_IN_RESET;
        made |= input.kind == CF_IN_CONNECTED;
        if (input.kind == CF_IN_EOF)
            input.time = MAX(input.time, looked);
        add_input(p, input);
    }
}

bool cf_play_with_service(const struct cf_play *p, const struct cf_connection *c)
{
    bool resolver = false;
    if (c->peers[0] != CF_NOBODY)
        an_peer_endpoint(p->capture->names, c->peers[0], &resolver);
    return resolver;
}

static gint by_looking(gconstpointer a, gconstpointer b)
{
    const struct cf_looked *p = a, *q = b;
    return p->time < q->time ? -1 : p->time > q->time;
}

void cf_play_tell_looked(const struct cf_play *p)
{
    for (guint i = 0; i < p->inputs->len; i++) {
        const struct cf_input *input = &g_array_index(p->inputs, struct cf_input, i);
        if (input->record) {
            struct cf_looked looked = {cf_came_record(input->record), input->time};
            g_array_append_val(p->out->looked, looked);
        }
    }
    for (guint i = 0; i < p->captured->calls->len; i++) {
        struct cf_came came = cf_came_call(&g_array_index(p->captured->calls, struct cf_call, i));
        struct cf_looked looked = {came, cf_held_until(p->held, came)};
        g_array_append_val(p->out->looked, looked);
    }
    g_array_sort(p->out->looked, by_looking);
}

bool cf_play_with_itself(const struct cf_connection *c)
{
    return c->peers[0] == c->peers[1] && c->peers[0] != CF_NOBODY;
}

void cf_play_collect(struct cf_play *p)
{
    const struct cf_captured_node *node = p->captured;
    g_array_set_size(p->inputs, 0);
    add_input(p, (struct cf_input){.time = node->start, .kind = CF_IN_START});
    for (guint i = 0; i < p->capture->connections->len; i++) {
        struct cf_connection *c = p->capture->connections->pdata[i];
        for (int end = 0; end < 2; end++)
            if ((end ? cf_play_is_own(p, c) : c->peers[0] == node->number) && !cf_play_with_service(p, c) && !cf_play_with_itself(c))
                inputs_of(p, c, end);
    }
    for (guint i = 0; i < node->publications->len; i++) {
        const struct cf_publication *publication = node->publications->pdata[i];
        add_input(p, (struct cf_input){.time = publication->time, .kind = CF_IN_PUBLISH, .publication = publication});
    }
    if (node->stop >= 0)
        add_input(p, (struct cf_input){.time = node->stop, .kind = CF_IN_STOP});
    g_array_sort(p->inputs, by_time);
}
