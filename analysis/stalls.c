#include "analysis/stalls.h"

/* One player: its inputs in order, its goodbye, and when it got each message of interest. */
struct player {
    uint32_t peer;
    GArray *inputs;   /* uint32_t: number of the input among all messages of interest */
    uint32_t goodbye; /* likewise; AN_NONE: it has said none */
    GArray *arrivals; /* int64_t by number of a message of interest; 0: not there */
};

struct an_stalls {
    uint32_t input, last;
    GPtrArray *players; /* of struct player */
    GArray *published;  /* int64_t by number of a message of interest */
    GArray *number_of;  /* uint32_t by message: number + 1 of those of interest; 0 = none */
    GArray *player_of;  /* uint32_t by peer: place + 1 among players; 0 = none */
};

static void free_player(gpointer data)
{
    struct player *p = data;
    g_array_unref(p->inputs);
    g_array_unref(p->arrivals);
    g_free(p);
}

struct an_stalls *an_stalls_new(uint32_t input, uint32_t last)
{
    struct an_stalls *s = g_new0(struct an_stalls, 1);
    s->input = input;
    s->last = last;
    s->players = g_ptr_array_new_with_free_func(free_player);
    s->published = g_array_new(FALSE, TRUE, sizeof(int64_t));
    s->number_of = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    s->player_of = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    return s;
}

void an_stalls_free(struct an_stalls *s)
{
    if (!s)
        return;
    g_ptr_array_unref(s->players);
    g_array_unref(s->published);
    g_array_unref(s->number_of);
    g_array_unref(s->player_of);
    g_free(s);
}

bool an_stalls_is(const struct an_stalls *s, uint32_t input, uint32_t last)
{
    return s->input == input && s->last == last;
}

static uint32_t *entry(GArray *numbers, uint32_t at)
{
    if (at >= numbers->len)
        g_array_set_size(numbers, at + 1);
    return &g_array_index(numbers, uint32_t, at);
}

static struct player *player_at(const struct an_stalls *s, uint32_t place)
{
    return g_ptr_array_index(s->players, place);
}

/* The player that this peer is; made if it gives its first input. */
static struct player *player_of(struct an_stalls *s, uint32_t peer, bool make)
{
    uint32_t *place = entry(s->player_of, peer);
    if (*place == 0 && make) {
        struct player *p = g_new(struct player, 1);
        *p = (struct player){peer, g_array_new(FALSE, FALSE, sizeof(uint32_t)), AN_NONE, g_array_new(FALSE, TRUE, sizeof(int64_t))};
        g_ptr_array_add(s->players, p);
        *place = s->players->len;
    }
    return *place ? player_at(s, *place - 1) : NULL;
}

static void arrived(struct player *p, uint32_t number, int64_t time)
{
    if (number >= p->arrivals->len)
        g_array_set_size(p->arrivals, number + 1);
    int64_t *arrival = &g_array_index(p->arrivals, int64_t, number);
    if (*arrival == 0)
        *arrival = time;
}

static void published(struct an_stalls *s, const struct an_event *event)
{
    bool is_last = s->last != AN_NONE && event->other == s->last;
    if (event->other != s->input && !is_last)
        return;
    struct player *p = player_of(s, event->peer, !is_last);
    if (!p)
        return; /* it says goodbye and has never played */
    uint32_t number = s->published->len;
    g_array_append_val(s->published, event->time);
    *entry(s->number_of, event->message) = number + 1;
    if (is_last)
        p->goodbye = number;
    else if (p->goodbye == AN_NONE)
        g_array_append_val(p->inputs, number);
    arrived(p, number, event->time); /* a sender hears itself at once */
}

void an_stalls_event(struct an_stalls *s, const struct an_event *event)
{
    if (event->kind == AN_PUBLISHED) {
        published(s, event);
    } else if (event->kind == AN_DELIVERED && event->message < s->number_of->len) {
        uint32_t number = g_array_index(s->number_of, uint32_t, event->message);
        if (number == 0)
            return;
        /* Who has not spoken yet may play all the same: its first input may be slower than those of others. */
        arrived(player_of(s, event->peer, true), number - 1, event->time);
    }
}

/* When the player had what it needs of the other for the j-th input; -1: by the end of the run it had not. */
static int64_t had(const struct player *p, const struct player *other, uint32_t j)
{
    uint32_t number = j < other->inputs->len ? g_array_index(other->inputs, uint32_t, j) : other->goodbye;
    if (number == AN_NONE || number >= p->arrivals->len)
        return -1;
    int64_t time = g_array_index(p->arrivals, int64_t, number);
    return time > 0 ? time : -1;
}

static bool all_had(const struct an_stalls *s, const struct player *p, uint32_t j, int64_t due, int64_t *time)
{
    *time = due;
    for (uint32_t i = 0; i < s->players->len; i++) {
        const struct player *other = player_at(s, i);
        if (other->inputs->len == 0)
            continue; /* listens only */
        int64_t arrival = had(p, other, j);
        if (arrival < 0)
            return false;
        *time = MAX(*time, arrival);
    }
    return true;
}

static void counted(const struct an_stalls *s, const struct player *p, uint32_t j, int64_t time, const struct an_stalls_ops *ops)
{
    for (uint32_t i = 0; ops->counted && i < s->players->len; i++) {
        const struct player *other = player_at(s, i);
        if (j < other->inputs->len) {
            uint32_t number = g_array_index(other->inputs, uint32_t, j);
            ops->counted(ops->user, p->peer, other->peer, g_array_index(s->published, int64_t, number), time);
        }
    }
}

static void solve_player(const struct an_stalls *s, const struct player *p, int64_t turn, uint32_t ahead, int64_t end,
                         const struct an_stalls_ops *ops)
{
    uint32_t first = g_array_index(p->inputs, uint32_t, 0);
    int64_t due = g_array_index(s->published, int64_t, first) + (int64_t)(ahead - 1) * turn, time;
    /* Who has said goodbye plays to the end of the turn in which it gave its last input, number inputs->len. */
    uint32_t turns = p->goodbye == AN_NONE ? UINT32_MAX : p->inputs->len > ahead ? p->inputs->len - ahead : 0;
    for (uint32_t j = 0; j < turns && all_had(s, p, j, due, &time) && time <= end; j++) {
        ops->begun(ops->user, p->peer, due, time);
        counted(s, p, j, time, ops);
        due = time + turn;
    }
}

void an_stalls_solve(const struct an_stalls *s, int64_t turn, uint32_t ahead, int64_t end, const struct an_stalls_ops *ops)
{
    g_assert(ahead >= 1);
    for (uint32_t i = 0; i < s->players->len; i++)
        if (player_at(s, i)->inputs->len > 0)
            solve_player(s, player_at(s, i), turn, ahead, end, ops);
}
