/* The entries of struct pc_rules by name, so that a story can shorten or change them. */
#include "tests/unit/narrative/story.h"

#include <stdlib.h>
#include <string.h>

enum kind { IS_BOOL, IS_BYTE, IS_SHORT, IS_WORD, IS_TIME, IS_ENUM };

#define ENTRY(name, kind) {#name, offsetof(struct pc_rules, name), kind}
static const struct {
    const char *name;
    size_t offset;
    enum kind kind;
} entries[] = {
    ENTRY(min_neighbors, IS_BYTE),
    ENTRY(ideal_neighbors, IS_BYTE),
    ENTRY(max_neighbors, IS_BYTE),
    ENTRY(referrals_in_message, IS_BYTE),
    ENTRY(referral_cache, IS_BYTE),
    ENTRY(addresses_per_resolve, IS_BYTE),
    ENTRY(referral_policy, IS_ENUM),
    ENTRY(maintenance, IS_BOOL),
    ENTRY(connecting_counts, IS_BOOL),
    ENTRY(cache_own_address, IS_BOOL),
    ENTRY(resolve_when_exhausted, IS_BOOL),
    ENTRY(dial_once_a_cycle, IS_BOOL),
    ENTRY(settings_at_open, IS_BOOL),
    ENTRY(disconnect_on_leave, IS_BOOL),
    ENTRY(pool_connections, IS_BOOL),
    ENTRY(abort_on_bad_utility, IS_BOOL),
    ENTRY(flood_needs_connected, IS_BOOL),
    ENTRY(abort_on_connect_timeout, IS_BOOL),
    ENTRY(refuse_losing_welcome, IS_BOOL),
    ENTRY(client_survives_timeout, IS_BOOL),
    ENTRY(resolve_within_cycle, IS_BOOL),
    ENTRY(open_fails_with_resolver, IS_BOOL),
    ENTRY(obey_must_understand, IS_BOOL),
    ENTRY(local_floods_count_down, IS_BOOL),
    ENTRY(watch_last_again, IS_BOOL),
    ENTRY(restart_refresh_with_reply, IS_BOOL),
    ENTRY(hops_zero, IS_ENUM),
    ENTRY(relay_form, IS_ENUM),
    ENTRY(late_duplicates_by_age, IS_BOOL),
    ENTRY(legacy_late_duplicates, IS_BOOL),
    ENTRY(maintenance_interval, IS_TIME),
    ENTRY(first_retry, IS_TIME),
    ENTRY(cycle_budget, IS_TIME),
    ENTRY(quiet_time, IS_TIME),
    ENTRY(connect_timeout, IS_TIME),
    ENTRY(open_timeout, IS_TIME),
    ENTRY(close_timeout, IS_TIME),
    ENTRY(send_timeout, IS_TIME),
    ENTRY(accept_timeout, IS_TIME),
    ENTRY(node_open_timeout, IS_TIME),
    ENTRY(utility_interval, IS_TIME),
    ENTRY(seen_period, IS_TIME),
    ENTRY(pool_idle, IS_TIME),
    ENTRY(call_timeout, IS_TIME),
    ENTRY(address_debounce, IS_TIME),
    ENTRY(slow_period, IS_TIME),
    ENTRY(slow_spread, IS_TIME),
    ENTRY(seen_buckets, IS_BYTE),
    ENTRY(refresh_percent, IS_BYTE),
    ENTRY(utility_window, IS_BYTE),
    ENTRY(forwarding_limit, IS_SHORT),
    ENTRY(slow_pending, IS_SHORT),
    ENTRY(recovered_pending, IS_SHORT),
    ENTRY(sessions_accepted, IS_SHORT),
    ENTRY(message_octets, IS_WORD),
};

/* "300s", "110ms", "0", or a bare number of seconds. */
bool story_time(const char *text, pc_time *out)
{
    char *end;
    double number = strtod(text, &end);
    if (end == text || number < 0)
        return false;
    if (strcmp(end, "ms") == 0)
        *out = (pc_time)(number * 1e6 + 0.5);
    else if (*end == '\0' || strcmp(end, "s") == 0)
        *out = (pc_time)(number * 1e9 + 0.5);
    else
        return false;
    return true;
}

bool story_set_rule(struct pc_rules *rules, const char *assignment)
{
    const char *equals = strchr(assignment, '=');
    for (unsigned i = 0; equals && i < G_N_ELEMENTS(entries); i++) {
        if (strlen(entries[i].name) != (size_t)(equals - assignment) ||
            strncmp(entries[i].name, assignment, (size_t)(equals - assignment)) != 0)
            continue;
        void *at = (char *)rules + entries[i].offset;
        long number = strtol(equals + 1, NULL, 10);
        switch (entries[i].kind) {
        case IS_BOOL:
            *(bool *)at = number != 0;
            return true;
        case IS_BYTE:
            *(uint8_t *)at = (uint8_t)number;
            return true;
        case IS_SHORT:
            *(uint16_t *)at = (uint16_t)number;
            return true;
        case IS_WORD:
            *(uint32_t *)at = (uint32_t)number;
            return true;
        case IS_ENUM:
            *(unsigned *)at = (unsigned)number;
            return true;
        case IS_TIME:
            return story_time(equals + 1, at);
        }
    }
    return false;
}
