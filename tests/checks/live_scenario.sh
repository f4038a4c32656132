#!/bin/bash
# peermesh live: a scenario on live nodes. Its checks hold; what was captured is what the run says; a link of our own delays by what it is told, and a
# wrong profile is noticed; what loopback cannot do is refused by name.
. "$(dirname "$0")/common.bash"

scenario=tests/live/live.lua

# sentence, pattern of stderr, arguments
refused() {
    local what=$1 pattern=$2
    shift 2
    quietly timeout 20 "$program" live "$@" --out "$work/refused"
    if [ "$code" = 2 ] && grep -qE -- "$pattern" "$work/err" && [ ! -e "$work/refused/run.json" ]; then
        ok "$what: $(head -n 1 "$work/err")"
    else
        fail "$what: exit code $code: $(head -n 1 "$work/err")" "$program live $*"
    fi
}
refused "delays of a profile" 'live.lua:[0-9]*: live: the delays of network "world-homes" are not those of loopback' $scenario --set place=world-homes
printf 'local p = scenario { title = "T", story = "T.", params = {} }\nnetwork "null"\nlocal m = mesh "m"\nlocal a, b = peers("a", 2, { mesh = m }), peers("b", 2, { mesh = m })\n%s\nfinish("5s")\n' \
    'cut({ a, b }, { at = "1s", lasts = "1s", oneway = true })' >"$work/oneway.lua"
refused "a cut of one way" 'oneway.lua:5: live: a cut of one way' "$work/oneway.lua"
sed 's/^cut.*/impair(a, { at = "1s", lasts = "1s", loss = "10%" })/' "$work/oneway.lua" >"$work/loss.lua"
refused "loss of a line" 'loss.lua:5: live: impair: of a line over loopback only down = true' "$work/loss.lua"
refused "NAT" 'nat_share.lua:[0-9]*: live: NAT' scenarios/mesh/nat_share.lua --delay profile
refused "rates" 'live: rates of lines' scenarios/pubsub/stock_ticker.lua --delay profile
refused "a delay without a unit" '--delay 20' $scenario --delay 20
refused "several seeds" 'one run at a time' $scenario --seeds 1..3
quietly "$program" run $scenario --delay 20ms
[ "$code" = 2 ] && grep -q -- '--delay is of peermesh live' "$work/err" && ok "run knows no --delay" || fail "run --delay: exit code $code"

# The runs take 14 to 29 s each, by the wall clock: all at once.
declare -A job
go() { # name, options
    go_with "$1" $scenario "${@:2}"
}
go_with() { # name, scenario, options
    local name=$1 script=$2
    shift 2
    "$program" live "$script" --out "$work/$name" --no-plots "$@" >"$work/$name.out" 2>"$work/$name.err" </dev/null &
    job[$name]=$!
}
go plain
go slow --set delay=20ms --delay 20ms
go wrong --set delay=40ms --delay 20ms
go pairs --set place=world-homes --delay profile
go_with faults tests/live/faults.lua
for how in silent reset; do go_with "$how" tests/live/churn.lua --set how=$how; done
quietly "$program" run $scenario --no-plots --trace full --out "$work/simulated"
[ "$code" = 0 ] && ok "the same scenario simulated" || fail "simulated: exit code $code" "$program run $scenario"

ends() { # name, exit code, sentence
    wait "${job[$1]}"
    local code=$?
    if [ $code = "$2" ] && [ -s "$work/$1/run.json" ]; then
        ok "$3: $(grep -E 'latency +[0-9]' "$work/$1.out" | tr -s ' ')"
    else
        fail "$3: exit code $code: $(grep -m 1 FAIL "$work/$1.out") $(head -n 1 "$work/$1.err")"
    fi
}
ends plain 0 "live, all checks hold"
ends slow 0 "links of 20 ms, none faster"
ends wrong 1 "links of 20 ms where 40 are claimed: the check fails"
grep -q 'FAIL  bound  nobody hears anything sooner' "$work/wrong.out" || fail "another check fails: $(grep FAIL "$work/wrong.out")"
ends pairs 0 "the base delays of world-homes"

ends faults 0 "a cut heals and what was held arrives, who dies silently comes back: all checks hold"
ends silent 0 "guests come and go silently: whoever stays hears everything"
ends reset 0 "guests come and go with resets: whoever stays hears everything"

# Lines that are silent: nothing of them is in the capture, and no end of a connection. addresses.tsv: left are 1 to 4, right 5 to 8.
packets() { # run, from, to (seconds), expression of awk over src, dst, flags: how many there are
    tshark -r "$work/$1/run.pcapng" -T fields -e frame.time_epoch -e ip.src -e ip.dst -e tcp.flags.str 2>/dev/null |
        awk -v from="$2" -v to="$3" '{split($2, a, "."); split($3, b, "."); src = a[4]; dst = b[4]; flags = $4} $1 >= from && $1 < to && ('"$4"') {n++} END {print n + 0}'
}
if [ ! -s "$work/faults/run.pcapng" ] || ! command -v tshark >/dev/null; then
    ok "silence on the wire: skipped: no capture, or no tshark"
else
    across='src <= 8 && dst <= 8 && (src <= 4) != (dst <= 4)' ended='flags ~ /[RF]/'
    [ "$(packets faults 5.1 10.95 "$across")" = 0 ] && [ "$(packets faults 11 12 "$across")" -gt 0 ] && [ "$(packets faults 5.1 10.95 'src <= 4 && dst <= 4')" -gt 0 ] &&
        ok "a cut: no packet passes for six seconds on a line across, on the others they do" ||
        fail "a cut: $(packets faults 5.1 10.95 "$across") packets pass across during it, $(packets faults 11 12 "$across") after it"
    [ "$(packets faults 16.05 20.95 "$ended")" = 0 ] && [ "$(packets faults 21 22 'flags ~ /R/')" -gt 0 ] &&
        ok "a silent death: no end and no reset until the host is there again and resets what it does not know" ||
        fail "a silent death: $(packets faults 16.05 20.95 "$ended") ends and resets before the host is there again, $(packets faults 21 22 'flags ~ /R/') resets then"
fi

# What the run's own books say was sent is in the capture: each flood record once for each copy.
if [ -s "$work/plain/run.pcapng" ]; then
    quietly "$program" dissect --tsv "$work/plain/run.pcapng"
    captured=$(awk -F'\t' '$7 == "SizedEnvelope" && $10 ~ /example.org/' "$work/out" | wc -l)
    [ "$code" = 0 ] || fail "dissect: exit code $code: $(head -n 1 "$work/err")"
    awk -F'\t' '$7 == "SizedEnvelope" && $10 ~ /example.org/ {id[$11]++} END {n = 0; for (i in id) n++; exit n != 11}' "$work/out" &&
        ok "the capture holds the 11 messages that were published, in $captured copies" || fail "the capture does not hold 11 messages"
    grep -q '^127\.[0-9]*\.0\.1:50001	member' "$work/plain/addresses.tsv" || fail "addresses.tsv does not say where the peers are"
    quietly "$program" compare "$work/plain" "$work/pairs"
    [ "$code" = 1 ] && grep -q '^latency.*DIFFERENT' "$work/out" && ok "compare tells loopback from world-homes" || fail "compare of loopback with world-homes: exit code $code"
else
    ok "the capture: skipped: $(grep -m 1 'not captured' "$work/plain.err")"
fi
finish
