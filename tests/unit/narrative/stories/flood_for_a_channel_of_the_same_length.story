# A via as long as that of a channel, and another: nothing is delivered. peer-channel.md 13.3
# rules: PC-13.3-8
peers a b
rules maintenance=0
from 2s
at 0 a,b starts
at 1s b dials a
at 1.4s b opens longer
at 1.5s b opens talk
at 2s b publishes on=talk
at 3s end
---
[   2000ms] b ! publishes on=talk
[   2000ms] b > sends m1 to a
[   2000ms] b : delivers m1 (its own) on talk
