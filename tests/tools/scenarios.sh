#!/bin/bash
# Every scenario of the library once: its defaults at standard size, seed 1, as many at once as there are processors, the long ones first; then
# a page for each and one index.   usage: scenarios.sh [NAME…]   (part of a path; default: all)   OUT: where (default runs/standard)
set -u
cd "$(dirname "$0")/../.." || exit 2
out=${OUT:-runs/standard}
mkdir -p "$out"
started=$(date +%s)

# What takes minutes, by the time it took when it was last looked at; all others follow by name.
long="pubsub/scoreboard pubsub/stock_ticker mesh/scale collaboration/project_team pubsub/weather gaming/lobby mesh/prune_waves gaming/turn_based compute/bag_of_tasks"

one() { # script
    local script=$1 name log code tier=()
    name=$(basename "$script" .lua)
    log=$out/$name.txt
    grep -qE '^[^-]*\bstandard *=' "$script" && tier=(--tier standard)
    local from=$SECONDS
    ./peermesh run "$script" "${tier[@]}" --seed 1 --out "$out/$name" >"$log" 2>&1
    code=$?
    ./peermesh report "$out/$name" >>"$log" 2>&1
    rm -f "$out/$name/trace.bin" # the page of a flood is made
    case $code in 0) mark="ok   " ;; 1) mark="FAIL " ;; 3) mark="LATE " ;; *) mark="ERROR" ;; esac
    printf '%s %-20s %4d s\n' "$mark" "$name" $((SECONDS - from))
    [ $code = 0 ] || grep -E '^ +FAIL|peermesh:|^Not ' "$log" | head -5
}

scripts=()
for script in $(printf 'scenarios/%s.lua\n' $long) scenarios/*/*.lua; do
    case $script in scenarios/lib/* | scenarios/networks/*) continue ;; esac
    [ -e "$script" ] && [[ " ${scripts[*]} " != *" $script "* ]] || continue
    [ $# = 0 ] || grep -qF -e "$1" <<<"$script" && scripts+=("$script")
done
for script in "${scripts[@]}"; do
    while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
    one "$script" >"$out/.$(basename "$script")" && cat "$out/.$(basename "$script")" && rm -f "$out/.$(basename "$script")" &
done | tee "$out/summary"
runs=()
for script in "${scripts[@]}"; do
    [ -e "$out/$(basename "$script" .lua)/run.json" ] && runs+=("$out/$(basename "$script" .lua)")
done
./peermesh report --index "$out/index.html" "${runs[@]}" | tail -n 1
echo "$(grep -c '^ok ' "$out/summary") passed, $(grep -cE '^(FAIL|LATE|ERROR)' "$out/summary") failed, $((($(date +%s) - started) / 60)) min"
! grep -qE '^(FAIL|LATE|ERROR)' "$out/summary"
