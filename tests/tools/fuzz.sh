#!/bin/bash
# Runs the fuzz targets.   usage: [B=build-fuzz] fuzz.sh RUNS SECONDS [TARGET…]
# RUNS: inputs tried by each target after its seeds (0: no limit). SECONDS: at most so long for each target (0: no limit).
# A finding is kept in $B/fuzz/found and printed with the command that shows it again; the exit code is 1.
set -u
cd "$(dirname "$0")/../.." || exit 2
B=${B:-build-fuzz} runs=$1 seconds=$2
shift 2
targets=${*:-framing xml message node capture script}
seeds=$B/fuzz/seeds found=$B/fuzz/found
mkdir -p "$found" "$seeds"/{capture,script}
[ -d "$seeds/node" ] || "$B/fuzz/fuzz_seeds" "$seeds" tests/data/vectors/*.tsv >/dev/null || exit 2
for file in tests/data/captures/*.pcap; do # larger ones are too slow to change in useful ways
    [ "$(stat -c %s "$file")" -lt 60000 ] && cp "$file" "$seeds/capture/"
done
find scenarios -name '*.lua' -exec sh -c 'for f; do cp "$f" "$0/script/$(basename "$f")"; done' "$seeds" {} +
passed=0 failed=0
for target in $targets; do
    for file in tests/fuzz/found/"$target"-*; do
        [ -f "$file" ] && cp "$file" "$seeds/$target/"
    done
    corpus=$B/fuzz/corpus/$target log=$B/fuzz/$target.log
    mkdir -p "$corpus"
    limits="-timeout=20 -rss_limit_mb=1500 -max_len=16384 -seed=1 -print_final_stats=1"
    [ "$runs" != 0 ] && limits="$limits -runs=$(($(ls "$seeds/$target" "$corpus" | wc -l) + runs))"
    [ "$seconds" != 0 ] && limits="$limits -max_total_time=$seconds"
    # shellcheck disable=SC2086
    if ASAN_OPTIONS=detect_leaks=1 "$B/fuzz/$target" $limits -artifact_prefix="$found/$target-" "$corpus" "$seeds/$target" >"$log" 2>&1; then
        passed=$((passed + 1))
        echo "ok    $target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs, $(sed -n 's/.*cov: \([0-9]*\).*/\1/p' "$log" | tail -1) edges"
    else
        failed=$((failed + 1))
        echo "FAIL  $target: $(grep -m1 -E 'ERROR|SUMMARY|assert|runtime error' "$log"); again: $B/fuzz/$target $(sed -n 's/.*Test unit written to //p' "$log" | tail -1)"
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
