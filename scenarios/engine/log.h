/* log.txt of a run folder: what scripts print, and what the director did, each line with virtual time and speaker. What is said
 * before the folder exists is kept; a run without a folder says it on stderr. Nothing reads the log back. */
#ifndef SCN_LOG_H
#define SCN_LOG_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define SCN_LOG_BEFORE   INT64_C(-1)       /* a time: when the plan was written */
#define SCN_LOG_LINE     4096              /* octets of one line at most; the rest is cut */
#define SCN_LOG_MOST     (INT64_C(64) << 20) /* octets of the file; then one line says that it was cut */

struct scn_log;

struct scn_log *scn_log_new(void);

/* Writes folder/log.txt from now on. May be called once. False (GError): the file cannot be made. */
bool scn_log_open(struct scn_log *log, const char *folder, GError **error);

/* `who`: a peer's name, "script" or "run". Line breaks in the text become spaces. `log` may be NULL: nothing is said. */
void scn_log_say(struct scn_log *log, int64_t time, const char *who, const char *format, ...) G_GNUC_PRINTF(4, 5);

/* Closes the file. False (GError): not everything could be written. Never opened: the lines go to stderr. Frees the log; NULL is
 * allowed. */
bool scn_log_close(struct scn_log *log, GError **error);

#endif
