# The resolver does not answer the Unregister, so the leave takes its time: a Connect that comes meanwhile is ignored. The
# time-out of the call lets the leave go on. peer-channel.md 8.2 step 2
# rules: PC-8.2-2
puppet resolver
peers a
puppet x
rules maintenance=0 referral_policy=2 call_timeout=5s
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a registered
at 300ms resolver writes a end
at 1s x connects a
at 1.1s x writes a preamble
at 2s a leaves
at 3s x writes a connect
at 10s end
---
[      0ms] a ! starts
[    100ms] resolver ! writes a ack
[    110ms] a > sends Register to resolver
[    200ms] resolver ! writes a registered
[    210ms] a > sends End to resolver
[    300ms] resolver ! writes a end
[    310ms] a : is open
[   1000ms] x ! connects a
[   1100ms] x ! writes a preamble
[   2000ms] a ! leaves
[   3000ms] x ! writes a connect
[   7000ms] a : Unregister has failed
[   7000ms] a : link from x is Closed
[   7000ms] a : has left
