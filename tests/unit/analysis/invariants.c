/* Each invariant that is looked at in every run, broken in a timeline, beside one in which it just holds. */
#include "tests/unit/analysis/feed.h"

struct world {
    struct feed *feed;
    struct an_metrics *metrics;
};

/* Four peers that run, 0-1 linked since 1 s. */
static struct world begin(void)
{
    struct world w = {.feed = feed_new(4)};
    feed_start_all(w.feed, 0);
    feed_link_up(w.feed, 1 * S, 0, 1, 10 * MS);
    w.metrics = an_metrics_new(w.feed->cast);
    return w;
}

static const struct an_invariants *play(struct world *w, int64_t end)
{
    feed_play(w->feed, w->metrics, end);
    return an_invariants(w->metrics);
}

static void end(struct world *w)
{
    an_metrics_free(w->metrics);
    feed_free(w->feed);
}

static void add(struct world *w, struct an_event event)
{
    feed_event(w->feed, event);
}

Test(invariants, a_link_to_oneself_is_seen)
{
    struct world w = begin();
    add(&w, (struct an_event){.time = 5 * S, .kind = AN_LINK_UP, .peer = 2, .other = 2, .link = 7});
    const struct an_invariants *v = play(&w, 10 * S);
    cr_assert_eq(v->self_links, 1);
    cr_assert_eq(v->self_place.peer, 2);
    end(&w);
}

Test(invariants, two_links_of_a_pair_may_cross_but_not_stay)
{
    struct world w = begin();
    feed_link_up(w.feed, 2 * S, 1, 0, 10 * MS);
    const struct an_invariants *v = play(&w, 100 * S);
    cr_assert_eq(v->double_links, 0, "after 98 s the rule of 10.5 may still be at work");
    end(&w);
    w = begin();
    feed_link_up(w.feed, 2 * S, 1, 0, 10 * MS);
    v = play(&w, 150 * S);
    cr_assert_geq(v->double_links, 1);
    cr_assert_eq(v->double_place.peer, 0);
    cr_assert_eq(v->double_place.other, 1);
    end(&w);
}

static void one_end_goes(struct world *w)
{
    add(w, (struct an_event){.time = 10 * S, .kind = AN_LINK_DOWN, .peer = 0, .other = 1, .link = 0});
}

Test(invariants, a_link_that_one_end_gave_up_must_not_live_on_at_the_other)
{
    struct world w = begin();
    one_end_goes(&w);
    const struct an_invariants *v = play(&w, 200 * S);
    cr_assert_geq(v->one_sided, 1);
    cr_assert_eq(v->one_sided_place.peer, 1, "the one who still believes in it");
    end(&w);
}

Test(invariants, where_octets_are_swallowed_or_the_other_is_gone_half_a_link_is_nobodys_fault)
{
    struct world w = begin();
    one_end_goes(&w);
    an_metrics_swallows(w.metrics);
    cr_assert_eq(play(&w, 200 * S)->one_sided, 0);
    end(&w);
    w = begin();
    add(&w, (struct an_event){.time = 10 * S, .kind = AN_STOPPED, .what = AN_STOP_SILENT, .peer = 0});
    cr_assert_eq(play(&w, 200 * S)->one_sided, 0, "an idle link to a dead peer lives for ever");
    end(&w);
    w = begin();
    one_end_goes(&w);
    add(&w, (struct an_event){.time = 10 * S, .kind = AN_STOPPED, .what = AN_STOP_SILENT, .peer = 0});
    cr_assert_eq(play(&w, 200 * S)->one_sided, 0, "also when its links are told of before its end");
    end(&w);
}

static void prune(struct world *w, int64_t time, uint64_t utility, uint32_t least, uint8_t what)
{
    add(w, (struct an_event){.time = time, .kind = AN_PRUNED, .peer = 0, .other = 1, .link = 0, .value = utility, .size = least, .what = what});
}

Test(invariants, what_is_pruned_is_accurate_one_too_many_and_the_least_useful)
{
    const uint8_t ripe = AN_PRUNE_ACCURATE | AN_PRUNE_OVER;
    const struct {
        const char *what;
        uint64_t utility;
        uint32_t least;
        uint8_t bits;
        uint64_t wrong;
    } rows[] = {{"the least", 100, 200, ripe, 0},
                {"equal to the least", 100, 100, ripe, 0},
                {"nobody else is accurate", 4000, AN_NONE, ripe, 0},
                {"more useful than one that stays", 201, 200, ripe, 1},
                {"fewer than 32 samples", 100, 200, AN_PRUNE_OVER, 1},
                {"no more than the ideal number", 100, 200, AN_PRUNE_ACCURATE, 1}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct world w = begin();
        prune(&w, 5 * S, rows[i].utility, rows[i].least, rows[i].bits);
        const struct an_invariants *v = play(&w, 10 * S);
        cr_assert_eq(v->pruned, 1);
        cr_assert_eq(v->pruned_wrongly, rows[i].wrong, "%s", rows[i].what);
        end(&w);
    }
}

Test(invariants, of_two_pruned_in_one_pass_the_first_is_not_the_more_useful)
{
    const uint8_t ripe = AN_PRUNE_ACCURATE | AN_PRUNE_OVER;
    struct world w = begin();
    prune(&w, 5 * S, 100, 300, ripe);
    prune(&w, 5 * S, 200, 300, ripe);
    prune(&w, 6 * S, 50, 300, ripe); /* another pass */
    cr_assert_eq(play(&w, 10 * S)->pruned_wrongly, 0);
    end(&w);
    w = begin();
    prune(&w, 5 * S, 200, 300, ripe);
    prune(&w, 5 * S, 100, 300, ripe);
    cr_assert_eq(play(&w, 10 * S)->pruned_wrongly, 1);
    end(&w);
}

static void delivered(struct world *w, int64_t time)
{
    add(w, (struct an_event){.time = time, .kind = AN_DELIVERED, .peer = 1, .message = 0});
}

Test(invariants, a_peer_that_began_anew_may_hear_a_message_again_and_once_only)
{
    for (uint64_t again = 0; again < 2; again++) {
        struct world w = begin();
        add(&w, (struct an_event){.time = 10 * S, .kind = AN_PUBLISHED, .other = AN_NONE, .peer = 0, .message = 0, .size = 10});
        delivered(&w, 11 * S);
        add(&w, (struct an_event){.time = 12 * S, .kind = AN_STOPPED, .what = AN_STOP_RESET, .peer = 1});
        add(&w, (struct an_event){.time = 13 * S, .kind = AN_STARTED, .peer = 1});
        delivered(&w, 14 * S);
        if (again)
            delivered(&w, 15 * S);
        cr_assert_eq(play(&w, 100 * S)->delivered_twice, again);
        end(&w);
    }
}

Test(invariants, who_is_behind_a_link_that_its_other_end_gave_up_has_a_cause)
{
    struct world w = begin(); /* 0-1, 1-2: the message stays with 0, whose link to 1 is gone at 0's end only */
    feed_link_up(w.feed, 1 * S, 1, 2, 10 * MS);
    add(&w, (struct an_event){.time = 10 * S, .kind = AN_PUBLISHED, .other = AN_NONE, .peer = 0, .message = 0, .size = 10});
    one_end_goes(&w);
    const struct an_invariants *v = play(&w, 100 * S);
    cr_assert_eq(v->lost[AN_CAUSE_UNKNOWN], 0);
    cr_assert_eq(v->lost[AN_CAUSE_LINK_CLOSED], 2);
    end(&w);
}
