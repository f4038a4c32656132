/* Flooder: every message once to every neighbour. peer-channel.md 13; [MC-PRCH] 3.1.5.9, 3.2.4.1. */
#include "protocol/mesh/node_private.h"

#include <string.h>

/* What a flood's journey through this node needs to know. */
struct flood {
    uint32_t id;
    struct pc_image *image;
    bool received;
};

static void send_to(struct pc_node *node, struct pc_link *link, struct flood *flood)
{
    struct pc_buf *record =
        pc_image_encode(node->mesh->codec, flood->image, &link->session.out, pc_link_to(node, link));
    struct pc_note *note = pc_node_note(node, PC_NOTE_FLOOD_SENT, link);
    note->id = flood->id;
    note->size = record->size;
    link->unacknowledged++; /* counted before the send: 12.3 */
    pc_session_write(&link->session, &node->io, record);
    pc_throttle_sent(node, link);
}

static void send_to_all_but(struct pc_node *node, const struct pc_link *source, struct flood *flood) /* PC-13.3-6 */
{
    uint32_t copies = 0;
    pc_throttle_begin(node, flood->received);
    for (uint32_t i = 0; i < node->link_count; i++)
        if (node->links[i]->state == PC_LINK_CONNECTED && node->links[i] != source) {
            send_to(node, node->links[i], flood);
            copies++;
        }
    pc_throttle_end(node, copies);
}

/* Copies that are not sent: told for each neighbour that would have got one. */
static void withhold(struct pc_node *node, const struct pc_link *source, uint32_t id, enum pc_note_kind why)
{
    for (uint32_t i = 0; i < node->link_count; i++)
        if (node->links[i]->state == PC_LINK_CONNECTED && node->links[i] != source)
            pc_node_note(node, why, node->links[i])->id = id;
}

/* 13.3: a via leads to a channel if scheme, host, port and path are equal without regard to case. PC-13.3-8 */
static pc_str channel_for(const struct pc_node *node, struct pc_text via, uint32_t *from)
{
    for (uint32_t i = *from; i < node->channel_count; i++) {
        *from = i + 1;
        struct pc_text own = pc_str_text(pc_pool(node), node->channels[i]);
        if (own.n == via.n && (memcmp(own.s, via.s, own.n) == 0 || pc_text_equal_nocase(own, via)))
            return node->channels[i];
    }
    return 0;
}

/* To `channel` and every further one that the via leads to; either a message or an own one. */
static void deliver(struct pc_node *node, pc_str channel, uint32_t next, struct pc_text via, uint32_t id, uint64_t hops,
                    const struct pc_message *message, const struct pc_outgoing *own)
{
    for (; channel; channel = channel_for(node, via, &next)) {
        struct pc_action *action = pc_io_add(&node->io, PC_ACTION_DELIVER, 0);
        action->u.deliver.message = message;
        action->u.deliver.own = own;
        action->u.deliver.channel = channel;
        action->u.deliver.id = id;
        action->u.deliver.hops = hops;
    }
}

/* ---- from this node's application (13.2) ---- PC-11.9-1 */

/* PC-13.2-2 */
static enum pc_propagation ask_filter(struct pc_node *node, const struct pc_message *message, bool local, uint32_t id)
{
    if (!node->mesh->filter)
        return PC_PROPAGATE_BOTH;
    enum pc_propagation answer = node->mesh->filter(node->user, message, local);
    if (!(answer & PC_PROPAGATE_LOCAL))
        pc_node_note(node, PC_NOTE_FILTERED, NULL)->id = id;
    return answer;
}

static void as_message(const struct pc_outgoing *own, struct pc_message *out)
{
    memset(out, 0, sizeof *out);
    out->kind = PC_KIND_FLOOD;
    out->action = own->action;
    out->u.flood.id = own->id;
    out->u.flood.has_id = true;
    out->u.flood.has_hops = own->has_hops;
    out->u.flood.hops = own->hops;
    out->u.flood.via = own->via;
    out->u.flood.peer_to = own->peer_to;
}

void pc_flooder_publish(struct pc_node *node, struct pc_event *event)
{
    struct pc_outgoing own = *event->u.publish.message;
    const char *refused = node->life == PC_LIFE_OPEN ? NULL : "the node is not open";
    struct flood flood = {0};
    uint32_t size = 0;
    if (!event->u.publish.has_id)
        own.id = pc_node_draw_guid(node, PC_DRAW_MESSAGE_ID);
    if (!refused) {
        flood.image = pc_image_origin(node->mesh->codec, &own);
        size = pc_image_size(flood.image);
        if (size > pc_rules(node)->message_octets) /* checked by the sender, too: 13.2 step 1 */
            refused = "the message is over the mesh's limit"; /* PC-13.2-1 */
    }
    if (!refused)
        flood.id = pc_ids_intern(node->mesh->ids, &own.id);
    struct pc_action *action = pc_io_add(&node->io, PC_ACTION_PUBLISHED, 0);
    action->u.published.id = flood.id;
    action->u.published.size = size;
    action->u.published.refused = refused;
    if (!refused) {
        struct pc_message message;
        as_message(&own, &message);
        enum pc_propagation where = ask_filter(node, &message, true, flood.id);
        if (where & PC_PROPAGATE_REMOTE) { /* Hops goes out as set by the application; PC-13.2-3 */
            pc_seen_test_and_add(&node->seen, node->mesh->ids, flood.id, node->now, NULL); /* PC-13.1-3 */
            send_to_all_but(node, NULL, &flood);
        } else {
            withhold(node, NULL, flood.id, PC_NOTE_FILTERED);
        }
        uint32_t next = 0;
        pc_str channel = channel_for(node, own.via, &next);
        if (where & PC_PROPAGATE_LOCAL) /* a sender hears itself; PC-13.2-4 */
            deliver(node, channel, next, own.via, flood.id, own.hops, NULL, event->u.publish.message);
        if (node->published) /* one that is kept from the mesh is remembered nowhere else: the driver is yet to look at it */
            pc_ids_unref(node->mesh->ids, node->published);
        node->published = flood.id;
    }
    if (flood.image)
        pc_image_free(node->mesh->codec, flood.image);
}

/* ---- from a neighbour (13.3) ---- */

/* 13.4: may it be forwarded, and with which count? */
static bool hops_allow(const struct pc_node *node, const struct pc_flood *flood, uint64_t *left)
{
    *left = 0;
    if (!flood->has_hops)
        return true;
    if (flood->hops == 0 && pc_rules(node)->hops_zero == PC_HOPS_ZERO_WRAPS) {
        *left = UINT64_MAX; /* .NET's unsigned wrap: 0 means no limit there; PC-13.4-2 */
        return true;
    }
    *left = flood->hops ? flood->hops - 1 : 0; /* PC-13.4-1 */
    return *left > 0;
}

/* A flood of Mono's has no MessageID of the peer namespace: where that is allowed, WS-Addressing's stands for it. It goes no further, for
 * a .NET neighbor would drop the link that brings it: 21.2 M2. */
static void adopt_id(const struct pc_node *node, struct pc_message *message)
{
    struct pc_unique_id *id = &message->message_id;
    struct pc_text text = id->text;
    if (!pc_rules(node)->foreign_forms || message->u.flood.id_text.s || !id->present)
        return;
    if (text.n > 9 && memcmp(text.s, "urn:uuid:", 9) == 0)
        text = (struct pc_text){text.s + 9, text.n - 9};
    message->u.flood.id = id->guid;
    message->u.flood.has_id = message->u.flood.foreign_id = id->is_guid || pc_guid_parse(text, &message->u.flood.id);
}

static const char *unfit(const struct pc_flood *flood) /* PC-13.3-2 */
{
    if (flood->header_duplicates)
        return "flood: a header occurs twice";
    if (flood->bad_uri)
        return "flood: PeerVia or PeerTo is no absolute URI";
    if (!flood->via.s || !flood->peer_to.s)
        return "flood: PeerVia or PeerTo is missing";
    if (!flood->has_id)
        return "flood: no MessageID that is a GUID"; /* PC-13.3-3 */
    return NULL;
}

/* PC-22-3 */
static void process_first(struct pc_node *node, struct pc_link *link, const struct pc_message *message, uint32_t id,
                          uint32_t size)
{
    uint64_t left;
    bool forward = hops_allow(node, &message->u.flood, &left);
    struct pc_note *note = pc_node_note(node, PC_NOTE_FLOOD_FIRST, link);
    note->id = id;
    note->size = size;
    note->a = message->u.flood.has_hops;
    note->value = left;
    uint32_t next = 0;
    pc_str channel = channel_for(node, message->u.flood.via, &next);
    enum pc_propagation where = channel ? ask_filter(node, message, false, id) : PC_PROPAGATE_REMOTE; /* PC-13.3-5 */
    bool others = node->connected > (link->state == PC_LINK_CONNECTED ? 1u : 0u);
    if (forward && others && (where & PC_PROPAGATE_REMOTE) && !message->u.flood.foreign_id) { /* PC-13.5-1 */
        struct flood flood = {.id = id, .received = true};
        flood.image = pc_image_relay(node->mesh->codec, message, left, pc_rules(node)->relay_form);
        send_to_all_but(node, link, &flood);
        pc_image_free(node->mesh->codec, flood.image);
    } else {
        withhold(node, link, id, forward ? PC_NOTE_FILTERED : PC_NOTE_HOPS_ENDED);
    }
    if (where & PC_PROPAGATE_LOCAL)
        deliver(node, channel, next, message->u.flood.via, id, left, message, NULL);
}

void pc_flooder_received(struct pc_node *node, struct pc_link *link, struct pc_message *message, uint32_t size)
{
    const struct pc_flood *flood = &message->u.flood;
    switch (pc_link_ask(node, link, PC_LINK_RECV_FLOOD)) {
    case PC_VERDICT_PROCESS:
        break;
    case PC_VERDICT_IGNORE:
        return;
    default:
        pc_link_abort(node, link, "a flood before the link is Connected");
        return;
    }
    if (node->life != PC_LIFE_OPEN)
        return;
    if (!flood->has_id)
        adopt_id(node, message);
    const char *why = unfit(flood);
    if (why) {
        pc_link_abort(node, link, why);
        return;
    }
    uint32_t id = pc_ids_intern(node->mesh->ids, &flood->id), age = 0;
    if (pc_seen_test_and_add(&node->seen, node->mesh->ids, id, node->now, &age)) {
        struct pc_note *note = pc_node_note(node, PC_NOTE_DUPLICATE, link); /* PC-13.3-4 */
        note->id = id;
        note->size = size;
        pc_utility_late(node, link, age);
        pc_utility_received(node, link, false);
    } else if (flood->must_understand_unknown && pc_rules(node)->obey_must_understand) {
        /* PC-6.1-1: the dispatcher refuses it after its id has been remembered; the session goes on. */
        pc_node_note(node, PC_NOTE_VIOLATION, link)->text = "flood: a header that must be understood and is not";
    } else if (flood->has_hops && flood->hops_invalid) {
        pc_link_abort(node, link, "flood: Hops is not an unsigned number"); /* PC-13.4-4 */
    } else {
        process_first(node, link, message, id, size);
        pc_utility_received(node, link, true);
    }
    pc_ids_unref(node->mesh->ids, id);
}
