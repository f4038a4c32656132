# Sharing is off: referrals are ignored, invalid ones, too. peer-channel.md 11.5
# rules: PC-11.5-5
peers a
puppet x
rules maintenance=0 referral_policy=2
at 0 a starts
at 1s a dials x
at 1.1s x writes a ack
at 1.2s x writes a welcome referrals=1,bad
at 2s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] a ! dials x
[   1100ms] x ! writes a ack
[   1110ms] a > sends Connect to x
[   1200ms] x ! writes a welcome referrals=1,bad
[   1210ms] a : link to x is Connected
[   1210ms] a : is online
