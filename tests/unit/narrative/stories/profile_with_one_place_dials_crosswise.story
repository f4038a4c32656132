# a (id 100) and b (id 200) have room for one neighbor, count their own Connects, and dial each other at one moment. The Connect of
# the smaller id stands: b does not count its own, a refuses it as busy, and both are neighbors. (Else each would be busy with the
# other for ever.) peer-channel.md 10.3, 10.4, 24 item 4
# rules: PC-10.3-5
peers a b
dialect profile
rules maintenance=0 min_neighbors=1 ideal_neighbors=1 max_neighbors=1
from 1s
at 0 a,b starts
at 1s a dials b
at 1s b dials a
at 2s end
---
[   1000ms] a ! dials b
[   1000ms] b ! dials a
[   1040ms] a > sends Connect to b
[   1040ms] b > sends Connect to a
[   1050ms] b > sends Welcome to a with 0 referrals
[   1050ms] b : link from a is Connected
[   1050ms] b : is online
[   1050ms] a : link from b is Disconnecting (NodeBusy)
[   1050ms] a > sends Refuse(NodeBusy) to b with 0 referrals
[   1050ms] a > sends End to b
[   1060ms] a : link to b is Connected
[   1060ms] a : is online
[   1060ms] b : link to a is Disconnected (NodeBusy)
[   1060ms] b > sends End to a
[   1060ms] b : link to a is Closed (NodeBusy)
[   1070ms] a : link from b is Closed (NodeBusy)
