/* The resolver service's memory: registrations by id, by service path, and in order for each mesh. */
#ifndef PC_MESH_REGISTRY_H
#define PC_MESH_REGISTRY_H

#include "protocol/mesh/address.h"
#include "protocol/mesh/types.h"

struct pc_registration {
    struct pc_guid id;
    pc_str address;
    pc_str path; /* upper-cased, as of Register: Update does not change it (18.4) */
    pc_str mesh;
    pc_time expires;
};

struct pc_registry;

struct pc_registry *pc_registry_new(struct pc_strings *pool);
void pc_registry_free(struct pc_registry *registry);

/* NULL if the service path is registered in this mesh already. Takes no references. */
struct pc_registration *pc_registry_add(struct pc_registry *registry, struct pc_text mesh,
                                        const struct pc_node_address *address, const struct pc_guid *id,
                                        pc_time expires);
/* NULL if unknown in that mesh; mesh.s NULL: in any. */
struct pc_registration *pc_registry_find(const struct pc_registry *registry, struct pc_text mesh,
                                         const struct pc_guid *id);
void pc_registry_set_address(struct pc_registry *registry, struct pc_registration *registration,
                             const struct pc_node_address *address);
void pc_registry_remove(struct pc_registry *registry, struct pc_registration *registration);
void pc_registry_clean(struct pc_registry *registry, pc_time now); /* what has expired by then */

/* The registrations of a mesh in order of insertion; *count 0 if there are none. Valid until the next change. */
struct pc_registration *const *pc_registry_list(const struct pc_registry *registry, struct pc_text mesh,
                                                uint32_t *count);
uint32_t pc_registry_total(const struct pc_registry *registry);

#endif
