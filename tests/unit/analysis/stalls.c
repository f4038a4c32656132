/* When turns of a lockstep game could begin: by hand. */
#include "analysis/stalls.h"
#include "tests/unit/analysis/feed.h"

enum { INPUT = 7, BYE = 9, OTHER = 3 };

static void give(struct an_stalls *s, int64_t ms, uint32_t peer, uint32_t kind, uint32_t message)
{
    an_stalls_event(s, &(struct an_event){.time = ms * MS, .kind = AN_PUBLISHED, .peer = peer, .other = kind, .message = message});
}

static void arrive(struct an_stalls *s, int64_t ms, uint32_t peer, uint32_t message)
{
    an_stalls_event(s, &(struct an_event){.time = ms * MS, .kind = AN_DELIVERED, .peer = peer, .message = message});
}

struct seen {
    GString *turns, *inputs;
};

static void begun(void *user, uint32_t player, int64_t due, int64_t time)
{
    g_string_append_printf(((struct seen *)user)->turns, "%u:%d-%d ", player, (int)(due / MS), (int)(time / MS));
}

static void counted(void *user, uint32_t player, uint32_t giver, int64_t published, int64_t time)
{
    g_string_append_printf(((struct seen *)user)->inputs, "%u<%u:%d ", player, giver, (int)((time - published) / MS));
}

static void expect(struct an_stalls *s, uint32_t ahead, int64_t end_ms, const char *turns, const char *inputs)
{
    struct seen seen = {g_string_new(NULL), g_string_new(NULL)};
    const struct an_stalls_ops ops = {begun, inputs ? counted : NULL, &seen};
    an_stalls_solve(s, 100 * MS, ahead, end_ms * MS, &ops);
    cr_expect_str_eq(seen.turns->str, turns);
    if (inputs)
        cr_expect_str_eq(seen.inputs->str, inputs);
    g_string_free(seen.turns, TRUE);
    g_string_free(seen.inputs, TRUE);
    an_stalls_free(s);
}

Test(stalls, a_late_input_delays_its_turn_and_all_that_follow)
{
    struct an_stalls *s = an_stalls_new(INPUT, AN_NONE);
    give(s, 100, 0, INPUT, 0);
    give(s, 100, 1, INPUT, 1);
    arrive(s, 150, 1, 0);
    arrive(s, 230, 0, 1); /* due at 200: 30 late */
    give(s, 200, 0, INPUT, 2);
    give(s, 200, 1, INPUT, 3);
    arrive(s, 250, 1, 2);
    arrive(s, 240, 0, 3); /* due at 330 after the stall */
    expect(s, 2, 1000, "0:200-230 0:330-330 1:200-200 1:300-300 ", "0<0:130 0<1:130 0<0:130 0<1:130 1<0:100 1<1:100 1<0:100 1<1:100 ");
}

Test(stalls, the_turns_ahead_are_time_to_arrive)
{
    struct an_stalls *s = an_stalls_new(INPUT, AN_NONE);
    give(s, 100, 0, INPUT, 0);
    give(s, 100, 1, INPUT, 1);
    arrive(s, 290, 0, 1);
    arrive(s, 310, 1, 0);
    expect(s, 3, 1000, "0:300-300 1:300-310 ", NULL);
}

Test(stalls, an_input_that_never_arrives_ends_the_game_there)
{
    struct an_stalls *s = an_stalls_new(INPUT, AN_NONE);
    give(s, 100, 0, INPUT, 0);
    give(s, 100, 1, INPUT, 1);
    arrive(s, 150, 1, 0);
    expect(s, 2, 1000, "1:200-200 ", NULL);
}

Test(stalls, a_turn_after_the_end_of_the_run_is_none)
{
    struct an_stalls *s = an_stalls_new(INPUT, AN_NONE);
    give(s, 100, 0, INPUT, 0);
    give(s, 100, 1, INPUT, 1);
    arrive(s, 150, 1, 0);
    arrive(s, 500, 0, 1);
    expect(s, 2, 499, "1:200-200 ", NULL);
}

Test(stalls, other_messages_do_not_count)
{
    struct an_stalls *s = an_stalls_new(INPUT, BYE);
    give(s, 50, 1, OTHER, 0);
    give(s, 100, 0, INPUT, 1);
    arrive(s, 120, 0, 0);
    expect(s, 2, 1000, "0:200-200 ", NULL);
}

/* Player 1 gives three inputs and leaves: the third is executed by the others; from the fourth turn on its goodbye is awaited. */
Test(stalls, who_has_said_goodbye_is_awaited_no_longer_once_it_is_heard)
{
    struct an_stalls *s = an_stalls_new(INPUT, BYE);
    for (uint32_t i = 0; i < 5; i++)
        give(s, 100 * (i + 1), 0, INPUT, i);
    for (uint32_t i = 0; i < 3; i++) {
        give(s, 100 * (i + 1), 1, INPUT, 10 + i);
        arrive(s, 100 * (i + 1) + 10, 0, 10 + i);
        arrive(s, 100 * (i + 1) + 10, 1, i);
    }
    give(s, 300, 1, BYE, 20);
    arrive(s, 560, 0, 20); /* input 4 is due at 500 */
    expect(s, 2, 1000, "0:200-200 0:300-300 0:400-400 0:500-560 0:660-660 1:200-200 ", NULL);
}

Test(stalls, the_metrics_sample_stalls_and_delays_by_player_and_window)
{
    struct feed *feed = feed_new(2);
    struct an_metrics *m = an_metrics_new(feed->cast);
    struct an_query_spec spec = AN_QUERY_SPEC_INIT(AN_THEORY_STALLS);
    spec.label = "input";
    spec.turn = 100 * MS;
    spec.ahead = 2;
    spec.begin = AN_MOMENT_START;
    int all = feed_add(m, spec);
    uint32_t zero = 0;
    spec.of = an_set_new(m, &zero, 1);
    int first = feed_add(m, spec);
    spec.metric = AN_THEORY_INPUT_DELAY;
    int delay = feed_add(m, spec);
    uint32_t label = an_cast_sample(feed->cast, "input");
    feed_start_all(feed, 0);
    for (uint32_t p = 0; p < 2; p++)
        feed_event(feed, (struct an_event){.time = 100 * MS, .kind = AN_PUBLISHED, .peer = p, .other = label, .message = p, .link = AN_NONE});
    feed_event(feed, (struct an_event){.time = 230 * MS, .kind = AN_DELIVERED, .peer = 0, .other = 1, .message = 1});
    feed_event(feed, (struct an_event){.time = 250 * MS, .kind = AN_DELIVERED, .peer = 1, .other = 0, .message = 0});
    feed_play(feed, m, S);
    cr_expect_eq(feed_number(m, all, AN_AGG_COUNT), 2);
    cr_expect_eq(feed_number(m, all, AN_AGG_SUM), (double)(80 * MS));
    cr_expect_eq(feed_number(m, first, AN_AGG_SUM), (double)(30 * MS));
    cr_expect_eq(feed_number(m, delay, AN_AGG_MIN), (double)(230 * MS));
    an_metrics_free(m);
    feed_free(feed);
}

Test(stalls, the_question_needs_the_kind_of_the_inputs_and_the_turn)
{
    struct feed *feed = feed_new(2);
    struct an_metrics *m = an_metrics_new(feed->cast);
    struct an_query_spec spec = AN_QUERY_SPEC_INIT(AN_THEORY_STALLS);
    GError *error = NULL;
    cr_expect_eq(an_query_add(m, &spec, &error), -1);
    cr_expect(error && strstr(error->message, "needs kind"));
    g_clear_error(&error);
    an_metrics_free(m);
    feed_free(feed);
}
