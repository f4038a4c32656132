#include "tests/unit/roles/rig.h"

#include "scenarios/engine/role_lua.h"
#include "scenarios/engine/run_private.h"
#include "scenarios/engine/script.h"
#include "scenarios/engine/verdict.h"

#include <criterion/criterion.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void say_nothing(void *user, const char *line)
{
    (void)user;
    (void)line;
}

static struct scn_plan *load(const char *body, const struct how *how, GError **error)
{
    bool ends = strstr(body, "finish(") != NULL;
    char *folder = g_dir_make_tmp("peermesh-roles-XXXXXX", NULL), *path = g_build_filename(folder, "t.lua", NULL);
    char *beside = g_build_filename(folder, "m.lua", NULL);
    char *text = g_strdup_printf("local p = scenario { title = 'T', story = 'S.' }\nnetwork 'null'\n%s%s%s",
                                 strstr(body, "mesh(") ? "" : "local m = mesh 'm'\n", body, ends ? "" : "\nfinish(settled + '1min')\n");
    cr_assert(g_file_set_contents(path, text, -1, NULL));
    cr_assert(!how->module || g_file_set_contents(beside, how->module, -1, NULL));
    struct scn_script_options options = {
        .path = path, .library = "scenarios", .seed = how->seed ? how->seed : 1, .print = say_nothing};
    struct scn_plan *plan = scn_script_load(&options, error);
    g_unlink(path);
    g_unlink(beside);
    g_rmdir(folder);
    g_free(folder);
    g_free(path);
    g_free(beside);
    g_free(text);
    return plan;
}

static void judge(struct scn_verdict *verdict, struct told *told)
{
    size_t size;
    FILE *out = open_memstream(&told->table, &size);
    told->failed = scn_verdict_judge(verdict, NULL, "again", out);
    fclose(out);
}

struct told tell(const char *body, struct how how)
{
    struct told told = {0};
    GError *error = NULL;
    struct scn_run_options options = {.memo_off = how.memo_off, .lua_memory = how.lua_memory};
    struct scn_plan *plan = load(body, &how, &error);
    struct scn_run *run = plan ? scn_run_new(plan, &options, &error) : NULL;
    struct scn_verdict *verdict = run ? scn_verdict_register(run, &error) : NULL;
    if (verdict && scn_run_go(run, &error)) {
        const struct scn_summary *summary = scn_run_summary(run);
        told.outcome = summary->outcome;
        memcpy(told.fingerprint, summary->fingerprint, sizeof told.fingerprint);
        judge(verdict, &told);
        told.memory = run->troupe ? scn_troupe_memory(run->troupe) : 0;
        told.events = run->troupe ? scn_troupe_events(run->troupe) : 0;
    }
    told.error = error ? g_strdup(error->message) : NULL;
    g_clear_error(&error);
    scn_verdict_free(verdict);
    scn_run_free(run);
    scn_plan_free(plan);
    return told;
}

void told_clear(struct told *told)
{
    g_free(told->error);
    free(told->table);
}

void holds(const char *body)
{
    struct told told = tell(body, (struct how){0});
    cr_expect_null(told.error, "%s\n%s", body, told.error);
    cr_expect(!told.error && told.failed == 0 && told.outcome == SCN_ENDED, "%s\n%s", body, told.table ? told.table : "");
    told_clear(&told);
}

void refuses(const char *body, const char *text)
{
    struct told told = tell(body, (struct how){0});
    cr_expect_not_null(told.error, "nothing was refused:\n%s\n%s", body, told.table ? told.table : "");
    cr_expect(told.error && strstr(told.error, text), "%s\n  says     %s\n  expected %s", body, told.error ? told.error : "", text);
    told_clear(&told);
}
