#include "protocol/mesh/address.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

/* Stored form: count, then the addresses, then the URI. */
#define HEAD 1

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool pc_text_equal_nocase(struct pc_text a, struct pc_text b)
{
    if (a.n != b.n)
        return false;
    for (uint32_t i = 0; i < a.n; i++)
        if (lower(a.s[i]) != lower(b.s[i]))
            return false;
    return true;
}

static bool has_prefix_nocase(struct pc_text text, const char *prefix)
{
    uint32_t n = (uint32_t)strlen(prefix);
    return text.n >= n && pc_text_equal_nocase((struct pc_text){text.s, n}, (struct pc_text){prefix, n});
}

/* Where the authority ends; text.n if the URI has no path. */
static uint32_t path_offset(struct pc_text uri)
{
    for (uint32_t i = 0; i + 2 < uri.n; i++) {
        if (uri.s[i] != ':' || uri.s[i + 1] != '/' || uri.s[i + 2] != '/')
            continue;
        uint32_t k = i + 3;
        while (k < uri.n && uri.s[k] != '/')
            k++;
        return k;
    }
    return uri.n;
}

struct pc_text pc_uri_path(struct pc_text uri)
{
    uint32_t at = path_offset(uri);
    return (struct pc_text){uri.s + at, uri.n - at};
}

uint16_t pc_uri_port(struct pc_text uri, uint16_t otherwise)
{
    uint32_t end = path_offset(uri), start = end;
    while (start > 0 && uri.s[start - 1] >= '0' && uri.s[start - 1] <= '9')
        start--;
    if (start == end || start == 0 || uri.s[start - 1] != ':' || end - start > 5)
        return otherwise;
    uint32_t port = 0;
    for (uint32_t i = start; i < end; i++)
        port = port * 10 + (uint32_t)(uri.s[i] - '0');
    return port && port <= 65535 ? (uint16_t)port : otherwise;
}

bool pc_address_valid(const struct pc_node_address *address)
{
    return address->uri.s && address->ip_count > 0 && has_prefix_nocase(address->uri, "net.tcp://") &&
           pc_uri_path(address->uri).n > 1;
}

bool pc_address_valid_referral(const struct pc_node_address *address)
{
    const struct pc_ip *first = NULL;
    for (uint32_t i = 0; i < address->ip_count; i++) {
        const struct pc_ip *ip = &address->ips[i];
        if (ip->family != 6 || ip->octets[0] != 0xFE || (ip->octets[1] & 0xC0) != 0x80)
            continue;
        if (first && first->scope != ip->scope)
            return false;
        first = ip;
    }
    return true;
}

pc_str pc_address_intern(struct pc_strings *pool, const struct pc_node_address *address)
{
    uint32_t count = address->ip_count < PC_MAX_IPS ? address->ip_count : PC_MAX_IPS; /* LIM-3 */
    gsize size = HEAD + count * sizeof(struct pc_ip) + address->uri.n;
    char on_stack[512], *blob = size <= sizeof on_stack ? on_stack : g_malloc(size);
    blob[0] = (char)count;
    for (uint32_t i = 0; i < count; i++) {
        struct pc_ip ip;
        memset(&ip, 0, sizeof ip); /* padding counts: the content is compared */
        ip.family = address->ips[i].family;
        memcpy(ip.octets, address->ips[i].octets, sizeof ip.octets);
        memcpy(blob + HEAD + i * sizeof ip, &ip, sizeof ip);
    }
    memcpy(blob + HEAD + count * sizeof(struct pc_ip), address->uri.s, address->uri.n);
    pc_str handle = pc_str_intern(pool, blob, size);
    if (blob != on_stack)
        g_free(blob);
    return handle;
}

struct pc_text pc_address_uri(const struct pc_strings *pool, pc_str address)
{
    struct pc_text blob = pc_str_text(pool, address);
    uint32_t skip = HEAD + (uint32_t)(uint8_t)blob.s[0] * (uint32_t)sizeof(struct pc_ip);
    return (struct pc_text){blob.s + skip, blob.n - skip};
}

void pc_address_get(const struct pc_strings *pool, pc_str address, struct pc_address *out)
{
    struct pc_text blob = pc_str_text(pool, address);
    out->ip_count = (uint8_t)blob.s[0];
    memcpy(out->ips, blob.s + HEAD, out->ip_count * sizeof(struct pc_ip));
    out->uri = pc_address_uri(pool, address);
    out->port = pc_uri_port(out->uri, 808);
}

struct pc_node_address pc_address_view(const struct pc_strings *pool, pc_str address, struct pc_address *storage)
{
    pc_address_get(pool, address, storage);
    return (struct pc_node_address){storage->uri, storage->ips, storage->ip_count};
}

bool pc_address_same_node(const struct pc_strings *pool, pc_str a, pc_str b)
{
    if (a == b)
        return true;
    return pc_text_equal_nocase(pc_uri_path(pc_address_uri(pool, a)), pc_uri_path(pc_address_uri(pool, b)));
}

uint32_t pc_ip_format(const struct pc_ip *ip, char out[PC_IP_TEXT])
{
    if (ip->family == 4)
        return (uint32_t)snprintf(out, PC_IP_TEXT, "%u.%u.%u.%u", ip->octets[0], ip->octets[1], ip->octets[2],
                                  ip->octets[3]);
    /* RFC 5952: the longest run of two or more zero groups becomes "::". */
    unsigned best = 8, best_length = 1;
    for (unsigned i = 0; i < 8; i++) {
        unsigned n = 0;
        while (i + n < 8 && !ip->octets[2 * (i + n)] && !ip->octets[2 * (i + n) + 1])
            n++;
        if (n > best_length)
            best = i, best_length = n;
    }
    int n = snprintf(out, PC_IP_TEXT, "[");
    for (unsigned i = 0; i < 8; i++) {
        if (i == best) {
            n += snprintf(out + n, (size_t)(PC_IP_TEXT - n), "::");
            i += best_length - 1;
            continue;
        }
        bool separate = i > 0 && i != best + best_length;
        n += snprintf(out + n, (size_t)(PC_IP_TEXT - n), "%s%x", separate ? ":" : "",
                      (unsigned)ip->octets[2 * i] << 8 | ip->octets[2 * i + 1]);
    }
    n += snprintf(out + n, (size_t)(PC_IP_TEXT - n), "]");
    return (uint32_t)n;
}

uint32_t pc_via_for(struct pc_text uri, const struct pc_ip *ip, char out[PC_VIA_MAX])
{
    char host[PC_IP_TEXT];
    pc_ip_format(ip, host);
    struct pc_text path = pc_uri_path(uri);
    int n = snprintf(out, PC_VIA_MAX, "net.tcp://%s:%u%.*s", host, pc_uri_port(uri, 808), (int)path.n, path.s);
    return n > 0 && n < PC_VIA_MAX ? (uint32_t)n : 0;
}
