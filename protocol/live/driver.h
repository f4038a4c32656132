/* A node or a resolver service of protocol/mesh on real sockets: events of sockets and clock become steps of the core, its actions
 * become calls of sockets, and what is for the application goes to the owner. One thread: that of the main context. */
#ifndef PC_LIVE_DRIVER_H
#define PC_LIVE_DRIVER_H

#include "protocol/live/socket.h"
#include "protocol/mesh/node.h"
#include "protocol/mesh/resolver.h"

struct pc_live;

/* Told within a step: they may look at what they are given, but not call anything here. */
struct pc_live_ops {
    /* DELIVER, STARTED, OPEN_FAILED, STOPPED, PUBLISHED, ONLINE, OFFLINE, NOTE: as the core gave it. */
    void (*action)(void *user, const struct pc_action *action);
};

/* Listens on `ip` and `port` (0: any). Nothing happens before pc_live_start(). NULL and an error if that port cannot be had.
 * `mesh` and `ops` are borrowed; mesh->random gets `user`. */
struct pc_live *pc_live_node(struct pc_sockets *sockets, const struct pc_mesh *mesh, const struct pc_ip *ip, uint16_t port,
                             const struct pc_live_ops *ops, void *user, GError **error);
struct pc_live *pc_live_resolver(struct pc_sockets *sockets, const struct pc_mesh *mesh, const struct pc_ip *ip, uint16_t port,
                                 const struct pc_resolver_settings *settings, const struct pc_live_ops *ops, void *user,
                                 GError **error);
void pc_live_free(struct pc_live *live); /* as if the process had died: what is open is reset. NULL is allowed */

/* `host`: for the listen URI, absent: the IP literal. */
void pc_live_start(struct pc_live *live, struct pc_text host);

/* Any event that is not of connections: PUBLISH, OPEN_CHANNEL, STOP, DIAL, … `now` is filled in. Not within a step. */
void pc_live_event(struct pc_live *live, struct pc_event *event);

uint16_t pc_live_port(const struct pc_live *live);
const struct pc_node *pc_live_core(const struct pc_live *live); /* NULL of a resolver service */
const struct pc_resolver *pc_live_service(const struct pc_live *live);
uint32_t pc_live_connections(const struct pc_live *live);
uint64_t pc_live_unsent(const struct pc_live *live); /* octets that wait for all peers together */

/* Where the two ends of a connection are; NULL: it is not known (any more). Valid until the next step. Within a step, too. */
const char *pc_live_local(const struct pc_live *live, pc_conn conn);
const char *pc_live_remote(const struct pc_live *live, pc_conn conn);

/* Random numbers for pc_mesh.random: from the system, or reproducible ones (`seed` not 0) for tests. */
uint64_t pc_live_random(uint64_t seed, enum pc_draw purpose, uint32_t index);

#endif
