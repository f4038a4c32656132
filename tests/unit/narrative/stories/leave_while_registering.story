# A node leaves while its Register is out: it waits for the answer, and takes the registration back.
puppet resolver
peers a
rules maintenance=0
at 0 a starts
at 100ms resolver writes a ack
at 1s a leaves
at 2s resolver writes a registered
at 2.1s resolver writes a end
at 2.2s resolver writes a ack
at 2.3s resolver writes a unregistered
at 2.4s resolver writes a end
at 200s end
---
[      0ms] a ! starts
[    100ms] resolver ! writes a ack
[    110ms] a > sends Register to resolver
[   1000ms] a ! leaves
[   2000ms] resolver ! writes a registered
[   2010ms] a > sends End to resolver
[   2100ms] resolver ! writes a end
[   2200ms] resolver ! writes a ack
[   2210ms] a > sends Unregister to resolver
[   2300ms] resolver ! writes a unregistered
[   2310ms] a > sends End to resolver
[   2400ms] resolver ! writes a end
[   2410ms] a : has left
