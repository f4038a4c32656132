/* Faults as a script says them: each test is a script whose checks must hold, or a comparison of two runs. */
#include "tests/unit/engine/folder_rig.h"

#include "scenarios/engine/verdict.h"

#include <criterion/criterion.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* Twenty peers on N0, a message a second from the first; `more` goes on. */
static const char frame[] = "local p = scenario { title = \"Fault\", story = \"Something goes wrong.\" }\n"
                            "network \"%s\"\n"
                            "local m = mesh \"m\"\n"
                            "local voice = peers(\"voice\", 1, { mesh = m, plays = role(\"publisher\", { rate = \"1/s\", size = "
                            "\"100B\", start = settled, lasts = \"20min\" }) })\n"
                            "local all = peers(\"peer\", 19, { mesh = m, plays = role \"subscriber\" })\n"
                            "local start = settled + \"10s\"\n"
                            "%s\n";

struct outcome {
    char fingerprint[33];
    char *verdict;
    int failed;
};

static struct outcome run(const char *network, const char *more)
{
    struct folder_rig rig;
    struct outcome outcome = {.failed = -1};
    GError *error = NULL;
    size_t size;
    g_autofree char *script = g_strdup_printf(frame, network, more);
    FILE *out = open_memstream(&outcome.verdict, &size);

    folder_open(&rig, script, 3);
    folder_prepare(&rig, (struct scn_run_options){.trace = SCN_TRACE_NONE});
    struct scn_verdict *verdict = scn_verdict_register(rig.run, &error);
    cr_assert_not_null(verdict, "%s", error ? error->message : "");
    cr_assert(scn_run_go(rig.run, &error), "%s", error ? error->message : "");
    cr_assert_eq(scn_run_summary(rig.run)->outcome, SCN_ENDED);
    outcome.failed = scn_verdict_judge(verdict, NULL, "test", out);
    fclose(out);
    g_strlcpy(outcome.fingerprint, scn_run_summary(rig.run)->fingerprint, sizeof outcome.fingerprint);
    scn_verdict_free(verdict);
    folder_close(&rig);
    return outcome;
}

static void holds(const char *network, const char *more)
{
    struct outcome outcome = run(network, more);

    cr_expect_eq(outcome.failed, 0, "%s", outcome.verdict);
    cr_expect_null(strstr(outcome.verdict, "not available"), "%s", outcome.verdict);
    free(outcome.verdict);
}

static void same(const char *one, const char *other, bool wanted)
{
    struct outcome a = run("world-homes", one), b = run("world-homes", other);

    cr_expect_eq(strcmp(a.fingerprint, b.fingerprint) == 0, wanted, "%s\n%s\n%s %s", one, other, a.fingerprint, b.fingerprint);
    free(a.verdict);
    free(b.verdict);
}

Test(faults, a_short_cut_delays_messages_and_loses_none)
{
    holds("null", "local c = cut({ all:pick(\"50%\"), \"rest\" }, { at = start, lasts = \"5s\" })\n"
                  "finish(c.ends + \"2min\")\n"
                  "exact(\"nothing is lost\", metric.lost{ during = { start, start + \"10s\" } }.count, \"==\", 0)\n"
                  "bound(\"it was felt\", metric.latency{ during = c }.max, \">\", \"3s\")\n"
                  "bound(\"and is over\", metric.latency{ after = c.ends + \"10s\" }.max, \"<\", \"1s\")\n"
                  "exact(\"no link is closed\", metric.closed{ during = { start, start + \"12s\" } }.count, \"==\", 0)\n");
}

Test(faults, in_a_long_cut_links_are_given_up_and_each_side_hears_its_own)
{
    holds("null", "local far = all:pick(\"50%\")\n"
                  "local c = cut({ far + m.resolver, \"rest\" }, { at = start, lasts = \"2min\" })\n"
                  "finish(c.ends + \"1min\")\n"
                  "exact(\"the far side hears nothing\", metric.raw_delivery{ of = far, during = { start + \"1s\", start + \"90s\" } }.max, \"==\", \"0%\")\n"
                  "bound(\"the near side does\", metric.delivery{ of = all - far, during = { start + \"1s\", start + \"90s\" } }.mean, \">=\", \"90%\")\n"
                  "bound(\"links were closed\", metric.closed{ during = c }.count, \">\", 0)\n"
                  "bound(\"there were parts\", metric.components{ during = c }.max, \">\", 1)\n");
}

Test(faults, a_peer_whose_link_is_down_for_a_while_hears_the_rest_late)
{
    holds("null", "local one = all:pick(1)\n"
                  "local d = impair(one, { down = true, at = start, lasts = \"4s\" })\n"
                  "finish(d.ends + \"2min\")\n"
                  "exact(\"nothing is lost\", metric.lost{ of = one, during = { start, start + \"20s\" } }.count, \"==\", 0)\n"
                  "bound(\"late\", metric.latency{ of = one, during = d }.max, \">\", \"3s\")\n"
                  "bound(\"the others do not wait for it\", metric.latency{ of = all - one, during = d }.p50, \"<\", \"200ms\")\n");
}

Test(faults, a_sleeper_that_wakes_pings_its_neighbors_and_finds_new_ones)
{
    holds("null", "local one = all:pick(1)\n"
                  "local d = impair(one, { asleep = true, at = start, lasts = \"3min\" })\n"
                  "finish(d.ends + \"3min\")\n"
                  "exact(\"it hears nothing asleep\", metric.raw_delivery{ of = one, during = { start + \"1s\", start + \"100s\" } }.max, \"==\", \"0%\")\n"
                  "bound(\"and is back within a minute\", metric.raw_delivery{ of = one, during = { d.ends + \"1min\", d.ends + \"90s\" } }.mean, \">=\", \"99%\")\n");
}

Test(faults, who_does_not_read_hears_late_what_was_buffered_for_it)
{
    holds("null", "local one = all:pick(1)\n"
                  "local d = impair(one, { read = \"0B/s\", at = start, lasts = \"30s\" })\n"
                  "finish(d.ends + \"2min\")\n"
                  "bound(\"it hears all of it in the end\", metric.raw_delivery{ of = one, during = d }.mean, \">=\", \"99%\")\n"
                  "bound(\"late\", metric.latency{ of = one, during = d }.max, \">=\", \"29s\")\n"
                  "exact(\"nobody gives up\", metric.closed{ of = one, during = d }.count, \"==\", 0)\n");
}

/* 200 octets of data a second, and their envelopes, from each neighbor: 100 kB/s read that at once, 200 B/s less than arrives. */
Test(faults, who_reads_slowly_falls_behind_as_its_rate_says)
{
    holds("null", "local one = all:pick(1)\n"
                  "local fast = impair(one, { read = \"100kB/s\", at = start, lasts = \"30s\" })\n"
                  "local slow = impair(one, { read = \"200B/s\", at = fast.ends + \"10s\", lasts = \"30s\" })\n"
                  "finish(slow.ends + \"2min\")\n"
                  "bound(\"it hears all of it in the end\", metric.raw_delivery{ of = one, during = { start, slow.ends } }.mean, \">=\", \"99%\")\n"
                  "bound(\"soon\", metric.latency{ of = one, during = fast }.max, \"<=\", \"200ms\")\n"
                  "bound(\"late\", metric.latency{ of = one, during = slow }.max, \">=\", \"15s\")\n");
}

Test(faults, a_new_address_is_registered_and_the_peer_comes_back)
{
    holds("null", "local one = all:pick(1)\n"
                  "local d = impair(one, { address = \"new\", at = start })\n"
                  "finish(start + \"8min\")\n"
                  "exact(\"one update\", metric.resolver_requests{ of = one, kind = \"update\", during = d }.count, \"==\", 1)\n"
                  "bound(\"its old links are gone within 30 s\", metric.closed{ of = one, during = { start, start + \"30s\" } }.count, \">=\", 2)\n"
                  "bound(\"it hears again\", metric.raw_delivery{ of = one, during = { start + \"2min\", start + \"7min\" } }.mean, \">=\", \"99%\")\n");
}

Test(faults, delay_and_loss_are_felt_by_the_impaired_only_while_they_last)
{
    holds("null", "local one = all:pick(1)\n"
                  "local slow = impair(one, { delay = \"300ms\", at = start, lasts = \"30s\" })\n"
                  "local lossy = impair(all, { loss = \"20%\", at = start + \"1min\", lasts = \"1min\" })\n"
                  "finish(start + \"4min\")\n"
                  "bound(\"the delay\", metric.latency{ of = one, during = { start + \"1s\", start + \"29s\" } }.min, \">=\", \"300ms\")\n"
                  "bound(\"the stalls\", metric.latency{ during = lossy }.max, \">=\", \"200ms\")\n"
                  "bound(\"then as before\", metric.latency{ of = one, during = { start + \"130s\", start + \"3min\" } }.max, \"<\", \"200ms\")\n"
                  "exact(\"nothing is lost\", metric.lost{ of = one, during = { start, start + \"3min\" } }.count, \"==\", 0)\n");
}

Test(faults, a_resolver_that_was_reset_is_empty_and_fills_again)
{
    holds("null", "local d = impair(m.resolver, { down = true, how = \"reset\", at = start, lasts = \"1min\" })\n"
                  "finish(start + \"15min\")\n"
                  "exact(\"the mesh does not notice\", metric.components.max, \"==\", 1)\n"
                  "bound(\"everybody registers again\", metric.resolver_requests{ of = all, kind = \"register\", during = { start, start + \"15min\" }, per = \"peer\" }.count, \"==\", 19)\n");
}

Test(faults, a_clock_that_steps_has_no_effect)
{
    same("impair(all:pick(5), { clock = \"1h\", at = start, lasts = \"1min\" }) finish(start + \"3min\")",
         "impair(all:pick(5), { clock = \"5h\", at = start, lasts = \"1min\", name = \"other\" }) finish(start + \"3min\")", true);
    same("impair(all:pick(5), { clock = \"1h\", at = start, lasts = \"1min\" }) finish(start + \"3min\")",
         "impair(all:pick(5), { delay = \"1ms\", at = start, lasts = \"1min\" }) finish(start + \"3min\")", false);
}

/* A B = B A, and what is undone is gone: the events that the director makes are the same ones. */
Test(faults, impairments_are_undone_in_any_order)
{
    holds("null", "local a = impair(all, { delay = \"100ms\", at = start, lasts = \"40s\" })\n"
                  "local b = impair(all, { delay = \"50ms\", up = \"1Mbit/s\", at = start + \"10s\", lasts = \"10s\" })\n"
                  "local c = cut({ all:pick(3), \"rest\" }, { at = start + \"11s\", lasts = \"2s\" })\n"
                  "finish(start + \"3min\")\n"
                  "local after = { start + \"50s\", start + \"2min\" }\n"
                  "exact(\"as before\", metric.latency{ during = after }, \"==\", theory.shortest_path)\n"
                  "bound(\"one of them\", metric.latency{ during = { start + \"25s\", start + \"35s\" } }.min, \">=\", \"110ms\")\n"
                  "bound(\"both\", metric.latency{ during = { start + \"15s\", start + \"18s\" } }.min, \">=\", \"160ms\")\n");
}

Test(faults, what_is_drawn_for_its_moment_hits_each_peer_at_a_time_of_its_own)
{
    holds("null", "local c = crash(all, { at = start + \"uniform 1min..11min\", how = \"reset\" })\n"
                  "finish(start + \"12min\")\n"
                  "exact(\"before it begins all run\", metric.online{ of = all, at = start + \"59s\" }.min, \"==\", 19)\n"
                  "bound(\"in the middle some run\", metric.online{ of = all, at = start + \"6min\" }.max, \">=\", 3)\n"
                  "bound(\"and some do not\", metric.online{ of = all, at = start + \"6min\" }.max, \"<=\", 16)\n"
                  "exact(\"in the end none\", metric.online{ of = all, at = start + \"11500ms\" + \"11min\" }.max, \"==\", 0)\n");
}

Test(faults, two_operations_with_the_same_drawn_moment_draw_apart)
{
    holds("null", "local when = start + \"uniform 1min..11min\"\n"
                  "send(all[3], \"one\", { at = when, kind = \"one\" }) send(all[3], \"two\", { at = when, kind = \"two\" })\n"
                  "finish(start + \"13min\")\n"
                  "exact(\"both are sent\", metric.sent{ of = all }.count, \"==\", 2)\n"
                  "exact(\"not in one second\", metric.sent{ of = all, per = \"second\", value = \"> 1\" }.count, \"==\", 0)\n");
}

Test(faults, a_cut_with_a_drawn_moment_is_one_cut)
{
    holds("null", "cut({ all:pick(\"50%\"), \"rest\" }, { at = start + \"uniform 2min..3min\", lasts = \"2min\" })\n"
                  "finish(start + \"10min\")\n"
                  "exact(\"nothing before\", metric.lost{ during = { start, start + \"100s\" } }.count, \"==\", 0)\n"
                  "bound(\"links are given up\", metric.closed{ during = { start + \"2min\", start + \"6min\" }, reason = \"lost\" }.count, \">\", 0)\n");
}

Test(faults, a_peer_told_to_start_twice_while_its_machine_sleeps_starts_once)
{
    holds("null", "crash(all[4], { at = start, lasts = \"20s\", how = \"reset\" })\n"
                  "crash(all[4], { at = start + \"1ms\", lasts = \"25s\", how = \"reset\" })\n"
                  "impair(all[4], { at = start + \"2s\", lasts = \"1min\", asleep = true })\n"
                  "finish(start + \"3min\")\n"
                  "exact(\"one start\", metric.join_time{ of = all[4], during = { start, start + \"3min\" } }.count, \"==\", 1)\n"
                  "exact(\"it resolves once\", metric.resolver_requests{ of = all[4], kind = \"register\", during = { start, start + \"3min\" } }.count, \"==\", 1)\n");
}

Test(faults, who_crashes_before_a_sleeping_machine_let_it_start_stays_away)
{
    holds("null", "crash(all[4], { at = start, lasts = \"20s\", how = \"reset\" })\n"
                  "impair(all[4], { at = start + \"2s\", lasts = \"1min\", asleep = true })\n"
                  "crash(all[4], { at = start + \"30s\", how = \"reset\" })\n"
                  "finish(start + \"3min\")\n"
                  "exact(\"no start\", metric.join_time{ of = all[4], during = { start + \"1s\", start + \"3min\" } }.count, \"==\", 0)\n");
}

/* Nineteen nodes, each there for 1200 of 1900 s, one beginning every 100 s: twelve at any time, wherever the trace is entered. The
 * voice is the thirteenth; whoever just came may not be online yet. */
Test(faults, presence_follows_a_recorded_trace_from_its_middle)
{
    g_autofree char *path = NULL;
    g_autoptr(GString) trace = g_string_new("# node from to how\n");
    int file = g_file_open_tmp("presence-XXXXXX.tsv", &path, NULL);

    cr_assert(file >= 0);
    close(file);
    for (int i = 0; i < 19; i++) {
        int from = 100 * i, to = from + 1200;

        g_string_append_printf(trace, "n%d %d %d clean\n", i, from, MIN(to, 1900));
        if (to > 1900)
            g_string_append_printf(trace, "n%d 0s %ds clean\n", i, to - 1900);
    }
    cr_assert(g_file_set_contents(path, trace->str, -1, NULL));
    g_autofree char *more = g_strdup_printf("local some = peers(\"some\", 19, { mesh = mesh \"other\", churn = \"file %s\" })\n"
                                            "finish(\"70min\")\n"
                                            "local time = { \"5min\", \"60min\" }\n"
                                            "exact(\"most\", metric.online{ of = some, during = time }.max, \"==\", 12)\n"
                                            "exact(\"least\", metric.online{ of = some, during = time }.min, \">=\", 11)\n",
                                            path);
    holds("null", more);
    g_unlink(path);
}

/* F17: a foreign application took our name. On the wire it is one mesh; each side relays for the other and is shown its own channel. */
Test(faults, two_meshes_of_one_wire_name_are_one_mesh_and_two_applications)
{
    holds("null", "local foreign = mesh(\"foreign\", { channels = { \"hall\" }, wire_name = \"m\" })\n"
                  "local theirs = peers(\"their\", 12, { mesh = foreign })\n"
                  "local s = send(voice, \"ours\", { at = start })\n"
                  "local t = send(theirs[1], \"theirs\", { at = s + \"1ms\" })\n"
                  "finish(start + \"1min\")\n"
                  "exact(\"it is one\", metric.components{ at = settled }.max, \"==\", 1)\n"
                  "exact(\"ours hear ours\", metric.raw_delivery{ of = all, during = s }.mean, \"==\", \"100%\")\n"
                  "exact(\"theirs are not shown it\", metric.delivery{ of = theirs, during = s }.sum, \"==\", \"0%\")\n");
}

/* F13: the same octets once more. Who remembers the id drops it, so nobody is shown anything twice; .NET remembers for four to five minutes. What is
 * sent again after six is flooded again and shown to everybody, once more for each of them: two intruders do not replay each other's replays. */
Test(faults, what_an_intruder_replays_is_a_duplicate_until_it_is_forgotten)
{
    static const char script[] = "local count = role(function (me) local talk, n = me:channel(), {}\n"
                                 "  talk:on('message', function (msg) n[msg.id] = (n[msg.id] or 0) + 1; me:sample('shown', n[msg.id]) end) end)\n"
                                 "local witness = peers('witness', 1, { mesh = m, plays = count })\n"
                                 "peers('spy', 2, { mesh = m, plays = role('intruder', { does = 'replay', target = 'data', after = '%s' }) })\n"
                                 "local late = { settled + '1min', start + '20min' }\n"
                                 "finish(start + '20min')\n"
                                 "exact('shown, at most', metric.sample{ 'shown', of = witness }.max, '==', %u)\n";
    g_autofree char *soon = g_strdup_printf(script, "2min", 1), *late = g_strdup_printf(script, "6min", 2);

    holds("null", soon);
    holds("null", late);
}

/* F13 by an insider, without security: every quote of the minute is followed by a forged one, and nothing
 * keeps it from being relayed and shown everywhere. Forged ones are not forged again: two spies would never end. */
Test(faults, an_intruder_forges_the_next_message_and_everybody_believes_it)
{
    static const char script[] = "local spy = peers(\"spy\", %s)\n"
                                 "finish(start + \"5min\")\n"
                                 "local span = { settled, start + \"3min\" }\n"
                                 "exact(\"messages\", metric.copies{ during = span, per = \"message\" }.count, \">=\", %s)\n"
                                 "exact(\"all of them reach everybody\", metric.delivery{ of = all, during = span }.mean, \"==\", \"100%%\")\n";
    g_autofree char *honest = g_strdup_printf(script, "1, { mesh = m }", "185"),
                    *forged = g_strdup_printf(script, "2, { mesh = m, plays = role(\"intruder\", { does = \"forge\", target = \"data\" }) }", "550");

    holds("null", honest);
    holds("null", forged); /* each of 190 quotes and one of each of two spies */
}
