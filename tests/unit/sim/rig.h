/* A bench for tests of the world: nodes that log what they are told, one line an event, and do what a test
 * tells them. */
#ifndef TEST_SIM_RIG_H
#define TEST_SIM_RIG_H

#include "sim/world.h"

#include <glib.h>

#define RIG_NODES 8
#define MS        ((int64_t)1000000)
#define SECOND    ((int64_t)1000000000)

struct rig;

struct rig_node {
    struct rig *rig;
    uint32_t node;
    sim_conn conn;        /* the last one that was accepted or connected */
    GString *received;    /* octets taken */
    bool echo_finish;     /* finishes when the peer did */
    bool pause_on_accept; /* does not read */
    size_t take;          /* takes only so many octets at a time, then pauses; 0: all */
};

struct rig {
    struct sim_world *world;
    struct sim_profile *profile;
    struct rig_node nodes[RIG_NODES];
    uint32_t count;
    GString *log; /* "12.345ms 0 connected\n" */
    int owners;   /* references held */
};

/* Nodes 0 … count - 1, each alone on its host, port 100 + number. */
void rig_open(struct rig *rig, enum sim_profile_id id, const struct sim_profile_changes *changes,
              uint32_t count, const struct sim_config *config);

/* Asserts that no reference is held any more. */
void rig_close(struct rig *rig);

/* Node a connects to node b; runs until both know. */
void rig_connect(struct rig *rig, uint32_t a, uint32_t b);

/* Writes `size` octets at node's connection. */
void rig_write(struct rig *rig, uint32_t node, size_t size);

void rig_run(struct rig *rig, int64_t until);

/* Asserts that the log is these lines, and empties it. */
void rig_expect(struct rig *rig, const char *lines);

/* Written = received + lost: conservation, at rest. */
void rig_check_balance(struct rig *rig);

#endif
