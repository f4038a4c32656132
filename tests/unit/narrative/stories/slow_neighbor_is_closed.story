# c takes nothing any more. With the limit of floods in work reached (here 4) reading stops, c is watched for a period, and
# closed when it has not recovered. peer-channel.md 14
# rules: PC-14-1 PC-14-2 PC-14-3
peers a b c
rules maintenance=0 forwarding_limit=4 slow_pending=2 recovered_pending=1 slow_spread=0
hide flood delivery
from 5s
at 0 a,b,c starts
at 1s b dials a
at 2s c dials b
at 5s b holds c
at 6s a publishes times=6
at 20s end
---
[   5000ms] b ! holds c
[   6000ms] a ! publishes times=6
[   6010ms] b : c is watched as slow, 4 floods pending
[   6010ms] b : stops reading from a
[   6010ms] b : stops reading from c
[  16.010s] b : c is too slow, 4 floods pending
[  16.010s] b : link from c is Closed
[  16.010s] b : resumes reading from a
[  16.020s] c : link to b is Closed
[  16.020s] c : is offline
