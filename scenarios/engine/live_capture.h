/* Captures what passes over loopback between the peers of a live run. */
#ifndef SCN_LIVE_CAPTURE_H
#define SCN_LIVE_CAPTURE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct scn_live_capture;

/* Everything to and from 127.NET.0.0/16, into a pcapng file, taken up by the main loop. Packets carry the run's time, as those of simulated
 * runs do: `now` says it (ns), and the section comment when it began. NULL and an error where it is not permitted. */
struct scn_live_capture *scn_live_capture_new(const char *path, uint8_t net, int64_t (*now)(void *user), void *user,
                                              GError **error);
/* Takes up what is left and closes the file. *dropped: packets that the system could not keep. False and an error: the disk is full. */
bool scn_live_capture_close(struct scn_live_capture *capture, uint64_t *packets, uint64_t *dropped, GError **error);

#endif
