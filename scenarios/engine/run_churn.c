/* Peers that come and go by themselves: scenarios.md 4.2. Each peer has streams of its own, so one more or fewer moves no
 * other, and starts in the middle of a session or of an absence, as if it had been so for ever. */
#include "scenarios/engine/run_private.h"
#include "sim/fault.h"

#include <string.h>

#define MINUTE  (60 * SCN_SECOND)
#define HOUR    (60 * MINUTE)
#define DAY     (24 * HOUR)
#define MORNING (8 * HOUR) /* time 0 of a run with office hours */
#define PPM     1000000

enum { POINTS = 4096 }; /* by which a distribution is known when a session is cut in its middle */

struct scn_churner { /* one kind of behavior: of a group, or of a class of its peers */
    struct sim_dist on, off;
    uint32_t clean_ppm;       /* of the leavings; of the others half are silent, half resets */
    enum { MIXED, ALWAYS_CLEAN, ALWAYS_RESET, ALWAYS_SILENT } how;
    int64_t *on_sums, *off_sums; /* POINTS: cumulative, of equally likely values */
};

/* One peer. */
struct scn_presence {
    const struct scn_churner *churner;
    struct sim_stream on, off, how;
    const struct scn_plan_group *group;
    int64_t zone;
    int64_t shift;  /* of a trace: where in it time 0 is */
    uint32_t place; /* in the trace */
    uint32_t days;
    bool present, first;
};

static int64_t quantile(const struct sim_dist *dist, uint32_t i)
{
    return MAX(sim_dist_quantile(dist, (2 * (uint64_t)i + 1) << 51), 0); /* (i + 1/2) / 4096 */
}

/* Values up to 2^62 / 4096, some 13 days, so that sums fit: longer sessions outlast every run anyway. */
static int64_t *cumulate(const struct sim_dist *dist)
{
    int64_t *sums = g_new(int64_t, POINTS), sum = 0;
    for (uint32_t i = 0; i < POINTS; i++)
        sums[i] = sum += MIN(quantile(dist, i), INT64_MAX / 2 / POINTS);
    return sums;
}

/* What is left of an interval that contains time 0: the longer one is, the likelier it does. */
static int64_t residual(const struct sim_dist *dist, const int64_t *sums, struct sim_stream *stream)
{
    uint64_t at = sim_below(stream, (uint64_t)MAX(sums[POINTS - 1], 1));
    uint32_t low = 0, high = POINTS - 1;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if ((uint64_t)sums[middle] > at)
            high = middle;
        else
            low = middle + 1;
    }
    return (int64_t)sim_below(stream, (uint64_t)MAX(quantile(dist, low), 1));
}

/* ---- profiles ---- */

static struct sim_dist weibull(int64_t median)
{
    return (struct sim_dist){.kind = SIM_DIST_WEIBULL, .a = median, .shape_ppm = 600000};
}

static struct sim_dist exponential(int64_t mean)
{
    return (struct sim_dist){.kind = SIM_DIST_EXPONENTIAL, .a = mean};
}

static struct scn_churner *churner_new(struct scn_run *run, struct sim_dist on, struct sim_dist off, uint32_t clean_ppm)
{
    struct scn_churner *churner = g_new0(struct scn_churner, 1);
    churner->on = on;
    churner->off = off;
    churner->clean_ppm = clean_ppm;
    GError *error = NULL;
    if (!sim_dist_prepare(&churner->on, &error) || !sim_dist_prepare(&churner->off, &error))
        g_error("churn: %s", error->message); /* checked when the script was read */
    churner->on_sums = cumulate(&churner->on);
    churner->off_sums = cumulate(&churner->off);
    g_ptr_array_add(run->churners, churner);
    return churner;
}

static void churner_free(gpointer data)
{
    struct scn_churner *churner = data;
    g_free(churner->on_sums);
    g_free(churner->off_sums);
    g_free(churner);
}

/* The classes of a group, one or two; → the share of the first, ppm. */
static uint32_t classes_of(struct scn_run *run, const struct scn_plan_group *group, struct scn_churner *classes[2])
{
    switch (group->churn) {
    case SCN_CHURN_MEMORYLESS: /* C1 */
        classes[0] = churner_new(run, exponential(30 * MINUTE), exponential(30 * MINUTE), 500000);
        break;
    case SCN_CHURN_FILE_SHARING: /* C2 */
        classes[0] = churner_new(run, weibull(15 * MINUTE), weibull(60 * MINUTE), 300000);
        break;
    case SCN_CHURN_TWO_CLASS: /* C3: a stable part, and a fifth of an hour here and there */
        classes[0] = churner_new(run, weibull(20 * HOUR), weibull(60 * MINUTE), 300000);
        classes[1] = churner_new(run, weibull(5 * MINUTE), weibull(15 * MINUTE), 300000);
        return 600000;
    case SCN_CHURN_OFFICE_HOURS: /* C4: of the day's plan only leaving is drawn here */
        classes[0] = churner_new(run, exponential(HOUR), exponential(HOUR), 900000);
        break;
    case SCN_CHURN_FLASH: /* C5 */
        classes[0] = churner_new(run, exponential(HOUR), exponential(HOUR), 700000);
        break;
    case SCN_CHURN_TRACE: /* of the trace only leavings that it does not tell are drawn here, as in C2 */
        classes[0] = churner_new(run, exponential(HOUR), exponential(HOUR), 300000);
        break;
    default: {
        struct sim_dist *on = scn_sampler_dist(group->churn_on), *off = scn_sampler_dist(group->churn_off);
        g_ptr_array_add(run->dists, on);
        g_ptr_array_add(run->dists, off);
        classes[0] = churner_new(run, *on, *off, 0);
        classes[0]->how = group->churn_how == SCN_LEAVES_CLEAN    ? ALWAYS_CLEAN
                          : group->churn_how == SCN_LEAVES_SILENT ? ALWAYS_SILENT
                                                                  : ALWAYS_RESET;
        break;
    }
    }
    return PPM;
}

/* ---- one peer's life ---- */

static void stream_of(struct scn_run *run, const struct scn_peer *peer, uint64_t number, struct sim_stream *stream)
{
    sim_stream_init(stream, run->plan->seed, SIM_PURPOSE_USER + 8192 + number, peer->key, 0);
}

static bool decided(uint64_t u, uint32_t ppm)
{
    return (uint64_t)(((unsigned __int128)u * PPM) >> 64) < ppm;
}

static int64_t around(struct sim_stream *stream, int64_t half)
{
    return (int64_t)sim_below(stream, (uint64_t)(2 * half + 1)) - half;
}

/* Office hours of one day, from its midnight: nine to noon, one to six, give or take. */
static void office_day(struct scn_presence *p, int64_t times[4])
{
    times[0] = 9 * HOUR + around(&p->on, HOUR);
    times[1] = 12 * HOUR + around(&p->off, 15 * MINUTE);
    times[2] = 13 * HOUR + around(&p->on, 15 * MINUTE);
    times[3] = 18 * HOUR + around(&p->off, HOUR);
}

static void call(struct scn_run *run, uint32_t number, int64_t time)
{
    if (time < INT64_MAX / 4)
        sim_call_at(scn_net_world(run->net), SIM_NONE, MAX(time, scn_net_now(run->net)), SCN_TAG_CHURN, number);
}

static void plan_office_day(struct scn_run *run, uint32_t number, struct scn_presence *p)
{
    int64_t times[4], midnight = (int64_t)p->days++ * DAY - MORNING - p->zone;
    office_day(p, times);
    for (unsigned i = 0; i < 4; i++)
        if (midnight + times[i] >= 0)
            call(run, number, midnight + times[i]);
        else
            p->present = i % 2 == 0; /* before the run began */
}

/* ---- traces ---- */

/* Everybody enters the trace at one place, drawn for the group, so that what happened together does so here; who is there then has the
 * rest of a session before it. Peers take the trace's nodes in a drawn order; who comes after the last node takes one again, but
 * enters at a place of its own. */
static void place_in_trace(struct scn_run *run, const struct scn_plan_group *group)
{
    uint32_t nodes = scn_trace_nodes(group->churn_trace);
    uint64_t length = (uint64_t)scn_trace_length(group->churn_trace);
    g_autofree uint32_t *order = g_new(uint32_t, nodes);
    struct sim_stream stream;
    sim_stream_init(&stream, run->plan->seed, SIM_PURPOSE_USER + 8195, sim_purpose_text(group->name, strlen(group->name)), 0);
    int64_t shift = (int64_t)sim_below(&stream, length);
    for (uint32_t i = 0; i < nodes; i++)
        order[i] = i;
    for (uint32_t i = nodes - 1; i > 0; i--) {
        uint32_t other = (uint32_t)sim_below(&stream, i + 1), node = order[i];
        order[i] = order[other];
        order[other] = node;
    }
    for (uint32_t i = 0; i < group->count; i++) {
        struct scn_presence *p = &run->presence[group->first + i];
        p->place = order[i % nodes];
        p->shift = i < nodes ? shift : (int64_t)sim_below(&p->on, length);
    }
}

/* Is it there now, and when does that change? */
static bool follow_trace(struct scn_run *run, const struct scn_presence *p, uint32_t number, int64_t now)
{
    enum scn_trace_how how;
    int64_t next;
    bool there = scn_trace_at(p->group->churn_trace, p->place, p->shift + now, &next, &how);
    if (next < INT64_MAX)
        call(run, number, next - p->shift);
    return there;
}

/* How the session that ends now ended, if the trace tells. */
static enum scn_trace_how trace_how(const struct scn_run *run, const struct scn_presence *p)
{
    enum scn_trace_how how = SCN_TRACE_DRAWN;
    int64_t next;
    scn_trace_at(p->group->churn_trace, p->place, p->shift + scn_net_now(run->net) - 1, &next, &how);
    return how;
}

static void leave(struct scn_run *run, struct scn_presence *p, struct scn_peer *peer)
{
    uint64_t clean = sim_next(&p->how), silent = sim_next(&p->how);
    const struct scn_churner *c = p->churner;
    bool cleanly = c->how == ALWAYS_CLEAN || (c->how == MIXED && decided(clean, c->clean_ppm));
    bool quietly = c->how == ALWAYS_SILENT || (c->how == MIXED && silent >> 63);
    enum scn_trace_how told = p->group->churn == SCN_CHURN_TRACE ? trace_how(run, p) : SCN_TRACE_DRAWN;
    if (told != SCN_TRACE_DRAWN) {
        cleanly = told == SCN_TRACE_CLEAN;
        quietly = told == SCN_TRACE_SILENT;
    }
    if (!scn_peer_running(peer))
        return;
    if (cleanly && !sim_host_asleep(scn_net_world(run->net), peer->host))
        scn_peer_leave(peer);
    else
        scn_peer_crash(peer, quietly ? SIM_DEATH_SILENT : SIM_DEATH_RESET);
}

/* TAG_CHURN: the peer comes, or goes. */
void scn_run_churn(struct scn_run *run, uint32_t number)
{
    struct scn_presence *p = &run->presence[number];
    struct scn_peer *peer = scn_net_peer_at(run->net, number);
    const struct scn_churner *c = p->churner;
    p->present = p->group->churn == SCN_CHURN_TRACE ? follow_trace(run, p, number, scn_net_now(run->net)) : !p->present;
    if (!p->present)
        leave(run, p, peer);
    else if (!scn_peer_running(peer))
        scn_peer_start(peer);
    if (p->group->churn == SCN_CHURN_FLASH || p->group->churn == SCN_CHURN_TRACE)
        return;
    if (p->group->churn == SCN_CHURN_OFFICE_HOURS) {
        int64_t now = scn_net_now(run->net), next = (int64_t)p->days * DAY - MORNING - p->zone;
        if (!p->present && next - now < 8 * HOUR)
            plan_office_day(run, number, p);
        return;
    }
    int64_t lasts = p->present ? sim_dist_draw(&c->on, &p->on) : sim_dist_draw(&c->off, &p->off);
    call(run, number, scn_net_now(run->net) + MAX(lasts, 1));
}

/* Everybody leaves in the last two minutes. */
void scn_run_churn_finish(struct scn_run *run, int64_t finish)
{
    for (uint32_t i = 0; run->presence && i < run->plan->peers; i++) {
        struct scn_presence *p = &run->presence[i];
        if (p->churner && p->group->churn == SCN_CHURN_FLASH && p->present)
            call(run, i, finish - (int64_t)sim_below(&p->off, (uint64_t)(120 * SCN_SECOND)));
    }
}

bool scn_run_churns(const struct scn_run *run)
{
    return run->presence != NULL;
}

/* At its join, is the peer there, and until when? Returns false if it is away. */
bool scn_run_churn_begin(struct scn_run *run, struct scn_peer *peer, int64_t *time)
{
    struct scn_presence *p = run->presence ? &run->presence[peer->number] : NULL;
    if (!p || !p->churner)
        return true;
    const struct scn_churner *c = p->churner;
    if (p->group->churn == SCN_CHURN_FLASH) {
        p->present = true;
        *time += (int64_t)sim_below(&p->on, (uint64_t)(60 * SCN_SECOND));
        return true;
    }
    if (p->group->churn == SCN_CHURN_OFFICE_HOURS) {
        plan_office_day(run, peer->number, p);
        return p->present;
    }
    if (p->group->churn == SCN_CHURN_TRACE)
        return p->present = follow_trace(run, p, peer->number, *time);
    unsigned __int128 on = (unsigned __int128)c->on_sums[POINTS - 1], both = on + (unsigned __int128)c->off_sums[POINTS - 1];
    p->present = both > 0 && (unsigned __int128)(sim_next(&p->how) >> 32) * both < (on << 32);
    int64_t rest = p->present ? residual(&c->on, c->on_sums, &p->on) : residual(&c->off, c->off_sums, &p->off);
    call(run, peer->number, *time + MAX(rest, 1));
    return p->present;
}

void scn_run_churn_build(struct scn_run *run)
{
    for (guint g = 0; g < run->plan->groups->len; g++) {
        const struct scn_plan_group *group = scn_plan_groups(run->plan, (int)g);
        struct scn_churner *classes[2];
        if (group->churn == SCN_CHURN_NONE)
            continue;
        if (!run->presence) {
            run->presence = g_new0(struct scn_presence, run->plan->peers);
            run->churners = g_ptr_array_new_with_free_func(churner_free);
        }
        uint32_t share = classes_of(run, group, classes);
        for (uint32_t i = 0; i < group->count; i++) {
            struct scn_peer *peer = scn_net_peer_at(run->net, group->first + i);
            struct scn_presence *p = &run->presence[group->first + i];
            stream_of(run, peer, 0, &p->on);
            stream_of(run, peer, 1, &p->off);
            stream_of(run, peer, 2, &p->how);
            p->group = group;
            if (group->zone) {
                struct scn_sampler *zone = scn_sampler_new(run, group->zone, "zone", peer->key);
                p->zone = scn_sampler_next(zone);
                scn_sampler_free(zone);
            }
            p->churner = classes[decided(sim_next(&p->how), share) ? 0 : 1];
        }
        if (group->churn == SCN_CHURN_TRACE)
            place_in_trace(run, group);
    }
}

void scn_run_churn_free(struct scn_run *run)
{
    g_free(run->presence);
    if (run->churners)
        g_ptr_array_unref(run->churners);
}
