/* Lexical forms of values: what a reader delivers when a value is asked for as text. binary-xml.md 5. */
#include "protocol/wire/nbfx_reader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t le(const uint8_t *p, unsigned n)
{
    uint64_t v = 0;
    for (unsigned i = 0; i < n; i++)
        v |= (uint64_t)p[i] << (8 * i);
    return v;
}

/* %G of the C locale, whatever the process's locale says about the point. */
static void append_double(GString *out, double value, int precision, int exact_precision, bool single)
{
    char text[40], format[8];
    if (isnan(value) || isinf(value)) {
        g_string_append(out, isnan(value) ? "NaN" : value > 0 ? "INF" : "-INF");
        return;
    }
    snprintf(format, sizeof format, "%%.%dG", precision);
    g_ascii_formatd(text, sizeof text, format, value);
    double back = g_ascii_strtod(text, NULL);
    if (single ? (float)back != (float)value : back != value) {
        snprintf(format, sizeof format, "%%.%dG", exact_precision);
        g_ascii_formatd(text, sizeof text, format, value);
    }
    g_string_append(out, text);
}

/* 96 bits in decimal, with the point `scale` digits from the right; trailing zeros stay (5.2). */
static void append_decimal(GString *out, const uint8_t *p)
{
    unsigned __int128 n = (unsigned __int128)le(p + 4, 4) << 64 | le(p + 8, 8);
    unsigned scale = p[2], length = 0;
    char digits[48];
    do {
        digits[length++] = (char)('0' + (unsigned)(n % 10));
        n /= 10;
    } while (n || length <= scale);
    if (p[3])
        g_string_append_c(out, '-');
    while (length) {
        if (length == scale)
            g_string_append_c(out, '.');
        g_string_append_c(out, digits[--length]);
    }
}

static void append_fraction(GString *out, uint64_t ticks)
{
    char text[16];
    if (!ticks)
        return;
    int n = snprintf(text, sizeof text, ".%07u", (unsigned)ticks);
    while (text[n - 1] == '0')
        n--;
    g_string_append_len(out, text, n);
}

/* Days since 0001-01-01 to a date of the proleptic Gregorian calendar. */
static void append_date(GString *out, uint64_t days)
{
    uint64_t z = days + 306, era = z / 146097, doe = z % 146097; /* counted from 0000-03-01 */
    uint64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    uint64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    uint64_t month = mp < 10 ? mp + 3 : mp - 9;
    g_string_append_printf(out, "%04u-%02u-%02u", (unsigned)(yoe + era * 400 + (month <= 2)), (unsigned)month,
                           (unsigned)(doy - (153 * mp + 2) / 5 + 1));
}

static void append_datetime(GString *out, const uint8_t *p)
{
    uint64_t word = le(p, 8), ticks = word & ((UINT64_C(1) << 62) - 1), seconds = ticks / 10000000;
    append_date(out, seconds / 86400);
    g_string_append_printf(out, "T%02u:%02u:%02u", (unsigned)(seconds / 3600 % 24), (unsigned)(seconds / 60 % 60),
                           (unsigned)(seconds % 60));
    append_fraction(out, ticks % 10000000);
    /* Kind 2 and 3 are local: the ticks are UTC, and this reader's zone is UTC. */
    g_string_append(out, word >> 62 == 0 ? "" : word >> 62 == 1 ? "Z" : "+00:00");
}

static void append_duration(GString *out, int64_t value)
{
    uint64_t ticks = value < 0 ? (uint64_t)-(value + 1) + 1 : (uint64_t)value, seconds = ticks / 10000000;
    g_string_append(out, value < 0 ? "-P" : "P");
    if (seconds / 86400)
        g_string_append_printf(out, "%" G_GUINT64_FORMAT "D", seconds / 86400);
    unsigned h = (unsigned)(seconds / 3600 % 24), m = (unsigned)(seconds / 60 % 60), s = (unsigned)(seconds % 60);
    uint64_t fraction = ticks % 10000000;
    if (h || m || s || fraction)
        g_string_append_c(out, 'T');
    if (h)
        g_string_append_printf(out, "%uH", h);
    if (m)
        g_string_append_printf(out, "%uM", m);
    if (s || fraction) {
        g_string_append_printf(out, "%u", s);
        append_fraction(out, fraction);
        g_string_append_c(out, 'S');
    }
    if (!ticks)
        g_string_append(out, "T0S");
}

static void append_guid(GString *out, const uint8_t *p)
{
    static const uint8_t order[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
    for (unsigned i = 0; i < 16; i++)
        g_string_append_printf(out, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", p[order[i]]);
}

static void append_utf16(GString *out, const uint8_t *p, uint32_t size)
{
    for (uint32_t i = 0; i + 1 < size; i += 2) {
        gunichar code = p[i] | (gunichar)p[i + 1] << 8;
        if (code >= 0xD800 && code < 0xDC00) { /* in pairs: the reader has seen to that */
            gunichar low = p[i + 2] | (gunichar)p[i + 3] << 8;
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            i += 2;
        }
        g_string_append_unichar(out, code);
    }
}

static void append_base64(GString *out, const uint8_t *p, uint32_t size)
{
    char *text = g_base64_encode(p, size);
    g_string_append(out, text);
    g_free(text);
}

void pc_nbfx_list_reader(const struct pc_nbfx_reader *reader, const struct pc_nbfx_value *list,
                         struct pc_nbfx_reader *items)
{
    *items = *reader;
    items->fragment = true;
    items->depth = items->array_left = 0;
    items->end_due = false;
    items->node = PC_NBFX_TEXT;
    items->error = 0;
    items->p = list->raw;
    items->end = list->raw + list->raw_size;
}

/* The items of a list, joined by blanks. */
static void append_list(const struct pc_nbfx_reader *reader, const struct pc_nbfx_value *list, GString *out)
{
    struct pc_nbfx_reader items;
    pc_nbfx_list_reader(reader, list, &items);
    for (bool first = true; pc_nbfx_next(&items) == PC_NBFX_TEXT; first = false) {
        if (!first)
            g_string_append_c(out, ' ');
        pc_nbfx_append_text(&items, &items.value, out);
    }
}

void pc_nbfx_append_text(const struct pc_nbfx_reader *reader, const struct pc_nbfx_value *value, GString *out)
{
    switch (value->type) {
    case 0x80: case 0x82: case 0x88: case 0x8A: case 0x8C: case 0x8E:
        g_string_append_printf(out, "%" G_GINT64_FORMAT, value->number);
        break;
    case 0x84: case 0x86: case 0xB4:
        g_string_append(out, value->number ? "true" : "false");
        break;
    case 0x90: {
        uint32_t bits = (uint32_t)le(value->raw, 4);
        float f;
        memcpy(&f, &bits, sizeof f);
        append_double(out, (double)f, 7, 9, true);
        break;
    }
    case 0x92: {
        uint64_t bits = le(value->raw, 8);
        double d;
        memcpy(&d, &bits, sizeof d);
        append_double(out, d, 15, 17, false);
        break;
    }
    case 0x94:
        append_decimal(out, value->raw);
        break;
    case 0x96:
        append_datetime(out, value->raw);
        break;
    case 0x98: case 0x9A: case 0x9C: case 0xAA:
        g_string_append_len(out, value->string.text.s, (gssize)value->string.text.n);
        break;
    case 0x9E: case 0xA0: case 0xA2:
        append_base64(out, value->raw, value->raw_size);
        break;
    case 0xA4:
        append_list(reader, value, out);
        break;
    case 0xAC:
        g_string_append(out, "urn:uuid:");
        append_guid(out, value->raw);
        break;
    case 0xAE:
        append_duration(out, (int64_t)le(value->raw, 8));
        break;
    case 0xB0:
        append_guid(out, value->raw);
        break;
    case 0xB2:
        g_string_append_printf(out, "%" G_GUINT64_FORMAT, le(value->raw, 8));
        break;
    case 0xB6: case 0xB8: case 0xBA:
        append_utf16(out, value->raw, value->raw_size);
        break;
    case 0xBC:
        g_string_append_printf(out, "%c:%.*s", (char)('a' + value->number), (int)value->string.text.n,
                               value->string.text.s);
        break;
    default: /* 0xA8: empty */
        break;
    }
}
