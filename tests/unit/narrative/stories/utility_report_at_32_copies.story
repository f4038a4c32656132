# The 32nd copy brings a LinkUtility at once, the window starts again. peer-channel.md 12.4; observed.md 8
# rules: PC-12.4-1
peers a b
rules maintenance=0
hide flood delivery
from 5s
at 0 a,b starts
at 1s b dials a
at 5s a publishes times=31
at 6s a publishes
at 7s a publishes times=32
at 20s end
---
[   5000ms] a ! publishes times=31
[   6000ms] a ! publishes
[   6010ms] b > sends LinkUtility 32/32 to a
[   7000ms] a ! publishes times=32
[   7010ms] b > sends LinkUtility 32/32 to a
