/* What a capture tells of one node: who it is, what its application did, which random values it drew. */
#ifndef CF_CAPTURED_NODE_H
#define CF_CAPTURED_NODE_H

#include "protocol/wire/flood.h"
#include "scenarios/conform/capture.h"

struct cf_publication {
    int64_t time; /* of its first copy */
    struct pc_outgoing message; /* texts are the node's; body: a struct cf_body */
};

#define CF_NO_ANSWER UINT32_MAX

struct cf_call { /* of the resolver service */
    int64_t time;
    enum pc_kind kind;
    struct pc_guid id;                 /* wsa:MessageID */
    struct cf_connection *connection;
    uint32_t request, answer;          /* records: of flows[1], of flows[0]; no answer: CF_NO_ANSWER */
    int64_t over;                      /* the service ended the session, or it answered if it never did */
};

struct cf_referrals { /* that a node sent, or that the service answered it */
    int64_t time;
    GPtrArray *uris; /* of char, in their order */
};

struct cf_captured_node {
    uint32_t number; /* in the capture's names */
    const char *name;
    struct an_endpoint endpoint; /* where it listens */
    /* "" or 0 if the capture does not show it: */
    uint64_t node_id;
    char *uri, *host; /* listen URI, its host */
    struct pc_guid guid, client_id;
    bool has_guid, has_client_id; /* has_guid: the URI ends in one that a node draws */
    GArray *ips;          /* of struct pc_ip: of its address */
    char *mesh, *mesh_uri;
    char *resolver_uri;
    struct an_endpoint resolver;
    int32_t max_addresses; /* that it asks the service for; 0: it never does */
    uint32_t largest;      /* octets of the largest envelope that it sent or answered: its limit is not lower */
    GPtrArray *channels;  /* of char: via URIs of floods it sent or received */
    GArray *calls;        /* of struct cf_call: its requests to the resolver, in order */
    GPtrArray *referrals; /* of struct cf_referrals */
    GPtrArray *answers;   /* of struct cf_referrals: to its Resolves, in order */
    GPtrArray *dials;     /* of char: listen URIs of the nodes that it opened sessions to, in order */
    int64_t lifetime;     /* of its registration, ns; 0: the capture does not show it */
    bool was_told, shares; /* the service told it whether referrals are shared (ControlMeshShape false): they are */
    GPtrArray *publications; /* of struct cf_publication, in order */
    int64_t start;        /* its first segment */
    int64_t stop;         /* it begins to leave; -1: it does not */
    int64_t gone;         /* a connection of it ends and no octets come from it any more, without its leaving: killed; -1 */
};

/* The node with this number among those that cf_captured_nodes() has found, or NULL. */
const struct cf_captured_node *cf_captured_node_at(const struct cf_capture *capture, uint32_t number);

/* The nodes of a capture (resolvers are none), in order of their numbers: of struct cf_captured_node; they belong to the
 * capture. Splits all flows into records. Once for a capture. */
const GPtrArray *cf_captured_nodes(struct cf_capture *capture);

#endif
