#include "scenarios/engine/file.h"

#include "scenarios/engine/plan.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char *refuse(int fd, char *contents, const char *name, const char *why, GError **error)
{
    if (fd >= 0)
        close(fd);
    g_free(contents);
    g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "%s: %s", name, why);
    return NULL;
}

char *scn_file_read(const char *path, const char *name, gsize most, gsize *length, GError **error)
{
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO must not make us wait */

    if (fd < 0 || fstat(fd, &about) != 0)
        return refuse(fd, NULL, name, g_strerror(errno), error);
    if (!S_ISREG(about.st_mode))
        return refuse(fd, NULL, name, "not a regular file", error);
    if ((guint64)about.st_size > most) {
        g_autofree char *why = g_strdup_printf("more than %" G_GSIZE_FORMAT " octets", most);
        return refuse(fd, NULL, name, why, error);
    }
    gsize size = (gsize)about.st_size, have = 0;
    char *contents = g_malloc(size + 1);
    while (have < size) {
        gssize got = read(fd, contents + have, size - have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return refuse(fd, contents, name, g_strerror(errno), error);
        if (got == 0)
            break;
        have += (gsize)got;
    }
    close(fd);
    contents[have] = '\0';
    *length = have;
    return contents;
}
