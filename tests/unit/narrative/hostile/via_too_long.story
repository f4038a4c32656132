# A Via of 3000 octets: aborted as soon as its size is known. framing.md 13 VIA_TOO_LONG
# rules: FR-12-1
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
at 1s x connects a
at 1.1s x writes a octets 00 01 00 01 02 02 B8 17 6E*100
at 2s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] x ! connects a
[   1100ms] x ! writes a octets 00 01 00 01 02 02 B8 17 6E*100
[   1110ms] a > resets the connection to x
[   1110ms] a : x: framing that cannot be served
[   1120ms] x : the connection from a is reset
