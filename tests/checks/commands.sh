#!/bin/bash
# What each command prints, and that the command a run says does the same again.
. "$(dirname "$0")/common.bash"

hello=scenarios/mesh/hello.lua
ticker=scenarios/pubsub/stock_ticker.lua

# name, a pattern that stdout must hold, expected exit code, command
prints() {
    local name=$1 pattern=$2 wanted=$3
    shift 3
    quietly "$@"
    if [ "$code" = "$wanted" ] && grep -qE -- "$pattern" "$work/out"; then
        ok "$name"
    else
        fail "$name: exit code $code, no \"$pattern\" in: $(head -n 1 "$work/out") $(head -n 1 "$work/err")" "$*"
    fi
}

# The library is looked for beside the program.
cp "$program" "$work/peermesh" && ln -s "$PWD/scenarios" "$work/scenarios"
for scenario in pubsub/stock_ticker mesh/mesh_shape mesh/hello tutorial/disaster_warning; do
    prints "list names $scenario" "^ *$scenario " 0 "$work/peermesh" list
done
if grep -q 'cannot be read' "$work/out"; then
    fail "list: $(grep -m 1 -A 1 'cannot be read' "$work/out")" "./peermesh list"
fi

prints "--help lists the commands" 'peermesh run SCENARIO' 0 "$program" --help
prints "--help names the exit codes" '^Exit codes: 0 ' 0 "$program" --help
quietly "$program"
if [ "$code" = 2 ] && grep -q '^usage:' "$work/err" && [ ! -s "$work/out" ]; then
    ok "without a command the usage goes to stderr"
else
    fail "without a command: exit code $code" "$program"
fi

prints "fsm prints a digraph" '^digraph ' 0 "$program" fsm --dot
for state in Created Connecting Connected Disconnecting Closed; do
    grep -q "$state" "$work/out" || fail "fsm --dot lacks the state $state" "$program fsm --dot"
done
edges=$(grep -c -- '->' "$work/out")
[ "$edges" -ge 8 ] && [ "$(tail -n 1 "$work/out")" = "}" ] || fail "fsm --dot: $edges edges, or cut" "$program fsm --dot"
if cmp -s "$work/out" protocol/pictures/neighbor.dot; then
    ok "the picture in protocol/README.md is that of the machine"
else
    fail "protocol/pictures is out of date" "make picture"
fi
if command -v dot >/dev/null; then
    quietly dot -Tsvg "$work/out"
    [ "$code" = 0 ] || fail "Graphviz refuses it" "$program fsm --dot | dot -Tsvg"
fi

capture=tests/data/captures/five-leave
quietly "$program" dissect --tsv $capture.pcap
if diff -q "$work/out" $capture.expected.tsv >/dev/null; then
    ok "dissect --tsv prints what is expected of $(basename $capture).pcap"
else
    fail "dissect --tsv differs" "diff <($program dissect --tsv $capture.pcap) $capture.expected.tsv"
fi
records=$(($(wc -l <$capture.expected.tsv) - 1))
quietly "$program" dissect --json $capture.pcap
if [ "$(python3 -c 'import json, sys; print(sum(1 for line in sys.stdin if json.loads(line)))' <"$work/out" 2>/dev/null)" = "$records" ]; then
    ok "dissect --json prints $records objects, one on a line"
elif ! command -v python3 >/dev/null && [ "$(grep -c '^{.*}$' "$work/out")" = "$records" ]; then
    ok "dissect --json prints $records lines"
else
    fail "dissect --json: not $records objects" "$program dissect --json $capture.pcap"
fi
prints "dissect tells people of a Welcome" 'Welcome' 0 "$program" dissect $capture.pcap

prints "run --dry-run prints plan and checks" 'every quote reaches every subscriber' 0 "$program" run $ticker --dry-run --out "$work/dry"
[ ! -e "$work/dry" ] || fail "--dry-run makes a run folder" "$program run $ticker --dry-run --out DIR"
cp "$work/out" "$work/first"
quietly "$program" run $ticker --dry-run
cmp -s "$work/out" "$work/first" && ok "--dry-run prints the same each time" || fail "--dry-run differs" "$program run $ticker --dry-run, twice"

run=$work/run
prints "run says what it found" '0 failed, [1-9][0-9]* passed' 0 "$program" run $ticker --set subscribers=100 --set day=1min --seed 3 --out "$run"
for file in scenario.lua plan.tsv run.json verdict.tsv metrics.tsv addresses.tsv log.txt trace.bin mesh.graphml; do
    [ -s "$run/$file" ] || fail "the run folder lacks $file" "$program run $ticker"
done
cmp -s $ticker "$run/scenario.lua" || fail "scenario.lua in the run folder is not the script that ran" "$program run $ticker"
if command -v python3 >/dev/null; then
    python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$run/run.json" 2>/dev/null && ok "run.json is JSON" ||
        fail "run.json is no JSON" "$program run $ticker"
fi
again=$(sed -n 's/^Again: *peermesh //p' "$work/out")
printed=$(sed -n 's/^Fingerprint \([0-9a-f]*\)\..*/\1/p' "$work/out")
[ "$printed" = "$(fingerprint_of "$run")" ] || fail "the fingerprint printed is not that of run.json" "$program run $ticker"
if [ -z "$again" ]; then
    fail "run does not print the command that does it again" "$program run $ticker"
else
    quietly bash -c "\"\$0\" $again --out \"\$1\"" "$program" "$work/again"
    if [ -n "$printed" ] && [ "$(fingerprint_of "$work/again")" = "$printed" ]; then
        ok "the command printed gives the same fingerprint"
    else
        fail "the command printed gives another fingerprint" "$program $again"
    fi
    for file in plan.tsv verdict.tsv metrics.tsv addresses.tsv log.txt trace.bin mesh.graphml; do
        cmp -s "$run/$file" "$work/again/$file" || fail "$file differs between two equal runs" "$program $again, twice"
    done
fi

for kind in svg png; do
    drawn=$(find "$run/plots" -name "*.$kind" -size +0 | wc -l)
    [ "$drawn" -ge 5 ] && ok "run drew $drawn plots as $kind" || fail "only $drawn plots as $kind" "$program run $ticker"
done
for plot in latency deliveries neighbors copies mesh; do
    [ -s "$run/plots/$plot.svg" ] || fail "there is no plot $plot.svg" "$program run $ticker"
done
rm -f "$run"/plots/*.svg "$run"/plots/*.png
prints "report draws the plots of a run folder again" '[1-9][0-9]* pictures' 0 "$program" report "$run"
page=$run/report.html
if grep -q 'every quote reaches every subscriber' "$page" && grep -q 'always-on' "$page" && [ "$(grep -c 'data:image/svg' "$page")" = "$drawn" ]; then
    ok "report.html has the verdict and all plots"
else
    fail "report.html lacks verdict or plots" "$program report $run"
fi
if grep -qE '(src|href)="?(https?:|//)|<script|@import|url\(' "$page"; then
    fail "report.html asks for something from elsewhere" "$program report $run"
else
    ok "report.html needs nothing else"
fi
[ -s "$run/flood.html" ] && grep -q 'href="flood.html"' "$page" && ok "report makes the page of a flood and links it" || fail "no page of a flood" "$program report $run"
prints "flood shows the message that is asked for" 'quote.html' 0 "$program" flood "$run" 40 -o "$work/quote.html"
if command -v python3 >/dev/null; then # a calm flood: 2m - n + 1 copies (T1), each peer but the origin has one first copy, nothing arrives before it is sent
    if python3 - "$work/quote.html" <<'EOT'; then ok "its copies are 2m - n + 1, its first copies n - 1"; else fail "the flood page holds another flood" "$program flood $run 40"; fi
import json, re, sys
d = json.loads(re.search(r'id="data">\s*(.*?)\s*</script>', open(sys.argv[1]).read(), re.S).group(1))
n, m, c = len(d["names"]), len(d["links"]) // 2, [d["copies"][i:i + 5] for i in range(0, len(d["copies"]), 5)]
first = [x for x in c if x[4] == 0]
good = d["message"] == 40 and n == 101 and len(c) == 2 * m - n + 1 and len(first) == n - 1 and {x[1] for x in first} | {d["origin"]} == set(range(n))
sys.exit(0 if good and all(0 <= x[2] <= x[3] for x in c) else 1)
EOT
fi
prints "report --index lists runs" '1 runs|: 1 run' 0 "$program" report --index "$work/index.html" "$run"
grep -q 'href="run/report.html"' "$work/index.html" && ok "the index links to each page" || fail "the index has no link" "$program report --index"
prints "why tells how a quote came" 'they add up' 0 "$program" why "$run" 'exchange #40' 'subscriber[17]'
[ "$(find "$run/plots" -name '*.svg' -size +0 | wc -l)" = "$drawn" ] || fail "report drew fewer plots than the run" "$program report $run"

cat >"$work/bars.lua" <<'EOT'
local p = scenario { title = "T", story = "S." }
network "lan"
local m = mesh "m"
local homes = peers("home", 6, { mesh = m })
leave(homes[3], { at = settled + "60s", lasts = "60s" })
finish(settled + "3min")
plot("who was there", { kind = "gantt", { "homes", metric.online{ of = homes } } })
EOT
quietly "$program" run "$work/bars.lua" --out "$work/bars"
bars() { awk -F'\t' -v p="$1" 'NR > 1 && $4 == p { n++; if ($6 <= $5) bad = 1 } END { print n + 0, bad + 0 }' "$work/bars/who-was-there.tsv"; }
[ "$(bars 2)" = "1 0" ] && [ "$(bars 3)" = "2 0" ] && [ -s "$work/bars/plots/who-was-there.svg" ] && ok "a plot of kind gantt has a bar for each stay" ||
    fail "a plot of kind gantt has a bar for each stay: home[2] $(bars 2), home[3] $(bars 3)" "$program run bars.lua"

cat >"$work/failing.lua" <<'EOT'
local p = scenario { title = "Fails", story = "One check cannot hold." }
network "null"
local m = mesh "m"
local a = peers("a", 3, { mesh = m })
send(a[1], "hello", { at = settled + "1s" })
finish(settled + "70s")
exact("nobody hears it", metric.delivery, "==", "0%")
EOT
prints "a failed check gives exit code 1" '[1-9][0-9]* failed' 1 "$program" run "$work/failing.lua" --out "$work/failing"
prints "and is named with the way to see it again" 'nobody hears it' 1 "$program" run "$work/failing.lua" --out "$work/failing"
finish
