/* network: files that describe one, data files and their digests, and what does not go together. */
#include "tests/unit/script/helper.h"

#include <criterion/criterion.h>
#include <string.h>

#define SCRIPT(network) "scenario { title = 'T' }\n" network "\npeers('a', 2, { mesh = mesh 'm' }) finish '1h'"

static struct scn_plan *load(const char *text, const struct options *options)
{
    GError *error = NULL;
    struct scn_plan *plan = load_text(text, options, &error);

    cr_assert_not_null(plan, "%s\n%s", text, error ? error->message : "");
    return plan;
}

static char *row_of(const struct scn_plan *plan)
{
    g_autofree char *tsv = scn_plan_tsv(plan);
    const char *row = strstr(tsv, "network 0\t");

    cr_assert_not_null(row);
    return g_strndup(row, strcspn(row, "\n"));
}

Test(network, every_profile_of_the_specification_has_a_file_in_the_library)
{
    static const char *const profiles[] = {"null",        "lan",  "world-homes", "king",       "cities",
                                           "slow-uplink", "wlan", "mobile",      "world-homes"};

    for (int i = 0; i <= 8; i++) {
        g_autofree char *text = g_strdup_printf(SCRIPT("network 'N%d'"), i);
        struct scn_plan *plan = load(text, &(struct options){.library = "scenarios"});
        const struct scn_plan_network *n = scn_plan_networks(plan, 0);

        cr_expect_str_eq(n->profile, profiles[i]);
        cr_expect_eq(n->nat, i == 8 ? 640000 : -1);
        scn_plan_free(plan);
    }
}

Test(network, a_file_beside_the_script_changes_a_profile_and_the_script_changes_the_file)
{
    const struct options options = {.module = "office.lua",
                                    .module_text = "return { title = 'Office', profile = 'wlan', stations = 8, up = '11Mbit/s', loss = '2%' }"};
    struct scn_plan *plan = load(SCRIPT("network('office', { loss = '0%' })"), &options);
    g_autofree char *row = row_of(plan);

    cr_assert_str_eq(row, "network 0\t\tnetwork\t\tprofile=wlan file=office up=11Mbit/s loss=0% stations=8");
    scn_plan_free(plan);
    plan = load(SCRIPT("network 'office.lua'"), &options);
    cr_assert_eq(scn_plan_networks(plan, 0)->loss, 20000);
    scn_plan_free(plan);
    plan = load("scenario { title = 'T' } network 'lan' peers('a', 2, { mesh = mesh 'm', network = 'office' }) finish '1h'", &options);
    cr_assert_str_eq(scn_plan_networks(plan, 1)->file, "office");
    scn_plan_free(plan);
}

Test(network, the_digest_of_a_data_file_is_in_the_plan)
{
    char *rows[2], hashes[2][33];
    static const char *const traces[] = {"0001\n", "0010\n"};

    for (int i = 0; i < 2; i++) {
        struct scn_plan *plan = load(SCRIPT("network('wlan', { loss_trace = 'radio.txt' })"),
                                     &(struct options){.module = "radio.txt", .module_text = traces[i]});

        rows[i] = row_of(plan);
        strcpy(hashes[i], plan->hash);
        scn_plan_free(plan);
    }
    cr_assert_str_eq(rows[0], "network 0\t\tnetwork\t\tprofile=wlan loss_trace=radio.txt "
                              "digest=24d9b35c727e6c78676c2ad378a8c3c47cfb539f3583d3cd9e1eafee51d5679d");
    cr_assert_str_neq(rows[0], rows[1]);
    cr_assert_str_neq(hashes[0], hashes[1]);
    g_free(rows[0]);
    g_free(rows[1]);

    struct scn_plan *plan = load(SCRIPT("network('king', { matrix = 'uking-t', matrix_unit = '1us' })"),
                                 &(struct options){.module = "uking-t", .module_text = "topology E2EGraph 2\n1,2 20500\n"});
    g_autofree char *row = row_of(plan);
    cr_assert(g_str_has_prefix(row, "network 0\t\tnetwork\t\tprofile=king matrix=uking-t matrix_unit=1us digest="), "%s", row);
    cr_assert_eq(sim_matrix_delay(scn_plan_networks(plan, 0)->sites, 0, 1), 20500000);
    scn_plan_free(plan);
}

Test(network, says_file_line_and_what_to_write)
{
    static const struct {
        const char *script;
        struct options options;
        const char *says;
    } rows[] = {
        {SCRIPT("network('wlan', { loss_trace = 'gone.txt' })"), {0}, "t.lua:2: network: loss_trace = gone.txt: No such file or directory"},
        {SCRIPT("network('wlan', { loss_trace = 'd.txt' })"),
         {.module = "d.txt", .module_text = "00\n01x\n"},
         "t.lua:2: network: loss_trace = d.txt:2: a loss trace is of 0 (arrived) and 1 (lost), one digit a packet; this is 'x'"},
        {SCRIPT("network('lan', { loss_trace = 'd.txt' })"),
         {.module = "d.txt", .module_text = "01\n"},
         "t.lua:2: network: loss_trace is of the full connection model; add tcp = \"full\"."},
        {SCRIPT("network('king', { matrix = 'd.txt' })"),
         {.module = "d.txt", .module_text = "0 5\n5 x\n"},
         "t.lua:2: network: matrix = d.txt:2: 'x' is no number; write it as 23 or 23.5"},
        {SCRIPT("network('king', { matrix = 'gone' })"), {0}, "t.lua:2: network: matrix = gone: No such file or directory"},
        {SCRIPT("network('lan', { matrix = 'd.txt' })"),
         {.module = "d.txt", .module_text = "0 5\n5 0\n"},
         "t.lua:2: network: matrix is of the profiles king and cities, not of lan."},
        {SCRIPT("network('king', { matrix = 'd.txt', matrix_unit = '2min' })"), {0}, "t.lua:2: network: matrix_unit is the time that a 1"},
        {SCRIPT("network('lan', { stations = 4 })"), {0}, "t.lua:2: network: stations is of the profile wlan, not of lan."},
        {SCRIPT("network('wlan', { loss_chain = '1%' })"), {0}, "t.lua:2: network: loss_chain is { loss = { … 4 }, worse = { … 3 }, better = { … 3 } }, not"},
        {SCRIPT("network('wlan', { loss_chain = { loss = { '1%' } } })"), {0}, "t.lua:2: loss_chain: loss is a list of 4 shares"},
        {SCRIPT("network('wlan', { loss_chain = { loss = { '0%', '1%', '10%', '100%' }, worse = { '1%', '1%', '1%' }, better = { '1%', '1%', '0%' } } })"),
         {0},
         "t.lua:2: network: loss_chain: every state but the last gets worse"},
        {SCRIPT("network('wlan', { tcp = 'stream', loss_chain = { loss = { '0%', '1%', '10%', '100%' }, worse = { '1%', '1%', '1%' }, better = { '1%', '1%', '1%' } } })"),
         {0},
         "t.lua:2: network: loss_chain is of the full connection model"},
        {SCRIPT("network 'office'"), {.module = "office.lua", .module_text = "return 'lan'"}, "t.lua:2: network: office.lua returns a text; a table is needed"},
        {SCRIPT("network 'office'"), {.module = "office.lua", .module_text = "return { profile = 'lam' }"}, "t.lua:2: network: office.lua: profile is a profile"},
        {SCRIPT("network 'office'"),
         {.module = "office.lua", .module_text = "return { profile = 'lan', los = '1%' }"},
         "t.lua:2: office.lua: no option 'los'; did you mean 'loss'?"},
        {SCRIPT("network 'office'"), {.module = "office.lua", .module_text = "return {\n profile = = 'lan' }"}, "office.lua:2: unexpected symbol near '='"},
        {SCRIPT("network '../office'"), {0}, "t.lua:2: network: no profile '../office'"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *message = refusal(rows[i].script, &rows[i].options);
        cr_expect(g_str_has_prefix(message, rows[i].says), "%s\n  says     %s\n  expected %s", rows[i].script, message, rows[i].says);
    }
}
