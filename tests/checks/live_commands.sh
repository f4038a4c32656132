#!/bin/bash
# The commands node and resolver as people use them, their bad arguments, and the library as another program uses it.
. "$(dirname "$0")/common.bash"
. "$(dirname "$0")/live.bash"

# sentence, a pattern of stderr, arguments: exit code 2 and nothing on stdout
refused() {
    local what=$1 pattern=$2
    shift 2
    quietly timeout 10 "$program" "$@"
    if [ "$code" = 2 ] && [ ! -s "$work/out" ] && grep -qE -- "$pattern" "$work/err" && [ "$(wc -l <"$work/err")" = 1 ]; then
        ok "$what: $(cat "$work/err")"
    else
        fail "$what: exit code $code: $(head -n 2 "$work/err")" "$program $*"
    fi
}
refused "node without a mesh" '--mesh net.p2p://NAME is due' node --listen 127.0.0.1:0
refused "node without an address" '--listen 127.0.0.1:9000 is due' node --mesh chat
refused "a word too many" "'extra' is no option" node --mesh chat --listen 127.0.0.1:0 extra
refused "a name for a mesh with a path" 'mesh "net.p2p://a/b": a name is due, as in net.p2p://chat' node --mesh net.p2p://a/b --listen 127.0.0.1:0
refused "an address without a port" 'listen "127.0.0.1": an IP address and a port are due' node --mesh chat --listen 127.0.0.1
refused "a port of five digits that is none" 'listen "127.0.0.1:70000"' node --mesh chat --listen 127.0.0.1:70000
refused "an IPv6 address without brackets" 'listen "::1:9000"' node --mesh chat --listen ::1:9000
refused "an address that is not here" 'listen "192.0.2.1:9000": ' node --mesh chat --listen 192.0.2.1:9000
refused "a resolver of another scheme" 'resolver "http://127.0.0.1/": net.tcp://' node --mesh chat --listen 127.0.0.1:0 --resolver http://127.0.0.1/
refused "an unknown dialect" 'dialect "old": net, spec, profile or mono is due' node --mesh chat --listen 127.0.0.1:0 --dialect old
refused "more at least than at most" 'over the' node --mesh chat --listen 127.0.0.1:0 --min 9
refused "a message size without sense" '--message_size 3s' node --mesh chat --listen 127.0.0.1:0 --message_size 3s
refused "hops below one" '--hops -3' node --mesh chat --listen 127.0.0.1:0 --hops -3
refused "nine channels" 'more than 8 channels' node --mesh chat --listen 127.0.0.1:0 --channel={a,b,c,d,e,f,g,h,i}
refused "resolver without an address" '--listen 127.0.0.1:47000 is due' resolver
refused "a lifetime without a unit" '--lifetime 10' resolver --listen 127.0.0.1:0 --lifetime 10

# Two people, two channels, over IPv6 and under the profile dialect.
free_ports 3 || { fail "no free ports"; finish; }
"$program" resolver --listen "[::1]:$base" >"$work/resolver.log" 2>"$work/resolver.err" </dev/null &
resolver_pid=$!
wait_for "the resolver listens on ::1" 5 grep -qs 'listens on port' "$work/resolver.err"
talk() { # name, number
    open_feed "$1"
    "$program" node --mesh net.p2p://Chat/ --listen "[::1]:$((base + $2))" --resolver "net.tcp://[::1]:$base/resolver" --channel talk --channel notes \
        --dialect profile --host localhost <"$work/feed$1" >"$work/$1.log" 2>"$work/$1.err" &
    pid[$1]=$!
    wait_for "$1 opens" 10 grep -qs 'open as net.tcp://localhost:' "$work/$1.err"
}
declare -A pid feed
talk anna 1
talk bert 2
wait_for "bert finds anna" 10 grep -q 'a neighbor was found' "$work/bert.err"
printf 'hello\n@notes buy milk\n@talk \033[2Jclear?\n@cellar nobody\n' >&"${feed[anna]}"
if wait_for "bert hears anna" 5 counted "$work/bert.log" . 3; then
    printf '@talk hello\n@notes buy milk\n@talk  [2Jclear?\n' | cmp -s - "$work/bert.log" && ok "lines go to their channels, control characters do not reach the terminal" ||
        fail "bert hears: $(tr '\n' '|' <"$work/bert.log")"
fi
grep -q 'not sent: there is no channel "cellar"' "$work/anna.err" && ok "a channel that there is not is named" || fail "anna's stderr: $(cat "$work/anna.err")"
head -c 70000 /dev/zero | tr '\0' x >&"${feed[anna]}"
echo >&"${feed[anna]}"
wait_for "a message over the limit is refused" 5 grep -q "not sent: the message is over the mesh's limit" "$work/anna.err" && ok "a message over the limit is refused"
[ -s "$work/anna.log" ] && fail "anna hears herself in the line mode" || ok "own lines are not printed"
wait_for "the resolver prints its calls" 5 grep -q '^\[::1\]:[0-9]* Register$' "$work/resolver.log" && ok "the resolver prints its calls"
refused "a port that is taken" "listen \"\[::1\]:$base\": " resolver --listen "[::1]:$base"
kill -INT "${pid[bert]}"
wait "${pid[bert]}" && grep -q 'Unregister' "$work/resolver.log" && ok "SIGINT: a clean leave, exit code 0" || fail "bert leaves with exit code $?"
echo "one more" | timeout 20 "$program" node --mesh chat --listen "[::1]:$((base + 3))" --channel talk --resolver "net.tcp://[::1]:$base/resolver" --until-eof --quiet
[ $? = 0 ] && ok "--until-eof: a node leaves when its input ends" || fail "--until-eof: exit code $?"
stop_all

# The library: installed somewhere, an example of 40 lines compiled against it joins a mesh and prints what it hears.
sanitized="" # what `make asan` has built wants the rest built and linked so
nm "$B/libprotocol-live.a" | grep -q __asan_init && sanitized=-fsanitize=address,undefined
make -s "B=$B" ${sanitized:+OPT="-O1 $sanitized -fno-sanitize-recover=undefined -fno-omit-frame-pointer" LDFLAGS="$sanitized"} install PREFIX="$work/usr" >"$work/out" 2>"$work/err" || fail "make install: $(tail -n 1 "$work/err")"
for file in include/peermesh.h lib/libpeermesh.a lib/pkgconfig/peermesh.pc bin/peermesh; do
    [ -s "$work/usr/$file" ] || fail "make install does not bring $file"
done
cp tests/live/listen.c "$work/" && cd "$work" || exit 1
export PKG_CONFIG_PATH=$work/usr/lib/pkgconfig
# shellcheck disable=SC2046
if cc -std=c11 -Wall -Wextra -Werror $sanitized -o listen listen.c $(pkg-config --cflags --libs --static peermesh) 2>"$work/err"; then
    ok "the example ($(wc -l <listen.c) lines) compiles against the installed library"
else
    fail "the example does not compile: $(head -n 2 "$work/err")" "cc listen.c \$(pkg-config --cflags --libs --static peermesh)"
fi
echo '#include <peermesh.h>' >plus.cc && c++ -fsyntax-only -Wall -Werror $(pkg-config --cflags peermesh) plus.cc 2>"$work/err" && ok "the header is C++, too" || fail "C++: $(head -n 1 "$work/err")"
cd - >/dev/null || exit 1
free_ports 2 && start_resolver
"$work/listen" net.p2p://chat 127.0.0.1:$((base + 2)) net.tcp://127.0.0.1:$base/resolver >"$work/heard" 2>&1 </dev/null &
pid[example]=$!
start_node 1
wait_for "the example finds a neighbor" 10 grep -q '^online, 1 neighbors' "$work/heard"
echo "to whoever listens" >&"${feed[1]}"
wait_for "the example prints what it hears" 5 grep -q '^[0-9a-f-]*: to whoever listens$' "$work/heard" && ok "the example prints what it hears"
"$work/listen" chat nowhere net.tcp://127.0.0.1:1/ 2>"$work/err"
[ $? = 2 ] && grep -q 'listen "nowhere"' "$work/err" && ok "the example says what is wrong with an address" || fail "the example with a bad address: $(cat "$work/err")"
stop_all
finish
