/* The numbers and choices in which implementations differ: the one place that decides what a dialect does. */
#ifndef PC_MESH_RULES_H
#define PC_MESH_RULES_H

#include "protocol/mesh/types.h"
#include "protocol/wire/flood.h"
#include <stdbool.h>

enum pc_dialect { PC_DIALECT_NET, PC_DIALECT_SPEC, PC_DIALECT_PROFILE, PC_DIALECT_MONO, PC_DIALECT_COUNT };

/* How referrals are used: by the service's word ([MC-PRCR] 2.2.4.4), always, or never. */
enum pc_referral_policy { PC_REFERRALS_BY_SERVICE, PC_REFERRALS_SHARE, PC_REFERRALS_DO_NOT_SHARE };

enum pc_hops_zero { PC_HOPS_ZERO_WRAPS, PC_HOPS_ZERO_ENDS };

struct pc_rules { /* peer-channel.md 20; "§" = sections there */
    /* Neighbours, §11.1 */
    uint8_t min_neighbors, ideal_neighbors, max_neighbors;
    uint8_t referrals_in_message;  /* 10 */
    uint8_t referral_cache;        /* entries held at most */
    uint8_t addresses_per_resolve; /* 3 */
    enum pc_referral_policy referral_policy;
    bool maintenance;             /* look for neighbours at all; off: only what the driver dials (tests, fixed graphs) */
    bool connecting_counts;       /* towards max_neighbors: §24.4 */
    bool cache_own_address;       /* §11.6: .NET does, and can isolate itself so */
    bool resolve_when_exhausted;  /* §21.1 row 16: in the same cycle, when no candidate is left */
    bool dial_once_a_cycle;       /* whoever was dialled is no candidate again in that cycle, named by whom it may be: §11.8 */
    bool settings_at_open;        /* ask for the sharing mode at open, not at first use: §10.7 */
    bool disconnect_on_leave;     /* Disconnect(LeavingMesh) first: §8.2 */
    bool pool_connections;        /* keep a TCP connection after End for the next session: §3.4 */
    bool abort_on_bad_utility;    /* or close with Disconnect(InternalFailure): §12.4 */
    bool flood_needs_connected;   /* §9.3 */
    bool abort_on_connect_timeout; /* or end the session gracefully: §9.2 */
    bool refuse_losing_welcome;   /* §10.3 step 3, both links dialled by this node: Refuse where .NET sends Disconnect */
    bool client_survives_timeout; /* a Resolve time-out counts as an empty list: §18.5 */
    bool resolve_within_cycle;    /* a Resolve may take what is left of the cycle's budget, not call_timeout: §18.5 */
    bool open_fails_with_resolver; /* a failed Register, or a time-out before it, fails the open: §8.1, §18.5 */
    bool obey_must_understand;    /* a flood with such a header that nobody knows goes no further: §6.1 */
    bool local_floods_count_down; /* .NET's drift: a local flood's end lowers a count that never held it: §14 */
    bool foreign_forms; /* take what Mono's nodes send (21.2): a flood whose id is WS-Addressing's, an Unregister without a mesh */
    bool watch_last_again;        /* a slow neighbor spared as the last one may be watched again: §14 */
    bool restart_refresh_with_reply; /* §21.1 row 36 */
    enum pc_hops_zero hops_zero;  /* §13.4 */
    enum pc_relay_form relay_form;
    bool late_duplicates_by_age;  /* §12.5 */
    bool legacy_late_duplicates;  /* .NET's miscounted miss distance: §12.5 */

    /* Time */
    pc_time maintenance_interval, first_retry, cycle_budget, quiet_time; /* 5 min, 10 s, 2 min, 60 s */
    pc_time connect_timeout, open_timeout, close_timeout, send_timeout;  /* 60 s each */
    pc_time node_open_timeout;                                           /* the whole open: 60 s, §8.1 step 5 */
    pc_time accept_timeout;                                              /* preamble complete: 30 s */
    pc_time utility_interval;                                            /* 30 s */
    pc_time seen_period;                                                 /* 60 s a bucket */
    pc_time pool_idle;                                                   /* 2 min */
    pc_time call_timeout;                                                /* resolver calls: 60 s */
    pc_time address_debounce;                                            /* 5 s */
    pc_time slow_period, slow_spread;                                    /* 10 s + up to 10 s: §14 */
    uint8_t seen_buckets;                                                /* 5; 6 keep ids for five minutes */
    uint8_t refresh_percent;                                             /* of the lifetime: 100, §18.5 */

    /* Limits */
    uint8_t utility_window;                                     /* 32 */
    uint16_t forwarding_limit, slow_pending, recovered_pending; /* 128, 32, 8: §14 */
    uint16_t sessions_accepted;                                 /* 64 */
    uint32_t message_octets;                                    /* 65536 */
};

/* The defaults of a dialect; a driver copies them and changes what its user asks for. */
const struct pc_rules *pc_rules_of(enum pc_dialect dialect);
bool pc_dialect_find(const char *name, enum pc_dialect *dialect); /* false: there is none of this name */
const char *pc_dialect_name(enum pc_dialect dialect); /* "net", "spec", "profile", "mono" */

/* NULL if the set can work, else a sentence that says why not ("min 5 is over max 3"). */
const char *pc_rules_problem(const struct pc_rules *rules);

#endif
