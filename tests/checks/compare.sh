#!/bin/bash
# peermesh compare: what is equivalent, what is not, and what is named.
. "$(dirname "$0")/common.bash"

cat >"$work/mesh.lua" <<'LUA'
local p = scenario{ title = "Twenty", story = "One of twenty nodes publishes.", params = { delay = "20ms", least = 2 } }
network("lan", { delay = p.delay })
local chat = mesh("chat", { min = p.least })
local talker = peers("talker", 1, { mesh = chat, plays = role("publisher", { rate = "2/s", size = "200B", start = "30s" }) })
local hearers = peers("hearer", 19, { mesh = chat, plays = role("subscriber"), join = "uniform 0s..20s" })
finish("4min")
bound("everybody hears it", metric.delivery.mean, ">=", "99%")
LUA

# name, seed, then settings: a run folder below $work
run() {
    local name=$1 seed=$2
    shift 2
    quietly "$program" run "$work/mesh.lua" --seed "$seed" --trace full --out "$work/$name" "$@"
    [ "$code" = 0 ] || fail "the run $name: exit code $code: $(tail -n 1 "$work/err")"
}

# sentence, exit code, then the arguments of compare
compares() {
    local sentence=$1 due=$2
    shift 2
    exits "$due" "$program" compare "$@" && ok "$sentence"
}

list() { # prefix: its six runs with commas between them
    local i all=
    for i in 1 2 3 4 5 6; do all=$all,$work/$1$i; done
    echo "${all:1}"
}

for i in 1 2 3 4 5 6; do
    run "a$i" "$i"
    run "b$i" "$((i + 10))"
    run "slow$i" "$((i + 20))" --set delay=40ms
    run "more$i" "$((i + 30))" --set least=3
done
run pcap 1 --pcap
rm -f "$work/pcap/trace.bin"

compares "a run is equivalent to itself" 0 "$work/a1" "$work/a1"
printf 'degree\tmean\t0.35\t0\n' >"$work/degree.tsv" # twenty peers of one run tell no more of it
compares "a run is equivalent to its own capture" 0 "$work/a1" "$work/pcap" --tolerance "$work/degree.tsv"
says "the capture of a run" 'connections: [1-9][0-9]* between the same two, 0 only in A, 0 only in B; kinds and order differ on 0'
wide=$work/wide.tsv
printf 'latency\tmean\t0.2\t0\nlatency\tp90\t0.3\t0\njoin\tp50\t0.5\t100\ncontrol *\tmean\t0.3\t0.7\ncopies\tmean\t0.15\t0\nduplicates\tmean\t0.3\t0\ndegree\tmean\t0.15\t0\n' >"$wide"
compares "six other seeds are equivalent within a table's tolerances" 0 "$(list a)" "$(list b)" --tolerance "$wide"
compares "lines of 40 ms are not lines of 20 ms" 1 "$(list a)" "$(list slow)" --tolerance "$wide"
says "slow lines" '^latency .* DIFFERENT'
compares "a neighbor more is found out" 1 "$(list a)" "$(list more)" --tolerance "$wide"
says "a neighbor more" '^degree .* DIFFERENT'
says "a neighbor more" '^copies .* DIFFERENT'
compares "two captures of .NET with other publications differ" 1 tests/data/captures/net-pair.pcap tests/data/captures/net-three.pcap
compares "both distributions as plots" 1 "$(list a)" "$(list slow)" --out "$work/plots"
[ -s "$work/plots/plots/compare-latency.svg" ] || fail "no picture of both latencies"
compares "a table" 0 "$work/a1" "$work/a1" --tsv
says "--tsv" '^variable	statistic	unit	n_a	n_b	a	b	low	high	tolerance	effect	distance	verdict$'

# One by one, not at all, and connections.
printf '%s\teach\t0\t0\n' latency copies duplicates delivery degree join 'record size' 'report interval' 'control *' connections >"$work/each.tsv"
run again 1
compares "one by one, the same seed is the same run" 0 "$work/a1" "$work/again" --tolerance "$work/each.tsv"
compares "one by one, another seed is another run" 1 "$work/a1" "$work/a2" --tolerance "$work/each.tsv"
says "one by one" '^latency +each .* DIFFERENT'
printf '%s\tnone\t0\t0\n' latency copies duplicates delivery degree join 'record size' 'report interval' 'control *' connections >"$work/none.tsv"
compares "what is not compared does not differ" 0 "$work/a1" "$work/slow1" --tolerance "$work/none.tsv"
printf 'connections\teach\t0\t0\n' >"$work/connections.tsv"
compares "two tables, the second one about connections" 1 "$work/a1" "$work/a2" --tolerance "$work/none.tsv,$work/connections.tsv"
says "connections" '^connections: .*: DIFFERENT'
compares "a second table that is not there" 2 "$work/a1" "$work/a2" --tolerance "$work/none.tsv,$work/absent.tsv"
printf 'latency\tp50\tmany\t0\n' >"$work/bad.tsv"
compares "a table that is none" 2 "$work/a1" "$work/a2" --tolerance "$work/bad.tsv"
says "bad table" 'bad.tsv:1: relative and absolute are numbers'
compares "one side alone" 2 "$work/a1"
compares "a folder that is no run" 2 "$work/a1" "$work"
says "no run" 'neither a trace of everything'
compares "a file that is no capture" 2 "$work/a1" "$work/mesh.lua"
finish
