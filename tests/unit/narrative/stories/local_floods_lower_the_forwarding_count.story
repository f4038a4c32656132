# .NET counts only received floods up, but the end of every flood down. b has sent six: when its four call slots are used up and
# reading stops, the count that looks for slow neighbors is still below the limit, so c is not watched; only the send
# time-out ends the standstill. peer-channel.md 14 (defects of rs)
# rules: PC-14-6
peers a b c
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
at 90s end
---
[   5000ms] b ! holds c
[   6000ms] a ! publishes times=3
[   7000ms] a ! publishes times=9
[   7010ms] b : stops reading from a
[   7010ms] b : stops reading from c
[  31.050s] a > sends LinkUtility 6/6 to b
[  31.060s] b > sends LinkUtility 4/4 to a
[  32.060s] c > sends LinkUtility 6/6 to b
[  66.010s] b : c: a send did not complete in time
[  66.010s] b : link from c is Closed (InternalFailure)
[  66.010s] b : resumes reading from a
[  66.020s] c : link to b is Closed
[  66.020s] c : is offline
