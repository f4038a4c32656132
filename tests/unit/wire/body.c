/* Bodies made by hand: what of them is taken, what passed over, what refused. peer-channel.md 5, 6, 18.2. */
#include "protocol/wire/message.h"
#include "protocol/wire/names.h"
#include "protocol/wire/nbfx_reader.h"
#include "tests/unit/wire/support.h"

#include <criterion/criterion.h>
#include <string.h>

#define FAILS INT64_MIN

/* The number in `*field` behind a body of one member; FAILS: refused as a bad body. */
static int64_t member(struct pc_codec *codec, enum pc_kind kind, const char *name, const char *value, struct pc_message *m)
{
    GByteArray *members = g_byte_array_new();
    GError *error = NULL;
    add_member(members, name, value);
    bool ok = read_body_of(codec, kind, members, m, &error);
    cr_assert(ok || g_error_matches(error, PC_WIRE_ERROR, PC_WIRE_BAD_BODY), "%s %s '%s': %s", pc_kind_name(kind), name, value,
              error->message);
    cr_assert(ok || g_str_has_prefix(error->message, "message: offset "), "%s", error->message);
    g_clear_error(&error);
    g_byte_array_unref(members);
    return ok ? 0 : FAILS;
}

Test(body, that_does_not_fit_its_contract_is_refused)
{
    static const struct {
        enum pc_kind kind;
        const char *member, *value;
        bool ok;
    } rows[] = {
        {PC_KIND_CONNECT, "NodeId", "18446744073709551615", true}, {PC_KIND_CONNECT, "NodeId", "18446744073709551616", false},
        {PC_KIND_CONNECT, "NodeId", "-1", false},                  {PC_KIND_CONNECT, "NodeId", "x", false},
        {PC_KIND_LINK_UTILITY, "Total", "4294967295", true},       {PC_KIND_LINK_UTILITY, "Total", "4294967296", false},
        {PC_KIND_LINK_UTILITY, "Useful", "", false},               {PC_KIND_REFUSE, "Reason", "NodeBusy", true},
        {PC_KIND_REFUSE, "Reason", "nodebusy", false},             {PC_KIND_DISCONNECT, "Reason", "", false},
        {PC_KIND_CONNECT, "Unheard", "x", true},
    };
    struct pc_codec *codec = pc_codec_new(NULL);
    struct pc_message m;
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        cr_assert_eq(member(codec, rows[i].kind, rows[i].member, rows[i].value, &m) != FAILS, rows[i].ok, "row %u", i);
    pc_codec_free(codec);
}

/* As in .NET, a list is bounded by the message that it stands in, and by nothing else. */
/* PC-11.5-6 */
Test(body, lists_are_as_long_as_the_message_lets_them)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    for (unsigned count = 1; count <= 2048; count *= 2) {
        GByteArray *members = g_byte_array_new();
        struct pc_message m;
        GError *error = NULL;
        add_octets(members, "40");
        add_string(members, "Referrals");
        for (unsigned i = 0; i < count; i++) {
            add_octets(members, "40");
            add_string(members, "Referral");
            add_member(members, "NodeId", "7");
            add_octets(members, "01");
        }
        add_octets(members, "01");
        bool ok = read_body_of(codec, PC_KIND_WELCOME, members, &m, &error);
        cr_assert(ok, "%u referrals: %s", count, error ? error->message : "");
        cr_assert(m.u.welcome.referrals.count == count && m.u.welcome.referrals.items[count - 1].node_id == 7);
        g_byte_array_unref(members);
    }
    pc_codec_free(codec);
}

/* xs:int, as XmlConvert takes it. */
Test(body, max_addresses_is_a_signed_number_with_blanks_around)
{
    static const struct {
        const char *value;
        int64_t due;
    } rows[] = {{"3", 3},           {"0", 0},         {"-1", -1},        {" 7 ", 7},      {"\t-7\n", -7},
                {"2147483647", INT32_MAX}, {"2147483648", FAILS}, {"-2147483648", INT32_MIN}, {"-2147483649", FAILS},
                {"", FAILS},        {"-", FAILS},     {"--1", FAILS},    {"1.5", FAILS},  {"x", FAILS}};
    struct pc_codec *codec = pc_codec_new(NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct pc_message m;
        int64_t got = member(codec, PC_KIND_RESOLVE, "MaxAddresses", rows[i].value, &m);
        cr_assert_eq(got == FAILS ? FAILS : m.u.resolve.max_addresses, rows[i].due, "'%s'", rows[i].value);
    }
    pc_codec_free(codec);
}

/* xs:duration of days and less; years and months have no length of their own. */
Test(body, a_lifetime_is_a_duration)
{
    enum { S = 1000000000 };
    static const struct {
        const char *value;
        int64_t due;
    } rows[] = {
        {"PT0S", 0},         {"PT10M", INT64_C(600) * S}, {"P1DT1H1M1S", INT64_C(90061) * S}, {"P2D", INT64_C(172800) * S},
        {"PT0.5S", S / 2},   {"PT1.0000001S", S + 100},   {"PT0.123456789S", 123456789},      {"PT0.1234567899S", 123456789},
        {"PT36H", INT64_C(129600) * S},
        {"", FAILS},         {"P", FAILS},                {"10", FAILS},                      {"T10M", FAILS},
        {"PT", FAILS},       {"P1D1H", FAILS},            {"PT1H1D", FAILS},                  {"PTT1S", FAILS},
        {"P1M", FAILS},      {"P1Y", FAILS},              {"PT5", FAILS},                     {"PTS", FAILS},
        {"PT1.S", FAILS},    {"PT.5S", FAILS},            {"PT1.5M", FAILS},                  {"PT1,5S", FAILS},
        {"-PT1S", FAILS},    {"P-1D", FAILS},             {"PT1X", FAILS},                    {"PT1S1M", FAILS},
        {"PT1S1S", FAILS},   {"PT1HT1S", FAILS},   {"P1DT", FAILS},             {"PT1\xC3\xA9", FAILS},
        {"P10675199D", FAILS},                            /* .NET's longest, 29,000 years: over 63 bits of ns */
        {"P106751D", INT64_C(106751) * 86400 * S},        {"P106752D", FAILS},
        {"PT999999999999999999999S", FAILS},              {"PT9223372036S", INT64_C(9223372036) * S},
        {"P106751DT23H47M17S", FAILS},
    };
    struct pc_codec *codec = pc_codec_new(NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct pc_message m;
        int64_t got = member(codec, PC_KIND_REGISTER_RESPONSE, "RegistrationLifetime", rows[i].value, &m);
        cr_assert_eq(got == FAILS ? FAILS : m.u.registered.lifetime_ns, rows[i].due, "'%s': %" G_GINT64_FORMAT, rows[i].value,
                     got == FAILS ? -1 : m.u.registered.lifetime_ns);
    }
    pc_codec_free(codec);
}

/* Data contracts grow: each body has a member that nobody knows, before the one that is known, and one after it. */
Test(body, unknown_members_are_passed_over)
{
    static const struct {
        enum pc_kind kind;
        const char *member, *value;
    } rows[] = {
        {PC_KIND_CONNECT, "NodeId", "7"},           {PC_KIND_WELCOME, "NodeId", "7"},
        {PC_KIND_REFUSE, "Reason", "NodeBusy"},     {PC_KIND_LINK_UTILITY, "Total", "7"},
        {PC_KIND_UPDATE, "MeshId", "7"},            {PC_KIND_REFRESH_RESPONSE, "Result", "Success"},
        {PC_KIND_RESOLVE, "MaxAddresses", "7"},     {PC_KIND_GET_SERVICE_SETTINGS_RESPONSE, "ControlMeshShape", "true"},
        {PC_KIND_FAULT, "Value", "7"},
    };
    struct pc_codec *codec = pc_codec_new(NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        GByteArray *members = g_byte_array_new();
        struct pc_message m;
        GError *error = NULL;
        add_octets(members, "40 01 75 40");
        add_string(members, rows[i].member); /* one of the right name inside */
        add_octets(members, "99 01 39 01");
        add_member(members, rows[i].member, rows[i].value);
        add_member(members, "Later", "9");
        cr_assert(read_body_of(codec, rows[i].kind, members, &m, &error), "%s: %s", pc_kind_name(rows[i].kind),
                  error ? error->message : "");
        bool right = false;
        switch (rows[i].kind) {
        case PC_KIND_CONNECT:
            right = m.u.connect.node_id == 7;
            break;
        case PC_KIND_WELCOME:
            right = m.u.welcome.node_id == 7;
            break;
        case PC_KIND_REFUSE:
            right = m.u.refuse.reason == PC_REASON_NODE_BUSY;
            break;
        case PC_KIND_LINK_UTILITY:
            right = m.u.link_utility.total == 7;
            break;
        case PC_KIND_UPDATE:
            right = pc_text_equal(m.u.registration.mesh_id, PC_TEXT("7"));
            break;
        case PC_KIND_REFRESH_RESPONSE:
            right = m.u.registered.found;
            break;
        case PC_KIND_RESOLVE:
            right = m.u.resolve.max_addresses == 7;
            break;
        case PC_KIND_FAULT:
            right = pc_text_equal(m.u.fault.code, PC_TEXT("7"));
            break;
        default:
            right = m.u.settings.control_mesh_shape;
        }
        cr_assert(right, "%s", pc_kind_name(rows[i].kind));
        g_byte_array_unref(members);
    }
    pc_codec_free(codec);
}

Test(body, control_mesh_shape_is_a_boolean)
{
    static const struct {
        const char *value;
        bool due;
    } rows[] = {{"true", true}, {"1", true}, {"false", false}, {"0", false}, {"", false}, {"TRUE", false}};
    struct pc_codec *codec = pc_codec_new(NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct pc_message m;
        cr_assert_neq(member(codec, PC_KIND_GET_SERVICE_SETTINGS_RESPONSE, "ControlMeshShape", rows[i].value, &m), FAILS);
        cr_assert_eq(m.u.settings.control_mesh_shape, rows[i].due, "'%s'", rows[i].value);
    }
    pc_codec_free(codec);
}

static void add_nil(GByteArray *out, const char *name)
{
    add_octets(out, "40");
    add_string(out, name);
    add_octets(out, "09 01 69");
    add_string(out, PC_XSI);
    add_octets(out, "2E 03 6E 69 6C 86 01"); /* i:nil */
}

/* The class names of referrals differ between versions of .NET's contract: Address or PeerNodeAddress, NodeId or Id. */
Test(body, members_of_a_referral_go_by_two_names)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    GByteArray *members = g_byte_array_new();
    struct pc_message m;
    GError *error = NULL;
    add_octets(members, "40");
    add_string(members, "Referrals");
    for (unsigned i = 0; i < 2; i++) {
        add_octets(members, "40");
        add_string(members, "Referral");
        add_octets(members, "40");
        add_string(members, i ? "PeerNodeAddress" : "Address");
        add_nil(members, "EndpointAddress");
        add_octets(members, "40");
        add_string(members, "EndpointAddress");
        add_octets(members, "09 01 61");
        add_string(members, PC_ADDRESSING);
        add_octets(members, "26 01 6B 80 26 03 6E 69 6C 86"); /* a:k, and an a:nil that is not XML Schema's */
        add_octets(members, "44 2A 99 05 75 72 6E 3A 78 01 01");
        add_member(members, i ? "Id" : "NodeId", i ? "8" : "7");
        add_member(members, "Other", "9");
        add_octets(members, "01");
    }
    add_nil(members, "Referral");
    add_octets(members, "01");
    cr_assert(read_body_of(codec, PC_KIND_WELCOME, members, &m, &error), "%s", error ? error->message : "");
    cr_assert_eq(m.u.welcome.referrals.count, 3u);
    for (unsigned i = 0; i < 2; i++) {
        const struct pc_referral *item = &m.u.welcome.referrals.items[i];
        cr_assert(item->node_id == 7 + i && !item->null, "referral %u", i);
        cr_assert(pc_text_equal(item->address.uri, PC_TEXT("urn:x")), "referral %u", i);
    }
    cr_assert(m.u.welcome.referrals.items[2].null);
    g_byte_array_unref(members);
    pc_codec_free(codec);
}

Test(body, addresses_that_are_nil_are_left_out_of_an_answer)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    GByteArray *members = g_byte_array_new();
    struct pc_message m;
    GError *error = NULL;
    add_member(members, "Unheard", "x");
    add_octets(members, "40");
    add_string(members, "Addresses");
    add_nil(members, "PeerNodeAddress");
    add_octets(members, "40");
    add_string(members, "PeerNodeAddress");
    add_octets(members, "01");
    add_nil(members, "PeerNodeAddress");
    add_octets(members, "01");
    cr_assert(read_body_of(codec, PC_KIND_RESOLVE_RESPONSE, members, &m, &error), "%s", error ? error->message : "");
    cr_assert_eq(m.u.resolved.count, 1u);
    g_byte_array_unref(members);
    pc_codec_free(codec);
}

/* SOAP 1.2: Code/Subcode/Value is the innermost code, and the first of the reasons in all languages counts. */
Test(body, a_fault_says_its_innermost_code_and_first_reason)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    GByteArray *members = g_byte_array_new();
    struct pc_message m;
    add_octets(members, "40");
    add_string(members, "Code");
    add_member(members, "Value", "s:Receiver");
    add_octets(members, "40");
    add_string(members, "Subcode");
    add_member(members, "Value", "a:InternalServiceFault");
    add_octets(members, "01 01 40");
    add_string(members, "Reason");
    add_member(members, "Text", "first");
    add_member(members, "Text", "second");
    add_octets(members, "01 40");
    add_string(members, "Detail");
    add_member(members, "Value", "s:Detail");
    add_octets(members, "01");
    cr_assert(read_body_of(codec, PC_KIND_FAULT, members, &m, NULL));
    cr_assert(pc_text_equal(m.u.fault.code, PC_TEXT("a:InternalServiceFault")), "%.*s", (int)m.u.fault.code.n, m.u.fault.code.s);
    cr_assert(pc_text_equal(m.u.fault.reason, PC_TEXT("first")), "%.*s", (int)m.u.fault.reason.n, m.u.fault.reason.s);
    g_byte_array_unref(members);
    pc_codec_free(codec);
}

/* soap-envelope.md 2: the first element of a Body is the message; one that is nil is none. */
Test(body, the_first_element_that_is_not_nil_counts)
{
    static const struct {
        const char *hex;
        bool null;
        uint64_t node_id;
    } rows[] = {
        {"", true, 0},
        {"40 01 78 40 06 4E 6F 64 65 49 64 89 07 01", false, 7},
        {"40 01 78 40 06 4E 6F 64 65 49 64 89 07 01 40 01 78 40 06 4E 6F 64 65 49 64 89 08 01", false, 7},
        {"40 01 78 09 01 69 29 687474703A2F2F7777772E77332E6F72672F323030312F584D4C536368656D612D696E7374616E6365 2E 03 6E 69 6C 86 01", true, 0},
        {"40 01 78 09 01 69 29 687474703A2F2F7777772E77332E6F72672F323030312F584D4C536368656D612D696E7374616E6365 2E 03 6E 69 6C 84"
         "40 06 4E 6F 64 65 49 64 89 07 01", false, 7}, /* i:nil="false" */
    };
    struct pc_codec *codec = pc_codec_new(NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct pc_table *in = pc_table_empty(codec);
        GByteArray *payload = g_byte_array_new();
        struct pc_message m;
        GError *error = NULL;
        add_octets(payload, "00 56 02 0B 01 73 04 0B 01 61 06 56 08 44 0A 99");
        add_string(payload, PC_PEER "/Connect");
        add_octets(payload, "01 56 0E");
        add_octets(payload, rows[i].hex);
        add_octets(payload, "01 01");
        cr_assert(pc_message_read(codec, &in, payload->data, payload->len, &m, &error), "row %u: %s", i, error ? error->message : "");
        cr_assert_eq(m.body_null, rows[i].null, "row %u", i);
        cr_assert_eq(m.u.connect.node_id, rows[i].node_id, "row %u", i);
        g_byte_array_unref(payload);
        pc_table_unref(codec, in);
    }
    pc_codec_free(codec);
}
