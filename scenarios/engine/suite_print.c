/* What the suite says: TAP 13 on stdout, JUnit's XML in a file. */
#include "scenarios/engine/suite.h"

#include <stdio.h>
#include <string.h>

static bool is_good(const struct scn_suite_point *point)
{
    return point->lines->len == 0 || point->stored;
}

char *scn_suite_point_name(const struct scn_suite_point *point)
{
    if (point->stats)
        return g_strdup_printf("%s, means of %u seeds", point->item->name, point->item->sweep->runs->len);
    if (!point->run)
        return g_strdup(point->item->name);
    return g_strdup_printf("%s seed %" G_GUINT64_FORMAT, point->item->name, point->run->seed);
}

/* A scalar of YAML in single quotes. */
static void print_scalar(const char *text)
{
    putchar('\'');
    for (; *text; text++) {
        if (*text == '\'')
            putchar('\'');
        putchar(*text == '\n' ? ' ' : *text);
    }
    puts("'");
}

static char *again(const struct scn_suite_point *point)
{
    const struct scn_sweep_options *o = &point->item->sweep_options;
    GString *out = g_string_new("peermesh run ");
    g_string_append(out, o->script);
    if (o->variant)
        g_string_append_printf(out, " --variant %s", o->variant);
    if (o->tier)
        g_string_append_printf(out, " --tier %s", o->tier);
    if (point->run)
        g_string_append_printf(out, " --seed %" G_GUINT64_FORMAT, point->run->seed);
    return g_string_free(out, FALSE);
}

static void print_block(const struct scn_suite *suite, const struct scn_suite_point *point)
{
    g_autofree char *command = again(point);
    const struct scn_suite_item *item = point->item;
    bool ours = g_str_has_prefix(item->script->path, suite->options->library);
    fputs("  ---\n  differs:\n", stdout);
    for (guint i = 0; i < point->lines->len; i++) {
        fputs("    - ", stdout);
        print_scalar(point->lines->pdata[i]);
    }
    printf("  again: %s\n", command);
    if (point->run)
        printf("  run: %s\n", point->run->folder);
    printf("  stored: %s\n  store: peermesh check --tier %s %s%s%s --update 'REASON'\n  ...\n", item->script->baseline->path, suite->options->tier,
           ours ? item->script->name : item->script->path, item->sweep_options.variant ? ":" : "", item->sweep_options.variant ? item->variant : "");
}

void scn_suite_print(const struct scn_suite *suite, guint index)
{
    const struct scn_suite_point *point = suite->points->pdata[index];
    g_autofree char *name = scn_suite_point_name(point);
    printf("%s %u - %s", is_good(point) ? "ok" : "not ok", index + 1, name);
    if (point->run && point->run->seconds > 0)
        printf(" # %.1f s", point->run->seconds);
    if (point->stored)
        printf("%s %s, stored anew", point->run && point->run->seconds > 0 ? "," : " #", point->record->outcome);
    putchar('\n');
    if (!is_good(point))
        print_block(suite, point);
    else if (point->record && strcmp(point->record->outcome, "passed") != 0)
        printf("# %s: %s, as stored\n", name, point->record->outcome);
}

void scn_suite_print_end(const struct scn_suite *suite)
{
    guint good = 0, stored = 0;
    for (guint i = 0; i < suite->points->len; i++) {
        const struct scn_suite_point *point = suite->points->pdata[i];
        g_autofree char *name = scn_suite_point_name(point);
        good += is_good(point);
        stored += point->stored;
        if (!is_good(point))
            printf("# differs: %s: %s%s\n", name, (const char *)point->lines->pdata[0], point->lines->len > 1 ? " …" : "");
    }
    printf("# tier %s: %u as stored, %u stored anew, %u differ\n", suite->options->tier, good - stored, stored, suite->points->len - good);
}

/* ---- JUnit ---- */

static void add_case(GString *out, const struct scn_suite_point *point)
{
    g_autofree char *name = scn_suite_point_name(point), *escaped = g_markup_escape_text(name, -1);
    g_autofree char *class = g_strdelimit(g_strdup(point->item->script->name), "/", '.');
    g_string_append_printf(out, "  <testcase classname=\"%s\" name=\"%s\" time=\"%.3f\"", class, escaped, point->run ? point->run->seconds : 0);
    if (is_good(point)) {
        g_string_append(out, "/>\n");
        return;
    }
    g_autofree char *first = g_markup_escape_text(point->lines->pdata[0], -1), *command = again(point);
    g_string_append_printf(out, ">\n    <failure message=\"%s\">", first);
    for (guint i = 0; i < point->lines->len; i++) {
        g_autofree char *line = g_markup_escape_text(point->lines->pdata[i], -1);
        g_string_append_printf(out, "%s\n", line);
    }
    g_string_append_printf(out, "again: %s</failure>\n  </testcase>\n", command);
}

bool scn_suite_junit(const struct scn_suite *suite, GError **error)
{
    g_autoptr(GString) out = g_string_new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    guint bad = 0;
    for (guint i = 0; i < suite->points->len; i++)
        bad += !is_good(suite->points->pdata[i]);
    g_string_append_printf(out, "<testsuite name=\"peermesh check %s\" tests=\"%u\" failures=\"%u\">\n", suite->options->tier, suite->points->len, bad);
    for (guint i = 0; i < suite->points->len; i++)
        add_case(out, suite->points->pdata[i]);
    g_string_append(out, "</testsuite>\n");
    return g_file_set_contents(suite->options->junit, out->str, (gssize)out->len, error);
}
