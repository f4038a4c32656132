#!/bin/bash
# The exact checks of scenarios/compute fail when a role does something wrong: a fault is planted in a copy of the library, the
# scenario is run, and the check that should notice must fail by name.
set -u
cd "$(dirname "$0")/../.." || exit 2
. tests/checks/common.bash

# what is planted; scenario with options; file; sed expression; sentence of the check that must fail (and passes without)
planted() {
    local what=$1 scenario=$2 file=$3 change=$4 sentence=$5
    rm -rf "$work/lib" && mkdir "$work/lib" && cp scenarios/compute/*.lua scenarios/lib/*.lua "$work/lib/" # a module beside the script comes first
    # shellcheck disable=SC2086
    quietly "$program" run "$work/lib"/$scenario --out "$work/run"
    grep -F "$sentence" "$work/out" | grep -q '^  ok ' || { fail "without a fault: \"$sentence\" passes" "peermesh run $scenario"; return; }
    rm -rf "$work/run"
    sed -i "$change" "$work/lib/$file"
    cmp -s "$work/lib/$file" scenarios/*/"$file" && { fail "$what: nothing was changed in $file"; return; }
    # shellcheck disable=SC2086
    quietly "$program" run "$work/lib"/$scenario --out "$work/run"
    if [[ $code = [13] ]] && grep -F "$sentence" "$work/out" | grep -q '^  FAIL '; then
        ok "$what: \"$sentence\" fails"
    else
        fail "$what: \"$sentence\" does not fail" "$scenario, $file: $change"
    fi
    rm -rf "$work/run"
}

planted "a worker forgets what it needs" "own_decision.lua --tier smoke --set tasks=20" \
    own_decision.lua 's/return task.memory <= mine end/return true end/' \
    "nobody executes what it has not the memory for"
planted "rank 1 does not wait for rank 0" "own_decision.lua --tier smoke --variant rank --set tasks=20" \
    tasks.lua 's/step \* rank(which)/unit "0s"/' \
    "no task is claimed twice where the views agree"
planted "names of others are not remembered" "own_decision.lua --tier smoke --variant rank --set tasks=20" \
    tasks.lua 's/for _, name in ipairs(m.names) do meet(name) end/meet(m.names[1])/' \
    "everybody knows everybody"
planted "the first result heard is kept" "bag_of_tasks.lua --tier smoke --variant cut" \
    tasks.lua 's/if t.done and t.done <= who then/if t.done then/' \
    "one accepted result for each task, the same with all who have been there for three minutes"
planted "a gang starts with one too few" "gang_jobs.lua --tier smoke --set waves=1" \
    gang.lua 's/if #job.offers == job.need then start(job) end/if #job.offers == job.need - 1 then start(job) end/' \
    "every gang gets through at its first attempt"
planted "owners ask too late" "gang_jobs.lua --tier smoke --set waves=1" \
    gang.lua "s/    ask(own\[job.id\])/    me:after('3min', function () ask(own[job.id]) end)/" \
    "every gang starts within two minutes"
planted "a saboteur votes twice" "voting.lua --tier smoke --set tasks=20" \
    voting.lua 's/net:send({ result = id, value = answer_for(id), who = me.name }, { kind = "result" })/for _ = 1, 2 do net:send({ result = id, value = answer_for(id), who = me.name }, { kind = "result" }) end/' \
    "the same peer never votes twice on a task"
planted "a dead worker's task is not given to another" "dispatcher.lua --tier smoke --variant without_fastest" \
    tasks.lua 's/if me.now - at > 2 \* lease then/if false then/' \
    "all tasks are finished"

finish
