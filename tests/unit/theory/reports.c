/* T18: useful + useless in utility reports = messages received. The octets on the connections are read by readers of this test; no
 * note of a node is asked. */
#include "tests/unit/theory/rig.h"

#include "protocol/wire/message.h"
#include "protocol/wire/nmf.h"

#include <criterion/criterion.h>

enum { PEERS = 60, MESSAGES = 200, LINKS = 4096 };

struct way { /* one direction of a connection */
    struct pc_nmf_reader reader;
    struct pc_table *table;
    uint64_t floods, total, useful;
    bool used;
};

struct books {
    struct pc_codec *codec;
    struct way ways[LINKS][2];
    uint64_t floods, useful;
};

static void read_record(struct books *books, struct way *way, const struct pc_nmf_record *record)
{
    struct pc_message message;
    GError *error = NULL;
    if (record->type == PC_NMF_PREAMBLE_END || record->type == PC_NMF_PREAMBLE_ACK) { /* a session begins */
        pc_table_unref(books->codec, way->table);
        way->table = pc_table_empty(books->codec);
    }
    if (record->type != PC_NMF_SIZED_ENVELOPE)
        return;
    cr_assert(pc_message_read(books->codec, &way->table, record->payload, record->size, &message, &error), "%s", error->message);
    if (message.kind == PC_KIND_FLOOD) {
        way->floods++;
        books->floods++;
    } else if (message.kind == PC_KIND_LINK_UTILITY) {
        way->total += message.u.link_utility.total;
        way->useful += message.u.link_utility.useful;
        books->useful += message.u.link_utility.useful;
    }
}

static void arrived(void *user, int64_t now, const struct sim_packet *packet)
{
    struct books *books = user;
    (void)now;
    if (packet->kind != SIM_SEGMENT_DATA)
        return;
    cr_assert_lt(packet->link, LINKS);
    struct way *way = &books->ways[packet->link][packet->from_initiator];
    const uint8_t *data = packet->data;
    size_t size = packet->size;
    struct pc_nmf_record record;
    enum pc_nmf_status status;
    if (!way->used) {
        pc_nmf_reader_init(&way->reader, packet->from_initiator, NULL);
        way->table = pc_table_empty(books->codec);
        way->used = true;
    }
    while ((status = pc_nmf_read(&way->reader, &data, &size, &record)) == PC_NMF_RECORD)
        read_record(books, way, &record);
    cr_assert_eq(status, PC_NMF_MORE, "link %u cannot be read", packet->link);
}

/* PC-12.4-1 */
Test(theory, t18_reports_of_utility_account_for_every_copy_received)
{
    static struct books books;
    struct sim_observer observer = {.user = &books, .arrived = arrived};
    struct sim_profile *profile = sim_profile_new(SIM_PROFILE_NULL, 41, NULL, NULL);
    struct pc_rules rules = *pc_rules_of(PC_DIALECT_NET);
    struct rig rig;
    uint64_t first = 0;
    rules.maintenance_interval = 3600 * SECOND; /* nobody is pruned: a link that ends takes its counts along */
    books.codec = pc_codec_new(NULL);
    rig_open(&rig, PEERS, 41, profile, &rules, true);
    scn_net_observe(rig.net, &observer);
    rig_grow(&rig, 30 * SECOND, 100 * SECOND);
    rig_publish(&rig, MESSAGES, SECOND / 4);
    sim_run_until(scn_net_world(rig.net), scn_net_now(rig.net) + 40 * SECOND, NULL); /* the last reports: every 30 s */
    for (uint32_t i = 0; i < MESSAGES; i++)
        for (uint32_t p = 0; p < PEERS; p++)
            first += p != rig_flood(&rig, i)->origin && rig_flood(&rig, i)->first[p] != NEVER;
    for (uint32_t link = 0; link < LINKS; link++)
        for (int way = 0; way < 2; way++) {
            const struct way *to = &books.ways[link][way], *back = &books.ways[link][!way];
            cr_assert_eq(back->total, to->floods, "link %u: %lu copies came, %lu were reported", link, to->floods, back->total);
            cr_assert_leq(back->useful, back->total, "link %u", link);
        }
    cr_assert_gt(books.floods, MESSAGES * PEERS, "%lu copies", books.floods);
    cr_assert_eq(books.useful, first, "%lu first copies, %lu were reported as useful", first, books.useful);
    for (uint32_t link = 0; link < LINKS; link++)
        for (int way = 0; way < 2; way++)
            if (books.ways[link][way].used) {
                pc_nmf_reader_clear(&books.ways[link][way].reader);
                pc_table_unref(books.codec, books.ways[link][way].table);
            }
    rig_close(&rig);
    pc_codec_free(books.codec);
    sim_profile_free(profile);
}
