/* Bodies of the link and resolver messages, read as .NET's data contracts are: unknown elements are passed
 * over, members in any order. peer-channel.md 5, 6, 18.2. */
#include "protocol/wire/codec_private.h"
#include "protocol/wire/message_private.h"
#include "protocol/wire/names.h"

#include <string.h>

static bool named(const struct pc_in *in, const char *name)
{
    return in->reader.name.text.n == strlen(name) &&
           memcmp(in->reader.name.text.s, name, in->reader.name.text.n) == 0;
}

static uint64_t number(struct pc_in *in, uint64_t limit)
{
    uint64_t v = 0;
    if ((!pc_parse_u64(pc_in_text(in), &v) || v > limit) && !pc_in_failed(in))
        pc_in_fail(in, PC_WIRE_BAD_BODY, "a number is due");
    return v;
}

static int32_t signed_number(struct pc_in *in)
{
    struct pc_text text = pc_trimmed(pc_in_text(in));
    bool minus = text.n && text.s[0] == '-';
    uint64_t v = 0;
    if (!pc_parse_u64((struct pc_text){text.s + minus, text.n - minus}, &v) || v > (uint64_t)INT32_MAX + minus)
        pc_in_fail(in, PC_WIRE_BAD_BODY, "a number is due");
    return (int32_t)(minus ? -(int64_t)v : (int64_t)v);
}

/* ---- addresses (5.2, 5.3) ---- */

static uint32_t read_numbers(struct pc_in *in, struct pc_ip *ip)
{
    uint32_t depth = in->reader.depth, count = 0;
    while (pc_in_child(in, depth)) {
        uint64_t v = number(in, 65535);
        if (count < 8) {
            ip->octets[2 * count] = (uint8_t)(v >> 8);
            ip->octets[2 * count + 1] = (uint8_t)v;
        }
        count++;
    }
    return count;
}

/* .NET Framework's fields; and, where those are missing, the ones of Mono 6 (21.2 M5): the address or, beside numbers, the scope. */
static bool read_ip(struct pc_in *in, struct pc_ip *ip)
{
    uint32_t depth = in->reader.depth, members = 0, numbers = 0;
    uint64_t address = 0, foreign = UINT64_MAX;
    memset(ip, 0, sizeof *ip);
    while (pc_in_child(in, depth)) {
        if (named(in, "m_Address")) {
            address = number(in, UINT64_MAX);
            members |= 1;
        } else if (named(in, "m_Family")) {
            struct pc_text family = pc_in_text(in);
            ip->family = pc_text_equal(family, PC_TEXT("InterNetworkV6")) ? 6 : 4;
            members |= 2;
        } else if (named(in, "m_Numbers") || named(in, "_numbers")) {
            numbers += read_numbers(in, ip);
        } else if (named(in, "m_ScopeId")) {
            ip->scope = (uint32_t)number(in, UINT64_MAX);
        } else if (named(in, "_addressOrScopeId")) {
            foreign = number(in, UINT32_MAX);
        } else {
            pc_nbfx_skip(&in->reader); /* m_HashCode, and other fields of other class libraries */
        }
    }
    if (members != 3 && foreign <= UINT32_MAX) {
        ip->family = numbers ? 6 : 4;
        ip->scope = numbers ? (uint32_t)foreign : 0;
        address = foreign;
        members = 3;
    }
    if (ip->family == 4) {
        memset(ip->octets, 0, sizeof ip->octets);
        for (unsigned i = 0; i < 4; i++)
            ip->octets[i] = (uint8_t)(address >> (8 * i));
    }
    return members == 3;
}

/* Lists have no bound of their own: only that of the message they stand in, as in .NET. PC-11.5-6 */
static void *with_room(struct pc_in *in, void *items, uint32_t count, uint32_t *room, size_t size)
{
    if (count < *room)
        return items;
    void *more = pc_scratch_alloc(in->codec, 2 * *room * size);
    memcpy(more, items, count * size);
    *room *= 2;
    return more;
}

static void read_ips(struct pc_in *in, struct pc_node_address *address)
{
    uint32_t depth = in->reader.depth, count = 0;
    struct pc_ip *ips = pc_scratch_alloc(in->codec, 4 * sizeof *ips);
    uint32_t room = 4;
    while (pc_in_child(in, depth)) {
        struct pc_ip ip;
        if (!read_ip(in, &ip))
            continue;
        ips = with_room(in, ips, count, &room, sizeof *ips);
        ips[count++] = ip;
    }
    address->ips = ips;
    address->ip_count = count;
}

static void read_address(struct pc_in *in, struct pc_node_address *address)
{
    uint32_t depth = in->reader.depth;
    memset(address, 0, sizeof *address);
    while (pc_in_child(in, depth)) {
        if (named(in, "EndpointAddress") && !pc_in_nil(in)) {
            uint32_t inner = in->reader.depth;
            while (pc_in_child(in, inner)) {
                if (pc_in_is(in, PC_TEXT(PC_ADDRESSING), PC_TEXT("Address")))
                    address->uri = pc_in_text(in);
                else
                    pc_nbfx_skip(&in->reader); /* identity, metadata */
            }
        } else if (named(in, "IPAddresses")) {
            read_ips(in, address);
        } else {
            pc_nbfx_skip(&in->reader);
        }
    }
}

static void read_referrals(struct pc_in *in, struct pc_referrals *referrals)
{
    uint32_t depth = in->reader.depth, room = 16;
    struct pc_referral *items = pc_scratch_alloc(in->codec, room * sizeof *items);
    referrals->null = pc_in_nil(in);
    referrals->items = items;
    while (pc_in_child(in, depth)) {
        struct pc_referral item = {.null = pc_in_nil(in)};
        uint32_t inner = in->reader.depth;
        while (pc_in_child(in, inner)) {
            if (named(in, "Address") || named(in, "PeerNodeAddress"))
                read_address(in, &item.address);
            else if (named(in, "NodeId") || named(in, "Id"))
                item.node_id = number(in, UINT64_MAX);
            else
                pc_nbfx_skip(&in->reader);
        }
        referrals->items = items = with_room(in, items, referrals->count, &room, sizeof *items);
        items[referrals->count++] = item;
    }
}

/* ---- one function for each shape of body: called with the body element current ---- */

static void read_connect(struct pc_in *in, struct pc_message *m)
{
    uint32_t depth = in->reader.depth;
    m->u.connect.address_null = true;
    while (pc_in_child(in, depth)) {
        if (named(in, "Address")) {
            m->u.connect.address_null = pc_in_nil(in);
            read_address(in, &m->u.connect.address);
        } else if (named(in, "NodeId")) {
            m->u.connect.node_id = number(in, UINT64_MAX);
        } else {
            pc_nbfx_skip(&in->reader);
        }
    }
}

static void read_welcome(struct pc_in *in, struct pc_message *m)
{
    uint32_t depth = in->reader.depth;
    m->u.welcome.referrals.null = true;
    while (pc_in_child(in, depth)) {
        if (named(in, "NodeId"))
            m->u.welcome.node_id = number(in, UINT64_MAX);
        else if (named(in, "Referrals"))
            read_referrals(in, &m->u.welcome.referrals);
        else
            pc_nbfx_skip(&in->reader);
    }
}

static void read_terminal(struct pc_in *in, struct pc_message *m)
{
    uint32_t depth = in->reader.depth;
    m->u.refuse.referrals.null = true;
    while (pc_in_child(in, depth)) {
        if (named(in, "Reason")) {
            m->u.refuse.reason = pc_reason_of(pc_in_text(in));
            if (m->u.refuse.reason == PC_REASON_NONE) /* a deserialisation error: 5.5 */
                pc_in_fail(in, PC_WIRE_BAD_BODY, "an undefined reason"); /* PC-9.3-13 */
        } else if (named(in, "Referrals")) {
            read_referrals(in, &m->u.refuse.referrals);
        } else {
            pc_nbfx_skip(&in->reader);
        }
    }
}

static void read_utility(struct pc_in *in, struct pc_message *m)
{
    uint32_t depth = in->reader.depth;
    while (pc_in_child(in, depth)) {
        if (named(in, "Total"))
            m->u.link_utility.total = (uint32_t)number(in, UINT32_MAX);
        else if (named(in, "Useful"))
            m->u.link_utility.useful = (uint32_t)number(in, UINT32_MAX);
        else
            pc_nbfx_skip(&in->reader);
    }
}

static void read_registration(struct pc_in *in, struct pc_message *m)
{
    uint32_t depth = in->reader.depth;
    m->u.registration.address_null = true;
    while (pc_in_child(in, depth)) {
        if (named(in, "ClientId")) {
            m->u.registration.client_id = pc_in_text(in);
        } else if (named(in, "MeshId")) {
            m->u.registration.mesh_id = pc_in_text(in);
        } else if (named(in, "RegistrationId")) {
            m->u.registration.registration_id = pc_in_text(in);
        } else if (named(in, "NodeAddress")) {
            m->u.registration.address_null = pc_in_nil(in);
            read_address(in, &m->u.registration.address);
        } else {
            pc_nbfx_skip(&in->reader);
        }
    }
}

static bool is_digit(struct pc_text text, uint32_t i)
{
    return i < text.n && text.s[i] >= '0' && text.s[i] <= '9';
}

/* Digits from *at on; false if there are none, or if they say more than `limit`. */
static bool read_digits(struct pc_text text, uint32_t *at, uint64_t limit, uint64_t *v)
{
    uint32_t start = *at;
    for (*v = 0; is_digit(text, *at) && *v <= limit; ++*at)
        *v = *v * 10 + (uint64_t)(text.s[*at] - '0');
    return *at > start && *v <= limit;
}

/* xs:duration of days and less, in ns; negative, over 63 bits or unreadable: -1. */
static int64_t parse_duration(struct pc_text text)
{
    static const uint64_t second = 1000000000;
    static const struct {
        char letter;
        bool time;
        uint64_t seconds;
    } units[] = {{'D', false, 86400}, {'H', true, 3600}, {'M', true, 60}, {'S', true, 1}};
    uint64_t total = 0, v, fraction;
    unsigned next = 0; /* each unit once, in this order */
    bool time = false, some = false;
    text = pc_trimmed(text);
    if (!text.n || text.s[0] != 'P')
        return -1;
    for (uint32_t i = 1; i < text.n; some = true) {
        if (text.s[i] == 'T' && !time) {
            time = true;
            some = false; /* something must follow */
            if (++i == text.n)
                break;
        }
        if (!read_digits(text, &i, INT64_MAX / second, &v))
            return -1;
        bool point = i < text.n && text.s[i] == '.';
        fraction = 0;
        if (point) {
            uint32_t digits = ++i;
            for (uint64_t scale = second / 10; is_digit(text, i); scale /= 10)
                fraction += (uint64_t)(text.s[i++] - '0') * scale;
            if (i == digits)
                return -1;
        }
        while (next < 4 && (i == text.n || units[next].letter != text.s[i] || units[next].time != time))
            next++;
        if (next == 4 || (point && units[next].seconds > 1) || v > INT64_MAX / second / units[next].seconds)
            return -1;
        total += v * units[next++].seconds * second + fraction;
        if (total > INT64_MAX)
            return -1;
        i++;
    }
    return some ? (int64_t)total : -1;
}

static void read_registered(struct pc_in *in, struct pc_message *m)
{
    uint32_t depth = in->reader.depth;
    while (pc_in_child(in, depth)) {
        if (named(in, "RegistrationId")) {
            m->u.registered.registration_id = pc_in_text(in);
        } else if (named(in, "RegistrationLifetime")) {
            m->u.registered.lifetime_ns = parse_duration(pc_in_text(in));
            if (m->u.registered.lifetime_ns < 0)
                pc_in_fail(in, PC_WIRE_BAD_BODY, "RegistrationLifetime is no duration");
        } else if (named(in, "Result")) {
            m->u.registered.found = pc_text_equal(pc_in_text(in), PC_TEXT("Success"));
        } else {
            pc_nbfx_skip(&in->reader);
        }
    }
}

static void read_resolve(struct pc_in *in, struct pc_message *m)
{
    uint32_t depth = in->reader.depth;
    while (pc_in_child(in, depth)) {
        if (named(in, "ClientId"))
            m->u.resolve.client_id = pc_in_text(in);
        else if (named(in, "MeshId"))
            m->u.resolve.mesh_id = pc_in_text(in);
        else if (named(in, "MaxAddresses"))
            m->u.resolve.max_addresses = signed_number(in);
        else
            pc_nbfx_skip(&in->reader);
    }
}

static void read_addresses(struct pc_in *in, struct pc_message *m)
{
    uint32_t depth = in->reader.depth, room = 8;
    struct pc_node_address *items = pc_scratch_alloc(in->codec, room * sizeof *items);
    m->u.resolved.addresses = items;
    while (pc_in_child(in, depth)) {
        struct pc_node_address item;
        bool nil = pc_in_nil(in);
        read_address(in, &item);
        if (nil)
            continue;
        m->u.resolved.addresses = items = with_room(in, items, m->u.resolved.count, &room, sizeof *items);
        items[m->u.resolved.count++] = item;
    }
}

static void read_resolved(struct pc_in *in, struct pc_message *m)
{
    uint32_t depth = in->reader.depth;
    while (pc_in_child(in, depth)) {
        if (named(in, "Addresses"))
            read_addresses(in, m);
        else
            pc_nbfx_skip(&in->reader);
    }
}

static void read_settings(struct pc_in *in, struct pc_message *m)
{
    uint32_t depth = in->reader.depth;
    while (pc_in_child(in, depth)) {
        if (named(in, "ControlMeshShape")) {
            struct pc_text text = pc_in_text(in);
            m->u.settings.control_mesh_shape =
                pc_text_equal(text, PC_TEXT("true")) || pc_text_equal(text, PC_TEXT("1"));
        } else {
            pc_nbfx_skip(&in->reader);
        }
    }
}

/* s:Fault: the innermost code, and the first reason. */
static void read_fault_part(struct pc_in *in, struct pc_message *m)
{
    uint32_t depth = in->reader.depth;
    while (pc_in_child(in, depth)) {
        if (named(in, "Value"))
            m->u.fault.code = pc_in_text(in);
        else if (named(in, "Text") && !m->u.fault.reason.s)
            m->u.fault.reason = pc_in_text(in);
        else if (named(in, "Code") || named(in, "Subcode") || named(in, "Reason"))
            read_fault_part(in, m);
        else
            pc_nbfx_skip(&in->reader);
    }
}

static void (*const readers[PC_KIND_COUNT])(struct pc_in *, struct pc_message *) = {
    [PC_KIND_CONNECT] = read_connect,
    [PC_KIND_WELCOME] = read_welcome,
    [PC_KIND_REFUSE] = read_terminal,
    [PC_KIND_DISCONNECT] = read_terminal,
    [PC_KIND_LINK_UTILITY] = read_utility,
    [PC_KIND_FAULT] = read_fault_part,
    [PC_KIND_REGISTER] = read_registration,
    [PC_KIND_UPDATE] = read_registration,
    [PC_KIND_REFRESH] = read_registration,
    [PC_KIND_UNREGISTER] = read_registration,
    [PC_KIND_REGISTER_RESPONSE] = read_registered,
    [PC_KIND_UPDATE_RESPONSE] = read_registered,
    [PC_KIND_REFRESH_RESPONSE] = read_registered,
    [PC_KIND_RESOLVE] = read_resolve,
    [PC_KIND_RESOLVE_RESPONSE] = read_resolved,
    [PC_KIND_GET_SERVICE_SETTINGS_RESPONSE] = read_settings,
};

void pc_body_of(struct pc_in *in, struct pc_message *message)
{
    uint32_t depth = in->reader.depth;
    message->body_null = true;
    while (pc_in_child(in, depth)) {
        if (!message->body_null || pc_in_nil(in) || !readers[message->kind]) {
            pc_nbfx_skip(&in->reader);
            continue;
        }
        message->body_null = false;
        readers[message->kind](in, message);
    }
}
