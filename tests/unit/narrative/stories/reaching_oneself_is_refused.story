# A referral leads a, under another path, to a peer with its own node id: Refuse(DuplicateNodeId). peer-channel.md 10.2 step 5
# rules: PC-10.2-4
peers a b
rules maintenance=0
draw b node_id 100
at 0 a,b starts
at 1s a dials b
at 2s end
---
[      0ms] a ! starts
[      0ms] a : is open
[      0ms] b ! starts
[      0ms] b : is open
[   1000ms] a ! dials b
[   1040ms] a > sends Connect to b
[   1050ms] b : link from a is Disconnecting (DuplicateNodeId)
[   1050ms] b > sends Refuse(DuplicateNodeId) to a with 0 referrals
[   1050ms] b > sends End to a
[   1060ms] a : link to b is Disconnected (DuplicateNodeId)
[   1060ms] a > sends End to b
[   1060ms] a : link to b is Closed (DuplicateNodeId)
[   1070ms] b : link from a is Closed (DuplicateNodeId)
