# Two candidates are dialled; one never sends its Welcome, the other never answers at all. After 60 s without event the cycle
# forgets both and goes on with the third. peer-channel.md 11.8
# rules: PC-11.8-3
puppet resolver
peers a
puppet x y z
rules connect_timeout=200s open_timeout=200s node_open_timeout=500s cycle_budget=400s
draw a candidate 0/3 1/2 0/1
show tcp
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a resolved addresses=x,y,z
at 300ms resolver writes a end
at 400ms x writes a ack
at 90s end
---
[      0ms] a ! starts
[      0ms] a : begins the initial cycle, 0 neighbors
[      0ms] a > dials resolver
[    100ms] resolver ! writes a ack
[    110ms] a > sends Resolve(3) to resolver
[    200ms] resolver ! writes a resolved addresses=x,y,z
[    210ms] a > sends End to resolver
[    300ms] resolver ! writes a end
[    310ms] a : resolved 3 addresses, 3 usable
[    310ms] a > dials x
[    310ms] a > dials y
[    400ms] x ! writes a ack
[    410ms] a > sends Connect to x
[  60.410s] a > dials z
