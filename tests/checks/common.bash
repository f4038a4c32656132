# Sourced by the checks of this folder: a temporary folder that goes away, lines "ok …" and "FAIL …", the exit code.
# A check runs from the repository root with B = the build folder (default: build).
set -u
B=${B:-build}
program=$B/peermesh
failures=0
work=$(mktemp -d "${TMPDIR:-/tmp}/peermesh-check.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT

ok() {
    echo "ok $*"
}

# sentence, then the command that shows it (or nothing)
fail() {
    local sentence=$1
    shift
    echo "FAIL $sentence${*:+ (shown by: $*)}"
    failures=$((failures + 1))
}

# Runs a command with nothing on the terminal; what it said is in $work/out and $work/err, its exit code in $code.
quietly() {
    "$@" >"$work/out" 2>"$work/err" </dev/null
    code=$?
}

# Exit code that is due, command…: what the command says is in $work/out and $work/err. False, and told, if it is another code.
exits() {
    local due=$1
    shift
    quietly "$@"
    [ "$code" = "$due" ] && return
    fail "the exit code is $code where $due is due: $(cat "$work/err" "$work/out" | grep -m 1 -E 'DIFFERENT|undecided|peermesh|differs|missing|extra')" "$*"
    return 1
}

# Sentence, expression that a line of what the last command said matches.
says() {
    if grep -qE -- "$2" "$work/out" "$work/err"; then
        ok "$1"
    else
        fail "$1: no line matches $2"
        sed 's/^/      /' "$work/out" "$work/err" | head -n 40
    fi
}

# The fingerprint of a run folder, empty if it has no run.json.
fingerprint_of() {
    sed -n 's/.*"fingerprint": *"\([0-9a-f]*\)".*/\1/p' "$1/run.json" 2>/dev/null | head -n 1
}

finish() {
    [ "$failures" = 0 ]
    exit
}

[ -x "$program" ] || { fail "$program is not there" "make B=$B $program"; finish; }
