#include "sim/matrix_private.h"

#include <string.h>

#define MS           ((int64_t)1000000)
#define US           ((int64_t)1000)
#define NOT_MEASURED UINT32_MAX
#define MOST_DELAY   ((int64_t)4000000000) /* ns: fits into 32 bits */

GQuark sim_matrix_error_quark(void)
{
    return g_quark_from_static_string("sim-matrix-error");
}

void sim_matrix_free(struct sim_matrix *matrix)
{
    if (!matrix)
        return;
    g_free(matrix->delays);
    g_free(matrix->made_up);
    g_free(matrix);
}

uint32_t sim_matrix_sites(const struct sim_matrix *matrix)
{
    return matrix->sites;
}

/* The pair in the triangle below the diagonal. */
static size_t cell(uint32_t a, uint32_t b)
{
    size_t row = MAX(a, b), column = MIN(a, b);

    return row * (row - 1) / 2 + column;
}

int64_t sim_matrix_delay(const struct sim_matrix *matrix, uint32_t a, uint32_t b)
{
    g_assert(a < matrix->sites && b < matrix->sites);
    if (a == b)
        return SIM_MATRIX_WITHIN;
    return matrix->delays ? MAX(matrix->delays[cell(a, b)], 1) : sim_made_up_delay(matrix, MIN(a, b), MAX(a, b));
}

/* --- Reading ------------------------------------------------------------------------ */

struct reader {
    const char *at, *end; /* the rest of the text */
    const char *name;
    int line;
    const char *words, *words_end; /* the rest of the line */
    int64_t unit;
    GError **error;
};

G_GNUC_PRINTF(2, 3) static bool refuse(const struct reader *reader, const char *format, ...)
{
    va_list arguments;
    g_autofree char *what = NULL;

    va_start(arguments, format);
    what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(reader->error, SIM_MATRIX_ERROR, 0, "%s:%d: %s", reader->name, reader->line, what);
    return false;
}

/* The next line that is neither empty nor a comment; false: there is none. */
static bool next_line(struct reader *reader)
{
    while (reader->at < reader->end) {
        const char *stop = memchr(reader->at, '\n', (size_t)(reader->end - reader->at));

        reader->words = reader->at;
        reader->words_end = stop ? stop : reader->end;
        reader->at = stop ? stop + 1 : reader->end;
        reader->line++;
        while (reader->words < reader->words_end && g_ascii_isspace(*reader->words))
            reader->words++;
        while (reader->words < reader->words_end && g_ascii_isspace(reader->words_end[-1]))
            reader->words_end--;
        if (reader->words < reader->words_end && *reader->words != '#')
            return true;
    }
    return false;
}

/* The next word: up to a blank or `stop`, which is skipped. */
static bool next_word(struct reader *reader, char stop, const char **word, size_t *length)
{
    const char *at = reader->words;

    while (at < reader->words_end && g_ascii_isspace(*at))
        at++;
    *word = at;
    while (at < reader->words_end && *at != stop && !g_ascii_isspace(*at))
        at++;
    *length = (size_t)(at - *word);
    reader->words = at < reader->words_end && *at == stop ? at + 1 : at;
    return *length > 0;
}

/* A decimal number in units of 1/1000, towards zero; false: it is none. */
static bool read_thousandths(const char *word, size_t length, int64_t *value)
{
    bool negative = length > 0 && *word == '-', any = false;
    int decimals = -1;

    *value = 0;
    for (size_t i = negative; i < length; i++) {
        if (word[i] == '.' && decimals < 0) {
            decimals = 0;
        } else if (g_ascii_isdigit(word[i]) && *value < (int64_t)1 << 53) {
            any = true;
            if (decimals < 3)
                *value = 10 * *value + (word[i] - '0');
            decimals += decimals >= 0 && decimals < 3;
        } else {
            return false;
        }
    }
    for (decimals = MAX(decimals, 0); decimals < 3; decimals++)
        *value *= 10;
    *value = negative ? -*value : *value;
    return any;
}

/* A time between sites, ns, from its number; negative: not measured. */
static bool read_time(const struct reader *reader, const char *word, size_t length, int64_t *time)
{
    int64_t value;

    if (!read_thousandths(word, length, &value))
        return refuse(reader, "'%.*s' is no number; write it as 23 or 23.5", (int)MIN(length, 40), word);
    if (value > 0 && value > 2 * MOST_DELAY * 1000 / reader->unit)
        return refuse(reader, "%.*s is more than 4 s one way", (int)MIN(length, 40), word);
    *time = value < 0 ? -1 : value * reader->unit / 1000;
    return true;
}

static bool read_site(const struct reader *reader, const char *word, size_t length, uint32_t sites, uint32_t *site)
{
    int64_t value;

    if (!read_thousandths(word, length, &value) || value % 1000 || value < 1000 || value > (int64_t)sites * 1000)
        return refuse(reader, "'%.*s' is no site; they are numbered from 1 to %u", (int)MIN(length, 40), word, sites);
    *site = (uint32_t)(value / 1000) - 1;
    return true;
}

static struct sim_matrix *new_matrix(uint32_t sites)
{
    struct sim_matrix *matrix = g_new0(struct sim_matrix, 1);

    matrix->sites = sites;
    matrix->delays = g_new(uint32_t, cell(sites, 0));
    memset(matrix->delays, 0xFF, cell(sites, 0) * sizeof(uint32_t)); /* NOT_MEASURED */
    return matrix;
}

static bool check_sites(const struct reader *reader, int64_t sites)
{
    return (sites >= 2 && sites <= SIM_MATRIX_SITES) ||
           refuse(reader, "%" G_GINT64_FORMAT " sites; 2 to %d can be", sites, SIM_MATRIX_SITES);
}

/* Both directions of a pair may be given: their mean. `half`: it is a round trip. */
static void put(struct sim_matrix *matrix, uint32_t a, uint32_t b, int64_t time, int divisor)
{
    uint32_t *delay = &matrix->delays[cell(a, b)], one_way = (uint32_t)MIN(time / divisor, MOST_DELAY);

    *delay = *delay == NOT_MEASURED ? one_way : (uint32_t)(((uint64_t)*delay + one_way) / 2);
}

/* What was not measured: over the site that makes the shortest way of what was. */
static bool fill_gaps(struct reader *reader, struct sim_matrix *matrix)
{
    g_autofree uint32_t *measured = g_memdup2(matrix->delays, cell(matrix->sites, 0) * sizeof(uint32_t));

    for (uint32_t a = 1; a < matrix->sites; a++) {
        for (uint32_t b = 0; b < a; b++) {
            uint64_t best = NOT_MEASURED;

            if (measured[cell(a, b)] != NOT_MEASURED)
                continue;
            for (uint32_t over = 0; over < matrix->sites; over++) {
                if (over != a && over != b && measured[cell(a, over)] != NOT_MEASURED && measured[cell(over, b)] != NOT_MEASURED)
                    best = MIN(best, (uint64_t)measured[cell(a, over)] + measured[cell(over, b)]);
            }
            if (best >= (uint64_t)MOST_DELAY)
                return refuse(reader, "nothing between the sites %u and %u was measured, nor a way over a third one", b + 1, a + 1);
            matrix->delays[cell(a, b)] = (uint32_t)best;
        }
    }
    return true;
}

/* "topology E2EGraph N" is the present line. */
static struct sim_matrix *read_p2psim(struct reader *reader)
{
    struct sim_matrix *matrix = NULL;
    const char *word;
    size_t length;
    int64_t sites, time;

    next_word(reader, ' ', &word, &length);
    if (!next_word(reader, ' ', &word, &length) || length != 8 || strncmp(word, "E2EGraph", 8) != 0) {
        refuse(reader, "topology '%.*s'; an E2EGraph is read", (int)MIN(length, 40), word);
        return NULL;
    }
    next_word(reader, ' ', &word, &length);
    if (!read_thousandths(word, length, &sites) || sites % 1000) {
        refuse(reader, "how many sites? Write topology E2EGraph 1740");
        return NULL;
    }
    if (!check_sites(reader, sites / 1000))
        return NULL;
    matrix = new_matrix((uint32_t)(sites / 1000));
    while (next_line(reader)) {
        uint32_t a, b;

        next_word(reader, ',', &word, &length);
        if (length == 4 && strncmp(word, "node", 4) == 0) {
            if (!next_word(reader, ' ', &word, &length) || !read_site(reader, word, length, matrix->sites, &a))
                goto bad;
            continue; /* what kind of node p2psim puts there does not matter */
        }
        if (!read_site(reader, word, length, matrix->sites, &a))
            goto bad;
        next_word(reader, ' ', &word, &length);
        if (!read_site(reader, word, length, matrix->sites, &b))
            goto bad;
        next_word(reader, ' ', &word, &length);
        if (!read_time(reader, word, length, &time))
            goto bad;
        if (a != b && time >= 0)
            put(matrix, a, b, time, 1);
    }
    return matrix;
bad:
    sim_matrix_free(matrix);
    return NULL;
}

static struct sim_matrix *read_square(struct reader *reader)
{
    struct sim_matrix *matrix = NULL;
    uint32_t row = 0, column;
    const char *word, *first = reader->words;
    size_t length;
    int64_t time, sites = 0;

    while (next_word(reader, ' ', &word, &length))
        sites++;
    reader->words = first;
    if (!check_sites(reader, sites))
        return NULL;
    matrix = new_matrix((uint32_t)sites);
    do {
        for (column = 0; next_word(reader, ' ', &word, &length); column++) {
            if (row >= matrix->sites || column >= matrix->sites) {
                refuse(reader, "more than the %u lines of %u numbers that the first line promises", matrix->sites, matrix->sites);
                goto bad;
            }
            if (!read_time(reader, word, length, &time))
                goto bad;
            if (row != column && time > 0)
                put(matrix, row, column, time, 2);
        }
        if (column < matrix->sites) {
            refuse(reader, "%u numbers; the first line has %u", column, matrix->sites);
            goto bad;
        }
        row++;
    } while (next_line(reader));
    if (row < matrix->sites) {
        refuse(reader, "%u lines of numbers; a square has %u", row, matrix->sites);
        goto bad;
    }
    return matrix;
bad:
    sim_matrix_free(matrix);
    return NULL;
}

/* --- Pings -------------------------------------------------------------------------- */

enum { SOURCE, DESTINATION, AVERAGE, COLUMNS };

/* The next field of a line of CSV, without its quotes; there are no commas or quotes inside. */
static bool next_field(struct reader *reader, const char **word, size_t *length)
{
    const char *comma;

    if (reader->words > reader->words_end)
        return false;
    comma = memchr(reader->words, ',', (size_t)(reader->words_end - reader->words));
    *word = reader->words;
    *length = (size_t)((comma ? comma : reader->words_end) - reader->words);
    reader->words = comma ? comma + 1 : reader->words_end + 1;
    if (*length >= 2 && **word == '"' && (*word)[*length - 1] == '"') {
        ++*word;
        *length -= 2;
    }
    return true;
}

static bool find_columns(struct reader *reader, int columns[COLUMNS])
{
    static const char *const names[COLUMNS] = {"source", "destination", "avg"};
    const char *word;
    size_t length;

    for (int i = 0; i < COLUMNS; i++)
        columns[i] = -1;
    for (int field = 0; next_field(reader, &word, &length); field++) {
        for (int i = 0; i < COLUMNS; i++)
            if (length == strlen(names[i]) && strncmp(word, names[i], length) == 0)
                columns[i] = field;
    }
    for (int i = 0; i < COLUMNS; i++)
        if (columns[i] < 0)
            return refuse(reader, "no column '%s'; the first line names source, destination and avg", names[i]);
    return true;
}

struct pings {
    GHashTable *sites; /* name → number + 1, in order of appearance */
    uint64_t *sums;    /* ns, source × destination */
    uint32_t *counts;
    uint32_t room; /* of sites in both */
};

static uint32_t site_of(struct pings *pings, const char *word, size_t length)
{
    g_autofree char *name = g_strndup(word, length);
    uint32_t number = GPOINTER_TO_UINT(g_hash_table_lookup(pings->sites, name));

    if (!number) {
        number = g_hash_table_size(pings->sites) + 1;
        g_hash_table_insert(pings->sites, g_steal_pointer(&name), GUINT_TO_POINTER(number));
    }
    return number - 1;
}

static void make_room(struct pings *pings)
{
    uint32_t room = MAX(64, 2 * pings->room);
    uint64_t *sums = g_new0(uint64_t, (size_t)room * room);
    uint32_t *counts = g_new0(uint32_t, (size_t)room * room);

    for (uint32_t row = 0; row < pings->room; row++) {
        memcpy(sums + (size_t)row * room, pings->sums + (size_t)row * pings->room, pings->room * sizeof *sums);
        memcpy(counts + (size_t)row * room, pings->counts + (size_t)row * pings->room, pings->room * sizeof *counts);
    }
    g_free(pings->sums);
    g_free(pings->counts);
    *pings = (struct pings){pings->sites, sums, counts, room};
}

static bool read_ping(struct reader *reader, const int columns[COLUMNS], struct pings *pings)
{
    const char *words[COLUMNS] = {NULL}, *word;
    size_t lengths[COLUMNS] = {0}, length;
    int64_t time = -1;
    uint32_t ends[2];

    for (int field = 0; next_field(reader, &word, &length); field++) {
        for (int i = 0; i < COLUMNS; i++) {
            if (columns[i] == field) {
                words[i] = word;
                lengths[i] = length;
            }
        }
    }
    if (!words[AVERAGE] || !words[SOURCE] || !words[DESTINATION] || !lengths[SOURCE] || !lengths[DESTINATION])
        return refuse(reader, "source, destination or avg is missing in this line");
    if (lengths[AVERAGE] && !read_time(reader, words[AVERAGE], lengths[AVERAGE], &time))
        return false;
    for (int i = 0; i < 2; i++) {
        ends[i] = site_of(pings, words[i], lengths[i]);
        if (ends[i] >= SIM_MATRIX_SITES)
            return refuse(reader, "more than %d sites", SIM_MATRIX_SITES);
        while (ends[i] >= pings->room)
            make_room(pings);
    }
    if (time > 0) {
        pings->sums[(size_t)ends[0] * pings->room + ends[1]] += (uint64_t)time;
        pings->counts[(size_t)ends[0] * pings->room + ends[1]]++;
    }
    return true;
}

static struct sim_matrix *average(const struct pings *pings)
{
    struct sim_matrix *matrix = new_matrix(g_hash_table_size(pings->sites));

    for (uint32_t a = 0; a < matrix->sites; a++) {
        for (uint32_t b = 0; b < matrix->sites; b++) {
            size_t at = (size_t)a * pings->room + b;

            if (a != b && pings->counts[at])
                put(matrix, a, b, (int64_t)(pings->sums[at] / pings->counts[at]), 2);
        }
    }
    return matrix;
}

static struct sim_matrix *read_pings(struct reader *reader)
{
    struct pings pings = {.sites = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
    struct sim_matrix *matrix = NULL;
    int columns[COLUMNS];
    bool good = find_columns(reader, columns);

    while (good && next_line(reader))
        good = read_ping(reader, columns, &pings);
    if (good && check_sites(reader, g_hash_table_size(pings.sites)))
        matrix = average(&pings);
    g_hash_table_unref(pings.sites);
    g_free(pings.sums);
    g_free(pings.counts);
    return matrix;
}

static bool begins(const struct reader *reader, const char *word)
{
    size_t length = strlen(word);

    return (size_t)(reader->words_end - reader->words) >= length && strncmp(reader->words, word, length) == 0;
}

struct sim_matrix *sim_matrix_read(const char *text, size_t length, const char *name, int64_t unit, GError **error)
{
    struct reader reader = {.at = text, .end = text + length, .name = name, .error = error};
    struct sim_matrix *matrix;

    g_assert(unit >= 0);
    if (!next_line(&reader)) {
        refuse(&reader, "empty; write a p2psim topology, a square of round trips, or pings as CSV");
        return NULL;
    }
    if (begins(&reader, "topology")) {
        reader.unit = unit ? unit : MS;
        matrix = read_p2psim(&reader);
    } else if (memchr(reader.words, ',', (size_t)(reader.words_end - reader.words))) {
        reader.unit = unit ? unit : MS;
        matrix = read_pings(&reader);
    } else {
        reader.unit = unit ? unit : US;
        matrix = read_square(&reader);
    }
    if (matrix && !fill_gaps(&reader, matrix)) {
        sim_matrix_free(matrix);
        return NULL;
    }
    return matrix;
}

char *sim_matrix_text(const struct sim_matrix *matrix, uint32_t sites, bool pings)
{
    GString *out = g_string_new(NULL);

    g_assert(sites >= 2 && sites <= matrix->sites);
    if (pings) {
        g_string_append(out, "\"source\",\"destination\",\"timestamp\",\"min\",\"avg\",\"max\",\"mdev\"\n");
    } else {
        g_string_append_printf(out, "topology E2EGraph %u\n", sites);
        for (uint32_t a = 1; a <= sites; a++)
            g_string_append_printf(out, "node %u\n", a);
    }
    for (uint32_t a = 0; a < sites; a++) {
        for (uint32_t b = a + 1; b < sites; b++) {
            int64_t us = sim_matrix_delay(matrix, a, b) * (pings ? 2 : 1) / US;

            if (pings)
                g_string_append_printf(out, "\"%u\",\"%u\",\"2020-07-19 00:00:00\",\"0\",\"%" G_GINT64_FORMAT ".%03d\",\"0\",\"0\"\n",
                                       a + 1, b + 1, us / 1000, (int)(us % 1000));
            else
                g_string_append_printf(out, "%u,%u %" G_GINT64_FORMAT ".%03d\n", a + 1, b + 1, us / 1000, (int)(us % 1000));
        }
    }
    return g_string_free(out, FALSE);
}
