# Welcome comes on a link towards which nothing goes out: Connected, and its first send runs out of time. peer-channel.md 15
# rules: PC-15-2
peers a
puppet x
rules maintenance=0
show tcp
from 1s
at 0 a starts
at 1s a dials x
at 1.1s x writes a ack
at 1.105s a holds x
at 1.2s x writes a welcome
at 90s end
---
[   1000ms] a ! dials x
[   1000ms] a > dials x
[   1100ms] x ! writes a ack
[   1105ms] a ! holds x
[   1110ms] a > sends Connect to x
[   1200ms] x ! writes a welcome
[   1210ms] a : link to x is Connected
[   1210ms] a : is online
[  61.210s] a : x: a send did not complete in time
[  61.210s] a > resets the connection to x
[  61.210s] a : link to x is Closed (InternalFailure)
[  61.210s] a : is offline
[  61.220s] x : the connection from a is reset
