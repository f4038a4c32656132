# x, and y with an id below that of a, open a second link to a: the new one loses, with Ping on the old. peer-channel.md 10.4, 10.5
# rules: PC-10.2-5 PC-10.4-2
peers a
puppet x y
rules maintenance=0
at 0 a starts
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a connect
at 2s x connects a
at 2.1s x writes a preamble
at 2.2s x writes a connect
at 3s y connects a
at 3.1s y writes a preamble
at 3.2s y writes a connect id=50
at 4s y connects a
at 4.1s y writes a preamble
at 4.2s y writes a connect id=50
at 5s end
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
[   3000ms] y ! connects a
[   3100ms] y ! writes a preamble
[   3200ms] y ! writes a connect id=50
[   3210ms] a > sends Welcome to y with 1 referral: x
[   3210ms] a : link from y is Connected
[   4000ms] y ! connects a
[   4100ms] y ! writes a preamble
[   4200ms] y ! writes a connect id=50
[   4210ms] a > sends Ping to y
[   4210ms] a : link from y is Disconnecting (DuplicateNeighbor)
[   4210ms] a > sends Refuse(DuplicateNeighbor) to y with 2 referrals: x, y
[   4210ms] a > sends End to y
