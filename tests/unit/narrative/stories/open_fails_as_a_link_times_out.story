# The open and the wait for a preamble end at the same moment: the connection is dropped once. peer-channel.md 8.2
# rules: PC-8.2-5
puppet resolver
peers a
puppet x
rules maintenance=0 node_open_timeout=10s accept_timeout=9s
show tcp
at 0 a starts
at 990ms x connects a
at 12s end
---
[      0ms] a ! starts
[      0ms] a > dials resolver
[    990ms] x ! connects a
[  10.000s] a : x: no complete preamble in time
[  10.000s] a > resets the connection to x
[  10.000s] a > resets the connection to resolver
[  10.000s] a : cannot open: the open timed out
[  10.010s] x : the connection from a is reset
[  10.010s] resolver : the connection from a is reset
