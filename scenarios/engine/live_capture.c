#include "scenarios/engine/live_capture.h"

#include "scenarios/engine/plan.h"

#include <glib-unix.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <errno.h>
#include <string.h>
#include <time.h>

#define KERNEL_OCTETS (64 << 20)
#define SETTLE_US     50000 /* until the last packets have come through */

struct scn_live_capture {
    pcap_t *pcap;
    FILE *file;
    guint source;
    int64_t (*now)(void *user);
    void *user;
    int64_t zero; /* of the run's time, ns since 1970 */
    bool begun;
    uint64_t packets;
};

/* ---- pcapng: libpcap writes only the older form ---- */

static void put32(GByteArray *block, uint32_t value) /* in the machine's order: the section header tells which */
{
    g_byte_array_append(block, (const guint8 *)&value, sizeof value);
}

/* A block's head and tail say how long it is. */
static void put_block(FILE *file, uint32_t type, const GByteArray *content, const void *octets, uint32_t size)
{
    static const char zeros[4];
    uint32_t pad = -size & 3u, total = 12 + content->len + size + pad, head[2] = {type, total};
    fwrite(head, sizeof head, 1, file);
    fwrite(content->data, 1, content->len, file);
    if (size)
        fwrite(octets, 1, size, file);
    fwrite(zeros, 1, pad, file);
    fwrite(&total, sizeof total, 1, file);
}

static void put_head(FILE *file, pcap_t *pcap, int64_t zero)
{
    GByteArray *block = g_byte_array_new();
    char *comment = g_strdup_printf("peermesh live: packets carry the time of the run, which began %" G_GINT64_FORMAT ".%09d s after 1970 (UTC)",
                                    zero / 1000000000, (int)(zero % 1000000000));
    uint32_t length = (uint32_t)strlen(comment);
    put32(block, 0x1A2B3C4D); /* section header: byte order, version 1.0, length not known */
    put32(block, 1);
    put32(block, UINT32_MAX);
    put32(block, UINT32_MAX);
    put32(block, 1 | length << 16); /* option: comment; then the end of options */
    g_byte_array_append(block, (const guint8 *)comment, length);
    g_byte_array_append(block, (const guint8 *)"\0\0\0", -length & 3u);
    put32(block, 0);
    g_free(comment);
    put_block(file, 0x0A0D0D0A, block, NULL, 0);
    g_byte_array_set_size(block, 0);
    put32(block, (uint32_t)pcap_datalink(pcap)); /* interface: link type, snap length; option if_tsresol: 10^-9 s; end of options */
    put32(block, (uint32_t)pcap_snapshot(pcap));
    put32(block, 9 | 1u << 16);
    put32(block, 9);
    put32(block, 0);
    put_block(file, 1, block, NULL, 0);
    g_byte_array_unref(block);
}

static int64_t wall_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void packet(u_char *user, const struct pcap_pkthdr *header, const u_char *octets)
{
    struct scn_live_capture *capture = (struct scn_live_capture *)(void *)user;
    if (!capture->begun) {
        capture->zero = wall_clock() - capture->now(capture->user);
        put_head(capture->file, capture->pcap, capture->zero);
        capture->begun = true;
    }
    int64_t wall = header->ts.tv_sec * INT64_C(1000000000) + header->ts.tv_usec; /* precision nano: they are ns */
    uint64_t time = (uint64_t)MAX(wall - capture->zero, 0);
    GByteArray *block = g_byte_array_new();
    capture->packets++;
    put32(block, 0);
    put32(block, (uint32_t)(time >> 32));
    put32(block, (uint32_t)time);
    put32(block, header->caplen);
    put32(block, header->len);
    put_block(capture->file, 6, block, octets, header->caplen);
    g_byte_array_unref(block);
}

static gboolean ready(gint fd, GIOCondition condition, gpointer user)
{
    struct scn_live_capture *capture = user;
    (void)fd;
    (void)condition;
    pcap_dispatch(capture->pcap, 1000, packet, (u_char *)capture);
    return G_SOURCE_CONTINUE;
}

static pcap_t *opened(uint8_t net, GError **error)
{
    char why[PCAP_ERRBUF_SIZE] = "", filter[64];
    struct bpf_program program;
    pcap_t *pcap = pcap_create("lo", why);
    int state = -1;
    g_snprintf(filter, sizeof filter, "tcp and net 127.%u.0.0/16", net);
    if (pcap) {
        pcap_set_snaplen(pcap, 262144);
        pcap_set_buffer_size(pcap, KERNEL_OCTETS);
        pcap_set_immediate_mode(pcap, 1);
        pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
        state = pcap_activate(pcap);
    }
    if (state >= 0 && pcap_compile(pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN) == 0) {
        state = pcap_setfilter(pcap, &program);
        pcap_freecode(&program);
        if (state == 0 && pcap_setnonblock(pcap, 1, why) == 0)
            return pcap;
    }
    g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "capture on lo: %s", pcap ? pcap_geterr(pcap) : why);
    if (pcap)
        pcap_close(pcap);
    return NULL;
}

struct scn_live_capture *scn_live_capture_new(const char *path, uint8_t net, int64_t (*now)(void *user), void *user, GError **error)
{
    pcap_t *pcap = opened(net, error);
    if (!pcap)
        return NULL;
    FILE *file = fopen(path, "wb");
    if (!file) {
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "%s: %s", path, g_strerror(errno));
        pcap_close(pcap);
        return NULL;
    }
    struct scn_live_capture *capture = g_new0(struct scn_live_capture, 1);
    capture->pcap = pcap;
    capture->file = file;
    capture->now = now;
    capture->user = user;
    capture->source = g_unix_fd_add_full(G_PRIORITY_HIGH, pcap_get_selectable_fd(pcap), G_IO_IN, ready, capture, NULL);
    return capture;
}

bool scn_live_capture_close(struct scn_live_capture *capture, uint64_t *packets, uint64_t *dropped, GError **error)
{
    struct pcap_stat stat = {0};
    g_source_remove(capture->source);
    g_usleep(SETTLE_US);
    while (pcap_dispatch(capture->pcap, -1, packet, (u_char *)capture) > 0)
        ;
    pcap_stats(capture->pcap, &stat);
    *packets = capture->packets;
    *dropped = stat.ps_drop;
    bool ok = !ferror(capture->file);
    ok = fclose(capture->file) == 0 && ok;
    if (!ok)
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "the capture cannot be written: disk full?");
    pcap_close(capture->pcap);
    g_free(capture);
    return ok;
}
