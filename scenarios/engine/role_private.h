/* The inside of roles in Lua, for role_*.c and me*.c only.
 *
 * One Lua state. An actor is one role of one peer; each start of the peer is one life of it: the role function is called, and
 * what it hands to `me` is kept in the actor's table `self` in the registry until the life ends. What the network tells while a
 * node takes a step becomes a scene in a queue; scenes are played in order, each in protected mode with its own instructions. */
#ifndef SCN_ROLE_PRIVATE_H
#define SCN_ROLE_PRIVATE_H

#include "scenarios/engine/lua_private.h"
#include "scenarios/engine/role_lua.h"

enum {
    SCN_MOST_HANDLERS = 1024, /* of one life */
    SCN_MOST_TIMERS = 1 << 16, /* of one life, running at a time */
    SCN_MOST_AT_ONCE = 20000, /* events of one role at one instant: it answers itself for ever */
    SCN_ROLE_DEPTH = 14,       /* of tables in a body */
    SCN_MOST_MEMBERSHIPS = 64, /* meshes of one peer, over the whole run */
};

enum scn_scene_kind {
    SCN_SCENE_START,
    SCN_SCENE_MESSAGE, /* number: the channel */
    SCN_SCENE_ONLINE,  /* number: the node */
    SCN_SCENE_OFFLINE,
    SCN_SCENE_TOLD,
    SCN_SCENE_STOPPING,
    SCN_SCENE_TIMER, /* number: the timer */
    SCN_SCENE_KINDS
};

struct scn_actor;

struct scn_scene {
    enum scn_scene_kind kind;
    struct scn_actor *actor;
    uint32_t life, number, generation;
    char *text;            /* told: what; message: kind */
    struct scn_data *data; /* told, message */
    bool own, has_hops;
    uint64_t hops;
    uint32_t size;
    struct pc_guid id;
};

struct scn_handler {
    uint8_t kind;      /* enum scn_scene_kind */
    uint16_t channel;  /* of messages; of online and offline the node */
    int32_t function;  /* index in self */
};

struct scn_timer {
    uint32_t generation; /* odd: running */
    uint32_t previous, next; /* of the same life; 0: none. A free one: next free one */
    int32_t function;        /* reference in the registry */
    uint32_t actor;
    int64_t period; /* 0: once */
};

struct scn_actor {
    struct scn_troupe *troupe;
    int role;     /* of the plan */
    uint32_t number, index;
    uint16_t turn;
    uint16_t handler_count, handler_room;
    uint16_t filters; /* handlers that are asked where messages may go */
    uint8_t node_count;  /* nodes, with those that it has opened by itself */
    uint8_t fixed_count; /* those of the plan: they open and end together */
    uint8_t opened;      /* of these, open now */
    bool alive;
    uint32_t life;
    int32_t self; /* reference in the registry */
    uint32_t timers, timer_count, everies, at_once;
    int64_t last; /* time of its latest event; at_once: how many it had then */
    struct scn_handler *handlers;
    struct scn_peer **nodes;
};

struct scn_troupe {
    struct scn_script script; /* limits, and what the sandbox asks for */
    struct scn_script_options options;
    struct scn_run *run;
    struct scn_net *net;
    struct pc_ids *net_ids;
    struct an_cast *cast;
    int *codes;        /* by role of the plan: reference of the loaded function; LUA_NOREF */
    int globals;       /* reference of the sealed globals */
    GPtrArray *actors;
    GArray *scenes;    /* of struct scn_scene, from `played` on */
    guint played;
    GArray *timers;    /* of struct scn_timer; 0 is none */
    uint32_t free_timer;
    struct scn_actor *on_stage;
    const struct scn_scene *scene; /* that is played */
    bool asking;       /* a filter: it may not send */
    uint64_t events;
    GError *error;
};

static inline struct scn_troupe *scn_troupe_of(lua_State *L)
{
    return (struct scn_troupe *)(void *)scn_script_of(L); /* script is its first member */
}

/* --- role_lua.c --- */
void scn_scene_add(struct scn_troupe *troupe, struct scn_scene scene); /* owns text and data from then on */
const char *scn_actor_name(const struct scn_actor *actor);
/* One node more, of a mesh of the plan that the peer was not in so far: it does not run yet. */
struct scn_peer *scn_actor_add_node(struct scn_actor *actor, int mesh);
struct scn_peer *scn_actor_peer(const struct scn_actor *actor); /* its first node */
int64_t scn_actor_now(const struct scn_actor *actor);
/* The filters of the actor for this message; in a node's step. */
enum pc_propagation scn_actor_filter(struct scn_actor *actor, const struct pc_message *message, unsigned channel);

/* --- role_stage.c: from scenes to calls; in protected mode --- */
void scn_push_data(lua_State *L, const struct scn_data *data); /* NULL: nil */
int scn_scene_play(lua_State *L);      /* argument: light userdata of the scene */
int scn_filter_play(lua_State *L);     /* argument: light userdata of the scene; pushes enum pc_propagation */
void scn_scene_clear(struct scn_scene *scene);

/* --- role_world.c --- */
void scn_open_stage(struct scn_troupe *troupe); /* the globals; in protected mode */
int scn_draw_lists(lua_State *L, const struct scn_actor *actor, const struct scn_data *args); /* pushes the arguments */

/* --- me.c, me_*.c --- */
void scn_open_me(lua_State *L);
/* The actor whose object stands at `at`; raises unless it is on stage, in the life that made the object. */
struct scn_actor *scn_check_actor(lua_State *L, int at, enum scn_tag tag);
void scn_push_self(lua_State *L, const struct scn_actor *actor); /* its table */
/* Keeps the function at `at` for events of this kind. */
void scn_actor_listen(lua_State *L, struct scn_actor *actor, enum scn_scene_kind kind, unsigned channel, int at);
void scn_timers_end(struct scn_actor *actor);       /* me_timer.c: of the life that ends */
int scn_timer_play(lua_State *L, struct scn_actor *actor, const struct scn_scene *scene);
void scn_channel_send(lua_State *L, struct scn_actor *actor, unsigned channel, int body, int options); /* me_channel.c */
int scn_me_after(lua_State *L);   /* me_timer.c */
int scn_me_every(lua_State *L);
int scn_timer_stop(lua_State *L);
int scn_me_random(lua_State *L);  /* me_random.c */
int scn_me_channel(lua_State *L); /* me_channel.c */
int scn_me_open(lua_State *L);
int scn_channel_on(lua_State *L);
int scn_channel_filter(lua_State *L);
int scn_channel_send_call(lua_State *L);
int scn_channel_stop(lua_State *L);
int scn_channel_field(lua_State *L, const struct scn_actor *actor, unsigned channel, const char *name);
int scn_me_disk(lua_State *L);    /* me_measure.c */
int scn_me_sample(lua_State *L);
int scn_me_state(lua_State *L);
int scn_me_have(lua_State *L);

#endif
