# The policy cannot be had: the exception surfaces where referrals were to be built, and the link fails. peer-channel.md 18.6
# rules: PC-18.6-3
resolver
peers a b
rules maintenance=0
show tcp
hide service
from 5s
at 0 a,b starts
at 4s resolver dies
at 5s b dials a
at 6s end
---
[   5000ms] b ! dials a
[   5000ms] b > dials a
[   5040ms] b > sends Connect to a
[   5050ms] a > dials resolver
[   5070ms] a : GetServiceSettings has failed
[   5070ms] a : b: the referral policy could not be had
[   5070ms] a > resets the connection to b
[   5070ms] a : link from b is Closed
[   5080ms] b : link to a is Closed
