/* What can go wrong in the network, and how it is undone: cuts between parts of it, and impairments of hosts.
 * scenarios.md 4.3. All calls come from the director, or while the world does not run; they may touch every
 * host. Faults of one host stack, and each is undone for itself, in any order.
 *
 * Where no packet passes, TCP retransmits: README.md, "Faults". */
#ifndef SIM_FAULT_H
#define SIM_FAULT_H

#include "sim/world.h"

#define SIM_SIDES_MAX 64 /* parts of a cut */

struct sim_cut;

/* No packet passes between hosts of different sides; side[host] for the hosts 0 … hosts - 1: 1 … SIM_SIDES_MAX,
 * or 0: it reaches, and is reached by, everybody. oneway: only packets from a smaller side to a greater one
 * are lost. Packets that have departed still arrive. The cut is the world's until sim_cut_heal(). */
struct sim_cut *sim_cut_begin(struct sim_world *world, const uint8_t *side, uint32_t hosts, bool oneway);
void sim_cut_heal(struct sim_world *world, struct sim_cut *cut);

/* All zero: no impairment. */
struct sim_impairment {
    bool down;         /* the link of the host: no packet leaves or reaches it */
    bool asleep;       /* down, and nothing happens on the host: timers, calls and arrivals wait for the end */
    bool deaf;         /* its nodes read nothing; what arrives waits in the receive buffers */
    uint32_t loss_ppm; /* of the packets that it sends or receives: as stalls of the streams */
    int64_t delay;     /* ns, added to what it sends and to what it receives */
    uint64_t up, down_rate; /* bit/s: at most so fast; 0: no such limit */
    uint64_t read;          /* bit/s of octets that its nodes take, all connections together; 0: no such limit */
};

struct sim_trouble;

/* Of stacked ones delays add, losses combine, and the smallest rate counts. */
struct sim_trouble *sim_impair(struct sim_world *world, uint32_t host, const struct sim_impairment *how);
/* A host that wakes gets what waited at this time, after whatever the director does in its present call. */
void sim_repair(struct sim_world *world, struct sim_trouble *trouble);

/* Does a packet pass, as far as cuts and impairments go? Deaths of nodes do not count. */
bool sim_fault_passes(const struct sim_world *world, uint32_t from, uint32_t to);
bool sim_host_asleep(const struct sim_world *world, uint32_t host);

/* The host has another address from now on, which nobody had before; returns it. Its connections stay, but no
 * packet of them passes any more: whoever sends gives up in the end. */
uint32_t sim_host_move(struct sim_world *world, uint32_t host);

#endif
