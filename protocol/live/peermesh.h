/* peermesh: a Peer Channel node, or a custom resolver service, in your program.
 *
 *     pkg-config --cflags --libs --static peermesh        (the library is static and needs GLib's main loop)
 *
 * Threads   Everything belongs to the thread that runs the main context given (the default one if none is): calls, callbacks, freeing.
 *           Nodes of different contexts share nothing and may run in different threads.
 * Callbacks Come from the main loop, never from within a call. Every function may be called from them, freeing included.
 * Ownership Texts and structs that go in are copied where they are kept; what a callback is given is valid until it returns.
 * Errors    A function that takes a GError returns false or NULL and sets it, in domain PEERMESH_ERROR; the text says what was
 *           wrong and where. What other peers do wrong is never an error of yours: their connection ends, and `event` tells. */
#ifndef PEERMESH_H
#define PEERMESH_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PEERMESH_ERROR (peermesh_error_quark())
GQuark peermesh_error_quark(void);
enum peermesh_error {
    PEERMESH_ERROR_ARGUMENT = 1, /* a setting that cannot be read, or cannot work */
    PEERMESH_ERROR_LISTEN,       /* the address cannot be listened on */
    PEERMESH_ERROR_REFUSED,      /* the node does not send this message: too large, not open, a channel it does not have */
};

struct peermesh_node;
struct peermesh_resolver;

/* One value of a message's body, in document order. */
struct peermesh_value {
    int depth;         /* 1: the body's child */
    const char *name;  /* local name of the element */
    const char *value; /* its text; "" if it has none */
};

struct peermesh_message {
    const char *id;      /* "271dddd4-fa44-46e2-9b86-090c0a52326c" */
    const char *channel; /* as in the settings */
    const char *action;
    const char *text;    /* what was said: all values of the body, a blank between them */
    const struct peermesh_value *values;
    size_t value_count;
    bool own;            /* this node's own: a sender hears itself */
    uint64_t hops;       /* that are left; 0: it does not count them */
};

/* What the node did and saw, for logs: every message sent and received, every change of a link. Texts may be NULL. */
struct peermesh_event {
    const char *what;    /* "sent", "received", "duplicate", "connected", "closed", "dial", "violation", … */
    const char *message; /* kind: "Connect", "flood", "Resolve", … */
    const char *id;      /* of a flood */
    const char *local, *remote; /* ends of the connection: "127.0.0.1:9000" */
    const char *text;    /* reason, address, number: whatever there is to say */
    uint32_t size;       /* octets of the record */
    bool initiator;      /* this end opened the connection */
};

/* Any may be NULL. */
struct peermesh_handlers {
    void (*opened)(void *user);                    /* the node is in the mesh, as far as there is one */
    void (*failed)(void *user, const char *why);   /* it could not be opened (dialect net and spec: the resolver did not answer) */
    void (*closed)(void *user);                    /* after peermesh_node_leave(): nothing is open any more */
    void (*online)(void *user, bool online);       /* first neighbor found, last one lost */
    void (*message)(void *user, const struct peermesh_message *message);
    void (*event)(void *user, const struct peermesh_event *event);
};

/* Zero in a field means its default. */
struct peermesh_settings {
    const char *mesh;     /* "net.p2p://chat" or "chat" */
    const char *listen;   /* "127.0.0.1:9000", "[::1]:9000"; port 0: any. Others must reach this address */
    const char *resolver; /* "net.tcp://127.0.0.1:47000/resolver"; NULL: none, nobody is looked for */
    const char *host;     /* name in the listen address that is told to others; NULL: the literal */
    const char *const *channels; /* paths behind the mesh name, NULL-terminated, 8 at most; NULL: one, "" */
    const char *dialect;  /* "net" (what .NET does), "spec", "profile" (what a new node should do), "mono" (as net, and takes what Mono sends) */
    int min, ideal, max;  /* neighbors; -1 or 0: as the dialect has them (2, 3, 7) */
    uint32_t message_size; /* octets of the largest message: 65536 */
    uint64_t seed;        /* 0: random numbers from the system; else reproducible ones, for tests */
    GMainContext *context;
    const struct peermesh_handlers *handlers; /* copied */
    void *user;
};

/* Listens at once; everything else begins when the main loop runs. NULL and an error. */
struct peermesh_node *peermesh_node_new(const struct peermesh_settings *settings, GError **error);
void peermesh_node_leave(struct peermesh_node *node); /* cleanly: `closed` follows */
void peermesh_node_free(struct peermesh_node *node);  /* at any time; without a leave the others see resets. NULL is allowed */

/* Floods {http://example.org/peermesh}m with this text to everybody. `hops`: so far and no farther; 0: everywhere. */
bool peermesh_publish_text(struct peermesh_node *node, const char *channel, const char *text, uint64_t hops, GError **error);

/* Floods any body of one element with children: what a service operation of .NET takes. */
struct peermesh_field {
    const char *name, *value;
};
bool peermesh_publish(struct peermesh_node *node, const char *channel, const char *action, const char *element, const char *ns,
                      const struct peermesh_field *fields, size_t field_count, uint64_t hops, GError **error);

uint16_t peermesh_node_port(const struct peermesh_node *node);
unsigned peermesh_node_neighbors(const struct peermesh_node *node);
/* Octets that wait for slow neighbors: who publishes much waits while they are many. */
uint64_t peermesh_node_unsent(const struct peermesh_node *node);
/* Makes a link to a node whose listen address is known ("net.tcp://…/PeerChannelEndpoints/GUID", with an IP literal for its host). */
bool peermesh_node_dial(struct peermesh_node *node, const char *address, GError **error);
/* "net.tcp://127.0.0.1:9000/PeerChannelEndpoints/…"; "" before it listens. Valid until the main loop runs again. */
const char *peermesh_node_address(const struct peermesh_node *node);

/* A custom resolver service, for any number of meshes. */
struct peermesh_resolver_settings {
    const char *listen;
    const char *dialect;             /* "mono": takes what Mono's nodes send; all others are one */
    int64_t lifetime_ms, cleanup_ms; /* of a registration: 10 min; between looks for dead ones: 1 min */
    bool control_shape;              /* tell clients not to share referrals */
    uint64_t seed;
    GMainContext *context;
    void (*event)(void *user, const struct peermesh_event *event); /* NULL: nobody listens */
    void *user;
};
struct peermesh_resolver *peermesh_resolver_new(const struct peermesh_resolver_settings *settings, GError **error);
void peermesh_resolver_free(struct peermesh_resolver *resolver);
uint16_t peermesh_resolver_port(const struct peermesh_resolver *resolver);
unsigned peermesh_resolver_registrations(const struct peermesh_resolver *resolver);

#ifdef __cplusplus
}
#endif
#endif
