# The other side of it: a second preamble on a connection that this node accepted. framing.md 8
# rules: FR-8-2
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a connect
at 2s x writes a end
at 3s x writes a preamble
at 3.1s x writes a connect
at 4s end
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
[   2000ms] x ! writes a end
[   2010ms] a > sends End to x
[   2010ms] a : link from x is Closed
[   2010ms] a : is offline
[   3000ms] x ! writes a preamble
[   3010ms] a > sends Ack to x
[   3100ms] x ! writes a connect
[   3110ms] a > sends Welcome to x with 0 referrals
[   3110ms] a : link from x is Connected
[   3110ms] a : is online
