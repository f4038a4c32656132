/* One connection's framing sessions: preamble, records, End, reuse ([MC-NMF] 3.1-3.3; framing.md 8, 10, 11).
 * Links, resolver calls and the resolver service all stand on it. */
#ifndef PC_MESH_SESSION_H
#define PC_MESH_SESSION_H

#include "protocol/mesh/node.h"

enum pc_session_phase {
    PC_SESSION_NONE,
    PC_SESSION_DIALLING,   /* TCP connect asked for */
    PC_SESSION_PREAMBLE,   /* acceptor: before PreambleEnd */
    PC_SESSION_WAIT_ACK,   /* initiator: preamble written */
    PC_SESSION_OPEN,       /* envelopes both ways */
    PC_SESSION_PEER_ENDED, /* its End came; ours is due */
    PC_SESSION_LOCAL_ENDED,
    PC_SESSION_IDLE, /* both ended; the connection is kept for another session */
    PC_SESSION_GONE, /* no connection any more */
};

struct pc_session {
    pc_conn conn;
    uint8_t phase; /* enum pc_session_phase */
    bool initiator;
    bool blocked;     /* the driver holds octets it could not hand on */
    bool paused;      /* the driver has been asked not to read */
    bool preamble_ok; /* acceptor: version, mode, via, encoding so far acceptable */
    struct pc_nmf_reader reader;
    struct pc_table *in, *out;
    uint64_t queued, written; /* octets of the connection; `written` is kept while blocked only */
};

/* Where actions go, and in whose name. */
struct pc_io {
    const struct pc_mesh *mesh;
    struct pc_actions *out;
};

struct pc_action *pc_io_add(struct pc_io *io, enum pc_action_kind kind, pc_conn conn);

void pc_session_dial(struct pc_session *session, struct pc_io *io, pc_conn conn, const struct pc_ip *ip, uint16_t port);
void pc_session_accept(struct pc_session *session, struct pc_io *io, pc_conn conn);
void pc_session_start(struct pc_session *session, struct pc_io *io, struct pc_text via); /* writes the preamble */

enum pc_session_result {
    PC_SESSION_NOTHING,  /* octets taken, nothing for the owner to do */
    PC_SESSION_BEGUN,    /* acceptor: a preamble has begun (first record of a session) */
    PC_SESSION_ESTABLISHED,
    PC_SESSION_ENVELOPE, /* *record holds it */
    PC_SESSION_ENDED,    /* the peer's End; call pc_session_end() to answer */
    PC_SESSION_FAULTED,  /* initiator: *record holds the fault */
    PC_SESSION_FAILED,   /* the connection has been aborted, or closed after a fault was written */
};

/* Takes octets up to one record. `path`: what an acceptor's Via must lead to (host ignored), or absent: anything. */
enum pc_session_result pc_session_octets(struct pc_session *session, struct pc_io *io, struct pc_event *event,
                                         struct pc_text path, uint16_t port, struct pc_nmf_record *record);

void pc_session_write(struct pc_session *session, struct pc_io *io, struct pc_buf *octets); /* takes the reference */

/* Sends End if that is still due. When both have ended: keeps the connection (`keep`) or closes it. */
void pc_session_end(struct pc_session *session, struct pc_io *io, bool keep);
void pc_session_close(struct pc_session *session, struct pc_io *io); /* FIN after what is written */
void pc_session_fault(struct pc_session *session, struct pc_io *io); /* after a Fault record: End if a session is open, FIN */
void pc_session_abort(struct pc_session *session, struct pc_io *io); /* reset */
void pc_session_lost(struct pc_session *session, struct pc_io *io);  /* the driver says it is gone */

#endif
