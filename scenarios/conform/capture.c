#include "scenarios/conform/capture.h"

#include "analysis/reassembly.h"

struct reading {
    struct cf_capture *capture;
    bool started;
};

static void free_connection(gpointer data)
{
    struct cf_connection *c = data;
    g_array_unref(c->items);
    g_free(c);
}

static void on_opened(void *user, struct an_stream *stream, const struct an_packet *packet)
{
    struct reading *reading = user;
    struct cf_connection *c = g_new0(struct cf_connection, 1);
    (void)packet;
    c->number = stream->number;
    c->ends[0] = stream->ends[0];
    c->ends[1] = stream->ends[1];
    c->whole = true;
    c->items = g_array_new(FALSE, FALSE, sizeof(struct cf_item));
    cf_flow_init(&c->flows[0], false);
    cf_flow_init(&c->flows[1], true);
    g_ptr_array_add(reading->capture->connections, c);
    stream->user = c;
}

static void add_item(struct cf_connection *c, struct cf_item item)
{
    g_array_append_val(c->items, item);
}

static void on_flag(void *user, struct an_stream *stream, bool from, uint8_t flag, const struct an_packet *packet)
{
    struct cf_connection *c = stream->user;
    (void)user;
    add_item(c, (struct cf_item){packet->time, flag == AN_TCP_SYN ? CF_SYN : flag == AN_TCP_FIN ? CF_FIN : CF_RST, from, 0, 0});
    if (flag != AN_TCP_SYN && c->flows[from].closed < 0) {
        c->flows[from].closed = packet->time;
        c->flows[from].reset = flag == AN_TCP_RST;
    }
}

static void on_octets(void *user, struct an_stream *stream, bool from, const uint8_t *octets, uint32_t size,
                      const struct an_packet *packet)
{
    struct cf_connection *c = stream->user;
    (void)user;
    add_item(c, (struct cf_item){packet->time, CF_OCTETS, from, c->flows[from].octets->len, size});
    cf_flow_add(&c->flows[from], octets, size, packet->time, false);
}

static void on_gap(void *user, struct an_stream *stream, bool from, uint32_t missing, const struct an_packet *packet)
{
    struct cf_connection *c = stream->user;
    (void)user, (void)missing, (void)packet;
    c->whole = false;
    c->flows[from].broken = true;
}

static void on_ended(void *user, struct an_stream *stream, bool from, const struct an_packet *packet)
{
    (void)user, (void)stream, (void)from, (void)packet;
}

static void on_closed(void *user, struct an_stream *stream)
{
    (void)user, (void)stream;
}

static const struct an_reassembly_ops listener = {
    .opened = on_opened, .flag = on_flag, .octets = on_octets, .gap = on_gap, .ended = on_ended, .closed = on_closed};

static bool read_octets(struct cf_capture *capture, const char *path, GError **error)
{
    struct an_capture *file = an_capture_open(path, error);
    if (!file)
        return false;
    struct reading reading = {capture, false};
    struct an_reassembly *reassembly = an_reassembly_new(&listener, &reading);
    struct an_packet packet;
    enum an_capture_status status;
    while ((status = an_capture_next(file, &packet, error)) == AN_CAPTURE_PACKET) {
        if (!reading.started)
            capture->start = packet.time;
        reading.started = true;
        capture->end = packet.time;
        an_reassembly_packet(reassembly, &packet);
    }
    an_reassembly_finish(reassembly);
    an_reassembly_free(reassembly);
    an_capture_close(file);
    return status == AN_CAPTURE_END;
}

static void learn(void *user, const struct an_record *record)
{
    an_peer_names_learn(user, record);
}

static void name_ends(struct cf_capture *capture)
{
    for (guint i = 0; i < capture->connections->len; i++) {
        struct cf_connection *c = capture->connections->pdata[i];
        struct an_record record = {.stream = c->number, .from_initiator = true, .src = &c->ends[1], .dst = &c->ends[0]};
        c->peers[1] = an_peer_number(capture->names, &record, true);
        c->peers[0] = an_peer_number(capture->names, &record, false);
    }
}

struct cf_capture *cf_capture_read(const char *path, GError **error)
{
    static const struct pc_codec_limits limits = {AN_ENVELOPE_OCTETS, 64u << 10, 1024};
    struct cf_capture *capture = g_new0(struct cf_capture, 1);
    capture->connections = g_ptr_array_new_with_free_func(free_connection);
    capture->names = an_peer_names_new();
    capture->codec = pc_codec_new(&limits);
    if (!an_capture_records(path, learn, capture->names, error) || !read_octets(capture, path, error)) {
        cf_capture_free(capture);
        return NULL;
    }
    name_ends(capture);
    return capture;
}

void cf_capture_free(struct cf_capture *capture)
{
    if (!capture)
        return;
    for (guint i = 0; i < capture->connections->len; i++) {
        struct cf_connection *c = capture->connections->pdata[i];
        cf_flow_clear(&c->flows[0], capture->codec);
        cf_flow_clear(&c->flows[1], capture->codec);
    }
    g_ptr_array_unref(capture->connections);
    if (capture->nodes)
        g_ptr_array_unref(capture->nodes);
    an_peer_names_free(capture->names);
    pc_codec_free(capture->codec);
    g_free(capture);
}
