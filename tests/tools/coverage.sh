#!/bin/bash
# Line and branch coverage of protocol/ by unit tests and vectors.   usage: [B=build] coverage.sh [--list]
# Prints a table; --list: also every line that nothing runs. Exit code 1 under 95 % of lines or 85 % of branches.
# Branches are those of gcov without calls and without the branches inside g_assert() and other macros that never return.
set -u
cd "$(dirname "$0")/../.." || exit 2
B=${B:-build}-cov
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
MAKEFLAGS="" make --no-print-directory -j"$(nproc)" B="$B" OPT="-O0 --coverage -DG_DISABLE_ASSERT" LDFLAGS=--coverage \
    "$B/unit/wire" "$B/unit/mesh" "$B/unit/narrative" "$B/vectors" >"$work/build.txt" 2>&1 ||
    { tail "$work/build.txt"; exit 2; }
find "$B" -name '*.gcda' -delete
for program in wire mesh narrative; do
    "$B/unit/$program" >"$work/$program.txt" 2>&1 || { tail -n 20 "$work/$program.txt"; exit 1; }
done
"$B/vectors" tests/data/vectors/*.tsv >"$work/vectors.txt" 2>&1 || { tail "$work/vectors.txt"; exit 1; }
for source in protocol/*/*.c; do
    gcov -b -c -r -s . -o "$B/$(dirname "$source")" "$source" >/dev/null 2>&1
    [ -f "$(basename "$source").gcov" ] && mv "$(basename "$source").gcov" "$work/$(basename "$source").gcov"
    rm -f ./*.gcov
done
awk -v list="${1:-}" '
    function flush_branches() { if (executed) { branches[f] += n; taken[f] += t; if (list != "" && t < n) partly[f " " line] = (n - t) } n = t = 0 }
    FILENAME ~ /uncovered.tsv$/ { if ($0 !~ /^#/) { name = $0; sub(/\t.*/, "", name); why[name] = substr($0, length(name) + 2) } next }
    FNR == 1 { f = FILENAME; sub(/.*\//, "", f); sub(/\.gcov$/, "", f); order[++files] = f; executed = 0; n = t = 0 }
    /^ *(-|[0-9]+\*?|#####|=====): *[0-9]+:/ {
        flush_branches()
        split($0, part, ":"); count = part[1]; gsub(/ /, "", count); line = part[2] + 0
        executed = count != "-" && count !~ /#|=/
        text = $0; sub(/^[^:]*:[^:]*:/, "", text)
        macro = text ~ /g_assert|g_return/
        if (count == "-") next
        lines[f]++
        if (executed) run[f]++
        else if (list != "") print f ":" line ":" text
    }
    /^branch/ && executed && !macro { n++; if ($4 + 0 > 0) t++ }
    END {
        printf "%-18s %6s %6s  %8s %6s  %s\n", "file", "lines", "run", "branches", "taken", "what is not run"
        for (i = 1; i <= files; i++) {
            f = order[i]; L += lines[f]; R += run[f]; N += branches[f]; T += taken[f]
            printf "%-18s %6d %5.1f%%  %8d %5.1f%%  %s\n", f, lines[f], lines[f] ? 100 * run[f] / lines[f] : 100, branches[f], branches[f] ? 100 * taken[f] / branches[f] : 100, why[f]
            if (run[f] < lines[f] && why[f] == "") { print "WRONG " f ": lines that nothing runs, and tests/data/uncovered.tsv does not say why"; bad = 1 }
        }
        printf "%-18s %6d %5.1f%%  %8d %5.1f%%\n", "protocol/", L, 100 * R / L, N, 100 * T / N
        exit bad || !(R >= 0.95 * L && T >= 0.85 * N)
    }' tests/data/uncovered.tsv "$work"/*.gcov
