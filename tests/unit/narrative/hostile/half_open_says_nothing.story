# Nothing at all is written: dropped after 30 s. framing.md 12
# rules: FR-12-3
peers a
puppet x
rules maintenance=0
show tcp framing
at 0 a starts
at 1s x connects a
at 40s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] x ! connects a
[  31.010s] a : x: no complete preamble in time
[  31.010s] a > resets the connection to x
[  31.020s] x : the connection from a is reset
