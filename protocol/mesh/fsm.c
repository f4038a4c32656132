#include "protocol/mesh/fsm.h"

#include "protocol/mesh/rules.h"

#include <glib.h>

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
        event, BOTH, CREATED | PASSING | CLOSED, PC_VERDICT_IMPOSSIBLE, 0, "no envelope outside a session", "9.2", 0   \
    }

/* The first row that fits decides. */
static const struct pc_fsm_row rows[] = {
    {PC_LINK_ESTABLISHED, BOTH, CREATED, PC_VERDICT_PROCESS, PASSING | CONNECTING,
     "preamble done: Opened, Authenticated, Connecting at once; the initiator sends Connect", "9.2", 0},
    {PC_LINK_ESTABLISHED, BOTH, PASSING | LIVE | CLOSED, PC_VERDICT_IMPOSSIBLE, 0, "a session has one preamble", "9.2", 0},

    {PC_LINK_RECV_CONNECT, RESPONDER, CONNECTING, PC_VERDICT_PROCESS, CONNECTED | CLOSED, /* PC-9.3-1 */
     "welcome it, refuse it (local close) or abort", "[MC-PRCH] 3.1.5.2; 10.2", 0},
    {PC_LINK_RECV_CONNECT, INITIATOR, CONNECTING, PC_VERDICT_ABORT, CLOSED, "only an initiator sends Connect", "9.3", 0},
    {PC_LINK_RECV_CONNECT, BOTH, CONNECTED | LEAVING, PC_VERDICT_ABORT, CLOSED, "a second Connect", "9.3", 0},

    {PC_LINK_RECV_WELCOME, INITIATOR, CONNECTING, PC_VERDICT_PROCESS, CONNECTED | CLOSED, /* PC-9.3-2 */
     "accept it, Disconnect (local close) or abort", "[MC-PRCH] 3.1.5.3; 10.3", 0},
    {PC_LINK_RECV_WELCOME, RESPONDER, CONNECTING, PC_VERDICT_ABORT, CLOSED, "only a responder sends Welcome", "9.3", 0},
    {PC_LINK_RECV_WELCOME, BOTH, CONNECTED | LEAVING, PC_VERDICT_ABORT, CLOSED, "a second Welcome", "9.3", 0},

    /* PC-9.3-3 */
    {PC_LINK_RECV_REFUSE, INITIATOR, CONNECTING, PC_VERDICT_PROCESS, DISCONNECTED | CLOSED, "keep its referrals, close",
     "[MC-PRCH] 3.1.5.4", 0},
    {PC_LINK_RECV_REFUSE, RESPONDER, CONNECTING, PC_VERDICT_ABORT, CLOSED, "Refuse answers a Connect and nothing else",
     "9.3", 0},
    {PC_LINK_RECV_REFUSE, BOTH, CONNECTED | LEAVING, PC_VERDICT_ABORT, CLOSED,
     "Refuse answers a Connect and nothing else", "9.3", 0},

    /* PC-9.3-4 */
    {PC_LINK_RECV_DISCONNECT, BOTH, CONNECTED, PC_VERDICT_PROCESS, DISCONNECTED | CLOSED, "keep its referrals, close",
     "[MC-PRCH] 3.1.5.5", 0},
    {PC_LINK_RECV_DISCONNECT, BOTH, LEAVING, PC_VERDICT_PROCESS, CLOSED, "it crossed ours: keep its referrals",
     "[MC-PRCH] 3.1.5.5; 10.5", 0},
    {PC_LINK_RECV_DISCONNECT, BOTH, CONNECTING, PC_VERDICT_ABORT, CLOSED, "not Connected yet", "9.3", 0},

    {PC_LINK_RECV_UTILITY, BOTH, CONNECTED, PC_VERDICT_PROCESS, CLOSED, "update the utility", /* PC-9.3-5 */
     "[MC-PRCH] 3.1.5.6; 12", 0},
    {PC_LINK_RECV_UTILITY, BOTH, LEAVING, PC_VERDICT_IGNORE, 0, "it crossed the end of the link", "12.4", 0},
    {PC_LINK_RECV_UTILITY, BOTH, CONNECTING, PC_VERDICT_ABORT, CLOSED, "not Connected", "9.3", 0},

    {PC_LINK_RECV_PING, BOTH, LIVE, PC_VERDICT_IGNORE, 0, "never answered", "[MC-PRCH] 3.1.5.7; 15", 0}, /* PC-9.3-6 */

    {PC_LINK_RECV_FLOOD, BOTH, CONNECTED, PC_VERDICT_PROCESS, CLOSED, "forward and deliver", "[MC-PRCH] 3.1.5.9; 13.3", 0},
    /* PC-9.3-7 */
    {PC_LINK_RECV_FLOOD, BOTH, CONNECTING | LEAVING, PC_VERDICT_PROCESS, CLOSED, "taken in any state but Closed", "9.3",
     PC_ROW_LENIENT},
    {PC_LINK_RECV_FLOOD, BOTH, CONNECTING, PC_VERDICT_ABORT, CLOSED, "not Connected yet", "[MC-PRCH] 3.1.5.9; 9.3",
     PC_ROW_STRICT},
    {PC_LINK_RECV_FLOOD, BOTH, LEAVING, PC_VERDICT_IGNORE, 0, "it crossed the end of the link", "9.3", PC_ROW_STRICT},

    /* PC-9.3-8 */
    {PC_LINK_RECV_FAULT, BOTH, LIVE, PC_VERDICT_ABORT, CLOSED, "the peer gave up", "[MC-PRCH] 3.1.5.8", 0},
    /* PC-9.3-9 */
    {PC_LINK_RECV_TOKEN, BOTH, LIVE, PC_VERDICT_ABORT, CLOSED, "no password handshake in mode None", "9.3", 0},
    {PC_LINK_RECV_OTHER, BOTH, LIVE, PC_VERDICT_ABORT, CLOSED, "not a neighbor message", "2.1", 0}, /* PC-9.3-10 */

    {PC_LINK_TIMER, INITIATOR, CREATED, PC_VERDICT_PROCESS, 0, "open time-out: as if the connection were lost", "10.1", 0},
    {PC_LINK_TIMER, RESPONDER, CREATED, PC_VERDICT_ABORT, CLOSED, "no complete preamble in time", "framing.md 12", 0},
    {PC_LINK_TIMER, BOTH, CONNECTING, PC_VERDICT_PROCESS, CLOSED,
     "no Connect or Welcome within the connect time-out: local close, or abort", "[MC-PRCH] 3.1.6.2", 0},
    {PC_LINK_TIMER, BOTH, CONNECTED, PC_VERDICT_ABORT, CLOSED, "a send did not complete in time, or the neighbor is slow",
     "13.3, 14", 0},
    {PC_LINK_TIMER, BOTH, LEAVING, PC_VERDICT_ABORT, CLOSED, "close time-out", "9.5", 0},
    {PC_LINK_TIMER, BOTH, CLOSED, PC_VERDICT_PROCESS, 0, "the pooled connection has been idle too long", "3.4", 0},
    {PC_LINK_TIMER, BOTH, PASSING, PC_VERDICT_IMPOSSIBLE, 0, "passed through within one step", "9.2", 0},

    {PC_LINK_LOCAL_CLOSE, BOTH, CONNECTING | CONNECTED, PC_VERDICT_PROCESS, DISCONNECTING,
     "Refuse or Disconnect as the case may be, End", "9.5", 0},
    {PC_LINK_LOCAL_CLOSE, BOTH, CREATED | PASSING, PC_VERDICT_IMPOSSIBLE, 0, "it is no neighbor yet", "9.5", 0},
    {PC_LINK_LOCAL_CLOSE, BOTH, LEAVING | CLOSED, PC_VERDICT_IMPOSSIBLE, 0, "only links that are no longer neighbors", "9.5",
     0},

    {PC_LINK_NODE_LEAVES, BOTH, CREATED, PC_VERDICT_ABORT, CLOSED, "nothing to say yet", "8.2", 0},
    {PC_LINK_NODE_LEAVES, INITIATOR, CONNECTING | CONNECTED, PC_VERDICT_PROCESS, 0,
     "local close: End, in some dialects after Disconnect", "[MC-PRCH] 3.1.4.3; 8.2", 0},
    {PC_LINK_NODE_LEAVES, RESPONDER, CONNECTING | CONNECTED | LEAVING, PC_VERDICT_PROCESS, CLOSED,
     "dropped with the listener, in some dialects local close", "[MC-PRCH] 3.1.4.3; 8.2", 0},
    {PC_LINK_NODE_LEAVES, INITIATOR, LEAVING, PC_VERDICT_IGNORE, 0, "closing already", "9.5", 0},
    {PC_LINK_NODE_LEAVES, BOTH, CLOSED, PC_VERDICT_PROCESS, 0, "the pooled connection is let go", "3.4", 0},
    {PC_LINK_NODE_LEAVES, BOTH, PASSING, PC_VERDICT_IMPOSSIBLE, 0, "passed through within one step", "9.2", 0},

    {PC_LINK_OPEN_FAILS, BOTH, CREATED | LIVE, PC_VERDICT_ABORT, CLOSED, "the node cannot open: everything is dropped", "8.2",
     0},
    {PC_LINK_OPEN_FAILS, BOTH, CLOSED, PC_VERDICT_ABORT, 0, "so is the pooled connection", "8.2", 0},
    {PC_LINK_OPEN_FAILS, BOTH, PASSING, PC_VERDICT_IMPOSSIBLE, 0, "passed through within one step", "9.2", 0},

    {PC_LINK_PEER_END, BOTH, LIVE, PC_VERDICT_PROCESS, CLOSED, "answer End, close", "9.2", 0},
    {PC_LINK_PEER_END, BOTH, CREATED | PASSING | CLOSED, PC_VERDICT_IMPOSSIBLE, 0,
     "framing lets no End through outside a session", "framing.md 13", 0},
    {PC_LINK_LOST, INITIATOR, CREATED, PC_VERDICT_PROCESS, CLOSED, "the next address, or the candidate has failed", "10.1", 0},
    {PC_LINK_LOST, RESPONDER, CREATED, PC_VERDICT_PROCESS, CLOSED, "gone before its preamble was complete", "9.2", 0},
    {PC_LINK_LOST, BOTH, LIVE, PC_VERDICT_PROCESS, CLOSED, "connection gone or undecodable", "9.2", 0},
    {PC_LINK_LOST, BOTH, CLOSED, PC_VERDICT_PROCESS, 0, "the pooled connection is gone", "3.4", 0},
    {PC_LINK_LOST, BOTH, PASSING, PC_VERDICT_IMPOSSIBLE, 0, "passed through within one step", "9.2", 0},

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

enum { ROWS = sizeof rows / sizeof rows[0] };

bool pc_fsm_row_fits(const struct pc_fsm_row *row, bool strict, enum pc_link_event event, bool initiator,
                     enum pc_link_state state)
{
    return row->event == event && (row->states & S(state)) && (row->roles & (initiator ? INITIATOR : RESPONDER)) &&
           row->only != (strict ? PC_ROW_LENIENT : PC_ROW_STRICT);
}

const struct pc_fsm_row *pc_fsm_row(const struct pc_rules *rules, enum pc_link_event event, bool initiator,
                                    enum pc_link_state state)
{
    /* Number of the row + 1, filled in as it is asked for: a flood asks each time. */
    static uint8_t known[2][PC_LINK_EVENTS][2][PC_LINK_STATES];
    uint8_t *number = &known[rules->flood_needs_connected][event][initiator][state];
    for (uint8_t i = 0; *number == 0; i++) {
        g_assert(i < ROWS); /* the tests ask for every combination */
        if (pc_fsm_row_fits(&rows[i], rules->flood_needs_connected, event, initiator, state))
            *number = (uint8_t)(i + 1);
    }
    return &rows[*number - 1];
}

bool pc_fsm_may_go(enum pc_link_state from, enum pc_link_state to)
{
    return to > from || to == PC_LINK_CREATED; /* the reset before the next IP address of a candidate; PC-9.1-1 */
}

const struct pc_fsm_row *pc_fsm_rows(uint32_t *count)
{
    *count = ROWS;
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
        "other message received", "timer",          "local close",      "the node leaves", "the open fails", "End received",    "connection lost"};
    return names[event];
}

static const char *role_name(uint8_t roles)
{
    return roles == INITIATOR ? "initiator" : roles == RESPONDER ? "responder" : "both";
}

/* One arrow for all events that lead from one state to another. */
static void print_arrows(FILE *out, unsigned from, unsigned to, uint8_t verdict)
{
    unsigned labels = 0;
    for (uint32_t i = 0; i < ROWS; i++) {
        const struct pc_fsm_row *row = &rows[i];
        if (row->verdict != verdict || !(row->states & S(from)) || !(row->to & S(to)) || from == to)
            continue;
        if (labels++ == 0)
            fprintf(out, "  %s -> %s [label=\"", pc_link_state_name((enum pc_link_state)from),
                    pc_link_state_name((enum pc_link_state)to));
        fprintf(out, "%s%s%s%s", labels > 1 ? "\\n" : "", pc_link_event_name((enum pc_link_event)row->event),
                row->roles == BOTH ? "" : ", ", row->roles == BOTH ? "" : role_name(row->roles));
    }
    if (labels)
        fprintf(out, "\"%s];\n", verdict == PC_VERDICT_ABORT ? ", color=gray, fontcolor=gray" : "");
}

void pc_fsm_print_dot(FILE *out)
{
    fputs("digraph neighbor {\n  node [shape=box, style=rounded, fontname=\"sans\"];\n"
          "  edge [fontname=\"sans\", fontsize=9];\n  Opened -> Authenticated -> Connecting [label=\"at once\"];\n",
          out);
    for (unsigned from = 0; from < PC_LINK_STATES; from++)
        for (unsigned to = 0; to < PC_LINK_STATES; to++) {
            bool passed_through = from == PC_LINK_CREATED && (to == PC_LINK_AUTHENTICATED || to == PC_LINK_CONNECTING);
            if (passed_through) /* Opened comes first */
                continue;
            print_arrows(out, from, to, PC_VERDICT_PROCESS);
            print_arrows(out, from, to, PC_VERDICT_ABORT);
        }
    fputs("}\n", out);
}

static void print_states(FILE *out, uint16_t states)
{
    const char *before = "";
    for (unsigned state = 0; state < PC_LINK_STATES; state++) {
        if (!(states & S(state)))
            continue;
        fprintf(out, "%s%s", before, pc_link_state_name((enum pc_link_state)state));
        before = " ";
    }
    fputc('\t', out);
}

void pc_fsm_print_table(FILE *out)
{
    static const char *const verdicts[] = {"impossible", "process", "ignore", "abort"};
    static const char *const dialects[] = {"all", "net", "spec, profile"};
    fputs("event\trole\tstates\tverdict\tmay lead to\tdialects\twhy\tclause\n", out);
    for (uint32_t i = 0; i < ROWS; i++) {
        const struct pc_fsm_row *row = &rows[i];
        fprintf(out, "%s\t%s\t", pc_link_event_name((enum pc_link_event)row->event), role_name(row->roles));
        print_states(out, row->states);
        fprintf(out, "%s\t", verdicts[row->verdict]);
        print_states(out, row->to);
        fprintf(out, "%s\t%s\t%s\n", dialects[row->only], row->why, row->clause);
    }
}
