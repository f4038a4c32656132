# A list with one referral that is not valid: nothing of it is used, and the link fails. peer-channel.md 10.3, 11.5
# rules: PC-10.3-4 PC-11.5-2
peers a
puppet x
rules maintenance=0
from 1s
at 0 a starts
at 1s a dials x
at 1.1s x writes a ack
at 1.2s x writes a welcome referrals=5,mixed
at 3s end
---
[   1000ms] a ! dials x
[   1100ms] x ! writes a ack
[   1110ms] a > sends Connect to x
[   1200ms] x ! writes a welcome referrals=5,mixed
[   1210ms] a : x: Welcome: invalid referrals
[   1210ms] a : link to x is Closed
