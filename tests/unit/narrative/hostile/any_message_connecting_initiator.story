# Every message, and End, on a link that is Connecting at the initiator. peer-channel.md 9.3
# rules: PC-9.3-1
peers a
puppet x
dialect net
rules maintenance=0 pool_connections=0
hide tcp framing script
show end state trouble message delivery
at 0 a starts
at 1000ms a dials x
at 1100ms x writes a ack
at 1500ms x writes a connect
at 1700ms x resets a
at 2000ms a dials x
at 2100ms x writes a ack
at 2500ms x writes a welcome
at 2700ms x resets a
at 3000ms a dials x
at 3100ms x writes a ack
at 3500ms x writes a refuse NodeBusy
at 3700ms x resets a
at 4000ms a dials x
at 4100ms x writes a ack
at 4500ms x writes a disconnect LeavingMesh
at 4700ms x resets a
at 5000ms a dials x
at 5100ms x writes a ack
at 5500ms x writes a utility 0 0
at 5700ms x resets a
at 6000ms a dials x
at 6100ms x writes a ack
at 6500ms x writes a ping
at 6700ms x resets a
at 7000ms a dials x
at 7100ms x writes a ack
at 7500ms x writes a flood m=7
at 7700ms x resets a
at 8000ms a dials x
at 8100ms x writes a ack
at 8500ms x writes a fault
at 8700ms x resets a
at 9000ms a dials x
at 9100ms x writes a ack
at 9500ms x writes a flood action=RequestSecurityToken
at 9700ms x resets a
at 10000ms a dials x
at 10100ms x writes a ack
at 10500ms x writes a resolve
at 10700ms x resets a
at 11000ms a dials x
at 11100ms x writes a ack
at 11500ms x writes a end
at 11700ms x resets a
at 12000ms end
---
[      0ms] a : is open
[   1110ms] a > sends Connect to x
[   1510ms] a : x: a message that is not allowed in this state
[   1510ms] a : link to x is Closed
[   2110ms] a > sends Connect to x
[   2510ms] a : link to x is Connected
[   2510ms] a : is online
[   2710ms] a : link to x is Closed
[   2710ms] a : is offline
[   3110ms] a > sends Connect to x
[   3510ms] a : link to x is Disconnected (NodeBusy)
[   3510ms] a > sends End to x
[   3710ms] a : link to x is Closed (NodeBusy)
[   4110ms] a > sends Connect to x
[   4510ms] a : x: a message that is not allowed in this state
[   4510ms] a : link to x is Closed
[   5110ms] a > sends Connect to x
[   5510ms] a : x: a message that is not allowed in this state
[   5510ms] a : link to x is Closed
[   6110ms] a > sends Connect to x
[   6710ms] a : link to x is Closed
[   7110ms] a > sends Connect to x
[   7510ms] a : delivers m7 on chat
[   7710ms] a : link to x is Closed
[   8110ms] a > sends Connect to x
[   8510ms] a : x: a message that is not allowed in this state
[   8510ms] a : link to x is Closed
[   9110ms] a > sends Connect to x
[   9510ms] a : x: a message that is not allowed in this state
[   9510ms] a : link to x is Closed
[  10.110s] a > sends Connect to x
[  10.510s] a : x: a message that is not allowed in this state
[  10.510s] a : link to x is Closed
[  11.110s] a > sends Connect to x
[  11.510s] a > sends End to x
[  11.510s] a : link to x is Closed
