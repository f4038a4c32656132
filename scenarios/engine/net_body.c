/* Messages of simulated applications: decisions of the specification set, 2: {http://example.org/peermesh}m with seq, topic, t, data. */
#include "scenarios/engine/net_private.h"

#include <stdio.h>
#include <string.h>

#define APPLICATION "http://example.org/peermesh"

static void write_data(struct pc_body_writer *writer, const struct scn_body *body)
{
    char on_stack[2048], *data = body->size <= sizeof on_stack ? on_stack : g_malloc(body->size);
    size_t text = body->text ? strlen(body->text) : 0;
    if (text > body->size)
        text = body->size;
    memcpy(data, body->text ? body->text : "", text);
    for (size_t i = text; i < body->size; i++)
        data[i] = (char)('a' + (body->seq + i) % 26);
    pc_body_text(writer, (struct pc_text){data, body->size});
    if (data != on_stack)
        g_free(data);
}

static void write_body(struct pc_body_writer *writer, const void *data)
{
    const struct scn_body *body = data;
    pc_body_start(writer, PC_TEXT("m"), PC_TEXT(APPLICATION));
    pc_body_start(writer, PC_TEXT("seq"), (struct pc_text){0});
    pc_body_int(writer, (int64_t)body->seq);
    pc_body_end(writer);
    pc_body_start(writer, PC_TEXT("topic"), (struct pc_text){0});
    pc_body_int(writer, (int64_t)body->topic);
    pc_body_end(writer);
    pc_body_start(writer, PC_TEXT("t"), (struct pc_text){0});
    pc_body_int(writer, body->time);
    pc_body_end(writer);
    pc_body_start(writer, PC_TEXT("data"), (struct pc_text){0});
    if (body->tree)
        scn_data_write(writer, body->tree);
    else
        write_data(writer, body);
    pc_body_end(writer);
    if (body->tree && scn_data_octets(body->tree) < body->size) {
        struct scn_body pad = {.seq = body->seq, .size = body->size - scn_data_octets(body->tree)};
        pc_body_start(writer, PC_TEXT("pad"), (struct pc_text){0});
        write_data(writer, &pad);
        pc_body_end(writer);
    }
    pc_body_end(writer);
}

static struct pc_outgoing compose(const struct scn_mesh *mesh, struct pc_codec *codec, const char *action,
                                  const struct scn_body *body)
{
    struct pc_text via = pc_str_text(pc_codec_strings(codec), mesh->vias[body->channel]);
    return (struct pc_outgoing){.action = {action, (uint32_t)strlen(action)},
                                .via = via,
                                .peer_to = via,
                                .write_body = write_body,
                                .body = body};
}

/* `body` is what the timeline is told of it. */
static const char *publish_message(struct scn_peer *peer, const char *kind, const struct pc_outgoing *message,
                                   const struct scn_body *body, bool numbered, bool has_id)
{
    struct scn_net *net = peer->net;
    if (!peer->node)
        return "the peer is not running";
    struct pc_event event = {.kind = PC_EVENT_PUBLISH};
    event.u.publish.message = message;
    event.u.publish.has_id = has_id;
    net->publishing = body;
    net->outgoing = message;
    net->kind = kind;
    net->refused_octets = 0;
    net->numbered = numbered;
    net->refused = NULL;
    scn_net_step(peer, &event);
    net->publishing = NULL;
    net->outgoing = NULL;
    return net->refused;
}

static const char *publish(struct scn_peer *peer, const char *kind, const struct scn_body *body, bool numbered,
                           const struct pc_outgoing *header, bool has_id)
{
    char action[256];
    snprintf(action, sizeof action, APPLICATION "/%s", kind);
    struct pc_outgoing message = compose(peer->mesh, peer->net->codec, action, body);
    message.has_hops = header->has_hops;
    message.hops = header->hops;
    message.id = header->id;
    return publish_message(peer, kind, &message, body, numbered, has_id);
}

const char *scn_peer_publish_as_it_is(struct scn_peer *peer, const struct pc_outgoing *message, uint64_t seq)
{
    char *action = g_strndup(message->action.s, message->action.n), *kind = strrchr(action, '/');
    const char *refused = publish_message(peer, kind ? kind + 1 : action, message, &(struct scn_body){.seq = seq}, true, true);
    g_free(action);
    return refused;
}

const char *scn_peer_publish(struct scn_peer *peer, const char *kind, const struct scn_body *body, bool numbered,
                             bool has_hops, uint64_t hops)
{
    return publish(peer, kind, body, numbered, &(struct pc_outgoing){.has_hops = has_hops, .hops = hops}, false);
}

const char *scn_peer_repeat(struct scn_peer *peer, const char *kind, const struct scn_body *body, const struct pc_guid *id)
{
    peer->net->repeating = true;
    const char *refused = publish(peer, kind, body, true, &(struct pc_outgoing){.id = *id}, true);
    peer->net->repeating = false;
    return refused;
}

void scn_net_envelopes(struct scn_net *net, struct scn_mesh *mesh, uint32_t *origin, uint32_t *relay)
{
    struct scn_body body = {.size = 100};
    struct pc_outgoing message = compose(mesh, net->codec, APPLICATION "/quote", &body);
    struct pc_table *table = pc_table_empty(net->codec), *back = pc_table_empty(net->codec);
    struct pc_image *image = pc_image_origin(net->codec, &message);
    pc_buf_unref(pc_image_encode(net->codec, image, &table, mesh->pc.uri)); /* brings the strings into the table */
    struct pc_table *known = pc_table_ref(table);
    struct pc_buf *record = pc_image_encode(net->codec, image, &table, mesh->pc.uri);
    *origin = record->size - body.size;
    *relay = *origin;
    struct pc_message read;
    int used = 1 + pc_mb31_read(record->data + 1, record->size - 1, &(uint32_t){0});
    if (pc_message_read(net->codec, &known, record->data + used, record->size - (size_t)used, &read, NULL)) {
        struct pc_image *copy = pc_image_relay(net->codec, &read, 0, mesh->pc.rules.relay_form);
        pc_buf_unref(pc_image_encode(net->codec, copy, &back, mesh->pc.uri));
        struct pc_buf *relayed = pc_image_encode(net->codec, copy, &back, mesh->pc.uri);
        *relay = relayed->size - body.size;
        pc_buf_unref(relayed);
        pc_image_free(net->codec, copy);
    }
    pc_buf_unref(record);
    pc_image_free(net->codec, image);
    pc_table_unref(net->codec, table);
    pc_table_unref(net->codec, known);
    pc_table_unref(net->codec, back);
}
