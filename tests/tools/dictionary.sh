#!/bin/bash
# The static dictionary inside the Wireshark dissector, from the table that the C code is built from.   usage: dictionary.sh write | check
set -u
cd "$(dirname "$0")/../.." || exit 2
table=protocol/wire/nbfs_strings.inc
lua=analysis/wireshark/peerchannel.lua

# The file with its dictionary replaced: what stands between the line that opens the long string and the one that closes it.
renewed() {
    sed -n '1,/^local DICTIONARY = \[\[$/p' "$lua"
    sed -n 's/^S("\(.*\)")$/\1/p' "$table"
    sed -n '/^\]\]$/,$p' "$lua"
}

case ${1:-} in
write)
    new=$(mktemp) || exit 1
    renewed >"$new" && cat "$new" >"$lua"
    rm -f "$new"
    ;;
check)
    renewed | cmp -s - "$lua" && exit 0
    echo "$lua: its dictionary is not that of $table; write it anew: make dictionary" >&2
    exit 1
    ;;
*)
    echo "usage: dictionary.sh write | check" >&2
    exit 2
    ;;
esac
