# A second Welcome while the first one waits for the policy: its timer is disarmed, so it is ignored. peer-channel.md 9.3
# rules: PC-9.3-12
puppet resolver
peers a
puppet x
rules maintenance=0
from 1s
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a registered
at 300ms resolver writes a end
at 1s a dials x
at 1.1s x writes a ack
at 1.2s x writes a welcome
at 1.3s x writes a welcome id=8
at 2s resolver writes a ack
at 2.1s resolver writes a settings
at 2.2s resolver writes a end
at 3s end
---
[   1000ms] a ! dials x
[   1100ms] x ! writes a ack
[   1110ms] a > sends Connect to x
[   1200ms] x ! writes a welcome
[   1300ms] x ! writes a welcome id=8
[   2000ms] resolver ! writes a ack
[   2010ms] a > sends GetServiceSettings to resolver
[   2100ms] resolver ! writes a settings
[   2110ms] a > sends End to resolver
[   2200ms] resolver ! writes a end
[   2210ms] a : link to x is Connected
[   2210ms] a : is online
