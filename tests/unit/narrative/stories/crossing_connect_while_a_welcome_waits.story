# The Welcome of the node's own link waits for the policy when the Connect of the better link comes: the own one goes.
# peer-channel.md 10.4
# rules: PC-10.4-3
puppet resolver
peers b a
rules maintenance=0
rules b referral_policy=1
from 1s
at 0 a,b starts
at 100ms resolver writes a ack
at 100ms resolver writes b ack
at 200ms resolver writes a registered
at 200ms resolver writes b registered
at 300ms resolver writes a end
at 300ms resolver writes b end
at 1s a dials b
at 1.03s b dials a
at 1.062s resolver writes a ack
at 1.081s b holds a
at 1.082s resolver writes a settings
at 1.083s resolver writes a end
at 2s resolver writes a ack
at 2.1s resolver writes a settings
at 2.2s resolver writes a end
at 3s b releases a
at 5s end
---
[   1000ms] a ! dials b
[   1030ms] b ! dials a
[   1040ms] a > sends Connect to b
[   1050ms] b > sends Welcome to a with 0 referrals
[   1050ms] b : link from a is Connected
[   1050ms] b : is online
[   1062ms] resolver ! writes a ack
[   1070ms] b > sends Connect to a
[   1072ms] a > sends GetServiceSettings to resolver
[   1080ms] a > sends Ping to b
[   1080ms] a : link to b is Disconnecting (DuplicateNeighbor)
[   1080ms] a > sends Refuse(DuplicateNeighbor) to b with 0 referrals
[   1080ms] a > sends End to b
[   1081ms] b ! holds a
[   1082ms] resolver ! writes a settings
[   1083ms] resolver ! writes a end
[   1090ms] b : a: a message that is not allowed in this state
[   1090ms] b : link from a is Closed
[   1090ms] b : is offline
[   1092ms] a > sends End to resolver
[   1100ms] a : link to b is Closed (DuplicateNeighbor)
[   2000ms] resolver ! writes a ack
[   2010ms] a > sends GetServiceSettings to resolver
[   2100ms] resolver ! writes a settings
[   2110ms] a > sends End to resolver
[   2200ms] resolver ! writes a end
[   2210ms] a > sends Welcome to b with 0 referrals
[   2210ms] a : link from b is Connected
[   2210ms] a : is online
[   2220ms] b : link to a is Connected
[   2220ms] b : is online
[   3000ms] b ! releases a
