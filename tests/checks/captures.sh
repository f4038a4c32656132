#!/bin/bash
# X17: recorded meshes of .NET play again in the simulator, and a run is the same as its capture: connections, kinds and order on each,
# copies, sizes, timers. A core that does otherwise is found out. scenarios/captures/README.md.
. "$(dirname "$0")/common.bash"

captures=scenarios/captures

# name, folder, then arguments of run → a run with a capture; false if it ends otherwise
plays() {
    local name=$1 folder=$2
    shift 2
    exits 0 "$program" run "$name" --pcap --trace none --no-plots --out "$work/$folder" "$@"
}

for script in $captures/dotnet_*.lua; do
    name=$(basename "$script" .lua)
    capture=$captures/${name/_/-}
    seed=$(sed -n 's/.* --seed \([0-9]*\) .*/\1/p' "$script")
    tables=$captures/same.tsv
    [ -e "$capture.tsv" ] && tables=$tables,$capture.tsv
    plays "$script" "$name" --seed "$seed" &&
        exits 0 "$program" compare "$work/$name/run.pcapng" "$capture.pcap" --tolerance "$tables" &&
        ok "$name: $(grep -o '[0-9]* between the same two' "$work/out"), $([ -e "$capture.tsv" ] && echo 'the same but for what its table allows' || echo 'the same')"
done

# What must be found out: the scenario of three nodes with something changed.
other() { # sentence, pattern of the line that must name it, then sed's change of the script
    sed -e "$3" -e "s|recorded \"|recorded \"$PWD/$captures/|" "$captures/${4:-dotnet_3node}.lua" >"$work/other.lua"
    plays "$work/other.lua" other --seed 1
    exits 1 "$program" compare "$work/other/run.pcapng" "$captures/dotnet-3node.pcap" --tolerance $captures/same.tsv && says "$1" "$2"
    rm -rf "$work/other"
}
other "another capture's mesh is another" '^copies .*DIFFERENT' '' dotnet_2node
other "a node that leaves by itself is missed" 'DIFFERENT' 's|^finish.*|&\nleave(nodes[2], { at = "7s" })|'

# A core that does not remove duplicates, and one that wants a neighbor more.
mutant() { # name, source, from, to → the program (beside the real one, whose library it needs) with that change
    local flags libs
    flags=$(pkg-config --cflags glib-2.0) libs=$(pkg-config --libs glib-2.0 gio-2.0 lua5.4 libpcap igraph)
    FROM=$3 TO=$4 perl -0777 -pe 'BEGIN { ($from, $to) = ($ENV{FROM}, $ENV{TO}) } $n = s/\Q$from\E/$to/g; die "occurs $n times\n" unless $n == 1' "$2" >"$work/$1.c" &&
        cc -std=c11 -D_GNU_SOURCE -O1 -w -I. $flags -c -o "$work/$1.o" "$work/$1.c" &&
        cc -o "$B/mutant-of-captures" "$B/scenarios/engine/peermesh_main.o" "$work/$1.o" "$B"/libscenarios-engine.a "$B"/libscenarios-conform.a "$B"/libanalysis.a "$B"/libsim.a \
            "$B"/libprotocol-live.a "$B"/libprotocol-mesh.a "$B"/libprotocol-wire.a $libs -lm
}
case $B in
*asan*) echo "ok mutants: not judged in a build with sanitizers" ;;
*)
    mutant twice protocol/mesh/flooder.c 'id, node->now, &age)) {' 'id, node->now, &age) && !flood->has_id) {' || fail "the mutant without removal of duplicates cannot be built"
    quietly "$B/mutant-of-captures" run $captures/dotnet_3node.lua --seed 1 --pcap --trace none --no-plots --out "$work/twice.run"
    exits 1 "$program" compare "$work/twice.run/run.pcapng" $captures/dotnet-3node.pcap --tolerance $captures/same.tsv && says "a core without removal of duplicates is found out" '^copies .*DIFFERENT'
    mutant four protocol/mesh/rules.c '.ideal_neighbors = 3' '.ideal_neighbors = 4' || fail "the mutant that wants four neighbors cannot be built"
    quietly "$B/mutant-of-captures" run $captures/dotnet_8node.lua --seed 1 --pcap --trace none --no-plots --out "$work/four.run"
    exits 1 "$program" compare "$work/four.run/run.pcapng" $captures/dotnet-8node.pcap --tolerance $captures/same.tsv && says "a core that wants four neighbors is found out" '^(control Connect|copies) .*DIFFERENT'
    ;;
esac
rm -f "$B/mutant-of-captures"

exits 2 "$program" run "$work/none.lua"
printf 'scenario { title = "x", story = "y" }\nnetwork "null"\nrecorded "none.pcap"\nfinish "1s"\n' >"$work/none.lua"
exits 2 "$program" run "$work/none.lua" && says "a capture that is not there" 'none.lua:3: recorded: .*none.pcap'
sed "s|^recorded.*|recorded \"$PWD/$captures/dotnet-2node.pcap\"\nrecorded \"$PWD/$captures/dotnet-3node.pcap\"|" "$work/none.lua" >"$work/two.lua"
exits 2 "$program" run "$work/two.lua" && says "two recordings of one mesh" 'two.lua:4: mesh: there is a mesh .chatmesh. already'
sed 's|none.pcap|none.lua|' "$work/none.lua" >"$work/text.lua"
exits 2 "$program" run "$work/text.lua" && says "a file that is no capture" 'text.lua:3: recorded: '
sed "s|none.pcap|$PWD/tests/data/captures/mono-pair.pcap|" "$work/none.lua" >"$work/mono.lua"
"$program" run "$work/mono.lua" --no-plots --out "$work/mono" >"$work/out" 2>"$work/err"; [ $? -le 3 ] && ok "a mesh of Mono plays by the rules of our core" || fail "mono: $(tail -n 1 "$work/err")"
finish
