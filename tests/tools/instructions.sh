#!/bin/bash
# Instructions per link delivery, by callgrind: two runs of tests/data/instructions.lua that differ in how long is published only, so
# that setting up and judging cancel out. Compared with tests/data/instructions.tsv: 5 % more (or less) fails.
# usage: [B=build] [CC=cc] instructions.sh [--update]   A compiler or machine without a row: a sentence, and exit code 0.
set -u
cd "$(dirname "$0")/../.." || exit 2
B=${B:-build} table=tests/data/instructions.tsv
program=$B/peermesh
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
compiler="$(${CC:-cc} --version | head -n 1)"
machine=$(uname -m)

# seconds: "instructions deliveries"
count() {
    valgrind --tool=callgrind --callgrind-out-file="$work/out" --trace-children=no "$program" run tests/data/instructions.lua \
        --set lasts="$1" --seed 1 --out "$work/$1" >"$work/$1.txt" 2>&1 || { tail "$work/$1.txt" >&2; return 1; }
    echo "$(sed -n 's/^\(summary\|totals\): *\([0-9]*\).*/\2/p' "$work/out" | head -n 1)" \
        "$(sed -n 's/.*"link_deliveries": \([0-9]*\).*/\1/p' "$work/$1/run.json")"
}

short=$(count 10s) && long=$(count 30s) || exit 1
result=$(awk -v s="$short" -v l="$long" 'BEGIN { split(s, a); split(l, b); printf "%.0f", (b[1] - a[1]) / (b[2] - a[2]) }')
echo "$result instructions per link delivery ($machine, $compiler)"
if [ "${1:-}" = --update ]; then
    grep -vF "$machine	$compiler	" "$table" >"$work/table" 2>/dev/null
    printf '%s\t%s\t%s\n' "$machine" "$compiler" "$result" >>"$work/table"
    cp "$work/table" "$table"
    exit
fi
committed=$(awk -F '\t' -v m="$machine" -v c="$compiler" '$1 == m && $2 == c { print $3 }' "$table")
if [ -z "$committed" ]; then
    echo "skipped: $table has no figure for this compiler and machine; --update writes one"
    exit 0
fi
awk -v now="$result" -v then="$committed" 'BEGIN {
    change = 100 * (now / then - 1)
    printf "%+.1f %% against the committed %d\n", change, then
    exit change > 5 || change < -5
}'
