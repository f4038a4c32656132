# A node leaves that has a link in each state, as responder (r1 Created, r2 Connecting, r3 Connected, r4 Disconnecting, r5
# Disconnected, r6 Closed with an idle connection) and as initiator (i1 to i6). peer-channel.md 8.2, 9.5
# rules: PC-8.2-3
peers a
puppet r1 r2 r3 r4 r5 r6 i1 i2 i3 i4 i5 i6
rules maintenance=0 max_neighbors=60
hide script
show tcp
from 2.9s
at 0 a starts
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
at 3s a leaves
at 4s i2 writes a end
at 4s i3 writes a end
at 80s end
---
[   3000ms] a > resets the connection to r1
[   3000ms] a > closes the connection to r2
[   3000ms] a : link from r2 is Closed
[   3000ms] a > closes the connection to r3
[   3000ms] a : link from r3 is Closed
[   3000ms] a > closes the connection to r4
[   3000ms] a : link from r4 is Closed (DuplicateNodeId)
[   3000ms] a > closes the connection to r5
[   3000ms] a : link from r5 is Closed (LeavingMesh)
[   3000ms] a > closes the connection to r6
[   3000ms] a > resets the connection to i1
[   3000ms] a : link to i2 is Disconnecting
[   3000ms] a > sends End to i2
[   3000ms] a : link to i3 is Disconnecting
[   3000ms] a > sends End to i3
[   3000ms] a > closes the connection to i6
[   3010ms] r1 : the connection from a is reset
[   3010ms] r2 : the connection from a has ended
[   3010ms] r3 : the connection from a has ended
[   3010ms] r4 : the connection from a has ended
[   3010ms] r5 : the connection from a has ended
[   3010ms] r6 : the connection from a has ended
[   3010ms] i1 : the connection from a is reset
[   3010ms] i6 : the connection from a has ended
[   4010ms] a : link to i2 is Closed
[   4010ms] a : is offline
[   4010ms] a > closes the connection to i2
[   4010ms] a : link to i3 is Closed
[   4010ms] a > closes the connection to i3
[   4020ms] i2 : the connection from a has ended
[   4020ms] i3 : the connection from a has ended
[  62.210s] a > resets the connection to i4
[  62.210s] a : link to i4 is Closed (DuplicateNodeId)
[  62.210s] a > resets the connection to i5
[  62.210s] a : link to i5 is Closed (NodeBusy)
[  62.210s] a : has left
[  62.220s] i4 : the connection from a is reset
[  62.220s] i5 : the connection from a is reset
