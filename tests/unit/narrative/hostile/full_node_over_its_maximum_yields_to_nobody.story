# a has given way to x, whose answer to a's own Connect is still out: over its maximum for that moment, it gives way to nobody.
# peer-channel.md 10.3, 24 item 4
# rules: PC-10.3-5
peers a
puppet x
puppet y
dialect profile
rules maintenance=0 min_neighbors=1 ideal_neighbors=1 max_neighbors=1
from 1s
at 0 a starts
at 1s a dials x
at 1.1s x writes a ack
at 2s x connects a
at 2.1s x writes a preamble
at 2.2s x writes a connect id=50
at 3s y connects a
at 3.1s y writes a preamble
at 3.2s y writes a connect id=60
at 4s end
---
[   1000ms] a ! dials x
[   1100ms] x ! writes a ack
[   1110ms] a > sends Connect to x
[   2000ms] x ! connects a
[   2100ms] x ! writes a preamble
[   2200ms] x ! writes a connect id=50
[   2210ms] a > sends Welcome to x with 0 referrals
[   2210ms] a : link from x is Connected
[   2210ms] a : is online
[   3000ms] y ! connects a
[   3100ms] y ! writes a preamble
[   3200ms] y ! writes a connect id=60
[   3210ms] a : link from y is Disconnecting (NodeBusy)
[   3210ms] a > sends Refuse(NodeBusy) to y with 1 referral: x
[   3210ms] a > sends End to y
