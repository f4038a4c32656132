# LinkUtility 3 2: dialect net closes with Disconnect(InternalFailure), spec aborts. peer-channel.md 12.4, 21.1 row 9
# 40 floods have been sent, so that nothing else is wrong with the report.
# rules: PC-12.4-3
peers a b
puppet x
dialect b spec
rules maintenance=0
show tcp
from 5s
at 0 a,b starts
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a connect
at 1.5s x connects b
at 1.6s x writes b preamble
at 1.7s x writes b connect
at 2s a,b publishes times=40
at 5s x writes a utility 3 2
at 5s x writes b utility 3 2
at 5.1s x writes a end
at 6s end
---
[   5000ms] x ! writes a utility 3 2
[   5000ms] x ! writes b utility 3 2
[   5010ms] a : link from x is Disconnecting (InternalFailure)
[   5010ms] a > sends Disconnect(InternalFailure) to x with 0 referrals
[   5010ms] a > sends End to x
[   5010ms] b : x: LinkUtility: totals that cannot be
[   5010ms] b > resets the connection to x
[   5010ms] b : link from x is Closed
[   5010ms] b : is offline
[   5020ms] x : the connection from b is reset
[   5100ms] x ! writes a end
[   5110ms] a : link from x is Closed (InternalFailure)
[   5110ms] a : is offline
