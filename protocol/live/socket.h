/* TCP connections and listeners in a GLib main loop, as ordered octets with back-pressure. Knows no protocol: whoever owns a
 * connection hands it reference-counted octets and is told what became of it. One thread: that of the main context. */
#ifndef PC_LIVE_SOCKET_H
#define PC_LIVE_SOCKET_H

#include "protocol/wire/buf.h"
#include "protocol/wire/message.h"

#include <gio/gio.h>
#include <stdbool.h>

#define PC_SOCKET_READ       65536         /* octets handed on at once, so that no peer keeps the loop to itself */
#define PC_SOCKET_UNSENT     (16u << 20)   /* octets that wait for one peer; beyond it the connection is reset */
#define PC_SOCKET_LINGER_NS  INT64_C(30000000000) /* how long a connection that was closed may take to get rid of its octets */
#define PC_SOCKET_LINGERING  256           /* such connections at once; beyond it the oldest is reset */
#define PC_SOCKET_WINDOW     65536         /* octets that a delaying link takes before it is full: as sim/world.h */

/* What the connections of one owner share. */
struct pc_sockets;
struct pc_sockets *pc_sockets_new(GMainContext *context); /* NULL: the default one */
/* Drops what lingers, at once. All other connections and listeners must be gone. */
void pc_sockets_free(struct pc_sockets *sockets);
GMainContext *pc_sockets_context(const struct pc_sockets *sockets);
/* Octets of closed connections that are still to be handed to the system. */
size_t pc_sockets_lingering(const struct pc_sockets *sockets);
/* A link of the user's own: what is written from now on leaves `ns` later, and a connect begins so much later. For connections
 * made after the call. */
void pc_sockets_delay(struct pc_sockets *sockets, int64_t ns);

/* A line of the user's own, on which nothing leaves while it is silent: no octets, no end, no reset, no connect. The owner is told what TCP would
 * tell: nothing, until octets that wait were not taken for PC_LINE_GIVE_UP_NS, or a connect was not answered for PC_LINE_CONNECT_NS. What the peer
 * had sent before still comes. A connection that is let go, or given up, meanwhile keeps its descriptor, and is reset when the line carries
 * again, as by a host that does not know it any more. */
#define PC_LINE_CONNECT_NS INT64_C(21000000000) /* both as sim/world.h */
#define PC_LINE_GIVE_UP_NS INT64_C(15000000000)
#define PC_LINE_GAVE_UP    "nobody answers" /* the reason that the owner is told */
struct pc_line;
struct pc_line *pc_line_new(void);
void pc_line_free(struct pc_line *line); /* its connections must be gone */
void pc_line_silence(struct pc_line *line, bool silent);
/* Connections made after the call send on this line; NULL: on one that always carries. */
void pc_sockets_line(struct pc_sockets *sockets, struct pc_line *line);

/* Connections made after the call leave from this address; their local end is known at once. */
void pc_sockets_from(struct pc_sockets *sockets, const struct pc_ip *ip);

/* What the owner is told: always from the main loop, never from within a call. After `failed` and `closed` the connection is
 * gone. In every callback the owner may close or abort the connection. */
struct pc_socket;
struct pc_socket_ops {
    void (*connected)(void *user);
    void (*failed)(void *user, const char *why);
    /* Returns how many octets it took: all, unless it paused or let the connection go meanwhile. The rest comes again after
     * pc_socket_resume(). */
    size_t (*octets)(void *user, const uint8_t *data, size_t size);
    void (*eof)(void *user);                        /* the peer sends no more */
    void (*writable)(void *user, uint64_t handed);  /* progress while blocked; all written: no longer blocked */
    void (*closed)(void *user, const char *why);    /* reset, or time-out */
};

/* Begins to connect; `connected` or `failed` follows. Never NULL. `ops` must outlive the connection. */
struct pc_socket *pc_socket_connect(struct pc_sockets *sockets, const struct pc_ip *ip, uint16_t port,
                                    const struct pc_socket_ops *ops, void *user);
/* Takes an accepted connection over, with the reference to it. */
struct pc_socket *pc_socket_accepted(struct pc_sockets *sockets, GSocket *accepted, const struct pc_socket_ops *ops, void *user);

void pc_socket_write(struct pc_socket *socket, struct pc_buf *octets); /* takes the reference; sent by the next flush */
/* Hands on what it can. True: some octets could not be handed on; `writable` tells when they are. */
bool pc_socket_flush(struct pc_socket *socket);
bool pc_socket_blocked(const struct pc_socket *socket);  /* as the last flush left it */
uint64_t pc_socket_handed(const struct pc_socket *socket); /* octets written that are out of our hands */
uint64_t pc_socket_unsent(const struct pc_socket *socket);
void pc_socket_pause(struct pc_socket *socket); /* no octets and no eof until … */
void pc_socket_resume(struct pc_socket *socket);
bool pc_socket_paused(const struct pc_socket *socket);
void pc_socket_close(struct pc_socket *socket); /* FIN after what is written; the pointer is gone now */
void pc_socket_abort(struct pc_socket *socket); /* RST; the pointer is gone now */

/* "127.0.0.1:9000", "[::1]:9000"; empty before `connected`. Owned by the socket. */
const char *pc_socket_local(const struct pc_socket *socket);
const char *pc_socket_remote(const struct pc_socket *socket);
uint16_t pc_socket_local_port(const struct pc_socket *socket);
uint16_t pc_socket_remote_port(const struct pc_socket *socket);

struct pc_listener;
/* Port 0: any. `accepted` gets the reference. */
struct pc_listener *pc_listener_new(struct pc_sockets *sockets, const struct pc_ip *ip, uint16_t port,
                                    void (*accepted)(void *user, GSocket *socket), void *user, GError **error);
uint16_t pc_listener_port(const struct pc_listener *listener);
void pc_listener_free(struct pc_listener *listener); /* NULL is allowed */

int64_t pc_clock_now(void); /* ns, monotonic */

#endif
