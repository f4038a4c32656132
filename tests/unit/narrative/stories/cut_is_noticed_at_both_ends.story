# A reset: both ends lose the link, nobody writes. peer-channel.md 9.2
# rules: PC-9.2-5
peers a b
rules maintenance=0
show tcp
from 5s
at 0 a,b starts
at 1s b dials a
at 5s a cut b
at 6s end
---
[   5000ms] a ! cut b
[   5000ms] b : link to a is Closed
[   5000ms] b : is offline
[   5000ms] a : link from b is Closed
[   5000ms] a : is offline
