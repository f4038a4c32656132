#include "scenarios/conform/flow.h"

#include "analysis/dissect.h"

#include <string.h>

static const struct pc_nmf_limits wide = {.via = 64u << 10, .name = 64u << 10, .envelope = AN_ENVELOPE_OCTETS};

static void free_record(gpointer data)
{
    struct cf_record *record = data;
    g_free(record->name);
    g_free(record->problem);
    g_free(record);
}

void cf_flow_init(struct cf_flow *flow, bool from_initiator)
{
    *flow = (struct cf_flow){.octets = g_byte_array_new(),
                             .marks = g_array_new(FALSE, FALSE, sizeof(struct cf_mark)),
                             .records = g_ptr_array_new_with_free_func(free_record),
                             .closed = -1,
                             .from_initiator = from_initiator};
}

void cf_flow_clear(struct cf_flow *flow, struct pc_codec *codec)
{
    for (guint i = 0; i < flow->records->len; i++)
        pc_table_unref(codec, ((struct cf_record *)flow->records->pdata[i])->table);
    g_byte_array_unref(flow->octets);
    g_array_unref(flow->marks);
    g_ptr_array_unref(flow->records);
}

void cf_flow_add(struct cf_flow *flow, const uint8_t *octets, uint32_t size, int64_t time, bool timer)
{
    g_byte_array_append(flow->octets, octets, size);
    struct cf_mark mark = {flow->octets->len, time, timer};
    g_array_append_val(flow->marks, mark);
}

static const struct cf_mark *mark_of(const struct cf_flow *flow, uint64_t end, guint *from)
{
    while (*from + 1 < flow->marks->len && g_array_index(flow->marks, struct cf_mark, *from).end < end)
        ++*from;
    return &g_array_index(flow->marks, struct cf_mark, *from);
}

/* What a message is called: a flood by its id, since each is another one. */
static char *name_of(const struct pc_message *message)
{
    if (message->kind == PC_KIND_FLOOD) {
        struct pc_text id = message->u.flood.id_text.n ? message->u.flood.id_text : message->message_id.text;
        return g_strdup_printf("flood %.*s", (int)id.n, id.s ? id.s : "");
    }
    if (message->kind != PC_KIND_UNKNOWN)
        return g_strdup(pc_kind_name(message->kind));
    return g_strdup_printf("message %.*s", (int)message->action.n, message->action.s ? message->action.s : "");
}

static char *name_of_framing(const struct pc_nmf_record *nmf)
{
    const char *name = pc_nmf_type_name(nmf->type);
    switch (nmf->type) {
    case PC_NMF_VERSION:
        return g_strdup_printf("%s %u.%u", name, nmf->value[0], nmf->value[1]);
    case PC_NMF_MODE:
    case PC_NMF_KNOWN_ENCODING:
        return g_strdup_printf("%s %u", name, nmf->value[0]);
    case PC_NMF_VIA:
    case PC_NMF_FAULT:
    case PC_NMF_UPGRADE_REQUEST:
        return g_strdup_printf("%s %.*s", name, (int)nmf->size, (const char *)nmf->payload);
    default:
        return g_strdup(name);
    }
}

static void read_envelope(struct cf_record *record, struct pc_codec *codec, struct pc_table **table,
                          const struct pc_nmf_record *nmf, cf_message_visit visit, void *user)
{
    struct pc_message message;
    GError *error = NULL;
    record->new_strings = *table ? (*table)->count : 0;
    bool ok = pc_message_read(codec, table, nmf->payload, nmf->size, &message, &error);
    record->kind = ok ? message.kind : PC_KIND_UNKNOWN;
    record->table = *table ? pc_table_ref(*table) : NULL;
    uint32_t strings; /* octets of the string table in front of the document: [MC-NBFSE] 2.1 */
    int used = *table ? pc_mb31_read(nmf->payload, nmf->size, &strings) : 0;
    if (used > 0 && strings <= nmf->size - (uint32_t)used) {
        record->document_size = nmf->size - (uint32_t)used - strings;
        record->document = record->offset + record->size - record->document_size;
    }
    record->name = ok ? name_of(&message) : g_strdup("unreadable envelope");
    if (error)
        record->problem = g_strdup(error->message);
    g_clear_error(&error);
    if (ok && visit)
        visit(user, record, &message);
}

void cf_flow_read(struct cf_flow *flow, struct pc_codec *codec, cf_message_visit visit, void *user)
{
    struct pc_nmf_reader reader;
    struct pc_nmf_record nmf;
    struct pc_table *table = pc_table_empty(codec);
    const uint8_t *octets = flow->octets->data;
    size_t left = flow->octets->len;
    guint mark = 0;
    enum pc_nmf_status status;
    pc_nmf_reader_init(&reader, flow->from_initiator, &wide);
    while ((status = pc_nmf_read(&reader, &octets, &left, &nmf)) == PC_NMF_RECORD) {
        struct cf_record *record = g_new0(struct cf_record, 1);
        const struct cf_mark *when = mark_of(flow, nmf.offset + nmf.octets, &mark);
        record->type = nmf.type;
        record->offset = (uint32_t)nmf.offset;
        record->size = nmf.octets;
        record->time = when->time;
        record->timer = when->timer;
        if (nmf.type == (flow->from_initiator ? PC_NMF_VERSION : PC_NMF_PREAMBLE_ACK)) {
            pc_table_unref(codec, table); /* each session begins with an empty table: binary-xml.md 9 */
            table = pc_table_empty(codec);
        }
        if (nmf.type == PC_NMF_SIZED_ENVELOPE)
            read_envelope(record, codec, &table, &nmf, visit, user);
        else
            record->name = name_of_framing(&nmf);
        g_ptr_array_add(flow->records, record);
    }
    flow->broken |= status == PC_NMF_FAILED;
    pc_nmf_reader_clear(&reader);
    pc_table_unref(codec, table);
}

char *cf_flow_infoset(const struct cf_flow *flow, const struct cf_record *record, struct pc_codec *codec)
{
    if (!record->document_size)
        return NULL;
    struct an_record as_captured = {.document = flow->octets->data + record->document,
                                    .document_size = record->document_size,
                                    .table = record->table,
                                    .codec = codec};
    GString *text = g_string_new(NULL);
    an_infoset_append(&as_captured, text);
    return g_string_free(text, FALSE);
}
