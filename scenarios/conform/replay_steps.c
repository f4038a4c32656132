#include "scenarios/conform/replay_private.h"

#include <string.h>

#define WINDOW PC_SECONDS(5) /* our dial and the captured one are the same if they are not further apart */
#define NEAR   INT64_C(200000000) /* ns: likewise, if nobody says who made it */

/* ---- connections ---- */

static struct cf_conn *conn_of(const struct cf_play *p, pc_conn number)
{
    for (guint i = p->conns->len; i-- > 0;) {
        struct cf_conn *conn = p->conns->pdata[i];
        if (conn->number == number)
            return conn;
    }
    return NULL;
}

static struct cf_conn *add_conn(struct cf_play *p, pc_conn number)
{
    struct cf_conn *conn = g_new0(struct cf_conn, 1);
    conn->number = number;
    conn->open = true;
    g_ptr_array_add(p->conns, conn);
    return conn;
}

static struct cf_conn *new_conn(struct cf_play *p, pc_conn number, struct cf_connection *theirs, bool initiator)
{
    struct cf_conn *conn = add_conn(p, number);
    struct cf_end *end = g_new0(struct cf_end, 1);
    *end = (struct cf_end){.theirs = theirs, .initiator = initiator, .opened = p->now};
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

/* Nobody said who opened it: it was refused, or ended before a message was sent. */
static bool is_anonymous(const struct cf_connection *c)
{
    bool spoke = c->peers[1] != CF_NOBODY;
    for (guint i = 0; i < c->flows[1].records->len; i++)
        spoke |= ((const struct cf_record *)c->flows[1].records->pdata[i])->type == PC_NMF_SIZED_ENVELOPE;
    return !spoke;
}

/* Is this connection one that the node, or perhaps the node, made about now? */
static bool may_be_ours(const struct cf_play *p, const struct cf_connection *c)
{
    int64_t after = cf_play_began(c) - p->now;
    if (cf_play_with_itself(c))
        return false;
    return cf_play_is_own(p, c) ? ABS(after) <= WINDOW : is_anonymous(c) && after >= 0 && after <= NEAR;
}

/* The next connection that the node made to this endpoint, if it made one about now. */
static struct cf_connection *counterpart(const struct cf_play *p, const struct pc_ip *ip, uint16_t port)
{
    for (guint i = 0; i < p->capture->connections->len; i++) {
        struct cf_connection *c = p->capture->connections->pdata[i];
        if (endpoint_is(&c->ends[0], ip, port) && !g_hash_table_contains(p->of_theirs, c) && may_be_ours(p, c))
            return c;
    }
    return NULL;
}

static gint by_due(gconstpointer a, gconstpointer b, gpointer unused)
{
    const struct cf_due *p = a, *q = b;
    (void)unused;
    return p->time < q->time ? -1 : p->time > q->time;
}

static void service_answers(void *user, GBytes *octets, int64_t time)
{
    struct cf_play *p = user;
    struct cf_due due = {time, p->writing, octets};
    g_queue_insert_sorted(&p->dues, g_memdup2(&due, sizeof due), by_due, NULL);
}

static void dial_service(struct cf_play *p, pc_conn number)
{
    p->writing = add_conn(p, number);
    p->writing->service = cf_service_accept(p->out->service);
    cf_service_cause(p->writing->service, p->looking_at, p->timer);
    service_answers(p, NULL, p->now);
}

static void dial(struct cf_play *p, const struct pc_action *action)
{
    const struct pc_ip *ip = &action->u.connect.ip;
    if (endpoint_is(&p->captured->resolver, ip, action->u.connect.port)) {
        dial_service(p, action->conn);
        return;
    }
    struct cf_connection *theirs = counterpart(p, ip, action->u.connect.port);
    struct cf_conn *conn = new_conn(p, action->conn, theirs, true);
    conn->end->to = (struct an_endpoint){.port = action->u.connect.port, .family = ip->family};
    memcpy(conn->end->to.octets, ip->octets, ip->family == 4 ? 4 : 16);
    uint32_t draw = MIN(p->drawn_before + p->dials_of_step, p->drawn ? p->drawn - 1 : 0);
    p->dials_of_step++;
    if (!theirs && !p->stray && draw >= p->settled && p->drawn > p->drawn_before) {
        p->stray = true;
        p->wrong_draw = draw;
    }
    if (theirs && !cf_play_is_own(p, theirs)) {
        g_ptr_array_add(p->claims, theirs);
        p->claimed = true;
    }
}

/* ---- steps ---- */

static void write_octets(struct cf_play *p, struct cf_conn *conn, const struct pc_buf *octets)
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

static void carry_out(struct cf_play *p, const struct pc_action *action)
{
    struct cf_conn *conn = action->conn ? conn_of(p, action->conn) : NULL;
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

static void step(struct cf_play *p, struct pc_event *event)
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

static void octets_arrive(struct cf_play *p, struct cf_conn *conn, const uint8_t *octets, size_t size)
{
    struct pc_event event = {.kind = PC_EVENT_OCTETS, .conn = conn->number};
    event.u.octets.data = octets;
    event.u.octets.size = size;
    while (event.u.octets.size && conn->open && !p->out->gave_up)
        step(p, &event);
}

static void to_connection(struct cf_play *p, struct cf_conn *conn, const struct cf_input *input)
{
    struct pc_event event = {.conn = conn->number};
    if (!conn->open)
        return;
    switch (input->kind) {
    case CF_IN_CONNECTED:
        event.kind = PC_EVENT_CONNECTED;
        break;
    case CF_IN_REFUSED:
        event.kind = PC_EVENT_CONNECT_FAILED;
        conn->open = false;
        break;
    case CF_IN_OCTETS:
        p->looking_at = input->record;
        octets_arrive(p, conn, input->connection->flows[input->from_initiator].octets->data + input->offset, input->size);
        return;
    case CF_IN_EOF:
        event.kind = PC_EVENT_EOF;
        break;
    default:
        event.kind = PC_EVENT_CLOSED;
        conn->open = false;
        break;
    }
    step(p, &event);
}

static void start(struct cf_play *p)
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

static void publish(struct cf_play *p, const struct cf_publication *publication)
{
    struct pc_event event = {.kind = PC_EVENT_PUBLISH};
    event.u.publish.message = &publication->message;
    event.u.publish.has_id = true;
    step(p, &event);
}

/* What comes over a connection that our core is yet to make waits for it. */
static void over_connection(struct cf_play *p, const struct cf_input *input)
{
    struct cf_conn *conn = g_hash_table_lookup(p->of_theirs, input->connection);
    if (conn) {
        to_connection(p, conn, input);
        return;
    }
    GQueue *queue = g_hash_table_lookup(p->early, input->connection);
    if (!queue)
        g_hash_table_insert(p->early, input->connection, queue = g_queue_new());
    g_queue_push_tail(queue, (gpointer)(gsize)input);
}

static void catch_up(struct cf_play *p)
{
    for (guint i = 0; i < p->conns->len; i++) { /* grows while steps dial */
        struct cf_conn *conn = p->conns->pdata[i];
        GQueue *queue = conn->end && conn->end->theirs ? g_hash_table_lookup(p->early, conn->end->theirs) : NULL;
        while (queue && queue->length)
            to_connection(p, conn, g_queue_pop_head(queue));
    }
}

static void feed(struct cf_play *p, const struct cf_input *input)
{
    p->timer = false;
    p->looking_at = NULL;
    switch (input->kind) {
    case CF_IN_START:
        start(p);
        break;
    case CF_IN_ACCEPT: {
        p->accepted += 2;
        struct cf_conn *conn = new_conn(p, p->accepted, input->connection, false);
        struct pc_event event = {.kind = PC_EVENT_ACCEPTED, .conn = conn->number};
        step(p, &event);
        break;
    }
    case CF_IN_PUBLISH:
        publish(p, input->publication);
        break;
    case CF_IN_STOP: {
        struct pc_event event = {.kind = PC_EVENT_STOP};
        step(p, &event);
        break;
    }
    default:
        over_connection(p, input);
    }
    catch_up(p);
}

static void serve(struct cf_play *p, struct cf_due *due)
{
    struct cf_conn *conn = due->conn;
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
static void run_until(struct cf_play *p, int64_t until)
{
    while (!p->out->gave_up && !p->stray && !p->claimed) {
        pc_time at = pc_node_deadline(p->node);
        struct cf_due *due = g_queue_peek_head(&p->dues);
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

void cf_play_run(struct cf_play *p)
{
    int64_t end = p->captured->gone >= 0 ? p->captured->gone : p->capture->end;
    for (guint i = 0; i < p->inputs->len && !p->out->gave_up && !p->stray && !p->claimed; i++) {
        const struct cf_input *input = &g_array_index(p->inputs, struct cf_input, i);
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
