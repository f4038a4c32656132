# A neighbor that this node dialled takes nothing for 60 s. peer-channel.md 13.3 step 9
# rules: PC-13.3-7
peers a b
rules maintenance=0
hide flood delivery
show tcp
at 0 a,b starts
at 1s a dials b
at 2s a holds b
at 3s a publishes
at 100s end
---
[      0ms] a ! starts
[      0ms] a : is open
[      0ms] b ! starts
[      0ms] b : is open
[   1000ms] a ! dials b
[   1000ms] a > dials b
[   1040ms] a > sends Connect to b
[   1050ms] b > sends Welcome to a with 0 referrals
[   1050ms] b : link from a is Connected
[   1050ms] b : is online
[   1060ms] a : link to b is Connected
[   1060ms] a : is online
[   2000ms] a ! holds b
[   3000ms] a ! publishes
[  63.000s] a : b: a send did not complete in time
[  63.000s] a > resets the connection to b
[  63.000s] a : link to b is Closed (InternalFailure)
[  63.000s] a : is offline
[  63.010s] b : link from a is Closed
[  63.010s] b : is offline
