# One octet a second does not prolong the 30 s. framing.md 12
# rules: FR-12-3
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
at 1s x connects a
at 2s x writes a octets 00
at 3s x writes a octets 01
at 4s x writes a octets 00
at 5s x writes a octets 01
at 6s x writes a octets 02
at 7s x writes a octets 02
at 8s x writes a octets ff
at 9s x writes a octets ff
at 40s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] x ! connects a
[   2000ms] x ! writes a octets 00
[   3000ms] x ! writes a octets 01
[   4000ms] x ! writes a octets 00
[   5000ms] x ! writes a octets 01
[   6000ms] x ! writes a octets 02
[   7000ms] x ! writes a octets 02
[   8000ms] x ! writes a octets ff
[   9000ms] x ! writes a octets ff
[  34.010s] a : x: no complete preamble in time
[  34.010s] a > resets the connection to x
[  34.020s] x : the connection from a is reset
