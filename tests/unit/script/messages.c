/* Every sentence that refuses a script: place, what is wrong, what to write. scenario-api, 14. */
#include "tests/unit/script/helper.h"

#include <criterion/criterion.h>

struct row {
    const char *script; /* behind HEADER, in line 7 */
    const char *begins; /* behind "t.lua:7: " */
};

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        g_autofree char *text = g_strconcat(HEADER, rows[i].script, ENDING, NULL);
        g_autofree char *message = refusal(text, NULL);
        g_autofree char *expected = g_strdup_printf("t.lua:%d: %s", FIRST_LINE, rows[i].begins);
        cr_expect(g_str_has_prefix(message, expected), "%s\n  says     %s\n  expected %s", rows[i].script,
                  message, expected);
    }
}

Test(messages, of_quantities_say_what_unit_is_needed)
{
    static const struct row rows[] = {
        {"role('publisher', { rate = 20 })", "publisher: rate = 20 has no unit; write rate = \"20/s\"."},
        {"role('publisher', { rate = '20ms' })",
         "publisher: rate = \"20ms\" is a time; a rate is needed, such as \"20/s\" or \"1/50ms\"."},
        {"role('publisher', { rate = '20' })", "publisher: rate = 20 has no unit; write rate = \"20/s\"."},
        {"role('publisher', { rate = 'fast' })",
         "publisher: rate = \"fast\" is no quantity; a rate is needed"},
        {"role('publisher', { rate = '0/s' })", "publisher: rate = \"0/s\" is not more than 0."},
        {"role('publisher', { rate = '1/s', size = 'lognormal 60B' })",
         "publisher: size = \"lognormal 60B\": write \"lognormal 60B sigma 0.8\""},
        {"role('publisher', { rate = '1/s', size = 'uniform 3ms..12ms' })",
         "publisher: size = \"uniform 3ms..12ms\" is a time; a size is needed"},
        {"role('publisher', { rate = '1/s', size = 'uniform 9B..2B' })",
         "publisher: size = \"uniform 9B..2B\": \"9B\" is more than \"2B\""},
        {"role('publisher', { rate = '1/s', size = 'file ../etc/passwd' })",
         "publisher: size = \"file ../etc/passwd\": "},
        {"role('publisher', { rate = '1/s', size = 'file none.tsv' })",
         "publisher: size = \"file none.tsv\": none.tsv: No such file"},
        {"role('publisher', {})", "publisher: how often? Add rate = \"20/s\" (or count = 1)."},
        {"mesh('x', { maintenance = 300 })",
         "mesh: maintenance = 300 has no unit; write maintenance = \"300s\"."},
        {"print(unit '5')", "unit: \"5\" has no unit; write unit \"5ms\"."},
        {"print(unit 'x')", "unit: \"x\" is no quantity; write \"200ms\""},
        {"print(unit '99999999999999999h')", "unit: \"99999999999999999h\" is too large"},
        {"print(unit '5min' + '3B')", "a time and a size cannot be added."},
        {"print(unit '5min' + 3)", "a time + a number: a number without unit; write \"5min\" or \"200ms\"."},
        {"print(unit '5min' < 3)", "a time cannot be compared with a count."},
        {"print(unit '5min' < '3B')", "a time cannot be compared with a size."},
        {"print(unit '5min' / 0)", "division by zero."},
        {"print(unit '5min' * unit '5min')", "a time and a time cannot be multiplied."},
        {"print(unit '10000d' * 1000000)", "the result is too large."},
        {"print(settled + 5)", "a moment + 5: the time has no unit; write \"5s\" or \"5min\"."},
        {"print(settled * 2)", "a moment can only be moved: + or - a time."},
        {"print(settled + settled)",
         "two moments cannot be added; what lies between them is not known before the run."},
        {"print(settled < '5min')",
         "a moment cannot be compared with < or <=: it is not known before the run."},
    };
    check_rows(rows, G_N_ELEMENTS(rows));
}

Test(messages, of_options_suggest_the_nearest_one)
{
    static const struct row rows[] = {
        {"peers('x', 1, { joins = '1s', mesh = m })",
         "peers: no option 'joins'; did you mean 'join'? (options: mesh plays join churn"},
        {"mesh('x', { minn = 3 })", "mesh: no option 'minn'; did you mean 'min'?"},
        {"mesh('x', { colour = 3 })", "mesh: no option 'colour' (options: min ideal max"},
        {"network('lan')", "network: once; a group may have its own"},
        {"role('publisher', { rate = '1/s', sizes = '2B' })",
         "publisher: no option 'sizes'; did you mean 'size'?"},
        {"crash(all, { at = '1s', hwo = 'silent' })", "crash: no option 'hwo'; did you mean 'how'?"},
        {"crash(all, { at = '1s', how = 'loud' })", "crash: how = \"loud\" is not one of reset | silent."},
        {"peers('x', 1, { mesh = m, network = 'world-home' })",
         "peers: no profile 'world-home'; did you mean 'world-homes'? (profiles: null"},
        {"print(metrics)", "there is no 'metrics' here; did you mean 'metric'?"},
        {"print(metric.latencey)", "metric: no value 'latencey'; did you mean 'latency'?"},
        {"print(theory.copys)", "theory: no value 'copys'; did you mean 'copies'?"},
        {"print(metric.latency.p98)", "metric.latency has no 'p98'; did you mean 'p90'?"},
        {"print(metric.latency{ kin = 'x' })", "metric.latency: no option 'kin'; did you mean 'kind'?"},
        {"print(metric.latency{ per = 'pear' })",
         "metric.latency: per = \"pear\" is not one of sample | message | peer"},
        {"print(metric.closed{ reason = 'bored' })", "metric.closed: there is no reason 'bored'."},
        {"print(metric.shape{ 'roundness' })",
         "metric.shape: no such measure of a graph; there are diameter"},
        {"print(metric.sample{ of = all })", "metric.sample: which? The first entry is the name"},
        {"print(p.hom)", "parameters: no parameter 'hom'; did you mean 'how'?"},
        {"print(all:pik(3))", "a group has no field 'pik'; did you mean 'pick'?"},
        {"print(string.fromat)", "there is no 'string.fromat' here; did you mean 'string.format'?"},
        {"over('m', metric.latency.p99)", "over: no parameter 'm' (there are: how n share size work yes)"},
    };
    check_rows(rows, G_N_ELEMENTS(rows));
}

Test(messages, of_the_world_name_what_cannot_be)
{
    static const struct row rows[] = {
        {"mesh('x', { min = 5, max = 3 })", "mesh: min = 5 is more than max = 3."},
        {"mesh('x', { ideal = 9 })", "mesh: ideal = 9 is not from min = 2 to max = 7."},
        {"mesh('x', { max = 0 })", "mesh: max = 0 is not from 1 to 64."},
        {"mesh('m')", "mesh: there is a mesh 'm' already."},
        {"mesh('x[1]')", "mesh: the name 'x[1]' must not have any of"},
        {"mesh('a\\nb')", "mesh: the name has a control character in it."},
        {"mesh('')", "mesh: the name must have 1 to 200 octets, not 0."},
        {"mesh(12)", "mesh: the name must be a text, not a number."},
        {"mesh('x', { message_size = '1B' })", "mesh: message_size must be from 1KiB to 16MiB."},
        {"peers('x', 3)", "peers: in which mesh? Add mesh = …."},
        {"peers('x', { mesh = m })", "peers: how many? Write peers(\"x\", 10, { … })."},
        {"peers('x', -1, { mesh = m })", "peers: -1 peers cannot be."},
        {"peers('x', 1e9, { mesh = m })", "peers: more than 16777216 peers in all."},
        {"peers('x', 1.5, { mesh = m })", "peers: count must be a whole number."},
        {"peers('peer', 1, { mesh = m })", "peers: there is a group 'peer' already."},
        {"peers('x', 1, { mesh = 'm' })", "peers: mesh is a mesh, or a list of them, not a text."},
        {"peers('x', 1, { mesh = m, plays = 'publisher' })",
         "peers: plays = \"publisher\" is a text; write plays = role(\"publisher\")."},
        {"peers('x', 1, { mesh = m, churn = 'often' })",
         "peers: churn = \"often\" is not one of none | memoryless"},
        {"peers('x', 1, { mesh = m, join = 5 })", "peers: join = 5 has no unit; write join = \"5s\"."},
        {"scenario {}", "scenario: once, at the beginning of the script."},
        {"role('baker')", "role: there is no role 'baker': no native one (publisher subscriber replay "
                          "intruder), and no file baker.lua"},
        {"role('../baker')", "role: '../baker' is no name of a module: letters, digits, _ and - only."},
        {"require '/etc/passwd'", "require: '/etc/passwd' is no name of a module"},
        {"all.x = 1", "a group cannot be changed."},
        {"p.n = 1", "the parameters cannot be changed."},
        {"m()", "a mesh cannot be called."},
    };
    check_rows(rows, G_N_ELEMENTS(rows));
}

Test(messages, of_the_timeline_say_how_to_write_it)
{
    static const struct row rows[] = {
        {"crash(all)", "crash: when? Add at = \"5min\" or at = settled + \"5min\"."},
        {"crash()", "crash: whom? Write crash(group, …)."},
        {"crash('peer', { at = '1s' })",
         "crash: whom must be a group, a member of it, a selection, a mesh or an operation, not a text."},
        {"crash(m.resolver, { at = '1s' })", "crash: a resolver is no peer; impair("},
        {"crash(all, { at = 'settled' })", "crash: at = \"settled\" is a text; write at = settled."},
        {"crash(all, { at = 300 })", "crash: at = 300 has no unit; write at = \"300s\"."},
        {"crash(all, { at = all })",
         "crash: at is a group; a moment is needed, such as \"5min\" or settled + \"5min\"."},
        {"crash(all, { at = '1s', lasts = '0s' })", "crash: lasts must be more than 0s."},
        {"local o = crash(all, { at = '1s' }); print(o.ends)",
         "crash peer @1s has no end: give it lasts = \"1min\"."},
        {"send(one, 5, { at = '1s' })", "send: what? The body is a text or a table of data, not a number."},
        {"send(one, 'x', { at = '1s', lasts = '1s' })", "send: no option 'lasts'"},
        {"send(one, { print }, { at = '1s' })", "a body cannot be a function; give data"},
        {"tell(all, 'go', { at = '1s' })",
         "tell: when? Options are the fourth argument: tell(group, \"go\", nil, { at = … })."},
        {"cut(all, { at = '1s' })", "cut: between what? Write cut({ group, \"rest\" }, …)."},
        {"cut({ all }, { at = '1s' })", "cut: 2 to 64 parts are needed"},
        {"impair(all, { at = '1s' })",
         "impair: how? Add one of down delay loss stale read up address asleep clock."},
        {"crash(all, { at = '1s', name = 'x' }) crash(one, { at = '1s', name = 'x' })",
         "crash: name = \"x\" is taken by another operation."},
        {"finish('1h') finish('2h')", "finish: once; it stands in line 7 already."},
        {"finish()", "finish: when? Write finish(settled + \"10min\")."},
        {"finish('exp 5min')", "finish: the end is one moment; a draw is for peers."},
        {"all:pick(13)", "peer:pick(13): there are 10 members."},
        {"all:pick('120%')", "peer:pick: more than 100%."},
        {"all:pick('5s')", "peer:pick: how many? A count or a share such as \"20%\" is needed, not a time."},
        {"all:pick()", "peer:pick: how many? Write pick(5) or pick(\"20%\")."},
        {"print(all[11])", "peer[11]: there are 10 members."},
        {"all:where{ neighbors = 'few' }",
         "where: neighbors = \"few\" is no comparison; write neighbors = \"< 2\"."},
        {"all:where{ neighbours = '< 2' }", "where: no option 'neighbours'; did you mean 'neighbors'?"},
        {"when(metric.staleness.mean, '>', '5s')", "when: metric.staleness is known only after the run; can "
                                                   "be watched: components largest_component degree online"},
        {"when(theory.copies, '>', 5)", "when: theory.copies is known only after the run."},
        {"when(metric.online, '~', 5)", "when: \"~\" judges; a condition is one of"},
    };
    check_rows(rows, G_N_ELEMENTS(rows));
}

Test(messages, of_judging_say_how_to_write_it)
{
    static const struct row rows[] = {
        {"if metric.degree < 3 then end", "metric.degree has no value yet: the script runs before the run. "
                                          "Use when(…) to react, exact/bound/stat to judge."},
        {"print('x' .. metric.degree)",
         "metric.degree has no value yet: the script runs before the run. Use report(…) to print it."},
        {"exact('s', metric.degree, '==')", "exact: write exact(\"sentence\", value, \"<=\", limit)."},
        {"exact('s', 5, '==', 5)",
         "exact: behind the sentence stands what is measured, such as metric.latency.p99, not a number."},
        {"exact('s', metric.degree, '=', 5)", "exact: the comparison \"=\" is written \"==\"."},
        {"exact('s', metric.degree, '=>', 5)", "exact: the comparison must be one of"},
        {"exact('s', metric.latency.max, '<=', 5)", "exact: metric.latency.max is a time, but the limit 5 is "
                                                    "a count; write a unit, such as \"5min\" or \"200ms\"."},
        {"exact('s', metric.latency.max, '<=', '5B')",
         "exact: metric.latency.max is a time, but the limit 5B is a size."},
        {"exact('s', metric.latency.max, '<=', 'fast')", "exact: the limit: \"fast\" is no quantity"},
        {"stat('s', metric.degree.mean, '~', 5)",
         "stat: \"~\" needs to know how near: stat(…, \"~\", limit, { within = \"5%\" })"},
        {"stat('s', metric.degree.mean, '<=', 5, { within = '5%' })", "stat: within and ci belong to \"~\"."},
        {"stat('s', metric.latency.mean, '~', '5s', { within = '5B' })",
         "stat: within is a size, but metric.latency.mean is a time."},
        {"stat('s', metric.degree.mean, '~', 5, { ci = '5%' })", "stat: ci is from 50% to below 100%"},
        {"exact('s', metric.degree, '==', 5) exact('s', metric.degree, '==', 6)",
         "exact: \"s\" stands in line 7 already; the sentence is the key of the baseline."},
        {"eventually('s', metric.online.mean, '>=', 5)",
         "eventually: by when? Add { by = settled + \"10min\" }."},
        {"eventually('s', metric.latency.p99, '>=', '5s', { by = '1h' })",
         "eventually: metric.latency is known only after the run"},
        {"print(metric.latency + metric.wire_size)",
         "metric.latency + metric.wire_size: a time and a size cannot be added."},
        {"print(metric.latency{ during = '5min' })", "metric.latency: during is an operation or two moments"},
        {"print(metric.latency.p99{ of = all })",
         "metric.latency.p99 cannot be narrowed; narrow the metric first"},
        {"print(metric.latency.p99.max)", "metric.latency.p99 is one number; it has no 'max'."},
        {"print(over('n', metric.latency.p99).steep)",
         "over(\"n\", metric.latency.p99) has no 'steep'; across a study there are .slope and .ratio."},
        {"plot('x', { kind = 'pie', { 'a', metric.latency } })",
         "plot: kind = \"pie\" is not one of cdf | time"},
        {"plot('x', { { 'a', metric.latency } })", "plot: what kind? Add kind = \"cdf\""},
        {"plot('x', { kind = 'cdf' })", "plot: of what? Add { \"label\", value }."},
        {"plot('x', { kind = 'cdf', metric.latency })", "plot: entry 1 is not { \"label\", value }."},
        {"plot('../x', { kind = 'cdf', { 'a', metric.latency } })",
         "plot: '../x' becomes the name of a file"},
        {"plot('x', { kind = 'line', x = 'm', { 'a', metric.latency } })", "plot: no parameter 'm'"},
    };
    check_rows(rows, G_N_ELEMENTS(rows));
}

Test(messages, of_the_header_name_the_field)
{
    static const struct {
        const char *script, *says;
    } rows[] = {
        {"scenario { params = {} }", "t.lua:1: scenario: it has no title; add title = \"…\"."},
        {"scenario { title = 'T', param = {} }",
         "t.lua:1: scenario: no option 'param'; did you mean 'params'?"},
        {"scenario { title = 'T', params = { x = 1.5 } }", "t.lua:1: scenario: params: x = 1.5"},
        {"scenario { title = 'T', params = { x = 'fast' } }",
         "t.lua:1: scenario: params: x = \"fast\" is neither a quantity"},
        {"scenario { title = 'T', params = { x = 'exp 5' , y = 'exp x' } }",
         "t.lua:1: scenario: params: y = \"exp x\": \"exp x\": \"x\" is no quantity"},
        {"scenario { title = 'T', params = { ['a b'] = 1 } }",
         "t.lua:1: scenario: params: names are letters, digits and _"},
        {"scenario { title = 'T', params = { x = print } }",
         "t.lua:1: scenario: params: x cannot be a function"},
        {"scenario { title = 'T', params = { fault = 1 }, variants = { a = { fualt = 2 } } }",
         "t.lua:1: scenario: variants.a: no parameter 'fualt'; did you mean 'fault'?"},
        {"scenario { title = 'T', params = { x = 1 }, variants = { a = { x = '5s' } } }",
         "t.lua:1: scenario: variants.a: x=5s: a whole number is needed."},
        {"scenario { title = 'T', params = { x = '1s' }, tiers = { a = { x = '5B', seeds = 2 } } }",
         "t.lua:1: scenario: tiers.a: x=5B: a time is needed, such as"},
        {"scenario { title = 'T', params = { x = 'a | b' }, studies = { s = { x = { 'a', 'c' } } } }",
         "t.lua:1: scenario: studies.s: x=c: not one of a | b."},
        {"scenario 'x'", "t.lua:1: scenario: write scenario { title ="},
        {"network 'lan'", "t.lua: no scenario{…}: a script begins with"},
        {"scenario { title = 'T' }", "t.lua: no network: add network \"world-homes\""},
        {"scenario { title = 'T' } network 'lan'", "t.lua: there are no peers"},
        {"scenario { title = 'T' } network 'lan' peers('a', 2, { mesh = mesh 'm' })",
         "t.lua: no finish(): the run would never end. Add finish(settled + \"10min\")."},
        {"scenario { title = 'T' } network 'lam'", "t.lua:1: network: no profile 'lam'; did you mean 'lan'?"},
        {"scenario { title = 'T' } network('lan', { loss = '200%' })",
         "t.lua:1: network: loss must be from 0% to 100%."},
        {"scenario { title = 'T' } network('lan', { tcp = 'half' })", "t.lua:1: network: tcp = \"half\" is not one of stream | full."},
        {"scenario { title = 'T' } network('lan', { loss = '1%', loss_burst = 3 })",
         "t.lua:1: network: loss_burst is of the full connection model; add tcp = \"full\"."},
        {"\n\nlocal x = = 3", "t.lua:3: unexpected symbol near '='"},
        {"error({})", "t.lua: the script raised an error that is no text."},
        {"error('mine')", "t.lua:1: mine"},
        {"error('mine', 0)", "t.lua: mine"},
        {"\xff", "/"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *message = refusal(rows[i].script, NULL);
        cr_expect(g_str_has_prefix(message, rows[i].says), "%s\n  says     %s\n  expected %s", rows[i].script,
                  message, rows[i].says);
    }
}

Test(messages, of_options_of_the_command_name_them)
{
    static const char script[] =
        "local p = scenario {\n title = 'T',\n params = { split = '50% | 90% | region', n = 5,\n  t = '5s' "
        "},\n"
        " variants = { crash = {} }, tiers = { smoke = {} } }\n"
        "network 'null' local a = peers('a', 2, { mesh = mesh 'm' }) crash(a, { at = '1s' }) finish '1h'";
    static const struct {
        struct options options;
        const char *says;
    } rows[] = {
        {{.sets = {"split=60%"}}, "t.lua:3: --set split=60%: not one of 50% | 90% | region."},
        {{.sets = {"t=5B"}}, "t.lua:4: --set t=5B: a time is needed, such as"},
        {{.sets = {"t=5"}}, "t.lua:4: --set t=5: a time is needed, such as"},
        {{.sets = {"n=many"}}, "t.lua:3: --set n=many: a whole number is needed."},
        {{.sets = {"n"}}, "t.lua:1: --set n: write --set name=value."},
        {{.sets = {"spilt=50%"}}, "t.lua:1: --set spilt=50%: no parameter 'spilt'; did you mean 'split'?"},
        {{.variant = "carsh"}, "t.lua:1: --variant carsh: no variant 'carsh'; did you mean 'crash'?"},
        {{.tier = "huge"}, "t.lua:1: --tier huge: no tier 'huge' (there are: smoke)"},
        {{.withouts = {"crash b @1s"}},
         "t.lua: --without 'crash b @1s': there is no such key; did you mean 'crash a @1s'?"},
        {{.withouts = {"nothing of the kind"}},
         "t.lua: --without 'nothing of the kind': there is no such key; --dry-run prints them."},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *message = refusal(script, &rows[i].options);
        cr_expect(g_str_has_prefix(message, rows[i].says), "row %zu\n  says     %s\n  expected %s", i,
                  message, rows[i].says);
    }
}

Test(messages, of_role_functions_name_the_outer_local_and_its_line)
{
    static const char script[] = HEADER "local score = 0\n"
                                        "local limit <const> = 5\n"
                                        "local r = role(function (me, args)\n"
                                        "  me:on('told', function () score = score + limit end)\n"
                                        "end)\n" ENDING;
    g_autofree char *message = refusal(script, NULL);

    cr_expect_str_eq(message, "t.lua:9: role: the function uses 'score', a local of the script (line 7). "
                              "Each peer has its own world:\n"
                              "    pass it as an argument (role(f, { score = … }) and args.score), move it "
                              "inside, or, if it is constant, "
                              "write local score <const>.");
}

Test(messages, of_comparisons_that_cannot_be_true_say_how_to_write_them)
{
    static const char *const scripts[] = {HEADER "if p.share == '0%' then end" ENDING,
                                          HEADER "if '0%' ~= p.share then end" ENDING,
                                          HEADER "if p.yes == 'true' then end" ENDING};
    static const char *const says[] = {
        "t.lua:7: p.share == '0%': a quantity never equals a text in Lua; write p.share == unit '0%'.",
        "t.lua:7: '0%' ~= p.share: a quantity never equals a text in Lua; write p.share ~= unit '0%'.",
        "t.lua:7: p.yes == 'true': a quantity never equals a text in Lua; write p.yes == unit 'true'.",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(scripts); i++) {
        g_autofree char *message = refusal(scripts[i], NULL);
        cr_expect_str_eq(message, says[i]);
    }
    scn_plan_free(load_body("if p.how == 'a' then end -- p.share == '0%'\nlocal s = \"p.share == '0%'\""));
}
