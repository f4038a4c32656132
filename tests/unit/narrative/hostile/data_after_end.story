# Data after End. framing.md 10 D, 13 BAD_ORDER
# rules: FR-8-1
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a connect
at 2s x writes a end
at 2.1s x writes a flood
at 3s end
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
[   2100ms] x ! writes a flood
[   2110ms] a > resets the connection to x
[   2110ms] a : x: framing that cannot be served
[   2120ms] x : the connection from a is reset
