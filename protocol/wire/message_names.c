/* Kinds, actions and reasons of messages, and GUIDs as text. peer-channel.md 2, 5.5. */
#include "protocol/wire/message.h"
#include "protocol/wire/message_private.h"
#include "protocol/wire/names.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    const char *action; /* NULL: the application's own */
} kinds[PC_KIND_COUNT] = {
    [PC_KIND_UNKNOWN] = {"unknown", NULL},
    [PC_KIND_CONNECT] = {"Connect", PC_PEER "/Connect"},
    [PC_KIND_WELCOME] = {"Welcome", PC_PEER "/Welcome"},
    [PC_KIND_REFUSE] = {"Refuse", PC_PEER "/Refuse"},
    [PC_KIND_DISCONNECT] = {"Disconnect", PC_PEER "/Disconnect"},
    [PC_KIND_LINK_UTILITY] = {"LinkUtility", PC_PEER "/LinkUtility"},
    [PC_KIND_PING] = {"Ping", PC_PEER "/Ping"},
    [PC_KIND_FLOOD] = {"flood", NULL},
    [PC_KIND_FAULT] = {"Fault", PC_ADDRESSING "/fault"},
    [PC_KIND_REQUEST_SECURITY_TOKEN] = {"RequestSecurityToken", "RequestSecurityToken"},
    [PC_KIND_REQUEST_SECURITY_TOKEN_RESPONSE] = {"RequestSecurityTokenResponse", "RequestSecurityTokenResponse"},
    [PC_KIND_REGISTER] = {"Register", PC_RESOLVER "/Register"},
    [PC_KIND_REGISTER_RESPONSE] = {"RegisterResponse", PC_RESOLVER "/RegisterResponse"},
    [PC_KIND_UPDATE] = {"Update", PC_RESOLVER "/Update"},
    [PC_KIND_UPDATE_RESPONSE] = {"UpdateResponse", PC_RESOLVER "/UpdateResponse"},
    [PC_KIND_RESOLVE] = {"Resolve", PC_RESOLVER "/Resolve"},
    [PC_KIND_RESOLVE_RESPONSE] = {"ResolveResponse", PC_RESOLVER "/ResolveResponse"},
    [PC_KIND_REFRESH] = {"Refresh", PC_RESOLVER "/Refresh"},
    [PC_KIND_REFRESH_RESPONSE] = {"RefreshResponse", PC_RESOLVER "/RefreshResponse"},
    [PC_KIND_UNREGISTER] = {"Unregister", PC_RESOLVER "/Unregister"},
    [PC_KIND_UNREGISTER_RESPONSE] = {"UnregisterResponse", PC_RESOLVER "/IPeerResolverContract/UnregisterResponse"},
    [PC_KIND_GET_SERVICE_SETTINGS] = {"GetServiceSettings", PC_RESOLVER "/GetServiceSettings"},
    [PC_KIND_GET_SERVICE_SETTINGS_RESPONSE] = {"GetServiceSettingsResponse", PC_RESOLVER "/GetServiceSettingsResponse"},
};

const char *pc_kind_name(enum pc_kind kind)
{
    return kinds[kind].name;
}

struct pc_text pc_kind_action(enum pc_kind kind)
{
    const char *action = kinds[kind].action;
    return (struct pc_text){action, action ? (uint32_t)strlen(action) : 0};
}

enum pc_kind pc_kind_of_action(struct pc_text action)
{
    static const char peer[] = PC_PEER "/";
    bool ours = action.n >= sizeof peer - 1 && memcmp(action.s, peer, sizeof peer - 1) == 0;
    for (unsigned k = 1; ours && k < PC_KIND_COUNT; k++)
        if (kinds[k].action && strlen(kinds[k].action) == action.n && memcmp(kinds[k].action, action.s, action.n) == 0)
            return (enum pc_kind)k;
    static const enum pc_kind others[] = {PC_KIND_FAULT, PC_KIND_REQUEST_SECURITY_TOKEN,
                                          PC_KIND_REQUEST_SECURITY_TOKEN_RESPONSE};
    for (unsigned i = 0; i < G_N_ELEMENTS(others); i++)
        if (action.n == strlen(kinds[others[i]].action) && memcmp(kinds[others[i]].action, action.s, action.n) == 0)
            return others[i];
    if (action.n == sizeof PC_DISPATCHER "/fault" - 1 && memcmp(action.s, PC_DISPATCHER "/fault", action.n) == 0)
        return PC_KIND_FAULT;
    return PC_KIND_UNKNOWN;
}

static const char *const reasons[] = {
    [PC_REASON_LEAVING_MESH] = "LeavingMesh",
    [PC_REASON_NOT_USEFUL_NEIGHBOR] = "NotUsefulNeighbor",
    [PC_REASON_DUPLICATE_NEIGHBOR] = "DuplicateNeighbor",
    [PC_REASON_DUPLICATE_NODE_ID] = "DuplicateNodeId",
    [PC_REASON_NODE_BUSY] = "NodeBusy",
    [PC_REASON_INTERNAL_FAILURE] = "InternalFailure",
};

const char *pc_reason_name(enum pc_reason reason)
{
    return (unsigned)reason < G_N_ELEMENTS(reasons) ? reasons[reason] : NULL;
}

enum pc_reason pc_reason_of(struct pc_text name)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(reasons); i++)
        if (reasons[i] && strlen(reasons[i]) == name.n && memcmp(reasons[i], name.s, name.n) == 0)
            return (enum pc_reason)i;
    return PC_REASON_NONE;
}

/* .NET keeps the first three fields little-endian: place of each text octet in the value. */
static const uint8_t guid_order[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

void pc_guid_format(const struct pc_guid *guid, char out[37])
{
    static const char digits[] = "0123456789abcdef";
    unsigned at = 0;
    for (unsigned i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            out[at++] = '-';
        out[at++] = digits[guid->octets[guid_order[i]] >> 4];
        out[at++] = digits[guid->octets[guid_order[i]] & 15];
    }
    out[at] = '\0';
}

/* Value of a hexadecimal digit plus 1; 0: none. */
static const uint8_t hex_digits[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16};

bool pc_guid_parse(struct pc_text text, struct pc_guid *out)
{
    if (text.n != 36)
        return false;
    for (unsigned i = 0, at = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            if (text.s[at++] != '-')
                return false;
        unsigned high = hex_digits[(uint8_t)text.s[at]], low = hex_digits[(uint8_t)text.s[at + 1]];
        if (!high || !low)
            return false;
        out->octets[guid_order[i]] = (uint8_t)((high - 1) << 4 | (low - 1));
        at += 2;
    }
    return true;
}
