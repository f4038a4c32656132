#include "scenarios/conform/fit.h"

#define MOST_TRIES  400u  /* for one finding */
#define MOST_ORDERS 800u  /* for a node */

struct search {
    struct cf_capture *capture;
    const struct cf_captured_node *node;
    const struct pc_rules *rules;
    const struct cf_known *known;
    struct cf_held *held;
    struct cf_fit *fit;
    uint32_t limit;   /* of tries, for the finding that is looked at */
    GArray *hopeless; /* of int64_t: times of findings that no order explains */
};

static uint32_t cost(const struct cf_verdict *verdict)
{
    return verdict->findings->len;
}

/* Plays the order that is held now. True: it is better than the best so far, and takes its place. */
static bool try_order(struct search *s)
{
    struct cf_replay *replay = cf_replay_run(s->capture, s->node, s->rules, s->held);
    struct cf_verdict *verdict = cf_verdict_new(s->capture, s->node, replay, s->known);
    s->fit->tries++;
    bool better = !s->fit->replay || (!replay->gave_up && cost(verdict) < cost(s->fit->verdict));
    if (better && s->fit->replay) {
        cf_verdict_free(s->fit->verdict);
        cf_replay_free(s->fit->replay, s->capture->codec);
    }
    if (better) {
        s->fit->replay = replay;
        s->fit->verdict = verdict;
    } else {
        cf_verdict_free(verdict);
        cf_replay_free(replay, s->capture->codec);
    }
    return better;
}

/* The node asked once for the settings where our core asked for each of several links: the message that made it ask again was
 * looked at when the answer was there. True: so it is better. */
static bool ask_once(struct search *s)
{
    const GPtrArray *calls = cf_service_calls(s->fit->replay->service);
    const struct cf_called *before = NULL;
    for (guint i = 0; i < calls->len; i++) {
        const struct cf_called *call = calls->pdata[i];
        if (call->kind != PC_KIND_GET_SERVICE_SETTINGS)
            continue;
        if (!call->theirs && call->cause && before && before->theirs)
            return cf_held_hold(s->held, cf_came_record(call->cause), before->theirs->over + 1) && try_order(s);
        before = call;
    }
    return false;
}

static int64_t time_of(const struct search *s, const struct cf_finding *f)
{
    int64_t first = f->ours < 0 ? f->theirs : f->theirs < 0 ? f->ours : MIN(f->ours, f->theirs);
    return s->capture->start + first;
}

/* The earliest finding without a reason that is not known to be hopeless; -1: none. What was sent at once in another order
 * needs no search. */
static int64_t next_trouble(const struct search *s)
{
    int64_t first = -1;
    for (guint i = 0; i < s->fit->verdict->findings->len; i++) {
        const struct cf_finding *finding = &g_array_index(s->fit->verdict->findings, struct cf_finding, i);
        int64_t time = time_of(s, finding);
        bool hopeless = finding->reason || finding->outcome == CF_SWAPPED || finding->outcome == CF_CONTENT;
        for (guint k = 0; k < s->hopeless->len; k++)
            hopeless |= g_array_index(s->hopeless, int64_t, k) == time;
        if (!hopeless && (first < 0 || time < first))
            first = time;
    }
    return first;
}

/* Number i of what was looked at is put off until after number k. */
static bool put_off(struct search *s, const GArray *looked, guint i, guint k)
{
    const struct cf_looked *one = &g_array_index(looked, struct cf_looked, i), *other = &g_array_index(looked, struct cf_looked, k);
    int64_t before = cf_held_until(s->held, one->came);
    if (other->time + 1 - one->came.time > CF_WINDOW || !cf_held_hold(s->held, one->came, other->time + 1))
        return false;
    if (try_order(s))
        return true;
    cf_held_reset(s->held, one->came, before);
    return false;
}

/* Tries the orders around a finding. True: one was better. */
static bool improve(struct search *s, int64_t trouble)
{
    GArray *looked = g_array_copy(s->fit->replay->looked);
    bool better = false;
    s->limit = s->fit->tries + MOST_TRIES;
    for (guint i = 0; i < looked->len && !better; i++) {
        int64_t at = g_array_index(looked, struct cf_looked, i).time;
        if (at < trouble - CF_WINDOW || at > trouble + CF_WINDOW)
            continue;
        for (guint k = i + 1; k < looked->len && !better && s->fit->tries < s->limit; k++) {
            if (g_array_index(looked, struct cf_looked, k).time > at + CF_WINDOW)
                break;
            better = put_off(s, looked, i, k);
        }
    }
    g_array_unref(looked);
    return better;
}

struct cf_fit *cf_fit_new(struct cf_capture *capture, const struct cf_captured_node *node, const struct pc_rules *rules,
                          const struct cf_known *known, char **why)
{
    *why = !node->uri       ? g_strdup("the capture does not show its address (no Connect or Register of it)")
           : !node->has_guid ? g_strdup_printf("its listen URI does not end in a random GUID, as our core's always do: %s", node->uri)
           : !node->node_id ? g_strdup("the capture does not show its node id (no Connect or Welcome of it)")
                            : NULL;
    if (*why)
        return NULL;
    struct search s = {.capture = capture, .node = node, .rules = rules, .known = known,
                       .held = cf_held_new(capture, node), .fit = g_new0(struct cf_fit, 1),
                       .hopeless = g_array_new(FALSE, FALSE, sizeof(int64_t))};
    int64_t trouble;
    try_order(&s);
    while (ask_once(&s))
        ;
    while (s.fit->tries < MOST_ORDERS && (trouble = next_trouble(&s)) >= 0)
        if (!improve(&s, trouble))
            g_array_append_val(s.hopeless, trouble);
    for (guint i = 0; i < s.fit->replay->claims->len; i++) { /* another node did not make them; who was refused stays open */
        struct cf_connection *c = s.fit->replay->claims->pdata[i];
        if (c->flows[1].octets->len)
            c->peers[1] = node->number;
    }
    s.fit->longest = cf_held_longest(s.held);
    g_array_unref(s.hopeless);
    cf_held_free(s.held);
    return s.fit;
}

void cf_fit_free(struct cf_fit *fit, struct pc_codec *codec)
{
    cf_verdict_free(fit->verdict);
    cf_replay_free(fit->replay, codec);
    g_free(fit);
}
