# Hops is no number: not processed, the link is aborted. peer-channel.md 13.4
# rules: PC-13.4-4
peers a b
puppet x
rules maintenance=0
from 5s
at 0 a,b starts
at 1s b dials a
at 2s x connects a
at 2.1s x writes a preamble
at 2.2s x writes a connect
at 5s x writes a flood hops=bad
at 6s end
---
[   5000ms] x ! writes a flood hops=bad
[   5010ms] a : x: flood: Hops is not an unsigned number
[   5010ms] a : link from x is Closed
