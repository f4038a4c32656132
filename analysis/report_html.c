/* report.html: one page for a run that needs nothing else, and an index over several. No script, no request to the network; light
 * and dark, screen, phone and paper. */
#include "analysis/plot.h"
#include "analysis/report.h"
#include "analysis/run_info.h"

#include <string.h>

static const char style[] =
    ":root{--ink:#22252b;--soft:#6d727c;--line:#e2e4e9;--paper:#fff;--card:#fff;--ok:#1a7f37;--bad:#c62828;--no:#8a8f99}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6e7ea;--soft:#9aa0aa;--line:#363a42;--paper:#15171b;--card:#16181c;--ok:#5fc27e;"
    "--bad:#ff7b72;--no:#8a8f99}figure img{filter:invert(.91) hue-rotate(180deg)}}" /* plots are drawn on white */
    "*{box-sizing:border-box}body{margin:0 auto;max-width:72rem;padding:1.5rem 1rem 4rem;font:16px/1.5 system-ui,sans-serif;color:var(--ink);"
    "background:var(--paper)}h1{font-size:1.7rem;margin:0}h2{font-size:1.15rem;margin:2.2rem 0 .6rem}p.story{color:var(--soft);margin:.2rem 0 1rem}"
    "code,pre{font:13px/1.45 ui-monospace,monospace}pre{white-space:pre-wrap;overflow-wrap:anywhere;border-left:3px solid var(--line);"
    "padding:.3rem .8rem;margin:.4rem 0}.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:14px}"
    "th,td{text-align:left;padding:.3rem .7rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:top}th{color:var(--soft);font-weight:600}"
    "td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}th.n{text-align:right}.ok{color:var(--ok);font-weight:600}"
    ".failed{color:var(--bad);font-weight:600}.not{color:var(--no)}.where{color:var(--soft);font-size:13px}"
    ".plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(30rem,100%),1fr));gap:1rem}"
    "figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:6px;padding:.4rem}figure img{width:100%;height:auto;display:block}"
    "dl{display:flex;flex-wrap:wrap;gap:.4rem 1.6rem;margin:.6rem 0;font-size:14px}dt{color:var(--soft);font-size:13px}dd{margin:0}"
    "@media(max-width:46rem){body{padding:1rem .8rem 2rem}h1{font-size:1.4rem}table.cards,.cards tbody,.cards tr,.cards td{display:block;border:0;text-align:left}"
    ".cards tr:first-child{display:none}.cards tr{border-bottom:1px solid var(--line);padding:.5rem 0}.cards td,.cards td.n{padding:0;text-align:left;white-space:normal}"
    ".cards td:nth-child(1),.cards td:nth-child(2),.cards td:nth-child(n+4):not(.where){display:inline-block;margin-right:.6rem}.cards td[data-l]::before{content:attr(data-l) \" \";color:var(--soft)}.cards td:empty{display:none}}"
    "footer{margin-top:3rem;color:var(--soft);font-size:13px}a{color:inherit}"
    "@media print{body{max-width:none;padding:0}figure,tr{break-inside:avoid}figure img{filter:none}}";

static void append(GString *out, const char *text)
{
    char *safe = g_markup_escape_text(text ? text : "", -1);
    g_string_append(out, safe);
    g_free(safe);
}

static void head(GString *out, const char *title)
{
    g_string_append(out, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                         "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>");
    append(out, title);
    g_string_append_printf(out, "</title><style>%s</style></head><body>\n", style);
}

static char **table_of(const char *folder, const char *file)
{
    char *path = g_build_filename(folder, file, NULL), *text = NULL;
    char **lines = NULL;
    if (g_file_get_contents(path, &text, NULL, NULL))
        lines = g_strsplit(text, "\n", -1); /* the last one is empty */
    g_free(text);
    g_free(path);
    return lines;
}

/* ---- verdict ---- */

static const char *class_of(const char *outcome)
{
    return strcmp(outcome, "ok") == 0 ? "ok" : strcmp(outcome, "failed") == 0 ? "failed" : "not";
}

/* "message 12, peer home[6] …": the command that looks closer, or NULL. */
static char *why_command(const char *folder, const char *located)
{
    const char *peer = strstr(located, ", peer ");
    if (!g_str_has_prefix(located, "message ") || !peer)
        return NULL;
    const char *name = peer + strlen(", peer ");
    size_t length = strcspn(name, ",:");
    const char *and = strstr(name, " and ");
    if (and && (size_t)(and - name) < length)
        length = (size_t)(and - name);
    char *bare = g_strndup(name, length), *quoted = g_shell_quote(bare), *place = g_shell_quote(folder);
    char *command = g_strdup_printf("peermesh why %s %.*s %s", place, (int)strcspn(located + 8, ","), located + 8, quoted);
    g_free(bare);
    g_free(quoted);
    g_free(place);
    return command;
}

enum { OUTCOME, SORT, SENTENCE, VALUE, LIMIT, NOTE, LOCATED, COLUMNS };

static void verdict_row(GString *out, const char *folder, char **f)
{
    g_string_append_printf(out, "<tr><td class=\"%s\">", class_of(f[OUTCOME]));
    append(out, g_str_has_prefix(f[OUTCOME], "not judged") ? "not judged" : f[OUTCOME]);
    g_string_append(out, "</td><td>");
    append(out, f[SORT]);
    g_string_append(out, "</td><td>");
    append(out, f[SENTENCE]);
    char *why = why_command(folder, f[LOCATED]);
    if (*f[LOCATED]) {
        g_string_append(out, "<div class=\"where\">");
        append(out, f[LOCATED]);
        g_string_append(out, "</div>");
    }
    if (why) {
        g_string_append(out, "<pre>");
        append(out, why);
        g_string_append(out, "</pre>");
    }
    g_free(why);
    g_string_append(out, "</td><td class=\"n\">");
    append(out, f[VALUE]);
    g_string_append(out, "</td><td>");
    append(out, f[LIMIT]);
    g_string_append(out, "</td><td class=\"where\">");
    append(out, f[NOTE]);
    g_string_append(out, "</td></tr>\n");
}

static void verdict(GString *out, const char *folder)
{
    char **lines = table_of(folder, "verdict.tsv");
    g_string_append(out, "<h2>Verdict</h2><div class=\"wide\"><table class=\"cards\"><tr><th></th><th></th><th>Check</th><th class=\"n\">Value</th>"
                         "<th>Limit</th><th></th></tr>\n");
    for (unsigned pass = 0; pass < 2; pass++) /* what failed comes first */
        for (char **line = lines && *lines ? lines + 1 : NULL; line && *line; line++) {
            char **fields = g_strsplit(*line, "\t", -1);
            if (g_strv_length(fields) >= COLUMNS && (strcmp(fields[OUTCOME], "failed") == 0) == (pass == 0))
                verdict_row(out, folder, fields);
            g_strfreev(fields);
        }
    g_string_append(out, "</table></div>\n");
    g_strfreev(lines);
}

/* ---- plots ---- */

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool plots(GString *out, const char *folder, GError **error)
{
    char *place = g_build_filename(folder, "plots", NULL);
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    GDir *dir = g_dir_open(place, 0, NULL);
    bool ok = true;
    for (const char *file; dir && (file = g_dir_read_name(dir));)
        if (g_str_has_suffix(file, ".svg"))
            g_ptr_array_add(names, g_strdup(file));
    if (dir)
        g_dir_close(dir);
    g_ptr_array_sort(names, by_name);
    if (names->len)
        g_string_append(out, "<h2>Plots</h2><div class=\"plots\">\n");
    for (guint i = 0; i < names->len && ok; i++) {
        char *path = g_build_filename(place, names->pdata[i], NULL), *svg = NULL;
        gsize size = 0;
        if ((ok = g_file_get_contents(path, &svg, &size, error))) {
            char *base64 = g_base64_encode((const guchar *)svg, size);
            g_string_append(out, "<figure><img alt=\"");
            append(out, names->pdata[i]);
            g_string_append_printf(out, "\" src=\"data:image/svg+xml;base64,%s\"></figure>\n", base64);
            g_free(base64);
        }
        g_free(svg);
        g_free(path);
    }
    if (names->len)
        g_string_append(out, "</div>\n");
    g_ptr_array_unref(names);
    g_free(place);
    return ok;
}

/* The page that `peermesh report` and `peermesh flood` put beside this one. */
static void flood_link(GString *out, const char *folder)
{
    char *path = g_build_filename(folder, "flood.html", NULL);
    if (g_file_test(path, G_FILE_TEST_EXISTS))
        g_string_append(out, "<h2>One flood</h2><p><a href=\"flood.html\">A message on its way over the mesh, with a time slider</a></p>\n");
    g_free(path);
}

/* ---- metrics ---- */

/* A number of metrics.tsv in a unit for people. */
static void append_value(GString *out, const char *text, const char *unit)
{
    static const struct {
        const char *unit, *shown;
        double by;
    } units[] = {{"ns", "ms", 1e6}, {"ppm", "%", 1e4}, {"millionths", "", 1e6}, {"octets", "B", 1}, {"bit/s", "kbit/s", 1e3}, {"mHz", "/s", 1e3}, {"count", "", 1}};
    if (!*text || g_ascii_isalpha(*text)) {
        append(out, text);
        return;
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(units); i++)
        if (strcmp(units[i].unit, unit) == 0) {
            g_string_append_printf(out, "%.6g %s", g_ascii_strtod(text, NULL) / units[i].by, units[i].shown);
            return;
        }
    append(out, text);
}

static void metrics(GString *out, const char *folder)
{
    char **lines = table_of(folder, "metrics.tsv");
    if (!lines || !*lines) {
        g_strfreev(lines);
        return;
    }
    char **names = g_strsplit(*lines, "\t", -1);
    g_string_append(out, "<h2>Metrics</h2><div class=\"wide\"><table><tr>");
    for (unsigned i = 0; names[i]; i++)
        if (i != 1) {
            g_string_append(out, i ? "<th class=\"n\">" : "<th>");
            append(out, names[i]);
            g_string_append(out, "</th>");
        }
    g_string_append(out, "</tr>\n");
    for (char **line = lines + 1; *line && **line; line++) {
        char **f = g_strsplit(*line, "\t", -1);
        g_string_append(out, "<tr>");
        for (unsigned i = 0; f[i] && g_strv_length(f) > 2; i++) {
            if (i == 1)
                continue;
            g_string_append(out, i ? "<td class=\"n\">" : "<td>");
            append_value(out, f[i], i > 2 ? f[1] : "");
            g_string_append(out, "</td>");
        }
        g_string_append(out, "</tr>\n");
        g_strfreev(f);
    }
    g_string_append(out, "</table></div>\n");
    g_strfreev(names);
    g_strfreev(lines);
}

/* ---- pages ---- */

/* 7,210 min are 5.0 d. */
static void append_time(GString *out, int64_t ns)
{
    double minutes = (double)ns / 6e10;
    if (minutes < 2)
        g_string_append_printf(out, "%.0f s", minutes * 60);
    else if (minutes < 120)
        g_string_append_printf(out, "%.1f min", minutes);
    else if (minutes < 48 * 60)
        g_string_append_printf(out, "%.1f h", minutes / 60);
    else
        g_string_append_printf(out, "%.1f d", minutes / (24 * 60));
}

/* With a comma for each thousand. */
static void append_count(GString *out, int64_t count)
{
    size_t from = out->len;
    g_string_append_printf(out, "%" G_GINT64_FORMAT, count);
    for (size_t at = out->len; at > from + 3;)
        g_string_insert_c(out, (gssize)(at -= 3), ',');
}

static void top(GString *out, const struct an_run_info *info)
{
    head(out, info->title ? info->title : info->scenario);
    g_string_append(out, "<h1>");
    append(out, info->title);
    g_string_append(out, "</h1><p class=\"story\">");
    append(out, info->story);
    g_string_append(out, "</p>\n");
    if (info->checks_failed == 0)
        g_string_append(out, "<p class=\"ok\">All checks passed.</p>");
    else
        g_string_append_printf(out, "<p class=\"failed\">%" G_GINT64_FORMAT " of the checks below failed: look at the first one, and at the "
                                    "delivery that it names.</p>", info->checks_failed);
    g_string_append(out, "<dl>");
    for (guint i = 0; i + 1 < info->parameters->len; i += 2) {
        g_string_append(out, "<div><dt>");
        append(out, info->parameters->pdata[i]);
        g_string_append(out, "</dt><dd>");
        append(out, info->parameters->pdata[i + 1]);
        g_string_append(out, "</dd></div>");
    }
    g_string_append(out, "<div><dt>seed</dt><dd>");
    append(out, info->seed);
    g_string_append(out, "</dd></div><div><dt>virtual time</dt><dd>");
    append_time(out, info->ended_ns);
    g_string_append(out, "</dd></div><div><dt>link deliveries</dt><dd>");
    append_count(out, info->link_deliveries);
    g_string_append(out, "</dd></div></dl>\n");
}

static void bottom(GString *out, const struct an_run_info *info)
{
    g_string_append(out, "<h2>Again</h2><pre>");
    append(out, info->command);
    g_string_append(out, "</pre><footer>Fingerprint <code>");
    append(out, info->fingerprint);
    g_string_append(out, "</code>, plan <code>");
    append(out, info->plan);
    g_string_append(out, "</code>. The run is a function of script, parameters and seed: the same command gives the same bits. Beside this page: "
                         "<code>plan.tsv</code>, <code>log.txt</code>, one table for each plot, and <code>plots/NAME.gp</code> that draws it.</footer>"
                         "</body></html>\n");
}

bool an_report_page(const char *folder, GError **error)
{
    struct an_run_info *info = an_run_info_read(folder, error);
    if (!info)
        return false;
    GString *out = g_string_new(NULL);
    top(out, info);
    verdict(out, folder);
    flood_link(out, folder);
    bool ok = plots(out, folder, error);
    metrics(out, folder);
    bottom(out, info);
    char *path = g_build_filename(folder, "report.html", NULL);
    ok = ok && g_file_set_contents(path, out->str, (gssize)out->len, error);
    g_free(path);
    g_string_free(out, TRUE);
    an_run_info_free(info);
    return ok;
}

/* Path from the folder of the index to a run folder: as given, if one of them is absolute. */
static void append_link(GString *out, const char *index, const char *folder)
{
    char *base = g_path_get_dirname(index), *prefix = g_strconcat(base, "/", NULL);
    char *url = g_uri_escape_string(g_str_has_prefix(folder, prefix) ? folder + strlen(prefix) : folder, "/", TRUE);
    g_string_append_printf(out, "<a href=\"%s/report.html\">", url);
    append(out, folder);
    g_string_append(out, "</a>");
    g_free(url);
    g_free(prefix);
    g_free(base);
}

static void append_row(GString *out, const char *index, const char *folder, const struct an_run_info *info)
{
    g_string_append(out, info->checks_failed == 0 ? "<tr><td class=\"ok\">ok" : "<tr><td class=\"failed\">");
    if (info->checks_failed != 0)
        g_string_append_printf(out, "%" G_GINT64_FORMAT " failed", info->checks_failed);
    g_string_append(out, "</td><td>");
    append_link(out, index, folder);
    g_string_append(out, "</td><td>");
    append(out, info->title);
    g_string_append(out, "<div class=\"where\">");
    append(out, info->story);
    g_string_append(out, "</div></td><td data-l=\"seed\">");
    append(out, info->seed);
    g_string_append(out, "</td><td class=\"n\">");
    append_time(out, info->ended_ns);
    g_string_append(out, "</td><td class=\"n\" data-l=\"deliveries\">");
    append_count(out, info->link_deliveries);
    g_string_append(out, "</td></tr>\n");
}

bool an_report_index(const char *path, const char *const *folders, GError **error)
{
    GString *rows = g_string_new(NULL);
    int runs = 0, failed = 0;
    bool ok = true;
    for (; *folders && ok; folders++) {
        struct an_run_info *info = an_run_info_read(*folders, error);
        ok = info != NULL;
        if (!ok)
            break;
        runs++;
        failed += info->checks_failed != 0;
        append_row(rows, path, *folders, info);
        an_run_info_free(info);
    }
    GString *out = g_string_new(NULL);
    head(out, "Runs");
    g_string_append_printf(out, "<h1>Runs</h1><p>%d runs: %d passed, %d with checks that failed.</p>"
                                "<div class=\"wide\"><table class=\"cards\"><tr><th></th><th>Run</th><th>Scenario</th><th>Seed</th>"
                                "<th class=\"n\">Virtual time</th><th class=\"n\">Link deliveries</th></tr>\n",
                           runs, runs - failed, failed);
    g_string_append_len(out, rows->str, (gssize)rows->len);
    g_string_append(out, "</table></div></body></html>\n");
    ok = ok && g_file_set_contents(path, out->str, (gssize)out->len, error);
    g_string_free(rows, TRUE);
    g_string_free(out, TRUE);
    return ok;
}
