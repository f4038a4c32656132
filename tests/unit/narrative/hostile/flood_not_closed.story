# A flood whose document is not closed. binary-xml.md 7
# rules: PC-9.2-6
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a connect
at 2s x writes a flood broken=end
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
[   2000ms] x ! writes a flood broken=end
[   2010ms] a : x: a message that cannot be decoded
[   2010ms] a > resets the connection to x
[   2010ms] a : link from x is Closed
[   2010ms] a : is offline
[   2020ms] x : the connection from a is reset
