# Ticks are multiples of 30 s from Connected at each end; one with nothing to say is silent. peer-channel.md 12.4; observed.md 8
# rules: PC-12.4-2
peers a b
rules maintenance=0
hide flood delivery
from 5s
at 0 a,b starts
at 1s b dials a
at 5s a publishes times=3
at 100s a publishes times=2
at 100s b publishes
at 200s end
---
[   5000ms] a ! publishes times=3
[  31.060s] b > sends LinkUtility 3/3 to a
[ 100.000s] a ! publishes times=2
[ 100.000s] b ! publishes
[ 121.050s] a > sends LinkUtility 1/1 to b
[ 121.060s] b > sends LinkUtility 2/2 to a
