#include "analysis/plot_text.h"
#include "analysis/plot.h"
#include <errno.h>
#include <glib/gstdio.h>

/* Distinct for most kinds of colour vision, and in grey by their lightness. */
const char *const an_plot_palette[8] = {"#1f6fb4", "#e1812c", "#2a9d6f", "#b8437c",
                                        "#6c5fc7", "#c7a500", "#17a2b8", "#7a5c46"};

char *an_plot_slug(const char *name)
{
    GString *slug = g_string_new(NULL);
    for (const char *c = name; *c && slug->len < 80; c++) {
        if (g_ascii_isalnum(*c))
            g_string_append_c(slug, g_ascii_tolower(*c));
        else if (slug->len && slug->str[slug->len - 1] != '-')
            g_string_append_c(slug, '-');
    }
    if (slug->len && slug->str[slug->len - 1] == '-')
        g_string_truncate(slug, slug->len - 1);
    if (slug->len == 0)
        g_string_append(slug, "plot");
    return g_string_free(slug, FALSE);
}

/* Single quotes: gnuplot runs nothing in them, not even `commands`. */
void an_plot_quote(GString *script, const char *text)
{
    g_string_append_c(script, '\'');
    for (const char *c = text; *c; c++) {
        if (*c == '\'')
            g_string_append(script, "''");
        else
            g_string_append_c(script, (guchar)*c < ' ' ? ' ' : *c);
    }
    g_string_append_c(script, '\'');
}

void an_plot_cell(GString *table, const char *text)
{
    for (const char *c = text; *c; c++)
        g_string_append_c(table, (guchar)*c < ' ' || *c == '"' ? ' ' : *c);
}

void an_plot_head(GString *script, const char *slug, const char *title, const char *subtitle)
{
    g_string_append_printf(script,
                           "# Draws plots/%s.svg and plots/%s.png. In the run folder: gnuplot plots/%s.gp\n"
                           "reset\n"
                           "set encoding utf8\n"
                           "set datafile separator \"\\t\"\n"
                           "set datafile columnheaders\n"
                           "set style line 101 lc rgb '" AN_SOFT "' lw 1\n"
                           "set border 3 ls 101\n"
                           "set grid lc rgb '" AN_GRID "' lw 1 lt 1\n"
                           "set tics nomirror out scale 0.6 textcolor rgb '" AN_INK "'\n"
                           "set xlabel noenhanced textcolor rgb '" AN_INK "'\n"
                           "set ylabel noenhanced textcolor rgb '" AN_INK "'\n"
                           "set key top left reverse Left noenhanced samplen 2.2 spacing 1.25 "
                           "textcolor rgb '" AN_INK "'\n",
                           slug, slug, slug);
    if (title) {
        char *both = subtitle ? g_strdup_printf("%s\x01%s", title, subtitle) : g_strdup(title);
        char **lines = g_strsplit(both, "\x01", 2);
        g_string_append(script, "set label 1 ");
        an_plot_quote(script, lines[0]);
        g_string_append(script,
                        " at screen 0.02,0.955 left noenhanced font ',17' textcolor rgb '" AN_INK "'\n");
        if (lines[1]) {
            g_string_append(script, "set label 2 ");
            an_plot_quote(script, lines[1]);
            g_string_append(script,
                            " at screen 0.02,0.905 left noenhanced font ',12' textcolor rgb '" AN_SOFT "'\n");
        }
        g_string_append(script, subtitle ? "set tmargin 5.2\n" : "set tmargin 3.6\n");
        g_strfreev(lines);
        g_free(both);
    }
}

void an_plot_outputs(GString *script, const char *slug, int width, int height, const char *commands)
{
    g_string_append_printf(
        script,
        "set terminal svg size %d,%d dynamic font 'DejaVu Sans,13' background '#ffffff' linewidth 1.3\n"
        "set output 'plots/%s.svg'\n%s"
        "if (strstrt(GPVAL_TERMINALS, 'pngcairo') > 0) {\n"
        "  set terminal pngcairo size %d,%d font 'DejaVu Sans,13' fontscale 2 linewidth 2.6 "
        "background '#ffffff'\n"
        "} else {\n"
        "  set terminal png size %d,%d giant background '#ffffff'\n"
        "}\n"
        "set output 'plots/%s.png'\nreplot\nunset output\n",
        width, height, slug, commands, 2 * width, 2 * height, 2 * width, 2 * height, slug);
}

bool an_plot_store(const char *folder, const char *file, const GString *text, GError **error)
{
    char *path = g_build_filename(folder, file, NULL);
    char *parent = g_path_get_dirname(path);
    GError *why = NULL;
    bool ok = g_mkdir_with_parents(parent, 0777) == 0;
    if (!ok)
        g_set_error(error, AN_ERROR, AN_ERROR_BAD, "%s: cannot be written: %s", parent, g_strerror(errno));
    else if (!(ok = g_file_set_contents(path, text->str, (gssize)text->len, &why)))
        g_set_error(error, AN_ERROR, AN_ERROR_BAD, "%s: cannot be written: %s", path, why->message);
    g_clear_error(&why);
    g_free(parent);
    g_free(path);
    return ok;
}

static bool no_gnuplot(GError **error, const char *name)
{
    g_set_error(error, AN_ERROR, AN_ERROR_NOT_AVAILABLE,
                "plots/%s.gp: gnuplot is missing, so no picture was drawn (the table was written); "
                "install gnuplot-nox and run 'peermesh report' on the run folder",
                name);
    return false;
}

bool an_plot_draw(const char *folder, const char *name, GError **error)
{
    char *script = g_strdup_printf("plots/%s.gp", name);
    const char *arguments[] = {"gnuplot", script, NULL};
    char *said = NULL;
    int status = 0;
    GError *why = NULL;
    bool ok = g_spawn_sync(folder, (char **)(uintptr_t)arguments, NULL,
                           G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &said, &status,
                           &why);
    if (!ok && g_error_matches(why, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT))
        no_gnuplot(error, name);
    else if (!ok)
        g_set_error(error, AN_ERROR, AN_ERROR_BAD, "%s/%s: cannot be drawn: %s", folder, script,
                    why->message);
    else if (!(ok = g_spawn_check_wait_status(status, NULL)))
        g_set_error(error, AN_ERROR, AN_ERROR_BAD, "%s/%s: gnuplot says: %s", folder, script,
                    g_strstrip(said));
    g_clear_error(&why);
    g_free(said);
    g_free(script);
    return ok;
}
