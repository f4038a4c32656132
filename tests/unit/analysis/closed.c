/* scenarios.md 5, tables of T12; T13, T14. */
#include "analysis/closed.h"

#include <criterion/criterion.h>
#include <glib.h>
#include <math.h>
#include <stdlib.h>

/* PC: none. Rows: share wrong, error and executions for quorum 2 and 3 (equal), error for quorum 2 and a thousand values. */
static const double table[][6] = {{0.01, 2.98e-4, 9.9e-6, 2.020, 3.030, 0},
                                  {0.05, 7.25e-3, 1.16e-3, 2.095, 3.156, 1e-5},
                                  {0.10, 2.80e-2, 8.56e-3, 2.181, 3.320, 5e-5},
                                  {0.20, 1.04e-1, 5.79e-2, 2.321, 3.633, 1.4e-4}};

static void near(double is, double due, double share, const char *what, double wrong)
{
    cr_assert_leq(fabs(is - due), share * due, "%s at %.2f: %g, the table has %g", what, wrong, is, due);
}

Test(closed, t12_is_the_table)
{
    struct an_votes two, three, apart;
    for (unsigned i = 0; i < 4; i++) {
        double wrong = table[i][0];
        cr_assert(an_closed_votes(2, wrong, true, 0, &two));
        cr_assert(an_closed_votes(3, wrong, true, 0, &three));
        near(two.error, table[i][1], 0.006, "error, M = 2", wrong);
        near(three.error, table[i][2], 0.006, "error, M = 3", wrong);
        near(two.executions, table[i][3], 0.005, "executions, M = 2", wrong);
        near(three.executions, table[i][4], 0.005, "executions, M = 3", wrong); /* simulated there */
        cr_assert(an_closed_votes(2, wrong, false, 1000, &apart));
        if (i > 0) /* simulated there, to one or two digits */
            near(apart.error, table[i][5], 0.35, "error of independent answers", wrong);
        cr_assert_gt(apart.executions, two.executions);
    }
}

Test(closed, t12_has_sharp_ends)
{
    struct an_votes out;
    cr_assert(an_closed_votes(1, 0.3, true, 0, &out));
    cr_assert_float_eq(out.error, 0.3, 1e-12);
    cr_assert_float_eq(out.executions, 1, 1e-12);
    cr_assert(an_closed_votes(4, 0, true, 0, &out));
    cr_assert_float_eq(out.executions, 4, 1e-12);
    cr_assert(an_closed_votes(2, 0.2, false, 1, &out)); /* one wrong value: all are equal */
    struct an_votes equal;
    an_closed_votes(2, 0.2, true, 0, &equal);
    cr_assert_float_eq(out.error, equal.error, 1e-12);
    cr_assert(an_closed_votes(3, 0.2, false, 1, &out));
    an_closed_votes(3, 0.2, true, 0, &equal);
    cr_assert_float_eq(out.error, equal.error, 1e-12);
    cr_assert_float_eq(out.executions, equal.executions, 1e-9);
    cr_assert_not(an_closed_votes(0, 0.1, true, 0, &out));
    cr_assert_not(an_closed_votes(4, 0.1, false, 1000, &out));
}

Test(closed, t13_and_t14)
{
    cr_assert_float_eq(an_closed_restarts(30, 60, 0), exp(0.5), 1e-12);
    cr_assert_float_eq(an_closed_restarts(30, 60, 30), exp(0.5), 1e-12); /* a checkpoint at the end is none */
    cr_assert_float_eq(an_closed_restarts(30, 60, 10), 1 + 3 * (exp(10.0 / 60) - 1), 1e-12);
    cr_assert_float_eq(an_closed_extra_claims(100, 0.2, 5), 4, 1e-12);
}

/* T16, by building such a mesh: every accepting peer opens `opens` links to the next ones around a ring, and those who accept nobody take
 * the freest of the others. → how many of the latter get `least` links. */
static unsigned served(unsigned peers, unsigned behind, unsigned least, unsigned most, unsigned opens)
{
    unsigned open = peers - behind, count = 0, *free_places = calloc(open, sizeof *free_places);
    for (unsigned i = 0; i < open; i++)
        free_places[i] = most - 2 * opens; /* its own, and as many of its neighbors on the ring */
    for (unsigned i = 0; i < behind; i++) {
        unsigned found = 0;
        for (unsigned k = 0; k < least; k++) {
            unsigned best = 0;
            for (unsigned j = 1; j < open; j++)
                if (free_places[j] > free_places[best])
                    best = j;
            if (free_places[best] == 0)
                break;
            free_places[best]--;
            found++;
        }
        count += (unsigned)(found == least);
    }
    free(free_places);
    return count;
}

Test(closed, t16_is_as_many_as_can_be_built)
{
    cr_assert_float_eq(an_closed_nat_capacity(2, 7, 2), 0.60, 1e-12);
    cr_assert_float_eq(an_closed_nat_capacity(2, 7, 1), 5.0 / 7, 1e-12);
    cr_assert_float_eq(an_closed_nat_capacity(2, 4, 2), 0, 1e-12);
    for (unsigned opens = 0; opens <= 2; opens++) {
        double capacity = an_closed_nat_capacity(2, 7, opens);
        unsigned most = (unsigned)floor(700 * capacity);
        cr_assert_eq(served(700, most, 2, 7, opens), most, "%u of 700 fit, opens %u", most, opens);
        cr_assert_lt(served(700, most + 2, 2, 7, opens), most + 2, "%u of 700 do not, opens %u", most + 2, opens);
        cr_assert_float_eq(an_closed_nat_served(capacity, 2, 7, opens), 1, 1e-12);
        unsigned behind = 630; /* 90 % */
        double due = (70.0 + served(700, behind, 2, 7, opens)) / 700;
        cr_assert_float_eq(an_closed_nat_served(0.9, 2, 7, opens), due, 2.0 / 700);
    }
}

/* T17, by going through all draws of three from a table. */
Test(closed, t17_is_the_share_of_all_draws)
{
    for (unsigned dead = 0; dead <= 10; dead++) {
        unsigned none = 0, fewer = 0;
        for (unsigned draw = 0; draw < 1000; draw++) {
            unsigned a = draw % 10, b = draw / 10 % 10, c = draw / 100;
            unsigned live = (unsigned)((a >= dead) + (b >= dead && b != a) + (c >= dead && c != a && c != b));
            none += (unsigned)(live == 0);
            fewer += (unsigned)(live < 2);
        }
        struct an_stale out = an_closed_stale_resolve(dead / 10.0, 3, 10);
        cr_assert_float_eq(out.none, none / 1000.0, 1e-9);
        cr_assert_float_eq(out.fewer_than_two, fewer / 1000.0, 1e-9, "%u of 10 dead: %g, counted %g", dead, out.fewer_than_two, fewer / 1000.0);
    }
    struct an_stale many = an_closed_stale_resolve(0.5, 3, 0), finite = an_closed_stale_resolve(0.5, 3, 1e7);
    cr_assert_float_eq(many.none, 0.125, 1e-12);
    cr_assert_float_eq(many.fewer_than_two, 0.5, 1e-12); /* s³ + 3 s² (1 − s) */
    cr_assert_float_eq(finite.fewer_than_two, many.fewer_than_two, 1e-6);
}

/* X3, by letting newcomers come: one each minute on average, two links to random members. */
Test(closed, x3_merge_time_is_what_newcomers_need)
{
    GRand *rand = g_rand_new_with_seed(3);
    for (int part = 0; part < 2; part++) {
        double share = part ? 0.9 : 0.5, sum = 0;
        enum { RUNS = 20000 };
        for (int i = 0; i < RUNS; i++)
            do
                sum += -log(1 - g_rand_double(rand));
            while ((g_rand_double(rand) < share) == (g_rand_double(rand) < share));
        near(an_closed_merge_time(1, share), sum / RUNS, 0.03, "merge time at a share of", share);
    }
    cr_assert(isinf(an_closed_merge_time(1, 1)));
    g_rand_free(rand);
}

/* T9, message by message. */
Test(closed, t9_backlog_is_what_a_slow_line_has_not_sent)
{
    double sent = 0, waiting = 0;
    for (int ms = 0; ms < 5000; ms++) { /* 200/s for 5 s, 620 octets to 3 neighbors, 64 kbit/s */
        waiting += 0.2;
        double octets = fmin(waiting * 620 * 3, 8);
        sent += octets;
        waiting -= octets / (620 * 3);
    }
    cr_assert_float_eq(an_closed_backlog(200, 5, 620, 3, 8000), waiting, 0.5);
    cr_assert_float_eq(an_closed_backlog(1, 5, 620, 3, 8000), 0, 1e-12);
    cr_assert_float_eq(sent, 40000, 1);
}
