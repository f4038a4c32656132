#include "scenarios/engine/dist_text.h"

#include "scenarios/engine/file.h"
#include "scenarios/engine/plan.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"uniform", "exp",  "lognormal", "weibull",
                                    "any",     "zipf", "poisson",   "file"};

bool scn_dist_is_text(const char *text)
{
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_str_has_prefix(text, names[i]) && text[strlen(names[i])] == ' ')
            return true;
    return false;
}

void scn_dist_free(struct scn_dist *dist)
{
    if (dist == NULL)
        return;
    g_free(dist->list);
    g_free(dist->file);
    g_free(dist->digest);
    g_free(dist->text);
    g_free(dist);
}

struct scn_dist *scn_dist_constant(struct scn_quantity quantity)
{
    struct scn_dist *dist = g_new0(struct scn_dist, 1);

    dist->kind = SCN_DIST_CONSTANT;
    dist->unit = quantity.kind;
    dist->a = quantity.value;
    dist->text = scn_quantity_text(quantity);
    return dist;
}

G_GNUC_PRINTF(2, 3) static bool bad(GError **error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error_literal(error, SCN_ERROR, SCN_ERROR_BAD, text);
    return false;
}

/* One value; a whole number is a count. */
static bool read_value(const char *text, struct scn_quantity *out, GError **error)
{
    switch (scn_quantity_parse(text, out)) {
    case SCN_PARSE_OK:
    case SCN_PARSE_NO_UNIT:
        return true;
    case SCN_PARSE_RANGE:
        return bad(error, "\"%s\" is too large, or finer than the smallest unit", text);
    default:
        return bad(error, "\"%s\" is no quantity; write \"200ms\", \"400B\", \"20/s\", \"20%%\" …", text);
    }
}

static bool same_kind(const char *a_text, enum scn_kind a, const char *b_text, enum scn_kind b,
                      GError **error)
{
    return a == b ||
           bad(error, "\"%s\" is %s and \"%s\" is %s", a_text, scn_kind_name(a), b_text, scn_kind_name(b));
}

/* "0.8" in millionths. */
static bool read_shape(const char *text, uint32_t *out, GError **error)
{
    enum { MOST_SHAPE = 100 };
    struct scn_quantity q;
    g_autofree char *scaled = g_strconcat(text, "%", NULL);

    /* A number in percent has four more digits than its hundredth in millionths needs. */
    if (scn_quantity_parse(scaled, &q) != SCN_PARSE_OK || q.value < 0 || q.value > MOST_SHAPE * 10000)
        return bad(error, "\"%s\" is no number from 0 to %d with at most four places", text, MOST_SHAPE);
    *out = (uint32_t)q.value * 100;
    return true;
}

static bool uniform(struct scn_dist *dist, char **word, guint count, GError **error)
{
    if (count != 2)
        return bad(error, "write \"uniform 3ms..12ms\"");
    char *dots = strstr(word[1], "..");
    if (dots == NULL)
        return bad(error, "write \"uniform 3ms..12ms\"");
    g_autofree char *from = g_strndup(word[1], (gsize)(dots - word[1]));
    struct scn_quantity a, b;
    if (!read_value(from, &a, error) || !read_value(dots + 2, &b, error))
        return false;
    if (!same_kind(from, a.kind, dots + 2, b.kind, error))
        return false;
    if (a.value > b.value)
        return bad(error, "\"%s\" is more than \"%s\"", from, dots + 2);
    dist->kind = SCN_DIST_UNIFORM;
    dist->unit = a.kind;
    dist->a = a.value;
    dist->b = b.value;
    return true;
}

static bool exponential(struct scn_dist *dist, char **word, guint count, GError **error)
{
    struct scn_quantity mean;

    if (count != 2)
        return bad(error, "write \"exp 8s\" (the mean)");
    if (!read_value(word[1], &mean, error))
        return false;
    if (mean.value <= 0)
        return bad(error, "a mean of \"%s\" is not positive", word[1]);
    dist->kind = SCN_DIST_EXPONENTIAL;
    dist->unit = mean.kind;
    dist->a = mean.value;
    return true;
}

static bool shaped(struct scn_dist *dist, char **word, guint count, GError **error)
{
    bool lognormal = strcmp(word[0], "lognormal") == 0;
    struct scn_quantity median;

    if (count != 4 || strcmp(word[2], lognormal ? "sigma" : "shape") != 0)
        return bad(error, "write %s",
                   lognormal ? "\"lognormal 60B sigma 0.8\"" : "\"weibull 15min shape 0.6\"");
    if (!read_value(word[1], &median, error) || !read_shape(word[3], &dist->shape_ppm, error))
        return false;
    if (median.value <= 0 || (!lognormal && dist->shape_ppm == 0))
        return bad(error, "median and shape must be more than 0");
    dist->kind = lognormal ? SCN_DIST_LOGNORMAL : SCN_DIST_WEIBULL;
    dist->unit = median.kind;
    dist->a = median.value;
    return true;
}

static bool zipf(struct scn_dist *dist, char **word, guint count, GError **error)
{
    enum { MOST_ZIPF = 1000000 };
    struct scn_quantity n;

    if (count != 4 || strcmp(word[2], "of") != 0)
        return bad(error, "write \"zipf 1.0 of 500\"");
    if (!read_shape(word[1], &dist->shape_ppm, error))
        return false;
    if (scn_quantity_parse(word[3], &n) != SCN_PARSE_NO_UNIT || n.value < 1 || n.value > MOST_ZIPF)
        return bad(error, "\"%s\" is no whole number from 1 to %d", word[3], MOST_ZIPF);
    dist->kind = SCN_DIST_ZIPF;
    dist->unit = SCN_COUNT;
    dist->a = n.value;
    return true;
}

static bool poisson(struct scn_dist *dist, char **word, guint count, GError **error)
{
    struct scn_quantity rate;

    if (count != 2)
        return bad(error, "write \"poisson 1/40s\"");
    if (!read_value(word[1], &rate, error))
        return false;
    if (rate.kind != SCN_RATE || rate.value <= 0)
        return bad(error, "\"%s\" is no rate; write \"poisson 1/40s\"", word[1]);
    dist->kind = SCN_DIST_POISSON;
    dist->unit = SCN_RATE;
    dist->a = rate.value;
    return true;
}

/* Appends a value that must have the kind of those before. */
static bool append(struct scn_dist *dist, GArray *values, const char *text, GError **error)
{
    struct scn_quantity q;

    if (!read_value(text, &q, error))
        return false;
    if (values->len == 0)
        dist->unit = q.kind;
    if (q.kind != dist->unit)
        return bad(error, "\"%s\" is %s, but the values before are %s", text, scn_kind_name(q.kind),
                   scn_kind_name(dist->unit));
    if (values->len == SCN_DIST_MOST_VALUES)
        return bad(error, "more than %d values", SCN_DIST_MOST_VALUES);
    g_array_append_val(values, q.value);
    return true;
}

static void take_list(struct scn_dist *dist, GArray *values)
{
    dist->count = values->len;
    dist->list = g_memdup2(values->data, values->len * sizeof(int64_t));
}

static bool any_of(struct scn_dist *dist, const char *text, GError **error)
{
    const char *of = "any of ";

    if (!g_str_has_prefix(text, of))
        return bad(error, "write \"any of 2GB, 4GB, 8GB\"");
    g_auto(GStrv) part = g_strsplit(text + strlen(of), ",", -1);
    g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(int64_t));
    dist->kind = SCN_DIST_ANY;
    for (guint i = 0; part[i] != NULL; i++)
        if (!append(dist, values, g_strstrip(part[i]), error))
            return false;
    take_list(dist, values);
    return true;
}

static bool from_file(struct scn_dist *dist, const char *name, const struct scn_dist_source *source,
                      GError **error)
{
    g_autofree char *contents = NULL;
    gsize length;

    if (source == NULL || source->directory == NULL)
        return bad(error, "\"file %s\": no file can be read here", name);
    if (*name == '\0' || strstr(name, "..") != NULL || g_path_is_absolute(name))
        return bad(error, "\"file %s\": write the name of a file beside the script", name);
    g_autofree char *path = g_build_filename(source->directory, name, NULL);
    contents = scn_file_read(path, name, SCN_DIST_MOST_OCTETS, &length, error);
    if (contents == NULL)
        return false;
    if (memchr(contents, 0, length) != NULL)
        return bad(error, "%s: not a text", name);
    dist->kind = SCN_DIST_FILE;
    dist->file = g_strdup(name);
    dist->digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)contents, length);
    g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(int64_t));
    unsigned line = 0;
    for (char *at = contents, *next; at != NULL; at = next) {
        next = strchr(at, '\n');
        if (next != NULL)
            *next++ = '\0';
        line++;
        g_strstrip(at);
        if (*at == '\0' || *at == '#')
            continue;
        if (!append(dist, values, at, error)) {
            g_prefix_error(error, "%s:%u: ", name, line);
            return false;
        }
    }
    if (values->len == 0)
        return bad(error, "%s: there is no value in it", name);
    take_list(dist, values);
    return true;
}

static bool read_dist(struct scn_dist *dist, const char *text, const struct scn_dist_source *source,
                      GError **error)
{
    if (g_str_has_prefix(text, "any "))
        return any_of(dist, text, error);
    if (g_str_has_prefix(text, "file "))
        return from_file(dist, text + strlen("file "), source, error);
    g_auto(GStrv) all = g_strsplit(text, " ", 8);
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    for (guint i = 0; all[i] != NULL; i++)
        if (*all[i] != '\0')
            g_ptr_array_add(words, all[i]);
    guint count = words->len;
    if (count == 0)
        return bad(error, "the text is empty");
    char **word = (char **)words->pdata;
    if (strcmp(word[0], "uniform") == 0)
        return uniform(dist, word, count, error);
    if (strcmp(word[0], "exp") == 0)
        return exponential(dist, word, count, error);
    if (strcmp(word[0], "lognormal") == 0 || strcmp(word[0], "weibull") == 0)
        return shaped(dist, word, count, error);
    if (strcmp(word[0], "zipf") == 0)
        return zipf(dist, word, count, error);
    if (strcmp(word[0], "poisson") == 0)
        return poisson(dist, word, count, error);
    struct scn_quantity q;
    if (!read_value(text, &q, error))
        return false;
    dist->kind = SCN_DIST_CONSTANT;
    dist->unit = q.kind;
    dist->a = q.value;
    return true;
}

struct scn_dist *scn_dist_parse(const char *text, const struct scn_dist_source *source, GError **error)
{
    struct scn_dist *dist = g_new0(struct scn_dist, 1);

    if (!read_dist(dist, text, source, error)) {
        if (scn_dist_is_text(text))
            g_prefix_error(error, "\"%s\": ", text);
        scn_dist_free(dist);
        return NULL;
    }
    if (dist->kind == SCN_DIST_CONSTANT)
        dist->text = scn_quantity_text((struct scn_quantity){dist->unit, dist->a});
    else
        dist->text = g_strdup(text);
    return dist;
}
