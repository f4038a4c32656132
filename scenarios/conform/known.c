#include "scenarios/conform/known.h"

#include <string.h>

struct row {
    char *outcome, *message, *contains, *reason, *what;
    unsigned uses;
};

struct cf_known {
    GPtrArray *rows; /* of struct row */
};

static void free_row(gpointer data)
{
    struct row *row = data;
    g_free(row->outcome);
    g_free(row->message);
    g_free(row->contains);
    g_free(row->reason);
    g_free(row->what);
    g_free(row);
}

static bool add_row(struct cf_known *known, const char *line)
{
    char **fields = g_strsplit(line, "\t", -1);
    bool good = g_strv_length(fields) == 4 && *fields[0] && *fields[1] && *fields[2] && *fields[3];
    if (good) {
        struct row *row = g_new0(struct row, 1);
        row->outcome = g_strdup(fields[0]);
        row->message = g_strdup(fields[1]);
        row->contains = g_strdup(fields[2]);
        row->reason = g_strdup(fields[3]);
        row->what = g_strdup_printf("%s %s", fields[0], fields[1]);
        g_ptr_array_add(known->rows, row);
    }
    g_strfreev(fields);
    return good;
}

struct cf_known *cf_known_read(struct cf_known *known, const char *path, GError **error)
{
    char *text;
    if (!g_file_get_contents(path, &text, NULL, error)) {
        cf_known_free(known);
        return NULL;
    }
    if (!known) {
        known = g_new0(struct cf_known, 1);
        known->rows = g_ptr_array_new_with_free_func(free_row);
    }
    char **lines = g_strsplit(text, "\n", -1);
    unsigned bad = 0;
    for (unsigned i = 0; lines[i] && !bad; i++)
        if (*lines[i] && *lines[i] != '#' && !add_row(known, lines[i]))
            bad = i + 1;
    g_strfreev(lines);
    g_free(text);
    if (!bad)
        return known;
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                "%s:%u: four columns with tabs between them are due: outcome, message, contains, reason", path, bad);
    cf_known_free(known);
    return NULL;
}

void cf_known_free(struct cf_known *known)
{
    if (!known)
        return;
    g_ptr_array_unref(known->rows);
    g_free(known);
}

const char *cf_known_explains(const struct cf_known *known, const char *outcome, const char *message, const char *detail)
{
    for (guint i = 0; known && i < known->rows->len; i++) {
        const struct row *row = known->rows->pdata[i];
        if (strcmp(row->outcome, outcome) == 0 && (strcmp(row->message, "*") == 0 || g_str_has_prefix(message, row->message)) &&
            (strcmp(row->contains, "*") == 0 || (detail && strstr(detail, row->contains))))
            return row->reason;
    }
    return NULL;
}

void cf_known_told(struct cf_known *known, const char *reason)
{
    for (guint i = 0; i < known->rows->len; i++) {
        struct row *row = known->rows->pdata[i];
        row->uses += row->reason == reason;
    }
}

bool cf_known_row(const struct cf_known *known, guint number, const char **what, const char **reason, unsigned *uses)
{
    if (!known || number >= known->rows->len)
        return false;
    const struct row *row = known->rows->pdata[number];
    *what = row->what;
    *reason = row->reason;
    *uses = row->uses;
    return true;
}
