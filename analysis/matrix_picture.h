/* A picture of a table of numbers: one column and one row for each value of what was varied, a colored field with the number in each. */
#ifndef AN_MATRIX_PICTURE_H
#define AN_MATRIX_PICTURE_H

#include <glib.h>
#include <stdbool.h>

struct an_matrix {
    const char *name, *title, *subtitle;
    const char *x, *y;             /* what the columns and the rows are */
    char *const *columns, *const *rows; /* their values, NULL at the end */
    const double *values;          /* row after row; HUGE_VAL: never (dark); NAN: not measured (empty) */
    const char *const *texts;      /* what stands in each field; "" = nothing */
};

/* Writes FOLDER/NAME.tsv (row, column, value, text) and FOLDER/plots/NAME.gp, then draws; errors as an_plot_write. */
bool an_matrix_picture_write(const struct an_matrix *matrix, const char *folder, GError **error);

#endif
