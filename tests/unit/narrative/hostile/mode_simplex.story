# Simplex and Singleton-Sized are modes, but none of ours: dropped without a fault. framing.md 11
# rules: FR-9-1
peers a
puppet x
puppet y
rules maintenance=0
show tcp
from 1s
at 0 a starts
at 1s x connects a
at 1.1s x writes a octets 00 01 00 01 03
at 2s y connects a
at 2.1s y writes a octets 00 01 00 01 04
at 3s end
---
[   1000ms] x ! connects a
[   1100ms] x ! writes a octets 00 01 00 01 03
[   1110ms] a > resets the connection to x
[   1110ms] a : x: framing that cannot be served
[   1120ms] x : the connection from a is reset
[   2000ms] y ! connects a
[   2100ms] y ! writes a octets 00 01 00 01 04
[   2110ms] a > resets the connection to y
[   2110ms] a : y: framing that cannot be served
[   2120ms] y : the connection from a is reset
