# A candidate that has become a neighbor while others were dialled is not dialled any more. peer-channel.md 11.8
puppet resolver
peers a
puppet x
puppet y
puppet z
rules referral_policy=1
draw a candidate 0/3 0/2 0/1
show tcp
at 0 a starts
at 100ms resolver writes a ack
at 200ms resolver writes a resolved addresses=x,y,z
at 300ms resolver writes a end
at 320ms y connects a
at 330ms y writes a preamble
at 340ms y writes a connect
at 400ms x resets a
at 410ms z resets a
at 2s end
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
[    310ms] a > dials z
[    320ms] y ! connects a
[    330ms] y ! writes a preamble
[    340ms] y ! writes a connect
[    350ms] a > sends Welcome to y with 0 referrals
[    350ms] a : link from y is Connected
[    350ms] a : is online
[    400ms] x ! resets a
[    410ms] z ! resets a
[    420ms] a : ends the cycle, 1 neighbor
