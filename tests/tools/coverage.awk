# What gcov says of each source, beside tests/data/uncovered.tsv.   awk -f coverage.awk [-v list=1] uncovered.tsv FILE.c.gcov…
# Counts branches as gcov does, without calls, also those of lines that nothing runs; not those of assertions.
# WRONG, and exit code 1: a function with something not run and no row, or with a row that says another number of branches;
# a row of a function that is run whole, or is not there; under 95 % of lines or 85 % of branches.

function basename(path) { sub(/.*\//, "", path); sub(/\.gcov$/, "", path); return path }
function percent(part, whole) { return whole ? 100 * part / whole : 100 }
function wrong(text) { print "WRONG " text; bad = 1 }

# The branches of the line before, now that all of them are known.
function end_line() {
    if (missed && !macro) note(missed " of " seen " branches")
    if (!macro) { branches[file] += seen; taken[file] += seen - missed; left[key] += missed }
    seen = missed = 0
}
# Something of this line is not run.
function note(what) {
    if (!(key in first)) { first[key] = source ":" line; found[++finds] = key }
    if (list) printf "%s:%d: %s: %s:%s\n", source, line, fn, what, text
}

BEGIN { FS = "\t" }
FNR == 1 { end_line() }
FILENAME ~ /\.tsv$/ {
    if ($0 ~ /^#/ || $0 == "") next
    if (NF != 4 || $3 !~ /^[0-9]+$/ || $4 == "") wrong(FILENAME ":" FNR ": file, function, branches, reason: four columns")
    if (($1 SUBSEP $2) in row) wrong(FILENAME ":" FNR ": a second row of " $2)
    row[$1, $2] = $3; where[$1, $2] = FILENAME ":" FNR
    next
}
FNR == 1 { file = basename(FILENAME); order[++files] = file; source = $0; sub(/.*Source:/, "", source); macro = 0; next }
/^function / { end_line(); split($0, word, " "); fn = word[2]; key = file SUBSEP fn; exists[key] = 1; next }
/^ *(-|[0-9]+\*?|#####|=====): *[0-9]+:/ {
    end_line()
    split($0, part, ":"); count = part[1]; gsub(/ /, "", count); line = part[2] + 0
    text = $0; sub(/^[^:]*:[^:]*:/, "", text)
    macro = text ~ /g_assert|g_return/
    if (count == "-") next
    lines[file]++
    if (count ~ /#|=/) note("not run"); else run[file]++
    next
}
/^branch/ { seen++; if ($0 ~ /never executed|taken 0/) missed++ }
END {
    end_line()
    printf "%-18s %6s %6s  %8s %6s\n", "file", "lines", "run", "branches", "taken"
    for (i = 1; i <= files; i++) {
        f = order[i]; L += lines[f]; R += run[f]; N += branches[f]; T += taken[f]
        printf "%-18s %6d %5.1f%%  %8d %5.1f%%\n", f, lines[f], percent(run[f], lines[f]), branches[f], percent(taken[f], branches[f])
    }
    printf "%-18s %6d %5.1f%%  %8d %5.1f%%\n", "protocol/", L, percent(R, L), N, percent(T, N)
    for (i = 1; i <= finds; i++) {
        key = found[i]; split(key, name, SUBSEP)
        if (!(key in row)) wrong(first[key] ": " name[2] ": " left[key] + 0 " branches not taken or lines not run, and no row in tests/data/uncovered.tsv says why")
        else if (row[key] != left[key]) wrong(where[key] ": " name[2] " has " left[key] + 0 " branches not taken (the first at " first[key] "), not " row[key])
        reasons++
    }
    for (key in row) {
        split(key, name, SUBSEP)
        if (!(key in exists)) wrong(where[key] ": no function " name[2] " in " name[1])
        else if (!(key in first)) wrong(where[key] ": " name[2] " is run whole: take the row out")
    }
    printf "%d branches of %d functions are not taken; tests/data/uncovered.tsv says why\n", N - T, reasons
    if (R < 0.95 * L || T < 0.85 * N) wrong("under 95 % of lines or 85 % of branches")
    exit bad
}
