#!/bin/bash
# Runs the groups of tests and prints the time of each.   usage: [B=build] run_tests.sh [GROUP]…   (default: all)
set -u
cd "$(dirname "$0")/../.." || exit 2
export B=${B:-build}
passed=0 failed=0
groups=${*:-unit vectors smoke checks fuzz}
logs=$B/test-logs
mkdir -p "$logs"

# name, command: one line with its time; what it said only if it failed
try() {
    local name=$1 start end log
    shift
    log=$logs/${name//[^a-z0-9-]/-}.txt
    start=$(date +%s%N)
    if "$@" >"$log" 2>&1; then
        passed=$((passed + 1))
        end=$(date +%s%N)
        printf 'ok    %-34s %6.1f s   %s\n' "$name" "$(((end - start) / 100000000))e-1" "$(tail -n 1 "$log" | tr -s '= ' ' ' | cut -c1-90)"
    else
        failed=$((failed + 1))
        end=$(date +%s%N)
        printf 'FAIL  %-34s %6.1f s   again: %s\n' "$name" "$(((end - start) / 100000000))e-1" "$*"
        sed 's/^/      /' "$log" | grep -v '\[SKIP\]' | tail -n 40
    fi
}

unit() {
    local folder name
    for folder in tests/unit/*/; do
        name=$(basename "$folder")
        try "unit-$name" "$B/unit/$name"
    done
}

vectors() {
    try vectors "$B/vectors" tests/data/vectors/*.tsv
}

# Every scenario of the library at its smoke size: one variant, one seed; what shows a flaw of .NET also where it is gone.
smoke() {
    local script name
    for script in scenarios/*/*.lua; do
        case $script in scenarios/lib/* | scenarios/networks/*) continue ;; esac
        name=$(basename "$script" .lua)
        if grep -q 'smoke *=' "$script"; then
            try "smoke-$name" "$B/peermesh" run "$script" --tier smoke --seed 1 --out "$B/smoke/$name"
        else
            try "smoke-$name" "$B/peermesh" run "$script" --seed 1 --out "$B/smoke/$name"
        fi
        if grep -q 'flaw of .NET\|rule (2)' "$script"; then
            try "smoke-$name-profile" "$B/peermesh" run "$script" --tier smoke --variant profile --seed 1 --out "$B/smoke/$name-profile"
        fi
    done
}

checks() {
    local check
    for check in tests/checks/*.sh; do
        try "check-$(basename "$check" .sh)" "$check"
    done
}

# A fixed number of inputs for each fuzz target.
fuzz() {
    try fuzz make --no-print-directory -s fuzz-short
}

for group in $groups; do
    $group
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
