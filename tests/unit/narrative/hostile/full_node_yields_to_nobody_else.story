# a has room for one, and its own Connect to x counts. It gives way to a Connect of the node that it dials, if that is good and of
# the smaller id, and to no other: not to id 0, not without an address, not to another node, not to a larger id.
# peer-channel.md 10.2, 10.4, 24 item 4
# rules: PC-10.2-1 PC-10.3-5
peers a
puppet u
puppet v
puppet w
puppet x
puppet y
dialect profile
rules maintenance=0 min_neighbors=1 ideal_neighbors=1 max_neighbors=1
from 1s
at 0 a starts
at 1s a dials x
at 1.1s x writes a ack
at 2s u connects a
at 2.1s u writes a preamble
at 2.2s u writes a connect id=0
at 3s v connects a
at 3.1s v writes a preamble
at 3.2s v writes a connect id=50 address=no-ip
at 4s w connects a
at 4.1s w writes a preamble
at 4.2s w writes a connect id=50
at 5s y connects a
at 5.1s y writes a preamble
at 5.2s y writes a connect id=300
at 6s end
---
[   1000ms] a ! dials x
[   1100ms] x ! writes a ack
[   1110ms] a > sends Connect to x
[   2000ms] u ! connects a
[   2100ms] u ! writes a preamble
[   2200ms] u ! writes a connect id=0
[   2210ms] a : link from u is Disconnecting (NodeBusy)
[   2210ms] a > sends Refuse(NodeBusy) to u with 0 referrals
[   2210ms] a > sends End to u
[   3000ms] v ! connects a
[   3100ms] v ! writes a preamble
[   3200ms] v ! writes a connect id=50 address=no-ip
[   3210ms] a : link from v is Disconnecting (NodeBusy)
[   3210ms] a > sends Refuse(NodeBusy) to v with 0 referrals
[   3210ms] a > sends End to v
[   4000ms] w ! connects a
[   4100ms] w ! writes a preamble
[   4200ms] w ! writes a connect id=50
[   4210ms] a : link from w is Disconnecting (NodeBusy)
[   4210ms] a > sends Refuse(NodeBusy) to w with 0 referrals
[   4210ms] a > sends End to w
[   5000ms] y ! connects a
[   5100ms] y ! writes a preamble
[   5200ms] y ! writes a connect id=300
[   5210ms] a : link from y is Disconnecting (NodeBusy)
[   5210ms] a > sends Refuse(NodeBusy) to y with 0 referrals
[   5210ms] a > sends End to y
