/* The cast of a capture: peers by listening address, called as a run's addresses.tsv says. */
#include "analysis/dissect_private.h"
#include "analysis/timeline.h"

#include <string.h>

/* "subscriber[17]" is one of the group "subscriber". */
static uint32_t group_of(struct an_cast *cast, const char *name)
{
    char *group = g_strndup(name, strcspn(name, "["));
    guint i = 0;
    while (i < cast->groups->len && strcmp(cast->groups->pdata[i], group) != 0)
        i++;
    uint32_t number = i < cast->groups->len ? i : an_cast_add_group(cast, group);
    g_free(group);
    return number;
}

static uint32_t rate_of(const char *text)
{
    guint64 rate = text ? g_ascii_strtoull(text, NULL, 10) : 0;
    return (uint32_t)MIN(rate, UINT32_MAX);
}

/* Columns are found by their names in the first line. */
static int column(char *const *head, const char *name)
{
    for (int i = 0; head[i]; i++)
        if (strcmp(head[i], name) == 0)
            return i;
    return -1;
}

static const char *field(char *const *fields, guint count, int at)
{
    return at >= 0 && (guint)at < count ? fields[at] : NULL;
}

static bool add_row(struct an_cast *cast, GHashTable *by_address, char *const *head, const char *line)
{
    char **fields = g_strsplit(line, "\t", -1);
    guint count = g_strv_length(fields);
    const char *address = field(fields, count, column(head, "address"));
    const char *name = field(fields, count, column(head, "name"));
    bool good = address && name && *address && *name;
    if (good) {
        struct an_peer peer = {.name = name,
                               .address = address,
                               .group = group_of(cast, name),
                               .up = rate_of(field(fields, count, column(head, "up_bit_s"))),
                               .down = rate_of(field(fields, count, column(head, "down_bit_s")))};
        uint32_t number = an_cast_add_peer(cast, &peer);
        g_hash_table_replace(by_address, g_strdup(address), GUINT_TO_POINTER(number + 1));
    }
    g_strfreev(fields);
    return good;
}

static bool read_addresses(struct an_cast *cast, GHashTable *by_address, const char *path, GError **error)
{
    char *text;
    GError *why = NULL;
    if (!g_file_get_contents(path, &text, NULL, &why)) {
        g_set_error(error, AN_CAPTURE_ERROR, AN_CAPTURE_UNREADABLE, "%s: cannot be read: %s", path,
                    why->message);
        g_error_free(why);
        return false;
    }
    char **lines = g_strsplit(text, "\n", -1), **head = g_strsplit(lines[0] ? lines[0] : "", "\t", -1);
    bool good = column(head, "address") >= 0 && column(head, "name") >= 0;
    guint line = 1;
    while (good && lines[line] && (*lines[line] == '\0' || add_row(cast, by_address, head, lines[line])))
        line++;
    good = good && !lines[line];
    if (!good)
        g_set_error(error, AN_CAPTURE_ERROR, AN_CAPTURE_NOT_ONE,
                    "%s: line %u: columns address and name are needed", path,
                    line == 1 && column(head, "name") < 0 ? 1 : line + 1);
    g_strfreev(head);
    g_strfreev(lines);
    g_free(text);
    return good;
}

bool an_capture_cast(struct an_peer_names *names, const char *addresses, struct an_cast *cast,
                     GArray *cast_number, GError **error)
{
    GHashTable *by_address = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    bool good = !addresses || read_addresses(cast, by_address, addresses, error);
    unsigned nodes = 0;
    for (uint32_t i = 0; good && i < an_peer_count(names); i++) {
        bool resolver;
        char address[AN_ENDPOINT_TEXT], name[24];
        an_endpoint_format(an_peer_endpoint(names, i, &resolver), address);
        uint32_t number = GPOINTER_TO_UINT(g_hash_table_lookup(by_address, address));
        if (!resolver && !number) {
            g_snprintf(name, sizeof name, "N%u", nodes + 1);
            struct an_peer peer = {.name = name, .address = address, .group = group_of(cast, "node")};
            number = an_cast_add_peer(cast, &peer) + 1;
        }
        nodes += !resolver;
        number = resolver ? AN_NONE : number - 1;
        g_array_append_val(cast_number, number);
    }
    g_hash_table_unref(by_address);
    return good;
}
