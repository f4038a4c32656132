# Welcome twice. peer-channel.md 9.3
# rules: PC-9.3-2
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
at 1s a dials x
at 1.1s x writes a ack
at 1.2s x writes a welcome
at 1.3s x writes a welcome
at 2s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] a ! dials x
[   1000ms] a > dials x
[   1020ms] a > sends a preamble to x
[   1100ms] x ! writes a ack
[   1110ms] a > sends Connect to x
[   1200ms] x ! writes a welcome
[   1210ms] a : link to x is Connected
[   1210ms] a : is online
[   1300ms] x ! writes a welcome
[   1310ms] a : x: a message that is not allowed in this state
[   1310ms] a > resets the connection to x
[   1310ms] a : link to x is Closed
[   1310ms] a : is offline
[   1320ms] x : the connection from a is reset
