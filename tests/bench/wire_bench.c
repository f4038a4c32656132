#include "tests/bench/wire_bench.h"

#include "protocol/wire/flood.h"
#include "protocol/wire/nmf.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS 7
#define CALLS  20000

/* A relayed flood on an established link, as nearly all octets of a run are. */
struct rig {
    struct pc_codec *codec;
    struct pc_table *in, *out;
    pc_str to;
    struct pc_buf *record;
    const uint8_t *payload;
    uint32_t size;
};

static void write_body(struct pc_body_writer *writer, const void *data)
{
    pc_body_start(writer, PC_TEXT("m"), PC_TEXT("http://example.org/peermesh"));
    pc_body_start(writer, PC_TEXT("seq"), (struct pc_text){0});
    pc_body_int(writer, 1234);
    pc_body_end(writer);
    pc_body_start(writer, PC_TEXT("data"), (struct pc_text){0});
    pc_body_text(writer, (struct pc_text){data, 160});
    pc_body_end(writer);
    pc_body_end(writer);
}

static struct pc_message read_record(struct rig *rig, const struct pc_buf *record)
{
    struct pc_message message;
    uint32_t size;
    int used = pc_mb31_read(record->data + 1, record->size - 1, &size);
    rig->payload = record->data + 1 + used;
    rig->size = size;
    bool ok = pc_message_read(rig->codec, &rig->in, rig->payload, rig->size, &message, NULL);
    g_assert(ok && message.kind == PC_KIND_FLOOD);
    return message;
}

static void set_up(struct rig *rig, bool memo)
{
    char data[160];
    memset(data, 'x', sizeof data);
    rig->codec = pc_codec_new(NULL);
    pc_codec_set_memo(rig->codec, memo);
    rig->in = pc_table_empty(rig->codec);
    rig->out = pc_table_empty(rig->codec);
    static const char mesh[] = "net.p2p://mesh/";
    rig->to = pc_str_intern(pc_codec_strings(rig->codec), mesh, strlen(mesh));
    struct pc_outgoing own = {.action = PC_TEXT("http://example.org/peermesh/quote"),
                              .via = PC_TEXT("net.p2p://mesh/quotes"),
                              .peer_to = PC_TEXT("net.p2p://mesh/quotes"),
                              .write_body = write_body,
                              .body = data};
    struct pc_image *image = pc_image_origin(rig->codec, &own);
    struct pc_buf *first = pc_image_encode(rig->codec, image, &rig->out, rig->to); /* brings the strings */
    struct pc_message message = read_record(rig, first);
    struct pc_image *relayed = pc_image_relay(rig->codec, &message, 0, PC_RELAY_LITERAL);
    rig->record = pc_image_encode(rig->codec, relayed, &rig->out, rig->to);
    pc_buf_unref(first);
    pc_image_free(rig->codec, image);
    pc_image_free(rig->codec, relayed);
    read_record(rig, rig->record);
}

static void tear_down(struct rig *rig)
{
    pc_buf_unref(rig->record);
    pc_str_unref(pc_codec_strings(rig->codec), rig->to);
    pc_table_unref(rig->codec, rig->in);
    pc_table_unref(rig->codec, rig->out);
    pc_codec_free(rig->codec);
}

static void bench_read(struct rig *rig)
{
    struct pc_message message;
    for (unsigned i = 0; i < CALLS; i++)
        pc_message_read(rig->codec, &rig->in, rig->payload, rig->size, &message, NULL);
}

static void bench_relay(struct rig *rig)
{
    struct pc_message message = read_record(rig, rig->record);
    for (unsigned i = 0; i < CALLS; i++)
        pc_image_free(rig->codec, pc_image_relay(rig->codec, &message, 0, PC_RELAY_LITERAL));
}

static void bench_encode(struct rig *rig)
{
    struct pc_message message = read_record(rig, rig->record);
    struct pc_image *image = pc_image_relay(rig->codec, &message, 0, PC_RELAY_LITERAL);
    for (unsigned i = 0; i < CALLS; i++)
        pc_buf_unref(pc_image_encode(rig->codec, image, &rig->out, rig->to));
    pc_image_free(rig->codec, image);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double measure(struct rig *rig, void (*work)(struct rig *))
{
    double ns[ROUNDS];
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct timespec from, to;
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
        work(rig);
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
        ns[i] = ((double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec)) / CALLS;
    }
    qsort(ns, ROUNDS, sizeof *ns, by_value);
    return ns[ROUNDS / 2];
}

void bench_wire_run(FILE *out)
{
    static const struct {
        const char *name;
        void (*work)(struct rig *);
    } benches[] = {{"wire.read", bench_read}, {"wire.relay", bench_relay}, {"wire.encode", bench_encode}};
    for (unsigned memo = 0; memo < 2; memo++) {
        struct rig rig;
        set_up(&rig, memo);
        for (unsigned i = 0; i < G_N_ELEMENTS(benches); i++)
            fprintf(out, "%s/%s\t%u\t%.0f\tns\n", benches[i].name, memo ? "memo" : "real", rig.record->size,
                    measure(&rig, benches[i].work));
        tear_down(&rig);
    }
}
