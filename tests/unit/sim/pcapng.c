#include "sim/pcapng.h"

#include "sim/fault.h"

#include "tests/unit/sim/rig.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <pcap.h>
#include <string.h>
#include <unistd.h>

static void nothing(void *owner)
{
    (void)owner;
}

static const struct sim_octets_ops no_owner = {nothing, nothing};
static char path[] = "/tmp/peermesh-pcapng-XXXXXX";

/* Two nodes talk, the second one resets a second connection. */
static void make_capture(const struct sim_profile_changes *changes, enum sim_profile_id id)
{
    GError *error = NULL;
    struct sim_pcapng *pcapng;
    struct rig rig;
    int file = mkstemp(path);

    cr_assert_geq(file, 0);
    close(file);
    pcapng = sim_pcapng_new(path, "seed 7, a talk of two", &no_owner, &error);
    cr_assert(pcapng, "%s", error ? error->message : "");
    sim_pcapng_add_interface(pcapng, "subscriber[0]");
    sim_pcapng_add_interface(pcapng, "subscriber[1]");
    rig_open(&rig, id, changes, 2, &(struct sim_config){.seed = 7, .observer = sim_pcapng_observer(pcapng)});
    rig.nodes[1].echo_finish = true;
    rig_connect(&rig, 0, 1);
    for (int i = 0; i < 20; i++) {
        struct sim_trouble *slow = i % 5 == 2 ? sim_impair(rig.world, 0, &(struct sim_impairment){.up = 1000000}) : NULL;

        rig_write(&rig, 0, 4000);
        rig_write(&rig, 1, 333);
        rig_run(&rig, sim_now(rig.world) + 3 * MS);
        if (slow) /* part of a train has departed, others wait */
            sim_repair(rig.world, slow);
    }
    sim_finish(rig.world, rig.nodes[0].conn);
    rig_run(&rig, 20 * SECOND);
    sim_connect(rig.world, 0, sim_host_address(1), 999); /* refused */
    rig_run(&rig, 30 * SECOND);
    rig.nodes[0].conn = rig.nodes[1].conn = 0;
    rig_connect(&rig, 0, 1);
    for (int i = 0; i < 5; i++)
        rig_write(&rig, 1, 1000);
    sim_abort(rig.world, rig.nodes[1].conn); /* some of it departs, the rest never */
    rig_run(&rig, 60 * SECOND);
    rig_check_balance(&rig);
    cr_assert(sim_pcapng_close(pcapng, sim_now(rig.world), false, &error), "%s", error ? error->message : "");
    rig_close(&rig);
}

static uint32_t get32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint32_t sum16(const uint8_t *data, size_t size, uint32_t sum)
{
    for (size_t i = 0; i < size; i++)
        sum += (uint32_t)data[i] << (i % 2 ? 0 : 8);
    while (sum >> 16)
        sum = (sum & 0xFFFF) + (sum >> 16);
    return sum;
}

Test(pcapng, is_read_by_libpcap_with_checksums_in_order_and_without_gaps)
{
    const struct sim_dist up = {.kind = SIM_DIST_CONSTANT, .a = 20000000};
    const struct sim_profile_changes changes = {.up = &up};
    char message[PCAP_ERRBUF_SIZE];
    uint32_t next[2] = {0, 0}, payload[2] = {0, 0}, packets = 0;
    bool known[2] = {false, false};
    struct pcap_pkthdr *header;
    const uint8_t *ip;
    int64_t last = 0;
    pcap_t *capture;

    make_capture(&changes, SIM_PROFILE_NULL);
    capture = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, message);
    cr_assert(capture, "%s", message);
    cr_assert_eq(pcap_datalink(capture), DLT_IPV4);
    while (pcap_next_ex(capture, &header, &ip) == 1) {
        const uint8_t *tcp = ip + 20;
        size_t length = (size_t)ip[2] << 8 | ip[3], header_size = (size_t)(tcp[12] >> 4) * 4,
               octets = length - 20 - header_size;
        unsigned way = ip[15] == 1 ? 0 : 1; /* from 10.0.0.1 */
        uint32_t seq = get32(tcp + 4), pseudo = sum16(ip + 12, 8, 6 + (uint32_t)(length - 20));
        int64_t time = (int64_t)header->ts.tv_sec * SECOND + header->ts.tv_usec;
        uint8_t flags = tcp[13];

        packets++;
        cr_assert_eq(header->caplen, length, "packet %u", packets);
        cr_assert_geq(time, last, "packet %u goes back in time", packets);
        last = time;
        cr_assert_eq(sum16(ip, 20, 0), 0xFFFF, "packet %u: checksum of the IP header", packets);
        cr_assert_eq(sum16(tcp, length - 20, pseudo), 0xFFFF, "packet %u: checksum of the segment", packets);
        cr_assert_leq(octets, 1460);
        if (time > 20 * SECOND)
            continue; /* the other two connections */
        if (flags & 2)
            known[way] = true, next[way] = seq;
        cr_assert(known[way] && seq == next[way], "packet %u: sequence %u, not %u", packets, seq, next[way]);
        if (flags & 16 && known[1 - way])
            cr_assert_leq((int32_t)(get32(tcp + 8) - next[1 - way]), 0,
                          "packet %u acknowledges what was not sent", packets);
        next[way] += (uint32_t)octets + (flags & 3 ? 1 : 0);
        payload[way] += (uint32_t)octets;
    }
    cr_assert_eq(payload[0], 20 * 4000);
    cr_assert_eq(payload[1], 20 * 333);
    pcap_close(capture);
    unlink(path);
}

/* What Wireshark thinks of it, where there is one: nothing malformed, no remark that means a loss. */
Test(pcapng, gives_wireshark_nothing_to_remark)
{
    static const char filter[] =
        "_ws.malformed || tcp.analysis.lost_segment || tcp.analysis.out_of_order || "
        "tcp.analysis.retransmission || tcp.analysis.ack_lost_segment || "
        "tcp.analysis.duplicate_ack || ip.checksum.status == 0 || tcp.checksum.status == 0 || "
        "tcp.checksum.status == 2";
    char *tshark = g_find_program_in_path("tshark"), *command, *output = NULL;
    int status = 0;

    if (!tshark)
        cr_skip_test("tshark is not installed");
    make_capture(NULL, SIM_PROFILE_WORLD_HOMES);
    command = g_strdup_printf("%s -n -r %s -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE -Y '%s'",
                              tshark, path, filter);
    cr_assert(g_spawn_command_line_sync(command, &output, NULL, &status, NULL));
    cr_assert_eq(status, 0);
    cr_assert_str_eq(output, "", "tshark remarks:\n%s", output);
    g_free(output);
    g_free(command);
    g_free(tshark);
    unlink(path);
}

Test(pcapng, reports_a_full_disk)
{
    GError *error = NULL;
    struct sim_pcapng *pcapng = sim_pcapng_new("/dev/full", "seed 1", &no_owner, &error);

    cr_assert(pcapng);
    for (int i = 0; i < 1000; i++)
        sim_pcapng_add_interface(pcapng, "a name that fills the buffer of the file");
    cr_assert_not(sim_pcapng_check(pcapng, &error));
    cr_assert_str_eq(error->message, "/dev/full: No space left on device");
    g_clear_error(&error);
    cr_assert_not(sim_pcapng_close(pcapng, 0, false, &error));
    cr_assert(g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC));
    g_clear_error(&error);
    cr_assert_null(sim_pcapng_new("/nowhere/run.pcapng", "", &no_owner, &error));
    cr_assert_str_eq(error->message, "/nowhere/run.pcapng: No such file or directory");
    g_clear_error(&error);
}

Test(pcapng, cuts_a_comment_that_is_too_long_at_a_whole_character)
{
    GString *text = g_string_new("x");
    GError *error = NULL;
    struct sim_pcapng *pcapng;
    char *content;
    gsize size;
    int file = mkstemp(path);

    close(file);
    while (text->len < 100000)
        g_string_append(text, "é");
    pcapng = sim_pcapng_new(path, text->str, &no_owner, &error);
    cr_assert(pcapng);
    sim_pcapng_add_interface(pcapng, "a");
    cr_assert(sim_pcapng_close(pcapng, 0, false, &error));
    cr_assert(g_file_get_contents(path, &content, &size, NULL));
    cr_assert_lt(size, 61000);
    cr_assert(g_utf8_validate(content + 28, 60000, NULL) || g_utf8_validate(content + 28, 59999, NULL));
    g_free(content);
    g_string_free(text, TRUE);
    unlink(path);
}
