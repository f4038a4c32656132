#!/bin/bash
# Proves the arrows between the parts: who includes whom (dependency files written by the compiler), what each object asks of the
# outside (undefined symbols), and that simulator and core use no floating point.   usage: check_layers.sh BUILD-DIRECTORY
set -u
export LC_ALL=C
build=${1:?usage: check_layers.sh BUILD-DIRECTORY}
bad=0

complain() {
    echo "check-layers: $*" >&2
    bad=1
}

# Sources of a part that have been compiled, the program's main file aside.
sources() {
    local source
    for source in "$1"/*.c; do
        case $source in *_main.c) continue ;; esac
        echo "$source"
    done
}

# The project's headers that the sources of a part include, directly or not: lines "source header", without detours
# ("sim/../protocol/wire/nmf.h").
included() {
    local source
    for source in $(sources "$1"); do
        sed -e 's/\\$//' -e 's/ \/[^ ]*//g' "$build/${source%.c}.d" | tr -s ' ' '\n' | awk -v s="$source" '/\.h$/ && !seen[$0]++ {print s, $0}'
    done | while read -r source header; do
        case $header in *./*) header=$(realpath -m --relative-to=. "$header") ;; esac
        echo "$source $header"
    done
}

# part, then the folders it may include
includes() {
    local part=$1 source header allowed ok
    shift
    for source in $(sources "$part"); do
        [ -e "$build/${source%.c}.d" ] || { complain "$source is not compiled in $build"; return; }
    done
    while read -r source header; do
        ok=0
        for allowed in "$part/" "$@"; do
            case $header in "$allowed"*) ok=1 ;; esac
        done
        [ $ok = 1 ] || complain "$source includes $header: $part may include only $part/ $*"
    done < <(included "$part")
}

objects() {
    local source
    for source in $(sources "$1"); do
        echo "$build/${source%.c}.o"
    done
}

# What the objects of a part need from outside: lines "source symbol". Asked for once.
declare -A needs
look_at_symbols() {
    local part=$1
    # shellcheck disable=SC2046
    needs[$part]=$(nm -A -u $(objects "$part") | sed -e "s|^$build/||" -e 's|\.o: *U |.c |' -e 's/@.*//')
}

# part, then a pattern of symbols that it must not need, and why
symbols() {
    local part=$1 pattern=$2 why=$3 source symbol
    [ -n "${needs[$part]:-}" ] || look_at_symbols "$part"
    while read -r source symbol; do
        complain "$source uses $symbol: $why"
    done < <(grep -E " ($pattern)\$" <<<"${needs[$part]}")
}

# part, then sources (a pattern of their names) that may compute with floating-point numbers
floats() {
    local part=$1 except=${2:-^$} source hits
    while read -r source hits; do
        basename "$source" .c | grep -qE "$except" ||
            complain "$source computes with floating-point numbers ($hits instructions): $part computes with integers"
    done < <(
        # shellcheck disable=SC2046
        objdump -d --no-show-raw-insn $(objects "$part") | grep -E "file format|$arithmetic" |
            awk -v b="$build/" '/file format/ {s = substr($1, length(b) + 1); sub(/\.o:$/, ".c", s); next} {n[s]++} END {for (s in n) print s, n[s]}'
    )
}

includes protocol/wire
includes protocol/mesh protocol/wire/
includes protocol/live protocol/wire/ protocol/mesh/
includes sim
includes analysis protocol/wire/
includes scenarios/conform protocol/wire/ protocol/mesh/ analysis/

clocks='time|times|clock|clock_.*|gettimeofday|timespec_get|localtime.*|gmtime.*|nanosleep|usleep|sleep|g_usleep|g_get_(monotonic|real)_time|g_timer_.*|g_timeout_.*|g_date_time_.*'
sockets='socket|connect|bind|listen|accept4?|send(to|msg)?|recv(from|msg)?|getaddrinfo|poll|ppoll|select|epoll_.*|g_socket.*'
files='fopen(64)?|fdopen|open(64)?|openat(64)?|creat|unlink|rename|mmap(64)?|g_file_.*|g_mkdir.*|g_fopen'
chance='rand|srand|random|srandom|drand48|rand_r|getrandom|getentropy|arc4random.*|g_rand.*|g_random.*|g_uuid.*'
order='g_hash_table_(foreach.*|iter_.*|get_keys.*|get_values.*)'
mathlib='(exp|exp2|expm1|log|log2|log10|log1p|pow|sqrt|cbrt|sin|cos|tan|sinh|cosh|tanh|floor|ceil|round|lround|llround|fmod)[fl]?'
text='strto(d|f|ld)|atof|g_strtod|g_ascii_(strtod|dtostr|formatd)'
environment='getenv|secure_getenv|g_getenv|setlocale|newlocale|uselocale|localeconv|nl_langinfo'

for part in protocol/wire protocol/mesh; do
    symbols $part "$clocks|$sockets|$files|$chance|$environment" "the core knows no clocks, sockets, files or randomness"
    symbols $part "$order" "hash tables are for look-up, never for iteration"
done
symbols protocol/mesh "$mathlib|$text" "no floating point in the core"
symbols sim "$clocks|$sockets|$chance|$environment" "virtual time and keyed streams only"
symbols sim "$order" "hash tables are for look-up, never for iteration"
symbols sim "$mathlib|$text" "no floating point in the simulator: results differ between processors"
symbols sim '(pc|an|scn)_.*' "the simulator knows no protocol"
symbols protocol/wire 'pc_(node|link|resolver|seen|ids|rules|address)_.*|(sim|an|scn)_.*' "wire is the lowest layer"
symbols protocol/live '(sim|an|scn)_.*' "the live node knows neither simulator nor scenarios"
symbols protocol/live "$order" "hash tables are for look-up, never for iteration"
symbols protocol/mesh 'pc_(live|socket|listener|sockets|told)_.*|peermesh_.*' "the core does not know who drives it"
symbols protocol/mesh '(sim|an|scn)_.*' "the core does not know who drives it"
symbols scenarios/conform '(sim|scn|pl)_.*' "a replay knows neither the simulator nor scripts"
symbols analysis '(sim|scn)_.*|pc_(node|resolver|ids)_.*' "analysis reads run folders and captures only"

# The wire's exception: values and texts of float and double records.
case $(uname -m) in
x86_64)
    arithmetic='\sv?(add|sub|mul|div|sqrt|u?comi|cvtsi2|cvtt?)[sp][sd]|\sf(add|sub|mul|div|ild|isttp|sqrt|com)'
    floats protocol/wire '^nbfx_(text|values)$'
    floats protocol/mesh
    floats sim
    ;;
*) echo "check-layers: floating-point instructions are looked for on x86-64 only" ;;
esac

[ $bad = 0 ] && echo "check-layers: the arrows hold"
exit $bad
