# Every message, and End, on a link that is Connected at the responder. peer-channel.md 9.3
# rules: PC-9.2-4 PC-13.3-1
peers a
puppet x
dialect net
rules maintenance=0 pool_connections=0
hide tcp framing script
show end state trouble message delivery
at 0 a starts
at 1000ms x connects a
at 1100ms x writes a preamble
at 1200ms x writes a connect
at 1500ms x writes a connect
at 1700ms x resets a
at 2000ms x connects a
at 2100ms x writes a preamble
at 2200ms x writes a connect
at 2500ms x writes a welcome
at 2700ms x resets a
at 3000ms x connects a
at 3100ms x writes a preamble
at 3200ms x writes a connect
at 3500ms x writes a refuse NodeBusy
at 3700ms x resets a
at 4000ms x connects a
at 4100ms x writes a preamble
at 4200ms x writes a connect
at 4500ms x writes a disconnect LeavingMesh
at 4700ms x resets a
at 5000ms x connects a
at 5100ms x writes a preamble
at 5200ms x writes a connect
at 5500ms x writes a utility 0 0
at 5700ms x resets a
at 6000ms x connects a
at 6100ms x writes a preamble
at 6200ms x writes a connect
at 6500ms x writes a ping
at 6700ms x resets a
at 7000ms x connects a
at 7100ms x writes a preamble
at 7200ms x writes a connect
at 7500ms x writes a flood m=7
at 7700ms x resets a
at 8000ms x connects a
at 8100ms x writes a preamble
at 8200ms x writes a connect
at 8500ms x writes a fault
at 8700ms x resets a
at 9000ms x connects a
at 9100ms x writes a preamble
at 9200ms x writes a connect
at 9500ms x writes a flood action=RequestSecurityToken
at 9700ms x resets a
at 10000ms x connects a
at 10100ms x writes a preamble
at 10200ms x writes a connect
at 10500ms x writes a resolve
at 10700ms x resets a
at 11000ms x connects a
at 11100ms x writes a preamble
at 11200ms x writes a connect
at 11500ms x writes a end
at 11700ms x resets a
at 12000ms end
---
[      0ms] a : is open
[   1210ms] a > sends Welcome to x with 0 referrals
[   1210ms] a : link from x is Connected
[   1210ms] a : is online
[   1510ms] a : x: a message that is not allowed in this state
[   1510ms] a : link from x is Closed
[   1510ms] a : is offline
[   2210ms] a > sends Welcome to x with 0 referrals
[   2210ms] a : link from x is Connected
[   2210ms] a : is online
[   2510ms] a : x: a message that is not allowed in this state
[   2510ms] a : link from x is Closed
[   2510ms] a : is offline
[   3210ms] a > sends Welcome to x with 0 referrals
[   3210ms] a : link from x is Connected
[   3210ms] a : is online
[   3510ms] a : x: a message that is not allowed in this state
[   3510ms] a : link from x is Closed
[   3510ms] a : is offline
[   4210ms] a > sends Welcome to x with 0 referrals
[   4210ms] a : link from x is Connected
[   4210ms] a : is online
[   4510ms] a : link from x is Disconnected (LeavingMesh)
[   4510ms] a > sends End to x
[   4710ms] a : link from x is Closed (LeavingMesh)
[   4710ms] a : is offline
[   5210ms] a > sends Welcome to x with 0 referrals
[   5210ms] a : link from x is Connected
[   5210ms] a : is online
[   5710ms] a : link from x is Closed
[   5710ms] a : is offline
[   6210ms] a > sends Welcome to x with 0 referrals
[   6210ms] a : link from x is Connected
[   6210ms] a : is online
[   6710ms] a : link from x is Closed
[   6710ms] a : is offline
[   7210ms] a > sends Welcome to x with 0 referrals
[   7210ms] a : link from x is Connected
[   7210ms] a : is online
[   7510ms] a : delivers m7 on chat
[   7710ms] a : link from x is Closed
[   7710ms] a : is offline
[   8210ms] a > sends Welcome to x with 0 referrals
[   8210ms] a : link from x is Connected
[   8210ms] a : is online
[   8510ms] a : x: a message that is not allowed in this state
[   8510ms] a : link from x is Closed
[   8510ms] a : is offline
[   9210ms] a > sends Welcome to x with 0 referrals
[   9210ms] a : link from x is Connected
[   9210ms] a : is online
[   9510ms] a : x: a message that is not allowed in this state
[   9510ms] a : link from x is Closed
[   9510ms] a : is offline
[  10.210s] a > sends Welcome to x with 0 referrals
[  10.210s] a : link from x is Connected
[  10.210s] a : is online
[  10.510s] a : x: a message that is not allowed in this state
[  10.510s] a : link from x is Closed
[  10.510s] a : is offline
[  11.210s] a > sends Welcome to x with 0 referrals
[  11.210s] a : link from x is Connected
[  11.210s] a : is online
[  11.510s] a > sends End to x
[  11.510s] a : link from x is Closed
[  11.510s] a : is offline
