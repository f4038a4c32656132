#include "tests/unit/live/member.h"

#include "protocol/mesh/address.h"
#include "tests/unit/live/rig.h"

#include <string.h>

static uint64_t draw(void *user, enum pc_draw purpose, uint32_t index)
{
    (void)user;
    return pc_live_random(0, purpose, index);
}

static void on_action(void *user, const struct pc_action *action)
{
    struct member *member = user;
    member->delivered += action->kind == PC_ACTION_DELIVER && !action->u.deliver.own;
    member->own += action->kind == PC_ACTION_DELIVER && action->u.deliver.own;
    member->started |= action->kind == PC_ACTION_STARTED;
    member->stopped |= action->kind == PC_ACTION_STOPPED;
    member->violations += action->kind == PC_ACTION_NOTE && action->u.note.kind == PC_NOTE_VIOLATION;
    member->slow += action->kind == PC_ACTION_NOTE && action->u.note.kind == PC_NOTE_SLOW && action->u.note.b;
}

static const struct pc_live_ops live_ops = {on_action};

static pc_str intern(struct member *member, const char *text)
{
    return pc_str_intern(pc_codec_strings(member->mesh.codec), text, strlen(text));
}

static void set_up(struct member *member, const struct pc_rules *rules)
{
    memset(member, 0, sizeof *member);
    member->sockets = pc_sockets_new(NULL);
    member->mesh = (struct pc_mesh){.codec = pc_codec_new(NULL), .ids = pc_ids_new(), .rules = rules ? *rules : *pc_rules_of(PC_DIALECT_NET), .random = draw};
    member->mesh.name = intern(member, "chat");
    member->mesh.uri = intern(member, "net.p2p://chat/");
    member->via = intern(member, "net.p2p://chat/talk");
}

void member_open(struct member *member, const struct pc_rules *rules, uint16_t resolver)
{
    struct pc_ip ip = rig_loopback(4);
    struct pc_event event = {.kind = PC_EVENT_OPEN_CHANNEL};
    set_up(member, rules);
    if (resolver) {
        char *uri = g_strdup_printf("net.tcp://127.0.0.1:%u/resolver", resolver);
        member->mesh.resolver_uri = intern(member, uri);
        member->mesh.resolver_ip = ip;
        member->mesh.resolver_port = resolver;
        g_free(uri);
    }
    member->live = pc_live_node(member->sockets, &member->mesh, &ip, 0, &live_ops, member, NULL);
    cr_assert(member->live);
    event.u.channel = member->via;
    pc_live_event(member->live, &event);
    pc_live_start(member->live, (struct pc_text){0});
}

void member_serve(struct member *member, const struct pc_rules *rules)
{
    struct pc_ip ip = rig_loopback(4);
    set_up(member, rules);
    member->live = pc_live_resolver(member->sockets, &member->mesh, &ip, 0, &pc_resolver_defaults, &live_ops, member, NULL);
    cr_assert(member->live);
    pc_live_start(member->live, (struct pc_text){0});
}

void member_close(struct member *member)
{
    pc_live_free(member->live);
    pc_sockets_free(member->sockets);
    pc_ids_free(member->mesh.ids);
    pc_codec_free(member->mesh.codec);
}

void member_dial(struct member *from, const struct member *to)
{
    struct pc_node_view view;
    struct pc_address storage;
    struct pc_event event = {.kind = PC_EVENT_DIAL};
    pc_node_view(pc_live_core(to->live), &view);
    struct pc_node_address address = pc_address_view(pc_codec_strings(to->mesh.codec), view.listen_uri, &storage);
    event.u.dial = &address;
    pc_live_event(from->live, &event);
}

static void write_body(struct pc_body_writer *writer, const void *data)
{
    const GString *text = data;
    pc_body_start(writer, PC_TEXT("say"), PC_TEXT("urn:test"));
    pc_body_text(writer, (struct pc_text){text->str, (uint32_t)text->len});
    pc_body_end(writer);
}

void member_say(struct member *member, uint32_t size)
{
    GString *text = g_string_new(NULL);
    for (uint32_t i = 0; i < size; i++)
        g_string_append_c(text, (char)('a' + i % 26));
    struct pc_text via = pc_str_text(pc_codec_strings(member->mesh.codec), member->via);
    struct pc_outgoing message = {.action = PC_TEXT("urn:test/say"), .via = via, .peer_to = via, .write_body = write_body, .body = text};
    struct pc_event event = {.kind = PC_EVENT_PUBLISH};
    event.u.publish.message = &message;
    pc_live_event(member->live, &event);
    g_string_free(text, TRUE);
}

unsigned member_neighbors(const struct member *member)
{
    struct pc_node_view view;
    pc_node_view(pc_live_core(member->live), &view);
    return view.connected;
}
