# A SizedEnvelope is announced and never completed: the node waits, and answers the end of the stream with its own. framing.md 13
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a connect
at 2s x writes a octets 06 80 08 56 02
at 3s x shuts a
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
[   2000ms] x ! writes a octets 06 80 08 56 02
[   3000ms] x ! shuts a
[   3010ms] a > sends End to x
[   3010ms] a > closes the connection to x
[   3010ms] a : link from x is Closed
[   3010ms] a : is offline
