/* A live node with rules of the test's own, for tests of what it endures. */
#ifndef TEST_LIVE_MEMBER_H
#define TEST_LIVE_MEMBER_H

#include "protocol/live/driver.h"

#include <glib.h>

struct member {
    struct pc_sockets *sockets;
    struct pc_mesh mesh;
    struct pc_live *live; /* a node, or a resolver service */
    pc_str via;
    unsigned delivered, own, violations, slow;
    bool started, stopped;
};

/* In the mesh "chat"; `rules` NULL: net. `resolver`: port of the service, 0: none. */
void member_open(struct member *member, const struct pc_rules *rules, uint16_t resolver);
void member_serve(struct member *member, const struct pc_rules *rules); /* a resolver service */
void member_close(struct member *member);
void member_dial(struct member *from, const struct member *to);
void member_say(struct member *member, uint32_t size); /* a message of so many octets */
unsigned member_neighbors(const struct member *member);

#endif
