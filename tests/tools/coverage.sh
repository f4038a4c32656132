#!/bin/bash
# Line and branch coverage of protocol/ by unit tests and vectors.   usage: [B=build] coverage.sh [--list]
# Prints a table; --list: also each line that is not run whole. Exit code 1 under 95 % of lines or 85 % of branches, and when
# tests/data/uncovered.tsv does not say of each function why something of it is not run (coverage.awk).
set -u
cd "$(dirname "$0")/../.." || exit 2
B=${B:-build}-cov
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
MAKEFLAGS="" make --no-print-directory -j"$(nproc)" B="$B" OPT="-O0 --coverage -DG_DISABLE_ASSERT" LDFLAGS=--coverage \
    "$B/unit/wire" "$B/unit/mesh" "$B/unit/narrative" "$B/vectors" >"$work/build.txt" 2>&1 ||
    { tail "$work/build.txt"; exit 2; }
find "$B" -name '*.gcda' -delete
for program in wire mesh narrative; do
    "$B/unit/$program" >"$work/$program.txt" 2>&1 || { tail -n 20 "$work/$program.txt"; exit 1; }
done
"$B/vectors" tests/data/vectors/*.tsv >"$work/vectors.txt" 2>&1 || { tail "$work/vectors.txt"; exit 1; }
for source in protocol/*/*.c; do
    gcov -b -c -t -r -s . -o "$B/$(dirname "$source")" "$source" 2>/dev/null |
        awk -v source="$source" '/^ *-: *0:Source:/ { here = $0 ~ source "$" } here' >"$work/$(basename "$source").gcov"
done
awk -v list="${1:+1}" -f tests/tools/coverage.awk tests/data/uncovered.tsv "$work"/*.gcov
