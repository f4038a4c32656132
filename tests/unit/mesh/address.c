#include "protocol/mesh/address.h"
#include "protocol/wire/codec.h"

#include <criterion/criterion.h>
#include <string.h>

static struct pc_text text(const char *s)
{
    return (struct pc_text){s, (uint32_t)strlen(s)};
}

Test(address, port_and_path_of_a_uri)
{
    static const struct {
        const char *uri, *path;
        uint16_t port;
    } rows[] = {
        {"net.tcp://host:50001/PeerChannelEndpoints/x", "/PeerChannelEndpoints/x", 50001},
        {"net.tcp://host/PeerChannelEndpoints/x", "/PeerChannelEndpoints/x", 808},
        {"net.tcp://[fe80::1]:9/x", "/x", 9},
        {"net.tcp://[fe80::1]/x", "/x", 808},
        {"net.tcp://[fe80::1%253]:65535/x:7", "/x:7", 65535},
        {"net.tcp://host:65536/x", "/x", 808},
        {"net.tcp://host:0/x", "/x", 808},
        {"net.tcp://host:123456/x", "/x", 808},
        {"net.tcp://host:/x", "/x", 808},
        {"net.tcp://host:5", "", 5},
        {"net.tcp://", "", 808},
        {"nothing", "", 808},
        {"net.tcp:host:7/x", "", 808}, /* no authority: a colon, but no slashes; a slash, but only one */
        {"net.tcp:/host:7/x", "", 808},
        {"net.tcp:/x://host:9/y", "/y", 9},
        {"77", "", 808}, /* digits from the very beginning */
        {"net.tcp://host7/x", "/x", 808},
        {":5", "", 5}, /* no scheme: nobody asks for its port, and nothing breaks */
        {"", "", 808},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct pc_text path = pc_uri_path(text(rows[i].uri));
        cr_assert_eq(path.n, strlen(rows[i].path), "path of %s", rows[i].uri);
        cr_assert_eq(memcmp(path.s, rows[i].path, path.n), 0, "path of %s", rows[i].uri);
        cr_assert_eq(pc_uri_port(text(rows[i].uri), 808), rows[i].port, "port of %s", rows[i].uri);
    }
}

Test(address, ip_literals_as_rfc_5952_writes_them)
{
    static const struct {
        uint8_t family;
        uint8_t octets[16];
        const char *expected;
    } rows[] = {
        {4, {10, 1, 2, 3}, "10.1.2.3"},
        {4, {255, 255, 255, 255}, "255.255.255.255"},
        {6, {0}, "[::]"},
        {6, {[15] = 1}, "[::1]"},
        {6, {0xFE, 0x80, [15] = 1}, "[fe80::1]"},
        {6, {0x20, 1, 0x0D, 0xB8, [14] = 0xAB, [15] = 0xCD}, "[2001:db8::abcd]"},
        {6, {0x20, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, "[2001:0:1::1]"},
        {6, {0x20, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1}, "[2001:1:0:1:1:1:1:1]"}, /* one group is not shortened */
        {6, {0x20, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1}, "[2001::1:0:0:1:1]"},     /* the first of two equal runs */
        {6, {0x20, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0}, "[2001:1:1:1:1:1::]"},
        {6, {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255},
         "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]"},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct pc_ip ip = {.family = rows[i].family};
        memcpy(ip.octets, rows[i].octets, sizeof ip.octets);
        char out[PC_IP_TEXT];
        uint32_t n = pc_ip_format(&ip, out);
        cr_assert_str_eq(out, rows[i].expected);
        cr_assert_eq(n, strlen(rows[i].expected));
    }
}

Test(address, via_has_the_literal_for_its_host)
{
    struct pc_ip four = {.family = 4, .octets = {10, 1, 2, 3}}, six = {.family = 6, .octets = {[15] = 1}};
    char via[PC_VIA_MAX];
    uint32_t n = pc_via_for(text("net.tcp://peerhost:50001/PeerChannelEndpoints/x"), &four, via);
    cr_assert_str_eq(via, "net.tcp://10.1.2.3:50001/PeerChannelEndpoints/x");
    cr_assert_eq(n, strlen(via));
    pc_via_for(text("net.tcp://peerhost/x"), &six, via);
    cr_assert_str_eq(via, "net.tcp://[::1]:808/x");
    char *path = g_strnfill(3000, 'p'), *uri = g_strconcat("net.tcp://h/", path, NULL);
    cr_assert_eq(pc_via_for(text(uri), &four, via), 0u, "it would not fit into a Via record");
    g_free(uri);
    g_free(path);
}

Test(address, validity_needs_net_tcp_a_path_and_an_address)
{
    struct pc_ip ip = {.family = 4};
    static const struct {
        const char *uri;
        uint32_t ips;
        bool valid;
    } rows[] = {{"net.tcp://h:1/x", 1, true}, {"NET.TCP://h:1/x", 1, true}, {"net.tcp://h:1/x", 0, false},
                {"net.tcp://h:1/", 1, false}, {"net.tcp://h:1", 1, false},  {"http://h:1/x", 1, false},
                {"net.p2p://mesh/x", 1, false}, {"", 1, false}};
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct pc_node_address address = {text(rows[i].uri), &ip, rows[i].ips};
        cr_assert_eq(pc_address_valid(&address), rows[i].valid, "%s", rows[i].uri);
    }
    struct pc_node_address absent = {{NULL, 0}, &ip, 1};
    cr_assert_not(pc_address_valid(&absent));
}

Test(address, referrals_may_have_one_link_local_scope_only)
{
    struct pc_ip ips[3] = {{.family = 6, .octets = {0xFE, 0x80}, .scope = 3},
                           {.family = 6, .octets = {0x20, 1}, .scope = 9},
                           {.family = 6, .octets = {0xFE, 0xBF}, .scope = 3}};
    struct pc_node_address address = {text("net.tcp://h/x"), ips, 3};
    cr_assert(pc_address_valid_referral(&address));
    ips[2].scope = 4;
    cr_assert_not(pc_address_valid_referral(&address));
    ips[2].octets[1] = 0xC0; /* fec0::, site-local: not the same rule */
    cr_assert(pc_address_valid_referral(&address));
}

/* LIM-3 */
Test(address, one_handle_for_one_content_with_scopes_masked)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    struct pc_strings *pool = pc_codec_strings(codec);
    size_t before = pc_strings_count(pool);
    struct pc_ip ips[PC_MAX_IPS + 1] = {{.family = 6, .octets = {0xFE, 0x80}, .scope = 3}};
    struct pc_node_address address = {text("net.tcp://h:70/Path"), ips, 1};
    pc_str first = pc_address_intern(pool, &address);
    ips[0].scope = 4;
    pc_str second = pc_address_intern(pool, &address);
    cr_assert_eq(first, second);
    address.uri = text("net.tcp://other:71/pATH");
    pc_str third = pc_address_intern(pool, &address);
    cr_assert_neq(first, third);
    cr_assert(pc_address_same_node(pool, first, third), "host, port and case do not count");
    struct pc_address decoded;
    pc_address_get(pool, first, &decoded);
    cr_assert_eq(decoded.port, 70);
    cr_assert_eq(decoded.ip_count, 1u);
    cr_assert_eq(decoded.ips[0].scope, 0u);
    address.ip_count = PC_MAX_IPS;
    pc_str full = pc_address_intern(pool, &address);
    address.ip_count = PC_MAX_IPS + 1;
    pc_str crowded = pc_address_intern(pool, &address);
    pc_address_get(pool, crowded, &decoded);
    cr_assert_eq(decoded.ip_count, (uint32_t)PC_MAX_IPS);
    cr_assert_eq(crowded, full, "one more than the limit is left out");
    pc_str all[] = {first, second, third, full, crowded};
    for (unsigned i = 0; i < G_N_ELEMENTS(all); i++)
        pc_str_unref(pool, all[i]);
    cr_assert_eq(pc_strings_count(pool), before);
    pc_codec_free(codec);
}
