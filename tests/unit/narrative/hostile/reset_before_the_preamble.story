# A connection that is reset before its preamble is complete is forgotten: nothing happens when its 30 s would be over. An idle
# one that is reset is forgotten, too. peer-channel.md 9.2, 3.4
peers a
puppet x y
rules maintenance=0
show tcp framing
at 0 a starts
at 1s x connects a
at 1.1s x writes a octets 0001
at 2s x resets a
at 3s y connects a
at 3.1s y writes a preamble
at 3.2s y writes a connect
at 3.3s y writes a end
at 4s a tells
at 5s y resets a
at 6s a tells
at 60s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] x ! connects a
[   1100ms] x ! writes a octets 0001
[   2000ms] x ! resets a
[   3000ms] y ! connects a
[   3100ms] y ! writes a preamble
[   3110ms] a > sends Ack to y
[   3200ms] y ! writes a connect
[   3210ms] a > sends Welcome to y with 0 referrals
[   3210ms] a : link from y is Connected
[   3210ms] a : is online
[   3300ms] y ! writes a end
[   3310ms] a > sends End to y
[   3310ms] a : link from y is Closed
[   3310ms] a : is offline
[   4000ms] a ! tells
[   4000ms] a : link from y is Closed, utility 0
[   5000ms] y ! resets a
[   6000ms] a ! tells
