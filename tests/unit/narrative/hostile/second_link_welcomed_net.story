# a has dialled two addresses, and both answer with one node id: the new link loses, in dialect net with Disconnect.
# [MC-PRCH] 3.1.5.3.1.1; peer-channel.md 10.3
# rules: PC-10.3-3
peers a
puppet x y
dialect net
rules maintenance=0
at 0 a starts
at 1s a dials x
at 1.1s x writes a ack
at 1.2s x writes a welcome
at 2s a dials y
at 2.1s y writes a ack
at 2.2s y writes a welcome id=200
at 3s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] a ! dials x
[   1100ms] x ! writes a ack
[   1110ms] a > sends Connect to x
[   1200ms] x ! writes a welcome
[   1210ms] a : link to x is Connected
[   1210ms] a : is online
[   2000ms] a ! dials y
[   2100ms] y ! writes a ack
[   2110ms] a > sends Connect to y
[   2200ms] y ! writes a welcome id=200
[   2210ms] a > sends Ping to x
[   2210ms] a : link to y is Disconnecting (DuplicateNeighbor)
[   2210ms] a > sends Disconnect(DuplicateNeighbor) to y with 1 referral: x
[   2210ms] a > sends End to y
