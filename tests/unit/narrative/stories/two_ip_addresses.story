# The first IP address of a candidate refuses, the second answers: one link, one candidate. peer-channel.md 10.1
# rules: PC-10.1-1
peers a b
rules maintenance=0
show tcp framing
at 0 a,b starts
at 1s b dials a at 10.0.0.9 10.0.0.1
at 2s end
---
[      0ms] a ! starts
[      0ms] a : is open
[      0ms] b ! starts
[      0ms] b : is open
[   1000ms] b ! dials a at 10.0.0.9 10.0.0.1
[   1000ms] b > dials 10.0.0.9:50000
[   1020ms] b > dials a
[   1040ms] b > sends a preamble to a
[   1050ms] a > sends Ack to b
[   1060ms] b > sends Connect to a
[   1070ms] a > sends Welcome to b with 0 referrals
[   1070ms] a : link from b is Connected
[   1070ms] a : is online
[   1080ms] b : link to a is Connected
[   1080ms] b : is online
