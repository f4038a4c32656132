# A node leaves while a Connect waits for the referral policy: the question is dropped, and the connection with the listener.
puppet resolver
peers a
puppet x
rules maintenance=0 open_fails_with_resolver=0
show tcp
from 1s
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a fault
at 300ms resolver writes a end
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a connect
at 2s a leaves
at 100s end
---
[   1000ms] x ! connects a
[   1100ms] x ! writes a preamble
[   1200ms] x ! writes a connect
[   2000ms] a ! leaves
[   2000ms] a > resets the connection to resolver
[   2000ms] a > closes the connection to x
[   2000ms] a : link from x is Closed
[   2000ms] a : has left
[   2010ms] resolver : the connection from a is reset
[   2010ms] x : the connection from a has ended
