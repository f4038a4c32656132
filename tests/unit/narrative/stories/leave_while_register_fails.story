# A node leaves while its Register is out, which fails: there is nothing to take back.
puppet resolver
peers a
rules maintenance=0
at 0 a starts
at 100ms resolver writes a ack
at 1s a leaves
at 2s resolver writes a fault
at 2.1s resolver writes a end
at 200s end
---
[      0ms] a ! starts
[    100ms] resolver ! writes a ack
[    110ms] a > sends Register to resolver
[   1000ms] a ! leaves
[   2000ms] resolver ! writes a fault
[   2010ms] a > sends End to resolver
[   2100ms] resolver ! writes a end
[   2110ms] a : Register has failed
[   2110ms] a : has left
