/* recorded "FILE": the mesh of a capture as mesh, peers, joins, leaves and crashes of the plan. X17; scenarios/README.md. */
#include "scenarios/conform/captured_node.h"
#include "scenarios/engine/lua_private.h"

#include <string.h>

enum { MOST_CAPTURE = 256 << 20 /* octets */ };

static struct scn_recording *read_recording(lua_State *L, const char *name)
{
    struct scn_plan *plan = scn_script_of(L)->plan;
    struct scn_recording *r = g_new0(struct scn_recording, 1);
    GError *error = NULL;
    gsize length;

    g_ptr_array_add(plan->recordings, r); /* the plan's, before anything raises */
    r->name = g_strdup(name);
    g_free(scn_read_data(L, "recorded", "file", name, MOST_CAPTURE, &length, &r->digest));
    char *path = g_path_is_absolute(name) ? g_strdup(name) : g_build_filename(scn_script_of(L)->directory, name, NULL);
    r->capture = cf_capture_read(path, &error);
    g_free(path);
    if (r->capture == NULL)
        scn_throw(L, "recorded: ", error);
    scn_charge_memory(L, 4 * length);
    return r;
}

static gint by_start(gconstpointer a, gconstpointer b)
{
    const struct cf_captured_node *p = *(const struct cf_captured_node *const *)a, *q = *(const struct cf_captured_node *const *)b;

    return p->start < q->start ? -1 : p->start > q->start;
}

/* All must be of one mesh with one resolver, and known well enough to be played. In the order of their starts. */
static GPtrArray *players(lua_State *L, const struct scn_recording *r)
{
    const GPtrArray *all = cf_captured_nodes(r->capture);
    GPtrArray *nodes = g_ptr_array_new();

    for (guint i = 0; i < all->len; i++)
        g_ptr_array_add(nodes, all->pdata[i]);
    g_ptr_array_sort(nodes, by_start);
    const char *problem = nodes->len == 0 ? "there is no node of a mesh in it" : NULL, *whose = "";
    for (guint i = 0; i < nodes->len && problem == NULL; i++) {
        const struct cf_captured_node *node = nodes->pdata[i], *first = nodes->pdata[0];
        whose = node->name;
        if (!node->uri || !node->node_id || !node->has_guid || node->endpoint.family != 4)
            problem = "the capture does not show its address and id, or that is none that a node draws";
        else if (!node->resolver_uri || !node->mesh)
            problem = "the capture does not show its resolver and mesh";
        else if (strcmp(node->mesh, first->mesh) != 0)
            problem = "it is in another mesh than the first one";
    }
    if (problem == NULL)
        return nodes;
    g_ptr_array_unref(nodes);
    luaL_error(L, "recorded: %s: %s%s%s.", r->name, whose, *whose ? ": " : "", problem);
    return NULL;
}

/* Paths of the channels that any of the nodes sent to or heard. */
static char **channels_of(const GPtrArray *nodes)
{
    GPtrArray *paths = g_ptr_array_new();
    char *uri = g_strdup_printf("net.p2p://%s/", ((const struct cf_captured_node *)nodes->pdata[0])->mesh);

    for (guint i = 0; i < nodes->len; i++) {
        const struct cf_captured_node *node = nodes->pdata[i];
        for (guint k = 0; k < node->channels->len; k++) {
            const char *via = node->channels->pdata[k];
            const char *path = g_str_has_prefix(via, uri) ? via + strlen(uri) : via;
            if (!g_ptr_array_find_with_equal_func(paths, path, g_str_equal, NULL))
                g_ptr_array_add(paths, g_strdup(path));
        }
    }
    g_free(uri);
    g_ptr_array_add(paths, NULL);
    return (char **)g_ptr_array_free(paths, paths->len == 1);
}

/* A word of the script, called by us: what it refuses is told with the line of recorded(). */
static void call(lua_State *L, int arguments, int results)
{
    if (lua_pcall(L, arguments, results, 0) == LUA_OK)
        return;
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
    lua_error(L);
}

/* The mesh stays on the stack. */
static void make_mesh(lua_State *L, const GPtrArray *nodes)
{
    struct scn_plan *plan = scn_script_of(L)->plan;
    const struct cf_captured_node *first = nodes->pdata[0];
    uint32_t largest = 0;

    for (guint i = 0; i < nodes->len; i++)
        largest = MAX(largest, ((const struct cf_captured_node *)nodes->pdata[i])->largest);
    lua_pushcfunction(L, scn_word_mesh);
    lua_pushstring(L, first->mesh);
    call(L, 1, 1);
    struct scn_plan_mesh *mesh = scn_plan_meshes(plan, (int)plan->meshes->len - 1);
    mesh->recorded = first;
    mesh->channels = channels_of(nodes);
    if (2 * largest > 65536) /* its limit is not lower */
        mesh->message_size = 2 * largest;
}

static void push_time(lua_State *L, int64_t ns)
{
    scn_push_quantity(L, (struct scn_quantity){SCN_TIME, MAX(ns, 0)});
}

/* leave(group, { at = … }) or crash(…): the group is on the top of the stack, and stays there. */
static void make_end(lua_State *L, lua_CFunction word, int64_t at)
{
    lua_pushcfunction(L, word);
    lua_pushvalue(L, -2);
    lua_createtable(L, 0, 1);
    push_time(L, at);
    lua_setfield(L, -2, "at");
    call(L, 2, 0);
}

/* The group stays on the stack. */
static void make_peer(lua_State *L, struct scn_recording *r, const struct cf_captured_node *node, unsigned number, int mesh)
{
    struct scn_plan *plan = scn_script_of(L)->plan;

    lua_pushcfunction(L, scn_word_peers);
    lua_pushfstring(L, "N%d", (int)number);
    lua_pushinteger(L, 1);
    lua_createtable(L, 0, 2);
    lua_pushvalue(L, mesh);
    lua_setfield(L, -2, "mesh");
    push_time(L, node->start - r->capture->start);
    lua_setfield(L, -2, "join");
    call(L, 3, 1);
    struct scn_plan_group *group = scn_plan_groups(plan, (int)plan->groups->len - 1);
    group->recording = r;
    group->recorded = node;
    if (node->stop >= 0)
        make_end(L, scn_word_leave, node->stop - r->capture->start);
    else if (node->gone >= 0)
        make_end(L, scn_word_crash, node->gone - r->capture->start);
}

/* → the groups in the order of their starts, with .mesh and .ends, the time of the last packet. */
static int word_recorded(lua_State *L)
{
    lua_settop(L, 1);
    struct scn_recording *r = read_recording(L, scn_check_text(L, 1, "recorded", "the file", SCN_MOST_NAME));
    GPtrArray *nodes = players(L, r);

    r->nodes = nodes; /* freed with the plan, whatever raises */
    lua_createtable(L, (int)nodes->len, 2);
    int result = lua_gettop(L);
    make_mesh(L, nodes);
    int mesh = lua_gettop(L);
    for (guint i = 0; i < nodes->len; i++) {
        make_peer(L, r, nodes->pdata[i], i + 1, mesh);
        lua_rawseti(L, result, (lua_Integer)i + 1);
    }
    lua_setfield(L, result, "mesh");
    push_time(L, r->capture->end - r->capture->start);
    lua_setfield(L, result, "ends");
    return 1;
}

void scn_open_recorded(lua_State *L)
{
    static const luaL_Reg words[] = {{"recorded", word_recorded}, {NULL, NULL}};

    luaL_setfuncs(L, words, 0);
}
