/* The same talk of two, once over the real TCP of this machine (captured with libpcap on the loopback interface of a network
 * namespace of its own, where segmentation is not left to the card), once simulated and captured by pcapng.h. One reader for both.
 * sim/README.md, "The capture", says what is to agree: sizes and order of the segments, and what is acknowledged when all is quiet. */
#include "sim/pcapng.h"
#include "tests/unit/sim/rig.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <pcap.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PORT      101
#define QUIET     (100 * MS) /* between two writes; longer than an acknowledgement is put off here */
#define SYN       0x02
#define FIN       0x01
#define ACK       0x10
#define TALK_MOST 256

static const struct {
    int from; /* 0: who connected */
    size_t size;
} writes[] = {{0, 1}, {0, 100}, {1, 333}, {0, SIM_MSS}, {0, SIM_MSS + 1}, {1, 4000}, {0, 10 * SIM_MSS}, {1, 12000}};

/* What the capture tells, addresses, times and first numbers left out. */
struct talk {
    int count; /* packets that carry octets, SYN or FIN */
    struct {
        int from, size, flags;
    } sent[TALK_MOST];
    int quiets;
    uint32_t acked[TALK_MOST][2]; /* of each direction, SYN and FIN counted, when the next packet came after a pause */
    int pure; /* acknowledgements that carry nothing, after the handshake */
    bool too_early; /* something was acknowledged that had not been sent */
    uint32_t first[2], position[2];
    int64_t last;
};

static uint32_t get32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void read_packet(struct talk *talk, const uint8_t *ip, int64_t now)
{
    const uint8_t *tcp = ip + (ip[0] & 15) * 4;
    int size = (ip[2] << 8 | ip[3]) - (ip[0] & 15) * 4 - (tcp[12] >> 4) * 4, flags = tcp[13] & (SYN | FIN | ACK);
    int from = (tcp[2] << 8 | tcp[3]) == PORT ? 0 : 1;
    bool carries = size > 0 || (flags & (SYN | FIN));
    uint32_t seq = get32(tcp + 4), ack = get32(tcp + 8);

    if (flags & SYN)
        talk->first[from] = talk->position[from] = seq;
    if (carries && talk->last && now - talk->last > QUIET / 2) {
        cr_assert_lt(talk->quiets, TALK_MOST);
        talk->quiets++;
        memcpy(talk->acked[talk->quiets], talk->acked[talk->quiets - 1], sizeof talk->acked[0]);
    }
    if (flags & ACK) {
        talk->acked[talk->quiets][1 - from] = ack - talk->first[1 - from];
        talk->too_early = talk->too_early || (int32_t)(ack - talk->position[1 - from]) > 0;
    }
    talk->pure += !carries && talk->quiets > 0;
    if (!carries)
        return;
    cr_assert_lt(talk->count, TALK_MOST);
    talk->sent[talk->count].from = from;
    talk->sent[talk->count].size = size;
    talk->sent[talk->count++].flags = flags;
    talk->position[from] = seq + (uint32_t)size + ((flags & (SYN | FIN)) != 0);
    talk->last = now;
}

static void read_all(struct talk *talk, pcap_t *pcap, size_t skip)
{
    struct pcap_pkthdr *header;
    const uint8_t *octets;

    int got, idle = 0; /* live: 0 also stands for the copy of each packet that leaves */

    while ((got = pcap_next_ex(pcap, &header, &octets)) >= 0 && idle < 1000) {
        idle = got ? 0 : idle + 1;
        if (!got)
            continue;
        read_packet(talk, octets + skip, (int64_t)header->ts.tv_sec * SECOND + header->ts.tv_usec * 1000);
    }
}

/* --- Live --------------------------------------------------------------------------- */

/* NULL, or why it cannot be done here. */
static const char *prepare_loopback(void)
{
    struct ifreq request = {.ifr_name = "lo"};
    static const uint32_t offloads[] = {ETHTOOL_STSO, ETHTOOL_SGSO};
    int file;

    if (unshare(CLONE_NEWNET) != 0)
        return "a network namespace of its own needs root";
    file = socket(AF_INET, SOCK_DGRAM, 0);
    request.ifr_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING;
    if (file < 0 || ioctl(file, SIOCSIFFLAGS, &request) != 0)
        return "the loopback interface cannot be brought up";
    for (size_t i = 0; i < G_N_ELEMENTS(offloads); i++) {
        struct ethtool_value off = {.cmd = offloads[i]};

        request.ifr_data = (void *)&off;
        if (ioctl(file, SIOCETHTOOL, &request) != 0)
            return "segmentation cannot be taken off the loopback interface";
    }
    close(file);
    return NULL;
}

static pcap_t *open_live(void)
{
    char error[PCAP_ERRBUF_SIZE];
    pcap_t *pcap = pcap_create("lo", error);

    if (!pcap)
        return NULL;
    pcap_set_snaplen(pcap, 2048); /* the ring has room for few long ones */
    pcap_set_immediate_mode(pcap, 1);
    pcap_set_timeout(pcap, 10);
    if (pcap_activate(pcap) < 0 || pcap_setnonblock(pcap, 1, error) != 0) {
        pcap_close(pcap);
        return NULL;
    }
    return pcap;
}

/* Segments of SIM_MSS octets of payload: the time stamps that this machine may add count for the announced size. */
static int tcp_socket(void)
{
    char stamps = '1';
    FILE *setting = fopen("/proc/sys/net/ipv4/tcp_timestamps", "r");
    int file = socket(AF_INET, SOCK_STREAM, 0), yes = 1, size;

    if (setting) {
        stamps = (char)fgetc(setting);
        fclose(setting);
    }
    size = SIM_MSS + (stamps == '0' ? 0 : 12);
    cr_assert_geq(file, 0);
    setsockopt(file, IPPROTO_TCP, TCP_MAXSEG, &size, sizeof size);
    setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return file;
}

static void talk_live(void)
{
    static uint8_t octets[1 << 16];
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int listener = tcp_socket(), end[2] = {tcp_socket(), -1};

    cr_assert_eq(bind(listener, (const struct sockaddr *)&address, sizeof address), 0);
    cr_assert_eq(listen(listener, 1), 0);
    cr_assert_eq(connect(end[0], (const struct sockaddr *)&address, sizeof address), 0);
    end[1] = accept(listener, NULL, NULL);
    cr_assert_geq(end[1], 0);
    for (size_t i = 0; i < G_N_ELEMENTS(writes); i++) {
        g_usleep((gulong)(QUIET / 1000));
        cr_assert_eq(send(end[writes[i].from], octets, writes[i].size, 0), (ssize_t)writes[i].size);
        cr_assert_eq(recv(end[1 - writes[i].from], octets, writes[i].size, MSG_WAITALL), (ssize_t)writes[i].size);
    }
    g_usleep((gulong)(QUIET / 1000));
    shutdown(end[0], SHUT_WR);
    cr_assert_eq(recv(end[1], octets, 1, 0), 0);
    g_usleep((gulong)(QUIET / 1000));
    shutdown(end[1], SHUT_WR);
    cr_assert_eq(recv(end[0], octets, 1, 0), 0);
    g_usleep((gulong)(QUIET / 1000));
    close(end[0]);
    close(end[1]);
    close(listener);
}

/* --- Simulated ---------------------------------------------------------------------- */

static void nothing(void *owner)
{
    (void)owner;
}

static void talk_simulated(struct talk *talk, bool full)
{
    static const struct sim_octets_ops no_owner = {nothing, nothing};
    const struct sim_dist delay = {.kind = SIM_DIST_CONSTANT, .a = 10000};
    const struct sim_profile_changes changes = {.delay = &delay, .tcp_full = full};
    char path[] = "/tmp/peermesh-loopback-XXXXXX", error[PCAP_ERRBUF_SIZE];
    int file = mkstemp(path);
    struct sim_pcapng *pcapng = sim_pcapng_new(path, "a talk of two", &no_owner, NULL);
    struct rig rig;
    pcap_t *pcap;

    close(file);
    sim_pcapng_add_interface(pcapng, "a");
    sim_pcapng_add_interface(pcapng, "b");
    rig_open(&rig, SIM_PROFILE_NULL, &changes, 2, &(struct sim_config){.seed = 1, .observer = sim_pcapng_observer(pcapng)});
    rig_connect(&rig, 0, 1);
    for (size_t i = 0; i < G_N_ELEMENTS(writes); i++) {
        rig_run(&rig, sim_now(rig.world) + QUIET);
        rig_write(&rig, (uint32_t)writes[i].from, writes[i].size);
    }
    for (int i = 0; i < 2; i++) {
        rig_run(&rig, sim_now(rig.world) + QUIET);
        sim_finish(rig.world, rig.nodes[i].conn);
    }
    rig_run(&rig, sim_now(rig.world) + SECOND);
    cr_assert(sim_pcapng_close(pcapng, sim_now(rig.world), false, NULL));
    rig_close(&rig);
    pcap = pcap_open_offline(path, error);
    cr_assert_not_null(pcap);
    read_all(talk, pcap, 0);
    pcap_close(pcap);
    unlink(path);
}

/* --- Both --------------------------------------------------------------------------- */

static void compare(const struct talk *live, const struct talk *simulated)
{
    cr_assert_eq(live->count, simulated->count, "%d packets live, %d simulated", live->count, simulated->count);
    for (int i = 0; i < live->count; i++)
        cr_expect(live->sent[i].from == simulated->sent[i].from && live->sent[i].size == simulated->sent[i].size &&
                      live->sent[i].flags == simulated->sent[i].flags,
                  "packet %d: live %d octets of %d, flags %x; simulated %d of %d, %x", i, live->sent[i].size, live->sent[i].from,
                  live->sent[i].flags, simulated->sent[i].size, simulated->sent[i].from, simulated->sent[i].flags);
    cr_assert_eq(live->quiets, simulated->quiets);
    for (int i = 0; i <= live->quiets; i++)
        cr_expect(live->acked[i][0] == simulated->acked[i][0] && live->acked[i][1] == simulated->acked[i][1],
                  "when all is quiet after write %d: acknowledged %u and %u live, %u and %u simulated", i, live->acked[i][0],
                  live->acked[i][1], simulated->acked[i][0], simulated->acked[i][1]);
    cr_expect(!live->too_early && !simulated->too_early);
    /* Here one for each train and FIN; there one for each, or for every second segment. */
    cr_expect_eq(simulated->pure, (int)G_N_ELEMENTS(writes) + 2);
    cr_expect(live->pure >= simulated->pure && live->pure <= live->count, "%d acknowledgements live, %d simulated", live->pure,
              simulated->pure);
}

Test(loopback, a_live_transfer_and_the_simulated_one_have_the_same_segments_and_acknowledgements, .timeout = 30)
{
    static struct talk live, simulated;
    const char *obstacle = prepare_loopback();
    pcap_t *pcap = obstacle ? NULL : open_live();

    if (!pcap)
        cr_skip_test("not compared with live TCP: %s", obstacle ? obstacle : "libpcap may not capture here");
    talk_live();
    read_all(&live, pcap, 14);
    pcap_close(pcap);
    for (int full = 0; full < 2; full++) {
        memset(&simulated, 0, sizeof simulated);
        talk_simulated(&simulated, full);
        compare(&live, &simulated);
    }
}
