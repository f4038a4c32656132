/* Opens packet captures (pcap and pcapng, through libpcap) and yields their TCP segments. */
#ifndef AN_CAPTURE_H
#define AN_CAPTURE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define AN_CAPTURE_ERROR (an_capture_error_quark())
GQuark an_capture_error_quark(void);

enum an_capture_error {
    AN_CAPTURE_UNREADABLE = 1, /* no such file, no permission */
    AN_CAPTURE_NOT_ONE,        /* empty, a directory, not a capture, a link type that is not known here */
    AN_CAPTURE_DAMAGED,        /* whole packets were given, then the file was cut or broken */
};

/* Endpoint of a TCP connection. Unused octets are 0, so endpoints compare with memcmp. */
struct an_endpoint {
    uint8_t octets[16]; /* network order; IPv4 in the first four */
    uint16_t port;      /* host order */
    uint16_t family;    /* 4 or 6 */
};

#define AN_ENDPOINT_TEXT 56 /* room for "[ffff:…:255.255.255.255]:65535" and a NUL */

/* "10.0.0.1:50001", "[::1]:50001". Returns out. */
const char *an_endpoint_format(const struct an_endpoint *endpoint, char out[AN_ENDPOINT_TEXT]);

enum { AN_TCP_FIN = 1, AN_TCP_SYN = 2, AN_TCP_RST = 4, AN_TCP_ACK = 16 };

struct an_packet {
    int64_t time;    /* ns as the capture has it, usually since 1970 */
    uint64_t number; /* of the frame, from 1; frames that are no TCP count too */
    struct an_endpoint src, dst;
    uint32_t seq, ack;
    uint8_t flags;          /* AN_TCP_… */
    uint32_t wire_size;     /* octets of TCP payload that were sent */
    uint32_t size;          /* of these, how many are in the capture (snap length) */
    const uint8_t *payload; /* valid until the next call */
};

struct an_capture;

/* NULL with an error whose message begins with the path. The path must name a regular file. */
struct an_capture *an_capture_open(const char *path, GError **error);
void an_capture_close(struct an_capture *capture); /* NULL is allowed */

enum an_capture_status { AN_CAPTURE_PACKET, AN_CAPTURE_END, AN_CAPTURE_FAILED };

/* The next TCP segment over IPv4 or IPv6; everything else is passed over. AN_CAPTURE_FAILED sets the error.
 */
enum an_capture_status an_capture_next(struct an_capture *capture, struct an_packet *packet, GError **error);

/* Frames passed over that had to do with TCP, but could not be read: pieces of IP fragments, headers cut off.
 */
uint64_t an_capture_skipped(const struct an_capture *capture);

#endif
