/* What a node does before any link: its id, its address, and what its settings stand for. */
#include "protocol/mesh/address.h"
#include "protocol/mesh/node.h"
#include "protocol/wire/flood.h"
#include "protocol/wire/nmf.h"

#include <criterion/criterion.h>
#include <string.h>

#define GUID "271dddd4-fa44-46e2-9b86-090c0a52326c"

static uint64_t fixed(void *user, enum pc_draw purpose, uint32_t index)
{
    struct pc_guid guid;
    (void)user;
    if (purpose == PC_DRAW_NODE_ID)
        return index < 2 ? 0 : 77; /* 0 is drawn twice */
    if (purpose == PC_DRAW_LISTEN_GUID && pc_guid_parse(PC_TEXT(GUID), &guid))
        return pc_draw_of_guid(&guid, index);
    return index;
}

static struct pc_node *started_as(struct pc_mesh *mesh, struct pc_actions *actions, uint8_t family, struct pc_text host)
{
    *mesh = (struct pc_mesh){.codec = pc_codec_new(NULL), .ids = pc_ids_new(), .rules = *pc_rules_of(PC_DIALECT_NET),
                             .random = fixed};
    mesh->name = pc_str_intern(pc_codec_strings(mesh->codec), "m", 1);
    mesh->uri = pc_str_intern(pc_codec_strings(mesh->codec), "net.p2p://m/", 12);
    struct pc_node *node = pc_node_new(mesh, NULL);
    struct pc_event event = {.kind = PC_EVENT_START};
    event.u.start.ip = (struct pc_ip){.family = family, .octets = {10, 1, 2, 3}};
    event.u.start.port = 50001;
    event.u.start.host = host;
    pc_node_step(node, &event, actions);
    return node;
}

static struct pc_node *started(struct pc_mesh *mesh, struct pc_actions *actions, uint8_t family)
{
    return started_as(mesh, actions, family, (struct pc_text){0});
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
    cr_assert(memcmp(uri.s + strlen(head), GUID, 36) == 0, "the draws of a GUID make it again: %.*s", (int)uri.n, uri.s);
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

static void step(struct pc_node *node, struct pc_event event, struct pc_actions *actions)
{
    actions->count = 0;
    pc_node_step(node, &event, actions);
}

static bool did(const struct pc_actions *actions, enum pc_action_kind kind, pc_conn conn)
{
    for (uint32_t i = 0; i < actions->count; i++)
        if (actions->items[i].kind == kind && actions->items[i].conn == conn)
            return true;
    return false;
}

/* A name that does not fit into a listen URI gives way to the address. */
Test(node, listens_under_the_name_of_its_host)
{
    char *longest = g_strnfill(255, 'h'), *too_long = g_strnfill(256, 'h');
    const char *const names[] = {"peer.example", longest, too_long};
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        struct pc_mesh mesh;
        struct pc_actions actions = {0};
        struct pc_node *node = started_as(&mesh, &actions, 4, (struct pc_text){names[i], (uint32_t)strlen(names[i])});
        struct pc_node_view view;
        pc_node_view(node, &view);
        struct pc_text uri = pc_address_uri(pc_codec_strings(mesh.codec), view.listen_uri);
        char *due = g_strconcat("net.tcp://", i < 2 ? names[i] : "10.1.2.3", ":50001/PeerChannelEndpoints/", NULL);
        cr_assert(uri.n == strlen(due) + 36 && memcmp(uri.s, due, strlen(due)) == 0, "%.*s", (int)uri.n, uri.s);
        g_free(due);
        ended(&mesh, node, &actions);
    }
    g_free(longest);
    g_free(too_long);
}

/* A dial of an address that is none, or of a node that is not open, is no dial. A link takes Connected once, and an address whose
 * Via would be too long is dialled, since that shows only then, and given up. */
Test(node, dials_what_can_be_dialled)
{
    struct pc_mesh mesh;
    struct pc_actions actions = {0};
    struct pc_node *node = started(&mesh, &actions, 4);
    char *path = g_strnfill(3000, 'p'), *uri = g_strconcat("net.tcp://h:9/", path, NULL);
    const struct pc_ip ip = {.family = 4, .octets = {10, 0, 0, 9}};
    struct pc_node_address good = {PC_TEXT("net.tcp://h:9/x"), &ip, 1}, bad = {PC_TEXT("http://h:9/x"), &ip, 1};
    struct pc_node_address far = {{uri, (uint32_t)strlen(uri)}, &ip, 1};
    struct pc_event dial = {.kind = PC_EVENT_DIAL, .u.dial = &bad};
    pc_conn first = actions.items[0].kind == PC_ACTION_CONNECT ? actions.items[0].conn + 2 : 1; /* the resolver's, if any */
    step(node, dial, &actions);
    cr_assert_eq(actions.count, 0u);
    dial.u.dial = &good;
    step(node, dial, &actions);
    cr_assert(did(&actions, PC_ACTION_CONNECT, first));
    step(node, (struct pc_event){.kind = PC_EVENT_CONNECTED, .conn = first}, &actions);
    cr_assert(did(&actions, PC_ACTION_WRITE, first), "the preamble");
    for (uint32_t i = 0; i < actions.count; i++)
        if (actions.items[i].kind == PC_ACTION_WRITE)
            pc_buf_unref(actions.items[i].u.write);
    step(node, (struct pc_event){.kind = PC_EVENT_CONNECTED, .conn = first}, &actions);
    cr_assert_eq(actions.count, 0u, "a second time changes nothing");
    for (unsigned level = 0; level < 3; level++)
        pc_node_prefetch(node, level); /* with a link */
    dial.u.dial = &far;
    step(node, dial, &actions);
    cr_assert(did(&actions, PC_ACTION_CONNECT, first + 2));
    step(node, (struct pc_event){.kind = PC_EVENT_CONNECTED, .conn = first + 2}, &actions);
    cr_assert(did(&actions, PC_ACTION_ABORT, first + 2) && !did(&actions, PC_ACTION_WRITE, first + 2));
    step(node, (struct pc_event){.kind = PC_EVENT_STOP}, &actions);
    for (uint32_t i = 0; i < actions.count; i++)
        if (actions.items[i].kind == PC_ACTION_WRITE)
            pc_buf_unref(actions.items[i].u.write);
    dial.u.dial = &good;
    step(node, dial, &actions);
    cr_assert_eq(actions.count, 0u, "it leaves");
    g_free(uri);
    g_free(path);
    ended(&mesh, node, &actions);
}

/* Without a filter all is for everybody, and without an id the node draws one, another each time. PC-13.2-2 */
Test(node, publishes_without_a_filter_under_ids_of_its_own)
{
    struct pc_mesh mesh;
    struct pc_actions actions = {0};
    struct pc_node *node = started(&mesh, &actions, 4);
    pc_str via = pc_str_intern(pc_codec_strings(mesh.codec), "net.p2p://m/c", 13);
    const struct pc_outgoing message = {.action = PC_TEXT("urn:x"), .via = PC_TEXT("net.p2p://m/c"), .peer_to = PC_TEXT("net.p2p://m/c")};
    struct pc_event event = {.kind = PC_EVENT_PUBLISH};
    event.u.publish.message = &message;
    uint32_t ids[2];
    step(node, (struct pc_event){.kind = PC_EVENT_OPEN_CHANNEL, .u.channel = via}, &actions);
    for (unsigned i = 0; i < 2; i++) {
        step(node, event, &actions);
        cr_assert_eq(actions.count, 2u);
        cr_assert(actions.items[0].kind == PC_ACTION_PUBLISHED && !actions.items[0].u.published.refused);
        cr_assert(actions.items[1].kind == PC_ACTION_DELIVER, "a sender hears itself");
        ids[i] = actions.items[0].u.published.id;
        static const struct pc_guid zero;
        cr_assert_neq(memcmp(pc_ids_get(mesh.ids, ids[i]), &zero, sizeof zero), 0);
    }
    cr_assert_neq(ids[0], ids[1]);
    step(node, (struct pc_event){.kind = PC_EVENT_CLOSE_CHANNEL, .u.channel = via}, &actions);
    step(node, (struct pc_event){.kind = PC_EVENT_CLOSE_CHANNEL, .u.channel = via}, &actions); /* it is closed already */
    step(node, event, &actions);
    cr_assert_eq(actions.count, 1u, "nobody listens");
    pc_str_unref(pc_codec_strings(mesh.codec), via);
    ended(&mesh, node, &actions);
}

/* A call's connection has room again, or none: that is the driver's affair. */
Test(node, calls_do_not_mind_that_a_connection_is_blocked)
{
    struct pc_mesh mesh;
    struct pc_actions actions = {0};
    struct pc_node *node = started(&mesh, &actions, 4);
    pc_node_free(node);
    mesh.resolver_uri = pc_str_intern(pc_codec_strings(mesh.codec), "net.tcp://r/", 12);
    mesh.resolver_ip = (struct pc_ip){.family = 4, .octets = {10, 0, 0, 1}};
    node = pc_node_new(&mesh, NULL);
    struct pc_event start = {.kind = PC_EVENT_START};
    start.u.start.ip = (struct pc_ip){.family = 4, .octets = {10, 1, 2, 3}};
    step(node, start, &actions);
    cr_assert(did(&actions, PC_ACTION_CONNECT, 1), "Resolve");
    static const enum pc_event_kind kinds[] = {PC_EVENT_BLOCKED, PC_EVENT_WRITABLE};
    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++) {
        step(node, (struct pc_event){.kind = kinds[i], .conn = 1}, &actions);
        cr_assert_eq(actions.count, 0u);
    }
    pc_str_unref(pc_codec_strings(mesh.codec), mesh.resolver_uri);
    ended(&mesh, node, &actions);
}
