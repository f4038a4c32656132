# Sourced by the checks of live nodes: processes on free ports of loopback, ended one by one.
declare -A pid feed
resolver_pid="" capture_pid="" base=0
stop_all() {
    local one
    for one in "${pid[@]}" $resolver_pid $capture_pid; do
        disown "$one" 2>/dev/null
        kill -9 "$one" 2>/dev/null
    done
    for one in "${feed[@]}"; do exec {one}>&-; done
    pid=() feed=() resolver_pid="" capture_pid=""
}
trap 'stop_all; rm -rf "$work"' EXIT

# Ports below the ephemeral ones that nobody listens on: $base is the resolver's, $base + i the one of node i.
free_ports() {
    local n=$1 i try
    for try in {1..50}; do
        base=$((10000 + RANDOM % 20000))
        for ((i = 0; i <= n; i++)); do
            (: <"/dev/tcp/127.0.0.1/$((base + i))") 2>/dev/null && continue 2
        done
        return 0
    done
    return 1
}

# sentence, seconds, command: waits until it holds
wait_for() {
    local what=$1 i limit=$2
    shift 2
    for ((i = 0; i < limit * 20; i++)); do
        "$@" && return 0
        sleep 0.05
    done
    fail "$what did not come true within $limit s"
    return 1
}

counted() { # file, pattern, at least
    [ "$(grep -c "$2" "$1" 2>/dev/null)" -ge "$3" ]
}

start_resolver() {
    "$program" resolver --listen 127.0.0.1:$base --json >"$work/resolver.log" 2>"$work/resolver.err" </dev/null &
    resolver_pid=$!
    wait_for "the resolver listens" 5 grep -qs 'listens on port' "$work/resolver.err"
}

# What a node is to read: a line written to "${feed[NAME]}".
open_feed() {
    local fd
    rm -f "$work/feed$1"
    mkfifo "$work/feed$1"
    exec {fd}<>"$work/feed$1"
    feed[$1]=$fd
}

start_node() { # number, further options
    local i=$1
    shift
    open_feed "$i"
    "$program" node --mesh net.p2p://chat --listen 127.0.0.1:$((base + i)) --resolver net.tcp://127.0.0.1:$base/resolver --json "$@" \
        <"$work/feed$i" >"$work/n$i.log" 2>"$work/n$i.err" &
    pid[$i]=$!
    wait_for "node $i opens" 10 grep -qs '"event": "opened"' "$work/n$i.log"
}

say() { # node, from, to
    seq -f "message %g of n$1, and some more text to make it as long as people write" "$2" "$3" >&"${feed[$1]}"
}
