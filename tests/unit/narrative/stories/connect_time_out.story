# No Welcome within 60 s: dialect net ends the session gracefully, spec aborts. peer-channel.md 9.2, 21.1 row 18
# rules: PC-9.2-3
peers a b
puppet x
dialect b spec
rules maintenance=0
show tcp
at 0 a,b starts
at 1s a,b dials x
at 1.1s x writes a ack
at 1.1s x writes b ack
at 65s x writes a end
at 66s end
---
[      0ms] a ! starts
[      0ms] a : is open
[      0ms] b ! starts
[      0ms] b : is open
[   1000ms] a ! dials x
[   1000ms] a > dials x
[   1000ms] b ! dials x
[   1000ms] b > dials x
[   1100ms] x ! writes a ack
[   1100ms] x ! writes b ack
[   1110ms] a > sends Connect to x
[   1110ms] b > sends Connect to x
[  61.110s] a : x: no answer within the connect time-out
[  61.110s] a : link to x is Disconnecting
[  61.110s] a > sends End to x
[  61.110s] b : x: no answer within the connect time-out
[  61.110s] b > resets the connection to x
[  61.110s] b : link to x is Closed
[  61.120s] x : the connection from b is reset
[  65.000s] x ! writes a end
[  65.010s] a : link to x is Closed
