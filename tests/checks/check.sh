#!/bin/bash
# peermesh check: a change of a scenario, of a module, or of what is stored makes it fail, and says what has changed.
cd "$(dirname "$0")/../.." || exit 2
. tests/checks/common.bash
program=$PWD/$program

cd "$work" || exit 2
echo 'return function (me, channel, words) for i = 1, words do channel:send { n = i } end end' >word.lua
cat >t.lua <<'LUA'
local p = scenario { title = "T", story = "S.", params = { homes = 8, words = 2, wait = "1s" }, variants = { few = { homes = 4 } }, tiers = { smoke = { homes = 6 } } }
network "world-homes"
local m = mesh "m"
local homes = peers("home", p.homes, { mesh = m, plays = role(function (me, a) me:on("told", function () require "word" (me, me:channel(), a.words) end) end, { words = p.words }) })
local go = tell(homes[1], "go", 1, { at = settled + p.wait })
finish(go + "20s")
exact("everybody hears it", metric.delivery, "==", "100%")
exact("words", metric.sent{ of = homes[1] }.count, ">=", 1)
stat("soon", metric.latency.mean, "<=", "2s")
report("the slowest", metric.latency.max)
LUA

# what is not stored fails; what is stored passes
exits 1 "$program" check t.lua
says "what was never stored differs" "nothing is stored of it"
exits 2 "$program" check t.lua --update ' '
says "a reason is due" "say why"
exits 0 "$program" check t.lua --update "the first"
says "it is stored" "^ok 1 - .* passed, stored anew"
grep -q $'^run\t-\t1\tpassed\t[0-9a-f]\{32\}\t[0-9a-f]\{32\}\t[^\t]*\tthe first$' baselines/t.smoke.tsv && ok "with its reason, plan and build" || fail "the record has its reason" cat baselines/t.smoke.tsv
exits 0 "$program" check t.lua
says "then nothing differs" "1 as stored, 0 stored anew, 0 differ"
[ "$(head -n 2 out)" = "TAP version 13"$'\n'"1..1" ] && ok "TAP begins with its plan" || fail "TAP begins with its plan"
cp -r baselines stored

# the same script elsewhere is the same plan
mkdir -p elsewhere && cp -r t.lua word.lua baselines elsewhere/
exits 0 "$program" check "$work/elsewhere/t.lua"
says "a script is the same in another folder" "0 differ"

# planted in what is stored: each is named
plant() { # sentence, sed expression, expression of the message
    rm -rf baselines && cp -r stored baselines
    sed -i "$2" baselines/t.smoke.tsv
    cmp -s baselines/t.smoke.tsv stored/t.smoke.tsv && fail "$1: the change changes nothing"
    exits 1 "$program" check t.lua
    says "$1" "$3"
}
plant "another verdict is named" 's/^\tok\(\texact\t.*everybody\)/\tfailed\1/' 'exact "everybody hears it": was failed, is ok'
plant "another exact value is named" 's/^\tok\texact\t2\t\(.*words\)/\tok\texact\t3\t\1/' 'exact "words": its value was 3, is 2'
plant "a fingerprint alone is named as such, with plan and build" 's/^\(run\t-\t1\tpassed\t\)[0-9a-f]\{4\}/\10000/' 'the fingerprint alone has changed.*plan [0-9a-f]{8}, build .*the program decides otherwise'
plant "another value of the same run is named" '/slowest/s/\treport\treport\t[0-9]*/\treport\treport\t1/' 'report "the slowest": its value was 1 ns, is'
plant "a check that is gone is named" 's/\tsoon$/\tsooner/' 'stat "sooner": is gone'
plant "a new one, too" 's/\tsoon$/\tsooner/' 'stat "soon": is not stored'
plant "a limit that has been moved is named" '/soon/s/\t2000000000\t/\t1000000000\t/' 'stat "soon": its limit was 1 s, is 2 s'
rm -rf baselines && cp -r stored baselines
echo nonsense >>baselines/t.smoke.tsv
exits 2 "$program" check t.lua
says "a line that is none is refused with its place" "t.smoke.tsv:[0-9]+: this is no line"
rm -rf baselines && cp -r stored baselines

# planted in the scenario and in its module
cp t.lua t.keep
sed -i 's/wait = "1s"/wait = "2s"/' t.lua
exits 1 "$program" check t.lua
says "a change of the script is named: its plan is another" "the plan is another one"
cp t.keep t.lua
sed -i 's/{ n = i }/{ n = i + 1 }/' word.lua
exits 1 "$program" check t.lua
says "so is a change of a module" "the plan is another one"
sed -i 's/{ n = i + 1 }/{ n = i }/; s/1, words/2, words/' word.lua
exits 1 "$program" check t.lua --junit j.xml
says "an exact value that is another one is named" 'exact "words": its value was 2, is 1'
grep -q '<testsuite name="peermesh check smoke" tests="1" failures="1">' j.xml && grep -q '<failure message="exact &quot;words' j.xml && ok "JUnit has it" || fail "JUnit has it" cat "$work/j.xml"
exits 0 "$program" check t.lua --update "fewer words"
grep -q $'\tfewer words$' baselines/t.smoke.tsv && ok "--update stores it with the new reason" || fail "--update stores the new reason"
sed -i 's/2, words/1, words/' word.lua

# a stat over seeds
rm -rf baselines
exits 0 "$program" check t.lua --seeds 1..6 --update "six seeds"
exits 0 "$program" check t.lua --seeds 1..6
says "means over seeds are a line of their own" "^ok 7 - .*means of 6 seeds"
sed -i 's/"world-homes"/("world-homes", { delay = "400ms" })/' t.lua
exits 1 "$program" check t.lua --seeds 1..6
says "a mean that has moved is named" 'stat "soon": was .* over 6 seeds, is .* over 6'
cp t.keep t.lua

# variants: asked for, stored, forgotten
exits 0 "$program" check t.lua:few --update "a variant"
exits 0 "$program" check t.lua
says "a stored variant is part of the smoke tier" "^ok .* - .*:few seed 1"
exits 0 "$program" check t.lua t.lua:few t.lua
says "what is named twice runs once" "^1\.\.2$"
exits 2 "$program" check t.lua:fwe
says "an unknown variant is refused" "no variant 'fwe'"
sed -i 's/few = /less = /' t.lua
exits 2 "$program" check t.lua
says "a stored variant that the script has no more is named" "was passed, is refused"
exits 0 "$program" check t.lua --update "renamed"
grep -q $'^run\tfew' baselines/t.smoke.tsv && fail "--update forgets it" || ok "--update forgets it"
cp t.keep t.lua

# what does not end, what cannot be run
sed 's/^exact("words.*/eventually("nobody is there", metric.online, "==", 0, { by = go + "5s" })/' t.keep >u.lua
exits 0 "$program" check u.lua --update "never ends"
grep -q $'^run\t-\t1\tunfinished' baselines/u.smoke.tsv && ok "a run that does not get there is stored as that" || fail "unfinished is stored" cat "$work/baselines/u.smoke.tsv"
sed 's/^exact("words.*/bound("x", metric.latency.max, "<=", "1h")/' t.keep >u.lua
exits 1 "$program" check u.lua
says "… and one that gets there then differs" "the run was unfinished, is passed"
exits 2 "$program" check nosuch
says "an unknown scenario is refused" "no scenario or family 'nosuch'"
exits 2 "$program" check --tier tiny
says "an unknown tier is refused" "smoke, standard or large"
finish
