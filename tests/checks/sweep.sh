#!/bin/bash
# Many seeds and cells: judged over seeds, resumed, the same whatever the number of processes; bad input refused.
set -u
cd "$(dirname "$0")/../.." || exit 2
B=${B:-build} peermesh=$PWD/${B:-build}/peermesh
work=$(mktemp -d) failed=0
trap 'rm -rf "$work"' EXIT

check() { # what, command…
    local what=$1
    shift
    if "$@" >"$work/out" 2>&1; then echo "ok $what"; else
        failed=1
        echo "FAILED $what: $*"
        sed 's/^/      /' "$work/out"
    fi
}
says() { grep -qE "$1" "$work/said" || { cat "$work/said"; false; }; }
exits() { # code, command…
    local code=$1
    shift
    "$@" >"$work/said" 2>&1
    [ $? = "$code" ] || { cat "$work/said"; false; }
}

cat >"$work/cells.lua" <<'LUA'
local p = scenario { title = "T", story = "S.", params = { homes = 10, late = "no | yes" }, studies = { both = { late = { "no", "yes" } } } }
network "lan"
local m = mesh "m"
local homes = peers("home", p.homes, { mesh = m })
local first = send(homes[1], "hello", { at = settled + "1s" })
finish(first + "20s")
if p.late == "yes" then exact("of the late cell", metric.delivery, "==", "100%") else exact("of the other", metric.latency.min, ">", "1h") end
exact("of both", metric.delivery, "==", "100%")
stat("as in the first", over("late", metric.delivery.mean).ratio, "<=", 1.5)
LUA

cat >"$work/t.lua" <<'LUA'
local p = scenario {
  title = "T", story = "S.",
  params = { homes = 20, size = "100B" },
  studies = { small = { homes = { 10, 20, 40 }, size = { "100B", "1kB" } } },
}
network "world-homes"
local m = mesh "m"
local homes = peers("home", p.homes, { mesh = m, join = "uniform 0s..10s" })
local first = send(homes[1], "hello", { at = settled + "1s", size = p.size })
finish(first + "20s")
exact("everybody hears it", metric.delivery, "==", "100%")
stat("fast", metric.latency.mean, "<=", "2s")
stat("too fast", metric.latency.mean, "<=", "1ms")
stat("as slow as itself", metric.latency.mean, "~", metric.latency.mean, { within = "1%" })
report("the slowest", metric.latency.max)
stat("copies grow with the homes", over("homes", metric.copies.mean).ratio, ">=", 1)
plot("copies by homes", { kind = "line", x = "homes", { "copies", metric.copies.mean } })
LUA

# a sweep whose one wrong check fails, and says by how much
check "a stat that is off by more than 4 standard errors fails" exits 1 "$peermesh" run "$work/t.lua" --seeds 1..6 --out "$work/a"
check "… and only it" says '^1 failed'
check "… with its distance" says 'FAIL  stat   too fast .* SE over'
check "exact checks hold in every seed" says 'ok    exact  everybody hears it .* 6 of 6 seeds'
check "few seeds are printed, not judged" exits 0 "$peermesh" run "$work/t.lua" --seeds 1..3 --out "$work/b"
check "… as such" says '\.\.\.\.  stat   fast .*3 seeds: not judged'

# cells, curves, resuming
check "a study runs all its cells" exits 0 "$peermesh" sweep "$work/t.lua" --study small --seeds 1..2 --out "$work/c" --jobs 2
check "a curve is judged over its cells" says 'ok    stat   copies grow with the homes'
check "the table has a row for each cell, seed and check" test "$(grep -c 'everybody hears it' "$work/c/sweep.tsv")" = 12
check "the plot over a parameter is drawn" test -s "$work/c/plots/copies-by-homes.svg"
check "bands are in its table" grep -q 'low_' "$work/c/copies-by-homes.tsv"
cp "$work/c/sweep.tsv" "$work/first.tsv"
rm "$work"/c/*/seed-2/run.json
check "a sweep goes on where it was cut off" exits 0 "$peermesh" sweep "$work/t.lua" --study small --seeds 1..2 --out "$work/c" --jobs 1
check "… running only what is missing" says '6 of them were there already'
check "… to the same table, whatever the number of processes" cmp "$work/first.tsv" "$work/c/sweep.tsv"
sed -i 's/20s/21s/' "$work/t.lua"
check "a changed script is run anew" exits 0 "$peermesh" sweep "$work/t.lua" --study small --seeds 1..2 --out "$work/c"
check "… all of it" bash -c "! grep -q 'there already' '$work/said'"

# the same seed gives the same fingerprint alone and in a sweep
"$peermesh" run "$work/t.lua" --seed 2 --set homes=40 --set size=1kB --out "$work/d" >/dev/null 2>&1
fingerprint() { grep -o '"fingerprint": "[^"]*"' "$1/run.json"; }
check "a run of a sweep is the run that its seed and values make alone" test "$(fingerprint "$work/d")" = "$(fingerprint "$work/c/size=1kB_homes=40/seed-2")"

# a cell whose script chose other checks is judged by its own
check "a check that fails in one cell fails the sweep" exits 1 "$peermesh" sweep "$work/cells.lua" --study both --seeds 1..2 --out "$work/cells"
check "… it is judged in its cell" says 'FAIL  exact  of the other'
check "… and that of the other cell in its own" says 'ok    exact  of the late cell'
check "… nothing else fails" says '^1 failed'
check "a ratio's limit is a number" says 'as in the first .* 1 +<= 1\.5 '

# what a role requires is part of the plan: another module is another run
echo 'return function (me, channel) channel:send { n = 1 } end' >"$work/word.lua"
cat >"$work/module.lua" <<'LUA'
local p = scenario { title = "T", story = "S.", params = { homes = 5 } }
network "lan"
local m = mesh "m"
peers("home", p.homes, { mesh = m, plays = role(function (me) require "word" (me, me:channel()) end) })
finish(settled + "20s")
report("sent", metric.sent.count)
LUA
check "a sweep with a module runs" exits 0 "$peermesh" sweep "$work/module.lua" --seeds 1..2 --out "$work/module"
check "it is there when it is asked for again" exits 0 "$peermesh" sweep "$work/module.lua" --seeds 1..2 --out "$work/module"
check "… and says so" says '2 of them were there already'
sed -i 's/n = 1/n = 2/' "$work/word.lua"
check "when the module has changed" exits 0 "$peermesh" sweep "$work/module.lua" --seeds 1..2 --out "$work/module"
check "… it is run again" bash -c "! grep -q 'there already' '$work/said'"

# bad input
check "an unknown parameter is refused" exits 2 "$peermesh" sweep "$work/t.lua" --vary hmes=1
check "… with a suggestion" says "did you mean 'homes'"
check "an unknown study is refused" exits 2 "$peermesh" sweep "$work/t.lua" --study large
check "… with the known ones" says 'studies: small'
check "a range that runs backwards is refused" exits 2 "$peermesh" run "$work/t.lua" --seeds 3..1
check "too many runs are refused" exits 2 "$peermesh" run "$work/t.lua" --seeds 1..200000
exit $failed
