#include "tests/unit/narrative/story.h"

#include "protocol/mesh/address.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A line "at TIME PEERS VERB …", waiting for its time. */
struct happening {
    char **words;
    uint32_t line;
};

struct story {
    struct rig *rig;
    pc_time end;
    GPtrArray *happenings;
    uint32_t line;
};

static const char *const class_names[RIG_CLASSES] = {"tcp",   "framing",  "end",   "message", "service", "flood",
                                                     "state", "delivery", "cycle", "life",    "trouble", "script"};

static bool wrong(struct story *story, const char *what)
{
    rig_fail(story->rig, "line %u: %s", story->line, what);
    return false;
}

/* ---- set-up lines ---- */

static bool add_peers(struct story *story, enum rig_kind kind, char **names)
{
    for (; *names; names++) {
        if (rig_peer(story->rig, *names) || story->rig->peer_count == RIG_PEERS)
            return wrong(story, "a peer occurs twice, or there are too many");
        rig_add(story->rig, kind, *names);
    }
    return true;
}

/* Either for the peer that the first word names, or for all. Returns the words that follow. */
static char **whom(struct story *story, char **words, struct rig_peer **first, struct rig_peer **last)
{
    struct rig_peer *named = *words ? rig_peer(story->rig, *words) : NULL;
    *first = named ? named : story->rig->peers;
    *last = named ? named + 1 : story->rig->peers + story->rig->peer_count;
    return named ? words + 1 : words;
}

static bool set_dialect(struct story *story, char **words)
{
    struct rig_peer *peer, *last;
    words = whom(story, words, &peer, &last);
    enum pc_dialect dialect;
    if (*words && pc_dialect_find(*words, &dialect)) {
        for (; peer < last; peer++)
            peer->mesh.rules = *pc_rules_of(dialect);
        return true;
    }
    return wrong(story, "no such dialect");
}

static bool set_rules(struct story *story, char **words)
{
    struct rig_peer *peer, *last;
    words = whom(story, words, &peer, &last);
    for (; peer < last; peer++)
        for (char **word = words; *word; word++)
            if (!story_set_rule(&peer->mesh.rules, *word))
                return wrong(story, "no such rule");
    return true;
}

static bool set_service(struct story *story, char **words)
{
    struct rig_peer *peer = rig_peer(story->rig, "resolver");
    for (; peer && *words; words++) {
        const char *equals = strchr(*words, '=');
        if (g_str_has_prefix(*words, "lifetime=") && story_time(equals + 1, &peer->service.refresh_interval))
            continue;
        if (g_str_has_prefix(*words, "cleanup=") && story_time(equals + 1, &peer->service.cleanup_interval))
            continue;
        if (strcmp(*words, "control_shape") != 0)
            return wrong(story, "no such setting of the service");
        peer->service.control_shape = true;
    }
    return peer ? true : wrong(story, "there is no resolver");
}

/* "draw a candidate 0/3 1/2": the first draw picks number 0 of 3, the second 1 of 2; "draw a node_id 7": the number. */
static bool set_draws(struct story *story, char **words)
{
    static const char *const purposes[PC_DRAW_COUNT] = {[PC_DRAW_NODE_ID] = "node_id",
                                                        [PC_DRAW_CANDIDATE] = "candidate",
                                                        [PC_DRAW_SLOW_PERIOD] = "slow_period",
                                                        [PC_DRAW_SAMPLE] = "sample"};
    struct rig_peer *peer = words[0] ? rig_peer(story->rig, words[0]) : NULL;
    for (unsigned p = 0; peer && words[1] && p < PC_DRAW_COUNT; p++) {
        if (!purposes[p] || strcmp(purposes[p], words[1]) != 0)
            continue;
        for (char **word = words + 2; *word && peer->draws[p].count < RIG_DRAWS; word++) {
            char *slash;
            uint64_t value = g_ascii_strtoull(*word, &slash, 10);
            if (*slash == '/') {
                uint64_t parts = g_ascii_strtoull(slash + 1, NULL, 10);
                value = UINT64_MAX / parts * value + UINT64_MAX / parts / 2;
            }
            peer->draws[p].values[peer->draws[p].count++] = value;
        }
        return true;
    }
    return wrong(story, "no such peer or draw");
}

static bool show(struct story *story, char **words, bool shown)
{
    for (; *words; words++) {
        unsigned k = 0;
        while (k < RIG_CLASSES && strcmp(class_names[k], *words) != 0)
            k++;
        if (k == RIG_CLASSES && strcmp(*words, "all") != 0)
            return wrong(story, "no such class of lines");
        for (unsigned i = 0; i < RIG_CLASSES; i++)
            if (k == RIG_CLASSES || i == k)
                story->rig->shows[i] = shown;
    }
    return true;
}

static bool set_silent(struct story *story, char **words)
{
    for (; *words && story->rig->silent_count < G_N_ELEMENTS(story->rig->silent); words++)
        story->rig->silent[story->rig->silent_count++] = rig_ip((uint32_t)atoi(strrchr(*words, '.') ? strrchr(*words, '.') + 1 : *words));
    return true;
}

static bool set_flag(struct story *story, char **words)
{
    for (; *words; words++) {
        struct rig_peer *peer = rig_peer(story->rig, *words);
        if (!peer)
            return wrong(story, "no such peer");
        peer->no_channel = true;
    }
    return true;
}

/* ---- what happens ---- */

static const char *option(char **words, const char *name)
{
    for (; *words; words++)
        if (g_str_has_prefix(*words, name) && (*words)[strlen(name)] == '=')
            return *words + strlen(name) + 1;
    return NULL;
}

static void write_text(struct pc_body_writer *writer, const void *body)
{
    const struct pc_text *text = body;
    pc_body_start(writer, PC_TEXT("say"), PC_TEXT("urn:story"));
    pc_body_text(writer, *text);
    pc_body_end(writer);
}

static void publish(struct rig_peer *peer, char **words)
{
    const char *hops = option(words, "hops"), *size = option(words, "size"), *times = option(words, "times"),
               *label = option(words, "m"), *on = option(words, "on");
    uint32_t n = size ? (uint32_t)atoi(size) : 5;
    char *filler = g_strnfill(n, 'x'), *via = g_strdup_printf("net.p2p://mesh/%s", on ? on : "chat");
    struct pc_text text = {filler, n};
    struct pc_outgoing message = {.action = PC_TEXT("urn:story/say"),
                                  .via = {via, (uint32_t)strlen(via)},
                                  .peer_to = {via, (uint32_t)strlen(via)},
                                  .has_hops = hops != NULL,
                                  .hops = hops ? g_ascii_strtoull(hops, NULL, 10) : 0,
                                  .write_body = write_text,
                                  .body = &text};
    for (int i = times ? atoi(times) : 1; i > 0; i--)
        rig_publish(peer, &message, label ? (uint32_t)atoi(label) : 0);
    g_free(via);
    g_free(filler);
}

/* "dials b": at its own address; "dials b at 10.0.0.9 10.0.0.1": the same node, these IP addresses. */
static bool dial(struct rig_peer *peer, char **words)
{
    struct rig_peer *to = words[0] ? rig_peer(peer->rig, words[0]) : NULL;
    if (!to)
        return false;
    struct pc_ip ips[4];
    uint32_t count = 0;
    for (char **word = words[1] ? words + 2 : words + 1; *word && count < G_N_ELEMENTS(ips); word++)
        ips[count++] = rig_ip((uint32_t)atoi(strrchr(*word, '.') + 1));
    if (count == 0)
        ips[count++] = to->ip;
    char uri[256];
    struct pc_node_address address = {.ips = ips, .ip_count = count};
    if (to->node) {
        struct pc_node_view view;
        pc_node_view(to->node, &view);
        address.uri = pc_address_uri(pc_codec_strings(peer->rig->codec), view.listen_uri);
    } else {
        address.uri = (struct pc_text){uri, (uint32_t)snprintf(uri, sizeof uri, "net.tcp://10.0.0.%u:%u/PeerChannelEndpoints/%s",
                                                              to->number, to->port, to->name)};
    }
    rig_event(peer, (struct pc_event){.kind = PC_EVENT_DIAL, .u.dial = &address});
    return true;
}

static void channel(struct rig_peer *peer, const char *name, enum pc_event_kind kind)
{
    char via[128];
    int n = snprintf(via, sizeof via, "net.p2p://mesh/%s", name ? name : "chat");
    struct pc_strings *pool = pc_codec_strings(peer->rig->codec);
    pc_str handle = pc_str_intern(pool, via, (size_t)n);
    rig_event(peer, (struct pc_event){.kind = kind, .u.channel = handle});
    pc_str_unref(pool, handle);
}

static bool set_filter(struct rig_peer *peer, const char *name)
{
    static const char *const names[] = {"none", "local", "remote", "both"};
    for (unsigned i = 0; name && i < G_N_ELEMENTS(names); i++)
        if (strcmp(names[i], name) == 0) {
            peer->has_filter = true;
            peer->filter = (enum pc_propagation)i;
            return true;
        }
    return false;
}

static bool move(struct rig_peer *peer, const char *ip)
{
    struct pc_event event = {.kind = PC_EVENT_ADDRESS_CHANGED};
    if (ip && strcmp(ip, "none") == 0) { /* no interface is up: family 0 */
        rig_event(peer, event);
        return true;
    }
    if (!ip || !strrchr(ip, '.'))
        return false;
    event.u.start.ip = peer->ip = rig_ip((uint32_t)atoi(strrchr(ip, '.') + 1));
    rig_event(peer, event);
    return true;
}

/* What a peer knows of its links. */
static void tell_links(struct rig_peer *peer)
{
    struct pc_link_view link;
    for (uint32_t i = 0; pc_node_link(peer->node, i, &link); i++)
        rig_tell(peer->rig, RIG_SCRIPT, peer, ": link %s %s is %s, utility %u%s", link.initiator ? "to" : "from",
                 link.remote_uri ? rig_name_of_uri(peer->rig, pc_address_uri(pc_codec_strings(peer->rig->codec), link.remote_uri))
                                 : "somebody",
                 pc_link_state_name(link.state), link.utility, link.accurate ? ", accurate" : "");
}

/* One verb between two peers. */
static bool towards(struct rig_peer *peer, const char *verb, char **rest)
{
    struct rig_peer *other = rest[0] ? rig_peer(peer->rig, rest[0]) : NULL;
    if (!other)
        return false;
    if (strcmp(verb, "cut") == 0)
        rig_cut(peer, other);
    else if (strcmp(verb, "holds") == 0)
        rig_hold(peer, other, true);
    else if (strcmp(verb, "releases") == 0)
        rig_hold(peer, other, false);
    else if (strcmp(verb, "passes") == 0 && rest[1])
        rig_let_through(peer, other, (uint32_t)atoi(rest[1]));
    else
        return false;
    return true;
}

static bool act(struct rig_peer *peer, char **words)
{
    const char *verb = words[0];
    char **rest = words + 1;
    if (peer->kind == RIG_PUPPET)
        return story_puppet(peer, words);
    if (strcmp(verb, "starts") == 0)
        rig_start(peer);
    else if (strcmp(verb, "dies") == 0 || strcmp(verb, "vanishes") == 0)
        rig_kill(peer, verb[0] == 'v');
    else if (!peer->node && !peer->resolver)
        return false;
    else if (strcmp(verb, "leaves") == 0)
        rig_event(peer, (struct pc_event){.kind = PC_EVENT_STOP});
    else if (strcmp(verb, "publishes") == 0)
        publish(peer, rest);
    else if (strcmp(verb, "dials") == 0)
        return dial(peer, rest);
    else if (strcmp(verb, "tells") == 0)
        tell_links(peer);
    else if (strcmp(verb, "refreshes") == 0)
        rig_event(peer, (struct pc_event){.kind = PC_EVENT_REFRESH});
    else if (strcmp(verb, "resumes") == 0)
        rig_event(peer, (struct pc_event){.kind = PC_EVENT_RESUMED});
    else if (strcmp(verb, "opens") == 0 || strcmp(verb, "closes") == 0)
        channel(peer, rest[0], verb[0] == 'o' ? PC_EVENT_OPEN_CHANNEL : PC_EVENT_CLOSE_CHANNEL);
    else if (strcmp(verb, "filters") == 0)
        return set_filter(peer, rest[0]);
    else if (strcmp(verb, "moves") == 0)
        return move(peer, rest[0]);
    else
        return towards(peer, verb, rest);
    return true;
}

/* Words of "a,b verb …": done for each peer in turn. */
static void happens(struct rig *rig, void *data)
{
    struct happening *happening = data;
    char **names = g_strsplit(happening->words[0], ",", -1);
    for (char **name = names; *name; name++) {
        struct rig_peer *peer = rig_peer(rig, *name);
        if (!peer) {
            rig_fail(rig, "line %u: there is no peer %s", happening->line, *name);
            continue;
        }
        char *said = g_strjoinv(" ", happening->words + 1);
        rig_tell(rig, RIG_SCRIPT, peer, "! %s", said);
        g_free(said);
        if (!act(peer, happening->words + 1))
            rig_fail(rig, "line %u: %s cannot do that", happening->line, *name);
    }
    g_strfreev(names);
}

static bool add_happening(struct story *story, char **words)
{
    pc_time at;
    if (!words[0] || !words[1] || !story_time(words[0], &at))
        return wrong(story, "\"at TIME WHO VERB …\" is wanted");
    if (strcmp(words[1], "end") == 0) {
        story->end = at;
        return true;
    }
    if (!words[2])
        return wrong(story, "what happens then?");
    struct happening *happening = g_new0(struct happening, 1);
    happening->words = g_strdupv(words + 1);
    happening->line = story->line;
    g_ptr_array_add(story->happenings, happening);
    rig_at(story->rig, at, happens, happening);
    return true;
}

static void start_quietly(struct rig *rig, void *peer)
{
    gsize told = rig->told->len;
    rig_start(peer);
    g_string_truncate(rig->told, told);
}

static bool set_up(struct story *story, char **words)
{
    struct rig *rig = story->rig;
    const char *word = words[0];
    char **rest = words + 1;
    if (strcmp(word, "at") == 0)
        return add_happening(story, rest);
    if (strcmp(word, "peers") == 0)
        return add_peers(story, RIG_NODE, rest);
    if (strcmp(word, "puppet") == 0)
        return add_peers(story, RIG_PUPPET, rest);
    if (strcmp(word, "resolver") == 0) {
        rig_at(rig, 0, start_quietly, rig_add(rig, RIG_RESOLVER, "resolver"));
        return true;
    }
    if (strcmp(word, "dialect") == 0)
        return set_dialect(story, rest);
    if (strcmp(word, "rules") == 0)
        return set_rules(story, rest);
    if (strcmp(word, "service") == 0)
        return set_service(story, rest);
    if (strcmp(word, "draw") == 0)
        return set_draws(story, rest);
    if (strcmp(word, "show") == 0 || strcmp(word, "hide") == 0)
        return show(story, rest, word[0] == 's');
    if (strcmp(word, "silent") == 0)
        return set_silent(story, rest);
    if (strcmp(word, "channelless") == 0)
        return set_flag(story, rest);
    if (strcmp(word, "delay") == 0)
        return rest[0] && story_time(rest[0], &rig->delay) ? true : wrong(story, "no time");
    if (strcmp(word, "from") == 0)
        return rest[0] && story_time(rest[0], &rig->tell_from) ? true : wrong(story, "no time");
    return wrong(story, "a line that means nothing");
}

/* ---- the whole ---- */

static char **words_of(const char *line)
{
    GPtrArray *words = g_ptr_array_new();
    char **parts = g_strsplit_set(line, " \t", -1);
    for (char **part = parts; *part; part++)
        if (**part)
            g_ptr_array_add(words, g_strdup(*part));
    g_ptr_array_add(words, NULL);
    g_strfreev(parts);
    return (char **)g_ptr_array_free(words, FALSE);
}

static void read_script(struct story *story, const char *script)
{
    char **lines = g_strsplit(script, "\n", -1);
    for (char **line = lines; *line && !story->rig->failure->len; line++) {
        story->line = (uint32_t)(line - lines) + 1;
        if (**line == '#')
            continue;
        char **words = words_of(*line);
        if (*words)
            set_up(story, words);
        g_strfreev(words);
    }
    g_strfreev(lines);
}

static char *report(const char *path, const struct rig *rig, const char *expected)
{
    char *name = g_path_get_basename(path), *diff = story_diff(expected, rig->told->str);
    char *text = g_strdup_printf("%s: %s\n%s%s  again, this story alone: STORY=%s build/unit/narrative\n", path,
                                 rig->failure->len ? "the story cannot be told" : "another trace than the story tells",
                                 rig->failure->str, diff, name);
    g_free(diff);
    g_free(name);
    return text;
}

char *story_run(const char *path, bool rewrite)
{
    char *text;
    GError *error = NULL;
    if (!g_file_get_contents(path, &text, NULL, &error)) {
        char *why = g_strdup(error->message);
        g_error_free(error);
        return why;
    }
    char *mark = strstr(text, "\n---\n"), *expected = mark ? mark + 5 : text + strlen(text);
    char *script = mark ? g_strndup(text, (gsize)(mark + 1 - text)) : g_strdup(text);
    struct story story = {.rig = rig_new(), .end = -1, .happenings = g_ptr_array_new()};
    read_script(&story, script);
    if (story.end < 0)
        wrong(&story, "the story has no end: \"at TIME end\"");
    rig_run(story.rig, story.end);
    rig_stop(story.rig);
    char *result = NULL;
    if (rewrite && !story.rig->failure->len) {
        char *whole = g_strconcat(script, "---\n", story.rig->told->str, NULL);
        g_file_set_contents(path, whole, -1, NULL);
        g_free(whole);
    } else if (story.rig->failure->len || strcmp(expected, story.rig->told->str) != 0) {
        result = report(path, story.rig, expected);
    }
    rig_free(story.rig);
    for (guint i = 0; i < story.happenings->len; i++) {
        struct happening *happening = story.happenings->pdata[i];
        g_strfreev(happening->words);
        g_free(happening);
    }
    g_ptr_array_unref(story.happenings);
    g_free(script);
    g_free(text);
    return result;
}
