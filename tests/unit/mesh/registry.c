/* The resolver service's memory, and the sample it gives out. */
#include "protocol/mesh/address.h"
#include "protocol/mesh/registry.h"
#include "protocol/mesh/resolver.h"
#include "protocol/wire/nmf.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct pc_guid guid(uint32_t number)
{
    struct pc_guid id = {.octets = {0}};
    memcpy(id.octets, &number, sizeof number);
    return id;
}

static struct pc_registration *add(struct pc_registry *registry, const char *mesh, uint32_t number, pc_time expires)
{
    char uri[96];
    int n = snprintf(uri, sizeof uri, "net.tcp://10.0.0.1:50000/PeerChannelEndpoints/a%08x", number);
    struct pc_ip ip = {.family = 4, .octets = {10, 0, 0, 1}};
    struct pc_node_address address = {{uri, (uint32_t)n}, &ip, 1};
    struct pc_guid id = guid(number);
    return pc_registry_add(registry, (struct pc_text){mesh, (uint32_t)strlen(mesh)}, &address, &id, expires);
}

/* PC-18.4-11 */
Test(registry, one_registration_for_a_service_path_in_a_mesh)
{
    struct pc_codec *codec = pc_codec_new(NULL);
    size_t before = pc_strings_count(pc_codec_strings(codec));
    struct pc_registry *registry = pc_registry_new(pc_codec_strings(codec));
    cr_assert_not_null(add(registry, "m", 1, 100));
    cr_assert_null(add(registry, "m", 1, 100));
    cr_assert_not_null(add(registry, "M", 2, 100), "mesh names count with case");
    struct pc_guid id = guid(1);
    cr_assert_not_null(pc_registry_find(registry, PC_TEXT("m"), &id));
    cr_assert_null(pc_registry_find(registry, PC_TEXT("M"), &id), "it belongs to the other mesh");
    pc_registry_remove(registry, pc_registry_find(registry, PC_TEXT("m"), &id));
    cr_assert_null(pc_registry_find(registry, PC_TEXT("m"), &id));
    cr_assert_not_null(add(registry, "m", 1, 100), "the path is free again");
    pc_registry_free(registry);
    pc_registry_free(NULL);
    cr_assert_eq(pc_strings_count(pc_codec_strings(codec)), before);
    pc_codec_free(codec);
}

/* PC-18.4-7, PC-18.4-11 */
Test(registry, holds_a_hundred_thousand_in_order_and_forgets_them_when_due)
{
    enum { MANY = 100000 };
    struct pc_codec *codec = pc_codec_new(NULL);
    struct pc_registry *registry = pc_registry_new(pc_codec_strings(codec));
    for (uint32_t i = 0; i < MANY; i++)
        cr_assert_not_null(add(registry, "m", i, i % 2 ? 100 : 200), "%u", i);
    cr_assert_eq(pc_registry_total(registry), (uint32_t)MANY);
    pc_registry_clean(registry, 99);
    cr_assert_eq(pc_registry_total(registry), (uint32_t)MANY);
    pc_registry_clean(registry, 100);
    uint32_t count;
    struct pc_registration *const *list = pc_registry_list(registry, PC_TEXT("m"), &count);
    cr_assert_eq(count, (uint32_t)MANY / 2);
    for (uint32_t i = 0; i < count; i++) {
        struct pc_guid id = guid(2 * i);
        cr_assert_eq(memcmp(&list[i]->id, &id, sizeof id), 0, "order at %u", i);
    }
    pc_registry_clean(registry, 200);
    cr_assert_eq(pc_registry_total(registry), 0u);
    pc_registry_free(registry);
    pc_codec_free(codec);
}

/* ---- a service asked over octets ---- */

struct service {
    struct pc_mesh mesh;
    struct pc_resolver *resolver;
    struct pc_actions actions;
    struct pc_codec *client;
    struct pc_table *out, *in;
    uint32_t written; /* octets of the last record */
};

static uint64_t draw(void *user, enum pc_draw purpose, uint32_t index)
{
    (void)user;
    uint64_t x = ((uint64_t)purpose << 32 | index) * UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static void give(struct service *s, const uint8_t *data, size_t size, struct pc_message *reply)
{
    struct pc_event event = {.kind = PC_EVENT_OCTETS, .conn = 2};
    event.u.octets.data = data;
    event.u.octets.size = size;
    while (event.u.octets.size) {
        s->actions.count = 0;
        pc_resolver_step(s->resolver, &event, &s->actions);
        for (uint32_t i = 0; i < s->actions.count; i++) {
            struct pc_action *action = &s->actions.items[i];
            if (action->kind != PC_ACTION_WRITE)
                continue;
            s->written = action->u.write->size;
            if (reply && action->u.write->data[0] == PC_NMF_SIZED_ENVELOPE) {
                uint32_t n, skip = 1 + (uint32_t)pc_mb31_read(action->u.write->data + 1, 5, &n);
                cr_assert(pc_message_read(s->client, &s->in, action->u.write->data + skip, n, reply, NULL));
            }
            pc_buf_unref(action->u.write);
        }
    }
}

static void ask(struct service *s, struct pc_message *request, struct pc_message *reply)
{
    pc_str to = pc_str_intern(pc_codec_strings(s->client), "net.tcp://r/", 12);
    request->message_id = (struct pc_unique_id){.present = true, .is_guid = true};
    struct pc_buf *buf = pc_message_write(s->client, &s->out, to, request);
    give(s, buf->data, buf->size, reply);
    pc_buf_unref(buf);
    pc_str_unref(pc_codec_strings(s->client), to);
}

static struct service *service_of(const struct pc_resolver_settings *settings, uint32_t registrations)
{
    struct service *s = g_new0(struct service, 1);
    const char *why = NULL;
    s->mesh = (struct pc_mesh){.codec = pc_codec_new(NULL), .rules = *pc_rules_of(PC_DIALECT_NET), .random = draw};
    s->resolver = pc_resolver_new(&s->mesh, NULL, settings, &why);
    s->client = pc_codec_new(NULL);
    s->out = pc_table_empty(s->client);
    s->in = pc_table_empty(s->client);
    struct pc_event start = {.kind = PC_EVENT_START}, accepted = {.kind = PC_EVENT_ACCEPTED, .conn = 2};
    pc_resolver_step(s->resolver, &start, &s->actions);
    pc_resolver_step(s->resolver, &accepted, &s->actions);
    struct pc_buf *preamble = pc_nmf_preamble(PC_TEXT("net.tcp://r/"));
    give(s, preamble->data, preamble->size, NULL);
    pc_buf_unref(preamble);
    for (uint32_t i = 0; i < registrations; i++) {
        char uri[64];
        struct pc_ip ip = {.family = 4, .octets = {10, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i}};
        struct pc_message request = {.kind = PC_KIND_REGISTER}, reply = {0};
        request.u.registration.client_id = PC_TEXT("22222222-2222-4222-8222-222222222222");
        request.u.registration.mesh_id = PC_TEXT("m");
        int n = snprintf(uri, sizeof uri, "net.tcp://h/x%u", i);
        request.u.registration.address = (struct pc_node_address){{uri, (uint32_t)n}, &ip, 1};
        ask(s, &request, &reply);
        cr_assert_eq(reply.kind, i < settings->registrations ? PC_KIND_REGISTER_RESPONSE : PC_KIND_FAULT);
    }
    return s;
}

static struct service *service_with(uint32_t registrations)
{
    return service_of(&pc_resolver_defaults, registrations);
}

static void service_free(struct service *s)
{
    pc_resolver_free(s->resolver);
    pc_actions_clear(&s->actions);
    pc_codec_free(s->mesh.codec);
    pc_table_unref(s->client, s->in);
    pc_table_unref(s->client, s->out);
    pc_codec_free(s->client);
    g_free(s);
}

/* 3 draws with replacement from n, repeats dropped: 3 different with (n-1)(n-2)/n², one only with 1/n². */
/* PC-18.4-3 */
Test(resolver, samples_with_replacement_and_drops_repeats)
{
    enum { N = 5, ASKED = 20000 };
    struct service *s = service_with(N);
    uint32_t with[4] = {0}, chosen[N] = {0}, given = 0;
    for (uint32_t i = 0; i < ASKED; i++) {
        struct pc_message request = {.kind = PC_KIND_RESOLVE}, reply = {0};
        request.u.resolve.client_id = PC_TEXT("22222222-2222-4222-8222-222222222222");
        request.u.resolve.mesh_id = PC_TEXT("m");
        request.u.resolve.max_addresses = 3;
        ask(s, &request, &reply);
        cr_assert(reply.u.resolved.count >= 1 && reply.u.resolved.count <= 3);
        with[reply.u.resolved.count]++;
        for (uint32_t k = 0; k < reply.u.resolved.count; k++, given++)
            chosen[reply.u.resolved.addresses[k].ips[0].octets[3]]++;
    }
    /* Five standard deviations. Exact shares for n = 5: 12/25, 12/25, 1/25. */
    cr_assert(abs((int)with[3] - ASKED * 12 / 25) < 355, "three: %u", with[3]);
    cr_assert(abs((int)with[2] - ASKED * 12 / 25) < 355, "two: %u", with[2]);
    cr_assert(abs((int)with[1] - ASKED / 25) < 140, "one: %u", with[1]);
    for (uint32_t i = 0; i < N; i++) /* each is in 1 - (4/5)³ = 61/125 of the replies */
        cr_assert(abs((int)chosen[i] - ASKED * 61 / 125) < 355, "registration %u: %u of %u", i, chosen[i], given);
    service_free(s);
}

/* scenarios.md X15, asked over the wire: a hundred classes of a thousand registrations each; 134.6 is exceeded with a probability of 1 %. */
/* PC-18.4-3 */
Test(resolver, draws_evenly_from_a_hundred_thousand)
{
    enum { N = 100000, ASKED = 40000, CLASSES = 100 };
    struct service *s = service_with(N);
    uint32_t classes[CLASSES] = {0}, given = 0;
    for (uint32_t i = 0; i < ASKED; i++) {
        struct pc_message request = {.kind = PC_KIND_RESOLVE}, reply = {0};
        request.u.resolve.client_id = PC_TEXT("22222222-2222-4222-8222-222222222222");
        request.u.resolve.mesh_id = PC_TEXT("m");
        request.u.resolve.max_addresses = 3;
        ask(s, &request, &reply);
        for (uint32_t k = 0; k < reply.u.resolved.count; k++, given++) {
            const uint8_t *o = reply.u.resolved.addresses[k].ips[0].octets;
            classes[(((uint32_t)o[1] << 16) + ((uint32_t)o[2] << 8) + o[3]) / (N / CLASSES)]++;
        }
    }
    double expected = (double)given / CLASSES, sum = 0;
    for (int i = 0; i < CLASSES; i++)
        sum += (classes[i] - expected) * (classes[i] - expected) / expected;
    cr_assert_lt(sum, 134.6, "chi squared %f", sum);
    /* n(1 - (1 - 1/n)^3) = 2.99997 for each: 1.2 repeats are expected in all, more than 8 once in 100,000 times. */
    cr_assert(3 * ASKED - given <= 8, "%u repeats", 3 * ASKED - given);
    service_free(s);
}

/* PC-18.4-3 */
Test(resolver, few_registrations_come_all_in_order)
{
    struct service *s = service_with(3);
    struct pc_message request = {.kind = PC_KIND_RESOLVE}, reply = {0};
    request.u.resolve.client_id = PC_TEXT("22222222-2222-4222-8222-222222222222");
    request.u.resolve.mesh_id = PC_TEXT("m");
    request.u.resolve.max_addresses = 3;
    ask(s, &request, &reply);
    cr_assert_eq(reply.u.resolved.count, 3u);
    for (uint32_t i = 0; i < 3; i++)
        cr_assert_eq(reply.u.resolved.addresses[i].ips[0].octets[3], i);
    service_free(s);
}

/* LIM-7 */
Test(resolver, a_full_service_refuses)
{
    struct pc_resolver_settings settings = pc_resolver_defaults;
    settings.registrations = 3;
    struct service *s = service_of(&settings, 5);
    cr_assert_eq(pc_resolver_registrations(s->resolver, (struct pc_text){0}), 3u);
    cr_assert_eq(pc_resolver_defaults.registrations, 4000000u);
    service_free(s);
}

/* 18.3: nothing is served before the start and after the stop; a stop closes what is open. */
Test(resolver, serves_only_while_it_is_open)
{
    struct service *s = service_with(2);
    cr_assert_eq(pc_resolver_registrations(s->resolver, PC_TEXT("m")), 2u);
    cr_assert_eq(pc_resolver_registrations(s->resolver, PC_TEXT("other")), 0u);
    struct pc_event gone = {.kind = PC_EVENT_ACCEPTED, .conn = 4}, stop = {.kind = PC_EVENT_STOP};
    pc_resolver_step(s->resolver, &gone, &s->actions);
    gone.kind = PC_EVENT_CLOSED;
    pc_resolver_step(s->resolver, &gone, &s->actions);
    s->actions.count = 0;
    pc_resolver_step(s->resolver, &stop, &s->actions);
    cr_assert_eq(s->actions.count, 2u);
    cr_assert(s->actions.items[0].kind == PC_ACTION_CLOSE && s->actions.items[0].conn == 2, "the one that is left");
    cr_assert(s->actions.items[1].kind == PC_ACTION_STOPPED);
    cr_assert_eq(pc_resolver_deadline(s->resolver), PC_TIME_NEVER);
    struct pc_event late = {.kind = PC_EVENT_ACCEPTED, .conn = 6};
    s->actions.count = 0;
    pc_resolver_step(s->resolver, &late, &s->actions);
    cr_assert(s->actions.count == 1 && s->actions.items[0].kind == PC_ACTION_ABORT);
    struct pc_event octets = {.kind = PC_EVENT_OCTETS, .conn = 6};
    octets.u.octets.data = (const uint8_t *)"x";
    octets.u.octets.size = 1;
    pc_resolver_step(s->resolver, &octets, &s->actions);
    cr_assert_eq(octets.u.octets.size, (size_t)0, "octets of a connection that is gone are taken, and nothing comes of it");
    service_free(s);
}

/* No client of default settings can read so many: what counts is how much is written. */
/* LIM-6 */
Test(resolver, a_reply_has_4096_addresses_at_most)
{
    uint32_t sizes[2];
    for (uint32_t more = 0; more < 2; more++) {
        struct service *s = service_with(PC_RESOLVER_MAX_SAMPLE + more);
        struct pc_message request = {.kind = PC_KIND_RESOLVE};
        request.u.resolve.client_id = PC_TEXT("22222222-2222-4222-8222-222222222222");
        request.u.resolve.mesh_id = PC_TEXT("m");
        request.u.resolve.max_addresses = INT32_MAX;
        ask(s, &request, NULL);
        sizes[more] = s->written;
        service_free(s);
    }
    cr_assert_gt(sizes[0], PC_RESOLVER_MAX_SAMPLE * 80u, "all: %u octets", sizes[0]);
    /* One more, and 4,096 are drawn with replacement: 63 of 100 are different. */
    cr_assert(sizes[1] > sizes[0] / 2 && sizes[1] < sizes[0] / 4 * 3, "%u octets, with one more %u", sizes[0], sizes[1]);
}

/* PC-18.3-1 */
Test(resolver, settings_that_cannot_be_are_named)
{
    struct pc_resolver_settings settings = pc_resolver_defaults;
    struct pc_mesh mesh = {.codec = NULL};
    const char *why = NULL;
    settings.refresh_interval = 0;
    cr_assert_null(pc_resolver_new(&mesh, NULL, &settings, &why));
    cr_assert_not_null(why);
    settings = pc_resolver_defaults;
    settings.cleanup_interval = -1;
    cr_assert_null(pc_resolver_new(&mesh, NULL, &settings, &why));
    settings = pc_resolver_defaults;
    settings.receive_timeout = 0;
    cr_assert_null(pc_resolver_new(&mesh, NULL, &settings, &why));
    pc_resolver_free(NULL);
}

static pc_str instead(void *user, pc_str drawn)
{
    pc_str *other = user;
    return *other ? *other : drawn;
}

/* A driver may give out another address than the one that is registered: scenario-api.md, a stale resolver. */
Test(resolver, an_answer_may_be_replaced_by_the_driver)
{
    struct service *s = service_with(1);
    struct pc_ip ip = {.family = 4, .octets = {10, 9, 9, 9}};
    struct pc_node_address address = {PC_TEXT("net.tcp://h/other"), &ip, 1};
    pc_str other = 0, made = pc_address_intern(pc_codec_strings(s->mesh.codec), &address);
    pc_resolver_on_answer(s->resolver, instead, &other);
    for (unsigned i = 0; i < 2; i++) {
        struct pc_message request = {.kind = PC_KIND_RESOLVE}, reply = {0};
        request.u.resolve.client_id = PC_TEXT("22222222-2222-4222-8222-222222222222");
        request.u.resolve.mesh_id = PC_TEXT("m");
        request.u.resolve.max_addresses = 3;
        other = i ? made : 0;
        ask(s, &request, &reply);
        cr_assert_eq(reply.u.resolved.count, 1u);
        cr_assert_eq(reply.u.resolved.addresses[0].ips[0].octets[1], i ? 9 : 0);
    }
    pc_str_unref(pc_codec_strings(s->mesh.codec), made);
    service_free(s);
}

/* What comes for a connection that is gone, or is no event of a service, changes nothing; a stop closes them all at once. */
Test(resolver, takes_events_that_do_not_concern_it)
{
    struct service *s = service_with(1);
    static const enum pc_event_kind kinds[] = {PC_EVENT_EOF, PC_EVENT_CLOSED, PC_EVENT_BLOCKED, PC_EVENT_PUBLISH};
    s->actions.count = 0;
    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++) {
        struct pc_event event = {.kind = kinds[i], .conn = 99};
        pc_resolver_step(s->resolver, &event, &s->actions);
    }
    cr_assert_eq(s->actions.count, 0u);
    for (pc_conn conn = 4; conn < 4 + 2 * 200; conn += 2) {
        struct pc_event accepted = {.kind = PC_EVENT_ACCEPTED, .conn = conn};
        pc_resolver_step(s->resolver, &accepted, &s->actions);
    }
    struct pc_event stop = {.kind = PC_EVENT_STOP};
    s->actions.count = 0;
    pc_resolver_step(s->resolver, &stop, &s->actions);
    cr_assert_eq(s->actions.count, 202u, "201 connections, and that it has stopped");
    for (uint32_t i = 0; i < 201; i++)
        cr_assert_eq(s->actions.items[i].kind, PC_ACTION_CLOSE);
    service_free(s);
}
