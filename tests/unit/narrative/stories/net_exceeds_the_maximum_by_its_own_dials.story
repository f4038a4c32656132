# .NET checks the count when it sends Connect, not when Welcome comes: a ends with more neighbors than its maximum.
# peer-channel.md 10.3, 22 I1
# rules: PC-10.3-5
peers a b c d
rules maintenance=0
rules a max_neighbors=1
from 1s
at 0 a,b,c,d starts
at 1s a dials b
at 1s a dials c
at 1s d dials a
at 2s end
---
[   1000ms] a ! dials b
[   1000ms] a ! dials c
[   1000ms] d ! dials a
[   1040ms] a > sends Connect to b
[   1040ms] a > sends Connect to c
[   1040ms] d > sends Connect to a
[   1050ms] b > sends Welcome to a with 0 referrals
[   1050ms] b : link from a is Connected
[   1050ms] b : is online
[   1050ms] c > sends Welcome to a with 0 referrals
[   1050ms] c : link from a is Connected
[   1050ms] c : is online
[   1050ms] a > sends Welcome to d with 0 referrals
[   1050ms] a : link from d is Connected
[   1050ms] a : is online
[   1060ms] a : link to b is Connected
[   1060ms] a : link to c is Connected
[   1060ms] d : link to a is Connected
[   1060ms] d : is online
