#!/bin/bash
# Same script, same seed: the same bits. Whatever is recorded, whatever the environment says, whoever compiled it.
. "$(dirname "$0")/common.bash"

scenario=scenarios/pubsub/stock_ticker.lua
arguments=(--set subscribers=200 --set day=1min --seed 7)
expected=""

# name, program, further arguments of it; the environment comes from the caller
same() {
    local name=$1 binary=$2 folder="$work/run" found
    shift 2
    rm -rf "$folder"
    "$binary" run "$scenario" "${arguments[@]}" --out "$folder" "$@" >"$work/out" 2>"$work/err" </dev/null
    found=$(fingerprint_of "$folder")
    if [ -z "$found" ]; then
        fail "$name: the run left no fingerprint: $(tail -n 1 "$work/err")" "$binary run $scenario ${arguments[*]} $*"
    elif [ -z "$expected" ]; then
        expected=$found
        ok "the first run has fingerprint $found"
    elif [ "$found" = "$expected" ]; then
        ok "the same fingerprint $name"
    else
        fail "another fingerprint $name: $found" "$binary run $scenario ${arguments[*]} $*"
    fi
}

# A different seed gives a different fingerprint: else the comparison below would say nothing.
differs() {
    local found
    quietly "$program" run "$scenario" --set subscribers=200 --set day=1min --seed 8 --out "$work/other"
    found=$(fingerprint_of "$work/other")
    if [ -n "$found" ] && [ "$found" != "$expected" ]; then
        ok "another seed gives another fingerprint"
    else
        fail "seed 8 has the fingerprint of seed 7" "$program run $scenario --set subscribers=200 --set day=1min --seed 8"
    fi
}

build() {
    local name=$1 folder=$2
    shift 2
    if ! quietly make -s -j2 "B=$folder" "$@" "$folder/peermesh" || [ "$code" != 0 ]; then
        fail "$name does not build: $(grep -m 1 -E 'error|Error' "$work/err")" "make B=$folder $* $folder/peermesh"
        return 1
    fi
}

same "" "$program"
[ -n "$expected" ] || finish
same "when run again" "$program"
differs
for level in none budget full; do
    same "with --trace $level" "$program" --trace $level
done
same "with --no-memo" "$program" --no-memo
same "with --pcap" "$program" --pcap

# With everything that can go wrong: cuts, churn, loss, gaps and new addresses.
(
    cat >"$work/faults.lua" <<'EOT'
local p = scenario { title = "Faults", story = "Much goes wrong." }
network("mobile", { nat = "30%", loss = "1%" })
local m = mesh "m"
local voice = peers("voice", 1, { mesh = m, plays = role("publisher", { rate = "1/s", size = "200B", start = settled }) })
local all = peers("peer", 60, { mesh = m, churn = { on = "exp 5min", off = "exp 5min", how = "silent" } })
cut({ all:pick("50%"), "rest" }, { at = settled + "1min", lasts = "30s" })
impair(all:pick(5, "sleepers"), { asleep = true, at = settled + "2min", lasts = "uniform 5s..60s" })
impair(all:pick(5, "deaf"), { read = "0B/s", at = settled + "2min", lasts = "20s" })
impair(m.resolver, { down = true, how = "reset", at = settled + "3min", lasts = "30s" })
finish(settled + "5min")
EOT
    scenario=$work/faults.lua arguments=(--seed 7) expected=""
    same "" "$program"
    same "with faults and --trace none" "$program" --trace none
    same "with faults, --no-memo and --pcap" "$program" --no-memo --pcap
    [ "$failures" = 0 ]
) || failures=$((failures + 1))

# Roles written in Lua, their draws, timers and conditions.
same_elsewhere() { # script, how it is called, arguments
    (
        scenario=$1 arguments=("${@:3}") expected=""
        same "" "$program"
        same "with $2 and --no-memo" "$program" --no-memo
        GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2_Usable,-FMA_Usable,-AVX2,-FMA,-AVX512F same "with $2, variants of libm masked" "$program"
        MALLOC_PERTURB_=165 same "with $2 and MALLOC_PERTURB_=165" "$program"
        for folder in "$B-o0" "$B-clang"; do
            [ -x "$folder/peermesh" ] && same "with $2, built in $folder" "$folder/peermesh"
        done
        [ "$failures" = 0 ]
    ) || failures=$((failures + 1))
}
for locale in $(locale -a 2>/dev/null | grep -iE '^(de_DE\.utf-?8|tr_TR\.utf-?8|C\.utf-?8|POSIX)$'); do
    LC_ALL=$locale same "under the locale $locale" "$program"
done
if [ -f /usr/share/i18n/locales/de_DE ] && localedef -i de_DE -f UTF-8 "$work/de_DE.UTF-8" 2>/dev/null; then
    LOCPATH=$work LC_ALL=de_DE.UTF-8 same "under a locale whose decimal point is a comma" "$program"
fi
TZ=Asia/Kathmandu same "in another time zone" "$program"
MALLOC_PERTURB_=165 same "with MALLOC_PERTURB_=165" "$program"
G_SLICE=always-malloc same "with G_SLICE=always-malloc" "$program"
if setarch -R true 2>/dev/null; then
    setarch=$work/without-aslr
    printf '#!/bin/sh\nexec setarch -R "%s" "$@"\n' "$program" >"$setarch" && chmod +x "$setarch"
    same "without address space randomisation" "$setarch"
else
    echo "skip setarch -R is not allowed here"
fi
GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2_Usable,-FMA_Usable,-AVX2,-FMA,-AVX512F \
    same "with AVX2 and FMA variants of libm masked" "$program"

# Every build folder below is kept: the next check recompiles what has changed only.
build "gcc -O0" "$B-o0" CC=gcc OPT=-O0 && same "built by gcc -O0" "$B-o0/peermesh"
build "gcc -O2" "$B-o2" CC=gcc OPT=-O2 && same "built by gcc -O2" "$B-o2/peermesh"
if command -v clang >/dev/null; then
    build "clang -O2" "$B-clang" CC=clang OPT=-O2 && same "built by clang -O2" "$B-clang/peermesh"
else
    fail "clang is missing" "make deps"
fi
same_elsewhere scenarios/compute/voting.lua "roles in Lua" --tier smoke --seed 7
same_elsewhere "$work/faults.lua" "faults" --seed 7
finish
