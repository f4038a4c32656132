# Every message, and End, on a link that is Disconnecting at the responder. peer-channel.md 9.3
peers a
puppet x
dialect net
rules maintenance=0 pool_connections=0
hide tcp framing script
show end state trouble message delivery
at 0 a starts
at 1000ms x connects a
at 1100ms x writes a preamble
at 1200ms x writes a connect id=100
at 1500ms x writes a connect
at 1700ms x resets a
at 2000ms x connects a
at 2100ms x writes a preamble
at 2200ms x writes a connect id=100
at 2500ms x writes a welcome
at 2700ms x resets a
at 3000ms x connects a
at 3100ms x writes a preamble
at 3200ms x writes a connect id=100
at 3500ms x writes a refuse NodeBusy
at 3700ms x resets a
at 4000ms x connects a
at 4100ms x writes a preamble
at 4200ms x writes a connect id=100
at 4500ms x writes a disconnect LeavingMesh
at 4700ms x resets a
at 5000ms x connects a
at 5100ms x writes a preamble
at 5200ms x writes a connect id=100
at 5500ms x writes a utility 0 0
at 5700ms x resets a
at 6000ms x connects a
at 6100ms x writes a preamble
at 6200ms x writes a connect id=100
at 6500ms x writes a ping
at 6700ms x resets a
at 7000ms x connects a
at 7100ms x writes a preamble
at 7200ms x writes a connect id=100
at 7500ms x writes a flood m=7
at 7700ms x resets a
at 8000ms x connects a
at 8100ms x writes a preamble
at 8200ms x writes a connect id=100
at 8500ms x writes a fault
at 8700ms x resets a
at 9000ms x connects a
at 9100ms x writes a preamble
at 9200ms x writes a connect id=100
at 9500ms x writes a flood action=RequestSecurityToken
at 9700ms x resets a
at 10000ms x connects a
at 10100ms x writes a preamble
at 10200ms x writes a connect id=100
at 10500ms x writes a resolve
at 10700ms x resets a
at 11000ms x connects a
at 11100ms x writes a preamble
at 11200ms x writes a connect id=100
at 11500ms x writes a end
at 11700ms x resets a
at 12000ms end
---
[      0ms] a : is open
[   1210ms] a : link from x is Disconnecting (DuplicateNodeId)
[   1210ms] a > sends Refuse(DuplicateNodeId) to x with 0 referrals
[   1210ms] a > sends End to x
[   1510ms] a : x: a message that is not allowed in this state
[   1510ms] a : link from x is Closed (DuplicateNodeId)
[   2210ms] a : link from x is Disconnecting (DuplicateNodeId)
[   2210ms] a > sends Refuse(DuplicateNodeId) to x with 0 referrals
[   2210ms] a > sends End to x
[   2510ms] a : x: a message that is not allowed in this state
[   2510ms] a : link from x is Closed (DuplicateNodeId)
[   3210ms] a : link from x is Disconnecting (DuplicateNodeId)
[   3210ms] a > sends Refuse(DuplicateNodeId) to x with 0 referrals
[   3210ms] a > sends End to x
[   3510ms] a : x: a message that is not allowed in this state
[   3510ms] a : link from x is Closed (DuplicateNodeId)
[   4210ms] a : link from x is Disconnecting (DuplicateNodeId)
[   4210ms] a > sends Refuse(DuplicateNodeId) to x with 0 referrals
[   4210ms] a > sends End to x
[   4710ms] a : link from x is Closed (LeavingMesh)
[   5210ms] a : link from x is Disconnecting (DuplicateNodeId)
[   5210ms] a > sends Refuse(DuplicateNodeId) to x with 0 referrals
[   5210ms] a > sends End to x
[   5710ms] a : link from x is Closed (DuplicateNodeId)
[   6210ms] a : link from x is Disconnecting (DuplicateNodeId)
[   6210ms] a > sends Refuse(DuplicateNodeId) to x with 0 referrals
[   6210ms] a > sends End to x
[   6710ms] a : link from x is Closed (DuplicateNodeId)
[   7210ms] a : link from x is Disconnecting (DuplicateNodeId)
[   7210ms] a > sends Refuse(DuplicateNodeId) to x with 0 referrals
[   7210ms] a > sends End to x
[   7510ms] a : delivers m7 on chat
[   7710ms] a : link from x is Closed (DuplicateNodeId)
[   8210ms] a : link from x is Disconnecting (DuplicateNodeId)
[   8210ms] a > sends Refuse(DuplicateNodeId) to x with 0 referrals
[   8210ms] a > sends End to x
[   8510ms] a : x: a message that is not allowed in this state
[   8510ms] a : link from x is Closed (DuplicateNodeId)
[   9210ms] a : link from x is Disconnecting (DuplicateNodeId)
[   9210ms] a > sends Refuse(DuplicateNodeId) to x with 0 referrals
[   9210ms] a > sends End to x
[   9510ms] a : x: a message that is not allowed in this state
[   9510ms] a : link from x is Closed (DuplicateNodeId)
[  10.210s] a : link from x is Disconnecting (DuplicateNodeId)
[  10.210s] a > sends Refuse(DuplicateNodeId) to x with 0 referrals
[  10.210s] a > sends End to x
[  10.510s] a : x: a message that is not allowed in this state
[  10.510s] a : link from x is Closed (DuplicateNodeId)
[  11.210s] a : link from x is Disconnecting (DuplicateNodeId)
[  11.210s] a > sends Refuse(DuplicateNodeId) to x with 0 referrals
[  11.210s] a > sends End to x
[  11.510s] a : link from x is Closed (DuplicateNodeId)
