# Profile counts its own pending Connects towards the maximum, so the count stays at the limit; .NET may exceed it by them.
# peer-channel.md 10.3, 24 item 4
# rules: PC-10.3-5
peers a b c d
dialect profile
rules maintenance=0
rules a max_neighbors=1
from 1s
at 0 a,b,c,d starts
at 1s a dials b
at 1s a dials c
at 1s d dials a
at 2s end
---
[   1000ms] a ! dials b
[   1000ms] a ! dials c
[   1000ms] d ! dials a
[   1040ms] a > sends Connect to b
[   1040ms] a : link to c is Disconnecting (NodeBusy)
[   1040ms] a > sends End to c
[   1040ms] d > sends Connect to a
[   1050ms] b > sends Welcome to a with 0 referrals
[   1050ms] b : link from a is Connected
[   1050ms] b : is online
[   1050ms] c > sends End to a
[   1050ms] c : link from a is Closed
[   1050ms] a : link from d is Disconnecting (NodeBusy)
[   1050ms] a > sends Refuse(NodeBusy) to d with 0 referrals
[   1050ms] a > sends End to d
[   1060ms] a : link to b is Connected
[   1060ms] a : is online
[   1060ms] a : link to c is Closed (NodeBusy)
[   1060ms] d : link to a is Disconnected (NodeBusy)
[   1060ms] d > sends End to a
[   1060ms] d : link to a is Closed (NodeBusy)
[   1070ms] a : link from d is Closed (NodeBusy)
