# Every message, and End, on a link that is Connected at the initiator. peer-channel.md 9.3
# rules: PC-9.3-9
peers a
puppet x
dialect net
rules maintenance=0 pool_connections=0
hide tcp framing script
show end state trouble message delivery
at 0 a starts
at 1000ms a dials x
at 1100ms x writes a ack
at 1200ms x writes a welcome
at 1500ms x writes a connect
at 1700ms x resets a
at 2000ms a dials x
at 2100ms x writes a ack
at 2200ms x writes a welcome
at 2500ms x writes a welcome
at 2700ms x resets a
at 3000ms a dials x
at 3100ms x writes a ack
at 3200ms x writes a welcome
at 3500ms x writes a refuse NodeBusy
at 3700ms x resets a
at 4000ms a dials x
at 4100ms x writes a ack
at 4200ms x writes a welcome
at 4500ms x writes a disconnect LeavingMesh
at 4700ms x resets a
at 5000ms a dials x
at 5100ms x writes a ack
at 5200ms x writes a welcome
at 5500ms x writes a utility 0 0
at 5700ms x resets a
at 6000ms a dials x
at 6100ms x writes a ack
at 6200ms x writes a welcome
at 6500ms x writes a ping
at 6700ms x resets a
at 7000ms a dials x
at 7100ms x writes a ack
at 7200ms x writes a welcome
at 7500ms x writes a flood m=7
at 7700ms x resets a
at 8000ms a dials x
at 8100ms x writes a ack
at 8200ms x writes a welcome
at 8500ms x writes a fault
at 8700ms x resets a
at 9000ms a dials x
at 9100ms x writes a ack
at 9200ms x writes a welcome
at 9500ms x writes a flood action=RequestSecurityToken
at 9700ms x resets a
at 10000ms a dials x
at 10100ms x writes a ack
at 10200ms x writes a welcome
at 10500ms x writes a resolve
at 10700ms x resets a
at 11000ms a dials x
at 11100ms x writes a ack
at 11200ms x writes a welcome
at 11500ms x writes a end
at 11700ms x resets a
at 12000ms end
---
[      0ms] a : is open
[   1110ms] a > sends Connect to x
[   1210ms] a : link to x is Connected
[   1210ms] a : is online
[   1510ms] a : x: a message that is not allowed in this state
[   1510ms] a : link to x is Closed
[   1510ms] a : is offline
[   2110ms] a > sends Connect to x
[   2210ms] a : link to x is Connected
[   2210ms] a : is online
[   2510ms] a : x: a message that is not allowed in this state
[   2510ms] a : link to x is Closed
[   2510ms] a : is offline
[   3110ms] a > sends Connect to x
[   3210ms] a : link to x is Connected
[   3210ms] a : is online
[   3510ms] a : x: a message that is not allowed in this state
[   3510ms] a : link to x is Closed
[   3510ms] a : is offline
[   4110ms] a > sends Connect to x
[   4210ms] a : link to x is Connected
[   4210ms] a : is online
[   4510ms] a : link to x is Disconnected (LeavingMesh)
[   4510ms] a > sends End to x
[   4710ms] a : link to x is Closed (LeavingMesh)
[   4710ms] a : is offline
[   5110ms] a > sends Connect to x
[   5210ms] a : link to x is Connected
[   5210ms] a : is online
[   5710ms] a : link to x is Closed
[   5710ms] a : is offline
[   6110ms] a > sends Connect to x
[   6210ms] a : link to x is Connected
[   6210ms] a : is online
[   6710ms] a : link to x is Closed
[   6710ms] a : is offline
[   7110ms] a > sends Connect to x
[   7210ms] a : link to x is Connected
[   7210ms] a : is online
[   7510ms] a : delivers m7 on chat
[   7710ms] a : link to x is Closed
[   7710ms] a : is offline
[   8110ms] a > sends Connect to x
[   8210ms] a : link to x is Connected
[   8210ms] a : is online
[   8510ms] a : x: a message that is not allowed in this state
[   8510ms] a : link to x is Closed
[   8510ms] a : is offline
[   9110ms] a > sends Connect to x
[   9210ms] a : link to x is Connected
[   9210ms] a : is online
[   9510ms] a : x: a message that is not allowed in this state
[   9510ms] a : link to x is Closed
[   9510ms] a : is offline
[  10.110s] a > sends Connect to x
[  10.210s] a : link to x is Connected
[  10.210s] a : is online
[  10.510s] a : x: a message that is not allowed in this state
[  10.510s] a : link to x is Closed
[  10.510s] a : is offline
[  11.110s] a > sends Connect to x
[  11.210s] a : link to x is Connected
[  11.210s] a : is online
[  11.510s] a > sends End to x
[  11.510s] a : link to x is Closed
[  11.510s] a : is offline
