#include "scenarios/conform/replay.h"

#include "protocol/mesh/node.h"

#include <string.h>

#define WINDOW PC_SECONDS(5) /* our dial and the captured one are the same if they are not further apart */
#define NEAR   INT64_C(200000000) /* ns: likewise, if nobody says who made it */
#define MOST_TRIES 10000u
#define PARTS  64u           /* a choice among at most so many addresses is looked for */

enum input_kind { IN_START, IN_ACCEPT, IN_CONNECTED, IN_REFUSED, IN_OCTETS, IN_EOF, IN_RESET, IN_PUBLISH, IN_STOP };

struct input { /* what the captured node was told */
    int64_t time;   /* when it looked at it, as far as what it did then shows: not before it came */
    uint32_t order; /* among equal times */
    enum input_kind kind;
    struct cf_connection *connection;
    const struct cf_record *record;
    bool from_initiator;   /* IN_OCTETS: a record of this direction, or the piece of one that was never whole */
    uint32_t offset, size;
    const struct cf_publication *publication;
};

struct conn {
    struct cf_end *end; /* to a node … */
    struct cf_service_end *service; /* … or to the service */
    pc_conn number;
    bool open;
};

struct due { /* from the service to our core */
    int64_t time;
    struct conn *conn;
    GBytes *octets; /* NULL: the connection is made */
};

struct play {
    struct cf_capture *capture;
    const struct cf_captured_node *captured;
    const struct pc_rules *rules;
    struct cf_replay *out;
    struct pc_mesh mesh;
    struct pc_node *node;
    struct pc_actions actions;
    struct cf_held *held;
    GArray *inputs;      /* of struct input */
    GPtrArray *conns;    /* of struct conn */
    GQueue dues;         /* of struct due, in order of time */
    struct conn *writing; /* whose octets the service looks at */
    GArray *call_ids;    /* of struct pc_guid, in the order in which our core asks for them */
    GHashTable *of_theirs; /* struct cf_connection → struct conn; look-up only */
    GHashTable *early;   /* struct cf_connection → GQueue of struct input; look-up only */
    GArray *choices;     /* of uint32_t: which part of its range each draw among candidates takes */
    uint32_t drawn;      /* how many of them were drawn */
    uint32_t accepted;
    int64_t now;
    bool timer;          /* the step that runs is the core's timer */
    bool stray;          /* a dial was made that the node did not make, and a draw could be another */
    uint32_t drawn_before, dials_of_step; /* draws before this step, dials in it: which draw led to which dial */
    uint32_t wrong_draw;
    GPtrArray *claims;   /* of struct cf_connection: nobody says who made them, but the node did, it seems */
    bool claimed;        /* there is a new claim: what came over it has to be played, too */
    const struct cf_record *looking_at; /* the record that came with this step */
    uint32_t settled;    /* draws before this one are not looked for any more */
};

/* ---- what the node drew ---- */

static uint64_t half(const struct pc_guid *guid, uint32_t index)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < 8; i++)
        value |= (uint64_t)guid->octets[8 * (index % 2) + i] << (8 * i);
    return value;
}

static uint64_t draw(void *user, enum pc_draw purpose, uint32_t index)
{
    struct play *p = user;
    const struct cf_captured_node *node = p->captured;
    switch (purpose) {
    case PC_DRAW_NODE_ID:
        return node->node_id;
    case PC_DRAW_LISTEN_GUID:
        return half(&node->guid, index);
    case PC_DRAW_CLIENT_ID:
        return half(&node->client_id, index);
    case PC_DRAW_CALL_ID:
        if (index / 2 < p->call_ids->len)
            return half(&g_array_index(p->call_ids, struct pc_guid, index / 2), index);
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

static bool is_own(const struct play *p, const struct cf_connection *c)
{
    return c->peers[1] == p->captured->number || g_ptr_array_find(p->claims, c, NULL);
}

/* ---- inputs, in order ---- */

static void add_input(struct play *p, struct input input)
{
    input.order = p->inputs->len;
    g_array_append_val(p->inputs, input);
}

static gint by_time(gconstpointer a, gconstpointer b)
{
    const struct input *p = a, *q = b;
    if (p->time != q->time)
        return p->time < q->time ? -1 : 1;
    return p->order < q->order ? -1 : 1;
}

/* Octets that the other end sent, record by record; a record is not looked at before the one in front of it. */
static int64_t records_of(struct play *p, struct cf_connection *c, bool from)
{
    const struct cf_flow *flow = &c->flows[from];
    int64_t looked = 0;
    uint32_t end = 0;
    for (guint i = 0; i < flow->records->len; i++) {
        const struct cf_record *record = flow->records->pdata[i];
        looked = MAX(looked, cf_held_until(p->held, cf_came_record(record)));
        end = record->offset + record->size;
        add_input(p, (struct input){.time = looked, .kind = IN_OCTETS, .connection = c, .record = record,
                                    .from_initiator = from, .offset = record->offset, .size = record->size});
    }
    if (end < flow->octets->len) {
        int64_t last = g_array_index(flow->marks, struct cf_mark, flow->marks->len - 1).time;
        looked = MAX(looked, last);
        add_input(p, (struct input){.time = looked, .kind = IN_OCTETS, .connection = c, .from_initiator = from,
                                    .offset = end, .size = flow->octets->len - end});
    }
    return looked;
}

/* One end of a connection: what came from the other end, and how its opening went. */
static void inputs_of(struct play *p, struct cf_connection *c, bool initiator)
{
    bool made = false;
    int64_t looked = records_of(p, c, !initiator);
    for (guint i = 0; i < c->items->len; i++) {
        const struct cf_item *item = &g_array_index(c->items, struct cf_item, i);
        struct input input = {.time = item->time, .connection = c, .from_initiator = item->from_initiator};
        if (!initiator && item->kind == CF_SYN && item->from_initiator)
            input.kind = IN_ACCEPT;
        else if (item->from_initiator == initiator)
            continue;
        else if (item->kind == CF_SYN)
            input.kind = IN_CONNECTED;
        else if (item->kind == CF_OCTETS)
            continue;
        else if (item->kind == CF_FIN)
            input.kind = IN_EOF;
        else
            input.kind = initiator && !made ? IN_REFUSED : IN_RESET;
        made |= input.kind == IN_CONNECTED;
        if (input.kind == IN_EOF)
            input.time = MAX(input.time, looked);
        add_input(p, input);
    }
}

static bool with_service(const struct play *p, const struct cf_connection *c)
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

/* For fit.c: when everything was looked at. */
static void tell_looked(const struct play *p)
{
    for (guint i = 0; i < p->inputs->len; i++) {
        const struct input *input = &g_array_index(p->inputs, struct input, i);
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

/* Mono's nodes do that. Both ends are the node's: there is nothing to compare. */
static bool with_itself(const struct cf_connection *c)
{
    return c->peers[0] == c->peers[1] && c->peers[0] != CF_NOBODY;
}

static void collect_inputs(struct play *p)
{
    const struct cf_captured_node *node = p->captured;
    g_array_set_size(p->inputs, 0);
    add_input(p, (struct input){.time = node->start, .kind = IN_START});
    for (guint i = 0; i < p->capture->connections->len; i++) {
        struct cf_connection *c = p->capture->connections->pdata[i];
        for (int end = 0; end < 2; end++)
            if ((end ? is_own(p, c) : c->peers[0] == node->number) && !with_service(p, c) && !with_itself(c))
                inputs_of(p, c, end);
    }
    for (guint i = 0; i < node->publications->len; i++) {
        const struct cf_publication *publication = node->publications->pdata[i];
        add_input(p, (struct input){.time = publication->time, .kind = IN_PUBLISH, .publication = publication});
    }
    if (node->stop >= 0)
        add_input(p, (struct input){.time = node->stop, .kind = IN_STOP});
    g_array_sort(p->inputs, by_time);
}

/* ---- connections ---- */

static struct conn *conn_of(const struct play *p, pc_conn number)
{
    for (guint i = p->conns->len; i-- > 0;) {
        struct conn *conn = p->conns->pdata[i];
        if (conn->number == number)
            return conn;
    }
    return NULL;
}

static struct conn *add_conn(struct play *p, pc_conn number)
{
    struct conn *conn = g_new0(struct conn, 1);
    conn->number = number;
    conn->open = true;
    g_ptr_array_add(p->conns, conn);
    return conn;
}

static struct conn *new_conn(struct play *p, pc_conn number, struct cf_connection *theirs, bool initiator)
{
    struct conn *conn = add_conn(p, number);
    struct cf_end *end = g_new0(struct cf_end, 1);
    *end = (struct cf_end){.theirs = theirs, .initiator = initiator, .opened = p->now, .timer = p->timer};
    cf_flow_init(&end->sent, initiator);
    conn->end = end;
    g_ptr_array_add(p->out->ends, end);
    if (theirs)
        g_hash_table_insert(p->of_theirs, theirs, conn);
    return conn;
}

static bool endpoint_is(const struct an_endpoint *endpoint, const struct pc_ip *ip, uint16_t port)
{
    return endpoint->family == ip->family && endpoint->port == port &&
           memcmp(endpoint->octets, ip->octets, ip->family == 4 ? 4 : 16) == 0;
}

static int64_t began(const struct cf_connection *c)
{
    return g_array_index(c->items, struct cf_item, 0).time;
}

/* Nobody said who opened it: it was refused, or ended before a message was sent. */
static bool is_anonymous(const struct cf_connection *c)
{
    bool spoke = c->peers[1] != CF_NOBODY;
    for (guint i = 0; i < c->flows[1].records->len; i++)
        spoke |= ((const struct cf_record *)c->flows[1].records->pdata[i])->type == PC_NMF_SIZED_ENVELOPE;
    return !spoke;
}

/* The next connection that the node made to this endpoint, if it made one about now. */
static struct cf_connection *counterpart(const struct play *p, const struct pc_ip *ip, uint16_t port)
{
    for (guint i = 0; i < p->capture->connections->len; i++) {
        struct cf_connection *c = p->capture->connections->pdata[i];
        if (!with_itself(c) && (is_own(p, c) || (is_anonymous(c) && began(c) >= p->now && began(c) <= p->now + NEAR)) && endpoint_is(&c->ends[0], ip, port) &&
            !g_hash_table_contains(p->of_theirs, c) && began(c) >= p->now - WINDOW && began(c) <= p->now + WINDOW)
            return c;
    }
    return NULL;
}

static gint by_due(gconstpointer a, gconstpointer b, gpointer unused)
{
    const struct due *p = a, *q = b;
    (void)unused;
    return p->time < q->time ? -1 : p->time > q->time;
}

static void service_answers(void *user, GBytes *octets, int64_t time)
{
    struct play *p = user;
    struct due due = {time, p->writing, octets};
    g_queue_insert_sorted(&p->dues, g_memdup2(&due, sizeof due), by_due, NULL);
}

static void dial_service(struct play *p, pc_conn number)
{
    p->writing = add_conn(p, number);
    p->writing->service = cf_service_accept(p->out->service);
    cf_service_cause(p->writing->service, p->looking_at, p->timer);
    p->out->service_connections++;
    service_answers(p, NULL, p->now);
}

static void dial(struct play *p, const struct pc_action *action)
{
    const struct pc_ip *ip = &action->u.connect.ip;
    if (endpoint_is(&p->captured->resolver, ip, action->u.connect.port)) {
        dial_service(p, action->conn);
        return;
    }
    struct cf_connection *theirs = counterpart(p, ip, action->u.connect.port);
    struct conn *conn = new_conn(p, action->conn, theirs, true);
    conn->end->to = (struct an_endpoint){.port = action->u.connect.port, .family = ip->family};
    memcpy(conn->end->to.octets, ip->octets, ip->family == 4 ? 4 : 16);
    uint32_t draw = MIN(p->drawn_before + p->dials_of_step, p->drawn ? p->drawn - 1 : 0);
    p->dials_of_step++;
    if (!theirs && !p->stray && draw >= p->settled && p->drawn > p->drawn_before) {
        p->stray = true;
        p->wrong_draw = draw;
    }
    if (theirs && !is_own(p, theirs)) {
        g_ptr_array_add(p->claims, theirs);
        p->claimed = true;
    }
}

/* ---- steps ---- */

static void write_octets(struct play *p, struct conn *conn, const struct pc_buf *octets)
{
    if (!conn || !conn->open)
        return;
    p->writing = conn;
    if (conn->service && (p->looking_at || p->timer))
        cf_service_cause(conn->service, p->looking_at, p->timer);
    if (conn->service)
        cf_service_octets(conn->service, octets->data, octets->size, p->now, service_answers, p);
    else
        cf_flow_add(&conn->end->sent, octets->data, octets->size, p->now, p->timer);
}

static void carry_out(struct play *p, const struct pc_action *action)
{
    struct conn *conn = action->conn ? conn_of(p, action->conn) : NULL;
    switch (action->kind) {
    case PC_ACTION_CONNECT:
        dial(p, action);
        return;
    case PC_ACTION_WRITE:
        write_octets(p, conn, action->u.write);
        pc_buf_unref(action->u.write);
        return;
    case PC_ACTION_CLOSE:
    case PC_ACTION_ABORT:
        if (conn && conn->open && conn->end) {
            conn->end->sent.closed = p->now;
            conn->end->sent.reset = action->kind == PC_ACTION_ABORT;
        }
        if (conn)
            conn->open = false;
        return;
    case PC_ACTION_OPEN_FAILED:
        p->out->gave_up = true;
        p->out->why = action->u.open_failed;
        return;
    case PC_ACTION_STOPPED:
        return;
    case PC_ACTION_NOTE:
        if (action->u.note.kind == PC_NOTE_VIOLATION)
            g_ptr_array_add(p->out->notes, g_strdup(action->u.note.text));
        return;
    default:
        return;
    }
}

static void step(struct play *p, struct pc_event *event)
{
    event->now = p->now;
    p->timer = event->kind == PC_EVENT_TIMER;
    p->actions.count = 0;
    p->drawn_before = p->drawn;
    p->dials_of_step = 0;
    pc_node_step(p->node, event, &p->actions);
    for (uint32_t i = 0; i < p->actions.count; i++)
        carry_out(p, &p->actions.items[i]);
}

static void octets_arrive(struct play *p, struct conn *conn, const uint8_t *octets, size_t size)
{
    struct pc_event event = {.kind = PC_EVENT_OCTETS, .conn = conn->number};
    event.u.octets.data = octets;
    event.u.octets.size = size;
    while (event.u.octets.size && conn->open && !p->out->gave_up)
        step(p, &event);
}

static void to_connection(struct play *p, struct conn *conn, const struct input *input)
{
    struct pc_event event = {.conn = conn->number};
    if (!conn->open)
        return;
    switch (input->kind) {
    case IN_CONNECTED:
        event.kind = PC_EVENT_CONNECTED;
        break;
    case IN_REFUSED:
        event.kind = PC_EVENT_CONNECT_FAILED;
        conn->open = false;
        break;
    case IN_OCTETS:
        p->looking_at = input->record;
        octets_arrive(p, conn, input->connection->flows[input->from_initiator].octets->data + input->offset, input->size);
        return;
    case IN_EOF:
        event.kind = PC_EVENT_EOF;
        break;
    default:
        event.kind = PC_EVENT_CLOSED;
        conn->open = false;
        break;
    }
    step(p, &event);
}

static void start(struct play *p)
{
    const struct cf_captured_node *node = p->captured;
    struct pc_event event = {.kind = PC_EVENT_START};
    const struct pc_ip *ip = node->ips->len ? &g_array_index(node->ips, struct pc_ip, 0) : NULL;
    event.u.start.port = node->endpoint.port;
    if (ip)
        event.u.start.ip = *ip;
    event.u.start.host = (struct pc_text){node->host, (uint32_t)strlen(node->host)};
    step(p, &event);
    for (guint i = 0; i < node->channels->len && i < PC_MAX_CHANNELS; i++) {
        const char *via = node->channels->pdata[i];
        struct pc_event channel = {.kind = PC_EVENT_OPEN_CHANNEL};
        channel.u.channel = pc_str_intern(pc_codec_strings(p->capture->codec), via, strlen(via));
        step(p, &channel);
        pc_str_unref(pc_codec_strings(p->capture->codec), channel.u.channel);
    }
}

static void publish(struct play *p, const struct cf_publication *publication)
{
    struct pc_event event = {.kind = PC_EVENT_PUBLISH};
    event.u.publish.message = &publication->message;
    event.u.publish.has_id = true;
    step(p, &event);
}

/* What comes over a connection that our core is yet to make waits for it. */
static void over_connection(struct play *p, const struct input *input)
{
    struct conn *conn = g_hash_table_lookup(p->of_theirs, input->connection);
    if (conn) {
        to_connection(p, conn, input);
        return;
    }
    GQueue *queue = g_hash_table_lookup(p->early, input->connection);
    if (!queue)
        g_hash_table_insert(p->early, input->connection, queue = g_queue_new());
    g_queue_push_tail(queue, (gpointer)(gsize)input);
}

static void catch_up(struct play *p)
{
    for (guint i = 0; i < p->conns->len; i++) { /* grows while steps dial */
        struct conn *conn = p->conns->pdata[i];
        GQueue *queue = conn->end && conn->end->theirs ? g_hash_table_lookup(p->early, conn->end->theirs) : NULL;
        while (queue && queue->length)
            to_connection(p, conn, g_queue_pop_head(queue));
    }
}

static void feed(struct play *p, const struct input *input)
{
    p->timer = false;
    p->looking_at = NULL;
    switch (input->kind) {
    case IN_START:
        start(p);
        break;
    case IN_ACCEPT: {
        p->accepted += 2;
        struct conn *conn = new_conn(p, p->accepted, input->connection, false);
        struct pc_event event = {.kind = PC_EVENT_ACCEPTED, .conn = conn->number};
        step(p, &event);
        break;
    }
    case IN_PUBLISH:
        publish(p, input->publication);
        break;
    case IN_STOP: {
        struct pc_event event = {.kind = PC_EVENT_STOP};
        step(p, &event);
        break;
    }
    default:
        over_connection(p, input);
    }
    catch_up(p);
}

static void serve(struct play *p, struct due *due)
{
    struct conn *conn = due->conn;
    p->looking_at = NULL;
    p->now = MAX(p->now, due->time);
    if (conn->open && due->octets) {
        gsize size;
        const uint8_t *octets = g_bytes_get_data(due->octets, &size);
        octets_arrive(p, conn, octets, size);
    } else if (conn->open) {
        struct pc_event event = {.kind = PC_EVENT_CONNECTED, .conn = conn->number};
        step(p, &event);
    }
    if (due->octets)
        g_bytes_unref(due->octets);
    g_free(due);
    catch_up(p);
}

/* What comes from the service and timers, as far as they are due before `until`. */
static void run_until(struct play *p, int64_t until)
{
    while (!p->out->gave_up && !p->stray && !p->claimed) {
        pc_time at = pc_node_deadline(p->node);
        struct due *due = g_queue_peek_head(&p->dues);
        if (due && due->time <= at && due->time <= until) {
            serve(p, g_queue_pop_head(&p->dues));
            continue;
        }
        if (at >= until)
            return;
        p->now = MAX(p->now, at);
        p->looking_at = NULL;
        struct pc_event event = {.kind = PC_EVENT_TIMER};
        step(p, &event);
        catch_up(p);
        g_assert(pc_node_deadline(p->node) > at || p->stray || p->claimed || p->out->gave_up);
    }
}

static void play(struct play *p)
{
    int64_t end = p->captured->gone >= 0 ? p->captured->gone : p->capture->end;
    for (guint i = 0; i < p->inputs->len && !p->out->gave_up && !p->stray && !p->claimed; i++) {
        const struct input *input = &g_array_index(p->inputs, struct input, i);
        if (input->time > end)
            break;
        run_until(p, input->time);
        if (p->stray || p->claimed || p->out->gave_up)
            return;
        p->now = MAX(p->now, input->time);
        feed(p, input);
    }
    run_until(p, end);
}

/* ---- one replay, and the search for the node's choices ---- */

static pc_str intern(struct play *p, const char *text)
{
    return text ? pc_str_intern(pc_codec_strings(p->capture->codec), text, strlen(text)) : 0;
}

static void free_conn(gpointer data)
{
    struct conn *conn = data;
    cf_service_end_free(conn->service);
    g_free(conn);
}

static void free_due(gpointer data)
{
    struct due *due = data;
    if (due->octets)
        g_bytes_unref(due->octets);
    g_free(due);
}

static void set_up(struct play *p)
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
    p->mesh.rules.message_octets = MAX(p->rules->message_octets, node->largest);
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

static void take_down(struct play *p)
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

static void note_missed(struct play *p)
{
    int64_t end = p->captured->gone >= 0 ? p->captured->gone : p->capture->end;
    for (guint i = 0; i < p->capture->connections->len; i++) {
        struct cf_connection *c = p->capture->connections->pdata[i];
        if (is_own(p, c) && !with_service(p, c) && !with_itself(c) && began(c) < end && !g_hash_table_contains(p->of_theirs, c))
            g_array_append_val(p->out->missed, c);
    }
}

/* The id of each call as the node drew it for its call of that kind. True: it is another than was used. */
static bool learn_call_ids(struct play *p)
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
static void choose_again(struct play *p)
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
    struct play p = {.capture = capture, .captured = node, .rules = rules, .held = held,
                     .claims = g_ptr_array_new(),
                     .inputs = g_array_new(FALSE, TRUE, sizeof(struct input)),
                     .choices = g_array_new(FALSE, TRUE, sizeof(uint32_t)),
                     .call_ids = g_array_new(FALSE, TRUE, sizeof(struct pc_guid))};
    uint32_t tries = 0;
    for (;;) {
        collect_inputs(&p);
        set_up(&p);
        play(&p);
        p.out->tries = ++tries;
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
    tell_looked(&p);
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
