# Over the mesh's limit: the sender says so and sends nothing. peer-channel.md 13.2 step 1
# rules: PC-13.2-1
peers a b
rules maintenance=0
from 5s
at 0 a,b starts
at 1s b dials a
at 5s a publishes size=66000
at 6s a publishes size=60000
at 7s end
---
[   5000ms] a ! publishes size=66000
[   5000ms] a : cannot publish: the message is over the mesh's limit
[   6000ms] a ! publishes size=60000
[   6000ms] a > sends m2 to b
[   6000ms] a : delivers m2 (its own) on chat
[   6010ms] b : delivers m2 on chat
