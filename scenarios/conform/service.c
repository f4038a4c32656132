#include "scenarios/conform/service.h"

struct cf_service {
    struct cf_capture *capture;
    const struct cf_captured_node *node;
    const struct cf_held *held;
    struct pc_codec *codec; /* its own: our core's keeps what a step refers to */
    GPtrArray *calls;       /* of struct cf_called */
};

struct cf_service_end {
    struct cf_service *service;
    struct pc_nmf_reader reader;
    struct pc_table *table;
    const struct cf_record *cause;
    bool timer;                     /* the call was begun at our core's timer */
    const struct cf_call *answered; /* the last call: when its session ended */
};

static void free_call(gpointer data)
{
    g_free(data);
}

struct cf_service *cf_service_new(struct cf_capture *capture, const struct cf_captured_node *node, const struct cf_held *held)
{
    struct cf_service *service = g_new0(struct cf_service, 1);
    service->capture = capture;
    service->node = node;
    service->held = held;
    service->codec = pc_codec_new(NULL);
    service->calls = g_ptr_array_new_with_free_func(free_call);
    return service;
}

void cf_service_free(struct cf_service *service)
{
    for (guint i = 0; i < service->calls->len; i++)
        cf_flow_clear(&((struct cf_called *)service->calls->pdata[i])->ours, service->capture->codec);
    g_ptr_array_unref(service->calls);
    pc_codec_free(service->codec);
    g_free(service);
}

struct cf_service_end *cf_service_accept(struct cf_service *service)
{
    struct cf_service_end *end = g_new0(struct cf_service_end, 1);
    end->service = service;
    end->table = pc_table_empty(service->codec);
    pc_nmf_reader_init(&end->reader, true, NULL);
    return end;
}

void cf_service_cause(struct cf_service_end *end, const struct cf_record *cause, bool timer)
{
    end->cause = cause;
    end->timer = timer;
}

void cf_service_end_free(struct cf_service_end *end)
{
    if (!end)
        return;
    pc_nmf_reader_clear(&end->reader);
    pc_table_unref(end->service->codec, end->table);
    g_free(end);
}

static const struct cf_call *counterpart(const struct cf_service *service, enum pc_kind kind)
{
    unsigned before = 0;
    for (guint i = 0; i < service->calls->len; i++)
        before += ((const struct cf_called *)service->calls->pdata[i])->kind == kind;
    for (guint i = 0; i < service->node->calls->len; i++) {
        const struct cf_call *call = &g_array_index(service->node->calls, struct cf_call, i);
        if (call->kind == kind && before-- == 0)
            return call;
    }
    return NULL;
}

static const struct cf_call *last_of(const struct cf_service *service, enum pc_kind kind)
{
    const struct cf_call *last = NULL;
    for (guint i = 0; i < service->node->calls->len; i++) {
        const struct cf_call *call = &g_array_index(service->node->calls, struct cf_call, i);
        if (call->kind == kind)
            last = call;
    }
    return last;
}

/* A damaged capture may hold anything in the place of an answer. */
static bool can_be_written(enum pc_kind kind)
{
    return kind != PC_KIND_UNKNOWN && kind != PC_KIND_FLOOD && kind != PC_KIND_REQUEST_SECURITY_TOKEN &&
           kind != PC_KIND_REQUEST_SECURITY_TOKEN_RESPONSE;
}

/* The captured answer with our call's id, under the empty table of a new session. */
static GBytes *rewritten(struct cf_service *service, const struct cf_call *call, const struct pc_message *request)
{
    struct pc_codec *codec = service->codec;
    struct pc_table *in = pc_table_empty(codec), *out = pc_table_empty(codec);
    struct pc_unique_id id = request->message_id;
    char *text = g_strndup(id.text.s, id.text.n); /* the next read takes the request's memory */
    id.text.s = text;
    struct pc_message answer;
    GBytes *bytes = NULL;
    const struct cf_flow *flow = &call->connection->flows[0];
    for (guint i = 0; i <= call->answer && call->answer < flow->records->len; i++) { /* for the session's strings */
        const struct cf_record *record = flow->records->pdata[i];
        if (record->type == PC_NMF_PREAMBLE_ACK) {
            pc_table_unref(codec, in);
            in = pc_table_empty(codec);
        }
        uint32_t size;
        const uint8_t *octets = flow->octets->data + record->offset;
        int used = record->type == PC_NMF_SIZED_ENVELOPE ? pc_mb31_read(octets + 1, record->size - 1, &size) : 0;
        bool good = used > 0 && in && pc_message_read(codec, &in, octets + 1 + used, size, &answer, NULL);
        if (!good || i != call->answer || !can_be_written(answer.kind))
            continue;
        answer.relates_to = id;
        struct pc_buf *buf = pc_message_write(codec, &out, 0, &answer);
        bytes = g_bytes_new(buf->data, buf->size);
        pc_buf_unref(buf);
    }
    pc_table_unref(codec, in);
    pc_table_unref(codec, out);
    g_free(text);
    return bytes;
}

/* For a node that never asks: referrals may be shared. */
static GBytes *settings(struct cf_service *service, const struct pc_message *request)
{
    struct pc_message answer = {.kind = PC_KIND_GET_SERVICE_SETTINGS_RESPONSE, .relates_to = request->message_id};
    struct pc_table *table = pc_table_empty(service->codec);
    struct pc_buf *buf = pc_message_write(service->codec, &table, 0, &answer);
    GBytes *bytes = g_bytes_new(buf->data, buf->size);
    pc_buf_unref(buf);
    pc_table_unref(service->codec, table);
    return bytes;
}

static void keep_request(struct cf_service *service, struct cf_called *call, const struct pc_nmf_record *nmf, int64_t now)
{
    struct pc_buf *preamble = pc_nmf_preamble(PC_TEXT("net.tcp://service"));
    uint8_t head[6] = {PC_NMF_SIZED_ENVELOPE};
    uint32_t size = 1 + (uint32_t)pc_mb31_write(head + 1, nmf->size);
    cf_flow_init(&call->ours, true);
    cf_flow_add(&call->ours, preamble->data, preamble->size, now, call->timer);
    cf_flow_add(&call->ours, head, size, now, call->timer);
    cf_flow_add(&call->ours, nmf->payload, nmf->size, now, call->timer);
    cf_flow_read(&call->ours, service->capture->codec, NULL, NULL);
    pc_buf_unref(preamble);
}

static void called(struct cf_service_end *end, const struct pc_nmf_record *nmf, int64_t now,
                   void (*answer)(void *, GBytes *, int64_t), void *user)
{
    struct cf_service *service = end->service;
    struct pc_message request;
    if (!end->table || !pc_message_read(service->codec, &end->table, nmf->payload, nmf->size, &request, NULL))
        return;
    struct cf_called *call = g_new0(struct cf_called, 1);
    *call = (struct cf_called){.kind = request.kind, .time = now, .timer = end->timer, .cause = end->cause,
                               .theirs = counterpart(service, request.kind)};
    keep_request(service, call, nmf, now);
    g_ptr_array_add(service->calls, call);
    end->answered = call->theirs;
    const struct cf_call *like = call->theirs ? call->theirs : last_of(service, request.kind); /* so that our core can go on */
    if (!like && request.kind == PC_KIND_GET_SERVICE_SETTINGS)
        answer(user, settings(service, &request), now);
    if (!like || like->answer == CF_NO_ANSWER)
        return;
    const struct cf_record *captured = like->connection->flows[0].records->pdata[like->answer];
    GBytes *octets = rewritten(service, like, &request);
    if (octets)
        answer(user, octets, MAX(now, captured->time));
}

void cf_service_octets(struct cf_service_end *end, const uint8_t *octets, uint32_t size, int64_t now,
                       void (*answer)(void *, GBytes *, int64_t), void *user)
{
    struct pc_nmf_record nmf;
    size_t left = size;
    static const uint8_t ack = PC_NMF_PREAMBLE_ACK, over = PC_NMF_END;
    while (pc_nmf_read(&end->reader, &octets, &left, &nmf) == PC_NMF_RECORD) {
        switch (nmf.type) {
        case PC_NMF_VERSION:
            pc_table_unref(end->service->codec, end->table);
            end->table = pc_table_empty(end->service->codec);
            break;
        case PC_NMF_PREAMBLE_END:
            answer(user, g_bytes_new(&ack, 1), now);
            break;
        case PC_NMF_SIZED_ENVELOPE:
            called(end, &nmf, now, answer, user);
            break;
        case PC_NMF_END:
            answer(user, g_bytes_new(&over, 1), 
                   end->answered ? MAX(now, cf_held_until(end->service->held, cf_came_call(end->answered))) : now);
            break;
        default:
            break;
        }
    }
}

const GPtrArray *cf_service_calls(const struct cf_service *service)
{
    return service->calls;
}
