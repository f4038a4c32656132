# A Welcome that carries the receiver's own id: Disconnect(DuplicateNodeId). peer-channel.md 10.3 step 2
# rules: PC-10.3-2
peers a
puppet x
rules maintenance=0
at 0 a starts
at 1s a dials x
at 1.1s x writes a ack
at 1.2s x writes a welcome id=100
at 1.3s x writes a end
at 2s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] a ! dials x
[   1100ms] x ! writes a ack
[   1110ms] a > sends Connect to x
[   1200ms] x ! writes a welcome id=100
[   1210ms] a : link to x is Disconnecting (DuplicateNodeId)
[   1210ms] a > sends Disconnect(DuplicateNodeId) to x with 0 referrals
[   1210ms] a > sends End to x
[   1300ms] x ! writes a end
[   1310ms] a : link to x is Closed (DuplicateNodeId)
