/* How far apart the sites of a measurement are: read from the published text formats, or made up where the data may not be shipped.
 * scenarios.md 4.1, N3 and N4.
 *
 * Formats, told apart by their first line:
 *   p2psim    "topology E2EGraph N", then "node I" and "I,J DELAY" (sites from 1, one way, ms): the topology files of p2psim and of
 *             its King data set, http://pdos.csail.mit.edu/p2psim/kingdata/ ("mking-t"; "uking-t" is in us: unit). The pairs of the
 *             data set are those of Gummadi, Saroiu, Gribble: "King: estimating latency between arbitrary Internet end hosts".
 *   square    N lines of N numbers (round trip, us): the file "matrix" of the same data set, and what others made of it.
 *   pings     CSV with a line of names, of which "source", "destination" and "avg" count (round trip, ms): what WonderProxy
 *             published as https://wonderproxy.com/blog/a-day-in-the-life-of-the-internet/ (unpacked). Measurements of one pair are
 *             averaged.
 * A line that begins with # is left out. A negative number, an empty "avg", and in a square or in pings a 0 between two sites: not
 * measured. Both directions count alike. What was not measured is the shortest way over one other site. */
#ifndef SIM_MATRIX_H
#define SIM_MATRIX_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_MATRIX_SITES 4096 /* at most */

struct sim_matrix;

/* `text` has a zero behind its `length` octets; `name` is for messages. unit: ns that a 1 stands for; 0: as the format says. Fails
 * (GError, "NAME:LINE: …") on anything else, on less than two sites, and if two sites cannot be joined. */
struct sim_matrix *sim_matrix_read(const char *text, size_t length, const char *name, int64_t unit, GError **error);
void sim_matrix_free(struct sim_matrix *matrix);

/* Made up, the same in every run: not measurements, only of their kind. */
enum sim_made_up {
    SIM_MADE_UP_CITIES, /* cities of the world, linked by fibres that are longer than the great circle */
    SIM_MADE_UP_KING    /* 1740 name servers near those cities, with access delays, unequal routes and therefore detours that pay */
};
struct sim_matrix *sim_matrix_make_up(enum sim_made_up kind);
/* The same in the format "pings" or "p2psim", of the first `sites`: what the reader makes of it has the same delays, to 1 us. Free
 * with g_free. */
char *sim_matrix_text(const struct sim_matrix *matrix, uint32_t sites, bool pings);

uint32_t sim_matrix_sites(const struct sim_matrix *matrix);
/* One way, ns; symmetric. Within a site: 500 us (chosen: two hosts of one town). */
int64_t sim_matrix_delay(const struct sim_matrix *matrix, uint32_t a, uint32_t b);

#define SIM_MATRIX_ERROR (sim_matrix_error_quark())
GQuark sim_matrix_error_quark(void);

#endif
