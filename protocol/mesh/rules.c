#include "protocol/mesh/rules.h"

#include <string.h>

/* .NET, as published and as seen on the wire: peer-channel.md 20, 21 (column rs) and observed.md. */
/* PC-11.1-1 */
#define NET_RULES                                                                                                   \
    .min_neighbors = 2, .ideal_neighbors = 3, .max_neighbors = 7, .referrals_in_message = 10, .referral_cache = 51,  \
    .addresses_per_resolve = 3, .referral_policy = PC_REFERRALS_BY_SERVICE, .cache_own_address = true,               \
    .maintenance = true, .pool_connections = true, .hops_zero = PC_HOPS_ZERO_WRAPS, .relay_form = PC_RELAY_LITERAL,                       \
    .resolve_within_cycle = true, .open_fails_with_resolver = true, .local_floods_count_down = true,                 \
    .node_open_timeout = PC_SECONDS(60), .obey_must_understand = true,                                               \
    .legacy_late_duplicates = true, .maintenance_interval = PC_SECONDS(300), .first_retry = PC_SECONDS(10),          \
    .cycle_budget = PC_SECONDS(120), .quiet_time = PC_SECONDS(60), .connect_timeout = PC_SECONDS(60),                \
    .open_timeout = PC_SECONDS(60), .close_timeout = PC_SECONDS(60), .send_timeout = PC_SECONDS(60),                 \
    .accept_timeout = PC_SECONDS(30), .utility_interval = PC_SECONDS(30), .seen_period = PC_SECONDS(60),             \
    .pool_idle = PC_SECONDS(120), .call_timeout = PC_SECONDS(60), .address_debounce = PC_SECONDS(5),                 \
    .slow_period = PC_SECONDS(10), .slow_spread = PC_SECONDS(10), .seen_buckets = 5, .refresh_percent = 100,         \
    .utility_window = 32, .forwarding_limit = 128, .slow_pending = 32, .recovered_pending = 8,                       \
    .sessions_accepted = 64, .message_octets = 65536 /* FR-12-2 */

#pragma GCC diagnostic ignored "-Woverride-init" /* a dialect is .NET's row with its own entries written over it */
#ifdef __clang__
#pragma clang diagnostic ignored "-Winitializer-overrides"
#endif

static const struct pc_rules rules[PC_DIALECT_COUNT] = {
    [PC_DIALECT_NET] = {NET_RULES},
    [PC_DIALECT_SPEC] = {NET_RULES,
                         .resolve_when_exhausted = true, /* [MC-PRCH] 3.1.6.4.1 */
                         .settings_at_open = true,       /* 3.1.4.1 */
                         .disconnect_on_leave = true,    /* 3.1.4.3 */
                         .pool_connections = false,      /* [MC-PRCR] 3.1.5 */
                         .abort_on_bad_utility = true,   /* 3.1.5.6.1.1 */
                         .flood_needs_connected = true,  /* 3.1.5.9 */
                         .abort_on_connect_timeout = true, /* 3.1.6.4.4 */
                         .refuse_losing_welcome = true,  /* 3.1.5.3.1.1 */
                         .client_survives_timeout = true,
                         .resolve_within_cycle = false, /* [MC-PRCR] 3.1.2.2 has a timer of its own */
                         .local_floods_count_down = false,
                         .watch_last_again = true,
                         .obey_must_understand = false,
                         .restart_refresh_with_reply = true,
                         .cache_own_address = false,
                         .hops_zero = PC_HOPS_ZERO_ENDS, /* 3.1.5.9.1.1 */
                         .legacy_late_duplicates = false,
                         .late_duplicates_by_age = true,
                         .referral_cache = 50,
                         .addresses_per_resolve = 5,         /* [MC-PRCR] 2.2.3.2 */
                         .utility_interval = PC_SECONDS(60), /* 3.1.2 */
                         .call_timeout = PC_SECONDS(120),    /* [MC-PRCR] 3.1.2.2 */
                         .seen_buckets = 6,                  /* 3.1.1: five minutes at least */
                         .refresh_percent = 90},
    [PC_DIALECT_MONO] = {NET_RULES, .foreign_forms = true}, /* peer-channel.md 21.2, reading advice */
    [PC_DIALECT_PROFILE] = {NET_RULES, /* peer-channel.md 24 */
                            .connecting_counts = true,
                            .cache_own_address = false,
                            .resolve_when_exhausted = true,
                            .dial_once_a_cycle = true, /* 11.8: no candidate is tried twice */
                            .settings_at_open = true,
                            .disconnect_on_leave = true,
                            .flood_needs_connected = true,
                            .client_survives_timeout = true,
                            .resolve_within_cycle = false,
                            .open_fails_with_resolver = false, /* opens, and registers again after first_retry */
                            .local_floods_count_down = false,
                            .watch_last_again = true,
                            .obey_must_understand = false,
                            .restart_refresh_with_reply = true,
                            .hops_zero = PC_HOPS_ZERO_ENDS,
                            .relay_form = PC_RELAY_COMPACT,
                            .legacy_late_duplicates = false,
                            .late_duplicates_by_age = true,
                            .referral_cache = 50,
                            .seen_buckets = 6,
                            .refresh_percent = 80},
};

const struct pc_rules *pc_rules_of(enum pc_dialect dialect)
{
    return &rules[dialect];
}

bool pc_dialect_find(const char *name, enum pc_dialect *dialect)
{
    for (unsigned i = 0; i < PC_DIALECT_COUNT; i++)
        if (strcmp(name, pc_dialect_name((enum pc_dialect)i)) == 0) {
            *dialect = (enum pc_dialect)i;
            return true;
        }
    return false;
}

const char *pc_dialect_name(enum pc_dialect dialect)
{
    static const char *const names[PC_DIALECT_COUNT] = {"net", "spec", "profile", "mono"};
    return names[dialect];
}

const char *pc_rules_problem(const struct pc_rules *r)
{
    if (r->min_neighbors > r->ideal_neighbors)
        return "the minimum number of neighbors is over the ideal number";
    if (r->ideal_neighbors > r->max_neighbors)
        return "the ideal number of neighbors is over the maximum";
    if (r->max_neighbors == 0)
        return "the maximum number of neighbors is 0: no link could be made";
    if (r->max_neighbors > 60) /* 64 accepted sessions: peer-channel.md 3.5 */
        return "the maximum number of neighbors is over 60";
    if (r->message_octets < 16384)
        return "the message size is under 16384 octets"; /* peer-channel.md 19 */
    if (r->seen_buckets < 1 || r->seen_buckets > 7)
        return "messages must be remembered for 1 to 7 periods";
    if (r->utility_window < 1 || r->utility_window > 127) /* counted in octets, received plus useful */
        return "the utility window must be 1 to 127 messages";
    if (r->forwarding_limit < 1)
        return "the forwarding limit is 0: nothing could be forwarded";
    if (r->addresses_per_resolve < 1 || r->addresses_per_resolve > 64)
        return "a Resolve must ask for 1 to 64 addresses";
    if (r->refresh_percent < 1 || r->refresh_percent > 100)
        return "registrations must be refreshed at 1 to 100 percent of their lifetime";
    if (r->connect_timeout <= 0 || r->open_timeout <= 0 || r->close_timeout <= 0 || r->send_timeout <= 0 ||
        r->accept_timeout <= 0 || r->call_timeout <= 0 || r->node_open_timeout <= 0)
        return "a time-out is not positive";
    if (r->first_retry <= 0 || r->quiet_time <= 0 || r->cycle_budget <= 0 || r->pool_idle <= 0 || r->slow_period <= 0 ||
        r->slow_spread < 0 || r->address_debounce < 0)
        return "a time is not positive";
    if (r->maintenance_interval <= 0 || r->utility_interval <= 0 || r->seen_period <= 0)
        return "an interval is not positive";
    return NULL;
}
