# Ping is taken in any state and never answered. peer-channel.md 15
# rules: PC-9.3-6
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a ping
at 1.3s x writes a connect
at 1.4s x writes a ping
at 2s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] x ! connects a
[   1100ms] x ! writes a preamble
[   1110ms] a > sends Ack to x
[   1200ms] x ! writes a ping
[   1300ms] x ! writes a connect
[   1310ms] a > sends Welcome to x with 0 referrals
[   1310ms] a : link from x is Connected
[   1310ms] a : is online
[   1400ms] x ! writes a ping
