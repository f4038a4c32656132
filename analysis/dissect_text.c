/* A record as a line for people: time, stream, who to whom, what, and what matters in it. */
#include "analysis/dissect_private.h"

#include <string.h>

#define BODY_OCTETS 100 /* of an application's message */
#define NAMES_WIDTH 22

static void append_text(GString *out, struct pc_text text)
{
    if (text.s)
        an_append_escaped(out, text.s, text.n);
}

static void append_count(GString *out, uint32_t count, const char *one, const char *many)
{
    if (count == 0)
        g_string_append_printf(out, "no %s", many);
    else
        g_string_append_printf(out, "%u %s", count, count == 1 ? one : many);
}

static void append_referrals(GString *out, const struct pc_referrals *referrals)
{
    append_count(out, referrals->count, "referral", "referrals");
}

static void append_short_body(GString *out, const GString *body)
{
    if (body->len == 0)
        return;
    size_t n = body->len;
    if (n > BODY_OCTETS)
        for (n = BODY_OCTETS; n > 0 && ((unsigned char)body->str[n] & 0xC0) == 0x80; n--)
            ; /* not inside a character */
    g_string_append_printf(out, ": ");
    g_string_append_len(out, body->str, (gssize)n);
    g_string_append(out, n < body->len ? "…" : "");
}

/* The first eight digits of "urn:uuid:…" tell one flood from another. */
static void append_short_id(GString *out, const GString *id)
{
    static const char prefix[] = "urn:uuid:";
    size_t at = g_str_has_prefix(id->str, prefix) ? sizeof prefix - 1 : 0;
    g_string_append_len(out, id->str + at, (gssize)MIN(id->len - at, 8));
}

static void append_reason(GString *out, enum pc_reason reason)
{
    const char *name = pc_reason_name(reason);
    g_string_append(out, name ? name : "no reason that is known");
}

static void append_seconds(GString *out, int64_t ns)
{
    g_string_append_printf(out, "%" G_GINT64_FORMAT " s", ns / 1000000000);
}

static void append_flood(GString *out, const struct pc_message *m, const struct an_summary *summary)
{
    g_string_append_c(out, ' ');
    append_short_id(out, summary->message_id);
    if (m->u.flood.hops_invalid)
        g_string_append(out, ", hops invalid");
    else if (m->u.flood.has_hops)
        g_string_append_printf(out, ", hops %" G_GUINT64_FORMAT, m->u.flood.hops);
    const char *slash = strrchr(summary->action->str, '/');
    g_string_append_c(out, ' ');
    an_append_escaped(out, slash ? slash + 1 : summary->action->str,
                      strlen(slash ? slash + 1 : summary->action->str));
    append_short_body(out, summary->body);
}

static void append_mesh(GString *out, const struct pc_message *m)
{
    g_string_append(out, ": ");
    if (m->kind == PC_KIND_RESOLVE) {
        g_string_append(out, "mesh ");
        append_text(out, m->u.resolve.mesh_id);
        g_string_append_printf(out, ", at most %d", m->u.resolve.max_addresses);
        return;
    }
    if (m->u.registration.mesh_id.n) {
        g_string_append(out, "mesh ");
        append_text(out, m->u.registration.mesh_id);
    }
    if (m->u.registration.address.uri.s) {
        g_string_append(out, ", ");
        append_text(out, m->u.registration.address.uri);
    }
    if (m->u.registration.registration_id.n) {
        g_string_append(out, ", registration ");
        append_text(out, m->u.registration.registration_id);
    }
}

static void append_registered(GString *out, const struct pc_message *m)
{
    g_string_append(out, ": ");
    if (m->kind == PC_KIND_REFRESH_RESPONSE) {
        g_string_append(out, m->u.registered.found ? "found, " : "not found, ");
    } else {
        g_string_append(out, "registration ");
        append_text(out, m->u.registered.registration_id);
        g_string_append(out, " ");
    }
    g_string_append(out, "for ");
    append_seconds(out, m->u.registered.lifetime_ns);
}

static void append_peer_message(GString *out, const struct pc_message *m)
{
    switch (m->kind) {
    case PC_KIND_CONNECT:
        g_string_append_printf(out, ": node %" G_GUINT64_FORMAT ", ", m->u.connect.node_id);
        append_text(out, m->u.connect.address.uri);
        break;
    case PC_KIND_WELCOME:
        g_string_append_printf(out, ": node %" G_GUINT64_FORMAT ", ", m->u.welcome.node_id);
        append_referrals(out, &m->u.welcome.referrals);
        break;
    case PC_KIND_REFUSE:
        g_string_append(out, ": ");
        append_reason(out, m->u.refuse.reason);
        g_string_append(out, ", ");
        append_referrals(out, &m->u.refuse.referrals);
        break;
    case PC_KIND_DISCONNECT:
        g_string_append(out, ": ");
        append_reason(out, m->u.disconnect.reason);
        g_string_append(out, ", ");
        append_referrals(out, &m->u.disconnect.referrals);
        break;
    default:
        g_string_append_printf(out, ": %u useful of %u", m->u.link_utility.useful, m->u.link_utility.total);
        break;
    }
}

static void append_message(GString *out, const struct pc_message *m, const struct an_summary *summary)
{
    g_string_append(out, pc_kind_name(m->kind));
    switch (m->kind) {
    case PC_KIND_CONNECT:
    case PC_KIND_WELCOME:
    case PC_KIND_REFUSE:
    case PC_KIND_DISCONNECT:
    case PC_KIND_LINK_UTILITY:
        append_peer_message(out, m);
        break;
    case PC_KIND_FLOOD:
        append_flood(out, m, summary);
        break;
    case PC_KIND_REGISTER:
    case PC_KIND_UPDATE:
    case PC_KIND_RESOLVE:
    case PC_KIND_REFRESH:
    case PC_KIND_UNREGISTER:
        append_mesh(out, m);
        break;
    case PC_KIND_REGISTER_RESPONSE:
    case PC_KIND_UPDATE_RESPONSE:
    case PC_KIND_REFRESH_RESPONSE:
        append_registered(out, m);
        break;
    case PC_KIND_RESOLVE_RESPONSE:
        g_string_append(out, ": ");
        append_count(out, m->u.resolved.count, "address", "addresses");
        break;
    case PC_KIND_GET_SERVICE_SETTINGS_RESPONSE:
        g_string_append_printf(out, ": ControlMeshShape %s",
                               m->u.settings.control_mesh_shape ? "true" : "false");
        break;
    case PC_KIND_UNKNOWN:
        g_string_append_c(out, ' ');
        an_append_escaped(out, summary->action->str, summary->action->len);
        append_short_body(out, summary->body);
        break;
    case PC_KIND_FAULT:
        append_short_body(out, summary->body);
        break;
    default: /* nothing in it */
        break;
    }
}

static void append_envelope(GString *out, const struct an_record *record, const struct an_summary *summary)
{
    if (record->message) {
        append_message(out, record->message, summary);
    } else {
        g_string_append(out, "SizedEnvelope");
        if (summary && summary->action->len) {
            g_string_append_c(out, ' ');
            an_append_escaped(out, summary->action->str, summary->action->len);
        }
    }
    g_string_append_printf(out, " (%" G_GUINT64_FORMAT " octets", record->size);
    uint32_t fresh = record->document ? record->table->count - record->new_strings : 0;
    if (fresh)
        g_string_append_printf(out, ", %u new %s", fresh, fresh == 1 ? "string" : "strings");
    g_string_append_c(out, ')');
    if (record->why) {
        g_string_append(out, record->document ? " not understood: " : " ");
        g_string_append(out, record->why);
        if (summary)
            append_short_body(out, summary->body);
    }
}

static void append_tcp(GString *out, const struct an_record *record)
{
    char src[AN_ENDPOINT_TEXT], dst[AN_ENDPOINT_TEXT];
    if (record->kind == AN_RECORD_SYN && record->from_initiator)
        g_string_append_printf(out, "connects (%s -> %s)", an_endpoint_format(record->src, src),
                               an_endpoint_format(record->dst, dst));
    else
        g_string_append(out, record->kind == AN_RECORD_SYN   ? "accepts"
                             : record->kind == AN_RECORD_FIN ? "ends its direction (FIN)"
                                                             : "resets the connection (RST)");
}

void an_text_line(struct an_peer_names *names, const struct an_record *record, struct an_summary *summary,
                  GString *out)
{
    GString *time = g_string_new(NULL);
    an_append_seconds(time, record->time - record->start);
    g_string_append_printf(out, "%11s s%-3u ", time->str, record->stream);
    g_string_free(time, TRUE);
    size_t at = out->len;
    g_string_append_printf(out, "%s -> %s", an_peer_name(names, record, true),
                           an_peer_name(names, record, false));
    while (out->len - at < NAMES_WIDTH)
        g_string_append_c(out, ' ');
    g_string_append_c(out, ' ');
    switch (record->kind) {
    case AN_RECORD_FRAMING:
        if (record->nmf->type == PC_NMF_SIZED_ENVELOPE) {
            append_envelope(out, record, summary);
            break;
        }
        g_string_append_printf(out, "%s ", an_record_name(record));
        an_record_detail(record, out);
        if (out->str[out->len - 1] == ' ')
            g_string_truncate(out, out->len - 1);
        break;
    case AN_RECORD_TRUNCATED:
        g_string_append_printf(out, "a record of which only %" G_GUINT64_FORMAT " octets came", record->size);
        break;
    case AN_RECORD_GAP:
    case AN_RECORD_UNDECODABLE:
        g_string_append_printf(out, "%s: %s", an_record_name(record), record->why);
        break;
    default:
        append_tcp(out, record);
        break;
    }
}
