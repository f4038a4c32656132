/* Message ids of floods, interned for a whole process: a node remembers four octets a message, not sixteen. */
#ifndef PC_MESH_IDS_H
#define PC_MESH_IDS_H

#include "protocol/wire/message.h"

#define PC_ID_BITS 29 /* numbers stay below 2^29: seen.h packs an age beside them */

struct pc_ids;

struct pc_ids *pc_ids_new(void);
void pc_ids_free(struct pc_ids *ids);

/* The number of an id, with one reference more. Equal ids have equal numbers while anybody holds a reference. */
uint32_t pc_ids_intern(struct pc_ids *ids, const struct pc_guid *id);
/* The id itself; valid until the next one is interned. */
const struct pc_guid *pc_ids_get(const struct pc_ids *ids, uint32_t number);
void pc_ids_ref(struct pc_ids *ids, uint32_t number);
void pc_ids_unref(struct pc_ids *ids, uint32_t number);

#endif
