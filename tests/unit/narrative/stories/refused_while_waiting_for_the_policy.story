# Refuse with referrals, then End, while the policy is not known: both wait for it; without pooled connections the answer to End
# closes. peer-channel.md 9.2, 18.6
# rules: PC-9.2-4
puppet resolver
peers a
puppet x
rules maintenance=0 pool_connections=0
from 1s
show tcp framing
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a registered
at 300ms resolver writes a end
at 1s a dials x
at 1.1s x writes a ack
at 1.2s x writes a refuse NodeBusy referrals=5
at 1.3s x writes a end
at 2s resolver writes a ack
at 2.1s resolver writes a settings
at 2.2s resolver writes a end
at 5s end
---
[   1000ms] a ! dials x
[   1000ms] a > dials x
[   1020ms] a > sends a preamble to x
[   1100ms] x ! writes a ack
[   1110ms] a > sends Connect to x
[   1200ms] x ! writes a refuse NodeBusy referrals=5
[   1210ms] a : link to x is Disconnected (NodeBusy)
[   1210ms] a > dials resolver
[   1230ms] a > sends a preamble to resolver
[   1300ms] x ! writes a end
[   2000ms] resolver ! writes a ack
[   2010ms] a > sends GetServiceSettings to resolver
[   2100ms] resolver ! writes a settings
[   2110ms] a > sends End to resolver
[   2200ms] resolver ! writes a end
[   2210ms] a > closes the connection to resolver
[   2210ms] a : keeps 1 of 1 referral
[   2210ms] a > sends End to x
[   2210ms] a > closes the connection to x
[   2210ms] a : link to x is Closed (NodeBusy)
[   2220ms] resolver : the connection from a has ended
[   2220ms] x : the connection from a has ended
