# A flood on a link that is Disconnected at the initiator, in a dialect that wants it Connected. peer-channel.md 9.3
peers a
puppet x
dialect profile
rules maintenance=0 pool_connections=0
hide tcp framing script
show end state trouble message delivery
at 0 a starts
at 1000ms a dials x
at 1100ms x writes a ack
at 1200ms x writes a refuse NodeBusy
at 1500ms x writes a flood m=1
at 1700ms x resets a
at 2000ms end
---
[      0ms] a : is open
[   1110ms] a > sends Connect to x
[   1210ms] a : link to x is Disconnected (NodeBusy)
[   1210ms] a > sends End to x
[   1710ms] a : link to x is Closed (NodeBusy)
