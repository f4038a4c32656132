# Did every message of a node that was there to the end arrive at every other such node? Reads the --json logs of the nodes.
#   awk -v gone="NAME …" -v names="NAME …" -f arrived.awk LOG…       (a log's file name is its node's name, ".log" behind it)
# A message that did not arrive is explained if, when it was published, what was left of the mesh was split between its publisher and
# the one that lacks it (the kill, or the leave, took the only way); everything else is a failure.
function member(line, name,    rest, at) {
    at = index(line, "\"" name "\": ")
    if (!at) return ""
    rest = substr(line, at + length(name) + 4)
    if (substr(rest, 1, 1) == "\"") { rest = substr(rest, 2); return substr(rest, 1, index(rest, "\"") - 1) }
    match(rest, /^[^,}]*/)
    return substr(rest, 1, RLENGTH)
}
function root(x) { while (up[x] != x) x = up[x]; return x }
# Were a and b in one piece, of those that stayed, around the time t?
function together(a, b, t,    i) {
    for (i = 1; i <= count; i++) up[name[i]] = name[i]
    for (i = 1; i <= links; i++)
        if (since[i] <= t - 0.05 && (till[i] == 0 || till[i] >= t + slack) && !(from[i] in away) && owner[to[i]] && !(owner[to[i]] in away))
            up[root(from[i])] = root(owner[to[i]])
    return root(a) == root(b)
}
BEGIN {
    slack = 0.25
    n = split(gone, list, " "); for (i = 1; i <= n; i++) away[list[i]] = 1
    count = split(names, name, " ")
}
FNR == 1 { node = FILENAME; sub(/.*\//, "", node); sub(/\.log$/, "", node) }
/"event": "opened"/ { address = member($0, "text"); sub(/^net\.tcp:\/\//, "", address); sub(/\/.*/, "", address); owner[address] = node }
/"event": "connected"/ && /"initiator": true/ { links++; from[links] = node; to[links] = member($0, "remote"); since[links] = member($0, "time") + 0; open_link[node, member($0, "local")] = links }
/"event": "closed"/ && /"initiator": true/ { k = open_link[node, member($0, "local")]; if (k) till[k] = member($0, "time") + 0 }
/"event": "message"/ {
    id = member($0, "id")
    if (/"own": true/) { publisher[id] = node; at[id] = member($0, "time") + 0; published[node]++ }
    else if (got[id, node]++) { print "twice: " id " at " node; bad++ }
}
END {
    for (id in publisher) {
        for (i = 1; i <= count; i++) {
            b = name[i]
            if (b == publisher[id] || b in away) continue
            pairs++
            if ((id, b) in got) { arrived++; continue }
            if (publisher[id] in away) { explained++; cause["of " publisher[id] ", which " gone " names as gone"]++; continue }
            if (!together(publisher[id], b, at[id])) { explained++; cause["the mesh was split between " publisher[id] " and " b]++; continue }
            if (bad++ < 5) print "lost without a cause: " id " of " publisher[id] " at " b
        }
        total++
    }
    for (c in cause) print "explained: " cause[c] " " c
    printf "%d messages, %d of %d arrivals, %d explained, %d not\n", total, arrived, pairs, explained, bad
    exit bad > 0 || total == 0
}
