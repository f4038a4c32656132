/* Inside the rig: rig.c is the list of happenings and the peers, rig_wire.c their connections. */
#ifndef NARRATIVE_RIG_PRIVATE_H
#define NARRATIVE_RIG_PRIVATE_H

#include "tests/unit/narrative/rig.h"

/* One thing that will happen to an end, or that the script does. */
enum item_kind { ITEM_OCTETS, ITEM_EOF, ITEM_RESET, ITEM_ACCEPT, ITEM_MADE, ITEM_FAILED, ITEM_DRAIN, ITEM_COMMAND };

struct item {
    pc_time at;
    uint64_t order;
    enum item_kind kind;
    struct rig_end *end;
    GBytes *octets;
    rig_command command;
    void *data;
};

/* In `delay` from now, behind what is there for that time already. */
void rig_schedule(struct rig *rig, pc_time delay, struct item item);

struct rig_conn *rig_dial(struct rig_peer *peer, pc_conn number, const struct pc_ip *ip, uint16_t port);
void rig_clear_end(struct rig *rig, struct rig_end *end); /* gives back all that it holds; of an end never opened: nothing */

#endif
