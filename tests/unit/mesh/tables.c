/* The tables that decide: rules of the dialects, and the neighbor state machine. */
#include "protocol/mesh/fsm.h"
#include "protocol/mesh/rules.h"

#include <criterion/criterion.h>
#include <glib.h>
#include <string.h>

Test(rules, a_dialect_is_found_by_its_name_and_no_other)
{
    enum pc_dialect found = PC_DIALECT_COUNT;
    for (int d = 0; d < PC_DIALECT_COUNT; d++) {
        cr_assert(pc_dialect_find(pc_dialect_name((enum pc_dialect)d), &found));
        cr_assert_eq(found, d);
    }
    cr_assert_not(pc_dialect_find("klingon", &found));
    cr_assert_eq(found, PC_DIALECT_COUNT - 1, "what was there stays");
}

Test(rules, every_dialect_can_work_and_has_its_name)
{
    for (unsigned d = 0; d < PC_DIALECT_COUNT; d++) {
        cr_assert_null(pc_rules_problem(pc_rules_of((enum pc_dialect)d)), "%s", pc_dialect_name((enum pc_dialect)d));
        cr_assert_not_null(pc_dialect_name((enum pc_dialect)d));
    }
}

/* PC-11.1-1 */
Test(rules, net_has_the_constants_of_dot_net)
{
    const struct pc_rules *r = pc_rules_of(PC_DIALECT_NET);
    cr_assert(r->min_neighbors == 2 && r->ideal_neighbors == 3 && r->max_neighbors == 7);
    cr_assert(r->referrals_in_message == 10 && r->referral_cache == 51 && r->addresses_per_resolve == 3);
    cr_assert(r->maintenance_interval == PC_SECONDS(300) && r->first_retry == PC_SECONDS(10));
    cr_assert(r->cycle_budget == PC_SECONDS(120) && r->quiet_time == PC_SECONDS(60));
    cr_assert(r->utility_interval == PC_SECONDS(30) && r->utility_window == 32 && r->seen_buckets == 5);
    cr_assert(r->forwarding_limit == 128 && r->slow_pending == 32 && r->recovered_pending == 8);
    cr_assert(r->sessions_accepted == 64 && r->message_octets == 65536 && r->refresh_percent == 100);
    cr_assert(r->hops_zero == PC_HOPS_ZERO_WRAPS && r->relay_form == PC_RELAY_LITERAL);
    cr_assert(!r->disconnect_on_leave && !r->settings_at_open && !r->flood_needs_connected);
}

Test(rules, sets_that_cannot_work_are_named)
{
    struct pc_rules base = *pc_rules_of(PC_DIALECT_NET), r = base;
#define REFUSED(change)                                                                                              \
    do {                                                                                                             \
        r = base;                                                                                                    \
        change;                                                                                                      \
        cr_assert_not_null(pc_rules_problem(&r), #change);                                                           \
    } while (0)
    REFUSED(r.min_neighbors = 4);
    REFUSED(r.ideal_neighbors = 8);
    REFUSED(r.max_neighbors = 61);
    REFUSED(r.min_neighbors = r.ideal_neighbors = r.max_neighbors = 0);
    REFUSED(r.message_octets = 16383);
    REFUSED(r.seen_buckets = 0);
    REFUSED(r.seen_buckets = 8);
    REFUSED(r.seen_period = 0);
    REFUSED(r.utility_interval = 0);
    REFUSED(r.utility_window = 0);
    REFUSED(r.maintenance_interval = -1);
    REFUSED(r.refresh_percent = 0);
    REFUSED(r.forwarding_limit = 0);
    REFUSED(r.addresses_per_resolve = 0);
    REFUSED(r.connect_timeout = 0);
    REFUSED(r.first_retry = 0);
    REFUSED(r.utility_window = 128);
    REFUSED(r.addresses_per_resolve = 65);
    REFUSED(r.refresh_percent = 101);
    REFUSED(r.open_timeout = 0);
    REFUSED(r.close_timeout = 0);
    REFUSED(r.send_timeout = 0);
    REFUSED(r.accept_timeout = 0);
    REFUSED(r.call_timeout = -1);
    REFUSED(r.node_open_timeout = 0);
    REFUSED(r.quiet_time = 0);
    REFUSED(r.cycle_budget = 0);
    REFUSED(r.pool_idle = 0);
    REFUSED(r.slow_period = 0);
    REFUSED(r.slow_spread = -1);
    REFUSED(r.address_debounce = -1);
    REFUSED(r.maintenance_interval = 0);
}

static bool fits(const struct pc_fsm_row *row, unsigned event, unsigned role, unsigned state)
{
    return row->event == event && (row->roles & role) && (row->states & 1u << state);
}

static enum pc_verdict verdict(enum pc_dialect dialect, enum pc_link_event event, bool initiator, enum pc_link_state state)
{
    return (enum pc_verdict)pc_fsm_row(pc_rules_of(dialect), event, initiator, state)->verdict;
}

Test(fsm, every_event_role_and_state_has_a_row)
{
    uint32_t count;
    const struct pc_fsm_row *rows = pc_fsm_rows(&count);
    for (unsigned event = 0; event < PC_LINK_EVENTS; event++)
        for (unsigned role = 1; role <= 2; role++)
            for (unsigned state = 0; state < PC_LINK_STATES; state++) {
                if (state == 7) /* Faulted is never set: peer-channel.md 9.1 */
                    continue;
                unsigned found = 0;
                for (uint32_t i = 0; i < count; i++)
                    found += fits(&rows[i], event, role, state);
                cr_assert_geq(found, 1u, "%s, role %u, state %s", pc_link_event_name((enum pc_link_event)event), role,
                              pc_link_state_name((enum pc_link_state)state));
            }
}

Test(fsm, every_row_decides_something_and_gives_its_reason_and_clause)
{
    uint32_t count;
    const struct pc_fsm_row *rows = pc_fsm_rows(&count);
    for (uint32_t i = 0; i < count; i++) {
        cr_assert(rows[i].why && rows[i].why[0] && rows[i].clause && rows[i].clause[0], "row %u", i);
        bool decides = false;
        for (unsigned role = 1; role <= 2; role++)
            for (unsigned state = 0; state < PC_LINK_STATES; state++) {
                bool first = fits(&rows[i], rows[i].event, role, state);
                for (uint32_t k = 0; k < i; k++)
                    first &= !fits(&rows[k], rows[i].event, role, state) || (rows[k].only && rows[k].only != rows[i].only);
                decides |= first;
            }
        cr_assert(decides, "row %u (%s) is hidden behind others", i, rows[i].why);
    }
}

Test(fsm, rows_lead_only_where_a_link_may_go)
{
    uint32_t count;
    const struct pc_fsm_row *rows = pc_fsm_rows(&count);
    for (uint32_t i = 0; i < count; i++)
        for (unsigned from = 0; from < PC_LINK_STATES; from++)
            for (unsigned to = 0; to < PC_LINK_STATES; to++)
                if ((rows[i].states & 1u << from) && (rows[i].to & 1u << to) && from != to &&
                    rows[i].verdict == PC_VERDICT_PROCESS && rows[i].states == 1u << from)
                    cr_assert(pc_fsm_may_go((enum pc_link_state)from, (enum pc_link_state)to), "row %u: %s", i, rows[i].why);
}

Test(fsm, received_messages_as_the_specification_lists_them)
{
    static const struct {
        enum pc_link_event event;
        bool initiator;
        enum pc_link_state state;
        enum pc_verdict net, strict;
    } rows[] = {
        {PC_LINK_RECV_CONNECT, false, PC_LINK_CONNECTING, PC_VERDICT_PROCESS, PC_VERDICT_PROCESS},
        {PC_LINK_RECV_CONNECT, true, PC_LINK_CONNECTING, PC_VERDICT_ABORT, PC_VERDICT_ABORT},
        {PC_LINK_RECV_CONNECT, false, PC_LINK_CONNECTED, PC_VERDICT_ABORT, PC_VERDICT_ABORT},
        {PC_LINK_RECV_WELCOME, true, PC_LINK_CONNECTING, PC_VERDICT_PROCESS, PC_VERDICT_PROCESS},
        {PC_LINK_RECV_WELCOME, false, PC_LINK_CONNECTING, PC_VERDICT_ABORT, PC_VERDICT_ABORT},
        {PC_LINK_RECV_REFUSE, true, PC_LINK_CONNECTING, PC_VERDICT_PROCESS, PC_VERDICT_PROCESS},
        {PC_LINK_RECV_REFUSE, true, PC_LINK_CONNECTED, PC_VERDICT_ABORT, PC_VERDICT_ABORT},
        {PC_LINK_RECV_DISCONNECT, true, PC_LINK_CONNECTED, PC_VERDICT_PROCESS, PC_VERDICT_PROCESS},
        {PC_LINK_RECV_DISCONNECT, false, PC_LINK_DISCONNECTING, PC_VERDICT_PROCESS, PC_VERDICT_PROCESS},
        {PC_LINK_RECV_DISCONNECT, false, PC_LINK_CONNECTING, PC_VERDICT_ABORT, PC_VERDICT_ABORT},
        {PC_LINK_RECV_UTILITY, false, PC_LINK_CONNECTED, PC_VERDICT_PROCESS, PC_VERDICT_PROCESS},
        {PC_LINK_RECV_UTILITY, false, PC_LINK_CONNECTING, PC_VERDICT_ABORT, PC_VERDICT_ABORT},
        {PC_LINK_RECV_PING, true, PC_LINK_CONNECTING, PC_VERDICT_IGNORE, PC_VERDICT_IGNORE},
        {PC_LINK_RECV_FAULT, true, PC_LINK_CONNECTED, PC_VERDICT_ABORT, PC_VERDICT_ABORT},
        {PC_LINK_RECV_FLOOD, true, PC_LINK_CONNECTED, PC_VERDICT_PROCESS, PC_VERDICT_PROCESS},
        {PC_LINK_RECV_FLOOD, true, PC_LINK_CONNECTING, PC_VERDICT_PROCESS, PC_VERDICT_ABORT},
        {PC_LINK_RECV_FLOOD, true, PC_LINK_DISCONNECTING, PC_VERDICT_PROCESS, PC_VERDICT_IGNORE},
        {PC_LINK_RECV_CONNECT, false, PC_LINK_CREATED, PC_VERDICT_IMPOSSIBLE, PC_VERDICT_IMPOSSIBLE},
        {PC_LINK_ESTABLISHED, true, PC_LINK_CONNECTED, PC_VERDICT_IMPOSSIBLE, PC_VERDICT_IMPOSSIBLE},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        cr_assert_eq(verdict(PC_DIALECT_NET, rows[i].event, rows[i].initiator, rows[i].state),
                     rows[i].net, "row %u", i);
        cr_assert_eq(verdict(PC_DIALECT_PROFILE, rows[i].event, rows[i].initiator, rows[i].state),
                     rows[i].strict, "row %u", i);
    }
}

/* PC-9.1-1 */
Test(fsm, states_only_increase)
{
    cr_assert(pc_fsm_may_go(PC_LINK_CREATED, PC_LINK_OPENED));
    cr_assert(pc_fsm_may_go(PC_LINK_CONNECTED, PC_LINK_CLOSED));
    cr_assert_not(pc_fsm_may_go(PC_LINK_CONNECTED, PC_LINK_CONNECTING));
    cr_assert(pc_fsm_may_go(PC_LINK_OPENED, PC_LINK_CREATED), "but for the next address of a candidate");
    cr_assert_not(pc_fsm_may_go(PC_LINK_DISCONNECTED, PC_LINK_CONNECTED));
}

Test(fsm, the_printed_table_has_a_line_for_each_row)
{
    char *text = NULL;
    size_t size;
    uint32_t count, lines = 0;
    FILE *out = open_memstream(&text, &size);
    pc_fsm_print_table(out);
    fclose(out);
    pc_fsm_rows(&count);
    for (const char *c = text; (c = strchr(c, '\n')); c++)
        lines++;
    cr_assert_eq(lines, count + 1);
    cr_assert_not_null(strstr(text, "Refuse received\tinitiator\tConnecting\tprocess\tDisconnected Closed\tall\t"));
    cr_assert_not_null(strstr(text, "flood received\tboth\tConnecting\tabort\tClosed\tspec, profile\t"));
    free(text);
}

Test(fsm, the_picture_names_every_state_that_is_reached)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    pc_fsm_print_dot(out);
    fclose(out);
    static const char *const states[] = {"Created -> Opened", "Connecting ->", "Connected ->", "Disconnecting ->", "-> Closed"};
    for (unsigned i = 0; i < G_N_ELEMENTS(states); i++)
        cr_assert_not_null(strstr(text, states[i]), "%s", states[i]);
    cr_assert(g_str_has_prefix(text, "digraph"));
    free(text);
}
