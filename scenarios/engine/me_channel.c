/* Channels of roles. A number stands for a channel of one of the peer's nodes: node * PC_MAX_CHANNELS + channel of its mesh. */
#include "scenarios/engine/role_private.h"

#include "scenarios/engine/suggest.h"

#include <string.h>

static struct scn_peer *node_of(const struct scn_actor *actor, unsigned channel)
{
    return actor->nodes[channel / PC_MAX_CHANNELS];
}

static const char *channel_name(const struct scn_actor *actor, unsigned channel)
{
    return node_of(actor, channel)->mesh->channels[channel % PC_MAX_CHANNELS];
}

static const char *mesh_name(const struct scn_actor *actor, unsigned node)
{
    return scn_plan_meshes(scn_run_plan(actor->troupe->run), (int)actor->nodes[node]->mesh->number)->name;
}

/* --- opening -------------------------------------------------------------------------------------------- */

/* "notes", or "mesh/notes" where there are several meshes; raises. */
static unsigned find_channel(lua_State *L, const struct scn_actor *actor, const char *name)
{
    const char *names[PC_MAX_CHANNELS * 16 + 1];
    unsigned count = 0, found = UINT_MAX, matches = 0;

    for (unsigned n = 0; n < actor->node_count; n++)
        for (unsigned c = 0; (n < actor->fixed_count || actor->nodes[n]->called_for) &&  c < actor->nodes[n]->mesh->channel_count; c++) {
            const char *plain = actor->nodes[n]->mesh->channels[c];
            char *full = g_strdup_printf("%s/%s", mesh_name(actor, n), plain);
            bool is = strcmp(full, name) == 0, short_is = strcmp(plain, name) == 0;
            bool whole = c == 0 && strcmp(mesh_name(actor, n), name) == 0; /* a mesh: its first channel */
            g_free(full);
            if (count < G_N_ELEMENTS(names) - 1)
                names[count++] = plain;
            if (is || short_is || whole) {
                matches += !is;
                if (found == UINT_MAX || is)
                    found = n * PC_MAX_CHANNELS + c;
                if (is)
                    return found;
            }
        }
    names[count] = NULL;
    if (matches > 1)
        luaL_error(L, "me:channel: '%s' is a channel of %d meshes of this peer; write \"mesh/%s\".", name, (int)matches,
                   name);
    if (found == UINT_MAX) {
        const char *near = scn_suggest(name, names);
        luaL_error(L, near != NULL ? "me:channel: there is no channel '%s'; did you mean '%s'?"
                                   : "me:channel: there is no channel '%s' in this peer's mesh; add it to the mesh: "
                                     "mesh(\"name\", { channels = { … } }).",
                   name, near);
    }
    return found;
}

/* Pushes the object of a channel; true: it is new. */
static bool push_channel(lua_State *L, const struct scn_actor *actor, unsigned channel)
{
    scn_push_self(L, actor);
    int self = lua_gettop(L);
    const char *key = lua_pushfstring(L, "channel %d", (int)channel);
    if (lua_getfield(L, self, key) != LUA_TNIL)
        return false;
    lua_pop(L, 1);
    scn_push_box(L, SCN_BOX_CHANNEL, (int)actor->number, (int)actor->life)->quantity.value = channel;
    lua_pushvalue(L, -1);
    lua_setfield(L, self, key);
    return true;
}

int scn_me_channel(lua_State *L)
{
    struct scn_actor *actor = scn_check_actor(L, 1, SCN_BOX_ME);
    unsigned channel = 0;

    lua_settop(L, 2);
    if (!lua_isnil(L, 2))
        channel = find_channel(L, actor, scn_check_text(L, 2, "me:channel", "the name", SCN_MOST_NAME));
    else if (actor->fixed_count > 1)
        return luaL_error(L, "me:channel: which? This peer is in %d meshes; write me:channel \"mesh/channel\".",
                          (int)actor->fixed_count);
    if (push_channel(L, actor, channel) && channel % PC_MAX_CHANNELS != 0) /* every member has opened the first */
        scn_peer_open_channel(node_of(actor, channel), channel % PC_MAX_CHANNELS, true);
    return 1;
}

/* --- meshes during the run ------------------------------------------------------------------------------ */

/* The mesh of the plan that is named so; raises. */
static int find_mesh(lua_State *L, const struct scn_actor *actor, const char *name)
{
    const struct scn_plan *plan = scn_run_plan(actor->troupe->run);

    for (guint i = 0; i < plan->meshes->len; i++)
        if (strcmp(scn_plan_meshes(plan, (int)i)->name, name) == 0)
            return (int)i;
    return luaL_error(L, "me:open: there is no mesh '%s'; the script declares it: mesh(\"%s\").", name, name);
}

/* The peer's node in that mesh, whoever of its roles has it; NULL: none. */
static struct scn_peer *membership(const struct scn_actor *actor, int mesh)
{
    struct scn_peer *first = actor->nodes[0];

    if (first->mesh->number == (uint32_t)mesh)
        return first;
    for (guint i = 0; first->beside && i < first->beside->len; i++) {
        struct scn_peer *node = first->beside->pdata[i];
        if (node->mesh->number == (uint32_t)mesh)
            return node;
    }
    return NULL;
}

static unsigned place_of(const struct scn_actor *actor, const struct scn_peer *node)
{
    unsigned i = 0;

    while (i < actor->node_count && actor->nodes[i] != node)
        i++;
    return i;
}

int scn_me_open(lua_State *L)
{
    struct scn_actor *actor = scn_check_actor(L, 1, SCN_BOX_ME);
    const char *name = scn_check_text(L, 2, "me:open", "the name of a mesh", SCN_MOST_NAME);
    int mesh = find_mesh(L, actor, name);
    struct scn_peer *node = membership(actor, mesh);

    lua_settop(L, 2);
    if (actor->troupe->asking)
        return luaL_error(L, "me:open: a filter only answers; open from an event.");
    if (node != NULL && !node->on_demand)
        return luaL_error(L, "me:open: this peer is in '%s' from its start; me:channel \"%s\" is its channel.", name, name);
    if (node != NULL && place_of(actor, node) == actor->node_count)
        return luaL_error(L, "me:open: another role of this peer has opened '%s'; one role for each mesh.", name);
    if (node == NULL && actor->nodes[0]->beside != NULL && actor->nodes[0]->beside->len + 1 >= SCN_MOST_MEMBERSHIPS)
        return luaL_error(L, "me:open: more than %d meshes of one peer.", SCN_MOST_MEMBERSHIPS);
    if (node != NULL && node->node != NULL && !node->called_for)
        return luaL_error(L, "me:open: '%s' is being left just now; a node closes its links first. Open it some seconds later.", name);
    if (node == NULL)
        node = scn_actor_add_node(actor, mesh);
    if (!node->called_for) {
        node->called_for = true;
        scn_peer_start(node);
    }
    push_channel(L, actor, place_of(actor, node) * PC_MAX_CHANNELS);
    return 1;
}

static struct scn_actor *check_channel(lua_State *L, unsigned *channel)
{
    struct scn_actor *actor = scn_check_actor(L, 1, SCN_BOX_CHANNEL);

    *channel = (unsigned)scn_to_box(L, 1)->quantity.value;
    return actor;
}

/* Nobody listens to it any more. `all`: to none of the channels of its node, nor to its being online. */
static void forget_channel(lua_State *L, struct scn_actor *actor, unsigned channel, bool all)
{
    unsigned kept = 0, node = channel / PC_MAX_CHANNELS;

    for (unsigned i = 0; i < actor->handler_count; i++) {
        const struct scn_handler *h = &actor->handlers[i];
        bool message = h->kind == SCN_SCENE_MESSAGE || h->kind == SCN_SCENE_KINDS;
        bool state = h->kind == SCN_SCENE_ONLINE || h->kind == SCN_SCENE_OFFLINE;
        bool meant = (message && h->channel == channel) || (all && ((message && h->channel / PC_MAX_CHANNELS == node) || (state && h->channel == node)));
        if (meant && h->kind == SCN_SCENE_KINDS)
            actor->filters--;
        if (!meant)
            actor->handlers[kept++] = *h;
    }
    actor->handler_count = (uint16_t)kept;
    scn_push_self(L, actor);
    for (unsigned c = 0; c < PC_MAX_CHANNELS; c++)
        if (all || channel % PC_MAX_CHANNELS == c) {
            lua_pushfstring(L, "channel %d", (int)(node * PC_MAX_CHANNELS + c));
            lua_pushnil(L);
            lua_settable(L, -3);
        }
}

/* The first channel of a mesh that was opened during the run stands for the mesh: it is left. */
int scn_channel_stop(lua_State *L)
{
    unsigned channel;
    struct scn_actor *actor = check_channel(L, &channel);
    struct scn_peer *node = node_of(actor, channel);
    bool whole = node->on_demand && channel % PC_MAX_CHANNELS == 0;

    if (actor->troupe->asking)
        return luaL_error(L, "channel:stop: a filter only answers; stop from an event.");
    if (node->on_demand && !node->called_for)
        return 0;
    forget_channel(L, actor, channel, whole);
    if (!whole) {
        scn_peer_open_channel(node, channel % PC_MAX_CHANNELS, false);
        return 0;
    }
    node->called_for = false;
    scn_peer_leave(node);
    return 0;
}

/* --- listening ------------------------------------------------------------------------------------------ */

int scn_channel_on(lua_State *L)
{
    static const char *const names[] = {"message", "online", "offline", NULL};
    static const enum scn_scene_kind kinds[] = {SCN_SCENE_MESSAGE, SCN_SCENE_ONLINE, SCN_SCENE_OFFLINE};
    unsigned channel;
    struct scn_actor *actor = check_channel(L, &channel);
    const char *name = scn_check_text(L, 2, "channel:on", "the event", SCN_MOST_NAME);

    if (lua_type(L, 3) != LUA_TFUNCTION)
        return luaL_error(L, "channel:on: the second argument is a function, not %s.", scn_what(L, 3));
    for (unsigned i = 0; names[i] != NULL; i++)
        if (strcmp(names[i], name) == 0) {
            scn_actor_listen(L, actor, kinds[i], i == 0 ? channel : channel / PC_MAX_CHANNELS, 3);
            return 0;
        }
    const char *near = scn_suggest(name, names);
    return luaL_error(L, near != NULL ? "channel:on: there is no event \"%s\"; did you mean \"%s\"?"
                                      : "channel:on: there is no event \"%s\" (message, online, offline).",
                      name, near);
}

int scn_channel_filter(lua_State *L)
{
    unsigned channel;
    struct scn_actor *actor = check_channel(L, &channel);

    if (lua_type(L, 2) != LUA_TFUNCTION)
        return luaL_error(L, "channel:filter: a function (msg, origin) is needed, not %s.", scn_what(L, 2));
    scn_actor_listen(L, actor, SCN_SCENE_KINDS, channel, 2);
    actor->filters++;
    scn_mesh_filter(node_of(actor, channel)->mesh);
    return 0;
}

int scn_channel_field(lua_State *L, const struct scn_actor *actor, unsigned channel, const char *name)
{
    struct pc_node_view view;

    if (strcmp(name, "name") == 0) {
        lua_pushstring(L, channel_name(actor, channel));
        return 1;
    }
    if (strcmp(name, "neighbors") != 0)
        return 0;
    if (node_of(actor, channel)->node == NULL) { /* opened during the run, and not there yet, or no more */
        lua_pushinteger(L, 0);
        return 1;
    }
    pc_node_view(node_of(actor, channel)->node, &view);
    lua_pushinteger(L, view.connected);
    return 1;
}

/* --- sending -------------------------------------------------------------------------------------------- */

struct sending {
    const char *kind; /* owned by Lua */
    int64_t hops, size;
};

static struct sending read_sending(lua_State *L, int options)
{
    static const char *const names[] = {"kind", "hops", "size", NULL};
    struct scn_options o = scn_options_open(L, options, "channel:send", names);
    struct sending s = {.kind = "data", .hops = scn_option_count(&o, "hops", 0, UINT32_MAX, -1), .size = -1};
    struct scn_quantity size;

    if (scn_option(&o, "kind")) /* stays on the stack, and so alive */
        s.kind = scn_check_text(L, -1, "channel:send", "kind", 100);
    if (scn_option_quantity(&o, "size", SCN_SIZE, &size))
        s.size = size.value;
    if (s.size > INT32_MAX)
        luaL_error(L, "channel:send: size is too large.");
    return s;
}

/* Nothing raises between the copy of the body and its end. */
int scn_channel_send_call(lua_State *L)
{
    unsigned channel;
    struct scn_actor *actor = check_channel(L, &channel);
    struct scn_peer *node = node_of(actor, channel);
    int type = lua_type(L, 2);

    lua_settop(L, 3);
    if (type != LUA_TSTRING && type != LUA_TTABLE)
        return luaL_error(L, "channel:send: what? The body is a text or a table of data, not %s.", scn_what(L, 2));
    if (actor->troupe->asking)
        return luaL_error(L, "channel:send: a filter only answers; send from an event.");
    if (node->on_demand && (!node->called_for || !node->open))
        return luaL_error(L, "channel:send: mesh '%s' is not open %s.", mesh_name(actor, channel / PC_MAX_CHANNELS),
                          node->called_for ? "yet; send when it is \"online\"" : "any more");
    struct sending s = read_sending(L, 3);
    struct scn_data *data = scn_copy_data(L, 2, "a body");
    bool deep = scn_data_depth(data) > SCN_MOST_DATA_DEPTH;
    uint32_t own = scn_data_octets(data);
    struct scn_body body = {.time = scn_actor_now(actor),
                            .size = s.size > (int64_t)own ? (uint32_t)s.size : own,
                            .tree = data,
                            .channel = channel % PC_MAX_CHANNELS};
    const char *refused =
        deep ? NULL : scn_peer_publish(node, s.kind, &body, false, s.hops >= 0, s.hops >= 0 ? (uint64_t)s.hops : 0);
    scn_data_free(data);
    if (deep)
        return luaL_error(L, "a body: tables stand more than %d deep in each other.", SCN_MOST_DATA_DEPTH);
    if (refused != NULL && scn_net_refused_octets(actor->troupe->net) > 0)
        return luaL_error(L, "message of %d B is over the mesh's limit of %d B; send it in parts.",
                          (int)scn_net_refused_octets(actor->troupe->net), (int)node->mesh->pc.rules.message_octets);
    if (refused != NULL)
        return luaL_error(L, "channel:send: %s.", refused);
    return 0;
}
