/* Who is who in a capture: peers by listening address. A first pass over its records learns, then one asks. */
#ifndef AN_PEER_NAMES_H
#define AN_PEER_NAMES_H

#include "analysis/dissect.h"

#define AN_NO_PEER UINT32_MAX

struct an_peer_names;
struct an_peer_names *an_peer_names_new(void);
void an_peer_names_free(struct an_peer_names *names); /* NULL is allowed */
void an_peer_names_learn(struct an_peer_names *names, const struct an_record *record);

/* Of a record, who sent or who receives it: "N1", "resolver", or the endpoint; valid until the next call. */
const char *an_peer_name(struct an_peer_names *names, const struct an_record *record, bool sender);
uint32_t an_peer_number(struct an_peer_names *names, const struct an_record *record, bool sender); /* or AN_NO_PEER */

/* Nodes and resolvers are numbered from 0, in the order in which their listening addresses first appear. */
uint32_t an_peer_count(const struct an_peer_names *names);
const struct an_endpoint *an_peer_endpoint(const struct an_peer_names *names, uint32_t number, bool *resolver);
const char *an_peer_called(const struct an_peer_names *names, uint32_t number); /* "N1" */
void an_peer_names_legend(const struct an_peer_names *names, GString *out);     /* "# N1 listens at …", a line each */

#endif
