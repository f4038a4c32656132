# Does a capture agree with the logs of those who spoke, message for message? Reads `peermesh dissect --tsv` and then the --json logs.
#   awk -v gone="NAME …" -v until=SECONDS -f agree.awk CAPTURE.tsv LOG…     (until: since 1970; what was logged later, or
# in the last 1.5 s before, may be in the capture or not: whoever captures is that far behind when it is stopped)
# A key is: from, to, size, kind, id. Each must be in the capture as often as in the log of the sender and in that of the receiver. Of
# the nodes that are gone (killed, or left): no more may have been received than captured, and no more captured than sent.
function member(line, name,    rest, at) {
    at = index(line, "\"" name "\": ")
    if (!at) return ""
    rest = substr(line, at + length(name) + 4)
    if (substr(rest, 1, 1) == "\"") { rest = substr(rest, 2); return substr(rest, 1, index(rest, "\"") - 1) }
    match(rest, /^[^,}]*/)
    return substr(rest, 1, RLENGTH)
}
BEGIN { n = split(gone, list, " "); for (i = 1; i <= n; i++) away[list[i]] = 1; FS = "\t" }
FNR == 1 { file++; node = FILENAME; sub(/.*\//, "", node); sub(/\.log$/, "", node) }
file == 1 && $7 == "SizedEnvelope" {
    kind = $10
    sub(/.*\//, "", kind)
    id = ""
    if ($10 !~ /schemas.microsoft.com\/net\/2006\/05\/peer/) { kind = "flood"; id = $11; sub(/^urn:uuid:/, "", id) }
    captured[$5 " " $6 " " $8 " " kind " " id]++
    envelopes++
}
file > 1 && /"message": / && (/"event": "sent"/ || /"event": "received"/ || /"event": "duplicate"/) {
    late = until && member($0, "time") + 0 > until - 1.5
    local = member($0, "local"); remote = member($0, "remote")
    here = /"event": "sent"/
    key = (here ? local " " remote : remote " " local) " " member($0, "size") " " member($0, "message") " " member($0, "id")
    if (here) { if (late) sent_late[key]++; else sent[key]++ }
    else if (late) received_late[key]++
    else received[key]++
    if (node in away) loose[local " " remote] = loose[remote " " local] = 1
    lines++
}
function look(key,    c, s, r, part) {
    if (key in seen) return
    seen[key] = 1
    c = captured[key] + 0; s = sent[key] + 0; r = received[key] + 0
    if (c >= s && c <= s + sent_late[key] && c >= r && c <= r + received_late[key]) { equal++; return }
    split(key, part, " ")
    if ((part[1] " " part[2]) in loose) { if (r <= c) { near++; return } }
    if (bad++ < 5) print "captured " c ", sent " s ", received " r ": " key
}
END {
    for (key in captured) look(key)
    for (key in sent) look(key)
    for (key in received) look(key)
    printf "%d envelopes captured, %d lines of logs, %d messages agree, %d cut short by a node that went, %d do not\n", envelopes, lines, equal, near, bad
    exit bad > 0 || envelopes == 0 || near > equal / 5
}
