/* The network of a live run: real connections over loopback for nodes whose calendar is the simulator's, by the wall clock. For net*.c. */
#ifndef SCN_NET_LIVE_H
#define SCN_NET_LIVE_H

#include "protocol/mesh/types.h"
#include "protocol/wire/buf.h"
#include "sim/world.h"

struct scn_live;
struct scn_live_options;
struct scn_net;
struct scn_peer;

struct scn_live *scn_live_new(struct scn_net *net, const struct scn_live_options *options);
void scn_live_free(struct scn_live *live); /* NULL is allowed */
void scn_live_run(struct scn_live *live, const struct sim_progress *progress); /* until the world is stopped */
int64_t scn_live_elapsed(const struct scn_live *live);
uint32_t scn_live_address(const struct scn_live *live, uint32_t address); /* of a host: 10.x.y.z -> 127.NET.y.z */

/* As their sisters in sim/world.h. Ends of connections are numbered from 1 and never used again. */
sim_conn scn_live_connect(struct scn_peer *peer, uint32_t address, uint16_t port); /* address: a real one */
bool scn_live_listen(struct scn_peer *peer, uint16_t port);
void scn_live_unlisten(struct scn_peer *peer);
/* Ends what is open: by resets, or silently: nobody hears of it, and nobody reaches its host, until it listens again. Nothing if the run is simulated. */
void scn_live_kill(struct scn_peer *peer, bool silent);
void scn_live_faults_changed(struct scn_live *live); /* cuts or impairments of the world: lines fall silent, or carry again */
bool scn_live_write(struct scn_live *live, sim_conn end, struct pc_buf *octets);
void scn_live_pause(struct scn_live *live, sim_conn end, bool pause);
void scn_live_let_go(struct scn_live *live, sim_conn end, bool reset);
sim_conn scn_live_find(struct scn_peer *peer, pc_conn conn);
void scn_live_set_tag(struct scn_live *live, sim_conn end, pc_conn conn);
pc_conn scn_live_tag(const struct scn_live *live, sim_conn end);
void scn_live_view(struct scn_live *live, sim_conn end, struct sim_conn_view *view);

#endif
