#!/bin/bash
# The capture of a small run: what Wireshark's command-line sister finds in it, and what our own reader finds, is the same and whole.
# (That both give the metrics of the run is a unit test: tests/unit/engine/round_trip.c.)
. "$(dirname "$0")/common.bash"

export HOME=$work # tshark by itself, without dissectors that this user has installed
command -v tshark >/dev/null || { fail "tshark is missing" "make deps"; finish; }
run=$work/run
capture=$run/run.pcapng
command="run scenarios/pubsub/stock_ticker.lua --set subscribers=4 --set day=1min --seed 7 --pcap --trace full"
# shellcheck disable=SC2086
quietly "$program" $command --out "$run"
[ "$code" = 0 ] && [ -s "$capture" ] || { fail "the run: exit code $code: $(head -n 1 "$work/err")" "$program $command"; finish; }

# [MC-NMF] on the peers' port and on the resolver's, checksums looked at.
shark=(tshark -r "$capture" -d tcp.port==50001,mc-nmf -d tcp.port==47000,mc-nmf -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE)

# name, display filter: no packet may match
none() {
    local found
    if ! "${shark[@]}" -Y "$2" >"$work/out" 2>"$work/err"; then
        fail "tshark: $(tail -n 1 "$work/err")" "${shark[*]} -Y '$2'"
        return
    fi
    found=$(wc -l <"$work/out")
    if [ "$found" = 0 ]; then
        ok "tshark sees no $1"
    else
        fail "tshark sees $found packets: $1: $(head -n 1 "$work/out")" "${shark[*]} -Y '$2'"
    fi
}

# What TCP itself must not show, in any capture of ours: octets are shown once, in order.
clean() {
    none "segment that is lost$1" 'tcp.analysis.lost_segment'
    none "segment out of order$1" 'tcp.analysis.out_of_order'
    none "segment sent again$1" 'tcp.analysis.retransmission || tcp.analysis.fast_retransmission || tcp.analysis.spurious_retransmission'
    none "acknowledgement of what was not sent$1" 'tcp.analysis.ack_lost_segment'
    none "duplicate acknowledgement$1" 'tcp.analysis.duplicate_ack'
}

packets=$("${shark[@]}" -T fields -e frame.number 2>/dev/null | wc -l)
[ "$packets" -gt 1000 ] && ok "tshark reads $packets packets" || fail "tshark reads only $packets packets" "${shark[*]}"
tshark -r "$capture" >/dev/null 2>"$work/err"
grep -qiE 'cut short|damaged|corrupt|not supported' "$work/err" && fail "tshark: $(tail -n 1 "$work/err")" "tshark -r run.pcapng"

none "malformed packet" '_ws.malformed'
none "expert remark of the grade error" '_ws.expert.severity == 8388608'
none "wrong IP checksum" 'ip.checksum.status == "Bad"'
none "wrong TCP checksum" 'tcp.checksum.status == "Bad"'
clean ""
none "used port that is used again" 'tcp.analysis.reused_ports'
checked=$("${shark[@]}" -Y 'tcp.checksum.status == "Good" && ip.checksum.status == "Good"' 2>/dev/null | wc -l)
[ "$checked" = "$packets" ] && ok "all $packets packets have right checksums" ||
    fail "only $checked of $packets packets have right checksums" "${shark[*]} -Y 'tcp.checksum.status == \"Good\"'"
none "time that steps back" 'frame.time_delta < 0'

# Framing records by type: tshark's against ours.
declare -A type_of=([Version]=0 [Mode]=1 [Via]=2 [KnownEncoding]=3 [ExtensibleEncoding]=4 [UnsizedEnvelope]=5 [SizedEnvelope]=6 [End]=7
    [Fault]=8 [UpgradeRequest]=9 [UpgradeResponse]=10 [PreambleAck]=11 [PreambleEnd]=12)
"${shark[@]}" -T fields -E separator=, -e mc-nmf.record_type 2>/dev/null | tr ',' '\n' | grep . | while read -r n; do
    echo $((n))
done | sort -n | uniq -c | awk '{print $2, $1}' >"$work/tshark"
quietly "$program" dissect --tsv "$capture"
[ "$code" = 0 ] || fail "dissect: exit code $code: $(head -n 1 "$work/err")" "$program dissect --tsv run.pcapng"
bad=$(awk -F '\t' 'NR > 1 && $7 ~ /^(gap|truncated|undecodable|GAP|TRUNCATED|UNDECODABLE)/' "$work/out" | wc -l)
[ "$bad" = 0 ] && ok "our reader finds no gap and nothing it cannot decode" || fail "our reader finds $bad gaps or undecodable records" "$program dissect run.pcapng"
cut -f 7 "$work/out" | tail -n +2 | sort | uniq -c | while read -r n name; do
    [ -n "${type_of[$name]:-}" ] && echo "${type_of[$name]} $n"
done | sort -n >"$work/ours"
if [ -s "$work/ours" ] && cmp -s "$work/ours" "$work/tshark"; then
    ok "tshark and we find the same $(awk '{n += $2} END {print n}' "$work/ours") framing records of $(wc -l <"$work/ours") types"
else
    fail "framing records (type, number): we find $(tr '\n' ';' <"$work/ours") tshark $(tr '\n' ';' <"$work/tshark")" \
        "${shark[*]} -T fields -e mc-nmf.record_type; $program dissect --tsv run.pcapng"
fi

# The full connection model, with losses in bursts: trains are cut at the window, some arrive late.
sed 's/^network("world-homes".*/network("world-homes", { tcp = "full", loss = "2%", loss_burst = 2 })/' scenarios/pubsub/stock_ticker.lua >"$work/lossy.lua"
grep -q 'tcp = "full"' "$work/lossy.lua" || fail "stock_ticker.lua has another network line than this check expects" "grep network scenarios/pubsub/stock_ticker.lua"
command="run $work/lossy.lua --set subscribers=4 --set day=1min --seed 7 --pcap"
# shellcheck disable=SC2086
quietly "$program" $command --out "$work/lossy"
[ -s "$work/lossy/run.pcapng" ] || fail "the run with losses: exit code $code: $(head -n 1 "$work/err")" "$program $command"
shark[2]=$work/lossy/run.pcapng
clean ", with losses"
none "malformed packet, with losses" '_ws.malformed'
finish
