# A flood on a link that is Disconnected at the responder, in a dialect that wants it Connected. peer-channel.md 9.3
# rules: PC-9.3-7
peers a
puppet x
dialect profile
rules maintenance=0 pool_connections=0
hide tcp framing script
show end state trouble message delivery
at 0 a starts
at 1000ms x connects a
at 1100ms x writes a preamble
at 1200ms x writes a connect
at 1300ms x writes a disconnect LeavingMesh
at 1500ms x writes a flood m=1
at 1700ms x resets a
at 2000ms end
---
[      0ms] a : is open
[   1210ms] a > sends Welcome to x with 0 referrals
[   1210ms] a : link from x is Connected
[   1210ms] a : is online
[   1310ms] a : link from x is Disconnected (LeavingMesh)
[   1310ms] a > sends End to x
[   1710ms] a : link from x is Closed (LeavingMesh)
[   1710ms] a : is offline
