/* A recorded mesh played again: nodes of a capture as peers of a run. Who they are, what their applications did and when, whom they
 * dialled and what the resolver answered is the capture's; everything else is our core's and the simulated network's. X17. */
#ifndef SCN_RECORDED_H
#define SCN_RECORDED_H

#include "scenarios/conform/captured_node.h"
#include "scenarios/engine/net.h"

struct scn_recorded;

/* From now on this peer is that node: its address (port, host, IP literal), ids and GUIDs, and the addresses that it dials, in their order.
 * `capture` and `node` are borrowed, until the network is freed. Before the peer's start. */
void scn_recorded_play(struct scn_peer *peer, const struct cf_capture *capture, const struct cf_captured_node *node);
void scn_recorded_free(struct scn_recorded *recorded); /* NULL is allowed */
void scn_recorded_service(struct scn_net *net); /* the resolver is there: it answers such peers as the captured one did */

/* --- for net*.c --- */

/* A draw that the capture shows: true and *value. */
bool scn_recorded_draw(const struct scn_peer *peer, enum pc_draw purpose, uint32_t index, uint64_t *value);
/* Where it says that it listens. */
void scn_recorded_start(const struct scn_peer *peer, struct pc_event *start);
/* The host of the network that stands for this address of the capture; unchanged if there is none. */
void scn_recorded_address(const struct scn_peer *peer, uint32_t *address, uint16_t *port);

#endif
