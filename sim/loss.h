/* Which packets of one direction of a connection are lost: each for itself (Bernoulli), in bursts (two states, Gilbert–Elliott),
 * or as a recorded trace says. Costs a draw for each loss or burst, not for each packet. */
#ifndef SIM_LOSS_H
#define SIM_LOSS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* A recorded trace, for many connections: each begins at a place of its own, and at the end it begins anew. */
struct sim_loss_trace;

/* A text of the digits 0 (arrived) and 1 (lost), one for each packet, white space and lines that begin with # left out.
 * Fails (GError, "file:line: …") on anything else, on an empty trace and on one in which every packet is lost. */
struct sim_loss_trace *sim_loss_trace_read(const char *path, GError **error);
struct sim_loss_trace *sim_loss_trace_new(const char *text, const char *name, GError **error);
void sim_loss_trace_free(struct sim_loss_trace *trace);

/* A birth–death chain of states, from good to bad: before each packet it may go one state up or down, and each state loses its share
 * of the packets. Long bursts come out more often than of two states (scenarios.md 4.1, after Cardoso and de Rezende). */
#define SIM_LOSS_STATES 4
struct sim_loss_chain {
    uint32_t loss_ppm[SIM_LOSS_STATES];
    uint32_t worse_ppm[SIM_LOSS_STATES - 1];  /* from state i to i + 1 */
    uint32_t better_ppm[SIM_LOSS_STATES - 1]; /* from state i + 1 to i */
};
/* What is wrong with it, or NULL. */
const char *sim_loss_chain_problem(const struct sim_loss_chain *chain);
uint32_t sim_loss_chain_mean(const struct sim_loss_chain *chain); /* ppm of the packets, in the long run */

struct sim_loss_model {
    uint32_t ppm;   /* of the packets, in the long run; not used with a trace */
    uint32_t burst; /* mean number of packets lost in a row; 0 and 1: each for itself */
    const struct sim_loss_trace *trace; /* borrowed; NULL: none */
    const struct sim_loss_chain *chain; /* borrowed; NULL: none. Costs a draw for each packet */
};

/* Where one direction stands. All zero but the lane: at the start. */
struct sim_loss {
    uint64_t seed, lane;
    uint64_t draws;
    int64_t left; /* packets that still arrive, or in a burst: are still lost */
    uint32_t ppm; /* what `left` was drawn for */
    uint8_t state; /* of the chain */
    bool bad, drawn, rested;
};

/* Some time passes, a time-out: a burst is over, and whether another one goes on now is drawn. A trace goes on where it was. */
void sim_loss_rest(struct sim_loss *loss);

/* The next `packets` packets go: returns how many of them arrive before one is lost, and the lost one has gone, too; or
 * `packets`: all arrived. */
int64_t sim_loss_pass(struct sim_loss *loss, const struct sim_loss_model *model, int64_t packets);

#endif
