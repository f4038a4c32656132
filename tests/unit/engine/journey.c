/* peermesh why: the parts of each hop add up to the latency to the nanosecond; a message that never came has the cause that the run
 * counted. */
#include "tests/unit/engine/folder_rig.h"

#include "scenarios/engine/journey.h"

#include <criterion/criterion.h>

static const char busy[] = "local p = scenario { title = \"Why\", story = \"S.\" }\n"
                           "network(\"world-homes\", { up = \"any of 300kbit/s, 1Mbit/s, 20Mbit/s\" })\n"
                           "local m = mesh \"m\"\n"
                           "local news = peers(\"news\", 1, { mesh = m, plays = role(\"publisher\", { rate = \"8/s\", size = \"900B\", "
                           "start = settled, lasts = \"40s\" }) })\n"
                           "local homes = peers(\"home\", 60, { mesh = m, join = \"uniform 0s..20s\" })\n"
                           "crash(homes:pick(20), { at = settled + \"15s\", how = \"silent\" })\n"
                           "cut({ homes:pick(6, \"island\"), \"rest\" }, { at = settled + \"25s\", lasts = \"8s\" })\n"
                           "impair(homes:pick(5, \"deaf\"), { at = settled + \"5s\", lasts = \"6s\", read = \"0B/s\" })\n"
                           "finish(settled + \"3min\")\n";

struct pair {
    uint32_t message, peer;
    int64_t time; /* first copy; of a lost pair its cause */
};

struct notes {
    GArray *firsts, *lost; /* of struct pair */
};

static void hear(void *user, const struct an_event *event)
{
    struct notes *notes = user;
    struct pair pair = {event->message, event->peer, event->time};
    if (event->kind == AN_FIRST)
        g_array_append_val(notes->firsts, pair);
}

static void lose(void *user, uint32_t message, uint32_t peer, enum an_cause cause)
{
    struct notes *notes = user;
    struct pair pair = {message, peer, cause};
    g_array_append_val(notes->lost, pair);
}

/* One run, and what came of it. */
static void note_all(struct folder_rig *rig, struct notes *notes)
{
    GError *error = NULL;
    struct an_listener listener = {hear, notes};
    notes->firsts = g_array_new(FALSE, FALSE, sizeof(struct pair));
    notes->lost = g_array_new(FALSE, FALSE, sizeof(struct pair));
    folder_open(rig, busy, 5);
    folder_prepare(rig, (struct scn_run_options){.trace = SCN_TRACE_NONE, .also = &listener});
    an_metrics_on_lost(scn_run_metrics(rig->run), lose, notes);
    cr_assert(scn_run_go(rig->run, &error), "%s", error ? error->message : "");
}

static void free_notes(struct folder_rig *rig, struct notes *notes)
{
    g_array_unref(notes->firsts);
    g_array_unref(notes->lost);
    folder_close(rig);
}

static void find(const struct folder_rig *rig, const struct pair *pair, struct scn_journey *journey)
{
    GError *error = NULL;
    struct an_cast *cast = NULL;
    *journey = (struct scn_journey){.message = pair->message, .peer = pair->peer};
    cr_assert(scn_journey_find(rig->plan, journey, &cast, &error), "%s", error ? error->message : "");
    an_cast_free(cast);
}

Test(journey, parts_of_the_hops_add_up_to_the_latency_to_the_nanosecond)
{
    struct folder_rig rig;
    struct notes notes;
    int64_t sums[SCN_PART_COUNT] = {0};
    note_all(&rig, &notes);
    cr_assert_gt(notes.firsts->len, 10000);
    for (guint i = 0; i < 40; i++) {
        const struct pair *pair = &g_array_index(notes.firsts, struct pair, (i * 7919u + 13u) % notes.firsts->len);
        struct scn_journey journey;
        int64_t at, total = 0;
        find(&rig, pair, &journey);
        cr_assert(journey.came, "message %u, peer %u", pair->message, pair->peer);
        cr_assert_eq(journey.came_at, pair->time, "another run");
        at = journey.published.time;
        for (guint h = 0; h < journey.hops->len; h++) {
            const struct scn_hop *hop = &g_array_index(journey.hops, struct scn_hop, h);
            cr_assert_eq(hop->sent, at, "hop %u of message %u to peer %u leaves %ld ns after it came", h, pair->message, pair->peer, hop->sent - at);
            for (unsigned part = 0; part < SCN_PART_COUNT; part++) {
                cr_assert_geq(hop->parts[part], 0, "%s is negative", scn_part_name((enum scn_part)part));
                total += hop->parts[part];
                sums[part] += hop->parts[part];
            }
            at = hop->heard;
        }
        cr_assert_eq(total, journey.came_at - journey.published.time, "message %u to peer %u: parts %ld ns, latency %ld ns", pair->message,
                     pair->peer, total, journey.came_at - journey.published.time);
        scn_journey_clear(&journey);
    }
    cr_assert(sums[SCN_PART_PROPAGATION] > 0 && sums[SCN_PART_SERIALISED] > 0 && sums[SCN_PART_JITTER] > 0 && sums[SCN_PART_QUEUED] > 0,
              "a network as busy as this has them all");
    free_notes(&rig, &notes);
}

Test(journey, a_message_that_never_came_has_the_cause_that_the_run_counted)
{
    struct folder_rig rig;
    struct notes notes;
    note_all(&rig, &notes);
    cr_assert_gt(notes.lost->len, 20);
    for (guint i = 0; i < 8; i++) {
        const struct pair *pair = &g_array_index(notes.lost, struct pair, i * (notes.lost->len - 1) / 7);
        struct scn_journey journey;
        find(&rig, pair, &journey);
        cr_assert(!journey.came && journey.judged, "message %u, peer %u", pair->message, pair->peer);
        cr_assert_eq((int64_t)journey.cause, pair->time, "message %u, peer %u", pair->message, pair->peer);
        scn_journey_clear(&journey);
    }
    free_notes(&rig, &notes);
}
