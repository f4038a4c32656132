#include "tests/unit/interop/recorded.h"

#include "analysis/dissect_private.h"
#include "protocol/mesh/address.h"

#include <criterion/criterion.h>
#include <string.h>

struct flow {
    uint32_t session;
    GPtrArray *strings[2];
};

struct loading {
    struct an_peer_names *names;
    GPtrArray *records;
    GArray *flows; /* struct flow by stream */
    bool again;    /* second pass: everybody's name is known */
};

static void free_recorded(void *data)
{
    struct recorded *r = data;
    if (r->octets)
        g_bytes_unref(r->octets);
    g_free(r->path);
    g_free(r->registration);
    g_free(r->via);
    g_free(r->action);
    g_free(r);
}

static char *copy(struct pc_text text)
{
    return text.s ? g_strndup(text.s, text.n) : NULL;
}

static bool guid_of(const struct pc_unique_id *id, struct pc_guid *out)
{
    struct pc_text text = id->text;
    if (id->present && id->is_guid)
        *out = id->guid;
    if (text.n == 45 && memcmp(text.s, "urn:uuid:", 9) == 0)
        text = (struct pc_text){text.s + 9, 36};
    return id->present && (id->is_guid || pc_guid_parse(text, out));
}

bool recorded_call(const struct pc_message *m, struct pc_guid *out)
{
    return guid_of(&m->message_id, out);
}

void recorded_keep(struct recorded *out, const struct pc_message *m)
{
    out->kind = m->kind;
    guid_of(&m->relates_to, &out->call);
    switch (m->kind) {
    case PC_KIND_CONNECT:
        out->node_id = m->u.connect.node_id;
        out->path = copy(pc_uri_path(m->u.connect.address.uri));
        return;
    case PC_KIND_WELCOME:
        out->node_id = m->u.welcome.node_id;
        return;
    case PC_KIND_REGISTER:
    case PC_KIND_UPDATE:
        out->path = copy(pc_uri_path(m->u.registration.address.uri));
        return;
    case PC_KIND_REGISTER_RESPONSE:
    case PC_KIND_UPDATE_RESPONSE:
        out->registration = copy(m->u.registered.registration_id);
        return;
    case PC_KIND_REFRESH_RESPONSE:
        out->found = m->u.registered.found;
        return;
    case PC_KIND_RESOLVE_RESPONSE:
        out->addresses = m->u.resolved.count;
        return;
    case PC_KIND_FLOOD:
        if (m->u.flood.has_id)
            out->id = m->u.flood.id;
        else
            guid_of(&m->message_id, &out->id); /* deviation 4 of Mono */
        out->via = copy(m->u.flood.via);
        out->action = copy(m->action);
        return;
    default:
        return;
    }
}

/* A framing record's octets, from its parts. */
static GBytes *framing(const struct pc_nmf_record *nmf)
{
    GByteArray *out = g_byte_array_new();
    uint8_t type = (uint8_t)nmf->type, size[5];
    g_byte_array_append(out, &type, 1);
    if (nmf->type == PC_NMF_VERSION)
        g_byte_array_append(out, nmf->value, 2);
    else if (nmf->type == PC_NMF_MODE || nmf->type == PC_NMF_KNOWN_ENCODING)
        g_byte_array_append(out, nmf->value, 1);
    else if (nmf->type == PC_NMF_VIA || nmf->type == PC_NMF_FAULT) {
        g_byte_array_append(out, size, (guint)pc_mb31_write(size, nmf->size));
        g_byte_array_append(out, nmf->payload, nmf->size);
    }
    return g_byte_array_free_to_bytes(out);
}

static struct flow *flow_of(struct loading *loading, uint32_t stream)
{
    if (stream >= loading->flows->len)
        g_array_set_size(loading->flows, stream + 1);
    return &g_array_index(loading->flows, struct flow, stream);
}

static void begin_session(struct flow *flow, bool first)
{
    flow->session += !first;
    for (unsigned i = 0; i < 2; i++)
        flow->strings[i] = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref); /* kept: records share them */
}

static void envelope(const struct an_record *record, struct flow *flow, struct recorded *out)
{
    cr_assert(record->message, "an envelope of the capture cannot be read: %s", record->why ? record->why : "");
    GPtrArray *strings = flow->strings[record->from_initiator];
    for (uint32_t i = strings->len; i < record->table->count; i++) {
        struct pc_text text = pc_str_text(pc_codec_strings(record->codec), record->table->strings[i]);
        g_ptr_array_add(strings, g_bytes_new(text.s, text.n));
    }
    out->octets = g_bytes_new(record->document, record->document_size);
    out->strings = strings;
    out->string_count = record->table->count;
    recorded_keep(out, record->message);
}

static uint16_t port_of(struct loading *loading, const struct an_record *record, bool sender)
{
    bool resolver;
    uint32_t number = an_peer_number(loading->names, record, sender);
    const struct an_endpoint *end = sender ? record->src : record->dst;
    return number == AN_NO_PEER ? end->port : an_peer_endpoint(loading->names, number, &resolver)->port;
}

static void visit(void *user, const struct an_record *record)
{
    struct loading *loading = user;
    if (!loading->again) {
        an_peer_names_learn(loading->names, record);
        return;
    }
    bool fin = record->kind == AN_RECORD_FIN || record->kind == AN_RECORD_RST;
    if (!fin && record->kind != AN_RECORD_FRAMING)
        return;
    struct flow *flow = flow_of(loading, record->stream);
    if (!fin && record->nmf->type == PC_NMF_VERSION)
        begin_session(flow, !flow->strings[0]);
    struct recorded *out = g_new0(struct recorded, 1);
    out->stream = record->stream;
    out->from_initiator = record->from_initiator;
    out->fin = fin;
    out->from = port_of(loading, record, true);
    out->to = port_of(loading, record, false);
    out->session = flow->session;
    if (!fin) {
        out->type = record->nmf->type;
        if (out->type == PC_NMF_SIZED_ENVELOPE)
            envelope(record, flow, out);
        else
            out->octets = framing(record->nmf);
    }
    g_ptr_array_add(loading->records, out);
}

GPtrArray *recorded_load(const char *path)
{
    struct loading loading = {.names = an_peer_names_new(), .records = g_ptr_array_new_with_free_func(free_recorded)};
    GError *error = NULL;
    loading.flows = g_array_new(FALSE, TRUE, sizeof(struct flow));
    for (unsigned pass = 0; pass < 2; pass++, loading.again = true)
        cr_assert(an_capture_records(path, visit, &loading, &error), "%s", error ? error->message : "");
    an_peer_names_free(loading.names);
    g_array_unref(loading.flows);
    return loading.records;
}
