#include "tests/unit/narrative/story.h"

/* The longest common subsequence of lines: stories are short. */
char *story_diff(const char *expected, const char *actual)
{
    char **a = g_strsplit(expected, "\n", -1), **b = g_strsplit(actual, "\n", -1);
    guint n = g_strv_length(a), m = g_strv_length(b);
    guint *common = g_new0(guint, (gsize)(n + 1) * (m + 1));
#define COMMON(i, k) common[(gsize)(i) * (m + 1) + (k)]
    for (guint i = n; i-- > 0;)
        for (guint k = m; k-- > 0;)
            COMMON(i, k) = g_str_equal(a[i], b[k]) ? COMMON(i + 1, k + 1) + 1 : MAX(COMMON(i + 1, k), COMMON(i, k + 1));
    GString *out = g_string_new(NULL);
    guint i = 0, k = 0;
    while (i < n || k < m) {
        if (i < n && k < m && g_str_equal(a[i], b[k])) {
            g_string_append_printf(out, "    %s\n", a[i]);
            i++, k++;
        } else if (k == m || (i < n && COMMON(i + 1, k) >= COMMON(i, k + 1))) {
            g_string_append_printf(out, "  - %s\n", a[i++]);
        } else {
            g_string_append_printf(out, "  + %s\n", b[k++]);
        }
    }
#undef COMMON
    g_free(common);
    g_strfreev(a);
    g_strfreev(b);
    return g_string_free(out, FALSE);
}
