/* Values of the scenario language as trees of plain data: metric, theory, over and what is computed from
 * them; the checks and plots that are made of them. scenario-api, 7 and 8. Evaluated by verdict.h, and (those
 * that can be watched) by the engine. */
#ifndef SCN_VALUE_H
#define SCN_VALUE_H

#include "scenarios/engine/quantity.h"

enum scn_op { SCN_OP_NONE, SCN_OP_EQ, SCN_OP_LE, SCN_OP_GE, SCN_OP_LT, SCN_OP_GT, SCN_OP_NEAR };
const char *scn_op_text(enum scn_op op); /* "==" … "~" */

enum scn_per {
    SCN_PER_SAMPLE,
    SCN_PER_MESSAGE,
    SCN_PER_PEER,
    SCN_PER_LINK,
    SCN_PER_SECOND,
    SCN_PER_MINUTE,
    SCN_PER_KEY,
    SCN_PER_RETURN
};

struct scn_condition { /* value="< 2" */
    enum scn_op op;    /* SCN_OP_NONE: no condition */
    struct scn_quantity limit;
};

/* A set of samples. Indices are those of plan.h; -1 = not narrowed. Strings are owned by the plan, NULL = not
 * given. */
struct scn_query {
    bool theory;
    char *metric;     /* "latency"; of theory "copies", "server.latency" */
    char *name;       /* the first unnamed entry: sample{"stall"} */
    int of, from, to; /* selections */
    int mesh;
    char *channel, *message; /* message: the option kind */
    char *reason;
    struct scn_condition neighbors, value;
    int during, begin, end; /* during: an operation (its span), or -1; else begin and end are moments */
    int at;                 /* moment */
    enum scn_per per;
    struct scn_quantity share; /* time_to; value < 0: not given */
    struct scn_quantity up;    /* theory.server; value < 0: not given */
    struct scn_quantity gap;   /* theory.reachable; value < 0: not given */
    struct scn_quantity size;  /* theory.file_time; likewise */
    struct scn_quantity turn;  /* theory.stalls, theory.input_delay; likewise */
    int64_t ahead;             /* likewise; 0: not given */
    char *last;                /* likewise: kind of the last message of a player; NULL = none */
    char *rest;                /* options that only names not built yet know, as text; NULL = none */
};

enum scn_value_kind {
    SCN_VALUE_NUMBER, /* number */
    SCN_VALUE_TEXT,   /* text: "stored" */
    SCN_VALUE_QUERY,  /* query, aggregate */
    SCN_VALUE_ADD,    /* left, right */
    SCN_VALUE_SUB,
    SCN_VALUE_MUL,
    SCN_VALUE_DIV,
    SCN_VALUE_OVER, /* left, across parameter text; aggregate "slope", "ratio" or NULL */
};

struct scn_value {
    enum scn_value_kind kind;
    bool known; /* is unit known? Values of names not built yet, and of samples, may not know theirs */
    bool set;   /* a set of samples: every sample counts */
    enum scn_kind unit;
    int left, right; /* indices of values, smaller than its own */
    unsigned weight; /* nodes of its tree */
    int query;       /* index into scn_plan.queries */
    char *aggregate; /* "p99", or NULL */
    struct scn_quantity number;
    char *text;
    char *lacks; /* a name in here that is not built yet: "metric.recovery"; else NULL */
};

enum scn_check_sort { SCN_EXACT, SCN_BOUND, SCN_STAT, SCN_EVENTUALLY, SCN_REPORT };
const char *scn_check_sort_name(enum scn_check_sort sort);

struct scn_check {
    enum scn_check_sort sort;
    int line;
    char *sentence;   /* also its key */
    int value, limit; /* values; limit -1 for reports */
    enum scn_op op;
    struct scn_quantity
        within; /* SCN_OP_NEAR; share of the limit, points or a quantity; value < 0: not given */
    int64_t ci; /* ppm; 0 = not given */
    int by;     /* moment; -1 = not given */
    bool left_out;
};

enum scn_plot_kind {
    SCN_PLOT_CDF,
    SCN_PLOT_TIME,
    SCN_PLOT_HISTOGRAM,
    SCN_PLOT_SCATTER,
    SCN_PLOT_LINE,
    SCN_PLOT_MATRIX,
    SCN_PLOT_HEAT,
    SCN_PLOT_GANTT,
    SCN_PLOT_RASTER,
    SCN_PLOT_MESH
};
const char *scn_plot_kind_name(enum scn_plot_kind kind);

enum { SCN_PLOT_MOST_SERIES = 16, SCN_PLOT_MOST_MOMENTS = 16 };

struct scn_series {
    char *label;
    int value;
};

struct scn_plot {
    enum scn_plot_kind kind;
    int line;
    char *name;
    struct scn_series series[SCN_PLOT_MOST_SERIES];
    unsigned count;
    char *x, *y, *by; /* names of parameters, or NULL */
    int x_value;      /* x as a value; -1 = not */
    bool log_x, log_y, log_tail;
    struct scn_quantity every;     /* value 0: not given */
    int at[SCN_PLOT_MOST_MOMENTS]; /* moments */
    unsigned at_count;
    struct scn_quantity band[2];
    bool has_band;
    bool left_out;
};

#endif
