/* Scenario scripts: any text is a plan or one sentence that names the file, within the limits of script.h. */
#include "scenarios/engine/script.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void say_nothing(void *user, const char *line)
{
    (void)user;
    (void)line;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    GError *error = NULL;
    int fd = memfd_create("script", 0);
    g_assert(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    g_snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct scn_script_options options = {.path = path, .library = "scenarios", .seed = 1, .print = say_nothing, .most_instructions = 200000};
    struct scn_plan *plan = scn_script_load(&options, &error);
    g_assert((plan == NULL) == (error != NULL));
    if (plan) {
        char *text = scn_plan_dry_run(plan);
        g_assert(strlen(plan->hash) == 32);
        g_free(text);
    } else {
        g_assert(error->message[0]);
        g_error_free(error);
    }
    scn_plan_free(plan);
    close(fd);
    return 0;
}
