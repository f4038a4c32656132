#!/bin/bash
# The closed loop of calibrate: a known profile is simulated and captured; from the capture alone it must come back within the
# intervals. Ten profiles. Then a run under the calibrated profile against the run it came from.
. "$(dirname "$0")/common.bash"

cat >"$work/ten.lua" <<'LUA'
local p = scenario{ title = "Ten", story = "One of ten nodes publishes.", params = { delay = "20ms", jitter = "0ms", up = "100Mbit/s" } }
network("null", { delay = p.delay, jitter = p.jitter, up = p.up })
local chat = mesh("chat")
local talker = peers("talker", 1, { mesh = chat, plays = role("publisher", { rate = "1/s", size = "20kB", start = "20s" }) })
local hearers = peers("hearer", 9, { mesh = chat, plays = role("subscriber"), join = "uniform 0s..15s" })
finish("1min")
report("delivery", metric.delivery.mean)
LUA

# name, then settings, and perhaps a network: a run with its capture, calibrated: $work/NAME.tsv
loop() {
    local name=$1 script=$work/ten.lua
    shift
    if [ "${1:-}" = --network ]; then
        script=$work/$name.lua
        sed "s|^network.*|network(\"null\", { $2 })|" "$work/ten.lua" >"$script"
        shift 2
    fi
    quietly "$program" run "$script" --seed 3 --pcap --out "$work/$name" "$@"
    [ "$code" = 0 ] || fail "the run $name: exit code $code: $(tail -n 1 "$work/err")"
    rm -f "$work/$name/trace.bin"
    quietly "$program" calibrate "$work/$name" -o "$work/profile-$name.lua"
    [ "$code" = 0 ] || fail "calibrate $name: exit code $code: $(head -n 1 "$work/err")"
    cp "$work/out" "$work/$name.tsv"
}

# name, number ("delay, ms"), truth: at least 85 % of its lines hold the truth in their 90 % interval (1e-6 for rounding)
holds() {
    local said
    said=$(awk -F'\t' -v what="$2" -v truth="$3" '$1 == what && $4 != "" {n++; if ($4 <= truth * (1 + 1e-6) && $5 >= truth * (1 - 1e-6)) good++; else bad = $0}
        END {printf "%d of %d%s", good, n, bad ? ", not " bad : ""; exit !(n && good >= 0.85 * n)}' "$work/$1.tsv") &&
        ok "$1: $2 = $3 is in the intervals ($said)" || fail "$1: $2 = $3 is not in the intervals: $said"
}

# A delay that differs from pair to pair: every interval lies in the range, and the mean is near its middle.
between() {
    local said
    said=$(awk -F'\t' -v low="$2" -v high="$3" '$1 == "delay, ms" {n++; sum += $3; if ($3 < low || $4 > high || $3 > high + 1) bad = $0}
        END {mean = sum / n; printf "mean %.2f%s", mean, bad ? ", not " bad : ""; exit !(n && !bad && mean > low + (high - low) * 0.3 && mean < low + (high - low) * 0.7)}' "$work/$1.tsv") &&
        ok "$1: delays of pairs from $2 to $3 ms ($said)" || fail "$1: delays of pairs from $2 to $3 ms: $said"
}

loop near --set delay=2ms && holds near "delay, ms" 2
loop middle && holds middle "delay, ms" 20
loop far --set delay=150ms && holds far "delay, ms" 150
loop slow --set up=2Mbit/s && { holds slow "up, Mbit/s" 2; holds slow "delay, ms" 20; }
loop dsl --set up=8Mbit/s --set delay=35ms && { holds dsl "up, Mbit/s" 8; holds dsl "delay, ms" 35; }
loop fast --set up=40Mbit/s && holds fast "up, Mbit/s" 40
loop shaky --network 'delay = "20ms", jitter = "uniform 0ms..10ms"' && { holds shaky "delay, ms" 20; holds shaky "jitter, ms" 5; }
loop tail --network 'delay = "20ms", jitter = "exp 3ms"' && { holds tail "delay, ms" 20; holds tail "jitter, ms" 3; }
loop spread --network 'delay = "uniform 10ms..50ms"' && between spread 10 50
loop all --network 'delay = "uniform 10ms..50ms", jitter = "exp 2ms", up = "6Mbit/s"' && { between all 10 50; holds all "jitter, ms" 2; holds all "up, Mbit/s" 6; }

# The profile is one that a script can name, and makes a run like the one it came from.
sed -e 's/network("null".*/network("profile-slow.lua")/' "$work/ten.lua" >"$work/again.lua"
quietly "$program" run "$work/again.lua" --seed 3 --trace full --out "$work/again"
[ "$code" = 0 ] || fail "a run under a calibrated profile: exit code $code: $(tail -n 1 "$work/err")"
printf 'degree\tmean\t0.35\t0\nlatency\tp90\t0.2\t0\n' >"$work/tolerance.tsv"
quietly "$program" compare "$work/slow" "$work/again" --tolerance "$work/tolerance.tsv"
if [ "$code" = 0 ]; then ok "a run under the calibrated profile is equivalent"; else fail "a run under the calibrated profile: $(grep -E 'DIFFERENT|undecided' "$work/out" | head -n 2 | tr '\n' ';')"; fi

quietly "$program" calibrate tests/data/captures/net-three.pcap -o "$work/net.lua"
[ "$code" = 0 ] && grep -q '^think, relay, ms	p50	[0-9.]*[1-9]' "$work/out" && ok "a capture of .NET: its think times" || fail "a capture of .NET: exit code $code"
for bad in "" "tests/data/captures/net-pair.pcap" "$work/ten.lua -o $work/x.lua" "$work -o $work/x.lua"; do
    # shellcheck disable=SC2086
    quietly "$program" calibrate $bad
    [ "$code" = 2 ] && [ -s "$work/err" ] && ok "calibrate $bad is refused" || fail "calibrate $bad: exit code $code"
done
finish
