/* Inside of the verdict: what its files share. */
#ifndef SCN_VERDICT_PRIVATE_H
#define SCN_VERDICT_PRIVATE_H

#include "analysis/result.h"
#include "scenarios/engine/verdict.h"

enum scn_mode {
    SCN_BY_NUMBER, /* both sides are one number each */
    SCN_BY_SAMPLE, /* every sample of a set against one number */
    SCN_BY_TIME,   /* eventually: the run has watched it */
    SCN_BY_PAIR,   /* every pair of two sets: `query` holds the differences */
    SCN_NOT_NOW,   /* `why` */
};

enum scn_judgement { SCN_PASSED, SCN_FAILED, SCN_PRINTED /* one seed */, SCN_NOT_JUDGED, SCN_REPORTED };

struct scn_judged {
    const struct scn_check *check;
    enum scn_mode mode;
    int query;     /* with analysis: of the set, or the differences; -1 */
    int everybody; /* the same without the restriction to calm floods: delivery in exact checks; -1 */
    bool calm;
    char *why;
    /* after the run */
    enum scn_judgement outcome;
    char *shown;   /* the value */
    char *limit;   /* "<= 400 ms" */
    char *note;    /* behind the line; NULL = none */
    char *located; /* where the first violation is; NULL = none */
    struct an_place place; /* the same; message and peer AN_NONE if it has none */
    /* For sweeps: numbers in the unit of their kind. */
    enum scn_kind kind;
    double value, limit_value, room; /* room: of "~"; */
    uint64_t samples;                /* that the value was made of; 0: not from one set */
    bool has_value, has_limit;
    bool of_curve; /* over(…): its inner value has been asked for */
};

struct scn_verdict {
    struct scn_run *run;
    const struct scn_plan *plan;
    int *queries;         /* by value: number with analysis, -1 = not asked */
    GPtrArray *checks;    /* of struct scn_judged */
    GHashTable *declared; /* names of samples that roles said before the run they would take; look-up only */
    char *json;
    bool always; /* what is checked in every run held */
    bool live;              /* run_watch.c: as it is at `now`, while the run goes on */
    int64_t now;
    enum an_aggregate of_set; /* live: which sample of a set */
};

/* One number out of a value tree. SI units inside, so that products need no scaling. */
struct scn_number {
    bool known; /* is the kind known? */
    enum scn_kind kind;
    double value; /* in the unit of the kind (ns, octets, ppm …); HUGE_VAL: never */
    bool exact;   /* whole is the same */
    int64_t whole;
    struct an_place place;
};

/* verdict_value.c. False and a sentence in *wrong (free it) if a part was not measured. */
bool scn_number_of(const struct scn_verdict *v, int value, struct scn_number *out, char **wrong);
/* The same of a whole number that analysis gives. */
struct scn_number scn_number_whole(enum scn_kind kind, int64_t whole);
/* NEAR is for the caller. */
bool scn_number_holds(const struct scn_number *a, enum scn_op op, const struct scn_number *b);
char *scn_number_nice(const struct scn_number *n);
/* A missing name of a sample in the tree: "no sample of 'stal' (…)", or NULL. Free with g_free. */
char *scn_missing_sample(const struct scn_verdict *v, int value);

/* verdict.c */
void scn_verdict_judge_all(struct scn_verdict *v);

/* verdict_print.c */
char *scn_place_text(const struct scn_verdict *v, const struct an_place *place); /* NULL: says nothing */
bool scn_verdict_always_on(const struct scn_verdict *v, GString *line, GString *located);

#endif
