# a came back under the same address with another path: EndpointNotFound, the candidate fails. peer-channel.md 10.5
# rules: PC-10.1-2
resolver
peers a b
draw b sample 0
hide service end
show tcp end
from 5s
at 0 a starts
at 3s a dies
at 4s a starts
at 5s b starts
at 6s end
---
[   5000ms] b ! starts
[   5000ms] b : begins the initial cycle, 0 neighbors
[   5000ms] b > dials resolver
[   5060ms] b > sends End to resolver
[   5070ms] resolver > sends End to b
[   5080ms] b : resolved 2 addresses, 2 usable
[   5080ms] b > dials a
[   5080ms] b > dials a
[   5110ms] a > sends fault EndpointNotFound to b
[   5110ms] a > closes the connection to b
[   5110ms] a : b: framing that cannot be served
[   5120ms] b > closes the connection to a
[   5120ms] b : a cannot be reached
[   5120ms] b > sends Connect to a
[   5170ms] a > sends End to resolver
[   5180ms] resolver > sends End to a
[   5190ms] a > sends Welcome to b with 0 referrals
[   5190ms] a : link from b is Connected
[   5190ms] a : is online
[   5240ms] b > sends End to resolver
[   5250ms] resolver > sends End to b
[   5260ms] b : link to a is Connected
[   5260ms] b : is online
[   5260ms] b : ends the cycle, 1 neighbor
[   5300ms] b > sends End to resolver
[   5310ms] resolver > sends End to b
[   5320ms] b : is open
