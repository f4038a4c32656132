/* T5: flooding where links have independent exponential delays of mean 1, n = 10,000: the simulator's queue, distributions and
 * delays against simulations by others. Decisions 14: 400 seeds, fails beyond 3 % and 4 standard errors. */
#include "tests/bench/null.c"

#include <criterion/criterion.h>
#include <math.h>

#ifdef __SANITIZE_ADDRESS__ /* ten times slower: what is looked for there shows with fewer */
enum { HOSTS = 10000, SEEDS = 60 };
#define ENOUGH 0.08
#else
enum { HOSTS = 10000, SEEDS = 400 };
#define ENOUGH 0.03
#endif
#define MEAN INT64_C(100000000) /* of a link's delay, ns: the unit of time of the table */

struct heard {
    int64_t last;
    double sum;
    uint32_t count;
};

static void note(void *user, uint32_t message, uint32_t host, int64_t after)
{
    struct heard *heard = user;
    (void)message;
    (void)host;
    heard->last = MAX(heard->last, after);
    heard->sum += (double)after;
    heard->count++;
}

struct moments {
    double sum, squares;
};

static void add(struct moments *m, double x)
{
    m->sum += x;
    m->squares += x * x;
}

static void judge(const char *what, uint32_t k, const struct moments *m, uint32_t seeds, double due)
{
    double mean = m->sum / seeds;
    double error = sqrt((m->squares / seeds - mean * mean) / (seeds - 1));
    cr_log_info("k = %u, %s: %.3f +- %.3f (table: %.2f)", k, what, mean, error, due);
    cr_assert(fabs(mean - due) <= 0.03 * due || fabs(mean - due) <= 4 * error, "k = %u, %s: %.3f after %u seeds, standard error %.3f; the table says %.2f",
              k, what, mean, seeds, error, due);
    /* The other way round: enough seeds that 3 % is what decides. */
    cr_assert_leq(4 * error, ENOUGH * due, "k = %u, %s: %u seeds say too little: standard error %.3f", k, what, seeds, error);
}

static void check(uint32_t k, uint32_t seeds, double last_due, double mean_due)
{
    struct sim_dist delay = {.kind = SIM_DIST_EXPONENTIAL, .a = MEAN};
    struct sim_profile_changes changes = {.delay = &delay};
    struct moments last = {0}, mean = {0};
    cr_assert(sim_dist_prepare(&delay, NULL));
    for (uint32_t seed = 1; seed <= seeds; seed++) {
        struct sim_profile *profile = sim_profile_new(SIM_PROFILE_NULL, seed, &changes, NULL);
        struct heard heard = {0};
        struct bench_null_result result;
        size_t count;
        struct bench_edge *edges = bench_random_graph(HOSTS, k, seed, &count);
        struct bench_null config = {.hosts = HOSTS,
                                    .edges = edges,
                                    .edge_count = count,
                                    .messages = 1,
                                    .interval = 1,
                                    .size = 4,
                                    .profile = profile,
                                    .seed = seed,
                                    .first = note,
                                    .user = &heard};
        bench_null_run(&config, &result);
        cr_assert_eq(heard.count, HOSTS, "k = %u, seed %u: %u hosts heard it", k, seed, heard.count);
        add(&last, (double)heard.last / MEAN);
        add(&mean, heard.sum / (HOSTS - 1) / MEAN);
        g_free(edges);
        sim_profile_free(profile);
    }
    judge("last", k, &last, seeds, last_due);
    judge("mean", k, &mean, seeds, mean_due);
}

Test(theory, t5_exponential_delays_on_3_regular_graphs)
{
    check(3, SEEDS, 12.4, 7.75);
}

Test(theory, t5_exponential_delays_on_4_regular_graphs)
{
    check(4, SEEDS, 7.1, 4.19);
}

Test(theory, t5_exponential_delays_on_5_regular_graphs)
{
    check(5, SEEDS, 5.2, 3.00);
}

Test(theory, t5_exponential_delays_on_6_regular_graphs)
{
    check(6, SEEDS, 4.0, 2.26);
}

Test(theory, t5_exponential_delays_on_7_regular_graphs)
{
    check(7, SEEDS, 3.4, 1.80);
}
