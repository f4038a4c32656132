/* Capture files, pcap and pcapng: records in every form, and the timeline that metrics are computed from. */
#include "analysis/capture_timeline.h"
#include "analysis/dissect.h"

#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    int fd = memfd_create("capture", 0);
    g_assert(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    g_snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    static FILE *nowhere;
    if (!nowhere)
        nowhere = fopen("/dev/null", "w");
    for (int form = AN_DISSECT_TEXT; form <= AN_DISSECT_XML; form++) {
        GError *error = NULL;
        int result = an_dissect(path, (enum an_dissect_form)form, nowhere, &error);
        g_assert((result == 0) == (error == NULL));
        g_assert(!error || g_str_has_prefix(error->message, path));
        g_clear_error(&error);
    }
    struct an_capture_options options = {.simulated = size & 1};
    struct an_capture_timeline *timeline = an_capture_timeline_read(path, &options, NULL);
    an_capture_timeline_free(timeline);
    close(fd);
    return 0;
}
