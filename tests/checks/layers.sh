#!/bin/bash
# "make check-layers" passes here, and fails on a copy of the tree in which a forbidden include, symbol or number is planted.
. "$(dirname "$0")/common.bash"

parts="protocol/wire protocol/mesh protocol/live sim analysis scenarios/conform scenarios/engine"
tree=$work/tree

if quietly make -s -j2 "B=$B" check-layers && [ "$code" = 0 ]; then
    ok "the arrows between the parts hold"
else
    fail "make check-layers: $(head -n 1 "$work/err")" "make B=$B check-layers"
fi

# The copy takes the objects along, so that only what is planted is compiled.
mkdir -p "$tree/build"
tar c --exclude=./.git --exclude='./build*' --exclude=./runs . | tar x -C "$tree"
(cd "$B" && find $parts -name '*.[od]' -print0 | tar c --null -T - && cp .packages "$tree/build/" 2>/dev/null) | tar x -C "$tree/build"
(cd "$B" && cp -p lib*.a "$tree/build/")

# what it is, file to change, text to append, what the message must name
planted() {
    local what=$1 file=$2 text=$3
    shift 3
    cp -p "$tree/$file" "$work/saved"
    printf '%s\n' "$text" >>"$tree/$file"
    CFLAGS=-w quietly make -s -C "$tree" B=build check-layers
    local said code_then=$code missing="" name
    said=$(cat "$work/out" "$work/err")
    for name in "$file" "$@"; do
        grep -qF -- "$name" <<<"$said" || missing="$missing $name"
    done
    if [ "$code_then" = 0 ]; then
        fail "$what in $file goes unnoticed" "append it, then: make check-layers"
    elif [ -n "$missing" ]; then
        fail "$what in $file: the message does not name$missing: $(grep -m 1 -vE "^  (CC|AR|LD) " <<<"$said")" "append it, then: make check-layers"
    else
        ok "$what in $file is refused: $(grep -m 1 -F -- "$1" <<<"$said")"
    fi
    cp -p "$work/saved" "$tree/$file"
    touch "$tree/$file"
}

planted "an include of the simulator" protocol/wire/buf.c '#include "sim/random.h"' sim/random.h
planted "an include by a detour" protocol/wire/buf.c '#include "protocol/wire/../mesh/types.h"' protocol/mesh/types.h
planted "an include of the protocol" sim/fixed.c '#include "protocol/wire/octets.h"' protocol/wire/octets.h
planted "an include of the engine" analysis/sort.c '#include "scenarios/engine/version.h"' scenarios/engine/version.h
planted "an include of the simulator" protocol/live/place.c '#include "sim/random.h"' sim/random.h
planted "an include of the engine" scenarios/conform/known.c '#include "scenarios/engine/version.h"' scenarios/engine/version.h
planted "a clock" protocol/mesh/seen.c '#include <time.h>
long planted(void);
long planted(void) { return (long)time(NULL); }' " time:"
planted "a look into the environment" sim/fixed.c '#include <stdlib.h>
char *planted(void);
char *planted(void) { return getenv("SEED"); }' getenv
planted "a walk over a hash table" protocol/mesh/seen.c '#include <glib.h>
void planted(GHashTable *table, GHFunc visit);
void planted(GHashTable *table, GHFunc visit) { g_hash_table_foreach(table, visit, NULL); }' g_hash_table_foreach
planted "a product of doubles" sim/fixed.c 'double planted(double a, double b);
double planted(double a, double b) { return a * b; }' floating-point

if quietly make -s -C "$tree" B=build check-layers && [ "$code" = 0 ]; then
    ok "the copy passes once they are gone"
else
    fail "the copy without them does not pass: $(head -n 1 "$work/err")" "make check-layers"
fi
finish
