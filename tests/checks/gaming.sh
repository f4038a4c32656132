#!/bin/bash
# Sensitivity of the gaming family: a fault planted in a role makes the exact check fail that is there for it, and only then.
cd "$(dirname "$0")/../.." || exit 2
. tests/checks/common.bash

# scenario, module or script to change (under scenarios/), sed expression, sentence of the check, options of the run
planted() {
    local scenario=$1 file=$2 change=$3 sentence=$4
    shift 4
    rm -rf "$work/s"
    mkdir "$work/s"
    cp scenarios/lib/*.lua "$work/s"
    local script=$work/s/$scenario.lua
    [ -e "$script" ] && script=$work/s/the_$scenario.lua # its module has that name
    cp "scenarios/gaming/$scenario.lua" "$script"
    quietly "$program" run "$script" --tier smoke --no-plots --out "$work/run" "$@"
    if ! grep -qF "ok    exact  $sentence" "$work/out"; then
        fail "$scenario: \"$sentence\" holds without a fault" "$program run scenarios/gaming/$scenario.lua --tier smoke $*"
        return
    fi
    sed -i "$change" "$work/s/$file"
    if cmp -s "$work/s/$file" "scenarios/lib/$file" || cmp -s "$work/s/$file" "scenarios/gaming/$file"; then
        fail "$scenario: the change of $file changes nothing: $change"
        return
    fi
    quietly "$program" run "$script" --tier smoke --no-plots --out "$work/run" "$@"
    if grep -qF "FAIL  exact  $sentence" "$work/out"; then
        ok "$scenario: \"$sentence\" fails when $change"
    else
        fail "$scenario: \"$sentence\" does not notice $change"
    fi
}

# a member reads another list; one never notices that it is on it
planted lobby lobby.lua 's/list\[i\] = name end/list[i] = i == 3 and me.name or name end/' "all members of a game have the same list"
planted lobby lobby.lua 's/on = on or name == me.name/on = on or (name == me.name and name ~= "player[5]")/' "each of them has it"

# an out-of-turn move is accepted
planted turn_based turns.lua 's/return entry.by == seats\[at\]/return true/' "an illegal move is dropped on all replicas" --set length=2min --set tables=4
# one replica applies an input a turn late: it misses it
planted lockstep lockstep_player.lua 's/commands\[seat\] = input.command/commands[seat] = opt.seat == 2 and turn == 40 and 0 or input.command/' \
    "all replicas agree at every check" --set length=20s
# a turn is begun late without need
planted lockstep lockstep_player.lua 's/me:after(length, function () speak(command) end)/me:after(game.turn == 30 and length + unit "1ms" or length, function () speak(command) end)/' \
    "inputs count when the oracle says so" --set length=20s
# the stall is not counted from when the turn was due
planted lockstep lockstep_player.lua 's/me:sample("stall", me.now - due)/me:sample("stall", me.now - began)/' "and as long as it is late" --set length=20s --variant jitter
# a wrong input is confirmed
planted rollback_duel rollback.lua 's/if f > delay and all\[seat\] == nil then return end/if f > delay then all[seat] = all[seat] or predict(f, seat) end/' "confirmed states are equal"
# more frames are predicted than the window allows
planted rollback_duel rollback.lua 's/game.at - game.confirmed > window then/game.at - game.confirmed > 100 then/' "a frame is played only within the window" --set window=3 --set delay=0
# the order of arrival decides
planted fairness fairness.lua 's/owner = seat$/owner = reached[turn]/' "the stamped order gives the same outcome on all replicas" --set length=20s
# a move is not repeated when lost: one in a hundred is not counted
planted lan_party lan_party.lua 's/if msg.own then return end/if msg.own or m.n == 50 and me.index == 3 then return end/' "no move is lost" --set length=10s
finish
