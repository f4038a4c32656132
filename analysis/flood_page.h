/* The picture of one flood: the mesh as it was when a message was published, and every copy of it on its way, with a slider for the
 * time. One page that needs nothing else: its data and its script are in it. */
#ifndef AN_FLOOD_PAGE_H
#define AN_FLOOD_PAGE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    AN_FLOOD_PAGE_PEERS = 20000, /* more make no picture */
    AN_FLOOD_PAGE_COPIES = 400000,
};

/* From FOLDER/trace.bin to `path` (NULL: FOLDER/flood.html). `message`: its number from 0; AN_NONE: of those that the trace holds whole,
 * the first of those that reached most. False and an error; AN_ERROR_NOT_AVAILABLE: there is no trace, or it holds no such message. */
bool an_flood_page(const char *folder, uint32_t message, const char *path, GError **error);

#endif
