/* Arrays of numbers: sorting them, quantiles, how far two distributions are apart. */
#ifndef AN_DOUBLES_H
#define AN_DOUBLES_H

#include <glib.h>
#include <stddef.h>

void an_sort_doubles(double *values, size_t count);
void an_sort_doubles_in(GArray *values); /* of double */

/* Of a sorted array of double; 0 if it is empty. */
double an_sorted_quantile(const GArray *sorted, double share);

/* Kolmogorov and Smirnov: the greatest distance of the two distributions, 0 … 1; 0 if one is empty. Both sorted. */
double an_sorted_distance(const double *a, size_t count_a, const double *b, size_t count_b);

#endif
