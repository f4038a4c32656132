# Unregister fails: ignored, the leave goes on. peer-channel.md 18.5
# rules: PC-8.2-1 PC-18.5-8
resolver
peers a b
rules maintenance=0
from 5s
at 0 a,b starts
at 1s b dials a
at 4s resolver dies
at 5s b leaves
at 6s end
---
[   5000ms] b ! leaves
[   5020ms] b : Unregister has failed
[   5020ms] b : link to a is Disconnecting
[   5020ms] b > sends End to a
[   5030ms] a > sends End to b
[   5030ms] a : link from b is Closed
[   5030ms] a : is offline
[   5040ms] b : link to a is Closed
[   5040ms] b : is offline
[   5040ms] b : has left
