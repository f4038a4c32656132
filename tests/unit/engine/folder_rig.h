/* Runs scripts in this process, each into a folder of its own that goes away. */
#ifndef TEST_ENGINE_FOLDER_RIG_H
#define TEST_ENGINE_FOLDER_RIG_H

#include "scenarios/engine/run.h"

struct folder_rig {
    char *folder; /* temporary; holds story.lua and, after a run, what the run wrote below run/ */
    char *run_folder;
    struct scn_plan *plan;
    struct scn_run *run;
};

/* Writes the script and reads its plan; asserts that it has no mistake. */
void folder_open(struct folder_rig *rig, const char *script, uint64_t seed);

/* The same for a file of the library. `sets`: "name=value", NULL at the end; or NULL. */
void folder_open_file(struct folder_rig *rig, const char *path, const char *const *sets, uint64_t seed);

/* Makes rig->run; options.folder is filled in. */
void folder_prepare(struct folder_rig *rig, struct scn_run_options options);

/* A file of the run folder. Free with g_free. */
char *folder_file(const struct folder_rig *rig, const char *name);
bool folder_has(const struct folder_rig *rig, const char *name);
void folder_close(struct folder_rig *rig);

#endif
