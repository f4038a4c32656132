# The same links, and the open fails: everything is dropped, the pooled connections, too. peer-channel.md 8.1, 8.2
# rules: PC-8.2-5 PC-18.6-2
puppet resolver
peers a
puppet r1 r2 r3 r4 r5 r6 i1 i2 i3 i4 i5 i6
rules maintenance=0 max_neighbors=60 referral_policy=2
hide script
show tcp
from 2.9s
at 0 a starts
at 1s resolver writes a ack
at 1s r1 connects a
at 1s r2 connects a
at 1s r3 connects a
at 1s r4 connects a
at 1s r5 connects a
at 1s r6 connects a
at 1.1s r2 writes a preamble
at 1.1s r3 writes a preamble
at 1.1s r4 writes a preamble
at 1.1s r5 writes a preamble
at 1.1s r6 writes a preamble
at 1.2s r3 writes a connect
at 1.2s r4 writes a connect id=100
at 1.2s r5 writes a connect
at 1.2s r6 writes a connect
at 1.3s r5 writes a disconnect LeavingMesh
at 1.3s r6 writes a end
at 2s a dials i1
at 2s a dials i2
at 2s a dials i3
at 2s a dials i4
at 2s a dials i5
at 2s a dials i6
at 2.1s i2 writes a ack
at 2.1s i3 writes a ack
at 2.1s i4 writes a ack
at 2.1s i5 writes a ack
at 2.1s i6 writes a ack
at 2.2s i3 writes a welcome
at 2.2s i4 writes a welcome id=100
at 2.2s i5 writes a refuse NodeBusy
at 2.2s i6 writes a welcome
at 2.3s i6 writes a end
at 2.9s a tells
at 3s resolver writes a fault
at 3.1s resolver writes a end
at 80s end
---
[   3010ms] a > sends End to resolver
[   3110ms] a : Register has failed
[   3110ms] a > resets the connection to r1
[   3110ms] a > resets the connection to r2
[   3110ms] a : link from r2 is Closed
[   3110ms] a > resets the connection to r3
[   3110ms] a : link from r3 is Closed
[   3110ms] a > resets the connection to r4
[   3110ms] a : link from r4 is Closed (DuplicateNodeId)
[   3110ms] a > resets the connection to r5
[   3110ms] a : link from r5 is Closed (LeavingMesh)
[   3110ms] a > resets the connection to r6
[   3110ms] a > resets the connection to i1
[   3110ms] a > resets the connection to i2
[   3110ms] a : link to i2 is Closed
[   3110ms] a > resets the connection to i3
[   3110ms] a : link to i3 is Closed
[   3110ms] a > resets the connection to i4
[   3110ms] a : link to i4 is Closed (DuplicateNodeId)
[   3110ms] a > resets the connection to i5
[   3110ms] a : link to i5 is Closed (NodeBusy)
[   3110ms] a > resets the connection to i6
[   3110ms] a > resets the connection to resolver
[   3110ms] a : is offline
[   3110ms] a : cannot open: the resolver could not register the node
[   3120ms] r1 : the connection from a is reset
[   3120ms] r2 : the connection from a is reset
[   3120ms] r3 : the connection from a is reset
[   3120ms] r4 : the connection from a is reset
[   3120ms] r5 : the connection from a is reset
[   3120ms] r6 : the connection from a is reset
[   3120ms] i1 : the connection from a is reset
[   3120ms] i2 : the connection from a is reset
[   3120ms] i3 : the connection from a is reset
[   3120ms] i4 : the connection from a is reset
[   3120ms] i5 : the connection from a is reset
[   3120ms] i6 : the connection from a is reset
[   3120ms] resolver : the connection from a is reset
