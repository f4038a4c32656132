# The same with the ids reversed: now b's link survives.
# rules: PC-10.3-3 PC-10.4-1 PC-10.4-3 PC-15-1
peers a b
rules maintenance=0
draw a node_id 300
at 0 a,b starts
at 1s a dials b
at 1s b dials a
at 2s end
---
[      0ms] a ! starts
[      0ms] a : is open
[      0ms] b ! starts
[      0ms] b : is open
[   1000ms] a ! dials b
[   1000ms] b ! dials a
[   1040ms] a > sends Connect to b
[   1040ms] b > sends Connect to a
[   1050ms] b > sends Welcome to a with 0 referrals
[   1050ms] b : link from a is Connected
[   1050ms] b : is online
[   1050ms] a > sends Welcome to b with 0 referrals
[   1050ms] a : link from b is Connected
[   1050ms] a : is online
[   1060ms] a > sends Ping to b
[   1060ms] a : link to b is Disconnecting (DuplicateNeighbor)
[   1060ms] a > sends Disconnect(DuplicateNeighbor) to b with 1 referral: b
[   1060ms] a > sends End to b
[   1060ms] b > sends Ping to a
[   1060ms] b : link to a is Connected
[   1060ms] b : link from a is Disconnecting (DuplicateNeighbor)
[   1060ms] b > sends Disconnect(DuplicateNeighbor) to a with 1 referral: a
[   1060ms] b > sends End to a
[   1070ms] b : keeps 1 of 1 referral
[   1070ms] b : link from a is Closed (DuplicateNeighbor)
[   1070ms] a : keeps 1 of 1 referral
[   1070ms] a : link to b is Closed (DuplicateNeighbor)
