# The specification asks the service again when candidates are used up, but not for a node that has enough. peer-channel.md 11.3
# rules: PC-11.3-5
puppet resolver
peers a
puppet x
dialect spec
rules referral_policy=1 min_neighbors=1 open_fails_with_resolver=0
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a resolved addresses=x
at 300ms resolver writes a end
at 400ms x writes a ack
at 500ms x writes a welcome
at 1s end
---
[      0ms] a ! starts
[      0ms] a : begins the initial cycle, 0 neighbors
[    100ms] resolver ! writes a ack
[    110ms] a > sends Resolve(5) to resolver
[    200ms] resolver ! writes a resolved addresses=x
[    210ms] a > sends End to resolver
[    300ms] resolver ! writes a end
[    310ms] a : resolved 1 address, 1 usable
[    400ms] x ! writes a ack
[    410ms] a > sends Connect to x
[    500ms] x ! writes a welcome
[    510ms] a : link to x is Connected
[    510ms] a : is online
[    510ms] a : ends the cycle, 1 neighbor
