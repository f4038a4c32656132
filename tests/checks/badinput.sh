#!/bin/bash
# Bad input: one sentence on stderr that names the file, the line and the reason, exit code 2, and no folder that looks like a run.
. "$(dirname "$0")/common.bash"

captures=tests/data/captures
out=$work/run

# name; patterns that the sentence must hold, separated by ~; then the command. $allowed seconds at most.
allowed=20
refused() {
    local name=$1 wanted=$2 said pattern missing=""
    shift 2
    rm -rf "$out"
    quietly timeout "$allowed" "$@"
    said=$(grep -v '^usage:\|^  ' "$work/err")
    while IFS= read -r -d '~' pattern; do
        grep -qE -- "$pattern" <<<"$said" || missing="$missing \"$pattern\""
    done < <(printf "%s~" "$wanted")
    if [ "$code" != 2 ]; then
        fail "$name: exit code $code, not 2: $(head -n 1 "$work/err")" "$*"
    elif [ "$(grep -c . <<<"$said")" != 1 ]; then
        fail "$name: $(grep -c . <<<"$said") lines on stderr, not one: $(head -n 2 "$work/err" | tr '\n' ' ')" "$*"
    elif [ -n "$missing" ]; then
        fail "$name: the sentence lacks$missing: $said" "$*"
    elif [ -e "$out/run.json" ]; then
        fail "$name: run.json was written" "$*"
    else
        ok "$name: $said"
    fi
}

# name, expected line, expected reason, then the script (stdin): run must refuse it
script() {
    local name=$1 line=$2 reason=$3
    cat >"$work/story.lua"
    refused "$name" "story\.lua:$line~$reason" "$program" run "$work/story.lua" --out "$out"
}

head='local p = scenario { title = "T", story = "S.", params = { peers = 5 } }
network "null"
local m = mesh "m"
local a = peers("a", 5, { mesh = m })'

script "an unknown name" 5: "peeers" <<EOT
$head
peeers("b", 1, { mesh = m })
finish(settled + "1s")
EOT
script "an unknown option" 5: "jion.*join" <<EOT
$head
peers("b", 1, { mesh = m, jion = "1s" })
finish(settled + "1s")
EOT
script "an unknown metric" 5: "latencyy" <<EOT
$head
exact("x", metric.latencyy, "==", 1)
finish(settled + "1s")
EOT
script "a number without unit" 5: "12 has no unit" <<EOT
$head
peers("b", 1, { mesh = m, join = 12 })
finish(settled + "1s")
EOT
script "a mesh with min over max" 3: "min = 5 is more than max = 3" <<EOT
local p = scenario { title = "T", story = "S." }
network "null"
local m = mesh("m", { min = 5, ideal = 5, max = 3 })
local a = peers("a", 5, { mesh = m })
finish(settled + "1s")
EOT
script "an endless loop" "[56]:" "instructions" <<EOT
$head
while true do
end
EOT
script "an endless string" "" "256 MiB" <<EOT
$head
local s = "x" while true do s = s .. s end
EOT
script "an endless recursion" "[0-9]+:" "stack overflow" <<EOT
$head
local function f() return 1 + f() end f()
EOT
script "a syntax error" "[0-9]+:" "expected|near" <<EOT
$head
if then
EOT
script "a script that ends in the middle" "[0-9]+:" "unfinished" <<EOT
$head
exact("x", metric.delivery, "==
EOT
script "no finish" "" "finish" <<EOT
$head
EOT
script "the clock of this machine" 5: "os" <<EOT
$head
os.time()
EOT
script "a file of this machine" 5: "io" <<EOT
$head
io.open("/etc/passwd")
EOT
printf '\033Lua\x54\0\x19\x93' >"$work/bytes.lua"
refused "a compiled script" "bytes\.lua" "$program" run "$work/bytes.lua" --out "$out"
head -c 4096 /dev/urandom >"$work/noise.lua"
refused "noise for a script" "noise\.lua" "$program" run "$work/noise.lua" --out "$out"
: >"$work/empty.lua"
refused "an empty script" "empty\.lua" "$program" run "$work/empty.lua" --out "$out"
refused "a script that is not there" "gone\.lua~[Nn]o such file" "$program" run "$work/gone.lua" --out "$out"
refused "a folder for a script" "$work" "$program" run "$work" --out "$out"
if [ "$(id -u)" != 0 ]; then
    cp scenarios/mesh/hello.lua "$work/secret.lua" && chmod 000 "$work/secret.lua"
    refused "a script that may not be read" "secret\.lua~[Pp]ermission" "$program" run "$work/secret.lua" --out "$out"
fi

hello=scenarios/mesh/hello.lua
refused "an unknown parameter" "greting~greeting" "$program" run $hello --set greting=1B --out "$out"
refused "a parameter of the wrong kind" "greeting~soon" "$program" run $hello --set greeting=soon --out "$out"
refused "a choice that there is not" "moon~lan" "$program" run $hello --set place=moon --out "$out"
refused "an unknown thing to leave out" "nothing" "$program" run $hello --without "nothing at all" --out "$out"
refused "an unknown variant" "z" "$program" run $hello --variant z --out "$out"
refused "a seed that is no number" "seed.*seven" "$program" run $hello --seed seven --out "$out"
refused "a seed of too many digits" "seed" "$program" run $hello --seed 18446744073709551616 --out "$out"
refused "an unknown trace level" "trace.*some" "$program" run $hello --trace some --out "$out"
refused "an unknown option of run" "wrong" "$program" run $hello --wrong --out "$out"
refused "why of no run folder" "/nowhere" "$program" why /nowhere 1 a
refused "a flood of no run folder" "/nowhere.*trace" "$program" flood /nowhere
refused "run without a script" "run" "$program" run
refused "an unknown command" "nonsense" "$program" nonsense
refused "a command that is not built yet" "hunt~not built" "$program" hunt a b

# Captures: what whole packets gave is printed, then the file, what is wrong, exit code 2.
capture=$captures/five-leave.pcap
size=$(stat -c %s "$capture")
head -c $((size - 7)) "$capture" >"$work/cut.pcap"
refused "a capture cut inside a packet" "cut\.pcap" "$program" dissect --tsv "$work/cut.pcap"
head -c 11 "$capture" >"$work/stub.pcap"
refused "a capture cut inside its header" "stub\.pcap" "$program" dissect --tsv "$work/stub.pcap"
refused "an empty capture" "empty\.lua" "$program" dissect --tsv "$work/empty.lua"
refused "noise for a capture" "noise\.lua" "$program" dissect "$work/noise.lua"
refused "a capture that is not there" "gone\.pcap~[Nn]o such file" "$program" dissect "$work/gone.pcap"
refused "a folder for a capture" "$work" "$program" dissect "$work"
refused "a folder that is no run" "$work" "$program" report "$work"
refused "report on nothing" "gone" "$program" report "$work/gone"

# Full disks. A file in the way of the folder; then a file system of 64 KiB, where that may be mounted.
: >"$work/file"
out=$work/file/run
refused "a run folder below a file" "file/run~[Nn]ot a directory" "$program" run $hello --out "$out"
out=$work/run
mkdir -p "$work/full"
ticker="scenarios/pubsub/stock_ticker.lua --set subscribers=50 --set day=1min"
# A limit on the size of files stops the writing as a full disk does; its signal must not end the program first.
# shellcheck disable=SC2016
small=(bash -c 'trap "" XFSZ; ulimit -f 64; exec "$@"' -)
# shellcheck disable=SC2086
refused "a trace that may not grow" "run/trace.bin~too large" "${small[@]}" "$program" run $ticker --out "$out"
# shellcheck disable=SC2086
refused "a capture that may not grow" "run/run.pcapng~too large" "${small[@]}" "$program" run $ticker --trace none --pcap --out "$out"
if mount -t tmpfs -o size=64k tmpfs "$work/full" 2>/dev/null; then
    trap 'umount "$work/full"; rm -rf "$work"' EXIT
    out=$work/full/run
    # shellcheck disable=SC2086
    refused "a disk that fills up while the trace is written" "$out~[Nn]o space" "$program" run $ticker --out "$out"
    # shellcheck disable=SC2086
    refused "a disk that fills up while the capture is written" "$out~[Nn]o space" \
        "$program" run $ticker --trace none --pcap --out "$out"
    dd if=/dev/zero of="$work/full/stone" bs=1k 2>/dev/null
    refused "a disk that is full already" "$work/full~[Nn]o space" "$program" run $hello --out "$out"
    umount "$work/full"
    trap 'rm -rf "$work"' EXIT
else
    echo "skip a small file system: may not be mounted here"
fi
if [ -w /dev/full ]; then
    quietly bash -c '"$0" dissect --tsv "$1" >/dev/full' "$program" "$capture"
    if [ "$code" = 2 ] && grep -qi 'space' "$work/err"; then
        ok "printing to a full disk: $(head -n 1 "$work/err")"
    else
        fail "printing to a full disk: exit code $code: $(head -n 1 "$work/err")" "$program dissect --tsv $capture >/dev/full"
    fi
fi

# A run that does not end takes the place of the earlier run in its folder: that run's numbers are not its own.
out=$work/earlier
# shellcheck disable=SC2086
quietly "$program" run $ticker --out "$out"
if [ "$code" != 0 ] || [ ! -e "$out/run.json" ]; then
    fail "the stock ticker does not run: $(head -n 1 "$work/err")" "$program run $ticker"
else
    # shellcheck disable=SC2086
    quietly "${small[@]}" "$program" run $ticker --out "$out"
    if [ "$code" = 2 ] && [ ! -e "$out/run.json" ]; then
        ok "a run that does not end leaves no run.json, not even that of the run before"
    else
        fail "run.json of an earlier run is left by one that did not end (exit code $code)" "$program run $ticker, twice"
    fi
fi
finish
