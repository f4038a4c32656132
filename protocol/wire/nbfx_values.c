/* Values: which record a value becomes (binary-xml.md 10.4), and what of it counts in the buffer (10.5). */
#include "protocol/wire/nbfx_writer_private.h"

#include <math.h>
#include <string.h>

static void begin_value(struct pc_nbfx_writer *w)
{
    if (!w->in_attribute)
        pc_complete_start_tag(w);
    pc_flush_tail(w);
    w->merge = false;
}

/* The type octet of a value that takes `size` octets with it, reserved together. */
static void put_type(struct pc_nbfx_writer *w, uint8_t type, uint32_t size)
{
    pc_reserve(w, size);
    w->merge_at = w->out->len;
    w->merge = !w->in_attribute;
    pc_put(w, &type, 1);
}

static void put_little_endian(struct pc_nbfx_writer *w, uint64_t value, unsigned octets)
{
    uint8_t out[8];
    for (unsigned i = 0; i < octets; i++)
        out[i] = (uint8_t)(value >> (8 * i));
    pc_put(w, out, octets);
}

static void put_long_head(struct pc_nbfx_writer *w, uint8_t type8, uint32_t size)
{
    put_type(w, (uint8_t)(type8 + (size > 0xFFFF ? 4 : size > 0xFF ? 2 : 0)), 5);
    put_little_endian(w, size, size > 0xFFFF ? 4 : size > 0xFF ? 2 : 1);
}

static void append_utf16(struct pc_octets *out, struct pc_text text)
{
    const uint8_t *s = (const uint8_t *)text.s;
    for (uint32_t i = 0; i < text.n;) {
        uint32_t more = s[i] >= 0xF0 ? 3 : s[i] >= 0xE0 ? 2 : s[i] >= 0xC0 ? 1 : 0;
        uint32_t code = more == 3 ? s[i] & 0x07u : more == 2 ? s[i] & 0x0Fu : more == 1 ? s[i] & 0x1Fu : s[i];
        for (uint32_t k = 1; k <= more; k++)
            code = code << 6 | (s[i + k] & 0x3Fu);
        i += more + 1;
        uint32_t units[2] = {code, 0}, count = 1;
        if (code > 0xFFFF) {
            units[0] = 0xD800 + ((code - 0x10000) >> 10);
            units[1] = 0xDC00 + ((code - 0x10000) & 0x3FF);
            count = 2;
        }
        for (uint32_t k = 0; k < count; k++) {
            uint8_t octets[2] = {(uint8_t)units[k], (uint8_t)(units[k] >> 8)};
            pc_octets_append(out, octets, 2);
        }
    }
}

void pc_nbfx_utf16(struct pc_nbfx_writer *w, const uint8_t *units, uint32_t octets)
{
    begin_value(w);
    if (octets / 2 <= 85) {
        uint8_t length = (uint8_t)octets;
        put_type(w, 0xB6, 2 + 3 * (octets / 2));
        pc_put(w, &length, 1);
        pc_put(w, units, octets);
        return;
    }
    put_long_head(w, 0xB6, octets);
    for (uint32_t at = 0; at < octets; at += 512) {
        uint32_t n = octets - at < 512 ? octets - at : 512;
        pc_reserve(w, n);
        pc_put(w, units + at, n);
    }
}

static void put_chars(struct pc_nbfx_writer *w, struct pc_text text)
{
    uint32_t units = pc_units_of(text);
    if (text.n / 2 > units) {
        struct pc_octets utf16 = {0};
        append_utf16(&utf16, text);
        pc_nbfx_utf16(w, utf16.data, utf16.len);
        pc_octets_free(&utf16);
        return;
    }
    if (units <= 85) {
        uint8_t length = (uint8_t)text.n;
        put_type(w, 0x98, 2 + 3 * units);
        pc_put(w, &length, 1);
        pc_put(w, text.s, text.n);
        return;
    }
    put_long_head(w, 0x98, text.n);
    pc_put_chunks(w, text.s, text.n, units);
}

void pc_nbfx_text(struct pc_nbfx_writer *w, struct pc_nbfx_string text)
{
    uint32_t id;
    begin_value(w);
    if (pc_has_id(w, text, &id)) {
        put_type(w, 0xAA, 1);
        pc_put_id(w, id);
    } else if (text.n == 0) {
        if (w->in_attribute || w->in_list)
            put_type(w, 0xA8, 1);
    } else if (text.n == 1 && (text.s[0] == '0' || text.s[0] == '1')) {
        put_type(w, text.s[0] == '0' ? 0x80 : 0x82, 1);
    } else {
        put_chars(w, pc_text_of(text));
    }
}

void pc_nbfx_int(struct pc_nbfx_writer *w, int64_t value)
{
    begin_value(w);
    if (value == 0 || value == 1) {
        put_type(w, value ? 0x82 : 0x80, 1);
        return;
    }
    unsigned octets = value >= INT8_MIN && value <= INT8_MAX     ? 1
                      : value >= INT16_MIN && value <= INT16_MAX ? 2
                      : value >= INT32_MIN && value <= INT32_MAX ? 4
                                                                 : 8;
    put_type(w, octets == 1 ? 0x88 : octets == 2 ? 0x8A : octets == 4 ? 0x8C : 0x8E, 1 + octets);
    put_little_endian(w, (uint64_t)value, octets);
}

void pc_nbfx_uint64(struct pc_nbfx_writer *w, uint64_t value)
{
    if (value <= INT64_MAX) {
        pc_nbfx_int(w, (int64_t)value);
        return;
    }
    begin_value(w);
    put_type(w, 0xB2, 9);
    put_little_endian(w, value, 8);
}

void pc_nbfx_bool(struct pc_nbfx_writer *w, bool value)
{
    begin_value(w);
    put_type(w, value ? 0x86 : 0x84, 1);
}

void pc_nbfx_float(struct pc_nbfx_writer *w, float value)
{
    if (value >= -0x1p63f && value < 0x1p63f && value == (float)(int64_t)value) {
        pc_nbfx_int(w, (int64_t)value);
        return;
    }
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    begin_value(w);
    put_type(w, 0x90, 5);
    put_little_endian(w, bits, 4);
}

void pc_nbfx_double(struct pc_nbfx_writer *w, double value)
{
    if (isfinite(value) && fabs(value) <= 3.4028234663852886e38 && value == (double)(float)value) {
        pc_nbfx_float(w, (float)value);
        return;
    }
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    begin_value(w);
    put_type(w, 0x92, 9);
    put_little_endian(w, bits, 8);
}

static uint32_t fixed_size(uint8_t type)
{
    return type == 0x94 || type == 0xAC || type == 0xB0 ? 16 : type == 0x90 ? 4 : 8;
}

void pc_nbfx_fixed(struct pc_nbfx_writer *w, uint8_t type, const uint8_t *payload)
{
    begin_value(w);
    put_type(w, type, 1 + fixed_size(type));
    pc_put(w, payload, fixed_size(type));
}

static void put_block(struct pc_nbfx_writer *w, const uint8_t *octets, uint32_t size)
{
    if (size == 0)
        return;
    if (size < PC_NBFX_BUFFER) {
        pc_reserve(w, size);
        pc_put(w, octets, size);
        return;
    }
    pc_reserve(w, PC_NBFX_BUFFER + 1); /* flushed, then written directly */
    pc_octets_append(w->out, octets, size);
}

/* One Bytes record: waiting octets first, then the given ones. */
void pc_put_bytes_record(struct pc_nbfx_writer *w, const uint8_t *head, uint32_t head_size,
                         const uint8_t *octets, uint32_t size)
{
    put_long_head(w, 0x9E, head_size + size);
    put_block(w, head, head_size);
    put_block(w, octets, size);
}

void pc_nbfx_bytes(struct pc_nbfx_writer *w, const uint8_t *octets, uint32_t size)
{
    if (w->in_attribute || w->in_list) { /* a value of its own, and nothing of it waits */
        pc_put_bytes_record(w, NULL, 0, octets, size);
        return;
    }
    pc_complete_start_tag(w);
    uint32_t whole = (w->tail_length + size) / 3 * 3;
    if (whole >= 3) { /* multiples of three; what is left over waits */
        uint32_t taken = whole - w->tail_length, length = w->tail_length;
        w->tail_length = 0;
        pc_put_bytes_record(w, w->tail, length, octets, taken);
        octets += taken;
        size -= taken;
    }
    for (uint32_t i = 0; i < size; i++)
        w->tail[w->tail_length++] = octets[i];
}

void pc_nbfx_comment(struct pc_nbfx_writer *w, struct pc_text text)
{
    pc_before_node(w);
    pc_put_octet(w, 0x02);
    pc_put_string(w, text);
}

void pc_nbfx_qname(struct pc_nbfx_writer *w, struct pc_nbfx_string local, struct pc_nbfx_string ns)
{
    struct pc_text prefix = {"", 0};
    if (ns.n) {
        const struct pc_nbfx_scope *scope = pc_prefix_for(w, pc_text_of(ns), false);
        prefix = scope ? scope->prefix : pc_generate_prefix(w, ns);
    }
    uint8_t index;
    uint32_t id;
    if (pc_letter_of(prefix, &index) && pc_has_id(w, local, &id)) {
        begin_value(w);
        put_type(w, 0xBC, 1);
        pc_put_octet(w, index);
        pc_put_id(w, id);
        return;
    }
    if (w->in_attribute && prefix.n) {
        GString *joined = g_string_new_len(prefix.s, (gssize)prefix.n);
        g_string_append_c(joined, ':');
        g_string_append_len(joined, local.s, (gssize)local.n);
        pc_nbfx_text(w, pc_plain((struct pc_text){joined->str, (uint32_t)joined->len}));
        g_string_free(joined, TRUE);
        return;
    }
    if (prefix.n) {
        pc_nbfx_text(w, pc_plain(prefix));
        pc_nbfx_text(w, pc_plain(PC_TEXT(":")));
    }
    pc_nbfx_text(w, local);
}

void pc_nbfx_list_start(struct pc_nbfx_writer *w)
{
    begin_value(w);
    pc_put_octet(w, 0xA4);
    w->in_list = true;
}

void pc_nbfx_list_end(struct pc_nbfx_writer *w)
{
    pc_put_octet(w, 0xA6);
    w->in_list = false;
    w->merge = false; /* a list never carries an end */
}

void pc_nbfx_array_start(struct pc_nbfx_writer *w)
{
    pc_before_node(w);
    pc_put_octet(w, 0x03);
}

void pc_nbfx_array_end(struct pc_nbfx_writer *w, uint8_t type, uint32_t count, const uint8_t *values,
                       uint32_t size)
{
    pc_nbfx_end(w);
    pc_put_octet(w, type);
    pc_put_mb31(w, count);
    put_block(w, values, size);
}
