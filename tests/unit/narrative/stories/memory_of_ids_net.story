# Five buckets of a minute: an id is known between four and five minutes, then it is delivered again. peer-channel.md 13.1
# rules: PC-13.1-1
peers a b
rules maintenance=0
hide message
from 5s
at 0 a,b starts
at 1s b dials a
at 90s a publishes
at 359s a publishes m=1
at 361s a publishes m=1
at 601s end
---
[  90.000s] a ! publishes
[  90.000s] a > sends m1 to b
[  90.000s] a : delivers m1 (its own) on chat
[  90.010s] b : delivers m1 on chat
[ 359.000s] a ! publishes m=1
[ 359.000s] a > sends m1 to b
[ 359.000s] a : delivers m1 (its own) on chat
[ 359.010s] b : m1 from a is a duplicate
[ 361.000s] a ! publishes m=1
[ 361.000s] a > sends m1 to b
[ 361.000s] a : delivers m1 (its own) on chat
[ 361.010s] b : delivers m1 on chat
