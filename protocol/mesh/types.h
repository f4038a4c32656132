/* Scalars of the protocol core. */
#ifndef PC_MESH_TYPES_H
#define PC_MESH_TYPES_H

#include <stdint.h>

typedef int64_t pc_time; /* nanoseconds of the driver's clock, which never steps back */
#define PC_TIME_NEVER INT64_MAX
#define PC_SECONDS(n) ((pc_time)(n)*1000000000)

/* A connection of one node. The node counts the ones it opens 1, 3, 5, …; the driver counts accepted ones 2, 4, 6, …
 * Numbers are never used again. 0: none. */
typedef uint32_t pc_conn;

#endif
