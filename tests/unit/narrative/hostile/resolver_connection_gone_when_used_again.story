# The service lets the pooled connection go at the very moment when it is used again: the call dials afresh. observed.md 2.2
# rules: PC-18.1-2
puppet resolver
peers a
rules maintenance=0
show tcp framing
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a registered lifetime=5s
at 300ms resolver writes a end
at 5.305s resolver resets a
at 6s resolver writes a ack
at 6.1s resolver writes a refreshed
at 6.2s resolver writes a end
at 7s end
---
[      0ms] a ! starts
[      0ms] a > dials resolver
[     20ms] a > sends a preamble to resolver
[    100ms] resolver ! writes a ack
[    110ms] a > sends Register to resolver
[    200ms] resolver ! writes a registered lifetime=5s
[    210ms] a > sends End to resolver
[    300ms] resolver ! writes a end
[    310ms] a : is open
[   5305ms] resolver ! resets a
[   5310ms] a > sends a preamble to resolver
[   5315ms] a > dials resolver
[   5335ms] a > sends a preamble to resolver
[   6000ms] resolver ! writes a ack
[   6010ms] a > sends Refresh to resolver
[   6100ms] resolver ! writes a refreshed
[   6110ms] a > sends End to resolver
[   6200ms] resolver ! writes a end
