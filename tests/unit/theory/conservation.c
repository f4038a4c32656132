/* T18: nothing that arrives was not sent, and nothing that was sent is forgotten, whoever leaves or crashes meanwhile. */
#include "tests/unit/theory/rig.h"

#include <criterion/criterion.h>

enum { PEERS = 200, MESSAGES = 400, LINKS = 1 << 16 };

struct direction {
    uint64_t sent, arrived, lost;
};

struct books {
    struct direction links[LINKS][2];
    uint64_t voided, held, unread; /* of ends that are gone */
};

static struct direction *entry(struct books *books, const struct sim_packet *packet)
{
    cr_assert_lt(packet->link, LINKS);
    return &books->links[packet->link][packet->from_initiator];
}

static void sent(void *user, int64_t now, const struct sim_packet *packet)
{
    (void)now;
    entry(user, packet)->sent += packet->size;
}

static void arrived(void *user, int64_t now, const struct sim_packet *packet)
{
    (void)now;
    struct direction *d = entry(user, packet);
    d->arrived += packet->size;
    cr_assert_leq(d->arrived + d->lost, d->sent, "link %u: more octets came than went", packet->link);
}

static void lost(void *user, int64_t now, const struct sim_packet *packet)
{
    (void)now;
    struct direction *d = entry(user, packet);
    d->lost += packet->size;
    cr_assert_leq(d->arrived + d->lost, d->sent, "link %u: more octets were lost than went", packet->link);
}

static void closed(void *user, int64_t now, uint32_t link, bool initiator, int reason, const struct sim_leftover *left)
{
    struct books *books = user;
    (void)now;
    (void)reason;
    books->voided += left->voided;
    books->held += left->held;
    books->unread += left->unread;
    books->links[link][initiator].lost += left->voided;
}

/* Every tenth peer goes, in one of the three ways, within a second in which messages fly. */
static void some_go(struct rig *rig)
{
    for (uint32_t i = 0; i < PEERS / 10; i++)
        rig_end_at(rig, scn_net_now(rig->net) + SECOND + 37 * MS * i, i * 10 + 5, (enum rig_end)(i % 3));
}

/* Everybody leaves, and the network comes to rest. */
static void all_go(struct rig *rig)
{
    for (uint32_t i = 0; i < PEERS; i++)
        scn_peer_leave(scn_net_peer_at(rig->net, i));
    sim_run_until(scn_net_world(rig->net), scn_net_now(rig->net) + 600 * SECOND, NULL);
    for (uint32_t i = 0; i < PEERS; i++)
        cr_assert(!scn_peer_running(scn_net_peer_at(rig->net, i)), "peer %u does not get away", i);
}

static void check_links(const struct books *books, struct direction *all)
{
    for (uint32_t i = 1; i < LINKS; i++)
        for (int d = 0; d < 2; d++) {
            const struct direction *way = &books->links[i][d];
            cr_assert_eq(way->sent, way->arrived + way->lost, "link %u: %lu octets went, %lu came, %lu were lost", i, way->sent,
                         way->arrived, way->lost);
            all->sent += way->sent;
            all->arrived += way->arrived;
            all->lost += way->lost;
        }
}

static void check_counters(struct sim_world *world, const struct books *books, const struct direction *all)
{
    struct sim_counters counters;
    struct sim_host_counters host;
    uint64_t sent = 0, received = 0;
    sim_world_counters(world, &counters);
    cr_assert_eq(counters.written, counters.received + counters.lost, "written %lu, received %lu, lost %lu", counters.written,
                 counters.received, counters.lost);
    cr_assert_eq(counters.written, all->sent + books->held, "written %lu, sent %lu, held back %lu", counters.written, all->sent,
                 books->held);
    cr_assert_eq(counters.arrived, all->arrived);
    cr_assert_eq(counters.received, all->arrived - books->unread);
    for (uint32_t h = 0; h < sim_world_hosts(world); h++) {
        sim_host_counters(world, h, &host);
        sent += host.sent;
        received += host.received;
    }
    /* Lines carry what departs; no host is dead, so what is lost is lost behind the receiver's line. */
    cr_assert_eq(sent, all->sent - books->voided, "upload %lu, trains %lu, voided %lu", sent, all->sent, books->voided);
    cr_assert_eq(received, sent, "download %lu, upload %lu", received, sent);
}

/* First copies and duplicates at a peer = what was sent to it, less what died; only links that closed lose copies. */
static uint64_t check_copies(const struct rig *rig)
{
    uint64_t missing = 0;
    for (uint32_t i = 0; i < rig->floods->len; i++) {
        const struct rig_flood *flood = rig_flood(rig, i);
        for (uint32_t p = 0; p < PEERS; p++) {
            cr_assert_leq(flood->copies[p] + flood->lost[p], flood->addressed[p],
                          "message %u, peer %u: %u copies came and %u died of the %u sent to it", i, p, flood->copies[p],
                          flood->lost[p], flood->addressed[p]);
            missing += flood->addressed[p] - flood->copies[p];
        }
    }
    return missing;
}

/* PC-22-2 */
Test(theory, t18_octets_of_each_link_and_copies_of_each_peer_add_up)
{
    struct sim_profile *profile = sim_profile_new(SIM_PROFILE_WORLD_HOMES, 9, NULL, NULL);
    struct books *books = g_new0(struct books, 1);
    struct sim_observer observer = {.user = books, .closed = closed, .sent = sent, .arrived = arrived, .lost = lost};
    struct direction all = {0};
    struct rig rig;
    rig_open(&rig, PEERS, 9, profile, pc_rules_of(PC_DIALECT_NET), true);
    scn_net_observe(rig.net, &observer);
    rig_grow(&rig, 60 * SECOND, 150 * SECOND);
    rig_publish(&rig, 20, 50 * MS);
    cr_assert_eq(check_copies(&rig), 0, "copies are lost although nobody went");
    some_go(&rig);
    rig_publish(&rig, MESSAGES, 10 * MS);
    cr_assert_gt(rig.floods->len, MESSAGES * 8 / 10);
    all_go(&rig);
    check_links(books, &all);
    check_counters(scn_net_world(rig.net), books, &all);
    cr_assert_gt(check_copies(&rig), 0, "nothing was lost although peers crashed: the test shows nothing");
    cr_assert_gt(all.lost, 0);
    rig_close(&rig);
    g_free(books);
    sim_profile_free(profile);
}
