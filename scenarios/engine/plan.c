#include "scenarios/engine/plan.h"

#include "sim/dist.h"
#include "sim/random.h"

#include <string.h>

GQuark scn_error_quark(void)
{
    return g_quark_from_static_string("scn-error");
}

const char *scn_verb_name(enum scn_verb verb)
{
    static const char *const names[SCN_VERB_COUNT] = {"crash", "leave", "cut",    "impair",
                                                      "send",  "tell",  "refresh"};

    g_assert(verb < SCN_VERB_COUNT);
    return names[verb];
}

/* --- freeing -------------------------------------------------------------------------------------------- */

static void free_param(gpointer data)
{
    struct scn_param *p = data;

    g_free(p->name);
    g_free(p->help);
    g_free(p->fallback);
    g_free(p->value);
    g_free(p->kind);
    g_free(p);
}

static void free_network(gpointer data)
{
    struct scn_plan_network *n = data;

    g_free(n->profile);
    g_free(n->file);
    g_free(n->loss_trace);
    g_free(n->loss_trace_digest);
    sim_loss_trace_free(n->losses);
    g_free(n->matrix);
    g_free(n->matrix_digest);
    sim_matrix_free(n->sites);
    g_free(n);
}

static void free_recording(gpointer data)
{
    struct scn_recording *r = data;

    g_free(r->name);
    g_free(r->digest);
    if (r->nodes)
        g_ptr_array_unref(r->nodes);
    cf_capture_free(r->capture);
    g_free(r);
}

static void free_mesh(gpointer data)
{
    struct scn_plan_mesh *m = data;

    g_free(m->name);
    g_free(m->dialect);
    g_free(m->resolver);
    g_free(m->security);
    g_free(m->password);
    g_free(m->links);
    g_free(m->wire_name);
    g_strfreev(m->channels);
    g_free(m);
}

void scn_data_free(struct scn_data *data)
{
    if (data == NULL)
        return;
    if (data->refs > 0) {
        data->refs--;
        return;
    }
    for (uint32_t i = 0; i < data->count; i++) {
        scn_data_free(data->keys[i]);
        scn_data_free(data->values[i]);
    }
    g_free(data->keys);
    g_free(data->values);
    g_free(data->text);
    g_free(data);
}

struct scn_data *scn_data_copy(const struct scn_data *data)
{
    if (data == NULL)
        return NULL;
    struct scn_data *copy = g_memdup2(data, sizeof *data);
    copy->refs = 0;
    if (data->text != NULL)
        copy->text = g_memdup2(data->text, data->length + 1);
    copy->keys = data->count > 0 ? g_new(struct scn_data *, data->count) : NULL;
    copy->values = data->count > 0 ? g_new(struct scn_data *, data->count) : NULL;
    for (uint32_t i = 0; i < data->count; i++) {
        copy->keys[i] = scn_data_copy(data->keys[i]);
        copy->values[i] = scn_data_copy(data->values[i]);
    }
    return copy;
}

static void free_role(gpointer data)
{
    struct scn_plan_role *r = data;

    if (r->kind == SCN_ROLE_PUBLISHER) {
        g_free(r->native.publisher.message);
        g_free(r->native.publisher.topic_name);
    }
    if (r->kind == SCN_ROLE_INTRUDER)
        g_free(r->native.intruder.target);
    if (r->kind == SCN_ROLE_SUBSCRIBER) {
        g_strfreev(r->native.subscriber.only);
        g_free(r->native.subscriber.only_draw.as);
    }
    scn_data_free(r->args);
    g_clear_pointer(&r->code, g_bytes_unref);
    g_free(r->chunk);
    g_free(r->name);
    g_free(r);
}

static void free_group(gpointer data)
{
    struct scn_plan_group *g = data;

    g_free(g->name);
    g_free(g->meshes);
    g_free(g->networks);
    g_free(g->mesh_draw.as);
    g_free(g->network_draw.as);
    g_free(g->roles);
    g_free(g->churn_text);
    scn_trace_free(g->churn_trace);
    g_free(g->churn_digest);
    g_free(g->region);
    g_free(g->identity);
    g_free(g);
}

static void free_moment(gpointer data)
{
    struct scn_plan_moment *m = data;

    g_free(m->text);
    g_free(m);
}

static void free_condition(gpointer data)
{
    struct scn_plan_condition *c = data;

    g_free(c->text);
    g_free(c);
}

static void free_selection(gpointer data)
{
    struct scn_plan_selection *s = data;

    g_free(s->peers);
    g_free(s->name);
    g_free(s->region);
    g_free(s->text);
    g_free(s);
}

static void free_operation(gpointer data)
{
    struct scn_plan_operation *o = data;

    g_free(o->key);
    g_free(o->parts);
    scn_data_free(o->body);
    g_free(o->message);
    g_free(o->channel);
    g_free(o->changes);
    g_free(o);
}

static void free_query(gpointer data)
{
    struct scn_query *q = data;

    g_free(q->metric);
    g_free(q->name);
    g_free(q->channel);
    g_free(q->message);
    g_free(q->reason);
    g_free(q->last);
    g_free(q->rest);
    g_free(q);
}

static void free_value(gpointer data)
{
    struct scn_value *v = data;

    g_free(v->aggregate);
    g_free(v->text);
    g_free(v->lacks);
    g_free(v);
}

static void free_check(gpointer data)
{
    struct scn_check *c = data;

    g_free(c->sentence);
    g_free(c);
}

static void free_plot(gpointer data)
{
    struct scn_plot *p = data;

    for (unsigned i = 0; i < p->count; i++)
        g_free(p->series[i].label);
    g_free(p->name);
    g_free(p->x);
    g_free(p->y);
    g_free(p->by);
    g_free(p);
}

void scn_axis_free(gpointer data)
{
    struct scn_axis *a = data;

    g_free(a->study);
    g_free(a->param);
    g_ptr_array_unref(a->values);
    g_free(a);
}

static void free_lack(gpointer data)
{
    struct scn_lack *l = data;

    g_free(l->what);
    g_free(l);
}

static void free_module(gpointer data)
{
    struct scn_plan_module *m = data;

    g_free(m->name);
    g_free(m->text);
    g_free(m);
}

static void free_file(gpointer data)
{
    struct scn_plan_file *f = data;

    g_free(f->path);
    g_free(f->name);
    g_free(f->digest);
    g_free(f);
}

static void free_dist(gpointer data)
{
    scn_dist_free(data);
}

/* The arrays and what frees their elements. */
#define ARRAYS(DO)                                                                                           \
    DO(params, free_param)                                                                                   \
    DO(variants, g_free)                                                                                     \
    DO(tiers, g_free)                                                                                        \
    DO(studies, g_free)                                                                                      \
    DO(axes, scn_axis_free)                                                                                      \
    DO(networks, free_network)                                                                               \
    DO(recordings, free_recording)                                                                           \
    DO(meshes, free_mesh)                                                                                    \
    DO(roles, free_role)                                                                                     \
    DO(groups, free_group)                                                                                   \
    DO(moments, free_moment)                                                                                 \
    DO(conditions, free_condition)                                                                           \
    DO(selections, free_selection)                                                                           \
    DO(operations, free_operation)                                                                           \
    DO(queries, free_query)                                                                                  \
    DO(values, free_value)                                                                                   \
    DO(checks, free_check)                                                                                   \
    DO(plots, free_plot)                                                                                     \
    DO(lacks, free_lack)                                                                                     \
    DO(said, g_free)                                                                                         \
    DO(modules, free_module)                                                                                 \
    DO(files, free_file)                                                                                     \
    DO(without, g_free)                                                                                      \
    DO(dists, free_dist)

struct scn_plan *scn_plan_new(void)
{
    struct scn_plan *plan = g_new0(struct scn_plan, 1);

#define MAKE(array, free_element) plan->array = g_ptr_array_new_with_free_func(free_element);
    ARRAYS(MAKE)
#undef MAKE
    plan->network = plan->finish = -1;
    return plan;
}

void scn_plan_free(struct scn_plan *plan)
{
    if (plan == NULL)
        return;
#define FREE(array, free_element) g_ptr_array_unref(plan->array);
    ARRAYS(FREE)
#undef FREE
    g_free(plan->path);
    g_free(plan->file);
    g_free(plan->title);
    g_free(plan->story);
    g_free(plan->variant);
    g_free(plan->tier);
    g_free(plan->peer_left_out);
    g_free(plan);
}

/* --- peers ---------------------------------------------------------------------------------------------- */

struct scn_plan_group *scn_plan_group_of(const struct scn_plan *plan, uint32_t peer)
{
    guint low = 0, high = plan->groups->len;

    g_assert(peer < plan->peers);
    while (high - low > 1) {
        guint middle = low + (high - low) / 2;
        const struct scn_plan_group *g = g_ptr_array_index(plan->groups, middle);
        if (g->first <= peer)
            low = middle;
        else
            high = middle;
    }
    /* Of groups that begin at one number, all but the last are empty, and the search ends at the last. */
    return g_ptr_array_index(plan->groups, low);
}

static char *name_in(const struct scn_plan_group *g, uint32_t index)
{
    return g->count == 1 ? g_strdup(g->name) : g_strdup_printf("%s[%u]", g->name, index + 1);
}

char *scn_plan_peer_name(const struct scn_plan *plan, uint32_t peer)
{
    const struct scn_plan_group *g = scn_plan_group_of(plan, peer);

    return name_in(g, peer - g->first);
}

int64_t scn_plan_peer_find(const struct scn_plan *plan, const char *name)
{
    for (guint i = 0; i < plan->groups->len; i++) {
        const struct scn_plan_group *g = g_ptr_array_index(plan->groups, i);
        size_t length = strlen(g->name);
        if (g->count == 0 || strncmp(name, g->name, length) != 0)
            continue;
        if (g->count == 1 && name[length] == '\0')
            return g->first;
        guint64 index;
        if (g->count == 1 || name[length] != '[' || name[strlen(name) - 1] != ']')
            continue;
        g_autofree char *digits = g_strndup(name + length + 1, strlen(name) - length - 2);
        if (g_ascii_string_to_unsigned(digits, 10, 1, g->count, &index, NULL))
            return g->first + (uint32_t)index - 1;
    }
    return -1;
}

bool scn_plan_without(const struct scn_plan *plan, const char *key)
{
    for (guint i = 0; i < plan->without->len; i++)
        if (scn_plan_key_matches(g_ptr_array_index(plan->without, i), key))
            return true;
    return false;
}

bool scn_plan_key_matches(const char *pattern, const char *key)
{
    size_t length = strlen(pattern);

    if (length > 0 && pattern[length - 1] == '*')
        return strncmp(pattern, key, length - 1) == 0;
    return strcmp(pattern, key) == 0;
}

bool scn_plan_is_built(const struct scn_plan *plan, GError **error)
{
    if (plan->lacks->len == 0)
        return true;
    g_autoptr(GString) text = g_string_new(NULL);
    const struct scn_lack *first = g_ptr_array_index(plan->lacks, 0);
    g_string_printf(text, "%s:%d: ", plan->file, first->line);
    if (plan->variant != NULL)
        g_string_append_printf(text, "variant %s ", plan->variant);
    g_string_append(text, plan->variant != NULL ? "needs what is not built yet: "
                                                : "this needs what is not built yet: ");
    for (guint i = 0; i < plan->lacks->len; i++) {
        const struct scn_lack *lack = g_ptr_array_index(plan->lacks, i);
        g_string_append_printf(text, i == 0 ? "%s" : ", %s (line %d)", lack->what, lack->line);
    }
    g_string_append_c(text, '.');
    g_set_error_literal(error, SCN_ERROR, SCN_ERROR_NOT_BUILT, text->str);
    return false;
}

void scn_draw_places(const struct scn_draw *draw, uint64_t seed, uint64_t key, uint32_t turn, uint32_t count,
                     uint32_t *places)
{
    enum { PATIENCE = 1000 };
    struct sim_dist zipf = {.kind = SIM_DIST_ZIPF, .a = count, .shape_ppm = draw->exponent_ppm};
    struct sim_stream stream;
    g_autofree char *purpose = g_strdup_printf("draw %s", draw->as);
    g_autofree bool *taken = g_new0(bool, count);

    g_assert(draw->n <= count && draw->n <= SCN_MOST_DRAWN);
    sim_stream_init(&stream, seed, sim_purpose_text(purpose, strlen(purpose)), key, 0);
    if (draw->by == SCN_DRAW_ZIPF && !sim_dist_prepare(&zipf, NULL))
        g_error("zipf of %u", count); /* checked when the script was read */
    for (uint32_t i = 0; i < draw->n; i++) {
        uint32_t place = (turn * draw->n + i) % count;
        for (unsigned tries = 0; draw->by != SCN_DRAW_TURNS && tries < PATIENCE; tries++) {
            place = draw->by == SCN_DRAW_ZIPF ? (uint32_t)sim_dist_draw(&zipf, &stream) - 1
                                              : (uint32_t)sim_below(&stream, count);
            if (!taken[place])
                break;
        }
        while (taken[place]) /* a distribution that nearly always says the same */
            place = (place + 1) % count;
        taken[place] = true;
        places[i] = place;
    }
    if (draw->by == SCN_DRAW_ZIPF)
        sim_dist_clear(&zipf);
}

uint64_t scn_topic_number(const char *name)
{
    return (sim_purpose_text(name, strlen(name)) & 0x3FFFFFFF) | 0x40000000; /* beyond those that are drawn as numbers */
}
