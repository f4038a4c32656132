#include "analysis/reach.h"

#include "analysis/bits.h"

#include <string.h>

struct born {
    uint32_t label, peer;
    int64_t time;
    uint64_t *held; /* bit by peer: said to hold it */
    uint32_t words;
};

struct an_reach {
    GArray *events; /* of struct an_event: starts, stops, links */
    GArray *items;  /* of struct born */
    GArray *by_label; /* uint32_t: item + 1; 0 = none */
};

struct an_reach *an_reach_new(void)
{
    struct an_reach *r = g_new0(struct an_reach, 1);
    r->events = g_array_new(FALSE, FALSE, sizeof(struct an_event));
    r->items = g_array_new(FALSE, TRUE, sizeof(struct born));
    r->by_label = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    return r;
}

static struct born *born_at(const struct an_reach *r, uint32_t item)
{
    return &g_array_index(r->items, struct born, item);
}

void an_reach_free(struct an_reach *r)
{
    if (!r)
        return;
    for (uint32_t i = 0; i < r->items->len; i++)
        g_free(born_at(r, i)->held);
    g_array_unref(r->events);
    g_array_unref(r->items);
    g_array_unref(r->by_label);
    g_free(r);
}

static void item_event(struct an_reach *r, const struct an_event *event)
{
    if (event->link >= r->by_label->len)
        g_array_set_size(r->by_label, event->link + 1);
    uint32_t *number = &g_array_index(r->by_label, uint32_t, event->link);
    if (*number == 0) {
        struct born born = {event->link, event->peer, event->time, NULL, 0};
        g_array_append_val(r->items, born);
        *number = r->items->len;
    }
    struct born *item = born_at(r, *number - 1);
    uint32_t words = an_bits_words(event->peer + 1);
    if (words > item->words) {
        item->held = g_renew(uint64_t, item->held, words);
        memset(item->held + item->words, 0, (words - item->words) * sizeof *item->held);
        item->words = words;
    }
    an_bit_set(item->held, event->peer);
}

void an_reach_event(struct an_reach *r, const struct an_event *event)
{
    switch (event->kind) {
    case AN_HAVE:
        item_event(r, event);
        break;
    case AN_STARTED:
    case AN_STOPPED:
    case AN_LINK_UP:
    case AN_LINK_DOWN:
        g_array_append_val(r->events, *event);
        break;
    default:
        break;
    }
}

uint32_t an_reach_items(const struct an_reach *r)
{
    return r->items->len;
}

uint32_t an_reach_label(const struct an_reach *r, uint32_t item)
{
    return born_at(r, item)->label;
}

bool an_reach_held(const struct an_reach *r, uint32_t item, uint32_t peer)
{
    const struct born *b = born_at(r, item);
    return peer / 64 < b->words && an_bit(b->held, peer);
}

/* --- contacts over time --------------------------------------------------------------------------------- */

struct contact {
    uint32_t link, a, b; /* a: whose end came up first */
    bool up_a, up_b, broken; /* broken: an end is gone, or its peer stopped */
};

struct walk {
    const struct an_reach *reach;
    int64_t gap;
    uint32_t n;
    GArray *contacts; /* of struct contact: those with an end that is up */
    uint32_t *labels, *before; /* component of each peer: its smallest peer */
    int64_t *since;   /* n × n: since when the two are in one component without a break */
    int64_t *hold;    /* items × n */
    GArray *active;   /* uint32_t: items that not everybody holds */
};

static bool joins(const struct walk *w, const struct contact *c)
{
    return w->gap > 0 ? c->up_a && c->up_b && !c->broken : c->up_a || c->up_b;
}

static struct contact *contact_of(struct walk *w, const struct an_event *event)
{
    for (uint32_t i = w->contacts->len; i-- > 0;) {
        struct contact *c = &g_array_index(w->contacts, struct contact, i);
        if (c->link == event->link)
            return c;
    }
    if (event->kind != AN_LINK_UP)
        return NULL;
    struct contact c = {event->link, event->peer, event->other, false, false, false};
    g_array_append_val(w->contacts, c);
    return &g_array_index(w->contacts, struct contact, w->contacts->len - 1);
}

static void change(struct walk *w, const struct an_event *event)
{
    if (event->kind == AN_LINK_UP || event->kind == AN_LINK_DOWN) {
        struct contact *c = contact_of(w, event);
        if (!c)
            return;
        bool up = event->kind == AN_LINK_UP;
        *(event->peer == c->a ? &c->up_a : &c->up_b) = up;
        c->broken |= !up;
    } else if (event->kind == AN_STOPPED) { /* all its ends are gone with it */
        for (uint32_t i = 0; i < w->contacts->len; i++) {
            struct contact *c = &g_array_index(w->contacts, struct contact, i);
            c->broken |= c->a == event->peer || c->b == event->peer;
            c->up_a &= c->a != event->peer;
            c->up_b &= c->b != event->peer;
        }
    }
    for (uint32_t i = w->contacts->len; i-- > 0;) {
        const struct contact *c = &g_array_index(w->contacts, struct contact, i);
        if (!c->up_a && !c->up_b)
            g_array_remove_index_fast(w->contacts, i);
    }
}

static uint32_t root(uint32_t *labels, uint32_t peer)
{
    while (labels[peer] != peer)
        peer = labels[peer] = labels[labels[peer]];
    return peer;
}

/* Components anew; who has come together has done so now. */
static void components(struct walk *w, int64_t time)
{
    uint32_t *swap = w->before;
    w->before = w->labels;
    w->labels = swap;
    for (uint32_t i = 0; i < w->n; i++)
        w->labels[i] = i;
    for (uint32_t i = 0; i < w->contacts->len; i++) {
        const struct contact *c = &g_array_index(w->contacts, struct contact, i);
        if (!joins(w, c))
            continue;
        uint32_t a = root(w->labels, c->a), b = root(w->labels, c->b);
        w->labels[MAX(a, b)] = MIN(a, b);
    }
    for (uint32_t i = 0; i < w->n; i++)
        w->labels[i] = root(w->labels, i);
    if (memcmp(w->labels, w->before, w->n * sizeof *w->labels) == 0)
        return;
    for (uint32_t a = 0; a < w->n; a++)
        for (uint32_t b = 0; b < w->n; b++)
            if (w->labels[a] == w->labels[b] && w->before[a] != w->before[b])
                w->since[a * w->n + b] = time;
}

/* --- items over contacts -------------------------------------------------------------------------------- */

/* The item passes on within components until `to`; each round hands it one peer further, in order of time or not: what comes
 * earlier on a longer way wins in a later round. True: everybody holds it now. */
static bool pass(struct walk *w, int64_t *hold, int64_t to)
{
    bool again = true, all = true;
    while (again) {
        again = false;
        for (uint32_t a = 0; a < w->n; a++) {
            if (hold[a] > to - w->gap)
                continue;
            for (uint32_t b = 0; b < w->n; b++) {
                if (w->labels[a] != w->labels[b] || hold[b] <= hold[a])
                    continue;
                int64_t got = MAX(hold[a], w->since[a * w->n + b]) + w->gap;
                if (got <= to && got < hold[b]) {
                    hold[b] = got;
                    again = true;
                }
            }
        }
    }
    for (uint32_t b = 0; b < w->n; b++)
        all &= hold[b] <= to;
    return all;
}

static void pass_all(struct walk *w, int64_t to)
{
    for (uint32_t i = w->active->len; i-- > 0;) {
        uint32_t item = g_array_index(w->active, uint32_t, i);
        if (born_at(w->reach, item)->time <= to && pass(w, w->hold + (size_t)item * w->n, to))
            g_array_remove_index_fast(w->active, i);
    }
}

static void walk_init(struct walk *w, uint32_t items)
{
    w->contacts = g_array_new(FALSE, FALSE, sizeof(struct contact));
    w->active = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    w->labels = g_new(uint32_t, w->n);
    w->before = g_new(uint32_t, w->n);
    w->since = g_new0(int64_t, (size_t)w->n * w->n);
    w->hold = g_new(int64_t, (size_t)items * w->n + 1);
    for (uint32_t i = 0; i < w->n; i++)
        w->labels[i] = i;
    for (size_t i = 0; i < (size_t)items * w->n; i++)
        w->hold[i] = AN_REACH_NOT;
    for (uint32_t i = 0; i < items; i++) {
        const struct born *b = born_at(w->reach, i);
        w->hold[(size_t)i * w->n + b->peer] = b->time;
        g_array_append_val(w->active, i);
    }
}

int64_t *an_reach_solve(const struct an_reach *r, int64_t gap, int64_t end, uint32_t peers)
{
    struct walk w = {.reach = r, .gap = gap, .n = peers};
    if (peers == 0 || peers > AN_REACH_MOST_PEERS || (uint64_t)r->items->len * peers > AN_REACH_MOST_CELLS)
        return NULL;
    walk_init(&w, r->items->len);
    for (uint32_t i = 0; i < r->events->len; i++) {
        const struct an_event *event = &g_array_index(r->events, struct an_event, i);
        if (event->time > end)
            break;
        if (event->kind != AN_STARTED) {
            pass_all(&w, event->time); /* what the contacts up to now allowed */
            change(&w, event);
            if (gap == 0 || i + 1 == r->events->len || g_array_index(r->events, struct an_event, i + 1).time > event->time)
                components(&w, event->time); /* a break of no length is none */
        }
    }
    pass_all(&w, end);
    g_array_unref(w.contacts);
    g_array_unref(w.active);
    g_free(w.labels);
    g_free(w.before);
    g_free(w.since);
    return w.hold;
}
