#!/bin/bash
# Live nodes and a live resolver on loopback, each a process of its own: they exchange messages, one is killed, one leaves; every message
# arrives or the kill explains it; what was captured meanwhile agrees with the logs. Ports are searched, only what was started here is
# ended.
#   live.sh [NODES MESSAGES]     (without: 2 and 5 nodes 1,000 messages each, 20 nodes 100 each; `make live-long`: 20 nodes 1,000 each)
. "$(dirname "$0")/common.bash"
. "$(dirname "$0")/live.bash"
ROUNDS=20 # in each of which every node says the same share of what it has to say

may_capture() {
    command -v dumpcap >/dev/null && timeout 5 dumpcap -q -i lo -a duration:1 -w "$work/try.pcapng" >/dev/null 2>&1
}

start_capture() {
    dumpcap -q -B 512 -i lo -f "tcp portrange $base-$((base + $1))" -w "$work/cap.pcapng" >"$work/capture.said" 2>&1 &
    capture_pid=$!
    wait_for "the capture begins" 5 grep -qs '^File:' "$work/capture.said"
}

# Until a node has heard so many messages of others, or its log has not grown for five seconds.
hears() { # node, how many messages
    local size=-1 still=0 now
    while [ $still -lt 25 ]; do
        now=$(stat -c %s "$work/n$1.log")
        [ "$now" = "$size" ] && still=$((still + 1)) || still=0
        size=$now
        counted "$work/n$1.log" '"own": false' "$2" && return
        sleep 0.2
    done
}

arrived() { # logs, the judge's names of who was there: killed, left, all
    awk -v killed="$2" -v left="$3" -v names="$4" -f tests/live/arrived.awk pass=1 $1 pass=2 $1
}

# how many nodes, messages of each, who is killed, who leaves (0: nobody)
exchange() {
    local n=$1 each=$2 killed=$3 left=$4 i names="" gone="" logs="" what="$1 nodes, $2 messages each"
    local round until began=$SECONDS
    stop_all
    rm -f "$work"/*.log "$work"/cap*
    free_ports "$n" || { fail "no free ports"; return; }
    start_resolver || return
    [ "$capture" = 1 ] && start_capture "$n"
    for ((i = 1; i <= n; i++)); do start_node "$i" || return; names+=" n$i" logs+=" $work/n$i.log"; done
    [ "$n" -gt 1 ] && for ((i = 1; i <= n; i++)); do wait_for "node $i finds a neighbor" 15 grep -q '"event": "online"' "$work/n$i.log" || return; done
    sleep 0.2
    for ((round = 0; round < ROUNDS; round++)); do
        for ((i = 1; i <= n; i++)); do
            case " $gone " in *" n$i "*) ;; *) say "$i" $((each * round / ROUNDS + 1)) $((each * (round + 1) / ROUNDS)) ;; esac
        done
        if [ "$round" = $((ROUNDS * 2 / 5)) ] && [ "$killed" != 0 ]; then # in the middle of what all say
            for i in $killed $left; do wait_for "n$i says something" 30 counted "$work/n$i.log" '"own": true' 1; done
            say "$killed" $((each * (round + 1) / ROUNDS + 1)) $((each * (round + 2) / ROUNDS)) # among these, if it comes to them
            kill -9 "${pid[$killed]}"
            disown "${pid[$killed]}"
            kill -TERM "${pid[$left]}"
            gone="n$killed n$left"
        fi
        sleep 0.02
    done
    for ((i = 1; i <= n; i++)); do
        case " $gone " in *" n$i "*) ;; *) hears "$i" $(((n - $(wc -w <<<"$gone") - 1) * each)) ;; esac
    done
    sleep 0.5
    until=$(date +%s.%N)
    if [ "$capture" = 1 ]; then
        kill -INT $capture_pid
        wait $capture_pid 2>/dev/null
        capture_pid=""
    fi
    if arrived "$logs" "${gone%% *}" "${gone##* }" "$names" >"$work/said"; then
        [ "$killed" = 0 ] || what+=", n$killed killed, n$left leaves"
        ok "$what: $(tail -n 1 "$work/said"), in $((SECONDS - began)) s"
        grep '^explained\|published' "$work/said" | sed 's/^/      /'
    else
        fail "$what: $(head -n 3 "$work/said" | tr '\n' ';') $(tail -n 1 "$work/said")"
    fi
    if [ "$left" != 0 ]; then
        wait "${pid[$left]}" && grep -q '"event": "left"' "$work/n$left.log" && ok "n$left has left with exit code 0" || fail "n$left did not leave cleanly"
    fi
    agree "$what" "$gone" "$until" "$logs"
    [ "$killed" = 0 ] && judges_notice "$names" "$logs"
    for ((i = 1; i <= n; i++)); do
        case " $gone " in *" n$i "*) ;; *) kill -INT "${pid[$i]}" ;; esac
    done
    for ((i = 1; i <= n; i++)); do
        case " $gone " in *" n$i "*) ;; *) wait "${pid[$i]}" || fail "$what: n$i ends with exit code $? at SIGINT" ;; esac
    done
    kill "$resolver_pid" && wait "$resolver_pid" || fail "the resolver ends with exit code $?"
    pid=() resolver_pid=""
}

# The two judges must notice one line that is missing: of an arrival, of a message sent.
judges_notice() {
    local names=$1 logs=$2 n=0
    # shellcheck disable=SC2086
    for log in $logs; do
        n=$((n + 1))
        [ $n = 1 ] && cp "$log" "$work/whole" && sed -i '0,/"own": false/{/"own": false/d}' "$log"
    done
    arrived "$logs" "" "" "$names" >/dev/null && fail "one arrival taken out of a log goes unnoticed"
    set -- $logs
    cp "$work/whole" "$1"
    [ "$capture" = 1 ] || return
    sed -i '0,/"event": "sent", "message": "flood"/{/"event": "sent", "message": "flood"/d}' "$1"
    # shellcheck disable=SC2086
    awk -v gone="" -f tests/live/agree.awk "$work/cap.tsv" $logs "$work/resolver.log" >/dev/null && fail "one message taken out of a log goes unnoticed"
    cp "$work/whole" "$1"
    ok "a line less in one of the logs is noticed"
}

agree() { # what, who is gone, until when, logs
    [ "$capture" = 1 ] || return
    local dropped
    dropped=$(sed -n "s/.*dropped on interface.*: [0-9]*\/\([0-9]*\).*/\1/p" "$work/capture.said" | tail -n 1)
    if [ "${dropped:-0}" != 0 ]; then
        "$on_drop" "$1: the system dropped $dropped packets of the capture: not compared"
        return
    fi
    quietly "$program" dissect --tsv "$work/cap.pcapng"
    cp "$work/out" "$work/cap.tsv"
    [ "$code" = 0 ] || fail "$1: dissect ends with exit code $code: $(head -n 1 "$work/err")"
    # shellcheck disable=SC2086
    if awk -v gone="$2" -v until="$3" -f tests/live/agree.awk "$work/cap.tsv" $4 "$work/resolver.log" >"$work/said"; then
        ok "$1: capture and logs: $(tail -n 1 "$work/said")"
    else
        fail "$1: capture and logs: $(head -n 3 "$work/said" | tr '\n' ';') $(tail -n 1 "$work/said")"
    fi
}

capture=0
if may_capture; then
    capture=1
else
    ok "captures: skipped, this user may not capture on lo (dumpcap -i lo): the logs are not compared with what was on the wire"
fi
on_drop=ok
if [ $# = 2 ]; then
    on_drop=fail # this target is there for the comparison
    exchange "$1" "$2" 7 12
else
    exchange 2 1000 0 0
    exchange 5 1000 2 4
    exchange 20 100 7 12
fi
finish
