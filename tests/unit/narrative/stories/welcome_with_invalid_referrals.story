# One invalid referral: nothing of the list is used, and the link is aborted. peer-channel.md 10.3 step 4, 11.5
# rules: PC-10.3-4
peers a b
puppet x
rules maintenance=0
show tcp
at 0 a starts
at 1s a dials x
at 1.1s x writes a ack
at 1.2s x writes a welcome referrals=b,bad
at 2s end
---
[      0ms] a ! starts
[      0ms] a : is open
[   1000ms] a ! dials x
[   1000ms] a > dials x
[   1100ms] x ! writes a ack
[   1110ms] a > sends Connect to x
[   1200ms] x ! writes a welcome referrals=b,bad
[   1210ms] a : x: Welcome: invalid referrals
[   1210ms] a > resets the connection to x
[   1210ms] a : link to x is Closed
[   1220ms] x : the connection from a is reset
