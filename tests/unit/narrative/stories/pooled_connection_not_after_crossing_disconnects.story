# Links that crossing Disconnects have ended are closed, not pooled: the second dial makes a new connection.
# observed.md 2.2
# rules: FR-8-3
peers a b
rules maintenance=0
show tcp
from 1.05s
at 0 a,b starts
at 1s a dials b
at 1s b dials a
at 3s end
---
[   1050ms] b > sends Welcome to a with 0 referrals
[   1050ms] b : link from a is Connected
[   1050ms] b : is online
[   1050ms] a > sends Welcome to b with 0 referrals
[   1050ms] a : link from b is Connected
[   1050ms] a : is online
[   1060ms] a > sends Ping to b
[   1060ms] a : link to b is Connected
[   1060ms] a : link from b is Disconnecting (DuplicateNeighbor)
[   1060ms] a > sends Disconnect(DuplicateNeighbor) to b with 1 referral: b
[   1060ms] a > sends End to b
[   1060ms] b > sends Ping to a
[   1060ms] b : link to a is Disconnecting (DuplicateNeighbor)
[   1060ms] b > sends Disconnect(DuplicateNeighbor) to a with 1 referral: a
[   1060ms] b > sends End to a
[   1070ms] b : keeps 1 of 1 referral
[   1070ms] b : link to a is Closed (DuplicateNeighbor)
[   1070ms] b > closes the connection to a
[   1070ms] a : keeps 1 of 1 referral
[   1070ms] a : link from b is Closed (DuplicateNeighbor)
[   1070ms] a > closes the connection to b
