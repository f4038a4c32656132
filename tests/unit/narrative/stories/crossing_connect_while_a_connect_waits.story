# The accepted Connect waits for the policy when the Welcome of the node's own, better link comes: the accepted one goes, and
# what it waited for comes to nothing. peer-channel.md 10.4
# rules: PC-10.4-3
puppet resolver
peers a b
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
at 1s b dials a
at 1.052s resolver writes a ack
at 1.061s b holds a
at 1.064s resolver writes a settings
at 1.066s resolver writes a end
at 2s resolver writes a ack
at 2.1s resolver writes a settings
at 2.2s resolver writes a end
at 3s b releases a
at 5s end
---
[   1000ms] a ! dials b
[   1000ms] b ! dials a
[   1040ms] a > sends Connect to b
[   1040ms] b > sends Connect to a
[   1050ms] b > sends Welcome to a with 0 referrals
[   1050ms] b : link from a is Connected
[   1050ms] b : is online
[   1052ms] resolver ! writes a ack
[   1060ms] a > sends Ping to b
[   1060ms] a : link from b is Disconnecting (DuplicateNeighbor)
[   1060ms] a > sends Refuse(DuplicateNeighbor) to b with 0 referrals
[   1060ms] a > sends End to b
[   1061ms] b ! holds a
[   1062ms] a > sends GetServiceSettings to resolver
[   1064ms] resolver ! writes a settings
[   1066ms] resolver ! writes a end
[   1070ms] b : link to a is Disconnected (DuplicateNeighbor)
[   1070ms] b > sends End to a
[   1070ms] b : link to a is Closed (DuplicateNeighbor)
[   1074ms] a > sends End to resolver
[   2000ms] resolver ! writes a ack
[   2010ms] a > sends GetServiceSettings to resolver
[   2100ms] resolver ! writes a settings
[   2110ms] a > sends End to resolver
[   2200ms] resolver ! writes a end
[   2210ms] a : link to b is Connected
[   2210ms] a : is online
[   3000ms] b ! releases a
[   3010ms] a : link from b is Closed (DuplicateNeighbor)
