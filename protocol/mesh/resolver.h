/* The custom resolver service as a node of the same shape: events in, actions out. [MC-PRCR] 3.2; peer-channel.md 18.2-18.4. */
#ifndef PC_MESH_RESOLVER_H
#define PC_MESH_RESOLVER_H

#include "protocol/mesh/node.h"

#define PC_RESOLVER_MAX_SAMPLE        4096 /* addresses in one reply: ten times what a client's 65,536 octets hold */

struct pc_resolver_settings {
    pc_time refresh_interval; /* = registration lifetime: 10 min */
    pc_time cleanup_interval; /* 1 min */
    pc_time receive_timeout;  /* an open session that says nothing: 10 min (framing.md 12) */
    bool control_shape;       /* true: clients shall not share referrals */
    uint32_t registrations;   /* held at most, 4,000,000: a Register beyond is answered with a fault */
};

extern const struct pc_resolver_settings pc_resolver_defaults;

struct pc_resolver;

/* `mesh` gives codec, rules, framing limits and random numbers; its names are not used: one service serves any number
 * of meshes. NULL and *why (static text) if the settings cannot be. */
struct pc_resolver *pc_resolver_new(const struct pc_mesh *mesh, void *user, const struct pc_resolver_settings *settings,
                                    const char **why);
void pc_resolver_free(struct pc_resolver *resolver);

/* Events: START, STOP, ACCEPTED, OCTETS, EOF, BLOCKED, WRITABLE, CLOSED, TIMER. As pc_node_step(). */
void pc_resolver_step(struct pc_resolver *resolver, struct pc_event *event, struct pc_actions *out);
pc_time pc_resolver_deadline(const struct pc_resolver *resolver);

/* For drivers that let the service be wrong: asked for each address that a Resolve draws, may return another (borrowed: the
 * driver keeps it). NULL: none. */
void pc_resolver_on_answer(struct pc_resolver *resolver, pc_str (*answer)(void *user, pc_str drawn), void *user);

/* For drivers that play a recorded service again: asked for each Resolve. Writes at most `most` of the mesh's registered addresses
 * (borrowed) to `out` and returns how many; UINT32_MAX: as always. NULL: none. */
typedef uint32_t (*pc_resolver_sample)(void *user, struct pc_text client_id, const pc_str *registered, uint32_t count, pc_str *out,
                                       uint32_t most);
void pc_resolver_on_sample(struct pc_resolver *resolver, pc_resolver_sample sample, void *user);

uint32_t pc_resolver_registrations(const struct pc_resolver *resolver, struct pc_text mesh); /* all if .s is NULL */

#endif
