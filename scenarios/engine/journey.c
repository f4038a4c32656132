#include "scenarios/engine/journey.h"

#include <string.h>

struct copy { /* of the message, that reached a host */
    uint32_t from, to, link;
    int64_t written, arrived;
    int64_t parts[SCN_PART_COUNT];
};

struct first { /* how a peer first got it */
    uint32_t peer, from, link;
    int64_t time;
};

struct search {
    struct scn_journey *journey;
    struct scn_run *run;
    GArray *copies; /* of struct copy, in order of arrival */
    GArray *firsts; /* of struct first */
    bool running;   /* the peer runs now */
};

const char *scn_part_name(enum scn_part part)
{
    static const char *const names[] = {"held", "queued", "serialised", "propagation", "jitter", "stalled", "unread"};
    return names[part];
}

void scn_journey_clear(struct scn_journey *journey)
{
    if (journey->hops)
        g_array_unref(journey->hops);
    if (journey->died)
        g_array_unref(journey->died);
    journey->hops = journey->died = NULL;
}

/* ---- watching ---- */

static bool is_asked(const struct scn_journey *journey, const struct an_event *event)
{
    if (journey->message != AN_NONE)
        return event->message == journey->message;
    return event->peer == journey->origin && event->value == journey->sequence;
}

static void watch(void *user, const struct an_event *event)
{
    struct search *s = user;
    struct scn_journey *journey = s->journey;
    if (event->peer == journey->peer && (event->kind == AN_STARTED || event->kind == AN_STOPPED))
        s->running = event->kind == AN_STARTED;
    if (event->kind == AN_PUBLISHED && journey->published.kind == 0 && is_asked(journey, event)) {
        journey->published = *event;
        journey->published.kind = AN_PUBLISHED;
        journey->message = event->message;
        journey->member = s->running;
    }
    if (event->message != journey->message || journey->message == AN_NONE)
        return;
    if (event->kind == AN_FIRST) {
        struct first first = {event->peer, event->other, event->link, event->time};
        g_array_append_val(s->firsts, first);
        if (event->peer == journey->peer) {
            journey->came = true;
            journey->came_at = event->time;
            sim_stop(scn_net_world(scn_run_net(s->run)));
        }
    } else if (event->kind == AN_LOST && event->other == journey->peer) {
        struct scn_died died = {event->peer, event->time, (enum an_cause)event->what};
        g_array_append_val(journey->died, died);
    }
}

static void arrived(void *user, int64_t now, const struct sim_packet *packet)
{
    struct search *s = user;
    const struct pc_buf *octets = packet->owner;
    if (packet->kind != SIM_SEGMENT_DATA || !octets || s->journey->message == AN_NONE || octets->tag != s->journey->message + 1)
        return;
    struct copy copy = {.from = scn_net_peer_of_host(scn_run_net(s->run), packet->src),
                        .to = scn_net_peer_of_host(scn_run_net(s->run), packet->dst),
                        .link = packet->link,
                        .written = packet->hop->written,
                        .arrived = now};
    copy.parts[SCN_PART_HELD] = packet->hop->held;
    copy.parts[SCN_PART_QUEUED] = packet->hop->queued;
    copy.parts[SCN_PART_SERIALISED] = packet->hop->serialised;
    copy.parts[SCN_PART_PROPAGATION] = packet->hop->propagation;
    copy.parts[SCN_PART_JITTER] = packet->hop->jitter;
    copy.parts[SCN_PART_STALLED] = packet->hop->stalled;
    g_array_append_val(s->copies, copy);
}

static void judged(void *user, uint32_t message, uint32_t peer, enum an_cause cause)
{
    struct search *s = user;
    if (message != s->journey->message || peer != s->journey->peer)
        return;
    s->journey->judged = true;
    s->journey->cause = cause;
    sim_stop(scn_net_world(scn_run_net(s->run)));
}

/* ---- the way back from the peer to the origin ---- */

static const struct first *first_of(const struct search *s, uint32_t peer)
{
    for (guint i = 0; i < s->firsts->len; i++)
        if (g_array_index(s->firsts, struct first, i).peer == peer)
            return &g_array_index(s->firsts, struct first, i);
    return NULL;
}

/* The copy that was processed at that time: the last that had arrived by then. */
static const struct copy *copy_of(const struct search *s, const struct first *first)
{
    for (guint i = s->copies->len; i-- > 0;) {
        const struct copy *copy = &g_array_index(s->copies, struct copy, i);
        if (copy->to == first->peer && copy->link == first->link && copy->arrived <= first->time)
            return copy;
    }
    return NULL;
}

static bool trace_back(struct search *s, GError **error)
{
    uint32_t at = s->journey->peer;
    while (at != s->journey->published.peer) {
        const struct first *first = first_of(s, at);
        const struct copy *copy = first ? copy_of(s, first) : NULL;
        if (!copy || s->journey->hops->len > s->firsts->len) {
            g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "the copy that brought the message was not seen: a defect of this program");
            return false;
        }
        struct scn_hop hop = {.from = first->from, .to = at, .link = first->link, .sent = copy->written, .heard = first->time};
        memcpy(hop.parts, copy->parts, sizeof hop.parts);
        hop.parts[SCN_PART_UNREAD] = first->time - copy->arrived;
        g_array_prepend_val(s->journey->hops, hop);
        at = first->from;
    }
    return true;
}

bool scn_journey_find(const struct scn_plan *plan, struct scn_journey *journey, struct an_cast **cast, GError **error)
{
    struct search s = {.journey = journey};
    struct an_listener timeline = {watch, &s};
    struct sim_observer octets = {.user = &s, .arrived = arrived, .hops = true};
    struct scn_run_options options = {.trace = SCN_TRACE_NONE, .also = &timeline, .octets = &octets};
    journey->hops = g_array_new(FALSE, FALSE, sizeof(struct scn_hop));
    journey->died = g_array_new(FALSE, FALSE, sizeof(struct scn_died));
    s.copies = g_array_new(FALSE, FALSE, sizeof(struct copy));
    s.firsts = g_array_new(FALSE, FALSE, sizeof(struct first));
    s.run = scn_run_new(plan, &options, error);
    bool ok = s.run != NULL;
    if (ok) {
        an_metrics_on_lost(scn_run_metrics(s.run), judged, &s);
        ok = scn_run_go(s.run, error);
        journey->ended = scn_run_summary(s.run)->ended;
        ok = ok && (!journey->came || trace_back(&s, error));
        *cast = scn_run_take_cast(s.run);
    }
    scn_run_free(s.run);
    g_array_unref(s.copies);
    g_array_unref(s.firsts);
    return ok;
}
