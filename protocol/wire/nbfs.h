/* [MC-NBFS] the static dictionary of binary SOAP: 487 strings with even ids. */
#ifndef PC_WIRE_NBFS_H
#define PC_WIRE_NBFS_H

#include "protocol/wire/strings.h"
#include <stdbool.h>

#define PC_NBFS_IDS 974 /* ids are even and below this */

enum pc_nbfs_id { /* those that this code names */
    PC_NBFS_MUST_UNDERSTAND = 0,
    PC_NBFS_ENVELOPE = 2,
    PC_NBFS_SOAP12 = 4,
    PC_NBFS_ADDRESSING = 6,
    PC_NBFS_HEADER = 8,
    PC_NBFS_ACTION = 10,
    PC_NBFS_TO = 12,
    PC_NBFS_BODY = 14,
    PC_NBFS_RELATES_TO = 18,
    PC_NBFS_ANONYMOUS = 20,
    PC_NBFS_MESSAGE_ID = 26,
    PC_NBFS_ADDRESS = 42,
    PC_NBFS_REPLY_TO = 44,
    PC_NBFS_FAULT = 134,
    PC_NBFS_CODE = 142,
    PC_NBFS_REASON = 144,
    PC_NBFS_FAULT_TEXT = 146,
    PC_NBFS_VALUE = 154,
    PC_NBFS_SUBCODE = 156,
    PC_NBFS_FLOOD_MESSAGE = 858,
    PC_NBFS_HOPS = 862,
    PC_NBFS_HOP_COUNT_NS = 864,
    PC_NBFS_PEER_VIA = 866,
    PC_NBFS_PEER_NS = 868,
    PC_NBFS_PEER_FLOODER = 870,
    PC_NBFS_PEER_TO = 872,
};

/* The string with that id; .s == NULL if there is none. */
struct pc_text pc_nbfs_text(uint32_t id);

/* The id of a string, or -1. */
int pc_nbfs_find(struct pc_text text);

#endif
