#include "analysis/capture.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

G_DEFINE_QUARK(an - capture - error - quark, an_capture_error)

enum { ETHERTYPE_IP4 = 0x0800, ETHERTYPE_IP6 = 0x86DD, ETHERTYPE_VLAN = 0x8100, ETHERTYPE_QINQ = 0x88A8 };
enum { PROTOCOL_TCP = 6 };
/* IPv6 extension headers, RFC 8200 4.1, and AH, RFC 4302. */
enum {
    IP6_HOP_BY_HOP = 0,
    IP6_ROUTING = 43,
    IP6_FRAGMENT = 44,
    IP6_AUTHENTICATION = 51,
    IP6_DESTINATION = 60
};

#define MAX_VLAN_TAGS      4
#define MAX_IP6_EXTENSIONS 16
#define MAX_SECONDS        INT64_C(4000000000) /* what fits into 64 bits of ns, twice over */

struct an_capture {
    pcap_t *pcap;
    char *path;
    int link_type;
    uint64_t frames, skipped;
};

/* Octets of a frame that are still to be read. `cut`: octets that were sent, but not captured, behind them.
 */
struct rest {
    const uint8_t *p;
    uint32_t n, cut;
};

static uint32_t be16(const uint8_t *p)
{
    return (uint32_t)p[0] << 8 | p[1];
}

static uint32_t be32(const uint8_t *p)
{
    return be16(p) << 16 | be16(p + 2);
}

const char *an_endpoint_format(const struct an_endpoint *endpoint, char out[AN_ENDPOINT_TEXT])
{
    const uint8_t *o = endpoint->octets;
    if (endpoint->family == 4) {
        snprintf(out, AN_ENDPOINT_TEXT, "%u.%u.%u.%u:%u", o[0], o[1], o[2], o[3], endpoint->port);
        return out;
    }
    /* RFC 5952: the longest run of at least two zero groups becomes "::". */
    int best = -1, best_length = 1;
    for (int i = 0; i < 8; i++) {
        int k = i;
        while (k < 8 && be16(o + 2 * k) == 0)
            k++;
        if (k - i > best_length) {
            best = i;
            best_length = k - i;
        }
    }
    size_t at = (size_t)snprintf(out, AN_ENDPOINT_TEXT, "[");
    for (int i = 0; i < 8; i++) {
        if (i == best) {
            at += (size_t)snprintf(out + at, AN_ENDPOINT_TEXT - at, "::");
            i += best_length - 1;
        } else {
            bool colon = i > 0 && i != best + best_length;
            at += (size_t)snprintf(out + at, AN_ENDPOINT_TEXT - at, "%s%x",
                                   best < 0 ? (i ? ":" : "")
                                   : colon  ? ":"
                                            : "",
                                   be16(o + 2 * i));
        }
    }
    snprintf(out + at, AN_ENDPOINT_TEXT - at, "]:%u", endpoint->port);
    return out;
}

static bool link_type_known(int type)
{
    switch (type) {
    case DLT_EN10MB:
    case DLT_RAW:
    case DLT_IPV4:
    case DLT_IPV6:
    case DLT_LINUX_SLL:
    case DLT_LINUX_SLL2:
    case DLT_NULL:
    case DLT_LOOP:
        return true;
    default:
        return false;
    }
}

static FILE *open_regular(const char *path, GError **error)
{
    FILE *file = fopen(path, "rb");
    struct stat status;
    if (!file || fstat(fileno(file), &status) != 0) {
        g_set_error(error, AN_CAPTURE_ERROR, AN_CAPTURE_UNREADABLE, "%s: cannot be opened: %s", path,
                    g_strerror(errno));
    } else if (!S_ISREG(status.st_mode)) {
        g_set_error(error, AN_CAPTURE_ERROR, AN_CAPTURE_NOT_ONE,
                    "%s: not a regular file, so not a packet capture", path);
    } else if (status.st_size == 0) {
        g_set_error(error, AN_CAPTURE_ERROR, AN_CAPTURE_NOT_ONE,
                    "%s: the file is empty, not a packet capture", path);
    } else {
        return file;
    }
    if (file)
        fclose(file);
    return NULL;
}

struct an_capture *an_capture_open(const char *path, GError **error)
{
    char why[PCAP_ERRBUF_SIZE] = "";
    FILE *file = open_regular(path, error);
    if (!file)
        return NULL;
    pcap_t *pcap = pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, why);
    if (!pcap) {
        g_set_error(error, AN_CAPTURE_ERROR, AN_CAPTURE_NOT_ONE, "%s: not a packet capture: %s", path, why);
        fclose(file);
        return NULL;
    }
    int type = pcap_datalink(pcap);
    if (!link_type_known(type)) {
        const char *name = pcap_datalink_val_to_name(type);
        g_set_error(error, AN_CAPTURE_ERROR, AN_CAPTURE_NOT_ONE, "%s: link type %d (%s) is not known here",
                    path, type, name ? name : "nameless");
        pcap_close(pcap);
        return NULL;
    }
    struct an_capture *capture = g_new0(struct an_capture, 1);
    *capture = (struct an_capture){.pcap = pcap, .path = g_strdup(path), .link_type = type};
    return capture;
}

void an_capture_close(struct an_capture *capture)
{
    if (!capture)
        return;
    pcap_close(capture->pcap);
    g_free(capture->path);
    g_free(capture);
}

uint64_t an_capture_skipped(const struct an_capture *capture)
{
    return capture->skipped;
}

static bool drop(struct rest *rest, uint32_t n)
{
    if (rest->n < n)
        return false;
    rest->p += n;
    rest->n -= n;
    return true;
}

/* The datagram ends after `n` octets: what follows is padding of the link. */
static void limit(struct rest *rest, uint32_t n)
{
    if (rest->n >= n) {
        rest->n = n;
        rest->cut = 0;
    } else if (rest->cut > n - rest->n) {
        rest->cut = n - rest->n;
    }
}

enum parsed { PARSED_TCP, PARSED_OTHER, PARSED_UNREADABLE };

static enum parsed parse_tcp(struct rest rest, struct an_packet *packet)
{
    if (rest.n < 20)
        return PARSED_UNREADABLE;
    const uint8_t *p = rest.p;
    uint32_t header = (uint32_t)(p[12] >> 4) * 4;
    if (header < 20 || !drop(&rest, header))
        return PARSED_UNREADABLE;
    packet->src.port = (uint16_t)be16(p);
    packet->dst.port = (uint16_t)be16(p + 2);
    packet->seq = be32(p + 4);
    packet->ack = be32(p + 8);
    packet->flags = p[13];
    packet->payload = rest.p;
    packet->size = rest.n;
    packet->wire_size = rest.n + rest.cut;
    return PARSED_TCP;
}

static enum parsed parse_ip4(struct rest rest, struct an_packet *packet)
{
    if (rest.n < 20)
        return PARSED_UNREADABLE;
    const uint8_t *p = rest.p;
    uint32_t header = (uint32_t)(p[0] & 15) * 4, total = be16(p + 2);
    if (p[9] != PROTOCOL_TCP)
        return PARSED_OTHER;
    if (be16(p + 6) & 0x3FFF) /* more fragments, or not the first one */
        return PARSED_UNREADABLE;
    if (total) /* 0: the network card was to cut this up, so the frame's length counts */
        limit(&rest, total);
    if (header < 20 || !drop(&rest, header))
        return PARSED_UNREADABLE;
    memcpy(packet->src.octets, p + 12, 4);
    memcpy(packet->dst.octets, p + 16, 4);
    packet->src.family = packet->dst.family = 4;
    return parse_tcp(rest, packet);
}

static enum parsed parse_ip6(struct rest rest, struct an_packet *packet)
{
    const uint8_t *p = rest.p;
    if (!drop(&rest, 40))
        return PARSED_UNREADABLE;
    memcpy(packet->src.octets, p + 8, 16);
    memcpy(packet->dst.octets, p + 24, 16);
    packet->src.family = packet->dst.family = 6;
    if (be16(p + 4))
        limit(&rest, be16(p + 4));
    uint8_t next = p[6];
    for (unsigned i = 0; i < MAX_IP6_EXTENSIONS && next != PROTOCOL_TCP; i++) {
        if (next == IP6_FRAGMENT)
            return PARSED_UNREADABLE;
        if (next != IP6_HOP_BY_HOP && next != IP6_ROUTING && next != IP6_DESTINATION &&
            next != IP6_AUTHENTICATION)
            return PARSED_OTHER;
        if (rest.n < 2)
            return PARSED_UNREADABLE;
        uint32_t octets = next == IP6_AUTHENTICATION ? (rest.p[1] + 2u) * 4 : (rest.p[1] + 1u) * 8;
        next = rest.p[0];
        if (!drop(&rest, octets))
            return PARSED_UNREADABLE;
    }
    return next == PROTOCOL_TCP ? parse_tcp(rest, packet) : PARSED_OTHER;
}

static enum parsed parse_ip(struct rest rest, struct an_packet *packet)
{
    if (rest.n == 0)
        return PARSED_OTHER;
    switch (rest.p[0] >> 4) {
    case 4:
        return parse_ip4(rest, packet);
    case 6:
        return parse_ip6(rest, packet);
    default:
        return PARSED_OTHER;
    }
}

static enum parsed parse_ethertype(struct rest rest, uint32_t type, struct an_packet *packet)
{
    for (unsigned tags = 0; tags < MAX_VLAN_TAGS && (type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ);
         tags++) {
        if (rest.n < 4)
            return PARSED_OTHER;
        type = be16(rest.p + 2);
        drop(&rest, 4);
    }
    return type == ETHERTYPE_IP4 || type == ETHERTYPE_IP6 ? parse_ip(rest, packet) : PARSED_OTHER;
}

static enum parsed parse_frame(int link_type, struct rest rest, struct an_packet *packet)
{
    const uint8_t *p = rest.p;
    switch (link_type) {
    case DLT_EN10MB:
        return drop(&rest, 14) ? parse_ethertype(rest, be16(p + 12), packet) : PARSED_OTHER;
    case DLT_LINUX_SLL:
        return drop(&rest, 16) ? parse_ethertype(rest, be16(p + 14), packet) : PARSED_OTHER;
    case DLT_LINUX_SLL2:
        return drop(&rest, 20) ? parse_ethertype(rest, be16(p), packet) : PARSED_OTHER;
    case DLT_NULL: /* the family's number and its byte order depend on the system: IP's version says it better
                    */
    case DLT_LOOP:
        return drop(&rest, 4) ? parse_ip(rest, packet) : PARSED_OTHER;
    default:
        return parse_ip(rest, packet);
    }
}

static enum an_capture_status damaged(struct an_capture *capture, GError **error)
{
    const char *why = pcap_geterr(capture->pcap);
    bool cut = strstr(why, "truncated") != NULL;
    g_set_error(error, AN_CAPTURE_ERROR, AN_CAPTURE_DAMAGED,
                "%s: packet %" G_GUINT64_FORMAT ": the file %s (%s)", capture->path, capture->frames + 1,
                cut ? "ends inside this packet" : "is damaged here", why);
    return AN_CAPTURE_FAILED;
}

enum an_capture_status an_capture_next(struct an_capture *capture, struct an_packet *packet, GError **error)
{
    struct pcap_pkthdr *header;
    const u_char *octets;
    for (;;) {
        int got = pcap_next_ex(capture->pcap, &header, &octets);
        if (got == PCAP_ERROR_BREAK)
            return AN_CAPTURE_END;
        if (got != 1)
            return damaged(capture, error);
        capture->frames++;
        memset(packet, 0, sizeof *packet);
        packet->number = capture->frames;
        /* Opened for nanoseconds. A damaged pcapng may hold any 64 bits. */
        packet->time = CLAMP((int64_t)header->ts.tv_sec, -MAX_SECONDS, MAX_SECONDS) * 1000000000 +
                       header->ts.tv_usec % 1000000000;
        uint32_t cut = header->len > header->caplen ? header->len - header->caplen : 0;
        struct rest rest = {octets, header->caplen, cut};
        switch (parse_frame(capture->link_type, rest, packet)) {
        case PARSED_TCP:
            return AN_CAPTURE_PACKET;
        case PARSED_UNREADABLE:
            capture->skipped++;
            break;
        default:
            break;
        }
    }
}
