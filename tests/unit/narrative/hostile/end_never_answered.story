# The other side never answers our End: aborted after the close time-out. peer-channel.md 9.5
# rules: PC-9.5-2
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a connect id=100
at 70s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] x ! connects a
[   1100ms] x ! writes a preamble
[   1110ms] a > sends Ack to x
[   1200ms] x ! writes a connect id=100
[   1210ms] a : link from x is Disconnecting (DuplicateNodeId)
[   1210ms] a > sends Refuse(DuplicateNodeId) to x with 0 referrals
[   1210ms] a > sends End to x
[  61.210s] a > resets the connection to x
[  61.210s] a : link from x is Closed (DuplicateNodeId)
[  61.220s] x : the connection from a is reset
