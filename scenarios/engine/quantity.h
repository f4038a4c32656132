/* Quantities of scenario scripts: a whole number with a kind, written with a unit ("200ms", "20/s", "20%").
 * Everything is integer arithmetic with overflow checks; what would not fit is refused, never wrapped.
 * scenario-api, 3. */
#ifndef SCN_QUANTITY_H
#define SCN_QUANTITY_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum scn_kind {
    SCN_COUNT,     /* whole number, no unit */
    SCN_TIME,      /* ns */
    SCN_SIZE,      /* octets */
    SCN_BANDWIDTH, /* bit/s */
    SCN_RATE,      /* nHz: a milliardth of one per second, so that 1/min is exact to 10^-8 */
    SCN_SHARE,     /* ppm */
    SCN_POINTS,    /* difference of shares, ppm of the whole ("1pt" = 10000) */
    SCN_RATIO,     /* pure number, millionths; never written in scripts, the kind of some measured values */
    SCN_KIND_COUNT
};

#define SCN_NANOSECOND  INT64_C(1)
#define SCN_SECOND      INT64_C(1000000000)
#define SCN_RATE_SECOND INT64_C(1000000000) /* once a second */
#define SCN_WHOLE       INT64_C(1000000)    /* 100 % */

/* "never": the time of what did not happen. Sorts after every number, and may be a limit. */
#define SCN_NEVER INT64_MAX

struct scn_quantity {
    enum scn_kind kind;
    int64_t value;
};

/* "a time", "a rate": for messages. */
const char *scn_kind_name(enum scn_kind kind);
/* "time", "rate": for tables; and back. */
const char *scn_kind_word(enum scn_kind kind);
bool scn_kind_find(const char *word, enum scn_kind *kind);
/* What one writes: "\"5min\"", "\"20/s\" or \"1/50ms\"". */
const char *scn_kind_example(enum scn_kind kind);

enum scn_parse {
    SCN_PARSE_OK,
    SCN_PARSE_NO_UNIT, /* a bare number: *out is it, as a count, if it is whole */
    SCN_PARSE_BAD,     /* not a quantity at all */
    SCN_PARSE_RANGE,   /* too large, or finer than the smallest unit */
};
/* Reads a quantity with its unit. Signs and decimals ("1.5s") are allowed; spaces around are not part of it.
 */
enum scn_parse scn_quantity_parse(const char *text, struct scn_quantity *out);

/* Exact and readable again by scn_quantity_parse (except SCN_COUNT, SCN_RATIO): "90s", "1/40s", "99.57%".
 * Free with g_free. */
char *scn_quantity_text(struct scn_quantity quantity);
/* For tables: about four digits, a blank before the unit: "317 ms", "456 kB/s", "never". value may have a
 * fraction. */
char *scn_quantity_nice(enum scn_kind kind, double value);

/* Arithmetic. NULL if *out holds the result, else a sentence fragment (static or interned) that says what is
 * wrong. A share of a count is a count, rounded half up; time times rate is a count; size times rate a
 * bandwidth. */
const char *scn_quantity_add(struct scn_quantity a, struct scn_quantity b, struct scn_quantity *out);
const char *scn_quantity_sub(struct scn_quantity a, struct scn_quantity b, struct scn_quantity *out);
const char *scn_quantity_mul(struct scn_quantity a, struct scn_quantity b, struct scn_quantity *out);
/* By a whole number; rounded half up. */
const char *scn_quantity_div(struct scn_quantity a, int64_t by, struct scn_quantity *out);
/* By a fraction; rounded half up. Basic IEEE arithmetic only, so equal everywhere. */
const char *scn_quantity_scale(struct scn_quantity a, double by, struct scn_quantity *out);

/* The kind that a op b has ('+', '-', '*', '/'), or a complaint as above. */
const char *scn_kind_combine(char op, enum scn_kind a, enum scn_kind b, enum scn_kind *out);

#endif
