#include "scenarios/engine/presence_trace.h"

#include "scenarios/engine/plan.h"

#include <string.h>

enum { MOST_NODES = 1 << 20, MOST_SESSIONS = 1 << 24 };
#define MOST_TIME (INT64_C(1) << 60) /* ns: 36 years */

struct session {
    int64_t from, to; /* ns */
    uint32_t node, line;
    enum scn_trace_how how;
};

struct scn_trace {
    struct session *sessions; /* by node, then time */
    uint32_t *first;          /* of each node; one more at the end */
    uint32_t nodes;
    int64_t length;
};

struct reader {
    const char *name;
    int line;
    GError **error;
};

G_GNUC_PRINTF(2, 3) static bool refuse(const struct reader *reader, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(reader->error, SCN_ERROR, SCN_ERROR_BAD, "%s:%d: %s", reader->name, reader->line, what);
    return false;
}

/* "90min", or seconds with up to nine decimals. */
static bool read_time(const struct reader *reader, const char *word, int64_t *time)
{
    g_autofree char *with_unit = NULL;
    struct scn_quantity q;
    const char *point = strchr(word, '.');
    bool bare = word[strspn(word, "0123456789.")] == '\0';

    if (bare && point != NULL && strlen(point + 1) <= 9 && strchr(point + 1, '.') == NULL) { /* as a whole number of ns: nothing is rounded */
        with_unit = g_strdup_printf("%.*s%s%.*sns", (int)(point - word), word, point + 1, (int)(9 - strlen(point + 1)), "000000000");
    } else if (bare) {
        with_unit = g_strconcat(word, "s", NULL);
    }
    if (scn_quantity_parse(with_unit != NULL ? with_unit : word, &q) != SCN_PARSE_OK || q.kind != SCN_TIME || q.value < 0 ||
        q.value > MOST_TIME)
        return refuse(reader, "'%s' is no time; write seconds, 5400.5, or a time with its unit, 90min", word);
    *time = q.value;
    return true;
}

static bool read_how(const struct reader *reader, const char *word, enum scn_trace_how *how)
{
    static const char *const names[] = {"clean", "reset", "silent"};

    *how = SCN_TRACE_DRAWN;
    for (unsigned i = 0; word != NULL && i < G_N_ELEMENTS(names); i++)
        if (strcmp(word, names[i]) == 0)
            *how = (enum scn_trace_how)(SCN_TRACE_CLEAN + i);
    return word == NULL || *how != SCN_TRACE_DRAWN ||
           refuse(reader, "'%s' is no way to leave; write clean, reset or silent, or nothing", word);
}

static bool read_session(const struct reader *reader, char **words, unsigned count, GHashTable *numbers, GArray *sessions)
{
    struct session session = {.line = (uint32_t)reader->line};

    if (count < 3 || count > 4)
        return refuse(reader, "%u words; write NODE FROM TO, and perhaps clean, reset or silent", count);
    if (!read_time(reader, words[1], &session.from) || !read_time(reader, words[2], &session.to) ||
        !read_how(reader, count > 3 ? words[3] : NULL, &session.how))
        return false;
    if (session.to <= session.from)
        return refuse(reader, "the session ends at %s, not after %s, where it begins", words[2], words[1]);
    if (sessions->len >= MOST_SESSIONS || g_hash_table_size(numbers) >= MOST_NODES)
        return refuse(reader, "more than %d sessions, or %d nodes", MOST_SESSIONS, MOST_NODES);
    guint number = GPOINTER_TO_UINT(g_hash_table_lookup(numbers, words[0]));
    if (number == 0) {
        number = g_hash_table_size(numbers) + 1;
        g_hash_table_insert(numbers, g_strdup(words[0]), GUINT_TO_POINTER(number));
    }
    session.node = number - 1;
    g_array_append_val(sessions, session);
    return true;
}

static bool read_line(const struct reader *reader, const char *line, GHashTable *numbers, GArray *sessions)
{
    g_auto(GStrv) words = g_strsplit_set(line, " \t\r", -1);
    unsigned count = 0;

    for (unsigned i = 0; words[i] != NULL; i++) { /* empty ones go to the end, to be freed */
        char *word = words[i];
        if (*word == '\0')
            continue;
        words[i] = words[count];
        words[count++] = word;
    }
    if (count == 0 || words[0][0] == '#')
        return true;
    return read_session(reader, words, count, numbers, sessions);
}

static gint by_node_and_time(gconstpointer a, gconstpointer b)
{
    const struct session *x = a, *y = b;

    if (x->node != y->node)
        return x->node < y->node ? -1 : 1;
    return x->from < y->from ? -1 : x->from > y->from;
}

static struct scn_trace *finish(struct reader *reader, GArray *sessions, uint32_t nodes)
{
    struct scn_trace *trace = g_new0(struct scn_trace, 1);
    uint32_t count = sessions->len;

    g_array_sort(sessions, by_node_and_time);
    trace->nodes = nodes;
    trace->sessions = g_memdup2(sessions->data, count * sizeof(struct session));
    trace->first = g_new(uint32_t, nodes + 1);
    trace->first[nodes] = count;
    for (uint32_t i = count; i-- > 0;) {
        const struct session *s = &trace->sessions[i];
        trace->first[s->node] = i;
        trace->length = MAX(trace->length, s->to);
        if (i + 1 < count && s[1].node == s->node && s[1].from < s->to) {
            reader->line = (int)MAX(s->line, s[1].line);
            refuse(reader, "this node is present then already, by line %u", MIN(s->line, s[1].line));
            scn_trace_free(trace);
            return NULL;
        }
    }
    return trace;
}

struct scn_trace *scn_trace_read(const char *text, gsize length, const char *name, GError **error)
{
    struct reader reader = {.name = name, .error = error};
    GHashTable *numbers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GArray *sessions = g_array_new(FALSE, FALSE, sizeof(struct session));
    struct scn_trace *trace = NULL;
    bool good = true;

    for (const char *at = text, *end = text + length; good && at < end;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        g_autofree char *line = g_strndup(at, (gsize)((stop != NULL ? stop : end) - at));
        reader.line++;
        good = read_line(&reader, line, numbers, sessions);
        at = stop != NULL ? stop + 1 : end;
    }
    if (good && sessions->len == 0)
        good = refuse(&reader, "no session; write NODE FROM TO, one a line");
    if (good)
        trace = finish(&reader, sessions, g_hash_table_size(numbers));
    g_array_unref(sessions);
    g_hash_table_unref(numbers);
    return trace;
}

void scn_trace_free(struct scn_trace *trace)
{
    if (trace == NULL)
        return;
    g_free(trace->sessions);
    g_free(trace->first);
    g_free(trace);
}

uint32_t scn_trace_nodes(const struct scn_trace *trace)
{
    return trace->nodes;
}

int64_t scn_trace_length(const struct scn_trace *trace)
{
    return trace->length;
}

/* The first session of the node that ends after that time of the trace, or its number of sessions. */
static uint32_t session_after(const struct scn_trace *trace, uint32_t node, int64_t time)
{
    uint32_t low = trace->first[node], high = trace->first[node + 1];

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (trace->sessions[middle].to > time)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

bool scn_trace_at(const struct scn_trace *trace, uint32_t node, int64_t time, int64_t *next, enum scn_trace_how *how)
{
    g_assert(node < trace->nodes && time >= 0);
    int64_t round = time / trace->length * trace->length; /* when this repetition began */
    uint32_t first = trace->first[node], end = trace->first[node + 1], at = session_after(trace, node, time - round);
    const struct session *s = at < end ? &trace->sessions[at] : &trace->sessions[first];

    if (at == end)
        round += trace->length;
    if (round + s->from > time) { /* away until then */
        *next = round + s->from;
        return false;
    }
    for (uint32_t steps = 0; steps <= end - first; steps++) { /* sessions that touch are one */
        const struct session *following = ++at < end ? &trace->sessions[at] : &trace->sessions[first];
        int64_t ends = round + s->to;
        if (at >= end) {
            round += trace->length;
            at = first;
        }
        *how = s->how;
        *next = ends;
        if (round + following->from > ends)
            return true;
        s = following;
    }
    *next = INT64_MAX;
    return true;
}
