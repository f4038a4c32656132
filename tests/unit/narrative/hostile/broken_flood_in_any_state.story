# A flood without a usable id ends a link in any state. peer-channel.md 13.3 step 5
# rules: PC-13.3-3
peers a
puppet x
rules maintenance=0 pool_connections=0
hide script
at 0 a starts
at 1s x connects a
at 1.1s x writes a preamble
at 1.2s x writes a flood broken=id
at 2s x connects a
at 2.1s x writes a preamble
at 2.2s x writes a connect id=100
at 2.3s x writes a flood broken=id
at 3s x connects a
at 3.1s x writes a preamble
at 3.2s x writes a connect
at 3.3s x writes a disconnect LeavingMesh
at 3.4s x writes a flood broken=id
at 4s end
---
[      0ms] a : is open
[   1210ms] a : x: flood: no MessageID that is a GUID
[   1210ms] a : link from x is Closed
[   2210ms] a : link from x is Disconnecting (DuplicateNodeId)
[   2210ms] a > sends Refuse(DuplicateNodeId) to x with 0 referrals
[   2210ms] a > sends End to x
[   2310ms] a : x: flood: no MessageID that is a GUID
[   2310ms] a : link from x is Closed (DuplicateNodeId)
[   3210ms] a > sends Welcome to x with 0 referrals
[   3210ms] a : link from x is Connected
[   3210ms] a : is online
[   3310ms] a : link from x is Disconnected (LeavingMesh)
[   3310ms] a > sends End to x
[   3410ms] a : x: flood: no MessageID that is a GUID
[   3410ms] a : link from x is Closed (LeavingMesh)
[   3410ms] a : is offline
