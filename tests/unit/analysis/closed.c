/* scenarios.md 5, tables of T12; T13, T14. */
#include "analysis/closed.h"

#include <criterion/criterion.h>
#include <math.h>

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
