# Did every message of a node arrive at every node that was there to the end? Reads the --json logs of the nodes, twice.
#   awk -v killed=NAME -v left=NAME -v names="NAME …" -f arrived.awk pass=1 LOG… pass=2 LOG…
# (a log's file name is its node's name, ".log" behind it; killed and left may be empty)
# A message that a node lacks is explained by exactly one of these, everything else is a failure:
#   - one that was killed had it and a link with the node: the kill took it on its way;
#   - the one that was killed had published it and nobody else has it;
#   - the kill, or the leave, split the mesh: without the links of those that went its publisher and the node are in two pieces, with them
#     in one.
# Whoever else had it and a link with the node at that moment, but did not send it, or sent it in vain, is named.
function member(line, name,    rest, at) {
    at = index(line, "\"" name "\": ")
    if (!at) return ""
    rest = substr(line, at + length(name) + 4)
    if (substr(rest, 1, 1) == "\"") { rest = substr(rest, 2); return substr(rest, 1, index(rest, "\"") - 1) }
    match(rest, /^[^,}]*/)
    return substr(rest, 1, RLENGTH)
}
function root(x) { while (up[x] != x) x = up[x]; return x }
# Were a and b in one piece around the time t: of those that stayed, or of all?
function together(a, b, t, all,    i) {
    for (i = 1; i <= count; i++) up[name[i]] = name[i]
    for (i = 1; i <= links; i++)
        if (since[i] <= t - 0.05 && (till[i] == 0 || till[i] >= t + slack || (all && (from[i] in away || owner[to[i]] in away))) && owner[to[i]] &&
            (all || !(from[i] in away || owner[to[i]] in away)))
            up[root(from[i])] = root(owner[to[i]])
    return root(a) == root(b)
}
BEGIN {
    slack = 0.25
    if (killed) away[killed] = 1
    if (left) away[left] = 1
    count = split(names, name, " ")
}
FNR == 1 {
    node = FILENAME; sub(/.*\//, "", node); sub(/\.log$/, "", node)
    leaving = 0
    split("", open)
    if (pass == 2 && !looked++)
        for (id in seen)
            for (i = 1; i <= count; i++)
                if (!(name[i] in away) && !((id, name[i]) in got)) { lacks[id, name[i]] = 1; lacking[id] = 1 }
}
pass == 1 && /"event": "opened"/ { address = member($0, "text"); sub(/^net\.tcp:\/\//, "", address); sub(/\/.*/, "", address); owner[address] = node }
pass == 1 && /"event": "connected"/ && /"initiator": true/ {
    links++; from[links] = node; to[links] = member($0, "remote"); since[links] = member($0, "time") + 0
    dialled[node, member($0, "local")] = links
    owner[member($0, "local")] = node
}
pass == 1 && /"event": "closed"/ && /"initiator": true/ { k = dialled[node, member($0, "local")]; if (k) till[k] = member($0, "time") + 0 }
pass == 1 && /"event": "message"/ {
    id = member($0, "id")
    seen[id] = 1
    if (/"own": true/) { publisher[id] = node; at[id] = member($0, "time") + 0; published[node]++; holders[id]++; got[id, node] = 1 }
    else if (got[id, node]++) { print "twice: " id " at " node; bad++ }
    else holders[id]++
}
# Who had what is lacking, and a link with whom?
pass == 2 && /"event": "connected"/ { open[member($0, "remote")] = 1 }
pass == 2 && /"event": "closed"/ { delete open[member($0, "remote")] }
pass == 2 && /"message": "Unregister"/ { leaving = 1 }
pass == 2 && /"message": "flood"/ && /"event": "sent"/ {
    id = member($0, "id")
    if (id in lacking && (id, owner[member($0, "remote")]) in lacks) owed[id, owner[member($0, "remote")]] = owed[id, owner[member($0, "remote")]] " " node
}
pass == 2 && /"event": "message"/ && !(node == left && leaving) {
    id = member($0, "id")
    if (id in lacking)
        for (remote in open)
            if ((id, owner[remote]) in lacks) owed[id, owner[remote]] = owed[id, owner[remote]] " " node
}
function guilty(list,    part, n, i) { # who, of those that had it, was not killed
    n = split(list, part, " ")
    for (i = 1; i <= n; i++) if (part[i] != killed) return part[i]
    return ""
}
function cause_of(id, b,    who) {
    who = guilty(owed[id, b])
    if (who) { fault = who " had it and a link with " b; return "" }
    if (owed[id, b]) return "on its way when " killed " was killed"
    if (holders[id] == 1 && publisher[id] == killed && killed) return "died with " killed ", which published it"
    if (!(id in publisher)) { fault = "nobody says to have published it"; return "" }
    if (!together(publisher[id], b, at[id], 0) && together(publisher[id], b, at[id], 1))
        return "between " publisher[id] " and " b " there was only " (left ? killed " or " left : killed)
    fault = "the mesh was whole between them"
    return ""
}
END {
    for (id in seen) {
        total++
        for (i = 1; i <= count; i++) {
            b = name[i]
            if (b in away || publisher[id] == b) continue
            pairs++
            if ((id, b) in got) { arrived++; continue }
            why = cause_of(id, b)
            if (why) { explained++; cause[why]++ }
            else if (bad++ < 5) print "lost without a cause: " id " of " publisher[id] " at " b ": " fault
        }
    }
    for (c in cause) print "explained: " c ": " cause[c]
    if (killed) print killed " published " published[killed] + 0 (left ? ", " left " " published[left] + 0 : "")
    printf "%d messages, %d of %d arrivals, %d explained, %d not\n", total, arrived, pairs, explained, bad
    exit bad > 0 || total == 0
}
