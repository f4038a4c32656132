#include "analysis/doubles.h"

#include <math.h>
#include <stdlib.h>

static int by_size(const void *a, const void *b)
{
    double p = *(const double *)a, q = *(const double *)b;
    return p < q ? -1 : p > q;
}

void an_sort_doubles(double *values, size_t count)
{
    if (count)
        qsort(values, count, sizeof *values, by_size);
}

void an_sort_doubles_in(GArray *values)
{
    an_sort_doubles((double *)(void *)values->data, values->len);
}

double an_sorted_quantile(const GArray *sorted, double share)
{
    if (!sorted->len)
        return 0;
    guint i = (guint)(share * sorted->len);
    return g_array_index(sorted, double, MIN(i, sorted->len - 1));
}

double an_sorted_distance(const double *a, size_t count_a, const double *b, size_t count_b)
{
    size_t i = 0, k = 0;
    double most = 0;
    while (i < count_a && k < count_b) {
        double value = MIN(a[i], b[k]);
        while (i < count_a && a[i] == value)
            i++;
        while (k < count_b && b[k] == value)
            k++;
        double distance = fabs((double)i / (double)count_a - (double)k / (double)count_b);
        most = MAX(most, distance);
    }
    return most;
}
