# Every message, and End, on a link that is Connecting at the responder. peer-channel.md 9.3
peers a
puppet x
dialect net
rules maintenance=0 pool_connections=0
hide tcp framing script
show end state trouble message delivery
at 0 a starts
at 1000ms x connects a
at 1100ms x writes a preamble
at 1500ms x writes a connect
at 1700ms x resets a
at 2000ms x connects a
at 2100ms x writes a preamble
at 2500ms x writes a welcome
at 2700ms x resets a
at 3000ms x connects a
at 3100ms x writes a preamble
at 3500ms x writes a refuse NodeBusy
at 3700ms x resets a
at 4000ms x connects a
at 4100ms x writes a preamble
at 4500ms x writes a disconnect LeavingMesh
at 4700ms x resets a
at 5000ms x connects a
at 5100ms x writes a preamble
at 5500ms x writes a utility 0 0
at 5700ms x resets a
at 6000ms x connects a
at 6100ms x writes a preamble
at 6500ms x writes a ping
at 6700ms x resets a
at 7000ms x connects a
at 7100ms x writes a preamble
at 7500ms x writes a flood m=7
at 7700ms x resets a
at 8000ms x connects a
at 8100ms x writes a preamble
at 8500ms x writes a fault
at 8700ms x resets a
at 9000ms x connects a
at 9100ms x writes a preamble
at 9500ms x writes a flood action=RequestSecurityToken
at 9700ms x resets a
at 10000ms x connects a
at 10100ms x writes a preamble
at 10500ms x writes a resolve
at 10700ms x resets a
at 11000ms x connects a
at 11100ms x writes a preamble
at 11500ms x writes a end
at 11700ms x resets a
at 12000ms end
---
[      0ms] a : is open
[   1510ms] a > sends Welcome to x with 0 referrals
[   1510ms] a : link from x is Connected
[   1510ms] a : is online
[   1710ms] a : link from x is Closed
[   1710ms] a : is offline
[   2510ms] a : x: a message that is not allowed in this state
[   2510ms] a : link from x is Closed
[   3510ms] a : x: a message that is not allowed in this state
[   3510ms] a : link from x is Closed
[   4510ms] a : x: a message that is not allowed in this state
[   4510ms] a : link from x is Closed
[   5510ms] a : x: a message that is not allowed in this state
[   5510ms] a : link from x is Closed
[   6710ms] a : link from x is Closed
[   7510ms] a : delivers m7 on chat
[   7710ms] a : link from x is Closed
[   8510ms] a : x: a message that is not allowed in this state
[   8510ms] a : link from x is Closed
[   9510ms] a : x: a message that is not allowed in this state
[   9510ms] a : link from x is Closed
[  10.510s] a : x: a message that is not allowed in this state
[  10.510s] a : link from x is Closed
[  11.510s] a > sends End to x
[  11.510s] a : link from x is Closed
