#include "protocol/mesh/registry.h"

#include <glib.h>
#include <string.h>

struct mesh_list {
    pc_str name;
    GPtrArray *registrations; /* in order of insertion */
    GHashTable *paths;        /* pc_str of the path -> registration; look-up only */
};

struct pc_registry {
    struct pc_strings *pool;
    GHashTable *by_id; /* struct pc_guid -> registration; look-up only */
    GPtrArray *meshes; /* of struct mesh_list, in order of first use */
    uint32_t total;
};

static guint guid_hash(gconstpointer key)
{
    guint32 h;
    memcpy(&h, ((const struct pc_guid *)key)->octets, sizeof h);
    return h;
}

static gboolean guid_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(struct pc_guid)) == 0;
}

struct pc_registry *pc_registry_new(struct pc_strings *pool)
{
    struct pc_registry *registry = g_new0(struct pc_registry, 1);
    registry->pool = pool;
    registry->by_id = g_hash_table_new(guid_hash, guid_equal);
    registry->meshes = g_ptr_array_new();
    return registry;
}

static void release(struct pc_registry *registry, struct pc_registration *r)
{
    pc_str_unref(registry->pool, r->address);
    pc_str_unref(registry->pool, r->path);
    g_free(r);
}

void pc_registry_free(struct pc_registry *registry)
{
    if (!registry)
        return;
    for (guint i = 0; i < registry->meshes->len; i++) {
        struct mesh_list *list = registry->meshes->pdata[i];
        for (guint k = 0; k < list->registrations->len; k++)
            release(registry, list->registrations->pdata[k]);
        g_ptr_array_unref(list->registrations);
        g_hash_table_unref(list->paths);
        pc_str_unref(registry->pool, list->name);
        g_free(list);
    }
    g_ptr_array_unref(registry->meshes);
    g_hash_table_unref(registry->by_id);
    g_free(registry);
}

/* Mesh ids compare with regard to case (18.4). PC-18.4-10 */
static struct mesh_list *list_of(const struct pc_registry *registry, struct pc_text mesh)
{
    for (guint i = 0; i < registry->meshes->len; i++) {
        struct mesh_list *list = registry->meshes->pdata[i];
        struct pc_text name = pc_str_text(registry->pool, list->name);
        if (name.n == mesh.n && memcmp(name.s, mesh.s, name.n) == 0)
            return list;
    }
    return NULL;
}

static struct mesh_list *list_for(struct pc_registry *registry, struct pc_text mesh)
{
    struct mesh_list *list = list_of(registry, mesh);
    if (list)
        return list;
    list = g_new0(struct mesh_list, 1);
    list->name = pc_str_intern(registry->pool, mesh.s, mesh.n);
    list->registrations = g_ptr_array_new();
    list->paths = g_hash_table_new(g_direct_hash, g_direct_equal);
    g_ptr_array_add(registry->meshes, list);
    return list;
}

static pc_str upper_path(struct pc_registry *registry, struct pc_text uri) /* PC-18.4-11 */
{
    struct pc_text path = pc_uri_path(uri);
    char *upper = g_ascii_strup(path.s, (gssize)path.n);
    pc_str handle = pc_str_intern(registry->pool, upper, path.n);
    g_free(upper);
    return handle;
}

struct pc_registration *pc_registry_add(struct pc_registry *registry, struct pc_text mesh,
                                        const struct pc_node_address *address, const struct pc_guid *id,
                                        pc_time expires)
{
    struct mesh_list *list = list_for(registry, mesh);
    pc_str path = upper_path(registry, address->uri);
    if (g_hash_table_contains(list->paths, GUINT_TO_POINTER(path))) {
        pc_str_unref(registry->pool, path);
        return NULL;
    }
    struct pc_registration *r = g_new0(struct pc_registration, 1);
    *r = (struct pc_registration){.id = *id, .path = path, .mesh = list->name, .expires = expires};
    r->address = pc_address_intern(registry->pool, address);
    g_hash_table_insert(list->paths, GUINT_TO_POINTER(path), r);
    g_hash_table_insert(registry->by_id, &r->id, r);
    g_ptr_array_add(list->registrations, r);
    registry->total++;
    return r;
}

struct pc_registration *pc_registry_find(const struct pc_registry *registry, struct pc_text mesh,
                                         const struct pc_guid *id)
{
    struct pc_registration *r = g_hash_table_lookup(registry->by_id, id);
    if (!mesh.s)
        return r;
    struct mesh_list *list = r ? list_of(registry, mesh) : NULL;
    return list && list->name == r->mesh ? r : NULL;
}

void pc_registry_set_address(struct pc_registry *registry, struct pc_registration *registration,
                             const struct pc_node_address *address)
{
    pc_str fresh = pc_address_intern(registry->pool, address);
    pc_str_unref(registry->pool, registration->address);
    registration->address = fresh;
}

static void forget(struct pc_registry *registry, struct mesh_list *list, struct pc_registration *r)
{
    g_hash_table_remove(list->paths, GUINT_TO_POINTER(r->path));
    g_hash_table_remove(registry->by_id, &r->id);
    registry->total--;
    release(registry, r);
}

void pc_registry_remove(struct pc_registry *registry, struct pc_registration *registration)
{
    struct mesh_list *list = list_of(registry, pc_str_text(registry->pool, registration->mesh));
    g_ptr_array_remove(list->registrations, registration); /* keeps the order */
    forget(registry, list, registration);
}

void pc_registry_clean(struct pc_registry *registry, pc_time now) /* PC-18.4-7 */
{
    for (guint i = 0; i < registry->meshes->len; i++) {
        struct mesh_list *list = registry->meshes->pdata[i];
        guint kept = 0;
        for (guint k = 0; k < list->registrations->len; k++) {
            struct pc_registration *r = list->registrations->pdata[k];
            if (r->expires <= now)
                forget(registry, list, r);
            else
                list->registrations->pdata[kept++] = r;
        }
        if (kept < list->registrations->len)
            g_ptr_array_set_size(list->registrations, (gint)kept);
    }
}

struct pc_registration *const *pc_registry_list(const struct pc_registry *registry, struct pc_text mesh,
                                                uint32_t *count)
{
    struct mesh_list *list = list_of(registry, mesh);
    *count = list ? list->registrations->len : 0;
    return list ? (struct pc_registration *const *)list->registrations->pdata : NULL;
}

uint32_t pc_registry_total(const struct pc_registry *registry)
{
    return registry->total;
}
