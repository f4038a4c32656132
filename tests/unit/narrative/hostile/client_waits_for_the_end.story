# The answer, and End never: the call time-out ends it. peer-channel.md 18.5
# rules: PC-8.1-7
puppet resolver
peers a
show tcp framing
at 0 a starts
at 100ms resolver writes a ack
rules cycle_budget=1s
at 200ms resolver writes a resolved
at 3s end
---
[      0ms] a ! starts
[      0ms] a : begins the initial cycle, 0 neighbors
[      0ms] a > dials resolver
[     20ms] a > sends a preamble to resolver
[    100ms] resolver ! writes a ack
[    110ms] a > sends Resolve(3) to resolver
[    200ms] resolver ! writes a resolved
[    210ms] a > sends End to resolver
[   1000ms] a > resets the connection to resolver
[   1000ms] a : Resolve has failed
[   1000ms] a : ends the cycle, 0 neighbors
[   1000ms] a : cannot open: the resolver did not answer in time
[   1010ms] resolver : the connection from a is reset
