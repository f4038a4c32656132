# With room for one, the Connect that waits for the policy takes it, and the next is
# refused. peer-channel.md 10.2, 22 I1
# rules: PC-10.3-5
puppet resolver
peers a
puppet x
puppet y
rules maintenance=0 max_neighbors=1
from 1s
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a registered
at 300ms resolver writes a end
at 1s x connects a
at 1s y connects a
at 1.1s x writes a preamble
at 1.1s y writes a preamble
at 1.2s x writes a connect
at 1.3s y writes a connect
at 2s resolver writes a ack
at 2.1s resolver writes a settings
at 2.2s resolver writes a end
at 5s end
---
[   1000ms] x ! connects a
[   1000ms] y ! connects a
[   1100ms] x ! writes a preamble
[   1100ms] y ! writes a preamble
[   1200ms] x ! writes a connect
[   1300ms] y ! writes a connect
[   2000ms] resolver ! writes a ack
[   2010ms] a > sends GetServiceSettings to resolver
[   2100ms] resolver ! writes a settings
[   2110ms] a > sends End to resolver
[   2200ms] resolver ! writes a end
[   2210ms] a : link from y is Disconnecting (NodeBusy)
[   2210ms] a > sends Refuse(NodeBusy) to y with 0 referrals
[   2210ms] a > sends End to y
