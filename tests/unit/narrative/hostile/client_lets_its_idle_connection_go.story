# A service that keeps connections for ever: the client closes its idle one after two minutes. observed.md 2.2
# rules: PC-18.1-3
puppet resolver
peers a
rules maintenance=0
show tcp framing
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a registered
at 300ms resolver writes a end
at 200s end
---
[      0ms] a ! starts
[      0ms] a > dials resolver
[     20ms] a > sends a preamble to resolver
[    100ms] resolver ! writes a ack
[    110ms] a > sends Register to resolver
[    200ms] resolver ! writes a registered
[    210ms] a > sends End to resolver
[    300ms] resolver ! writes a end
[    310ms] a : is open
[ 120.310s] a > closes the connection to resolver
[ 120.320s] resolver : the connection from a has ended
