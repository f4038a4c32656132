#include "analysis/names.h"
#include "analysis/timeline.h"
#include "protocol/wire/message.h"

struct metric_row {
    const char *name;
    enum an_unit unit;
};

static const struct metric_row metrics[AN_METRIC_COUNT] = {
    [AN_DELIVERY] = {"delivery", AN_UNIT_SHARE},
    [AN_RAW_DELIVERY] = {"raw_delivery", AN_UNIT_SHARE},
    [AN_MISSED] = {"missed", AN_UNIT_COUNT},
    [AN_LOST_PAIRS] = {"lost", AN_UNIT_COUNT},
    [AN_LATENCY] = {"latency", AN_UNIT_TIME},
    [AN_TIME_TO] = {"time_to", AN_UNIT_TIME},
    [AN_HOPS] = {"hops", AN_UNIT_COUNT},
    [AN_COPIES] = {"copies", AN_UNIT_COUNT},
    [AN_REDUNDANCY] = {"redundancy", AN_UNIT_RATIO},
    [AN_WIRE_SIZE] = {"wire_size", AN_UNIT_SIZE},
    [AN_UPLOAD] = {"upload", AN_UNIT_BANDWIDTH},
    [AN_DOWNLOAD] = {"download", AN_UNIT_BANDWIDTH},
    [AN_LEVERAGE] = {"leverage", AN_UNIT_RATIO},
    [AN_CONTROL] = {"control", AN_UNIT_SIZE},
    [AN_STALENESS] = {"staleness", AN_UNIT_TIME},
    [AN_FIRST_VALUE] = {"first_value", AN_UNIT_TIME},
    [AN_DISORDER] = {"disorder", AN_UNIT_COUNT},
    [AN_DEGREE] = {"degree", AN_UNIT_COUNT},
    [AN_COMPONENTS] = {"components", AN_UNIT_COUNT},
    [AN_LARGEST_COMPONENT] = {"largest_component", AN_UNIT_SHARE},
    [AN_SHAPE] = {"shape", AN_UNIT_COUNT},
    [AN_ONLINE] = {"online", AN_UNIT_COUNT},
    [AN_RESOLVER_REQUESTS] = {"resolver_requests", AN_UNIT_COUNT},
    [AN_REFUSED] = {"refused", AN_UNIT_COUNT},
    [AN_CLOSED] = {"closed", AN_UNIT_COUNT},
    [AN_PENDING_FLOODS] = {"pending", AN_UNIT_COUNT},
    [AN_SAMPLE_NAMED] = {"sample", AN_UNIT_COUNT},
    [AN_SENT_MESSAGES] = {"sent", AN_UNIT_COUNT},
    [AN_STATE_NAMED] = {"state", AN_UNIT_COUNT},
    [AN_HAVE_NAMED] = {"have", AN_UNIT_SHARE},
    [AN_DIVERGED] = {"diverged", AN_UNIT_COUNT},
    [AN_CONVERGED] = {"converged", AN_UNIT_TIME},
    [AN_DISAGREEMENT] = {"disagreement", AN_UNIT_COUNT},
    [AN_SHOWN] = {"shown", AN_UNIT_COUNT},
    [AN_RECONNECTS] = {"reconnects", AN_UNIT_COUNT},
    [AN_MERGE_TIME] = {"merge_time", AN_UNIT_TIME},
    [AN_HOLDINGS] = {"have of all items", AN_UNIT_SHARE},
    [AN_FAILED_OPEN] = {"failed_open", AN_UNIT_TIME},
    [AN_HEAL] = {"heal", AN_UNIT_TIME},
    [AN_RECOVERY] = {"recovery", AN_UNIT_TIME},
    [AN_STRANDED] = {"stranded", AN_UNIT_COUNT},
    [AN_DRAINED] = {"drained", AN_UNIT_TIME},
    [AN_PRUNED_LINKS] = {"pruned", AN_UNIT_COUNT},
    [AN_GHOST] = {"ghost", AN_UNIT_TIME},
    [AN_JOIN_TIME] = {"join_time", AN_UNIT_TIME},
    [AN_THEORY_COPIES] = {"theory.copies", AN_UNIT_COUNT},
    [AN_THEORY_SHORTEST_PATH] = {"theory.shortest_path", AN_UNIT_TIME},
    [AN_THEORY_UNDERLAY] = {"theory.underlay", AN_UNIT_TIME},
    [AN_THEORY_HOPS] = {"theory.hops", AN_UNIT_COUNT},
    [AN_THEORY_LEVERAGE] = {"theory.leverage", AN_UNIT_RATIO},
    [AN_THEORY_SERVER_LATENCY] = {"theory.server.latency", AN_UNIT_TIME},
    [AN_THEORY_SERVER_UPLOAD] = {"theory.server.upload", AN_UNIT_BANDWIDTH},
    [AN_THEORY_REACHABLE] = {"theory.reachable", AN_UNIT_SHARE},
    [AN_THEORY_STALLS] = {"theory.stalls", AN_UNIT_TIME},
    [AN_THEORY_INPUT_DELAY] = {"theory.input_delay", AN_UNIT_TIME},
    [AN_THEORY_FILE_TIME] = {"theory.file_time", AN_UNIT_TIME},
    [AN_THEORY_SURVIVORS] = {"theory.survivors", AN_UNIT_SHARE},
};

/* The rest of the inventory of the language: words that scripts may use already. */
static const char *const metrics_to_come[] = {
    "filtered", "fairness",
};
static const char *const theory_to_come[] = {
    "flood_time", "ball",        "capacity",     "backlog",      "age",
    "votes",     "restarts",    "extra_claims", "nat_capacity", "stale_resolve",
    "merge_time", "slow_closes", "published",    "followed",
};

static bool is_theory(unsigned metric)
{
    return metric >= AN_THEORY_COPIES;
}

static const char *own_name(unsigned metric)
{
    return metrics[metric].name + (is_theory(metric) ? strlen("theory.") : 0);
}

static enum an_found find(const char *name, bool theory, enum an_metric *metric)
{
    for (unsigned i = 0; i < AN_METRIC_COUNT; i++)
        if (is_theory(i) == theory && strcmp(own_name(i), name) == 0) {
            *metric = (enum an_metric)i;
            return AN_FOUND;
        }
    const char *const *rest = theory ? theory_to_come : metrics_to_come;
    size_t count = theory ? G_N_ELEMENTS(theory_to_come) : G_N_ELEMENTS(metrics_to_come);
    for (size_t i = 0; i < count; i++)
        if (strcmp(rest[i], name) == 0)
            return AN_FOUND_NOT_BUILT;
    return AN_FOUND_NOTHING;
}

enum an_found an_metric_find(const char *name, enum an_metric *metric)
{
    return find(name, false, metric);
}

enum an_found an_theory_find(const char *name, enum an_metric *metric)
{
    return find(name, true, metric);
}

enum an_unit an_metric_unit(enum an_metric metric)
{
    g_assert((unsigned)metric < AN_METRIC_COUNT);
    return metrics[metric].unit;
}

bool an_metric_needs_name(enum an_metric metric)
{
    return metric == AN_SHAPE || an_metric_is_said(metric);
}

bool an_metric_is_said(enum an_metric metric)
{
    return metric == AN_SAMPLE_NAMED || metric == AN_STATE_NAMED || metric == AN_HAVE_NAMED || metric == AN_DIVERGED ||
           metric == AN_CONVERGED || metric == AN_DISAGREEMENT;
}

const char *an_metric_name(enum an_metric metric)
{
    g_assert((unsigned)metric < AN_METRIC_COUNT);
    return metrics[metric].name;
}

/* --- did you mean
 * ------------------------------------------------------------------------------------------------ */

enum { LONGEST_NAME = 48 };

/* Levenshtein's distance, with names beyond LONGEST_NAME infinitely far. */
static unsigned distance(const char *a, const char *b)
{
    size_t la = strlen(a), lb = strlen(b);
    if (la > LONGEST_NAME || lb > LONGEST_NAME)
        return UINT_MAX;
    unsigned row[LONGEST_NAME + 1];
    for (unsigned j = 0; j <= lb; j++)
        row[j] = j;
    for (unsigned i = 1; i <= la; i++) {
        unsigned corner = row[0];
        row[0] = i;
        for (unsigned j = 1; j <= lb; j++) {
            unsigned swap = corner + (a[i - 1] != b[j - 1]);
            corner = row[j];
            row[j] = MIN(swap, MIN(row[j], row[j - 1]) + 1);
        }
    }
    return row[lb];
}

static void nearer(const char *name, const char *candidate, unsigned *best, const char **found)
{
    unsigned d = distance(name, candidate);
    if (d < *best) {
        *best = d;
        *found = candidate;
    }
}

/* Near is: at most two letters wrong, or a third of a long name. */
static const char *suggest(const char *name, bool theory)
{
    unsigned best = MAX(2, (unsigned)MIN(strlen(name), LONGEST_NAME) / 3) + 1;
    const char *found = NULL;
    for (unsigned i = 0; i < AN_METRIC_COUNT; i++)
        if (is_theory(i) == theory)
            nearer(name, own_name(i), &best, &found);
    const char *const *rest = theory ? theory_to_come : metrics_to_come;
    size_t count = theory ? G_N_ELEMENTS(theory_to_come) : G_N_ELEMENTS(metrics_to_come);
    for (size_t i = 0; i < count; i++)
        nearer(name, rest[i], &best, &found);
    return found;
}

const char *an_metric_suggest(const char *name)
{
    return suggest(name, false);
}

const char *an_theory_suggest(const char *name)
{
    return suggest(name, true);
}

/* --- kinds, causes, reasons, shapes
 * ------------------------------------------------------------------------------ */

static const char *const kinds[PC_KIND_COUNT] = {
    [PC_KIND_UNKNOWN] = "unknown",
    [PC_KIND_CONNECT] = "connect",
    [PC_KIND_WELCOME] = "welcome",
    [PC_KIND_REFUSE] = "refuse",
    [PC_KIND_DISCONNECT] = "disconnect",
    [PC_KIND_LINK_UTILITY] = "link utility",
    [PC_KIND_PING] = "ping",
    [PC_KIND_FLOOD] = "message",
    [PC_KIND_FAULT] = "fault",
    [PC_KIND_REQUEST_SECURITY_TOKEN] = "request security token",
    [PC_KIND_REQUEST_SECURITY_TOKEN_RESPONSE] = "request security token response",
    [PC_KIND_REGISTER] = "register",
    [PC_KIND_REGISTER_RESPONSE] = "register response",
    [PC_KIND_UPDATE] = "update",
    [PC_KIND_UPDATE_RESPONSE] = "update response",
    [PC_KIND_RESOLVE] = "resolve",
    [PC_KIND_RESOLVE_RESPONSE] = "resolve response",
    [PC_KIND_REFRESH] = "refresh",
    [PC_KIND_REFRESH_RESPONSE] = "refresh response",
    [PC_KIND_UNREGISTER] = "unregister",
    [PC_KIND_UNREGISTER_RESPONSE] = "unregister response",
    [PC_KIND_GET_SERVICE_SETTINGS] = "get service settings",
    [PC_KIND_GET_SERVICE_SETTINGS_RESPONSE] = "get service settings response",
};

static const uint32_t all_kinds = (1U << PC_KIND_COUNT) - 1;
static const uint32_t resolver_kinds = ((1U << PC_KIND_COUNT) - 1) & ~((1U << PC_KIND_REGISTER) - 1);

uint32_t an_kinds_find(const char *name)
{
    if (strcmp(name, "control") == 0)
        return all_kinds & ~(1U << PC_KIND_FLOOD);
    if (strcmp(name, "resolver") == 0)
        return resolver_kinds;
    if (strcmp(name, "headers") == 0)
        return AN_KINDS_HEADERS;
    for (unsigned i = 0; i < PC_KIND_COUNT; i++)
        if (strcmp(kinds[i], name) == 0)
            return 1U << i;
    return 0;
}

uint32_t an_requests_to_resolver(void)
{
    return 1U << PC_KIND_REGISTER | 1U << PC_KIND_UPDATE | 1U << PC_KIND_RESOLVE | 1U << PC_KIND_REFRESH |
           1U << PC_KIND_UNREGISTER | 1U << PC_KIND_GET_SERVICE_SETTINGS;
}

static const char *const causes[AN_CAUSE_COUNT] = {
    [AN_CAUSE_UNKNOWN] = "unknown",           [AN_CAUSE_NOT_CONNECTED] = "not-connected",
    [AN_CAUSE_HOP_LIMIT] = "hop-limit",       [AN_CAUSE_FILTERED] = "filtered",
    [AN_CAUSE_DEDUP_SHADOW] = "dedup-shadow", [AN_CAUSE_QUEUE_ABORT] = "queue-abort",
    [AN_CAUSE_LINK_CLOSED] = "link-closed",   [AN_CAUSE_RECEIVER_LEFT] = "receiver-left",
    [AN_CAUSE_REJECTED] = "rejected",         [AN_CAUSE_IN_FLIGHT] = "in-flight-at-end",
};

const char *an_cause_name(unsigned cause)
{
    return cause < AN_CAUSE_COUNT ? causes[cause] : "unknown";
}

enum an_found an_causes_find(const char *name, uint32_t *reasons)
{
    *reasons = 0;
    for (unsigned i = 0; i < AN_CAUSE_COUNT; i++)
        if (strcmp(causes[i], name) == 0) {
            *reasons = 1U << i;
            return AN_FOUND;
        }
    return AN_FOUND_NOTHING;
}

static const struct {
    const char *name;
    unsigned reason;
} closings[] = {
    {"lost", PC_REASON_NONE}, /* the connection ended without a word */
    {"leaving mesh", PC_REASON_LEAVING_MESH},
    {"not useful neighbor", PC_REASON_NOT_USEFUL_NEIGHBOR},
    {"duplicate neighbor", PC_REASON_DUPLICATE_NEIGHBOR},
    {"duplicate node id", PC_REASON_DUPLICATE_NODE_ID},
    {"node busy", PC_REASON_NODE_BUSY},
    {"internal failure", PC_REASON_INTERNAL_FAILURE},
    {"too slow", AN_REASON_TOO_SLOW}, /* without a reason on the wire */
};

enum an_found an_reasons_find(const char *name, uint32_t *reasons)
{
    *reasons = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(closings); i++)
        if (strcmp(closings[i].name, name) == 0) {
            *reasons = 1U << closings[i].reason;
            return AN_FOUND;
        }
    return AN_FOUND_NOTHING;
}

static const struct {
    const char *name;
    enum an_unit unit;
} shapes[AN_SHAPE_COUNT] = {
    [AN_SHAPE_DIAMETER] = {"diameter", AN_UNIT_COUNT},
    [AN_SHAPE_MEAN_DISTANCE] = {"mean distance", AN_UNIT_RATIO},
    [AN_SHAPE_CLUSTERING] = {"clustering", AN_UNIT_SHARE},
    [AN_SHAPE_TRANSITIVITY] = {"transitivity", AN_UNIT_SHARE},
    [AN_SHAPE_ARTICULATION_POINTS] = {"articulation points", AN_UNIT_COUNT},
    [AN_SHAPE_MEAN_DEGREE] = {"mean degree", AN_UNIT_RATIO},
    [AN_SHAPE_REGION_SHARE] = {"region share", AN_UNIT_SHARE},
};

bool an_shape_find(const char *name, enum an_shape *shape)
{
    for (unsigned i = 0; i < AN_SHAPE_COUNT; i++)
        if (strcmp(shapes[i].name, name) == 0) {
            *shape = (enum an_shape)i;
            return true;
        }
    return false;
}

const char *an_shape_name(enum an_shape shape)
{
    return shapes[shape].name;
}

enum an_unit an_shape_unit(enum an_shape shape)
{
    return shapes[shape].unit;
}
