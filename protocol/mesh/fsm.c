#include "protocol/mesh/fsm.h"

#include "protocol/mesh/rules.h"

#define S(state)  ((uint16_t)(1u << (state)))
#define INITIATOR 1
#define RESPONDER 2
#define BOTH      3

#define CREATED       S(PC_LINK_CREATED)
#define OPENED        S(PC_LINK_OPENED)
#define AUTHENTICATED S(PC_LINK_AUTHENTICATED)
#define CONNECTING    S(PC_LINK_CONNECTING)
#define CONNECTED     S(PC_LINK_CONNECTED)
#define DISCONNECTING S(PC_LINK_DISCONNECTING)
#define DISCONNECTED  S(PC_LINK_DISCONNECTED)
#define CLOSED        S(PC_LINK_CLOSED)
#define LEAVING       (DISCONNECTING | DISCONNECTED)
#define PASSING       (OPENED | AUTHENTICATED) /* passed through within one step in security mode None */
#define LIVE          (CONNECTING | CONNECTED | LEAVING)

/* Before the preamble is done and after the session, framing lets no envelope through. */
#define OUTSIDE(event)                                                                                                 \
    {                                                                                                                  \
        event, BOTH, CREATED | PASSING | CLOSED, PC_VERDICT_IMPOSSIBLE, 0, "no envelope outside a session", "9.2"      \
    }

/* The first row that fits decides. */
static const struct pc_fsm_row rows[] = {
    {PC_LINK_ESTABLISHED, BOTH, CREATED, PC_VERDICT_PROCESS, CONNECTING | DISCONNECTING | CLOSED,
     "preamble done: Opened, Authenticated, Connecting at once; the initiator sends Connect", "9.2"},
    {PC_LINK_ESTABLISHED, BOTH, PASSING | LIVE | CLOSED, PC_VERDICT_IMPOSSIBLE, 0, "a session has one preamble", "9.2"},

    {PC_LINK_RECV_CONNECT, RESPONDER, CONNECTING, PC_VERDICT_PROCESS, CONNECTED | DISCONNECTING | CLOSED,
     "welcome it, refuse it or abort", "[MC-PRCH] 3.1.5.2; 10.2"},
    {PC_LINK_RECV_CONNECT, INITIATOR, CONNECTING, PC_VERDICT_ABORT, CLOSED, "only an initiator sends Connect", "9.3"},
    {PC_LINK_RECV_CONNECT, BOTH, CONNECTED | LEAVING, PC_VERDICT_ABORT, CLOSED, "a second Connect", "9.3"},

    {PC_LINK_RECV_WELCOME, INITIATOR, CONNECTING, PC_VERDICT_PROCESS, CONNECTED | DISCONNECTING | CLOSED,
     "accept it, or Disconnect", "[MC-PRCH] 3.1.5.3; 10.3"},
    {PC_LINK_RECV_WELCOME, RESPONDER, CONNECTING, PC_VERDICT_ABORT, CLOSED, "only a responder sends Welcome", "9.3"},
    {PC_LINK_RECV_WELCOME, BOTH, CONNECTED | LEAVING, PC_VERDICT_ABORT, CLOSED, "a second Welcome", "9.3"},

    {PC_LINK_RECV_REFUSE, INITIATOR, CONNECTING, PC_VERDICT_PROCESS, DISCONNECTED | CLOSED, "keep its referrals, close",
     "[MC-PRCH] 3.1.5.4"},
    {PC_LINK_RECV_REFUSE, BOTH, CONNECTING | CONNECTED | LEAVING, PC_VERDICT_ABORT, CLOSED,
     "Refuse answers a Connect and nothing else", "9.3"},

    {PC_LINK_RECV_DISCONNECT, BOTH, CONNECTED | LEAVING, PC_VERDICT_PROCESS, DISCONNECTED | DISCONNECTING | CLOSED,
     "keep its referrals, close", "[MC-PRCH] 3.1.5.5"},
    {PC_LINK_RECV_DISCONNECT, BOTH, CONNECTING, PC_VERDICT_ABORT, CLOSED, "not Connected yet", "9.3"},

    {PC_LINK_RECV_UTILITY, BOTH, CONNECTED, PC_VERDICT_PROCESS, CONNECTED | DISCONNECTING | CLOSED, "update the utility",
     "[MC-PRCH] 3.1.5.6; 12"},
    {PC_LINK_RECV_UTILITY, BOTH, LEAVING, PC_VERDICT_IGNORE, LEAVING, "it crossed the end of the link", "12.4"},
    {PC_LINK_RECV_UTILITY, BOTH, CONNECTING, PC_VERDICT_ABORT, CLOSED, "not Connected", "9.3"},

    {PC_LINK_RECV_PING, BOTH, LIVE, PC_VERDICT_IGNORE, LIVE, "never answered", "[MC-PRCH] 3.1.5.7; 15"},

    {PC_LINK_RECV_FLOOD, BOTH, CONNECTED, PC_VERDICT_PROCESS, CONNECTED | CLOSED, "forward and deliver",
     "[MC-PRCH] 3.1.5.9; 13.3"},
    {PC_LINK_RECV_FLOOD, BOTH, CONNECTING, PC_VERDICT_PROCESS, CONNECTING | CLOSED,
     ".NET takes it; dialects spec and profile abort", "9.3"},
    {PC_LINK_RECV_FLOOD, BOTH, LEAVING, PC_VERDICT_PROCESS, LEAVING,
     ".NET takes it; dialects spec and profile drop it", "9.3"},

    {PC_LINK_RECV_FAULT, BOTH, LIVE, PC_VERDICT_ABORT, CLOSED, "the peer gave up", "[MC-PRCH] 3.1.5.8"},
    {PC_LINK_RECV_TOKEN, BOTH, LIVE, PC_VERDICT_ABORT, CLOSED, "no password handshake in mode None", "9.3"},
    {PC_LINK_RECV_OTHER, BOTH, LIVE, PC_VERDICT_ABORT, CLOSED, "not a neighbor message", "2.1"},

    {PC_LINK_TIMER, BOTH, CONNECTING, PC_VERDICT_PROCESS, DISCONNECTING | CLOSED,
     "no Connect or Welcome within the connect time-out", "[MC-PRCH] 3.1.6.2"},
    {PC_LINK_TIMER, BOTH, CREATED | LEAVING, PC_VERDICT_PROCESS, CLOSED, "open or close time-out: abort", "9.5"},
    {PC_LINK_TIMER, BOTH, CONNECTED, PC_VERDICT_PROCESS, CLOSED, "a send did not complete in time: abort", "13.3"},
    {PC_LINK_TIMER, BOTH, CLOSED, PC_VERDICT_PROCESS, CLOSED, "the pooled connection has been idle too long", "3.4"},
    {PC_LINK_TIMER, BOTH, PASSING, PC_VERDICT_IMPOSSIBLE, 0, "passed through within one step", "9.2"},

    {PC_LINK_LOCAL_CLOSE, BOTH, CONNECTING | CONNECTED, PC_VERDICT_PROCESS, DISCONNECTING,
     "Disconnect if Connected, then End", "9.5"},
    {PC_LINK_LOCAL_CLOSE, BOTH, CREATED | PASSING, PC_VERDICT_PROCESS, CLOSED, "nothing to say yet: abort", "9.5"},
    {PC_LINK_LOCAL_CLOSE, BOTH, LEAVING | CLOSED, PC_VERDICT_IGNORE, LEAVING | CLOSED, "closing already", "9.5"},

    {PC_LINK_PEER_END, BOTH, LIVE, PC_VERDICT_PROCESS, CLOSED, "answer End, close", "9.2"},
    {PC_LINK_PEER_END, BOTH, CREATED | CLOSED, PC_VERDICT_ABORT, CLOSED, "End outside a session", "framing.md 13"},
    {PC_LINK_PEER_END, BOTH, PASSING, PC_VERDICT_IMPOSSIBLE, 0, "passed through within one step", "9.2"},
    {PC_LINK_LOST, BOTH, CREATED | LIVE, PC_VERDICT_PROCESS, CLOSED, "connection gone or undecodable", "9.2"},
    {PC_LINK_LOST, BOTH, CLOSED, PC_VERDICT_PROCESS, CLOSED, "the pooled connection is gone", "3.4"},
    {PC_LINK_LOST, BOTH, PASSING, PC_VERDICT_IMPOSSIBLE, 0, "passed through within one step", "9.2"},

    OUTSIDE(PC_LINK_RECV_CONNECT),
    OUTSIDE(PC_LINK_RECV_WELCOME),
    OUTSIDE(PC_LINK_RECV_REFUSE),
    OUTSIDE(PC_LINK_RECV_DISCONNECT),
    OUTSIDE(PC_LINK_RECV_UTILITY),
    OUTSIDE(PC_LINK_RECV_PING),
    OUTSIDE(PC_LINK_RECV_FLOOD),
    OUTSIDE(PC_LINK_RECV_FAULT),
    OUTSIDE(PC_LINK_RECV_TOKEN),
    OUTSIDE(PC_LINK_RECV_OTHER),
};

static bool fits(const struct pc_fsm_row *row, enum pc_link_event event, bool initiator, enum pc_link_state state)
{
    return row->event == event && (row->states & S(state)) && (row->roles & (initiator ? INITIATOR : RESPONDER));
}

enum pc_verdict pc_fsm_verdict(const struct pc_rules *rules, enum pc_link_event event, bool initiator,
                               enum pc_link_state state)
{
    if (event == PC_LINK_RECV_FLOOD && rules->flood_needs_connected && state != PC_LINK_CONNECTED)
        return state == PC_LINK_CONNECTING ? PC_VERDICT_ABORT : PC_VERDICT_IGNORE;
    for (uint32_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (fits(&rows[i], event, initiator, state))
            return (enum pc_verdict)rows[i].verdict;
    return PC_VERDICT_IMPOSSIBLE;
}

bool pc_fsm_may_go(enum pc_link_state from, enum pc_link_state to)
{
    return to > from || to == PC_LINK_CREATED; /* the reset before the next IP address of a candidate */
}

const struct pc_fsm_row *pc_fsm_rows(uint32_t *count)
{
    *count = sizeof rows / sizeof rows[0];
    return rows;
}

const char *pc_link_state_name(enum pc_link_state state)
{
    static const char *const names[PC_LINK_STATES] = {"Created",       "Opened",       "Authenticated",
                                                      "Connecting",    "Connected",    "Disconnecting",
                                                      "Disconnected", "Faulted",      "Closed"};
    return names[state];
}

const char *pc_link_event_name(enum pc_link_event event)
{
    static const char *const names[PC_LINK_EVENTS] = {
        "session established", "Connect received",  "Welcome received", "Refuse received", "Disconnect received",
        "LinkUtility received", "Ping received",    "flood received",   "Fault received",  "security token received",
        "other message received", "timer",          "local close",      "End received",    "connection lost"};
    return names[event];
}

void pc_fsm_print_dot(FILE *out)
{
    fputs("digraph neighbor {\n  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans\"];\n"
          "  edge [fontname=\"sans\", fontsize=9];\n",
          out);
    for (uint32_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct pc_fsm_row *row = &rows[i];
        if (row->verdict != PC_VERDICT_PROCESS && row->verdict != PC_VERDICT_ABORT)
            continue;
        for (unsigned from = 0; from < PC_LINK_STATES; from++)
            for (unsigned to = 0; to < PC_LINK_STATES; to++)
                if ((row->states & S(from)) && (row->to & S(to)) && from != to)
                    fprintf(out, "  %s -> %s [label=\"%s%s\"%s];\n", pc_link_state_name((enum pc_link_state)from),
                            pc_link_state_name((enum pc_link_state)to),
                            pc_link_event_name((enum pc_link_event)row->event),
                            row->roles == INITIATOR   ? " (initiator)"
                            : row->roles == RESPONDER ? " (responder)"
                                                      : "",
                            row->verdict == PC_VERDICT_ABORT ? ", color=gray, fontcolor=gray" : "");
    }
    fputs("}\n", out);
}
