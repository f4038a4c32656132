# Of an answer only addresses that can be dialled are taken, and three at most. peer-channel.md 18.5
# rules: PC-18.5-7
puppet resolver
peers a
puppet x
rules open_fails_with_resolver=0
show tcp
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a resolved addresses=bare,mixed,x,7..9
at 300ms resolver writes a end
at 600ms end
---
[      0ms] a ! starts
[      0ms] a : begins the initial cycle, 0 neighbors
[      0ms] a > dials resolver
[    100ms] resolver ! writes a ack
[    110ms] a > sends Resolve(3) to resolver
[    200ms] resolver ! writes a resolved addresses=bare,mixed,x,7..9
[    210ms] a > sends End to resolver
[    300ms] resolver ! writes a end
[    310ms] a : resolved 1 address, 1 usable
[    310ms] a > dials x
