# The random part of the watching period is drawn once for a node: each further period is as long as the first (here 15 s).
# peer-channel.md 14
# rules: PC-14-2
peers a b c
rules maintenance=0 forwarding_limit=6 slow_pending=2 recovered_pending=1
draw b slow_period 1/3 2/3
hide flood delivery message
from 5s
at 0 a,b,c starts
at 1s b dials a
at 2s c dials b
at 5s b holds c
at 6s a publishes times=6
at 7s b passes c 2400
at 50s end
---
[   5000ms] b ! holds c
[   6000ms] a ! publishes times=6
[   6010ms] b : c is watched as slow, 6 floods pending
[   6010ms] b : stops reading from a
[   6010ms] b : stops reading from c
[   7000ms] b ! passes c 2400
[   7000ms] b : resumes reading from a
[   7000ms] b : resumes reading from c
[  36.008s] b : c is too slow, 2 floods pending
[  36.008s] b : link from c is Closed
[  36.018s] c : link to b is Closed
[  36.018s] c : is offline
