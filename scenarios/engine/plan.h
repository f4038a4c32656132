/* A plan: who there is, what happens when, what must hold. Plain data that one run of a script writes before
 * time 0; nothing in it is code, but the functions of Lua roles as bytes. Things refer to each other by index
 * into the arrays of struct scn_plan, -1 = none. Everything is owned by the plan and does not change after
 * scn_script_load(). scenario-api, 4, 5, 9. */
#ifndef SCN_PLAN_H
#define SCN_PLAN_H

#include "scenarios/engine/dist_text.h"
#include "scenarios/engine/presence_trace.h"
#include "scenarios/engine/value.h"
#include "scenarios/conform/captured_node.h"
#include "sim/loss.h"
#include "sim/matrix.h"

/* Named bounds: a script that passes one is refused with its line. */
enum {
    SCN_MOST_PEERS = 1 << 24,
    SCN_MOST_GROUPS = 1 << 16,
    SCN_MOST_MESHES = 1 << 12,
    SCN_MOST_ROLES = 1 << 16,
    SCN_MOST_MODULES = 256,
    SCN_MOST_NODES = 1 << 20, /* of moments, of selections, of values, of queries, of operations: each */
    SCN_MOST_CHECKS = 1 << 12,
    SCN_MOST_PICKED = 1 << 26, /* peers in all picks together */
    SCN_MOST_TEXT = 1 << 16,   /* octets of a name or sentence */
    SCN_MOST_WEIGHT = 4096,    /* nodes in the tree of one value or selection */
    SCN_MOST_DATA = 16 << 20,  /* octets of all bodies and arguments together */
};

/* --- values that scripts hand over as they are: bodies, arguments of Lua roles -------------------------- */

enum scn_data_kind {
    SCN_DATA_BOOLEAN,
    SCN_DATA_INTEGER,
    SCN_DATA_NUMBER,
    SCN_DATA_TEXT,
    SCN_DATA_QUANTITY,
    SCN_DATA_TABLE
};

struct scn_data {
    enum scn_data_kind kind;
    bool boolean;
    int64_t integer;
    double number;
    struct scn_quantity quantity;
    char *text; /* may hold zeros: length octets, and a zero behind */
    size_t length;
    uint32_t refs; /* owners beyond the first: scn_data_free() */
    struct scn_data **keys, **values; /* SCN_DATA_TABLE: keys ascending, numbers before texts */
    uint32_t count;
};

void scn_data_free(struct scn_data *data);
struct scn_data *scn_data_copy(const struct scn_data *data); /* NULL: NULL */
/* Readable, in one line: {answer=3, who="home[17]"}. Free with g_free. */
char *scn_data_text(const struct scn_data *data);

/* --- the world ------------------------------------------------------------------------------------------ */

struct scn_param {
    char *name, *help; /* help: the comment beside it, or NULL */
    char *fallback;    /* the default as text; of a choice all of them, "none | crash" */
    char *value;       /* as text */
    char *kind;        /* "count", "time", "choice", "boolean", … */
    bool changed, used;
};

enum scn_tcp { SCN_TCP_OF_PROFILE, SCN_TCP_STREAM, SCN_TCP_FULL };

struct scn_plan_network {
    char *profile; /* "world-homes" */
    char *file;    /* the file that describes it, without .lua; its digest is among the plan's files. NULL: none */
    int line;
    const struct scn_dist *delay, *up, *down, *jitter, *link_rate; /* NULL = of the profile */
    int64_t loss, nat, teredo, ipv6;                               /* ppm, -1 = of the profile */
    enum scn_tcp tcp;    /* connection model: sim/profile.h */
    int64_t loss_burst;  /* packets; -1 = of the profile */
    int64_t stations;    /* of a radio channel; -1 = all */
    char *loss_trace, *loss_trace_digest; /* a file beside the scenario; NULL = none */
    struct sim_loss_trace *losses;        /* what is in it */
    struct sim_loss_chain chain;          /* if has_chain */
    bool has_chain;
    char *matrix, *matrix_digest; /* likewise */
    int64_t matrix_unit;          /* ns; 0 = of its format */
    struct sim_matrix *sites;
};

struct scn_plan_mesh {
    char *name;
    int line;
    int64_t min, ideal, max, referrals, message_size; /* -1 = as the dialect says; message_size in octets */
    int64_t maintenance, remember;                    /* ns, -1 = as the dialect says */
    char *dialect;                                    /* "net" */
    char *resolver;                                   /* "service" */
    char *security, *password, *links, *wire_name;    /* "none"; else NULL */
    char **channels;                                  /* NULL-terminated; NULL = one of no name */
    const struct cf_captured_node *recorded;          /* the first node of the recording that it is of; NULL = none */
};

enum scn_role_kind { SCN_ROLE_PUBLISHER, SCN_ROLE_SUBSCRIBER, SCN_ROLE_INTRUDER, SCN_ROLE_LUA, SCN_ROLE_NOT_BUILT };

enum { SCN_MOST_BURSTS = 64 };

struct scn_publisher {
    const struct scn_dist *rate;  /* SCN_RATE: constant, or Poisson; NULL if count is 1 */
    const struct scn_dist *size;  /* octets of data; default 100 B */
    char *message;                /* kind: last part of the SOAP action; "data" if not given */
    const struct scn_dist *topic; /* numbers from 1; NULL: topic_name, or none */
    char *topic_name;
    int start;                         /* moment; settled if not given */
    const struct scn_dist *lasts;      /* NULL: until the end */
    int64_t count;                     /* messages at most; -1 = no limit */
    bool by_clock;                     /* number="by clock" */
    const struct scn_dist *burst_rate; /* NULL: no bursts */
    const struct scn_dist *burst_lasts;
    int burst_at[SCN_MOST_BURSTS];
    unsigned bursts;
};

/* { n, of = list, by = …, as = … }: for each peer n different entries of a list. Draws of the same `as` take the same places. */
enum scn_draw_by { SCN_DRAW_EVEN, SCN_DRAW_ZIPF, SCN_DRAW_TURNS };
struct scn_draw {
    bool given;
    uint32_t n;
    enum scn_draw_by by;
    uint32_t exponent_ppm; /* zipf */
    char *as;
};
enum { SCN_MOST_DRAWN = 64 };
/* The places, from 0, in the order drawn; n is at most count. `key` says whose they are, `turn` its number in its group. */
void scn_draw_places(const struct scn_draw *draw, uint64_t seed, uint64_t key, uint32_t turn, uint32_t count,
                     uint32_t *places);

struct scn_subscriber {
    bool newest_per_topic; /* keep: else all */
    enum { SCN_ASK_NOBODY, SCN_ASK_NEIGHBORS, SCN_ASK_EVERYONE } ask;
    enum { SCN_OTHER_SHOW, SCN_OTHER_RELAY, SCN_OTHER_DROP } other;
    char **only; /* names of topics it follows, NULL-terminated; NULL = all */
    struct scn_draw only_draw; /* given: some of them */
};

struct scn_intruder { /* F13: forges, or replays */
    char *target;     /* kind of the messages that it forges or replays */
    int64_t after;    /* ns until it sends again what it heard; -1: it forges */
};

struct scn_plan_role {
    enum scn_role_kind kind;
    char *name; /* "publisher"; of a function "function at line 12" */
    int line;
    union {
        struct scn_publisher publisher;
        struct scn_subscriber subscriber;
        struct scn_intruder intruder;
    } native;
    struct scn_data *args; /* Lua: the second parameter of the function; NULL = {} */
    GBytes *code;          /* Lua: what lua_load takes (text of a file, or a dumped function) */
    bool is_file;          /* code is a file's, and returns the function */
    char *chunk;           /* its name for messages */
};

enum scn_churn { /* scenarios.md 4.2: C0 to C5, in the order of their names; or distributions of the script's own */
    SCN_CHURN_NONE,
    SCN_CHURN_MEMORYLESS,
    SCN_CHURN_FILE_SHARING,
    SCN_CHURN_TWO_CLASS,
    SCN_CHURN_OFFICE_HOURS,
    SCN_CHURN_FLASH,
    SCN_CHURN_OWN,
    SCN_CHURN_TRACE
};
enum scn_leaves { SCN_LEAVES_CLEAN, SCN_LEAVES_RESET, SCN_LEAVES_SILENT };

struct scn_recording { /* recorded(FILE) */
    char *name, *digest; /* as the script knows it */
    struct cf_capture *capture;
    GPtrArray *nodes; /* of const struct cf_captured_node *, the capture's, in the order of their starts */
};

struct scn_plan_group {
    char *name;
    int line;
    uint32_t count;
    uint32_t first; /* number of its first peer: peers are numbered through, group after group, from 0 */
    int *meshes;    /* all of them for each peer */
    unsigned mesh_count;
    struct scn_draw mesh_draw; /* given: some of meshes */
    int *roles; /* in the order given; none = plain member */
    unsigned role_count;
    int join; /* moment, with its draws: each peer draws for itself; a Poisson draw is an arrival rate: peer i
                 comes after i + 1 gaps */
    enum scn_churn churn;
    char *churn_text;                 /* as written */
    const struct scn_dist *churn_on, *churn_off; /* SCN_CHURN_OWN */
    enum scn_leaves churn_how;
    struct scn_trace *churn_trace;    /* SCN_CHURN_TRACE */
    char *churn_digest;
    const struct scn_dist *zone; /* time, of office hours, drawn for each peer; NULL = 0h */
    int64_t nat;  /* ppm; -1 = of the network */
    int network;                      /* index; -1 = the scenario's */
    int *networks;                    /* network_draw: of which one is taken */
    unsigned network_count;
    struct scn_draw network_draw;
    const struct scn_dist *up, *down; /* bit/s; NULL = of the network */
    char *region;                     /* NULL = drawn */
    struct scn_recording *recording;  /* of the plan: it plays a node of a capture again; NULL = none */
    const struct cf_captured_node *recorded;
    char *identity;                   /* all of it have one node id, made of this text; NULL = each its own */
};

/* --- moments -------------------------------------------------------------------------------------------- */

enum scn_moment_base {
    SCN_AT_START, /* time 0 */
    SCN_AT_SETTLED,
    SCN_AT_OPERATION, /* start of operation `of`: when it fires, left out or not */
    SCN_AT_ENDS,      /* undo of operation `of` */
    SCN_AT_WHEN,      /* condition `of` holds first */
    SCN_AT_CHECK,     /* check `of` (eventually) came true */
};

enum { SCN_MOST_DRAWS = 4 }; /* in one moment */

struct scn_plan_moment {
    enum scn_moment_base base;
    int of;
    int64_t offset; /* ns, may be negative */
    struct {
        const struct scn_dist
            *dist;  /* a time (or Poisson: see join), drawn for each peer that is hit, and added */
        bool minus; /* … or subtracted */
    } draws[SCN_MOST_DRAWS];
    unsigned draw_count;
    char *text; /* "settled+1min" */
};

struct scn_plan_condition { /* when(value, op, limit) */
    int line;
    int value, limit; /* values */
    enum scn_op op;
    int64_t grid; /* ns */
    char *text;
};

/* --- selections: whom ----------------------------------------------------------------------------------- */

enum scn_selection_kind {
    SCN_SELECT_GROUP, /* of = group */
    SCN_SELECT_PEERS, /* peers[count]: a pick, or one peer; fixed when the script ran */
    SCN_SELECT_SUM,   /* left or right */
    SCN_SELECT_DIFFERENCE,
    SCN_SELECT_MESH,      /* of = mesh: all members */
    SCN_SELECT_RESOLVER,  /* of = mesh: its resolver, no peer */
    SCN_SELECT_OPERATION, /* of = operation: whom it hit */
    SCN_SELECT_WHERE,     /* left, filtered when it is looked up */
    SCN_SELECT_PICK,      /* a pick of what is known only when it is looked up: left, amount, name */
    SCN_SELECT_REST,      /* cut: all others */
};

struct scn_plan_selection {
    enum scn_selection_kind kind;
    int of, left, right;
    uint32_t *peers; /* ascending */
    uint32_t count;
    struct scn_quantity amount; /* SCN_SELECT_PICK: count or share */
    char *name;                 /* of the pick */
    int online, nat;            /* where: 1, 0, or -1 = either */
    char *region;               /* NULL = any */
    struct scn_condition neighbors;
    int mesh, at;    /* mesh; moment */
    bool fixed;      /* known from the plan alone */
    unsigned weight; /* nodes of its tree */
    char *text;      /* "home:pick(20%)" */
};

/* --- operations ----------------------------------------------------------------------------------------- */

enum scn_verb { SCN_CRASH, SCN_LEAVE, SCN_CUT, SCN_IMPAIR, SCN_SEND, SCN_TELL, SCN_REFRESH, SCN_VERB_COUNT };
const char *scn_verb_name(enum scn_verb verb);

enum { SCN_MOST_PARTS = 64 };

/* What impair does. Distributions are drawn for each peer that is hit; NULL = not changed. */
struct scn_impair {
    const struct scn_dist *delay, *loss, *stale, *up, *down, *clock, *read;
    bool off;     /* down = true: its link, or the resolver's */
    bool refuses; /* of a resolver: how = "reset"; it comes back without a registration */
    bool asleep, deaf, new_address;
};

struct scn_plan_operation {
    enum scn_verb verb;
    int line;
    char *key;                    /* "crash home:pick(20%) @settled+1min", or the name given */
    int whom;                     /* selection; of cut the first part */
    int at;                       /* moment */
    const struct scn_dist *lasts; /* a time, drawn for each peer that is hit; NULL = stays */
    bool left_out;                /* --without: its time passes, nothing is done */
    bool silent;                  /* crash: else with reset */
    int *parts;                   /* cut: selections */
    unsigned part_count;
    bool oneway;
    struct scn_data *body;       /* send, tell: NULL = nil */
    char *message;               /* send: kind; tell: what */
    const struct scn_dist *size; /* send: octets of data; NULL = as long as the body */
    int64_t hops;                /* send; -1 = no limit */
    char *channel;               /* send; NULL = the first */
    char *changes;               /* impair: options as text, "delay=2s loss=10%" */
    struct scn_impair impair;
};

/* --- the plan ------------------------------------------------------------------------------------------- */

struct scn_axis { /* of a study: a parameter and its values */
    char *study, *param;
    GPtrArray *values; /* of char * */
};
void scn_axis_free(gpointer axis);

struct scn_lack { /* what a run of this plan needs and the program cannot do yet */
    int line;
    char *what; /* "cut", "churn = \"two-class\"" */
};

struct scn_plan_module { /* what roles may require: read with the script */
    char *name, *text;
};

struct scn_plan_file { /* what was read */
    char *path;        /* as opened */
    char *name;        /* as the script knows it */
    char *digest;      /* SHA-256 */
};

struct scn_plan {
    char *path; /* of the script, as given */
    char *file; /* its last part, as in messages */
    char *title, *story;
    uint64_t seed;
    char *variant, *tier; /* NULL = none chosen */
    int64_t seeds;        /* of the tier; 0 = not given */
    int network;          /* index of the scenario's own; always there */
    int finish;           /* moment */
    uint32_t peers;       /* count of all */
    GPtrArray *params;    /* of struct scn_param *; so are the others below: arrays of pointers */
    GPtrArray *variants, *tiers, *studies; /* of char *: names, in ascending order */
    GPtrArray *axes;                       /* of struct scn_axis *: of all studies, in their order */
    GPtrArray *networks, *recordings, *meshes, *roles, *groups;
    GPtrArray *moments, *conditions, *selections, *operations;
    GPtrArray *queries, *values, *checks, *plots;
    GPtrArray *modules; /* of struct scn_plan_module */
    GPtrArray *said;    /* of char *: names that roles in Lua give to samples, states and items, where they are literal */
    GPtrArray *lacks; /* of struct scn_lack */
    GPtrArray *files; /* of struct scn_plan_file: script first, then modules, role files, data files */
    GPtrArray
        *without;  /* of char *: keys left out that are not operations or checks: peers, generated messages */
    char hash[33]; /* of the whole plan, hexadecimal: equal inputs, equal hash; paths are no input */
    GPtrArray *dists;    /* owns the distributions */
    bool *peer_left_out; /* by number; NULL = nobody */
};

#define SCN_PLAN_AT(type, array)                                                                             \
    static inline struct type *scn_plan_##array(const struct scn_plan *plan, int index)                      \
    {                                                                                                        \
        g_assert(index >= 0 && (guint)index < plan->array->len);                                             \
        return g_ptr_array_index(plan->array, (guint)index);                                                 \
    }
SCN_PLAN_AT(scn_param, params)
SCN_PLAN_AT(scn_plan_network, networks)
SCN_PLAN_AT(scn_plan_mesh, meshes)
SCN_PLAN_AT(scn_plan_role, roles)
SCN_PLAN_AT(scn_plan_group, groups)
SCN_PLAN_AT(scn_plan_moment, moments)
SCN_PLAN_AT(scn_plan_condition, conditions)
SCN_PLAN_AT(scn_plan_selection, selections)
SCN_PLAN_AT(scn_plan_operation, operations)
SCN_PLAN_AT(scn_query, queries)
SCN_PLAN_AT(scn_value, values)
SCN_PLAN_AT(scn_check, checks)
SCN_PLAN_AT(scn_plot, plots)
SCN_PLAN_AT(scn_lack, lacks)
SCN_PLAN_AT(scn_plan_file, files)

struct scn_plan *scn_plan_new(void);
void scn_plan_free(struct scn_plan *plan);

/* "home[17]", or "station" in a group of one. Free with g_free. */
char *scn_plan_peer_name(const struct scn_plan *plan, uint32_t peer);
/* Number of the peer of that name, or -1. */
int64_t scn_plan_peer_find(const struct scn_plan *plan, const char *name);
struct scn_plan_group *scn_plan_group_of(const struct scn_plan *plan, uint32_t peer);

/* Does a key of --without, perhaps a prefix with *, mean this key? */
bool scn_plan_key_matches(const char *pattern, const char *key);

/* Is a generated message left out ("exchange publisher/1 #4711")? */
bool scn_plan_without(const struct scn_plan *plan, const char *key);

/* False if a run needs what is not built yet: a sentence that names all of it, with lines. */
bool scn_plan_is_built(const struct scn_plan *plan, GError **error);

/* What the runtime knows and a selection that is looked up late must ask. Callbacks that are NULL are not
 * known. */
struct scn_facts {
    void *user;
    bool (*online)(void *user, uint32_t peer);
    uint32_t (*neighbors)(void *user, uint32_t peer);
    bool (*nat)(void *user, uint32_t peer);
    const char *(*region)(void *user, uint32_t peer);
    const GArray *(*hit)(void *user, int operation); /* of uint32_t; whom it hit; NULL = has not fired */
};

/* Whom the selection means now: ascending numbers of peers, those left out excluded. facts may be NULL if it
 * is fixed. Free with g_array_unref. */
GArray *scn_plan_select(const struct scn_plan *plan, int selection, const struct scn_facts *facts);

/* Is a resolver meant, too? Selections of peers name none. */
bool scn_plan_selects_resolver(const struct scn_plan *plan, int selection);

/* Picks: the `count` peers with the smallest rank = hash(seed, name of the pick, name of the peer), ascending
 * by number. An amount that is a share is a share of `among`, rounded half up. */
uint64_t scn_plan_pick_rank(uint64_t seed, const char *pick, const char *peer);
uint32_t scn_plan_pick_count(struct scn_quantity amount, uint32_t among);
GArray *scn_plan_pick(const struct scn_plan *plan, const GArray *among, uint32_t count, const char *name);

/* Marks what --without names (NULL at the end, or NULL), and what hangs on it in time that is not fixed.
 * False: there is no such key, or nothing would end the run. Once, before scn_plan_seal(). */
bool scn_plan_leave_out(struct scn_plan *plan, const char *const *keys, GError **error);

/* The number of a topic that has a name, as it travels. */
uint64_t scn_topic_number(const char *name);

/* Computes the hash: the plan is complete. */
void scn_plan_seal(struct scn_plan *plan);

/* The plan in text: plan.tsv (key, moment, verb, selection, arguments), and what --dry-run prints. Free with
 * g_free. */
char *scn_plan_tsv(const struct scn_plan *plan);
char *scn_plan_dry_run(const struct scn_plan *plan);

#define SCN_ERROR (scn_error_quark())
enum scn_error {
    SCN_ERROR_BAD,       /* script, options or files: exit code 2 */
    SCN_ERROR_NOT_BUILT, /* needs what is not built yet: exit code 2 */
};
GQuark scn_error_quark(void);

#endif
