/* What a node does before any link: its id, its address, and what its settings stand for. */
#include "protocol/mesh/address.h"
#include "protocol/mesh/node.h"

#include <criterion/criterion.h>
#include <string.h>

static uint64_t fixed(void *user, enum pc_draw purpose, uint32_t index)
{
    (void)user;
    if (purpose == PC_DRAW_NODE_ID)
        return index < 2 ? 0 : 77; /* 0 is drawn twice */
    return index;
}

static struct pc_node *started(struct pc_mesh *mesh, struct pc_actions *actions, uint8_t family)
{
    *mesh = (struct pc_mesh){.codec = pc_codec_new(NULL), .ids = pc_ids_new(), .rules = *pc_rules_of(PC_DIALECT_NET),
                             .random = fixed};
    mesh->name = pc_str_intern(pc_codec_strings(mesh->codec), "m", 1);
    mesh->uri = pc_str_intern(pc_codec_strings(mesh->codec), "net.p2p://m/", 12);
    struct pc_node *node = pc_node_new(mesh, NULL);
    struct pc_event event = {.kind = PC_EVENT_START};
    event.u.start.ip = (struct pc_ip){.family = family, .octets = {10, 1, 2, 3}};
    event.u.start.port = 50001;
    pc_node_step(node, &event, actions);
    return node;
}

static void ended(struct pc_mesh *mesh, struct pc_node *node, struct pc_actions *actions)
{
    pc_node_free(node);
    pc_actions_clear(actions);
    pc_str_unref(pc_codec_strings(mesh->codec), mesh->name);
    pc_str_unref(pc_codec_strings(mesh->codec), mesh->uri);
    pc_ids_free(mesh->ids);
    pc_codec_free(mesh->codec);
}

/* PC-8.1-1 */
Test(node, draws_its_id_again_while_it_is_0)
{
    struct pc_mesh mesh;
    struct pc_actions actions = {0};
    struct pc_node *node = started(&mesh, &actions, 4);
    struct pc_node_view view;
    pc_node_view(node, &view);
    cr_assert_eq(view.node_id, 77u);
    ended(&mesh, node, &actions);
}

/* PC-8.1-2 */
Test(node, listens_at_a_path_of_its_own)
{
    struct pc_mesh mesh;
    struct pc_actions actions = {0};
    struct pc_node *node = started(&mesh, &actions, 4);
    struct pc_node_view view;
    pc_node_view(node, &view);
    struct pc_text uri = pc_address_uri(pc_codec_strings(mesh.codec), view.listen_uri);
    static const char head[] = "net.tcp://10.1.2.3:50001/PeerChannelEndpoints/";
    cr_assert_eq(uri.n, (uint32_t)strlen(head) + 36, "%.*s", (int)uri.n, uri.s);
    cr_assert(memcmp(uri.s, head, strlen(head)) == 0);
    cr_assert_eq(uri.s[strlen(head) + 14], '4', "a GUID of version 4: %.*s", (int)uri.n, uri.s);
    ended(&mesh, node, &actions);
}

/* What comes at the wrong time, or for a connection that is none, changes nothing. */
Test(node, takes_events_that_do_not_concern_it)
{
    struct pc_mesh mesh;
    struct pc_actions actions = {0};
    struct pc_node *node = started(&mesh, &actions, 4);
    struct pc_node_view before, after;
    pc_node_view(node, &before);
    actions.count = 0;
    static const enum pc_event_kind kinds[] = {PC_EVENT_START, PC_EVENT_CONNECTED, PC_EVENT_CONNECT_FAILED, PC_EVENT_EOF,
                                               PC_EVENT_CLOSED, PC_EVENT_BLOCKED, PC_EVENT_WRITABLE, PC_EVENT_TIMER,
                                               PC_EVENT_OCTETS};
    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++) {
        struct pc_event event = {.kind = kinds[i], .conn = 99};
        if (kinds[i] == PC_EVENT_OCTETS) {
            event.u.octets.data = (const uint8_t *)"x";
            event.u.octets.size = 1;
        }
        pc_node_step(node, &event, &actions);
        if (kinds[i] == PC_EVENT_OCTETS)
            cr_assert_eq(event.u.octets.size, (size_t)0);
    }
    struct pc_event stop = {.kind = PC_EVENT_STOP};
    for (unsigned level = 0; level < 3; level++)
        pc_node_prefetch(node, level);
    pc_node_view(node, &after);
    cr_assert(actions.count == 0 && before.node_id == after.node_id && after.links == 0);
    pc_node_step(node, &stop, &actions);
    uint32_t said = actions.count;
    pc_node_step(node, &stop, &actions); /* a second one */
    cr_assert_eq(actions.count, said);
    cr_assert_eq(actions.items[said - 1].kind, PC_ACTION_STOPPED);
    ended(&mesh, node, &actions);
}

/* LIM-4 */
Test(node, opens_at_most_eight_channels)
{
    struct pc_mesh mesh;
    struct pc_actions actions = {0};
    struct pc_node *node = started(&mesh, &actions, 4);
    struct pc_strings *pool = pc_codec_strings(mesh.codec);
    size_t before = pc_strings_count(pool);
    for (int i = 0; i < PC_MAX_CHANNELS + 1; i++) {
        char via[32];
        pc_str handle = pc_str_intern(pool, via, (size_t)snprintf(via, sizeof via, "net.p2p://m/%d", i));
        struct pc_event event = {.kind = PC_EVENT_OPEN_CHANNEL};
        event.u.channel = handle;
        pc_node_step(node, &event, &actions);
        pc_node_step(node, &event, &actions); /* a second time changes nothing */
        pc_str_unref(pool, handle);
    }
    cr_assert_eq(pc_strings_count(pool) - before, (size_t)PC_MAX_CHANNELS, "the ninth is not held");
    ended(&mesh, node, &actions);
}
