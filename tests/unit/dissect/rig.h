/* What the tests of this folder share: dissecting into memory, writing captures octet by octet. */
#ifndef TEST_DISSECT_RIG_H
#define TEST_DISSECT_RIG_H

#include "analysis/dissect.h"

#include <criterion/criterion.h>
#include <string.h>

#define DATA "tests/data/captures/"

struct rig_result {
    int result; /* of an_dissect() */
    char *text; /* what it printed */
    char *error;
};

struct rig_result rig_dissect(const char *path, enum an_dissect_form form);
void rig_result_free(struct rig_result *result);

char *rig_file(const char *path,
               size_t *size); /* whole, NUL-terminated; the test fails if it cannot be read */

/* A file of these octets in the temporary folder; its path. rig_remove() deletes it and frees the path. */
char *rig_write(const void *octets, size_t size);
void rig_remove(char *path);

/* Where the lines of two texts first differ, or NULL. For messages. */
char *rig_difference(const char *got, const char *expected);

/* Frames of a pcap file (little-endian, microseconds) one after the other. */
struct rig_frame {
    uint32_t seconds, microseconds, size, wire_size;
    const uint8_t *octets;
};
bool rig_next_frame(const char *file, size_t size, size_t *at, struct rig_frame *frame); /* *at: 0 at first */

GByteArray *rig_pcap(uint32_t link_type); /* a pcap file without frames so far */
void rig_pcap_add(GByteArray *pcap, const struct rig_frame *frame);

/* A TCP segment over IPv4 over LINKTYPE_RAW (101), appended to a pcap file. Hosts are the last octet
 * of 10.0.0.x. */
struct rig_segment {
    uint8_t src, dst;
    uint16_t src_port, dst_port;
    uint32_t seq, ack;
    uint8_t flags;
    const void *octets;
    size_t size;
};
void rig_pcap_segment(GByteArray *pcap, uint32_t microseconds, const struct rig_segment *segment);

#endif
