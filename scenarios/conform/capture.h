/* A capture as connections between named nodes: what each end sent and when. */
#ifndef CF_CAPTURE_H
#define CF_CAPTURE_H

#include "analysis/peer_names.h"
#include "scenarios/conform/flow.h"

#define CF_NOBODY UINT32_MAX

enum cf_item_kind { CF_SYN, CF_OCTETS, CF_FIN, CF_RST };

struct cf_item { /* what came over a connection, in order of packets */
    int64_t time;
    uint8_t kind; /* enum cf_item_kind */
    bool from_initiator;
    uint32_t offset, size; /* CF_OCTETS: in that direction's flow */
};

struct cf_connection {
    uint32_t number;            /* from 0, in order of first packets */
    struct an_endpoint ends[2]; /* [0] the acceptor, [1] the initiator, as all pairs here */
    uint32_t peers[2];          /* number in `names`, or CF_NOBODY */
    struct cf_flow flows[2];    /* by sender */
    GArray *items;              /* of struct cf_item */
    bool whole;                 /* begins with its SYN, and no octets are missing */
};

struct cf_capture {
    GPtrArray *connections; /* of struct cf_connection */
    struct an_peer_names *names;
    struct pc_codec *codec;
    GPtrArray *nodes;    /* captured_node.h; NULL until they are asked for */
    int64_t start, end; /* time of the first and of the last TCP packet */
};

/* NULL with an error whose message begins with the path; a damaged capture is an error, too. */
struct cf_capture *cf_capture_read(const char *path, GError **error);
void cf_capture_free(struct cf_capture *capture); /* NULL is allowed */

#endif
