# The service answers a Resolve with something else: an empty list. peer-channel.md 18.5
# rules: PC-18.5-9
puppet resolver
peers a
show tcp framing
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a settings
at 300ms resolver writes a end
at 3s end
---
[      0ms] a ! starts
[      0ms] a : begins the initial cycle, 0 neighbors
[      0ms] a > dials resolver
[     20ms] a > sends a preamble to resolver
[    100ms] resolver ! writes a ack
[    110ms] a > sends Resolve(3) to resolver
[    200ms] resolver ! writes a settings
[    210ms] a > sends End to resolver
[    300ms] resolver ! writes a end
[    310ms] a : Resolve has failed
[    310ms] a : resolved 0 addresses, 0 usable
[    310ms] a : ends the cycle, 0 neighbors
[    310ms] a > sends a preamble to resolver
