# While Unregister is out, a node neither accepts, nor answers handshakes, nor passes floods on; its dial ends without Connect.
# rules: PC-8.2-2
puppet resolver
peers a
puppet x
puppet y
puppet z
rules maintenance=0 referral_policy=1
show tcp framing
from 2s
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a registered
at 300ms resolver writes a end
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a connect
at 1.99s a dials y
at 2s a leaves
at 2.1s y writes a ack
at 2.2s x writes a flood
at 2.3s z connects a
at 2.4s a publishes
at 2.5s a dials z
at 3s resolver writes a ack
at 3.1s resolver writes a unregistered
at 3.2s resolver writes a end
at 4s end
---
[   2000ms] a ! leaves
[   2000ms] a > sends a preamble to resolver
[   2010ms] a > sends a preamble to y
[   2100ms] y ! writes a ack
[   2110ms] a : link to y is Disconnecting (NodeBusy)
[   2110ms] a > sends End to y
[   2200ms] x ! writes a flood
[   2300ms] z ! connects a
[   2310ms] a > resets the connection to z
[   2320ms] z : the connection from a is reset
[   2400ms] a ! publishes
[   2400ms] a : cannot publish: the node is not open
[   2500ms] a ! dials z
[   3000ms] resolver ! writes a ack
[   3010ms] a > sends Unregister to resolver
[   3100ms] resolver ! writes a unregistered
[   3110ms] a > sends End to resolver
[   3200ms] resolver ! writes a end
[   3210ms] a > closes the connection to resolver
[   3210ms] a > closes the connection to x
[   3210ms] a : link from x is Closed
[   3210ms] a : is offline
[   3220ms] resolver : the connection from a has ended
[   3220ms] x : the connection from a has ended
