# The service resets in the middle of the call. peer-channel.md 18.5
puppet resolver
peers a
show tcp framing
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver resets a
at 3s end
---
[      0ms] a ! starts
[      0ms] a : begins the initial cycle, 0 neighbors
[      0ms] a > dials resolver
[     20ms] a > sends a preamble to resolver
[    100ms] resolver ! writes a ack
[    110ms] a > sends Resolve(3) to resolver
[    200ms] resolver ! resets a
[    210ms] a : Resolve has failed
[    210ms] a : resolved 0 addresses, 0 usable
[    210ms] a : ends the cycle, 0 neighbors
[    210ms] a > dials resolver
[    230ms] a > sends a preamble to resolver
