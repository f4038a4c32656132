#include "scenarios/engine/live_print.h"

#include "scenarios/engine/folder.h"

#include <string.h>

static void member(GString *line, const char *name, const char *text)
{
    if (!text)
        return;
    g_string_append_printf(line, ", \"%s\": ", name);
    scn_json_string(line, text);
}

static GString *begin(const char *event)
{
    GString *line = g_string_new(NULL);
    gint64 us = g_get_real_time();
    g_string_printf(line, "{\"time\": %" G_GINT64_FORMAT ".%06d", us / 1000000, (int)(us % 1000000));
    member(line, "event", event);
    return line;
}

/* In one write: lines of a process that is killed are whole. */
static void end(FILE *out, GString *line)
{
    g_string_append(line, "}\n");
    fwrite(line->str, 1, line->len, out);
    fflush(out);
    g_string_free(line, TRUE);
}

void scn_live_print_event(FILE *out, const struct peermesh_event *event)
{
    GString *line = begin(event->what);
    member(line, "message", event->message);
    member(line, "id", event->id);
    member(line, "local", event->local);
    member(line, "remote", event->remote);
    if (event->local)
        g_string_append_printf(line, ", \"initiator\": %s", event->initiator ? "true" : "false");
    if (event->size)
        g_string_append_printf(line, ", \"size\": %u", event->size);
    member(line, "text", event->text);
    end(out, line);
}

void scn_live_print_message(FILE *out, const struct peermesh_message *message)
{
    GString *line = begin("message");
    member(line, "id", message->id);
    member(line, "channel", message->channel);
    member(line, "action", message->action);
    g_string_append_printf(line, ", \"own\": %s, \"hops\": %" G_GUINT64_FORMAT, message->own ? "true" : "false", message->hops);
    member(line, "text", message->text);
    g_string_append(line, ", \"values\": [");
    for (size_t i = 0; i < message->value_count; i++) {
        g_string_append_printf(line, "%s[%d, ", i ? ", " : "", message->values[i].depth);
        scn_json_string(line, message->values[i].name);
        g_string_append(line, ", ");
        scn_json_string(line, message->values[i].value);
        g_string_append_c(line, ']');
    }
    g_string_append_c(line, ']');
    end(out, line);
}

/* A message is one line: what a peer says cannot make another one, nor steer the terminal. */
static void put_text(FILE *out, const char *text)
{
    for (; *text; text++)
        fputc((unsigned char)*text < ' ' || *text == 127 ? ' ' : *text, out);
}

void scn_live_print_line(FILE *out, const struct peermesh_message *message, bool channel)
{
    if (channel) {
        fputc('@', out);
        put_text(out, message->channel);
        fputc(' ', out);
    }
    put_text(out, message->text);
    fputc('\n', out);
}

void scn_live_print_call(FILE *out, const struct peermesh_event *event)
{
    if (event->message && event->remote && strcmp(event->what, "received") == 0)
        fprintf(out, "%s %s\n", event->remote, event->message);
}
