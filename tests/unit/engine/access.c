/* Who can be reached, and who is there: NAT against T16, stale answers against T17, churn against its stationary share. */
#include "tests/unit/engine/folder_rig.h"

#include "analysis/result.h"
#include "scenarios/engine/verdict.h"

#include <criterion/criterion.h>
#include <string.h>

static void holds(const char *script, uint64_t seed)
{
    struct folder_rig rig;
    GError *error = NULL;
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    folder_open(&rig, script, seed);
    folder_prepare(&rig, (struct scn_run_options){.trace = SCN_TRACE_NONE});
    struct scn_verdict *verdict = scn_verdict_register(rig.run, &error);
    cr_assert_not_null(verdict, "%s", error ? error->message : "");
    cr_assert(scn_run_go(rig.run, &error), "%s", error ? error->message : "");
    int failed = scn_verdict_judge(verdict, NULL, "test", out);
    fclose(out);
    cr_expect_eq(failed, 0, "%s", text);
    cr_expect_null(strstr(text, "not available"), "%s", text);
    free(text);
    scn_verdict_free(verdict);
    folder_close(&rig);
}

#define HEAD "local p = scenario { title = \"Access\", story = \"Who can be reached?\" }\n"

/* Nobody links two peers behind NAT, and what the others can take bounds the share with two neighbors: 20 % of 200 peers take
 * seven each, 280 ends, which is two for 140 of 160. */
Test(access, peers_behind_nat_link_to_others_only_and_no_more_than_these_can_take)
{
    holds(HEAD "network \"null\"\n"
               "local m = mesh(\"m\", { dialect = \"profile\" })\n"
               "local open = peers(\"open\", 40, { mesh = m, plays = role(\"publisher\", { rate = \"1/min\", start = \"10min\" }) })\n"
               "local home = peers(\"home\", 160, { mesh = m, nat = \"100%\", join = \"uniform 0s..60s\", plays = role(\"publisher\", { rate = \"1/min\", start = \"10min\" }) })\n"
               "finish(\"25min\")\n"
               "local late = { \"20min\", \"25min\" }\n"
               "exact(\"no copy between homes\", metric.wire_size{ of = home, to = home, after = \"0s\" }.count, \"==\", 0)\n"
               "bound(\"but to the others\", metric.wire_size{ of = home, to = open, after = \"0s\" }.count, \">\", 100)\n"
               "bound(\"T16\", metric.degree{ of = home, during = late, per = \"peer\", value = \">= 2\" }.share, \"<=\", \"87.5%\")\n"
               "bound(\"it is used\", metric.degree{ of = home, during = late, per = \"peer\", value = \">= 1\" }.share, \">=\", \"50%\")\n"
               "exact(\"at most seven\", metric.degree.max, \"<=\", 7)\n",
          1);
}

/* T17: with a share s of stale answers, three draws hold no live address with probability s cubed. A dead address costs 21 s, so
 * who found somebody at the first try joins within a minute (its third dial comes after the first two); the next try is minutes
 * away. 1500 joiners: 4 standard errors of 12.5 % are 3.4 points. */
static void joins(const char *stale, const char *least, const char *most)
{
    g_autofree char *script = g_strdup_printf(
        HEAD "network \"null\"\n"
             "local m = mesh(\"m\", { dialect = \"profile\", referrals = 0, max = 60 })\n"
             "peers(\"first\", 100, { mesh = m })\n"
             "impair(m.resolver, { stale = \"%s\", at = \"2min\" })\n"
             "local late = peers(\"late\", 1500, { mesh = m, join = \"uniform 3min..10min\" })\n"
             "finish(\"20min\")\n"
             "local quick = metric.join_time{ of = late, after = \"0s\", value = \"<= 9s\" }.share\n"
             "bound(\"T17, not fewer\", quick, \">=\", \"%s\")\n"
             "bound(\"T17, not more\", quick, \"<=\", \"%s\")\n",
        stale, least, most);
    holds(script, 5);
}

Test(access, stale_answers_delay_joins_as_often_as_t17_says)
{
    /* Two are dialed at once, so nine seconds are enough unless both are dead: 1 - s². The resolver answers with repeats dropped;
     * ghosts never repeat. Nobody is busy. */
    joins("50%", "71.4%", "78.6%");
    joins("80%", "31%", "41%");
    joins("100%", "0%", "0%");
}

/* Sessions and absences of one shape, fifteen minutes and an hour: a fifth is there at any time, from the first minute on. A start
 * with fresh sessions would show itself: with shape 0.6 most fresh sessions are short. 3000 peers: 4 standard errors are 2.9 points. */
Test(access, churn_starts_in_its_stationary_state)
{
    holds(HEAD "network \"null\"\n"
               "local m = mesh(\"m\", { dialect = \"profile\" })\n"
               "peers(\"anchor\", 5, { mesh = m })\n"
               "local all = peers(\"peer\", 3000, { mesh = m, join = \"0s\", churn = { on = \"weibull 15min shape 0.6\", off = \"weibull 60min shape 0.6\", how = \"clean\" } })\n"
               "finish(\"1h\")\n"
               "for _, at in ipairs { \"1min\", \"10min\", \"20min\", \"40min\", \"55min\" } do\n"
               "  bound(\"at least at \" .. at, metric.online{ of = all, at = at }.mean, \">=\", 513)\n"
               "  bound(\"at most at \" .. at, metric.online{ of = all, at = at }.mean, \"<=\", 687)\n"
               "end\n"
               "bound(\"they do come and go\", metric.join_time{ of = all, during = { \"1min\", \"59min\" } }.count, \">=\", 300)\n",
          9);
}

Test(access, a_flash_crowd_comes_in_a_minute_and_leaves_in_the_last_two)
{
    holds(HEAD "network \"null\"\n"
               "local m = mesh \"m\"\n"
               "local all = peers(\"fan\", 100, { mesh = m, churn = \"flash\" })\n"
               "finish(\"30min\")\n"
               "bound(\"all are there after a minute\", metric.online{ at = \"65s\" }.mean, \">=\", 99)\n"
               "exact(\"and stay\", metric.online{ at = \"27min\" }.mean, \"==\", 100)\n"
               "bound(\"until the end\", metric.online{ at = \"29min\" }.mean, \"<=\", 70)\n",
          2);
}

Test(access, offices_fill_at_nine_and_are_empty_at_night)
{
    holds(HEAD "network \"null\"\n"
               "local m = mesh \"m\"\n"
               "peers(\"anchor\", 3, { mesh = m })\n"
               "local here = peers(\"here\", 30, { mesh = m, churn = \"office-hours\" })\n"
               "local there = peers(\"there\", 30, { mesh = m, churn = \"office-hours\", zone = \"-9h\" })\n"
               "finish(\"20h\")\n" /* from eight in the morning */
               "exact(\"working\", metric.online{ of = here, at = \"3h\" }.mean, \"==\", 30)\n"
               "exact(\"lunch\", metric.online{ of = here, at = \"270min\" }.mean, \"==\", 0)\n"
               "exact(\"afternoon\", metric.online{ of = here, at = \"7h\" }.mean, \"==\", 30)\n"
               "exact(\"night\", metric.online{ of = here, at = \"12h\" }.mean, \"==\", 0)\n"
               "exact(\"there it is day then\", metric.online{ of = there, at = \"12h\" }.mean, \"==\", 30)\n"
               "exact(\"and night before\", metric.online{ of = there, at = \"3h\" }.mean, \"==\", 0)\n",
          2);
}

/* Leaving one group out of the world moves no session of the others. */
Test(access, sessions_of_one_peer_do_not_depend_on_others)
{
    int64_t joined[2] = {0};

    for (int with = 0; with < 2; with++) {
        struct folder_rig rig;
        GError *error = NULL;
        g_autofree char *script = g_strdup_printf(
            HEAD "network \"null\"\nlocal m = mesh \"m\"\n%s"
                 "local all = peers(\"peer\", 40, { mesh = m, churn = \"memoryless\" })\nfinish(\"2h\")\n",
            with ? "peers(\"other\", 7, { mesh = m, churn = \"file-sharing\" })\n" : "");
        folder_open(&rig, script, 4);
        folder_prepare(&rig, (struct scn_run_options){.trace = SCN_TRACE_NONE});
        struct an_query_spec spec = AN_QUERY_SPEC_INIT(AN_JOIN_TIME);
        uint32_t peers[40];
        for (uint32_t i = 0; i < 40; i++)
            peers[i] = i + (with ? 7 : 0);
        spec.of = an_set_new(scn_run_metrics(rig.run), peers, 40);
        int query = an_query_add(scn_run_metrics(rig.run), &spec, NULL);
        cr_assert(scn_run_go(rig.run, &error), "%s", error ? error->message : "");
        joined[with] = (int64_t)an_query_result(scn_run_metrics(rig.run), query)->count;
        folder_close(&rig);
    }
    cr_assert_gt(joined[0], 60);
    cr_assert_eq(joined[0], joined[1]);
}

/* N7: a host is away every five minutes on average, and moves after a fifth of its gaps: in twenty minutes of 60 hosts, 240 gaps and
 * 48 moves; each move is one Update after the five seconds that collapse a burst (four standard errors: 28). */
Test(access, mobile_peers_lose_their_bearer_and_sometimes_their_address)
{
    holds(HEAD "network \"mobile\"\n"
               "local m = mesh \"m\"\n"
               "local all = peers(\"peer\", 60, { mesh = m, plays = role(\"publisher\", { rate = \"1/min\", start = \"5min\" }) })\n"
               "finish(\"26min\")\n"
               "local span = { \"5min\", \"25min\" }\n"
               "local moves = metric.resolver_requests{ kind = \"update\", during = span }.count\n"
               "bound(\"moves\", moves, \">=\", 20)\n"
               "bound(\"not more\", moves, \"<=\", 76)\n"
               "bound(\"nearly everybody hears\", metric.delivery{ during = span }.mean, \">=\", \"90%\")\n",
          6);
}

Test(access, slow_uplinks_stall_streams_and_lose_nothing_of_them)
{
    holds(HEAD "network \"slow-uplink\"\n"
               "local m = mesh \"m\"\n"
               "local voice = peers(\"voice\", 1, { mesh = m, plays = role(\"publisher\", { rate = \"2/s\", size = \"200B\", start = settled, lasts = \"3min\" }) })\n"
               "local all = peers(\"peer\", 40, { mesh = m })\n"
               "finish(settled + \"5min\")\n"
               "bound(\"all is heard\", metric.delivery.mean, \">=\", \"99.9%\")\n"
               "bound(\"stalls are seen\", metric.latency.max, \">=\", \"400ms\")\n",
          6);
}

/* F16: of two peers with one node id a third keeps one only, and they never keep each other: with nobody else there, one stays alone. */
Test(access, two_peers_with_one_node_id_are_one_neighbor)
{
    holds(HEAD "network \"null\"\n"
               "local m = mesh \"m\"\n"
               "local other = peers(\"other\", 1, { mesh = m })\n"
               "local twins = peers(\"twin\", 2, { mesh = m, identity = \"one\", join = \"uniform 1s..5s\" })\n"
               "finish(\"20min\")\n"
               "exact(\"one of them\", metric.degree{ of = other, at = \"19min\" }.max, \"==\", 1)\n"
               "exact(\"and the other stays alone\", metric.online{ of = twins, at = \"19min\" }.max, \"==\", 1)\n",
          3);
    holds(HEAD "network \"null\"\n"
               "local m = mesh \"m\"\n"
               "local all = peers(\"other\", 3, { mesh = m, join = \"uniform 0s..5s\" })\n"
               "finish(\"20min\")\n"
               "exact(\"three that differ link all\", metric.degree{ at = \"19min\" }.min, \"==\", 2)\n",
          3);
}
