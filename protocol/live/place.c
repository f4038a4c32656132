#include "protocol/live/place.h"

#include "protocol/live/peermesh.h"

#include <gio/gio.h>
#include <string.h>

static void set_ip(GInetAddress *inet, struct pc_ip *ip)
{
    *ip = (struct pc_ip){.family = g_inet_address_get_family(inet) == G_SOCKET_FAMILY_IPV6 ? 6 : 4};
    memcpy(ip->octets, g_inet_address_to_bytes(inet), g_inet_address_get_native_size(inet));
}

static bool literal(const char *text, struct pc_ip *ip)
{
    GInetAddress *inet = g_inet_address_new_from_string(text);
    if (!inet)
        return false;
    set_ip(inet, ip);
    g_object_unref(inet);
    return true;
}

/* "host:port", "[host]:port": the host's copy, and what stands behind the colon ("" if nothing). NULL: it is neither. */
static char *split(const char *text, size_t size, char **rest)
{
    char *copy = g_strndup(text, size), *host = NULL, *end;
    *rest = NULL;
    if (*copy == '[' && (end = strchr(copy, ']'))) {
        host = g_strndup(copy + 1, (gsize)(end - copy - 1));
        *rest = end[1] == ':' ? g_strdup(end + 2) : end[1] == 0 ? g_strdup("") : NULL;
    } else if (*copy != '[' && (end = strrchr(copy, ':')) && strchr(copy, ':') == end) {
        host = g_strndup(copy, (gsize)(end - copy));
        *rest = g_strdup(end + 1);
    } else if (*copy && !strchr(copy, ':')) {
        host = g_strdup(copy);
        *rest = g_strdup("");
    }
    g_free(copy);
    if (!*rest)
        g_clear_pointer(&host, g_free);
    return host;
}

static bool port_of(const char *text, uint16_t *port)
{
    guint64 value;
    if (!g_ascii_string_to_unsigned(text, 10, 0, 65535, &value, NULL))
        return false;
    *port = (uint16_t)value;
    return true;
}

bool pc_place_parse(const char *text, const char *what, struct pc_ip *ip, uint16_t *port, GError **error)
{
    char *rest, *host = split(text, strlen(text), &rest);
    bool ok = host && literal(host, ip) && port_of(rest, port);
    g_free(host);
    g_free(rest);
    if (!ok)
        g_set_error(error, PEERMESH_ERROR, PEERMESH_ERROR_ARGUMENT,
                    "%s \"%s\": an IP address and a port are due, as in 127.0.0.1:9000 or [::1]:9000", what, text);
    return ok;
}

static bool look_up(const char *host, struct pc_ip *ip, GError **error)
{
    GResolver *resolver = g_resolver_get_default();
    GList *found = g_resolver_lookup_by_name(resolver, host, NULL, error);
    if (found)
        set_ip(found->data, ip);
    g_resolver_free_addresses(found);
    g_object_unref(resolver);
    return found != NULL;
}

bool pc_place_of_uri(const char *uri, const char *what, struct pc_ip *ip, uint16_t *port, GError **error)
{
    static const char scheme[] = "net.tcp://";
    const char *authority = uri + sizeof scheme - 1;
    bool ok = g_ascii_strncasecmp(uri, scheme, sizeof scheme - 1) == 0;
    char *rest = NULL, *host = ok ? split(authority, strcspn(authority, "/"), &rest) : NULL;
    *port = 808; /* net.tcp's own */
    ok = host && *host && (!*rest || port_of(rest, port)) && *port;
    GError *why = NULL;
    if (!ok)
        g_set_error(error, PEERMESH_ERROR, PEERMESH_ERROR_ARGUMENT,
                    "%s \"%s\": net.tcp://HOST:PORT/PATH is due, as in net.tcp://127.0.0.1:47000/resolver", what, uri);
    else if (!literal(host, ip) && !look_up(host, ip, &why)) {
        g_set_error(error, PEERMESH_ERROR, PEERMESH_ERROR_ARGUMENT, "%s \"%s\": %s", what, uri, why->message);
        g_error_free(why);
        ok = false;
    }
    g_free(host);
    g_free(rest);
    return ok;
}

bool pc_place_dialect(const char *name, struct pc_rules *rules, GError **error)
{
    enum pc_dialect dialect = PC_DIALECT_NET;
    if (name && !pc_dialect_find(name, &dialect)) {
        g_set_error(error, PEERMESH_ERROR, PEERMESH_ERROR_ARGUMENT, "dialect \"%s\": net, spec, profile or mono is due", name);
        return false;
    }
    *rules = *pc_rules_of(dialect);
    return true;
}
