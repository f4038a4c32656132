/* Baselines as files, and the records that runs make. */
#include "scenarios/engine/baseline.h"

#include "scenarios/engine/cmd.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

static const char head[] =
    "# What `peermesh check` compares with; written by `peermesh check --update REASON`.\n"
    "# run\tvariant\tseed\toutcome\tfingerprint\tplan\tbuild\treason\n"
    "# then for each check of it: outcome\tsort\tvalue\tlimit\troom\tkind\tsentence\n";

static void free_fact(gpointer data)
{
    struct scn_fact *fact = data;
    char *texts[] = {fact->outcome, fact->sort, fact->value, fact->limit, fact->room, fact->kind, fact->sentence};
    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_free(fact);
}

void scn_record_free(gpointer data)
{
    struct scn_record *record = data;
    if (!record)
        return;
    char *texts[] = {record->variant, record->outcome, record->fingerprint, record->plan, record->build, record->reason};
    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_ptr_array_unref(record->facts);
    g_free(record);
}

void scn_baseline_free(struct scn_baseline *baseline)
{
    if (!baseline)
        return;
    g_ptr_array_unref(baseline->records);
    g_free(baseline->path);
    g_free(baseline);
}

char *scn_baseline_path(const char *script, const char *tier)
{
    g_autofree char *folder = g_path_get_dirname(script), *base = g_path_get_basename(script);
    g_autofree char *name = g_strdup_printf("%.*s.%s.tsv", (int)(strlen(base) - (g_str_has_suffix(base, ".lua") ? 4 : 0)), base, tier);
    return g_build_filename(folder, "baselines", name, NULL);
}

static struct scn_record *new_record(const char *variant, uint64_t seed, const char *build)
{
    struct scn_record *record = g_new0(struct scn_record, 1);
    record->variant = g_strdup(variant);
    record->seed = seed;
    record->build = g_strdup(build);
    record->facts = g_ptr_array_new_with_free_func(free_fact);
    return record;
}

/* ---- the file ---- */

/* "run", variant, seed, outcome, fingerprint, plan, build, reason. */
static struct scn_record *read_record(char **fields)
{
    guint64 seed;
    if (g_strv_length(fields) != 8 || !g_ascii_string_to_unsigned(fields[2], 10, 0, G_MAXUINT64, &seed, NULL))
        return NULL;
    struct scn_record *record = new_record(fields[1], seed, fields[6]);
    record->outcome = g_strdup(fields[3]);
    record->fingerprint = g_strdup(fields[4]);
    record->plan = g_strdup(fields[5]);
    record->reason = g_strdup(fields[7]);
    return record;
}

/* "", outcome, sort, value, limit, room, kind, sentence. */
static struct scn_fact *read_fact(char **fields)
{
    if (g_strv_length(fields) != 8)
        return NULL;
    struct scn_fact *fact = g_new0(struct scn_fact, 1);
    *fact = (struct scn_fact){g_strdup(fields[1]), g_strdup(fields[2]), g_strdup(fields[3]), g_strdup(fields[4]),
                              g_strdup(fields[5]), g_strdup(fields[6]), g_strdup(fields[7])};
    return fact;
}

static bool read_line(struct scn_baseline *baseline, const char *line)
{
    g_auto(GStrv) fields = g_strsplit(line, "\t", -1);
    guint count = baseline->records->len;
    struct scn_record *last = count ? baseline->records->pdata[count - 1] : NULL;
    void *read = NULL;
    if (strcmp(fields[0], "run") == 0 && (read = read_record(fields)))
        g_ptr_array_add(baseline->records, read);
    else if (fields[0][0] == '\0' && last && (read = read_fact(fields)))
        g_ptr_array_add(last->facts, read);
    return read != NULL;
}

struct scn_baseline *scn_baseline_read(const char *path, GError **error)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) failure = NULL;
    struct scn_baseline *baseline = g_new0(struct scn_baseline, 1);
    baseline->path = g_strdup(path);
    baseline->records = g_ptr_array_new_with_free_func(scn_record_free);
    if (!g_file_get_contents(path, &text, NULL, &failure) && !g_error_matches(failure, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
        g_propagate_error(error, g_steal_pointer(&failure));
        scn_baseline_free(baseline);
        return NULL;
    }
    g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);
    for (unsigned i = 0; lines[i]; i++) {
        if (lines[i][0] == '\0' || lines[i][0] == '#' || read_line(baseline, lines[i]))
            continue;
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "%s:%u: this is no line of a baseline; remove the file and store it anew with --update", path, i + 1);
        scn_baseline_free(baseline);
        return NULL;
    }
    return baseline;
}

static gint by_variant_and_seed(gconstpointer a, gconstpointer b)
{
    const struct scn_record *one = *(struct scn_record *const *)a, *other = *(struct scn_record *const *)b;
    int order = strcmp(one->variant, other->variant);
    return order ? order : (one->seed > other->seed) - (one->seed < other->seed);
}

bool scn_baseline_write(struct scn_baseline *baseline, GError **error)
{
    g_autoptr(GString) out = g_string_new(head);
    g_autofree char *folder = g_path_get_dirname(baseline->path);
    g_ptr_array_sort(baseline->records, by_variant_and_seed);
    for (guint i = 0; i < baseline->records->len; i++) {
        const struct scn_record *r = baseline->records->pdata[i];
        g_string_append_printf(out, "run\t%s\t%" G_GUINT64_FORMAT "\t%s\t%s\t%s\t%s\t%s\n", r->variant, r->seed, r->outcome, r->fingerprint,
                               r->plan, r->build, r->reason);
        for (guint k = 0; k < r->facts->len; k++) {
            const struct scn_fact *f = r->facts->pdata[k];
            g_string_append_printf(out, "\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", f->outcome, f->sort, f->value, f->limit, f->room, f->kind, f->sentence);
        }
    }
    if (g_mkdir_with_parents(folder, 0777) != 0) {
        g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(errno), "%s: %s", folder, g_strerror(errno));
        return false;
    }
    return g_file_set_contents(baseline->path, out->str, (gssize)out->len, error);
}

struct scn_record *scn_baseline_find(const struct scn_baseline *baseline, const char *variant, uint64_t seed)
{
    for (guint i = 0; i < baseline->records->len; i++) {
        struct scn_record *record = baseline->records->pdata[i];
        if (record->seed == seed && strcmp(record->variant, variant) == 0)
            return record;
    }
    return NULL;
}

void scn_baseline_put(struct scn_baseline *baseline, struct scn_record *record)
{
    struct scn_record *old = scn_baseline_find(baseline, record->variant, record->seed);
    if (old)
        g_ptr_array_remove(baseline->records, old);
    g_ptr_array_add(baseline->records, record);
}

/* ---- of a run ---- */

/* The text of a member of run.json; "-" if it has none. */
static char *json_text(const char *json, const char *member)
{
    g_autofree char *key = g_strdup_printf("\"%s\": \"", member);
    const char *at = json ? strstr(json, key) : NULL;
    at = at ? at + strlen(key) : NULL;
    return at ? g_strndup(at, strcspn(at, "\"")) : g_strdup("-");
}

static void take_facts(struct scn_record *record, const GPtrArray *rows)
{
    for (guint i = 0; i < rows->len; i++) {
        char **row = rows->pdata[i];
        if (strcmp(row[0], "check") != 0)
            continue;
        struct scn_fact *fact = g_new0(struct scn_fact, 1);
        *fact = (struct scn_fact){g_strdup(row[SCN_NUMBER_OUTCOME]), g_strdup(row[2]), g_strdup(row[SCN_NUMBER_VALUE]),
                                  g_strdup(row[SCN_NUMBER_LIMIT]), g_strdup(row[SCN_NUMBER_ROOM]), g_strdup(row[SCN_NUMBER_KIND]),
                                  g_strdup(row[1])};
        g_ptr_array_add(record->facts, fact);
    }
}

/* A line of words as a fact, so that a change of them is seen. */
static void add_words(struct scn_record *record, const char *words)
{
    struct scn_fact *fact = g_new0(struct scn_fact, 1);
    g_autofree char *line = g_strndup(words, strcspn(words, "\n"));
    *fact = (struct scn_fact){g_strdup(record->outcome), g_strdup("words"), g_strdup(""), g_strdup(""), g_strdup(""), g_strdup(""),
                              g_strdup(g_strdelimit(line, "\t", ' '))};
    g_ptr_array_add(record->facts, fact);
}

/* The last thing that a run said that did not end. */
static void add_last_words(struct scn_record *record, const struct scn_sweep_run *run)
{
    g_autofree char *path = g_build_filename(run->folder, "console.txt", NULL), *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        return;
    g_auto(GStrv) lines = g_strsplit(g_strchomp(text), "\n", -1);
    for (guint i = g_strv_length(lines); i-- > 0;)
        if (g_str_has_prefix(lines[i], "peermesh: ") || g_str_has_prefix(lines[i], "Not settled")) {
            add_words(record, lines[i]);
            return;
        }
}

static bool any_failed(const GPtrArray *facts)
{
    for (guint i = 0; i < facts->len; i++)
        if (strcmp(((const struct scn_fact *)facts->pdata[i])->outcome, "failed") == 0)
            return true;
    return false;
}

struct scn_record *scn_record_of_run(const struct scn_sweep_run *run, const char *variant, const char *build)
{
    struct scn_record *record = new_record(variant, run->seed, build);
    g_autofree char *path = g_build_filename(run->folder, "run.json", NULL), *json = NULL;
    bool whole = g_file_get_contents(path, &json, NULL, NULL) && run->rows;
    record->fingerprint = json_text(json, "fingerprint");
    record->plan = g_strdup(run->plan);
    if (whole)
        take_facts(record, run->rows);
    record->outcome = g_strdup(!whole && run->code == SCN_EXIT_USAGE ? "refused"
                               : run->code == SCN_EXIT_UNFINISHED    ? "unfinished"
                               : !whole                              ? "crashed"
                               : any_failed(record->facts)           ? "failed"
                                                                     : "passed");
    if (!whole)
        add_last_words(record, run);
    return record;
}

struct scn_record *scn_record_refused(const char *variant, uint64_t seed, const char *why, const char *build)
{
    struct scn_record *record = new_record(variant, seed, build);
    record->outcome = g_strdup("refused");
    record->fingerprint = g_strdup("-");
    record->plan = g_strdup("-");
    add_words(record, why);
    return record;
}
