#include "tests/unit/engine/folder_rig.h"

#include "scenarios/engine/folder.h"
#include "scenarios/engine/script.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>

static void load(struct folder_rig *rig, const char *path, const char *const *sets, uint64_t seed)
{
    GError *error = NULL;
    struct scn_script_options options = {.path = path, .library = "scenarios", .seed = seed, .sets = sets};
    rig->plan = scn_script_load(&options, &error);
    cr_assert_not_null(rig->plan, "%s", error ? error->message : "");
}

static void make_folder(struct folder_rig *rig)
{
    *rig = (struct folder_rig){.folder = g_dir_make_tmp("peermesh-test-XXXXXX", NULL)};
    cr_assert_not_null(rig->folder);
    rig->run_folder = g_build_filename(rig->folder, "run", NULL);
}

void folder_open(struct folder_rig *rig, const char *script, uint64_t seed)
{
    make_folder(rig);
    char *path = g_build_filename(rig->folder, "story.lua", NULL);
    cr_assert(g_file_set_contents(path, script, -1, NULL));
    load(rig, path, NULL, seed);
    g_free(path);
}

void folder_open_file(struct folder_rig *rig, const char *path, const char *const *sets, uint64_t seed)
{
    make_folder(rig);
    load(rig, path, sets, seed);
}

void folder_prepare(struct folder_rig *rig, struct scn_run_options options)
{
    GError *error = NULL;
    options.folder = rig->run_folder;
    options.command = "peermesh run story.lua";
    cr_assert(scn_folder_begin(rig->run_folder, rig->plan, &error), "%s", error ? error->message : "");
    rig->run = scn_run_new(rig->plan, &options, &error);
    cr_assert_not_null(rig->run, "%s", error ? error->message : "");
}

char *folder_file(const struct folder_rig *rig, const char *name)
{
    return g_build_filename(rig->run_folder, name, NULL);
}

bool folder_has(const struct folder_rig *rig, const char *name)
{
    char *path = folder_file(rig, name);
    bool there = g_file_test(path, G_FILE_TEST_IS_REGULAR);
    g_free(path);
    return there;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *walk)
{
    (void)info;
    (void)type;
    (void)walk;
    return remove(path);
}

void folder_close(struct folder_rig *rig)
{
    scn_run_free(rig->run);
    scn_plan_free(rig->plan);
    nftw(rig->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    g_free(rig->folder);
    g_free(rig->run_folder);
}
