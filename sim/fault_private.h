/* What is wrong, shared by fault.c (who makes it so) and passage.c (what it means for a train). */
#ifndef SIM_FAULT_PRIVATE_H
#define SIM_FAULT_PRIVATE_H

#include "sim/fault.h"
#include "sim/internal.h"

#define SIM_PPM 1000000

struct sim_cut {
    uint8_t *side; /* by host */
    uint32_t hosts;
    bool oneway;
};

struct sim_trouble {
    uint32_t host;
    struct sim_impairment how;
};

/* What is wrong with one host: the sum of its impairments, and what it was before. */
struct fault {
    GPtrArray *troubles; /* of struct sim_trouble */
    struct sim_impairment sum;
    struct sim_place place; /* as the profile made it */
    GArray *asleep;         /* of struct sim_event: what waits until the host wakes */
    uint32_t address;       /* 0: its first one */
    struct sim_reader reader;
};

static inline struct fault *sim_fault_of(const struct sim_world *world, uint32_t host)
{
    return host < world->fault_count ? world->faults[host] : NULL;
}

/* A fault begins: what this end has on its line is held again, if it cannot pass; a connect that waits for an answer tries
 * again. passage.c */
void sim_fault_interrupt(struct sim_world *world, uint32_t index);

#endif
