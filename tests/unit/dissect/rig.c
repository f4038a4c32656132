#include "tests/unit/dissect/rig.h"

#include <stdio.h>
#include <unistd.h>

struct rig_result rig_dissect(const char *path, enum an_dissect_form form)
{
    struct rig_result r = {0};
    size_t size = 0;
    GError *error = NULL;
    FILE *out = open_memstream(&r.text, &size);
    r.result = an_dissect(path, form, out, &error);
    fclose(out);
    cr_assert_eq(r.result != 0, error != NULL, "%s: result %d, error %s", path, r.result,
                 error ? error->message : "none");
    r.error = error ? g_strdup(error->message) : NULL;
    g_clear_error(&error);
    return r;
}

void rig_result_free(struct rig_result *r)
{
    free(r->text);
    g_free(r->error);
}

char *rig_file(const char *path, size_t *size)
{
    char *text = NULL;
    gsize n = 0;
    cr_assert(g_file_get_contents(path, &text, &n, NULL), "%s cannot be read", path);
    if (size)
        *size = n;
    return text;
}

char *rig_write(const void *octets, size_t size)
{
    char *path = NULL;
    int fd = g_file_open_tmp("peermesh-XXXXXX", &path, NULL);
    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, octets, size), (ssize_t)size);
    close(fd);
    return path;
}

void rig_remove(char *path)
{
    unlink(path);
    g_free(path);
}

char *rig_difference(const char *got, const char *expected)
{
    for (unsigned line = 1;; line++) {
        size_t a = strcspn(got, "\n"), b = strcspn(expected, "\n");
        if (a != b || memcmp(got, expected, a) != 0 || got[a] != expected[b])
            return g_strdup_printf("line %u\n  got      %.*s\n  expected %.*s", line, (int)a, got, (int)b,
                                   expected);
        if (!got[a])
            return NULL;
        got += a + 1;
        expected += b + 1;
    }
}

static uint32_t le32(const char *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return GUINT32_FROM_LE(v);
}

bool rig_next_frame(const char *file, size_t size, size_t *at, struct rig_frame *frame)
{
    if (*at == 0)
        *at = 24;
    if (*at + 16 > size)
        return false;
    const char *p = file + *at;
    *frame = (struct rig_frame){le32(p), le32(p + 4), le32(p + 8), le32(p + 12), (const uint8_t *)p + 16};
    *at += 16 + (size_t)frame->size;
    return *at <= size;
}

static void add32(GByteArray *to, uint32_t value)
{
    value = GUINT32_TO_LE(value);
    g_byte_array_append(to, (const guint8 *)&value, sizeof value);
}

GByteArray *rig_pcap(uint32_t link_type)
{
    GByteArray *pcap = g_byte_array_new();
    const uint32_t head[] = {0xA1B2C3D4, 2 | 4 << 16, 0, 0, 262144, link_type};
    for (unsigned i = 0; i < G_N_ELEMENTS(head); i++)
        add32(pcap, head[i]);
    return pcap;
}

void rig_pcap_add(GByteArray *pcap, const struct rig_frame *frame)
{
    add32(pcap, frame->seconds);
    add32(pcap, frame->microseconds);
    add32(pcap, frame->size);
    add32(pcap, frame->wire_size);
    g_byte_array_append(pcap, frame->octets, frame->size);
}

static void put16(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
    put16(p, v >> 16);
    put16(p + 2, v);
}

void rig_pcap_segment(GByteArray *pcap, uint32_t microseconds, const struct rig_segment *s)
{
    GByteArray *frame = g_byte_array_new();
    uint8_t head[40] = {0x45, 0, 0, 0, 0, 0, 0, 0, 64, 6};
    put16(head + 2, (uint32_t)(40 + s->size));
    const uint8_t hosts[] = {10, 0, 0, s->src, 10, 0, 0, s->dst};
    memcpy(head + 12, hosts, sizeof hosts);
    put16(head + 20, s->src_port);
    put16(head + 22, s->dst_port);
    put32(head + 24, s->seq);
    put32(head + 28, s->ack);
    head[32] = 5 << 4;
    head[33] = s->flags;
    g_byte_array_append(frame, head, sizeof head);
    if (s->size)
        g_byte_array_append(frame, s->octets, (guint)s->size);
    struct rig_frame f = {microseconds / 1000000, microseconds % 1000000, frame->len, frame->len,
                          frame->data};
    rig_pcap_add(pcap, &f);
    g_byte_array_unref(frame);
}
