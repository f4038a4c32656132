# Mode 9: a fault. framing.md 13 BAD_MODE
# rules: FR-9-1
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
at 1s x connects a
at 1.1s x writes a octets 00 01 00 01 09
at 2s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] x ! connects a
[   1100ms] x ! writes a octets 00 01 00 01 09
[   1110ms] a > sends fault UnsupportedMode to x
[   1110ms] a > closes the connection to x
[   1110ms] a : x: framing that cannot be served
[   1120ms] x : the connection from a has ended
