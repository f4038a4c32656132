# A preamble and no Connect: the connect time-out ends the session. peer-channel.md 9.2
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
at 1s x connects a
at 1.1s x writes a preamble
at 70s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] x ! connects a
[   1100ms] x ! writes a preamble
[   1110ms] a > sends Ack to x
[  61.110s] a : x: no answer within the connect time-out
[  61.110s] a : link from x is Disconnecting
[  61.110s] a > sends End to x
