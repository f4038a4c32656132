/* The neighbour state machine as tables: what a message or happening does to a link, by role and state.
 * [MC-PRCH] 3.1.5, 3.1.6; peer-channel.md 9. The code runs these tables, and prints them. */
#ifndef PC_MESH_FSM_H
#define PC_MESH_FSM_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct pc_rules;

enum pc_link_state { /* peer-channel.md 9.1, .NET's numbers */
    PC_LINK_CREATED = 0,
    PC_LINK_OPENED = 1,
    PC_LINK_AUTHENTICATED = 2,
    PC_LINK_CONNECTING = 3,
    PC_LINK_CONNECTED = 4,
    PC_LINK_DISCONNECTING = 5,
    PC_LINK_DISCONNECTED = 6,
    PC_LINK_CLOSED = 8,
    PC_LINK_STATES = 9
};

enum pc_link_event {
    PC_LINK_ESTABLISHED,  /* transport and preamble done */
    PC_LINK_RECV_CONNECT,
    PC_LINK_RECV_WELCOME,
    PC_LINK_RECV_REFUSE,
    PC_LINK_RECV_DISCONNECT,
    PC_LINK_RECV_UTILITY,
    PC_LINK_RECV_PING,
    PC_LINK_RECV_FLOOD,
    PC_LINK_RECV_FAULT,
    PC_LINK_RECV_TOKEN,   /* RequestSecurityToken(Response): not in security mode None */
    PC_LINK_RECV_OTHER,   /* unknown or resolver message */
    PC_LINK_TIMER,        /* connect timer */
    PC_LINK_LOCAL_CLOSE,  /* this node decides to close */
    PC_LINK_NODE_LEAVES,  /* all links go */
    PC_LINK_OPEN_FAILS,   /* likewise, at once */
    PC_LINK_PEER_END,     /* framing End received */
    PC_LINK_LOST,         /* TCP lost, framing or decoding error */
    PC_LINK_EVENTS
};

enum pc_verdict {
    PC_VERDICT_IMPOSSIBLE, /* cannot happen; the reason stands in the table */
    PC_VERDICT_PROCESS,    /* act on it; `to` is the state if all goes well */
    PC_VERDICT_IGNORE,
    PC_VERDICT_ABORT,      /* drop the connection without a word */
};

enum { PC_ROW_LENIENT = 1, PC_ROW_STRICT }; /* only if rules->flood_needs_connected is off, on */

struct pc_fsm_row {
    uint8_t event; /* enum pc_link_event */
    uint8_t roles; /* 1 initiator, 2 responder */
    uint16_t states; /* bit set of enum pc_link_state */
    uint8_t verdict;
    uint16_t to;       /* bit set of other states the processing may lead to */
    const char *why;   /* short, for people */
    const char *clause;
    uint8_t only;      /* 0, PC_ROW_LENIENT or PC_ROW_STRICT */
};

/* The row that decides: there is one for each combination. */
const struct pc_fsm_row *pc_fsm_row(const struct pc_rules *rules, enum pc_link_event event, bool initiator,
                                    enum pc_link_state state);
bool pc_fsm_row_fits(const struct pc_fsm_row *row, bool strict, enum pc_link_event event, bool initiator,
                     enum pc_link_state state);

/* May a link go from one state to another at all? (9.1: states only increase, but for the reset to Created) */
bool pc_fsm_may_go(enum pc_link_state from, enum pc_link_state to);

const struct pc_fsm_row *pc_fsm_rows(uint32_t *count);
const char *pc_link_state_name(enum pc_link_state state); /* "Connecting" */
const char *pc_link_event_name(enum pc_link_event event); /* "Welcome received" */

/* Graphviz text of the machine; the table itself, columns separated by tabs. */
void pc_fsm_print_dot(FILE *out);
void pc_fsm_print_table(FILE *out);

#endif
