# The same in a dialect without .NET's drift: at four pending floods c is watched. peer-channel.md 14
# rules: PC-14-6
peers a b c
dialect profile
rules maintenance=0 forwarding_limit=4 slow_pending=2 recovered_pending=1 slow_spread=0
hide flood delivery
from 5s
at 0 a,b,c starts
at 1s b dials a
at 2s c dials b
at 4s b publishes times=6
at 5s b holds c
at 6s a publishes times=3
at 7s a publishes times=9
at 30s end
---
[   5000ms] b ! holds c
[   6000ms] a ! publishes times=3
[   7000ms] a ! publishes times=9
[   7010ms] b : c is watched as slow, 4 floods pending
[   7010ms] b : stops reading from a
[   7010ms] b : stops reading from c
[  17.010s] b : c is too slow, 4 floods pending
[  17.010s] b : link from c is Closed
[  17.010s] b : resumes reading from a
[  17.020s] c : link to b is Closed
[  17.020s] c : is offline
