#include "scenarios/engine/suggest.h"

#include <glib.h>
#include <string.h>

enum { LONGEST = 48 };

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Edit distance with swaps of neighbors (optimal string alignment). Both names have at most LONGEST letters.
 */
static unsigned distance(const char *a, const char *b)
{
    unsigned rows[3][LONGEST + 1];
    size_t la = strlen(a), lb = strlen(b);

    for (unsigned j = 0; j <= lb; j++)
        rows[0][j] = j;
    for (unsigned i = 1; i <= la; i++) {
        unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
        row[0] = i;
        for (unsigned j = 1; j <= lb; j++) {
            row[j] = least(above[j - 1] + (a[i - 1] != b[j - 1]), least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], two_above[j - 2] + 1);
        }
    }
    return rows[la % 3][lb];
}

const char *scn_suggest(const char *name, const char *const *names)
{
    size_t length = strlen(name);
    const char *found = NULL;

    if (length == 0 || length > LONGEST)
        return NULL;
    unsigned limit = length >= 9 ? (unsigned)length / 3 : length >= 4 ? 2 : 1;
    for (; *names != NULL; names++) {
        if (strlen(*names) > LONGEST)
            continue;
        unsigned d = distance(name, *names);
        if (d <= limit && d < strlen(*names)) {
            found = *names;
            if (d == 0)
                break;
            limit = d - 1; /* only what is nearer */
        }
    }
    return found;
}
