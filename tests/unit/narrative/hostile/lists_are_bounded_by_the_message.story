# 300 referrals, more than any cache holds: read to the end, 51 of them kept. Only the message's size is a bound. peer-channel.md 11.5
# rules: PC-11.5-6
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
at 1s a dials x
at 1.1s x writes a ack
at 1.2s x writes a welcome referrals=1..300
at 2s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] a ! dials x
[   1000ms] a > dials x
[   1020ms] a > sends a preamble to x
[   1100ms] x ! writes a ack
[   1110ms] a > sends Connect to x
[   1200ms] x ! writes a welcome referrals=1..300
[   1210ms] a : keeps 51 of 300 referrals
[   1210ms] a : link to x is Connected
[   1210ms] a : is online
