# The first Connect of a node's life is refused. A Refuse carries referrals, so the node asks for the policy first; nothing
# arrives and the link fails. The second time the answer comes. peer-channel.md 10.7, 18.6
# rules: PC-10.7-1 PC-18.6-3
puppet resolver
peers a
puppet x
rules maintenance=0 call_timeout=3s
hide script
from 900ms
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a registered
at 300ms resolver writes a end
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a connect id=100
at 6s x connects a
at 6.1s x writes a preamble
at 6.2s x writes a connect id=100
at 6.3s resolver writes a ack
at 6.5s resolver writes a settings
at 6.6s resolver writes a end
at 8s end
---
[   4210ms] a : GetServiceSettings has failed
[   4210ms] a : x: the referral policy could not be had
[   4210ms] a : link from x is Closed
[   6310ms] a > sends GetServiceSettings to resolver
[   6510ms] a > sends End to resolver
[   6610ms] a : link from x is Disconnecting (DuplicateNodeId)
[   6610ms] a > sends Refuse(DuplicateNodeId) to x with 0 referrals
[   6610ms] a > sends End to x
