# c takes a part of what waits for it: at the end of the first period less than half is left, so it is watched for another one,
# with half as much expected; then nothing has moved, and it is closed. peer-channel.md 14 step 2
# rules: PC-14-3
peers a b c
rules maintenance=0 forwarding_limit=6 slow_pending=2 recovered_pending=1 slow_spread=0
hide flood delivery
from 5s
at 0 a,b,c starts
at 1s b dials a
at 2s c dials b
at 5s b holds c
at 6s a publishes times=6
at 7s b passes c 2400
at 40s end
---
[   5000ms] b ! holds c
[   6000ms] a ! publishes times=6
[   6010ms] b : c is watched as slow, 6 floods pending
[   6010ms] b : stops reading from a
[   6010ms] b : stops reading from c
[   7000ms] b ! passes c 2400
[   7000ms] b : resumes reading from a
[   7000ms] b : resumes reading from c
[  26.010s] b : c is too slow, 2 floods pending
[  26.010s] b : link from c is Closed
[  26.020s] c : link to b is Closed
[  26.020s] c : is offline
[  31.060s] b > sends LinkUtility 6/6 to a
