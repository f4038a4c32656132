/* The body of a captured message, kept so that it can be written once more the way an application writes it. */
#ifndef CF_BODY_H
#define CF_BODY_H

#include "protocol/wire/flood.h"

struct cf_body;

/* NULL: the body cannot be read. */
struct cf_body *cf_body_keep(struct pc_codec *codec, const struct pc_message *message);
void cf_body_free(struct cf_body *body);               /* NULL is allowed */
void cf_body_write(struct pc_body_writer *writer, const void *body); /* pc_outgoing.write_body */

#endif
