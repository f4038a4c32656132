# An HTTP answer instead of the Ack. framing.md 9
# rules: FR-13-1
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
at 1s a dials x
at 1.1s x writes a octets 'HTTP/1.1_400_Bad_Request'
at 2s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] a ! dials x
[   1000ms] a > dials x
[   1020ms] a > sends a preamble to x
[   1100ms] x ! writes a octets 'HTTP/1.1_400_Bad_Request'
[   1110ms] a > resets the connection to x
[   1110ms] a : x: framing that cannot be served
[   1120ms] x : the connection from a is reset
