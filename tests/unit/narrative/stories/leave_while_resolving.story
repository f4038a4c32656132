# A node leaves before it is registered, while its first Resolve is out: the call is dropped, nothing waits for it.
puppet resolver
peers a
show tcp framing
from 1s
at 0 a starts
at 100ms resolver writes a ack
at 1s a leaves
at 200s end
---
[   1000ms] a ! leaves
[   1000ms] a > resets the connection to resolver
[   1000ms] a : has left
[   1010ms] resolver : the connection from a is reset
