# A flood on a link that is Disconnecting at the responder, in a dialect that wants it Connected. peer-channel.md 9.3
peers a
puppet x
dialect profile
rules maintenance=0 pool_connections=0
hide tcp framing script
show end state trouble message delivery
at 0 a starts
at 1000ms x connects a
at 1100ms x writes a preamble
at 1200ms x writes a connect id=100
at 1500ms x writes a flood m=1
at 1700ms x resets a
at 2000ms end
---
[      0ms] a : is open
[   1210ms] a : link from x is Disconnecting (DuplicateNodeId)
[   1210ms] a > sends Refuse(DuplicateNodeId) to x with 0 referrals
[   1210ms] a > sends End to x
[   1710ms] a : link from x is Closed (DuplicateNodeId)
