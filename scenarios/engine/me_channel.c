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
        for (unsigned c = 0; c < actor->nodes[n]->mesh->channel_count; c++) {
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

int scn_me_channel(lua_State *L)
{
    struct scn_actor *actor = scn_check_actor(L, 1, SCN_BOX_ME);
    unsigned channel = 0;

    lua_settop(L, 2);
    if (!lua_isnil(L, 2))
        channel = find_channel(L, actor, scn_check_text(L, 2, "me:channel", "the name", SCN_MOST_NAME));
    else if (actor->node_count > 1)
        return luaL_error(L, "me:channel: which? This peer is in %d meshes; write me:channel \"mesh/channel\".",
                          (int)actor->node_count);
    scn_push_self(L, actor);
    const char *key = lua_pushfstring(L, "channel %d", (int)channel);
    if (lua_getfield(L, 3, key) != LUA_TNIL)
        return 1;
    lua_pop(L, 1);
    scn_push_box(L, SCN_BOX_CHANNEL, (int)actor->number, (int)actor->life)->quantity.value = channel;
    lua_pushvalue(L, -1);
    lua_setfield(L, 3, key);
    if (channel % PC_MAX_CHANNELS != 0) /* every member has opened the first */
        scn_peer_open_channel(node_of(actor, channel), channel % PC_MAX_CHANNELS, true);
    return 1;
}

static struct scn_actor *check_channel(lua_State *L, unsigned *channel)
{
    struct scn_actor *actor = scn_check_actor(L, 1, SCN_BOX_CHANNEL);

    *channel = (unsigned)scn_to_box(L, 1)->quantity.value;
    return actor;
}

int scn_channel_stop(lua_State *L)
{
    unsigned channel, kept = 0;
    struct scn_actor *actor = check_channel(L, &channel);

    for (unsigned i = 0; i < actor->handler_count; i++) {
        const struct scn_handler *h = &actor->handlers[i];
        bool of_channel = (h->kind == SCN_SCENE_MESSAGE || h->kind == SCN_SCENE_KINDS) && h->channel == channel;
        if (of_channel && h->kind == SCN_SCENE_KINDS)
            actor->filters--;
        if (!of_channel)
            actor->handlers[kept++] = *h;
    }
    actor->handler_count = (uint16_t)kept;
    scn_push_self(L, actor);
    lua_pushfstring(L, "channel %d", (int)channel);
    lua_pushnil(L);
    lua_settable(L, -3);
    scn_peer_open_channel(node_of(actor, channel), channel % PC_MAX_CHANNELS, false);
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
