# Register is answered by UpdateResponse: it says the same. A Resolve that is answered by it has failed. peer-channel.md 18.2
puppet resolver
peers a
rules open_fails_with_resolver=0
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a updated
at 300ms resolver writes a end
at 400ms resolver writes a ack
at 500ms resolver writes a updated
at 600ms resolver writes a end
at 5s end
---
[      0ms] a ! starts
[      0ms] a : begins the initial cycle, 0 neighbors
[    100ms] resolver ! writes a ack
[    110ms] a > sends Resolve(3) to resolver
[    200ms] resolver ! writes a updated
[    210ms] a > sends End to resolver
[    300ms] resolver ! writes a end
[    310ms] a : Resolve has failed
[    310ms] a : resolved 0 addresses, 0 usable
[    310ms] a : ends the cycle, 0 neighbors
[    400ms] resolver ! writes a ack
[    410ms] a > sends Register to resolver
[    500ms] resolver ! writes a updated
[    510ms] a > sends End to resolver
[    600ms] resolver ! writes a end
[    610ms] a : is open
