/* peermesh why RUN MESSAGE PEER */
#include "scenarios/engine/cmd.h"
#include "scenarios/engine/journey.h"

#include "analysis/names.h"
#include "analysis/run_info.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] = "usage: peermesh why RUN MESSAGE PEER\n"
                            "How a message came to a peer, hop by hop, and where the time went; or why it never came. Makes the run again.\n"
                            "  RUN      a run folder\n"
                            "  MESSAGE  its number (as verdicts give it: 12), or \"PEER #SEQUENCE\" as its sender numbered it\n"
                            "  PEER     a name such as subscriber[17]\n";

/* ---- what the run folder says ---- */

/* The plan of the run, checked to be the one that was run. */
static struct scn_plan *plan_of(const char *folder, GError **error)
{
    struct an_run_info *info = an_run_info_read(folder, error);
    if (!info)
        return NULL;
    struct scn_plan *plan = NULL;
    if (!info->command || !info->plan) {
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "%s/run.json names no command and plan", folder);
    } else if (!(plan = scn_cmd_run_plan(info->command, error))) {
        g_prefix_error(error, "%s was made by \"%s\", from another folder perhaps: ", folder, info->command);
    } else if (strcmp(plan->hash, info->plan) != 0) {
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "%s has changed since %s was run (plan %.8s, then %.8s); run it again: %s", plan->path,
                    folder, plan->hash, info->plan, info->command);
        g_clear_pointer(&plan, scn_plan_free);
    }
    an_run_info_free(info);
    return plan;
}

static bool find_peer(const struct scn_plan *plan, const char *name, uint32_t *peer, GError **error)
{
    int64_t found = scn_plan_peer_find(plan, name);
    if (found < 0) {
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "%s has no peer '%s'", plan->file, name);
        return false;
    }
    *peer = (uint32_t)found;
    return true;
}

/* "12", or "exchange #4711", or as keys are written, "exchange publisher/1 #4711". */
static bool find_message(const struct scn_plan *plan, const char *text, struct scn_journey *journey, GError **error)
{
    uint64_t number;
    const char *hash = strrchr(text, '#');
    journey->message = AN_NONE;
    if (!hash && g_ascii_string_to_unsigned(text, 10, 1, G_MAXUINT32 - 1, &number, NULL)) {
        journey->message = (uint32_t)number - 1;
        return true;
    }
    if (!hash || !g_ascii_string_to_unsigned(hash + 1, 10, 1, G_MAXUINT64, &journey->sequence, NULL)) {
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "message '%s': a number is due, or a sender and its number such as \"exchange #4711\"", text);
        return false;
    }
    char *name = g_strndup(text, strcspn(text, " #"));
    bool ok = find_peer(plan, name, &journey->origin, error);
    g_free(name);
    return ok;
}

/* ---- the answer ---- */

static void print_time(int64_t ns)
{
    printf("%" G_GINT64_FORMAT ":%02d.%06d", ns / 60000000000, (int)(ns / 1000000000 % 60), (int)(ns % 1000000000 / 1000));
}

static void print_ms(int64_t ns)
{
    if (ns)
        printf(" %12.6f", (double)ns / 1e6);
    else
        printf(" %12s", "-");
}

static const char *name_of(const struct an_cast *cast, uint32_t peer)
{
    return peer == AN_NONE ? "the resolver" : an_cast_peer(cast, peer)->name;
}

static void print_way(const struct scn_journey *j, const struct an_cast *cast)
{
    int64_t sums[SCN_PART_COUNT] = {0}, total = 0, waits = 0, left = j->published.time;
    int width = 12;
    for (guint i = 0; i < j->hops->len; i++)
        width = MAX(width, (int)strlen(name_of(cast, g_array_index(j->hops, struct scn_hop, i).to)));
    printf("%s heard it after %.6f ms, over %u hop%s. Milliseconds:\n\n  %-*s %12s", name_of(cast, j->peer),
           (double)(j->came_at - j->published.time) / 1e6, j->hops->len, j->hops->len == 1 ? "" : "s", width + 3, "to", "took");
    for (unsigned part = 0; part < SCN_PART_COUNT; part++)
        printf(" %12s", scn_part_name((enum scn_part)part));
    putchar('\n');
    for (guint i = 0; i < j->hops->len; i++) {
        const struct scn_hop *hop = &g_array_index(j->hops, struct scn_hop, i);
        printf("  %2u %-*s", i + 1, width, name_of(cast, hop->to));
        print_ms(hop->heard - hop->sent);
        for (unsigned part = 0; part < SCN_PART_COUNT; part++) {
            print_ms(hop->parts[part]);
            sums[part] += hop->parts[part];
            total += hop->parts[part];
        }
        putchar('\n');
        waits += hop->sent - left; /* between hearing and handing on: a node does both at once */
        left = hop->heard;
    }
    printf("  %-*s", width + 3, "all");
    print_ms(j->came_at - j->published.time);
    for (unsigned part = 0; part < SCN_PART_COUNT; part++)
        print_ms(sums[part]);
    printf("\n\nThe parts are %" G_GINT64_FORMAT " ns, the latency is %" G_GINT64_FORMAT " ns%s\n", total + waits,
           j->came_at - j->published.time, total + waits == j->came_at - j->published.time ? ": they add up." : ": THEY DO NOT ADD UP.");
}

static void print_absence(const struct scn_journey *j, const struct an_cast *cast)
{
    const char *name = name_of(cast, j->peer);
    if (j->peer == j->published.peer) {
        printf("%s sent it.\n", name);
        return;
    }
    if (!j->member)
        printf("%s never got it: it was not running when the message was published.\n", name);
    else if (j->judged)
        printf("%s never got it: %s.\n", name, an_cause_name(j->cause));
    else
        printf("%s had not got it when the run ended, %.3f s after the publication.\n", name,
               (double)(j->ended - j->published.time) / 1e9);
    for (guint i = 0; i < j->died->len; i++) {
        const struct scn_died *died = &g_array_index(j->died, struct scn_died, i);
        printf("  a copy from %s died at ", name_of(cast, died->from));
        print_time(died->time);
        printf(": %s\n", an_cause_name(died->cause));
    }
    if (j->died->len == 0)
        puts("  no copy was addressed to it");
}

static int answer(const struct scn_journey *j, const struct an_cast *cast, GError **error)
{
    if (j->published.kind == 0) {
        g_set_error(error, SCN_ERROR, SCN_ERROR_BAD, "there is no such message in the run");
        return SCN_EXIT_USAGE;
    }
    const char *kind = j->published.other != AN_NONE ? g_ptr_array_index(cast->samples, j->published.other) : "message";
    printf("Message %u, %s of %u octets", j->message + 1, kind, j->published.size);
    if (j->published.what & AN_NUMBERED)
        printf(", #%" G_GUINT64_FORMAT " of its sender", j->published.value);
    printf(", published by %s at ", name_of(cast, j->published.peer));
    print_time(j->published.time);
    puts(".");
    if (j->came)
        print_way(j, cast);
    else
        print_absence(j, cast);
    return SCN_EXIT_OK;
}

int scn_cmd_why(int argc, char **argv)
{
    struct scn_journey journey = {0};
    struct scn_plan *plan = NULL;
    struct an_cast *cast = NULL;
    GError *error = NULL;
    int code = SCN_EXIT_USAGE;
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return SCN_EXIT_OK;
    }
    if (argc != 4) {
        fputs(usage, stderr);
        return SCN_EXIT_USAGE;
    }
    if ((plan = plan_of(argv[1], &error)) && find_message(plan, argv[2], &journey, &error) &&
        find_peer(plan, argv[3], &journey.peer, &error) && scn_journey_find(plan, &journey, &cast, &error))
        code = answer(&journey, cast, &error);
    if (error)
        code = scn_cmd_fail(error);
    scn_journey_clear(&journey);
    if (cast)
        an_cast_free(cast);
    scn_plan_free(plan);
    return code;
}
