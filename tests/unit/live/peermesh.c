/* The library as a program that embeds it sees it. */
#include "protocol/live/peermesh.h"
#include "protocol/live/driver.h"
#include "tests/unit/live/rig.h"

#include <string.h>

struct person {
    struct peermesh_node *node;
    GString *heard;
    unsigned messages, own, onlines;
    bool opened, closed, free_at_first, answer;
};

static void on_opened(void *user)
{
    ((struct person *)user)->opened = true;
}

static void on_closed(void *user)
{
    ((struct person *)user)->closed = true;
}

static void on_online(void *user, bool online)
{
    ((struct person *)user)->onlines += online;
}

static void on_message(void *user, const struct peermesh_message *message)
{
    struct person *person = user;
    if (message->own) {
        person->own++;
        return;
    }
    person->messages++;
    g_string_append_printf(person->heard, "%s/%s;", message->channel, message->text);
    if (person->answer)
        cr_assert(peermesh_publish_text(person->node, NULL, "answer", 0, NULL));
    if (person->free_at_first) {
        peermesh_node_free(person->node);
        person->node = NULL;
    }
}

static const struct peermesh_handlers handlers = {.opened = on_opened, .closed = on_closed, .online = on_online, .message = on_message};

static void open_person(struct person *person, const char *resolver, uint64_t seed)
{
    static const char *const channels[] = {"talk", "notes", NULL};
    GError *error = NULL;
    struct peermesh_settings settings = {.mesh = "chat", .listen = "127.0.0.1:0", .resolver = resolver, .channels = channels,
                                         .handlers = &handlers, .user = person, .seed = seed};
    memset(person, 0, sizeof *person);
    person->heard = g_string_new(NULL);
    person->node = peermesh_node_new(&settings, &error);
    cr_assert(person->node, "%s", error ? error->message : "");
    rig_until(person->opened);
}

static void close_person(struct person *person)
{
    peermesh_node_free(person->node);
    g_string_free(person->heard, TRUE);
}

static struct peermesh_resolver *open_resolver(char uri[64])
{
    struct peermesh_resolver_settings settings = {.listen = "127.0.0.1:0"};
    struct peermesh_resolver *resolver = peermesh_resolver_new(&settings, NULL);
    g_snprintf(uri, 64, "net.tcp://127.0.0.1:%u/resolver", peermesh_resolver_port(resolver));
    return resolver;
}

Test(peermesh, two_nodes_find_each_other_and_hear_what_is_said_on_each_channel)
{
    char uri[64];
    struct person anna, bert;
    struct peermesh_resolver *resolver = open_resolver(uri);
    open_person(&anna, uri, 0);
    open_person(&bert, uri, 0);
    rig_until(anna.onlines && bert.onlines);
    cr_assert_eq(peermesh_node_neighbors(anna.node), 1);
    cr_assert_eq(peermesh_resolver_registrations(resolver), 2);
    const struct peermesh_field fields[] = {{"who", "anna"}, {"what", "hi"}};
    cr_assert(peermesh_publish_text(anna.node, NULL, "hello", 0, NULL));
    cr_assert(peermesh_publish(anna.node, "notes", "urn:say", "Say", "urn:people", fields, 2, 0, NULL));
    rig_until(bert.messages == 2);
    cr_assert_str_eq(bert.heard->str, "talk/hello;notes/anna hi;");
    cr_assert_eq(anna.own, 2, "a sender hears itself");
    peermesh_node_leave(anna.node);
    rig_until(anna.closed);
    cr_assert_eq(peermesh_resolver_registrations(resolver), 1);
    close_person(&anna);
    close_person(&bert);
    peermesh_resolver_free(resolver);
}

Test(peermesh, callbacks_may_publish_and_may_free_the_node)
{
    char uri[64];
    struct person anna, bert;
    struct peermesh_resolver *resolver = open_resolver(uri);
    open_person(&anna, uri, 0);
    open_person(&bert, uri, 0);
    bert.answer = bert.free_at_first = true;
    rig_until(anna.onlines && bert.onlines);
    for (unsigned i = 0; i < 3; i++)
        peermesh_publish_text(anna.node, "talk", "are you there?", 0, NULL);
    rig_until(!bert.node);
    cr_assert_eq(bert.messages, 1, "what waited for a node that is freed is never told");
    rig_turn(20);
    close_person(&anna);
    close_person(&bert);
    peermesh_resolver_free(resolver);
}

Test(peermesh, says_what_it_will_not_send)
{
    struct person anna;
    GError *error = NULL;
    open_person(&anna, NULL, 0);
    cr_assert(!peermesh_publish_text(anna.node, "cellar", "x", 0, &error));
    cr_assert(g_error_matches(error, PEERMESH_ERROR, PEERMESH_ERROR_REFUSED), "%s", error->message);
    g_clear_error(&error);
    char *large = g_strnfill(70000, 'x');
    cr_assert(!peermesh_publish_text(anna.node, NULL, large, 0, &error));
    cr_assert_str_eq(error->message, "the message is over the mesh's limit");
    g_clear_error(&error);
    cr_assert(!peermesh_publish_text(anna.node, NULL, "\xff\xfe", 0, &error));
    g_clear_error(&error);
    cr_assert(!peermesh_node_dial(anna.node, "net.udp://127.0.0.1:1/", &error));
    cr_assert(g_error_matches(error, PEERMESH_ERROR, PEERMESH_ERROR_ARGUMENT));
    g_clear_error(&error);
    g_free(large);
    close_person(&anna);
}

Test(peermesh, a_seed_gives_the_same_ids_and_none_gives_others)
{
    struct person people[4];
    const char *paths[4];
    for (unsigned i = 0; i < 4; i++) {
        open_person(&people[i], NULL, i < 2 ? 7 : 0);
        paths[i] = g_strdup(strstr(peermesh_node_address(people[i].node), "/PeerChannelEndpoints/"));
        close_person(&people[i]);
    }
    cr_assert_str_eq(paths[0], paths[1]);
    cr_assert_str_neq(paths[1], paths[2]);
    cr_assert_str_neq(paths[2], paths[3]);
    for (unsigned i = 0; i < 4; i++)
        g_free((char *)paths[i]);
}

Test(peermesh, dials_a_node_whose_address_is_known)
{
    struct person anna, bert;
    open_person(&anna, NULL, 0);
    open_person(&bert, NULL, 0);
    cr_assert(peermesh_node_dial(anna.node, peermesh_node_address(bert.node), NULL));
    rig_until(anna.onlines && bert.onlines);
    peermesh_publish_text(bert.node, NULL, "hello", 0, NULL);
    rig_until(anna.messages == 1);
    close_person(&anna);
    close_person(&bert);
}

Test(driver, draws_are_pure_with_a_seed)
{
    for (unsigned purpose = 0; purpose < PC_DRAW_COUNT; purpose++)
        for (uint32_t i = 0; i < 100; i++) {
            cr_assert_eq(pc_live_random(3, (enum pc_draw)purpose, i), pc_live_random(3, (enum pc_draw)purpose, i));
            cr_assert_neq(pc_live_random(3, (enum pc_draw)purpose, i), pc_live_random(4, (enum pc_draw)purpose, i));
        }
}
