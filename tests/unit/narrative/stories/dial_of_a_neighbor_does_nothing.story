# A node that has a live link is not dialled again, nor is the own address. peer-channel.md 10.1
# rules: PC-10.1-3
peers a b
rules maintenance=0
show tcp
at 0 a,b starts
at 1s a dials b
at 2s a dials b
at 2s b dials a
at 3s a dials a
at 4s end
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
[   2000ms] a ! dials b
[   2000ms] b ! dials a
[   3000ms] a ! dials a
