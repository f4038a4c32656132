#!/bin/bash
# Sensitivity of the application families: a fault planted in a role or in a module makes the exact check that is there for it fail, and
# without the fault it holds. A fault is a replacement in a copy beside a copy of the script, so the library stays as it is.
# shellcheck disable=SC1091
. "$(dirname "$0")/common.bash"

# folder/script, arguments (one word each, separated by blanks), what is replaced ("file s/…/…/" or none) → $work/out, $code
planted() {
    local script=$1 arguments=$2 file=$3 change=$4
    rm -rf "$work/s" && mkdir "$work/s"
    cp "scenarios/$script.lua" "$work/s/script.lua"
    if [ -n "$file" ]; then
        [ "$file" = script ] || cp "scenarios/lib/$file.lua" "$work/s/"
        cp "$work/s/$file.lua" "$work/before"
        sed -i -E "$change" "$work/s/$file.lua"
        cmp -s "$work/before" "$work/s/$file.lua" && fail "the fault in $file of $script is not planted: $change"
    fi
    # shellcheck disable=SC2086
    PATH=$work/no-plots:$PATH quietly "$program" run "$work/s/script.lua" $arguments --seed 1 --out "$work/run"
}

# The check whose sentence begins so failed (or did not, with `holds`), and the run ended for no other reason.
judged() {
    local word=$1 sentence=$2 what=$3
    case $word in
        fails) { [ "$code" = 1 ] && grep -q "^ *FAIL .*$sentence" "$work/out"; } && ok "$what: \"$sentence\" fails" && return ;;
        holds) grep -q "^ *ok .*$sentence" "$work/out" && ok "$what: \"$sentence\" holds" && return ;;
    esac
    fail "$what: \"$sentence\" ($word)"
    sed 's/^/      /' "$work/out" "$work/err" | head -n 30
}

# gnuplot takes most of a short run; no plot is looked at here.
mkdir "$work/no-plots" && printf '#!/bin/sh\ncat >/dev/null 2>&1 </dev/null\n' >"$work/no-plots/gnuplot" && chmod +x "$work/no-plots/gnuplot"

party="--tier smoke --set lasts=40min"
planted collaboration/party "$party" "" ""
judged holds "every edit reached whom it had to reach" "party"
judged holds "nobody whom it could not reach" "party"
judged holds "the same edits make the same plan" "party"
judged holds "the last writer wins" "party"

planted collaboration/party "$party" sync 's/^  channel:on\("online", ask\)//; s/^  me:every\(every, ask\)//'
judged fails "every edit reached whom it had to reach" "catch-up is skipped"

planted collaboration/party "$party --variant steady" shared 's/^    if edit.stamp ~= other.stamp .*/    do return true end/'
judged fails "the same edits make the same plan" "what arrives last wins"

planted collaboration/party "$party --variant steady" shared 's/^    if edit.stamp ~= other.stamp .*/    do return false end/'
judged fails "the last writer wins" "the first writer wins"

planted collaboration/party "$party --variant steady" shared 's/^        had\[tag\] = nil//'
judged fails "the last writer wins" "what was taken out of a set stays"

photos="--tier smoke --set album=1 --set friends=5"
corrupt='s/^    if check and sum/    if me.index == 3 and part.k == 2 then part.text = "evil" end\n    if check and sum/'
planted collaboration/photos "$photos" chunks "$corrupt"
judged holds "a photo that is complete is the photo that was taken" "a part that was changed on its way is refused"
planted collaboration/photos "$photos" chunks "${corrupt%check and sum/}false and sum/"
judged fails "a photo that is complete is the photo that was taken" "parts are not checked"

planted collaboration/late_joiner "--tier smoke --set members=12" feed 's/^        (answer\(m.who, m.has, m.way == "everyone"\))/        \1; \1/'
judged fails "newcomer 1: every neighbor answers, nobody else" "a neighbor answers twice"

news="--tier smoke --set readers=30 --set day=3min"
planted pubsub/headlines "$news --variant forged" "" ""
judged holds "and every reader shows it" "headlines"
planted pubsub/headlines "$news --variant forged" script 's/if m.forged then me:sample/if m.forged and me.index > 1 then me:sample/'
judged fails "and every reader shows it" "a reader hides what is made up"
planted pubsub/headlines "$news --variant giant" script 's/size = "100kB"/size = "60kB"/'
judged fails "a message of 100 kB is refused where it begins" "it fits"
finish
