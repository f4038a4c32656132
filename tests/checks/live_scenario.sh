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
refused "a cut" 'partition_merge.lua:[0-9]*: live: cut' scenarios/mesh/partition_merge.lua --delay profile
refused "a silent crash" 'disaster_warning.lua:[0-9]*: live: a silent crash' scenarios/tutorial/disaster_warning.lua --delay profile
refused "NAT" 'nat_share.lua:[0-9]*: live: NAT' scenarios/mesh/nat_share.lua --delay profile
refused "rates" 'live: rates of lines' scenarios/pubsub/stock_ticker.lua --delay profile
refused "a delay without a unit" '--delay 20' $scenario --delay 20
refused "several seeds" 'one run at a time' $scenario --seeds 1..3
quietly "$program" run $scenario --delay 20ms
[ "$code" = 2 ] && grep -q -- '--delay is of peermesh live' "$work/err" && ok "run knows no --delay" || fail "run --delay: exit code $code"

# The runs take 14 s each, by the wall clock: all at once.
declare -A job
go() { # name, options
    local name=$1
    shift
    "$program" live $scenario --out "$work/$name" --no-plots "$@" >"$work/$name.out" 2>"$work/$name.err" </dev/null &
    job[$name]=$!
}
go plain
go slow --set delay=20ms --delay 20ms
go wrong --set delay=40ms --delay 20ms
go pairs --set place=world-homes --delay profile
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
