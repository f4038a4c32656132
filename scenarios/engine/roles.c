/* Native roles: publisher, subscriber, intruder. scenario-api 4; decisions 2. */
#include "scenarios/engine/run.h"

#include <string.h>

struct publisher {
    const struct scn_publisher *options;
    struct scn_sampler *gap, *size, *topic;
    int64_t next, end; /* next < 0: the start is not known yet */
    uint64_t number, named_topic;
};

struct subscriber {
    const struct scn_subscriber *options;
    GHashTable *newest; /* topic + 1 -> highest sequence number shown; look-up only */
    GArray *topics;     /* uint64_t: those in newest, in order of appearance */
    uint64_t only[SCN_MOST_DRAWN]; /* numbers of the topics it follows */
    GArray *all_only;   /* uint64_t: likewise, if they are not drawn; NULL: all topics, or those of only */
    unsigned only_count;
};

enum { GIVE, ASK };         /* arguments of a subscriber's calls; ASK + n: the n-th time again */
enum { MOST_QUESTIONS = 3 }; /* its first neighbor may know nothing, either */
#define ASK_AGAIN (5 * SCN_SECOND)
enum { MOST_GIVEN = 1000 }; /* topics in one answer */

struct intruder {
    const struct scn_intruder *options;
    GArray *heard;    /* struct model: genuine messages, for each of which one call is under way */
    GHashTable *sent; /* ids of those that it has sent again, or is about to; look-up only */
};

struct model { /* what a forged message imitates, and a replayed one is */
    uint64_t seq, topic;
    uint32_t size;
    int64_t time;
    struct pc_guid id;
    char *text; /* of a replayed one: its data */
};

#define FORGED "forged"

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
        struct intruder intruder;
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
                            .topic = p->topic ? (uint64_t)scn_sampler_next(p->topic) : p->named_topic,
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
    uint64_t seq, topic, time;
    struct pc_text data; /* until the codec reads again */
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
    else if (depth == 2 && name.n == 1 && *name.s == 't')
        received->time = digits(value);
    else if (depth == 2 && name.n == 4 && memcmp(name.s, "data", 4) == 0)
        received->data = value;
}

static bool is_kind(const struct pc_message *message, const char *kind)
{
    size_t n = strlen(kind);
    return message->action.n > n && memcmp(message->action.s + message->action.n - n, kind, n) == 0 &&
           message->action.s[message->action.n - n - 1] == '/';
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
    if (!g_hash_table_contains(role->u.subscriber.newest, topic)) {
        uint64_t number = GPOINTER_TO_SIZE(topic) - 1;
        g_array_append_val(role->u.subscriber.topics, number);
    }
    g_hash_table_insert(role->u.subscriber.newest, topic, GSIZE_TO_POINTER(seq));
}

static void offer(struct role *role, uint64_t topic_number, uint64_t seq)
{
    gpointer topic = GSIZE_TO_POINTER(topic_number + 1);
    uint64_t on_screen = GPOINTER_TO_SIZE(g_hash_table_lookup(role->u.subscriber.newest, topic));
    if (is_fresh(seq, on_screen))
        put_on_screen(role, topic, seq, on_screen);
}

/* ---- the last value of each topic, asked of neighbors by whoever comes online ---- */

static const char *say(struct role *role, struct scn_peer *peer, const char *kind, const char *text)
{
    bool near = role->u.subscriber.options->ask == SCN_ASK_NEIGHBORS;
    struct scn_body body = {.time = scn_net_now(peer->net), .size = (uint32_t)strlen(text), .text = text};
    return scn_peer_publish(peer, kind, &body, false, near, 1);
}

/* "topic seq topic seq": what stands on the screen. */
static void give(struct role *role, struct scn_peer *peer)
{
    struct subscriber *s = &role->u.subscriber;
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < s->topics->len && i < MOST_GIVEN; i++) {
        uint64_t topic = g_array_index(s->topics, uint64_t, i);
        g_string_append_printf(text, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " ", topic,
                               (uint64_t)GPOINTER_TO_SIZE(g_hash_table_lookup(s->newest, GSIZE_TO_POINTER(topic + 1))));
    }
    if (text->len)
        say(role, peer, "give", text->str);
    g_string_free(text, TRUE);
}

static void ask(struct role *role, struct scn_peer *peer, uint64_t before)
{
    if (before && role->u.subscriber.topics->len)
        return;
    say(role, peer, "ask", "?");
    if (before + 1 < MOST_QUESTIONS)
        scn_peer_call_at(peer, role, scn_net_now(peer->net) + ASK_AGAIN, ASK + before + 1);
}

static void take(struct role *role, struct pc_text text)
{
    uint64_t numbers[2];
    while (text.n) {
        for (unsigned i = 0; i < 2; i++) {
            numbers[i] = digits(text);
            while (text.n && *text.s != ' ')
                text.s++, text.n--;
            if (text.n)
                text.s++, text.n--;
        }
        if (numbers[1])
            offer(role, numbers[0], numbers[1]);
    }
}

/* ---- what is shown ---- */

static bool follows(const struct subscriber *s, uint64_t topic)
{
    bool all = !s->only_count && !s->all_only;
    for (unsigned i = 0; i < s->only_count && !all; i++)
        all = s->only[i] == topic;
    for (guint i = 0; s->all_only && i < s->all_only->len && !all; i++)
        all = g_array_index(s->all_only, uint64_t, i) == topic;
    return all;
}

/* Messages of topics that it does not follow. What has no topic is for everybody. */
static enum pc_propagation filter(void *user, struct scn_peer *peer, const struct pc_message *message, unsigned channel)
{
    struct role *role = user;
    struct received received = {0};
    (void)channel;
    if (role->kind != SCN_ROLE_SUBSCRIBER || !message || role->u.subscriber.options->other == SCN_OTHER_SHOW ||
        !pc_body_read(scn_net_codec(peer->net), message, visit, &received, NULL) || !received.topic ||
        follows(&role->u.subscriber, received.topic))
        return PC_PROPAGATE_BOTH;
    return role->u.subscriber.options->other == SCN_OTHER_RELAY ? PC_PROPAGATE_REMOTE : PC_PROPAGATE_NONE;
}

static void show(struct role *role, struct scn_peer *peer, const struct pc_action *action)
{
    struct subscriber *s = &role->u.subscriber;
    const struct pc_message *message = action->u.deliver.message;
    struct received received = {0};
    if (!s->options->newest_per_topic || !message)
        return;
    if (s->options->ask != SCN_ASK_NOBODY && is_kind(message, "ask")) {
        scn_peer_call_at(peer, role, scn_net_now(peer->net), GIVE);
        return;
    }
    if (!pc_body_read(scn_net_codec(peer->net), message, visit, &received, NULL))
        return;
    if (s->options->ask != SCN_ASK_NOBODY && is_kind(message, "give"))
        take(role, received.data);
    else if (received.seq)
        offer(role, received.topic, received.seq);
}

/* ---- intruder: a member of the mesh that says what another one would say next ---- */

/* Without message security nothing tells a forged message from a genuine one: same kind, same topic, the next number. A forged one
 * is not forged again, so that two intruders do not answer each other for ever. */
static void listen_in(struct role *role, struct scn_peer *peer, const struct pc_message *message)
{
    const struct intruder *intruder = &role->u.intruder;
    struct received received = {0};
    if (!message || !is_kind(message, intruder->options->target) ||
        !pc_body_read(scn_net_codec(peer->net), message, visit, &received, NULL) || !received.seq)
        return;
    if (received.data.n >= strlen(FORGED) && memcmp(received.data.s, FORGED, strlen(FORGED)) == 0)
        return;
    struct model model = {.seq = received.seq, .topic = received.topic, .size = received.data.n, .time = (int64_t)received.time, .id = message->u.flood.id};
    bool replays = intruder->options->after >= 0;
    if (replays && !g_hash_table_add(intruder->sent, g_bytes_new(&model.id, sizeof model.id)))
        return; /* its own replay, or another intruder's */
    if (replays)
        model.text = g_strndup(received.data.s, received.data.n);
    g_array_append_val(intruder->heard, model);
    scn_peer_call_at(peer, role, scn_net_now(peer->net) + MAX(intruder->options->after, 0), 0);
}

static void forget_heard(struct intruder *intruder)
{
    for (guint i = 0; i < intruder->heard->len; i++)
        g_free(g_array_index(intruder->heard, struct model, i).text);
    g_array_set_size(intruder->heard, 0);
}

/* The same octets under the same id. Who remembers the id drops it as a duplicate; who has forgotten it takes it for new. */
static void replay(struct role *role)
{
    const struct intruder *intruder = &role->u.intruder;
    struct model model = g_array_index(intruder->heard, struct model, 0);
    g_array_remove_index(intruder->heard, 0);
    struct scn_body body = {.seq = model.seq, .topic = model.topic, .time = model.time, .size = model.size, .text = model.text};
    scn_peer_repeat(role->peer, intruder->options->target, &body, &model.id);
    g_free(model.text);
}

static void forge(struct role *role)
{
    const struct intruder *intruder = &role->u.intruder;
    struct model model = g_array_index(intruder->heard, struct model, 0);
    g_array_remove_index(intruder->heard, 0);
    struct scn_body body = {.seq = model.seq + 1,
                            .topic = model.topic,
                            .time = scn_net_now(role->peer->net),
                            .size = MAX(model.size, (uint32_t)strlen(FORGED)),
                            .text = FORGED};
    scn_peer_publish(role->peer, intruder->options->target, &body, true, false, 0);
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
    if (role->kind == SCN_ROLE_SUBSCRIBER)
        show(role, peer, action);
    if (role->kind == SCN_ROLE_INTRUDER)
        listen_in(role, peer, action->u.deliver.message);
}

static void online(void *user, struct scn_peer *peer, bool is)
{
    struct role *role = user;
    if (is && role->kind == SCN_ROLE_SUBSCRIBER && role->u.subscriber.options->ask != SCN_ASK_NOBODY)
        scn_peer_call_at(peer, role, scn_net_now(peer->net), ASK);
}

/* A program that ended has forgotten what was on its screen. */
static void stopped(void *user, struct scn_peer *peer)
{
    struct role *role = user;
    if (role->kind == SCN_ROLE_INTRUDER)
        forget_heard(&role->u.intruder); /* its calls are dropped */
    if (role->kind != SCN_ROLE_SUBSCRIBER || peer != role->peer)
        return;
    g_hash_table_remove_all(role->u.subscriber.newest);
    g_array_set_size(role->u.subscriber.topics, 0);
}

static void called(void *user, struct scn_peer *peer, uint64_t argument)
{
    struct role *role = user;
    if (role->kind == SCN_ROLE_PUBLISHER)
        publish(role);
    else if (role->kind == SCN_ROLE_INTRUDER)
        (role->u.intruder.options->after >= 0 ? replay : forge)(role);
    else if (argument == GIVE)
        give(role, peer);
    else
        ask(role, peer, argument - ASK);
}

static const struct scn_role_ops ops = {.started = started, .stopped = stopped, .delivered = delivered, .online = online,
                                        .called = called, .filter = filter};

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

static void choose_topics(struct role *role)
{
    struct subscriber *s = &role->u.subscriber;
    const struct scn_draw *draw = &s->options->only_draw;
    char *const *names = s->options->only;
    uint32_t places[SCN_MOST_DRAWN];
    if (!names)
        return;
    if (draw->given) {
        const struct scn_plan *plan = scn_run_plan(role->run);
        uint32_t turn = role->peer->number - scn_plan_group_of(plan, role->peer->number)->first;
        scn_draw_places(draw, plan->seed, role->peer->key, turn, g_strv_length((char **)(uintptr_t)names), places);
        s->only_count = draw->n;
        for (uint32_t i = 0; i < draw->n; i++)
            s->only[i] = scn_topic_number(names[places[i]]);
        return;
    }
    s->all_only = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    for (; *names; names++) {
        uint64_t number = scn_topic_number(*names);
        g_array_append_val(s->all_only, number);
    }
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
        p->named_topic = p->options->topic_name ? scn_topic_number(p->options->topic_name) : 0;
        p->topic = p->options->topic ? sampler(role, p->options->topic, "topic") : NULL;
    } else if (plan->kind == SCN_ROLE_INTRUDER) {
        role->u.intruder = (struct intruder){&plan->native.intruder, g_array_new(FALSE, FALSE, sizeof(struct model)),
                                              g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)(void (*)(void))g_bytes_unref, NULL)};
    } else {
        struct subscriber *s = &role->u.subscriber;
        s->options = &plan->native.subscriber;
        s->newest = g_hash_table_new(g_direct_hash, g_direct_equal);
        s->topics = g_array_new(FALSE, FALSE, sizeof(uint64_t));
        choose_topics(role);
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
    } else if (role->kind == SCN_ROLE_INTRUDER) {
        forget_heard(&role->u.intruder);
        g_array_unref(role->u.intruder.heard);
        g_hash_table_unref(role->u.intruder.sent);
    } else {
        g_hash_table_unref(role->u.subscriber.newest);
        g_array_unref(role->u.subscriber.topics);
        if (role->u.subscriber.all_only)
            g_array_unref(role->u.subscriber.all_only);
    }
    g_free(role->peer_name);
    g_free(role);
}
