/* Neighbour manager: the life of a link from dial or accept to Closed. peer-channel.md 9, 10.1; [MC-PRCH] 3.1.6. */
#include "protocol/mesh/node_private.h"

#include <string.h>

struct pc_link *pc_link_find(struct pc_node *node, pc_conn conn)
{
    for (uint32_t i = 0; i < node->link_count; i++)
        if (node->conns[i] == conn)
            return node->links[i];
    return NULL;
}

bool pc_link_live_with(const struct pc_node *node, pc_str address)
{
    for (uint32_t i = 0; i < node->link_count; i++) {
        const struct pc_link *link = node->links[i];
        if (link->state < PC_LINK_DISCONNECTING && link->address &&
            pc_address_same_node(pc_pool(node), link->address, address))
            return true;
    }
    return false;
}

static struct pc_link *add_link(struct pc_node *node)
{
    if (node->link_count == node->link_capacity) {
        node->link_capacity = (uint16_t)(node->link_capacity ? node->link_capacity * 2 : 4);
        node->links = g_renew(struct pc_link *, node->links, node->link_capacity);
        node->conns = g_renew(pc_conn, node->conns, node->link_capacity);
    }
    struct pc_link *link = g_new0(struct pc_link, 1);
    node->conns[node->link_count] = 0;
    node->links[node->link_count++] = link;
    link->deadline = link->report_at = link->watch_at = PC_TIME_NEVER;
    return link;
}

static void index_conn(struct pc_node *node, const struct pc_link *link)
{
    for (uint32_t i = 0; i < node->link_count; i++)
        if (node->links[i] == link)
            node->conns[i] = link->session.conn;
}

/* Everything of a link but its connection: before its end, or before the connection serves another session. */
static void clear_link(struct pc_node *node, struct pc_link *link)
{
    pc_connector_unpark(node, link);
    pc_throttle_drop(node, link);
    pc_str_unref(pc_pool(node), link->address);
    struct pc_session session = link->session;
    memset(link, 0, sizeof *link);
    link->session = session;
    link->deadline = link->report_at = link->watch_at = PC_TIME_NEVER;
}

void pc_link_free(struct pc_node *node, struct pc_link *link)
{
    clear_link(node, link);
    pc_session_lost(&link->session, &node->io);
    g_free(link);
}

static void mark_dead(struct pc_node *node, struct pc_link *link)
{
    link->dead = true;
    node->sweep = true;
    node->stale = true;
}

enum pc_verdict pc_link_ask(struct pc_node *node, struct pc_link *link, enum pc_link_event event)
{
    const struct pc_fsm_row *row =
        pc_fsm_row(pc_rules(node), event, link->session.initiator, (enum pc_link_state)link->state);
    link->may_go = row->to;
    return (enum pc_verdict)row->verdict;
}

/* The one place where a link's state changes; keeps the connected list and tells the story. */
void pc_link_set_state(struct pc_node *node, struct pc_link *link, enum pc_link_state state)
{
    enum pc_link_state old = (enum pc_link_state)link->state;
    if (old == state)
        return;
    g_assert(pc_fsm_may_go(old, state));
    link->state = (uint8_t)state;
    node->stale = true;
    struct pc_note *note = pc_node_note(node, PC_NOTE_STATE, link);
    note->a = (uint32_t)old;
    note->b = (uint32_t)state;
    note->reason = link->reason;
    note->value = link->may_go;
    if (state == PC_LINK_CONNECTED) {
        node->connected++; /* PC-9.1-2 */
        link->order = ++node->next_order;
        link->deadline = link->session.blocked ? node->now + pc_rules(node)->send_timeout : PC_TIME_NEVER; /* PC-15-2 */
        pc_utility_reset(node, link);
    } else if (old == PC_LINK_CONNECTED) {
        node->connected--;
        link->report_at = link->watch_at = PC_TIME_NEVER;
    }
}

/* The session is over, in whatever way: out of all lists (9.1 Closed). An idle connection stays behind. */
static void closed(struct pc_node *node, struct pc_link *link)
{
    if (link->state != PC_LINK_CLOSED) {
        bool had_opened = link->state >= PC_LINK_OPENED;
        pc_link_set_state(node, link, PC_LINK_CLOSED);
        link->of_cycle = false;
        link->handshake_armed = false;
        pc_connector_unpark(node, link);
        pc_throttle_drop(node, link);
        if (had_opened && node->online && node->connected == 0 && node->life != PC_LIFE_STOPPED) {
            node->online = false;
            pc_io_add(&node->io, PC_ACTION_OFFLINE, 0); /* PC-9.5-3 */
        }
        if (link->session.phase == PC_SESSION_IDLE && node->life == PC_LIFE_OPEN && !link->crossed) {
            link->deadline = node->now + pc_rules(node)->pool_idle; /* FR-8-3 */
        } else {
            pc_session_close(&link->session, &node->io);
            mark_dead(node, link);
        }
        pc_maintainer_link_closed(node, had_opened);
    } else {
        pc_session_close(&link->session, &node->io);
        mark_dead(node, link);
    }
    pc_node_may_have_stopped(node);
}

void pc_link_abort(struct pc_node *node, struct pc_link *link, const char *why)
{
    if (why)
        pc_node_note(node, PC_NOTE_VIOLATION, link)->text = why;
    pc_session_abort(&link->session, &node->io);
    closed(node, link);
}

void pc_link_write(struct pc_node *node, struct pc_link *link, struct pc_message *message)
{
    struct pc_buf *record =
        pc_message_write(node->mesh->codec, &link->session.out, pc_link_to(node, link), message);
    struct pc_note *note = pc_node_note(node, PC_NOTE_SENT, link);
    note->message_kind = (uint8_t)message->kind;
    note->size = record->size;
    pc_session_write(&link->session, &node->io, record);
}

/* Referrals of a message: the first Connected neighbours in the order in which they became so (10.6). */
/* PC-10.6-1 */
static uint32_t collect_referrals(struct pc_node *node, struct pc_referral *items, struct pc_address *storage,
                                  uint32_t limit)
{
    uint32_t count = 0, last = 0;
    if (node->client.sharing != PC_SHARING_ON) /* PC-10.6-2 */
        return 0;
    while (count < limit) {
        const struct pc_link *next = NULL;
        for (uint32_t i = 0; i < node->link_count; i++) {
            const struct pc_link *link = node->links[i];
            if (link->state == PC_LINK_CONNECTED && link->order > last && (!next || link->order < next->order))
                next = link;
        }
        if (!next)
            break;
        last = next->order;
        items[count] = (struct pc_referral){.address = pc_address_view(pc_pool(node), next->address, &storage[count]),
                                            .node_id = next->remote_id};
        count++;
    }
    return count;
}

static void write_with_referrals(struct pc_node *node, struct pc_link *link, struct pc_message *message,
                                 struct pc_referrals *referrals)
{
    enum { LIMIT = 16 };
    struct pc_referral items[LIMIT];
    struct pc_address storage[LIMIT];
    uint32_t limit = pc_rules(node)->referrals_in_message;
    *referrals = (struct pc_referrals){
        .items = items, .count = collect_referrals(node, items, storage, limit < LIMIT ? limit : LIMIT)};
    pc_link_write(node, link, message);
}

void pc_link_welcome(struct pc_node *node, struct pc_link *link)
{
    struct pc_message message = {.kind = PC_KIND_WELCOME};
    message.u.welcome.node_id = node->id;
    write_with_referrals(node, link, &message, &message.u.welcome.referrals);
}

static void say_why(struct pc_node *node, struct pc_link *link, enum pc_kind kind, enum pc_reason reason)
{
    struct pc_message message = {.kind = kind};
    message.u.refuse.reason = reason; /* Refuse and Disconnect have the same members */
    write_with_referrals(node, link, &message, &message.u.refuse.referrals);
}

/* PC-9.5-1 */
void pc_link_close(struct pc_node *node, struct pc_link *link, enum pc_reason reason, enum pc_kind terminal)
{
    if (pc_link_ask(node, link, PC_LINK_LOCAL_CLOSE) != PC_VERDICT_PROCESS)
        return;
    link->reason = (uint8_t)reason;
    /* Disconnecting first, so that this link is not among the referrals (9.5). PC-9.4-1 */
    pc_link_set_state(node, link, PC_LINK_DISCONNECTING);
    if (terminal != PC_KIND_UNKNOWN)
        say_why(node, link, terminal, reason);
    pc_link_end(node, link);
}

/* End from this side; Closed when the peer's has come too, or after the close time-out. */
void pc_link_end(struct pc_node *node, struct pc_link *link)
{
    pc_session_end(&link->session, &node->io, pc_rules(node)->pool_connections);
    link->handshake_armed = false;
    link->deadline = node->now + pc_rules(node)->close_timeout; /* PC-9.5-2 */
    node->stale = true;
    if (link->session.phase == PC_SESSION_IDLE || link->session.phase == PC_SESSION_GONE)
        closed(node, link);
}

/* The node leaves (8.2 step 3): own links get End, accepted ones are dropped with the listener. PC-8.2-3 */
void pc_link_leave(struct pc_node *node, struct pc_link *link)
{
    bool farewell = pc_rules(node)->disconnect_on_leave && link->state == PC_LINK_CONNECTED; /* PC-8.2-4 */
    switch (pc_link_ask(node, link, PC_LINK_NODE_LEAVES)) {
    case PC_VERDICT_ABORT:
        pc_link_abort(node, link, NULL);
        return;
    case PC_VERDICT_PROCESS:
        break;
    default:
        return;
    }
    if (link->state == PC_LINK_CLOSED) {
        pc_session_close(&link->session, &node->io);
        mark_dead(node, link);
    } else if (farewell) {
        pc_link_close(node, link, PC_REASON_LEAVING_MESH, PC_KIND_DISCONNECT);
    } else if (link->session.initiator) {
        pc_link_close(node, link, PC_REASON_NONE, PC_KIND_UNKNOWN);
    } else {
        pc_session_close(&link->session, &node->io);
        closed(node, link);
    }
}

/* ---- the initiator's side: dialling (10.1) ---- */

static void dial_address(struct pc_node *node, struct pc_link *link, const struct pc_address *address)
{
    node->next_conn += 2;
    pc_session_dial(&link->session, &node->io, node->next_conn, &address->ips[link->ip_index], address->port);
    index_conn(node, link);
}

/* A pooled connection to the same node, still open after an earlier session: framing.md 8. */
static struct pc_link *idle_link_to(struct pc_node *node, pc_str address)
{
    for (uint32_t i = 0; i < node->link_count; i++) {
        struct pc_link *link = node->links[i];
        if (!link->dead && link->session.initiator && link->session.phase == PC_SESSION_IDLE &&
            link->address == address)
            return link;
    }
    return NULL;
}

static void start_session(struct pc_node *node, struct pc_link *link)
{
    struct pc_address address;
    pc_address_get(pc_pool(node), link->address, &address);
    char via[PC_VIA_MAX];
    uint32_t n = pc_via_for(address.uri, &address.ips[link->ip_index], via);
    if (n == 0) {
        pc_link_ask(node, link, PC_LINK_LOST);
        pc_link_abort(node, link, "the neighbor's listen URI is too long for a Via");
        return;
    }
    pc_session_start(&link->session, &node->io, (struct pc_text){via, n});
}

struct pc_link *pc_link_dial(struct pc_node *node, pc_str address, bool of_cycle, pc_time deadline)
{
    struct pc_address decoded;
    pc_address_get(pc_pool(node), address, &decoded);
    struct pc_link *link = pc_rules(node)->pool_connections ? idle_link_to(node, address) : NULL;
    bool reuse = link != NULL;
    pc_str_ref(pc_pool(node), address);
    if (reuse)
        clear_link(node, link);
    else
        link = add_link(node);
    link->address = address;
    link->of_cycle = of_cycle;
    pc_time timeout = node->now + pc_rules(node)->open_timeout; /* PC-10.1-4 */
    link->deadline = timeout < deadline ? timeout : deadline;
    node->stale = true;
    pc_node_note(node, PC_NOTE_DIAL, link)->address = address;
    if (reuse)
        start_session(node, link);
    else
        dial_address(node, link, &decoded);
    return link;
}

void pc_link_connected_event(struct pc_node *node, struct pc_link *link)
{
    if (link->session.phase == PC_SESSION_DIALLING)
        start_session(node, link);
}

/* "Endpoint not found" and time-outs go on to the next address of the candidate (10.1). */
void pc_link_dial_failed(struct pc_node *node, struct pc_link *link)
{
    struct pc_address address;
    if (pc_link_ask(node, link, PC_LINK_LOST) != PC_VERDICT_PROCESS)
        return;
    pc_address_get(pc_pool(node), link->address, &address);
    pc_session_lost(&link->session, &node->io);
    if (link->ip_index + 1u < address.ip_count && node->now < link->deadline) {
        link->ip_index++; /* PC-10.1-1 */
        dial_address(node, link, &address);
        return;
    }
    pc_node_note(node, PC_NOTE_DIAL_FAILED, link)->address = link->address;
    closed(node, link);
}

/* ---- the responder's side ---- */

void pc_link_accept(struct pc_node *node, pc_conn conn)
{
    uint32_t accepted = 0;
    for (uint32_t i = 0; i < node->link_count; i++)
        accepted += !node->links[i]->session.initiator;
    if (node->life != PC_LIFE_OPEN || accepted >= pc_rules(node)->sessions_accepted) { /* FR-12-5 */
        pc_io_add(&node->io, PC_ACTION_ABORT, conn);
        return;
    }
    struct pc_link *link = add_link(node);
    pc_session_accept(&link->session, &node->io, conn);
    index_conn(node, link);
    link->deadline = node->now + pc_rules(node)->accept_timeout; /* FR-12-3 */
    node->stale = true;
}

/* ---- octets and ends ---- */

static void message_received(struct pc_node *node, struct pc_link *link, const struct pc_nmf_record *record)
{
    struct pc_message *message = &node->io.out->message;
    GError *error = NULL;
    if (!pc_message_read(node->mesh->codec, &link->session.in, record->payload, record->size, message, &error)) {
        g_clear_error(&error);
        pc_link_ask(node, link, PC_LINK_LOST);
        pc_link_abort(node, link, "a message that cannot be decoded"); /* PC-9.2-6 */
        return;
    }
    if (message->kind == PC_KIND_FLOOD) {
        pc_flooder_received(node, link, message, record->octets);
        return;
    }
    struct pc_note *note = pc_node_note(node, PC_NOTE_RECEIVED, link);
    note->message_kind = (uint8_t)message->kind;
    note->size = record->octets;
    pc_connector_message(node, link, message);
}

void pc_link_octets(struct pc_node *node, struct pc_link *link, struct pc_event *event)
{
    struct pc_nmf_record record;
    bool preamble = !link->session.initiator && link->session.phase != PC_SESSION_OPEN;
    struct pc_text path = preamble ? pc_uri_path(pc_address_uri(pc_pool(node), node->address)) : (struct pc_text){0};
    switch (pc_session_octets(&link->session, &node->io, event, path, node->port, &record)) {
    case PC_SESSION_NOTHING:
        break;
    case PC_SESSION_BEGUN:
        if (link->state == PC_LINK_CLOSED) /* a further session on a pooled connection */
            clear_link(node, link);
        link->deadline = node->now + pc_rules(node)->accept_timeout;
        node->stale = true;
        break;
    case PC_SESSION_ESTABLISHED:
        pc_connector_established(node, link);
        break;
    case PC_SESSION_ENVELOPE:
        message_received(node, link, &record);
        break;
    case PC_SESSION_ENDED:
        if (pc_link_ask(node, link, PC_LINK_PEER_END) != PC_VERDICT_PROCESS) /* PC-9.2-4 */
            break;
        if (link->state == PC_LINK_DISCONNECTED && link->parked)
            break; /* answered when its referrals have been looked at */
        pc_session_end(&link->session, &node->io, pc_rules(node)->pool_connections);
        closed(node, link);
        break;
    case PC_SESSION_FAULTED: {
        static const char not_found[] = "http://schemas.microsoft.com/ws/2006/05/framing/faults/EndpointNotFound";
        bool next = link->state == PC_LINK_CREATED && record.size == sizeof not_found - 1 && /* PC-10.1-2 */
                    memcmp(record.payload, not_found, record.size) == 0;
        pc_session_fault(&link->session, &node->io);
        if (next) {
            pc_link_dial_failed(node, link);
        } else {
            if (link->state == PC_LINK_CREATED)
                pc_node_note(node, PC_NOTE_DIAL_FAILED, link)->address = link->address;
            pc_link_ask(node, link, PC_LINK_LOST);
            closed(node, link);
        }
        break;
    }
    case PC_SESSION_FAILED:
        pc_node_note(node, PC_NOTE_VIOLATION, link)->text = "framing that cannot be served";
        pc_link_ask(node, link, PC_LINK_LOST);
        closed(node, link);
        break;
    }
}

/* The connection is over. If it was a pooled one that the other side had let go before our preamble came (its reader has
 * seen octets of an earlier session, none of this one), dial afresh: observed.md 2.2. */
static void closed_or_redialled(struct pc_node *node, struct pc_link *link, bool stale)
{
    if (!stale) {
        if (pc_link_ask(node, link, PC_LINK_LOST) == PC_VERDICT_PROCESS)
            closed(node, link);
        return;
    }
    struct pc_address address;
    pc_address_get(pc_pool(node), link->address, &address);
    dial_address(node, link, &address);
}

static bool is_stale(const struct pc_link *link)
{
    return link->session.phase == PC_SESSION_WAIT_ACK && link->session.reader.offset > 0;
}

/* The peer's FIN. Without an End before it, the survivor still answers with its own (observed.md 2.2). PC-9.2-5 */
void pc_link_eof(struct pc_node *node, struct pc_link *link)
{
    bool stale = is_stale(link);
    if (link->session.phase == PC_SESSION_OPEN)
        pc_session_write(&link->session, &node->io, pc_nmf_octet(PC_NMF_END));
    pc_session_close(&link->session, &node->io);
    closed_or_redialled(node, link, stale);
}

void pc_link_gone(struct pc_node *node, struct pc_link *link)
{
    bool stale = is_stale(link);
    pc_session_lost(&link->session, &node->io);
    closed_or_redialled(node, link, stale);
}

/* Nothing came, or nothing went out, for as long as the state allows. */
static const char *why_timer_aborts(const struct pc_link *link)
{
    switch (link->state) {
    case PC_LINK_CREATED:
        return "no complete preamble in time";
    case PC_LINK_CONNECTED:
        return "a send did not complete in time"; /* 13.3 step 9; PC-13.3-7 */
    default:
        return NULL; /* close time-out */
    }
}

static void handshake_timed_out(struct pc_node *node, struct pc_link *link) /* PC-9.2-3 */
{
    link->handshake_armed = false;
    pc_node_note(node, PC_NOTE_VIOLATION, link)->text = "no answer within the connect time-out";
    if (pc_rules(node)->abort_on_connect_timeout)
        pc_link_abort(node, link, NULL);
    else
        pc_link_close(node, link, PC_REASON_NONE, PC_KIND_UNKNOWN);
}

void pc_link_timer(struct pc_node *node, struct pc_link *link)
{
    link->deadline = PC_TIME_NEVER;
    node->stale = true;
    switch (pc_link_ask(node, link, PC_LINK_TIMER)) {
    case PC_VERDICT_ABORT:
        if (link->state == PC_LINK_CONNECTED)
            link->reason = PC_REASON_INTERNAL_FAILURE;
        pc_link_abort(node, link, why_timer_aborts(link));
        return;
    case PC_VERDICT_PROCESS:
        break;
    default:
        return;
    }
    if (link->state == PC_LINK_CREATED) {
        struct pc_address address;
        pc_address_get(pc_pool(node), link->address, &address);
        pc_session_abort(&link->session, &node->io);
        link->ip_index = (uint8_t)address.ip_count; /* the budget is spent: no further address */
        pc_link_dial_failed(node, link);
    } else if (link->state == PC_LINK_CONNECTING) {
        handshake_timed_out(node, link);
    } else { /* Closed, idle for two minutes: both sides let it go with FIN (observed.md 2.2) */
        closed(node, link);
    }
}
