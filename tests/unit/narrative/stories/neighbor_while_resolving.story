# A neighbor comes while Resolve is out: the cycle waits for the answer all the same. peer-channel.md 11.3
puppet resolver
peers a
puppet x
rules referral_policy=1 open_fails_with_resolver=0
at 0 a starts
at 100ms resolver writes a ack
at 200ms x connects a
at 300ms x writes a preamble
at 400ms x writes a connect
at 100s end
---
[      0ms] a ! starts
[      0ms] a : begins the initial cycle, 0 neighbors
[    100ms] resolver ! writes a ack
[    110ms] a > sends Resolve(3) to resolver
[    200ms] x ! connects a
[    300ms] x ! writes a preamble
[    400ms] x ! writes a connect
[    410ms] a > sends Welcome to x with 0 referrals
[    410ms] a : link from x is Connected
[    410ms] a : is online
[  60.410s] a : Register has failed
[  60.410s] a : is open
