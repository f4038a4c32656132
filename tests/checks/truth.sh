#!/bin/bash
# Does the simulation tell the truth? Live nodes over loopback with lines of 20 ms in user space, by the wall clock, against the
# same scenario simulated under a profile that was calibrated from another live run: equivalent. Lines of 40 ms, or a neighbor
# more: not.
. "$(dirname "$0")/common.bash"

cat >"$work/eight.lua" <<'LUA'
local p = scenario{ title = "Eight", story = "One of eight nodes publishes.", params = { delay = "20ms", least = 2 } }
network("null", { delay = p.delay })
local chat = mesh("chat", { min = p.least })
local talker = peers("talker", 1, { mesh = chat, plays = role("publisher", { rate = "4/s", size = "200B", start = "9s" }) })
local hearers = peers("hearer", 7, { mesh = chat, plays = role("subscriber"), join = "uniform 2s..6s" }) -- who comes while the first one registers finds nobody, and looks again after ten seconds
finish("20s")
report("delivery", metric.delivery.mean)
LUA
sed 's/^network.*/network("measured.lua")/' "$work/eight.lua" >"$work/calibrated.lua"

# Seven live runs at once: they wait most of the time. Six are compared, one is calibrated.
for seed in 1 2 3 4 5 6 7; do
    "$program" live "$work/eight.lua" --seed $seed --delay 20ms --trace full --no-plots --out "$work/live$seed" >"$work/live$seed.log" 2>&1 </dev/null &
done
wait
for seed in 1 2 3 4 5 6 7; do
    [ -e "$work/live$seed/run.json" ] || { fail "live run $seed: $(tail -n 1 "$work/live$seed.log")" "$program live eight.lua --delay 20ms"; finish; }
done
if [ ! -s "$work/live7/run.pcapng" ]; then
    echo "ok truth: not judged: nothing can be captured here ($(grep -m 1 -i capture "$work/live7.log"))"
    finish
fi
quietly "$program" calibrate "$work/live7" -o "$work/measured.lua"
[ "$code" = 0 ] && ok "a profile from the seventh live run" || fail "calibrate: exit code $code: $(head -n 1 "$work/err")"

# name, script, then settings: six simulated runs
simulate() {
    local name=$1 script=$2 seed
    shift 2
    for seed in 11 12 13 14 15 16; do
        quietly "$program" run "$work/$script.lua" --seed $seed --trace full --no-plots --out "$work/$name$seed" "$@"
        [ "$code" = 0 ] || fail "the run $name$seed: exit code $code: $(tail -n 1 "$work/err")"
    done
}
simulate same calibrated
simulate far eight --set delay=40ms
simulate more calibrated --set least=3

# prefix, seeds: run folders with commas between them
list() {
    local prefix=$1 all=
    shift
    for seed; do all=$all,$work/$prefix$seed; done
    echo "${all:1}"
}
live=$(list live 1 2 3 4 5 6)
printf '%s\t%s\t%s\t%s\n' latency mean 0.2 2 latency p90 0.25 3 join p50 0.5 150 'control *' mean 0.3 0.7 copies mean 0.15 0 \
    duplicates mean 0.3 0 degree mean 0.2 0 'record size' mean 0.1 0 >"$work/tolerance.tsv"

# sentence, exit code, name of the simulated runs, what must be named
judged() {
    quietly "$program" compare "$live" "$(list "$3" 11 12 13 14 15 16)" --tolerance "$work/tolerance.tsv"
    if [ "$code" = "$2" ] && { [ -z "${4:-}" ] || grep -qE "^$4 .*DIFFERENT" "$work/out"; }; then
        ok "$1"
    else
        fail "$1: exit code $code where $2 is due: $(grep -E 'DIFFERENT|undecided|peermesh:' "$work/out" "$work/err" | head -n 2 | cut -d: -f2- | tr '\n' ';')"
    fi
}
judged "live runs and simulated ones under the calibrated profile are equivalent" 0 same
judged "lines of 40 ms are not those of the live runs" 1 far latency
judged "nor is a core that wants a neighbor more" 1 more degree
finish
