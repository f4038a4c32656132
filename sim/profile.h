/* Network profiles: where hosts live, how far apart they are, what their access lines carry. Everything is a
 * pure function of (seed, key of the host) or (seed, keys of a pair): one host more or fewer moves no other.
 * scenarios.md 4.1. */
#ifndef SIM_PROFILE_H
#define SIM_PROFILE_H

#include "sim/dist.h"
#include "sim/loss.h"
#include "sim/matrix.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define SIM_REGION_DRAWN 0xFF /* sim_profile_place(): draw the region by the weights */
#define SIM_REGIONS_MAX  16

enum sim_profile_id {
    SIM_PROFILE_NULL,        /* N0: 10 ms, infinite rate, no jitter */
    SIM_PROFILE_LAN,         /* N1: 0.1–0.3 ms a pair, 1 Gbit/s */
    SIM_PROFILE_WORLD_HOMES, /* N2: region matrix, last mile, access mix, jitter */
    SIM_PROFILE_KING,        /* N3: a measured or made-up matrix of name servers, last mile and access mix of N2 */
    SIM_PROFILE_CITIES,      /* N4: a measured or made-up matrix of cities, 100 Mbit/s */
    SIM_PROFILE_SLOW_UPLINK, /* N5: N2 with 128 kbit/s to 1 Mbit/s up, and packet loss by class of home */
    SIM_PROFILE_WLAN,        /* N6: 1–3 ms a pair, one radio channel of 54 Mbit/s for all, packets lost in bursts */
    SIM_PROFILE_MOBILE,      /* N7: N2 with 20 to 60 ms more at each end; gaps of the bearer are sim_profile_gaps() */
    SIM_PROFILE_COUNT
};

/* Is `name` a profile ("null", "lan", "world-homes", …)? */
bool sim_profile_find(const char *name, enum sim_profile_id *id);

/* Names of all profiles, NULL at the end, N0 … N7; for messages. */
const char *const *sim_profile_names(void);

/* Where one host is and what its line carries: computed once, then kept with the host. */
struct sim_place {
    uint64_t key;       /* of the host: hash of its name in the script */
    uint64_t up, down;  /* bit/s; 0: infinite */
    uint32_t last_mile; /* ns */
    uint16_t site;      /* of the profile's matrix; 0 if it has none */
    uint8_t region;     /* index into the profile's regions; 0 if it has none */
    uint8_t access;     /* index of the access class; 0 if there is one */
    bool nat;           /* a connect to it is not answered */
    uint32_t loss_ppm;  /* of the packets on its line */
};

/* What a script changes in a profile. A pointer that is NULL leaves the profile's own; the distributions are
 * borrowed and must outlive the profile. */
struct sim_profile_changes {
    const struct sim_dist *delay;  /* one way, ns, drawn for each pair; replaces regions, matrix and last mile */
    const struct sim_matrix *matrix; /* of king and cities, instead of the made-up one. Borrowed */
    const struct sim_dist *up;     /* bit/s, drawn for each host; a draw of 0 is infinite */
    const struct sim_dist *down;   /* likewise */
    const struct sim_dist *jitter; /* ns, drawn for each segment; negative draws count as 0 */
    bool tcp_stream;   /* plain streams where the profile itself has the full model */
    bool tcp_full;     /* windows and retransmission as in sim/tcp.h; else streams that take the line as they like */
    uint32_t loss_burst; /* mean number of packets lost in a row: two states. 0 and 1: each for itself. Needs tcp_full … */
    const struct sim_loss_trace *loss_trace; /* … and so does a trace of losses, which replaces the drawn ones. Borrowed */
    const struct sim_loss_chain *loss_chain; /* … and a chain of states, likewise. Borrowed */
    bool loss_given;   /* loss_ppm takes the place of what every host of the profile loses */
    uint32_t loss_ppm; /* of the packets at each host, on top of the profile's classes */
    uint32_t stations; /* of a radio channel at most: further hosts have further channels; 0: all have one */
    uint32_t nat_ppm;  /* of the hosts are behind NAT: nobody can connect to them … */
    uint32_t open_ppm; /* … but to so many of those, through Teredo or IPv6 */
};

struct sim_profile;

/* `changes` may be NULL. Fails (GError) on changes that are not built yet and on distributions that make no
 * sense. */
struct sim_profile *sim_profile_new(enum sim_profile_id id, uint64_t seed,
                                    const struct sim_profile_changes *changes, GError **error);
void sim_profile_free(struct sim_profile *profile);

/* Fills in the place of the host with that key. `region`: an index, or SIM_REGION_DRAWN. */
void sim_profile_place(const struct sim_profile *profile, uint64_t key, uint8_t region,
                       struct sim_place *place);

/* One-way delay between two places, ns, > 0: the pair's fixed part, without jitter, serialisation and queues.
 * Symmetric. */
int64_t sim_profile_base_delay(const struct sim_profile *profile, const struct sim_place *a,
                               const struct sim_place *b);

/* Jitter of one segment, ns, ≥ 0, from one draw of the connection's stream; `base` is the pair's delay. */
int64_t sim_profile_jitter(const struct sim_profile *profile, int64_t base, struct sim_stream *stream);
bool sim_profile_has_jitter(const struct sim_profile *profile);

/* Do its hosts share a radio channel, and how many at most (0: all of them)? All profiles that say the same share. */
bool sim_profile_air(const struct sim_profile *profile, uint32_t *most);

/* Outages of a host's bearer, of networks that have them: the time from one to the next (exponential, mean `every`), how long each
 * lasts (uniform), and how often the host has another address afterwards. False: it has none. */
struct sim_profile_gaps {
    int64_t every, shortest, longest; /* ns */
    uint32_t moves_ppm;
};
bool sim_profile_gaps(const struct sim_profile *profile, struct sim_profile_gaps *gaps);

/* Packets lost on the way of a host there, ppm; it pays for both directions. */
uint32_t sim_profile_loss(const struct sim_profile *profile, const struct sim_place *place);

/* How senders there behave; .ppm is not filled in. */
bool sim_profile_tcp_full(const struct sim_profile *profile);
struct sim_loss_model sim_profile_loss_model(const struct sim_profile *profile);

/* Names of regions ("europe"); 0 regions: the profile has none. */
unsigned sim_profile_regions(const struct sim_profile *profile);
const char *sim_profile_region_name(const struct sim_profile *profile, unsigned region);
/* A region of any profile by its name or its letters in scenarios.md 4.1 ("europe", "EU"): its number, or -1. */
int sim_region_find(const char *name);
const char *const *sim_region_names(void); /* NULL at the end */

#define SIM_PROFILE_ERROR (sim_profile_error_quark())
GQuark sim_profile_error_quark(void);

#endif
