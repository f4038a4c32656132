# The same, but c takes up again within the period. peer-channel.md 14
# rules: PC-14-2 PC-14-3
peers a b c
rules maintenance=0 forwarding_limit=4 slow_pending=2 recovered_pending=1 slow_spread=0
hide flood delivery
from 5s
at 0 a,b,c starts
at 1s b dials a
at 2s c dials b
at 5s b holds c
at 6s a publishes times=6
at 10s b releases c
at 20s end
---
[   5000ms] b ! holds c
[   6000ms] a ! publishes times=6
[   6010ms] b : c is watched as slow, 4 floods pending
[   6010ms] b : stops reading from a
[   6010ms] b : stops reading from c
[  10.000s] b ! releases c
[  10.000s] b : resumes reading from a
[  10.000s] b : resumes reading from c
