/* Our live node and our live resolver service among those who were recorded: each replay goes to its end, or the test fails there. */
#include "tests/unit/interop/replay.h"

#include <criterion/criterion.h>

#define CAPTURES "tests/data/captures/"

static void expect(struct replay_result got, unsigned sent, unsigned received)
{
    cr_assert_eq(got.sent, sent, "%u envelopes were played, not %u", got.sent, sent);
    cr_assert_eq(got.received, received, "our side sent %u envelopes, not %u", got.received, received);
}

static void expect_but(struct replay_result got, unsigned published, unsigned delivered, unsigned skipped, unsigned refused, unsigned turned_away)
{
    cr_assert_eq(got.published, published, "%u of our messages reached the played side, not %u", got.published, published);
    cr_assert_eq(got.delivered, delivered, "%u messages were delivered, not %u", got.delivered, delivered);
    cr_assert_eq(got.skipped, skipped, "%u recorded connections were not opened by our node, not %u", got.skipped, skipped);
    cr_assert_eq(got.refused, refused, "%u connections were refused by our node, not %u", got.refused, refused);
    cr_assert_eq(got.turned_away, turned_away, "%u connections were reset by our node, not %u", got.turned_away, turned_away);
    cr_assert(got.left, "our node has unregistered");
}

static void expect_node(struct replay_result got, unsigned published, unsigned delivered, unsigned skipped, unsigned refused)
{
    expect_but(got, published, delivered, skipped, refused, 0);
}

/* ---- dotnet-2node, dotnet-3node ---- */

Test(interop, our_resolver_serves_dotnet_nodes)
{
    expect(replay_resolver(CAPTURES "net-pair.pcap", PC_DIALECT_NET, false), 10, 10);
    expect(replay_resolver(CAPTURES "net-three.pcap", PC_DIALECT_NET, false), 19, 19);
}

Test(interop, our_node_in_place_of_the_first_of_two_dotnet_nodes)
{
    expect_node(replay_node(CAPTURES "net-pair.pcap", 50001, PC_DIALECT_NET), 3, 3, 0, 0);
}

Test(interop, our_node_in_place_of_the_second_of_two_dotnet_nodes)
{
    expect_node(replay_node(CAPTURES "net-pair.pcap", 50002, PC_DIALECT_NET), 3, 3, 0, 0);
}

Test(interop, our_node_among_three_dotnet_nodes)
{
    expect_node(replay_node(CAPTURES "net-three.pcap", 50001, PC_DIALECT_NET), 5, 6, 0, 0);
    expect_node(replay_node(CAPTURES "net-three.pcap", 50002, PC_DIALECT_NET), 3, 6, 0, 0);
    expect_node(replay_node(CAPTURES "net-three.pcap", 50003, PC_DIALECT_NET), 3, 8, 0, 0);
}

/* ---- resolver-mono, mono-2node-chat: dialect mono, for floods without the peer namespace's MessageID and Unregister without a mesh ---- */

Test(interop, our_resolver_serves_every_call_of_a_mono_client)
{
    expect(replay_resolver(CAPTURES "resolver-calls.pcap", PC_DIALECT_MONO, true), 14, 14);
    expect(replay_resolver(CAPTURES "mono-pair.pcap", PC_DIALECT_MONO, false), 6, 6);
}

/* Mono connects to itself (deviation 1), which our node does not; and sends on connections that it has opened only (2): our node answers on the
 * one that it has. Its floods' ids differ by connection: six of three messages. */
Test(interop, our_node_in_place_of_the_first_of_two_mono_nodes)
{
    expect_node(replay_node(CAPTURES "mono-pair.pcap", 50187, PC_DIALECT_MONO), 6, 3, 1, 0);
}

/* The other one's second connection is a duplicate and is refused, as by the specification-shaped nodes of the capture `mixed`: a Mono node
 * then says nothing more to that neighbor. */
Test(interop, our_node_in_place_of_the_second_of_two_mono_nodes)
{
    expect_node(replay_node(CAPTURES "mono-pair.pcap", 50479, PC_DIALECT_MONO), 6, 0, 0, 1);
}

/* ---- spec-2node-chat, spec-5node-leave ---- */

Test(interop, our_resolver_serves_specification_shaped_nodes)
{
    expect(replay_resolver(CAPTURES "spec-pair.pcap", PC_DIALECT_NET, true), 6, 6);
}

Test(interop, our_node_in_place_of_either_of_two_specification_shaped_nodes)
{
    expect_node(replay_node(CAPTURES "spec-pair.pcap", 50001, PC_DIALECT_NET), 3, 3, 0, 0);
    expect_node(replay_node(CAPTURES "spec-pair.pcap", 50002, PC_DIALECT_NET), 3, 3, 0, 0);
}

Test(interop, our_node_among_five_specification_shaped_nodes)
{
    expect_node(replay_node(CAPTURES "five-leave.pcap", 50001, PC_DIALECT_NET), 2, 8, 0, 0);
    expect_node(replay_node(CAPTURES "five-leave.pcap", 50003, PC_DIALECT_NET), 2, 8, 0, 0);
}

/* ---- mixed ---- */

/* The specification-shaped nodes of this capture tell no IP address (README of this folder): our node resets the one that connects to it, PC-10.2-2.
 * With the Mono node it exchanges everything: three messages there, four here. */
Test(interop, our_node_between_a_mono_node_and_one_that_tells_no_address)
{
    expect_but(replay_node(CAPTURES "both-kinds.pcap", 50001, PC_DIALECT_MONO), 3, 4, 0, 0, 1);
}
