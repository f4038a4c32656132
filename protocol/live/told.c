#include "protocol/live/told.h"

#include "protocol/mesh/address.h"
#include "protocol/wire/flood.h"

#include <string.h>

/* ---- the queue ---- */

struct pc_told_queue {
    GSource *source;
    GQueue waiting; /* of struct pc_told */
    void (*play)(void *user, const struct pc_told *told);
    void *user;
    uint8_t refs;
    bool freed;
};

struct source {
    GSource base;
    struct pc_told_queue *queue;
};

static void free_told(struct pc_told *told)
{
    struct peermesh_message *message = &told->message;
    for (size_t i = 0; i < message->value_count; i++) {
        g_free((char *)message->values[i].name);
        g_free((char *)message->values[i].value);
    }
    g_free((struct peermesh_value *)message->values);
    g_free((char *)message->id);
    g_free((char *)message->channel);
    g_free((char *)message->action);
    g_free((char *)message->text);
    g_free((char *)told->event.id);
    g_free((char *)told->event.local);
    g_free((char *)told->event.remote);
    g_free((char *)told->event.text);
    g_free(told->text);
    g_free(told);
}

static void unref(struct pc_told_queue *queue)
{
    if (--queue->refs)
        return;
    for (struct pc_told *told; (told = g_queue_pop_head(&queue->waiting));)
        free_told(told);
    g_free(queue);
}

static gboolean dispatch(GSource *source, GSourceFunc unused, gpointer user)
{
    struct pc_told_queue *queue = ((struct source *)source)->queue;
    (void)unused;
    (void)user;
    queue->refs++;
    g_source_set_ready_time(source, -1);
    for (struct pc_told *told; !queue->freed && (told = g_queue_pop_head(&queue->waiting));) {
        queue->play(queue->user, told);
        free_told(told);
    }
    unref(queue);
    return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = {.dispatch = dispatch};

struct pc_told_queue *pc_told_queue_new(GMainContext *context, void (*play)(void *user, const struct pc_told *told), void *user)
{
    struct pc_told_queue *queue = g_new0(struct pc_told_queue, 1);
    *queue = (struct pc_told_queue){.play = play, .user = user, .refs = 1};
    queue->source = g_source_new(&source_funcs, sizeof(struct source));
    ((struct source *)queue->source)->queue = queue;
    g_source_set_name(queue->source, "peermesh callbacks");
    g_source_set_priority(queue->source, G_PRIORITY_HIGH); /* before the next octets: what waits here stays little */
    g_source_attach(queue->source, context);
    return queue;
}

void pc_told_queue_free(struct pc_told_queue *queue)
{
    if (!queue)
        return;
    queue->freed = true;
    g_source_destroy(queue->source);
    g_source_unref(queue->source);
    unref(queue);
}

struct pc_told *pc_told_add(struct pc_told_queue *queue, enum pc_told_kind kind)
{
    struct pc_told *told = g_new0(struct pc_told, 1);
    told->kind = kind;
    g_queue_push_tail(&queue->waiting, told);
    g_source_set_ready_time(queue->source, 0);
    return told;
}

/* ---- bodies ---- */

struct body {
    GArray *values;
    GString *text;
};

static void add_value(struct body *body, int depth, const char *name, const char *value)
{
    struct peermesh_value copy = {depth, g_strdup(name), g_strdup(value)};
    g_array_append_val(body->values, copy);
    if (!*value)
        return;
    if (body->text->len)
        g_string_append_c(body->text, ' ');
    g_string_append(body->text, value);
}

static void visit(void *user, int depth, struct pc_text name, struct pc_text value)
{
    char *n = g_strndup(name.s, name.n), *v = value.s ? g_strndup(value.s, value.n) : g_strdup("");
    add_value(user, depth, n, v);
    g_free(n);
    g_free(v);
}

static struct body new_body(void)
{
    return (struct body){g_array_new(FALSE, FALSE, sizeof(struct peermesh_value)), g_string_new(NULL)};
}

/* Of our own text messages the text alone is what was said. */
static void end_body(struct body *body, struct peermesh_message *out)
{
    out->value_count = body->values->len;
    out->values = (struct peermesh_value *)(void *)g_array_free(body->values, FALSE);
    const char *data = NULL;
    if (g_str_has_prefix(out->action ? out->action : "", "http://example.org/peermesh/"))
        for (size_t i = 0; i < out->value_count; i++)
            if (strcmp(out->values[i].name, "data") == 0)
                data = out->values[i].value;
    out->text = data ? g_strdup(data) : g_strdup(body->text->str);
    g_string_free(body->text, TRUE);
}

void pc_told_body(struct pc_codec *codec, const struct pc_message *message, struct peermesh_message *out)
{
    struct body body = new_body();
    pc_body_read(codec, message, visit, &body, NULL); /* what can be read of it */
    end_body(&body, out);
}

void pc_told_values(const struct peermesh_value *values, size_t count, struct peermesh_message *out)
{
    struct body body = new_body();
    for (size_t i = 0; i < count; i++)
        add_value(&body, values[i].depth, values[i].name, values[i].value);
    end_body(&body, out);
}

/* ---- notes ---- */

static const struct {
    const char *what;
    bool flood;
} notes[] = {
    [PC_NOTE_SENT] = {"sent", false},
    [PC_NOTE_RECEIVED] = {"received", false},
    [PC_NOTE_FLOOD_SENT] = {"sent", true},
    [PC_NOTE_FLOOD_FIRST] = {"received", true},
    [PC_NOTE_DUPLICATE] = {"duplicate", true},
    [PC_NOTE_HOPS_ENDED] = {"hops-ended", true},
    [PC_NOTE_FILTERED] = {"filtered", true},
    [PC_NOTE_VIOLATION] = {"violation", false},
    [PC_NOTE_DIAL] = {"dial", false},
    [PC_NOTE_DIAL_FAILED] = {"dial-failed", false},
    [PC_NOTE_RESOLVED] = {"resolved", false},
    [PC_NOTE_REFERRALS] = {"referrals", false},
    [PC_NOTE_CYCLE] = {"cycle", false},
    [PC_NOTE_CYCLE_ENDED] = {"cycle-ended", false},
    [PC_NOTE_PRUNED] = {"pruned", false},
    [PC_NOTE_SLOW] = {"slow", false},
    [PC_NOTE_REGISTERED] = {"registered", false},
    [PC_NOTE_CALL_FAILED] = {"call-failed", false},
};

/* What else there is to say about it. */
static char *note_text(const struct pc_mesh *mesh, const struct pc_note *note)
{
    switch (note->kind) {
    case PC_NOTE_VIOLATION:
        return g_strdup(note->text);
    case PC_NOTE_DIAL:
    case PC_NOTE_DIAL_FAILED: {
        struct pc_text uri = note->address ? pc_address_uri(pc_codec_strings(mesh->codec), note->address) : (struct pc_text){0};
        return g_strndup(uri.s, uri.n);
    }
    case PC_NOTE_RESOLVED:
    case PC_NOTE_REFERRALS:
        return g_strdup_printf("%u, new %u", note->a, note->b);
    case PC_NOTE_CYCLE:
    case PC_NOTE_CYCLE_ENDED:
        return g_strdup_printf("%u neighbors", note->b);
    case PC_NOTE_SLOW:
        return g_strdup_printf("%u pending%s", note->a, note->b ? ", dropped" : "");
    case PC_NOTE_REGISTERED:
        return g_strdup_printf("for %" G_GUINT64_FORMAT " s", note->value / 1000000000u);
    default:
        return g_strdup(note->reason ? pc_reason_name((enum pc_reason)note->reason) : NULL);
    }
}

bool pc_told_note(const struct pc_live *live, const struct pc_mesh *mesh, const struct pc_action *action,
                  struct peermesh_event *out)
{
    const struct pc_note *note = &action->u.note;
    *out = (struct peermesh_event){.initiator = note->initiator, .size = note->size};
    if (note->kind == PC_NOTE_STATE) {
        bool up = note->b == PC_LINK_CONNECTED;
        if (!up && note->b != PC_LINK_CLOSED)
            return false;
        out->what = up ? "connected" : "closed";
    } else {
        out->what = notes[note->kind].what;
        if (notes[note->kind].flood) {
            char id[37];
            pc_guid_format(pc_ids_get(mesh->ids, note->id), id);
            out->id = g_strdup(id);
            out->message = "flood";
        } else if (note->kind == PC_NOTE_SENT || note->kind == PC_NOTE_RECEIVED || note->kind == PC_NOTE_CALL_FAILED) {
            out->message = pc_kind_name((enum pc_kind)note->message_kind);
        }
    }
    if (action->conn) {
        out->local = g_strdup(pc_live_local(live, action->conn));
        out->remote = g_strdup(pc_live_remote(live, action->conn));
    }
    out->text = note_text(mesh, note);
    return true;
}
