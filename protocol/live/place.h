/* Addresses as users write them. */
#ifndef PC_LIVE_PLACE_H
#define PC_LIVE_PLACE_H

#include "protocol/mesh/rules.h"
#include "protocol/wire/message.h"
#include <stdbool.h>

/* "127.0.0.1:9000", "[::1]:9000", port 0 allowed. `what` begins the error: "listen". */
bool pc_place_parse(const char *text, const char *what, struct pc_ip *ip, uint16_t *port, GError **error);

/* "net.tcp://HOST:PORT/PATH": its host as an address. A name is looked up, which may take its time. Port 808 if there is none. */
bool pc_place_of_uri(const char *uri, const char *what, struct pc_ip *ip, uint16_t *port, GError **error);

/* The rules of a dialect by its name, NULL: of "net". */
bool pc_place_dialect(const char *name, struct pc_rules *rules, GError **error);

#endif
