/* Text octets: RFC 3629 at each of its edges, and UTF-16 units. */
#include "protocol/wire/utf8.h"
#include "tests/unit/wire/support.h"

#include <criterion/criterion.h>
#include <string.h>

/* UTF-8 of any number below 2^21, also of those that are no characters. */
static size_t put_utf8(uint8_t out[4], uint32_t code, unsigned octets)
{
    static const uint8_t heads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (unsigned i = octets; i-- > 1; code >>= 6)
        out[i] = (uint8_t)(0x80 | (code & 0x3F));
    out[0] = (uint8_t)(heads[octets] | code);
    return octets;
}

Test(utf8, takes_each_character_in_its_shortest_form_and_nothing_else)
{
    static const struct {
        uint32_t code;
        unsigned octets;
        bool valid;
    } rows[] = {
        {0x7F, 1, true},      {0x7F, 2, false},      {0x80, 2, true},      {0x7FF, 2, true},     {0x7FF, 3, false},
        {0x800, 3, true},     {0xD7FF, 3, true},     {0xD800, 3, false},   {0xDFFF, 3, false},   {0xE000, 3, true},
        {0xFFFF, 3, true},    {0xFFFF, 4, false},    {0x10000, 4, true},   {0x10FFFF, 4, true},  {0x110000, 4, false},
        {0x13FFFF, 4, false}, {0x1FFFFF, 4, false},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        for (unsigned before = 0; before < 12; before++) { /* at all places within a word */
            uint8_t text[32];
            memset(text, 'x', sizeof text);
            size_t n = before + put_utf8(text + before, rows[i].code, rows[i].octets);
            cr_assert_eq(pc_utf8_valid(text, n), rows[i].valid, "U+%04X in %u octets", rows[i].code, rows[i].octets);
            cr_assert_eq(pc_utf8_valid(text, n + 5), rows[i].valid, "U+%04X in %u octets, then text", rows[i].code,
                         rows[i].octets);
            if (rows[i].octets > 1) {
                cr_assert_not(pc_utf8_valid(text, n - 1), "U+%04X cut short", rows[i].code);
                text[n - 1] = 'x';
                cr_assert_not(pc_utf8_valid(text, n), "U+%04X whose last octet does not continue it", rows[i].code);
            }
        }
    cr_assert_not(pc_utf8_valid((const uint8_t *)"\x80", 1), "an octet that continues nothing");
}

Test(utf8, counts_two_units_for_a_character_outside_the_basic_plane)
{
    static const struct {
        const char *text;
        size_t units;
    } rows[] = {{"", 0}, {"abcdefghi", 9}, {"\xC3\xA9", 1}, {"\xE2\x82\xAC", 1}, {"\xF0\x9D\x84\x9E", 2},
                {"a\xC3\xA9\xE2\x82\xAC\xF0\x9D\x84\x9Ez", 6}};
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        cr_assert_eq(pc_utf8_units((const uint8_t *)rows[i].text, strlen(rows[i].text)), rows[i].units, "row %u", i);
}

Test(utf8, takes_utf16_surrogates_in_pairs_only)
{
    static const struct {
        const char *hex;
        bool valid;
    } rows[] = {
        {"", true},
        {"61 00 FF D7 00 E0", true},     /* the neighbors of the surrogates */
        {"00 D8 00 DC", true},           /* the first pair */
        {"FF DB FF DF 61 00", true},     /* the last */
        {"00 D8", false},                /* alone at the end */
        {"00 D8 00", false},             /* half a unit behind it */
        {"00 D8 61 00", false},          /* a letter behind it */
        {"00 D8 00 D8 00 DC", false},    /* two high ones */
        {"00 D8 00 E0", false},
        {"00 DC 00 D8", false},          /* the wrong way round */
        {"61 00 62", false},             /* an odd number of octets */
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        GByteArray *octets = g_byte_array_new();
        add_octets(octets, rows[i].hex);
        cr_assert_eq(pc_utf16le_valid(octets->data, octets->len), rows[i].valid, "%s", rows[i].hex);
        g_byte_array_unref(octets);
    }
}
