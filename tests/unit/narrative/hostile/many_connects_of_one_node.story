# A flood of Connects under one node id, each on its own connection: the first wins. peer-channel.md 10.4
# rules: PC-10.2-5
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a connect
at 3s x connects a
at 3.1s x writes a preamble
at 3.2s x writes a connect
at 4s x connects a
at 4.1s x writes a preamble
at 4.2s x writes a connect
at 5s x connects a
at 5.1s x writes a preamble
at 5.2s x writes a connect
at 6s x connects a
at 6.1s x writes a preamble
at 6.2s x writes a connect
at 7s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] x ! connects a
[   1100ms] x ! writes a preamble
[   1110ms] a > sends Ack to x
[   1200ms] x ! writes a connect
[   1210ms] a > sends Welcome to x with 0 referrals
[   1210ms] a : link from x is Connected
[   1210ms] a : is online
[   3000ms] x ! connects a
[   3100ms] x ! writes a preamble
[   3110ms] a > sends Ack to x
[   3200ms] x ! writes a connect
[   3210ms] a > sends Ping to x
[   3210ms] a : link from x is Disconnecting (DuplicateNeighbor)
[   3210ms] a > sends Refuse(DuplicateNeighbor) to x with 1 referral: x
[   3210ms] a > sends End to x
[   4000ms] x ! connects a
[   4100ms] x ! writes a preamble
[   4110ms] a > sends Ack to x
[   4200ms] x ! writes a connect
[   4210ms] a > sends Ping to x
[   4210ms] a : link from x is Disconnecting (DuplicateNeighbor)
[   4210ms] a > sends Refuse(DuplicateNeighbor) to x with 1 referral: x
[   4210ms] a > sends End to x
[   5000ms] x ! connects a
[   5100ms] x ! writes a preamble
[   5110ms] a > sends Ack to x
[   5200ms] x ! writes a connect
[   5210ms] a > sends Ping to x
[   5210ms] a : link from x is Disconnecting (DuplicateNeighbor)
[   5210ms] a > sends Refuse(DuplicateNeighbor) to x with 1 referral: x
[   5210ms] a > sends End to x
[   6000ms] x ! connects a
[   6100ms] x ! writes a preamble
[   6110ms] a > sends Ack to x
[   6200ms] x ! writes a connect
[   6210ms] a > sends Ping to x
[   6210ms] a : link from x is Disconnecting (DuplicateNeighbor)
[   6210ms] a > sends Refuse(DuplicateNeighbor) to x with 1 referral: x
[   6210ms] a > sends End to x
