/* Inside of the scenario language: what the files lua_*.c share. Nothing here is for use outside of them and
 * script.c.
 *
 * Memory: lua_error() jumps over C frames. Whatever is allocated by GLib while Lua may raise belongs to the
 * plan first, or is freed before; texts under way are Lua strings. */
#ifndef SCN_LUA_PRIVATE_H
#define SCN_LUA_PRIVATE_H

#include "scenarios/engine/plan.h"
#include "scenarios/engine/script.h"
#include "scenarios/engine/script_scan.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

struct scn_script {
    lua_State *L;
    const struct scn_script_options *options;
    struct scn_plan *plan;
    char *directory; /* of the script */
    char *network_directory; /* of the network file that is read just now: the data it names lie beside it; else NULL */
    char *source;
    struct scn_scan *scan;
    bool has_header;
    int finish_line;
    size_t used;          /* octets of Lua and plan */
    size_t most_memory;
    int64_t instructions; /* left */
    int64_t most_instructions; /* in all, or in one event of a role */
    const char *span;          /* "before time 0", "in one event" */
    bool role;                 /* the state of roles: data belong to nobody's plan */
    bool exhausted;       /* no instructions left: every further step raises again */
    bool memory_out;
    unsigned refusals; /* of memory */
    unsigned hooks;    /* calls of the counting hook */
    int64_t began;     /* computing time before the script, s */
    int64_t data_octets, picked;
    int settled;       /* moment, -1 before first use */
    GHashTable *keys;  /* of operations → how many */
    GHashTable *names; /* of groups and meshes, "group x", "mesh x" */
};

static inline struct scn_script *scn_script_of(lua_State *L)
{
    return *(struct scn_script **)lua_getextraspace(L);
}

/* Where the data files lie that are named now. */
static inline const char *scn_data_directory(const struct scn_script *s)
{
    return s->network_directory ? s->network_directory : s->directory;
}

/* --- objects of the script: one userdata type, told apart by tag ---------------------------------------- */

enum scn_tag {
    SCN_BOX_QUANTITY,
    SCN_BOX_MOMENT,    /* index of a moment */
    SCN_BOX_OPERATION, /* of an operation */
    SCN_BOX_SELECTION, /* of a selection that is no group, resolver included */
    SCN_BOX_GROUP,     /* of a group; `extra` is its selection */
    SCN_BOX_MESH,      /* of a mesh; `extra` is its selection */
    SCN_BOX_ROLE,
    SCN_BOX_VALUE,   /* of a value */
    SCN_BOX_METRICS, /* the word metric; index 1: theory */
    SCN_BOX_SERVER,  /* theory.server{}: index of a query without metric, as prototype */
    SCN_BOX_PARAMS,
    SCN_BOX_ME,      /* of roles: index of the actor, extra its life (me.c) */
    SCN_BOX_CHANNEL, /* likewise; quantity.value: number of the channel */
    SCN_BOX_TIMER,   /* likewise; quantity.value: the timer */
    SCN_BOX_COUNT
};

struct scn_box {
    enum scn_tag tag;
    int index, extra;
    struct scn_quantity quantity;
};

/* Pushes a new object. */
struct scn_box *scn_push_box(lua_State *L, enum scn_tag tag, int index, int extra);
void scn_push_quantity(lua_State *L, struct scn_quantity quantity); /* a count becomes a number */
/* NULL if it is no object of ours. */
struct scn_box *scn_to_box(lua_State *L, int at);
struct scn_box *scn_to_tag(lua_State *L, int at, enum scn_tag tag);
/* What a Lua value is, for messages: "a time", "a group", "a string". */
const char *scn_what(lua_State *L, int at);

/* Creates the state of the script, with its limits; and gives it all its instructions anew (lua_limits.c). */
void scn_limits_open(struct scn_script *s);
void scn_limits_begin(struct scn_script *s);

/* Called once: creates the metatables (lua_object.c). */
void scn_open_objects(lua_State *L);

/* --- errors, limits ------------------------------------------------------------------------------------- */

/* Raises the error's message with the position of the script; frees it. */
G_GNUC_NORETURN void scn_throw(lua_State *L, const char *prefix, GError *error);
/* Takes n further octets of the plan, n steps of work, or raises. */
void scn_charge_memory(lua_State *L, size_t n);
void scn_charge_steps(lua_State *L, int64_t n);
/* Raises if one more would pass the bound. */
void scn_bound(lua_State *L, const GPtrArray *array, unsigned most, const char *what);
/* The line of the script that is running. */
int scn_line(lua_State *L);
/* Notes that a run needs something that is not built. */
G_GNUC_PRINTF(2, 3) void scn_lack(lua_State *L, const char *format, ...);

/* A name or sentence: UTF-8 without control characters, not empty, at most `most` octets. Raises. Owned by
 * Lua. */
const char *scn_check_text(lua_State *L, int at, const char *verb, const char *what, size_t most);
enum { SCN_MOST_NAME = 200, SCN_MOST_SENTENCE = 1000 };

/* --- options: the table at the end of a call ------------------------------------------------------------ */

struct scn_options {
    lua_State *L;
    int table;        /* 0 = none was given */
    const char *verb; /* for messages */
};

/* Looks at argument `at`: nothing, nil or a table whose keys are all among `names` (ends with NULL); raises
 * "did you mean". */
struct scn_options scn_options_open(lua_State *L, int at, const char *verb, const char *const *names);
/* The same for a table inside of options; `at` absolute. */
void scn_options_names(lua_State *L, int at, const char *verb, const char *const *names);

/* Pushes the option; false and nothing pushed if it was not given. */
bool scn_option(const struct scn_options *o, const char *name);

/* Readers: the fallback (or -1, NULL, false) if not given. They leave the stack as it was. Texts are owned by
 * the plan's caller: new, free with g_free. */
int64_t scn_option_count(const struct scn_options *o, const char *name, int64_t least, int64_t most,
                         int64_t fallback);
bool scn_option_quantity(const struct scn_options *o, const char *name, enum scn_kind kind,
                         struct scn_quantity *out);
const struct scn_dist *scn_option_dist(const struct scn_options *o, const char *name, enum scn_kind kind);
int scn_option_moment(const struct scn_options *o, const char *name);
bool scn_option_flag(const struct scn_options *o, const char *name, bool fallback);
char *scn_option_text(const struct scn_options *o, const char *name);
char *scn_option_region(const struct scn_options *o); /* "EU" or "europe": the long name; NULL: not given */
/* Position in choices (ends with NULL), fallback if not given. */
int scn_option_choice(const struct scn_options *o, const char *name, const char *const *choices,
                      int fallback);

/* Conversions of the value at `at`, with verb and option name for messages. */
struct scn_quantity scn_check_quantity(lua_State *L, int at, const char *verb, const char *name,
                                       enum scn_kind kind);
const struct scn_dist *scn_check_dist(lua_State *L, int at, const char *verb, const char *name,
                                      enum scn_kind kind);
int scn_check_moment(lua_State *L, int at, const char *verb, const char *name);    /* lua_moment.c */
int scn_check_selection(lua_State *L, int at, const char *verb, const char *what); /* lua_select.c */
int scn_check_value(lua_State *L, int at, const char *verb, const char *what);     /* lua_value.c */
/* "< 2", "== 0"; the kind of a bare number is a count. */
struct scn_condition scn_check_condition(lua_State *L, int at, const char *verb, const char *name);
enum scn_op scn_check_op(lua_State *L, int at, const char *verb);

/* Pushes the value at `at` as text, without addresses. */
void scn_push_text(lua_State *L, int at);

/* --- networks: lua_network.c ------------------------------------------------------------------------------ */

struct scn_plan_network *scn_new_network(lua_State *L); /* the plan's */
/* Takes the profile named at `at`, or the file that describes one, into the network, or raises. */
void scn_read_profile(lua_State *L, int at, const char *verb, struct scn_plan_network *n);
int64_t scn_option_share(const struct scn_options *o, const char *name); /* ppm; -1: not given */
int scn_word_network(lua_State *L);
/* A file beside the script, or by its whole path: its text (g_free), whose digest goes into the plan. Raises. */
char *scn_read_data(lua_State *L, const char *verb, const char *option, const char *name, gsize most, gsize *length, char **digest);
/* Pushes the chunk of NAME.lua beside the script or in the library's networks; false: there is none. script.c */
bool scn_load_network(lua_State *L, const char *name);

/* --- data ----------------------------------------------------------------------------------------------- */

/* Copies plain data (lua_data.c). Raises on functions, groups and the like; `what` says what the data is for.
 * The result is owned by the caller, who must store it in the plan before the next call that may raise. nil
 * gives NULL. */
struct scn_data *scn_copy_data(lua_State *L, int at, const char *what);

/* --- arithmetic: one function for all objects (lua_arith.c) --------------------------------------------- */

void scn_add_arithmetic(lua_State *L); /* sets the metamethods in the table on top */

/* moment ± (moment, quantity, text); at least one is a moment or an operation. Pushes. */
int scn_moment_arith(lua_State *L, char op, int a, int b);
int scn_selection_arith(lua_State *L, char op, int a, int b);
int scn_value_arith(lua_State *L, char op, int a, int b);
bool scn_is_moment(lua_State *L, int at);    /* moment or operation */
bool scn_is_selection(lua_State *L, int at); /* group, selection, mesh */

/* Raises unless there is a parameter of that name; it counts as used. */
void scn_check_param(lua_State *L, const char *verb, const char *name);
/* Raises if the two values cannot be compared; a limit that is a number takes the kind of the value. */
void scn_check_kinds(lua_State *L, const char *verb, int value, int limit);
/* Raises unless all of a value can be watched while the run goes on. */
void scn_check_watched(lua_State *L, int value, const char *verb);

int scn_moment_settled(lua_State *L);
/* A new moment at one base, without offset. */
int scn_moment_new(lua_State *L, enum scn_moment_base base, int of);
int scn_moment_of_operation(lua_State *L, int operation, bool ends);
/* Moment plus a number of ns. */
int scn_moment_shift(lua_State *L, int moment, int64_t ns);

/* A new selection; the text is copied. Raises at bounds. */
int scn_selection_new(lua_State *L, const struct scn_plan_selection *prototype, const char *text);
int scn_selection_peer(lua_State *L, int group, lua_Integer index);

/* A value that is a number. */
struct scn_value scn_blank_value(enum scn_value_kind kind);
int scn_push_value(lua_State *L, const struct scn_value *prototype, const char *text); /* stores a copy, pushes it; returns 1 */

/* lua_query.c: a query without filters; a copy that is the plan's; the value "all its samples" of a query of the plan, pushed
 * (lacks: what of it is not built, or NULL); names of enum scn_per, NULL at the end. */
struct scn_query scn_blank_query(bool theory, char *metric);
struct scn_query *scn_new_query(lua_State *L, const struct scn_query *from);
int scn_push_query(lua_State *L, struct scn_query *query, const char *lacks);
extern const char *const scn_pers[];

int scn_value_number(lua_State *L, struct scn_quantity number);
/* lua_theory.c. Pushes the function of theory.NAME if that follows from parameters alone. */
bool scn_push_closed(lua_State *L, const char *name);
/* __index and __call of values and of the words metric and theory. */
int scn_value_index(lua_State *L);
int scn_value_call(lua_State *L);
int scn_metrics_index(lua_State *L);
int scn_server_index(lua_State *L);

/* --- the words: each sets its globals in the table at the top of the stack ------------------------------ */

/* Is it { n, of = list, … }? Reads all but the list, which is pushed (lua_world.c). */
bool scn_is_draw(lua_State *L, int at);
void scn_read_draw(lua_State *L, int at, const char *what, struct scn_draw *draw);
int scn_word_unit(lua_State *L);       /* lua_world.c */
int scn_word_mesh(lua_State *L);       /* likewise, for lua_recorded.c; so are the next three */
int scn_word_peers(lua_State *L);
int scn_word_leave(lua_State *L); /* lua_operation.c */
int scn_word_crash(lua_State *L);
void scn_open_base(lua_State *L);      /* lua_base.c: pairs, print, … and the libraries */
void scn_open_string(lua_State *L);    /* lua_string.c */
void scn_open_table(lua_State *L);     /* lua_table.c */
void scn_open_header(lua_State *L);    /* lua_header.c: scenario */
void scn_open_world(lua_State *L);     /* lua_world.c: network mesh peers unit */
void scn_open_recorded(lua_State *L);  /* lua_recorded.c: recorded */
void scn_open_role(lua_State *L);      /* lua_role.c: role */
void scn_open_moment(lua_State *L);    /* lua_moment.c: settled when finish */
void scn_open_operation(lua_State *L); /* lua_operation.c: crash leave cut impair send tell refresh */
void scn_open_value(lua_State *L);     /* lua_value.c: metric theory over */
void scn_open_judge(lua_State *L);     /* lua_judge.c: exact bound stat eventually report plot */

/* __index of groups and selections: pick, where, [i]; of meshes: resolver; of operations: ends. */
int scn_selection_index(lua_State *L);
int scn_role_call(lua_State *L);

/* __index of me, channels and timers (me.c). */
int scn_me_index(lua_State *L);

/* Reads a Lua source beside the script, or in the library: pushes the loaded chunk. Raises. What was read is
 * noted in the plan. */
struct scn_plan_file *scn_load_module(lua_State *L, const char *name, const char *what);

/* Reads all modules that the source requires by name, and those that they require, for roles. */
void scn_read_modules(lua_State *L, const char *text, size_t length);

/* Reads a parameter's text as its kind and pushes the value (lua_header.c). */
int scn_params_index(lua_State *L);

#endif
