/* Plans: the same from the same, nothing moves when a line is left out. scenario-api, 9. */
#include "scenarios/engine/library.h"
#include "scenarios/engine/suggest.h"
#include "tests/unit/script/helper.h"

#include <criterion/criterion.h>
#include <string.h>

static const char busy[] = HEADER
    "local dark  = crash(all:pick(p.share), { at = settled + '1min', how = 'silent', lasts = '30s' })\n"
    "local first = send(one, 'Flood', { kind = 'warning', size = p.size, at = dark + '1s' })\n"
    "local away  = leave(all[2], { at = settled + '2min', lasts = 'exp 1min' })\n"
    "local back  = send(all:pick(3), 'back', { at = away.ends + '5s' })\n"
    "crash(all:pick(2), { at = settled + '1min' })\n"
    "crash(all:pick(2), { at = settled + '1min' })\n"
    "send(dark, 'I was dark', { at = dark.ends, name = 'confession' })\n"
    "exact('all hear it', metric.delivery{ during = first }, '==', '100%')\n"
    "report('late', metric.latency{ after = back, of = all - all:pick(3) }.p99)\n"
    "plot('l', { kind = 'cdf', { 'x', metric.latency } })\n" ENDING;

static struct scn_plan *load_busy(const struct options *options)
{
    GError *error = NULL;
    struct scn_plan *plan = load_text(busy, options, &error);

    cr_assert_not_null(plan, "%s", error != NULL ? error->message : "");
    return plan;
}

Test(plan, has_keys_made_of_meaning)
{
    static const char *const keys[] = {"crash peer:pick(20%) @settled+1min",
                                       "send one @settled+61s",
                                       "leave peer[2] @settled+2min",
                                       "send peer:pick(3) @(leave peer[2] @settled+2min).ends+5s",
                                       "crash peer:pick(2) @settled+1min",
                                       "crash peer:pick(2) @settled+1min #2",
                                       "confession"};
    struct scn_plan *plan = load_busy(NULL);

    cr_assert_eq(plan->operations->len, G_N_ELEMENTS(keys));
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
        cr_expect_str_eq(scn_plan_operations(plan, (int)i)->key, keys[i]);
    cr_expect_str_eq(scn_plan_moments(plan, scn_plan_operations(plan, 6)->at)->text, "settled+90s");
    cr_expect_eq(plan->peers, 11);
    g_autofree char *name = scn_plan_peer_name(plan, 9), *one = scn_plan_peer_name(plan, 10);
    cr_expect_str_eq(name, "peer[10]");
    cr_expect_str_eq(one, "one");
    cr_expect_eq(scn_plan_peer_find(plan, "peer[10]"), 9);
    cr_expect_eq(scn_plan_peer_find(plan, "one"), 10);
    cr_expect_eq(scn_plan_peer_find(plan, "peer[11]"), -1);
    cr_expect_eq(scn_plan_peer_find(plan, "peer"), -1);
    cr_expect_eq(scn_plan_peer_find(plan, "one[1]"), -1);
    scn_plan_free(plan);
}

Test(plan, is_the_same_from_the_same_inputs_only)
{
    struct scn_plan *a = load_busy(NULL), *b = load_busy(NULL);
    const struct options others[] = {{.seed = 1},
                                     {.sets = {"n=11"}},
                                     {.sets = {"share=30%"}},
                                     {.sets = {"work=5s"}},
                                     {.withouts = {"confession"}},
                                     {.withouts = {"peer[3]"}},
                                     {.withouts = {"plot l"}}};

    cr_expect_str_eq(a->hash, b->hash);
    cr_expect_eq(strlen(a->hash), 32);
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
        struct scn_plan *other = load_busy(&others[i]);
        cr_expect_str_neq(a->hash, other->hash, "row %zu", i);
        scn_plan_free(other);
    }
    scn_plan_free(a);
    scn_plan_free(b);
}

/* The lines of plan.tsv but those of the key. */
static char *lines_without(const struct scn_plan *plan, const char *key)
{
    g_autofree char *tsv = scn_plan_tsv(plan), *prefix = g_strconcat(key, "\t", NULL);
    g_auto(GStrv) lines = g_strsplit(tsv, "\n", -1);
    GString *out = g_string_new(NULL);

    for (guint i = 0; lines[i] != NULL; i++)
        if (!g_str_has_prefix(lines[i], prefix))
            g_string_append_printf(out, "%s\n", lines[i]);
    return g_string_free(out, FALSE);
}

Test(plan, loses_one_line_and_nothing_else_when_one_is_left_out)
{
    struct scn_plan *whole = load_busy(NULL);

    for (guint i = 0; i < whole->operations->len; i++) {
        const char *key = scn_plan_operations(whole, (int)i)->key;
        if (i == 2) /* its undo is drawn: what hangs on that goes, too. See the next test. */
            continue;
        struct options o = {.withouts = {key}};
        struct scn_plan *less = load_busy(&o);
        g_autofree char *expected = lines_without(whole, key), *got = lines_without(less, "");
        cr_expect_str_eq(got, expected, "without %s", key);
        for (guint k = 0; k < whole->selections->len; k++) { /* and the same peers are picked */
            const struct scn_plan_selection *x = scn_plan_selections(whole, (int)k),
                                            *y = scn_plan_selections(less, (int)k);
            cr_expect(x->count == y->count &&
                          (x->count == 0 || memcmp(x->peers, y->peers, x->count * sizeof *x->peers) == 0),
                      "%s", x->text);
        }
        scn_plan_free(less);
    }
    scn_plan_free(whole);
}

Test(plan, leaves_out_what_hangs_on_a_time_that_is_not_fixed)
{
    struct options o = {.withouts = {"leave peer[2] @settled+2min"}},
                   all = {.withouts = {"crash*", "all hear it", "peer[4]"}};
    struct scn_plan *plan = load_busy(&o);

    cr_expect(scn_plan_operations(plan, 2)->left_out);
    cr_expect(scn_plan_operations(plan, 3)->left_out, "its moment was drawn");
    cr_expect(!scn_plan_operations(plan, 1)->left_out);
    scn_plan_free(plan);
    plan = load_busy(&all);
    cr_expect(scn_plan_operations(plan, 0)->left_out && scn_plan_operations(plan, 4)->left_out &&
              scn_plan_operations(plan, 5)->left_out);
    cr_expect(!scn_plan_operations(plan, 1)->left_out && !scn_plan_operations(plan, 6)->left_out,
              "their times are fixed");
    cr_expect(scn_plan_checks(plan, 0)->left_out && !scn_plan_checks(plan, 1)->left_out);
    cr_expect(plan->peer_left_out != NULL && plan->peer_left_out[3] && !plan->peer_left_out[2]);
    scn_plan_free(plan);
    g_autofree char *message =
        refusal(HEADER "local o = leave(all, { at = '1s', lasts = 'exp 1s', name = 'o' }) finish(o.ends)",
                &(struct options){.withouts = {"o"}});
    cr_expect_str_eq(message, "t.lua: --without: finish((o).ends) hangs on what is left out.");
}

Test(plan, knows_generated_messages_that_are_left_out)
{
    static const char script[] =
        HEADER "peers('x', 1, { mesh = m, plays = role('publisher', { rate = '20/s' }) })" ENDING;
    struct options o = {.withouts = {"x publisher/1 #4711", "x publisher/1 #2*"}};
    GError *error = NULL;
    struct scn_plan *plan = load_text(script, &o, &error);

    cr_assert_not_null(plan, "%s", error != NULL ? error->message : "");
    cr_expect(scn_plan_without(plan, "x publisher/1 #4711"));
    cr_expect(scn_plan_without(plan, "x publisher/1 #23"));
    cr_expect(!scn_plan_without(plan, "x publisher/1 #4712"));
    scn_plan_free(plan);
    o.withouts[0] = "one publisher/1 #1";
    g_autofree char *message = refusal(script, &o);
    cr_expect_not_null(strstr(message, "there is no such key"), "%s", message);
}

static GArray *pick_of(const char *count, const char *members)
{
    g_autofree char *script =
        g_strdup_printf("local p = scenario { title = 'T' } network 'null' local all = peers('peer', %s, { "
                        "mesh = mesh 'm' }) all:pick(%s) finish '1h'",
                        members, count);
    GError *error = NULL;
    struct scn_plan *plan = load_text(script, NULL, &error);

    cr_assert_not_null(plan, "%s", error != NULL ? error->message : "");
    GArray *picked = scn_plan_select(plan, (int)plan->selections->len - 1, NULL);
    scn_plan_free(plan);
    return picked;
}

static guint missing(const GArray *from, const GArray *in)
{
    guint n = 0;

    for (guint i = 0; i < from->len; i++) {
        bool found = false;
        for (guint k = 0; k < in->len; k++)
            found |= g_array_index(in, uint32_t, k) == g_array_index(from, uint32_t, i);
        n += !found;
    }
    return n;
}

Test(pick, changes_one_member_at_most_when_a_peer_comes)
{
    g_autoptr(GArray) a = pick_of("20", "100"), b = pick_of("20", "101"), c = pick_of("21", "100"),
                      share = pick_of("'20%'", "100");

    cr_expect_eq(a->len, 20);
    cr_expect_leq(missing(a, b), 1);
    cr_expect_eq(missing(a, c), 0, "a greater pick holds the smaller one");
    cr_expect_eq(missing(a, share), 0);
    cr_expect_eq(share->len, 20);
    for (guint i = 1; i < a->len; i++)
        cr_expect_lt(g_array_index(a, uint32_t, i - 1), g_array_index(a, uint32_t, i));
    g_autoptr(GArray) everybody = pick_of("100", "100"), nobody = pick_of("'0%'", "100");
    cr_expect_eq(everybody->len, 100);
    cr_expect_eq(nobody->len, 0);
}

Test(pick, is_fixed_by_its_name)
{
    struct scn_plan *plan =
        load_body("local a, b, c = all:pick(5), all:pick(5), all:pick(5, 'other')\n"
                  "crash(a, { at = '1s' }) crash(b, { at = '2s' }) crash(c, { at = '3s' })");
    g_autoptr(GArray) a = scn_plan_select(plan, scn_plan_operations(plan, 0)->whom, NULL);
    g_autoptr(GArray) b = scn_plan_select(plan, scn_plan_operations(plan, 1)->whom, NULL);
    g_autoptr(GArray) c = scn_plan_select(plan, scn_plan_operations(plan, 2)->whom, NULL);

    cr_expect_eq(missing(a, b), 0);
    cr_expect_neq(missing(a, c), 0);
    scn_plan_free(plan);
}

static bool even(void *user, uint32_t peer)
{
    (void)user;
    return peer % 2 == 0;
}

static uint32_t half(void *user, uint32_t peer)
{
    (void)user;
    return peer / 2;
}

static const GArray *hit(void *user, int operation)
{
    return operation == 0 ? user : NULL;
}

Test(selection, means_whom_it_says)
{
    static const struct {
        const char *whom, *members;
    } rows[] = {
        {"all", "0 1 2 3 4 5 6 7 8 9"},
        {"all[3]", "2"},
        {"all - all[3] - all[1]", "1 3 4 5 6 7 8 9"},
        {"one + all[2] + all[2]", "1 10"},
        {"all - (all - all[5])", "4"},
        {"m", "0 1 2 3 4 5 6 7 8 9 10"},
        {"all:where{ online = true }", "0 2 4 6 8"},
        {"all:where{ online = false, neighbors = '< 2' }", "1 3"},
        {"(one + all):where{ neighbors = '>= 4' }", "8 9 10"},
        {"all:where{ online = true }:pick('100%')", "0 2 4 6 8"},
        {"m:pick(11)", "0 1 2 3 4 5 6 7 8 9 10"},
        {"m:where{ mesh = m, neighbors = '== 5' }", "10"},
        {"m - op", "0 1 3 4 5 6 8 9 10"},
        {"op", "2 7"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *script =
            g_strdup_printf("local op = leave(all, { at = '1s' }) crash(%s, { at = '1s' })", rows[i].whom);
        struct scn_plan *plan = load_body(script);
        g_autoptr(GArray) gone = g_array_new(FALSE, FALSE, sizeof(uint32_t));
        g_array_append_vals(gone, ((const uint32_t[]){7, 2}), 2);
        struct scn_facts facts = {.user = gone, .online = even, .neighbors = half, .hit = hit};
        g_autoptr(GArray) members = scn_plan_select(plan, scn_plan_operations(plan, 1)->whom, &facts);
        g_autoptr(GString) text = g_string_new(NULL);
        for (guint k = 0; k < members->len; k++)
            g_string_append_printf(text, "%s%u", k > 0 ? " " : "", g_array_index(members, uint32_t, k));
        cr_expect_str_eq(text->str, rows[i].members, "%s is %s", rows[i].whom, text->str);
        scn_plan_free(plan);
    }
}

Test(plan, takes_defaults_then_tier_then_variant_then_cell_then_set)
{
    static const char script[] =
        "local p = scenario { title = 'T', params = { a = 1, b = 1, c = 1, d = 1 },\n"
        " tiers = { t = { a = 2, b = 2, c = 2, seeds = 5 } }, variants = { v = { b = 3, c = 3 } } }\n"
        "network 'null' peers('x', 1, { mesh = mesh 'm' }) print(p.a, p.b, p.c, p.d) finish '1h'";
    static const struct {
        struct options options;
        const char *says;
    } rows[] = {
        {{0}, "1\t1\t1\t1"},
        {{.tier = "t"}, "2\t2\t2\t1"},
        {{.tier = "t", .variant = "v"}, "2\t3\t3\t1"},
        {{.tier = "t", .variant = "v", .sets = {"c=4", "d=7"}}, "2\t3\t4\t7"},
        {{.sets = {"d=5", "d=6"}}, "1\t1\t1\t6"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct scn_plan *plan = load_text(script, &rows[i].options, NULL);
        cr_assert_not_null(plan);
        cr_expect_str_eq(printed(), rows[i].says, "row %zu: %s", i, printed());
        cr_expect_eq(plan->seeds, rows[i].options.tier != NULL ? 5 : 0);
        scn_plan_free(plan);
    }
}

Test(plan, says_what_is_not_built_only_where_it_is_needed)
{
    static const char script[] = "local p = scenario { title = 'T', params = { f = 'none | cut' }, variants "
                                 "= { calm = {}, storm = { f = 'cut' } } }\n"
                                 "network 'null' local a = peers('x', 9, { mesh = mesh 'm' })\n"
                                 "local unused = role(function (me) end)\n"
                                 "if p.f == 'cut' then\n"
                                 "  mesh('y', { security = 'password' })\n"
                                 "  mesh('z', { resolver = 'pnrp' })\n"
                                 "end\nreport('r', metric.filtered.max) finish '1h'";
    struct scn_plan *calm = load_text(script, &(struct options){.variant = "calm"}, NULL);
    struct scn_plan *storm = load_text(script, &(struct options){.variant = "storm"}, NULL);
    g_autoptr(GError) error = NULL;

    cr_assert(calm != NULL && storm != NULL);
    cr_expect(scn_plan_is_built(calm, NULL));
    cr_expect(!scn_plan_is_built(storm, &error));
    cr_expect_eq(error->code, SCN_ERROR_NOT_BUILT);
    cr_expect_str_eq(error->message,
                     "t.lua:5: variant storm needs what is not built yet: security \"password\", resolver \"pnrp\" (line 6).");
    scn_plan_free(calm);
    scn_plan_free(storm);
}

/* F13 and F14 want message security and passwords. Whoever writes them is told which word, in which line, and nothing runs. */
Test(plan, names_what_security_lacks)
{
    static const struct {
        const char *line, *lacks;
    } rows[] = {
        {"peers('y', 1, { mesh = m, password = 'wrong' })", "password in peers"},
        {"peers('y', 1, { mesh = m, security = 'password' })", "security in peers"},
        {"mesh('y', { password = 'right' })", "password in mesh"},
        {"mesh('y', { security = 'certificate' })", "security \"certificate\""},
        {"peers('y', 1, { mesh = m, plays = role('intruder', { does = 'tamper' }) })", "intruder with does = \"tamper\""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct scn_plan *plan = load_body(rows[i].line);
        g_autoptr(GError) error = NULL;

        cr_assert_not_null(plan, "%s", rows[i].line);
        cr_assert(!scn_plan_is_built(plan, &error), "%s", rows[i].line);
        cr_expect_eq(error->code, SCN_ERROR_NOT_BUILT);
        cr_expect(strstr(error->message, rows[i].lacks), "%s: %s", rows[i].line, error->message);
        scn_plan_free(plan);
    }
}

Test(plan, holds_roles_as_data)
{
    struct scn_plan *plan = load_body("local w = role(function (me, args) return args.deep[2] end, { a = 1, "
                                      "deep = { 'x', unit '5s' }, t = true })\n"
                                      "peers('w', 2, { mesh = m, plays = w { a = 2, z = 'new' } })\n"
                                      "peers('pub', 1, { mesh = m, plays = role('publisher', { rate = "
                                      "'poisson 1/40s', size = '300B', kind = 'goal', topic = 'match 1',\n"
                                      "  start = '5min', lasts = '105min', count = 7, bursts = { rate = "
                                      "'9/s', lasts = '5s', at = { settled, '1h' } } }) })");
    const struct scn_plan_role *changed = scn_plan_roles(plan, 1), *r = scn_plan_roles(plan, 2);
    g_autofree char *args = scn_data_text(changed->args);
    gsize size;

    cr_expect_eq(changed->kind, SCN_ROLE_LUA);
    cr_expect_str_eq(args, "{a=2, deep={\"x\", 5s}, t=true, z=\"new\"}");
    cr_expect_str_eq(changed->name, "function at line 7");
    cr_expect_eq(memcmp(g_bytes_get_data(changed->code, &size), "\x1bLua", 4), 0);
    cr_expect_eq(scn_plan_groups(plan, 2)->roles[0], 1);
    const struct scn_publisher *p = &r->native.publisher;
    cr_expect_eq(r->kind, SCN_ROLE_PUBLISHER);
    cr_expect(p->rate->kind == SCN_DIST_POISSON && p->size->a == 300 && p->count == 7 && p->bursts == 2);
    cr_expect_str_eq(p->message, "goal");
    cr_expect_str_eq(p->topic_name, "match 1");
    cr_expect_str_eq(scn_plan_moments(plan, p->start)->text, "5min");
    cr_expect_str_eq(scn_plan_moments(plan, p->burst_at[1])->text, "1h");
    scn_plan_free(plan);
}

Test(plan, holds_windows_as_moments)
{
    struct scn_plan *plan = load_body(
        "local o = crash(all, { at = settled + '1min' })\n"
        "local l = leave(all, { at = '1h', lasts = '5s' })\n"
        "local s = send(one, 'x', { at = o + '1s' })\n"
        "report('o', metric.latency{ during = o }.p99) report('l', metric.latency{ during = l }.p99)\n"
        "report('s', metric.latency{ during = s }.p99) report('t', metric.latency{ during = { settled, l } "
        "}.p99)\n"
        "report('a', metric.latency{ after = l.ends, of = all }{ kind = 'message', value = '< 2s' }.p99)");
    static const struct {
        const char *begin, *end, *text;
    } rows[] = {
        {"settled+1min", NULL, "metric.latency{during=crash peer @settled+1min}.p99"},
        {"1h", "3605s", "metric.latency{during=leave peer @1h}.p99"},
        {"settled+61s", "settled+61s", "metric.latency{during=send one @settled+61s}.p99"},
        {"settled", "1h", "metric.latency{during=[settled .. 1h]}.p99"},
        {"3605s", NULL, "metric.latency{of=peer, kind=message, value<2s, after=3605s}.p99"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const struct scn_value *v = scn_plan_values(plan, scn_plan_checks(plan, (int)i)->value);
        const struct scn_query *q = scn_plan_queries(plan, v->query);
        cr_expect_str_eq(scn_plan_moments(plan, q->begin)->text, rows[i].begin);
        cr_expect_str_eq(q->end >= 0 ? scn_plan_moments(plan, q->end)->text : "-",
                         rows[i].end != NULL ? rows[i].end : "-");
        cr_expect_str_eq(v->text, rows[i].text);
    }
    scn_plan_free(plan);
}

Test(suggest, finds_the_name_that_was_meant)
{
    static const char *const names[] = {"join", "mesh", "plays", "network", "neighbors", "region", NULL};

    cr_expect_str_eq(scn_suggest("joins", names), "join");
    cr_expect_str_eq(scn_suggest("mehs", names), "mesh");
    cr_expect_str_eq(scn_suggest("neighbours", names), "neighbors");
    cr_expect_str_eq(scn_suggest("netwrok", names), "network");
    cr_expect_null(scn_suggest("colour", names));
    cr_expect_null(scn_suggest("", names));
    cr_expect_null(scn_suggest("x", names));
}

Test(library, loads_every_script_with_help_for_its_parameters)
{
    static const char *const expected[] = {"mesh/hello", "mesh/mesh_shape", "pubsub/stock_ticker",
                                           "tutorial/disaster_warning"};
    GError *error = NULL;
    GPtrArray *entries = scn_library_list("scenarios", &error);

    cr_assert_not_null(entries, "%s", error != NULL ? error->message : "");
    for (guint i = 0; i < entries->len; i++) {
        const struct scn_library_entry *e = g_ptr_array_index(entries, i);
        cr_expect_not_null(e->plan, "%s: %s", e->name, e->error);
    }
    for (size_t k = 0; k < G_N_ELEMENTS(expected); k++) {
        bool found = false;
        for (guint i = 0; i < entries->len; i++)
            found |=
                strcmp(((struct scn_library_entry *)g_ptr_array_index(entries, i))->name, expected[k]) == 0;
        cr_expect(found, "%s", expected[k]);
    }
    g_autofree char *text = scn_library_text(entries);
    cr_expect_not_null(strstr(text, "octets of data in each greeting"));
    g_ptr_array_unref(entries);
    cr_expect_null(scn_library_list("/nonexistent", &error));
    g_clear_error(&error);
}

Test(library, has_variants_that_all_load)
{
    GPtrArray *entries = scn_library_list("scenarios", NULL);

    cr_assert_not_null(entries);
    for (guint i = 0; i < entries->len; i++) {
        const struct scn_library_entry *e = g_ptr_array_index(entries, i);
        for (guint k = 0; e->plan != NULL && k < e->plan->variants->len; k++) {
            struct scn_script_options o = {
                .path = e->path, .library = "scenarios", .variant = g_ptr_array_index(e->plan->variants, k)};
            GError *error = NULL;
            struct scn_plan *plan = scn_script_load(&o, &error);
            cr_expect_not_null(plan, "%s %s: %s", e->name, o.variant, error != NULL ? error->message : "");
            g_clear_error(&error);
            scn_plan_free(plan);
        }
    }
    g_ptr_array_unref(entries);
}
