/* Reading a whole file that a script names. */
#ifndef SCN_FILE_H
#define SCN_FILE_H

#include <glib.h>

/* The contents, with a zero behind; *length without it. NULL and "NAME: why" if it cannot be read, is no
 * regular file, or has more than `most` octets. Free with g_free. */
char *scn_file_read(const char *path, const char *name, gsize most, gsize *length, GError **error);

#endif
