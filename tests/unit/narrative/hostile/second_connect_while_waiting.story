# A second Connect while the first one waits for the policy: its timer is disarmed, so it is ignored. peer-channel.md 9.3
# rules: PC-9.3-12
puppet resolver
peers a
puppet x
rules maintenance=0
from 900ms
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a registered
at 300ms resolver writes a end
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a connect
at 1.3s x writes a connect
at 2s resolver writes a ack
at 2.1s resolver writes a settings
at 2.2s resolver writes a end
at 3s end
---
[   1000ms] x ! connects a
[   1100ms] x ! writes a preamble
[   1200ms] x ! writes a connect
[   1300ms] x ! writes a connect
[   2000ms] resolver ! writes a ack
[   2010ms] a > sends GetServiceSettings to resolver
[   2100ms] resolver ! writes a settings
[   2110ms] a > sends End to resolver
[   2200ms] resolver ! writes a end
[   2210ms] a > sends Welcome to x with 0 referrals
[   2210ms] a : link from x is Connected
[   2210ms] a : is online
