/* The runner of test vectors: tables of octets and what they mean, read, written and refused. */
#ifndef TESTS_VECTORS_H
#define TESTS_VECTORS_H

#include "protocol/wire/codec_private.h"
#include "protocol/wire/nbfx_writer.h"
#include <glib.h>

#define VEC_MAX_FIELDS 8

struct vec_row {
    const char *name; /* as printed: the first field, or what stands for it */
    unsigned line;
    char *field[VEC_MAX_FIELDS];
    unsigned fields;
    GByteArray *octets; /* of the field "hex"; NULL if the kind has none */
};

struct vec_run {
    const char *path;
    unsigned passed, failed, skipped;
    bool row_failed, row_skipped;
    const struct vec_row *row;
    struct pc_codec *codec;
    GHashTable *sessions; /* name -> state of the kind's own; freed at the end of the file */
};

/* One kind of table: recognised by the columns in its first line. */
struct vec_kind {
    const char *columns; /* without the '#' */
    int hex;             /* index of the field with octets, -1: none */
    void (*check)(struct vec_run *run, const struct vec_row *row);
    GDestroyNotify forget; /* of a session's state */
};

extern const struct vec_kind vec_nmf, vec_exchange, vec_mb31;       /* framing.c */
extern const struct vec_kind vec_writer, vec_reader, vec_malformed; /* documents.c */
extern const struct vec_kind vec_sessions, vec_bad_sessions;        /* sessions.c */
extern const struct vec_kind vec_frames;                            /* frames.c */

/* A finished sentence about the current row, printed with file, line and name. */
void vec_fail(struct vec_run *run, const char *format, ...) G_GNUC_PRINTF(2, 3);
void vec_skip(struct vec_run *run, const char *why);

bool vec_same_octets(struct vec_run *run, const char *what, const uint8_t *made, size_t size,
                     const GByteArray *wanted);
void vec_same_xml(struct vec_run *run, const char *made, const char *wanted);
/* `class` is a class of the tables: X, LENIENT:X or ACCEPT; `error` what reading gave (NULL: accepted). Frees
 * the error. */
void vec_judge(struct vec_run *run, const char *class, GError *error);

bool vec_hex(const char *text, GByteArray *out);

/* xml.c: the canonical text of a document; false with an error if it cannot be read. */
bool vec_xml(struct pc_nbfx_reader *reader, GString *out, GError **error);

/* calls.c: performs the writer calls of a row; false with a sentence in `why`. */
bool vec_calls(const char *calls, struct pc_nbfx_writer *writer, const char **why);

#endif
