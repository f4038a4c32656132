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
        printf "%-20s %7s %7s   %9s %7s\n", "file", "lines", "run", "branches", "taken"
        for (i = 1; i <= files; i++) {
            f = order[i]; L += lines[f]; R += run[f]; N += branches[f]; T += taken[f]
            printf "%-20s %7d %6.1f%%   %9d %6.1f%%\n", f, lines[f], lines[f] ? 100 * run[f] / lines[f] : 100, branches[f], branches[f] ? 100 * taken[f] / branches[f] : 100
        }
        printf "%-20s %7d %6.1f%%   %9d %6.1f%%\n", "protocol/", L, 100 * R / L, N, 100 * T / N
        exit !(R >= 0.95 * L && T >= 0.85 * N)
    }' "$work"/*.gcov
