#include "analysis/reassembly.h"
#include "tests/unit/dissect/rig.h"

#define TOTAL 6000u

/* What a stream gave. */
struct heard {
    GByteArray *octets[2];
    uint64_t last_packet[2];
    unsigned opened, ended[2], closed, gaps, flags[32];
    uint32_t missing;
    uint64_t gap_at;
    bool start_unknown, last_from_initiator;
    struct an_stream stream;
};

static void on_opened(void *user, struct an_stream *stream, const struct an_packet *packet)
{
    struct heard *h = user;
    (void)packet;
    h->opened++;
    h->stream = *stream;
}

static void on_flag(void *user, struct an_stream *stream, bool from_initiator, uint8_t flag,
                    const struct an_packet *packet)
{
    struct heard *h = user;
    (void)stream;
    (void)packet;
    h->flags[flag]++;
    h->last_from_initiator = from_initiator;
}

static void on_octets(void *user, struct an_stream *stream, bool from_initiator, const uint8_t *octets,
                      uint32_t size, const struct an_packet *packet)
{
    struct heard *h = user;
    (void)stream;
    cr_assert_geq(packet->number, h->last_packet[from_initiator]);
    h->last_packet[from_initiator] = packet->number;
    g_byte_array_append(h->octets[from_initiator], octets, size);
}

static void on_gap(void *user, struct an_stream *stream, bool from_initiator, uint32_t missing,
                   const struct an_packet *packet)
{
    struct heard *h = user;
    (void)stream;
    (void)packet;
    h->gaps++;
    h->missing += missing;
    h->gap_at = h->octets[from_initiator]->len;
    h->start_unknown |= missing == 0;
}

static void on_ended(void *user, struct an_stream *stream, bool from_initiator,
                     const struct an_packet *packet)
{
    struct heard *h = user;
    (void)stream;
    (void)packet;
    h->ended[from_initiator]++;
}

static void on_closed(void *user, struct an_stream *stream)
{
    struct heard *h = user;
    (void)stream;
    h->closed++;
}

static const struct an_reassembly_ops ops = {.opened = on_opened,
                                             .flag = on_flag,
                                             .octets = on_octets,
                                             .gap = on_gap,
                                             .ended = on_ended,
                                             .closed = on_closed};

struct rig {
    struct heard heard;
    struct an_reassembly *reassembly;
    uint64_t packets;
    uint8_t octets[TOTAL]; /* of the stream under test */
    uint32_t isn;
};

static void begin(struct rig *rig, uint32_t isn)
{
    memset(rig, 0, sizeof *rig);
    for (uint32_t i = 0; i < TOTAL; i++)
        rig->octets[i] = (uint8_t)(i * 31 + (i >> 8) * 7);
    rig->isn = isn;
    rig->heard.octets[0] = g_byte_array_new();
    rig->heard.octets[1] = g_byte_array_new();
    rig->reassembly = an_reassembly_new(&ops, &rig->heard);
}

static void end(struct rig *rig)
{
    an_reassembly_finish(rig->reassembly);
    an_reassembly_free(rig->reassembly);
    cr_expect_eq(rig->heard.closed, rig->heard.opened);
    cr_expect_eq(rig->heard.ended[0], rig->heard.opened, "each direction ends once");
    cr_expect_eq(rig->heard.ended[1], rig->heard.opened);
}

static void clear(struct rig *rig)
{
    g_byte_array_unref(rig->heard.octets[0]);
    g_byte_array_unref(rig->heard.octets[1]);
}

static void send(struct rig *rig, bool from_initiator, uint8_t flags, uint32_t seq, uint32_t ack,
                 const uint8_t *octets, uint32_t size)
{
    struct an_packet p = {.number = ++rig->packets,
                          .time = (int64_t)rig->packets * 1000,
                          .src = {.octets = {10, 0, 0, from_initiator ? 1 : 2},
                                  .port = from_initiator ? 40000 : 50001,
                                  .family = 4},
                          .dst = {.octets = {10, 0, 0, from_initiator ? 2 : 1},
                                  .port = from_initiator ? 50001 : 40000,
                                  .family = 4},
                          .seq = seq,
                          .ack = ack,
                          .flags = flags,
                          .wire_size = size,
                          .size = size,
                          .payload = octets};
    an_reassembly_packet(rig->reassembly, &p);
}

static void handshake(struct rig *rig)
{
    send(rig, true, AN_TCP_SYN, rig->isn, 0, NULL, 0);
    send(rig, false, AN_TCP_SYN | AN_TCP_ACK, 7000, rig->isn + 1, NULL, 0);
}

/* Octets [from, from + size) of the stream. */
static void piece(struct rig *rig, uint32_t from, uint32_t size)
{
    send(rig, true, AN_TCP_ACK, rig->isn + 1 + from, 7001, rig->octets + from, size);
}

static void expect_all(struct rig *rig, const char *what)
{
    const GByteArray *got = rig->heard.octets[1];
    cr_expect_eq(rig->heard.gaps, 0, "%s: a gap", what);
    cr_expect_eq(got->len, TOTAL, "%s: %u octets", what, got->len);
    cr_expect(got->len == TOTAL && memcmp(got->data, rig->octets, TOTAL) == 0, "%s: other octets", what);
}

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static const uint32_t isns[] = {1000, UINT32_MAX - 1, UINT32_MAX - 2500, 0x7FFFFFFF - 2500};

Test(reassembly, puts_shuffled_segments_in_order_at_every_start)
{
    for (unsigned seed = 0; seed < 200; seed++) {
        struct rig rig;
        uint32_t state = seed, order[60];
        begin(&rig, isns[seed % G_N_ELEMENTS(isns)]);
        handshake(&rig);
        for (uint32_t i = 0; i < 60; i++)
            order[i] = i;
        for (uint32_t i = 59; i > 0; i--) {
            uint32_t k = next_random(&state) % (i + 1), keep = order[i];
            order[i] = order[k];
            order[k] = keep;
        }
        for (uint32_t i = 0; i < 60; i++)
            piece(&rig, order[i] * 100, 100);
        expect_all(&rig, "shuffled");
        end(&rig);
        clear(&rig);
    }
}

Test(reassembly, takes_repeated_and_overlapping_pieces_once)
{
    for (unsigned seed = 0; seed < 200; seed++) {
        struct rig rig;
        uint32_t state = seed + 1;
        begin(&rig, isns[seed % G_N_ELEMENTS(isns)]);
        handshake(&rig);
        for (unsigned i = 0; i < 300; i++) {
            uint32_t from = next_random(&state) % TOTAL, size = 1 + next_random(&state) % 400;
            piece(&rig, from, MIN(size, TOTAL - from));
        }
        for (uint32_t from = 0; from < TOTAL; from += 500) /* what chance left out, and all the rest again */
            piece(&rig, from, 500);
        expect_all(&rig, "overlapping");
        end(&rig);
        clear(&rig);
    }
}

Test(reassembly, gives_an_octet_with_the_packet_that_made_it_contiguous)
{
    struct rig rig;
    begin(&rig, 1);
    handshake(&rig);
    piece(&rig, 100, 100); /* packet 3 */
    cr_expect_eq(rig.heard.octets[1]->len, 0);
    piece(&rig, 0, 100); /* packet 4 */
    cr_expect_eq(rig.heard.octets[1]->len, 200);
    cr_expect_eq(rig.heard.last_packet[1], 4);
    end(&rig);
    clear(&rig);
}

Test(reassembly, names_a_gap_when_the_other_side_has_acknowledged_it)
{
    struct rig rig;
    begin(&rig, UINT32_MAX - 50);
    handshake(&rig);
    piece(&rig, 0, 100);
    piece(&rig, 250, 100);
    send(&rig, false, AN_TCP_ACK, 7001, rig.isn + 1 + 100, NULL, 0);
    cr_expect_eq(rig.heard.gaps, 0, "not acknowledged: it may still come");
    send(&rig, false, AN_TCP_ACK, 7001, rig.isn + 1 + 350, NULL, 0);
    cr_expect_eq(rig.heard.gaps, 1);
    cr_expect_eq(rig.heard.missing, 150);
    cr_expect_eq(rig.heard.gap_at, 100);
    cr_assert_eq(rig.heard.octets[1]->len, 200);
    cr_expect(memcmp(rig.heard.octets[1]->data + 100, rig.octets + 250, 100) == 0);
    end(&rig);
    clear(&rig);
}

Test(reassembly, names_gaps_that_the_end_of_the_capture_leaves)
{
    struct rig rig;
    begin(&rig, 5);
    handshake(&rig);
    piece(&rig, 10, 100);
    send(&rig, true, AN_TCP_FIN | AN_TCP_ACK, rig.isn + 1 + 200, 7001, NULL, 0);
    cr_expect_eq(rig.heard.ended[1], 0, "octets before FIN are missing");
    end(&rig);
    cr_expect_eq(rig.heard.gaps, 2);
    cr_expect_eq(rig.heard.missing, 10 + 90);
    clear(&rig);
}

Test(reassembly, ends_directions_by_fin_and_both_by_rst)
{
    struct rig rig;
    begin(&rig, 5);
    handshake(&rig);
    send(&rig, true, AN_TCP_FIN | AN_TCP_ACK, rig.isn + 1 + 100, 7001, NULL, 0);
    cr_expect_eq(rig.heard.ended[1], 0);
    piece(&rig, 0, 100);
    cr_expect_eq(rig.heard.ended[1], 1, "FIN came before the octets in front of it");
    cr_expect_eq(rig.heard.ended[0], 0);
    send(&rig, true, AN_TCP_RST, rig.isn + 102, 0, NULL, 0);
    cr_expect_eq(rig.heard.ended[0], 1);
    cr_expect_eq(rig.heard.flags[AN_TCP_RST], 1);
    piece(&rig, 100, 10);
    cr_expect_eq(rig.heard.octets[1]->len, 100, "nothing comes behind the end");
    end(&rig);
    clear(&rig);
}

Test(reassembly, begins_in_the_middle_and_says_so)
{
    struct rig rig;
    begin(&rig, 5);
    piece(&rig, 1000, 100);
    piece(&rig, 1100, 100);
    cr_expect(rig.heard.start_unknown);
    cr_expect(rig.heard.stream.roles_guessed);
    cr_expect_eq(rig.heard.octets[0]->len + rig.heard.octets[1]->len, 200);
    end(&rig);
    clear(&rig);
}

Test(reassembly, takes_ends_used_again_for_another_connection)
{
    struct rig rig;
    begin(&rig, 5);
    handshake(&rig);
    piece(&rig, 0, 100);
    send(&rig, true, AN_TCP_SYN, rig.isn, 0, NULL, 0);
    cr_expect_eq(rig.heard.opened, 1, "the same SYN once more");
    rig.isn = 900000;
    handshake(&rig);
    cr_expect_eq(rig.heard.opened, 2);
    cr_expect_eq(rig.heard.stream.number, 1);
    piece(&rig, 0, 50);
    cr_expect_eq(rig.heard.octets[1]->len, 150);
    end(&rig);
    clear(&rig);
}

Test(reassembly, keeps_no_more_than_its_bounds)
{
    struct rig rig;
    begin(&rig, 5);
    handshake(&rig);
    for (uint32_t i = 0; i < AN_WAITING_SEGMENTS; i++)
        send(&rig, true, AN_TCP_ACK, rig.isn + 1000 + 2 * i, 7001, rig.octets, 1);
    cr_expect_eq(rig.heard.gaps, 0);
    send(&rig, true, AN_TCP_ACK, rig.isn + 1000 + 2 * AN_WAITING_SEGMENTS, 7001, rig.octets, 1);
    cr_expect_eq(rig.heard.gaps, 1, "what is missing counts as lost");
    cr_expect_eq(rig.heard.missing, 999);
    end(&rig);
    clear(&rig);

    uint8_t *large = g_malloc0(1 << 20);
    begin(&rig, 5);
    handshake(&rig);
    for (uint32_t i = 0; i <= AN_WAITING_OCTETS >> 20; i++)
        send(&rig, true, AN_TCP_ACK, rig.isn + 2 + (i << 20), 7001, large, 1 << 20);
    cr_expect_eq(rig.heard.gaps, 1);
    cr_expect_eq(rig.heard.octets[1]->len, AN_WAITING_OCTETS + (1 << 20));
    end(&rig);
    clear(&rig);
    g_free(large);
}
