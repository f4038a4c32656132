/* The language of the column "calls": a list of calls that a program makes to the writer of a document. */
#include "tests/vectors/vectors.h"

#include "protocol/wire/message.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct parser {
    const char *at;
    const char *why; /* first error */
    struct pc_nbfx_writer *w;
    GPtrArray *texts; /* owned strings: the writer borrows them while elements are open */
};

static void bad(struct parser *p, const char *why)
{
    if (!p->why)
        p->why = why;
}

static bool take(struct parser *p, const char *token)
{
    if (!g_str_has_prefix(p->at, token))
        return false;
    p->at += strlen(token);
    return true;
}

static void expect(struct parser *p, const char *token)
{
    if (!take(p, token))
        bad(p, "a call is not written as the table's language has it");
}

/* ---- string arguments ---- */

static unsigned unit(struct parser *p)
{
    char digits[5] = {0};
    strncpy(digits, p->at, 4);
    p->at += strlen(digits);
    return (unsigned)strtoul(digits, NULL, 16);
}

static void append_escape(struct parser *p, GString *out)
{
    char c = *p->at;
    if (c)
        p->at++;
    if (c != 'u') {
        g_string_append_c(out, c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c);
        return;
    }
    gunichar code = unit(p);
    if (code >= 0xD800 && code < 0xDC00 && take(p, "\\u"))
        code = 0x10000 + ((code - 0xD800) << 10) + (unit(p) - 0xDC00);
    g_string_append_unichar(out, code);
}

static struct pc_text quoted(struct parser *p)
{
    GString *out = g_string_new(NULL);
    expect(p, "\"");
    while (*p->at && *p->at != '"') {
        if (*p->at == '\\') {
            p->at++;
            append_escape(p, out);
        } else {
            g_string_append_c(out, *p->at++);
        }
    }
    expect(p, "\"");
    if (take(p, "*")) {
        char *once = g_strndup(out->str, out->len), *end;
        for (unsigned long n = strtoul(p->at, &end, 10); n > 1; n--)
            g_string_append(out, once);
        p->at = end;
        g_free(once);
    }
    struct pc_text text = {out->str, (uint32_t)out->len};
    g_ptr_array_add(p->texts, g_string_free(out, FALSE));
    return text;
}

static struct pc_nbfx_string string(struct parser *p)
{
    if (take(p, "-"))
        return PC_NBFX_NONE;
    bool fixed = p->at[0] == 'd' && p->at[1] == '"', shared = p->at[0] == 's' && p->at[1] == '"';
    p->at += fixed || shared;
    struct pc_text text = quoted(p);
    if (shared)
        return pc_shared(text);
    if (!fixed)
        return pc_plain(text);
    int id = pc_nbfs_find(text);
    if (id < 0)
        bad(p, "a string that is not in the static dictionary");
    return pc_fixed(id < 0 ? 0 : (uint32_t)id);
}

/* ---- values ---- */

/* The argument up to one of the delimiters. */
static char *word(struct parser *p, const char *delimiters)
{
    size_t n = strcspn(p->at, delimiters);
    char *text = g_strndup(p->at, n);
    p->at += n;
    g_ptr_array_add(p->texts, text);
    return text;
}

static void put_le(uint8_t *out, uint64_t value, unsigned octets)
{
    for (unsigned i = 0; i < octets; i++)
        out[i] = (uint8_t)(value >> (8 * i));
}

static void decimal_octets(const char *text, uint8_t out[16])
{
    unsigned __int128 n = 0;
    bool minus = *text == '-', point = false;
    uint8_t scale = 0;
    for (text += minus; *text; text++) {
        point |= *text == '.';
        if (*text == '.')
            continue;
        n = n * 10 + (unsigned)(*text - '0');
        scale = (uint8_t)(scale + point);
    }
    memset(out, 0, 16);
    out[2] = scale;
    out[3] = minus ? 0x80 : 0;
    put_le(out + 4, (uint64_t)(n >> 64), 4);
    put_le(out + 8, (uint64_t)n, 8);
}

static void guid_octets(struct parser *p, const char *text, uint8_t out[16])
{
    struct pc_guid guid = {0};
    if (!pc_guid_parse((struct pc_text){text, (uint32_t)strlen(text)}, &guid))
        bad(p, "no GUID");
    memcpy(out, guid.octets, 16);
}

static double number(const char *text)
{
    if (strcmp(text, "NaN") == 0) /* .NET's is negative */
        return -(double)NAN;
    if (strcmp(text, "INF") == 0 || strcmp(text, "-INF") == 0)
        return text[0] == '-' ? -INFINITY : INFINITY;
    return g_ascii_strtod(text, NULL);
}

static double double_of(const char *text)
{
    if (!g_str_has_prefix(text, "0x"))
        return number(text);
    uint64_t bits = strtoull(text, NULL, 16);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static float float_of(const char *text)
{
    if (!g_str_has_prefix(text, "0x"))
        return (float)number(text);
    uint32_t bits = (uint32_t)strtoul(text, NULL, 16);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void unique_id(struct parser *p)
{
    struct pc_text text = quoted(p);
    static const char zero[16];
    struct pc_guid guid;
    bool lower = true;
    for (uint32_t i = 0; i < text.n; i++)
        lower &= !g_ascii_isupper(text.s[i]);
    if (lower && text.n == 45 && memcmp(text.s, "urn:uuid:", 9) == 0 &&
        pc_guid_parse((struct pc_text){text.s + 9, 36}, &guid) && memcmp(guid.octets, zero, 16) != 0)
        pc_nbfx_fixed(p->w, 0xAC, guid.octets);
    else
        pc_nbfx_text(p->w, pc_plain(text));
}

static void date_time(struct parser *p)
{
    uint64_t ticks = strtoull(word(p, ","), NULL, 10);
    expect(p, ",");
    const char *kind = word(p, ")");
    uint8_t octets[8];
    ticks |= (uint64_t)(strcmp(kind, "Utc") == 0 ? 1 : strcmp(kind, "Local") == 0 ? 2 : 0) << 62;
    put_le(octets, ticks, 8);
    pc_nbfx_fixed(p->w, 0x96, octets);
}

static void base64(struct parser *p)
{
    GByteArray *octets = g_byte_array_new();
    const char *text = word(p, ")");
    if (*text && !vec_hex(text, octets))
        bad(p, "no hexadecimal digits");
    pc_nbfx_bytes(p->w, octets->data, octets->len);
    g_byte_array_unref(octets);
}

/* One of the typed calls: name and bracket have been seen to be there. False if it is none of them. */
static bool value(struct parser *p)
{
    uint8_t octets[16];
    if (take(p, "int(") || take(p, "long(")) {
        pc_nbfx_int(p->w, strtoll(word(p, ")"), NULL, 10));
    } else if (take(p, "ulong(")) {
        pc_nbfx_uint64(p->w, strtoull(word(p, ")"), NULL, 10));
    } else if (take(p, "bool(")) {
        pc_nbfx_bool(p->w, strcmp(word(p, ")"), "true") == 0);
    } else if (take(p, "float(")) {
        pc_nbfx_float(p->w, float_of(word(p, ")")));
    } else if (take(p, "double(")) {
        pc_nbfx_double(p->w, double_of(word(p, ")")));
    } else if (take(p, "decimal(")) {
        decimal_octets(word(p, ")"), octets);
        pc_nbfx_fixed(p->w, 0x94, octets);
    } else if (take(p, "guid(")) {
        guid_octets(p, word(p, ")"), octets);
        pc_nbfx_fixed(p->w, 0xB0, octets);
    } else if (take(p, "uniqueid(")) {
        unique_id(p);
    } else if (take(p, "datetime(")) {
        date_time(p);
    } else if (take(p, "timespan(")) {
        put_le(octets, (uint64_t)strtoll(word(p, ")"), NULL, 10), 8);
        pc_nbfx_fixed(p->w, 0xAE, octets);
    } else if (take(p, "base64(")) {
        base64(p);
    } else if (take(p, "str(") || take(p, "text(") || take(p, "cdata(")) {
        pc_nbfx_text(p->w, string(p));
    } else {
        return false;
    }
    expect(p, ")");
    return true;
}

/* ---- arrays ---- */

static const struct {
    const char *name;
    uint8_t type, octets;
} array_types[] = {{"bool", 0xB5, 1},     {"int16", 0x8B, 2},  {"int32", 0x8D, 4},    {"int64", 0x8F, 8},
                   {"float", 0x91, 4},    {"double", 0x93, 8}, {"decimal", 0x95, 16}, {"datetime", 0x97, 8},
                   {"timespan", 0xAF, 8}, {"guid", 0xB1, 16}};

static void array_item(struct parser *p, uint8_t type, unsigned octets, GByteArray *out)
{
    const char *text = word(p, ",]");
    uint8_t item[16] = {0};
    if (type == 0xB5)
        item[0] = strcmp(text, "true") == 0;
    else if (type == 0x95)
        decimal_octets(text, item);
    else if (type == 0xB1)
        guid_octets(p, text, item);
    else if (type == 0x91) {
        float f = float_of(text);
        memcpy(item, &f, sizeof f);
    } else if (type == 0x93) {
        double d = double_of(text);
        memcpy(item, &d, sizeof d);
    } else
        put_le(item, (uint64_t)strtoll(text, NULL, 10), octets);
    g_byte_array_append(out, item, octets);
}

static void array(struct parser *p)
{
    const char *name = word(p, ",");
    unsigned kind = 0;
    while (kind < G_N_ELEMENTS(array_types) && strcmp(array_types[kind].name, name) != 0)
        kind++;
    if (kind == G_N_ELEMENTS(array_types)) {
        bad(p, "an array of a type that cannot be one");
        return;
    }
    expect(p, ",");
    struct pc_nbfx_string prefix = string(p);
    expect(p, ",");
    struct pc_nbfx_string local = string(p);
    expect(p, ",");
    struct pc_nbfx_string ns = string(p);
    expect(p, ",[");
    GByteArray *values = g_byte_array_new();
    uint32_t count = 0;
    do {
        array_item(p, array_types[kind].type, array_types[kind].octets, values);
        count++;
    } while (take(p, ",") && !p->why);
    expect(p, "])");
    pc_nbfx_array_start(p->w);
    pc_nbfx_start(p->w, prefix, local, ns);
    pc_nbfx_array_end(p->w, array_types[kind].type, count, values->data, values->len);
    g_byte_array_unref(values);
}

/* ---- structure ---- */

static void attribute(struct parser *p)
{
    struct pc_nbfx_string prefix = string(p);
    expect(p, ",");
    struct pc_nbfx_string name = string(p);
    expect(p, ",");
    struct pc_nbfx_string ns = string(p);
    expect(p, ",");
    pc_nbfx_attribute_start(p->w, prefix, name, ns);
    if (!value(p))
        pc_nbfx_text(p->w, string(p));
    pc_nbfx_attribute_end(p->w);
    expect(p, ")");
}

static void list(struct parser *p)
{
    pc_nbfx_list_start(p->w);
    while (value(p))
        take(p, ",");
    pc_nbfx_list_end(p->w);
    expect(p, ")");
}

static void call(struct parser *p)
{
    if (take(p, "start(")) {
        struct pc_nbfx_string prefix = string(p);
        expect(p, ",");
        struct pc_nbfx_string name = string(p);
        expect(p, ",");
        struct pc_nbfx_string ns = string(p);
        expect(p, ")");
        pc_nbfx_start(p->w, prefix, name, ns);
    } else if (take(p, "end()") || take(p, "fullend()")) {
        pc_nbfx_end(p->w);
    } else if (take(p, "xmlns(")) {
        struct pc_nbfx_string prefix = string(p);
        expect(p, ",");
        pc_nbfx_xmlns(p->w, prefix, string(p));
        expect(p, ")");
    } else if (take(p, "attr(")) {
        attribute(p);
    } else if (take(p, "comment(")) {
        pc_nbfx_comment(p->w, quoted(p));
        expect(p, ")");
    } else if (take(p, "qname(")) {
        struct pc_nbfx_string local = string(p);
        expect(p, ",");
        pc_nbfx_qname(p->w, local, string(p));
        expect(p, ")");
    } else if (take(p, "list(")) {
        list(p);
    } else if (take(p, "array(")) {
        array(p);
    } else if (!value(p)) {
        bad(p, "a call that is not in the table's language");
    }
}

bool vec_calls(const char *calls, struct pc_nbfx_writer *writer, const char **why)
{
    struct parser p = {.at = calls, .w = writer, .texts = g_ptr_array_new_with_free_func(g_free)};
    while (!p.why && *(p.at += strspn(p.at, " ")))
        call(&p);
    g_ptr_array_unref(p.texts);
    *why = p.why;
    return p.why == NULL;
}
