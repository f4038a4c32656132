/* Prints the records of a capture. A first pass learns who is who and which records are cut off at the end, a
 * second one prints in order of time, whatever the size of the capture. */
#include "analysis/dissect_private.h"

#include <errno.h>
#include <string.h>

#define RESERVE_OCTETS (1u << 20) /* a line buffer that grew beyond this is given back */

struct cut { /* a record that the end of its connection or of the capture cut off: a line of its own when it
                is time */
    struct an_record record; /* src and dst point nowhere */
    struct an_endpoint src, dst;
};

struct printing {
    FILE *out;
    enum an_dissect_form form;
    struct an_peer_names *names;
    struct an_summary *summary;
    GString *line;
    GArray *cuts; /* of struct cut, in order of packets */
    guint next_cut;
    bool found_any;
};

void an_append_seconds(GString *out, int64_t ns)
{
    uint64_t n = ns < 0 ? (uint64_t)-ns : (uint64_t)ns, us = (n + 500) / 1000;
    g_string_append_printf(out, "%s%" G_GUINT64_FORMAT ".%06u", ns < 0 && us ? "-" : "", us / 1000000,
                           (unsigned)(us % 1000000));
}

const char *an_record_name(const struct an_record *record)
{
    switch (record->kind) {
    case AN_RECORD_FRAMING:
        return pc_nmf_type_name(record->nmf->type);
    case AN_RECORD_SYN:
        return "tcp-SYN";
    case AN_RECORD_FIN:
        return "tcp-FIN";
    case AN_RECORD_RST:
        return "tcp-RST";
    case AN_RECORD_TRUNCATED:
        return "TRUNCATED";
    case AN_RECORD_GAP:
        return "GAP";
    default:
        return "UNDECODABLE";
    }
}

static void append_named(GString *out, unsigned value, const char *const *names, unsigned count)
{
    if (value < count && names[value])
        g_string_append(out, names[value]);
    else
        g_string_append_printf(out, "%u", value);
}

void an_record_detail(const struct an_record *record, GString *out)
{
    static const char *const modes[] = {NULL, "singleton-unsized", "duplex", "simplex", "singleton-sized"};
    static const char *const encodings[] = {"soap11-utf8", "soap11-utf16",  "soap11-utf16le",
                                            "soap12-utf8", "soap12-utf16",  "soap12-utf16le",
                                            "soap12-mtom", "soap12-binary", "soap12-binary-session"};
    const struct pc_nmf_record *nmf = record->nmf;
    if (record->kind == AN_RECORD_GAP || record->kind == AN_RECORD_UNDECODABLE)
        g_string_append(out, record->why);
    if (!nmf)
        return;
    switch (nmf->type) {
    case PC_NMF_VERSION:
        g_string_append_printf(out, "%u.%u", nmf->value[0], nmf->value[1]);
        break;
    case PC_NMF_MODE:
        append_named(out, nmf->value[0], modes, G_N_ELEMENTS(modes));
        break;
    case PC_NMF_KNOWN_ENCODING:
        append_named(out, nmf->value[0], encodings, G_N_ELEMENTS(encodings));
        break;
    case PC_NMF_VIA:
    case PC_NMF_FAULT:
    case PC_NMF_UPGRADE_REQUEST:
    case PC_NMF_EXTENSIBLE_ENCODING:
        if (g_utf8_validate((const char *)nmf->payload, (gssize)nmf->size, NULL))
            an_append_escaped(out, (const char *)nmf->payload, nmf->size);
        else
            g_string_append_printf(out, "%u octets that are not UTF-8", nmf->size);
        break;
    case PC_NMF_SIZED_ENVELOPE:
    case PC_NMF_CHUNK:
    case PC_NMF_BODY:
        g_string_append_printf(out, "%u", nmf->size);
        break;
    default:
        break;
    }
}

/* ---- forms ---- */

static void tsv_line(const struct an_record *record, struct an_summary *summary, GString *out)
{
    char src[AN_ENDPOINT_TEXT], dst[AN_ENDPOINT_TEXT];
    an_append_seconds(out, record->time - record->start);
    g_string_append_printf(out, "\t%" G_GUINT64_FORMAT "\t%u\t%c\t%s\t%s\t%s\t%" G_GUINT64_FORMAT "\t",
                           record->packet, record->stream, record->from_initiator ? 'c' : 's',
                           an_endpoint_format(record->src, src), an_endpoint_format(record->dst, dst),
                           an_record_name(record), record->size);
    an_record_detail(record, out);
    const char *why = record->kind != AN_RECORD_FRAMING ? NULL
                      : summary && summary->error       ? summary->error
                      : summary                         ? NULL
                                                        : record->why;
    if (why) {
        g_string_append(out, " undecodable: ");
        an_append_escaped(out, why, strlen(why));
    }
    g_string_append_c(out, '\t');
    if (!summary) {
        g_string_append(out, "\t\t\t\t");
        return;
    }
    an_append_escaped(out, summary->action->str, summary->action->len);
    g_string_append_c(out, '\t');
    an_append_escaped(out, summary->message_id->str, summary->message_id->len);
    g_string_append_c(out, '\t');
    an_append_escaped(out, summary->relates_to->str, summary->relates_to->len);
    bool empty = summary->body->len == 0 && !summary->error;
    g_string_append_printf(out, "\t%s\t%s", empty ? "(empty body)" : summary->body->str,
                           summary->strings->str);
}

static void json_text(GString *out, const char *key, const GString *value)
{
    if (value->len == 0)
        return;
    g_string_append_printf(out, ",\"%s\":", key);
    an_append_json(out, value->str, value->len);
}

static void json_strings(const struct an_record *record, GString *out)
{
    if (record->new_strings == record->table->count)
        return;
    g_string_append(out, ",\"session_strings\":[");
    for (uint32_t i = record->new_strings; i < record->table->count; i++) {
        struct pc_text string = pc_str_text(pc_codec_strings(record->codec), record->table->strings[i]);
        if (i > record->new_strings)
            g_string_append_c(out, ',');
        an_append_json(out, string.s, string.n);
    }
    g_string_append_c(out, ']');
}

static void json_line(const struct an_record *record, struct an_summary *summary, GString *out)
{
    char src[AN_ENDPOINT_TEXT], dst[AN_ENDPOINT_TEXT];
    g_string_append(out, "{\"time\":");
    an_append_seconds(out, record->time - record->start);
    g_string_append_printf(out,
                           ",\"packet\":%" G_GUINT64_FORMAT
                           ",\"stream\":%u,\"dir\":\"%c\",\"src\":\"%s\",\"dst\":\"%s\",\"record\":\"%s\","
                           "\"offset\":%" G_GUINT64_FORMAT ",\"size\":%" G_GUINT64_FORMAT,
                           record->packet, record->stream, record->from_initiator ? 'c' : 's',
                           an_endpoint_format(record->src, src), an_endpoint_format(record->dst, dst),
                           an_record_name(record), record->offset, record->size);
    GString *detail = g_string_new(NULL);
    an_record_detail(record, detail);
    if (record->kind == AN_RECORD_FRAMING)
        json_text(out, "detail", detail);
    g_string_free(detail, TRUE);
    if (record->message)
        g_string_append_printf(out, ",\"message\":\"%s\"", pc_kind_name(record->message->kind));
    if (summary) {
        json_text(out, "action", summary->action);
        json_text(out, "to", summary->to);
        json_text(out, "message_id", summary->message_id);
        json_text(out, "relates_to", summary->relates_to);
        g_string_append(out, ",\"body\":");
        an_body_json(record, out);
        json_strings(record, out);
    }
    if (record->why) {
        g_string_append(out, ",\"error\":");
        an_append_json(out, record->why, strlen(record->why));
    }
    g_string_append_c(out, '}');
}

/* ---- passes ---- */

static void print_record(struct printing *p, const struct an_record *record)
{
    struct an_summary *summary = NULL;
    if (record->document) {
        summary = p->summary;
        an_summary_read(summary, record);
    }
    g_string_truncate(p->line, 0);
    if (p->form == AN_DISSECT_TSV)
        tsv_line(record, summary, p->line);
    else if (p->form == AN_DISSECT_JSON)
        json_line(record, summary, p->line);
    else if (p->form == AN_DISSECT_XML)
        an_xml_record(record, p->line);
    else
        an_text_line(p->names, record, summary, p->line);
    g_string_append_c(p->line, '\n');
    fwrite(p->line->str, 1, p->line->len, p->out);
    if (p->line->allocated_len > RESERVE_OCTETS) {
        g_string_free(p->line, TRUE);
        p->line = g_string_new(NULL);
    }
}

static void learn(void *user, const struct an_record *record)
{
    struct printing *p = user;
    p->found_any = true;
    if (p->names)
        an_peer_names_learn(p->names, record);
    if (record->kind != AN_RECORD_TRUNCATED)
        return;
    struct cut cut = {.record = *record, .src = *record->src, .dst = *record->dst};
    g_array_append_val(p->cuts, cut);
}

static gint by_packet(gconstpointer a, gconstpointer b)
{
    const struct an_record *x = &((const struct cut *)a)->record, *y = &((const struct cut *)b)->record;
    uint64_t kx[] = {x->packet, x->stream, x->from_initiator},
             ky[] = {y->packet, y->stream, y->from_initiator};
    for (unsigned i = 0; i < G_N_ELEMENTS(kx); i++)
        if (kx[i] != ky[i])
            return kx[i] < ky[i] ? -1 : 1;
    return 0;
}

/* The cut records whose last octets came before `packet`. */
static void print_cuts(struct printing *p, uint64_t packet)
{
    for (; p->next_cut < p->cuts->len; p->next_cut++) {
        struct cut *cut = &g_array_index(p->cuts, struct cut, p->next_cut);
        if (cut->record.packet >= packet)
            return;
        cut->record.src = &cut->src;
        cut->record.dst = &cut->dst;
        print_record(p, &cut->record);
    }
}

static void print(void *user, const struct an_record *record)
{
    struct printing *p = user;
    if (record->kind == AN_RECORD_TRUNCATED)
        return; /* told in the first pass, in its place */
    print_cuts(p, record->packet);
    print_record(p, record);
}

static void print_head(struct printing *p)
{
    if (p->form == AN_DISSECT_TSV)
        fputs("time\tpacket\tstream\tdir\tsrc\tdst\trecord\tsize\tdetail\taction\tmessage_id\trelates_"
              "to\tbody\t"
              "session_strings\n",
              p->out);
    if (p->form != AN_DISSECT_TEXT)
        return;
    an_peer_names_legend(p->names, p->line);
    fwrite(p->line->str, 1, p->line->len, p->out);
    if (!p->found_any)
        fputs("# no TCP connection in this capture\n", p->out);
}

static int passes(struct printing *p, const char *path, GError **error)
{
    GError *first = NULL;
    if (!an_capture_records(path, learn, p, &first) &&
        !g_error_matches(first, AN_CAPTURE_ERROR, AN_CAPTURE_DAMAGED)) {
        g_propagate_error(error, first);
        return -1;
    }
    g_clear_error(&first); /* the second pass meets it again, where it is */
    g_array_sort(p->cuts, by_packet);
    print_head(p);
    bool ok = an_capture_records(path, print, p, error);
    print_cuts(p, UINT64_MAX);
    if (fflush(p->out) == 0 && !ferror(p->out))
        return ok ? 0 : -1;
    g_clear_error(error);
    g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(errno),
                "%s: its records cannot be written: %s", path, g_strerror(errno));
    return -1;
}

int an_dissect(const char *path, enum an_dissect_form form, FILE *out, GError **error)
{
    struct printing p = {.out = out,
                         .form = form,
                         .names = form == AN_DISSECT_TEXT ? an_peer_names_new() : NULL,
                         .summary = an_summary_new(),
                         .line = g_string_new(NULL),
                         .cuts = g_array_new(FALSE, FALSE, sizeof(struct cut))};
    int result = passes(&p, path, error);
    an_peer_names_free(p.names);
    an_summary_free(p.summary);
    g_string_free(p.line, TRUE);
    g_array_unref(p.cuts);
    return result;
}
