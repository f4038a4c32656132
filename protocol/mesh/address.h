/* Node addresses, interned: one handle stands for listen URI and IP addresses together. */
#ifndef PC_MESH_ADDRESS_H
#define PC_MESH_ADDRESS_H

#include "protocol/wire/message.h"
#include <stdbool.h>

#define PC_MAX_IPS 64 /* addresses kept of one node; further ones are dropped */

/* A decoded handle; texts belong to the pool, valid while the handle's reference is held. */
struct pc_address {
    struct pc_text uri;
    struct pc_ip ips[PC_MAX_IPS];
    uint32_t ip_count;
    uint16_t port; /* of the URI; 808 if it has none */
};

/* ValidNodeAddress, peer-channel.md 5.6: scheme net.tcp and at least one IP address. */
bool pc_address_valid(const struct pc_node_address *address);

/* ValidReferralNodeAddress: all link-local addresses share one scope. */
bool pc_address_valid_referral(const struct pc_node_address *address);

/* A handle with one reference (pc_str_unref); scopes are masked to 0 as for everything sent to neighbours (5.3). */
pc_str pc_address_intern(struct pc_strings *pool, const struct pc_node_address *address);
void pc_address_get(const struct pc_strings *pool, pc_str address, struct pc_address *out);
struct pc_text pc_address_uri(const struct pc_strings *pool, pc_str address);
/* `ips` of the result point into `storage`. */
struct pc_node_address pc_address_view(const struct pc_strings *pool, pc_str address, struct pc_address *storage);

/* The same node: equal service paths without regard to case; host and port do not count (1.2). */
bool pc_address_same_node(const struct pc_strings *pool, pc_str a, pc_str b);

struct pc_text pc_uri_path(struct pc_text uri); /* "/PeerChannelEndpoints/…"; empty if there is none */
uint16_t pc_uri_port(struct pc_text uri, uint16_t otherwise);
bool pc_text_equal_nocase(struct pc_text a, struct pc_text b);

/* "10.1.2.3" or "[fe80::1]"; returns the length. */
#define PC_IP_TEXT 48
uint32_t pc_ip_format(const struct pc_ip *ip, char out[PC_IP_TEXT]);

/* Via of a dial: the listen URI with the IP literal for its host (3.2). Returns the length; 0 if it would not fit. */
#define PC_VIA_MAX 2048
uint32_t pc_via_for(struct pc_text uri, const struct pc_ip *ip, char out[PC_VIA_MAX]);

#endif
