/* Native roles: publisher and subscriber. scenario-api 4; decisions 2. */
#include "scenarios/engine/run.h"

#include <string.h>

struct publisher {
    const struct scn_publisher *options;
    struct scn_sampler *gap, *size, *topic;
    int64_t next, end; /* next < 0: the start is not known yet */
    uint64_t number;
};

struct subscriber {
    const struct scn_subscriber *options;
    GHashTable *newest; /* topic -> highest sequence number shown; look-up only */
};

struct role {
    struct scn_run *run;
    struct scn_peer *peer;
    char *peer_name;
    enum scn_role_kind kind;
    unsigned turn; /* number of the role among those of its peer */
    uint32_t overwrites; /* number of the sample "stale overwrite" */
    union {
        struct publisher publisher;
        struct subscriber subscriber;
    } u;
};

/* ---- publisher ---- */

/* A second publisher of a peer draws for itself. */
static struct scn_sampler *sampler(const struct role *role, const struct scn_dist *dist, const char *what)
{
    char name[64];
    if (role->turn == 0)
        g_snprintf(name, sizeof name, "publisher %s", what);
    else
        g_snprintf(name, sizeof name, "publisher/%u %s", role->turn + 1, what);
    return scn_sampler_new(role->run, dist, name, role->peer->key);
}

static void schedule(struct role *role)
{
    struct publisher *p = &role->u.publisher;
    if (p->next >= 0 && p->next <= p->end && scn_peer_running(role->peer))
        scn_peer_call_at(role->peer, role, p->next, 0);
}

static bool exhausted(const struct publisher *p)
{
    return p->options->count >= 0 && p->number >= (uint64_t)p->options->count;
}

/* On to the next message: every gap is drawn, also of messages that nobody sends. */
static void advance(struct role *role)
{
    struct publisher *p = &role->u.publisher;
    if (exhausted(p) || !p->gap)
        p->next = INT64_MAX;
    else
        p->next += scn_sampler_next(p->gap);
}

static void publisher_start(struct role *role)
{
    struct publisher *p = &role->u.publisher;
    int64_t now = scn_net_now(role->peer->net);
    if (p->next < 0) {
        int64_t start;
        if (!scn_run_time(role->run, p->options->start, &start))
            return;
        p->next = start;
        p->end = INT64_MAX;
        if (p->options->lasts) {
            struct scn_sampler *lasts = sampler(role, p->options->lasts, "lasts");
            p->end = start + scn_sampler_next(lasts) - 1; /* the end does not belong to it */
            scn_sampler_free(lasts);
        }
        if (p->gap && p->options->rate->kind == SCN_DIST_POISSON)
            p->next += scn_sampler_next(p->gap);
    }
    while (p->next < now && p->next <= p->end && !exhausted(p)) {
        p->number++; /* fell into an absence: missed by everybody */
        advance(role);
    }
    schedule(role);
}

static void publish(struct role *role)
{
    struct publisher *p = &role->u.publisher;
    int64_t now = scn_net_now(role->peer->net);
    if (now < p->next) /* a call of an earlier life */
        return;
    if (now > p->next) { /* the machine slept: what fell into that time is missed by everybody */
        publisher_start(role);
        return;
    }
    p->number++;
    struct scn_body body = {.seq = p->number,
                            .topic = p->topic ? (uint64_t)scn_sampler_next(p->topic) : 0,
                            .time = now,
                            .size = p->size ? (uint32_t)scn_sampler_next(p->size) : 100};
    const struct scn_plan *plan = scn_run_plan(role->run);
    bool left_out = false;
    if (plan->without->len) {
        char *key = g_strdup_printf("%s publisher/%u #%" G_GUINT64_FORMAT, role->peer_name, role->turn + 1, p->number);
        left_out = scn_plan_without(plan, key);
        g_free(key);
    }
    if (!left_out)
        scn_peer_publish(role->peer, p->options->message ? p->options->message : "data", &body, true, false, 0);
    advance(role);
    schedule(role);
}

/* ---- subscriber: what an application on top of a mesh without order must do itself ---- */

struct received {
    uint64_t seq, topic;
};

static uint64_t digits(struct pc_text text)
{
    uint64_t v = 0;
    for (uint32_t i = 0; i < text.n && text.s[i] >= '0' && text.s[i] <= '9'; i++)
        v = v * 10 + (uint64_t)(text.s[i] - '0');
    return v;
}

static void visit(void *user, int depth, struct pc_text name, struct pc_text value)
{
    struct received *received = user;
    if (depth == 2 && name.n == 3 && memcmp(name.s, "seq", 3) == 0)
        received->seq = digits(value);
    else if (depth == 2 && name.n == 5 && memcmp(name.s, "topic", 5) == 0)
        received->topic = digits(value);
}

/* Late messages are suppressed by their sequence number. */
static bool is_fresh(uint64_t seq, uint64_t on_screen)
{
    return seq > on_screen;
}

/* Measures what the rule above is there to prevent. */
static void put_on_screen(struct role *role, gpointer topic, uint64_t seq, uint64_t on_screen)
{
    if (seq < on_screen)
        scn_peer_sample(role->peer, role->overwrites, seq);
    g_hash_table_insert(role->u.subscriber.newest, topic, GSIZE_TO_POINTER(seq));
}

static void show(struct role *role, const struct pc_action *action)
{
    struct subscriber *s = &role->u.subscriber;
    struct received received = {0, 0};
    if (!s->options->newest_per_topic || !action->u.deliver.message)
        return;
    if (!pc_body_read(scn_net_codec(role->peer->net), action->u.deliver.message, visit, &received, NULL) || !received.seq)
        return;
    gpointer topic = GSIZE_TO_POINTER(received.topic + 1);
    uint64_t on_screen = GPOINTER_TO_SIZE(g_hash_table_lookup(s->newest, topic));
    if (is_fresh(received.seq, on_screen))
        put_on_screen(role, topic, received.seq, on_screen);
}

/* ---- what a peer tells its role ---- */

static void started(void *user, struct scn_peer *peer)
{
    struct role *role = user;
    (void)peer;
    if (role->kind == SCN_ROLE_PUBLISHER)
        publisher_start(role);
}

static void delivered(void *user, struct scn_peer *peer, const struct pc_action *action)
{
    struct role *role = user;
    (void)peer;
    if (role->kind == SCN_ROLE_SUBSCRIBER)
        show(role, action);
}

static void called(void *user, struct scn_peer *peer, uint64_t argument)
{
    struct role *role = user;
    (void)peer;
    (void)argument;
    if (role->kind == SCN_ROLE_PUBLISHER)
        publish(role);
}

static const struct scn_role_ops ops = {.started = started, .delivered = delivered, .called = called};

const struct scn_role_ops *scn_role_ops(void)
{
    return &ops;
}

void scn_role_moment_known(void *user)
{
    struct role *role = user;
    if (role->kind == SCN_ROLE_PUBLISHER && role->u.publisher.next < 0 && scn_peer_running(role->peer))
        publisher_start(role);
}

void *scn_role_new(struct scn_run *run, const struct scn_plan_role *plan, struct scn_peer *peer, const char *peer_name,
                   unsigned turn)
{
    struct role *role = g_new0(struct role, 1);
    role->run = run;
    role->peer = peer;
    role->kind = plan->kind;
    role->turn = turn;
    role->peer_name = g_strdup(peer_name);
    if (plan->kind == SCN_ROLE_PUBLISHER) {
        struct publisher *p = &role->u.publisher;
        p->options = &plan->native.publisher;
        p->next = -1;
        p->gap = p->options->rate ? sampler(role, p->options->rate, "gap") : NULL;
        p->size = p->options->size ? sampler(role, p->options->size, "size") : NULL;
        p->topic = p->options->topic ? sampler(role, p->options->topic, "topic") : NULL;
    } else {
        struct subscriber *s = &role->u.subscriber;
        s->options = &plan->native.subscriber;
        s->newest = g_hash_table_new(g_direct_hash, g_direct_equal);
        role->overwrites = an_cast_sample(scn_run_cast(run), "stale overwrite");
    }
    return role;
}

void scn_role_free(void *user)
{
    struct role *role = user;
    if (!role)
        return;
    if (role->kind == SCN_ROLE_PUBLISHER) {
        scn_sampler_free(role->u.publisher.gap);
        scn_sampler_free(role->u.publisher.size);
        scn_sampler_free(role->u.publisher.topic);
    } else {
        g_hash_table_unref(role->u.subscriber.newest);
    }
    g_free(role->peer_name);
    g_free(role);
}
