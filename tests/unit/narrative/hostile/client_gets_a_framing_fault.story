# A framing fault instead of the Ack: the call has failed. framing.md 9
# rules: PC-18.5-4
puppet resolver
peers a
rules first_retry=1000s open_fails_with_resolver=0
show tcp framing
at 0 a starts
at 100ms resolver writes a framing-fault EndpointNotFound
at 200ms resolver writes a ack
at 300ms resolver writes a framing-fault ConnectionDispatchFailed
at 1s end
---
[      0ms] a ! starts
[      0ms] a : begins the initial cycle, 0 neighbors
[      0ms] a > dials resolver
[     20ms] a > sends a preamble to resolver
[    100ms] resolver ! writes a framing-fault EndpointNotFound
[    110ms] a > closes the connection to resolver
[    110ms] a : Resolve has failed
[    110ms] a : resolved 0 addresses, 0 usable
[    110ms] a : ends the cycle, 0 neighbors
[    110ms] a > dials resolver
[    120ms] resolver : the connection from a has ended
[    130ms] a > sends a preamble to resolver
[    200ms] resolver ! writes a ack
[    210ms] a > sends Register to resolver
[    300ms] resolver ! writes a framing-fault ConnectionDispatchFailed
[    310ms] a > sends End to resolver
[    310ms] a > closes the connection to resolver
[    310ms] a : Register has failed
[    310ms] a : is open
[    320ms] resolver : the connection from a has ended
