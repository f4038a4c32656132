# A peer that is silently gone is not missed while nothing is sent: no keep-alive. peer-channel.md 15
# rules: PC-15-1 PC-15-2
peers a b
rules maintenance=0
from 5s
at 0 a,b starts
at 1s b dials a
at 5s b vanishes
at 1000s end
---
[   5000ms] b ! vanishes
