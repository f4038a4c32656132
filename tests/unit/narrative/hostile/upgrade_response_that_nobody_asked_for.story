# UpgradeResponse instead of the Ack. framing.md 10
# rules: FR-13-1
peers a
puppet x
rules maintenance=0
show tcp framing
from 1s
at 0 a starts
at 1s a dials x
at 1.1s x writes a octets 0A
at 3s end
---
[   1000ms] a ! dials x
[   1000ms] a > dials x
[   1020ms] a > sends a preamble to x
[   1100ms] x ! writes a octets 0A
[   1110ms] a > resets the connection to x
[   1110ms] a : x: framing that cannot be served
[   1120ms] x : the connection from a is reset
