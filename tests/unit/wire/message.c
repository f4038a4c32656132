/* Every message, written and read. */
#include "protocol/wire/message_private.h"
#include "protocol/wire/names.h"
#include "protocol/wire/nbfx_reader.h"
#include "tests/unit/wire/support.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct pc_ip ips[] = {
    {.family = 4, .octets = {10, 1, 2, 3}},
    {.family = 6, .octets = {0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0x12, 0x34, 0, 0, 0, 0, 0xAB, 0xCD}, .scope = 4},
    {.family = 4, .octets = {255, 255, 255, 255}},
};
#define URI "net.tcp://10.1.2.3:50001/PeerChannelEndpoints/ba703e02-6a7b-457c-bf81-f0d6e56adb97"
static const struct pc_node_address address = {.uri = {URI, sizeof URI - 1}, .ips = ips, .ip_count = G_N_ELEMENTS(ips)};
static const struct pc_node_address bare = {.uri = {"net.tcp://h/", 12}};
static const struct pc_referral referrals[] = {{.address = {.uri = {URI, sizeof URI - 1}, .ips = ips, .ip_count = 2}, .node_id = UINT64_MAX},
                                               {.address = {.uri = {"net.tcp://h/", 12}}, .node_id = 0}};

/* A message of each kind that can be written, all fields set to something that tells. */
static void fill(enum pc_kind kind, struct pc_message *m)
{
    *m = (struct pc_message){.kind = kind};
    switch (kind) {
    case PC_KIND_CONNECT:
        m->u.connect.address = address;
        m->u.connect.node_id = UINT64_C(14800704070183415334);
        break;
    case PC_KIND_WELCOME:
        m->u.welcome.node_id = 1;
        m->u.welcome.referrals = (struct pc_referrals){referrals, G_N_ELEMENTS(referrals), false};
        break;
    case PC_KIND_REFUSE:
        m->u.refuse.reason = PC_REASON_DUPLICATE_NODE_ID;
        m->u.refuse.referrals = (struct pc_referrals){referrals, 1, false};
        break;
    case PC_KIND_DISCONNECT:
        m->u.disconnect.reason = PC_REASON_LEAVING_MESH;
        break;
    case PC_KIND_LINK_UTILITY:
        m->u.link_utility.total = 32;
        m->u.link_utility.useful = 0;
        break;
    case PC_KIND_FAULT:
        m->u.fault.code = PC_TEXT("InternalServiceFault");
        m->u.fault.reason = PC_TEXT("The server was unable to process the request.");
        break;
    case PC_KIND_REGISTER: case PC_KIND_UPDATE:
        m->u.registration.client_id = PC_TEXT("00112233-4455-6677-8899-aabbccddeeff");
        m->u.registration.address = kind == PC_KIND_REGISTER ? address : bare;
        /* fall through */
    case PC_KIND_REFRESH: case PC_KIND_UNREGISTER:
        m->u.registration.mesh_id = PC_TEXT("mesh1");
        if (kind != PC_KIND_REGISTER)
            m->u.registration.registration_id = PC_TEXT("271dddd4-fa44-46e2-9b86-090c0a52326c");
        break;
    case PC_KIND_REGISTER_RESPONSE: case PC_KIND_UPDATE_RESPONSE:
        m->u.registered.registration_id = PC_TEXT("271dddd4-fa44-46e2-9b86-090c0a52326c");
        m->u.registered.lifetime_ns = INT64_C(3723500000000); /* PT1H2M3.5S */
        break;
    case PC_KIND_REFRESH_RESPONSE:
        m->u.registered.lifetime_ns = INT64_C(600000000000);
        m->u.registered.found = true;
        break;
    case PC_KIND_RESOLVE:
        m->u.resolve.client_id = PC_TEXT("00112233-4455-6677-8899-aabbccddeeff");
        m->u.resolve.mesh_id = PC_TEXT("mesh1");
        m->u.resolve.max_addresses = 3;
        break;
    case PC_KIND_RESOLVE_RESPONSE: {
        static struct pc_node_address addresses[2];
        addresses[0] = address;
        addresses[1] = bare;
        m->u.resolved.addresses = addresses;
        m->u.resolved.count = 2;
        break;
    }
    case PC_KIND_GET_SERVICE_SETTINGS_RESPONSE:
        m->u.settings.control_mesh_shape = true;
        break;
    default:
        break;
    }
    bool request = kind >= PC_KIND_REGISTER && pc_kind_name(kind) && !strstr(pc_kind_name(kind), "Response");
    m->message_id = (struct pc_unique_id){.present = request, .is_guid = true, .guid = {{1, 2, 3, 4}}};
    m->reply_to_anonymous = request;
    bool response = kind >= PC_KIND_REGISTER && !request;
    m->relates_to = (struct pc_unique_id){.present = response || kind == PC_KIND_FAULT, .is_guid = true, .guid = {{9, 8}}};
}

static bool same_text(struct pc_text a, struct pc_text b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.s, b.s, a.n) == 0);
}

static bool same_address(const struct pc_node_address *a, const struct pc_node_address *b)
{
    bool same = same_text(a->uri, b->uri) && a->ip_count == b->ip_count;
    for (uint32_t i = 0; same && i < a->ip_count; i++)
        same = a->ips[i].family == b->ips[i].family && a->ips[i].scope == b->ips[i].scope &&
               memcmp(a->ips[i].octets, b->ips[i].octets, 16) == 0;
    return same;
}

static bool same_referrals(const struct pc_referrals *a, const struct pc_referrals *b)
{
    bool same = a->count == b->count && a->null == b->null;
    for (uint32_t i = 0; same && i < a->count; i++)
        same = a->items[i].node_id == b->items[i].node_id && a->items[i].null == b->items[i].null &&
               same_address(&a->items[i].address, &b->items[i].address);
    return same;
}

static bool same_body(const struct pc_message *a, const struct pc_message *b)
{
    switch (a->kind) {
    case PC_KIND_CONNECT:
        return a->u.connect.node_id == b->u.connect.node_id && !b->u.connect.address_null &&
               same_address(&a->u.connect.address, &b->u.connect.address);
    case PC_KIND_WELCOME:
        return a->u.welcome.node_id == b->u.welcome.node_id &&
               same_referrals(&a->u.welcome.referrals, &b->u.welcome.referrals);
    case PC_KIND_REFUSE: case PC_KIND_DISCONNECT:
        return a->u.refuse.reason == b->u.refuse.reason && same_referrals(&a->u.refuse.referrals, &b->u.refuse.referrals);
    case PC_KIND_LINK_UTILITY:
        return a->u.link_utility.total == b->u.link_utility.total && a->u.link_utility.useful == b->u.link_utility.useful;
    case PC_KIND_FAULT: {
        const struct pc_text code = b->u.fault.code; /* a QName: its prefix is the document's */
        const char *colon = memchr(code.s, ':', code.n);
        struct pc_text local = colon ? (struct pc_text){colon + 1, code.n - (uint32_t)(colon + 1 - code.s)} : code;
        return same_text(a->u.fault.code, local) && same_text(a->u.fault.reason, b->u.fault.reason);
    }
    case PC_KIND_REGISTER: case PC_KIND_UPDATE: case PC_KIND_REFRESH: case PC_KIND_UNREGISTER:
        return same_text(a->u.registration.client_id, b->u.registration.client_id) &&
               same_text(a->u.registration.mesh_id, b->u.registration.mesh_id) &&
               same_text(a->u.registration.registration_id, b->u.registration.registration_id) &&
               same_address(&a->u.registration.address, &b->u.registration.address);
    case PC_KIND_REGISTER_RESPONSE: case PC_KIND_UPDATE_RESPONSE: case PC_KIND_REFRESH_RESPONSE:
        return same_text(a->u.registered.registration_id, b->u.registered.registration_id) &&
               a->u.registered.lifetime_ns == b->u.registered.lifetime_ns && a->u.registered.found == b->u.registered.found;
    case PC_KIND_RESOLVE:
        return same_text(a->u.resolve.client_id, b->u.resolve.client_id) &&
               same_text(a->u.resolve.mesh_id, b->u.resolve.mesh_id) &&
               a->u.resolve.max_addresses == b->u.resolve.max_addresses;
    case PC_KIND_RESOLVE_RESPONSE:
        return b->u.resolved.count == 2 && same_address(&a->u.resolved.addresses[0], &b->u.resolved.addresses[0]) &&
               same_address(&a->u.resolved.addresses[1], &b->u.resolved.addresses[1]);
    case PC_KIND_GET_SERVICE_SETTINGS_RESPONSE:
        return b->u.settings.control_mesh_shape;
    default: /* no body */
        return b->body_null;
    }
}

static bool same_id(const struct pc_unique_id *a, const struct pc_unique_id *b)
{
    return a->present == b->present && (!a->present || (b->is_guid && memcmp(&a->guid, &b->guid, sizeof a->guid) == 0));
}

static bool writable(enum pc_kind kind)
{
    return kind != PC_KIND_UNKNOWN && kind != PC_KIND_FLOOD && kind != PC_KIND_REQUEST_SECURITY_TOKEN &&
           kind != PC_KIND_REQUEST_SECURITY_TOKEN_RESPONSE;
}

/* PC-18.2-1 */
Test(message, each_kind_reads_back_as_it_was_written)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    size_t before = pc_strings_count(pc_codec_strings(codec));
    pc_str uris[2] = {0, pc_str_intern(pc_codec_strings(codec), MESH, strlen(MESH))};
    unsigned kinds = 0;
    for (enum pc_kind kind = PC_KIND_CONNECT; kind < PC_KIND_COUNT; kind++) {
        if (!writable(kind))
            continue;
        kinds++;
        for (unsigned t = 0; t < 2; t++) {
            struct pc_table *out = pc_table_empty(codec), *in = pc_table_empty(codec);
            for (unsigned round = 0; round < 2; round++) { /* the second time all strings have ids */
                struct pc_message m, back;
                GError *error = NULL;
                fill(kind, &m);
                struct pc_buf *record = pc_message_write(codec, &out, uris[t], &m);
                cr_assert(read_record(codec, &in, record, &back, &error), "%s: %s", pc_kind_name(kind),
                          error ? error->message : "");
                cr_assert_eq(back.kind, kind, "%s came as %s", pc_kind_name(kind), pc_kind_name(back.kind));
                cr_assert(same_body(&m, &back), "%s: body", pc_kind_name(kind));
                cr_assert(same_id(&m.message_id, &back.message_id) && same_id(&m.relates_to, &back.relates_to) &&
                              m.reply_to_anonymous == back.reply_to_anonymous,
                          "%s: headers", pc_kind_name(kind));
                cr_assert(pc_text_equal(back.to, t ? PC_TEXT(MESH) : PC_TEXT(PC_ANONYMOUS)), "%s: To", pc_kind_name(kind));
                cr_assert_eq(in, out, "%s: both ends have the same table", pc_kind_name(kind));
                pc_buf_unref(record);
            }
            pc_table_unref(codec, in);
            pc_table_unref(codec, out);
        }
    }
    cr_assert_eq(kinds, 19u); /* of 23: without unknown, flood and the security pair */
    pc_str_unref(pc_codec_strings(codec), uris[1]);
    cr_assert_eq(pc_strings_count(pc_codec_strings(codec)), before);
    pc_codec_free(codec);
}

Test(message, durations_read_back_to_the_tick)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    static const int64_t lifetimes[] = {0, 100, 1000000000, INT64_C(59999999900), INT64_C(60000000000), INT64_C(3600000000000),
                                        INT64_C(86400000000000), INT64_C(90061000000700), INT64_C(864000000000000)};
    for (unsigned i = 0; i < G_N_ELEMENTS(lifetimes); i++) {
        struct pc_table *out = pc_table_empty(codec), *in = pc_table_empty(codec);
        struct pc_message m, back;
        fill(PC_KIND_REFRESH_RESPONSE, &m);
        m.u.registered.lifetime_ns = lifetimes[i];
        struct pc_buf *record = pc_message_write(codec, &out, 0, &m);
        cr_assert(read_record(codec, &in, record, &back, NULL), "row %u", i);
        cr_assert_eq(back.u.registered.lifetime_ns, lifetimes[i], "row %u: %" G_GINT64_FORMAT, i,
                     back.u.registered.lifetime_ns);
        pc_buf_unref(record);
        pc_table_unref(codec, in);
        pc_table_unref(codec, out);
    }
    pc_codec_free(codec);
}

/* Reads an envelope with these octets between its start tag and its end. */
static void refused(const char *hex, int code, const char *what)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    struct pc_table *in = pc_table_empty(codec);
    GByteArray *payload = g_byte_array_new();
    struct pc_message m;
    GError *error = NULL;
    add_octets(payload, "00 56 02 0B 01 73 04 0B 01 61 06");
    add_octets(payload, hex);
    add_octets(payload, "01");
    cr_assert_not(pc_message_read(codec, &in, payload->data, payload->len, &m, &error), "accepted: %s", what);
    cr_assert(g_error_matches(error, PC_WIRE_ERROR, code), "%s: %s", what, error->message);
    cr_assert_not_null(strstr(error->message, ": offset "), "%s: %s", what, error->message);
    cr_assert_not_null(in, "%s: the table is not to blame", what);
    g_error_free(error);
    g_byte_array_unref(payload);
    pc_table_unref(codec, in);
    pc_codec_free(codec);
}

Test(message, envelopes_against_the_rules_are_refused)
{
    refused("56 0E 01 01 98 01 20 40 01 78", PC_WIRE_STRUCTURE, "a second root behind blanks");
    refused("56 08 01", PC_WIRE_BAD_ENVELOPE, "no Body");
    refused("56 0E 01 56 08 01", PC_WIRE_BAD_ENVELOPE, "Header behind Body");
    refused("56 0E 01 56 0E 01", PC_WIRE_BAD_ENVELOPE, "two Bodies");
    refused("56 08 01 56 08 01 56 0E 01", PC_WIRE_BAD_ENVELOPE, "two Headers");
    refused("40 01 78 01 56 0E 01", PC_WIRE_BAD_ENVELOPE, "a stranger before Body");
    refused("98 01 78 56 0E 01", PC_WIRE_BAD_ENVELOPE, "text between Header and Body");
    refused("56 08 44 0A 99 01 78 44 0A 99 01 78 01 56 0E 01", PC_WIRE_BAD_ENVELOPE, "two Actions");
    refused("56 08 44 0C 99 01 78 44 0C 99 01 78 01 56 0E 01", PC_WIRE_BAD_ENVELOPE, "two Tos");
    refused("56 0E 01 01", PC_WIRE_STRUCTURE, "one end too many");
    refused("56 0E", PC_WIRE_TRUNCATED, "one end too few");
}

Test(message, guids_go_to_text_and_back)
{
    struct pc_guid guid;
    char text[37];
    cr_assert(pc_guid_parse(PC_TEXT("00112233-4455-6677-8899-AABBccddeeff"), &guid));
    cr_assert_eq(memcmp(guid.octets, "\x33\x22\x11\x00\x55\x44\x77\x66\x88\x99\xaa\xbb\xcc\xdd\xee\xff", 16), 0);
    pc_guid_format(&guid, text);
    cr_assert_str_eq(text, "00112233-4455-6677-8899-aabbccddeeff");
    static const char *const bad[] = {"", "00112233-4455-6677-8899-aabbccddeef", "00112233-4455-6677-8899-aabbccddeefff",
                                      "00112233+4455-6677-8899-aabbccddeeff", "g0112233-4455-6677-8899-aabbccddeeff"};
    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++)
        cr_assert_not(pc_guid_parse((struct pc_text){bad[i], (uint32_t)strlen(bad[i])}, &guid), "%s", bad[i]);
}

/* FR-12-2 */
Test(message, larger_than_the_limit_is_refused)
{
    struct pc_codec_limits limits = {.envelope_octets = 100};
    struct pc_codec *codec = pc_codec_new(&limits);
    for (unsigned size = 100; size <= 101; size++) {
        struct pc_table *in = pc_table_empty(codec);
        GByteArray *body = g_byte_array_new(), *payload = hand_made(NULL, NULL);
        char text[100] = "";
        memset(text, 'x', size - payload->len - 2); /* a comment: its type, its length, its text */
        add_octets(body, "02");
        add_string(body, text);
        g_byte_array_unref(payload);
        payload = hand_made(NULL, body);
        cr_assert_eq(payload->len, size);
        struct pc_message m;
        GError *error = NULL;
        bool ok = pc_message_read(codec, &in, payload->data, payload->len, &m, &error);
        cr_assert_eq(ok, size == 100, "%u octets: %s", size, error ? error->message : "accepted");
        cr_assert(ok || g_error_matches(error, PC_WIRE_ERROR, PC_WIRE_QUOTA), "%s", error->message);
        g_clear_error(&error);
        g_byte_array_unref(payload);
        g_byte_array_unref(body);
        pc_table_unref(codec, in);
    }
    pc_codec_free(codec);
}

/* Headers between MessageID and Body of a message of that action; false and the error, or what it says. */
static bool read_headers(struct pc_codec *codec, enum pc_kind kind, const char *hex, struct pc_message *m, GError **error)
{
    struct pc_table *in = pc_table_empty(codec);
    GByteArray *payload = g_byte_array_new();
    char *action = g_strndup(pc_kind_action(kind).s, pc_kind_action(kind).n);
    add_octets(payload, "00 56 02 0B 01 73 04 0B 01 61 06 56 08 44 0A 99");
    add_string(payload, action);
    add_octets(payload, hex);
    add_octets(payload, "01 56 0E 01 01");
    bool ok = pc_message_read(codec, &in, payload->data, payload->len, m, error);
    pc_table_unref(codec, in);
    g_byte_array_unref(payload);
    g_free(action);
    return ok;
}

static void headers(const char *hex, int code, const char *what)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    struct pc_message m;
    GError *error = NULL;
    bool ok = read_headers(codec, PC_KIND_PING, hex, &m, &error);
    cr_assert(code ? g_error_matches(error, PC_WIRE_ERROR, code) : ok, "%s: %s", what, error ? error->message : "accepted");
    g_clear_error(&error);
    pc_codec_free(codec);
}

#define MESSAGE_ID  "44 1A 99 01 78 " /* a:MessageID */
#define RELATES_TO  "44 12 99 01 78 "
#define REPLY_TO    "44 2C 44 2A AB 14 01 "
#define UNKNOWN     "40 01 75 " /* <u …> of no namespace */
#define UNDERSTAND  "1E 00 "    /* s:mustUnderstand= */

/* soap-envelope.md 3 */
Test(message, headers_that_may_come_once_are_refused_the_second_time)
{
    headers(MESSAGE_ID RELATES_TO RELATES_TO REPLY_TO, 0, "one of each, and two RelatesTo");
    headers(MESSAGE_ID MESSAGE_ID, PC_WIRE_BAD_ENVELOPE, "two MessageIDs");
    headers(REPLY_TO REPLY_TO, PC_WIRE_BAD_ENVELOPE, "two ReplyTos");
}

/* SOAP 1.2 part 1, 2.2 and 5.2.2: a header for another role is none of ours. */
Test(message, only_headers_for_us_must_be_understood)
{
    static const struct {
        const char *attributes, *role;
        bool ok;
    } rows[] = {
        {"", NULL, true},
        {UNDERSTAND "86", NULL, false},           {UNDERSTAND "84", NULL, true},
        {UNDERSTAND "82", NULL, false},           {UNDERSTAND "80", NULL, true},
        {UNDERSTAND "88 01", NULL, false},        {UNDERSTAND "B4 01", NULL, false},
        {UNDERSTAND "98 01 31", NULL, false},     {UNDERSTAND "98 04 74 72 75 65", NULL, false},
        {UNDERSTAND "98 01 30", NULL, true},      {UNDERSTAND "98 05 66 61 6C 73 65", NULL, true},
        {UNDERSTAND "A8", NULL, true},
        {"04 0E 6D 75 73 74 55 6E 64 65 72 73 74 61 6E 64 86", NULL, true}, /* of no namespace: not SOAP's */
        {"09 01 79 01 75 " UNDERSTAND "86", NULL, false},                   /* behind a declaration */
        {"38 05 6F 74 68 65 72 80 " UNDERSTAND "86", NULL, false},          /* s:other */
        {UNDERSTAND "86", "", false},
        {UNDERSTAND "86", PC_SOAP12 "/role/next", false},
        {UNDERSTAND "86", PC_SOAP12 "/role/ultimateReceiver", false},
        {UNDERSTAND "86", PC_SOAP12 "/role/none", true},
        {UNDERSTAND "86", "urn:logger", true},
        {UNDERSTAND "84", PC_SOAP12 "/role/next", true},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        GString *hex = g_string_new(UNKNOWN);
        g_string_append(hex, rows[i].attributes);
        if (rows[i].role) {
            g_string_append_printf(hex, "38 04 72 6F 6C 65 98 %02X", (unsigned)strlen(rows[i].role));
            for (const char *c = rows[i].role; *c; c++)
                g_string_append_printf(hex, "%02X", (unsigned)*c);
        }
        g_string_append(hex, " 01");
        headers(hex->str, rows[i].ok ? 0 : PC_WIRE_BAD_ENVELOPE, hex->str);
        g_string_free(hex, TRUE);
    }
}

Test(message, addresses_of_a_reply_are_anonymous_or_another)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    static const struct {
        const char *hex;
        bool anonymous;
    } rows[] = {
        {"", false},
        {REPLY_TO, true},
        {"44 2C 44 2A 99 05 75 72 6E 3A 78 01", false},         /* urn:x */
        {"44 2C 40 01 70 99 01 79 44 2A AB 14 40 01 70 01 01", true}, /* other children beside it */
        {"44 2C 44 2A AB 14 01 5E 04 46 72 6F 6D 44 2A 99 01 78 01", true}, /* From and FaultTo, passed over */
        {"44 2C 44 2A AB 14 01 5E 07 46 61 75 6C 74 54 6F 44 2A AB 14 01", true},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct pc_message m;
        GError *error = NULL;
        cr_assert(read_headers(codec, PC_KIND_PING, rows[i].hex, &m, &error), "%s: %s", rows[i].hex, error ? error->message : "");
        cr_assert_eq(m.reply_to_anonymous, rows[i].anonymous, "row %u", i);
    }
    pc_codec_free(codec);
}

/* Whoever has lost the table of a direction loses all that follows, also what a memory of encodings would know. */
Test(message, without_a_table_nothing_is_read)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    GByteArray *payload = hand_made(NULL, NULL);
    struct pc_table *in = NULL;
    struct pc_message m;
    GError *error = NULL;
    cr_assert_not(pc_message_read(codec, &in, payload->data, payload->len, &m, &error));
    cr_assert(g_error_matches(error, PC_WIRE_ERROR, PC_WIRE_SESSION_INVALID), "%s", error->message);
    g_error_free(error);
    g_byte_array_unref(payload);
    pc_codec_free(codec);
}

Test(message, names_are_known_for_what_is_sent_only)
{
    cr_assert_null(pc_kind_action(PC_KIND_FLOOD).s, "the application's own");
    cr_assert_eq(pc_kind_of_action(PC_TEXT("urn:x")), PC_KIND_UNKNOWN);
    cr_assert_eq(pc_kind_of_action(PC_TEXT(PC_DISPATCHER "/fault")), PC_KIND_FAULT);
    cr_assert_eq(pc_kind_of_action(PC_TEXT(PC_DISPATCHER "/fauly")), PC_KIND_UNKNOWN);
    cr_assert_str_eq(pc_reason_name(PC_REASON_NODE_BUSY), "NodeBusy");
    cr_assert_null(pc_reason_name(PC_REASON_NONE));
    cr_assert_null(pc_reason_name((enum pc_reason)100));
}
