# RefreshConnection works also where maintenance is off. peer-channel.md 11.2
peers a
puppet resolver
puppet x
rules maintenance=0 referral_policy=1
show tcp framing
from 1s
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a registered
at 300ms resolver writes a end
at 1s a refreshes
at 1.1s resolver writes a ack
at 1.2s resolver writes a resolved addresses=x
at 1.3s resolver writes a end
at 1.4s resolver writes a ack
at 1.5s resolver writes a resolved addresses=x
at 1.6s resolver writes a end
at 1.7s x writes a ack
at 1.8s x writes a welcome
at 3s end
---
[   1000ms] a ! refreshes
[   1000ms] a : begins a refresh cycle, 0 neighbors
[   1000ms] a > sends a preamble to resolver
[   1100ms] resolver ! writes a ack
[   1110ms] a > sends Resolve(3) to resolver
[   1200ms] resolver ! writes a resolved addresses=x
[   1210ms] a > sends End to resolver
[   1300ms] resolver ! writes a end
[   1310ms] a : resolved 1 address, 1 usable
[   1310ms] a > sends a preamble to resolver
[   1400ms] resolver ! writes a ack
[   1410ms] a > sends Resolve(3) to resolver
[   1500ms] resolver ! writes a resolved addresses=x
[   1510ms] a > sends End to resolver
[   1600ms] resolver ! writes a end
[   1610ms] a : resolved 1 address, 0 usable
[   1610ms] a > dials x
[   1630ms] a > sends a preamble to x
[   1700ms] x ! writes a ack
[   1710ms] a > sends Connect to x
[   1800ms] x ! writes a welcome
[   1810ms] a : link to x is Connected
[   1810ms] a : is online
[   1810ms] a : ends the cycle, 1 neighbor
