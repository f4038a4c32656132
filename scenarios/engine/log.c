#include "scenarios/engine/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct scn_log {
    GString *waiting; /* until the file is open */
    FILE *file;
    char *path;
    int64_t written;
    int failed; /* errno of the first write that failed */
    bool cut;
};

struct scn_log *scn_log_new(void)
{
    struct scn_log *log = g_new0(struct scn_log, 1);
    log->waiting = g_string_new(NULL);
    return log;
}

static void put(struct scn_log *log, const char *text, size_t size)
{
    if (log->file && fwrite(text, 1, size, log->file) != size && !log->failed)
        log->failed = errno;
    else if (!log->file)
        g_string_append_len(log->waiting, text, (gssize)size);
    log->written += (int64_t)size;
}

bool scn_log_open(struct scn_log *log, const char *folder, GError **error)
{
    g_assert(!log->file);
    log->path = g_build_filename(folder, "log.txt", NULL);
    log->file = fopen(log->path, "w");
    if (!log->file) {
        g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(errno), "%s: %s", log->path, g_strerror(errno));
        return false;
    }
    log->written = 0;
    put(log, log->waiting->str, log->waiting->len);
    g_string_truncate(log->waiting, 0);
    return true;
}

static void begin_line(GString *line, int64_t time, const char *who)
{
    if (time < 0)
        g_string_append_printf(line, "[%14s] %s: ", "plan", who);
    else
        g_string_append_printf(line, "[%5" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT " s] %s: ", time / 1000000000,
                               time % 1000000000 / 1000, who);
}

void scn_log_say(struct scn_log *log, int64_t time, const char *who, const char *format, ...)
{
    if (!log || log->cut)
        return;
    GString *line = g_string_new(NULL);
    va_list list;
    begin_line(line, time, who);
    va_start(list, format);
    g_string_append_vprintf(line, format, list);
    va_end(list);
    if (line->len > SCN_LOG_LINE)
        g_string_append(g_string_truncate(line, SCN_LOG_LINE), " …");
    g_strdelimit(line->str, "\r\n", ' ');
    g_string_append_c(line, '\n');
    if (log->written + (int64_t)line->len > SCN_LOG_MOST) {
        log->cut = true;
        g_string_assign(line, "the log ends here: it is over 64 MiB\n");
    }
    put(log, line->str, line->len);
    g_string_free(line, TRUE);
}

bool scn_log_close(struct scn_log *log, GError **error)
{
    if (!log)
        return true;
    if (!log->file)
        fputs(log->waiting->str, stderr);
    else if (fclose(log->file) != 0 && !log->failed)
        log->failed = errno;
    bool ok = !log->failed;
    if (!ok)
        g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(log->failed), "%s: %s", log->path, g_strerror(log->failed));
    g_string_free(log->waiting, TRUE);
    g_free(log->path);
    g_free(log);
    return ok;
}
