#include "scenarios/conform/verdict.h"

#include <string.h>

static const char *const names[CF_OUTCOMES] = {"same", "content", "differs", "missing", "extra",
                                               "swapped", "order", "late", "ending", "not-dialled", "dialled"};

const char *cf_outcome_name(enum cf_outcome outcome)
{
    return names[outcome];
}

struct judging {
    const struct cf_capture *capture;
    const struct cf_captured_node *node;
    const struct cf_known *known;
    struct cf_verdict *verdict;
    int64_t end; /* the node wrote nothing later, ours is not compared */
};

static void clear_finding(gpointer data)
{
    struct cf_finding *finding = data;
    g_free(finding->message);
    g_free(finding->detail);
}

static int64_t from_start(const struct judging *j, int64_t time)
{
    return time < 0 ? -1 : time - j->capture->start;
}

static void find(struct judging *j, enum cf_outcome outcome, uint32_t connection, const char *message, int64_t ours,
                 int64_t theirs, char *detail)
{
    struct cf_finding finding = {.outcome = outcome,
                                 .connection = connection,
                                 .message = g_strdup(message),
                                 .ours = from_start(j, ours),
                                 .theirs = from_start(j, theirs),
                                 .detail = detail};
    finding.reason = cf_known_explains(j->known, names[outcome], message, detail);
    j->verdict->counts[outcome]++;
    j->verdict->unexplained += !finding.reason;
    g_array_append_val(j->verdict->findings, finding);
}

/* ---- the contents of two records with the same name ---- */

/* The first line in which two infosets differ: "ours <a/>, theirs <b/>". */
static char *first_difference(const char *ours, const char *theirs)
{
    char **a = g_strsplit(ours, "\n", -1), **b = g_strsplit(theirs, "\n", -1);
    unsigned i = 0;
    while (a[i] && b[i] && strcmp(a[i], b[i]) == 0)
        i++;
    char *detail = a[i] || b[i] ? g_strdup_printf("ours %s, theirs %s", a[i] ? g_strstrip(a[i]) : "nothing", b[i] ? g_strstrip(b[i]) : "nothing")
                                : NULL;
    g_strfreev(a);
    g_strfreev(b);
    return detail;
}

#define URI_AT (sizeof "<a:Address>" - 1)

/* An infoset without its referrals; these, in order, in *uris. */
static char *without_referrals(const char *infoset, GString *uris)
{
    GString *rest = g_string_new(NULL);
    char **lines = g_strsplit(infoset, "\n", -1);
    bool inside = false;
    for (unsigned i = 0; lines[i]; i++) {
        const char *line = g_strstrip(lines[i]);
        inside |= g_str_has_prefix(line, "<Referral>");
        if (inside && g_str_has_prefix(line, "<a:Address>"))
            g_string_append_printf(uris, "%s%.*s", uris->len ? " " : "", (int)strcspn(line + URI_AT, "<"), line + URI_AT);
        if (!inside && !strstr(line, "Referrals"))
            g_string_append_printf(rest, "%s\n", line);
        inside &= !g_str_has_prefix(line, "</Referral>");
    }
    g_strfreev(lines);
    return g_string_free(rest, FALSE);
}

/* Did something happen on a connection of the node with the one at `uri` about then: a message of the handshake, an end? */
static bool in_motion(const struct judging *j, const char *uri, int64_t time)
{
    for (guint i = 0; i < j->capture->connections->len; i++) {
        const struct cf_connection *c = j->capture->connections->pdata[i];
        int end = c->peers[1] == j->node->number;
        const struct cf_captured_node *other = end || c->peers[0] == j->node->number ? cf_captured_node_at(j->capture, c->peers[!end]) : NULL;
        if (!other || !other->uri || strcmp(other->uri, uri) != 0)
            continue;
        for (guint k = 0; k < c->items->len; k++) {
            const struct cf_item *item = &g_array_index(c->items, struct cf_item, k);
            if (item->kind != CF_OCTETS && ABS(item->time - time) <= CF_MOTION)
                return true;
        }
    }
    return false;
}

/* The URIs of a list without those of links that came up or went down about then. */
static char *without_motion(const struct judging *j, const char *uris, int64_t time)
{
    GString *rest = g_string_new(NULL);
    char **list = g_strsplit(uris, " ", -1);
    for (unsigned i = 0; list[i]; i++)
        if (!in_motion(j, list[i], time))
            g_string_append_printf(rest, "%s ", list[i]);
    g_strfreev(list);
    return g_string_free(rest, FALSE);
}

/* Do two lists differ in nothing but links that came up or went down about then? */
static bool differ_by_motion(const struct judging *j, const char *ours, const char *theirs, int64_t time)
{
    char *a = without_motion(j, ours, time), *b = without_motion(j, theirs, time);
    bool same = strcmp(a, b) == 0;
    g_free(a);
    g_free(b);
    return same;
}

/* "referrals ours 50001 50003, theirs 50001" if they are all that differs, else NULL. */
static char *other_referrals(const struct judging *j, const char *ours, const char *theirs, int64_t time)
{
    GString *a = g_string_new(NULL), *b = g_string_new(NULL);
    char *x = without_referrals(ours, a), *y = without_referrals(theirs, b);
    char *detail = NULL;
    if (strcmp(x, y) == 0 && strcmp(a->str, b->str) != 0)
        detail = g_strdup_printf("referrals%s ours %s, theirs %s", differ_by_motion(j, a->str, b->str, time) ? " in motion," : "", a->str, b->str);
    g_free(x);
    g_free(y);
    g_string_free(a, TRUE);
    g_string_free(b, TRUE);
    return detail;
}

static int64_t number_in(const char *infoset, const char *element)
{
    const char *at = strstr(infoset, element);
    return at ? g_ascii_strtoll(at + strlen(element), NULL, 10) : 0;
}

/* "by one, …" if the counts of two LinkUtility differ by no more, else NULL. */
static char *counted_by_one(const char *ours, const char *theirs)
{
    int64_t total = number_in(theirs, "<Total>") - number_in(ours, "<Total>"), useful = number_in(theirs, "<Useful>") - number_in(ours, "<Useful>");
    return ABS(total) <= 1 && ABS(useful) <= 1
               ? g_strdup_printf("by one, theirs has %+d total, %+d useful", (int)total, (int)useful) : NULL;
}

/* What differs between two infosets in fewer words than their first line, or NULL. */
static char *known_kind(const struct judging *j, const struct cf_record *theirs, const char *a, const char *b)
{
    return theirs->kind == PC_KIND_LINK_UTILITY ? counted_by_one(a, b) : other_referrals(j, a, b, theirs->time);
}

static bool same_octets(const struct cf_flow *a, const struct cf_record *x, const struct cf_flow *b, const struct cf_record *y)
{
    return x->size == y->size && memcmp(a->octets->data + x->offset, b->octets->data + y->offset, x->size) == 0;
}

static char *strings_that_came(const struct cf_record *record, struct pc_codec *codec)
{
    GString *text = g_string_new(NULL);
    for (uint32_t i = record->new_strings; record->table && i < record->table->count; i++) {
        struct pc_text string = pc_str_text(pc_codec_strings(codec), record->table->strings[i]);
        g_string_append_printf(text, "%s%.*s", text->len ? "|" : "", (int)string.n, string.s);
    }
    return g_string_free(text, FALSE);
}

struct both { /* what is compared, and where it lies */
    const struct cf_flow *ours_in, *theirs_in;
    const struct cf_record *ours, *theirs;
    uint32_t connection;
};

static void compare_contents(struct judging *j, const struct both *both)
{
    const struct cf_record *ours = both->ours, *theirs = both->theirs;
    if (same_octets(both->ours_in, ours, both->theirs_in, theirs)) {
        j->verdict->counts[CF_SAME]++;
        return;
    }
    struct pc_codec *codec = j->capture->codec;
    char *a = cf_flow_infoset(both->ours_in, ours, codec), *b = cf_flow_infoset(both->theirs_in, theirs, codec);
    char *detail = a && b ? first_difference(a, b) : g_strdup("one of them cannot be read");
    char *shorter = detail && a && b ? known_kind(j, theirs, a, b) : NULL;
    if (shorter) {
        g_free(detail);
        detail = shorter;
    }
    if (detail) {
        find(j, CF_DIFFERS, both->connection, ours->name, ours->time, theirs->time, detail);
    } else {
        char *x = strings_that_came(ours, codec), *y = strings_that_came(theirs, codec);
        find(j, CF_CONTENT, both->connection, ours->name, ours->time, theirs->time,
             strcmp(x, y) == 0 ? g_strdup_printf("%u octets, theirs %u", ours->size, theirs->size)
                               : g_strdup_printf("strings ours %s, theirs %s", x, y));
        g_free(x);
        g_free(y);
    }
    g_free(a);
    g_free(b);
}

static void compare_times(struct judging *j, const struct both *both)
{
    const struct cf_record *ours = both->ours, *theirs = both->theirs;
    int64_t distance = theirs->time - ours->time;
    if (!ours->timer) {
        g_array_append_val(j->verdict->think, distance);
        return;
    }
    j->verdict->timers++;
    j->verdict->timer_worst = MAX(j->verdict->timer_worst, ABS(distance));
    if (ABS(distance) > CF_TIMER_TOLERANCE)
        find(j, CF_LATE, both->connection, ours->name, ours->time, theirs->time,
             g_strdup_printf("%" G_GINT64_FORMAT " ms apart%s", distance / 1000000,
                             ours->time - j->node->start < CF_BEGINNING ? ", the node has just begun" : ""));
}

/* ---- which is which ---- */

/* The number of the n-th record with the name of `of` in `in` where `of` is the n-th with it in its own list; -1: none. */
static void pair(const GPtrArray *from, const GPtrArray *in, GArray *partner)
{
    GHashTable *queues = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_queue_free);
    for (guint i = 0; i < in->len; i++) {
        const struct cf_record *record = in->pdata[i];
        GQueue *queue = g_hash_table_lookup(queues, record->name);
        if (!queue)
            g_hash_table_insert(queues, record->name, queue = g_queue_new());
        g_queue_push_tail(queue, GUINT_TO_POINTER(i));
    }
    for (guint i = 0; i < from->len; i++) {
        GQueue *queue = g_hash_table_lookup(queues, ((const struct cf_record *)from->pdata[i])->name);
        int at = queue && queue->length ? (int)GPOINTER_TO_UINT(g_queue_pop_head(queue)) : -1;
        g_array_append_val(partner, at);
    }
    g_hash_table_unref(queues);
}

/* Marks the longest run of partners that rises: what is not in it stands at another place. */
static void longest_rise(const GArray *partner, GArray *in_rise)
{
    guint n = partner->len;
    GArray *ends = g_array_new(FALSE, FALSE, sizeof(guint)); /* of the best run of each length: index of its last */
    GArray *before = g_array_sized_new(FALSE, TRUE, sizeof(int), n);
    g_array_set_size(before, n);
    g_array_set_size(in_rise, n);
    memset(in_rise->data, 0, n * sizeof(bool));
    for (guint i = 0; i < n; i++) {
        int value = g_array_index(partner, int, i);
        if (value < 0)
            continue;
        guint low = 0, high = ends->len;
        while (low < high) {
            guint middle = (low + high) / 2;
            if (g_array_index(partner, int, g_array_index(ends, guint, middle)) < value)
                low = middle + 1;
            else
                high = middle;
        }
        g_array_index(before, int, i) = low ? (int)g_array_index(ends, guint, low - 1) : -1;
        if (low == ends->len)
            g_array_append_val(ends, i);
        else
            g_array_index(ends, guint, low) = i;
    }
    for (int i = ends->len ? (int)g_array_index(ends, guint, ends->len - 1) : -1; i >= 0; i = g_array_index(before, int, i))
        g_array_index(in_rise, bool, i) = true;
    g_array_unref(ends);
    g_array_unref(before);
}

/* A flood that the other end sent here about then: the node had not looked at that copy, or our core had. */
static char *crossed(const struct cf_flow *other, const struct cf_record *record)
{
    for (guint i = 0; record->kind == PC_KIND_FLOOD && i < other->records->len; i++) {
        const struct cf_record *copy = other->records->pdata[i];
        if (strcmp(copy->name, record->name) == 0 && ABS(copy->time - record->time) <= CF_AT_ONCE)
            return g_strdup_printf("crossed a copy %.3f ms before it", (double)(record->time - copy->time) / 1e6);
    }
    return NULL;
}

static char *why_missing(const struct cf_end *end, const struct cf_record *record)
{
    const struct cf_flow *other = &end->theirs->flows[!end->initiator];
    char *why = crossed(other, record);
    if (why)
        return why;
    bool late = other->closed >= 0 && other->closed <= record->time;
    return late ? g_strdup_printf("%.3f ms after the other end's FIN or RST", (double)(record->time - other->closed) / 1e6) : NULL;
}

static void compare_missing(struct judging *j, const struct cf_end *end, const GPtrArray *theirs, const GArray *partner)
{
    GArray *used = g_array_new(FALSE, TRUE, sizeof(bool));
    g_array_set_size(used, theirs->len);
    for (guint i = 0; i < partner->len; i++)
        if (g_array_index(partner, int, i) >= 0)
            g_array_index(used, bool, g_array_index(partner, int, i)) = true;
    for (guint i = 0; i < theirs->len; i++) {
        const struct cf_record *record = theirs->pdata[i];
        if (!g_array_index(used, bool, i))
            find(j, CF_MISSING, end->theirs->number, record->name, -1, record->time, why_missing(end, record));
    }
    g_array_unref(used);
}

/* How far from record i the node sent those that stand on its other side in our order, ns. */
static int64_t overtaken_by(const GPtrArray *ours, const GPtrArray *theirs, const GArray *partner, guint i)
{
    int at = g_array_index(partner, int, i);
    int64_t time = ((const struct cf_record *)theirs->pdata[at])->time, most = 0;
    for (guint k = 0; k < ours->len; k++) {
        int other = g_array_index(partner, int, k);
        if (other >= 0 && (k < i) != (other < at) && k != i)
            most = MAX(most, ABS(((const struct cf_record *)theirs->pdata[other])->time - time));
    }
    return most;
}

static void compare_records(struct judging *j, const struct cf_end *end)
{
    const struct cf_flow *captured = &end->theirs->flows[end->initiator];
    const GPtrArray *ours = end->sent.records, *theirs = captured->records;
    GArray *partner = g_array_new(FALSE, FALSE, sizeof(int)), *in_rise = g_array_new(FALSE, TRUE, sizeof(bool));
    pair(ours, theirs, partner);
    longest_rise(partner, in_rise);
    for (guint i = 0; i < ours->len; i++) {
        const struct cf_record *record = ours->pdata[i];
        int at = g_array_index(partner, int, i);
        if (at < 0) {
            if (record->time < j->end)
                find(j, CF_EXTRA, end->theirs->number, record->name, record->time, -1, NULL);
            continue;
        }
        const struct cf_record *other = theirs->pdata[at];
        j->verdict->messages++;
        if (!g_array_index(in_rise, bool, i)) {
            int64_t by = overtaken_by(ours, theirs, partner, i);
            find(j, by <= CF_AT_ONCE ? CF_SWAPPED : CF_ORDER, end->theirs->number, record->name, record->time, other->time,
                 g_strdup_printf("by %.3f ms", (double)by / 1e6));
        }
        struct both both = {&end->sent, captured, record, other, end->theirs->number};
        compare_contents(j, &both);
        compare_times(j, &both);
    }
    compare_missing(j, end, theirs, partner);
    g_array_unref(partner);
    g_array_unref(in_rise);
}

static bool was_reset(const struct cf_connection *c, bool by_initiator)
{
    for (guint i = 0; i < c->items->len; i++) {
        const struct cf_item *item = &g_array_index(c->items, struct cf_item, i);
        if (item->kind == CF_RST && item->from_initiator == by_initiator)
            return true;
    }
    return false;
}

static void compare_ending(struct judging *j, const struct cf_end *end)
{
    int64_t ours = end->sent.closed, theirs = end->theirs->flows[end->initiator].closed;
    if (ours >= j->end)
        ours = -1;
    if (was_reset(end->theirs, !end->initiator)) /* the other end left it no time */
        return;
    if (j->node->gone >= 0 && theirs >= j->node->gone) /* the kill did that */
        theirs = ours;
    if ((ours < 0) != (theirs < 0))
        find(j, CF_ENDING, end->theirs->number, "FIN or RST", ours, theirs,
             g_strdup(ours < 0 ? "only the node ended the connection" : "only our core ended the connection"));
}

/* Somebody was refused there about then, and the capture does not say who. */
static char *was_refused_there(const struct judging *j, const struct cf_end *end)
{
    for (guint i = 0; i < j->capture->connections->len; i++) {
        const struct cf_connection *c = j->capture->connections->pdata[i];
        int64_t began = g_array_index(c->items, struct cf_item, 0).time;
        if (memcmp(&c->ends[0], &end->to, sizeof end->to) == 0 && !c->flows[1].octets->len && ABS(began - end->opened) <= CF_BEGINNING)
            return g_strdup_printf("somebody was refused there %.3f ms later", (double)(began - end->opened) / 1e6);
    }
    return NULL;
}

static void compare_end(struct judging *j, const struct cf_end *end)
{
    char to[AN_ENDPOINT_TEXT];
    if (!end->theirs) {
        if (end->opened < j->end)
            find(j, CF_DIALLED, CF_NOBODY, an_endpoint_format(&end->to, to), end->opened, -1, was_refused_there(j, end));
        return;
    }
    compare_records(j, end);
    compare_ending(j, end);
}

/* ---- calls of the resolver service ---- */

/* Another one of its kind was asked for so shortly before or after that their answers crossed. */
static char *asked_at_once(const GPtrArray *calls, const struct cf_called *call)
{
    for (guint i = 0; i < calls->len; i++) {
        const struct cf_called *other = calls->pdata[i];
        if (other != call && other->kind == call->kind && ABS(other->time - call->time) <= CF_MOTION)
            return g_strdup_printf("asked %.3f ms from another", (double)ABS(other->time - call->time) / 1e6);
    }
    return NULL;
}

static void compare_calls(struct judging *j, const struct cf_replay *replay)
{
    const GPtrArray *calls = cf_service_calls(replay->service);
    GHashTable *made = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < calls->len; i++) {
        const struct cf_called *call = calls->pdata[i];
        const struct cf_record *ours = call->ours.records->pdata[call->ours.records->len - 1];
        if (!call->theirs) {
            if (call->time < j->end)
                find(j, CF_EXTRA, CF_NOBODY, ours->name, call->time, -1, asked_at_once(calls, call));
            continue;
        }
        g_hash_table_add(made, (gpointer)(gsize)call->theirs);
        const struct cf_flow *captured = &call->theirs->connection->flows[1];
        struct both both = {&call->ours, captured, ours, captured->records->pdata[call->theirs->request], call->theirs->connection->number};
        j->verdict->messages++;
        compare_contents(j, &both);
        compare_times(j, &both);
    }
    for (guint i = 0; i < j->node->calls->len; i++) {
        const struct cf_call *call = &g_array_index(j->node->calls, struct cf_call, i);
        if (!g_hash_table_contains(made, call))
            find(j, CF_MISSING, call->connection->number, pc_kind_name(call->kind), -1, call->time, NULL);
    }
    g_hash_table_unref(made);
}

static gint by_value(gconstpointer a, gconstpointer b)
{
    int64_t p = *(const int64_t *)a, q = *(const int64_t *)b;
    return p < q ? -1 : p > q;
}

struct cf_verdict *cf_verdict_new(const struct cf_capture *capture, const struct cf_captured_node *node,
                                  const struct cf_replay *replay, const struct cf_known *known)
{
    struct cf_verdict *verdict = g_new0(struct cf_verdict, 1);
    struct judging j = {capture, node, known, verdict, node->gone >= 0 ? node->gone : capture->end};
    verdict->findings = g_array_new(FALSE, FALSE, sizeof(struct cf_finding));
    verdict->think = g_array_new(FALSE, FALSE, sizeof(int64_t));
    g_array_set_clear_func(verdict->findings, clear_finding);
    compare_calls(&j, replay);
    for (guint i = 0; i < replay->ends->len; i++)
        compare_end(&j, replay->ends->pdata[i]);
    for (guint i = 0; i < replay->missed->len; i++) {
        const struct cf_connection *c = g_array_index(replay->missed, struct cf_connection *, i);
        char to[AN_ENDPOINT_TEXT];
        find(&j, CF_NOT_DIALLED, c->number, an_endpoint_format(&c->ends[0], to), -1,
             g_array_index(c->items, struct cf_item, 0).time, NULL);
    }
    g_array_sort(verdict->think, by_value);
    return verdict;
}

void cf_verdict_free(struct cf_verdict *verdict)
{
    g_array_unref(verdict->findings);
    g_array_unref(verdict->think);
    g_free(verdict);
}
