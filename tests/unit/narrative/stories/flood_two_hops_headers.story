# Two Hops headers: the header is ignored and the message forwarded as it is. peer-channel.md 13.4
# rules: PC-13.4-3
peers a b
puppet x
rules maintenance=0
from 5s
at 0 a,b starts
at 1s b dials a
at 2s x connects a
at 2.1s x writes a preamble
at 2.2s x writes a connect
at 5s x writes a flood hops=twice
at 6s end
---
[   5000ms] x ! writes a flood hops=twice
[   5010ms] a > sends m1 to b
[   5010ms] a : delivers m1 on chat
[   5020ms] b : delivers m1 on chat
