# Nothing is kept for later: a neighbor that comes afterwards does not get it. peer-channel.md 11.9, 13.2
# rules: PC-11.9-1 PC-13.2-4
peers a b
rules maintenance=0
at 0 a,b starts
at 1s a publishes
at 2s b dials a
at 3s a publishes
at 4s end
---
[      0ms] a ! starts
[      0ms] a : is open
[      0ms] b ! starts
[      0ms] b : is open
[   1000ms] a ! publishes
[   1000ms] a : delivers m1 (its own) on chat
[   2000ms] b ! dials a
[   2040ms] b > sends Connect to a
[   2050ms] a > sends Welcome to b with 0 referrals
[   2050ms] a : link from b is Connected
[   2050ms] a : is online
[   2060ms] b : link to a is Connected
[   2060ms] b : is online
[   3000ms] a ! publishes
[   3000ms] a > sends m2 to b
[   3000ms] a : delivers m2 (its own) on chat
[   3010ms] b : delivers m2 on chat
