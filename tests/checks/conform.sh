#!/bin/bash
# Our core in the place of each node of captures of other implementations: the published .NET sources say what is right.
. "$(dirname "$0")/common.bash"
captures=tests/data/captures

# sentence, exit code, then the arguments of conform
conforms() {
    local sentence=$1 due=$2
    shift 2
    exits "$due" "$program" conform "$@" && ok "$sentence"
}

# Without any table of deviations: every record of every node, the same octets, in the same order on every connection.
for name in tests/data/captures/net-pair tests/data/captures/net-three scenarios/captures/dotnet-kill scenarios/captures/dotnet-duplicate; do
    conforms "$name: our core sends what each of the nodes sent, octet for octet" 0 $name.pcap
    says "$name" '^N1 .* [1-9][0-9]* records compared: ([0-9]+) the same octets, 0 the same content, 0 differ'
    [ "$(grep -vc '^N' "$work/out")" = 0 ] || fail "$name: differences: $(grep -v '^N' "$work/out" | head -n 1)"
done
# Timer-driven ones: LinkUtility and maintenance, at most 100 ms apart.
conforms "net-three: what timers send comes when theirs did" 0 $captures/net-three.pcap --peer N1
says "net-three" ' [1-9][0-9]* at a timer, at most [0-9]{1,2}\.[0-9] ms apart'

conforms "dotnet-cross: four nodes that dial each other at once: what their threads decided is explained" 0 scenarios/captures/dotnet-cross.pcap --known dotnet
conforms "mono-pair: Mono's deviations are all known" 0 $captures/mono-pair.pcap --known mono
conforms "mono-pair: without the table they are differences" 1 $captures/mono-pair.pcap
says "mono-pair" 'differs .* Unregister: .*MeshId i:nil'

conforms "both-kinds: nodes of Mono and small ones in one mesh: all that differs is known" 0 $captures/both-kinds.pcap --known mono,spec,mixed

# A core that behaves otherwise is found out, and the message is named.
conforms "a core of dialect profile is not what .NET is" 1 $captures/net-three.pcap --dialect profile
says "dialect profile" 'flood urn:uuid'
conforms "a core of dialect spec is not what .NET is" 1 scenarios/captures/dotnet-kill.pcap --dialect spec
says "dialect spec" '^ +[0-9.]+  (extra|missing|differs|not-dialled) '

conforms "one node, by its address" 0 $captures/net-pair.pcap --peer 127.0.0.1:50002
[ "$(grep -c '^N' "$work/out")" = 1 ] || fail "--peer: more than one node"
conforms "a table of differences" 1 $captures/mono-pair.pcap --tsv
says "--tsv" '^node	connection	outcome	message	ours_ns	theirs_ns	detail	reason$'

# Bad input.
conforms "a capture cut inside a packet is refused" 2 $captures/cut-inside.pcap
says "cut capture" 'cut-inside.pcap'
conforms "a node that is not there" 2 $captures/net-pair.pcap --peer N9
says "no such node" 'N9'
conforms "no capture at all" 2
conforms "an unknown option" 2 $captures/net-pair.pcap --loud
conforms "an unknown dialect" 2 $captures/net-pair.pcap --dialect klingon
# The service's answers become messages that nobody knows: nothing crashes on them.
LC_ALL=C sed 's#resolver/ResolveResponse#resolver/ResolveResponsX#g' $captures/net-pair.pcap >"$work/damaged.pcap"
conforms "answers that are none" 1 "$work/damaged.pcap"
printf 'swapped\tflood\n' >"$work/known.tsv"
conforms "a table with too few columns" 2 $captures/net-pair.pcap --known "$work/known.tsv"
says "bad table" 'known.tsv:1: four columns'
conforms "a capture without nodes" 2 $captures/resolver-calls.pcap
finish
