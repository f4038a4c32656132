#include "protocol/wire/nbfx_writer.h"

#include "protocol/wire/codec_private.h"
#include "protocol/wire/nmf.h"
#include "protocol/wire/utf8.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define BUFFER 512 /* of the original writer: an end merges only into what is still in it (10.5) */

/* ---- the buffer rule ---- */

static inline void reserve(struct pc_nbfx_writer *w, uint32_t n)
{
    if (w->position + n > BUFFER) {
        w->position = 0;
        w->merge = false;
    }
}

static inline void put(struct pc_nbfx_writer *w, const void *octets, uint32_t n)
{
    pc_octets_append(w->out, octets, n);
    w->position += n;
}

static void put_octet(struct pc_nbfx_writer *w, uint8_t octet)
{
    reserve(w, 1);
    put(w, &octet, 1);
}

static void put_mb31(struct pc_nbfx_writer *w, uint32_t value)
{
    uint8_t octets[5] = {(uint8_t)value};
    reserve(w, 5);
    if (value < 0x80) /* nearly always */
        put(w, octets, 1);
    else
        put(w, octets, (uint32_t)pc_mb31_write(octets, value));
}

/* Text of 42 units and more goes in chunks of 170 units; a chunk never ends inside a surrogate pair. */
static void put_chunks(struct pc_nbfx_writer *w, const char *s, uint32_t n, uint32_t units)
{
    while (units > 170) {
        uint32_t octets = 0, taken = 0;
        while (taken < 170) {
            uint32_t step = (uint8_t)s[octets] >= 0xF0 ? 4 : (uint8_t)s[octets] >= 0xE0 ? 3 : (uint8_t)s[octets] >= 0xC0 ? 2 : 1;
            uint32_t width = step == 4 ? 2 : 1;
            if (taken + width > 170)
                break;
            taken += width;
            octets += step;
        }
        reserve(w, 3 * taken);
        put(w, s, octets);
        s += octets;
        n -= octets;
        units -= taken;
    }
    reserve(w, 3 * units);
    put(w, s, n);
}

static uint32_t units_of(struct pc_text text)
{
    return (uint32_t)pc_utf8_units((const uint8_t *)text.s, text.n);
}

static void put_string(struct pc_nbfx_writer *w, struct pc_text text)
{
    uint32_t units = units_of(text);
    if (units < 42) {
        uint8_t length = (uint8_t)text.n;
        reserve(w, 1 + 3 * units);
        put(w, &length, 1);
        put(w, text.s, text.n);
    } else {
        put_mb31(w, text.n);
        put_chunks(w, text.s, text.n, units);
    }
}

/* ---- dictionary look-up (10.2) ---- */

static uint32_t mb31_size(uint32_t n)
{
    return n < 0x80 ? 1 : n < 0x4000 ? 2 : n < 0x200000 ? 3 : n < 0x10000000 ? 4 : 5;
}

uint32_t pc_nbfx_session_id(struct pc_nbfx_session *session, pc_str string)
{
    uint32_t id = pc_table_id(session->table, string);
    if (id)
        return id;
    for (uint32_t i = 0; i < session->added_count; i++)
        if (session->added[i] == string)
            return 2 * (session->table->count + i) + 1;
    if (session->closed)
        return 0;
    struct pc_strings *pool = pc_codec_strings(session->codec);
    uint32_t size = pc_str_text(pool, string).n, octets = mb31_size(size) + size;
    if (session->table->octets + session->added_octets + octets > session->limit) {
        session->closed = true; /* from now on every new string is a literal (9.5) */
        return 0;
    }
    if (session->added_count == session->added_capacity) {
        session->added_capacity = session->added_capacity ? session->added_capacity * 2 : 24;
        session->added = g_renew(pc_str, session->added, session->added_capacity);
    }
    session->added[session->added_count++] = pc_str_ref(pool, string);
    session->added_octets += octets;
    return 2 * (session->table->count + session->added_count - 1) + 1;
}

void pc_nbfx_session_clear(struct pc_nbfx_session *session)
{
    while (session->added_count)
        pc_str_unref(pc_codec_strings(session->codec), session->added[--session->added_count]);
    g_free(session->added);
    session->added = NULL;
    session->added_capacity = 0;
}

/* Does the string go by id? */
static bool has_id(struct pc_nbfx_writer *w, struct pc_nbfx_string s, uint32_t *id)
{
    if (s.origin == PC_NBFX_FIXED) {
        *id = s.id;
        return true;
    }
    if (s.origin != PC_NBFX_SHARED || !w->session)
        return false;
    if (s.id) {
        *id = pc_nbfx_session_id(w->session, s.id);
    } else {
        struct pc_strings *pool = pc_codec_strings(w->session->codec);
        pc_str string = pc_str_intern(pool, s.text.s, s.text.n);
        *id = pc_nbfx_session_id(w->session, string);
        pc_str_unref(pool, string);
    }
    return *id != 0;
}

static void put_id(struct pc_nbfx_writer *w, uint32_t id)
{
    if (w->holes && id % 2)
        pc_octets_append(w->holes, &w->out->len, sizeof w->out->len);
    put_mb31(w, id);
}

/* ---- beginning and completing things ---- */

void pc_nbfx_writer_init(struct pc_nbfx_writer *w, struct pc_octets *out, struct pc_nbfx_session *session)
{
    memset(w, 0, offsetof(struct pc_nbfx_writer, own_scopes));
    w->out = out;
    w->session = session;
    w->scopes = w->own_scopes;
    w->scope_count = 0;
    w->scope_capacity = G_N_ELEMENTS(w->own_scopes);
    w->tail_length = 0;
}

void pc_nbfx_writer_clear(struct pc_nbfx_writer *w)
{
    if (w->scopes != w->own_scopes)
        g_free(w->scopes);
    w->scopes = NULL;
}

static void put_bytes_record(struct pc_nbfx_writer *w, const uint8_t *head, uint32_t head_size, const uint8_t *octets,
                             uint32_t size);

static void flush_tail(struct pc_nbfx_writer *w)
{
    if (!w->tail_length)
        return;
    uint32_t length = w->tail_length;
    w->tail_length = 0;
    put_bytes_record(w, w->tail, length, NULL, 0);
}

static void complete_start_tag(struct pc_nbfx_writer *w)
{
    if (!w->in_start_tag)
        return;
    w->in_start_tag = false;
    for (uint32_t i = 0; i < w->scope_count; i++) {
        struct pc_nbfx_scope *scope = &w->scopes[i];
        if (!scope->pending)
            continue;
        scope->pending = false;
        uint32_t id = 0;
        bool by_id = scope->ns.text.n ? has_id(w, scope->ns, &id) : false;
        put_octet(w, (uint8_t)(0x08 + (scope->prefix.n ? 1 : 0) + (by_id ? 2 : 0)));
        if (scope->prefix.n)
            put_string(w, scope->prefix);
        if (by_id)
            put_id(w, id);
        else
            put_string(w, scope->ns.text);
    }
}

/* Before anything but a value goes out. */
static void before_node(struct pc_nbfx_writer *w)
{
    complete_start_tag(w);
    flush_tail(w);
    w->merge = false;
}

/* ---- namespaces (10.3) ---- */

static struct pc_nbfx_scope *add_scope(struct pc_nbfx_writer *w, struct pc_text prefix, struct pc_nbfx_string ns)
{
    if (w->scope_count == w->scope_capacity) {
        struct pc_nbfx_scope *old = w->scopes;
        w->scope_capacity *= 4;
        w->scopes = g_new(struct pc_nbfx_scope, w->scope_capacity);
        for (uint32_t i = 0; i < w->scope_count; i++) {
            w->scopes[i] = old[i];
            if (old[i].prefix.s == old[i].made)
                w->scopes[i].prefix.s = w->scopes[i].made;
        }
        if (old != w->own_scopes)
            g_free(old);
    }
    struct pc_nbfx_scope *scope = &w->scopes[w->scope_count++];
    scope->prefix = prefix;
    scope->ns = ns;
    scope->depth = w->depth;
    scope->pending = true;
    return scope;
}

static const struct pc_nbfx_scope *scope_of(const struct pc_nbfx_writer *w, struct pc_text prefix)
{
    for (uint32_t i = w->scope_count; i-- > 0;)
        if (pc_text_equal(w->scopes[i].prefix, prefix))
            return &w->scopes[i];
    return NULL;
}

static bool bound_to(const struct pc_nbfx_writer *w, struct pc_text prefix, struct pc_text ns)
{
    const struct pc_nbfx_scope *scope = scope_of(w, prefix);
    return scope ? pc_text_equal(scope->ns.text, ns) : prefix.n == 0 && ns.n == 0;
}

/* The innermost prefix bound to ns and not hidden. */
static const struct pc_nbfx_scope *prefix_for(const struct pc_nbfx_writer *w, struct pc_text ns, bool non_empty)
{
    for (uint32_t i = w->scope_count; i-- > 0;) {
        const struct pc_nbfx_scope *scope = &w->scopes[i];
        if ((scope->prefix.n || !non_empty) && pc_text_equal(scope->ns.text, ns) && scope_of(w, scope->prefix) == scope)
            return scope;
    }
    return NULL;
}

/* A prefix of our own: a, b, … z, then d<depth>p<k>. */
static struct pc_text generate(struct pc_nbfx_writer *w, struct pc_nbfx_string ns)
{
    struct pc_nbfx_scope *scope = add_scope(w, (struct pc_text){"", 0}, ns);
    scope->prefix = (struct pc_text){scope->made, 1};
    w->scope_count--; /* not in force while candidates are tried */
    for (scope->made[0] = 'a'; scope->made[0] <= 'z' && scope_of(w, scope->prefix); scope->made[0]++)
        ;
    for (unsigned k = 0; scope->made[0] > 'z' || scope_of(w, scope->prefix); k++)
        scope->prefix.n = (uint32_t)snprintf(scope->made, sizeof scope->made, "d%up%u", w->depth, k);
    w->scope_count++;
    return scope->prefix;
}

/* ---- elements and attributes (10.1) ---- */

static bool letter_of(struct pc_text prefix, uint8_t *index)
{
    if (prefix.n != 1 || prefix.s[0] < 'a' || prefix.s[0] > 'z')
        return false;
    *index = (uint8_t)(prefix.s[0] - 'a');
    return true;
}

/* A name with its prefix; `base` is the short form's type, `letters` that of PrefixDictionary…A. */
static void put_name(struct pc_nbfx_writer *w, uint8_t base, uint8_t letters, struct pc_text prefix,
                     struct pc_nbfx_string name)
{
    uint32_t id = 0;
    uint8_t index;
    /* The type octet goes out first, and whether the name has an id decides it. */
    bool by_id = has_id(w, name, &id);
    if (letter_of(prefix, &index)) {
        put_octet(w, (uint8_t)(letters + index + (by_id ? 0 : 26)));
    } else {
        put_octet(w, (uint8_t)(base + (prefix.n ? 1 : 0) + (by_id ? 2 : 0)));
        if (prefix.n)
            put_string(w, prefix);
    }
    if (by_id)
        put_id(w, id);
    else
        put_string(w, name.text);
}

void pc_nbfx_start(struct pc_nbfx_writer *w, struct pc_nbfx_string prefix, struct pc_nbfx_string name,
                   struct pc_nbfx_string ns)
{
    before_node(w);
    w->depth++;
    struct pc_text chosen = {"", 0};
    if (prefix.origin != PC_NBFX_NULL)
        chosen = prefix.text;
    else if (ns.origin != PC_NBFX_NULL) {
        const struct pc_nbfx_scope *scope = prefix_for(w, ns.text, false);
        if (scope)
            chosen = scope->prefix;
    }
    if (ns.origin != PC_NBFX_NULL && !bound_to(w, chosen, ns.text))
        add_scope(w, chosen, ns);
    put_name(w, 0x40, 0x44, chosen, name);
    w->in_start_tag = true;
}

void pc_nbfx_end(struct pc_nbfx_writer *w)
{
    complete_start_tag(w);
    flush_tail(w);
    if (w->merge) {
        w->out->data[w->merge_at] |= 1;
        w->merge = false;
    } else {
        put_octet(w, 0x01);
    }
    while (w->scope_count && w->scopes[w->scope_count - 1].depth >= w->depth)
        w->scope_count--;
    w->depth--;
}

void pc_nbfx_xmlns(struct pc_nbfx_writer *w, struct pc_nbfx_string prefix, struct pc_nbfx_string ns)
{
    if (prefix.origin == PC_NBFX_NULL) {
        if (!prefix_for(w, ns.text, false))
            generate(w, ns);
    } else if (!bound_to(w, prefix.text, ns.text)) {
        add_scope(w, prefix.text, ns);
    }
}

void pc_nbfx_attribute_start(struct pc_nbfx_writer *w, struct pc_nbfx_string prefix, struct pc_nbfx_string name,
                             struct pc_nbfx_string ns)
{
    struct pc_text chosen = {"", 0};
    if (ns.origin != PC_NBFX_NULL && ns.text.n) {
        bool given = prefix.origin != PC_NBFX_NULL && prefix.text.n;
        const struct pc_nbfx_scope *scope = given ? NULL : prefix_for(w, ns.text, true);
        if (given && !pc_text_equal(prefix.text, PC_TEXT("xml")) && !bound_to(w, prefix.text, ns.text))
            add_scope(w, prefix.text, ns);
        chosen = given ? prefix.text : scope ? scope->prefix : generate(w, ns);
    } else if (prefix.origin != PC_NBFX_NULL && pc_text_equal(prefix.text, PC_TEXT("xml"))) {
        chosen = prefix.text;
    }
    put_name(w, 0x04, 0x0C, chosen, name);
    w->in_attribute = true;
    w->in_start_tag = false; /* values are not content here */
}

void pc_nbfx_attribute_end(struct pc_nbfx_writer *w)
{
    w->in_attribute = false;
    w->in_start_tag = true;
    w->merge = false;
}

/* ---- values (10.4) ---- */

static void begin_value(struct pc_nbfx_writer *w)
{
    if (!w->in_attribute)
        complete_start_tag(w);
    flush_tail(w);
    w->merge = false;
}

/* The type octet of a value that takes `size` octets with it, reserved together. */
static void put_type(struct pc_nbfx_writer *w, uint8_t type, uint32_t size)
{
    reserve(w, size);
    w->merge_at = w->out->len;
    w->merge = !w->in_attribute;
    put(w, &type, 1);
}

static void put_little_endian(struct pc_nbfx_writer *w, uint64_t value, unsigned octets)
{
    uint8_t out[8];
    for (unsigned i = 0; i < octets; i++)
        out[i] = (uint8_t)(value >> (8 * i));
    put(w, out, octets);
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
        put(w, &length, 1);
        put(w, units, octets);
        return;
    }
    put_long_head(w, 0xB6, octets);
    for (uint32_t at = 0; at < octets; at += 512) {
        uint32_t n = octets - at < 512 ? octets - at : 512;
        reserve(w, n);
        put(w, units + at, n);
    }
}

static void put_chars(struct pc_nbfx_writer *w, struct pc_text text)
{
    uint32_t units = units_of(text);
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
        put(w, &length, 1);
        put(w, text.s, text.n);
        return;
    }
    put_long_head(w, 0x98, text.n);
    put_chunks(w, text.s, text.n, units);
}

void pc_nbfx_text(struct pc_nbfx_writer *w, struct pc_nbfx_string text)
{
    uint32_t id;
    begin_value(w);
    if (has_id(w, text, &id)) {
        put_type(w, 0xAA, 1);
        put_id(w, id);
    } else if (text.text.n == 0) {
        if (w->in_attribute || w->in_list)
            put_type(w, 0xA8, 1);
    } else if (text.text.n == 1 && (text.text.s[0] == '0' || text.text.s[0] == '1')) {
        put_type(w, text.text.s[0] == '0' ? 0x80 : 0x82, 1);
    } else {
        put_chars(w, text.text);
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
    put(w, payload, fixed_size(type));
}

static void put_block(struct pc_nbfx_writer *w, const uint8_t *octets, uint32_t size)
{
    if (size == 0)
        return;
    if (size < BUFFER) {
        reserve(w, size);
        put(w, octets, size);
        return;
    }
    reserve(w, BUFFER + 1); /* flushed, then written directly */
    pc_octets_append(w->out, octets, size);
}

/* One Bytes record: waiting octets first, then the given ones. */
static void put_bytes_record(struct pc_nbfx_writer *w, const uint8_t *head, uint32_t head_size, const uint8_t *octets,
                             uint32_t size)
{
    put_long_head(w, 0x9E, head_size + size);
    put_block(w, head, head_size);
    put_block(w, octets, size);
}

void pc_nbfx_bytes(struct pc_nbfx_writer *w, const uint8_t *octets, uint32_t size)
{
    if (w->in_attribute) {
        put_bytes_record(w, NULL, 0, octets, size);
        return;
    }
    complete_start_tag(w);
    uint32_t whole = (w->tail_length + size) / 3 * 3;
    if (whole >= 3) { /* multiples of three; what is left over waits */
        uint32_t taken = whole - w->tail_length, length = w->tail_length;
        w->tail_length = 0;
        put_bytes_record(w, w->tail, length, octets, taken);
        octets += taken;
        size -= taken;
    }
    for (uint32_t i = 0; i < size; i++)
        w->tail[w->tail_length++] = octets[i];
}

void pc_nbfx_comment(struct pc_nbfx_writer *w, struct pc_text text)
{
    before_node(w);
    put_octet(w, 0x02);
    put_string(w, text);
}

void pc_nbfx_qname(struct pc_nbfx_writer *w, struct pc_nbfx_string local, struct pc_nbfx_string ns)
{
    struct pc_text prefix = {"", 0};
    if (ns.text.n) {
        const struct pc_nbfx_scope *scope = prefix_for(w, ns.text, false);
        prefix = scope ? scope->prefix : generate(w, ns);
    }
    uint8_t index;
    uint32_t id;
    if (letter_of(prefix, &index) && has_id(w, local, &id)) {
        begin_value(w);
        put_type(w, 0xBC, 1);
        put_octet(w, index);
        put_id(w, id);
        return;
    }
    if (w->in_attribute && prefix.n) {
        GString *joined = g_string_new_len(prefix.s, (gssize)prefix.n);
        g_string_append_c(joined, ':');
        g_string_append_len(joined, local.text.s, (gssize)local.text.n);
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
    put_octet(w, 0xA4);
    w->in_list = true;
}

void pc_nbfx_list_end(struct pc_nbfx_writer *w)
{
    put_octet(w, 0xA6);
    w->in_list = false;
    w->merge = false; /* a list never carries an end */
}

void pc_nbfx_array_start(struct pc_nbfx_writer *w)
{
    before_node(w);
    put_octet(w, 0x03);
}

void pc_nbfx_array_end(struct pc_nbfx_writer *w, uint8_t type, uint32_t count, const uint8_t *values, uint32_t size)
{
    pc_nbfx_end(w);
    put_octet(w, type);
    put_mb31(w, count);
    put_block(w, values, size);
}
