/* The inventory of metrics and theory values as the language sees it: what analysis has built
 * (analysis/names.h), and the names that scripts may use already. Inside of the scenario language. */
#ifndef SCN_INVENTORY_H
#define SCN_INVENTORY_H

#include "analysis/names.h"
#include "scenarios/engine/value.h"

struct scn_inventory {
    bool built;
    bool known; /* is the kind of its samples known before the run? */
    enum scn_kind unit;
};

/* name: "latency"; of theory "copies", "server.latency". False: there is no such name. */
bool scn_inventory_find(bool theory, const char *name, struct scn_inventory *about);
const char *scn_inventory_suggest(bool theory, const char *name);

/* The kind of shape{"diameter"}; false if that is no measure. */
bool scn_inventory_shape(const char *name, enum scn_kind *unit);

/* Fields that a theory value has beside the aggregates: theory.votes{ … }.error */
bool scn_inventory_field(const struct scn_query *query, const char *field);

/* Looks at the filters of a query: a sentence about what cannot be (static or interned), or NULL; *lacks is
 * then set to what is not built yet, if anything. */
const char *scn_inventory_check(const struct scn_query *query, const char **lacks);

enum scn_kind scn_kind_of_unit(enum an_unit unit);

#endif
