# A full cache takes no more: who came first stays. peer-channel.md 11.5
# rules: PC-11.5-1
peers a
puppet x
puppet y
rules maintenance=0 referral_cache=3
from 1s
at 0 a starts
at 1s a dials x
at 1.1s x writes a ack
at 1.2s x writes a welcome referrals=1..3
at 2s a dials y
at 2.1s y writes a ack
at 2.2s y writes a welcome referrals=4..5
at 3s end
---
[   1000ms] a ! dials x
[   1100ms] x ! writes a ack
[   1110ms] a > sends Connect to x
[   1200ms] x ! writes a welcome referrals=1..3
[   1210ms] a : keeps 3 of 3 referrals
[   1210ms] a : link to x is Connected
[   1210ms] a : is online
[   2000ms] a ! dials y
[   2100ms] y ! writes a ack
[   2110ms] a > sends Connect to y
[   2200ms] y ! writes a welcome referrals=4..5
[   2210ms] a : keeps 0 of 2 referrals
[   2210ms] a : link to y is Connected
