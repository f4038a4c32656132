#!/bin/bash
# The rules of tests/data/ledger.tsv against code and tests.   usage: ledger.sh [--quiet]
# Prints the table and what is wrong with it; exit code 1 if a covered rule's id is not in protocol/ or not in a test that it names,
# if code or tests name an id that the ledger does not have, or if a row that is not covered does not say why.
set -u
cd "$(dirname "$0")/../.." || exit 2
ledger=tests/data/ledger.tsv
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
pattern='\b(PC|FR|LIM)-[0-9]+(\.[0-9]+)?(-[0-9]+)?\b'

grep -rhoE "$pattern" protocol --include='*.[ch]' | sort -u >"$work/code"
grep -rhoE "$pattern" tests/unit --include='*.[ch]' --include='*.story' | sort -u >"$work/tests"
grep -v '^#' "$ledger" >"$work/rows"
cut -f 1 "$work/rows" | sort >"$work/ids"

wrong() {
    echo "WRONG $*"
    echo x >>"$work/wrong"
}

# Does the id stand in the story, or right above the unit test?
has() {
    local id=$1 test=$2 file=tests/unit/${2%%:*}
    [ -f "$file" ] || return 1
    case $test in
    *:*) grep -B 3 -E "^(Parameterized)?Test\([a-z_0-9]+, ${test#*:}\b" "$file" | grep -qE "(^|[^0-9.-])$id([^0-9.-]|$)" ;;
    *) sed '/^---/q' "$file" | grep -qE "^#.*[ ]$id( |$)" ;;
    esac
}

[ "${1:-}" = --quiet ] || awk -F '\t' '{ printf "%-10s %-12s %s\n", $1, $4, $3
                                         if ($5 != "") printf "%24s%s\n", "", $5 }' "$work/rows"
uniq -d "$work/ids" | while read -r id; do wrong "$id occurs twice"; done
comm -23 <(sort -u "$work/code" "$work/tests") "$work/ids" >"$work/unknown"
while read -r id; do wrong "$id stands in code or tests, and not in the ledger"; done <"$work/unknown"
while IFS=$'\x1f' read -r id clause rule state why tests; do
    [ -n "$clause" ] && [ -n "$rule" ] || wrong "$id has no clause or no rule"
    case $state in
    covered)
        grep -qx "$id" "$work/code" || wrong "$id is called covered, and no comment of protocol/ has it"
        [ -n "$tests" ] || wrong "$id is called covered, and names no test"
        for test in $tests; do
            has "$id" "$test" || wrong "$id names the test $test, which does not name it"
        done
        ;;
    deviates | "not modelled") [ -n "$why" ] || wrong "$id: $state, and no reason" ;;
    *) wrong "$id: the state is covered, deviates or not modelled, not '$state'" ;;
    esac
done < <(tr '\t' '\037' <"$work/rows")
echo "$(wc -l <"$work/rows") rules: $(cut -f 4 "$work/rows" | sort | uniq -c | awk '{ n = $1; $1 = ""; printf "%s%d%s", sep, n, $0; sep = ", " }')"
[ ! -s "$work/wrong" ]
