#include "scenarios/engine/quantity.h"
#include "scenarios/engine/dist_text.h"
#include "tests/unit/script/helper.h"

#include <criterion/criterion.h>
#include <string.h>

Test(quantity, reads_every_unit)
{
    static const struct {
        const char *text;
        enum scn_kind kind;
        int64_t value;
    } rows[] = {
        {"7ns", SCN_TIME, 7},
        {"1.5us", SCN_TIME, 1500},
        {"200ms", SCN_TIME, 200000000},
        {"-6h", SCN_TIME, -21600 * SCN_SECOND},
        {"+1h", SCN_TIME, 3600 * SCN_SECOND},
        {"5min", SCN_TIME, 300 * SCN_SECOND},
        {"2d", SCN_TIME, 172800 * SCN_SECOND},
        {"0s", SCN_TIME, 0},
        {"400B", SCN_SIZE, 400},
        {"8kB", SCN_SIZE, 8000},
        {"1.5MB", SCN_SIZE, 1500000},
        {"2GB", SCN_SIZE, 2000000000},
        {"1KiB", SCN_SIZE, 1024},
        {"16MiB", SCN_SIZE, 16777216},
        {"64kbit/s", SCN_BANDWIDTH, 64000},
        {"10Mbit/s", SCN_BANDWIDTH, 10000000},
        {"1Gbit/s", SCN_BANDWIDTH, 1000000000},
        {"0B/s", SCN_BANDWIDTH, 0},
        {"2kB/s", SCN_BANDWIDTH, 16000},
        {"1MB/s", SCN_BANDWIDTH, 8000000},
        {"1bit/s", SCN_BANDWIDTH, 1},
        {"20/s", SCN_RATE, 20 * SCN_RATE_SECOND},
        {"1/5s", SCN_RATE, SCN_RATE_SECOND / 5},
        {"1/50ms", SCN_RATE, 20 * SCN_RATE_SECOND},
        {"1/min", SCN_RATE, 16666667},
        {"2.5/s", SCN_RATE, 2500000000},
        {"1/d", SCN_RATE, 11574},
        {"1/40s", SCN_RATE, 25000000},
        {"1000000000/s", SCN_RATE, INT64_C(1000000000000000000)},
        {"3/1.5s", SCN_RATE, 2 * SCN_RATE_SECOND},
        {"20%", SCN_SHARE, 200000},
        {"99.57%", SCN_SHARE, 995700},
        {"0.0001%", SCN_SHARE, 1},
        {"1pt", SCN_POINTS, 10000},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct scn_quantity q;
        cr_expect_eq(scn_quantity_parse(rows[i].text, &q), SCN_PARSE_OK, "%s", rows[i].text);
        cr_expect(q.kind == rows[i].kind && q.value == rows[i].value, "%s is %d, %" G_GINT64_FORMAT,
                  rows[i].text, q.kind, q.value);
    }
}

Test(quantity, refuses_what_is_none)
{
    static const struct {
        const char *text;
        enum scn_parse parse;
    } rows[] = {
        {"5", SCN_PARSE_NO_UNIT},
        {"-5", SCN_PARSE_NO_UNIT},
        {"1.5", SCN_PARSE_BAD},
        {"", SCN_PARSE_BAD},
        {"s", SCN_PARSE_BAD},
        {"5 s", SCN_PARSE_BAD},
        {"5sec", SCN_PARSE_BAD},
        {"5S", SCN_PARSE_BAD},
        {"1..2s", SCN_PARSE_BAD},
        {".5s", SCN_PARSE_BAD},
        {"5.s", SCN_PARSE_BAD},
        {"0x5s", SCN_PARSE_BAD},
        {"1e3s", SCN_PARSE_BAD},
        {"20/B", SCN_PARSE_BAD},
        {"20/", SCN_PARSE_BAD},
        {"1/0s", SCN_PARSE_RANGE},
        {"0.5ns", SCN_PARSE_RANGE},
        {"0.5B", SCN_PARSE_RANGE},
        {"0.00001%", SCN_PARSE_RANGE},
        {"99999999999999999999s", SCN_PARSE_RANGE},
        {"60000d", SCN_PARSE_RANGE},
        {"1.0000000001s", SCN_PARSE_RANGE},
        {"999999999999999999/ns", SCN_PARSE_RANGE},
        {"1/999999999999999999d", SCN_PARSE_RANGE},
        {"never", SCN_PARSE_BAD},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct scn_quantity q;
        cr_expect_eq(scn_quantity_parse(rows[i].text, &q), rows[i].parse, "%s", rows[i].text);
    }
}

Test(quantity, prints_what_it_reads_again)
{
    static const char *const texts[] = {
        "7ns",      "90s",  "1500ms", "5min",  "1d",    "0s",   "-6h",  "400B",   "1kB", "1024B", "8bit/s",
        "10Mbit/s", "20/s", "1/5s",   "1/min", "1/40s", "10/d", "1/7s", "99.57%", "0%",  "-0.5%", "1pt"};

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        struct scn_quantity q, again;
        cr_assert_eq(scn_quantity_parse(texts[i], &q), SCN_PARSE_OK, "%s", texts[i]);
        g_autofree char *text = scn_quantity_text(q);
        cr_expect_eq(scn_quantity_parse(text, &again), SCN_PARSE_OK, "%s -> %s", texts[i], text);
        cr_expect(again.kind == q.kind && again.value == q.value, "%s -> %s", texts[i], text);
        if (strcmp(texts[i], "10/d") != 0) /* that one is printed as 1/144min */
            cr_expect_str_eq(text, texts[i]);
    }
    uint64_t state = 1;
    for (int i = 0; i < 20000; i++) { /* any value of any kind */
        state = state * 6364136223846793005u + 1442695040888963407u;
        struct scn_quantity q = {(enum scn_kind)(1 + (state >> 33) % 6),
                                 (int64_t)(state >> (2 + state % 60))},
                            again = {0, 0};
        g_autofree char *text = scn_quantity_text(q);
        enum scn_parse parse = scn_quantity_parse(text, &again);
        cr_expect(parse == SCN_PARSE_OK && again.kind == q.kind && again.value == q.value,
                  "%d %" G_GINT64_FORMAT " -> %s", q.kind, q.value, text);
    }
}

Test(quantity, prints_nicely_for_tables)
{
    static const struct {
        enum scn_kind kind;
        double value;
        const char *text;
    } rows[] = {
        {SCN_COUNT, 240000, "240,000"},
        {SCN_COUNT, 0, "0"},
        {SCN_COUNT, 4.52, "4.52"},
        {SCN_COUNT, -1234567, "-1,234,567"},
        {SCN_COUNT, 999, "999"},
        {SCN_COUNT, 1000, "1,000"},
        {SCN_COUNT, 285.71, "285.7"},
        {SCN_TIME, 317.2e6, "317.2 ms"},
        {SCN_TIME, 90e9, "90 s"},
        {SCN_TIME, 120e9, "2 min"},
        {SCN_TIME, 0, "0 s"},
        {SCN_TIME, 1500, "1.5 us"},
        {SCN_TIME, 9223372036854775807.0, "never"},
        {SCN_SHARE, 994000, "99.4%"},
        {SCN_SHARE, 1000000, "100%"},
        {SCN_SIZE, 1500, "1.5 kB"},
        {SCN_BANDWIDTH, 304700, "304.7 kbit/s"},
        {SCN_RATIO, 285700000, "285.7"},
        {SCN_RATE, 20e9, "20/s"},
        {SCN_POINTS, 10000, "1 pt"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = scn_quantity_nice(rows[i].kind, rows[i].value);
        cr_expect_str_eq(text, rows[i].text);
    }
}

static struct scn_quantity of(const char *text)
{
    struct scn_quantity q;

    cr_assert_leq(scn_quantity_parse(text, &q), SCN_PARSE_NO_UNIT, "%s", text);
    return q;
}

Test(quantity, calculates_with_kinds)
{
    static const struct {
        const char *a, *b, *product;
    } rows[] = {
        {"20/s", "3min", "3600"}, {"3min", "20/s", "3600"}, {"120B", "20/s", "19200bit/s"},
        {"5%", "200", "10"},      {"5%", "50", "3"},        {"5%", "49", "2"},
        {"-5%", "50", "-2"},      {"5%", "2min", "6s"},     {"8kbit/s", "2s", "2kB"},
        {"50%", "50%", "25%"},    {"3", "4", "12"},         {"1/min", "1h", "60"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct scn_quantity out;
        const char *wrong = scn_quantity_mul(of(rows[i].a), of(rows[i].b), &out);
        cr_assert_null(wrong, "%s * %s: %s", rows[i].a, rows[i].b, wrong);
        g_autofree char *text = scn_quantity_text(out);
        cr_expect_str_eq(text, rows[i].product, "%s * %s is %s", rows[i].a, rows[i].b, text);
    }
}

Test(quantity, never_wraps)
{
    struct scn_quantity big = {SCN_TIME, INT64_MAX / 2}, out, count = {SCN_COUNT, INT64_MAX / 2};

    cr_expect_not_null(scn_quantity_add(big, big, &out));
    cr_expect_not_null(scn_quantity_sub((struct scn_quantity){SCN_TIME, -(INT64_MAX / 2)}, big, &out));
    cr_expect_not_null(scn_quantity_mul(big, count, &out));
    cr_expect_not_null(scn_quantity_mul((struct scn_quantity){SCN_SIZE, INT64_MAX},
                                        (struct scn_quantity){SCN_RATE, INT64_MAX}, &out));
    cr_expect_not_null(scn_quantity_scale(big, 1e30, &out));
    cr_expect_not_null(scn_quantity_scale(big, 0.0 / 0.0, &out));
    cr_expect_not_null(scn_quantity_div(big, 0, &out));
    cr_expect_null(scn_quantity_div(big, INT64_MIN, &out));
}

Test(quantity, is_calculated_with_in_scripts)
{
    static const struct {
        const char *script, *says;
    } rows[] = {
        {"print(unit '5min' + '30s', unit '5min' - unit '1s', unit '1h' / 2, unit '1h' / unit '5min', unit "
         "'1h' // '7min')",
         "330s\t299s\t30min\t12.0\t8"},
        {"print('1s' + unit '1s', 2 * unit '50ms', unit '50ms' * 1.5, unit '1h' % '7min', -unit '5s')",
         "2s\t100ms\t75ms\t4min\t-5s"},
        {"print(p.share * p.n, p.share * 12, p.share + '5%', unit '20/s' * '3min', p.size * '20/s')",
         "2\t2\t25%\t3600\t16kbit/s"},
        {"print(unit '5min' > '4min', '4min' < unit '5min', unit '60s' == unit '1min', unit '60s' == '1min', "
         "unit '1s' == unit '1B')",
         "true\ttrue\ttrue\tfalse\tfalse"},
        {"print('for ' .. unit '90s' .. ', ' .. p.n + 1, p.how, p.yes, p.work, math.type(p.n))",
         "for 90s, 11\ta\ttrue\texp 10s\tinteger"},
        {"print(unit '1s' * p.n / 10, 40 * unit '30min', unit(unit '1s'))", "1s\t20h\t1s"},
        {"print(unit '1h' // '5min' * unit '5min', 7 // 2, -7 // 2, 7 / 2)", "1h\t3\t-4\t3.5"},
        {"print(settled + '1min' - '30s', settled + 'uniform 0s..3min' - '1s', unit '5min' + 'exp 1s', 'exp "
         "1s' + settled)",
         "settled+30s\tsettled-1s+uniform 0s..3min\t5min+exp 1s\tsettled+exp 1s"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        scn_plan_free(load_body(rows[i].script));
        cr_expect_str_eq(printed(), rows[i].says, "%s\n  says     %s\n  expected %s", rows[i].script,
                         printed(), rows[i].says);
    }
}

Test(distribution, is_read_from_its_text)
{
    static const struct {
        const char *text;
        enum scn_dist_kind kind;
        enum scn_kind unit;
        int64_t a, b;
        uint32_t shape;
    } rows[] = {
        {"200ms", SCN_DIST_CONSTANT, SCN_TIME, 200000000, 0, 0},
        {"uniform 3ms..12ms", SCN_DIST_UNIFORM, SCN_TIME, 3000000, 12000000, 0},
        {"uniform  0s..60s", SCN_DIST_UNIFORM, SCN_TIME, 0, 60 * SCN_SECOND, 0},
        {"exp 8s", SCN_DIST_EXPONENTIAL, SCN_TIME, 8 * SCN_SECOND, 0, 0},
        {"lognormal 60B sigma 0.8", SCN_DIST_LOGNORMAL, SCN_SIZE, 60, 0, 800000},
        {"weibull 15min shape 0.6", SCN_DIST_WEIBULL, SCN_TIME, 900 * SCN_SECOND, 0, 600000},
        {"zipf 1.0 of 500", SCN_DIST_ZIPF, SCN_COUNT, 500, 0, 1000000},
        {"poisson 1/40s", SCN_DIST_POISSON, SCN_RATE, 25000000, 0, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        struct scn_dist *d = scn_dist_parse(rows[i].text, NULL, &error);
        cr_assert_not_null(d, "%s: %s", rows[i].text, error != NULL ? error->message : "");
        cr_expect(d->kind == rows[i].kind && d->unit == rows[i].unit && d->a == rows[i].a &&
                      d->b == rows[i].b && d->shape_ppm == rows[i].shape,
                  "%s", rows[i].text);
        scn_dist_free(d);
    }
    struct scn_dist *any = scn_dist_parse("any of -6h, 0h, +8h", NULL, NULL);
    cr_assert_not_null(any);
    cr_expect(any->count == 3 && any->list[0] == -21600 * SCN_SECOND && any->list[2] == 28800 * SCN_SECOND);
    scn_dist_free(any);
}

Test(distribution, is_refused_with_a_reason)
{
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"uniform 3ms", "\"uniform 3ms\": write \"uniform 3ms..12ms\""},
        {"uniform 3ms..12B", "\"uniform 3ms..12B\": \"3ms\" is a time and \"12B\" is a size"},
        {"exp 0s", "\"exp 0s\": a mean of \"0s\" is not positive"},
        {"lognormal 60B sigma big", "\"lognormal 60B sigma big\": \"big\" is no number from 0 to 100"},
        {"weibull 15min shape 0", "\"weibull 15min shape 0\": median and shape must be more than 0"},
        {"zipf 1.0 of 0", "\"zipf 1.0 of 0\": \"0\" is no whole number from 1 to 1000000"},
        {"poisson 5s", "\"poisson 5s\": \"5s\" is no rate; write \"poisson 1/40s\""},
        {"any of 2GB, 4s", "\"any of 2GB, 4s\": \"4s\" is a time, but the values before are a size"},
        {"file x", "\"file x\": \"file x\": no file can be read here"},
        {"gauss 5s", "\"gauss 5s\" is no quantity"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        cr_expect_null(scn_dist_parse(rows[i].text, NULL, &error), "%s", rows[i].text);
        cr_expect(error != NULL && g_str_has_prefix(error->message, rows[i].says), "%s\n  says %s",
                  rows[i].text, error->message);
    }
}

Test(distribution, reads_a_file_beside_the_script)
{
    struct options o = {.module = "rush.tsv", .module_text = "# gaps\n5ms\n\n 7ms\r\n"};
    GError *error = NULL;
    struct scn_plan *plan =
        load_text(HEADER "impair(all, { delay = 'file rush.tsv', at = '1s' })" ENDING, &o, &error);

    cr_assert_not_null(plan, "%s", error != NULL ? error->message : "");
    const struct scn_dist *found = NULL;
    for (guint i = 0; i < plan->dists->len; i++)
        if (((struct scn_dist *)g_ptr_array_index(plan->dists, i))->kind == SCN_DIST_FILE)
            found = g_ptr_array_index(plan->dists, i);
    cr_assert_not_null(found);
    cr_expect(found->count == 2 && found->list[0] == 5000000 && found->list[1] == 7000000);
    cr_expect_eq(strlen(found->digest), 64);
    scn_plan_free(plan);
    o.module_text = "5ms\n3B\n";
    g_autofree char *message =
        refusal(HEADER "impair(all, { delay = 'file rush.tsv', at = '1s' })" ENDING, &o);
    cr_expect_str_eq(message, "t.lua:7: impair: delay = \"file rush.tsv\": rush.tsv:2: \"3B\" is a size, but "
                              "the values before are a time");
}
