# Nobody answers End: after 60 s the connection is reset. Idle connections are let go with FIN after two minutes, at both ends.
# peer-channel.md 9.5, 3.4
# rules: PC-9.5-2
peers a
puppet x y z v u
rules maintenance=0
hide script
show tcp framing
at 0 a starts
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a connect
at 1.3s x writes a disconnect LeavingMesh
at 2s y connects a
at 2.1s y writes a preamble
at 2.2s y writes a connect id=100
at 3s a dials z
at 3.1s z writes a ack
at 3.2s z writes a welcome id=100
at 4s a dials v
at 4.1s v writes a ack
at 4.2s v writes a refuse NodeBusy
at 5s u connects a
at 5.1s u writes a preamble
at 5.2s u writes a connect
at 5.3s u writes a end
at 200s end
---
[      0ms] a : is open
[   1110ms] a > sends Ack to x
[   1210ms] a > sends Welcome to x with 0 referrals
[   1210ms] a : link from x is Connected
[   1210ms] a : is online
[   1310ms] a : link from x is Disconnected (LeavingMesh)
[   1310ms] a > sends End to x
[   2110ms] a > sends Ack to y
[   2210ms] a : link from y is Disconnecting (DuplicateNodeId)
[   2210ms] a > sends Refuse(DuplicateNodeId) to y with 0 referrals
[   2210ms] a > sends End to y
[   3000ms] a > dials z
[   3020ms] a > sends a preamble to z
[   3110ms] a > sends Connect to z
[   3210ms] a : link to z is Disconnecting (DuplicateNodeId)
[   3210ms] a > sends Disconnect(DuplicateNodeId) to z with 0 referrals
[   3210ms] a > sends End to z
[   4000ms] a > dials v
[   4020ms] a > sends a preamble to v
[   4110ms] a > sends Connect to v
[   4210ms] a : link to v is Disconnected (NodeBusy)
[   4210ms] a > sends End to v
[   5110ms] a > sends Ack to u
[   5210ms] a > sends Welcome to u with 0 referrals
[   5210ms] a : link from u is Connected
[   5310ms] a > sends End to u
[   5310ms] a : link from u is Closed
[   5310ms] a : is offline
[  61.310s] a > resets the connection to x
[  61.310s] a : link from x is Closed (LeavingMesh)
[  61.320s] x : the connection from a is reset
[  62.210s] a > resets the connection to y
[  62.210s] a : link from y is Closed (DuplicateNodeId)
[  62.220s] y : the connection from a is reset
[  63.210s] a > resets the connection to z
[  63.210s] a : link to z is Closed (DuplicateNodeId)
[  63.220s] z : the connection from a is reset
[  64.210s] a > resets the connection to v
[  64.210s] a : link to v is Closed (NodeBusy)
[  64.220s] v : the connection from a is reset
[ 125.310s] a > closes the connection to u
[ 125.320s] u : the connection from a has ended
