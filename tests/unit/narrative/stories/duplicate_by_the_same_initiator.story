# x opens a second link to a: the new one loses, with Ping on the old. peer-channel.md 10.4, 10.5
peers a
puppet x
rules maintenance=0
at 0 a starts
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a connect
at 2s x connects a
at 2.1s x writes a preamble
at 2.2s x writes a connect
at 3s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] x ! connects a
[   1100ms] x ! writes a preamble
[   1200ms] x ! writes a connect
[   1210ms] a > sends Welcome to x with 0 referrals
[   1210ms] a : link from x is Connected
[   1210ms] a : is online
[   2000ms] x ! connects a
[   2100ms] x ! writes a preamble
[   2200ms] x ! writes a connect
[   2210ms] a > sends Ping to x
[   2210ms] a : link from x is Disconnecting (DuplicateNeighbor)
[   2210ms] a > sends Refuse(DuplicateNeighbor) to x with 1 referral: x
[   2210ms] a > sends End to x
