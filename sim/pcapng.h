/* Writes what the network carries as a pcapng capture that Wireshark and tcpdump read: one interface per
 * host, raw IPv4, TCP with correct sequence numbers and checksums. An observer of the world (observer.h).
 * README.md says how times are recorded. */
#ifndef SIM_PCAPNG_H
#define SIM_PCAPNG_H

#include "sim/observer.h"
#include "sim/world.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define SIM_PCAPNG_COMMENT_MAX 60000 /* octets; a longer text is cut at a whole UTF-8 character and says so  \
                                      */

struct sim_pcapng;

/* Creates the file and writes the section header: `comment` is seed and scenario, for people. `octets`: as in
 * sim_config, because packets are kept until their time has come. */
struct sim_pcapng *sim_pcapng_new(const char *path, const char *comment, const struct sim_octets_ops *octets,
                                  GError **error);

/* Names the interface of the next host (0, 1, … in order). Before the first packet. */
void sim_pcapng_add_interface(struct sim_pcapng *pcapng, const char *name);

/* Give this to sim_config.observer, or call it from an observer of your own. */
const struct sim_observer *sim_pcapng_observer(struct sim_pcapng *pcapng);

/* The first error of writing so far (disk full), for a look now and then; false and a copy of it if there was
 * one. After an error nothing more is written. */
bool sim_pcapng_check(const struct sim_pcapng *pcapng, GError **error);

/* Writes what has departed up to `now`, closes the file, frees everything; false with the first error.
 * `abandoned`: the run did not end well, the file is removed. */
bool sim_pcapng_close(struct sim_pcapng *pcapng, int64_t now, bool abandoned, GError **error);

#endif
