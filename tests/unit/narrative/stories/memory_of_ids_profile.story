# Six buckets keep ids for five minutes at least. peer-channel.md 13.1, 24
# rules: PC-13.1-1
peers a b
dialect profile
rules maintenance=0
hide message
from 5s
at 0 a,b starts
at 1s b dials a
at 90s a publishes
at 419s a publishes m=1
at 421s a publishes m=1
at 601s end
---
[  90.000s] a ! publishes
[  90.000s] a > sends m1 to b
[  90.000s] a : delivers m1 (its own) on chat
[  90.010s] b : delivers m1 on chat
[ 419.000s] a ! publishes m=1
[ 419.000s] a > sends m1 to b
[ 419.000s] a : delivers m1 (its own) on chat
[ 419.010s] b : m1 from a is a duplicate
[ 421.000s] a ! publishes m=1
[ 421.000s] a > sends m1 to b
[ 421.000s] a : delivers m1 (its own) on chat
[ 421.010s] b : delivers m1 on chat
