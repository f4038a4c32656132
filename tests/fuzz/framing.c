/* [MC-NMF] records of both roles: the octets whole and one by one give the same records, the same error at the same place. */
#include "protocol/wire/nmf.h"

#include <glib.h>

struct seen { /* what a reader told, folded */
    uint64_t hash, records, offset;
    int error;
    bool boundary;
};

/* The body of a singleton comes in the pieces in which it arrives: its octets count, not their grouping. */
static void fold(struct seen *seen, const struct pc_nmf_record *record)
{
    bool piece = record->type == PC_NMF_BODY;
    uint64_t fields[] = {record->type, record->octets, record->offset, record->size};
    for (unsigned i = 0; i < G_N_ELEMENTS(fields) && !piece; i++)
        seen->hash = (seen->hash ^ fields[i]) * UINT64_C(0x100000001b3);
    for (uint32_t i = 0; i < record->size; i++)
        seen->hash = (seen->hash ^ record->payload[i]) * UINT64_C(0x100000001b3);
    seen->records += !piece;
}

static struct seen read_in(const uint8_t *data, size_t size, bool from_initiator, size_t piece)
{
    static const struct pc_nmf_limits limits = {.via = 64, .name = 32, .envelope = 4096};
    struct pc_nmf_reader reader;
    struct pc_nmf_record record;
    struct seen seen = {0};
    pc_nmf_reader_init(&reader, from_initiator, &limits);
    for (size_t at = 0; at < size && !seen.error; at += piece) {
        const uint8_t *p = data + at;
        size_t left = MIN(piece, size - at);
        enum pc_nmf_status status;
        while ((status = pc_nmf_read(&reader, &p, &left, &record)) == PC_NMF_RECORD)
            fold(&seen, &record);
        if (status == PC_NMF_FAILED)
            seen.error = reader.error;
        else
            g_assert(left == 0);
    }
    seen.offset = reader.offset;
    seen.boundary = pc_nmf_at_boundary(&reader);
    pc_nmf_reader_clear(&reader);
    return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    bool from_initiator = data[0] & 1;
    struct seen whole = read_in(data + 1, size - 1, from_initiator, size);
    struct seen single = read_in(data + 1, size - 1, from_initiator, 1);
    g_assert(whole.error == single.error);
    g_assert(whole.offset == single.offset && whole.boundary == single.boundary);
    g_assert(whole.records == single.records && whole.hash == single.hash);
    return 0;
}
