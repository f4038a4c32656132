# b leaves while its Connect is under way: what comes is ignored, the session ends. peer-channel.md 8.2; observed.md 2.2
peers a b
rules maintenance=0
show tcp framing
from 1s
at 0 a,b starts
at 1s b dials a
at 1.045s b leaves
at 2s end
---
[   1000ms] b ! dials a
[   1000ms] b > dials a
[   1020ms] b > sends a preamble to a
[   1030ms] a > sends Ack to b
[   1040ms] b > sends Connect to a
[   1045ms] b ! leaves
[   1045ms] b : link to a is Disconnecting
[   1045ms] b > sends End to a
[   1050ms] a > sends Welcome to b with 0 referrals
[   1050ms] a : link from b is Connected
[   1050ms] a : is online
[   1055ms] a > sends End to b
[   1055ms] a : link from b is Closed
[   1055ms] a : is offline
[   1065ms] b : link to a is Closed
[   1065ms] b > closes the connection to a
[   1065ms] b : has left
[   1075ms] a > closes the connection to b
