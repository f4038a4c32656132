/* Structure, namespaces and dictionary strings: binary-xml.md 10.1-10.3. Values are in nbfx_values.c. */
#include "protocol/wire/nbfx_writer_private.h"

#include "protocol/wire/codec_private.h"

#include <stdio.h>
#include <string.h>

/* ---- strings ---- */

/* Text of 42 units and more goes in chunks of 170 units; a chunk never ends inside a surrogate pair. */
void pc_put_chunks(struct pc_nbfx_writer *w, const char *s, uint32_t n, uint32_t units)
{
    while (units > 170) {
        uint32_t octets = 0, taken = 0;
        while (taken < 170) {
            uint32_t step = (uint8_t)s[octets] >= 0xF0   ? 4
                            : (uint8_t)s[octets] >= 0xE0 ? 3
                            : (uint8_t)s[octets] >= 0xC0 ? 2
                                                         : 1;
            uint32_t width = step == 4 ? 2 : 1;
            if (taken + width > 170)
                break;
            taken += width;
            octets += step;
        }
        pc_reserve(w, 3 * taken);
        pc_put(w, s, octets);
        s += octets;
        n -= octets;
        units -= taken;
    }
    pc_reserve(w, 3 * units);
    pc_put(w, s, n);
}

void pc_put_string(struct pc_nbfx_writer *w, struct pc_text text)
{
    uint32_t units = pc_units_of(text);
    if (units < 42) {
        uint8_t length = (uint8_t)text.n;
        pc_reserve(w, 1 + 3 * units);
        pc_put(w, &length, 1);
        pc_put(w, text.s, text.n);
    } else {
        pc_put_mb31(w, text.n);
        pc_put_chunks(w, text.s, text.n, units);
    }
}

/* ---- dictionary look-up (10.2) ---- */

uint32_t pc_nbfx_session_id(struct pc_nbfx_session *session, pc_str string)
{
    uint32_t id = pc_table_id(session->table, string);
    if (id)
        return id;
    for (uint32_t i = 0; i < session->added_count; i++)
        if (session->added[i] == string)
            return 2 * (session->table->count + i) + 1;
    if (session->closed)
        return 0;
    struct pc_strings *pool = pc_codec_strings(session->codec);
    uint8_t length[5];
    uint32_t size = pc_str_text(pool, string).n, octets = (uint32_t)pc_mb31_write(length, size) + size;
    if (session->table->octets + session->added_octets + octets > session->limit) {
        session->closed = true; /* from now on every new string is a literal (9.5) */
        return 0;
    }
    if (session->added_count == session->added_capacity) {
        session->added_capacity = session->added_capacity ? session->added_capacity * 2 : 24;
        session->added = g_renew(pc_str, session->added, session->added_capacity);
    }
    session->added[session->added_count++] = pc_str_ref(pool, string);
    session->added_octets += octets;
    return 2 * (session->table->count + session->added_count - 1) + 1;
}

void pc_nbfx_session_clear(struct pc_nbfx_session *session)
{
    while (session->added_count)
        pc_str_unref(pc_codec_strings(session->codec), session->added[--session->added_count]);
    g_free(session->added);
    session->added = NULL;
    session->added_capacity = 0;
}

/* Does the string go by id? */
bool pc_has_id(struct pc_nbfx_writer *w, struct pc_nbfx_string s, uint32_t *id)
{
    if (s.origin == PC_NBFX_FIXED) {
        *id = s.id;
        return true;
    }
    if (s.origin != PC_NBFX_SHARED || !w->session)
        return false;
    if (s.id) {
        *id = pc_nbfx_session_id(w->session, s.id);
    } else {
        struct pc_strings *pool = pc_codec_strings(w->session->codec);
        pc_str string = pc_str_intern(pool, s.s, s.n);
        *id = pc_nbfx_session_id(w->session, string);
        pc_str_unref(pool, string);
    }
    return *id != 0;
}

void pc_put_id(struct pc_nbfx_writer *w, uint32_t id)
{
    if (w->holes && id % 2)
        pc_octets_append(w->holes, &w->out->len, sizeof w->out->len);
    pc_put_mb31(w, id);
}

/* ---- beginning and completing things ---- */

void pc_nbfx_writer_init(struct pc_nbfx_writer *w, struct pc_octets *out, struct pc_nbfx_session *session)
{
    memset(w, 0, offsetof(struct pc_nbfx_writer, own_scopes));
    w->out = out;
    w->session = session;
    w->scopes = w->own_scopes;
    w->scope_count = 0;
    w->scope_capacity = G_N_ELEMENTS(w->own_scopes);
    w->tail_length = 0;
}

void pc_nbfx_writer_clear(struct pc_nbfx_writer *w)
{
    if (w->scopes != w->own_scopes)
        g_free(w->scopes);
    w->scopes = NULL;
}

void pc_flush_tail(struct pc_nbfx_writer *w)
{
    if (!w->tail_length)
        return;
    uint32_t length = w->tail_length;
    w->tail_length = 0;
    pc_put_bytes_record(w, w->tail, length, NULL, 0);
}

void pc_complete_start_tag(struct pc_nbfx_writer *w)
{
    if (!w->in_start_tag)
        return;
    w->in_start_tag = false;
    uint32_t first = w->scope_count;
    while (first && w->scopes[first - 1].depth == w->depth)
        first--;
    for (uint32_t i = first; i < w->scope_count; i++) {
        const struct pc_nbfx_scope *scope = &w->scopes[i];
        uint32_t id = 0;
        bool by_id = scope->ns.n ? pc_has_id(w, scope->ns, &id) : false;
        pc_put_octet(w, (uint8_t)(0x08 + (scope->prefix.n ? 1 : 0) + (by_id ? 2 : 0)));
        if (scope->prefix.n)
            pc_put_string(w, scope->prefix);
        if (by_id)
            pc_put_id(w, id);
        else
            pc_put_string(w, pc_text_of(scope->ns));
    }
}

/* Before anything but a value goes out. */
void pc_before_node(struct pc_nbfx_writer *w)
{
    pc_complete_start_tag(w);
    pc_flush_tail(w);
    w->merge = false;
}

/* ---- namespaces (10.3) ---- */

static struct pc_nbfx_scope *add_scope(struct pc_nbfx_writer *w, struct pc_text prefix,
                                       struct pc_nbfx_string ns)
{
    if (w->scope_count == w->scope_capacity) {
        struct pc_nbfx_scope *old = w->scopes;
        w->scope_capacity *= 4;
        w->scopes = g_new(struct pc_nbfx_scope, w->scope_capacity);
        for (uint32_t i = 0; i < w->scope_count; i++) {
            w->scopes[i] = old[i];
            if (old[i].prefix.s == old[i].made)
                w->scopes[i].prefix.s = w->scopes[i].made;
        }
        if (old != w->own_scopes)
            g_free(old);
    }
    struct pc_nbfx_scope *scope = &w->scopes[w->scope_count++];
    scope->prefix = prefix;
    scope->ns = ns;
    scope->depth = w->depth;
    return scope;
}

static const struct pc_nbfx_scope *scope_of(const struct pc_nbfx_writer *w, struct pc_text prefix)
{
    for (uint32_t i = w->scope_count; i-- > 0;)
        if (pc_text_equal(w->scopes[i].prefix, prefix))
            return &w->scopes[i];
    return NULL;
}

static bool bound_to(const struct pc_nbfx_writer *w, struct pc_text prefix, struct pc_text ns)
{
    const struct pc_nbfx_scope *scope = scope_of(w, prefix);
    return scope ? pc_text_equal(pc_text_of(scope->ns), ns) : prefix.n == 0 && ns.n == 0;
}

/* The innermost prefix bound to ns and not hidden. */
const struct pc_nbfx_scope *pc_prefix_for(const struct pc_nbfx_writer *w, struct pc_text ns, bool non_empty)
{
    for (uint32_t i = w->scope_count; i-- > 0;) {
        const struct pc_nbfx_scope *scope = &w->scopes[i];
        if ((scope->prefix.n || !non_empty) && pc_text_equal(pc_text_of(scope->ns), ns) &&
            scope_of(w, scope->prefix) == scope)
            return scope;
    }
    return NULL;
}

/* A prefix of our own: a, b, … z, then d<depth>p<k>. */
struct pc_text pc_generate_prefix(struct pc_nbfx_writer *w, struct pc_nbfx_string ns)
{
    struct pc_nbfx_scope *scope = add_scope(w, (struct pc_text){"", 0}, ns);
    scope->prefix = (struct pc_text){scope->made, 1};
    w->scope_count--; /* not in force while candidates are tried */
    for (scope->made[0] = 'a'; scope->made[0] <= 'z' && scope_of(w, scope->prefix); scope->made[0]++)
        ;
    for (unsigned k = 0; scope->made[0] > 'z' || scope_of(w, scope->prefix); k++)
        scope->prefix.n = (uint32_t)snprintf(scope->made, sizeof scope->made, "d%up%u", w->depth, k);
    w->scope_count++;
    return scope->prefix;
}

/* ---- elements and attributes (10.1) ---- */

bool pc_letter_of(struct pc_text prefix, uint8_t *index)
{
    if (prefix.n != 1 || prefix.s[0] < 'a' || prefix.s[0] > 'z')
        return false;
    *index = (uint8_t)(prefix.s[0] - 'a');
    return true;
}

/* A name with its prefix; `base` is the short form's type, `letters` that of PrefixDictionary…A. */
static void put_name(struct pc_nbfx_writer *w, uint8_t base, uint8_t letters, struct pc_text prefix,
                     struct pc_nbfx_string name)
{
    uint32_t id = 0;
    uint8_t index;
    /* The type octet goes out first, and whether the name has an id decides it. */
    bool by_id = pc_has_id(w, name, &id);
    if (pc_letter_of(prefix, &index)) {
        pc_put_octet(w, (uint8_t)(letters + index + (by_id ? 0 : 26)));
    } else {
        pc_put_octet(w, (uint8_t)(base + (prefix.n ? 1 : 0) + (by_id ? 2 : 0)));
        if (prefix.n)
            pc_put_string(w, prefix);
    }
    if (by_id)
        pc_put_id(w, id);
    else
        pc_put_string(w, pc_text_of(name));
}

void pc_nbfx_start(struct pc_nbfx_writer *w, struct pc_nbfx_string prefix, struct pc_nbfx_string name,
                   struct pc_nbfx_string ns)
{
    pc_before_node(w);
    w->depth++;
    struct pc_text chosen = {"", 0};
    if (prefix.origin != PC_NBFX_NULL)
        chosen = pc_text_of(prefix);
    else if (ns.origin != PC_NBFX_NULL) {
        const struct pc_nbfx_scope *scope = pc_prefix_for(w, pc_text_of(ns), false);
        if (scope)
            chosen = scope->prefix;
    }
    if (ns.origin != PC_NBFX_NULL && !bound_to(w, chosen, pc_text_of(ns)))
        add_scope(w, chosen, ns);
    put_name(w, 0x40, 0x44, chosen, name);
    w->in_start_tag = true;
}

void pc_nbfx_end(struct pc_nbfx_writer *w)
{
    pc_complete_start_tag(w);
    pc_flush_tail(w);
    if (w->merge) {
        w->out->data[w->merge_at] |= 1;
        w->merge = false;
    } else {
        pc_put_octet(w, 0x01);
    }
    while (w->scope_count && w->scopes[w->scope_count - 1].depth >= w->depth)
        w->scope_count--;
    w->depth--;
}

void pc_nbfx_xmlns(struct pc_nbfx_writer *w, struct pc_nbfx_string prefix, struct pc_nbfx_string ns)
{
    if (prefix.origin == PC_NBFX_NULL) {
        if (!pc_prefix_for(w, pc_text_of(ns), false))
            pc_generate_prefix(w, ns);
    } else if (!bound_to(w, pc_text_of(prefix), pc_text_of(ns))) {
        add_scope(w, pc_text_of(prefix), ns);
    }
}

void pc_nbfx_attribute_start(struct pc_nbfx_writer *w, struct pc_nbfx_string prefix,
                             struct pc_nbfx_string name, struct pc_nbfx_string ns)
{
    struct pc_text chosen = {"", 0};
    if (ns.origin != PC_NBFX_NULL && ns.n) {
        bool given = prefix.origin != PC_NBFX_NULL && prefix.n;
        const struct pc_nbfx_scope *scope = given ? NULL : pc_prefix_for(w, pc_text_of(ns), true);
        if (given && !pc_text_equal(pc_text_of(prefix), PC_TEXT("xml")) &&
            !bound_to(w, pc_text_of(prefix), pc_text_of(ns)))
            add_scope(w, pc_text_of(prefix), ns);
        chosen = given ? pc_text_of(prefix) : scope ? scope->prefix : pc_generate_prefix(w, ns);
    } else if (prefix.origin != PC_NBFX_NULL && pc_text_equal(pc_text_of(prefix), PC_TEXT("xml"))) {
        chosen = pc_text_of(prefix);
    }
    put_name(w, 0x04, 0x0C, chosen, name);
    w->in_attribute = true;
    w->in_start_tag = false; /* values are not content here */
}

void pc_nbfx_attribute_end(struct pc_nbfx_writer *w)
{
    w->in_attribute = false;
    w->in_start_tag = true;
    w->merge = false;
}
