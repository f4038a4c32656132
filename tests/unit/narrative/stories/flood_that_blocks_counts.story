# The flood that fills the connection is pending, too: three of them are three. peer-channel.md 14
# rules: PC-14-7
peers a b c
rules maintenance=0 forwarding_limit=3 slow_pending=2 recovered_pending=1 slow_spread=0
hide flood delivery
from 5s
at 0 a,b,c starts
at 1s b dials a
at 2s c dials b
at 5s b holds c
at 6s a publishes times=2
at 7s a publishes
at 8s end
---
[   5000ms] b ! holds c
[   6000ms] a ! publishes times=2
[   7000ms] a ! publishes
[   7010ms] b : c is watched as slow, 3 floods pending
[   7010ms] b : stops reading from a
[   7010ms] b : stops reading from c
