/* Pieces of gnuplot scripts that all plots share. Not for use outside analysis/. */
#ifndef AN_PLOT_TEXT_H
#define AN_PLOT_TEXT_H

#include <glib.h>
#include <stdbool.h>

char *an_plot_slug(const char *name);                  /* name of a file; free */
void an_plot_quote(GString *script, const char *text); /* 'text', so that nothing in it is a command */
void an_plot_cell(GString *table, const char *text);   /* a text in a TSV: no tab, no line end */
void an_plot_head(GString *script, const char *slug, const char *title, const char *subtitle);
void an_plot_outputs(GString *script, const char *slug, int width, int height, const char *commands);
bool an_plot_store(const char *folder, const char *file, const GString *text, GError **error);

#define AN_INK  "#2b2d33"
#define AN_SOFT "#8a8f99"
#define AN_GRID "#e3e5ea"
extern const char *const an_plot_palette[8];

#endif
