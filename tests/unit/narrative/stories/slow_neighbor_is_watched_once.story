# c is watched; floods that pass b without waiting do not begin its period anew. peer-channel.md 14
# rules: PC-14-1
peers a b c
rules maintenance=0 forwarding_limit=4 slow_pending=2 recovered_pending=1 slow_spread=0
hide flood delivery
from 5s
at 0 a,b,c starts
at 1s b dials a
at 2s c dials b
at 5s b holds c
at 6s a publishes times=3
at 7s c publishes
at 8s c publishes
at 20s end
---
[   5000ms] b ! holds c
[   6000ms] a ! publishes times=3
[   7000ms] c ! publishes
[   7010ms] b : c is watched as slow, 3 floods pending
[   8000ms] c ! publishes
[  17.010s] b : c is too slow, 3 floods pending
[  17.010s] b : link from c is Closed
[  17.020s] c : link to b is Closed
[  17.020s] c : is offline
