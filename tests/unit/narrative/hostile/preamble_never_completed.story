# The preamble stops in the middle: after 30 s the connection is dropped. framing.md 12
# rules: FR-12-3
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
at 1s x connects a
at 1.1s x writes a octets 00 01 00 01 02 02 20 'net.tcp:
at 40s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] x ! connects a
[   1100ms] x ! writes a octets 00 01 00 01 02 02 20 'net.tcp:
[  31.110s] a : x: no complete preamble in time
[  31.110s] a > resets the connection to x
[  31.120s] x : the connection from a is reset
