/* Connector: the handshake that makes two nodes neighbours. peer-channel.md 10; [MC-PRCH] 3.1.5.2 - 3.1.5.5. */
#include "protocol/mesh/node_private.h"

/* Neighbours that count against the maximum: those Connected, and those whose Connect was found acceptable and whose
 * Welcome only waits for the referral policy (else a burst of joiners at a new node would all pass the check: I1). */
static uint32_t counted(const struct pc_node *node) /* PC-10.3-5 */
{
    uint32_t count = node->connected;
    for (uint32_t i = 0; i < node->link_count; i++) {
        const struct pc_link *link = node->links[i];
        if (link->state != PC_LINK_CONNECTING)
            continue;
        bool accepted = link->parked && link->parked->terminal == PC_KIND_UNKNOWN;
        count += link->session.initiator ? pc_rules(node)->connecting_counts : accepted;
    }
    return count;
}

/* Opened, Authenticated and Connecting follow at once in security mode None (9.2). */
void pc_connector_established(struct pc_node *node, struct pc_link *link)
{
    if (pc_link_ask(node, link, PC_LINK_ESTABLISHED) != PC_VERDICT_PROCESS) {
        pc_link_abort(node, link, "a second preamble");
        return;
    }
    pc_link_set_state(node, link, PC_LINK_OPENED);
    pc_link_set_state(node, link, PC_LINK_AUTHENTICATED);
    if (node->paused)
        pc_throttle_pause(node, link);
    bool full = link->session.initiator && counted(node) >= pc_rules(node)->max_neighbors;
    pc_link_set_state(node, link, PC_LINK_CONNECTING);
    link->handshake_armed = true;
    link->deadline = node->now + pc_rules(node)->connect_timeout;
    if (!link->session.initiator)
        return;
    if (full || node->life != PC_LIFE_OPEN) {
        pc_link_close(node, link, PC_REASON_NODE_BUSY, PC_KIND_UNKNOWN); /* not Connected: a plain End; PC-9.2-2 */
        return;
    }
    struct pc_address own;
    struct pc_message message = {.kind = PC_KIND_CONNECT}; /* PC-9.2-1 */
    message.u.connect.address = pc_address_view(pc_pool(node), node->address, &own);
    message.u.connect.node_id = node->id;
    pc_link_write(node, link, &message);
    pc_maintainer_link_event(node);
}

enum contest { NEW_STAYS, NEW_LOSES, NEW_LOSES_TO_ITS_LIKE /* both links have the same initiator */ };

/* 10.4: which of two links to the same node goes. An old link that loses is closed by the caller: *old. */
static enum contest against_duplicate(struct pc_node *node, struct pc_link *fresh, uint64_t remote_id, struct pc_link **old)
{
    *old = NULL;
    for (uint32_t i = 0; i < node->link_count; i++) {
        struct pc_link *other = node->links[i];
        if (other == fresh || other->remote_id != remote_id || other->state >= PC_LINK_DISCONNECTING)
            continue;
        struct pc_message ping = {.kind = PC_KIND_PING}; /* PC-15-1 */
        /* PC-10.4-1 */
        pc_link_write(node, other, &ping); /* a write that failed would have been told as a closed connection */
        if (other->session.initiator == fresh->session.initiator)
            return NEW_LOSES_TO_ITS_LIKE; /* PC-10.4-2 */
        bool own_is_larger = node->id > remote_id; /* PC-10.4-3 */
        if (fresh->session.initiator == own_is_larger)
            return NEW_LOSES;
        *old = other;
        return NEW_STAYS;
    }
    return NEW_STAYS;
}

/* The terminating message follows the local state of the losing link (observed.md 6.3). */
static void drop_duplicate(struct pc_node *node, struct pc_link *link) /* PC-10.4-4 */
{
    pc_link_close(node, link, PC_REASON_DUPLICATE_NEIGHBOR,
                  link->state == PC_LINK_CONNECTED ? PC_KIND_DISCONNECT : PC_KIND_REFUSE);
}

static void become_connected(struct pc_node *node, struct pc_link *link) /* PC-22-1 */
{
    link->of_cycle = false;
    pc_link_set_state(node, link, PC_LINK_CONNECTED);
    pc_node_neighbor_connected(node);
    pc_maintainer_link_event(node);
}

/* ---- referrals ---- */

/* Copies the referrals of a handshake message, since the sharing mode may not be known yet. */
static void park(struct pc_node *node, struct pc_link *link, enum pc_kind kind, const struct pc_referrals *referrals)
{
    pc_connector_unpark(node, link);
    struct pc_parked *parked = g_new0(struct pc_parked, 1);
    link->parked = parked;
    parked->kind = kind;
    parked->received = referrals->count;
    uint32_t limit = pc_rules(node)->referral_cache, count = referrals->count < limit ? referrals->count : limit;
    parked->referrals = g_new0(pc_str, count + 1);
    for (uint32_t i = 0; i < referrals->count; i++) {
        const struct pc_referral *item = &referrals->items[i];
        if (item->null || item->node_id == 0 || !pc_address_valid(&item->address) ||
            !pc_address_valid_referral(&item->address))
            parked->invalid = true; /* then nothing of the list is used (11.5); PC-11.5-2 */
        else if (i < count)
            parked->referrals[parked->count++] = pc_address_intern(pc_pool(node), &item->address);
    }
}

void pc_connector_unpark(struct pc_node *node, struct pc_link *link)
{
    if (!link->parked)
        return;
    for (uint32_t i = 0; i < link->parked->count; i++)
        pc_str_unref(pc_pool(node), link->parked->referrals[i]);
    g_free(link->parked->referrals);
    g_free(link->parked);
    link->parked = NULL;
}

/* Referrals of a parked message into the cache; false if they are invalid and looked at. */
static bool use_referrals(struct pc_node *node, struct pc_link *link)
{
    struct pc_parked *parked = link->parked;
    bool ok = true;
    if (node->client.sharing == PC_SHARING_ON) { /* PC-11.5-5 */
        ok = !parked->invalid;
        if (ok && parked->count)
            pc_maintainer_referrals(node, parked);
    }
    pc_connector_unpark(node, link);
    return ok;
}

/* The second half of each handshake message, once it is known whether referrals are shared (18.6). */
static void finish_parked(struct pc_node *node, struct pc_link *link)
{
    struct pc_parked *parked = link->parked;
    if (parked->terminal != PC_KIND_UNKNOWN) {
        enum pc_kind terminal = parked->terminal;
        enum pc_reason reason = parked->reason;
        pc_connector_unpark(node, link);
        pc_link_close(node, link, reason, terminal);
        return;
    }
    switch (parked->kind) {
    case PC_KIND_CONNECT:
        pc_connector_unpark(node, link);
        if (link->state != PC_LINK_CONNECTING)
            return;
        pc_link_welcome(node, link); /* PC-10.2-6 */
        become_connected(node, link);
        return;
    case PC_KIND_WELCOME:
        if (link->state != PC_LINK_CONNECTING) {
            pc_connector_unpark(node, link);
            return;
        }
        if (use_referrals(node, link))
            become_connected(node, link);
        else
            pc_link_abort(node, link, "Welcome: invalid referrals"); /* PC-10.3-4 */
        return;
    default: /* Refuse, Disconnect: close at once, as the sender does */
        use_referrals(node, link);
        pc_link_end(node, link);
        return;
    }
}

void pc_connector_settings(struct pc_node *node, struct pc_link *link, bool known)
{
    if (!link->parked)
        return;
    /* PC-18.6-3 */
    if (!known) { /* the exception surfaces where referrals were to be read or built: the link fails (18.6) */
        pc_connector_unpark(node, link);
        pc_link_abort(node, link, "the referral policy could not be had");
        return;
    }
    finish_parked(node, link);
}

static void need_settings(struct pc_node *node, struct pc_link *link) /* PC-10.7-1 */
{
    if (node->client.sharing != PC_SHARING_UNKNOWN)
        finish_parked(node, link);
    else
        pc_client_call(node, PC_KIND_GET_SERVICE_SETTINGS, link->session.conn);
}

/* Refuse and Disconnect carry referrals, so these wait for the policy, too. */
static void turn_down(struct pc_node *node, struct pc_link *link, enum pc_reason reason, enum pc_kind terminal)
{
    park(node, link, PC_KIND_UNKNOWN, &(struct pc_referrals){0});
    link->parked->terminal = terminal;
    link->parked->reason = reason;
    need_settings(node, link);
}

/* Where own Connects count (24 item 4), two nodes that have room for one neighbor and dial each other would both be busy, with each
 * other, and try again for ever. The Connect of the smaller id stands, as with duplicates (10.4): the other node does not count its
 * own, which will be refused. */
static bool own_connect_yields(const struct pc_node *node, const struct pc_message *message)
{
    const struct pc_rules *rules = pc_rules(node);
    if (!rules->connecting_counts || message->u.connect.node_id == 0 || node->id <= message->u.connect.node_id ||
        !pc_address_valid(&message->u.connect.address) || counted(node) != rules->max_neighbors)
        return false;
    pc_str sender = pc_address_intern(pc_pool(node), &message->u.connect.address);
    bool yields = false;
    for (uint32_t i = 0; i < node->link_count && !yields; i++) {
        const struct pc_link *link = node->links[i];
        yields = link->state == PC_LINK_CONNECTING && link->session.initiator &&
                 pc_address_same_node(pc_pool(node), link->address, sender);
    }
    pc_str_unref(pc_pool(node), sender);
    return yields;
}

/* ---- the four messages ---- */

static void received_connect(struct pc_node *node, struct pc_link *link, const struct pc_message *message)
{
    if (!link->handshake_armed) /* PC-9.3-12 */
        return;
    link->handshake_armed = false;
    link->deadline = PC_TIME_NEVER;
    node->stale = true;
    /* Before the address is looked at: 10.2 step 2; PC-10.2-1. */
    if (counted(node) >= pc_rules(node)->max_neighbors && !own_connect_yields(node, message)) {
        turn_down(node, link, PC_REASON_NODE_BUSY, PC_KIND_REFUSE);
        return;
    }
    if (message->u.connect.address_null || !pc_address_valid(&message->u.connect.address)) {
        pc_link_abort(node, link, "Connect: invalid address"); /* PC-10.2-2 */
        return;
    }
    if (message->u.connect.node_id == 0) {
        pc_link_abort(node, link, "Connect: node id 0"); /* PC-10.2-3 */
        return;
    }
    if (message->u.connect.node_id == node->id) {
        turn_down(node, link, PC_REASON_DUPLICATE_NODE_ID, PC_KIND_REFUSE); /* PC-10.2-4 */
        return;
    }
    struct pc_link *old;
    if (against_duplicate(node, link, message->u.connect.node_id, &old) != NEW_STAYS) {
        turn_down(node, link, PC_REASON_DUPLICATE_NEIGHBOR, PC_KIND_REFUSE); /* PC-10.2-5 */
        return;
    }
    link->remote_id = message->u.connect.node_id;
    link->address = pc_address_intern(pc_pool(node), &message->u.connect.address);
    park(node, link, PC_KIND_CONNECT, &(struct pc_referrals){0});
    need_settings(node, link);
    if (old)
        drop_duplicate(node, old);
}

static void received_welcome(struct pc_node *node, struct pc_link *link, const struct pc_message *message)
{
    if (!link->handshake_armed)
        return;
    link->handshake_armed = false;
    link->deadline = PC_TIME_NEVER;
    node->stale = true;
    uint64_t id = message->u.welcome.node_id;
    if (id == 0) {
        pc_link_abort(node, link, "Welcome: node id 0"); /* PC-10.3-1 */
        return;
    }
    if (id == node->id) {
        turn_down(node, link, PC_REASON_DUPLICATE_NODE_ID, PC_KIND_DISCONNECT); /* PC-10.3-2 */
        return;
    }
    struct pc_link *old;
    enum contest contest = against_duplicate(node, link, id, &old);
    if (contest != NEW_STAYS) {
        bool refuse = contest == NEW_LOSES_TO_ITS_LIKE && pc_rules(node)->refuse_losing_welcome; /* PC-10.3-3 */
        turn_down(node, link, PC_REASON_DUPLICATE_NEIGHBOR, refuse ? PC_KIND_REFUSE : PC_KIND_DISCONNECT);
        return;
    }
    link->remote_id = id;
    park(node, link, PC_KIND_WELCOME, &message->u.welcome.referrals);
    need_settings(node, link);
    if (old)
        drop_duplicate(node, old);
}

static void received_terminal(struct pc_node *node, struct pc_link *link, const struct pc_message *message)
{
    bool refuse = message->kind == PC_KIND_REFUSE;
    enum pc_reason reason = message->u.refuse.reason;
    bool known = !refuse || reason == PC_REASON_DUPLICATE_NEIGHBOR || reason == PC_REASON_DUPLICATE_NODE_ID ||
                 reason == PC_REASON_NODE_BUSY; /* a Disconnect has them all: 5.5 */
    if (!known) {
        pc_link_abort(node, link, "a reason that is not defined for this message");
        return;
    }
    bool ended_here = link->state == PC_LINK_DISCONNECTING;
    link->handshake_armed = false;
    link->reason = (uint8_t)reason;
    link->crossed |= ended_here;
    if (!ended_here)
        pc_link_set_state(node, link, PC_LINK_DISCONNECTED);
    park(node, link, message->kind, &message->u.refuse.referrals);
    need_settings(node, link);
}

static enum pc_link_event event_of(enum pc_kind kind)
{
    switch (kind) {
    case PC_KIND_CONNECT:
        return PC_LINK_RECV_CONNECT;
    case PC_KIND_WELCOME:
        return PC_LINK_RECV_WELCOME;
    case PC_KIND_REFUSE:
        return PC_LINK_RECV_REFUSE;
    case PC_KIND_DISCONNECT:
        return PC_LINK_RECV_DISCONNECT;
    case PC_KIND_LINK_UTILITY:
        return PC_LINK_RECV_UTILITY;
    case PC_KIND_PING:
        return PC_LINK_RECV_PING;
    case PC_KIND_FAULT:
        return PC_LINK_RECV_FAULT;
    case PC_KIND_REQUEST_SECURITY_TOKEN:
    case PC_KIND_REQUEST_SECURITY_TOKEN_RESPONSE:
        return PC_LINK_RECV_TOKEN;
    default:
        return PC_LINK_RECV_OTHER;
    }
}

void pc_connector_message(struct pc_node *node, struct pc_link *link, const struct pc_message *message)
{
    bool handshake = message->kind == PC_KIND_CONNECT || message->kind == PC_KIND_WELCOME ||
                     message->kind == PC_KIND_REFUSE || message->kind == PC_KIND_DISCONNECT;
    if (handshake && node->life != PC_LIFE_OPEN)
        return; /* 8.2 step 2; PC-8.2-2 */
    enum pc_link_event event = event_of(message->kind);
    switch (pc_link_ask(node, link, event)) {
    case PC_VERDICT_IGNORE:
        return;
    case PC_VERDICT_ABORT:
    case PC_VERDICT_IMPOSSIBLE:
        pc_link_abort(node, link, "a message that is not allowed in this state");
        return;
    case PC_VERDICT_PROCESS:
        break;
    }
    if (handshake && message->body_null) {
        pc_link_abort(node, link, "a handshake message without body"); /* PC-9.3-11 */
        return;
    }
    switch (message->kind) {
    case PC_KIND_CONNECT:
        received_connect(node, link, message);
        return;
    case PC_KIND_WELCOME:
        received_welcome(node, link, message);
        return;
    case PC_KIND_REFUSE:
    case PC_KIND_DISCONNECT:
        received_terminal(node, link, message);
        return;
    default:
        pc_utility_report(node, link, message);
    }
}
