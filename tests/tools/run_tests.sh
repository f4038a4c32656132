#!/bin/bash
# Runs the groups of tests and prints the time of each.   usage: [B=build] run_tests.sh [GROUP]…   (default: all)
set -u
cd "$(dirname "$0")/../.." || exit 2
export B=${B:-build}
groups=${*:-unit vectors smoke checks fuzz}
logs=$B/test-logs
mkdir -p "$logs"

# name, command: one line with its time; what it said only if it failed
try() {
    local name=$1 start log=$logs/${1//[^a-z0-9-]/-}.txt tenths
    shift
    start=$(date +%s%N)
    "$@" >"$log" 2>&1
    local code=$? seconds
    tenths=$((($(date +%s%N) - start) / 100000000))
    seconds=$((tenths / 10)).$((tenths % 10))
    if [ $code = 0 ]; then
        printf 'ok    %-34s %6s s   %s\n' "$name" "$seconds" "$(tail -n 1 "$log" | tr -s '= ' ' ' | cut -c1-90)"
    else
        printf 'FAIL  %-34s %6s s   again: %s\n' "$name" "$seconds" "$*"
        sed 's/^/      /' "$log" | grep -v '\[SKIP\]' | tail -n 40
    fi
}

# The same beside others, as many at once as there are processors. Its lines come when it has ended, in one piece.
beside() {
    while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
    { try "$@" >"$logs/said-$1"; cat "$logs/said-$1"; } &
}

unit() {
    local folder name
    for folder in tests/unit/*/; do
        name=$(basename "$folder")
        beside "unit-$name" "$B/unit/$name"
    done
}

vectors() {
    try vectors "$B/vectors" tests/data/vectors/*.tsv
}

# Every scenario of the library at its smoke size, plots drawn, against what is stored of it; what shows a flaw of .NET also where
# it is gone. One line with a difference for each scenario that has one; all of them are in the log.
smoke() {
    try smoke "$B/peermesh" check --tier smoke --keep --out "$B/smoke"
}

checks() {
    local check
    for check in tests/checks/*.sh; do
        beside "check-$(basename "$check" .sh)" "$check"
    done
}

# A fixed number of inputs for each fuzz target.
fuzz() {
    beside fuzz make --no-print-directory -s fuzz-short
}

{
    for group in $groups; do
        $group
        [ "$group" = checks ] || wait # what comes behind the checks takes the processor that the last of them leave free
    done
    wait
} | tee "$logs/summary"
passed=$(grep -c '^ok ' "$logs/summary") failed=$(grep -c '^FAIL ' "$logs/summary")
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
