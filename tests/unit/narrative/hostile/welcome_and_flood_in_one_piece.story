# Ack and Welcome in one piece with a flood behind. peer-channel.md 9.3
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
at 1s a dials x
at 1.1s x writes a ack
at 1.1s x writes a welcome
at 1.1s x writes a flood
at 2s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] a ! dials x
[   1000ms] a > dials x
[   1020ms] a > sends a preamble to x
[   1100ms] x ! writes a ack
[   1100ms] x ! writes a welcome
[   1100ms] x ! writes a flood
[   1110ms] a > sends Connect to x
[   1110ms] a : link to x is Connected
[   1110ms] a : is online
[   1110ms] a : delivers m1 on chat
