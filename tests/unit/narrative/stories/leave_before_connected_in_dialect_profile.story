# The farewell is for neighbors: a link that is not Connected yet ends with End alone. peer-channel.md 8.2, 24
# rules: PC-8.2-4
peers a
puppet x
puppet y
dialect profile
rules maintenance=0
show framing
from 2s
at 0 a starts
at 1s a dials x
at 1.1s x writes a ack
at 1.2s x writes a welcome
at 1.3s a dials y
at 1.4s y writes a ack
at 2s a leaves
at 2.1s x writes a end
at 2.2s y writes a end
at 3s end
---
[   2000ms] a ! leaves
[   2000ms] a : link to x is Disconnecting (LeavingMesh)
[   2000ms] a > sends Disconnect(LeavingMesh) to x with 0 referrals
[   2000ms] a > sends End to x
[   2000ms] a : link to y is Disconnecting
[   2000ms] a > sends End to y
[   2100ms] x ! writes a end
[   2110ms] a : link to x is Closed (LeavingMesh)
[   2110ms] a : is offline
[   2200ms] y ! writes a end
[   2210ms] a : link to y is Closed
[   2210ms] a : has left
