# Records in a wrong order: an envelope before the preamble. framing.md 13 BAD_ORDER
# rules: FR-5-2
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
at 1s x connects a
at 1.1s x writes a octets 06 01 56
at 2s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] x ! connects a
[   1100ms] x ! writes a octets 06 01 56
[   1110ms] a > resets the connection to x
[   1110ms] a : x: framing that cannot be served
[   1120ms] x : the connection from a is reset
