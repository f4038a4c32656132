/* Is each entry of the state table exercised by a story, and does each matter? The program is linked so that the core's calls of
 * pc_fsm_row() come by here (ld --wrap): what is asked is recorded, and one entry can be altered. */
#include "tests/unit/narrative/story.h"

#include "protocol/mesh/fsm.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_ROWS    96
#define MOST_STORIES 512

const struct pc_fsm_row *__wrap_pc_fsm_row(const struct pc_rules *rules, enum pc_link_event event, bool initiator,
                                           enum pc_link_state state);
const struct pc_fsm_row *__real_pc_fsm_row(const struct pc_rules *rules, enum pc_link_event event, bool initiator,
                                           enum pc_link_state state);

static bool asked[2][PC_LINK_EVENTS][2][PC_LINK_STATES];
static bool touched[MOST_ROWS][MOST_STORIES]; /* row by story */
static uint32_t story_now;
static const struct pc_fsm_row *changed_row; /* NULL, or the row that reads as `changed` */
static struct pc_fsm_row changed;

const struct pc_fsm_row *__wrap_pc_fsm_row(const struct pc_rules *rules, enum pc_link_event event, bool initiator,
                                           enum pc_link_state state)
{
    uint32_t count;
    const struct pc_fsm_row *row = __real_pc_fsm_row(rules, event, initiator, state), *all = pc_fsm_rows(&count);
    asked[rules->flood_needs_connected][event][initiator][state] = true;
    touched[row - all][story_now] = true;
    return row == changed_row ? &changed : row;
}

static gint by_path(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Paths of all stories, in a fixed order. */
static GPtrArray *all_stories(void)
{
    static const char *const folders[] = {"tests/unit/narrative/stories", "tests/unit/narrative/hostile"};
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    for (unsigned f = 0; f < G_N_ELEMENTS(folders); f++) {
        GDir *dir = g_dir_open(folders[f], 0, NULL);
        for (const char *name; dir && (name = g_dir_read_name(dir));)
            if (g_str_has_suffix(name, ".story"))
                g_ptr_array_add(paths, g_build_filename(folders[f], name, NULL));
        if (dir)
            g_dir_close(dir);
    }
    g_ptr_array_sort(paths, by_path);
    cr_assert_lt(paths->len, (guint)MOST_STORIES);
    return paths;
}

static GPtrArray *tell_all(void)
{
    GPtrArray *paths = all_stories();
    for (story_now = 0; story_now < paths->len; story_now++)
        g_free(story_run(paths->pdata[story_now], false));
    return paths;
}

/* Does the story come out otherwise (or end in a crash) with the altered entry? */
static bool breaks(const char *path, const struct pc_fsm_row *row, const struct pc_fsm_row *altered)
{
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        int nowhere = open("/dev/null", O_WRONLY);
        dup2(nowhere, 2);
        changed_row = row;
        changed = *altered;
        _exit(story_run(path, false) != NULL);
    }
    int status;
    waitpid(child, &status, 0);
    return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

static bool some_story_breaks(const GPtrArray *paths, uint32_t number, const struct pc_fsm_row *row,
                              const struct pc_fsm_row *altered)
{
    for (guint i = 0; i < paths->len; i++)
        if (touched[number][i] && breaks(paths->pdata[i], row, altered))
            return true;
    return false;
}

static const char *verdict_name(unsigned verdict)
{
    static const char *const names[] = {"impossible", "process", "ignore", "abort"};
    return names[verdict];
}

Test(table, every_pair_of_event_and_state_is_exercised_or_named_impossible)
{
    GPtrArray *paths = tell_all();
    GString *missing = g_string_new(NULL);
    for (unsigned d = 0; d < 2; d++) {
        const struct pc_rules *rules = pc_rules_of(d ? PC_DIALECT_PROFILE : PC_DIALECT_NET);
        for (unsigned event = 0; event < PC_LINK_EVENTS; event++)
            for (unsigned role = 0; role < 2; role++)
                for (unsigned state = 0; state < PC_LINK_STATES; state++) {
                    if (state == 7) /* Faulted is never set: peer-channel.md 9.1 */
                        continue;
                    const struct pc_fsm_row *row =
                        __real_pc_fsm_row(rules, (enum pc_link_event)event, role, (enum pc_link_state)state);
                    if (row->only ? !asked[d][event][role][state] : !asked[0][event][role][state] && !asked[1][event][role][state])
                        if (row->verdict != PC_VERDICT_IMPOSSIBLE)
                            g_string_append_printf(missing, "%s, %s, in %s%s\n", pc_link_event_name((enum pc_link_event)event),
                                                   role ? "initiator" : "responder",
                                                   pc_link_state_name((enum pc_link_state)state), d ? " (strict)" : "");
                    if (row->verdict == PC_VERDICT_IMPOSSIBLE && asked[d][event][role][state])
                        g_string_append_printf(missing, "%s, %s, in %s is named impossible and has happened\n",
                                               pc_link_event_name((enum pc_link_event)event),
                                               role ? "initiator" : "responder",
                                               pc_link_state_name((enum pc_link_state)state));
                }
    }
    cr_assert_eq(missing->len, (gsize)0, "no story for:\n%s", missing->str);
    g_string_free(missing, TRUE);
    g_ptr_array_unref(paths);
}

/* Each verdict replaced by the others that its place allows, each state taken out of where a row may lead. */
Test(table, changing_one_entry_breaks_a_story)
{
    GPtrArray *paths = tell_all();
    GString *survivors = g_string_new(NULL);
    uint32_t count, tried = 0;
    const struct pc_fsm_row *rows = pc_fsm_rows(&count);
    cr_assert_leq(count, (uint32_t)MOST_ROWS);
    for (uint32_t i = 0; i < count; i++) {
        if (rows[i].verdict == PC_VERDICT_IMPOSSIBLE)
            continue;
        struct pc_fsm_row altered = rows[i];
        for (unsigned v = PC_VERDICT_IGNORE; v <= PC_VERDICT_ABORT; v++) {
            altered.verdict = (uint8_t)v;
            if (v == rows[i].verdict)
                continue;
            tried++;
            if (!some_story_breaks(paths, i, &rows[i], &altered))
                g_string_append_printf(survivors, "row %u (%s: %s): %s instead of %s\n", i,
                                       pc_link_event_name((enum pc_link_event)rows[i].event), rows[i].why, verdict_name(v),
                                       verdict_name(rows[i].verdict));
        }
        altered = rows[i];
        for (unsigned state = 0; state < PC_LINK_STATES; state++) {
            altered.to = (uint16_t)(rows[i].to & ~(1u << state));
            if (altered.to == rows[i].to)
                continue;
            tried++;
            if (!some_story_breaks(paths, i, &rows[i], &altered))
                g_string_append_printf(survivors, "row %u (%s: %s): may no longer lead to %s\n", i,
                                       pc_link_event_name((enum pc_link_event)rows[i].event), rows[i].why,
                                       pc_link_state_name((enum pc_link_state)state));
        }
    }
    cr_assert_gt(tried, 100u);
    cr_assert_eq(survivors->len, (gsize)0, "no story breaks when these entries are changed:\n%s", survivors->str);
    g_string_free(survivors, TRUE);
    g_ptr_array_unref(paths);
}
