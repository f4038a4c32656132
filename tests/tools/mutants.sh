#!/bin/bash
# Makes each change of tests/data/mutants.tsv in a copy of the core, and runs the one test that must notice it.
# usage: [B=build] [CC=cc] [CFLAGS=…] mutants.sh [NAME…]   (default: all)   Exit code 1: a mutant survives.
set -u
cd "$(dirname "$0")/../.." || exit 2
B=${B:-build} CC=${CC:-cc}
table=tests/data/mutants.tsv
out=$B-mutant
flags="-std=c11 -D_GNU_SOURCE -g -O0 -w -I. $(pkg-config --cflags glib-2.0)"
libs="$(pkg-config --libs glib-2.0 gio-2.0) -lcriterion -lm"
rm -rf "$out"
mkdir -p "$out"

# The rows of one mutant: the changed files are compiled, and linked in front of the library that has the others.
build() {
    local name=$1 program=$2 file from to source objects=""
    mkdir -p "$out/$name"
    while IFS=$'\t' read -r row file from to _; do
        [ "$row" = "$name" ] || continue
        source=$out/$name/$(basename "$file")
        [ -f "$source" ] || cp "$file" "$source"
        FROM=$from TO=$to perl -0777 -pi -e '
            my ($from, $to) = map { s/\\n/\n/gr } ($ENV{FROM}, $ENV{TO});
            my $n = () = /\Q$from\E/g;
            if ($n != 1) { print STDERR "occurs $n times: $from\n"; exit 3 }
            s/\Q$from\E/$to/' "$source" || return 1
    done <"$table"
    for source in "$out/$name"/*.c; do
        $CC $flags -c -o "${source%.c}.o" "$source" || return 1
        objects+=" ${source%.c}.o"
    done
    local wrap=""
    [ "$program" = narrative ] && wrap=-Wl,--wrap=pc_fsm_row
    $CC $wrap -o "$out/$name/test" $objects "$B/tests/unit/$program"/*.o "$B/libprotocol-mesh.a" "$B/libprotocol-wire.a" $libs
}

# A test: stories/NAME.story, hostile/NAME.story, or unit:PROGRAM:FILTER.
program_of() {
    case $1 in
    unit:*) local rest=${1#unit:} && echo "${rest%%:*}" ;;
    *) echo narrative ;;
    esac
}

passes() {
    local binary=$1 test=$2
    case $test in
    unit:*) timeout 60 "$binary" --filter "${test#unit:*:}" ;;
    *) STORY=$(basename "$test") timeout 60 "$binary" --filter 'narrative/*' ;;
    esac >/dev/null 2>&1
}

try() {
    local name=$1 test=$2 program
    program=$(program_of "$test")
    if [ "$program" = narrative ] && [ ! -f "tests/unit/narrative/$test" ]; then
        echo "FAIL $name: there is no $test"
    elif ! build "$name" "$program" >"$out/$name.log" 2>&1; then
        echo "FAIL $name: cannot be built: $(tail -n 1 "$out/$name.log")"
    elif ! passes "$B/unit/$program" "$test"; then
        echo "FAIL $name: $test fails without the change"
    elif passes "$out/$name/test" "$test"; then
        echo "FAIL $name: survives $test"
    else
        echo "ok   $name: caught by $test"
    fi >"$out/$name.result"
    rm -rf "${out:?}/$name"
}

names=${*:-$(grep -v '^#' "$table" | cut -f 1 | uniq)}
for name in $names; do
    while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
    try "$name" "$(awk -F '\t' -v name="$name" '$1 == name { print $5; exit }' "$table")" &
done
wait
for name in $names; do cat "$out/$name.result"; done
total=$(wc -w <<<"$names")
alive=$(cat "$out"/*.result | grep -c '^FAIL')
echo "$((total - alive)) of $total mutants caught"
[ "$alive" = 0 ]
