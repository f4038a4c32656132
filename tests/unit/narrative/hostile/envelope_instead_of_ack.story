# An envelope in place of the Ack. framing.md 10
# rules: FR-5-2
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
at 1s a dials x
at 1.1s x writes a octets 06 01 56
at 2s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] a ! dials x
[   1000ms] a > dials x
[   1020ms] a > sends a preamble to x
[   1100ms] x ! writes a octets 06 01 56
[   1110ms] a > resets the connection to x
[   1110ms] a : x: framing that cannot be served
[   1120ms] x : the connection from a is reset
