/* Every file in stories/ and hostile/ is one test. STORY=name runs one alone and prints its trace; REWRITE=1 writes the
 * trace that came out into the file, to be read before it is committed. */
#include "tests/unit/narrative/story.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 256

struct file {
    char path[192];
};

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct file *)a)->path, ((const struct file *)b)->path);
}

static size_t list(const char *folder, struct file files[MOST])
{
    const char *only = getenv("STORY");
    GDir *dir = g_dir_open(folder, 0, NULL);
    size_t count = 0;
    for (const char *name; dir && (name = g_dir_read_name(dir));)
        if (g_str_has_suffix(name, ".story") && count < MOST && (!only || strcmp(only, name) == 0))
            snprintf(files[count++].path, sizeof files[0].path, "%s/%s", folder, name);
    if (dir)
        g_dir_close(dir);
    qsort(files, count, sizeof files[0], by_path);
    return count;
}

static void tell(const struct file *file)
{
    char *report = story_run(file->path, getenv("REWRITE") != NULL);
    cr_assert(report == NULL, "%s", report);
}

ParameterizedTestParameters(narrative, stories)
{
    static struct file files[MOST];
    size_t count = list("tests/unit/narrative/stories", files);
    return cr_make_param_array(struct file, files, count);
}

ParameterizedTest(struct file *file, narrative, stories)
{
    tell(file);
}

ParameterizedTestParameters(narrative, hostile)
{
    static struct file files[MOST];
    size_t count = list("tests/unit/narrative/hostile", files);
    return cr_make_param_array(struct file, files, count);
}

ParameterizedTest(struct file *file, narrative, hostile)
{
    tell(file);
}

/* A harness that found no files would pass: these are the numbers that the issue asks for. */
Test(narrative, there_are_at_least_forty_stories_and_thirty_hostile_scripts)
{
    static struct file files[MOST];
    if (getenv("STORY"))
        return;
    cr_assert_geq(list("tests/unit/narrative/stories", files), 40u);
    cr_assert_geq(list("tests/unit/narrative/hostile", files), 30u);
}

Test(narrative, a_wrong_trace_is_told_line_by_line)
{
    char *diff = story_diff("a\nb\nc\n", "a\nx\nc\n");
    cr_assert_str_eq(diff, "    a\n  - b\n  + x\n    c\n    \n");
    g_free(diff);
}
