/* Floods of the null protocol against theory: scenarios.md section 5. */
#include "tests/bench/null.h"

#include <criterion/criterion.h>
#include <glib.h>
#include <string.h>

/* --- An independent shortest path: Bellman and Ford's relaxation until nothing changes  */

static void shortest_paths(const struct bench_null *config, uint32_t source, int64_t *distance)
{
    int64_t *delay = g_new(int64_t, config->edge_count);
    bool changed = true;

    for (size_t e = 0; e < config->edge_count; e++) {
        struct sim_place a, b;

        sim_profile_place(config->profile, config->edges[e].a, SIM_REGION_DRAWN, &a);
        sim_profile_place(config->profile, config->edges[e].b, SIM_REGION_DRAWN, &b);
        delay[e] = sim_profile_base_delay(config->profile, &a, &b);
    }
    for (uint32_t i = 0; i < config->hosts; i++)
        distance[i] = i == source ? 0 : INT64_MAX / 2;
    while (changed) {
        changed = false;
        for (size_t e = 0; e < config->edge_count; e++) {
            int64_t *a = &distance[config->edges[e].a], *b = &distance[config->edges[e].b];

            if (*a + delay[e] < *b || *b + delay[e] < *a)
                changed = true;
            *b = MIN(*b, *a + delay[e]);
            *a = MIN(*a, *b + delay[e]);
        }
    }
    g_free(delay);
}

struct arrivals {
    const struct bench_null *config;
    int64_t *after; /* [message · hosts + host], -1: never */
};

static void note_first(void *user, uint32_t message, uint32_t host, int64_t after)
{
    struct arrivals *arrivals = user;
    int64_t *entry = &arrivals->after[(size_t)message * arrivals->config->hosts + host];

    cr_assert_eq(*entry, -1, "message %u came first at %u twice", message, host);
    *entry = after;
}

/* T1 and T2 on one profile without jitter and with infinite rate. */
static void check_exact(enum sim_profile_id id, const struct sim_profile_changes *changes, uint32_t degree)
{
    struct sim_profile *profile = sim_profile_new(id, 11, changes, NULL);
    size_t edges;
    struct bench_edge *graph = bench_random_graph(400, degree, 5, &edges);
    struct bench_null config = {.hosts = 400,
                                .edges = graph,
                                .edge_count = edges,
                                .messages = 20,
                                .interval = 5000000000,
                                .size = 100,
                                .profile = profile,
                                .seed = 11,
                                .first = note_first};
    struct arrivals arrivals = {&config, g_new(int64_t, 20 * 400)};
    int64_t distance[400];
    struct bench_null_result result;

    for (size_t i = 0; i < 20 * 400; i++)
        arrivals.after[i] = -1;
    config.user = &arrivals;
    bench_null_run(&config, &result);
    cr_expect_eq(result.deliveries, 20 * (2 * edges - 400 + 1), "T1: %lu copies", result.deliveries);
    cr_expect_eq(result.first, 20 * 400);
    for (uint32_t m = 0; m < 20; m++) {
        shortest_paths(&config, bench_null_source(&config, m), distance);
        for (uint32_t host = 0; host < 400; host++)
            cr_assert_eq(arrivals.after[m * 400 + host], distance[host],
                         "T2: message %u at %u after %ld, shortest path %ld", m, host,
                         arrivals.after[m * 400 + host], distance[host]);
    }
    cr_expect_eq(result.counters.written, result.counters.received);
    g_free(arrivals.after);
    g_free(graph);
    sim_profile_free(profile);
}

Test(flood, makes_2m_minus_n_plus_1_copies_along_shortest_paths)
{
    const struct sim_dist infinite = {.kind = SIM_DIST_CONSTANT}, none = {.kind = SIM_DIST_CONSTANT};
    const struct sim_profile_changes unloaded = {.up = &infinite, .down = &infinite, .jitter = &none};

    check_exact(SIM_PROFILE_NULL, NULL, 3);
    check_exact(SIM_PROFILE_NULL, NULL, 6);
    check_exact(SIM_PROFILE_LAN, &unloaded, 4);
    check_exact(SIM_PROFILE_WORLD_HOMES, &unloaded, 3);
}

/* --- T18: an observer's books ------------------------------------------------------- */

struct books {
    uint64_t sent, arrived, lost, voided, opened, closed;
    int64_t last;
};

static void on_opened(void *user, int64_t now, uint32_t link, uint32_t initiator, uint32_t acceptor)
{
    struct books *books = user;

    (void)link;
    cr_assert_neq(initiator, acceptor);
    cr_assert_geq(now, books->last);
    books->last = now;
    books->opened++;
}

static void on_closed(void *user, int64_t now, uint32_t link, bool initiator, int reason,
                      const struct sim_leftover *left)
{
    struct books *books = user;

    (void)now;
    (void)link;
    (void)initiator;
    (void)reason;
    books->closed++;
    books->voided += left->voided;
}

static void on_sent(void *user, int64_t now, const struct sim_packet *packet)
{
    struct books *books = user;

    cr_assert_geq(now, books->last);
    cr_assert(packet->start >= now && packet->departure >= packet->start);
    books->last = now;
    books->sent += packet->size;
}

static void on_arrived(void *user, int64_t now, const struct sim_packet *packet)
{
    struct books *books = user;

    cr_assert_geq(now, books->last);
    books->arrived += packet->size;
}

static void on_lost(void *user, int64_t now, const struct sim_packet *packet)
{
    (void)now;
    ((struct books *)user)->lost += packet->size;
}

static struct bench_null_result flood_world_homes(const struct sim_observer *observer, uint64_t seed)
{
    struct sim_profile *profile = sim_profile_new(SIM_PROFILE_WORLD_HOMES, seed, NULL, NULL);
    size_t edges;
    struct bench_edge *graph = bench_random_graph(300, 4, 5, &edges);
    const struct bench_null config = {.hosts = 300,
                                      .edges = graph,
                                      .edge_count = edges,
                                      .messages = 50,
                                      .interval = 10000000, /* 100 a second: slow lines queue */
                                      .size = 700,
                                      .profile = profile,
                                      .seed = seed,
                                      .observer = observer};
    struct bench_null_result result;

    bench_null_run(&config, &result);
    cr_expect_eq(result.deliveries, 50 * (2 * edges - 300 + 1), "T1 holds under load and jitter, too");
    cr_expect_eq(result.counters.written, result.counters.received + result.counters.lost);
    g_free(graph);
    sim_profile_free(profile);
    return result;
}

Test(flood, keeps_its_books_and_does_not_mind_being_watched)
{
    struct books books = {0};
    const struct sim_observer observer = {.user = &books,
                                          .opened = on_opened,
                                          .closed = on_closed,
                                          .sent = on_sent,
                                          .arrived = on_arrived,
                                          .lost = on_lost};
    struct bench_null_result watched = flood_world_homes(&observer, 3), alone = flood_world_homes(NULL, 3);
    struct bench_null_result other = flood_world_homes(NULL, 4);

    cr_expect_eq(books.opened, 600);
    cr_expect_eq(books.sent, books.arrived + books.lost + books.voided);
    cr_expect_eq(books.sent, watched.counters.written);
    cr_expect(memcmp(&watched.fingerprint, &alone.fingerprint, sizeof alone.fingerprint) == 0,
              "same run, same fingerprint");
    cr_expect(memcmp(&watched.fingerprint, &other.fingerprint, sizeof other.fingerprint) != 0,
              "another seed, another one");
}

/* --- T5: exponential link delays on regular graphs ---------------------------------- */

struct spread {
    double sum, last;
    uint64_t count;
};

static void note_spread(void *user, uint32_t message, uint32_t host, int64_t after)
{
    struct spread *spread = user;

    (void)message;
    (void)host;
    spread->sum += (double)after;
    spread->last = MAX(spread->last, (double)after);
    spread->count++;
}

/* Simulated reference of the table at n = 10⁴; here at n = 10³ and with the asymptote's step ln 10 / (k - 2)
 * taken off the mean. One flood on each of 60 graphs; the standard error is about 1 % of the mean, the limit
 * 6 %. The full check is of the theory tests. */
Test(flood, spreads_over_exponential_delays_as_theory_says)
{
    const struct sim_dist delay = {.kind = SIM_DIST_EXPONENTIAL, .a = 100000000};
    const struct sim_profile_changes changes = {.delay = &delay};
    static const struct {
        uint32_t degree;
        double mean; /* at n = 10⁴, in units of the mean delay */
    } rows[] = {{4, 4.19}, {6, 2.26}};

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct spread spread = {0};
        double expected = rows[i].mean - 2.302585 / (rows[i].degree - 2), mean;

        for (uint64_t seed = 1; seed <= 60; seed++) {
            struct sim_profile *profile = sim_profile_new(SIM_PROFILE_NULL, seed, &changes, NULL);
            size_t edges;
            struct bench_edge *graph = bench_random_graph(1000, rows[i].degree, seed, &edges);
            const struct bench_null config = {.hosts = 1000,
                                              .edges = graph,
                                              .edge_count = edges,
                                              .messages = 1,
                                              .size = 4,
                                              .profile = profile,
                                              .seed = seed,
                                              .first = note_spread,
                                              .user = &spread};
            struct bench_null_result result;

            bench_null_run(&config, &result);
            g_free(graph);
            sim_profile_free(profile);
        }
        mean = spread.sum / (double)spread.count / 1e8;
        cr_expect(mean > expected * 0.94 && mean < expected * 1.06, "degree %u: mean %.3f, expected %.3f",
                  rows[i].degree, mean, expected);
    }
}
