#include "scenarios/engine/log.h"

#include <criterion/criterion.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

struct place {
    char *folder, *file;
};

static struct place new_place(void)
{
    struct place place = {.folder = g_dir_make_tmp("peermesh-log-XXXXXX", NULL)};
    place.file = g_build_filename(place.folder, "log.txt", NULL);
    return place;
}

static char *read_and_remove(struct place *place)
{
    char *text = NULL;
    cr_assert(g_file_get_contents(place->file, &text, NULL, NULL));
    g_unlink(place->file);
    g_rmdir(place->folder);
    g_free(place->file);
    g_free(place->folder);
    return text;
}

Test(log, lines_said_before_the_folder_exists_come_first)
{
    struct place place = new_place();
    struct scn_log *log = scn_log_new();
    scn_log_say(log, SCN_LOG_BEFORE, "script", "%d homes", 40);
    cr_assert(scn_log_open(log, place.folder, NULL));
    scn_log_say(log, INT64_C(61000007000), "home[3]", "two\nlines");
    cr_assert(scn_log_close(log, NULL));
    char *text = read_and_remove(&place);
    cr_assert_str_eq(text, "[          plan] script: 40 homes\n[   61.000007 s] home[3]: two lines\n");
    g_free(text);
}

Test(log, a_long_line_and_a_long_log_are_cut_and_say_so)
{
    struct place place = new_place();
    struct scn_log *log = scn_log_new();
    char *line = g_strnfill(2 * SCN_LOG_LINE, 'x');
    cr_assert(scn_log_open(log, place.folder, NULL));
    for (int64_t octets = 0; octets < SCN_LOG_MOST + 10 * SCN_LOG_LINE; octets += SCN_LOG_LINE)
        scn_log_say(log, 0, "a", "%s", line);
    cr_assert(scn_log_close(log, NULL));
    char *text = read_and_remove(&place);
    cr_assert_leq(strlen(text), (size_t)SCN_LOG_MOST + 100);
    cr_assert(g_str_has_suffix(text, "x …\nthe log ends here: it is over 64 MiB\n"));
    g_free(text);
    g_free(line);
}

Test(log, a_folder_that_cannot_be_written_is_an_error_with_its_name)
{
    GError *error = NULL;
    struct scn_log *log = scn_log_new();
    cr_assert_not(scn_log_open(log, "/nowhere/at/all", &error));
    cr_assert_str_eq(error->message, "/nowhere/at/all/log.txt: No such file or directory");
    g_error_free(error);
    scn_log_close(log, NULL);
}

Test(log, a_full_disk_is_an_error_at_the_end)
{
    GError *error = NULL;
    if (access("/dev/full", W_OK) != 0)
        return;
    struct place place = new_place();
    cr_assert_eq(symlink("/dev/full", place.file), 0);
    struct scn_log *log = scn_log_new();
    cr_assert(scn_log_open(log, place.folder, NULL));
    scn_log_say(log, 0, "a", "hello");
    cr_assert_not(scn_log_close(log, &error));
    cr_assert(g_str_has_suffix(error->message, "log.txt: No space left on device"), "%s", error->message);
    g_error_free(error);
    g_unlink(place.file);
    g_rmdir(place.folder);
    g_free(place.file);
    g_free(place.folder);
}
