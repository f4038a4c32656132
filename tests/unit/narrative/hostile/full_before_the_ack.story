# While a waits for the Ack of x, y takes the last place: no Connect is sent, the session ends without a word.
# peer-channel.md 9.2
# rules: PC-9.2-2
peers a
puppet x y
rules maintenance=0 max_neighbors=1
show framing
at 0 a starts
at 1s a dials x
at 2s y connects a
at 2.1s y writes a preamble
at 2.2s y writes a connect
at 3s x writes a ack
at 4s x writes a end
at 5s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] a ! dials x
[   1020ms] a > sends a preamble to x
[   2000ms] y ! connects a
[   2100ms] y ! writes a preamble
[   2110ms] a > sends Ack to y
[   2200ms] y ! writes a connect
[   2210ms] a > sends Welcome to y with 0 referrals
[   2210ms] a : link from y is Connected
[   2210ms] a : is online
[   3000ms] x ! writes a ack
[   3010ms] a : link to x is Disconnecting (NodeBusy)
[   3010ms] a > sends End to x
[   4000ms] x ! writes a end
[   4010ms] a : link to x is Closed (NodeBusy)
