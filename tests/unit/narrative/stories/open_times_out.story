# A resolver that accepts and says nothing: the open gives up after its own time-out, before the cycle's two minutes are over.
# peer-channel.md 8.1 step 5
# rules: PC-8.1-6
puppet resolver
peers a
show tcp framing
at 0 a starts
at 200s end
---
[      0ms] a ! starts
[      0ms] a : begins the initial cycle, 0 neighbors
[      0ms] a > dials resolver
[     20ms] a > sends a preamble to resolver
[  60.000s] a > resets the connection to resolver
[  60.000s] a : cannot open: the open timed out
[  60.010s] resolver : the connection from a is reset
