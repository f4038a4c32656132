#include "sim/pcapng.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define BLOCK_SECTION   0x0A0D0D0Au
#define BLOCK_INTERFACE 1u
#define BLOCK_PACKET    6u /* enhanced packet block */
#define BYTE_ORDER_MARK 0x1A2B3C4Du
#define OPTION_END      0
#define OPTION_COMMENT  1
#define OPTION_APP      4 /* of a section */
#define OPTION_IF_NAME  2 /* of an interface */
#define OPTION_TSRESOL  9
#define LINKTYPE_IPV4   228
#define SNAP_LENGTH     262144
#define NAME_MAX_OCTETS 1000

#define TCP_FIN      0x01
#define TCP_SYN      0x02
#define TCP_RST      0x04
#define TCP_PSH      0x08
#define TCP_ACK      0x10
#define WINDOW_SHIFT 8 /* announced in the SYN: windows of up to 16 MiB */
#define IP_HEADER    20
#define TCP_HEADER   20
#define SYN_OPTIONS  8 /* MSS, NOP, window scale */

/* What happens at a time to come. Trains are cut into packets. */
struct pending {
    int64_t time;
    uint64_t order; /* of insertion: among equal times */
    uint64_t event;
    const uint8_t *data;
    void *owner;
    uint32_t link, size;
    uint32_t src, dst;
    uint16_t src_port, dst_port;
    uint8_t kind; /* enum sim_segment_kind */
    bool from_initiator, refusal, window_closed;
    bool arrival; /* not a packet of its sender: what dst acknowledges, src and dst already exchanged */
    bool recalled; /* it never departs */
};

/* One connection; index 0: the direction from the initiator. Positions count SYN and FIN, as TCP does. */
struct flow {
    uint32_t first[2];     /* initial sequence numbers */
    uint32_t sent[2];      /* position after the last packet written */
    uint32_t received[2];  /* position that the other side has acknowledged */
    int64_t cut[2];        /* what departs later … */
    uint64_t cut_order[2]; /* … and was queued before never does */
};

struct sim_pcapng {
    FILE *file;
    char *path;
    GError *error;
    struct sim_octets_ops octets;
    struct sim_observer observer;
    GArray *heap;  /* of struct pending, the earliest first */
    GArray *flows; /* of struct flow, by link */
    GByteArray *block;
    uint64_t order;
    uint32_t interfaces;
};

/* --- Blocks ------------------------------------------------------------------------- */

static void put16(GByteArray *block, uint16_t value)
{
    value = GUINT16_TO_LE(value);
    g_byte_array_append(block, (const guint8 *)&value, sizeof value);
}

static void put32(GByteArray *block, uint32_t value)
{
    value = GUINT32_TO_LE(value);
    g_byte_array_append(block, (const guint8 *)&value, sizeof value);
}

static void pad(GByteArray *block)
{
    static const guint8 zeros[4];

    g_byte_array_append(block, zeros, (4 - block->len % 4) % 4);
}

static void put_option(GByteArray *block, uint16_t code, const void *value, size_t size)
{
    put16(block, code);
    put16(block, (uint16_t)size);
    if (size > 0)
        g_byte_array_append(block, value, (guint)size);
    pad(block);
}

static void begin_block(struct sim_pcapng *pcapng, uint32_t type)
{
    g_byte_array_set_size(pcapng->block, 0);
    put32(pcapng->block, type);
    put32(pcapng->block, 0); /* the length comes when it is known */
}

static void fail(struct sim_pcapng *pcapng, int code)
{
    if (!pcapng->error)
        g_set_error(&pcapng->error, G_FILE_ERROR, (gint)g_file_error_from_errno(code), "%s: %s", pcapng->path,
                    g_strerror(code));
}

static void end_block(struct sim_pcapng *pcapng)
{
    GByteArray *block = pcapng->block;
    uint32_t length = block->len + 4, stored = GUINT32_TO_LE(length);

    memcpy(block->data + 4, &stored, sizeof stored);
    put32(block, length);
    if (!pcapng->error && fwrite(block->data, 1, block->len, pcapng->file) != block->len)
        fail(pcapng, errno);
}

/* --- Packets ------------------------------------------------------------------------ */

static void put16_net(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put32_net(uint8_t *at, uint32_t value)
{
    put16_net(at, value >> 16);
    put16_net(at + 2, value & 0xFFFF);
}

/* RFC 1071. */
static uint32_t sum_octets(uint32_t sum, const uint8_t *data, size_t size)
{
    for (; size > 1; size -= 2, data += 2)
        sum += (uint32_t)data[0] << 8 | data[1];
    return size ? sum + ((uint32_t)data[0] << 8) : sum;
}

static uint16_t checksum(uint32_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xFFFF) + (sum >> 16);
    return (uint16_t)~sum;
}

static size_t fill_ip(uint8_t *ip, uint32_t src, uint32_t dst, size_t length)
{
    memset(ip, 0, IP_HEADER);
    ip[0] = 0x45;
    put16_net(ip + 2, (uint32_t)length);
    ip[6] = 0x40; /* do not fragment: the identification may be 0 (RFC 6864) */
    ip[8] = 64;
    ip[9] = 6;
    put32_net(ip + 12, src);
    put32_net(ip + 16, dst);
    put16_net(ip + 10, checksum(sum_octets(0, ip, IP_HEADER)));
    return IP_HEADER;
}

struct tcp {
    uint32_t src, dst;
    uint16_t src_port, dst_port;
    uint32_t seq, ack;
    uint8_t flags;
    bool window_closed;
};

/* One packet block: headers, payload, the number of the event as comment. */
static void write_packet(struct sim_pcapng *pcapng, int64_t time, uint64_t event, const struct tcp *tcp,
                         const uint8_t *data, uint32_t size)
{
    static const uint8_t syn_options[SYN_OPTIONS] = {2, 4, SIM_MSS >> 8, SIM_MSS & 0xFF, 1,
                                                     3, 3, WINDOW_SHIFT};
    uint8_t headers[IP_HEADER + TCP_HEADER + SYN_OPTIONS] = {0}, *header = headers + IP_HEADER;
    size_t options = tcp->flags & TCP_SYN ? SYN_OPTIONS : 0, length = IP_HEADER + TCP_HEADER + options + size;
    char comment[32];
    uint32_t sum;

    fill_ip(headers, sim_host_address(tcp->src), sim_host_address(tcp->dst), length);
    put16_net(header, tcp->src_port);
    put16_net(header + 2, tcp->dst_port);
    put32_net(header + 4, tcp->seq);
    put32_net(header + 8, tcp->flags & TCP_ACK ? tcp->ack : 0);
    header[12] = (uint8_t)((TCP_HEADER + options) / 4 << 4);
    header[13] = tcp->flags;
    put16_net(header + 14, tcp->window_closed ? 0 : 0xFFFF);
    memcpy(header + TCP_HEADER, syn_options, options);
    /* The pseudo header: addresses, protocol, length. */
    sum = sum_octets(6 + (uint32_t)(length - IP_HEADER), headers + 12, 8);
    sum = sum_octets(sum, header, TCP_HEADER + options);
    put16_net(header + 16, checksum(sum_octets(sum, data, size)));

    g_assert(tcp->src < pcapng->interfaces);
    begin_block(pcapng, BLOCK_PACKET);
    put32(pcapng->block, tcp->src);
    put32(pcapng->block, (uint32_t)((uint64_t)time >> 32));
    put32(pcapng->block, (uint32_t)(uint64_t)time);
    put32(pcapng->block, (uint32_t)length);
    put32(pcapng->block, (uint32_t)length);
    g_byte_array_append(pcapng->block, headers, (guint)(IP_HEADER + TCP_HEADER + options));
    if (size > 0)
        g_byte_array_append(pcapng->block, data, size);
    pad(pcapng->block);
    g_snprintf(comment, sizeof comment, "event %" G_GUINT64_FORMAT, event);
    put_option(pcapng->block, OPTION_COMMENT, comment, strlen(comment));
    put_option(pcapng->block, OPTION_END, NULL, 0);
    end_block(pcapng);
}

/* --- Flows -------------------------------------------------------------------------- */

static struct flow *flow_of(struct sim_pcapng *pcapng, uint32_t link)
{
    while (pcapng->flows->len <= link) {
        uint64_t numbers[2] = {pcapng->flows->len, 0};
        struct flow flow = {.cut = {INT64_MAX, INT64_MAX}};

        sim_philox(numbers, 0);
        flow.first[0] = (uint32_t)numbers[0];
        flow.first[1] = (uint32_t)numbers[1];
        g_array_append_val(pcapng->flows, flow);
    }
    return &g_array_index(pcapng->flows, struct flow, link);
}

static uint8_t flags_of(const struct pending *packet)
{
    switch (packet->kind) {
    case SIM_SEGMENT_SYN:
        return TCP_SYN;
    case SIM_SEGMENT_SYN_ACK:
        return TCP_SYN | TCP_ACK;
    case SIM_SEGMENT_DATA:
        return TCP_ACK | TCP_PSH;
    case SIM_SEGMENT_FIN:
        return TCP_ACK | TCP_FIN;
    case SIM_SEGMENT_RST:
        return TCP_ACK | TCP_RST;
    default:
        return TCP_ACK;
    }
}

static bool takes_number(uint8_t kind)
{
    return kind == SIM_SEGMENT_SYN || kind == SIM_SEGMENT_SYN_ACK || kind == SIM_SEGMENT_FIN;
}

/* The time of this one has come: sequence and acknowledgement numbers are what they are at that time. */
static bool never_departs(const struct flow *flow, const struct pending *item)
{
    unsigned way = item->from_initiator ? 0 : 1;

    return item->recalled || (item->time > flow->cut[way] && item->order < flow->cut_order[way]);
}

static void carry_out(struct sim_pcapng *pcapng, const struct pending *item)
{
    struct flow *flow = flow_of(pcapng, item->link);
    unsigned way = item->from_initiator ? 0 : 1, back = 1 - way;
    uint32_t octets = item->size + (takes_number(item->kind) ? 1 : 0);
    struct tcp tcp;

    if (item->arrival) {
        flow->received[way] += octets;
        if (item->kind != SIM_SEGMENT_DATA && item->kind != SIM_SEGMENT_FIN)
            return; /* the handshake has packets of its own */
        tcp = (struct tcp){.src = item->dst,
                           .dst = item->src,
                           .src_port = item->dst_port,
                           .dst_port = item->src_port,
                           .seq = flow->first[back] + flow->sent[back],
                           .ack = flow->first[way] + flow->received[way],
                           .flags = TCP_ACK};
        write_packet(pcapng, item->time, item->event, &tcp, NULL, 0);
        return;
    }
    if (never_departs(flow, item))
        return;
    tcp = (struct tcp){.src = item->src,
                       .dst = item->dst,
                       .src_port = item->src_port,
                       .dst_port = item->dst_port,
                       .seq = item->refusal ? 0 : flow->first[way] + flow->sent[way],
                       .ack = flow->first[back] + flow->received[back],
                       .flags = flags_of(item),
                       .window_closed = item->window_closed};
    write_packet(pcapng, item->time, item->event, &tcp, item->data, item->size);
    flow->sent[way] += octets;
}

/* --- What is to come ---------------------------------------------------------------- */

static bool earlier(const struct pending *x, const struct pending *y)
{
    return x->time != y->time ? x->time < y->time : x->order < y->order;
}

static void add(struct sim_pcapng *pcapng, struct pending item)
{
    struct pending *items;
    guint i = pcapng->heap->len;

    item.order = pcapng->order++;
    if (item.owner)
        pcapng->octets.retain(item.owner);
    g_array_append_val(pcapng->heap, item);
    items = (struct pending *)(void *)pcapng->heap->data;
    for (; i > 0 && earlier(&item, &items[(i - 1) / 2]); i = (i - 1) / 2)
        items[i] = items[(i - 1) / 2];
    items[i] = item;
}

static struct pending take(struct sim_pcapng *pcapng)
{
    struct pending *items = (struct pending *)(void *)pcapng->heap->data;
    struct pending top = items[0], last = items[pcapng->heap->len - 1];
    guint size = pcapng->heap->len - 1, i = 0;

    while (2 * i + 1 < size) {
        guint child = 2 * i + 1;

        if (child + 1 < size && earlier(&items[child + 1], &items[child]))
            child++;
        if (!earlier(&items[child], &last))
            break;
        items[i] = items[child];
        i = child;
    }
    items[i] = last;
    g_array_set_size(pcapng->heap, size);
    return top;
}

static void flush(struct sim_pcapng *pcapng, int64_t now)
{
    while (pcapng->heap->len > 0 && g_array_index(pcapng->heap, struct pending, 0).time <= now) {
        struct pending item = take(pcapng);

        carry_out(pcapng, &item);
        if (item.owner)
            pcapng->octets.release(item.owner);
    }
}

static struct pending pending_of(const struct sim_packet *packet)
{
    return (struct pending){.event = packet->event,
                            .link = packet->link,
                            .src = packet->src,
                            .dst = packet->dst,
                            .src_port = packet->src_port,
                            .dst_port = packet->dst_port,
                            .size = packet->size,
                            .kind = (uint8_t)packet->kind,
                            .from_initiator = packet->from_initiator,
                            .refusal = packet->refusal,
                            .window_closed = packet->window_closed};
}

static void on_sent(void *user, int64_t now, const struct sim_packet *packet)
{
    struct sim_pcapng *pcapng = user;
    struct pending item = pending_of(packet);
    uint64_t wire = 0;
    uint32_t done = 0;

    flush(pcapng, now);
    item.owner = packet->owner;
    do { /* each packet when its last bit leaves */
        item.size = MIN(packet->size - done, SIM_MSS);
        item.data = packet->data ? packet->data + done : NULL;
        done += item.size;
        wire += item.size + SIM_HEADERS;
        item.time =
            packet->start + (int64_t)((unsigned __int128)(uint64_t)(packet->departure - packet->start) *
                                      wire / packet->wire_size);
        add(pcapng, item);
    } while (done < packet->size);
}

static void on_arrived(void *user, int64_t now, const struct sim_packet *packet)
{
    struct sim_pcapng *pcapng = user;
    struct pending item = pending_of(packet);

    flush(pcapng, now);
    item.time = now;
    item.arrival = true;
    add(pcapng, item);
}

static void on_closed(void *user, int64_t now, uint32_t link, bool initiator, int reason,
                      const struct sim_leftover *left)
{
    struct sim_pcapng *pcapng = user;
    struct flow *flow = flow_of(pcapng, link);

    (void)reason;
    flush(pcapng, now);
    if (!left->cut)
        return;
    flow->cut[initiator ? 0 : 1] = now;
    flow->cut_order[initiator ? 0 : 1] = pcapng->order;
}

/* Packets of that direction whose time is still to come, and later than `since`, never depart. → their octets. */
static uint64_t take_back(struct sim_pcapng *pcapng, uint32_t link, bool initiator, int64_t since)
{
    const struct flow *flow = flow_of(pcapng, link);
    uint64_t octets = 0;

    for (guint i = 0; i < pcapng->heap->len; i++) {
        struct pending *item = &g_array_index(pcapng->heap, struct pending, i);

        if (item->link != link || item->from_initiator != initiator || item->arrival || item->time <= since || never_departs(flow, item))
            continue;
        octets += item->size;
        item->recalled = true;
    }
    return octets;
}

/* What has not departed never will as it was sent; it comes again. The first packets of a train may have departed: they keep
 * their numbers when they are sent again. */
static void on_recalled(void *user, int64_t now, uint32_t link, bool initiator, uint64_t octets, int64_t since)
{
    struct sim_pcapng *pcapng = user;

    flush(pcapng, now);
    flow_of(pcapng, link)->sent[initiator ? 0 : 1] -= (uint32_t)(octets - take_back(pcapng, link, initiator, since));
}

/* --- The file ----------------------------------------------------------------------- */

static void write_section(struct sim_pcapng *pcapng, const char *comment)
{
    static const char cut_mark[] = " … (cut)";
    static const char times[] =
        "A packet has the time at which its last bit left the sender's line. An ACK without data has the "
        "time at "
        "which the octets it covers reached the receiver: there is no packet for its way back. Octets are shown once: what was "
        "lost at first has the time of its first transmission, and its ACK tells when it got through.";
    GString *text = g_string_new(comment);

    if (text->len > SIM_PCAPNG_COMMENT_MAX) {
        const char *end = g_utf8_find_prev_char(text->str, text->str + SIM_PCAPNG_COMMENT_MAX);

        g_string_truncate(text, end ? (gsize)(end - text->str) : SIM_PCAPNG_COMMENT_MAX);
        g_string_append(text, cut_mark);
    }
    g_string_append_printf(text, "%s%s", text->len > 0 ? "\n" : "", times);
    begin_block(pcapng, BLOCK_SECTION);
    put32(pcapng->block, BYTE_ORDER_MARK);
    put16(pcapng->block, 1); /* version 1.0 */
    put16(pcapng->block, 0);
    put32(pcapng->block, UINT32_MAX); /* length of the section: not given */
    put32(pcapng->block, UINT32_MAX);
    put_option(pcapng->block, OPTION_COMMENT, text->str, text->len);
    put_option(pcapng->block, OPTION_APP, "peermesh", strlen("peermesh"));
    put_option(pcapng->block, OPTION_END, NULL, 0);
    end_block(pcapng);
    g_string_free(text, TRUE);
}

struct sim_pcapng *sim_pcapng_new(const char *path, const char *comment, const struct sim_octets_ops *octets,
                                  GError **error)
{
    FILE *file = fopen(path, "wb");
    struct sim_pcapng *pcapng;

    if (!file) {
        int code = errno;

        g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(code), "%s: %s", path,
                    g_strerror(code));
        return NULL;
    }
    pcapng = g_new0(struct sim_pcapng, 1);
    pcapng->file = file;
    pcapng->path = g_strdup(path);
    pcapng->octets = *octets;
    pcapng->observer =
        (struct sim_observer){.user = pcapng, .sent = on_sent, .arrived = on_arrived, .closed = on_closed, .recalled = on_recalled};
    pcapng->heap = g_array_new(FALSE, FALSE, sizeof(struct pending));
    pcapng->flows = g_array_new(FALSE, FALSE, sizeof(struct flow));
    pcapng->block = g_byte_array_new();
    write_section(pcapng, comment);
    return pcapng;
}

void sim_pcapng_add_interface(struct sim_pcapng *pcapng, const char *name)
{
    const guint8 nanoseconds = 9;

    begin_block(pcapng, BLOCK_INTERFACE);
    put16(pcapng->block, LINKTYPE_IPV4);
    put16(pcapng->block, 0);
    put32(pcapng->block, SNAP_LENGTH); /* equal for all: libpcap refuses a file in which they differ */
    put_option(pcapng->block, OPTION_IF_NAME, name, MIN(strlen(name), NAME_MAX_OCTETS));
    put_option(pcapng->block, OPTION_TSRESOL, &nanoseconds, sizeof nanoseconds);
    put_option(pcapng->block, OPTION_END, NULL, 0);
    end_block(pcapng);
    pcapng->interfaces++;
}

const struct sim_observer *sim_pcapng_observer(struct sim_pcapng *pcapng)
{
    return &pcapng->observer;
}

bool sim_pcapng_check(const struct sim_pcapng *pcapng, GError **error)
{
    if (pcapng->error && error)
        *error = g_error_copy(pcapng->error);
    return pcapng->error == NULL;
}

bool sim_pcapng_close(struct sim_pcapng *pcapng, int64_t now, bool abandoned, GError **error)
{
    bool good;

    flush(pcapng, now);
    for (guint i = 0; i < pcapng->heap->len; i++) {
        struct pending *item = &g_array_index(pcapng->heap, struct pending, i);

        if (item->owner)
            pcapng->octets.release(item->owner);
    }
    if (fclose(pcapng->file) != 0)
        fail(pcapng, errno);
    if (abandoned)
        remove(pcapng->path);
    good = sim_pcapng_check(pcapng, error);
    g_clear_error(&pcapng->error);
    g_array_unref(pcapng->heap);
    g_array_unref(pcapng->flows);
    g_byte_array_unref(pcapng->block);
    g_free(pcapng->path);
    g_free(pcapng);
    return good;
}
