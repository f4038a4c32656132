#include "scenarios/engine/quantity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef __int128 wide;

struct unit {
    const char *text;
    enum scn_kind kind;
    int64_t scale;     /* in the units of the kind */
    const char *blank; /* before the unit in tables */
};

/* Ascending within a kind. Decimal units before binary ones of the same letters, so that tables use the
 * decimal ones. */
static const struct unit units[] = {
    {"ns", SCN_TIME, 1, " "},
    {"us", SCN_TIME, 1000, " "},
    {"ms", SCN_TIME, 1000000, " "},
    {"s", SCN_TIME, SCN_SECOND, " "},
    {"min", SCN_TIME, 60 * SCN_SECOND, " "},
    {"h", SCN_TIME, 3600 * SCN_SECOND, " "},
    {"d", SCN_TIME, 86400 * SCN_SECOND, " "},
    {"B", SCN_SIZE, 1, " "},
    {"kB", SCN_SIZE, 1000, " "},
    {"MB", SCN_SIZE, 1000000, " "},
    {"GB", SCN_SIZE, 1000000000, " "},
    {"KiB", SCN_SIZE, 1 << 10, " "},
    {"MiB", SCN_SIZE, 1 << 20, " "},
    {"bit/s", SCN_BANDWIDTH, 1, " "},
    {"kbit/s", SCN_BANDWIDTH, 1000, " "},
    {"Mbit/s", SCN_BANDWIDTH, 1000000, " "},
    {"Gbit/s", SCN_BANDWIDTH, 1000000000, " "},
    {"B/s", SCN_BANDWIDTH, 8, " "},
    {"kB/s", SCN_BANDWIDTH, 8000, " "},
    {"MB/s", SCN_BANDWIDTH, 8000000, " "},
    {"%", SCN_SHARE, SCN_WHOLE / 100, ""},
    {"pt", SCN_POINTS, SCN_WHOLE / 100, " "},
};

static const struct {
    const char *name, *example;
} kinds[SCN_KIND_COUNT] = {
    [SCN_COUNT] = {"a count", "5"},
    [SCN_TIME] = {"a time", "\"5min\" or \"200ms\""},
    [SCN_SIZE] = {"a size", "\"400B\" or \"2kB\""},
    [SCN_BANDWIDTH] = {"a bandwidth", "\"10Mbit/s\""},
    [SCN_RATE] = {"a rate", "\"20/s\" or \"1/50ms\""},
    [SCN_SHARE] = {"a share", "\"20%\""},
    [SCN_POINTS] = {"a difference of shares", "\"1pt\""},
    [SCN_RATIO] = {"a pure number", "1.5"},
};

const char *scn_kind_name(enum scn_kind kind)
{
    g_assert(kind < SCN_KIND_COUNT);
    return kinds[kind].name;
}

const char *scn_kind_word(enum scn_kind kind)
{
    return scn_kind_name(kind) + strlen("a ");
}

bool scn_kind_find(const char *word, enum scn_kind *kind)
{
    for (int i = 0; i < SCN_KIND_COUNT; i++)
        if (strcmp(scn_kind_word((enum scn_kind)i), word) == 0) {
            *kind = (enum scn_kind)i;
            return true;
        }
    return false;
}

const char *scn_kind_example(enum scn_kind kind)
{
    g_assert(kind < SCN_KIND_COUNT);
    return kinds[kind].example;
}

/* --- reading -------------------------------------------------------------------------------------------- */

/* A decimal number: digits / 10^places. */
struct decimal {
    int64_t digits;
    unsigned places;
};

enum { MOST_PLACES = 9 };

static enum scn_parse read_decimal(const char **text, struct decimal *out)
{
    const char *s = *text;
    bool point = false;

    *out = (struct decimal){0, 0};
    for (; g_ascii_isdigit(*s) || (*s == '.' && !point && g_ascii_isdigit(s[1])); s++) {
        if (*s == '.') {
            point = true;
            continue;
        }
        if (out->digits > (INT64_MAX - 9) / 10 || (point && ++out->places > MOST_PLACES))
            return SCN_PARSE_RANGE;
        out->digits = out->digits * 10 + (*s - '0');
    }
    if (s == *text || **text == '.' || *s == '.')
        return SCN_PARSE_BAD;
    *text = s;
    return SCN_PARSE_OK;
}

static int64_t power_of_ten(unsigned places)
{
    int64_t p = 1;

    while (places-- > 0)
        p *= 10;
    return p;
}

static const struct unit *find_unit(const char *text)
{
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++)
        if (strcmp(units[i].text, text) == 0)
            return &units[i];
    return NULL;
}

/* Greatest magnitude of a quantity: leaves room for SCN_NEVER and for sums in the simulator. */
#define MOST (INT64_MAX / 2)

static bool narrow(wide value, int64_t *out)
{
    if (value > MOST || value < -MOST)
        return false;
    *out = (int64_t)value;
    return true;
}

/* a / b, rounded half up; b > 0. */
static wide divide(wide a, wide b)
{
    wide doubled = 2 * a + b, by = 2 * b;
    wide quotient = doubled / by;

    return doubled % by < 0 ? quotient - 1 : quotient;
}

/* "20/s", "1/40s": what follows the slash is a time, its number 1 if left out. */
static enum scn_parse read_rate(struct decimal number, bool minus, const char *text, struct scn_quantity *out)
{
    struct decimal period = {1, 0};
    enum scn_parse parse = SCN_PARSE_OK;

    if (g_ascii_isdigit(*text))
        parse = read_decimal(&text, &period);
    const struct unit *unit = find_unit(text);
    if (parse != SCN_PARSE_OK || unit == NULL || unit->kind != SCN_TIME)
        return parse == SCN_PARSE_OK ? SCN_PARSE_BAD : parse;
    /* nHz = number · 10^18 / ns. The places of both numbers cancel as far as they can. */
    wide above = (wide)number.digits * power_of_ten(period.places);
    wide below = (wide)period.digits * power_of_ten(number.places);
    if (below == 0 || above > ((wide)1 << 66) || below > ((wide)1 << 66) / unit->scale)
        return SCN_PARSE_RANGE;
    wide whole = above / (below * unit->scale), rest = above % (below * unit->scale);
    if (whole > 9) /* more than 9 a nanosecond */
        return SCN_PARSE_RANGE;
    /* rest < 2^66: scaled in two steps of 10^9 so that it fits. */
    wide by = below * unit->scale;
    wide value = whole * power_of_ten(9) + rest * power_of_ten(9) / by;
    rest = rest * power_of_ten(9) % by;
    value = value * power_of_ten(9) + divide(rest * power_of_ten(9), by);
    if (value == 0 && number.digits != 0)
        return SCN_PARSE_RANGE;
    out->kind = SCN_RATE;
    return narrow(minus ? -value : value, &out->value) ? SCN_PARSE_OK : SCN_PARSE_RANGE;
}

enum scn_parse scn_quantity_parse(const char *text, struct scn_quantity *out)
{
    bool minus = *text == '-';
    struct decimal number;

    if (*text == '-' || *text == '+')
        text++;
    enum scn_parse parse = read_decimal(&text, &number);
    if (parse != SCN_PARSE_OK)
        return parse;
    if (*text == '/')
        return read_rate(number, minus, text + 1, out);
    if (*text == '\0') {
        *out = (struct scn_quantity){SCN_COUNT, minus ? -number.digits : number.digits};
        return number.places > 0 ? SCN_PARSE_BAD : SCN_PARSE_NO_UNIT;
    }
    const struct unit *unit = find_unit(text);
    if (unit == NULL)
        return SCN_PARSE_BAD;
    wide value = (wide)number.digits * unit->scale;
    int64_t places = power_of_ten(number.places);
    out->kind = unit->kind;
    if (value % places != 0 || !narrow(value / places * (minus ? -1 : 1), &out->value))
        return SCN_PARSE_RANGE;
    return SCN_PARSE_OK;
}

/* --- printing ------------------------------------------------------------------------------------------- */

/* Cuts trailing zeros behind the point, and the point. */
static char *trim_zeros(char *text)
{
    char *point = strchr(text, '.');
    size_t length = strlen(text);

    if (point != NULL) {
        while (text[length - 1] == '0')
            text[--length] = '\0';
        if (text[length - 1] == '.')
            text[length - 1] = '\0';
    }
    return text;
}

static char *share_text(int64_t ppm, const char *unit)
{
    uint64_t magnitude = ppm < 0 ? (uint64_t)-ppm : (uint64_t)ppm;
    g_autofree char *number = g_strdup_printf("%s%" G_GUINT64_FORMAT ".%04" G_GUINT64_FORMAT,
                                              ppm < 0 ? "-" : "", magnitude / 10000, magnitude % 10000);
    return g_strconcat(trim_zeros(number), unit, NULL);
}

static char *whole_text(enum scn_kind kind, int64_t value)
{
    const struct unit *best = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        const struct unit *u = &units[i];
        if (u->kind != kind)
            continue;
        /* 8 bit/s stays 8 bit/s, and 1024 B is 1024 B: decimal units win. */
        bool plain = kind != SCN_BANDWIDTH || strstr(u->text, "bit") != NULL;
        plain = plain && strstr(u->text, "iB") == NULL;
        if (best == NULL || (plain && value != 0 && value % u->scale == 0 && u->scale > best->scale))
            best = u;
    }
    if (kind == SCN_TIME && value == 0)
        best = find_unit("s");
    return g_strdup_printf("%" G_GINT64_FORMAT "%s", value / best->scale, best->text);
}

/* "12/min", if that is exactly it; else NULL. */
static char *times_text(int64_t nhz, const char *unit, int64_t seconds)
{
    wide times = divide((wide)nhz * seconds, SCN_RATE_SECOND);

    if (times == 0 || divide(times * SCN_RATE_SECOND, seconds) != nhz)
        return NULL;
    return g_strdup_printf("%" G_GINT64_FORMAT "/%s", (int64_t)times, unit);
}

/* "1/40s" with a period in whole steps, if that is exactly it; else NULL. */
static char *period_text(int64_t nhz, int64_t step)
{
    const wide once = (wide)SCN_RATE_SECOND * SCN_SECOND;
    wide period = nhz > 0 ? divide(divide(once, nhz), step) * step : 0;

    if (period == 0 || divide(once, period) != nhz)
        return NULL;
    g_autofree char *time = whole_text(SCN_TIME, (int64_t)period);
    return g_strconcat("1/", g_str_has_prefix(time, "1") && !g_ascii_isdigit(time[1]) ? time + 1 : time,
                       NULL);
}

static char *rate_text(int64_t nhz)
{
    char *text = times_text(nhz, "s", 1);

    if (text == NULL)
        text = period_text(nhz, SCN_SECOND);
    if (text == NULL)
        text = times_text(nhz, "min", 60);
    if (text == NULL)
        text = times_text(nhz, "h", 3600);
    if (text == NULL)
        text = times_text(nhz, "d", 86400);
    if (text == NULL)
        text = period_text(nhz, 1);
    if (text != NULL)
        return text;
    uint64_t magnitude = nhz < 0 ? (uint64_t)-nhz : (uint64_t)nhz;
    g_autofree char *number =
        g_strdup_printf("%s%" G_GUINT64_FORMAT ".%09" G_GUINT64_FORMAT, nhz < 0 ? "-" : "",
                        magnitude / 1000000000, magnitude % 1000000000);
    return g_strconcat(trim_zeros(number), "/s", NULL);
}

char *scn_quantity_text(struct scn_quantity q)
{
    if (q.value == SCN_NEVER)
        return g_strdup("never");
    switch (q.kind) {
    case SCN_TIME:
    case SCN_SIZE:
    case SCN_BANDWIDTH:
        return whole_text(q.kind, q.value);
    case SCN_RATE:
        return rate_text(q.value);
    case SCN_SHARE:
        return share_text(q.value, "%");
    case SCN_POINTS:
        return share_text(q.value, "pt");
    case SCN_RATIO:
        return g_strdup_printf("%.6g", (double)q.value / (double)SCN_WHOLE);
    default:
        return g_strdup_printf("%" G_GINT64_FORMAT, q.value);
    }
}

/* About four digits, with commas between the thousands of whole numbers. */
static char *nice_number(double value)
{
    char text[64];
    double magnitude = fabs(value);

    if (magnitude >= 1e15 || isnan(value))
        return g_strdup(g_ascii_formatd(text, sizeof text, "%.4g", value));
    int places = magnitude >= 999.95 || magnitude == floor(magnitude) ? 0
                 : magnitude >= 99.995                                ? 1
                 : magnitude >= 1                                     ? 2
                                                                      : 4;
    char format[8];
    g_snprintf(format, sizeof format, "%%.%df", places);
    g_ascii_formatd(text, sizeof text, format, value);
    trim_zeros(text);
    GString *out = g_string_new(text);
    char *point = strchr(out->str, '.');
    gssize at = point != NULL ? point - out->str : (gssize)out->len;
    gssize first = out->str[0] == '-' ? 1 : 0;
    for (at -= 3; at > first; at -= 3)
        g_string_insert_c(out, at, ',');
    return g_string_free(out, FALSE);
}

char *scn_quantity_nice(enum scn_kind kind, double value)
{
    const struct unit *best = NULL;

    if (isinf(value) || (kind == SCN_TIME && value >= (double)SCN_NEVER))
        return g_strdup(value < 0 ? "-never" : "never");
    if (kind == SCN_COUNT)
        return nice_number(value);
    if (kind == SCN_RATIO)
        return nice_number(value / (double)SCN_WHOLE);
    if (kind == SCN_RATE) {
        g_autofree char *number = nice_number(value / (double)SCN_RATE_SECOND);
        return g_strconcat(number, "/s", NULL);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        const struct unit *u = &units[i];
        bool plain = u->kind == kind && strstr(u->text, "B/s") == NULL && strstr(u->text, "iB") == NULL;
        /* 90 s stays in seconds; from two of the larger time units on those are used. */
        double least = (double)u->scale * (u->scale > SCN_SECOND && kind == SCN_TIME ? 2 : 1);
        if (plain && (best == NULL || fabs(value) >= least))
            best = u;
    }
    if (kind == SCN_TIME && value == 0)
        best = find_unit("s");
    g_autofree char *number = nice_number(value / (double)best->scale);
    return g_strconcat(number, best->blank, best->text, NULL);
}

/* --- arithmetic ----------------------------------------------------------------------------------------- */

static const char too_large[] = "the result is too large";

static bool is_share(enum scn_kind kind)
{
    return kind == SCN_SHARE || kind == SCN_POINTS;
}

static const char *cannot(const char *how, enum scn_kind a, enum scn_kind b)
{
    g_autofree char *text = g_strdup_printf("%s and %s cannot be %s", kinds[a].name, kinds[b].name, how);
    return g_intern_string(text);
}

static const char *combine_sum(bool plus, enum scn_kind a, enum scn_kind b, enum scn_kind *out)
{
    if (a != b && !(is_share(a) && is_share(b)) && !(a == SCN_RATIO && b == SCN_COUNT) &&
        !(a == SCN_COUNT && b == SCN_RATIO))
        return cannot(plus ? "added" : "subtracted", a, b);
    *out = a == b ? a : is_share(a) ? SCN_SHARE : SCN_RATIO;
    return NULL;
}

static bool pair(enum scn_kind a, enum scn_kind b, enum scn_kind x, enum scn_kind y)
{
    return (a == x && b == y) || (a == y && b == x);
}

static const char *combine_product(enum scn_kind a, enum scn_kind b, enum scn_kind *out)
{
    if (pair(a, b, SCN_RATE, SCN_TIME) || pair(a, b, SCN_SHARE, SCN_COUNT))
        *out = SCN_COUNT;
    else if (pair(a, b, SCN_SIZE, SCN_RATE))
        *out = SCN_BANDWIDTH;
    else if (pair(a, b, SCN_BANDWIDTH, SCN_TIME))
        *out = SCN_SIZE;
    else if (a == SCN_COUNT || a == SCN_RATIO || a == SCN_SHARE)
        *out = b == SCN_COUNT && a == SCN_RATIO ? SCN_RATIO : b;
    else if (b == SCN_COUNT || b == SCN_RATIO || b == SCN_SHARE)
        *out = a;
    else
        return cannot("multiplied", a, b);
    return NULL;
}

const char *scn_kind_combine(char op, enum scn_kind a, enum scn_kind b, enum scn_kind *out)
{
    if (op == '+' || op == '-')
        return combine_sum(op == '+', a, b, out);
    if (op == '*')
        return combine_product(a, b, out);
    g_assert(op == '/');
    if (a == b || (is_share(a) && is_share(b)))
        *out = SCN_RATIO;
    else if (b == SCN_COUNT || b == SCN_RATIO)
        *out = a;
    else
        return cannot("divided", a, b);
    return NULL;
}

static const char *finish(wide value, enum scn_kind kind, struct scn_quantity *out)
{
    out->kind = kind;
    return narrow(value, &out->value) ? NULL : too_large;
}

static const char *sum(bool plus, struct scn_quantity a, struct scn_quantity b, struct scn_quantity *out)
{
    enum scn_kind kind;
    const char *wrong = combine_sum(plus, a.kind, b.kind, &kind);

    if (wrong != NULL)
        return wrong;
    return finish(plus ? (wide)a.value + b.value : (wide)a.value - b.value, kind, out);
}

const char *scn_quantity_add(struct scn_quantity a, struct scn_quantity b, struct scn_quantity *out)
{
    return sum(true, a, b, out);
}

const char *scn_quantity_sub(struct scn_quantity a, struct scn_quantity b, struct scn_quantity *out)
{
    return sum(false, a, b, out);
}

const char *scn_quantity_mul(struct scn_quantity a, struct scn_quantity b, struct scn_quantity *out)
{
    enum scn_kind kind;
    const char *wrong = combine_product(a.kind, b.kind, &kind);
    wide product = (wide)a.value * b.value;

    if (wrong != NULL)
        return wrong;
    if (pair(a.kind, b.kind, SCN_RATE, SCN_TIME))
        return finish(divide(product, (wide)SCN_RATE_SECOND * SCN_SECOND), kind, out);
    if (pair(a.kind, b.kind, SCN_SIZE, SCN_RATE))
        return product > ((wide)1 << 120) || product < -((wide)1 << 120)
                   ? too_large
                   : finish(divide(product * 8, SCN_RATE_SECOND), kind, out);
    if (pair(a.kind, b.kind, SCN_BANDWIDTH, SCN_TIME))
        return finish(divide(product, (wide)8 * SCN_SECOND), kind, out);
    bool millionths = is_share(a.kind) || a.kind == SCN_RATIO || is_share(b.kind) || b.kind == SCN_RATIO;
    return finish(millionths ? divide(product, SCN_WHOLE) : product, kind, out);
}

const char *scn_quantity_div(struct scn_quantity a, int64_t by, struct scn_quantity *out)
{
    if (by == 0)
        return "division by zero";
    wide above = by < 0 ? -(wide)a.value : a.value;
    return finish(divide(above, by < 0 ? -(wide)by : by), a.kind, out);
}

const char *scn_quantity_scale(struct scn_quantity a, double by, struct scn_quantity *out)
{
    double value = floor((double)a.value * by + 0.5);

    if (!(fabs(value) < (double)MOST))
        return too_large;
    *out = (struct scn_quantity){a.kind, (int64_t)value};
    return NULL;
}
