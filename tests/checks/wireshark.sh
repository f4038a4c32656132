#!/bin/bash
# The Wireshark dissector: on every capture of tests/data and on one of a simulated run it finds, packet by packet, the framing records,
# messages, bodies and session strings that `peermesh dissect` finds; captures that are damaged are no reason for an error of its script.
. "$(dirname "$0")/common.bash"

plugin=analysis/wireshark/peerchannel.lua
export HOME=$work # a dissector that this user has installed must not be loaded beside ours
command -v tshark >/dev/null || { fail "tshark is missing" "make deps"; finish; }
shark=(tshark -X "lua_script:$plugin")
bad='_ws.lua.error || _ws.malformed || peerchannel.undecodable || peerchannel.unknownstring || peerchannel.cut || peerchannel.lost'

# ---- the file itself ----

if tests/tools/dictionary.sh check 2>"$work/err"; then
    ok "its static dictionary is that of protocol/wire"
else
    fail "$(cat "$work/err")" "tests/tools/dictionary.sh check"
fi
make -s install-wireshark DESTDIR="$work/root" PREFIX=/usr >/dev/null 2>"$work/err"
cmp -s "$plugin" "$work/root/usr/lib/wireshark/plugins/peerchannel.lua" && ok "make install-wireshark installs it below DESTDIR" ||
    fail "make install-wireshark has not installed it: $(tail -n 1 "$work/err")" "make install-wireshark DESTDIR=/tmp/root PREFIX=/usr"
tshark -G fields -X "lua_script:$plugin" 2>/dev/null | cut -f 3 | grep -E '^(peerchannel|mc-nmf)\.' | sort -u >"$work/fields"
grep -oE '`peerchannel\.[a-z.]+`' analysis/wireshark/README.md | tr -d '\`' | grep -v '\.lua$' | sort -u >"$work/told"
missing=$(comm -23 "$work/told" "$work/fields" | tr '\n' ' ')
[ -s "$work/told" ] && [ -z "$missing" ] && ok "all $(wc -l <"$work/told") fields that its README names exist" ||
    fail "fields of its README that do not exist: $missing" "tshark -G fields -X lua_script:$plugin"

# ---- the same as our own reader ----

# capture: for each packet with records: types; actions; ids; RelatesTo; bodies; new session strings. Values of one packet are separated by \037.
seen_by_tshark() {
    "${shark[@]}" -r "$1" -Y mc-nmf.record_type -T fields -E aggregator=$'\037' -e frame.number -e mc-nmf.record_type -e peerchannel.action \
        -e peerchannel.messageid -e peerchannel.relatesto -e peerchannel.body -e peerchannel.sessionstring 2>"$work/err"
}

seen_by_us() {
    "$program" dissect --tsv "$1" 2>/dev/null | awk -F '\t' -v OFS='\t' '
        BEGIN {
            n = split("Version Mode Via KnownEncoding ExtensibleEncoding UnsizedEnvelope SizedEnvelope End Fault UpgradeRequest " \
                      "UpgradeResponse PreambleAck PreambleEnd", names, " ")
            for (i = 1; i <= n; i++) type[names[i]] = i - 1
        }
        function add(column, value) { if (value != "") row[column] = row[column] == "" ? value : row[column] "\037" value }
        function flush() { if (packet != "") print packet, row[1], row[2], row[3], row[4], row[5], row[6]; delete row }
        NR == 1 || !($7 in type) { next }
        $2 != packet { flush(); packet = $2 }
        {
            gsub(/ sha1 [0-9a-f]*\]/, "]", $13)     # the dissector gives the length of a long text only
            gsub(/\|/, "\037", $14)
            add(1, type[$7] ""); add(2, $10); add(3, $11); add(4, $12); add(5, $13 == "(empty body)" ? "" : $13); add(6, $14)
        }
        END { flush() }'
}

# name, capture, least number of envelopes
same() {
    seen_by_tshark "$2" >"$work/tshark" # its exit code is not 0 where a capture ends inside a packet
    ! grep -i 'lua' "$work/err" >"$work/said" || fail "$1: tshark: $(tail -n 1 "$work/said")" "${shark[*]} -r $2"
    seen_by_us "$2" >"$work/ours"
    local envelopes different remarks
    envelopes=$("$program" dissect --tsv "$2" 2>/dev/null | awk -F '\t' '$7 == "SizedEnvelope" && $10 != ""' | wc -l)
    different=$(diff "$work/tshark" "$work/ours" | grep -c '^[<>]')
    if [ "$different" = 0 ] && [ "$envelopes" -ge "$3" ]; then
        ok "$1: the same records in $(wc -l <"$work/ours") packets, the same $envelopes messages"
    else
        fail "$1: of $envelopes messages, $different lines differ: $(diff "$work/tshark" "$work/ours" | grep -m 1 '^[<>]' | cut -c1-200)" \
            "${shark[*]} -r $2 -V; $program dissect --tsv $2"
    fi
    remarks=$("${shark[@]}" -r "$2" -Y "$bad" 2>/dev/null | head -n 1)
    [ -z "$remarks" ] || fail "$1: tshark has something to say: $remarks" "${shark[*]} -r $2 -Y '$bad'"
}

for capture in tests/data/captures/*.pcap; do
    same "$(basename "$capture" .pcap)" "$capture" 15
done
command="run scenarios/pubsub/stock_ticker.lua --set subscribers=4 --set day=1min --seed 7 --pcap"
# shellcheck disable=SC2086
quietly "$program" $command --out "$work/run"
simulated=$work/run/run.pcapng
[ -s "$simulated" ] || { fail "the run: exit code $code: $(head -n 1 "$work/err")" "$program $command"; finish; }
same "a simulated run" "$simulated" 200

# ---- in any order, and with octets that lack or lie ----

mesh=tests/data/captures/five-leave.pcap
# Frames that are looked at again while those before them are not: names come from tables that other frames brought.
kinds=(-T fields -e frame.time_epoch -e peerchannel.action -e peerchannel.reason -e peerchannel.body)
"${shark[@]}" -r "$mesh" -Y 'peerchannel.message == "Disconnect"' "${kinds[@]}" >"$work/once" 2>/dev/null
"${shark[@]}" -r "$mesh" -2 -R 'peerchannel.message == "Disconnect"' "${kinds[@]}" >"$work/again" 2>/dev/null
[ -s "$work/once" ] && cmp -s "$work/once" "$work/again" && ok "$(wc -l <"$work/once") frames look the same when they are looked at alone" ||
    fail "frames that are looked at alone look different" "${shark[*]} -r $mesh -2 -R 'peerchannel.message == \"Disconnect\"' -V"

# name, capture, least number of messages that are decoded nevertheless
survives() {
    local errors messages
    "${shark[@]}" -r "$2" -V >"$work/out" 2>"$work/err"
    errors=$(cat "$work/out" "$work/err" | grep -ciE 'lua error|malformed packet|lua:')
    messages=$(grep -c '^ *\[Message: ' "$work/out")
    [ "$errors" = 0 ] && [ "$messages" -ge "$3" ] && ok "$1: $messages messages, no error" ||
        fail "$1: $messages messages (expected: $3 or more), $errors errors: $(grep -iE 'lua error|malformed' "$work/out" | head -n 1)" "${shark[*]} -V"
}

all=$(capinfos -Mc "$mesh" | awk '/Number of packets/ {print $NF}')
editcap -r "$mesh" "$work/some.pcap" $(seq 5 9 "$all") 2>/dev/null
editcap -t 0.02 "$work/some.pcap" "$work/later.pcap"
mergecap -w "$work/twice.pcap" "$mesh" "$work/later.pcap"
survives "segments that are sent again" "$work/twice.pcap" 197
[ -z "$("${shark[@]}" -r "$work/twice.pcap" -Y 'peerchannel.unknownstring' 2>/dev/null)" ] && ok "what is sent again adds no session strings" ||
    fail "session strings are lost where segments are sent again" "${shark[*]} -Y peerchannel.unknownstring"
editcap "$mesh" "$work/gaps.pcap" $(seq 7 10 "$all") 2>/dev/null
survives "each tenth packet is missing" "$work/gaps.pcap" 120
editcap -s 200 "$mesh" "$work/short.pcap"
survives "packets are cut to 200 octets" "$work/short.pcap" 20
editcap -r "$mesh" "$work/late.pcap" 200-100000
survives "the beginning is missing" "$work/late.pcap" 40
for seed in 1 2 3; do
    editcap --seed $seed -E 0.01 -o 66 "$mesh" "$work/wrong.pcap" >/dev/null 2>&1
    survives "one octet in a hundred is wrong ($seed)" "$work/wrong.pcap" 10
done

# ---- connections made by hand ----

preamble='00 01 00 01 02 02 0a 6e 65 74 2e 74 63 70 3a 2f 2f 03 08'
# Lines "I octets" (from port $1 to $2) and "O octets" (back).
connection() {
    awk '{ direction = $1; $1 = ""; print direction; print "000000" $0 }' | text2pcap -q -D -T "$1,$2" - "$work/made.pcap" 2>/dev/null
}

# A client's port that another protocol has registered (Beckhoff ADS): Wireshark asks that one first.
printf '%s\n' "I $preamble 0c" "O 0b" "I 06 08 00 42 02 0a 04 42 0e 01 07" "O 07" | connection 48898 47000
types=$("${shark[@]}" -r "$work/made.pcap" -T fields -e mc-nmf.record_type 2>/dev/null | tr '\n' ' ')
[ "$types" = "0,1,2,3,12 11 6,7 7 " ] && ok "a port that another protocol has registered is no obstacle" ||
    fail "on a port that another protocol has registered, records: $types" "${shark[*]} -V"
survives "an envelope whose element does not end" "$work/made.pcap" 0
printf '%s\n' "I $preamble 09 13 61 70 70 6c 69 63 61 74 69 6f 6e 2f 73 73 6c 2d 74 6c 73" "O 0a" "I 16 03 01 00 04 00 00 00 00" | connection 40000 47000
[ -n "$("${shark[@]}" -r "$work/made.pcap" -Y 'frame.number == 3 && tls.record.content_type == 22' 2>/dev/null)" ] &&
    ok "what follows an upgrade to TLS is shown as TLS" || fail "what follows an upgrade to TLS is not shown as TLS" "${shark[*]} -V"
finish
