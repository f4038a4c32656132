# The kernel closes for a killed peer. The survivor answers with its own End and is offline. observed.md 2.2, 7.6
# rules: PC-9.2-5 PC-9.5-3
peers a b
rules maintenance=0
show tcp
from 5s
at 0 a,b starts
at 1s b dials a
at 5s a dies
at 6s end
---
[   5000ms] a ! dies
[   5010ms] b > sends End to a
[   5010ms] b > closes the connection to a
[   5010ms] b : link to a is Closed
[   5010ms] b : is offline
