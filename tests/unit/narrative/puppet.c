/* A peer without a protocol core: the script says which octets it writes. Its messages are built by the codec, some of
 * them are then broken. */
#include "protocol/mesh/address.h"
#include "tests/unit/narrative/story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *option(char **words, const char *name)
{
    for (; *words; words++)
        if (g_str_has_prefix(*words, name) && (*words)[strlen(name)] == '=')
            return *words + strlen(name) + 1;
    return NULL;
}

static void put_buf(struct rig_end *end, struct pc_buf *buf)
{
    rig_put(end, buf->data, buf->size);
    pc_buf_unref(buf);
}

static void fresh_table(struct rig_end *end)
{
    pc_table_unref(end->peer->rig->reading, end->puppet_table);
    end->puppet_table = pc_table_empty(end->peer->rig->reading);
}

static bool is_initiator(struct rig_end *end)
{
    struct rig_end *other = rig_other_end(end);
    return other && end < other; /* ends[0] of a connection dialled */
}

/* ---- addresses ---- */

/* "n7" and the like are nobody: addresses 10.0.1.0 and up, where nothing listens. */
static struct pc_ip ip_of(struct rig *rig, const char *name)
{
    struct rig_peer *peer = rig_peer(rig, name);
    unsigned number = (unsigned)atoi(name + strcspn(name, "0123456789"));
    struct pc_ip nobody = rig_ip(number % 256);
    nobody.octets[2] = (uint8_t)(1 + number / 256);
    return peer ? peer->ip : nobody;
}

/* Where a peer says it listens; a made-up path for one without a node. */
static struct pc_text listen_uri(struct rig *rig, const char *name, char out[256])
{
    struct rig_peer *peer = rig_peer(rig, name);
    if (peer && peer->node) {
        struct pc_node_view view;
        pc_node_view(peer->node, &view);
        return pc_address_uri(pc_codec_strings(rig->codec), view.listen_uri);
    }
    char host[PC_IP_TEXT];
    struct pc_ip ip = ip_of(rig, name);
    pc_ip_format(&ip, host);
    int n = snprintf(out, 256, "net.tcp://%s:50000/PeerChannelEndpoints/%s", host, name);
    return (struct pc_text){out, (uint32_t)n};
}

static bool has_word(char **words, const char *word)
{
    for (; *words; words++)
        if (strcmp(*words, word) == 0)
            return true;
    return false;
}

static void put_preamble(struct rig_end *end, const char *to, char **words)
{
    const char *path = option(words, "path"), *port = option(words, "port");
    char uri[256], via[PC_VIA_MAX];
    struct pc_ip ip = ip_of(end->peer->rig, to);
    struct pc_text listen = listen_uri(end->peer->rig, to, uri);
    struct rig_peer *peer = rig_peer(end->peer->rig, to);
    uint32_t n = path || (peer && peer->kind == RIG_RESOLVER)
                     ? (uint32_t)snprintf(via, sizeof via, "net.tcp://10.0.0.%u:50000/%s", peer->number, path ? path : "resolver")
                     : pc_via_for(listen, &ip, via);
    if (port) {
        struct pc_text path_of_it = pc_uri_path((struct pc_text){via, n});
        char other[PC_VIA_MAX];
        n = (uint32_t)snprintf(other, sizeof other, "net.tcp://h:%s%.*s", port, (int)path_of_it.n, path_of_it.s);
        memcpy(via, other, n);
    }
    fresh_table(end);
    struct pc_buf *preamble = pc_nmf_preamble((struct pc_text){via, n});
    if (has_word(words, "upgrade")) { /* asked for before PreambleEnd */
        preamble->size--;
        pc_buf_append(&preamble, "\x09\x13" "application/ssl-tls\x0C", 22);
    }
    if (has_word(words, "named")) { /* the encoding in words */
        preamble->size -= 3;
        pc_buf_append(&preamble, "\x04\x1E" "application/soap+msbinsession1\x0C", 33);
    }
    put_buf(end, preamble);
}

/* ---- messages ---- */

#define MOST_REFERRALS 2000

struct referral_list {
    struct pc_referral items[MOST_REFERRALS];
    struct pc_ip ips[MOST_REFERRALS];
    char uris[MOST_REFERRALS][256];
};

/* "referrals=b,c", "referrals=1..60" (nobody listens there); not valid are bad (node id 0), bare (no IP address) and mixed (link-local
 * addresses of two interfaces). */
static void fill_referrals(struct rig *rig, struct referral_list *list, const char *text, struct pc_referrals *out)
{
    *out = (struct pc_referrals){.items = list->items};
    char **names = g_strsplit(text ? text : "", ",", -1);
    for (char **name = names; *name && **name; name++) {
        int first = 0, last = 0;
        bool range = sscanf(*name, "%d..%d", &first, &last) == 2;
        for (int k = range ? first : 0; k <= (range ? last : 0) && out->count < MOST_REFERRALS; k++) {
            char made[32];
            snprintf(made, sizeof made, "n%d", k);
            const char *who = range ? made : *name;
            uint32_t i = out->count++;
            list->ips[i] = ip_of(rig, who);
            struct rig_peer *peer = rig_peer(rig, who);
            list->items[i] = (struct pc_referral){.node_id = peer ? peer->id : 5000u + (unsigned)k};
            list->items[i].address = (struct pc_node_address){listen_uri(rig, who, list->uris[i]), &list->ips[i], 1};
            static const struct pc_ip mixed[] = {{.family = 6, .octets = {0xFE, 0x80, [15] = 1}, .scope = 1},
                                                 {.family = 6, .octets = {0xFE, 0x80, [15] = 2}, .scope = 2}};
            if (strcmp(*name, "bad") == 0)
                list->items[i].node_id = 0;
            else if (strcmp(*name, "bare") == 0)
                list->items[i].address.ip_count = 0;
            else if (strcmp(*name, "mixed") == 0)
                list->items[i].address = (struct pc_node_address){list->items[i].address.uri, mixed, 2};
        }
    }
    g_strfreev(names);
}

static enum pc_reason reason_of(const char *name)
{
    for (unsigned reason = 0; name && reason < 16; reason++) {
        const char *known = pc_reason_name((enum pc_reason)reason);
        if (known && strcmp(known, name) == 0)
            return (enum pc_reason)reason;
    }
    return PC_REASON_NONE;
}

static void put_message(struct rig_end *end, struct pc_message *message, const char *to)
{
    pc_str handle = to ? pc_str_intern(pc_codec_strings(end->peer->rig->reading), to, strlen(to)) : 0;
    struct pc_buf *buf = pc_message_write(end->peer->rig->reading, &end->puppet_table, handle, message);
    pc_str_unref(pc_codec_strings(end->peer->rig->reading), handle);
    put_buf(end, buf);
}

static bool put_neighbor_message(struct rig_end *end, char **words)
{
    static const struct {
        const char *name;
        enum pc_kind kind;
    } kinds[] = {{"connect", PC_KIND_CONNECT},       {"welcome", PC_KIND_WELCOME}, {"refuse", PC_KIND_REFUSE},
                 {"disconnect", PC_KIND_DISCONNECT}, {"utility", PC_KIND_LINK_UTILITY}, {"ping", PC_KIND_PING}};
    struct pc_message message = {.body_null = words[1] && strcmp(words[1], "null") == 0};
    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (strcmp(kinds[i].name, words[0]) == 0)
            message.kind = kinds[i].kind;
    static struct referral_list list;
    const char *id = option(words, "id"), *address = option(words, "address");
    struct rig_peer *self = end->peer;
    uint64_t node_id = id ? g_ascii_strtoull(id, NULL, 10) : self->id;
    struct pc_ip ip = self->ip;
    char uri[256];
    switch (message.kind) {
    case PC_KIND_CONNECT:
        message.u.connect.node_id = node_id;
        message.u.connect.address = (struct pc_node_address){listen_uri(self->rig, self->name, uri), &ip, 1};
        if (address && strcmp(address, "no-ip") == 0)
            message.u.connect.address.ip_count = 0;
        else if (address)
            message.u.connect.address.uri = (struct pc_text){address, (uint32_t)strlen(address)};
        break;
    case PC_KIND_WELCOME:
        message.u.welcome.node_id = node_id;
        fill_referrals(self->rig, &list, option(words, "referrals"), &message.u.welcome.referrals);
        break;
    case PC_KIND_REFUSE:
    case PC_KIND_DISCONNECT:
        message.u.refuse.reason = reason_of(words[1]);
        fill_referrals(self->rig, &list, option(words, "referrals"), &message.u.refuse.referrals);
        break;
    case PC_KIND_LINK_UTILITY:
        message.u.link_utility.useful = words[1] ? (uint32_t)atoi(words[1]) : 0;
        message.u.link_utility.total = words[1] && words[2] ? (uint32_t)atoi(words[2]) : 0;
        break;
    case PC_KIND_PING:
        break;
    default:
        return false;
    }
    for (char **word = words; *word; word++)
        message.body_null |= strcmp(*word, "null") == 0;
    put_message(end, &message, is_initiator(end) ? "net.p2p://mesh/" : NULL);
    return true;
}

/* ---- resolver messages, both sides ---- */

static bool put_service_message(struct rig_end *end, char **words)
{
    static const struct {
        const char *name;
        enum pc_kind kind;
    } kinds[] = {{"register", PC_KIND_REGISTER},
                 {"update", PC_KIND_UPDATE},
                 {"resolve", PC_KIND_RESOLVE},
                 {"refresh", PC_KIND_REFRESH},
                 {"unregister", PC_KIND_UNREGISTER},
                 {"get-settings", PC_KIND_GET_SERVICE_SETTINGS},
                 {"registered", PC_KIND_REGISTER_RESPONSE},
                 {"updated", PC_KIND_UPDATE_RESPONSE},
                 {"unregistered", PC_KIND_UNREGISTER_RESPONSE},
                 {"resolved", PC_KIND_RESOLVE_RESPONSE},
                 {"refreshed", PC_KIND_REFRESH_RESPONSE},
                 {"settings", PC_KIND_GET_SERVICE_SETTINGS_RESPONSE},
                 {"fault", PC_KIND_FAULT}};
    struct pc_message message = {0};
    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (strcmp(kinds[i].name, words[0]) == 0)
            message.kind = kinds[i].kind;
    struct rig_peer *self = end->peer;
    const char *mesh = option(words, "mesh"), *id = option(words, "id"), *max = option(words, "max"),
               *lifetime = option(words, "lifetime"), *who = option(words, "address"), *given = option(words, "addresses");
    struct pc_ip ip = self->ip;
    char uri[256];
    static struct referral_list list;
    static struct pc_node_address addresses[MOST_REFERRALS];
    if (!mesh)
        mesh = "mesh";
    if (!id)
        id = "11111111-1111-4111-8111-111111111111";
    switch (message.kind) {
    case PC_KIND_UNKNOWN:
        return false;
    case PC_KIND_RESOLVE:
        message.u.resolve.client_id = PC_TEXT("22222222-2222-4222-8222-222222222222");
        message.u.resolve.mesh_id = (struct pc_text){mesh, (uint32_t)strlen(mesh)};
        message.u.resolve.max_addresses = max ? atoi(max) : 3;
        break;
    case PC_KIND_RESOLVE_RESPONSE: {
        struct pc_referrals referrals;
        fill_referrals(self->rig, &list, given, &referrals);
        for (uint32_t i = 0; i < referrals.count; i++)
            addresses[i] = referrals.items[i].address;
        message.u.resolved.addresses = addresses;
        message.u.resolved.count = referrals.count;
        break;
    }
    case PC_KIND_UNREGISTER_RESPONSE:
        break;
    case PC_KIND_REGISTER_RESPONSE:
    case PC_KIND_UPDATE_RESPONSE:
    case PC_KIND_REFRESH_RESPONSE:
        message.u.registered.registration_id = (struct pc_text){id, (uint32_t)strlen(id)};
        message.u.registered.found = !option(words, "lost");
        message.u.registered.lifetime_ns = PC_SECONDS(600);
        if (lifetime)
            story_time(lifetime, &message.u.registered.lifetime_ns);
        break;
    case PC_KIND_GET_SERVICE_SETTINGS_RESPONSE:
        message.u.settings.control_mesh_shape = option(words, "control") != NULL;
        break;
    case PC_KIND_FAULT:
        message.action = PC_TEXT("http://schemas.microsoft.com/net/2005/12/windowscommunicationfoundation/dispatcher/fault");
        message.u.fault.code = PC_TEXT("InternalServiceFault");
        message.u.fault.reason = PC_TEXT("no");
        break;
    default:
        message.u.registration.client_id = PC_TEXT("22222222-2222-4222-8222-222222222222");
        message.u.registration.mesh_id = (struct pc_text){mesh, (uint32_t)strlen(mesh)};
        message.u.registration.address =
            (struct pc_node_address){listen_uri(self->rig, who ? who : self->name, uri), &ip, 1};
        message.u.registration.registration_id = (struct pc_text){id, (uint32_t)strlen(id)};
    }
    for (char **word = words; *word; word++) {
        message.body_null |= strcmp(*word, "null") == 0;
        if (strcmp(*word, "no-address") == 0)
            message.u.registration.address.ip_count = 0;
    }
    bool request = message.kind == PC_KIND_RESOLVE || message.kind == PC_KIND_REGISTER || message.kind == PC_KIND_UPDATE ||
                   message.kind == PC_KIND_REFRESH || message.kind == PC_KIND_UNREGISTER ||
                   message.kind == PC_KIND_GET_SERVICE_SETTINGS;
    message.reply_to_anonymous = request;
    if (request)
        message.message_id = (struct pc_unique_id){.present = true, .is_guid = true, .guid = rig_message_guid(77)};
    else
        message.relates_to = (struct pc_unique_id){.present = true, .is_guid = true, .guid = rig_message_guid(77)};
    put_message(end, &message, request ? "net.tcp://resolver" : NULL);
    return true;
}

/* ---- floods, whole and broken ---- */

/* Puts a payload into a SizedEnvelope record. */
static void put_envelope(struct rig_end *end, const uint8_t *payload, size_t size)
{
    uint8_t head[6] = {PC_NMF_SIZED_ENVELOPE};
    int n = pc_mb31_write(head + 1, (uint32_t)size);
    GByteArray *record = g_byte_array_new();
    g_byte_array_append(record, head, (guint)n + 1);
    g_byte_array_append(record, payload, (guint)size);
    rig_put(end, record->data, record->len);
    g_byte_array_unref(record);
}

/* Hops in an origin's copy with the value 2: 4B name 0B 01 'h' namespace 89 02. */
static void break_hops(GByteArray *payload, const char *how)
{
    static const uint8_t prefix[] = {0x0B, 0x01, 'h'};
    uint8_t *at = memmem(payload->data, payload->len, prefix, sizeof prefix);
    g_assert(at);
    guint start = (guint)(at - payload->data) - 2;
    GByteArray *broken = g_byte_array_new();
    if (strcmp(how, "twice") == 0) {
        g_byte_array_append(broken, payload->data, start + 8);
        g_byte_array_append(broken, payload->data + start, payload->len - start);
    } else { /* text instead of a number */
        g_byte_array_append(broken, payload->data, start + 6);
        g_byte_array_append(broken, (const uint8_t *)"\x99\x03" "bad", 5);
        g_byte_array_append(broken, payload->data + start + 8, payload->len - start - 8);
    }
    g_byte_array_set_size(payload, 0);
    g_byte_array_append(payload, broken->data, broken->len);
    g_byte_array_unref(broken);
}

static void replace(GByteArray *payload, const char *from, const char *to, size_t size)
{
    uint8_t *at = memmem(payload->data, payload->len, from, size);
    g_assert(at);
    memcpy(at, to, size);
}

/* Right after the start of s:Header. */
#define ADD_HEADER(payload, literal) add_header((payload), (literal), sizeof(literal) - 1)
static void add_header(GByteArray *payload, const char *octets, size_t size)
{
    const uint8_t *header = memmem(payload->data, payload->len, "\x56\x08", 2);
    g_assert(header);
    guint at = (guint)(header - payload->data) + 2, rest = payload->len - at;
    g_byte_array_set_size(payload, payload->len + (guint)size);
    memmove(payload->data + at + size, payload->data + at, rest);
    memcpy(payload->data + at, octets, size);
}

static void write_text(struct pc_body_writer *writer, const void *body)
{
    const struct pc_text *text = body;
    pc_body_start(writer, PC_TEXT("say"), PC_TEXT("urn:story"));
    pc_body_text(writer, *text);
    pc_body_end(writer);
}

static void put_flood(struct rig_end *end, uint32_t label, char **words)
{
    struct rig *rig = end->peer->rig;
    const char *hops = option(words, "hops"), *breach = option(words, "broken"), *size = option(words, "size"),
               *action = option(words, "action");
    bool broken_hops = hops && !g_ascii_isdigit(*hops);
    char *filler = g_strnfill(size ? (gsize)atol(size) : 5, 'x');
    struct pc_text text = {filler, (uint32_t)strlen(filler)};
    struct pc_outgoing message = {.action = PC_TEXT("urn:story/say"),
                                  .via = PC_TEXT("net.p2p://mesh/chat"),
                                  .peer_to = PC_TEXT("net.p2p://mesh/chat"),
                                  .id = rig_message_guid(label),
                                  .has_hops = hops != NULL,
                                  .hops = broken_hops ? 2 : (hops ? g_ascii_strtoull(hops, NULL, 10) : 0),
                                  .write_body = write_text,
                                  .body = &text};
    if (action)
        message.action = (struct pc_text){action, (uint32_t)strlen(action)};
    if (!rig->message_ids[label])
        rig->message_ids[label] = pc_ids_intern(rig->ids, &message.id);
    pc_str to = is_initiator(end) ? pc_str_intern(pc_codec_strings(rig->reading), "net.p2p://mesh/", 15) : 0;
    struct pc_image *image = pc_image_origin(rig->reading, &message);
    struct pc_buf *buf = pc_image_encode(rig->reading, image, &end->puppet_table, to);
    pc_image_free(rig->reading, image);
    pc_str_unref(pc_codec_strings(rig->reading), to);
    uint32_t announced, skip = 1 + (uint32_t)pc_mb31_read(buf->data + 1, buf->size - 1, &announced);
    GByteArray *payload = g_byte_array_new();
    g_byte_array_append(payload, buf->data + skip, buf->size - skip);
    pc_buf_unref(buf);
    if (broken_hops)
        break_hops(payload, hops);
    if (breach && strcmp(breach, "id") == 0)
        replace(payload, "urn:uuid:", "xrn:uuid:", 9);
    else if (breach && strcmp(breach, "via") == 0)
        replace(payload, "\x42\xE2\x06", "\x42\xE6\x06", 3);
    else if (breach && strcmp(breach, "to") == 0)
        replace(payload, "\x06PeerTo", "\x06PeerNo", 7);
    else if (breach && strcmp(breach, "uri") == 0)
        replace(payload, "net.p2p://mesh/chat", "net_p2p_//mesh/chat", 19);
    else if (breach && strcmp(breach, "end") == 0)
        g_byte_array_set_size(payload, payload->len - 1);
    if (option(words, "must")) /* a header that nobody knows */
        ADD_HEADER(payload, "\x40\x03Odd\x08\x05urn:o\x1E\x00\x82\x99\x01x");
    else if (breach && strcmp(breach, "twice") == 0) /* a second PeerVia */
        ADD_HEADER(payload, "\x42\xE2\x06\x0A\xE4\x06\x99\x05urn:x");
    put_envelope(end, payload->data, payload->len);
    g_byte_array_unref(payload);
    g_free(filler);
}

static void put_floods(struct rig_end *end, char **words)
{
    const char *label = option(words, "m"), *times = option(words, "times");
    uint32_t first = label ? (uint32_t)atoi(label) : ++end->peer->rig->messages;
    for (uint32_t i = 0; i < (times ? (uint32_t)atoi(times) : 1); i++)
        put_flood(end, first + i, words);
}

/* ---- octets as they are ---- */

/* Words: 0A or 400161 (octets), 78*300 (repeated), 'text' with _ for a blank. */
static bool read_octets(char **words, GByteArray *out)
{
    for (; *words; words++) {
        if (**words == '\'') {
            for (const char *c = *words + 1; *c && *c != '\''; c++)
                g_byte_array_append(out, (const uint8_t *)(*c == '_' ? " " : c), 1);
            continue;
        }
        uint8_t group[16];
        guint n = 0;
        const char *c = *words;
        for (; g_ascii_isxdigit(c[0]) && g_ascii_isxdigit(c[1]) && n < sizeof group; c += 2)
            group[n++] = (uint8_t)(g_ascii_xdigit_value(c[0]) << 4 | g_ascii_xdigit_value(c[1]));
        char *rest = (char *)c;
        unsigned long times = *c == '*' ? strtoul(c + 1, &rest, 10) : 1;
        if (n == 0 || *rest)
            return false;
        while (times--)
            g_byte_array_append(out, group, n);
    }
    return true;
}

static bool put_octets(struct rig_end *end, char **words, bool as_envelope)
{
    GByteArray *octets = g_byte_array_new();
    bool ok = read_octets(words, octets);
    if (ok && as_envelope)
        put_envelope(end, octets->data, octets->len);
    else if (ok)
        rig_put(end, octets->data, octets->len);
    g_byte_array_unref(octets);
    return ok;
}

static bool writes(struct rig_end *end, const char *to, char **words)
{
    const char *what = words[0];
    if (strcmp(what, "preamble") == 0)
        put_preamble(end, to, words);
    else if (strcmp(what, "ack") == 0) {
        fresh_table(end);
        put_buf(end, pc_nmf_octet(PC_NMF_PREAMBLE_ACK));
    } else if (strcmp(what, "end") == 0)
        put_buf(end, pc_nmf_octet(PC_NMF_END));
    else if (strcmp(what, "framing-fault") == 0 && words[1])
        put_buf(end, pc_nmf_fault(words[1]));
    else if (strcmp(what, "flood") == 0)
        put_floods(end, words + 1);
    else if (strcmp(what, "octets") == 0 || strcmp(what, "envelope") == 0)
        return put_octets(end, words + 1, what[0] == 'e');
    else
        return put_neighbor_message(end, words) || put_service_message(end, words);
    return true;
}

bool story_puppet(struct rig_peer *puppet, char **words)
{
    const char *verb = words[0];
    struct rig_peer *other = words[1] ? rig_peer(puppet->rig, words[1]) : NULL;
    if (!other)
        return false;
    if (strcmp(verb, "connects") == 0) {
        for (int i = words[2] ? atoi(words[2]) : 1; i > 0; i--)
            rig_puppet_dial(puppet, other);
        return true;
    }
    struct rig_end *end = rig_end_between(puppet, other);
    if (!end) /* closed by the other side: what a hostile peer writes then goes nowhere */
        return true;
    if (strcmp(verb, "writes") == 0 && words[2])
        return writes(end, words[1], words + 2);
    if (strcmp(verb, "shuts") == 0 || strcmp(verb, "resets") == 0) {
        rig_shut(end, verb[0] == 'r');
        return true;
    }
    return false;
}
