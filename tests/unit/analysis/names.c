#include "tests/unit/analysis/feed.h"

Test(names, are_unknown_or_not_built_or_there)
{
    enum an_metric metric;
    cr_assert_eq(an_metric_find("latency", &metric), AN_FOUND);
    cr_assert_eq(metric, AN_LATENCY);
    cr_assert_eq(an_metric_find("lost", &metric), AN_FOUND);
    cr_assert_eq(an_metric_find("filtered", &metric), AN_FOUND_NOT_BUILT);
    cr_assert_eq(an_metric_find("latencies", &metric), AN_FOUND_NOTHING);
    cr_assert_eq(an_metric_find("theory.copies", &metric), AN_FOUND_NOTHING);
    cr_assert_eq(an_theory_find("copies", &metric), AN_FOUND);
    cr_assert_eq(metric, AN_THEORY_COPIES);
    cr_assert_eq(an_theory_find("server.latency", &metric), AN_FOUND);
    cr_assert_eq(an_theory_find("ball", &metric), AN_FOUND_NOT_BUILT);
    for (unsigned i = 0; i < AN_THEORY_COPIES; i++) {
        cr_assert_eq(an_metric_find(an_metric_name((enum an_metric)i), &metric), AN_FOUND);
        cr_assert_eq(metric, i);
    }
}

Test(names, that_are_nearly_right_are_suggested)
{
    cr_assert_str_eq(an_metric_suggest("latancy"), "latency");
    cr_assert_str_eq(an_metric_suggest("Delivery"), "delivery");
    cr_assert_str_eq(an_metric_suggest("recovry"), "recovery");
    cr_assert_str_eq(an_theory_suggest("shortest_paths"), "shortest_path");
    cr_assert_null(an_metric_suggest("zzzzzz"));
    char *endless = g_strnfill(100000, 'x');
    cr_assert_null(an_metric_suggest(endless));
    g_free(endless);
}

Test(names, of_kinds_and_reasons)
{
    uint32_t reasons;
    cr_assert_eq(an_kinds_find("nothing like it"), 0);
    cr_assert_eq(an_kinds_find("message") & an_kinds_find("control"), 0);
    cr_assert_eq(an_kinds_find("resolver") & an_kinds_find("control"), an_kinds_find("resolver"));
    cr_assert_neq(an_kinds_find("resolve") & an_kinds_find("resolver"), 0);
    cr_assert_eq(an_kinds_find("connect") & an_kinds_find("resolver"), 0);
    cr_assert_eq(an_reasons_find("node busy", &reasons), AN_FOUND);
    cr_assert_eq(reasons, 1U << 6);
    cr_assert_eq(an_reasons_find("too slow", &reasons), AN_FOUND);
    cr_assert_eq(reasons, 1U << AN_REASON_TOO_SLOW);
    cr_assert_eq(an_reasons_find("boredom", &reasons), AN_FOUND_NOTHING);
    cr_assert_eq(an_causes_find("dedup-shadow", &reasons), AN_FOUND);
}

Test(queries, that_make_no_sense_are_refused_with_a_sentence)
{
    struct feed *feed = feed_new(2);
    struct an_metrics *m = an_metrics_new(feed->cast);
    struct {
        struct an_query_spec spec;
        enum an_error code;
        const char *says;
    } rows[] = {
        {AN_QUERY_SPEC_INIT(AN_SAMPLE_NAMED), AN_ERROR_BAD, "sample: needs a name"},
        {AN_QUERY_SPEC_INIT(AN_SHAPE), AN_ERROR_BAD, "shape: needs a name"},
        {AN_QUERY_SPEC_INIT(AN_TIME_TO), AN_ERROR_BAD, "time_to: needs a share above 0% and up to 100%"},
        {AN_QUERY_SPEC_INIT(AN_LATENCY), AN_ERROR_NOT_AVAILABLE, "latency: cannot be grouped in this way"},
        {AN_QUERY_SPEC_INIT(AN_LATENCY), AN_ERROR_NOT_AVAILABLE, "latency: cannot be narrowed by kind"},
        {AN_QUERY_SPEC_INIT(AN_LATENCY), AN_ERROR_BAD, "latency: takes no name"},
        {AN_QUERY_SPEC_INIT(AN_DELIVERY), AN_ERROR_NOT_AVAILABLE,
         "delivery: cannot be narrowed by number of neighbors"},
        {AN_QUERY_SPEC_INIT(AN_THEORY_UNDERLAY), AN_ERROR_NOT_AVAILABLE,
         "theory.underlay: needs the delays of the network, which are not known here"},
    };
    rows[3].spec.per = AN_PER_LINK;
    rows[4].spec.kinds = 2;
    rows[5].spec.name = "x";
    rows[6].spec.neighbors.op = AN_OP_LT;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        GError *error = NULL;
        cr_assert_eq(an_query_add(m, &rows[i].spec, &error), -1, "row %zu", i);
        cr_assert_str_eq(error->message, rows[i].says);
        cr_assert(g_error_matches(error, AN_ERROR, (gint)rows[i].code), "row %zu", i);
        g_clear_error(&error);
    }
    int first = feed_query(m, AN_LATENCY);
    cr_assert_eq(feed_query(m, AN_LATENCY), first, "the same question has the same number");
    cr_assert_eq(feed_query(m, AN_REFUSED), feed_query(m, AN_REFUSED));
    an_metrics_finish(m, 0);
    an_metrics_free(m);
    feed_free(feed);
}
