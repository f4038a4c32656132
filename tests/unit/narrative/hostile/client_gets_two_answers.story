# Two answers to one call: the connection is dropped, the call has failed.
# rules: PC-18.5-9
puppet resolver
peers a
show tcp framing
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a resolved
at 250ms resolver writes a resolved
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
[    250ms] resolver ! writes a resolved
[    260ms] a > resets the connection to resolver
[    260ms] a : Resolve has failed
[    260ms] a : resolved 0 addresses, 0 usable
[    260ms] a : ends the cycle, 0 neighbors
[    260ms] a > dials resolver
[    270ms] resolver : the connection from a is reset
[    280ms] a > sends a preamble to resolver
