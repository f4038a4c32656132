/* Lines of a story: what the octets on a connection say, and what a peer notes about itself. */
#include "protocol/mesh/address.h"
#include "protocol/mesh/node_private.h"
#include "tests/unit/narrative/rig.h"

#include <stdio.h>
#include <string.h>

void rig_tell(struct rig *rig, enum rig_class about, const struct rig_peer *who, const char *format, ...)
{
    if (!rig->shows[about] || rig->now < rig->tell_from)
        return;
    int64_t ms = rig->now / 1000000;
    char stamp[32];
    if (ms < 10000)
        snprintf(stamp, sizeof stamp, "%dms", (int)ms);
    else
        snprintf(stamp, sizeof stamp, "%d.%03ds", (int)(ms / 1000), (int)(ms % 1000));
    g_string_append_printf(rig->told, "[%9s] %s ", stamp, who->name);
    va_list args;
    va_start(args, format);
    g_string_append_vprintf(rig->told, format, args);
    va_end(args);
    g_string_append_c(rig->told, '\n');
}

/* ---- names ---- */

struct pc_guid rig_message_guid(uint32_t label)
{
    struct pc_guid id = {.octets = {'m', 0, 0, 0, 0, 0, 0, 0x40, 0x80}};
    memcpy(id.octets + 12, &label, sizeof label);
    return id;
}

static uint32_t label_of(const struct pc_guid *id)
{
    uint32_t label;
    memcpy(&label, id->octets + 12, sizeof label);
    return label;
}

static uint32_t label_of_number(const struct rig *rig, uint32_t number)
{
    for (uint32_t label = 1; label < RIG_MESSAGES; label++)
        if (rig->message_ids[label] == number)
            return label;
    return 0;
}

const char *rig_name_at(struct rig *rig, const struct pc_ip *ip, uint16_t port)
{
    static char text[PC_IP_TEXT + 8];
    for (uint32_t i = 0; i < rig->peer_count; i++)
        if (rig->peers[i].port == port && memcmp(rig->peers[i].ip.octets, ip->octets, 16) == 0)
            return rig->peers[i].name;
    uint32_t n = pc_ip_format(ip, text);
    snprintf(text + n, sizeof text - n, ":%u", port);
    return text;
}

/* The peer whose host and port a listen URI names. */
const char *rig_name_of_uri(struct rig *rig, struct pc_text uri)
{
    static char text[256];
    for (uint32_t i = 0; i < rig->peer_count; i++) {
        char prefix[64], literal[PC_IP_TEXT];
        pc_ip_format(&rig->peers[i].ip, literal);
        int n = snprintf(prefix, sizeof prefix, "net.tcp://%s:%u/", literal, rig->peers[i].port);
        if (uri.n > (uint32_t)n && memcmp(uri.s, prefix, (size_t)n) == 0)
            return rig->peers[i].name;
    }
    snprintf(text, sizeof text, "%.*s", (int)uri.n, uri.s);
    return text;
}

static const char *other_name(const struct rig_peer *peer, pc_conn number)
{
    struct rig_end *end = rig_end_of((struct rig_peer *)peer, number);
    if (!end)
        return "?";
    struct rig_end *other = rig_other_end(end);
    if (other && other->peer)
        return other->peer->name;
    for (guint i = 0; i < peer->rig->conns->len; i++) {
        struct rig_conn *conn = peer->rig->conns->pdata[i];
        if (end == &conn->ends[0])
            return rig_name_at(peer->rig, &conn->target, conn->target_port);
    }
    return "?";
}

/* ---- what is written ---- */

static void add_referrals(struct rig *rig, GString *line, const struct pc_referrals *referrals)
{
    g_string_append_printf(line, " with %u referral%s", referrals->count, referrals->count == 1 ? "" : "s");
    for (uint32_t i = 0; i < referrals->count; i++)
        g_string_append_printf(line, "%s %s", i ? "," : ":", rig_name_of_uri(rig, referrals->items[i].address.uri));
}

static void tell_message(struct rig_peer *peer, const char *to, const struct pc_message *message)
{
    struct rig *rig = peer->rig;
    enum rig_class about = message->kind >= PC_KIND_REGISTER ? RIG_SERVICE : RIG_MESSAGE;
    GString *line = g_string_new(NULL);
    const char *name = pc_kind_name(message->kind);
    switch (message->kind) {
    case PC_KIND_WELCOME:
        g_string_printf(line, "%s to %s", name, to);
        add_referrals(rig, line, &message->u.welcome.referrals);
        break;
    case PC_KIND_REFUSE:
    case PC_KIND_DISCONNECT:
        g_string_printf(line, "%s(%s) to %s", name, pc_reason_name(message->u.refuse.reason), to);
        add_referrals(rig, line, &message->u.refuse.referrals);
        break;
    case PC_KIND_LINK_UTILITY:
        g_string_printf(line, "%s %u/%u to %s", name, message->u.link_utility.useful, message->u.link_utility.total, to);
        break;
    case PC_KIND_FLOOD:
        about = RIG_FLOOD;
        g_string_printf(line, "m%u", label_of(&message->u.flood.id));
        if (message->u.flood.has_hops)
            g_string_append_printf(line, " (hops %" G_GUINT64_FORMAT ")", message->u.flood.hops);
        g_string_append_printf(line, " to %s", to);
        break;
    case PC_KIND_FAULT:
        g_string_printf(line, "%s(%.*s) to %s", name, (int)message->u.fault.code.n, message->u.fault.code.s, to);
        break;
    case PC_KIND_RESOLVE_RESPONSE:
        g_string_printf(line, "%s to %s with %u address%s", name, to, message->u.resolved.count,
                        message->u.resolved.count == 1 ? "" : "es");
        for (uint32_t i = 0; i < message->u.resolved.count; i++)
            g_string_append_printf(line, "%s %s", i ? "," : ":",
                                   rig_name_of_uri(rig, message->u.resolved.addresses[i].uri));
        break;
    case PC_KIND_RESOLVE:
        g_string_printf(line, "%s(%d) to %s", name, message->u.resolve.max_addresses, to);
        break;
    case PC_KIND_REGISTER_RESPONSE:
    case PC_KIND_UPDATE_RESPONSE:
        g_string_printf(line, "%s(%d s) to %s", name, (int)(message->u.registered.lifetime_ns / 1000000000), to);
        break;
    case PC_KIND_REFRESH_RESPONSE:
        g_string_printf(line, "%s(%s) to %s", name, message->u.registered.found ? "Success" : "RegistrationNotFound", to);
        break;
    case PC_KIND_GET_SERVICE_SETTINGS_RESPONSE:
        g_string_printf(line, "%s(%s referrals) to %s", name, message->u.settings.control_mesh_shape ? "no" : "share", to);
        break;
    default:
        g_string_printf(line, "%s to %s", name, to);
        if (peer->kind == RIG_RESOLVER)
            about = RIG_SERVICE;
    }
    rig_tell(rig, about, peer, "> sends %s", line->str);
    g_string_free(line, TRUE);
}

static void fresh_table(struct rig *rig, struct rig_end *end)
{
    pc_table_unref(rig->reading, end->table);
    end->table = pc_table_empty(rig->reading);
}

static void tell_record(struct rig_peer *peer, struct rig_end *end, const struct pc_nmf_record *record, const char *to)
{
    struct rig *rig = peer->rig;
    switch (record->type) {
    case PC_NMF_VIA:
        rig_tell(rig, RIG_FRAMING, peer, "> sends a preamble to %s", to);
        return;
    case PC_NMF_PREAMBLE_ACK:
        rig_tell(rig, RIG_FRAMING, peer, "> sends Ack to %s", to);
        return;
    case PC_NMF_END:
        rig_tell(rig, RIG_END, peer, "> sends End to %s", to);
        fresh_table(rig, end);
        return;
    case PC_NMF_FAULT: {
        const char *name = memrchr(record->payload, '/', record->size);
        int skip = name ? (int)(name + 1 - (const char *)record->payload) : 0;
        rig_tell(rig, RIG_END, peer, "> sends fault %.*s to %s", (int)record->size - skip,
                 (const char *)record->payload + skip, to);
        return;
    }
    case PC_NMF_SIZED_ENVELOPE: {
        struct pc_message message;
        GError *error = NULL;
        if (pc_message_read(rig->reading, &end->table, record->payload, record->size, &message, &error))
            tell_message(peer, to, &message);
        else
            rig_fail(rig, "%s wrote what cannot be read: %s", peer->name, error->message);
        g_clear_error(&error);
        return;
    }
    default:
        return;
    }
}

/* The octets that a peer writes are read by a reader that has nothing to do with the peer's own. */
void rig_read_back(struct rig_peer *peer, struct rig_end *end, const uint8_t *octets, size_t size)
{
    struct pc_nmf_record record;
    const char *to = other_name(peer, end->number);
    for (;;) {
        switch (pc_nmf_read(&end->reader, &octets, &size, &record)) {
        case PC_NMF_MORE:
            return;
        case PC_NMF_FAILED:
            rig_fail(peer->rig, "%s wrote broken framing: %s", peer->name,
                     pc_nmf_error_name((enum pc_nmf_error)end->reader.error));
            return;
        case PC_NMF_RECORD:
            tell_record(peer, end, &record, to);
        }
    }
}

/* ---- what a peer notes ---- */

static const char *cycle_name(uint32_t cycle)
{
    static const char *const names[] = {"no", "the initial", "a maintenance", "a refresh"};
    return names[cycle < G_N_ELEMENTS(names) ? cycle : 0];
}

static void tell_state(struct rig_peer *peer, const struct pc_note *note, const char *other)
{
    struct rig *rig = peer->rig;
    const char *reason = note->reason ? pc_reason_name((enum pc_reason)note->reason) : NULL;
    const char *way = note->initiator ? "to" : "from";
    if (!(note->value >> note->b & 1))
        rig_fail(rig, "%s: a link goes from %s to %s, which the table of fsm.c does not allow here", peer->name,
                 pc_link_state_name((enum pc_link_state)note->a), pc_link_state_name((enum pc_link_state)note->b));
    if (note->b == PC_LINK_CONNECTED || note->b == PC_LINK_DISCONNECTING || note->b == PC_LINK_DISCONNECTED ||
        (note->b == PC_LINK_CLOSED && note->a != PC_LINK_CREATED))
        rig_tell(rig, RIG_STATE, peer, ": link %s %s is %s%s%s%s", way, other,
                 pc_link_state_name((enum pc_link_state)note->b), reason ? " (" : "", reason ? reason : "",
                 reason ? ")" : "");
}

static void tell_note(struct rig_peer *peer, const struct pc_action *action)
{
    struct rig *rig = peer->rig;
    const struct pc_note *note = &action->u.note;
    const char *other = action->conn ? other_name(peer, action->conn) : "";
    uint32_t label = label_of_number(rig, note->id);
    switch (note->kind) {
    case PC_NOTE_STATE:
        tell_state(peer, note, other);
        return;
    case PC_NOTE_DUPLICATE:
        rig_tell(rig, RIG_DELIVERY, peer, ": m%u from %s is a duplicate", label, other);
        return;
    case PC_NOTE_HOPS_ENDED:
        rig_tell(rig, RIG_DELIVERY, peer, ": m%u has no hop left for %s", label, other);
        return;
    case PC_NOTE_FILTERED:
        rig_tell(rig, RIG_DELIVERY, peer, ": the filter keeps m%u from %s", label, *other ? other : "the application");
        return;
    case PC_NOTE_VIOLATION:
        rig_tell(rig, RIG_TROUBLE, peer, ": %s: %s", other, note->text);
        return;
    case PC_NOTE_DIAL_FAILED:
        rig_tell(rig, RIG_TROUBLE, peer, ": %s cannot be reached",
                 rig_name_of_uri(rig, pc_address_uri(pc_codec_strings(rig->codec), note->address)));
        return;
    case PC_NOTE_RESOLVED:
        rig_tell(rig, RIG_CYCLE, peer, ": resolved %u address%s, %u usable", note->a, note->a == 1 ? "" : "es", note->b);
        return;
    case PC_NOTE_REFERRALS:
        rig_tell(rig, RIG_CYCLE, peer, ": keeps %u of %u referral%s", note->b, note->a, note->a == 1 ? "" : "s");
        return;
    case PC_NOTE_CYCLE:
        rig_tell(rig, RIG_CYCLE, peer, ": begins %s cycle, %u neighbor%s", cycle_name(note->a), note->b,
                 note->b == 1 ? "" : "s");
        return;
    case PC_NOTE_CYCLE_ENDED:
        rig_tell(rig, RIG_CYCLE, peer, ": ends the cycle, %u neighbor%s", note->b, note->b == 1 ? "" : "s");
        return;
    case PC_NOTE_PRUNED:
        rig_tell(rig, RIG_CYCLE, peer, ": prunes %s, utility %" G_GUINT64_FORMAT, other, note->value);
        return;
    case PC_NOTE_SLOW:
        rig_tell(rig, RIG_TROUBLE, peer, ": %s %s, %u floods pending", other,
                 note->b ? "is too slow" : "is watched as slow", note->a);
        return;
    case PC_NOTE_CALL_FAILED:
        rig_tell(rig, RIG_TROUBLE, peer, ": %s has failed", pc_kind_name((enum pc_kind)note->message_kind));
        return;
    default: /* what was written, received or dialled is told from the connection */
        return;
    }
}

void rig_tell_action(struct rig_peer *peer, const struct pc_action *action)
{
    struct rig *rig = peer->rig;
    const char *other = action->conn ? other_name(peer, action->conn) : "";
    switch (action->kind) {
    case PC_ACTION_NOTE:
        tell_note(peer, action);
        return;
    case PC_ACTION_CONNECT:
        rig_tell(rig, RIG_TCP, peer, "> dials %s", rig_name_at(rig, &action->u.connect.ip, action->u.connect.port));
        return;
    case PC_ACTION_CLOSE:
        rig_tell(rig, RIG_TCP, peer, "> closes the connection to %s", other);
        return;
    case PC_ACTION_ABORT:
        rig_tell(rig, RIG_TCP, peer, "> resets the connection to %s", other);
        return;
    case PC_ACTION_PAUSE:
    case PC_ACTION_RESUME:
        rig_tell(rig, RIG_TROUBLE, peer, ": %s reading from %s", action->kind == PC_ACTION_PAUSE ? "stops" : "resumes",
                 other);
        return;
    case PC_ACTION_DELIVER: {
        struct pc_text via = pc_str_text(pc_codec_strings(rig->codec), action->u.deliver.channel);
        const char *channel = memrchr(via.s, '/', via.n);
        rig_tell(rig, RIG_DELIVERY, peer, ": delivers m%u%s on %s", label_of_number(rig, action->u.deliver.id),
                 action->u.deliver.own ? " (its own)" : "", channel + 1);
        return;
    }
    case PC_ACTION_PUBLISHED:
        if (action->u.published.refused)
            rig_tell(rig, RIG_TROUBLE, peer, ": cannot publish: %s", action->u.published.refused);
        return;
    case PC_ACTION_STARTED:
        rig_tell(rig, RIG_LIFE, peer, ": is open");
        return;
    case PC_ACTION_OPEN_FAILED:
        rig_tell(rig, RIG_LIFE, peer, ": cannot open: %s", action->u.open_failed);
        return;
    case PC_ACTION_STOPPED:
        rig_tell(rig, RIG_LIFE, peer, ": has left");
        return;
    case PC_ACTION_ONLINE:
        rig_tell(rig, RIG_LIFE, peer, ": is online");
        return;
    case PC_ACTION_OFFLINE:
        rig_tell(rig, RIG_LIFE, peer, ": is offline");
        return;
    case PC_ACTION_WRITE:
        return;
    }
}
