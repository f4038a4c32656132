# An Ack and a second one. framing.md 10
# rules: FR-13-1
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
at 1s a dials x
at 1.1s x writes a ack
at 1.2s x writes a octets 0B
at 2s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] a ! dials x
[   1000ms] a > dials x
[   1020ms] a > sends a preamble to x
[   1100ms] x ! writes a ack
[   1110ms] a > sends Connect to x
[   1200ms] x ! writes a octets 0B
[   1210ms] a > resets the connection to x
[   1210ms] a : x: framing that cannot be served
[   1210ms] a : link to x is Closed
[   1220ms] x : the connection from a is reset
