# a, the larger id, has a link to x when x connects: the new one is welcomed, the old one goes. peer-channel.md 10.2 step 7, 10.4
# rules: PC-10.2-6 PC-10.4-3
puppet x
peers a
rules maintenance=0
at 0 a starts
at 1s a dials x
at 1.1s x writes a ack
at 1.2s x writes a welcome
at 2s x connects a
at 2.1s x writes a preamble
at 2.2s x writes a connect
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
[   2000ms] x ! connects a
[   2100ms] x ! writes a preamble
[   2200ms] x ! writes a connect
[   2210ms] a > sends Ping to x
[   2210ms] a > sends Welcome to x with 1 referral: x
[   2210ms] a : link from x is Connected
[   2210ms] a : link to x is Disconnecting (DuplicateNeighbor)
[   2210ms] a > sends Disconnect(DuplicateNeighbor) to x with 1 referral: x
[   2210ms] a > sends End to x
