#include "protocol/wire/strings.h"

#include <criterion/criterion.h>
#include <glib.h>
#include <string.h>

Test(strings, equal_content_gives_the_same_handle_and_counts_references)
{
    struct pc_strings *pool = pc_strings_new();
    char text[] = "net.p2p://mesh1/";
    pc_str a = pc_str_intern(pool, text, strlen(text));
    cr_assert_neq(a, 0u);
    text[0] = 'N';
    pc_str b = pc_str_intern(pool, "net.p2p://mesh1/", 16), other = pc_str_intern(pool, text, 16);
    cr_assert_eq(a, b);
    cr_assert_neq(a, other);
    cr_assert_eq(pc_strings_count(pool), 2u);
    pc_str_unref(pool, a);
    cr_assert_eq(pc_str_find(pool, "net.p2p://mesh1/", 16), a, "one reference is left");
    pc_str_unref(pool, b);
    cr_assert_eq(pc_str_find(pool, "net.p2p://mesh1/", 16), 0u, "looking up takes none");
    pc_str_unref(pool, other);
    pc_str_unref(pool, 0);
    cr_assert_eq(pc_strings_count(pool), 0u);
    pc_strings_free(pool);
}

Test(strings, the_empty_string_and_strings_with_nul_are_strings)
{
    struct pc_strings *pool = pc_strings_new();
    pc_str empty = pc_str_intern(pool, "", 0), nul = pc_str_intern(pool, "a\0b", 3), a = pc_str_intern(pool, "a", 1);
    cr_assert(empty && nul && a && nul != a && empty != a);
    cr_assert_eq(pc_str_text(pool, nul).n, 3u);
    cr_assert_eq(memcmp(pc_str_text(pool, nul).s, "a\0b", 4), 0, "and a NUL behind it");
    cr_assert_eq(pc_str_text(pool, empty).n, 0u);
    cr_assert_null(pc_str_text(pool, 0).s);
    pc_strings_free(pool);
}

/* Interning and giving back at random, beside an array that does the same in the plainest way. */
Test(strings, ten_thousand_at_random_agree_with_a_plain_array)
{
    enum { NAMES = 3000, STEPS = 60000 };
    struct pc_strings *pool = pc_strings_new();
    unsigned *refs = g_new0(unsigned, NAMES), live = 0;
    pc_str *handles = g_new0(pc_str, NAMES);
    GRand *random = g_rand_new_with_seed(7);
    for (unsigned step = 0; step < STEPS; step++) {
        unsigned i = (unsigned)g_rand_int_range(random, 0, NAMES);
        char text[32];
        int n = g_snprintf(text, sizeof text, "string number %u", i);
        if (refs[i] && g_rand_boolean(random)) {
            pc_str_unref(pool, handles[i]);
            live -= --refs[i] == 0;
        } else {
            pc_str handle = pc_str_intern(pool, text, (size_t)n);
            cr_assert(!refs[i] || handle == handles[i], "step %u", step);
            handles[i] = handle;
            live += refs[i]++ == 0;
        }
        cr_assert_eq(pc_str_find(pool, text, (size_t)n), refs[i] ? handles[i] : 0, "step %u", step);
        cr_assert_eq(pc_strings_count(pool), live, "step %u", step);
    }
    for (unsigned i = 0; i < NAMES; i++)
        while (refs[i] && refs[i]--)
            pc_str_unref(pool, handles[i]);
    cr_assert_eq(pc_strings_count(pool), 0u);
    g_rand_free(random);
    g_free(refs);
    g_free(handles);
    pc_strings_free(pool);
}
