/* The same numbers three times: as a run measures them live, from its full trace, and from its capture. */
#include "tests/unit/engine/folder_rig.h"

#include "analysis/capture_timeline.h"
#include "analysis/result.h"
#include "analysis/trace.h"
#include "scenarios/engine/folder.h"

#include <criterion/criterion.h>

#define SECOND INT64_C(1000000000)

static const enum an_metric asked[] = {AN_DELIVERY, AN_RAW_DELIVERY, AN_LATENCY,  AN_HOPS,
                                       AN_COPIES,   AN_REDUNDANCY,   AN_WIRE_SIZE, AN_DISORDER};
enum { ASKED = G_N_ELEMENTS(asked) };

static void ask(struct an_metrics *metrics, int numbers[ASKED])
{
    for (unsigned i = 0; i < ASKED; i++) {
        struct an_query_spec spec = AN_QUERY_SPEC_INIT(asked[i]);
        GError *error = NULL;
        numbers[i] = an_query_add(metrics, &spec, &error);
        cr_assert_geq(numbers[i], 0, "%s", error ? error->message : "");
    }
}

static void feed(void *user, const struct an_event *event)
{
    an_metrics_event(user, event);
}

static void compare(const char *what, struct an_metrics *live, const int live_numbers[ASKED], struct an_metrics *other,
                    const int other_numbers[ASKED])
{
    for (unsigned i = 0; i < ASKED; i++) {
        const struct an_result *a = an_query_result(live, live_numbers[i]), *b = an_query_result(other, other_numbers[i]);
        const char *name = an_metric_name(asked[i]);
        cr_assert_gt(a->count, 0, "%s: the run measured nothing", name);
        cr_assert_eq(b->count, a->count, "%s from the %s: %lu samples, the run has %lu", name, what, b->count, a->count);
        cr_assert_eq(b->min, a->min, "%s from the %s: least %ld, the run has %ld", name, what, b->min, a->min);
        cr_assert_eq(b->max, a->max, "%s from the %s: greatest %ld, the run has %ld", name, what, b->max, a->max);
        cr_assert_float_eq(b->sum, a->sum, 0.5, "%s from the %s: sum %f, the run has %f", name, what, b->sum, a->sum);
        cr_assert_float_eq(b->mean, a->mean, 1e-6 * (1 + a->mean), "%s from the %s: mean %f, the run has %f", name, what, b->mean,
                           a->mean);
        cr_assert_eq(b->max_place.peer, a->max_place.peer, "%s from the %s: the greatest is at peer %u, in the run at %u", name,
                     what, b->max_place.peer, a->max_place.peer);
    }
}

static void from_trace(struct folder_rig *rig, const int live[ASKED])
{
    GError *error = NULL;
    int64_t end = 0;
    int numbers[ASKED];
    char *path = folder_file(rig, "trace.bin");
    struct an_trace_file *trace = an_trace_open(path, &error);
    cr_assert_not_null(trace, "%s", error ? error->message : "");
    cr_assert(an_trace_is_full(trace));
    struct an_metrics *metrics = an_metrics_new(an_trace_cast(trace));
    an_moment_reached(metrics, AN_MOMENT_SETTLED, scn_run_summary(rig->run)->settled);
    ask(metrics, numbers);
    cr_assert(an_trace_read(trace, &(struct an_listener){feed, metrics}, &end, &error), "%s", error ? error->message : "");
    an_metrics_finish(metrics, end);
    compare("trace", scn_run_metrics(rig->run), live, metrics, numbers);
    an_metrics_free(metrics);
    an_trace_free(trace);
    g_free(path);
}

static void from_capture(struct folder_rig *rig, const int live[ASKED])
{
    GError *error = NULL;
    int numbers[ASKED];
    char *path = folder_file(rig, "run.pcapng"), *addresses = folder_file(rig, "addresses.tsv");
    struct an_capture_options options = {.simulated = true, .addresses = addresses};
    struct an_capture_timeline *timeline = an_capture_timeline_read(path, &options, &error);
    cr_assert_not_null(timeline, "%s", error ? error->message : "");
    const struct an_cast *cast = an_capture_timeline_cast(timeline), *own = scn_run_cast(rig->run);
    for (uint32_t i = 0; i < an_cast_count(own); i++)
        cr_assert_str_eq(an_cast_peer(cast, i)->name, an_cast_peer(own, i)->name, "peer %u has another name", i);
    struct an_metrics *metrics = an_metrics_new(cast);
    an_moment_reached(metrics, AN_MOMENT_SETTLED, scn_run_summary(rig->run)->settled);
    ask(metrics, numbers);
    an_capture_timeline_play(timeline, &(struct an_listener){feed, metrics});
    an_metrics_finish(metrics, scn_run_summary(rig->run)->ended);
    compare("capture", scn_run_metrics(rig->run), live, metrics, numbers);
    an_metrics_free(metrics);
    an_capture_timeline_free(timeline);
    g_free(path);
    g_free(addresses);
}

/* Runs it with full trace and capture, then reads both, or the trace only: a capture does not know which mesh a node is in. Returns how many deliveries there were. */
static uint64_t round_trip(const char *script, uint64_t seed, bool capture)
{
    GError *error = NULL;
    struct folder_rig rig;
    int live[ASKED];
    folder_open(&rig, script, seed);
    folder_prepare(&rig, (struct scn_run_options){.trace = SCN_TRACE_FULL, .pcap = true});
    ask(scn_run_metrics(rig.run), live);
    struct scn_measures *measures = scn_measures_register(rig.run);
    cr_assert(scn_run_go(rig.run, &error), "%s", error ? error->message : "");
    cr_assert_eq(scn_run_summary(rig.run)->outcome, SCN_ENDED);
    cr_assert(scn_folder_end(rig.run_folder, rig.run, measures, NULL, "peermesh run story.lua", 0, &error), "%s",
              error ? error->message : "");
    scn_measures_free(measures);
    from_trace(&rig, live);
    if (capture)
        from_capture(&rig, live);
    uint64_t deliveries = an_query_result(scn_run_metrics(rig.run), live[2])->count;
    folder_close(&rig);
    return deliveries;
}

/* Network, size, peers and what happens are filled in. Lines must not be overloaded: a node that pauses processes later than octets arrive,
 * which a capture cannot show. */
static const char story[] = "local p = scenario { title = \"Round trip\", story = \"Everything is seen three times.\" }\n"
                            "network \"%s\"\n"
                            "local m = mesh \"m\"\n"
                            "local a = peers(\"talker\", 1, { mesh = m, plays = role(\"publisher\", { rate = \"5/s\", size = \"%s\", count = 40 }) })\n"
                            "local b = peers(\"other\", %u, { mesh = m, plays = role(\"publisher\", { rate = \"poisson 0.2/s\", size = \"80B\", count = 8 }), join = \"uniform 0s..5s\" })\n"
                            "%s\n"
                            "finish(settled + \"2min\")\n";

static void check(const char *network, const char *size, unsigned peers, const char *happens, uint64_t seed)
{
    char *script = g_strdup_printf(story, network, size, peers - 1, happens);
    uint64_t deliveries = round_trip(script, seed, true);
    cr_assert_gt(deliveries, 100, "%s: only %lu deliveries", network, deliveries);
    g_free(script);
}

Test(round_trip, five_peers_on_every_network_measure_the_same_from_run_trace_and_capture)
{
    check("null", "100B", 5, "", 1);
    check("lan", "100B", 5, "", 2);
    check("world-homes", "100B", 5, "", 3);
}

Test(round_trip, messages_of_many_segments_and_busy_lines_measure_the_same)
{
    check("world-homes", "20kB", 5, "", 4);
}

Test(round_trip, forty_peers_measure_the_same)
{
    check("world-homes", "500B", 40, "", 5);
}

/* Nodes that come during the run are members that neither trace nor cast knew when it began. */
Test(round_trip, a_mesh_that_is_opened_during_the_run_measures_the_same)
{
    round_trip("local p = scenario { title = \"Opened\", story = \"Everything is seen three times.\" }\n"
               "network \"lan\"\n"
               "local m, game = mesh \"m\", mesh \"game\"\n"
               "local r = role(function (me)\n"
               "  me:on(\"told\", function ()\n"
               "    local g, n = me:open \"game\", 0\n"
               "    g:on(\"online\", function () me:every(\"1s\", function () n = n + 1; if n < 20 then g:send { n = n } end end) end)\n"
               "  end)\n"
               "end)\n"
               "local a = peers(\"p\", 8, { mesh = m, plays = { r, role(\"publisher\", { rate = \"1/s\", size = \"80B\", count = 20 }) } })\n"
               "tell(a, \"open\", nil, { at = \"5s\" })\n"
               "finish(settled + \"2min\")\n", 1, false);
}

/* What was on a line when a cut began is recalled and sent again: the capture shows each octet once, at its place. */
Test(round_trip, a_cut_that_heals_measures_the_same)
{
    check("world-homes", "5kB", 8, "cut({ b:pick(\"50%\"), \"rest\" }, { at = settled + \"3s\", lasts = \"2s\" })", 6);
}
