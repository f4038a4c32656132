#include "scenarios/conform/body.h"

#include "protocol/wire/nbfx_reader.h"

#include <string.h>

#define DEPTH 34 /* of s:Body's elements in a document: 2, and as deep as a body writer goes */

enum call_kind { CALL_START, CALL_TEXT, CALL_INT, CALL_BOOL, CALL_DOUBLE, CALL_BYTES, CALL_END };

struct call { /* of the writer */
    enum call_kind kind;
    char *text, *ns;
    uint32_t size, ns_size;
    int64_t number;
    double real;
};

struct cf_body {
    GArray *calls; /* of struct call */
};

static void clear_call(gpointer data)
{
    struct call *call = data;
    g_free(call->text);
    g_free(call->ns);
}

static char *keep(struct pc_text text)
{
    return g_strndup(text.s ? text.s : "", text.n);
}

/* The call that makes a record of this type again; values of types that no call makes go as text. */
static struct call value_call(const struct pc_nbfx_reader *reader)
{
    const struct pc_nbfx_value *value = &reader->value;
    switch (value->type) {
    case 0x80: case 0x82: case 0x88: case 0x8A: case 0x8C: case 0x8E: /* Zero, One, Int8 … Int64 */
        return (struct call){.kind = CALL_INT, .number = value->number};
    case 0x84: case 0x86: case 0xB4: /* False, True, Bool */
        return (struct call){.kind = CALL_BOOL, .number = value->type == 0x86 || (value->type == 0xB4 && value->number)};
    case 0x92: { /* Double: 8 octets, least first */
        struct call call = {.kind = CALL_DOUBLE};
        memcpy(&call.real, value->raw, sizeof call.real);
        return call;
    }
    case 0x9E: case 0xA0: case 0xA2: /* Bytes */
        return (struct call){.kind = CALL_BYTES, .text = g_memdup2(value->raw, value->raw_size), .size = value->raw_size};
    default: {
        GString *text = g_string_new(NULL);
        pc_nbfx_append_text(reader, value, text);
        uint32_t size = (uint32_t)text->len;
        return (struct call){.kind = CALL_TEXT, .text = g_string_free(text, FALSE), .size = size};
    }
    }
}

static struct call call_of(const struct pc_nbfx_reader *reader)
{
    switch (reader->node) {
    case PC_NBFX_START:
        return (struct call){.kind = CALL_START, .text = keep(reader->name.text), .size = reader->name.text.n,
                             .ns = keep(reader->ns.text), .ns_size = reader->ns.text.n};
    case PC_NBFX_TEXT:
        return value_call(reader);
    default:
        return (struct call){.kind = CALL_END};
    }
}

struct cf_body *cf_body_keep(struct pc_codec *codec, const struct pc_message *message)
{
    struct pc_nbfx_reader reader;
    struct cf_body *body = g_new0(struct cf_body, 1);
    body->calls = g_array_new(FALSE, FALSE, sizeof(struct call));
    g_array_set_clear_func(body->calls, clear_call);
    enum pc_nbfx_node node = PC_NBFX_ERROR;
    if (pc_body_open(codec, message, &reader)) {
        while ((node = pc_nbfx_next(&reader)) != PC_NBFX_ERROR && node != PC_NBFX_EOF && reader.depth >= 2 &&
               !(node == PC_NBFX_END && reader.depth == 2)) {
            if (node == PC_NBFX_COMMENT || (node == PC_NBFX_TEXT && reader.depth == 2))
                continue;
            if (reader.depth > DEPTH) {
                node = PC_NBFX_ERROR;
                break;
            }
            struct call call = call_of(&reader);
            g_array_append_val(body->calls, call);
        }
    }
    pc_nbfx_reader_clear(&reader);
    if (node != PC_NBFX_ERROR)
        return body;
    cf_body_free(body);
    return NULL;
}

void cf_body_free(struct cf_body *body)
{
    if (!body)
        return;
    g_array_unref(body->calls);
    g_free(body);
}

void cf_body_write(struct pc_body_writer *writer, const void *data)
{
    const struct cf_body *body = data;
    for (guint i = 0; i < body->calls->len; i++) {
        const struct call *call = &g_array_index(body->calls, struct call, i);
        switch (call->kind) {
        case CALL_START:
            pc_body_start(writer, (struct pc_text){call->text, call->size}, (struct pc_text){call->ns, call->ns_size});
            break;
        case CALL_TEXT:
            pc_body_text(writer, (struct pc_text){call->text, call->size});
            break;
        case CALL_INT:
            pc_body_int(writer, call->number);
            break;
        case CALL_BOOL:
            pc_body_bool(writer, call->number);
            break;
        case CALL_DOUBLE:
            pc_body_double(writer, call->real);
            break;
        case CALL_BYTES:
            pc_body_bytes(writer, (const uint8_t *)call->text, call->size);
            break;
        case CALL_END:
            pc_body_end(writer);
            break;
        }
    }
}
