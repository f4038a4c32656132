# Every message, and End, on a link that is Disconnected at the initiator. peer-channel.md 9.3
peers a
puppet x
dialect net
rules maintenance=0 pool_connections=0
hide tcp framing script
show end state trouble message delivery
at 0 a starts
at 1000ms a dials x
at 1100ms x writes a ack
at 1200ms x writes a refuse NodeBusy
at 1500ms x writes a connect
at 1700ms x resets a
at 2000ms a dials x
at 2100ms x writes a ack
at 2200ms x writes a refuse NodeBusy
at 2500ms x writes a welcome
at 2700ms x resets a
at 3000ms a dials x
at 3100ms x writes a ack
at 3200ms x writes a refuse NodeBusy
at 3500ms x writes a refuse NodeBusy
at 3700ms x resets a
at 4000ms a dials x
at 4100ms x writes a ack
at 4200ms x writes a refuse NodeBusy
at 4500ms x writes a disconnect LeavingMesh
at 4700ms x resets a
at 5000ms a dials x
at 5100ms x writes a ack
at 5200ms x writes a refuse NodeBusy
at 5500ms x writes a utility 0 0
at 5700ms x resets a
at 6000ms a dials x
at 6100ms x writes a ack
at 6200ms x writes a refuse NodeBusy
at 6500ms x writes a ping
at 6700ms x resets a
at 7000ms a dials x
at 7100ms x writes a ack
at 7200ms x writes a refuse NodeBusy
at 7500ms x writes a flood m=7
at 7700ms x resets a
at 8000ms a dials x
at 8100ms x writes a ack
at 8200ms x writes a refuse NodeBusy
at 8500ms x writes a fault
at 8700ms x resets a
at 9000ms a dials x
at 9100ms x writes a ack
at 9200ms x writes a refuse NodeBusy
at 9500ms x writes a flood action=RequestSecurityToken
at 9700ms x resets a
at 10000ms a dials x
at 10100ms x writes a ack
at 10200ms x writes a refuse NodeBusy
at 10500ms x writes a resolve
at 10700ms x resets a
at 11000ms a dials x
at 11100ms x writes a ack
at 11200ms x writes a refuse NodeBusy
at 11500ms x writes a end
at 11700ms x resets a
at 12000ms end
---
[      0ms] a : is open
[   1110ms] a > sends Connect to x
[   1210ms] a : link to x is Disconnected (NodeBusy)
[   1210ms] a > sends End to x
[   1510ms] a : x: a message that is not allowed in this state
[   1510ms] a : link to x is Closed (NodeBusy)
[   2110ms] a > sends Connect to x
[   2210ms] a : link to x is Disconnected (NodeBusy)
[   2210ms] a > sends End to x
[   2510ms] a : x: a message that is not allowed in this state
[   2510ms] a : link to x is Closed (NodeBusy)
[   3110ms] a > sends Connect to x
[   3210ms] a : link to x is Disconnected (NodeBusy)
[   3210ms] a > sends End to x
[   3510ms] a : x: a message that is not allowed in this state
[   3510ms] a : link to x is Closed (NodeBusy)
[   4110ms] a > sends Connect to x
[   4210ms] a : link to x is Disconnected (NodeBusy)
[   4210ms] a > sends End to x
[   4710ms] a : link to x is Closed (LeavingMesh)
[   5110ms] a > sends Connect to x
[   5210ms] a : link to x is Disconnected (NodeBusy)
[   5210ms] a > sends End to x
[   5710ms] a : link to x is Closed (NodeBusy)
[   6110ms] a > sends Connect to x
[   6210ms] a : link to x is Disconnected (NodeBusy)
[   6210ms] a > sends End to x
[   6710ms] a : link to x is Closed (NodeBusy)
[   7110ms] a > sends Connect to x
[   7210ms] a : link to x is Disconnected (NodeBusy)
[   7210ms] a > sends End to x
[   7510ms] a : delivers m7 on chat
[   7710ms] a : link to x is Closed (NodeBusy)
[   8110ms] a > sends Connect to x
[   8210ms] a : link to x is Disconnected (NodeBusy)
[   8210ms] a > sends End to x
[   8510ms] a : x: a message that is not allowed in this state
[   8510ms] a : link to x is Closed (NodeBusy)
[   9110ms] a > sends Connect to x
[   9210ms] a : link to x is Disconnected (NodeBusy)
[   9210ms] a > sends End to x
[   9510ms] a : x: a message that is not allowed in this state
[   9510ms] a : link to x is Closed (NodeBusy)
[  10.110s] a > sends Connect to x
[  10.210s] a : link to x is Disconnected (NodeBusy)
[  10.210s] a > sends End to x
[  10.510s] a : x: a message that is not allowed in this state
[  10.510s] a : link to x is Closed (NodeBusy)
[  11.110s] a > sends Connect to x
[  11.210s] a : link to x is Disconnected (NodeBusy)
[  11.210s] a > sends End to x
[  11.510s] a : link to x is Closed (NodeBusy)
