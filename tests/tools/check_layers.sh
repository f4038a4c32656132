#!/bin/bash
# Proves the arrows between the parts: who includes whom (dependency files written by the compiler), what each archive asks of the
# outside (undefined symbols), and that simulator and core use no floating point.   usage: check_layers.sh BUILD-DIRECTORY
set -u
export LC_ALL=C
build=${1:?usage: check_layers.sh BUILD-DIRECTORY}
bad=0

complain() {
    echo "check-layers: $*" >&2
    bad=1
}

# part, then the folders it may include
includes() {
    local part=$1 file header allowed ok
    shift
    while read -r file header; do
        ok=0
        for allowed in "$part/" "$@"; do
            case $header in "$allowed"*) ok=1 ;; esac
        done
        [ $ok = 1 ] || complain "$file includes $header: $part may include only: $part/ $*"
    done < <(for d in "$build/$part"/*.d; do
        [ -e "$d" ] || continue
        src="$part/$(basename "$d" .d).c"
        sed -e 's/\\$//' "$d" | tr -s ' ' '\n' |
            grep -E '^(protocol|sim|analysis|scenarios|tests)/.*\.h$' | sort -u | sed "s|^|$src |"
    done)
}

# part, then a pattern of symbols that it must not need
symbols() {
    local part=$1 pattern=$2 why=$3 archive found
    archive="$build/lib${part//\//-}.a"
    [ -e "$archive" ] || { complain "$archive is not built"; return; }
    found=$(nm -u "$archive" 2>/dev/null | awk 'NF == 2 && $1 == "U" {print $2}' | sed 's/@.*//' | sort -u | grep -E "^($pattern)\$" | tr '\n' ' ')
    [ -z "$found" ] || complain "$part uses $found: $why"
}

floats() {
    local part=$1 except=${2:-^$} object hits
    for object in "$build/$part"/*.o; do
        [ -e "$object" ] || continue
        basename "$object" .o | grep -qE "$except" && continue
        hits=$(objdump -d --no-show-raw-insn "$object" | grep -cE '\s(add|sub|mul|div|sqrt|cvtsi2|cvtt?)s[sd]' || true)
        [ "$hits" = 0 ] || complain "${object#"$build"/}: $hits floating-point instructions; $part computes with integers"
    done
}

includes protocol/wire
includes protocol/mesh protocol/wire/
includes sim
includes analysis protocol/wire/

clocks='time|clock|clock_gettime|gettimeofday|nanosleep|usleep|sleep|g_get_(monotonic|real)_time|g_date_time_new_now.*'
sockets='socket|connect|bind|listen|accept4?|send|sendto|recv|recvfrom|getaddrinfo|poll|select|epoll_.*|g_socket.*'
files='fopen(64)?|open(64)?|creat|unlink|g_file_.*|g_mkdir.*|mmap'
chance='rand|srand|random|srandom|drand48|rand_r|getrandom|arc4random.*|g_rand.*|g_random.*'
order='g_hash_table_(foreach.*|iter_.*|get_keys.*|get_values.*)'
mathlib='exp|exp2|expm1|log|log2|log10|log1p|pow|sqrt|cbrt|sin|cos|tan|sinh|cosh|tanh|floor|ceil|round|lround|fmod'
environment='getenv|secure_getenv|g_getenv|setlocale'

for part in protocol/wire protocol/mesh; do
    symbols $part "$clocks|$sockets|$files|$chance|$environment" "the core knows no clocks, sockets, files or randomness"
    symbols $part "$order" "hash tables are for look-up, never for iteration"
done
symbols protocol/mesh "$mathlib" "no libm in the core"
symbols sim "$clocks|$sockets|$chance|$environment" "virtual time and keyed streams only"
symbols sim "$order" "hash tables are for look-up, never for iteration"
symbols sim "$mathlib" "no libm in the simulator: results differ between processors"
symbols sim 'pc_.*|an_.*|scn_.*' "the simulator knows no protocol"
symbols protocol/wire 'pc_(node|link|resolver|seen|ids|mesh)_.*|sim_.*|an_.*|scn_.*' "wire is the lowest layer"
symbols protocol/mesh 'sim_.*|an_.*|scn_.*' "the core does not know who drives it"
symbols analysis 'sim_.*|scn_.*|pc_(node|resolver|ids)_.*' "analysis reads run folders and captures only"
floats protocol/mesh
floats sim

[ $bad = 0 ] && echo "check-layers: the arrows hold"
exit $bad
