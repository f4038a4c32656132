#!/bin/bash
# Scenarios of the library over variants and seeds, resumable: what has been run with the same script is not run again.
# usage: campaign.sh TIER SEEDS [NAME…]     (TIER: smoke, standard, large; SEEDS: 1..20, or "" as the tier says; NAME: part of a path)
set -u
cd "$(dirname "$0")/../.." || exit 2
tier=$1 seeds=$2
shift 2
out=${OUT:-runs/campaign-$tier} passed=0 failed=0
mkdir -p "$out"
for script in scenarios/*/*.lua; do
    case $script in scenarios/lib/* | scenarios/networks/*) continue ;; esac
    [ $# -gt 0 ] && ! grep -qF -e "${1}" <<<"$script" && continue
    name=$(basename "$script" .lua)
    variants=$(./peermesh list | awk -v f="/$name.lua" '/^ +.*\.lua$/ { mine = index($0, f) > 0 } mine && /^ +variants:/ { $1 = ""; print }')
    for variant in "" $variants; do
        options=(--out "$out/$name${variant:+-$variant}")
        [ -n "$variant" ] && options+=(--variant "$variant")
        [ -n "$seeds" ] && options+=(--seeds "$seeds")
        grep -qE "^[^-]*\\b$tier *=" "$script" && options+=(--tier "$tier")
        log="$out/$name${variant:+-$variant}.txt"
        ./peermesh sweep "$script" "${options[@]}" >"$log" 2>&1
        code=$?
        case $code in
        0) passed=$((passed + 1)) mark="ok   " ;;
        1) failed=$((failed + 1)) mark="FAIL " ;;
        3) failed=$((failed + 1)) mark="LATE " ;;
        *) failed=$((failed + 1)) mark="ERROR" ;;
        esac
        echo "$mark $name${variant:+ ($variant)}   $log"
        [ "$code" = 0 ] || grep -E '^ +FAIL|peermesh:' "$log" | head -5
    done
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
