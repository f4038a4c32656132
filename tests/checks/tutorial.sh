#!/bin/bash
# The README's tutorial, as a new user takes it: the text is copied out of README.md, run, and its report made. It is the tutorial of the library.
cd "$(dirname "$0")/../.." || exit 2
. tests/checks/common.bash
program=$PWD/$program

sed -n '/^## A scenario of your own/,/^## /p' README.md | sed -n 's/^    //p; /^$/p' | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' | sed '/./,$!d' >"$work/my.lua"
lines=$(wc -l <"$work/my.lua")
[ "$lines" -ge 20 ] && [ "$lines" -le 40 ] && ok "README.md has a scenario of $lines lines" || fail "README.md has a scenario of about 30 lines, not $lines" cat README.md
cmp -s "$work/my.lua" scenarios/tutorial/disaster_warning.lua && ok "it is scenarios/tutorial/disaster_warning.lua, letter by letter" ||
    fail "README.md and scenarios/tutorial/disaster_warning.lua differ" diff "$work/my.lua" scenarios/tutorial/disaster_warning.lua

cd "$work" || exit 2
for command in "run my.lua" "report runs/my-1"; do
    grep -qF "peermesh $command" "$OLDPWD/README.md" && ok "README.md says: peermesh $command" || fail "README.md does not say: peermesh $command"
done
quietly "$program" run my.lua
[ "$code" = 0 ] && grep -q '^0 failed, [1-9][0-9]* passed' out && ok "it runs, and its checks hold" || fail "it does not run: $(tail -n 3 out err)" "$program" run my.lua
grep -q 'Run folder runs/my-1' out && ok "its run folder is the one that README.md names" || fail "another run folder than README.md names"
quietly "$program" report runs/my-1
[ "$code" = 0 ] && grep -q 'A siren station warns homes' runs/my-1/report.html && [ "$(grep -c 'data:image/svg' runs/my-1/report.html)" -ge 5 ] && ok "its report has story and plots" ||
    fail "there is no report of it" "$program" report runs/my-1
[ -s runs/my-1/flood.html ] && ok "and the page of a flood" || fail "there is no page of a flood" "$program" report runs/my-1
finish
